//! Wishes that name no single version: what is installed for them nobody tells, but a specifier that
//! keeps the newest release out is there to be read.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_finding::Place;
use bartizan_requirement::index::Listing;
use bartizan_requirement::{Inventory, PackageName, Relation, Version};

use super::choose::{Wanted, choose};
use super::related::Related;
use super::{Step, Wishes};
use crate::package::{Package, Use, foreign, is_own_build};

/// A package whose newest release the project's own specifiers do not allow.
#[derive(Clone, Debug)]
pub struct Held {
    /// The package.
    pub name: PackageName,
    /// Where the project asks for it first.
    pub place: Place,
    /// What it asks for, such as `>=4.2,<5`.
    pub specifiers: String,
    /// The newest release that is allowed, where there is one.
    pub wanted: Option<Version>,
    /// The newest release.
    pub latest: Version,
}

/// What manifests without a lock ask for without naming one version, each name once. The packages
/// have no version. What is pinned elsewhere is compared there.
pub(super) fn open(inventory: &Inventory, pinned: &[Package]) -> Vec<Package> {
    let pinned: BTreeSet<&PackageName> = pinned.iter().map(|package| &package.name).collect();
    let mut wishes: BTreeMap<&PackageName, Vec<Use>> = BTreeMap::new();
    for manifest in &inventory.manifests {
        if inventory.locks_of(&manifest.path).next().is_some() {
            continue;
        }
        for wish in &manifest.requirements {
            let never = wish.marker.as_ref().is_some_and(|marker| marker.never_holds());
            let is_open = wish.kind.brings_in()
                && !is_own_build(manifest, wish)
                && !never
                && foreign(&wish.source).is_none()
                && wish.pinned().is_none()
                && !pinned.contains(&wish.name);
            if is_open {
                wishes.entry(&wish.name).or_default().push(Use {
                    place: wish.place.clone(),
                    relation: Relation::Direct,
                    groups: vec![wish.group.clone()],
                    lock: None,
                });
            }
        }
    }
    let package = |(name, uses): (&PackageName, Vec<Use>)| Package {
        name: name.clone(),
        version: String::new(),
        uses,
    };
    wishes.into_iter().map(package).collect()
}

/// Whether the specifiers of a wish keep the newest release out.
pub(super) fn held(
    wish: &Package,
    listing: &Listing,
    related: &mut Related<'_>,
    wishes: &Wishes,
) -> Option<Held> {
    let choice = choose(wish, None, listing, related, wishes);
    // A release for another Python is kept out by that, and not by a specifier.
    let latest =
        choice.latest_for_python.or(choice.latest.filter(|_| choice.needs_python.is_none()))?;
    let wanted = match choice.wanted {
        Wanted::Version(version) => Some(version),
        Wanted::Nothing => None,
        Wanted::NotTold | Wanted::NotUnderstood => return None,
    };
    if wanted.as_ref().is_some_and(|wanted| Step::between(wanted, &latest).is_none()) {
        return None;
    }
    let texts: Vec<String> = related
        .specifiers(wish)
        .iter()
        .map(ToString::to_string)
        .filter(|it| !it.is_empty())
        .collect();
    Some(Held {
        name: wish.name.clone(),
        place: wish.place().clone(),
        specifiers: texts.join(" and "),
        wanted,
        latest,
    })
}
