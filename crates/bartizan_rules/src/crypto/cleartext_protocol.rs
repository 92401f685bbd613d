//! Protocols of a time when nobody listened.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::{CallSite, Detect, Draft, Rule};

/// A connection without encryption.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cleartext-protocol",
        title: "Password sent as it is",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[
            Alias(Peer::Bandit, "B312"),
            Alias(Peer::Bandit, "B321"),
            Alias(Peer::Ruff, "S312"),
            Alias(Peer::Ruff, "S321"),
        ],
        related: &[],
        was: &[],
        page: include_str!("cleartext_protocol.md"),
    },
    detect: Detect::Calls { kinds: &[kind::CLEARTEXT_PROTOCOL], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let mut draft = site.draft();
    draft.doubt = Some("if more than a trusted wire lies between".to_owned());
    Some(Draft {
        message: format!("`{}` sends everything as it is, the password first", site.name()),
        label: "no encryption".to_owned(),
        impact: "Whoever listens anywhere on the way has the password and the files, and changes \
                 what is fetched."
            .to_owned(),
        fix: "SFTP or SSH; where it must be FTP, `ftplib.FTP_TLS` with `prot_p()`".to_owned(),
        ..draft
    })
}
