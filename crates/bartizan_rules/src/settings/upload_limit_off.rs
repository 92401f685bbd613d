//! Requests without a limit.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Constant};

use crate::{Detect, Draft, Rule, SettingsView};

/// Django takes requests of any size, or with any number of fields.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "upload-limit-off",
        title: "Requests of any size",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(770)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("upload_limit_off.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// The settings, and from which number on one is as good as none.
const LIMITS: &[(&str, i64)] = &[
    ("DATA_UPLOAD_MAX_MEMORY_SIZE", 512 * 1024 * 1024),
    ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 1_000_000),
    ("DATA_UPLOAD_MAX_NUMBER_FILES", 100_000),
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (name, too_many) in LIMITS {
        for (value, draft) in view.ways(name) {
            let impact = "One request after the other fills the memory or keeps a process busy: a \
                          single machine stops the site.";
            let fix = "a number that the largest form needs";
            match value.value {
                Abstract::Const(Constant::None) => {
                    drafts.push(view.say(draft, name, "is turned off", impact, fix));
                }
                Abstract::Const(Constant::Int(number)) if number >= *too_many => {
                    let draft = view.say(draft, name, "is as good as off", impact, fix);
                    let doubt = "if no server in front has a limit of its own";
                    drafts.push(draft.at_most(Confidence::Medium, doubt));
                }
                _ => {}
            }
        }
    }
}
