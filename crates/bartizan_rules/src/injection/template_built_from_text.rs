//! Templates whose text someone else chooses.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::capital;
use crate::{CallSite, Detect, Draft, Rule, naming};

use super::built_text;

/// A template with a hole in it that is filled before it is parsed.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-built-from-text",
        title: "Template built from text",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1336), Cwe(94)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("template_built_from_text.md"),
    },
    detect: Detect::Calls { kinds: &[kind::TEMPLATE_TEXT], judge },
    everyday_until: Some("template-injection"),
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let text = site.view.assembled(argument.value, argument.span, kind::TEMPLATE_TEXT);
    let open = text
        .open_holes()
        .max_by_key(|open| (open.hole.origin, open.is_part, std::cmp::Reverse(open.hole.span)))?;
    // Whole templates are kept in files and tables and belong to those who may edit them; what a
    // visitor sends is no template.
    let typed = || naming::is_typed_by_people(site.view.of(open.hole.file).ir(), open.hole.value);
    if open.hole.origin != Origin::Remote && !open.is_part {
        return None;
    }
    let name = built_text::name(site, &open.hole);
    let unknown = if typed() { Confidence::Medium } else { Confidence::Low };
    let draft = built_text::at_call(site, &open.hole);
    let draft = built_text::weigh(draft, &open.hole, &name, unknown);
    Some(Draft {
        message: format!("{} becomes a part of a template", capital(&name)),
        label: "read as template code".to_owned(),
        impact: format!(
            "Whoever chooses {name} writes tags and variables: reads settings and objects of the \
             context, and, in Jinja, runs code on the server."
        ),
        fix: "Keep the template constant, and pass the value in its context".to_owned(),
        ..draft
    })
}
