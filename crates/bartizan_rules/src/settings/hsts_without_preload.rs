//! First visits without encryption.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The site does not ask to be on the list that browsers bring along.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hsts-without-preload",
        title: "First visits that may come over http",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Info,
        confidence: Confidence::Low,
        aliases: &[Alias(Peer::Django, "security.W021")],
        related: &[],
        was: &[],
        page: include_str!("hsts_without_preload.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W021"], drafts, |view, _, draft| {
        let impact =
            "Whoever runs the network answers the very first request of a new visitor over http.";
        let draft =
            view.say(draft, "SECURE_HSTS_PRELOAD", "is off", impact, "SECURE_HSTS_PRELOAD = True");
        let draft = view.repaired(draft, "SECURE_HSTS_PRELOAD", "True", Safety::Unsafe);
        draft.at_most(Confidence::Low, "if the domain is meant to be on the list of browsers")
    });
}
