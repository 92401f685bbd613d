//! Connections in a version of TLS that is broken.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Form, Rule};

/// A version of TLS of the past.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "weak-tls-version",
        title: "Broken version of TLS",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(326), Cwe(327)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B502"),
            Alias(Peer::Bandit, "B503"),
            Alias(Peer::Bandit, "B504"),
            Alias(Peer::Ruff, "S502"),
            Alias(Peer::Ruff, "S503"),
            Alias(Peer::Ruff, "S504"),
        ],
        related: &[],
        was: &[],
        page: include_str!("weak_tls_version.md"),
    },
    detect: Detect::Calls { kinds: &[kind::TLS_VERSION], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    // A version that someone sets elsewhere is theirs to set.
    if site.applies != Truth::Yes {
        return None;
    }
    Some(Draft {
        message: match site.form {
            Form::Store => "Broken versions of TLS are let in".to_owned(),
            _ => format!("`{}` speaks a broken version of TLS", site.name()),
        },
        label: "SSL 3, TLS 1.0 or TLS 1.1".to_owned(),
        impact: "Whoever stands in between makes both sides use the old version, and reads parts \
                 of what they say."
            .to_owned(),
        fix: "ssl.create_default_context()".to_owned(),
        ..site.draft()
    })
}
