//! Equality, order, identity and membership.

use std::cmp::Ordering;

use bartizan_ir::CompareOp;

use super::arithmetic::{Number, number};
use super::entries::lookup_entry;
use super::{TYPE_ERROR, hashable, integer, is_exotic, is_set_like, is_text, is_typed, lookup};
use crate::domain::{Abstract, Constant, Evaluated, Map, Object, Part, Seq, SeqKind, Symbol};
use crate::format::reason_of;
use crate::reason::Reason;

pub(crate) fn compare(op: CompareOp, a: &Abstract, b: &Abstract) -> Result<bool, Reason> {
    match op {
        CompareOp::Eq => equal(a, b),
        CompareOp::NotEq => Ok(!equal(a, b)?),
        CompareOp::Is => identical(a, b),
        CompareOp::IsNot => Ok(!identical(a, b)?),
        CompareOp::In => contains(b, a),
        CompareOp::NotIn => Ok(!contains(b, a)?),
        CompareOp::Lt => order(op, a, b),
        CompareOp::LtE => order(op, a, b),
        CompareOp::Gt => order(op, a, b),
        CompareOp::GtE => order(op, a, b),
    }
}

fn compare_numbers(a: Number, b: Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
        (Number::Int(a), Number::Float(b)) => compare_int_float(a, b),
        (Number::Float(a), Number::Int(b)) => compare_int_float(b, a).map(Ordering::reverse),
    }
}

/// Exact, where turning the integer into a float would round.
fn compare_int_float(a: i64, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    if b >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if b < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    let whole = b.trunc();
    Some(
        a.cmp(&(whole as i64))
            .then_with(|| 0.0f64.partial_cmp(&(b - whole)).unwrap_or(Ordering::Equal)),
    )
}

/// `a == b`
pub(crate) fn equal(a: &Abstract, b: &Abstract) -> Result<bool, Reason> {
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return Ok(compare_numbers(a, b) == Some(Ordering::Equal));
    }
    if let Some(same) = crate::enumerations::compared(CompareOp::Eq, a, b) {
        return Ok(same);
    }
    match (a, b) {
        (Abstract::Const(a), Abstract::Const(b)) => Ok(match (a, b) {
            (Constant::Complex { re, im }, _) => {
                return match number(&Abstract::Const(b.clone())) {
                    Some(b) => Ok(*im == 0.0
                        && compare_numbers(Number::Float(*re), b) == Some(Ordering::Equal)),
                    None => Ok(a == b),
                };
            }
            (_, Constant::Complex { .. }) => {
                return equal(&Abstract::Const(b.clone()), &Abstract::Const(a.clone()));
            }
            (Constant::BigInt(_), Constant::Float(_))
            | (Constant::Float(_), Constant::BigInt(_)) => {
                return Err(Reason::TooLarge);
            }
            _ => a == b,
        }),
        (Abstract::Seq(a), Abstract::Seq(b)) => equal_seqs(a, b),
        (Abstract::Map(a), Abstract::Map(b)) => equal_maps(a, b),
        (Abstract::Ref(a), Abstract::Ref(b)) => equal_symbols(a, b),
        (Abstract::Const(_), Abstract::Ref(Symbol::Function(..) | Symbol::Class(..)))
        | (Abstract::Ref(Symbol::Function(..) | Symbol::Class(..)), Abstract::Const(_)) => {
            Ok(false)
        }
        (Abstract::Text(text), Abstract::Const(Constant::Str(whole)))
        | (Abstract::Const(Constant::Str(whole)), Abstract::Text(text)) => {
            text_differs(text, whole)
        }
        _ if is_typed(a) && is_typed(b) => match (a, b) {
            (Abstract::Text(_), Abstract::Text(_)) => Err(reason_of(a)),
            _ => Ok(false),
        },
        _ => Err(reason_of(if is_typed(a) { b } else { a })),
    }
}

/// Text with holes is certain to differ where its known ends do.
fn text_differs(text: &crate::domain::Text, whole: &str) -> Result<bool, Reason> {
    let wrong_start =
        matches!(text.parts.first(), Some(Part::Literal(l)) if !whole.starts_with(&**l));
    let wrong_end = matches!(text.parts.last(), Some(Part::Literal(l)) if !whole.ends_with(&**l));
    if wrong_start || wrong_end { Ok(false) } else { Err(crate::format::hole_reason(text)) }
}

fn equal_symbols(a: &Symbol, b: &Symbol) -> Result<bool, Reason> {
    match (a, b) {
        (Symbol::Function(f, id, scope), Symbol::Function(g, other, outer)) => {
            if f == g && id == other && scope.0 != outer.0 {
                return Err(Reason::NotFollowed("the identity of a closure"));
            }
            Ok(f == g && id == other)
        }
        (Symbol::Class(f, id, scope), Symbol::Class(g, other, outer)) => {
            if f == g && id == other && scope.0 != outer.0 {
                return Err(Reason::NotFollowed("the identity of a class"));
            }
            Ok(f == g && id == other)
        }
        (Symbol::External(a), Symbol::External(b)) if a == b => Ok(true),
        (Symbol::External(a), Symbol::External(b))
            if a.starts_with("builtins.") && b.starts_with("builtins.") =>
        {
            Ok(false)
        }
        (Symbol::External(name), _) | (_, Symbol::External(name))
            if !name.starts_with("builtins.") =>
        {
            Err(Reason::External(name.clone()))
        }
        _ => Ok(a == b),
    }
}

pub(super) fn closed(open: &Option<Reason>) -> Result<(), Reason> {
    match open {
        None => Ok(()),
        Some(reason) => Err(reason.clone()),
    }
}

fn equal_seqs(a: &Seq, b: &Seq) -> Result<bool, Reason> {
    let same_family = a.kind == b.kind || is_set_like(a) && is_set_like(b);
    if !same_family {
        return Ok(false);
    }
    if matches!(a.kind, SeqKind::Iterator | SeqKind::Values) {
        return Err(Reason::NotFollowed("the identity of an object"));
    }
    closed(&a.open)?;
    closed(&b.open)?;
    if a.items.len() != b.items.len() {
        return Ok(false);
    }
    if is_set_like(a) || a.kind == SeqKind::Items {
        for item in &a.items {
            if !holds(&b.items, &item.value)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let mut unknown = None;
    for (a, b) in a.items.iter().zip(&b.items) {
        match equal(&a.value, &b.value) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(true), Err)
}

fn equal_maps(a: &Map, b: &Map) -> Result<bool, Reason> {
    closed(&a.open)?;
    closed(&b.open)?;
    if a.entries.len() != b.entries.len() {
        return Ok(false);
    }
    for (key, value) in &a.entries {
        let Some(other) = lookup(b, &key.value)? else { return Ok(false) };
        if !equal(&value.value, &other.value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `a is b`
fn identical(a: &Abstract, b: &Abstract) -> Result<bool, Reason> {
    if let Some(same) = crate::enumerations::compared(CompareOp::Is, a, b) {
        return Ok(same);
    }
    let singleton = |value: &Abstract| {
        matches!(value, Abstract::Const(Constant::None | Constant::Bool(_) | Constant::Ellipsis))
    };
    match (a, b) {
        (Abstract::Const(x), Abstract::Const(y)) if singleton(a) || singleton(b) => Ok(x == y),
        (Abstract::Seq(x), Abstract::Seq(y))
            if x.object != Object::NONE && y.object != Object::NONE =>
        {
            Ok(x.object == y.object)
        }
        (Abstract::Map(x), Abstract::Map(y)) => Ok(x.object == y.object),
        (Abstract::Ref(x), Abstract::Ref(y)) => equal_symbols(x, y),
        (Abstract::Apply(_), other) | (other, Abstract::Apply(_)) if is_typed(other) => {
            // A result may be anything, but an instance of a class is no constant.
            Err(reason_of(if is_typed(a) { b } else { a }))
        }
        (Abstract::Ref(Symbol::Function(..) | Symbol::Class(..) | Symbol::Module(_)), other)
        | (other, Abstract::Ref(Symbol::Function(..) | Symbol::Class(..) | Symbol::Module(_)))
            if is_typed(other) =>
        {
            Ok(false)
        }
        _ if is_typed(a) && is_typed(b) => {
            if type_name(a) != type_name(b) {
                Ok(false)
            } else {
                Err(Reason::NotFollowed("the identity of equal values"))
            }
        }
        _ => Err(reason_of(if is_typed(a) { b } else { a })),
    }
}

/// `item in container`
pub(crate) fn contains(container: &Abstract, item: &Abstract) -> Result<bool, Reason> {
    match container {
        Abstract::Const(Constant::Str(text)) => match item {
            Abstract::Const(Constant::Str(part)) => Ok(text.contains(&**part)),
            item if is_typed(item) && !matches!(item, Abstract::Text(_)) => Err(TYPE_ERROR),
            item => Err(reason_of(item)),
        },
        Abstract::Const(Constant::Bytes(bytes)) => match item {
            Abstract::Const(Constant::Bytes(part)) => {
                Ok(part.is_empty() || bytes.windows(part.len()).any(|window| window == &**part))
            }
            item => Ok(bytes.iter().any(|byte| integer(item) == Ok(i64::from(*byte)))),
        },
        Abstract::Seq(seq) if seq.kind == SeqKind::Iterator => Err(Reason::Iterator),
        Abstract::Seq(seq) => {
            if is_set_like(seq) {
                hashable(item)?;
            }
            match &seq.open {
                None => holds(&seq.items, item),
                // What is changed elsewhere may be gone; what is only not all known is there.
                Some(Reason::Part) if holds(&seq.items, item) == Ok(true) => Ok(true),
                Some(reason) => Err(reason.clone()),
            }
        }
        Abstract::Map(map) => {
            hashable(item)?;
            match (&map.open, lookup_entry(map, item)) {
                (None, found) => Ok(found?.is_some()),
                (Some(Reason::Part), Ok(Some(_))) => Ok(true),
                (Some(reason), _) => Err(reason.clone()),
            }
        }
        Abstract::Text(text) => match item {
            Abstract::Const(Constant::Str(part)) => {
                let literal = |p: &Part| matches!(p, Part::Literal(l) if l.contains(&**part));
                if text.parts.iter().any(literal) {
                    Ok(true)
                } else {
                    Err(crate::format::hole_reason(text))
                }
            }
            item => Err(reason_of(item)),
        },
        container if is_typed(container) => Err(TYPE_ERROR),
        container => Err(reason_of(container)),
    }
}

pub(super) fn holds(items: &[Evaluated], item: &Abstract) -> Result<bool, Reason> {
    let mut unknown = None;
    for held in items {
        match equal(&held.value, item) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(false), Err)
}

fn order(op: CompareOp, a: &Abstract, b: &Abstract) -> Result<bool, Reason> {
    let by = |ordering: Ordering| match op {
        CompareOp::Lt => ordering.is_lt(),
        CompareOp::LtE => ordering.is_le(),
        CompareOp::Gt => ordering.is_gt(),
        _ => ordering.is_ge(),
    };
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return Ok(compare_numbers(a, b).is_some_and(by));
    }
    match (a, b) {
        (Abstract::Const(Constant::Str(a)), Abstract::Const(Constant::Str(b))) => Ok(by(a.cmp(b))),
        (Abstract::Const(Constant::Bytes(a)), Abstract::Const(Constant::Bytes(b))) => {
            Ok(by(a.cmp(b)))
        }
        (Abstract::Seq(x), Abstract::Seq(y)) if is_set_like(x) && is_set_like(y) => {
            closed(&x.open)?;
            closed(&y.open)?;
            let (small, large) =
                if matches!(op, CompareOp::Lt | CompareOp::LtE) { (x, y) } else { (y, x) };
            for item in &small.items {
                if !holds(&large.items, &item.value)? {
                    return Ok(false);
                }
            }
            let strict = matches!(op, CompareOp::Lt | CompareOp::Gt);
            Ok(!strict || small.items.len() < large.items.len())
        }
        (Abstract::Seq(x), Abstract::Seq(y))
            if x.kind == y.kind && matches!(x.kind, SeqKind::List | SeqKind::Tuple) =>
        {
            closed(&x.open)?;
            closed(&y.open)?;
            for (a, b) in x.items.iter().zip(&y.items) {
                if !equal(&a.value, &b.value)? {
                    return order(op, &a.value, &b.value);
                }
            }
            Ok(by(x.items.len().cmp(&y.items.len())))
        }
        _ if is_exotic(a) || is_exotic(b) => Err(Reason::NotFollowed("this comparison")),
        _ if is_typed(a) && is_typed(b) => match (a, b) {
            (Abstract::Text(_), _) if is_text(b) => Err(reason_of(a)),
            (_, Abstract::Text(_)) if is_text(a) => Err(reason_of(b)),
            _ => Err(TYPE_ERROR),
        },
        _ => Err(reason_of(if is_typed(a) { b } else { a })),
    }
}

/// Whether `a` comes before `b` when they are sorted.
pub(crate) fn less(a: &Abstract, b: &Abstract) -> Result<bool, Reason> {
    order(CompareOp::Lt, a, b)
}

/// The name of the value's type.
pub(crate) fn type_name(value: &Abstract) -> Option<&'static str> {
    Some(match value {
        Abstract::Const(constant) => match constant {
            Constant::None => "NoneType",
            Constant::Ellipsis => "ellipsis",
            Constant::Bool(_) => "bool",
            Constant::Int(_) | Constant::BigInt(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        },
        Abstract::Text(_) => "str",
        Abstract::Seq(seq) => seq.kind.type_name(),
        Abstract::Map(_) => "dict",
        _ => return None,
    })
}
