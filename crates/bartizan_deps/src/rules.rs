//! The rules about packages, as values with a page each.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

/// All of them, by id.
pub const RULES: &[&RuleInfo] = &[
    &INDEX_BESIDE_INDEX,
    &LOCK_OUT_OF_STEP,
    &MALICIOUS_PACKAGE,
    &MISSING_HASHES,
    &MISSPELT_PACKAGE,
    &MOVING_SOURCE,
    &TRANSITIVE_IMPORT,
    &UNPROTECTED_INDEX,
    &UNSUPPORTED_RELEASE,
    &UNUSED_REQUIREMENT,
    &VULNERABLE_PACKAGE,
    &YANKED_RELEASE,
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

/// A lock that does not hold what its manifest asks for.
pub static LOCK_OUT_OF_STEP: RuleInfo = RuleInfo {
    id: "lock-out-of-step",
    title: "Lock that is not what its manifest asks for",
    cwe: &[Cwe(1357)],
    severity: Severity::Low,
    page: include_str!("rules/lock_out_of_step.md"),
    ..RULE
};

/// A package that was published to do harm.
pub static MALICIOUS_PACKAGE: RuleInfo = RuleInfo {
    id: "malicious-package",
    title: "Package that was published to do harm",
    cwe: &[Cwe(506), Cwe(1357)],
    severity: Severity::Critical,
    page: include_str!("rules/malicious_package.md"),
    ..RULE
};

/// A name that is nearly that of a package which everybody uses.
pub static MISSPELT_PACKAGE: RuleInfo = RuleInfo {
    id: "misspelt-package",
    title: "Package whose name is nearly that of another",
    cwe: &[Cwe(1357), Cwe(829)],
    severity: Severity::High,
    confidence: Confidence::Medium,
    page: include_str!("rules/misspelt_package.md"),
    ..RULE
};

/// An import of a package that nobody here asked for.
pub static TRANSITIVE_IMPORT: RuleInfo = RuleInfo {
    id: "transitive-import",
    title: "Import of a package that only another asks for",
    cwe: &[Cwe(1357)],
    severity: Severity::Low,
    confidence: Confidence::Low,
    page: include_str!("rules/transitive_import.md"),
    ..RULE
};

/// A requirement that no code imports.
pub static UNUSED_REQUIREMENT: RuleInfo = RuleInfo {
    id: "unused-requirement",
    title: "Package that no code imports",
    cwe: &[Cwe(1357)],
    severity: Severity::Info,
    confidence: Confidence::Low,
    page: include_str!("rules/unused_requirement.md"),
    ..RULE
};

/// A pin of a release that was taken back.
pub static YANKED_RELEASE: RuleInfo = RuleInfo {
    id: "yanked-release",
    title: "Release that its authors took back",
    cwe: &[Cwe(1357), Cwe(1104)],
    page: include_str!("rules/yanked_release.md"),
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
