//! Comments that silence a rule which has nothing to say.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::rule::{Detect, Rule};

use super::SuppressionFault;

/// See the page.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unused-suppression",
        title: "Suppression that silences nothing",
        family: Family::Suppression,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1164)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("unused_suppression.md"),
    },
    detect: Detect::Suppression(SuppressionFault::Unused),
    everyday_until: None,
};
