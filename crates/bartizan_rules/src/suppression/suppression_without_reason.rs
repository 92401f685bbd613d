//! Comments that silence a rule and do not say why.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::rule::{Detect, Rule};

use super::SuppressionFault;

/// See the page.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "suppression-without-reason",
        title: "Suppression without a reason",
        family: Family::Suppression,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1164)],
        severity: Severity::Info,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("suppression_without_reason.md"),
    },
    detect: Detect::Suppression(SuppressionFault::Reasonless),
    everyday_until: None,
};
