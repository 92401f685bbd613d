//! Caches that everyone on the network may write to.

use bartizan_django::settings::{alternatives, variables};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use super::broker_without_password::{Fault, fault};
use crate::settings_view::{Entry, entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// A cache on another machine asks for no password, or for the one that everybody knows.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cache-without-password",
        title: "Cache that everyone may write to",
        family: Family::Settings,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(306), Cwe(1391)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cache_without_password.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "CACHES";
    let Some(setting) = view.get(name) else { return };
    for (_, caches) in alternatives(&setting.value) {
        let bartizan_value::Abstract::Map(map) = &caches.value else { continue };
        for (alias, cache) in &map.entries {
            let Entry::Given(location) = entry(cache, "LOCATION") else { continue };
            let several = items(&location).unwrap_or_else(|| vec![location.clone()]);
            let found =
                several.iter().find_map(|url| Some((url, url.value.as_str().and_then(fault)?)));
            let Some((url, fault)) = found else { continue };
            let alias = alias.value.as_str().unwrap_or("a cache");
            let (what, doubt) = match fault {
                Fault::NoPassword => ("asks for no password", "if others reach that network"),
                Fault::Known => ("has a password that everybody tries", "if the server has it too"),
            };
            let mut draft = Draft {
                message: format!("The cache `{alias}` {what} in {}", view.name()),
                label: "whoever reaches it reads and writes it".to_owned(),
                impact: "Whoever gets a foot into the network reads sessions and pages there, and \
                         writes values that the site unpickles: that runs their code."
                    .to_owned(),
                fix: "\"LOCATION\": os.environ[\"CACHE_URL\"]  # rediss://:password@host:6379/0"
                    .to_owned(),
                ..view.draft_at(name, url)
            };
            draft.conceal = fault == Fault::Known;
            let open = view.open.get(name).map(|open| variables(&open.value)).unwrap_or_default();
            drafts.push(match open.first() {
                Some(variable) => {
                    draft.at_most(Confidence::Low, &format!("if `{variable}` is ever not set"))
                }
                None => draft.at_most(Confidence::Medium, doubt),
            });
            return;
        }
    }
}
