//! The packages that a project uses, each version once, with everywhere it says so.

use std::collections::BTreeMap;

use bartizan_base::FilePath;
use bartizan_finding::Place;
use bartizan_requirement::{
    Group, Inventory, Lock, LockFormat, LockedPackage, Manifest, ManifestFormat, PackageName,
    Relation, Requirement, Source,
};

/// One version of one package.
#[derive(Clone, Debug)]
pub struct Package {
    /// Which package.
    pub name: PackageName,
    /// The version as it is written.
    pub version: String,
    /// Where it is said that this version is used, by file; never empty.
    pub uses: Vec<Use>,
}

/// One place that settles a version.
#[derive(Clone, Debug)]
pub struct Use {
    /// The pin.
    pub place: Place,
    /// Whether a manifest asks for the package itself.
    pub relation: Relation,
    /// What it is needed for; empty where nothing tells.
    pub groups: Vec<Group>,
    /// Position of the lock in the inventory, where a lock settles it.
    pub lock: Option<usize>,
}

/// Something whose version nothing tells, so that nothing can be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The package.
    pub name: PackageName,
    /// Where it is asked for.
    pub place: Place,
    /// Why it is not checked, a clause: `no version is pinned`.
    pub why: String,
}

impl Package {
    /// The first place that settles it.
    pub fn place(&self) -> &Place {
        &self.uses.first().expect("a package is made of its first use").place
    }

    /// Whether every place says that it is needed for development or tests alone.
    pub fn is_for_development(&self) -> bool {
        self.uses
            .iter()
            .all(|at| !at.groups.is_empty() && at.groups.iter().all(|group| !group.is_production()))
    }

    /// How it is known to come in: a direct use goes before any other.
    pub fn relation(&self) -> Relation {
        let any = |wanted| self.uses.iter().any(|at| at.relation == wanted);
        [Relation::Direct, Relation::Transitive]
            .into_iter()
            .find(|relation| any(*relation))
            .unwrap_or_default()
    }
}

/// All packages with a known version, by name and version, and what cannot be checked.
///
/// Where a lock settles a manifest, the lock tells the versions. A manifest without one counts for
/// its exact pins; whatever else it asks for is not checked.
pub fn packages(inventory: &Inventory) -> (Vec<Package>, Vec<Unchecked>) {
    let mut found = Found::default();
    for (number, lock) in inventory.locks.iter().enumerate() {
        if only_limits(inventory, lock) {
            continue;
        }
        for package in &lock.packages {
            found.locked(number, lock, package);
        }
    }
    for manifest in &inventory.manifests {
        if inventory.locks_of(&manifest.path).next().is_none() {
            for requirement in &manifest.requirements {
                found.wanted(manifest, requirement);
            }
        }
    }
    found.finish()
}

/// Whether a compiled file serves others as a list of limits alone: it is named so, or taken in by
/// nobody but as `-c`. What it holds is installed where it was made, and not here.
fn only_limits(inventory: &Inventory, lock: &Lock) -> bool {
    if lock.format != LockFormat::PipCompile {
        return false;
    }
    let includes = inventory.manifests.iter().flat_map(|manifest| &manifest.includes);
    let mut of_lock =
        includes.filter(|include| include.path.as_ref() == Some(&lock.path)).peekable();
    match of_lock.peek() {
        Some(_) => of_lock.all(|include| !include.kind.brings_in()),
        None => lock.path.stem().to_ascii_lowercase().contains("constraint"),
    }
}

#[derive(Default)]
struct Found {
    packages: BTreeMap<(PackageName, String), Vec<Use>>,
    unchecked: Vec<Unchecked>,
}

impl Found {
    fn locked(&mut self, number: usize, lock: &Lock, package: &LockedPackage) {
        if package.relation == Relation::Project || package.source == Source::Workspace {
            return;
        }
        if let Some(why) = foreign(&package.source) {
            return self.cannot(&package.name, &package.place, why);
        }
        if package.version_text.is_empty() {
            return self.cannot(&package.name, &package.place, "no version is given".to_owned());
        }
        let groups = match (package.groups.is_empty(), lock.format) {
            (true, LockFormat::PipCompile) => vec![Group::of_path(&lock.path)],
            _ => package.groups.clone(),
        };
        self.used(
            &package.name,
            &package.version_text,
            Use {
                place: package.place.clone(),
                relation: package.relation,
                groups,
                lock: Some(number),
            },
        );
    }

    fn wanted(&mut self, manifest: &Manifest, requirement: &Requirement) {
        if !requirement.kind.brings_in() || is_own_build(manifest, requirement) {
            return;
        }
        if requirement.marker.as_ref().is_some_and(|marker| marker.never_holds()) {
            return;
        }
        if let Some(why) = foreign(&requirement.source) {
            return self.cannot(&requirement.name, &requirement.place, why);
        }
        match requirement.pinned() {
            Some(version) => self.used(
                &requirement.name,
                &version.to_string(),
                Use {
                    place: requirement.place.clone(),
                    relation: Relation::Direct,
                    groups: vec![requirement.group.clone()],
                    lock: None,
                },
            ),
            None => self.cannot(
                &requirement.name,
                &requirement.place,
                match requirement.specifiers.is_any() {
                    true => "no version is pinned".to_owned(),
                    false => format!("`{}` names no single version", requirement.specifiers),
                },
            ),
        }
    }

    fn used(&mut self, name: &PackageName, version: &str, at: Use) {
        self.packages.entry((name.clone(), version.to_owned())).or_default().push(at);
    }

    fn cannot(&mut self, name: &PackageName, place: &Place, why: String) {
        self.unchecked.push(Unchecked { name: name.clone(), place: place.clone(), why });
    }

    fn finish(mut self) -> (Vec<Package>, Vec<Unchecked>) {
        let order = |path: &FilePath| (path.as_str().matches('/').count(), path.clone());
        let package = |((name, version), mut uses): ((PackageName, String), Vec<Use>)| {
            // A manifest in the root says more than one that lies deep in the tree.
            uses.sort_by(|a, b| {
                let group = |at: &Use| !at.groups.iter().any(Group::is_production);
                (group(a), order(&a.place.path), a.place.span).cmp(&(
                    group(b),
                    order(&b.place.path),
                    b.place.span,
                ))
            });
            Package { name, version, uses }
        };
        let packages = self.packages.into_iter().map(package).collect();
        self.unchecked.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
        self.unchecked.dedup();
        (packages, self.unchecked)
    }
}

/// What a build needs and a project is not made of, such as `setuptools` in `[build-system]`.
pub(crate) fn is_own_build(manifest: &Manifest, requirement: &Requirement) -> bool {
    manifest.format == ManifestFormat::Pyproject && requirement.group == Group::Build
}

/// Why a package from there cannot be compared with what is published on the index.
pub(crate) fn foreign(source: &Source) -> Option<String> {
    match source {
        Source::Index | Source::NamedIndex(_) => None,
        Source::Url(_) => Some("it is taken from an address of its own".to_owned()),
        Source::Vcs(vcs) => Some(format!("it is taken from a {} repository", vcs.kind.as_str())),
        Source::Path(_) | Source::Workspace => Some("it is taken from a folder".to_owned()),
    }
}
