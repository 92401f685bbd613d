//! Packages that are installed: read for what the project's code asks of them, never judged.

use std::collections::BTreeSet;

use bartizan_base::{FileKind, FilePath, Tree};
use bartizan_ir::FileIr;
use bartizan_python::Extent;

use crate::read::{self, ReadFile};

/// The folder below which their files lie in a result.
const FOLDER: &str = "site-packages";

/// Packages whose classes the engine knows by their names, better than by their code.
const KNOWN: &[&str] = &[
    "django",
    "graphene",
    "graphene_django",
    "ninja",
    "ninja_extra",
    "rest_framework",
    "rest_framework_nested",
];

/// Folders of packages that no site runs: tests, and what new projects are made of.
const LEFT_OUT: &[&str] = &[
    "app_template",
    "locale",
    "management",
    "migrations",
    "project_template",
    "project_templates",
    "test",
    "testing",
    "tests",
];

/// Bytes of Python beyond which no more packages are read, of all together.
const MOST: u64 = 64 << 20;

/// Whether a file is one of a package.
pub(crate) fn is_installed(path: &FilePath) -> bool {
    path.as_str().strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// Reads those packages of a `site-packages` folder that the files import, or name in settings and
/// URLconfs.
pub(crate) fn read(installed: &dyn Tree, files: &[ReadFile]) -> Vec<ReadFile> {
    let mut wanted = crate::knowledge::packages(files);
    // What lies in the tree is what is installed, or stands for it.
    for file in files {
        for part in file.path.parts() {
            wanted.remove(part.strip_suffix(".py").unwrap_or(part));
        }
    }
    for known in KNOWN {
        wanted.remove(*known);
    }
    let mut total = 0;
    let mut listing = installed.list();
    listing.files.retain(|entry| {
        let mut parts = entry.path.parts();
        let first = parts.next().unwrap_or_default();
        let first = first.strip_suffix(".py").unwrap_or(first);
        let is_wanted = entry.kind == FileKind::Python
            && entry.path.extension() == "py"
            && wanted.contains(first)
            && !parts.any(|part| LEFT_OUT.contains(&part));
        total += if is_wanted { entry.size } else { 0 };
        is_wanted && total <= MOST
    });
    // Their classes stand in lines of inheritance and guard what is asked: all of their code counts.
    let extent = |_: &FilePath| Extent::Whole;
    let mut found = read::read_all(installed, &listing.files, &extent, &|_| {});
    found.retain_mut(|file| {
        let path = FilePath::new(&format!("{FOLDER}/{}", file.path));
        file.problems.clear();
        // To the rules, what is read for its interface alone.
        file.extent = Extent::Interface;
        file.path = path.unwrap_or_else(|| file.path.clone());
        file.reading.is_some() && is_installed(&file.path)
    });
    found
}

/// First names of what settings and URLconfs name by text: `"debug_toolbar.urls"`.
pub(crate) fn named(path: &FilePath, ir: &FileIr, names: &mut BTreeSet<String>) {
    let stem = path.stem();
    let whole = path.as_str();
    if !(stem.contains("urls")
        || stem.contains("routers")
        || whole.contains("settings")
        || whole.contains("config"))
    {
        return;
    }
    for (_, text) in ir.strings.iter() {
        let first = text.split('.').next().unwrap_or(text);
        let is_name = first.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && first.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        if is_name && !names.contains(first) {
            names.insert(first.to_owned());
        }
    }
}
