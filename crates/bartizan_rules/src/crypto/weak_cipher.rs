//! Ciphers, and modes of ciphers, of the past.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// A cipher that no longer hides.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "weak-cipher",
        title: "Cipher that hides little",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(327)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B304"),
            Alias(Peer::Bandit, "B305"),
            Alias(Peer::Ruff, "S304"),
            Alias(Peer::Ruff, "S305"),
        ],
        related: &[],
        was: &[],
        page: include_str!("weak_cipher.md"),
    },
    detect: Detect::Calls { kinds: &[kind::WEAK_CIPHER], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if site.applies != Truth::Yes {
        return None;
    }
    Some(Draft {
        message: format!("`{}` no longer hides what it encrypts", site.name()),
        label: "broken, or too short".to_owned(),
        impact: "Whoever has the encrypted data finds the key, or reads parts of it without: \
                 equal blocks show, bits can be turned unnoticed."
            .to_owned(),
        fix: "cryptography.fernet.Fernet, or AES-GCM".to_owned(),
        ..site.draft()
    })
}
