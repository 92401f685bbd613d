//! Packages that are installed: read for what the project's code asks of them, never judged.

use std::collections::BTreeSet;
use std::str::FromStr;

use bartizan_base::{FileKind, FilePath, Tree};
use bartizan_ir::FileIr;
use bartizan_python::Extent;
use bartizan_requirement::Version;

use crate::read::{self, ReadFile};

/// The folder below which their files lie in a result.
const FOLDER: &str = "site-packages";

/// Packages whose classes and functions the engine knows by their names, better than by their code: those
/// views are made of, and those that settings are read with.
const KNOWN: &[&str] = &[
    "configurations",
    "decouple",
    "dj_database_url",
    "django",
    "dotenv",
    "environ",
    "environs",
    "graphene",
    "graphene_django",
    "ninja",
    "ninja_extra",
    "pydantic",
    "pydantic_settings",
    "rest_framework",
    "rest_framework_nested",
    "split_settings",
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

/// The version of Django that is installed, as `django/__init__.py` says it:
/// `VERSION = (5, 2, 3, "final", 0)`.
pub(crate) fn django(installed: &dyn Tree) -> Option<Version> {
    let path = FilePath::new("django/__init__.py")?;
    let bytes = installed.read(&path).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let said = text.lines().find_map(|line| line.strip_prefix("VERSION = ("))?;
    let mut parts = said.trim_end().trim_end_matches(')').split(',').map(str::trim);
    let mut number = || parts.next()?.parse::<u32>().ok();
    let release = format!("{}.{}.{}", number()?, number()?, number()?);
    let state = parts.next()?.trim_matches(['"', '\'']);
    let ahead = match state {
        "final" => String::new(),
        "alpha" => format!("a{}", parts.next()?),
        "beta" => format!("b{}", parts.next()?),
        state => format!("{state}{}", parts.next()?),
    };
    Version::from_str(&format!("{release}{ahead}")).ok()
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

#[cfg(test)]
mod tests {
    use bartizan_base::MemoryTree;

    use super::*;

    fn version(text: &str) -> Option<String> {
        let tree = MemoryTree::new().with("django/__init__.py", text);
        django(&tree).map(|version| version.to_string())
    }

    #[test]
    fn the_installed_django_says_its_version() {
        let said =
            |tuple| format!("from django.utils.version import get_version\n\nVERSION = {tuple}\n");
        assert_eq!(version(&said("(5, 1, 15, \"final\", 0)")).as_deref(), Some("5.1.15"));
        assert_eq!(version(&said("(6, 1, 0, 'beta', 1)")).as_deref(), Some("6.1.0b1"));
        assert_eq!(version(&said("(6, 1)")), None);
        assert_eq!(version("from .version import VERSION\n"), None);
    }
}
