//! Django's own settings: what holds where a project says nothing, by version.

use std::collections::BTreeMap;
use std::str::FromStr;

use bartizan_base::FilePath;
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluated, Evaluator};
use pep440_rs::Version;

/// Setting, the first version of which it is true, and its value as Python writes it, `-` where Django
/// knows no such setting: `django/conf/global_settings.py` of 3.2.25 to 6.1.3, read version by version.
/// An empty version stands for all before the next.
const TABLE: &str = include_str!("../../data/defaults.tsv");

/// The series that is assumed where a project does not say which Django it runs on.
pub const LATEST: &str = "6.1";

/// What settings are worth in one version of Django where a project says nothing.
#[derive(Debug)]
pub struct Defaults {
    version: Version,
    values: BTreeMap<&'static str, Evaluated>,
    /// What else is installed with which settings are written.
    packages: Vec<(&'static str, Version)>,
}

impl Defaults {
    /// The defaults of a version.
    pub fn of(version: Version) -> Self {
        let rows = rows(&version);
        let mut source = String::new();
        for (name, value) in &rows {
            source.push_str(&format!("{name} = {value}\n"));
        }
        // They are written in Python, and read as Python is read.
        let path = FilePath::new("global_settings.py").expect("a plain name is a path");
        let reading = bartizan_python::read(&path, source.as_bytes());
        let file = ProjectFile { path, ir: reading.ir, facts: reading.facts };
        let project = Project::link(vec![file], Models::default());
        let evaluator = Evaluator::new(&project);
        let mut questions = evaluator.questions();
        let mut values = BTreeMap::new();
        if let Some(file) = project.files().next() {
            for name in rows.into_keys() {
                values.extend(questions.binding(file, name).map(|value| (name, value)));
            }
        }
        Self { version, values, packages: Vec::new() }
    }

    /// The defaults of the newest Django that is known.
    pub fn latest() -> Self {
        Self::of(Version::from_str(LATEST).expect("a version of Django is one by PEP 440"))
    }

    /// The same beside these versions of packages with which settings are written.
    #[must_use]
    pub fn beside(mut self, packages: Vec<(&'static str, Version)>) -> Self {
        self.packages = packages;
        self
    }

    /// The packages with which settings are written whose versions are known.
    pub(crate) fn packages(&self) -> &[(&'static str, Version)] {
        &self.packages
    }

    /// The version.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The names of the settings.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.values.keys().copied()
    }

    /// The value of a setting.
    pub fn get(&self, name: &str) -> Option<&Evaluated> {
        self.values.get(name)
    }
}

fn rows(version: &Version) -> BTreeMap<&'static str, &'static str> {
    let mut rows = BTreeMap::new();
    for line in TABLE.lines() {
        let mut cells = line.splitn(3, '\t');
        let (Some(name), Some(since), Some(value)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let holds =
            since.is_empty() || Version::from_str(since).is_ok_and(|since| *version >= since);
        match value {
            _ if !holds => {}
            "-" => {
                rows.remove(name);
            }
            // Too long to matter.
            "[...]" => {}
            value => {
                rows.insert(name, value);
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(version: &str, name: &str) -> Option<String> {
        let version = Version::from_str(version).expect("a version");
        Defaults::of(version).get(name).map(ToString::to_string)
    }

    #[test]
    fn defaults_follow_the_version_to_the_patch() {
        let fallback = "SIGNED_COOKIE_LEGACY_SALT_FALLBACK";
        assert_eq!(value("5.2.14", fallback), None);
        assert_eq!(value("5.2.15", fallback).as_deref(), Some("True"));
        assert_eq!(value("6.0.5", fallback), None);
        assert_eq!(value("6.0.6", fallback).as_deref(), Some("True"));
        assert_eq!(value("6.1.3", fallback).as_deref(), Some("False"));
        assert_eq!(value("4.2.30", "USE_TZ").as_deref(), Some("False"));
        assert_eq!(value("5.0", "USE_TZ").as_deref(), Some("True"));
    }

    #[test]
    fn every_row_can_be_read() {
        let defaults = Defaults::latest();
        let unknown = defaults.values.iter().filter(|(_, value)| !value.is_known());
        assert_eq!(unknown.map(|(name, _)| *name).collect::<Vec<_>>(), Vec::<&str>::new());
        assert!(defaults.values.len() > 140);
    }
}
