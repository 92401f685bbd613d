//! Visits that begin without encryption.

use bartizan_django::settings::Truth;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Nothing tells browsers to stay on HTTPS.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hsts-off",
        title: "Browsers that may still come over http",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Django, "security.W004")],
        related: &[],
        was: &[],
        page: include_str!("hsts_off.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W004"], drafts, |view, _, draft| {
        let impact = "Whoever runs the network between a visitor and the site answers their first \
                      request over http, and goes on as the site.";
        let fix = "SECURE_HSTS_SECONDS = 31536000";
        let draft = view.say(draft, "SECURE_HSTS_SECONDS", "is off", impact, fix);
        let draft = view.repaired(draft, "SECURE_HSTS_SECONDS", "31536000", Safety::Unsafe);
        let sure = match view.truth("SECURE_SSL_REDIRECT") {
            Truth::Yes => Confidence::Medium,
            _ => Confidence::Low,
        };
        draft.at_most(sure, "if no server in front sends the header")
    });
}
