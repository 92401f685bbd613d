//! Comments that name a rule which does not exist.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::rule::{Detect, Rule};

use super::SuppressionFault;

/// See the page.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "suppression-of-unknown-rule",
        title: "Suppression of a rule that does not exist",
        family: Family::Suppression,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1164)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("suppression_of_unknown_rule.md"),
    },
    detect: Detect::Suppression(SuppressionFault::Unknown),
    everyday_until: None,
};
