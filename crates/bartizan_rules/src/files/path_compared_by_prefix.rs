//! Paths that are held inside of a folder by comparing how they begin.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{BinaryOp, EffectKind, TextPiece, Value, ValueId};
use bartizan_project::Entity;

use crate::words::describe;
use crate::{Detect, Draft, FileView, Rule};

/// A path that begins with the name of a folder.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "path-compared-by-prefix",
        title: "Path compared by how it begins",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(22), Cwe(23)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("path_compared_by_prefix.md"),
    },
    detect: Detect::File(judge),
    everyday_until: None,
};

fn judge(view: &FileView<'_>, drafts: &mut Vec<Draft>) {
    let ir = view.ir();
    let Some(starts_with) = ir.strings.find("startswith") else { return };
    for (_, function) in ir.functions() {
        for effect in &ir.effects[function.effects] {
            let EffectKind::Call(call) = effect.kind else { continue };
            let Value::Call { callee, args } = ir.value(call) else { continue };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
            let [folder] = &ir.args[args] else { continue };
            if name != starts_with
                || view.is_dead(effect.path)
                || !is_full_path(view, of, 6)
                || ends(view, folder.value, 6)
            {
                continue;
            }
            let name = describe(ir, folder.value);
            let name =
                if name.contains('…') { "the folder".to_owned() } else { format!("`{name}`") };
            let mut draft = Draft::at(view.file, effect.span);
            draft.confidence = Some(Confidence::Medium);
            draft.doubt = Some(format!("if {name} does not end with a separator"));
            // What was put together of a folder and a name is held inside of the folder; other paths
            // are compared for other reasons.
            if !is_joined(view, of, 8) {
                draft = draft.at_most(Confidence::Low, "if the comparison keeps anyone out");
            }
            draft.message = format!("A path counts as inside of {name} when it begins like it");
            draft.label = "neighbours begin like it too".to_owned();
            draft.impact = "A folder beside it whose name begins in the same way passes: \
                            `/srv/media-private` begins with `/srv/media`."
                .to_owned();
            draft.fix = "`Path(path).resolve().is_relative_to(folder)`, or `os.path.commonpath`; \
                         `safe_join` of `django.utils._os` does both"
                .to_owned();
            drafts.push(draft);
        }
    }
}

/// Whether a value is a path with its dots and links worked out, which is done for such a comparison.
fn is_full_path(view: &FileView<'_>, value: ValueId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let ir = view.ir();
    match ir.value(ir.bare(value)) {
        Value::Call { callee, args } => match view.name_of(callee) {
            Some("os.path.abspath" | "os.path.realpath" | "os.path.normpath") => true,
            Some("builtins.str" | "os.fspath") => {
                let args = &ir.args[args];
                args.first().is_some_and(|first| is_full_path(view, first.value, depth))
            }
            _ => matches!(
                ir.value(ir.bare(callee)),
                Value::Attr { name, .. } if matches!(ir.str(name), "resolve" | "absolute")
            ),
        },
        Value::Gamma { then, otherwise, .. } => {
            is_full_path(view, then, depth) && is_full_path(view, otherwise, depth)
        }
        _ => false,
    }
}

/// Whether a path was put together of a folder and a name.
fn is_joined(view: &FileView<'_>, value: ValueId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let ir = view.ir();
    match ir.value(ir.bare(value)) {
        Value::Binary { op: BinaryOp::Add | BinaryOp::Div, .. } | Value::Text { .. } => true,
        Value::Call { callee, args } => {
            view.name_of(callee) == Some("os.path.join")
                || match ir.value(ir.bare(callee)) {
                    Value::Attr { of, name } => {
                        ir.str(name) == "joinpath" || is_joined(view, of, depth)
                    }
                    _ => false,
                }
                || ir.args[args].first().is_some_and(|arg| is_joined(view, arg.value, depth))
        }
        _ => false,
    }
}

/// Whether a folder ends with a separator, or is no folder but a mark such as `..`.
fn ends(view: &FileView<'_>, value: ValueId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let ir = view.ir();
    let is_end = |text: &str| text.ends_with(['/', '\\']);
    match ir.value(ir.bare(value)) {
        // A constant is no folder that is worked out: `/api`, `..`, a drive.
        Value::Str(_) | Value::Bytes(_) => true,
        Value::Tuple(items) => ir.items[items].iter().all(|item| ends(view, item.value, depth)),
        Value::Text { parts, .. } => match ir.parts[parts].last().map(|part| part.piece) {
            Some(TextPiece::Literal(text)) => is_end(ir.str(text)),
            Some(TextPiece::Hole { value, .. }) => is_separator(view, value),
            None => false,
        },
        Value::Binary { op: BinaryOp::Add, right, .. } => {
            is_separator(view, right) || ends(view, right, depth)
        }
        // `os.path.join(folder, "")`
        Value::Call { args, .. } => {
            match ir.args[args].last().map(|arg| ir.value(ir.bare(arg.value))) {
                Some(Value::Str(last)) => ir.str(last).is_empty() || is_end(ir.str(last)),
                _ => false,
            }
        }
        Value::Gamma { then, otherwise, .. } => {
            ends(view, then, depth) && ends(view, otherwise, depth)
        }
        Value::Global { .. } | Value::Import { .. } | Value::Attr { .. } => {
            match view.project.definition(view.file, value) {
                Entity::Value(file, found) if (file, found) != (view.file, value) => {
                    let there = view.of(file);
                    match there.ir().value(there.ir().bare(found)) {
                        Value::Str(folder) => is_end(there.ir().str(folder)),
                        _ => ends(&there, found, depth),
                    }
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_separator(view: &FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    match ir.value(ir.bare(value)) {
        Value::Str(text) => ir.str(text).ends_with(['/', '\\']),
        Value::Attr { name, .. } => ir.str(name) == "sep",
        _ => describe(ir, value).ends_with("sep"),
    }
}
