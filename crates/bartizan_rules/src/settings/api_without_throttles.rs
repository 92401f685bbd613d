//! APIs that answer as often as they are asked.

use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::{Entry, entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// No view of the API limits how often it is asked, unless it says so itself.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "api-without-throttles",
        title: "API without a limit to guessing",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(307), Cwe(770)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("api_without_throttles.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "REST_FRAMEWORK";
    if view.has_app("rest_framework") != Truth::Yes {
        return;
    }
    let impact = "Whoever guesses passwords, codes or identifiers through the API guesses as fast as \
                  the servers answer, and keeps them from everyone else.";
    let fix = "\"DEFAULT_THROTTLE_CLASSES\": [\"rest_framework.throttling.AnonRateThrottle\"], \
               \"DEFAULT_THROTTLE_RATES\": {\"anon\": \"60/min\"}";
    let (draft, label) = match view.entry(name, "DEFAULT_THROTTLE_CLASSES") {
        Entry::Absent => (view.draft(name), "the default of the framework holds: no limit"),
        Entry::Given(classes) => {
            let Some(known) = items(&classes) else { return };
            if !known.is_empty() {
                // A class of the framework without a rate refuses to start; a rate of None is no limit.
                let Entry::Given(rates) = view.entry(name, "DEFAULT_THROTTLE_RATES") else {
                    return;
                };
                let lifted = ["anon", "user"].iter().find_map(|scope| match entry(&rates, scope) {
                    Entry::Given(rate)
                        if matches!(
                            rate.value,
                            bartizan_value::Abstract::Const(bartizan_value::Constant::None)
                        ) =>
                    {
                        Some(rate)
                    }
                    _ => None,
                });
                let Some(rate) = lifted else { return };
                (view.draft_at(name, &rate), "a rate of None is no limit")
            } else {
                (view.draft_at(name, &classes), "an empty list is no limit")
            }
        }
        Entry::Unknown => return,
    };
    let draft = Draft {
        message: format!("The API limits nobody in {}", view.name()),
        label: label.to_owned(),
        impact: impact.to_owned(),
        fix: fix.to_owned(),
        ..draft
    };
    drafts.push(draft.at_most(Confidence::Low, "if nothing in front of the site counts requests"));
}
