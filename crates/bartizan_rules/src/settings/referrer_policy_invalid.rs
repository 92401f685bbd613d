//! Referrer policies that say nothing.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The referrer policy is none that browsers know.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "referrer-policy-invalid",
        title: "Referrer policy that browsers do not know",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(200)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.E023")],
        related: &[],
        was: &[],
        page: include_str!("referrer_policy_invalid.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.E023"], drafts, |view, _, draft| {
        let impact = "Browsers ignore it: sites that a page links to may learn its address, and with it tokens and names that stand there.";
        view.say(draft, "SECURE_REFERRER_POLICY", "is no policy that browsers know", impact, "SECURE_REFERRER_POLICY = \"same-origin\"")
    });
}
