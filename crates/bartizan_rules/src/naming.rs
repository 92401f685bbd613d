//! What the name of a value tells of what it holds.

use bartizan_ir::{FileIr, Value, ValueId};

use crate::words::has_word;

/// Whether a value is the key of a row: a number or an identifier of fixed form that the database gave.
pub fn is_key_of_row(ir: &FileIr, value: ValueId) -> bool {
    let Value::Attr { name, .. } = ir.value(ir.bare(value)) else { return false };
    let name = ir.str(name);
    matches!(name, "pk" | "id" | "uuid") || name.ends_with("_id") || name.ends_with("_pk")
}

/// Whether a value is an attribute, or a getter, under whose name people keep what they type: a title,
/// the name of a group, a comment.
pub fn is_typed_by_people(ir: &FileIr, value: ValueId) -> bool {
    typed(ir, value, 8)
}

fn typed(ir: &FileIr, value: ValueId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match ir.value(ir.bare(value)) {
        // One of several ways is enough.
        Value::Gamma { then, otherwise, .. } => {
            typed(ir, then, depth) || typed(ir, otherwise, depth)
        }
        Value::Logic { values, .. } => ir.ids[values].iter().any(|value| typed(ir, *value, depth)),
        Value::Call { callee, .. } => {
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return false };
            match ir.str(name) {
                "strip" | "title" | "upper" | "lower" | "capitalize" => typed(ir, of, depth),
                name => name.strip_prefix("get_").is_some_and(is_typed),
            }
        }
        Value::Attr { of, name } => is_typed(ir.str(name)) && !is_of_code(ir, of),
        _ => false,
    }
}

const TYPED: &[&str] = &[
    "name",
    "title",
    "headline",
    "description",
    "comment",
    "comments",
    "note",
    "notes",
    "body",
    "text",
    "message",
    "email",
    "subject",
    "address",
    "city",
    "company",
    "organization",
    "caption",
    "summary",
    "bio",
    "answer",
    "reason",
];

/// Words beside which the others name something of the code.
const OF_CODE: &[&str] = &[
    "app", "class", "code", "column", "css", "field", "file", "form", "help", "html", "icon", "id",
    "key", "language", "model", "slug", "tag", "template", "type", "url", "verbose", "view",
    "host",
];

fn is_typed(name: &str) -> bool {
    has_word(name, TYPED) && !has_word(name, OF_CODE) && !name.starts_with('_')
}

/// Whether a value is a piece of the program itself, whose names the code chooses: a field, a form, the
/// options of a model.
fn is_of_code(ir: &FileIr, value: ValueId) -> bool {
    let mut at = ir.bare(value);
    for _ in 0..8 {
        let name = match ir.value(at) {
            Value::Attr { name, .. } => ir.str(name),
            Value::Elem { of, .. } | Value::Index { of, .. } => {
                at = ir.bare(of);
                continue;
            }
            Value::Call { callee, .. } => {
                at = ir.bare(callee);
                continue;
            }
            Value::Param(position) => {
                let function = ir.stretch(at).function;
                match ir.params[ir.function(function).params].get(position as usize) {
                    Some(param) => ir.str(param.name),
                    None => return false,
                }
            }
            Value::Global { name, .. } | Value::Capture { name, .. } => ir.str(name),
            _ => return false,
        };
        return name.starts_with('_')
            || has_word(
                name,
                &[
                    "cls",
                    "field",
                    "fields",
                    "form",
                    "forms",
                    "model",
                    "models",
                    "opts",
                    "meta",
                    "plugin",
                    "settings",
                    "tag",
                    "template",
                    "widget",
                    "column",
                    "node",
                    "parser",
                    "provider",
                    "config",
                    "file",
                    "upload",
                    "attachment",
                    "image",
                ],
            );
    }
    false
}
