//! Passwords that end up in a log.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{FileIr, TextPiece, Value, ValueId};
use bartizan_model::kind;

use crate::{CallSite, Detect, Draft, Rule};

/// A credential that is logged.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "credential-logged",
        title: "Password in the log",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(532)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("credential_logged.md"),
    },
    detect: Detect::Calls { kinds: &[kind::LOG_TEXT], judge },
    everyday_until: None,
};

/// Names of what nobody but its owner should read.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "api_key",
    "apikey",
    "access_token",
    "refresh_token",
    "auth_token",
    "secret_key",
    "private_key",
    "client_secret",
    "password1",
    "new_password",
    "raw_password",
];

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let ir = view.ir();
    let value = ir.bare(argument.value);
    let name = match ir.value(value) {
        Value::Text { parts, .. } => ir.parts[parts].iter().find_map(|part| match part.piece {
            TextPiece::Hole { value, .. } => credential(ir, value),
            TextPiece::Literal(_) => None,
        }),
        Value::Tuple(items) => ir.items[items].iter().find_map(|item| credential(ir, item.value)),
        _ => credential(ir, value),
    }?;
    let mut draft = site.draft();
    draft.doubt = Some(format!("if `{name}` holds what it is called"));
    Some(Draft {
        message: format!("`{name}` is written to the log"),
        label: "readable by whoever reads logs".to_owned(),
        impact: "Logs go to more people and machines than the database does, and are kept: each \
                 of them can log in with it."
            .to_owned(),
        fix: "Leave it out, or log that it was given: `bool(password)`".to_owned(),
        ..draft
    })
}

/// The name of a value that is a credential by name, and not a fact about one.
fn credential(ir: &FileIr, value: ValueId) -> Option<&str> {
    let value = ir.bare(value);
    let name = match ir.value(value) {
        Value::Param(position) => {
            let function = ir.stretch(value).function;
            ir.str(ir.params[ir.function(function).params].get(position as usize)?.name)
        }
        Value::Global { name, .. } | Value::Capture { name, .. } | Value::Attr { name, .. } => {
            ir.str(name)
        }
        Value::Index { key, .. } => match ir.value(key) {
            Value::Str(key) => ir.str(key),
            _ => return None,
        },
        _ => return None,
    };
    let lower = name.to_ascii_lowercase();
    let called = |word: &str| {
        lower.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    };
    NAMES.iter().any(|word| called(word)).then_some(name)
}
