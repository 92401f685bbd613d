//! Content security policies that cannot be read.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_value::Abstract;

use crate::{Detect, Draft, Rule, SettingsView};

/// The content security policy is none.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csp-setting-invalid",
        title: "Content security policy that is no dict",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(693)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.E026")],
        related: &[],
        was: &[],
        page: include_str!("csp_setting_invalid.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.E026"], drafts, |view, _, draft| {
        let impact = "The policy is not sent: a script that gets into a page runs unhindered.";
        // One check asks both settings; the draft stands at the one that is given.
        let given = ["SECURE_CSP", "SECURE_CSP_REPORT_ONLY"].into_iter();
        let is_no_dict = |name: &&str| {
            view.ways(name).iter().any(|(value, _)| !matches!(value.value, Abstract::Map(_)))
        };
        let name = given.filter(|name| view.is_given(name)).find(is_no_dict);
        let name = name.unwrap_or("SECURE_CSP");
        let draft = Draft { would_follow: draft.would_follow, ..view.draft(name) };
        let fix = format!("{name} = {{\"default-src\": [CSP.SELF]}}");
        view.say(draft, name, "is no dict", impact, &fix)
    });
}
