//! APIs that are open by default.

use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::{Entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// A view of the API without a permission of its own is open to everyone.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "api-open-by-default",
        title: "API that is open unless a view says otherwise",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(276), Cwe(862)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("api_open_by_default.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

const ALLOW_ANY: &str = "rest_framework.permissions.AllowAny";

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "REST_FRAMEWORK";
    if view.has_app("rest_framework") != Truth::Yes {
        return;
    }
    let (draft, label) = match view.entry(name, "DEFAULT_PERMISSION_CLASSES") {
        Entry::Absent => (view.draft(name), "the default of the framework holds: AllowAny"),
        Entry::Given(classes) => {
            let classes_known = items(&classes).unwrap_or_default();
            let open = classes_known.iter().all(|it| it.value.as_str() == Some(ALLOW_ANY));
            // A list that is empty, or holds what is not known, is another matter.
            if !open || classes_known.is_empty() {
                return;
            }
            (view.draft_at(name, &classes), "everyone may")
        }
        Entry::Unknown => return,
    };
    let draft = Draft {
        message: format!("The API is open by default in {}", view.name()),
        label: label.to_owned(),
        impact:
            "Whoever finds a view whose author forgot the permission reads and changes what it \
                 serves, without logging in."
                .to_owned(),
        fix: "\"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.IsAuthenticated\"]"
            .to_owned(),
        ..draft
    };
    drafts.push(draft.at_most(Confidence::Medium, "if a view names no permission of its own"));
}
