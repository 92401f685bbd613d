//! Comments whose last day is over.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::rule::{Detect, Rule};

use super::SuppressionFault;

/// See the page.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "expired-suppression",
        title: "Suppression whose last day is over",
        family: Family::Suppression,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1164)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("expired_suppression.md"),
    },
    detect: Detect::Suppression(SuppressionFault::Expired),
    everyday_until: None,
};
