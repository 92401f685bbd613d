//! What the name of a value tells of what it holds.

use bartizan_base::Span;
use bartizan_ir::{
    Arg, ArgKind, EffectKind, FileIr, FunctionId, Mutator, TextPiece, Value, ValueId,
};

use crate::words::has_word;

/// Whether a value is the key of a row, or several of them: a number or an identifier of fixed form
/// that the database gave.
pub fn is_key_of_row(ir: &FileIr, value: ValueId) -> bool {
    Asked { is: is_key, gives: &[] }.of(ir, value, 12)
}

/// Whether a value is what the database gave, or the key of a row.
pub fn is_read_from_rows(ir: &FileIr, value: ValueId) -> bool {
    let gives = &["fetchall", "fetchone", "fetchmany", "values_list", "values"];
    Asked { is: is_key, gives }.of(ir, value, 12)
}

/// Whether a value is the name of a piece of the database, by what it is called: `table_name`,
/// `sequence_name(table)`.
pub fn is_name_in_database(ir: &FileIr, value: ValueId) -> bool {
    let is = |name: &str| {
        has_word(
            name,
            &[
                "table",
                "tables",
                "column",
                "columns",
                "sequence",
                "schema",
                "index",
                "constraint",
                "tablespace",
                "trigger",
                "db",
                "database",
                "role",
                "sq",
            ],
        )
    };
    Asked { is, gives: &[] }.of(ir, value, 12)
}

/// The names of the variables and attributes that are given what stands at `span`, each behind a space.
pub fn stored_as(ir: &FileIr, function: FunctionId, span: Span) -> String {
    let function = ir.function(function);
    let mut words = String::new();
    let mut push = |name: &str| {
        words.push(' ');
        words.push_str(name);
    };
    for binding in &ir.bindings[function.stores] {
        if ir.span(binding.value).contains(span) {
            push(ir.str(binding.name));
        }
    }
    for effect in &ir.effects[function.effects] {
        if let EffectKind::StoreAttr { name, value, .. } = effect.kind
            && ir.span(value).contains(span)
        {
            push(ir.str(name));
        }
    }
    words
}

fn is_key(name: &str) -> bool {
    matches!(name, "pk" | "id" | "uuid" | "pks" | "ids" | "uuids")
        || ["_id", "_pk", "_ids", "_pks", "_uuid"].iter().any(|end| name.ends_with(end))
}

/// A question about what a value is called, which texts, lists and choices hand on to what they are
/// made of.
struct Asked<'a> {
    is: fn(&str) -> bool,
    /// Methods whose result is of the kind, whatever it is called.
    gives: &'a [&'a str],
}

impl Asked<'_> {
    fn of(&self, ir: &FileIr, value: ValueId, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let of = |value: ValueId| self.of(ir, value, depth);
        match ir.value(ir.bare(value)) {
            Value::Attr { name, .. } => (self.is)(ir.str(name)),
            Value::Global { name, .. } | Value::Capture { name, .. } => (self.is)(ir.str(name)),
            Value::Param(position) => {
                let function = ir.stretch(ir.bare(value)).function;
                let param = ir.params[ir.function(function).params].get(position as usize);
                param.is_some_and(|param| (self.is)(ir.str(param.name)))
            }
            Value::Call { callee, args } => {
                let args = &ir.args[args];
                match ir.value(ir.bare(callee)) {
                    Value::Attr { of: receiver, name } => match (ir.str(name), args) {
                        ("join", [items]) => of(items.value),
                        ("values_list", _) if flat(ir, args, self.is) => true,
                        (name, _) if self.gives.contains(&name) => true,
                        ("strip" | "encode" | "decode" | "lower" | "distinct", _) => of(receiver),
                        (name, _) => (self.is)(name),
                    },
                    Value::Global { name, .. } => match (ir.str(name), args) {
                        ("str" | "repr" | "list" | "tuple" | "set" | "sorted", [only]) => {
                            of(only.value)
                        }
                        (name, _) => (self.is)(name),
                    },
                    _ => false,
                }
            }
            Value::Comp(comp) => of(ir.comp(comp).element),
            Value::Elem { of: whole, .. } => of(whole),
            Value::Index { of: whole, key } => {
                let is = |key: Value| matches!(key, Value::Str(name) if (self.is)(ir.str(name)));
                is(ir.value(ir.bare(key))) || of(whole)
            }
            Value::Dict(pairs) => ir.pairs[pairs].iter().all(|pair| of(pair.value)),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                ir.items[items].iter().all(|item| of(item.value))
            }
            Value::Gamma { then, otherwise, .. } => of(then) && of(otherwise),
            Value::Mu { init, back, .. } => of(init) && (back == value || of(back)),
            Value::Join { ways, .. } => ir.ways[ways].iter().all(|way| of(way.value)),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let args = &ir.args[mutation.args];
                match mutation.op {
                    Mutator::Append | Mutator::Add | Mutator::Extend => {
                        of(mutation.receiver) && args.iter().all(|arg| of(arg.value))
                    }
                    _ => of(mutation.receiver),
                }
            }
            Value::Text { parts, .. } => ir.parts[parts].iter().all(|part| match part.piece {
                TextPiece::Literal(_) => true,
                TextPiece::Hole { value, .. } => of(value),
            }),
            value => value.is_literal(),
        }
    }
}

/// Whether `values_list` is asked for such columns alone.
fn flat(ir: &FileIr, args: &[Arg], is: fn(&str) -> bool) -> bool {
    let mut columns = args.iter().filter(|arg| arg.kind == ArgKind::Positional).peekable();
    columns.peek().is_some()
        && columns.all(|arg| match ir.value(ir.bare(arg.value)) {
            Value::Str(name) => is(ir.str(name)),
            _ => false,
        })
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
            Value::Elem { of, .. }
            | Value::Index { of, .. }
            | Value::Enter { manager: of, .. }
            | Value::Gamma { then: of, .. } => {
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
                    "open",
                    "upload",
                    "attachment",
                    "image",
                ],
            );
    }
    false
}
