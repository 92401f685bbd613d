//! Arithmetic on numbers.

use bartizan_ir::BinaryOp;

use super::{TYPE_ERROR, VALUE_ERROR, binary};
use crate::domain::{Abstract, Constant, Evaluated, Object};
use crate::reason::Reason;

/// A number as arithmetic sees it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Int(i64),
    Float(f64),
}

pub(super) fn number(value: &Abstract) -> Option<Number> {
    match value {
        Abstract::Const(Constant::Int(n)) => Some(Number::Int(*n)),
        Abstract::Const(Constant::Bool(b)) => Some(Number::Int(i64::from(*b))),
        Abstract::Const(Constant::Float(f)) => Some(Number::Float(*f)),
        _ => None,
    }
}

pub(super) fn arithmetic(
    op: BinaryOp,
    a: Number,
    b: Number,
    bools: bool,
) -> Result<Abstract, Reason> {
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
