//! Session cookies that travel in clear.

use bartizan_django::settings::Truth;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The session cookie is sent without encryption too.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "session-cookie-insecure",
        title: "Session cookie sent over http",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(614)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[
            Alias(Peer::Django, "security.W010"),
            Alias(Peer::Django, "security.W011"),
            Alias(Peer::Django, "security.W012"),
        ],
        related: &[],
        was: &[],
        page: include_str!("session_cookie_insecure.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W010", "security.W011", "security.W012"], drafts, |view, _, draft| {
        let impact = "Whoever listens where a visitor is, and gets their browser to ask for one \
                      http address of the site, reads the session and is logged in as them.";
        let fix = "SESSION_COOKIE_SECURE = True";
        let draft = view.say(draft, "SESSION_COOKIE_SECURE", "is not True", impact, fix);
        let safety = if view.is_all_https() { Safety::Safe } else { Safety::Unsafe };
        let draft = view.repaired(draft, "SESSION_COOKIE_SECURE", "True", safety);
        if view.truth("SESSION_COOKIE_SECURE") == Truth::Yes {
            let doubt = "if what sets it ever means no: any text counts as yes";
            draft.at_most(Confidence::Low, doubt)
        } else {
            draft.at_most(Confidence::Medium, "if the name of the site answers over http at all")
        }
    });
}
