//! Nonces that never reach a page.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The policy asks for a nonce, and the templates have none.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csp-nonce-not-in-templates",
        title: "Nonce that no page knows",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(693)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.W027")],
        related: &[],
        was: &[],
        page: include_str!("csp_nonce_not_in_templates.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W027"], drafts, |view, _, draft| {
        let impact = "Every script of a page is blocked, and the quick way out is to allow all of them: those of an attacker too.";
        view.say(draft, "TEMPLATES", "lacks the context processor that brings the nonce", impact, "add \"django.template.context_processors.csp\" to the context processors")
    });
}
