//! Releases that get no fixes.

use crate::{found, lines, shop};

#[test]
fn a_dead_series_is_as_bad_as_the_worst_hole_found_since() {
    let tree = shop(&[("requirements.txt", "django==5.1.15\n")]);
    let result = found(&tree, "2026-11-23");
    insta::assert_snapshot!(lines(&result).join("\n"), @r#"
    requirements.txt:1 critical unsupported-release Django 5.1.15 has had no security fixes since 2025-12-03 (355 days)
    "#);
    let ended = &result.findings[0];
    insta::assert_snapshot!(format!("{}\n{}", ended.impact, ended.fix), @r#"
    32 holes were published for other series since; no advisory says which of them this one has, and nobody repairs them
    move to Django 5.2, supported, until 2028-04-30
    "#);
}

#[test]
fn a_series_dies_on_its_day() {
    let tree = shop(&[("requirements.txt", "django==5.1.15\n")]);
    let ended = |today| {
        found(&tree, today).findings.iter().any(|finding| finding.rule.id == "unsupported-release")
    };
    assert!(!ended("2025-12-03") && ended("2025-12-04"));
}

#[test]
fn what_is_older_than_the_calendar_is_dead_too() {
    let tree = shop(&[("requirements.txt", "django==1.2.7\n")]);
    let result = found(&tree, "2026-11-23");
    let ended = result.findings.iter().find(|finding| finding.rule.id == "unsupported-release");
    assert!(ended.unwrap().message.contains("since 2013-02-26"));
}
