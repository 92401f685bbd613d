//! Text that templates no longer escape.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::{CallSite, Detect, Draft, Form, Rule};

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
            Alias(Peer::Ruff, "S308"),
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
    let open = text
        .open_holes()
        .max_by_key(|open| (open.hole.origin, open.is_part, std::cmp::Reverse(open.hole.span)))?;
    let name = built_text::name(site, &open.hole);
    let used = match site.form {
        Form::Decorator(_) => "what this returns counts as safe",
        _ => "marked as safe here",
    };
    let mut draft = built_text::draft(site, &open.hole, used);
    let unknown = if open.is_part { Confidence::Medium } else { Confidence::Low };
    draft = built_text::weigh(draft, &open.hole, &name, unknown);
    if open.hole.origin == Origin::Unknown {
        draft.doubt = Some(format!("if {name} can hold markup and is not escaped before"));
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
