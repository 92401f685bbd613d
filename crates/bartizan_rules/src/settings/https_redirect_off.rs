//! Pages that are served without encryption.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Visitors who come over http stay there.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "https-redirect-off",
        title: "Pages served over http",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Medium,
        confidence: Confidence::Low,
        aliases: &[Alias(Peer::Django, "security.W008")],
        related: &[],
        was: &[],
        page: include_str!("https_redirect_off.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W008"], drafts, |view, _, draft| {
        let impact = "Whoever is on the way between a visitor and the site reads what they send, \
                      passwords too, and writes what they get.";
        let fix = "SECURE_SSL_REDIRECT = True";
        let draft = view.say(draft, "SECURE_SSL_REDIRECT", "is not True", impact, fix);
        let draft = view.repaired(draft, "SECURE_SSL_REDIRECT", "True", Safety::Unsafe);
        draft.at_most(Confidence::Low, "if no server in front leads visitors to https")
    });
}
