//! What a team has banned from its code.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{Detect, Rule};

/// A name that the configuration bans.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "banned-by-team",
        title: "Banned by the team",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1177)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("banned_by_team.md"),
    },
    detect: Detect::Ban,
    everyday_until: None,
};
