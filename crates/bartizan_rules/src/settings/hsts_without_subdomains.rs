//! Subdomains that are reached without encryption.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The promise of HTTPS does not hold for subdomains.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hsts-without-subdomains",
        title: "Subdomains that browsers may reach over http",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[Alias(Peer::Django, "security.W005")],
        related: &[],
        was: &[],
        page: include_str!("hsts_without_subdomains.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W005"], drafts, |view, _, draft| {
        let impact = "Whoever runs the network answers for a subdomain over http and sets cookies that this site takes for its own.";
        let draft = view.say(draft, "SECURE_HSTS_INCLUDE_SUBDOMAINS", "is off", impact, "SECURE_HSTS_INCLUDE_SUBDOMAINS = True");
        let draft = view.repaired(draft, "SECURE_HSTS_INCLUDE_SUBDOMAINS", "True", Safety::Unsafe);
        draft.at_most(Confidence::Low, "if all subdomains are served over HTTPS")
    });
}
