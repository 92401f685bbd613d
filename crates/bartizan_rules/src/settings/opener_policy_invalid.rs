//! Opener policies that say nothing.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// The opener policy is none that browsers know.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "opener-policy-invalid",
        title: "Opener policy that browsers do not know",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(693)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.E024")],
        related: &[],
        was: &[],
        page: include_str!("opener_policy_invalid.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.E024"], drafts, |view, _, draft| {
        let impact = "Browsers ignore it: a page that opens the site in a window keeps hold of it, and leads it elsewhere behind the visitor.";
        view.say(draft, "SECURE_CROSS_ORIGIN_OPENER_POLICY", "is no policy that browsers know", impact, "SECURE_CROSS_ORIGIN_OPENER_POLICY = \"same-origin\"")
    });
}
