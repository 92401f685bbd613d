//! Names that are one slip of the pen away from that of a package which everybody uses.

use std::sync::OnceLock;

use bartizan_requirement::{Inventory, ManifestFormat, Source};
use rustc_hash::FxHashSet;

use super::Smell;
use crate::rules::MISSPELT_PACKAGE;

static POPULAR: &str = include_str!("../../data/popular.txt");

/// So many are worth an attack by a name that is nearly theirs.
const TARGETS: usize = 2_000;
/// Of shorter names, too many are one edit away from each other.
const SHORTEST: usize = 6;

/// What is known of names.
struct Names {
    known: FxHashSet<&'static str>,
    /// The most popular ones, by their length.
    targets: Vec<Vec<&'static str>>,
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let known: Vec<&str> = POPULAR.lines().filter(|line| !line.starts_with('#')).collect();
        let mut targets: Vec<Vec<&str>> = Vec::new();
        for name in known.iter().take(TARGETS).filter(|name| name.len() >= SHORTEST) {
            if targets.len() <= name.len() {
                targets.resize_with(name.len() + 1, Vec::new);
            }
            targets[name.len()].push(name);
        }
        Names { known: known.into_iter().collect(), targets }
    })
}

/// Names in manifests that are nearly those of others. What a lock brings in behind them was named by
/// somebody else.
pub(super) fn misspelt(inventory: &Inventory, found: &mut Vec<Smell>) {
    let own: FxHashSet<&str> = inventory
        .manifests
        .iter()
        .filter_map(|manifest| Some(manifest.project.as_ref()?.as_str()))
        .collect();
    for manifest in &inventory.manifests {
        // A command line is full of words that only look like names.
        if matches!(manifest.format, ManifestFormat::Dockerfile | ManifestFormat::Ci) {
            continue;
        }
        for wish in &manifest.requirements {
            let name = wish.name.as_str();
            if wish.source != Source::Index || !wish.kind.brings_in() || own.contains(name) {
                continue;
            }
            let Some(meant) = nearly(name) else { continue };
            let words = [
                format!("`{name}` is one character away from `{meant}`, which everybody uses"),
                "Whoever registers such a name waits for a slip of the pen: its package is \
                 installed and run in place of the one that was meant"
                    .to_owned(),
                format!("{meant}, if that is meant"),
            ];
            let smell = Smell::new(&MISSPELT_PACKAGE, &wish.place, name, words);
            let doubt = format!("if `{name}` is not the package that is meant");
            found.push(Smell { doubt: Some(doubt), ..smell });
        }
    }
}

/// The popular package that `name` is one edit away from; none for a name that is known itself.
fn nearly(name: &str) -> Option<&'static str> {
    let names = names();
    if name.len() + 1 < SHORTEST || names.known.contains(name) {
        return None;
    }
    let lengths = name.len() - 1..=name.len() + 1;
    let targets = lengths.filter_map(|length| names.targets.get(length)).flatten();
    targets.copied().find(|target| is_one_edit(name.as_bytes(), target.as_bytes()))
}

/// Whether one character more, less, another, or two that have changed places make the difference.
fn is_one_edit(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([], [_]) | ([_], []) => true,
        ([a1, a2, a3 @ ..], [b1, b2, b3 @ ..]) if a1 == b2 && a2 == b1 && a3 == b3 => true,
        ([_, a1 @ ..], [_, b1 @ ..]) => a1 == b1 || a == b1 || a1 == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_one_edit() {
        for near in ["djago", "djangoo", "djamgo", "djnago", "jango", "xdjango"] {
            assert!(is_one_edit(near.as_bytes(), b"django"), "{near}");
        }
        for far in ["django", "dajgno", "dj4ng0", "flask", ""] {
            assert!(!is_one_edit(far.as_bytes(), b"django"), "{far}");
        }
    }

    #[test]
    fn names_that_are_known_are_no_slips() {
        assert_eq!(nearly("requestss"), Some("requests"));
        assert_eq!(nearly("djngo"), Some("django"));
        for known in ["grequests", "django", "psycopg2", "panda", "shop-prices", "wagtail", "attr"]
        {
            assert_eq!(nearly(known), None, "{known}");
        }
    }
}
