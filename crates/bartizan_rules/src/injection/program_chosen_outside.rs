//! Programs, and their arguments, that come from outside.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::Value;
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, Detect, Draft, Rule};

/// A program or an option of an outsider.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "program-chosen-outside",
        title: "Program or option that an outsider chooses",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(88), Cwe(78)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[
            Alias(Peer::Bandit, "B603"),
            Alias(Peer::Bandit, "B606"),
            Alias(Peer::Ruff, "S603"),
            Alias(Peer::Ruff, "S606"),
        ],
        related: &[],
        was: &[],
        page: include_str!("program_chosen_outside.md"),
    },
    detect: Detect::Calls { kinds: &[kind::PROGRAM], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let ir = view.ir();
    let listed = match ir.value(ir.bare(argument.value)) {
        Value::List(items) | Value::Tuple(items) => Some(&ir.items[items]),
        _ => None,
    };
    // In a list, an argument that the visitor writes can still be an option; the program cannot.
    let (origin, chosen, program) = match listed {
        Some(items) => {
            let worst = items
                .iter()
                .enumerate()
                .map(|(at, item)| (view.origin(item.value, kind::PROGRAM), at == 0, item.value));
            let first = worst.clone().next()?;
            match worst.max_by_key(|(origin, ..)| *origin)? {
                (Origin::Remote, program, value) => (Origin::Remote, value, program),
                _ => (first.0, first.2, true),
            }
        }
        None => (view.origin(argument.value, kind::PROGRAM), argument.value, true),
    };
    if origin == Origin::Fixed {
        return None;
    }
    let name = describe(ir, chosen);
    let name = if name.contains('…') { "it".to_owned() } else { format!("`{name}`") };
    let mut draft = site.draft();
    if origin != Origin::Remote {
        draft = draft.at_most(Confidence::Low, &format!("if an outsider can choose {name}"));
    } else if !program {
        draft.doubt = Some("if the program has an option that does harm".to_owned());
    } else {
        draft.severity = Some(Severity::High);
    }
    Some(Draft {
        message: if program {
            format!("Whatever {name} names is started as a program")
        } else {
            format!("{name} goes into the arguments of a program as it is")
        },
        label: if program { "the program" } else { "an option, perhaps" }.to_owned(),
        impact: if program {
            "Whoever chooses it runs any program of the machine."
        } else {
            "A value that begins with `-` is an option: many programs have one that writes a file \
             or runs a command."
        }
        .to_owned(),
        fix: if program {
            "Choose from a dictionary of programs"
        } else {
            "Put `\"--\"` in front of it, and ask that it does not begin with `-`"
        }
        .to_owned(),
        ..draft
    })
}
