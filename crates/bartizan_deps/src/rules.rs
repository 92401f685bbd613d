//! The rules about packages, as values with a page each.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

/// All of them, by id.
pub const RULES: &[&RuleInfo] = &[&UNSUPPORTED_RELEASE, &VULNERABLE_PACKAGE];

/// A package with a hole that is known.
pub static VULNERABLE_PACKAGE: RuleInfo = RuleInfo {
    id: "vulnerable-package",
    title: "Package with a known hole",
    cwe: &[Cwe(1395), Cwe(1104)],
    severity: Severity::High,
    page: include_str!("rules/vulnerable_package.md"),
    ..RULE
};

/// A package of a series that has ended.
pub static UNSUPPORTED_RELEASE: RuleInfo = RuleInfo {
    id: "unsupported-release",
    title: "Release that gets no security fixes",
    cwe: &[Cwe(1104)],
    severity: Severity::High,
    page: include_str!("rules/unsupported_release.md"),
    ..RULE
};

/// What the rules have in common.
const RULE: RuleInfo = RuleInfo {
    id: "",
    title: "",
    family: Family::Dependencies,
    since: "0.1.0",
    status: Status::Stable,
    cwe: &[],
    severity: Severity::Medium,
    confidence: Confidence::High,
    aliases: &[],
    related: &[],
    was: &[],
    page: "",
};
