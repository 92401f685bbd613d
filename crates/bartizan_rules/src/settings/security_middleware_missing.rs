//! Settings of headers and redirects that no middleware reads.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Without `SecurityMiddleware`, what is set for headers and redirects does nothing.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "security-middleware-missing",
        title: "Headers that nothing sends",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(693)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.W001")],
        related: &[],
        was: &[],
        page: include_str!("security_middleware_missing.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W001"], drafts, |view, _, draft| {
        let impact = "No header that protects a visitor is sent, and http is not led to https: whoever sits between them and the site, or frames its answers, finds nothing in the way.";
        view.say(draft, "MIDDLEWARE", "lacks SecurityMiddleware", impact, "put \"django.middleware.security.SecurityMiddleware\" first in MIDDLEWARE")
    });
}
