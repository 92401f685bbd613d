//! Messages that run code in workers.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::Evaluated;

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// Celery takes pickles from the broker.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "celery-accepts-pickle",
        title: "Workers that run what a message says",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(502)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("celery_accepts_pickle.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Names under which pickles travel.
const PICKLES: &[&str] = &["pickle", "application/x-python-serialize", "all", "*"];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let impact = "Whoever can put a message into the broker runs code on the workers, with their \
                  secrets and their database.";
    for name in ["CELERY_ACCEPT_CONTENT", "CELERY_RESULT_ACCEPT_CONTENT"] {
        for (value, draft) in view.ways(name) {
            let accepted = items(&value).unwrap_or_default();
            let is_pickle =
                |it: &&Evaluated| it.value.as_str().is_some_and(|it| PICKLES.contains(&it));
            if let Some(found) = accepted.iter().find(is_pickle) {
                let draft = view.narrowed(draft, found);
                let fix = format!("{name} = [\"json\"]");
                drafts.push(view.say(draft, name, "takes pickles", impact, &fix));
                return;
            }
        }
    }
    for name in ["CELERY_TASK_SERIALIZER", "CELERY_RESULT_SERIALIZER"] {
        for (value, draft) in view.ways(name) {
            if value.value.as_str() == Some("pickle") {
                let fix = format!("{name} = \"json\"");
                let draft = view.say(draft, name, "writes pickles", impact, &fix);
                drafts.push(draft.at_most(Confidence::Medium, "if the workers accept pickles too"));
                return;
            }
        }
    }
}
