//! Operators on values, as Python computes them.
//!
//! Integers that leave 64 bits are not followed. What would raise says with which exception.

mod arithmetic;
mod comparison;
mod entries;
mod percent;
mod places;

use bartizan_ir::{BinaryOp, UnaryOp};

use arithmetic::{Number, arithmetic, number};
pub(crate) use arithmetic::{divmod, truncate};
pub(crate) use comparison::{compare, contains, equal, less, type_name};
pub(crate) use entries::{
    distinct, find_entry, hashable, lookup, merge_entries, put_entry, set_operation,
};
use percent::percent_format;
pub(crate) use places::{item, position, slice, slice_places};

use crate::domain::{Abstract, Constant, Evaluated, Object, Part, Seq, SeqKind, Symbol};
use crate::file_paths;
use crate::format::reason_of;
use crate::reason::Reason;

pub(crate) const TYPE_ERROR: Reason = Reason::Raises("TypeError");
pub(crate) const VALUE_ERROR: Reason = Reason::Raises("ValueError");
pub(crate) const KEY_ERROR: Reason = Reason::Raises("KeyError");
pub(crate) const INDEX_ERROR: Reason = Reason::Raises("IndexError");

/// The value as an integer, where Python takes it for one.
pub(crate) fn integer(value: &Abstract) -> Result<i64, Reason> {
    match value {
        Abstract::Const(Constant::Int(n)) => Ok(*n),
        Abstract::Const(Constant::Bool(b)) => Ok(i64::from(*b)),
        Abstract::Const(Constant::BigInt(_)) => Err(Reason::TooLarge),
        value if is_typed(value) => Err(TYPE_ERROR),
        value => Err(reason_of(value)),
    }
}

/// Whether the type of the value is known, so that a wrong type is certain to fail.
pub(crate) fn is_typed(value: &Abstract) -> bool {
    matches!(value, Abstract::Const(_) | Abstract::Seq(_) | Abstract::Map(_) | Abstract::Text(_))
}

/// Whether the value is true, as `if` asks.
pub(crate) fn truth(value: &Abstract) -> Result<bool, Reason> {
    match value {
        Abstract::Const(constant) => Ok(match constant {
            Constant::None => false,
            Constant::Ellipsis | Constant::BigInt(_) => true,
            Constant::Bool(truth) => *truth,
            Constant::Int(number) => *number != 0,
            Constant::Float(number) => *number != 0.0,
            Constant::Complex { re, im } => *re != 0.0 || *im != 0.0,
            Constant::Str(text) => !text.is_empty(),
            Constant::Bytes(bytes) => !bytes.is_empty(),
            Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
        }),
        Abstract::Seq(seq) if seq.kind == SeqKind::Iterator => Ok(true),
        Abstract::Seq(seq) => match &seq.open {
            None => Ok(!seq.items.is_empty()),
            Some(reason) => Err(reason.clone()),
        },
        Abstract::Map(map) => match &map.open {
            None => Ok(!map.entries.is_empty()),
            Some(reason) => Err(reason.clone()),
        },
        Abstract::Text(text) => {
            if text.parts.iter().any(|part| matches!(part, Part::Literal(_))) {
                Ok(true)
            } else {
                Err(reason_of(value))
            }
        }
        Abstract::Choice(choice) => {
            let mut known = None;
            let mut raises = None;
            for way in &choice.alternatives {
                match truth(&way.value.value) {
                    Ok(truth) if known.is_none_or(|known| known == truth) => known = Some(truth),
                    Ok(_) => return Err(Reason::Undecided),
                    Err(reason @ Reason::Raises(_)) => raises = Some(reason),
                    Err(reason) => return Err(reason),
                }
            }
            match (known, raises) {
                (Some(truth), None) => Ok(truth),
                // That it raises is only certain if it does on all ways.
                (None, Some(reason)) => Err(reason),
                _ => Err(Reason::Undecided),
            }
        }
        Abstract::Ref(Symbol::Function(..) | Symbol::Class(..) | Symbol::Module(_)) => Ok(true),
        Abstract::Ref(Symbol::External(name)) if name.starts_with("builtins.") => Ok(true),
        Abstract::Apply(made) if matches!(&made.symbol, Symbol::External(name) if gives_function(name)) => {
            Ok(true)
        }
        value => Err(reason_of(value)),
    }
}

/// Whether what a function outside the project gives is a function, which is true: a decorator's.
fn gives_function(name: &str) -> bool {
    const DECORATORS: &[&str] = &[
        "django.contrib.auth.decorators.",
        "django.utils.decorators.",
        "django.views.decorators.",
        "functools.",
        "rest_framework.decorators.",
    ];
    let of_functools = ["partial", "update_wrapper", "wraps"];
    DECORATORS.iter().any(|module| {
        let name = name.strip_suffix(".__call__").unwrap_or(name);
        name.strip_prefix(module)
            .is_some_and(|name| *module != "functools." || of_functools.contains(&name))
    })
}

pub(crate) fn unary(op: UnaryOp, value: &Abstract) -> Result<Abstract, Reason> {
    if op == UnaryOp::Not {
        return Ok(Abstract::bool(!truth(value)?));
    }
    match (op, number(value)) {
        (UnaryOp::Plus, Some(Number::Int(n))) => Ok(Abstract::int(n)),
        (UnaryOp::Plus, Some(Number::Float(f))) => Ok(Abstract::float(f)),
        (UnaryOp::Minus, Some(Number::Int(n))) => {
            n.checked_neg().map(Abstract::int).ok_or(Reason::TooLarge)
        }
        (UnaryOp::Minus, Some(Number::Float(f))) => Ok(Abstract::float(-f)),
        (UnaryOp::Invert, Some(Number::Int(n))) => Ok(Abstract::int(!n)),
        _ => match value {
            Abstract::Const(Constant::BigInt(_) | Constant::Complex { .. }) => {
                Err(Reason::NotFollowed("this arithmetic"))
            }
            value if is_typed(value) => Err(TYPE_ERROR),
            value => Err(reason_of(value)),
        },
    }
}

// ---- arithmetic ------------------------------------------------------------------------------

/// `left op right`; `objects` gives each new container its identity.
pub(crate) fn binary(
    op: BinaryOp,
    left: &Evaluated,
    right: &Evaluated,
    fresh: Object,
) -> Result<Abstract, Reason> {
    let (a, b) = (&left.value, &right.value);
    if let (Some(x), Some(y)) = (number(a), number(b)) {
        return arithmetic(op, x, y, is_bool(a) && is_bool(b));
    }
    match (op, a, b) {
        (BinaryOp::Add, Abstract::Const(Constant::Str(x)), Abstract::Const(Constant::Str(y))) => {
            Ok(Abstract::str(format!("{x}{y}")))
        }
        (
            BinaryOp::Add,
            Abstract::Const(Constant::Bytes(x)),
            Abstract::Const(Constant::Bytes(y)),
        ) => Ok(Abstract::bytes([&x[..], &y[..]].concat())),
        (BinaryOp::Add, _, _) if is_text(a) && may_be_text(b) || may_be_text(a) && is_text(b) => {
            Ok(Abstract::text(
                vec![Part::Hole(left.clone()), Part::Hole(right.clone())]
                    .into_iter()
                    .map(literal)
                    .collect(),
            ))
        }
        (BinaryOp::Add, Abstract::Seq(x), Abstract::Seq(y))
            if x.kind == y.kind && matches!(x.kind, SeqKind::List | SeqKind::Tuple) =>
        {
            let items = x.items.iter().chain(&y.items).cloned().collect();
            let object = if x.kind == SeqKind::List { fresh } else { Object::NONE };
            Ok(Abstract::seq(x.kind, items, x.open.clone().or(y.open.clone()), object))
        }
        // Of `known + unknown` the known part is still there.
        (BinaryOp::Add, Abstract::Seq(x), _) if is_growing(x) && !is_typed(b) => {
            Ok(Abstract::seq(x.kind, x.items.clone(), Some(Reason::Part), fresh))
        }
        (BinaryOp::Add, _, Abstract::Seq(y)) if is_growing(y) && !is_typed(a) => {
            Ok(Abstract::seq(y.kind, y.items.clone(), Some(Reason::Part), fresh))
        }
        // A text of which only parts are known is one all the same.
        (BinaryOp::Mult | BinaryOp::Mod, Abstract::Text(text), _)
        | (BinaryOp::Mult, _, Abstract::Text(text)) => Err(crate::format::hole_reason(text)),
        (BinaryOp::Mult, _, _) if is_repeatable(a) && !is_repeatable(b) => {
            repeat(a, integer(b)?, fresh)
        }
        (BinaryOp::Mult, _, _) if is_repeatable(b) && !is_repeatable(a) => {
            repeat(b, integer(a)?, fresh)
        }
        (BinaryOp::Mod, Abstract::Const(Constant::Str(format)), _) => percent_format(format, right),
        (
            BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::Sub | BinaryOp::BitXor,
            Abstract::Seq(x),
            Abstract::Seq(y),
        ) if is_set_like(x) && is_set_like(y) => set_operation(op, x, y, fresh),
        (BinaryOp::BitOr, Abstract::Map(x), Abstract::Map(y)) => {
            let mut entries = x.entries.clone();
            let open = merge_entries(&mut entries, &y.entries)?;
            Ok(Abstract::map(entries, open.or(x.open.clone()).or(y.open.clone()), fresh))
        }
        (BinaryOp::BitOr, Abstract::Map(x), _) if !is_typed(b) => {
            Ok(Abstract::map(x.entries.clone(), Some(Reason::Part), fresh))
        }
        // django-environ's way to say the folder so many above.
        (BinaryOp::Sub, Abstract::Apply(path), Abstract::Const(Constant::Int(_))) if matches!(&path.symbol, Symbol::External(name) if name.starts_with("environ.Path")) =>
        {
            let parts = vec![(None, left.clone()), (None, right.clone())];
            Ok(Abstract::apply(Symbol::External("environ.Path.__sub__".into()), parts, false))
        }
        (BinaryOp::Div, _, _) if is_path(a) || is_path(b) => {
            let parts = [left.clone(), right.clone()];
            if let Some(path) = file_paths::computed("pathlib.Path.joinpath", &parts) {
                return Ok(path);
            }
            let parts = parts.map(|part| (None, part)).into();
            Ok(Abstract::apply(Symbol::External("pathlib.Path.joinpath".into()), parts, false))
        }
        _ if is_exotic(a) || is_exotic(b) => Err(Reason::NotFollowed("this arithmetic")),
        _ if is_typed(a) && is_typed(b) => Err(TYPE_ERROR),
        _ => Err(reason_of(if is_typed(a) { b } else { a })),
    }
}

fn literal(part: Part) -> Part {
    match part {
        Part::Hole(Evaluated { value: Abstract::Const(Constant::Str(text)), .. }) => {
            Part::Literal(text)
        }
        part => part,
    }
}

fn is_bool(value: &Abstract) -> bool {
    matches!(value, Abstract::Const(Constant::Bool(_)))
}

fn is_exotic(value: &Abstract) -> bool {
    matches!(value, Abstract::Const(Constant::BigInt(_) | Constant::Complex { .. }))
}

/// Whether the value is certain to be text.
pub(crate) fn is_text(value: &Abstract) -> bool {
    match value {
        Abstract::Const(Constant::Str(_)) | Abstract::Text(_) => true,
        Abstract::Env(env) => env.cast == crate::domain::Cast::Str && env.default.is_none(),
        _ => false,
    }
}

fn may_be_text(value: &Abstract) -> bool {
    is_text(value) || !is_typed(value)
}

fn is_growing(seq: &Seq) -> bool {
    matches!(seq.kind, SeqKind::List | SeqKind::Tuple)
}

fn is_set_like(seq: &Seq) -> bool {
    seq.kind.is_set() || matches!(seq.kind, SeqKind::Keys)
}

fn is_path(value: &Abstract) -> bool {
    match value {
        Abstract::Apply(apply) => {
            matches!(&apply.symbol, Symbol::External(name) if name.starts_with("pathlib."))
        }
        _ => false,
    }
}

fn is_repeatable(value: &Abstract) -> bool {
    match value {
        Abstract::Const(Constant::Str(_) | Constant::Bytes(_)) => true,
        Abstract::Seq(seq) => matches!(seq.kind, SeqKind::List | SeqKind::Tuple),
        _ => false,
    }
}

/// Containers of more items than this are not built.
pub(crate) const MOST_ITEMS: usize = 100_000;

fn repeat(value: &Abstract, times: i64, fresh: Object) -> Result<Abstract, Reason> {
    let times = usize::try_from(times).unwrap_or(0);
    let fits = |len: usize, most: usize| len.checked_mul(times).is_some_and(|len| len <= most);
    match value {
        Abstract::Const(Constant::Str(text)) if fits(text.len(), crate::domain::LONGEST_TEXT) => {
            Ok(Abstract::str(text.repeat(times)))
        }
        Abstract::Const(Constant::Bytes(bytes))
            if fits(bytes.len(), crate::domain::LONGEST_TEXT) =>
        {
            Ok(Abstract::bytes(bytes.repeat(times)))
        }
        Abstract::Seq(seq) if fits(seq.items.len(), MOST_ITEMS) => {
            let mut items = Vec::with_capacity(seq.items.len() * times);
            for _ in 0..times {
                items.extend(seq.items.iter().cloned());
            }
            let object = if seq.kind == SeqKind::List { fresh } else { Object::NONE };
            Ok(Abstract::seq(seq.kind, items, seq.open.clone(), object))
        }
        _ => Err(Reason::TooLarge),
    }
}
