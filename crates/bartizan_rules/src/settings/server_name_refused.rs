//! Names that the server in front answers for and Django does not.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// nginx hands on requests for a host that is not in `ALLOWED_HOSTS`.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "server-name-refused",
        title: "Name that nginx serves and Django refuses",
        family: Family::Settings,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(1188)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("server_name_refused.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "ALLOWED_HOSTS";
    let (Some(setting), Some(open)) = (view.get(name), view.open.get(name)) else { return };
    // What variables add is not known.
    if !setting.value.is_known() || open.value.value != setting.value.value {
        return;
    }
    let hosts = items(&setting.value).unwrap_or_default();
    let hosts: Vec<String> =
        hosts.iter().filter_map(|it| it.value.as_str()).map(str::to_lowercase).collect();
    if hosts.is_empty() {
        return;
    }
    for front in view.fronts {
        let refused = front.names().into_iter().find(|(name, _)| !is_allowed(name, &hosts));
        let Some((host, line)) = refused else { continue };
        let impact = "Visitors of that name get an error for every page, and the quick repair is \
                      `*`, which lets visitors choose the host in links and mails.";
        let fix = format!("ALLOWED_HOSTS += [\"{host}\"]");
        let draft =
            view.say(view.draft(name), name, "lacks a name that nginx serves", impact, &fix);
        let draft = Draft { label: format!("{}:{line} serves {host}", front.path), ..draft };
        drafts
            .push(draft.at_most(Confidence::Medium, "if that server stands in front of this site"));
        return;
    }
}

/// Whether Django answers for a host: `django.http.request.validate_host`.
fn is_allowed(host: &str, allowed: &[String]) -> bool {
    let (host, wild) = match host.strip_prefix("*.").or(host.strip_prefix('.')) {
        Some(host) => (host, true),
        None => (host, false),
    };
    allowed.iter().any(|pattern| match pattern.strip_prefix('.') {
        _ if pattern == "*" => true,
        Some(domain) => host == domain || host.ends_with(pattern.as_str()),
        None => !wild && pattern == host,
    })
}
