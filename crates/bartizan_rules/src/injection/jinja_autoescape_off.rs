//! Jinja environments that print values as they are.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// A Jinja environment that does not escape.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "jinja-autoescape-off",
        title: "Jinja without autoescape",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(79), Cwe(116)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B701"), Alias(Peer::Ruff, "S701")],
        related: &[Alias(Peer::Bandit, "B702"), Alias(Peer::Ruff, "S702")],
        was: &[],
        page: include_str!("jinja_autoescape_off.md"),
    },
    detect: Detect::Calls { kinds: &[kind::AUTOESCAPE], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    // Django's own engine escapes unless it is told not to, which is done for mails and the like.
    if !site.callee?.path.starts_with("jinja2.") {
        return None;
    }
    // A function that decides by the template's name, or a variable, decides somewhere.
    if site.applies != Truth::Yes {
        return None;
    }
    let draft = site.draft();
    Some(Draft {
        message: match site.argument {
            Some(_) => "This Jinja environment is told to escape nothing".to_owned(),
            None => "This Jinja environment escapes nothing, which is its default".to_owned(),
        },
        label: match site.argument {
            Some(_) => "values reach the page as they are".to_owned(),
            None => "no `autoescape` is given".to_owned(),
        },
        impact: "A value with markup in it becomes part of the page: whoever chooses one puts a \
                 script there."
            .to_owned(),
        fix: "autoescape=select_autoescape()".to_owned(),
        doubt: draft.doubt.clone().or(Some("if its templates are HTML".to_owned())),
        ..draft
    })
}
