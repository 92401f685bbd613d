//! Signed tokens that nobody checks.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::Value;
use bartizan_model::{Truth, kind};
use bartizan_value::Constant;

use crate::{CallSite, Detect, Draft, Rule};

/// A token that is read without a check.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "jwt-not-verified",
        title: "Token whose signature is not checked",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(347), Cwe(345)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("jwt_not_verified.md"),
    },
    detect: Detect::Calls {
        kinds: &[kind::TOKEN_OPTIONS, kind::TOKEN_VERIFICATION, kind::TOKEN_ALGORITHMS],
        judge,
    },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if site.applies != Truth::Yes {
        return None;
    }
    let mut draft = site.draft();
    if site.kind == kind::TOKEN_ALGORITHMS
        && site.argument.is_none()
        && site.confidence < Confidence::High
    {
        draft = draft
            .at_most(site.confidence, "if PyJWT is older than 2.0, which asks for the algorithms");
    }
    if site.kind == kind::TOKEN_ALGORITHMS {
        return algorithms(site, draft);
    }
    if site.kind == kind::TOKEN_OPTIONS && !turns_off(site) {
        return None;
    }
    Some(Draft {
        message: format!("`{}` takes a token without a look at its signature", site.name()),
        label: "any signature will do".to_owned(),
        impact: "Whoever writes a token of their own is whoever they say in it.".to_owned(),
        fix: "options={\"verify_signature\": True}, which is the default".to_owned(),
        doubt: draft.doubt.clone().or(Some("if no one else has checked it before".to_owned())),
        ..draft
    })
}

/// Which algorithms a token may name: none at all, and those that take the public key for a secret.
fn algorithms(site: &CallSite<'_>, draft: Draft) -> Option<Draft> {
    let view = site.view;
    let ir = view.ir();
    let message = match site.argument {
        None => format!("`{}` lets the token choose how it was signed", site.name()),
        Some(argument) => {
            let items = match ir.value(ir.bare(argument.value)) {
                Value::List(items) | Value::Tuple(items) | Value::Set(items) => &ir.items[items],
                _ => return None,
            };
            let names: Vec<String> = items
                .iter()
                .filter_map(|item| match view.evaluator.constant(view.file, item.value) {
                    Some(Constant::Str(name)) => Some(name.to_ascii_uppercase()),
                    _ => None,
                })
                .collect();
            let any = |starts: &[&str]| {
                names.iter().any(|name| starts.iter().any(|start| name.starts_with(start)))
            };
            if names.iter().any(|name| name == "NONE") {
                format!("`{}` takes a token that is not signed at all", site.name())
            } else if any(&["HS"]) && any(&["RS", "ES", "PS", "ED"]) {
                format!("`{}` takes a public key for a secret if the token asks it to", site.name())
            } else {
                return None;
            }
        }
    };
    Some(Draft {
        message,
        label: "the token decides".to_owned(),
        impact: "Whoever writes a token names the algorithm that suits them: none, or the one for \
                 which the public key is the secret, and is whoever they say in it."
            .to_owned(),
        fix: "algorithms=[\"RS256\"]".to_owned(),
        ..draft
    })
}

/// Whether the options say that the signature does not count.
fn turns_off(site: &CallSite<'_>) -> bool {
    let ir = site.view.ir();
    let Some(argument) = site.argument else { return false };
    let Value::Dict(pairs) = ir.value(ir.bare(argument.value)) else { return false };
    ir.pairs[pairs].iter().any(|pair| {
        let key = pair.key.map(|key| ir.value(key));
        matches!(key, Some(Value::Str(key)) if ir.str(key) == "verify_signature")
            && matches!(ir.value(ir.bare(pair.value)), Value::Bool(false))
    })
}
