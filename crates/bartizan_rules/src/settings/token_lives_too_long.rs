//! Tokens that are good for too long.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Constant, Evaluated, Symbol};

use crate::settings_view::{Entry, entry};
use crate::{Detect, Draft, Rule, SettingsView};

/// Access tokens are good for days.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "token-lives-too-long",
        title: "Tokens that outlive what happened since",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(613)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("token_lives_too_long.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// A day.
const TOO_LONG: f64 = 24.0 * 60.0 * 60.0;

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("SIMPLE_JWT") {
        let Entry::Given(lifetime) = entry(&value, "ACCESS_TOKEN_LIFETIME") else { continue };
        if seconds(&lifetime).is_some_and(|seconds| seconds > TOO_LONG) {
            drafts.push(Draft {
                message: format!("Access tokens are good for days in {}", view.name()),
                label: "nobody can take them back before".to_owned(),
                impact:
                    "Whoever finds one, in a log or on a lost phone, is its owner until it ends, \
                         whatever is changed meanwhile."
                        .to_owned(),
                fix: "\"ACCESS_TOKEN_LIFETIME\": timedelta(minutes=15)".to_owned(),
                ..view.narrowed(draft, &lifetime)
            });
            return;
        }
    }
}

/// `timedelta(…)` in seconds, where all of it is known.
fn seconds(lifetime: &Evaluated) -> Option<f64> {
    let Abstract::Apply(apply) = &lifetime.value else { return None };
    if apply.open || !matches!(&apply.symbol, Symbol::External(it) if &**it == "datetime.timedelta")
    {
        return None;
    }
    let mut sum = 0.0;
    let by_place = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
    for (at, (name, value)) in apply.args.iter().enumerate() {
        let number = match value.value {
            Abstract::Const(Constant::Int(number)) => number as f64,
            Abstract::Const(Constant::Float(number)) => number,
            _ => return None,
        };
        let unit = match name.as_deref().or(by_place.get(at).copied())? {
            "weeks" => 7.0 * 24.0 * 3600.0,
            "days" => 24.0 * 3600.0,
            "hours" => 3600.0,
            "minutes" => 60.0,
            "seconds" => 1.0,
            _ => 0.0,
        };
        sum += number * unit;
    }
    Some(sum)
}
