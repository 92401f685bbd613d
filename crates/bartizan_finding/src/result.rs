//! What one scan says: findings, problems and coverage, never one without the others.

use bartizan_base::{Coverage, Problem};

use crate::{Date, Finding};

/// The answer of the one pipeline.
#[derive(Debug, Default)]
pub struct ScanResult {
    /// All findings that the profile shows, suppressed ones among them, in the order of
    /// [`Finding::order`].
    pub findings: Vec<Finding>,
    /// What could not be read or judged, sorted.
    pub problems: Vec<Problem>,
    /// What was looked at.
    pub coverage: Coverage,
    /// The Django projects found in the tree, by their folder.
    pub projects: Vec<Project>,
    /// The revision of the tree, where it has one.
    pub revision: Option<String>,
    /// What the packages of the project were compared with, where they were.
    pub packages: Option<PackageCheck>,
}

/// How much is known of a project's packages: without it, silence about them means little.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageCheck {
    /// Packages with a known version, each of which was looked up.
    pub checked: u32,
    /// Packages whose version nothing tells.
    pub unchecked: u32,
    /// The day of the newest advisory that can be known; `None` where nobody says it.
    pub advisories: Option<Date>,
    /// How many days ago that was.
    pub age: Option<u32>,
}

/// A Django project, or a library for Django, inside the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its folder relative to the root of the tree, empty for the root itself.
    pub root: String,
}

impl ScanResult {
    /// The findings that count: those that no comment silences and no other finding hides.
    pub fn shown(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none() && !finding.would_follow)
    }
}
