//! Templates that print markup as it comes.

use bartizan_django::settings::{Truth, truth};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::{Entry, entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// `autoescape` is off for a whole engine.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-autoescape-off",
        title: "Templates that escape nothing",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(79), Cwe(116)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("template_autoescape_off.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("TEMPLATES") {
        for engine in items(&value).unwrap_or_default() {
            let Entry::Given(options) = entry(&engine, "OPTIONS") else { continue };
            let Entry::Given(escapes) = entry(&options, "autoescape") else { continue };
            // An engine with a name of its own serves a purpose of its own.
            let is_named = matches!(entry(&engine, "NAME"), Entry::Given(_));
            if truth(&escapes) != Truth::No || is_named {
                continue;
            }
            drafts.push(Draft {
                message: format!("Templates escape nothing in {}", view.name()),
                label: "Django sees False: what is printed is markup".to_owned(),
                impact:
                    "Whatever visitors write, names and comments and search terms, becomes part \
                         of the page: their scripts run as the site."
                        .to_owned(),
                fix: "\"autoescape\": True".to_owned(),
                ..view.narrowed(draft.clone(), &escapes)
            });
        }
    }
}
