//! Which manifests speak for a package: those that its lock settles, and all that are read together.

use std::collections::BTreeMap;
use std::rc::Rc;

use bartizan_base::FilePath;
use bartizan_requirement::{
    Inventory, LockFormat, Manifest, Options, PackageName, Specifiers, Version,
};

use crate::package::{Package, Use};

/// The manifests of an inventory, found again by the file of a pin.
pub(super) struct Related<'i> {
    pub(super) inventory: &'i Inventory,
    known: BTreeMap<FilePath, Rc<Vec<&'i Manifest>>>,
}

impl<'i> Related<'i> {
    pub(super) fn new(inventory: &'i Inventory) -> Self {
        Self { inventory, known: BTreeMap::new() }
    }

    /// The manifests that are read together with the file of a pin.
    pub(super) fn manifests(&mut self, at: &Use) -> Rc<Vec<&'i Manifest>> {
        let path = &at.place.path;
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let inventory = self.inventory;
        let lock = at.lock.and_then(|number| inventory.locks.get(number));
        let roots: Vec<&FilePath> = match lock {
            Some(lock) => lock.manifests.iter().collect(),
            None => {
                let all = inventory.manifests.iter().map(|manifest| &manifest.path);
                all.filter(|root| {
                    *root == path || inventory.closure(root).iter().any(|part| part.path == *path)
                })
                .collect()
            }
        };
        let mut found: Vec<&Manifest> = Vec::new();
        for root in roots {
            for manifest in inventory.closure(root) {
                // Limits bring nothing in, so they are not among the closure.
                let limits = manifest.includes.iter().filter_map(|include| include.path.as_ref());
                let limits = limits.filter_map(|path| inventory.manifest(path));
                for part in std::iter::once(manifest).chain(limits) {
                    if !found.iter().any(|known| std::ptr::eq(*known, part)) {
                        found.push(part);
                    }
                }
            }
        }
        let found = Rc::new(found);
        self.known.insert(path.clone(), found.clone());
        found
    }

    /// Where and how packages of this pin's file are looked for, as every file says that is read
    /// together with it; the lock's own word comes first.
    pub(super) fn options(&mut self, at: &Use) -> Vec<&'i Options> {
        let lock = at.lock.and_then(|number| self.inventory.locks.get(number));
        let own = lock.map(|lock| &lock.options);
        let manifests = self.manifests(at);
        own.into_iter().chain(manifests.iter().map(|manifest| &manifest.options)).collect()
    }

    /// What the project allows of a package, as far as anything tells. Nothing is known of a
    /// package that only others ask for, unless the lock repeats what they ask.
    pub(super) fn specifiers(&mut self, package: &Package) -> Vec<Specifiers> {
        let mut found: Vec<Specifiers> = Vec::new();
        for at in &package.uses {
            for manifest in self.manifests(at).iter() {
                for wish in manifest.of(&package.name) {
                    let never = wish.marker.as_ref().is_some_and(|it| it.never_holds());
                    if !never && !found.contains(&wish.specifiers) {
                        found.push(wish.specifiers.clone());
                    }
                }
            }
            if let Some(number) = at.lock {
                self.add_edges(number, &package.name, &mut found);
            }
        }
        found
    }

    /// Of these formats, an edge tells what is asked for, and not what was settled.
    fn add_edges(&self, number: usize, name: &PackageName, found: &mut Vec<Specifiers>) {
        let Some(lock) = self.inventory.locks.get(number) else { return };
        if !matches!(lock.format, LockFormat::Poetry | LockFormat::Environment | LockFormat::Pdm) {
            return;
        }
        let edges = lock.packages.iter().flat_map(|package| &package.dependencies);
        for edge in edges.filter(|edge| edge.name == *name && edge.only_with.is_none()) {
            let never = edge.marker.as_ref().is_some_and(|it| it.never_holds());
            if !never && !found.contains(&edge.specifiers) {
                found.push(edge.specifiers.clone());
            }
        }
    }

    /// The lowest Python that the project says to support.
    pub(super) fn python(&mut self, package: &Package) -> Option<Version> {
        for at in &package.uses {
            let lock = at.lock.and_then(|number| self.inventory.locks.get(number));
            let own = lock.and_then(|lock| lock.python.as_ref());
            let manifests = self.manifests(at);
            let told = manifests.iter().filter_map(|manifest| manifest.python.as_ref()).chain(own);
            let mut lowest = told.filter_map(|python| super::choose::lowest(&python.value));
            if let Some(python) = lowest.next() {
                return Some(python);
            }
        }
        None
    }
}
