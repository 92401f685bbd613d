//! Packages without a hash in a file where others have one.

use std::collections::BTreeMap;

use bartizan_base::FilePath;
use bartizan_finding::Place;
use bartizan_requirement::{Lock, LockFormat, Manifest, ManifestFormat, Relation};

use super::Smell;
use crate::rules::MISSING_HASHES;

/// Of many packages so many are named.
const NAMED: usize = 3;

/// The same for the pins of a requirements file.
pub(super) fn of_manifest(manifest: &Manifest, found: &mut Vec<Smell>) {
    if manifest.format != ManifestFormat::Requirements {
        return;
    }
    let pins = manifest
        .requirements
        .iter()
        .filter(|wish| wish.source.is_index() && wish.kind.brings_in() && wish.pinned().is_some());
    let hashed = pins.map(|wish| (wish.name.as_str(), &wish.place, !wish.hashes.is_empty()));
    found.extend(missing(&manifest.path, hashed.collect()));
}

/// The same for a lock whose format can hold hashes, and need not.
pub(super) fn of_lock(lock: &Lock, found: &mut Vec<Smell>) {
    if !matches!(lock.format, LockFormat::PipCompile | LockFormat::Pylock | LockFormat::Pipenv) {
        return;
    }
    let hashed = lock
        .packages
        .iter()
        .filter(|it| it.source.is_index() && it.relation != Relation::Project)
        .map(|it| (it.name.as_str(), &it.place, !it.hashes.is_empty()));
    found.extend(missing(&lock.path, hashed.collect()));
}

fn missing(path: &FilePath, packages: Vec<(&str, &Place, bool)>) -> Option<Smell> {
    let with = packages.iter().filter(|(_, _, is_hashed)| *is_hashed).count();
    if with == 0 {
        return None;
    }
    let mut bare: BTreeMap<&str, &Place> = BTreeMap::new();
    for (name, place, _) in packages.iter().filter(|(_, _, is_hashed)| !is_hashed) {
        bare.entry(name).or_insert(place);
    }
    let first = bare.values().min()?;
    let names: Vec<&str> = bare.keys().copied().take(NAMED).collect();
    let names = match (bare.len() - names.len(), names.as_slice()) {
        (0, [others @ .., last]) if !others.is_empty() => {
            format!("{} and {last}", others.join(", "))
        }
        (0, _) => names.join(", "),
        (more, _) => format!("{} and {more} more", names.join(", ")),
    };
    let (has, it) = if bare.len() == 1 { ("has", "it") } else { ("have", "them") };
    let have = if with == 1 { "has one" } else { "have one" };
    let words = [
        format!("{names} {has} no hash, while {with} in {path} {have}"),
        "Nothing tells whether the archive that is installed is the one that was looked at; an \
         index, a mirror or whoever holds the account can exchange it"
            .to_owned(),
        format!(
            "let the tool that writes the file add {it}: pip-compile --generate-hashes, uv pip \
             compile --generate-hashes"
        ),
    ];
    // One cause, one finding: the file was written without them.
    Some(Smell::new(&MISSING_HASHES, first, "--hash", words))
}
