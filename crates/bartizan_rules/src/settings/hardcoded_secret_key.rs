//! A key that signs sessions, in the source for everyone to read.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_project::{FileId, Project};
use bartizan_value::{Abstract, Constant, Evaluated, Evaluator, Symbol};

use crate::words::has_word;
use crate::{Detect, Draft, Rule, SubjectHint};

use super::modules::settings_files;
use super::secret_key_shared::is_read;

/// Django's `SECRET_KEY`, written out in the settings.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hardcoded-secret-key",
        title: "Secret key in the source",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(798), Cwe(321)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B105"), Alias(Peer::Ruff, "S105")],
        related: &[],
        was: &[],
        page: include_str!("hardcoded_secret_key.md"),
    },
    detect: Detect::Project(judge),
    everyday_until: None,
};

fn judge(project: &Project, evaluator: &Evaluator<'_>, drafts: &mut Vec<Draft>) {
    let mut said = Vec::new();
    for file in settings_files(project) {
        // What other files change of the settings is asked only where there is something to say.
        let written = evaluator.binding_as_written(file, "SECRET_KEY");
        if written.is_none_or(|key| keys_in(project, &key).is_empty()) {
            continue;
        }
        let Some(key) = evaluator.binding(file, "SECRET_KEY") else { continue };
        for literal in keys_in(project, &key) {
            let site = literal.value.site;
            if !said.contains(&site) {
                said.push(site);
                drafts.extend(draft(project, file, &literal));
            }
        }
    }
}

/// A key as it is written, and under which circumstances it counts.
struct Literal<'v> {
    value: &'v Evaluated,
    text: &'v str,
    doubt: Doubt,
}

#[derive(Clone, Copy, Default)]
struct Doubt {
    /// It only stands in for a variable of the environment that is not set.
    stands_in: bool,
    /// It counts on one of several ways through the settings.
    on_one_way: bool,
}

/// The keys that a value is made of, but for those that are read from a file: they are none in the
/// source.
fn keys_in<'v>(project: &Project, key: &'v Evaluated) -> Vec<Literal<'v>> {
    let mut found = Vec::new();
    literals(key, Doubt::default(), &mut found, 8);
    found.retain(|literal| !is_read(project, literal.value));
    found
}

fn literals<'v>(key: &'v Evaluated, doubt: Doubt, found: &mut Vec<Literal<'v>>, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &key.value {
        Abstract::Const(Constant::Str(text)) => found.push(Literal { value: key, text, doubt }),
        Abstract::Env(env) => {
            if let Some(default) = &env.default {
                literals(default, Doubt { stands_in: true, ..doubt }, found, depth);
            }
        }
        Abstract::Choice(choice) => {
            for alternative in &choice.alternatives {
                literals(&alternative.value, Doubt { on_one_way: true, ..doubt }, found, depth);
            }
        }
        // `config("SECRET_KEY", default="…")` and its kin read the environment in their own way.
        Abstract::Apply(apply) if matches!(apply.symbol, Symbol::External(_)) => {
            for (name, value) in &apply.args {
                if name.as_deref() == Some("default") {
                    literals(value, Doubt { stands_in: true, ..doubt }, found, depth);
                }
            }
        }
        _ => {}
    }
}

fn draft(project: &Project, settings: FileId, literal: &Literal<'_>) -> Option<Draft> {
    // Django refuses an empty key by itself.
    if literal.text.is_empty() {
        return None;
    }
    let site = literal.value.site;
    let module = project.module_name(settings);
    let mut draft = Draft::at(site.file, project.ir(site.file).span(site.node));
    draft.conceal = true;
    draft.subject =
        SubjectHint::Setting { name: "SECRET_KEY".to_owned(), environment: String::new() };
    draft.message = if literal.doubt.stands_in {
        format!("SECRET_KEY of `{module}` falls back on a key that stands in the source")
    } else {
        format!("SECRET_KEY of `{module}` stands in the source")
    };
    draft.label = "a secret, for every reader of the code".to_owned();
    draft.impact = "Whoever has read the code signs sessions, password reset links and everything \
                    else that the site trusts by its signature: they log in as anyone."
        .to_owned();
    draft.fix = "SECRET_KEY = os.environ[\"SECRET_KEY\"]".to_owned();
    draft.confidence = Some(RULE.info.confidence);
    if literal.doubt.stands_in {
        draft.severity = Some(Severity::Medium);
        draft = draft
            .at_most(Confidence::Medium, "if the site ever starts without the variable being set");
    }
    if literal.text.starts_with("django-insecure-") {
        draft = draft.at_most(
            Confidence::Medium,
            "if the key that `startproject` wrote serves more than a developer",
        );
    }
    if literal.doubt.on_one_way && !literal.doubt.stands_in {
        draft = draft.at_most(Confidence::Low, "if production takes the way that leads here");
    }
    if is_placeholder(literal.text) {
        draft = draft.at_most(Confidence::Low, "if the placeholder is left in place");
    }
    if has_word(module, NOT_PRODUCTION) {
        draft = draft
            .at_most(Confidence::Low, "if these settings serve more than developers and tests");
    }
    Some(draft)
}

/// Words in the name of a settings module that never meets a visitor.
const NOT_PRODUCTION: &[&str] = &[
    "test",
    "tests",
    "testing",
    "dev",
    "devel",
    "develop",
    "development",
    "local",
    "ci",
    "debug",
    "example",
    "examples",
    "demo",
    "sandbox",
    "docs",
    "build",
    "runtests",
    "sample",
    "template",
];

/// Whether a key says of itself that it is none: too short, of too few characters, or in words.
fn is_placeholder(key: &str) -> bool {
    let mut characters: Vec<char> = key.chars().collect();
    let length = characters.len();
    characters.sort_unstable();
    characters.dedup();
    length < 20
        || characters.len() < 8
        || key.contains(['<', '{'])
        || has_word(key, PLACEHOLDERS)
        || key.to_ascii_lowercase().contains("changeme")
}

/// Words that stand in placeholders and hardly in random keys.
const PLACEHOLDERS: &[&str] = &[
    "change",
    "changeit",
    "secret",
    "your",
    "example",
    "dummy",
    "fake",
    "test",
    "testing",
    "dev",
    "development",
    "not",
    "todo",
    "replace",
    "placeholder",
    "insert",
    "random",
    "key",
    "here",
    "unsafe",
    "demo",
    "sample",
    "local",
    "only",
];
