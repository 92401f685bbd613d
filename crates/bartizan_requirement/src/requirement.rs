//! One wish for one package, where it stands and how it is meant.

use std::fmt;

use bartizan_base::{FilePath, Span};
use bartizan_finding::Place;
use pep440_rs::Version;

use crate::{ArchiveHash, Marker, PackageName, Source, Specifiers};

/// One package that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Which package.
    pub name: PackageName,
    /// Its optional parts that are wanted too, normalised and in the order written.
    pub extras: Vec<String>,
    /// Which versions.
    pub specifiers: Specifiers,
    /// On which Python or system only.
    pub marker: Option<Marker>,
    /// From where.
    pub source: Source,
    /// The archives that are trusted; empty where any is.
    pub hashes: Vec<ArchiveHash>,
    /// What it is needed for.
    pub group: Group,
    /// What it does to the set of packages.
    pub kind: RequirementKind,
    /// Whether it is installed as a link to its source.
    pub editable: bool,
    /// The whole requirement: name, specifiers, marker and hashes, without indentation or comment.
    pub place: Place,
    /// The name alone.
    pub name_span: Span,
    /// The text of the version specifiers alone, which an update replaces.
    pub specifiers_span: Option<Span>,
}

impl Requirement {
    /// The only version that is allowed, if there is just one.
    pub fn pinned(&self) -> Option<&Version> {
        self.specifiers.pinned()
    }
}

/// A requirement that does not tell the name of its package: `-e .`, `./vendor/shop.zip`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnnamedRequirement {
    /// From where the package is taken.
    pub source: Source,
    /// Its optional parts that are wanted too.
    pub extras: Vec<String>,
    /// On which Python or system only.
    pub marker: Option<Marker>,
    /// The archives that are trusted.
    pub hashes: Vec<ArchiveHash>,
    /// What it is needed for.
    pub group: Group,
    /// Whether it is installed as a link to its source.
    pub editable: bool,
    /// The whole requirement.
    pub place: Place,
}

/// What a requirement does to the set of packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequirementKind {
    /// Brings the package in.
    #[default]
    Wanted,
    /// Limits the versions, should something else bring it in (`-c`, `constraint-dependencies`).
    Constraint,
    /// Replaces what others say of the package (`override-dependencies`).
    Override,
}

impl RequirementKind {
    /// Whether the requirement brings its package in.
    pub fn brings_in(self) -> bool {
        self != Self::Constraint
    }
}

/// What a package is needed for. Named groups carry the name that the file gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// To run the project.
    #[default]
    Production,
    /// To run an optional part of it, by the name of the extra.
    Extra(String),
    /// To work on the project.
    Development(String),
    /// To test it.
    Test(String),
    /// To build it.
    Build,
}

impl Group {
    /// What a group of this name is for, by the habits of the trade.
    pub fn named(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let is_one_of =
            |words: &[&str]| lower.split(['-', '_', '.', ' ']).any(|w| words.contains(&w));
        if is_one_of(&["test", "tests", "testing", "pytest", "tox", "coverage", "cov", "e2e"]) {
            Self::Test(name.to_owned())
        } else if is_one_of(&["main", "default", "prod", "production", "deploy", "base", "common"])
        {
            Self::Production
        } else if lower == "build" || lower == "build-system" {
            Self::Build
        } else {
            Self::Development(name.to_owned())
        }
    }

    /// What a requirements file is for, by the words of its path: `requirements/test.txt`.
    pub fn of_path(path: &FilePath) -> Self {
        let text = path.as_str().to_ascii_lowercase();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let has = |known: &[&str]| words.iter().find(|word| known.contains(word));
        if let Some(word) = has(&["test", "tests", "testing", "tox", "pytest", "e2e"]) {
            return Self::Test((*word).to_owned());
        }
        match has(&[
            "dev",
            "devel",
            "develop",
            "development",
            "local",
            "lint",
            "linting",
            "linters",
            "docs",
            "doc",
            "documentation",
            "debug",
            "ci",
            "tools",
            "tooling",
            "typing",
            "mypy",
            "quality",
            "release",
            "benchmark",
            "benchmarks",
            "examples",
            "example",
            "style",
        ]) {
            Some(word) => Self::Development((*word).to_owned()),
            None if has(&["build"]).is_some() => Self::Build,
            None => Self::Production,
        }
    }

    /// Whether code of this group runs where the project runs.
    pub fn is_production(&self) -> bool {
        matches!(self, Self::Production | Self::Extra(_))
    }

    /// The kind of group in one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Extra(_) => "extra",
            Self::Development(_) => "development",
            Self::Test(_) => "test",
            Self::Build => "build",
        }
    }

    /// The name that the file gives to the group, where it gives one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Production | Self::Build => None,
            Self::Extra(name) | Self::Development(name) | Self::Test(name) => Some(name),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) if name != self.kind() => write!(f, "{} ({name})", self.kind()),
            _ => f.write_str(self.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_by_their_name() {
        assert_eq!(Group::named("dev"), Group::Development("dev".into()));
        assert_eq!(Group::named("test-postgres"), Group::Test("test-postgres".into()));
        assert_eq!(Group::named("main"), Group::Production);
        assert_eq!(Group::named("lint").to_string(), "development (lint)");
        assert_eq!(Group::named("latest"), Group::Development("latest".into()));
    }
}
