//! Sessions that live in the hands of visitors.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// `SESSION_ENGINE` keeps sessions in cookies.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "session-kept-in-cookie",
        title: "Session that the site cannot end",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(613)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("session_kept_in_cookie.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("SESSION_ENGINE") {
        if value.value.as_str() == Some("django.contrib.sessions.backends.signed_cookies") {
            let impact = "Who has copied a cookie stays logged in after the visitor has logged out, \
                          until it expires; and a visitor reads what the site keeps about them.";
            let fix = "SESSION_ENGINE = \"django.contrib.sessions.backends.db\"";
            let draft = view.say(draft, "SESSION_ENGINE", "keeps sessions in cookies", impact, fix);
            drafts.push(draft.at_most(Confidence::Medium, "if a stolen session matters here"));
            return;
        }
    }
}
