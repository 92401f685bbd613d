//! One key for what developers run and what visitors reach.

use bartizan_django::settings::{Role, read_variable, variables};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::Value;
use bartizan_project::Project;
use bartizan_value::{Abstract, Constant, Evaluated, Variables};

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
        // Of a key in the source, `hardcoded-secret-key` says all that there is to say.
        if !is_read(view.project, &value) {
            continue;
        }
        let shared = view.others.iter().find(|other| {
            let mut variables = Variables::unknown();
            for given in &other.variables {
                variables.set(&given.name, &given.value);
            }
            let theirs = view.evaluator.questions_where(&variables).binding(other.file, name);
            theirs.is_some_and(|theirs| holds(&theirs, key, 8))
        });
        let Some(other) = shared else { continue };
        // What stands in for a variable that nobody sets is in the source again.
        let given = variables_of(view, name);
        let line = given.iter().find_map(|it| view.settings.line_that_gave(it));
        if !given.is_empty() && line.is_none() {
            continue;
        }
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
            label: format!("{who} have the key that is read here, too"),
            impact: "Whoever gets hold of a developer's machine, a test server or its logs signs \
                     sessions and password reset links for the real site."
                .to_owned(),
            fix: "SECRET_KEY=…  # another in the file of each environment".to_owned(),
            conceal: true,
            ..draft
        };
        if let Some((path, line)) = line {
            draft.label = format!("{path}:{line} says it for {who}, too");
        }
        drafts.push(Draft { confidence: draft.confidence.or(Some(Confidence::High)), ..draft });
        return;
    }
}

/// The variables from which a setting is read.
fn variables_of(view: &SettingsView<'_>, name: &str) -> Vec<String> {
    let Some(setting) = view.settings.get(name) else { return Vec::new() };
    let mut names: Vec<String> = read_variable(view.project, &setting.value).into_iter().collect();
    names.extend(view.open.get(name).iter().flat_map(|open| variables(&open.value)));
    names
}

/// Whether a text is read from somewhere, and not written in the code.
pub(super) fn is_read(project: &Project, value: &Evaluated) -> bool {
    let ir = project.ir(value.site.file);
    match ir.value(ir.bare(value.site.node)) {
        // `"".join(…)` is as good as written.
        Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
            Value::Attr { of, .. } => !matches!(ir.value(ir.bare(of)), Value::Str(_)),
            _ => true,
        },
        Value::Index { .. } => true,
        // The name of the variable stands there, and not the key.
        Value::Str(written) => value.value.as_str() != Some(ir.str(written)),
        _ => false,
    }
}

/// Whether a value is this key: itself, one of several ways, or what stands in for a variable that is
/// not set.
fn holds(value: &Evaluated, key: &str, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match &value.value {
        Abstract::Const(Constant::Str(text)) => &**text == key,
        Abstract::Env(env) => env.default.as_ref().is_some_and(|it| holds(it, key, depth)),
        Abstract::Choice(choice) => choice.alternatives.iter().any(|a| holds(&a.value, key, depth)),
        _ => false,
    }
}
