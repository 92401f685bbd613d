//! What a scan says of the packages that a shop is made of.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

use bartizan_advisory::builtin;
use bartizan_base::MemoryTree;
use bartizan_deps::Ignore;
use bartizan_finding::{Profile, ScanResult};
use bartizan_scan::config::{Config, Form};
use bartizan_scan::{Knowledge, rules, scan};

fn shop(files: &[(&str, &str)]) -> MemoryTree {
    files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, *text))
}

fn scanned(tree: &MemoryTree, config: &Config, ignores: &[Ignore]) -> ScanResult {
    let knowledge = Knowledge::default().with_advisories(builtin(), ignores);
    scan(tree, config, &knowledge, "2026-11-26".parse().unwrap(), &|_| {})
}

fn configured(text: &str) -> Config {
    Config::parse("bartizan.toml", text, Form::Own, rules()).unwrap().unwrap()
}

/// `path:line rule`, and why it is silenced.
fn said(result: &ScanResult) -> Vec<String> {
    assert!(result.problems.is_empty(), "{:?}", result.problems);
    let line = |finding: &bartizan_finding::Finding| {
        let silenced = match &finding.suppressed {
            Some(by) => format!(" silenced in line {}: {}", by.line, by.reason),
            None => String::new(),
        };
        let place = &finding.place;
        format!("{}:{} {}{silenced}", place.path, place.start.line, finding.rule.id)
    };
    result.findings.iter().map(line).collect()
}

#[test]
fn holes_in_packages_are_findings_among_others() {
    let tree = shop(&[
        ("requirements.txt", "markdown==3.8.0\ndjango-csp==4.0\n"),
        ("shop/keys.py", "import hashlib\n\nKEY = hashlib.md5(password).digest()\n"),
    ]);
    let result = scanned(&tree, &Config::default(), &[]);
    assert_eq!(
        said(&result),
        ["requirements.txt:1 vulnerable-package", "shop/keys.py:3 weak-hash",]
    );
    let packages = result.packages.unwrap();
    assert_eq!((packages.checked, packages.unchecked), (2, 0));
    assert!(packages.age.unwrap() > 30, "{packages:?}");
}

#[test]
fn without_advisories_nothing_is_said_of_packages() {
    let tree = shop(&[("requirements.txt", "markdown==3.8.0\n")]);
    let today = "2026-11-26".parse().unwrap();
    let result = scan(&tree, &Config::default(), &Knowledge::default(), today, &|_| {});
    assert_eq!(said(&result), [""; 0]);
    assert_eq!(result.packages, None);
}

#[test]
fn rules_about_packages_are_selected_as_others_are() {
    let tree = shop(&[
        ("requirements.txt", "--trusted-host pypi.shop.example\nmarkdown==3.8.0\n"),
        ("shop/keys.py", "import hashlib\n\nKEY = hashlib.md5(password).digest()\n"),
    ]);
    let with = |text: &str| said(&scanned(&tree, &configured(text), &[]));
    assert_eq!(
        with("select = [\"dependencies\"]"),
        ["requirements.txt:1 unprotected-index", "requirements.txt:2 vulnerable-package"]
    );
    assert_eq!(with("select = [\"weak-hash\"]"), ["shop/keys.py:3 weak-hash"]);
    assert_eq!(
        with("ignore = [\"vulnerable-package\"]"),
        ["requirements.txt:1 unprotected-index", "shop/keys.py:3 weak-hash"]
    );
}

#[test]
fn a_comment_silences_a_package_and_is_told_where_it_silences_nothing() {
    let tree = shop(&[(
        "requirements.txt",
        "markdown==3.8.0  # bartizan: ignore[vulnerable-package] only our own texts\n\
         # bartizan: ignore[vulnerable-package] nothing here\n\
         django==5.2.99\n\
         # bartizan: ignore[weak-hash] nor this\n",
    )]);
    let result = scanned(&tree, &Config::default(), &[]);
    assert_eq!(
        said(&result),
        [
            "requirements.txt:1 vulnerable-package silenced in line 1: only our own texts",
            "requirements.txt:2 unused-suppression",
            "requirements.txt:4 unused-suppression",
        ]
    );
}

#[test]
fn a_list_of_decisions_counts_in_a_scan() {
    let tree = shop(&[("requirements.txt", "markdown==3.8.0\n")]);
    let reason = "our own texts only".to_owned();
    let ignore = Ignore { reason, ..Ignore::of_flag("PYSEC-2026-89") };
    assert_eq!(
        said(&scanned(&tree, &Config::default(), &[ignore])),
        ["requirements.txt:1 vulnerable-package silenced in line 0: our own texts only"]
    );
}

#[test]
fn packages_of_tests_are_shown_to_who_wants_tests() {
    let tree = shop(&[("tests/requirements.txt", "markdown==3.8.0\n")]);
    let of = |profile| said(&scanned(&tree, &Config { profile, ..Config::default() }, &[]));
    assert_eq!(of(Profile::Everyday), [""; 0]);
    assert_eq!(of(Profile::Auditor), ["tests/requirements.txt:1 vulnerable-package"]);
}
