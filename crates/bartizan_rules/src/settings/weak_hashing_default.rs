//! Signatures whose hash is unknown.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The hash for signatures is none that Django takes.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "weak-hashing-default",
        title: "Hash for signatures that Django does not know",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(327)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.E100")],
        related: &[],
        was: &[],
        page: include_str!("weak_hashing_default.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.E100"], drafts, |view, _, draft| {
        let impact =
            "Signatures of sessions and reset links rest on a hash that nobody vouches for.";
        view.say(
            draft,
            "DEFAULT_HASHING_ALGORITHM",
            "is no hash that Django takes",
            impact,
            "DEFAULT_HASHING_ALGORITHM = \"sha256\"",
        )
    });
}
