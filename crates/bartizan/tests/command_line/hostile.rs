//! Trees that mean no good, or were never meant to be read: each trouble is told with its file, and
//! what is beside it is found all the same.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use crate::Shop;

/// A file in which something is to be found, so that a scan that stops too early shows.
const FOUND: &str = "import hashlib\n\nKEY = hashlib.md5(password).hexdigest()\n";

#[test]
fn every_trouble_is_told_and_the_rest_goes_on() {
    let shop = Shop::new(&[("shop/keys.py", FOUND), ("shop/broken.py", "def half(:\n    pass\n")]);
    let root = shop.path();
    let write = |path: &str, bytes: &[u8]| fs::write(root.join(path), bytes).unwrap();
    write("shop/latin.py", b"NAME = 'caf\xe9'\n");
    write("shop/declared.py", b"# coding: latin-1\nNAME = 'caf\xe9'\n");
    write("shop/nul.py", b"NAME = 1\0\n");
    write("shop/huge.py", &vec![b'#'; 50_000_000]);
    write(
        "shop/deep.py",
        format!("X = {}1{}\n", "[".repeat(10_000), "]".repeat(10_000)).as_bytes(),
    );
    write("shop/deeper.py", format!("X = {}\n", "[".repeat(1_000_000)).as_bytes());
    symlink("..", root.join("shop/circle")).unwrap();
    symlink("/etc/hostname", root.join("shop/outside.py")).unwrap();
    symlink("nowhere.py", root.join("shop/dangling.py")).unwrap();
    fs::write(root.join("shop").join(OsStr::from_bytes(b"name\xff.py")), FOUND).unwrap();

    let run = shop.run(&["scan", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let result: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let findings: Vec<&str> = result["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(findings, ["weak-hash"]);

    let mut problems: Vec<String> = result["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| format!("{} {}", p["kind"].as_str().unwrap(), p["path"].as_str().unwrap()))
        .collect();
    let skipped = result["coverage"]["skipped"].as_array().unwrap();
    problems.extend(skipped.iter().map(|s| format!("skipped {}", s["path"].as_str().unwrap())));
    problems.sort();
    problems.dedup();
    let told = problems.join("\n");
    for expected in [
        "syntax shop/broken.py",
        "encoding shop/latin.py",
        "syntax shop/nul.py",
        "too-large shop/huge.py",
        "too-deep shop/deep.py",
        "too-deep shop/deeper.py",
        "name shop/name",
        "shop/circle",
        "shop/outside.py",
        "shop/dangling.py",
    ] {
        assert!(told.contains(expected), "{expected} is not among\n{told}");
    }
    assert!(!told.contains("declared.py"), "a declared encoding is no trouble:\n{told}");
    assert!(!told.contains("internal"), "nothing failed inside:\n{told}");
}

#[test]
fn escape_sequences_in_source_do_not_reach_the_terminal() {
    let shop = Shop::new(&[(
        "shop/keys.py",
        "import hashlib\n\nKEY = hashlib.md5(password + b'\u{1b}]0;owned\u{7}').hexdigest()  # \u{202e}\n",
    )]);
    let run = shop.run(&["scan", "--color", "always"]);
    assert_eq!(run.code, 1);
    assert!(
        !run.stdout.contains("\u{1b}]0;") && !run.stdout.contains('\u{202e}'),
        "{}",
        run.stdout
    );
}
