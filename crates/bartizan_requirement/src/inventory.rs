//! All manifests and locks of one tree, and how they belong together.

use bartizan_base::{FilePath, Problem};

use crate::{Lock, Manifest, PackageName};

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

impl Inventory {
    /// The manifest at `path`.
    pub fn manifest(&self, path: &FilePath) -> Option<&Manifest> {
        self.manifests.iter().find(|manifest| manifest.path == *path)
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
}

/// One way through a lock, from a package that a manifest names to the one that was asked for.
#[derive(Clone, Debug)]
pub struct Way<'i> {
    /// The lock.
    pub lock: &'i Lock,
    /// The packages on the way; the first is direct, the last was asked for.
    pub packages: Vec<PackageName>,
}
