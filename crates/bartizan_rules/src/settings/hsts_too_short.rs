//! Promises of HTTPS that do not last.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Safety, Severity, Status};
use bartizan_value::{Abstract, Constant};

use crate::{Detect, Draft, Rule, SettingsView};

/// Browsers forget that the site is on HTTPS.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hsts-too-short",
        title: "HSTS that ends before the next visit",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("hsts_too_short.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Thirty days.
const ENOUGH: i64 = 30 * 24 * 60 * 60;

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("SECURE_HSTS_SECONDS") {
        if let Abstract::Const(Constant::Int(seconds)) = value.value
            && (1..ENOUGH).contains(&seconds)
        {
            let impact = "Who comes back later begins on http again, and whoever runs the network \
                          answers as the site.";
            let fix = "SECURE_HSTS_SECONDS = 31536000";
            let draft = view.say(draft, "SECURE_HSTS_SECONDS", "is too short", impact, fix);
            let draft = view.repaired(draft, "SECURE_HSTS_SECONDS", "31536000", Safety::Unsafe);
            drafts
                .push(draft.at_most(Confidence::Medium, "if it is not being raised step by step"));
            return;
        }
    }
}
