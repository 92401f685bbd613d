//! Sites that answer to no name.

use bartizan_django::settings::{Truth, is_text};
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// `ALLOWED_HOSTS` names no host.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "allowed-hosts-empty",
        title: "No host that the site answers to",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(644)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Django, "security.W020")],
        related: &[],
        was: &[],
        page: include_str!("allowed_hosts_empty.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let worded = |view: &SettingsView<'_>, draft| {
        let impact = "Every request is refused, and the quick way out is to allow all hosts: then \
                      password reset links lead wherever a forged Host header says.";
        let fix = "ALLOWED_HOSTS = [\"clinic.example\"]";
        let draft = view.say(draft, "ALLOWED_HOSTS", "names no host", impact, fix);
        draft.at_most(Confidence::Low, "if nothing else names the hosts")
    };
    let before = drafts.len();
    view.by_checks(&["security.W020"], drafts, |view, _, draft| worded(view, draft));
    if drafts.len() > before {
        return;
    }
    for (value, draft) in view.ways("ALLOWED_HOSTS") {
        let hosts = items(&value).unwrap_or_default();
        if !hosts.is_empty() && hosts.iter().all(|host| is_text(host, "") == Truth::Yes) {
            drafts.push(worded(view, draft));
            return;
        }
    }
}
