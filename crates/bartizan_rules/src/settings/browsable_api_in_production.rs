//! APIs that explain themselves to everyone.

use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::{Entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// The API comes with pages and forms.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "browsable-api-in-production",
        title: "API with forms for everyone",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(200), Cwe(1188)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("browsable_api_in_production.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

const BROWSABLE: &str = "rest_framework.renderers.BrowsableAPIRenderer";

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "REST_FRAMEWORK";
    if view.has_app("rest_framework") != Truth::Yes {
        return;
    }
    let draft = match view.entry(name, "DEFAULT_RENDERER_CLASSES") {
        Entry::Absent => view.draft(name),
        Entry::Given(classes) => {
            let classes = items(&classes).unwrap_or_default();
            let Some(found) = classes.iter().find(|it| it.value.as_str() == Some(BROWSABLE)) else {
                return;
            };
            view.draft_at(name, found)
        }
        Entry::Unknown => return,
    };
    let draft = Draft {
        message: format!("The API is browsable in {}", view.name()),
        label: "pages and forms for each view".to_owned(),
        impact: "Whoever looks for a way in reads what each view takes, and in its forms what the \
                 tables behind it hold."
            .to_owned(),
        fix: "\"DEFAULT_RENDERER_CLASSES\": [\"rest_framework.renderers.JSONRenderer\"]".to_owned(),
        ..draft
    };
    drafts.push(draft.at_most(Confidence::Low, "if the pages are not offered on purpose"));
}
