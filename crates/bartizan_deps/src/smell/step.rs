//! Locks that do not hold what their manifest asks for.

use bartizan_requirement::{
    Group, Inventory, Lock, LockFormat, LockedPackage, Manifest, PackageName, Relation,
    Requirement, RequirementKind,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Smell;
use crate::rules::LOCK_OUT_OF_STEP;

/// Of many packages so many are named.
const NAMED: usize = 3;

/// What pip-compile leaves out of its files unless it is told otherwise.
const LEFT_OUT: &[&str] = &["pip", "setuptools", "wheel", "distribute"];

/// One finding for each lock, at the first wish that it does not fulfil.
pub(super) fn out_of_step(inventory: &Inventory, found: &mut Vec<Smell>) {
    for lock in &inventory.locks {
        let is_by_hand = matches!(
            lock.format,
            LockFormat::Environment | LockFormat::CycloneDx | LockFormat::Spdx
        );
        // A file that could not be read whole may hold what seems to be missing.
        if is_by_hand || !lock.problems.is_empty() {
            continue;
        }
        let mut manifests: Vec<&Manifest> =
            lock.manifests.iter().flat_map(|path| inventory.closure(path)).collect();
        manifests.sort_by(|a, b| a.path.cmp(&b.path));
        manifests.dedup_by(|a, b| a.path == b.path);
        let wishes = || manifests.iter().flat_map(|manifest| &manifest.requirements);
        let overridden: FxHashSet<&PackageName> = wishes()
            .filter(|wish| wish.kind == RequirementKind::Override)
            .map(|wish| &wish.name)
            .collect();
        let own: FxHashSet<&PackageName> =
            manifests.iter().filter_map(|manifest| manifest.project.as_ref()).collect();
        let mut locked: FxHashMap<&PackageName, Vec<&LockedPackage>> = FxHashMap::default();
        for package in &lock.packages {
            locked.entry(&package.name).or_default().push(package);
        }
        let mut wrong: Vec<(&Requirement, String)> = Vec::new();
        for wish in wishes() {
            let counts =
                is_for(lock, wish) && !own.contains(&wish.name) && !overridden.contains(&wish.name);
            let packages = locked.get(&wish.name).map(Vec::as_slice).unwrap_or_default();
            if counts && let Some(why) = differs(packages, wish) {
                wrong.push((wish, why));
            }
        }
        wrong.sort_by(|(a, _), (b, _)| a.place.cmp(&b.place));
        let Some((first, _)) = wrong.first() else { continue };
        let mut parts: Vec<String> = wrong.iter().map(|(_, why)| why.clone()).collect();
        parts.dedup();
        let more = match parts.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        parts.truncate(NAMED);
        let words = [
            format!("{} does not hold what is asked for: {}{more}", lock.path, parts.join(", ")),
            "What is installed depends on which of the two files is read: a repair that was made \
             in one of them may never arrive"
                .to_owned(),
            format!("let the tool that writes {} write it again", lock.path),
        ];
        found.push(Smell::new(&LOCK_OUT_OF_STEP, &first.place, lock.path.as_str(), words));
    }
}

/// Whether the lock must hold what the wish asks for, whatever it was made for.
fn is_for(lock: &Lock, wish: &Requirement) -> bool {
    let is_wanted = wish.kind == RequirementKind::Wanted
        && wish.source.is_index()
        && wish.specifiers.is_understood()
        // Which systems a lock is for is not always said.
        && wish.marker.is_none();
    let of_group = match (&wish.group, lock.format) {
        (Group::Production, _) => true,
        (Group::Build, _) => false,
        // These take all groups in, others those that they are told.
        (_, LockFormat::Uv | LockFormat::Poetry | LockFormat::Pipenv) => true,
        _ => false,
    };
    let left_out = lock.format == LockFormat::PipCompile && LEFT_OUT.contains(&wish.name.as_str());
    is_wanted && of_group && !left_out
}

/// What of the lock is not what is asked for.
fn differs(packages: &[&LockedPackage], wish: &Requirement) -> Option<String> {
    let mut versions: Vec<&str> = Vec::new();
    for package in packages {
        let version = package.version.as_ref().filter(|_| package.source.is_index())?;
        if package.relation == Relation::Project || wish.specifiers.allows(version) {
            return None;
        }
        versions.push(&package.version_text);
    }
    let name = wish.name.as_str();
    Some(match versions.as_slice() {
        [] => format!("{name} is missing"),
        [first, ..] => format!("{name} is {first}, not {}", wish.specifiers),
    })
}
