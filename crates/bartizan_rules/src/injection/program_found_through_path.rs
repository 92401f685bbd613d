//! Programs that are named without their folder.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::Value;
use bartizan_model::kind;
use bartizan_value::Constant;

use crate::{CallSite, Detect, Draft, Rule};

/// A program that PATH finds.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "program-found-through-path",
        title: "Program found through PATH",
        family: Family::Injection,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(426), Cwe(427)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[Alias(Peer::Bandit, "B607"), Alias(Peer::Ruff, "S607")],
        related: &[],
        was: &[],
        page: include_str!("program_found_through_path.md"),
    },
    detect: Detect::Calls { kinds: &[kind::PROGRAM, kind::SHELL_COMMAND], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let ir = view.ir();
    // Only the first argument is a program; the rest go with it.
    if site.arguments().next().is_some_and(|first| first.value != argument.value) {
        return None;
    }
    let program = match ir.value(ir.bare(argument.value)) {
        Value::List(items) | Value::Tuple(items) => ir.items[items].first()?.value,
        _ => argument.value,
    };
    let Some(Constant::Str(program)) = view.evaluator.constant(view.file, program) else {
        return None;
    };
    let program = program.split_whitespace().next()?;
    if program.contains(['/', '\\']) || program.starts_with('.') {
        return None;
    }
    Some(Draft {
        message: format!("`{program}` is whichever program of that name PATH leads to first"),
        label: "no folder is named".to_owned(),
        impact:
            "Whoever may write into one of the folders before the right one, or set PATH, puts \
                 a program of theirs there."
                .to_owned(),
        fix: format!("/usr/bin/{program}"),
        doubt: Some("if anyone else writes to a folder of PATH".to_owned()),
        ..site.draft()
    })
}
