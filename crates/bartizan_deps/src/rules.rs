//! The rules about packages, as values with a page each.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

/// All of them, by id.
pub const RULES: &[&RuleInfo] = &[
    &INDEX_BESIDE_INDEX,
    &MISSING_HASHES,
    &MOVING_SOURCE,
    &UNPROTECTED_INDEX,
    &UNSUPPORTED_RELEASE,
    &VULNERABLE_PACKAGE,
];

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

/// A second index that goes before none.
pub static INDEX_BESIDE_INDEX: RuleInfo = RuleInfo {
    id: "index-beside-index",
    title: "Private packages that the public index can replace",
    cwe: &[Cwe(427), Cwe(829)],
    severity: Severity::High,
    confidence: Confidence::Medium,
    page: include_str!("rules/index_beside_index.md"),
    ..RULE
};

/// A pin without a hash beside pins with one.
pub static MISSING_HASHES: RuleInfo = RuleInfo {
    id: "missing-hashes",
    title: "Package without a hash beside others that have one",
    cwe: &[Cwe(353), Cwe(494)],
    page: include_str!("rules/missing_hashes.md"),
    ..RULE
};

/// A package from a branch.
pub static MOVING_SOURCE: RuleInfo = RuleInfo {
    id: "moving-source",
    title: "Package from a branch that moves",
    cwe: &[Cwe(829), Cwe(494)],
    page: include_str!("rules/moving_source.md"),
    ..RULE
};

/// An index that anybody can speak for.
pub static UNPROTECTED_INDEX: RuleInfo = RuleInfo {
    id: "unprotected-index",
    title: "Packages over an unprotected connection",
    cwe: &[Cwe(494), Cwe(295), Cwe(319)],
    severity: Severity::High,
    page: include_str!("rules/unprotected_index.md"),
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
