//! All manifests and locks of one tree, and how they belong together.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{FilePath, Problem, ProblemKind, ReadError, Tree};

use crate::formats::{self, Read, environment};
use crate::{
    Group, Include, Lock, LockFormat, Manifest, ManifestFormat, PackageName, Relation,
    RequirementKind, Source,
};

/// What a tree says of the packages that it needs.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The manifests, by path.
    pub manifests: Vec<Manifest>,
    /// The locks, by path.
    pub locks: Vec<Lock>,
    /// What could not be read, of all of them, sorted.
    pub problems: Vec<Problem>,
}

/// Finds every manifest and lock that `tree` lists, and every file that they take in; reads them,
/// and tells which lock settles which manifest.
pub fn discover(tree: &dyn Tree) -> Inventory {
    discover_among(tree, tree.list().files.iter().map(|entry| &entry.path))
}

/// As [`discover`], for who has listed the tree already.
pub fn discover_among<'l>(
    tree: &dyn Tree,
    listed: impl IntoIterator<Item = &'l FilePath>,
) -> Inventory {
    let ours = |path: &&FilePath| formats::reads(path) || environment::reads(path);
    let mut candidates: Vec<FilePath> = listed.into_iter().filter(ours).cloned().collect();
    candidates.sort_unstable();
    let mut installed: BTreeMap<String, Vec<(FilePath, Vec<u8>)>> = BTreeMap::new();
    let mut inventory = Inventory::default();
    let mut seen: BTreeSet<FilePath> = candidates.iter().cloned().collect();
    let mut waiting: Vec<(FilePath, Option<Include>)> =
        candidates.into_iter().map(|path| (path, None)).collect();
    // A file may be taken in under a name that no one would look for, so those are followed too;
    // each is read once, however the files take in one another.
    while let Some((path, named)) = waiting.pop() {
        let bytes = match tree.read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                inventory.problems.push(not_read(&path, named.as_ref(), error));
                continue;
            }
        };
        if let Some(folder) = environment::folder(&path) {
            installed.entry(folder.to_owned()).or_default().push((path, bytes));
            continue;
        }
        if let Some(read) = formats::read(&path, &bytes) {
            for include in inventory.take(read) {
                if let Some(path) = include.path.clone().filter(|path| seen.insert(path.clone())) {
                    waiting.push((path, Some(include)));
                }
            }
        }
    }
    for (folder, files) in &installed {
        inventory.locks.push(environment::read(folder, files));
    }
    inventory.settle();
    inventory
}

impl Inventory {
    /// The manifest at `path`.
    pub fn manifest(&self, path: &FilePath) -> Option<&Manifest> {
        // One path holds at most one manifest, and they are sorted by it.
        let at = self.manifests.binary_search_by(|manifest| manifest.path.cmp(path)).ok()?;
        Some(&self.manifests[at])
    }

    /// The locks that settle the manifest at `path`.
    pub fn locks_of<'i>(&'i self, path: &'i FilePath) -> impl Iterator<Item = &'i Lock> {
        self.locks.iter().filter(|lock| lock.manifests.contains(path))
    }

    /// How the package `name` comes in: one way through a lock per direct package that brings it.
    pub fn why(&self, name: &PackageName) -> Vec<Way<'_>> {
        let ways = self.locks.iter().flat_map(|lock| {
            lock.why(name).into_iter().map(move |packages| Way { lock, packages })
        });
        ways.collect()
    }

    /// Keeps what was read, and says which files it takes in.
    fn take(&mut self, read: Read) -> Vec<Include> {
        match read {
            Read::Manifest(manifest) => {
                let includes = manifest.includes.clone();
                self.manifests.push(manifest);
                includes
            }
            Read::Lock(lock) => {
                self.locks.push(lock);
                Vec::new()
            }
        }
    }

    /// Joins what belongs together, once everything is read.
    fn settle(&mut self) {
        self.manifests.sort_by(|a, b| (&a.path, a.format).cmp(&(&b.path, b.format)));
        self.locks.sort_by(|a, b| (&a.path, a.format).cmp(&(&b.path, b.format)));
        self.mark_constraints();
        self.find_included();
        for at in 0..self.locks.len() {
            self.locks[at].manifests = self.manifests_of(&self.locks[at]);
            self.mark_direct(at);
        }
        let of_manifests = self.manifests.iter().flat_map(|manifest| &manifest.problems);
        let of_locks = self.locks.iter().flat_map(|lock| &lock.problems);
        let mut problems: Vec<Problem> = of_manifests.chain(of_locks).cloned().collect();
        problems.append(&mut self.problems);
        problems.sort();
        problems.dedup();
        self.problems = problems;
    }

    /// A file that others take in as limits only, or whose name says so, wants nothing.
    fn mark_constraints(&mut self) {
        let includes = self.manifests.iter().flat_map(|manifest| &manifest.includes);
        let (mut wanted, mut limits) = (BTreeSet::new(), BTreeSet::new());
        for include in includes {
            if let Some(path) = include.path.clone() {
                match include.kind {
                    RequirementKind::Constraint => limits.insert(path),
                    _ => wanted.insert(path),
                };
            }
        }
        for manifest in &mut self.manifests {
            let by_name = manifest.path.stem().to_ascii_lowercase().contains("constraint");
            if (by_name || limits.contains(&manifest.path)) && !wanted.contains(&manifest.path) {
                for requirement in &mut manifest.requirements {
                    requirement.kind = RequirementKind::Constraint;
                }
            }
        }
    }

    /// A command, and code, name a file from wherever they run: the one that lies nearest is meant.
    fn find_included(&mut self) {
        let known: BTreeSet<FilePath> = self
            .manifests
            .iter()
            .map(|manifest| &manifest.path)
            .chain(self.locks.iter().map(|lock| &lock.path))
            .cloned()
            .collect();
        for manifest in &mut self.manifests {
            let hints = [ManifestFormat::Dockerfile, ManifestFormat::Ci, ManifestFormat::SetupPy];
            if !hints.contains(&manifest.format) {
                continue;
            }
            for include in &mut manifest.includes {
                // `/app/requirements/base.txt` inside an image is out here a file of the same last
                // parts.
                let target = include.target.trim_start_matches('/');
                let cuts = target.match_indices('/').map(|(at, _)| at + 1);
                let tails = std::iter::once(0).chain(cuts).take(8).map(|cut| &target[cut..]);
                let all = tails.flat_map(|tail| nearest(&manifest.path, tail));
                let mut all = all;
                include.path = all.find(|path| known.contains(path));
            }
        }
    }

    /// The manifests that `lock` settles: those that it names, or those beside it that its tool
    /// would read.
    fn manifests_of(&self, lock: &Lock) -> Vec<FilePath> {
        let exists = |path: &FilePath| self.manifest(path).is_some();
        let mut found: Vec<FilePath> = Vec::new();
        for name in &lock.made_from {
            found.extend(nearest(&lock.path, name).into_iter().find(exists));
        }
        if found.is_empty() {
            let folder = lock.path.parent();
            let beside = |name: &str| {
                let path =
                    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                FilePath::new(&path)
            };
            let names: Vec<String> = match lock.format {
                LockFormat::PipCompile => vec![format!("{}.in", lock.path.stem())],
                format => formats::manifests_beside(format)
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect(),
            };
            found.extend(names.iter().filter_map(|name| beside(name)).find(exists));
        }
        // The members of a workspace have manifests of their own.
        let members = lock.packages.iter().filter(|package| package.relation == Relation::Project);
        for member in members {
            if let Source::Path(folder) = &member.source {
                let path = formats::requirements::include_path(
                    &lock.path,
                    &format!("{folder}/pyproject.toml"),
                );
                found.extend(path.filter(exists));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Tells direct packages from others by the manifests, and groups, where the lock does not.
    fn mark_direct(&mut self, at: usize) {
        let lock = &self.locks[at];
        let known = lock.packages.iter().any(|package| package.relation != Relation::Unknown);
        let manifests: Vec<&Manifest> =
            lock.manifests.iter().flat_map(|path| self.closure(path)).collect();
        if manifests.is_empty() {
            return;
        }
        let wanted: Vec<(PackageName, Group)> = manifests
            .iter()
            .flat_map(|manifest| &manifest.requirements)
            .filter(|requirement| requirement.kind.brings_in())
            .map(|requirement| (requirement.name.clone(), requirement.group.clone()))
            .filter(|(_, group)| *group != Group::Build)
            .collect();
        let extras: BTreeSet<String> = manifests
            .iter()
            .flat_map(|manifest| &manifest.requirements)
            .filter_map(|requirement| match &requirement.group {
                Group::Extra(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        let lock = &mut self.locks[at];
        // Some locks call both groups and extras groups; the manifest knows which is which.
        for group in lock.packages.iter_mut().flat_map(|package| &mut package.groups) {
            if let Some(name) = group.name().filter(|name| extras.contains(*name)) {
                *group = Group::Extra(name.to_owned());
            }
        }
        if !known {
            let names: BTreeSet<&PackageName> = wanted.iter().map(|(name, _)| name).collect();
            for package in &mut lock.packages {
                package.relation = match names.contains(&package.name) {
                    true => Relation::Direct,
                    false => Relation::Transitive,
                };
            }
        }
        if lock.packages.iter().all(|package| package.groups.is_empty()) {
            lock.spread_groups(&wanted);
        }
    }

    /// The manifest at `path` and those that it takes in, each once.
    pub fn closure(&self, path: &FilePath) -> Vec<&Manifest> {
        let mut found: Vec<&Manifest> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![path.clone()];
        while let Some(path) = waiting.pop() {
            let Some(manifest) = self.manifest(&path) else { continue };
            if !seen.insert(path) {
                continue;
            }
            found.push(manifest);
            let includes = manifest.includes.iter().filter(|include| include.kind.brings_in());
            waiting.extend(includes.filter_map(|include| include.path.clone()));
        }
        found
    }
}

/// Where a file may lie that a lock names from wherever its tool was run: in the lock's own folder,
/// in one above it, or at the root.
fn nearest(lock: &FilePath, name: &str) -> Vec<FilePath> {
    let mut folders: Vec<&str> = vec![""];
    let parent = lock.parent();
    folders.extend(parent.match_indices('/').map(|(at, _)| &parent[..at]));
    folders.push(parent);
    let names = folders.into_iter().rev().filter_map(|folder| {
        let anchor = if folder.is_empty() { "x".to_owned() } else { format!("{folder}/x") };
        formats::requirements::include_path(&FilePath::new(&anchor)?, name)
    });
    names.collect()
}

/// Says that a file cannot be read: where another names it, if one does.
fn not_read(path: &FilePath, named: Option<&Include>, error: ReadError) -> Problem {
    let (kind, message) = match error {
        ReadError::Vanished => (ProblemKind::Vanished, "not in the tree".to_owned()),
        ReadError::TooLarge(size) => (
            ProblemKind::TooLarge,
            format!("{} MB is more than is read of one file", size.div_ceil(1_000_000)),
        ),
        ReadError::Unreadable(why) => (ProblemKind::Unreadable, format!("cannot be read: {why}")),
    };
    match named {
        Some(include) => Problem {
            path: include.place.path.clone(),
            at: Some(include.place.start),
            kind,
            message: format!("{path}: {message}"),
        },
        None => Problem { path: path.clone(), at: None, kind, message },
    }
}

/// One way through a lock, from a package that a manifest names to the one that was asked for.
#[derive(Clone, Debug)]
pub struct Way<'i> {
    /// The lock.
    pub lock: &'i Lock,
    /// The packages on the way; the first is direct, the last was asked for.
    pub packages: Vec<PackageName>,
}
