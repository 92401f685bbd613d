//! What holds whatever is scanned.
//!
//! A finding is known again by its fingerprint when the code around it moves, when the code itself is
//! formatted anew, and when its local variables get other names. A scan says the same twice, on
//! however many threads. A file says the same alone and inside its project, as far as rules need no
//! project.

use std::collections::BTreeMap;

use bartizan_base::MemoryTree;
use bartizan_finding::{Date, Finding, Profile, ScanResult, Status};
use bartizan_scan::config::Config;
use bartizan_scan::{Knowledge, scan};

const SHOP: &str = r#"
import hashlib
import pickle
import subprocess

import requests
from django.db import connection
from django.utils.safestring import mark_safe


class Catalogue:
    def search(self, term):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM product WHERE name = '%s'" % term)
            return cursor.fetchall()

    def banner(self, text):
        return mark_safe("<b>" + text + "</b>")


def restore(backup):
    data = pickle.loads(backup)
    return data


def print_label(name):
    subprocess.run("lp -d labels " + name, shell=True)


def price(url):
    answer = requests.get(url, verify=False)
    return answer.json()


def key(text):
    return hashlib.md5(text.encode()).hexdigest()


def two_keys(text):
    first = hashlib.md5(text.encode()).hexdigest()
    second = hashlib.md5(text.encode()).hexdigest()
    return first, second
"#;

fn auditor() -> Config {
    Config { profile: Profile::Auditor, ..Config::default() }
}

fn run(tree: &MemoryTree) -> ScanResult {
    let today = Date::new(2026, 11, 25).expect("a day of the calendar");
    scan(tree, &auditor(), &Knowledge::default(), today, &|_| {})
}

fn scan_one(text: &str) -> ScanResult {
    run(&MemoryTree::new().with("shop/views.py", text))
}

/// Rule and fingerprint of each finding, counted: twins have equal ones.
fn prints(result: &ScanResult) -> BTreeMap<(String, String), usize> {
    let mut prints = BTreeMap::new();
    for finding in &result.findings {
        *prints
            .entry((finding.rule.id.to_owned(), finding.fingerprint.to_string()))
            .or_default() += 1;
    }
    prints
}

fn assert_known_again(changed: &str, why: &str) {
    assert_ne!(changed, SHOP, "the text was changed");
    let (before, after) = (prints(&scan_one(SHOP)), prints(&scan_one(changed)));
    assert!(before.len() >= 7, "the shop has findings to compare: {before:?}");
    assert_eq!(before, after, "{why}");
}

#[test]
fn blank_lines_and_comments_change_no_fingerprint() {
    let spread =
        SHOP.replace("\n    ", "\n\n    # why\n    ").replace("\ndef ", "\n# and\n\n\ndef ");
    assert_known_again(&format!("\n\n# the shop\n{spread}"), "blank lines and comments");
}

#[test]
fn trailing_comments_change_no_fingerprint() {
    let changed = SHOP.replace("shell=True)", "shell=True)  # reviewed");
    assert_known_again(&changed, "a trailing comment");
}

#[test]
fn formatting_changes_no_fingerprint() {
    let changed = SHOP
        .replace("requests.get(url, verify=False)", "requests.get(\n        url,\n        verify=False,\n    )")
        .replace("\"lp -d labels \" + name, shell=True", "\n        ('lp -d labels ' + name),\n        shell = True,\n    ")
        .replace("\"SELECT * FROM product WHERE name = '%s'\" % term", "\n                \"SELECT * FROM product \"\n                \"WHERE name = '%s'\" % term\n            ");
    assert_known_again(&changed, "formatting");
}

#[test]
fn names_of_locals_change_no_fingerprint() {
    let changed = SHOP
        .replace("term", "wanted")
        .replace("cursor:", "c:")
        .replace("cursor.execute", "c.execute")
        .replace("cursor.fetchall", "c.fetchall")
        .replace("backup", "blob")
        .replace("url", "address");
    assert_known_again(&changed, "names of locals");
}

#[test]
fn moved_functions_keep_their_fingerprints() {
    let at = SHOP.find("def restore").expect("the shop restores backups");
    let (head, tail) = SHOP.split_at(at);
    let (one, rest) = tail.split_at(tail.find("def print_label").expect("and prints labels"));
    assert_known_again(&format!("{head}{rest}\n\n{one}"), "a function moved to the end");
}

#[test]
fn a_renamed_file_keeps_its_fingerprints() {
    let moved = run(&MemoryTree::new().with("store/pages.py", SHOP));
    assert_eq!(prints(&scan_one(SHOP)), prints(&moved));
}

#[test]
fn twins_are_told_apart_by_their_order() {
    let result = scan_one(SHOP);
    let mut twins: Vec<String> = result
        .findings
        .iter()
        .filter(|finding| finding.rule.id == "weak-hash")
        .map(|finding| finding.fingerprint.to_string())
        .collect();
    twins.sort();
    twins.dedup();
    assert_eq!(twins.len(), 3, "one in `key`, two in `two_keys`");
}

#[test]
fn the_same_input_gives_the_same_result_on_any_number_of_threads() {
    let mut tree = MemoryTree::new();
    for number in 0..40 {
        tree = tree.with(&format!("shop{number}/views.py"), SHOP);
    }
    let of = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| format!("{:?}", run(&tree)))
    };
    let alone = of(1);
    assert!(alone == of(4), "one thread and four say the same");
    assert!(alone == of(4), "and again");
}

#[test]
fn a_file_says_the_same_alone_and_in_its_project() {
    let alone = prints(&scan_one(SHOP));
    let project = MemoryTree::new()
        .with("manage.py", "import os\n")
        .with("shop/__init__.py", "")
        .with(
            "shop/models.py",
            "from django.db import models\n\n\nclass Product(models.Model):\n    pass\n",
        )
        .with("shop/views.py", SHOP);
    let within = run(&project);
    let in_file = |finding: &&Finding| finding.place.path.as_str() == "shop/views.py";
    assert_eq!(within.findings.iter().filter(in_file).count(), within.findings.len());
    assert_eq!(alone, prints(&within));
}

#[test]
fn evidence_changes_with_the_body_and_identity_does_not() {
    let changed = SHOP.replace(
        "    data = pickle.loads(backup)",
        "    check(backup)\n    data = pickle.loads(backup)",
    );
    let of = |text: &str| {
        let result = scan_one(text);
        let found = result.findings.iter().find(|f| f.rule.id == "unsafe-deserialization");
        let found = found.expect("pickle is found");
        (found.fingerprint, found.evidence)
    };
    let (before, after) = (of(SHOP), of(&changed));
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1);
}

/// Of test code that the profile does not show only the interface is read: what production code finds
/// there is the same, and nothing is known of what its functions return.
#[test]
fn production_code_says_the_same_whether_tests_are_shown_or_not() {
    let tests = r#"
import subprocess

TABLE = "product"
LABELS = ["a4"]


def fixture():
    return "DROP TABLE product"


def print_on(printer):
    LABELS.append(printer)
    subprocess.run("lp -d " + printer, shell=True)
"#;
    let views = r#"
from django.db import connection
from shop.tests.data import TABLE, fixture


def search(term):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM " + TABLE)
        cursor.execute(fixture() + term)
"#;
    let tree = MemoryTree::new().with("shop/tests/data.py", tests).with("shop/views.py", views);
    let today = Date::new(2026, 6, 1).expect("a date");
    let with = |profile| {
        let config = Config { profile, ..Config::default() };
        scan(&tree, &config, &Knowledge::default(), today, &|_| {})
    };
    let (careful, auditor) = (with(Profile::Careful), with(Profile::Auditor));
    assert_eq!((careful.coverage.interfaces, auditor.coverage.interfaces), (1, 0));
    assert_eq!(careful.coverage.kinds, auditor.coverage.kinds);
    let of = |result: &ScanResult, path: &str| {
        let findings = result.findings.iter().filter(|f| f.place.path.as_str() == path);
        // Rules on trial are the auditor's alone.
        let settled = findings.filter(|f| f.rule.status == Status::Stable);
        settled.map(|f| (f.rule.id, f.place.start.line)).collect::<Vec<_>>()
    };
    assert_eq!(of(&careful, "shop/tests/data.py"), []);
    assert_eq!(of(&auditor, "shop/tests/data.py"), [("shell-command-built-from-text", 14)]);
    assert_eq!(of(&careful, "shop/views.py"), [("sql-built-from-text", 9)]);
    assert_eq!(of(&careful, "shop/views.py"), of(&auditor, "shop/views.py"));
}

/// A Dockerfile says which settings visitors are served with.
#[test]
fn what_an_image_names_is_production() {
    let tree = MemoryTree::new()
        .with("Dockerfile", "FROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.conf.site\n")
        .with("shop/__init__.py", "")
        .with("shop/conf/__init__.py", "")
        .with("shop/conf/site.py", "DEBUG = True\n");
    let result = run(&tree);
    let debug = result.findings.iter().find(|f| f.rule.id == "debug-in-production");
    let debug = debug.expect("the image runs with DEBUG");
    assert_eq!(debug.place.path.as_str(), "shop/conf/site.py");
    assert_eq!(debug.check, Some("security.W018"));
}

/// What serves developers and visitors alike is what visitors get; a flag goes before all of it.
#[test]
fn the_settings_of_visitors_are_found_or_named() {
    let tree = MemoryTree::new()
        .with(
            "manage.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.conf')\n",
        )
        .with("shop/__init__.py", "")
        .with(
            "shop/wsgi.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.conf')\n",
        )
        .with("shop/conf.py", "DEBUG = True\n")
        .with("shop/other.py", "DEBUG = True\n");
    let today = Date::new(2026, 11, 25).expect("a day of the calendar");
    let debug = |settings: Option<&str>| {
        let settings = settings.map(str::to_owned);
        let config = Config { settings, ..Config::default() };
        let result = scan(&tree, &config, &Knowledge::default(), today, &|_| {});
        let found = result.findings.iter().filter(|f| f.rule.id == "debug-in-production");
        found.map(|f| f.place.path.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(debug(None), ["shop/conf.py"]);
    assert_eq!(debug(Some("shop.other")), ["shop/other.py"]);
}
