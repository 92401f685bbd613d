//! Requests that other sites send in the name of a visitor.

use bartizan_django::settings::Truth;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Without `CsrfViewMiddleware`, any site sends forms in the name of a visitor.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csrf-middleware-missing",
        title: "Forms that any site may send",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(352)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.W003")],
        related: &[],
        was: &[],
        page: include_str!("csrf_middleware_missing.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W003"], drafts, |view, _, draft| {
        let impact = "A page on another site sends a form in the name of whoever is logged in here: \
                      it changes their address, their password, their orders.";
        let fix = "add \"django.middleware.csrf.CsrfViewMiddleware\" to MIDDLEWARE";
        let draft = view.say(draft, "MIDDLEWARE", "lacks CsrfViewMiddleware", impact, fix);
        let session = "django.contrib.sessions.middleware.SessionMiddleware";
        if view.has_middleware(session) == Truth::No {
            draft.at_most(Confidence::Low, "if a cookie tells who a visitor is")
        } else {
            draft
        }
    });
}
