//! Devices that are managed in the open.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// SNMP that encrypts nothing.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unencrypted-snmp",
        title: "SNMP without encryption",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B508"),
            Alias(Peer::Bandit, "B509"),
            Alias(Peer::Ruff, "S508"),
            Alias(Peer::Ruff, "S509"),
        ],
        related: &[],
        was: &[],
        page: include_str!("unencrypted_snmp.md"),
    },
    detect: Detect::Calls { kinds: &[kind::UNENCRYPTED_MANAGEMENT], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if site.applies != Truth::Yes {
        return None;
    }
    Some(Draft {
        message: format!("With `{}`, what is asked and answered is readable", site.name()),
        label: "no encryption".to_owned(),
        impact: "Whoever listens learns the community or the user, and asks, or sets, what they \
                 like on the device."
            .to_owned(),
        fix: "UsmUserData(user, auth_key, priv_key)".to_owned(),
        ..site.draft()
    })
}
