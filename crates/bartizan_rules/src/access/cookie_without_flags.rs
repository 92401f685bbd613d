//! Cookies that leave more than they need to.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{ArgKind, Value};
use bartizan_model::kind;
use bartizan_value::Constant;

use crate::words::{has_word, names};
use crate::{CallSite, Detect, Draft, Rule};

/// A cookie without its flags.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cookie-without-flags",
        title: "Cookie that is sent and read everywhere",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(614), Cwe(1004)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cookie_without_flags.md"),
    },
    detect: Detect::Calls { kinds: &[kind::COOKIE], judge },
    everyday_until: None,
};

/// Words in the name of a cookie that lets someone in.
const TELLING: &[&str] = &[
    "session",
    "sessionid",
    "token",
    "auth",
    "secret",
    "jwt",
    "login",
    "remember",
    "sso",
    "access",
];

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let view = site.view;
    let ir = view.ir();
    // Arguments behind `**` may hold the flags.
    if let Value::Call { args, .. } = ir.value(ir.bare(site.value))
        && ir.args[args].iter().any(|arg| matches!(arg.kind, ArgKind::Star | ArgKind::DoubleStar))
    {
        return None;
    }
    let off = |flag: &str| match site.given(flag) {
        None => true,
        Some(given) => matches!(ir.value(ir.bare(given.value)), Value::Bool(false) | Value::None),
    };
    let missing: Vec<&str> = ["secure", "httponly"].into_iter().filter(|flag| off(flag)).collect();
    let flags = match missing[..] {
        [] => return None,
        [one] => format!("`{one}`"),
        _ => "`secure` and `httponly`".to_owned(),
    };
    let mut words = String::new();
    if let Some(key) = site.given("key") {
        match view.evaluator.constant(view.file, key.value) {
            Some(Constant::Str(name)) => words.push_str(&name),
            _ => names(ir, key.value, &mut words),
        }
    }
    // What a script has to send back is there to be read.
    let telling = has_word(&words, TELLING) && !has_word(&words, &["csrf", "csrftoken"]);
    let mut draft = site.draft_at(site.span);
    if telling {
        draft.severity = Some(Severity::Medium);
        draft.doubt = Some("if the cookie lets anyone in".to_owned());
    } else {
        draft = draft.at_most(Confidence::Low, "if the cookie holds more than a preference");
    }
    Some(Draft {
        message: format!("A cookie is set without {flags}"),
        label: "sent over http: or read by scripts".to_owned(),
        impact: if missing.contains(&"secure") {
            "Whoever listens on the way to a single http: address of the site has the cookie."
        } else {
            "A script that gets into any page reads the cookie and sends it away."
        }
        .to_owned(),
        fix: "secure=True, httponly=True, samesite=\"Lax\"".to_owned(),
        ..draft
    })
}
