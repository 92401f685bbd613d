//! Session cookies that scripts read.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Scripts of a page may read the session cookie.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "session-cookie-readable-by-scripts",
        title: "Session cookie that scripts may read",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1004)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Django, "security.W013"),
            Alias(Peer::Django, "security.W014"),
            Alias(Peer::Django, "security.W015"),
        ],
        related: &[],
        was: &[],
        page: include_str!("session_cookie_readable_by_scripts.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W013", "security.W014", "security.W015"], drafts, |view, _, draft| {
        let impact = "A script that gets into any page sends the session away, and its author is logged in as the visitor.";
        let name = "SESSION_COOKIE_HTTPONLY";
        let draft = view.say(draft, name, "is off", impact, "SESSION_COOKIE_HTTPONLY = True");
        view.repaired(draft, name, "True", Safety::Unsafe)
    });
}
