//! Tools for developers, within reach of visitors.

use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::{Entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// An app that shows the insides of the site is installed.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "debug-tool-in-production",
        title: "Tools of developers where visitors are",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(489), Cwe(215)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("debug_tool_in_production.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Apps that show the insides of the site, by what they show.
const TOOLS: &[(&str, &str)] = &[
    ("debug_toolbar", "queries, settings and templates of each page"),
    ("silk", "every request with its headers and body"),
    ("django_pdb", "a debugger that waits for whoever asks"),
    ("django_devserver", "queries and settings of each page"),
    ("template_profiler_panel", "templates and what they are given"),
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("INSTALLED_APPS") {
        for app in items(&value).unwrap_or_default() {
            let Some(name) = app.value.as_str() else { continue };
            let package = name.split('.').next().unwrap_or(name);
            let Some((_, what)) = TOOLS.iter().find(|(tool, _)| *tool == package) else { continue };
            let guarded = ["SILKY_AUTHENTICATION", "SILKY_AUTHORISATION"]
                .iter()
                .all(|name| view.truth(name) == Truth::Yes);
            if package == "silk" && guarded {
                continue;
            }
            let draft = Draft {
                message: format!("`{package}` is installed in {}", view.name()),
                label: format!("shows {what}"),
                impact: format!(
                    "Whoever finds the door reads {what}: from there to a session of \
                                 someone else is one step."
                ),
                fix: "install it in the layer of the developers".to_owned(),
                ..view.narrowed(draft.clone(), &app)
            };
            let callback = view.entry("DEBUG_TOOLBAR_CONFIG", "SHOW_TOOLBAR_CALLBACK");
            let sleeps = package == "debug_toolbar"
                && view.truth("DEBUG") != Truth::Yes
                && matches!(callback, Entry::Absent);
            drafts.push(if sleeps {
                draft.at_most(Confidence::Low, "if DEBUG is ever turned on")
            } else {
                draft.at_most(Confidence::Medium, "if its URLs are part of the site")
            });
        }
    }
}
