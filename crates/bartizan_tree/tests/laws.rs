//! What holds for every tree, however its files lie and whatever its ignore files say.
#![allow(clippy::disallowed_methods, reason = "these tests lay out real folders")]
#![allow(clippy::unwrap_used, reason = "a test that cannot lay out its files has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bartizan_base::{Listing, Tree};
use bartizan_tree::DiskTree;
use ignore::WalkBuilder;
use proptest::prelude::*;

/// A file of patterns in a folder.
type Patterns = (&'static str, String, Vec<&'static str>);

fn folder() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["shop", "orders", ".conf", "a b"]);
    prop::collection::vec(part, 0..4).prop_map(|parts| parts.join("/"))
}

fn file() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["views.py", "local.py", "urls.pyi", "a b.py", "x.txt"]);
    (folder(), name).prop_map(|(folder, name)| join(&folder, name))
}

fn patterns() -> impl Strategy<Value = Patterns> {
    let lines = prop::sample::select(vec![
        "local.py",
        "/shop",
        "shop/",
        "!views.py",
        "*.py",
        "orders/*",
        "!orders/",
        "**/a b.py",
        "shop/**/urls.pyi",
        "# views.py",
        "\\#x",
        "!",
        "/",
        "*",
        "views.py ",
        "[l-v]*.py",
        ".*",
        "",
    ]);
    let name = prop::sample::select(vec![".gitignore", ".ignore"]);
    (name, folder(), prop::collection::vec(lines, 1..5))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn lay_out(root: &Path, files: &BTreeSet<String>, patterns: &[Patterns]) {
    for file in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    for (name, folder, lines) in patterns {
        fs::create_dir_all(root.join(folder)).unwrap();
        fs::write(root.join(folder).join(name), lines.join("\n")).unwrap();
    }
}

/// Whether the listing speaks of a file, by its own name or by a folder that it lies in.
fn accounts_for(listing: &Listing, file: &str) -> usize {
    let listed = listing.files.iter().filter(|entry| entry.path.as_str() == file).count();
    let inside =
        |row: &str| file == row || file.strip_prefix(row).is_some_and(|r| r.starts_with('/'));
    listed + listing.skipped.iter().filter(|row| inside(&row.path)).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    /// Silence means that there was nothing to read: no file gets lost, and none counts twice.
    #[test]
    fn every_file_is_listed_or_left_out(
        files in prop::collection::btree_set(file(), 1..12),
        patterns in prop::collection::vec(patterns(), 0..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        lay_out(folder.path(), &files, &patterns);
        let listing = DiskTree::open(folder.path()).unwrap().list();
        prop_assert!(listing.problems.is_empty());
        for file in files.iter().filter(|file| !file.ends_with(".txt")) {
            prop_assert_eq!(accounts_for(&listing, file), 1, "{} in {:?}", file, &listing);
        }
    }

    /// Another reader of the same ignore files agrees on what they mean.
    #[test]
    fn patterns_mean_what_they_mean_elsewhere(
        files in prop::collection::btree_set(file(), 1..12),
        patterns in prop::collection::vec(patterns(), 0..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        lay_out(folder.path(), &files, &patterns);
        let listing = DiskTree::open(folder.path()).unwrap().list();
        let ours: Vec<&str> = listing.files.iter().map(|entry| entry.path.as_str()).collect();
        let walk = WalkBuilder::new(folder.path())
            .hidden(false).parents(false).require_git(false).git_global(false).git_exclude(false)
            .build();
        let mut theirs: Vec<String> = walk
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.is_file())
            .map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned())
            .collect();
        theirs.sort_unstable();
        prop_assert_eq!(ours, theirs);
    }
}
