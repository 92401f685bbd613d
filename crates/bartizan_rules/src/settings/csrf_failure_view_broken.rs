//! Answers to forged requests that fail.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The view that answers forged requests cannot be called.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csrf-failure-view-broken",
        title: "View for CSRF failures that fails itself",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(755)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.E101"), Alias(Peer::Django, "security.E102")],
        related: &[],
        was: &[],
        page: include_str!("csrf_failure_view_broken.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.E101", "security.E102"], drafts, |view, verdict, draft| {
        let impact = "Whoever sends a form without a token makes the server fail, once for each \
                      request.";
        let (what, fix) = match verdict.check.id {
            "security.E101" => {
                ("cannot be called with a reason", "def csrf_failure(request, reason=\"\"):")
            }
            _ => ("names no view", "name a view of the project"),
        };
        view.say(draft, "CSRF_FAILURE_VIEW", what, impact, fix)
    });
}
