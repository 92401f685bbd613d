//! Templates that remember where they fail, for the error page.

use bartizan_django::settings::{Truth, truth};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::{Entry, entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// An engine of templates is in debug mode, whatever `DEBUG` is.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-debug-on",
        title: "Templates in debug mode where visitors are",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(489), Cwe(209)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("template_debug_on.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("TEMPLATES") {
        for engine in items(&value).unwrap_or_default() {
            let Entry::Given(options) = entry(&engine, "OPTIONS") else { continue };
            let Entry::Given(debug) = entry(&options, "debug") else { continue };
            // Where it follows DEBUG, DEBUG is the finding.
            if truth(&debug) != Truth::Yes || view.truth("DEBUG") != Truth::No {
                continue;
            }
            let draft = Draft {
                message: format!("Templates are in debug mode in {}", view.name()),
                label: "each error carries the source of its template with it".to_owned(),
                impact: "Reports of errors, and whatever shows them, hold the source of templates \
                         and what was about to be printed; rendering is slower for everyone."
                    .to_owned(),
                fix: "\"debug\": DEBUG".to_owned(),
                ..view.narrowed(draft.clone(), &debug)
            };
            drafts.push(draft.at_most(Confidence::Medium, "if reports of errors leave the site"));
        }
    }
}
