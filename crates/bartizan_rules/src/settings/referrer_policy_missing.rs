//! Addresses that browsers tell to others.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Nothing tells browsers what to tell other sites of the address.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "referrer-policy-missing",
        title: "Addresses told to other sites",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(200)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Django, "security.W022")],
        related: &[],
        was: &[],
        page: include_str!("referrer_policy_missing.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W022"], drafts, |view, _, draft| {
        let impact = "Sites that a page links to learn its address, and with it tokens and names that stand there.";
        let draft = view.say(draft, "SECURE_REFERRER_POLICY", "is None", impact, "SECURE_REFERRER_POLICY = \"same-origin\"");
        let draft =
            view.repaired(draft, "SECURE_REFERRER_POLICY", "\"same-origin\"", Safety::Safe);
        draft.at_most(Confidence::Medium, "if no server in front sends the header")
    });
}
