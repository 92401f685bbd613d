//! Logging that is configured over a socket.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// A configuration that comes from whoever connects.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "logging-config-from-socket",
        title: "Logging configured by whoever connects",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(94)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B612"), Alias(Peer::Ruff, "S612")],
        related: &[],
        was: &[],
        page: include_str!("logging_config_from_socket.md"),
    },
    detect: Detect::Calls { kinds: &[kind::CONFIG_LISTENER], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if site.applies != Truth::Yes {
        return None;
    }
    let draft = site.draft_at(site.span);
    Some(Draft {
        message: format!("`{}` takes its configuration from whoever connects", site.name()),
        label: "nothing checks what comes".to_owned(),
        impact: "The configuration names functions that are called: whoever reaches the port from \
                 this machine runs code as the site."
            .to_owned(),
        fix: "verify=check_signature".to_owned(),
        ..draft
    })
}
