//! Projects that live in memory.

use bartizan_base::{FilePath, MemoryTree, Tree};
use bartizan_finding::{Date, Profile, ScanResult};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_scan::Knowledge;
use bartizan_scan::config::{Config, Form};

/// A tree of these files, by path and text.
pub fn tree<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> MemoryTree {
    files.into_iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text))
}

/// Everything that a scan of these files has to say, tests and trial rules included.
pub fn scan<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> ScanResult {
    scan_as(&tree(files), Profile::Auditor)
}

/// What a scan of a tree has to say to those who want to see as much as `profile` shows. A
/// `bartizan.toml` in it counts.
pub fn scan_as(tree: &dyn Tree, profile: Profile) -> ScanResult {
    let config = Config { profile, ..configuration(tree) };
    let today = Date::from_days_since_epoch(20_607);
    bartizan_scan::scan(tree, &config, &Knowledge::default(), today, &|_| {})
}

fn configuration(tree: &dyn Tree) -> Config {
    let name = "bartizan.toml";
    let path = FilePath::new(name).expect("a plain name is a path");
    let Ok(bytes) = tree.read(&path) else { return Config::default() };
    let text = String::from_utf8_lossy(&bytes);
    match Config::parse(name, &text, Form::Own, bartizan_scan::rules()) {
        Ok(config) => config.unwrap_or_default(),
        Err(errors) => panic!("the configuration of an example is wrong: {errors:?}"),
    }
}

/// These Python files linked into a project. Every package that is described counts as imported.
///
/// Panics on a path that leaves the tree, and on text that is no Python: both are the test's own.
pub fn project<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Project {
    let mut packages = std::collections::BTreeSet::new();
    for module in Models::default().modules() {
        packages.insert(module.name.split('.').next().unwrap_or_default().to_owned());
    }
    let files = files.into_iter().map(|(path, text)| {
        let path = FilePath::new(path).expect("a file in memory lies inside its tree");
        let reading = bartizan_python::read(&path, text.as_bytes());
        assert!(reading.problems.is_empty(), "{path}: {:?}", reading.problems);
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    Project::link(files.collect(), Models::for_packages(packages))
}
