//! Operators on values, as Python computes them.
//!
//! Integers that leave 64 bits are not followed. What would raise says with which exception.

use std::cmp::Ordering;
use std::sync::Arc;

use bartizan_ir::{BinaryOp, CompareOp, UnaryOp};

use crate::domain::{Abstract, Constant, Evaluated, Map, Object, Part, Seq, SeqKind, Symbol};
use crate::file_paths;
use crate::format::reason_of;
use crate::reason::Reason;

pub(crate) const TYPE_ERROR: Reason = Reason::Raises("TypeError");
pub(crate) const VALUE_ERROR: Reason = Reason::Raises("ValueError");
pub(crate) const KEY_ERROR: Reason = Reason::Raises("KeyError");
pub(crate) const INDEX_ERROR: Reason = Reason::Raises("IndexError");

/// A number as arithmetic sees it.
#[derive(Clone, Copy, Debug)]
enum Number {
    Int(i64),
    Float(f64),
}

fn number(value: &Abstract) -> Option<Number> {
    match value {
        Abstract::Const(Constant::Int(n)) => Some(Number::Int(*n)),
        Abstract::Const(Constant::Bool(b)) => Some(Number::Int(i64::from(*b))),
        Abstract::Const(Constant::Float(f)) => Some(Number::Float(*f)),
        _ => None,
    }
}

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
            let mut truths = choice.alternatives.iter().map(|a| truth(&a.value.value));
            let first = truths.next().unwrap_or(Err(Reason::Undecided))?;
            for other in truths {
                if other? != first {
                    return Err(Reason::Undecided);
                }
            }
            Ok(first)
        }
        Abstract::Ref(Symbol::Function(..) | Symbol::Class(..) | Symbol::Module(_)) => Ok(true),
        Abstract::Ref(Symbol::External(name)) if name.starts_with("builtins.") => Ok(true),
        value => Err(reason_of(value)),
    }
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

fn arithmetic(op: BinaryOp, a: Number, b: Number, bools: bool) -> Result<Abstract, Reason> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => integers(op, a, b, bools),
        (Number::Int(a), Number::Float(b)) => floats(op, a as f64, b),
        (Number::Float(a), Number::Int(b)) => floats(op, a, b as f64),
        (Number::Float(a), Number::Float(b)) => floats(op, a, b),
    }
}

const ZERO_DIVISION: Reason = Reason::Raises("ZeroDivisionError");

fn integers(op: BinaryOp, a: i64, b: i64, bools: bool) -> Result<Abstract, Reason> {
    let fit = |result: Option<i64>| result.map(Abstract::int).ok_or(Reason::TooLarge);
    let bit = |result: i64| if bools { Abstract::bool(result != 0) } else { Abstract::int(result) };
    match op {
        BinaryOp::Add => fit(a.checked_add(b)),
        BinaryOp::Sub => fit(a.checked_sub(b)),
        BinaryOp::Mult => fit(a.checked_mul(b)),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod if b == 0 => Err(ZERO_DIVISION),
        BinaryOp::Div => {
            // Beyond 2^53 Python rounds the exact quotient once; two roundings may differ.
            if a.unsigned_abs() > 1 << 53 || b.unsigned_abs() > 1 << 53 {
                return Err(Reason::TooLarge);
            }
            Ok(Abstract::float(a as f64 / b as f64))
        }
        BinaryOp::FloorDiv => fit(floor_div(a, b)),
        BinaryOp::Mod => Ok(Abstract::int(floor_mod(a, b))),
        BinaryOp::Pow if b >= 0 => match (a, b) {
            (_, 0) => Ok(Abstract::int(1)),
            (0 | 1, _) => Ok(Abstract::int(a)),
            (-1, _) => Ok(Abstract::int(if b % 2 == 0 { 1 } else { -1 })),
            _ => fit(u32::try_from(b).ok().filter(|b| *b < 64).and_then(|b| a.checked_pow(b))),
        },
        BinaryOp::Pow if a == 0 => Err(ZERO_DIVISION),
        BinaryOp::Pow => floats(op, a as f64, b as f64),
        BinaryOp::LShift | BinaryOp::RShift if b < 0 => Err(VALUE_ERROR),
        BinaryOp::LShift if a == 0 => Ok(Abstract::int(0)),
        BinaryOp::LShift => {
            let factor = u32::try_from(b).ok().and_then(|b| 1i64.checked_shl(b)).filter(|f| *f > 0);
            fit(factor.and_then(|factor| a.checked_mul(factor)))
        }
        BinaryOp::RShift => Ok(Abstract::int(a >> b.min(63))),
        BinaryOp::BitOr => Ok(bit(a | b)),
        BinaryOp::BitAnd => Ok(bit(a & b)),
        BinaryOp::BitXor => Ok(bit(a ^ b)),
        BinaryOp::MatMult => Err(TYPE_ERROR),
    }
}

fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    if a % b != 0 && (a < 0) != (b < 0) { quotient.checked_sub(1) } else { Some(quotient) }
}

fn floor_mod(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
}

fn floats(op: BinaryOp, a: f64, b: f64) -> Result<Abstract, Reason> {
    match op {
        BinaryOp::Add => Ok(Abstract::float(a + b)),
        BinaryOp::Sub => Ok(Abstract::float(a - b)),
        BinaryOp::Mult => Ok(Abstract::float(a * b)),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod if b == 0.0 => Err(ZERO_DIVISION),
        BinaryOp::Div => Ok(Abstract::float(a / b)),
        BinaryOp::FloorDiv => Ok(Abstract::float(float_divmod(a, b).0)),
        BinaryOp::Mod => Ok(Abstract::float(float_divmod(a, b).1)),
        BinaryOp::Pow => {
            if a == 0.0 && b < 0.0 {
                return Err(ZERO_DIVISION);
            }
            if a < 0.0 && b.fract() != 0.0 {
                return Err(Reason::NotFollowed("complex arithmetic"));
            }
            let power = a.powf(b);
            if power.is_infinite() && a.is_finite() && b.is_finite() {
                return Err(Reason::Raises("OverflowError"));
            }
            Ok(Abstract::float(power))
        }
        BinaryOp::LShift
        | BinaryOp::RShift
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::BitAnd
        | BinaryOp::MatMult => Err(TYPE_ERROR),
    }
}

/// Quotient and rest as CPython computes them.
fn float_divmod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest != 0.0 {
        if (b < 0.0) != (rest < 0.0) {
            rest += b;
            quotient -= 1.0;
        }
    } else {
        rest = 0.0f64.copysign(b);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0.0f64.copysign(a / b)
    };
    (floor, rest)
}

/// `divmod(a, b)`
pub(crate) fn divmod(left: &Evaluated, right: &Evaluated) -> Result<(Abstract, Abstract), Reason> {
    let quotient = binary(BinaryOp::FloorDiv, left, right, Object::NONE)?;
    let rest = binary(BinaryOp::Mod, left, right, Object::NONE)?;
    Ok((quotient, rest))
}

/// `int(number)` of a float.
pub(crate) fn truncate(number: f64) -> Result<i64, Reason> {
    if number.is_nan() {
        return Err(VALUE_ERROR);
    }
    if number.is_infinite() {
        return Err(Reason::Raises("OverflowError"));
    }
    let whole = number.trunc();
    if whole.abs() < 9.0e18 { Ok(whole as i64) } else { Err(Reason::TooLarge) }
}

// ---- percent formatting ----------------------------------------------------------------------

/// `format % value` of text that is known.
fn percent_format(format: &Arc<str>, right: &Evaluated) -> Result<Abstract, Reason> {
    let (values, mapping): (&[Evaluated], Option<&Map>) = match &right.value {
        Abstract::Seq(seq) if seq.kind == SeqKind::Tuple => match &seq.open {
            None => (&seq.items, None),
            Some(reason) => return Err(reason.clone()),
        },
        Abstract::Map(map) => (std::slice::from_ref(right), Some(map)),
        value if is_typed(value) => (std::slice::from_ref(right), None),
        value => return Err(reason_of(value)),
    };
    let mut values_left = values.iter();
    let mut by_key = false;
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        let mut flags = String::new();
        let mut key = None;
        if chars.peek() == Some(&'(') {
            chars.next();
            let mut name = String::new();
            let mut depth = 1;
            for c in chars.by_ref() {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                name.push(c);
            }
            key = Some(name);
        }
        while let Some(c) = chars.peek().copied().filter(|c| "-+ #0123456789.hlL".contains(*c)) {
            flags.push(c);
            chars.next();
        }
        let letter = chars.next().ok_or(VALUE_ERROR)?;
        if letter == '%' {
            if !flags.is_empty() {
                return Err(Reason::NotFollowed("this conversion"));
            }
            literal.push('%');
            continue;
        }
        if letter == '*' {
            return Err(Reason::NotFollowed("a width that is passed in"));
        }
        let value = match key {
            Some(name) => {
                by_key = true;
                let map = mapping.ok_or(TYPE_ERROR)?;
                lookup(map, &Abstract::str(name))?.ok_or(KEY_ERROR)?
            }
            None => values_left.next().ok_or(TYPE_ERROR)?.clone(),
        };
        match crate::format::percent(&value.value, &flags, letter) {
            Ok(text) => literal.push_str(&text),
            Err(raised @ Reason::Raises(_)) => return Err(raised),
            Err(_) if flags.is_empty() && letter == 's' => {
                parts.push(Part::Literal(std::mem::take(&mut literal).into()));
                parts.push(Part::Hole(value));
            }
            Err(reason) => return Err(reason),
        }
    }
    if values_left.next().is_some() && !by_key && mapping.is_none() {
        // A list or dict that no conversion asks for is let through; a tuple or scalar is not.
        let lenient = matches!(&right.value, Abstract::Seq(seq) if seq.kind != SeqKind::Tuple);
        if !lenient || matches!(&right.value, Abstract::Const(_)) {
            return Err(TYPE_ERROR);
        }
    }
    parts.push(Part::Literal(literal.into()));
    Ok(Abstract::text(parts))
}

// ---- comparison ------------------------------------------------------------------------------

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

fn closed(open: &Option<Reason>) -> Result<(), Reason> {
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

fn holds(items: &[Evaluated], item: &Abstract) -> Result<bool, Reason> {
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

// ---- dicts and sets --------------------------------------------------------------------------

/// Fails where the value cannot be a key.
pub(crate) fn hashable(value: &Abstract) -> Result<(), Reason> {
    match value {
        Abstract::Seq(seq) => match seq.kind {
            SeqKind::List | SeqKind::Set => Err(TYPE_ERROR),
            _ => seq.items.iter().try_for_each(|item| hashable(&item.value)),
        },
        Abstract::Map(_) => Err(TYPE_ERROR),
        Abstract::Unknown(reason) => Err(reason.clone()),
        _ => Ok(()),
    }
}

/// A cheap digest that equal keys share, for keys that are constants.
fn digest(value: &Abstract) -> Option<u64> {
    use std::hash::{BuildHasher, Hash, Hasher};
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    match value {
        Abstract::Const(Constant::Str(text)) => text.hash(&mut hasher),
        Abstract::Const(Constant::Int(n)) => n.hash(&mut hasher),
        Abstract::Const(Constant::Bool(b)) => i64::from(*b).hash(&mut hasher),
        _ => return None,
    }
    Some(hasher.finish())
}

/// Keys of a dict or items of a set, to find equal ones quickly when there are many.
#[derive(Debug, Default)]
pub(crate) struct Index {
    by_digest: rustc_hash::FxHashMap<u64, Vec<usize>>,
    others: Vec<usize>,
}

impl Index {
    /// The place of the key that equals `key`; `get` tells the key at a place.
    pub(crate) fn find<'a>(
        &self,
        key: &Abstract,
        get: impl Fn(usize) -> &'a Abstract,
    ) -> Result<Option<usize>, Reason> {
        let near = match digest(key) {
            Some(digest) => self.by_digest.get(&digest).map_or(&[][..], Vec::as_slice),
            None => &[],
        };
        let all;
        let rest: &[usize] = if digest(key).is_some() {
            &self.others
        } else {
            let mut places: Vec<usize> = self.by_digest.values().flatten().copied().collect();
            places.extend(&self.others);
            places.sort_unstable();
            all = places;
            &all
        };
        for place in near.iter().chain(rest) {
            if equal(get(*place), key)? {
                return Ok(Some(*place));
            }
        }
        Ok(None)
    }

    pub(crate) fn add(&mut self, key: &Abstract, place: usize) {
        match digest(key) {
            Some(digest) => self.by_digest.entry(digest).or_default().push(place),
            None => self.others.push(place),
        }
    }
}

/// What a dict holds under a key; `None` where it holds nothing.
pub(crate) fn lookup(map: &Map, key: &Abstract) -> Result<Option<Evaluated>, Reason> {
    Ok(lookup_entry(map, key)?.map(|place| map.entries[place].1.clone()))
}

fn lookup_entry(map: &Map, key: &Abstract) -> Result<Option<usize>, Reason> {
    find_entry(&map.entries, key)
}

/// The place of a key.
pub(crate) fn find_entry(
    entries: &[(Evaluated, Evaluated)],
    key: &Abstract,
) -> Result<Option<usize>, Reason> {
    let mut unknown = None;
    for (place, (held, _)) in entries.iter().enumerate() {
        match equal(&held.value, key) {
            Ok(true) => return Ok(Some(place)),
            Ok(false) => {}
            Err(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(None), Err)
}

/// Puts a pair into a dict; an equal key stays where it is and gets the new value.
pub(crate) fn put_entry(
    entries: &mut Vec<(Evaluated, Evaluated)>,
    key: Evaluated,
    value: Evaluated,
) -> Result<(), Reason> {
    hashable(&key.value)?;
    match find_entry(entries, &key.value)? {
        Some(place) => entries[place].1 = value,
        None => entries.push((key, value)),
    }
    Ok(())
}

/// Puts all pairs of another dict into one; `Some` where a key is not known well enough.
pub(crate) fn merge_entries(
    entries: &mut Vec<(Evaluated, Evaluated)>,
    more: &[(Evaluated, Evaluated)],
) -> Result<Option<Reason>, Reason> {
    let mut open = None;
    let mut index = Index::default();
    for (place, (key, _)) in entries.iter().enumerate() {
        index.add(&key.value, place);
    }
    for (key, value) in more {
        match index.find(&key.value, |place| &entries[place].0.value) {
            Ok(Some(place)) => entries[place].1 = value.clone(),
            Ok(None) => {
                index.add(&key.value, entries.len());
                entries.push((key.clone(), value.clone()));
            }
            Err(reason @ Reason::Raises(_)) => return Err(reason),
            Err(reason) => open = Some(reason),
        }
    }
    Ok(open)
}

/// Items without those that equal an earlier one; fails where that cannot be told.
pub(crate) fn distinct(items: Vec<Evaluated>) -> Result<Vec<Evaluated>, Reason> {
    let mut kept: Vec<Evaluated> = Vec::with_capacity(items.len());
    let mut index = Index::default();
    for item in items {
        hashable(&item.value)?;
        if index.find(&item.value, |place| &kept[place].value)?.is_none() {
            index.add(&item.value, kept.len());
            kept.push(item);
        }
    }
    Ok(kept)
}

pub(crate) fn set_operation(
    op: BinaryOp,
    x: &Seq,
    y: &Seq,
    fresh: Object,
) -> Result<Abstract, Reason> {
    closed(&x.open)?;
    closed(&y.open)?;
    let mut items = Vec::new();
    for item in &x.items {
        let other = holds(&y.items, &item.value)?;
        let keep = match op {
            BinaryOp::BitOr => true,
            BinaryOp::BitAnd => other,
            _ => !other,
        };
        if keep {
            items.push(item.clone());
        }
    }
    if matches!(op, BinaryOp::BitOr | BinaryOp::BitXor) {
        for item in &y.items {
            if !holds(&x.items, &item.value)? {
                items.push(item.clone());
            }
        }
    }
    let kind = if x.kind == SeqKind::FrozenSet { SeqKind::FrozenSet } else { SeqKind::Set };
    let object = if kind == SeqKind::Set { fresh } else { Object::NONE };
    Ok(Abstract::seq(kind, items, None, object))
}

// ---- items and slices ------------------------------------------------------------------------

/// What `of[key]` is, for a key that is no slice.
pub(crate) fn item(of: &Abstract, key: &Abstract) -> Result<Abstract, Reason> {
    match of {
        Abstract::Map(map) => {
            hashable(key)?;
            match (&map.open, lookup(map, key)) {
                (None, found) => Ok(found?.ok_or(KEY_ERROR)?.value),
                (Some(reason), _) => Err(reason.clone()),
            }
        }
        Abstract::Seq(seq) if seq.kind.is_indexed() => {
            let place = integer(key)?;
            closed(&seq.open)?;
            let place = position(place, seq.items.len()).ok_or(INDEX_ERROR)?;
            Ok(seq.items[place].value.clone())
        }
        Abstract::Const(Constant::Str(text)) => {
            let place = integer(key)?;
            if text.is_ascii() {
                let place = position(place, text.len()).ok_or(INDEX_ERROR)?;
                return Ok(Abstract::str(&text[place..=place]));
            }
            let place = position(place, text.chars().count()).ok_or(INDEX_ERROR)?;
            let c = text.chars().nth(place).ok_or(INDEX_ERROR)?;
            Ok(Abstract::str(c.to_string()))
        }
        Abstract::Const(Constant::Bytes(bytes)) => {
            let place = position(integer(key)?, bytes.len()).ok_or(INDEX_ERROR)?;
            Ok(Abstract::int(i64::from(bytes[place])))
        }
        Abstract::Text(text) => Err(crate::format::hole_reason(text)),
        of if is_typed(of) => Err(TYPE_ERROR),
        of => Err(reason_of(of)),
    }
}

/// The place that an index means, counted from the end where it is negative.
pub(crate) fn position(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(index).ok().filter(|index| *index < length)
}

/// The places that a slice picks, in order.
pub(crate) fn slice_places(
    lower: Option<i64>,
    upper: Option<i64>,
    step: Option<i64>,
    length: usize,
) -> Result<Vec<usize>, Reason> {
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(VALUE_ERROR);
    }
    let length = length as i64;
    let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let clamp = |bound: i64| {
        let bound = if bound < 0 { bound.saturating_add(length) } else { bound };
        bound.clamp(least, most)
    };
    let lower = lower.map_or(if step > 0 { least } else { most }, clamp);
    let upper = upper.map_or(if step > 0 { most } else { least }, clamp);
    let mut places = Vec::new();
    let mut at = lower;
    while if step > 0 { at < upper } else { at > upper } {
        places.push(at as usize);
        match at.checked_add(step) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(places)
}

/// `of[lower:upper:step]`
pub(crate) fn slice(
    of: &Abstract,
    bounds: [Option<i64>; 3],
    fresh: Object,
) -> Result<Abstract, Reason> {
    let [lower, upper, step] = bounds;
    match of {
        Abstract::Seq(seq) if seq.kind.is_indexed() => {
            closed(&seq.open)?;
            let places = slice_places(lower, upper, step, seq.items.len())?;
            let items = places.into_iter().map(|place| seq.items[place].clone()).collect();
            let object = if seq.kind == SeqKind::List { fresh } else { Object::NONE };
            Ok(Abstract::seq(seq.kind, items, None, object))
        }
        Abstract::Const(Constant::Str(text)) => {
            let chars: Vec<char> = text.chars().collect();
            let places = slice_places(lower, upper, step, chars.len())?;
            Ok(Abstract::str(places.into_iter().map(|place| chars[place]).collect::<String>()))
        }
        Abstract::Const(Constant::Bytes(bytes)) => {
            let places = slice_places(lower, upper, step, bytes.len())?;
            let bytes: Vec<u8> = places.into_iter().map(|place| bytes[place]).collect();
            Ok(Abstract::bytes(bytes))
        }
        Abstract::Map(_) => Err(TYPE_ERROR),
        Abstract::Text(text) => Err(crate::format::hole_reason(text)),
        of if is_typed(of) => Err(TYPE_ERROR),
        of => Err(reason_of(of)),
    }
}
