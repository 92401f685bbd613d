//! SSH connections that do not ask who answers.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// A host key that is taken as it comes.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unknown-host-accepted",
        title: "Unknown SSH host accepted",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(295)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B507"), Alias(Peer::Ruff, "S507")],
        related: &[],
        was: &[],
        page: include_str!("unknown_host_accepted.md"),
    },
    detect: Detect::Calls { kinds: &[kind::SSH_HOST_KEY_POLICY], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if site.applies != Truth::Yes {
        return None;
    }
    Some(Draft {
        message: "An SSH host that nobody knows is taken for the right one".to_owned(),
        label: "any host key".to_owned(),
        impact: "Whoever stands in between answers in the host's name, gets the password, and \
                 sees and changes what is run and copied."
            .to_owned(),
        fix: "client.load_system_host_keys(), and `paramiko.RejectPolicy()`".to_owned(),
        ..site.draft()
    })
}
