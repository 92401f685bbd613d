//! Text that templates no longer escape.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{ArgKind, Value, ValueId};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::has_word;
use crate::{CallSite, Detect, Draft, FileView, Form, Hole, Rule, naming};

use super::built_text;

/// HTML marked as safe with something in it that is not.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "html-marked-safe",
        title: "HTML marked as safe without escaping",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(79), Cwe(80)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B308"),
            Alias(Peer::Bandit, "B703"),
            Alias(Peer::Bandit, "B704"),
            Alias(Peer::Ruff, "S308"),
            Alias(Peer::Ruff, "S704"),
        ],
        related: &[],
        was: &[],
        page: include_str!("html_marked_safe.md"),
    },
    detect: Detect::Calls { kinds: &[kind::HTML_TEXT, kind::RETURNS_HTML_TEXT], judge },
    everyday_until: Some("cross-site-scripting"),
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let text = site.view.assembled(argument.value, argument.span, kind::HTML_TEXT);
    let open = text.open_holes().max_by_key(|open| {
        let tells = tells_of_markup(site, &open.hole);
        (open.hole.origin, tells, open.is_part, std::cmp::Reverse(open.hole.span))
    })?;
    let name = built_text::name(site, &open.hole);
    // What a decorated function returns is built in its body, which is the place to change.
    let mut draft = match site.form {
        Form::Decorator(_) => {
            built_text::at_text(site, &open.hole, "what this returns counts as safe")
        }
        Form::Call | Form::Store => built_text::at_call(site, &open.hole),
    };
    if open.hole.origin == Origin::Unknown {
        let doubt = format!("if {name} can hold markup and is not escaped before");
        let whole_tells = || is_json(site, &open.hole);
        let most = match open.is_part && tells_of_markup(site, &open.hole) || whole_tells() {
            true => Confidence::Medium,
            false => Confidence::Low,
        };
        draft = draft.at_most(most, &doubt);
    }
    if open.hole.origin == Origin::Remote {
        draft.severity = Some(Severity::High);
    }
    Some(Draft {
        message: format!("HTML is marked as safe with {name} in it, unescaped"),
        label: "goes to the browser as it is".to_owned(),
        impact: format!(
            "Whoever chooses {name} puts a script into the page, which acts for everyone who \
             opens it."
        ),
        fix: "format_html(\"<b>{}</b>\", value)".to_owned(),
        ..draft
    })
}

/// Whether a hole that nobody knows tells by itself that it may hold markup. Most of what is put
/// between tags is a number, an address, a class, or markup that was escaped where it was made.
fn tells_of_markup(site: &CallSite<'_>, hole: &Hole) -> bool {
    let view = site.view.of(hole.file);
    if is_rendered(view, hole.value) {
        return false;
    }
    // What is built before `format_html` sees it, `format_html` does not escape: whoever writes that
    // believes that it does.
    if site.callee.is_some_and(|callee| callee.name == "format_html") {
        return true;
    }
    is_json(site, hole) || naming::is_typed_by_people(view.ir(), hole.value)
}

/// Whether a hole is JSON, which escapes nothing that ends a script, unless an encoder of its own does.
fn is_json(site: &CallSite<'_>, hole: &Hole) -> bool {
    let view = site.view.of(hole.file);
    let ir = view.ir();
    match ir.value(ir.bare(hole.value)) {
        Value::Call { callee, args } => {
            let has_encoder = ir.args[args]
                .iter()
                .any(|arg| matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "cls"));
            matches!(view.name_of(callee), Some("json.dumps" | "simplejson.dumps")) && !has_encoder
        }
        _ => false,
    }
}

/// Whether a value is what a function gave that renders, by its name: that is markup already, and
/// escaped where it was made, as a rule.
fn is_rendered(view: FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    let mut at = ir.bare(value);
    for _ in 0..8 {
        at = match ir.value(at) {
            Value::Elem { of, .. } | Value::Index { of, .. } | Value::Await(of) => ir.bare(of),
            Value::Comp(comp) => ir.bare(ir.comp(comp).element),
            Value::Mu { init, .. } => ir.bare(init),
            Value::Attr { name, .. } => return is_markup(ir.str(name)),
            Value::Call { callee, .. } => {
                let name = match ir.value(ir.bare(callee)) {
                    Value::Attr { name, .. } => ir.str(name),
                    _ => view
                        .name_of(callee)
                        .map_or("", |name| name.rsplit('.').next().unwrap_or(name)),
                };
                return is_markup(name);
            }
            _ => return false,
        };
    }
    false
}

fn is_markup(name: &str) -> bool {
    matches!(name, "as_p" | "as_div" | "as_ul" | "as_table" | "as_widget")
        || has_word(name, &["render", "rendered", "html", "htmlvalue", "markdown", "svg"])
}
