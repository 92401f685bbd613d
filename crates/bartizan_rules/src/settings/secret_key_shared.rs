//! One key for what developers run and what visitors reach.

use bartizan_django::settings::Role;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Constant, Evaluated};

use crate::{Detect, Draft, Rule, SettingsView};

/// Production signs with the key of another environment.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-key-shared",
        title: "Key of developers that signs in production",
        family: Family::Settings,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(321), Cwe(798)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("secret_key_shared.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "SECRET_KEY";
    for (value, draft) in view.ways(name) {
        let Some(key) = value.value.as_str().filter(|key| !key.is_empty()) else { continue };
        let shared = view.others.iter().find_map(|other| {
            let theirs = view.evaluator.binding(other.file, name)?;
            Some((other, holder(&theirs, key, 8)?.clone()))
        });
        let Some((other, theirs)) = shared else { continue };
        let who = match other.role {
            Role::Test => "tests",
            _ => "developers",
        };
        let mut draft = Draft {
            message: format!(
                "SECRET_KEY is one and the same in {} and {}",
                view.name(),
                other.name
            ),
            label: format!("{who} have it, too"),
            impact: "Whoever gets hold of a developer's machine, a test server or its logs signs \
                     sessions and password reset links for the real site."
                .to_owned(),
            fix: "SECRET_KEY = os.environ[\"SECRET_KEY\"]  # another in each environment"
                .to_owned(),
            conceal: true,
            ..draft
        };
        if theirs.site != value.site {
            let span = view.project.ir(theirs.site.file).span(theirs.site.node);
            draft.notes.push((theirs.site.file, span, format!("the same key for {}", other.name)));
        }
        let decides = view.open.get(name).is_some_and(|open| open.value.value == value.value);
        drafts.push(match decides {
            true => Draft { confidence: draft.confidence.or(Some(Confidence::High)), ..draft },
            false => draft
                .at_most(Confidence::Low, "if the site ever starts without the variable being set"),
        });
        return;
    }
}

/// The part of a value that is this key: itself, one of several ways, or what stands in for a
/// variable that is not set.
fn holder<'v>(value: &'v Evaluated, key: &str, depth: u32) -> Option<&'v Evaluated> {
    let depth = depth.checked_sub(1)?;
    match &value.value {
        Abstract::Const(Constant::Str(text)) => (&**text == key).then_some(value),
        Abstract::Env(env) => holder(env.default.as_ref()?, key, depth),
        Abstract::Choice(choice) => {
            choice.alternatives.iter().find_map(|way| holder(&way.value, key, depth))
        }
        _ => None,
    }
}
