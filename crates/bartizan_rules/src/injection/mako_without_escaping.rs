//! Mako templates that print values as they are.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// A Mako template that does not escape.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "mako-without-escaping",
        title: "Mako without escaping",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(79), Cwe(116)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B702"), Alias(Peer::Ruff, "S702")],
        related: &[],
        was: &[],
        page: include_str!("mako_without_escaping.md"),
    },
    detect: Detect::Calls { kinds: &[kind::AUTOESCAPE], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if !site.callee?.path.starts_with("mako.") || site.applies != Truth::Yes {
        return None;
    }
    let draft = site.draft_at(site.span);
    Some(Draft {
        message: "This Mako template escapes nothing, which is its default".to_owned(),
        label: "no `default_filters` are given".to_owned(),
        impact: "A value with markup in it becomes part of the page: whoever chooses one puts a \
                 script there."
            .to_owned(),
        fix: "default_filters=[\"h\"]".to_owned(),
        doubt: draft.doubt.clone().or(Some("if the template is HTML".to_owned())),
        ..draft
    })
}
