//! What code imports against what manifests ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use bartizan_base::FilePath;
use bartizan_finding::{Confidence, Place};
use bartizan_requirement::{
    Group, Inventory, LockFormat, Manifest, ManifestFormat, PackageName, Relation, Requirement,
};
use rustc_hash::FxHashSet;

use crate::rules::{TRANSITIVE_IMPORT, UNUSED_REQUIREMENT};
use crate::smell::Smell;

static MODULES: &str = include_str!("../data/modules.tsv");

/// What is known of a project's code.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The modules of others that it imports whatever happens, by their first name, with the first
    /// place. What it imports to try, or for tests, is not among them.
    pub imports: BTreeMap<String, Place>,
    /// Every first part of a name that occurs in it, in lower case: imports of any kind, texts such as
    /// `csp.middleware`.
    pub names: FxHashSet<String>,
    /// Whether all of it could be read.
    pub is_whole: bool,
}

/// Modules that several packages share, and modules that Python has by now.
const SHARED: &[&str] = &[
    "google",
    "azure",
    "zope",
    "backports",
    "ruamel",
    "asyncio",
    "contextvars",
    "dataclasses",
    "enum",
    "typing",
    "importlib",
    "sphinxcontrib",
    "jaraco",
    "opentelemetry",
    "flask_ext",
];

/// What serves, builds or talks to something, and is started or loaded without being imported.
const NOT_IMPORTED: &[&str] = &[
    "argon2-cffi",
    "asyncpg",
    "bcrypt",
    "brotli",
    "cffi",
    "daphne",
    "flower",
    "gevent",
    "greenlet",
    "gunicorn",
    "hiredis",
    "httptools",
    "hypercorn",
    "mysqlclient",
    "pip",
    "psycopg",
    "psycopg-binary",
    "psycopg2",
    "psycopg2-binary",
    "pyuwsgi",
    "redis",
    "setproctitle",
    "setuptools",
    "supervisor",
    "typing-extensions",
    "tzdata",
    "uvicorn",
    "uvloop",
    "uwsgi",
    "watchfiles",
    "waitress",
    "websockets",
    "wheel",
    "zstandard",
];

/// Everything that is to be said of imports and requirements together.
pub(crate) fn smells(inventory: &Inventory, code: &Code) -> Vec<Smell> {
    let mut found = transitive(inventory, code);
    found.extend(unused(inventory, code));
    found
}

/// Imports of packages that only another package asks for.
fn transitive(inventory: &Inventory, code: &Code) -> Vec<Smell> {
    let asked: BTreeSet<&PackageName> = inventory
        .manifests
        .iter()
        .flat_map(|manifest| &manifest.requirements)
        .map(|it| &it.name)
        .collect();
    let mut found = Vec::new();
    for (module, place) in &code.imports {
        if SHARED.contains(&module.as_str()) {
            continue;
        }
        let packages: Vec<PackageName> =
            packages_of(module).iter().filter_map(|name| PackageName::new(name)).collect();
        if packages.iter().any(|name| asked.contains(name)) {
            continue;
        }
        let locked = inventory.locks.iter().filter_map(|lock| {
            let manifest = lock.manifests.iter().min_by_key(|path| is_beside(inventory, path))?;
            let of: Vec<_> = packages.iter().flat_map(|name| lock.of(name)).collect();
            let first = *of.first()?;
            let is_brought_in = of.iter().all(|it| it.relation == Relation::Transitive);
            is_brought_in.then_some((lock, manifest, first))
        });
        // Of several, what the site runs with, and of those what most of it comes from.
        let locked = locked.min_by_key(|(lock, manifest, _)| {
            (is_beside(inventory, manifest), std::cmp::Reverse(lock.packages.len()))
        });
        let Some((lock, manifest, package)) = locked else { continue };
        let name = package.name.as_str();
        let parents: Vec<String> = lock
            .packages
            .iter()
            .filter(|it| it.dependencies.iter().any(|edge| edge.name == package.name))
            .map(|it| it.name.as_str().to_owned())
            .collect();
        let (through, need, do_) = match parents.as_slice() {
            [] => ("another package".to_owned(), "needs", "does"),
            [only] => (only.clone(), "needs", "does"),
            [first, rest @ ..] => (format!("{first} and {} more", rest.len()), "need", "do"),
        };
        let take = if do_ == "does" { "takes" } else { "take" };
        let words = [
            format!(
                "`{module}` is imported, and {name} is installed only because {through} {need} it"
            ),
            format!(
                "The day that {through} {do_} without it, or {take} another version, the site does \
                 not start; and nobody here watches over {name}"
            ),
            format!("name {name} in {manifest}"),
        ];
        found.push(Smell::new(&TRANSITIVE_IMPORT, place, name, words));
    }
    found
}

/// Whether a manifest asks for nothing that the site runs with: it is for tests, or for development.
fn is_beside(inventory: &Inventory, path: &FilePath) -> bool {
    let mut wishes = inventory.closure(path).into_iter().flat_map(|it| &it.requirements);
    !wishes.any(|wish| wish.group == Group::Production)
}

/// What manifests ask for, and nothing imports or names.
fn unused(inventory: &Inventory, code: &Code) -> Vec<Smell> {
    if !code.is_whole || code.names.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Smell> = Vec::new();
    let of_project = |manifest: &&Manifest| {
        matches!(
            manifest.format,
            ManifestFormat::Requirements
                | ManifestFormat::Pyproject
                | ManifestFormat::Pipfile
                | ManifestFormat::SetupCfg
                | ManifestFormat::SetupPy
        )
    };
    for manifest in inventory.manifests.iter().filter(of_project) {
        for wish in &manifest.requirements {
            let name = wish.name.as_str();
            let is_asked = wish.kind.brings_in()
                && wish.group == Group::Production
                && wish.source.is_index()
                && wish.marker.is_none()
                && !NOT_IMPORTED.contains(&name);
            if !is_asked || is_named(wish, inventory, code) {
                continue;
            }
            if found.iter().any(|other| other.name == name) {
                continue;
            }
            let words = [
                format!("{name} is asked for, and no code imports it"),
                "Every package that is installed can be attacked, and its holes count as the \
                 project's own"
                    .to_owned(),
                format!("do without {name}, or tell why it is there"),
            ];
            let smell = Smell::new(&UNUSED_REQUIREMENT, &wish.place, name, words);
            let doubt = "if nothing loads it by another name".to_owned();
            found.push(Smell { doubt: Some(doubt), confidence: Confidence::Low, ..smell });
        }
    }
    found
}

/// Whether code names any module that the package may bring.
fn is_named(wish: &Requirement, inventory: &Inventory, code: &Code) -> bool {
    let name = wish.name.as_str();
    let mut modules: BTreeSet<String> = BTreeSet::new();
    for (module, packages) in modules_table() {
        if packages.contains(&name) {
            modules.insert((*module).to_owned());
        }
        // `djangorestframework-xml` brings `rest_framework_xml`.
        let mut extended =
            packages.iter().filter_map(|of| name.strip_prefix(of)?.strip_prefix('-'));
        if let Some(rest) = extended.next() {
            modules.insert(format!("{module}_{}", rest.replace('-', "_")));
        }
    }
    for lock in inventory.locks.iter().filter(|lock| lock.format == LockFormat::Environment) {
        modules.extend(lock.of(&wish.name).flat_map(|package| package.modules.clone()));
    }
    let starts = ["python-", "django-", "drf-", "py"];
    let ends = ["-python", "-django", "-py", "2", "3", "4"];
    let bare = starts.iter().filter_map(|start| name.strip_prefix(start));
    let bare = bare.chain(ends.iter().filter_map(|end| name.strip_suffix(end)));
    for name in bare.chain([name]) {
        modules.insert(name.replace('-', "_"));
        modules.insert(name.replace('-', ""));
        // `django-shop-themes` is no part of Django.
        let first = name
            .split('-')
            .next()
            .filter(|first| !starts.iter().any(|start| start.trim_end_matches('-') == *first));
        modules.extend(first.map(str::to_owned));
    }
    modules.iter().any(|module| code.names.contains(&module.to_ascii_lowercase())) || plugs_in(wish)
}

/// Whether a package is there for another's sake: an adapter, types, a plugin.
fn plugs_in(wish: &Requirement) -> bool {
    let name = wish.name.as_str();
    ["types-", "pytest-", "flake8-", "sphinx-", "mypy-"].iter().any(|start| name.starts_with(start))
        || name.ends_with("-stubs")
}

/// The packages that may bring a module.
fn packages_of(module: &str) -> Vec<String> {
    let mut packages = vec![module.replace('_', "-").to_ascii_lowercase()];
    for (known, of) in modules_table() {
        if *known == module {
            packages.extend(of.iter().map(|name| (*name).to_owned()));
        }
    }
    packages
}

fn modules_table() -> &'static [(&'static str, Vec<&'static str>)] {
    static TABLE: OnceLock<Vec<(&str, Vec<&str>)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = MODULES.lines().filter(|line| !line.starts_with('#'));
        let row = |line: &'static str| {
            let mut fields = line.split('\t');
            Some((fields.next()?, fields.collect()))
        };
        rows.filter_map(row).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_packages_as_the_index_does() {
        let table = modules_table();
        assert!(table.is_sorted_by_key(|(module, _)| module.to_ascii_lowercase()));
        for (module, packages) in table {
            assert!(!packages.is_empty(), "{module}");
            for name in packages {
                assert_eq!(PackageName::new(name).unwrap().as_str(), *name, "{module}");
            }
        }
    }
}
