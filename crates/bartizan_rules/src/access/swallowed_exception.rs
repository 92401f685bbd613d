//! Handlers that take every exception and do nothing.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{Value, ValueId};
use bartizan_model::kind;

use crate::{Detect, Draft, Found, Rule, Syntax, SyntaxSite};

/// A handler that passes over everything.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "swallowed-exception",
        title: "Exception that nobody hears of",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(390), Cwe(703)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[
            Alias(Peer::Bandit, "B110"),
            Alias(Peer::Bandit, "B112"),
            Alias(Peer::Ruff, "S110"),
            Alias(Peer::Ruff, "S112"),
        ],
        related: &[],
        was: &[],
        page: include_str!("swallowed_exception.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Handler], judge },
    everyday_until: None,
};

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Handler(statement, handler) = site.found else { return None };
    if !handler.is_empty {
        return None;
    }
    let view = site.view;
    let ir = view.ir();
    let broad = match handler.types {
        None => true,
        Some(types) => {
            matches!(view.name_of(types), Some("builtins.Exception" | "builtins.BaseException"))
        }
    };
    if !broad {
        return None;
    }
    // A check whose result is used leaves nothing to go on with; one that only raises does.
    let stands_alone = |value: ValueId| {
        let at = ir.span(value);
        let before = site.text.get(..at.start as usize).unwrap_or("");
        let after = site.text.get(at.end as usize..).unwrap_or("");
        before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
            && after
                .split('\n')
                .next()
                .is_some_and(|line| line.trim_start().starts_with('#') || line.trim().is_empty())
    };
    let checks =
        (statement.start..statement.end).map(|at| ValueId::from_index(at as usize)).any(|value| {
            matches!(ir.value(value), Value::Call { .. })
                && stands_alone(value)
                && view.call_is(value, kind::AUTHENTICITY_CHECK)
        });
    let mut draft = site.draft();
    // The head alone: what follows may change without a change of the hazard.
    let head = handler.types.map(|types| ir.span(types)).filter(|at| site.span.contains(*at));
    draft.span.end = head.map_or(site.span.start + "except".len() as u32, |at| at.end);
    draft.message = if checks {
        "A check that fails in an unforeseen way is passed over".to_owned()
    } else {
        "Whatever goes wrong here is passed over".to_owned()
    };
    if checks {
        draft.severity = Some(Severity::Medium);
        draft.doubt = Some("if what follows takes the check for done".to_owned());
    } else {
        draft = draft.at_most(Confidence::Low, "if anything that is passed over matters");
    }
    draft.label = "every exception ends here, unseen".to_owned();
    draft.impact = if checks {
        "Whoever makes the check fail with another error than the expected one goes on as if it \
         had held."
    } else {
        "An attack that shows as an error shows nowhere."
    }
    .to_owned();
    draft.fix = "except ValueError: logger.warning(…, exc_info=True)".to_owned();
    Some(draft)
}
