//! Files that browsers take for what they are not.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Browsers guess the type of what they get.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "content-type-sniffing",
        title: "Browsers that guess what a file is",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(430), Cwe(79)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.W006")],
        related: &[],
        was: &[],
        page: include_str!("content_type_sniffing.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W006"], drafts, |view, _, draft| {
        let impact = "A visitor uploads a script under the name of a picture; the browsers of others run it as part of the site.";
        let name = "SECURE_CONTENT_TYPE_NOSNIFF";
        let draft = view.say(draft, name, "is off", impact, "SECURE_CONTENT_TYPE_NOSNIFF = True");
        view.repaired(draft, name, "True", Safety::Safe)
    });
}
