//! Text that Python runs.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{FileIr, Mutator, Value, ValueId};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::has_word;
use crate::{CallSite, Detect, Draft, FileView, Rule};

use super::built_text;

/// Text that is run as Python.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "code-from-text",
        title: "Text run as Python code",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(95), Cwe(94)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B102"),
            Alias(Peer::Bandit, "B307"),
            Alias(Peer::Ruff, "S102"),
            Alias(Peer::Ruff, "S307"),
        ],
        related: &[],
        was: &[],
        page: include_str!("code_from_text.md"),
    },
    detect: Detect::Calls { kinds: &[kind::CODE_TEXT], judge },
    everyday_until: Some("code-injection"),
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let ir = view.ir();
    // What `compile` made of a text is code already; the text is judged there.
    if is_compiled(&view, made(ir, argument.value), 4) {
        return None;
    }
    let text = view.assembled(argument.value, argument.span, kind::CODE_TEXT);
    let open = text
        .open_holes()
        .max_by_key(|open| (open.hole.origin, open.is_part, std::cmp::Reverse(open.hole.span)))?;
    let name = built_text::name(site, &open.hole);
    let mut draft = built_text::at_call(site, &open.hole);
    // What eval and exec are given decides everything. Most of it the code chose itself; what people
    // keep in the database to be computed is called as such.
    let unknown = match is_kept_to_be_run(view.of(open.hole.file).ir(), open.hole.value) {
        true => Confidence::Medium,
        false => Confidence::Low,
    };
    draft = built_text::weigh(draft, &open.hole, &name, unknown);
    if view.is_from_file(argument.value) && open.hole.origin != Origin::Remote {
        draft = draft.at_most(Confidence::Low, "if anyone else can write the file");
    }
    Some(Draft {
        message: format!("Python runs {name} as code"),
        label: "anything can stand here".to_owned(),
        impact: format!(
            "Whoever chooses {name} runs what they like on the server, with all that the process \
             may do."
        ),
        fix: "For values written as Python, `ast.literal_eval`; for a choice, a dictionary of \
              functions"
            .to_owned(),
        ..draft
    })
}

/// Whether a value is a column that holds what is to be computed, by its name: `rule.formula`.
fn is_kept_to_be_run(ir: &FileIr, value: ValueId) -> bool {
    let Value::Attr { name, .. } = ir.value(ir.bare(value)) else { return false };
    let named = &["formula", "expression", "script", "calculation", "code", "condition", "python"];
    has_word(ir.str(name), named)
}

/// Whether a value is what `compile` made, on every way.
fn is_compiled(view: &FileView<'_>, value: ValueId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let ir = view.ir();
    match ir.value(ir.bare(value)) {
        Value::Call { callee, .. } => view.name_of(callee) == Some("builtins.compile"),
        Value::Gamma { then, otherwise, .. } => {
            is_compiled(view, then, depth) && is_compiled(view, otherwise, depth)
        }
        Value::Join { ways, .. } => {
            let ways = &ir.ways[ways];
            ways.iter().all(|way| is_compiled(view, way.value, depth))
        }
        _ => false,
    }
}

/// What a value was when it was made: that others have had it in their hands since changes no code.
fn made(ir: &FileIr, value: ValueId) -> ValueId {
    let mut value = ir.bare(value);
    while let Value::Mutate(mutation) = ir.value(value)
        && ir.mutation(mutation).op == Mutator::Escape
    {
        value = ir.bare(ir.mutation(mutation).receiver);
    }
    value
}
