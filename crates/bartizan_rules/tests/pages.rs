//! Every rule does what its page says, and the lists of rules agree with each other.

#![allow(clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "the lists are compared with the folders")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use bartizan_rules::RULES;
use bartizan_testkit::{crossfire, spec};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_rule_does_what_its_page_says() {
    let wrong: Vec<String> = RULES.iter().flat_map(|rule| spec::check(rule)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A stale table is written anew here, and the test fails once, so that it is seen and committed.
#[test]
fn what_rules_say_of_the_examples_of_others_is_known() {
    let path = Path::new(ROOT).join("tests/crossfire.tsv");
    let table = crossfire::table(RULES);
    let known = fs::read_to_string(&path).unwrap_or_default();
    if known != table {
        fs::write(&path, &table).unwrap();
        panic!("tests/crossfire.tsv was written anew: read the difference and commit it");
    }
}

#[test]
fn the_slice_the_folders_and_the_pages_are_one_list() {
    let mut listed = BTreeSet::new();
    for rule in RULES {
        let file = format!("{}/{}", rule.info.family.as_str(), rule.info.id.replace('-', "_"));
        assert!(listed.insert(file), "{} is listed twice", rule.info.id);
    }
    let mut rules = BTreeSet::new();
    let mut pages = BTreeSet::new();
    for folder in folders() {
        for entry in fs::read_dir(Path::new(ROOT).join("src").join(&folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_stem().unwrap().to_string_lossy());
            let text = fs::read_to_string(&path).unwrap();
            if path.extension().is_some_and(|extension| extension == "md") {
                pages.insert(name);
            } else if text.contains(" RULE: Rule = ") {
                rules.insert(name);
            }
        }
    }
    assert_eq!(rules, listed, "files that define a rule, and RULES");
    assert_eq!(pages, listed, "pages, and RULES");
}

fn folders() -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join("src")).unwrap();
    let folders = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    folders.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn rules_stand_in_the_order_of_families_and_names() {
    let order = |rule: &&&bartizan_rules::Rule| (rule.info.family, rule.info.id);
    assert!(RULES.iter().is_sorted_by_key(|rule| order(&rule)));
}

#[test]
fn ids_are_kebab_case_and_no_earlier_id_comes_back() {
    let mut seen = BTreeSet::new();
    for rule in RULES {
        for id in rule.info.was.iter().chain([&rule.info.id]) {
            assert!(seen.insert(*id), "{id} is used twice");
            let words = id.split('-').all(|word| {
                !word.is_empty()
                    && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
            assert!(words, "{id} is no kebab case");
        }
        assert!(!rule.info.cwe.is_empty(), "{} names no weakness", rule.info.id);
    }
}

/// A peer's suppression of one of these counts for several rules: each time, on purpose. The key of a
/// site is a password in the code, and has a rule of its own because it does more harm.
const SHARED: &[&str] = &["B105", "S105"];

#[test]
fn aliases_are_shared_on_purpose_alone() {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in RULES {
        for alias in rule.info.aliases {
            users.entry(alias.1).or_default().push(rule.info.id);
        }
    }
    users.retain(|alias, users| users.len() > 1 && !SHARED.contains(alias));
    assert!(users.is_empty(), "{users:?}");
}
