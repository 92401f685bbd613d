//! Signatures that are compared with `==`.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{CompareOp, TextPiece, Value, ValueId};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::{describe, has_word};
use crate::{Detect, Draft, FileView, Found, Rule, Syntax, SyntaxSite};

/// A signature compared with an operator.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-compared-with-equals",
        title: "Signature compared letter by letter",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(208)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("secret_compared_with_equals.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Comparison], judge },
    everyday_until: None,
};

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Comparison(op, left, right) = site.found else { return None };
    let view = site.view;
    let equal = matches!(op, CompareOp::Eq | CompareOp::NotEq);
    let digest = [left, right].into_iter().find(|side| is_digest(view, *side));
    let Some(digest) = digest.filter(|_| equal) else {
        return match op {
            CompareOp::Eq | CompareOp::NotEq => {
                about_secret(site, left, right).or_else(|| about_secret(site, right, left))
            }
            CompareOp::In | CompareOp::NotIn => about_secret(site, left, right),
            _ => None,
        };
    };
    let other = if digest == left { right } else { left };
    // A comparison with nothing, or of two digests of one's own, tells nobody anything.
    if is_digest(view, other) || view.origin(other, kind::SECRET_DIGEST) == Origin::Fixed {
        return None;
    }
    let name = describe(view.ir(), other);
    let mut draft = site.draft();
    draft.message = if name.contains('…') {
        "A signature is compared letter by letter".to_owned()
    } else {
        format!("`{name}` is compared with a signature letter by letter")
    };
    draft.label = "takes longer the more letters are right".to_owned();
    draft.impact = "Whoever measures how long the answer takes finds the right signature letter \
                    by letter, without the key."
        .to_owned();
    draft.fix = "hmac.compare_digest(given, expected)".to_owned();
    draft.doubt = Some("if whoever sends it can measure closely enough".to_owned());
    Some(draft)
}

/// What is said where `given`, which the request brings, is compared with what is called a secret.
fn about_secret(site: &SyntaxSite<'_>, given: ValueId, secret: ValueId) -> Option<Draft> {
    let view = site.view;
    let ir = view.ir();
    let kept = match ir.value(ir.bare(secret)) {
        Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
        Value::Import { name: Some(name), .. } => ir.str(name),
        _ => return None,
    };
    let tells = has_word(
        kept,
        &["secret", "secrets", "token", "tokens", "apikey", "signature", "password", "passphrase"],
    ) || kept.to_ascii_lowercase().contains("api_key");
    // Names of fields and headers are no secrets, and a token of CSRF is compared by Django.
    let of_code = has_word(
        kept,
        &["name", "header", "field", "type", "url", "length", "prefix", "max", "min", "algorithm"],
    );
    if !tells
        || of_code
        || view.origin(secret, kind::SECRET_DIGEST) == Origin::Remote
        || view.origin(given, kind::SECRET_DIGEST) != Origin::Remote
    {
        return None;
    }
    let mut draft = site.draft();
    draft.confidence = Some(Confidence::Medium);
    draft.message = format!("What the request brings is compared with `{kept}` letter by letter");
    draft.label = "takes longer the more letters are right".to_owned();
    draft.impact =
        "Whoever measures how long the answer takes finds the secret letter by letter.".to_owned();
    draft.fix = "hmac.compare_digest(given, expected)".to_owned();
    draft.doubt = Some("if whoever sends it can measure closely enough".to_owned());
    Some(draft)
}

/// Whether a value is what only the key can make, perhaps in another form.
fn is_digest(view: FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    let mut at = ir.bare(value);
    for _ in 0..6 {
        if view.is_of_kind(at, kind::SECRET_DIGEST) {
            return true;
        }
        at = match ir.value(at) {
            Value::Call { callee, .. } => match (ir.value(ir.bare(callee)), view.passed_on(at)) {
                (_, passed) if passed.len() == 1 => ir.bare(passed[0]),
                (Value::Attr { of, .. }, _) => ir.bare(of),
                _ => return false,
            },
            Value::Text { parts, .. } => {
                let holes = ir.parts[parts].iter().filter_map(|part| match part.piece {
                    TextPiece::Hole { value, .. } => Some(value),
                    TextPiece::Literal(_) => None,
                });
                return holes
                    .take(4)
                    .any(|hole| view.is_of_kind(ir.bare(hole), kind::SECRET_DIGEST));
            }
            _ => return false,
        };
    }
    false
}
