//! CSRF cookies that travel in clear.

use bartizan_django::settings::Truth;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The CSRF cookie is sent without encryption too.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csrf-cookie-insecure",
        title: "CSRF cookie sent over http",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(614)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Django, "security.W016")],
        related: &[],
        was: &[],
        page: include_str!("csrf_cookie_insecure.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W016"], drafts, |view, _, draft| {
        let impact = "Whoever listens where a visitor is reads the token, and a page of theirs sends \
                      forms that the site takes for its own.";
        let fix = "CSRF_COOKIE_SECURE = True";
        let draft = view.say(draft, "CSRF_COOKIE_SECURE", "is not True", impact, fix);
        let safety = if view.is_all_https() { Safety::Safe } else { Safety::Unsafe };
        let draft = view.repaired(draft, "CSRF_COOKIE_SECURE", "True", safety);
        if view.truth("SESSION_COOKIE_SECURE") == Truth::Yes {
            draft.at_most(Confidence::Medium, "if the name of the site answers over http at all")
        } else {
            draft.at_most(Confidence::Low, "if the session cookie gets kept from http")
        }
    });
}
