//! Known holes as findings.

use bartizan_deps::check;
use bartizan_finding::Subject;
use bartizan_requirement::discover;

use crate::{advisories, below, day, found, lines, shop};

#[test]
fn a_hole_is_told_where_its_pin_stands() {
    let tree = shop(&[("requirements.txt", "# the shop\nlxml==6.0.1\ndjango==5.2.99\n")]);
    insta::assert_snapshot!(lines(&found(&tree, "2026-11-23")).join("\n"), @r#"
    requirements.txt:2 high vulnerable-package lxml 6.0.1 has a known hole, CVE-2026-41066: Using either of the two parsers in the default configuration (with resolve_entities=True) allows untrusted…
    "#);
}

#[test]
fn one_flaw_in_one_package_is_one_finding_whoever_numbers_it() {
    let known = advisories(
        &(below("PYSEC-2026-1", "cart", "2.0")
            .replace("\"summary\"", "\"aliases\": [\"CVE-2026-1\"], \"summary\"")
            + &below("CVE-2026-1", "cart", "2.0")
            + &below("PYSEC-2026-2", "cart", "2.0")),
    );
    let tree =
        shop(&[("requirements.txt", "cart==1.0\n"), ("docs/requirements.txt", "cart==1.0\n")]);
    let result = check(&discover(&tree), &known, &[], day("2026-11-23")).result(&tree);
    let subjects: Vec<&Subject> = result.findings.iter().map(|finding| &finding.subject).collect();
    let package =
        |advisory: &str| Subject::Package { name: "cart".into(), advisory: advisory.into() };
    assert_eq!(subjects.len(), 2);
    assert!(
        subjects.contains(&&package("CVE-2026-1")) && subjects.contains(&&package("PYSEC-2026-2"))
    );
    let first = &result.findings[0];
    assert_eq!(first.place.path.as_str(), "requirements.txt");
    assert_eq!(first.notes[0].place.path.as_str(), "docs/requirements.txt");
    assert_eq!(first.lines, [(1, "cart==1.0".to_owned())]);
    assert_eq!(first.fix, "cart==2.0");
}

#[test]
fn the_print_outlives_an_update_that_does_not_help() {
    let known = advisories(&below("PYSEC-2026-1", "cart", "2.0"));
    let print = |pin: &str| {
        let tree = shop(&[("requirements.txt", pin)]);
        let result = check(&discover(&tree), &known, &[], day("2026-11-23")).result(&tree);
        (result.findings[0].fingerprint, result.findings[0].evidence)
    };
    let (before, after) = (print("cart==1.0\n"), print("# now newer\ncart==1.1\n"));
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1);
}
