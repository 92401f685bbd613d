//! `datetime.timedelta`: lengths of time, exact to the microsecond.

use std::cmp::Ordering;
use std::fmt::Write as _;

use bartizan_ir::{BinaryOp, CompareOp};

use crate::domain::{Abstract, Evaluated, Site, Symbol};
use crate::operators;

const DAY: i64 = 86_400_000_000;

const SECOND: i64 = 1_000_000;

const KIND: &str = "datetime.timedelta";

/// How many microseconds it is; `None` for anything else.
fn microseconds(value: &Abstract) -> Option<i64> {
    const UNITS: [(&str, i64); 7] = [
        ("days", DAY),
        ("seconds", SECOND),
        ("microseconds", 1),
        ("milliseconds", 1_000),
        ("minutes", 60 * SECOND),
        ("hours", 3_600 * SECOND),
        ("weeks", 7 * DAY),
    ];
    let Abstract::Apply(made) = value else { return None };
    if !matches!(&made.symbol, Symbol::External(name) if &**name == KIND) || made.open {
        return None;
    }
    let mut total: i64 = 0;
    for (place, (keyword, value)) in made.args.iter().enumerate() {
        let (_, unit) = match keyword {
            Some(keyword) => UNITS.iter().find(|(unit, _)| *unit == &**keyword)?,
            None => UNITS.get(place)?,
        };
        let count = operators::integer(&value.value).ok()?;
        total = total.checked_add(count.checked_mul(*unit)?)?;
    }
    // Python has none that is longer.
    (total.abs() / DAY < 999_999_999).then_some(total)
}

fn of(total: i64, site: Site) -> Abstract {
    let within = total.rem_euclid(DAY);
    let parts = [total.div_euclid(DAY), within / SECOND, within % SECOND];
    let parts = parts.map(|part| (None, Evaluated { value: Abstract::int(part), site }));
    Abstract::apply(Symbol::External(KIND.into()), parts.to_vec(), false)
}

/// A part of one, or a method of it without arguments.
pub(crate) fn attribute(of: &Abstract, name: &str) -> Option<Abstract> {
    let total = microseconds(of)?;
    let within = total.rem_euclid(DAY);
    match name {
        // Up to here a float holds every microsecond.
        "total_seconds" if total.abs() < (1 << 53) => {
            Some(Abstract::float(total as f64 / 1_000_000.0))
        }
        "days" => Some(Abstract::int(total.div_euclid(DAY))),
        "seconds" => Some(Abstract::int(within / SECOND)),
        "microseconds" => Some(Abstract::int(within % SECOND)),
        _ => None,
    }
}

/// `left op right`, where a length of time is on one side.
pub(crate) fn operator(op: BinaryOp, left: &Evaluated, right: &Evaluated) -> Option<Abstract> {
    let site = left.site;
    let (a, b) = (microseconds(&left.value), microseconds(&right.value));
    let number = |side: &Evaluated| operators::integer(&side.value).ok();
    // Up to here a float holds every microsecond.
    let is_exact = |total: i64| total.abs() < (1 << 53);
    Some(match (op, a, b) {
        (BinaryOp::Add, Some(a), Some(b)) => of(a.checked_add(b)?, site),
        (BinaryOp::Sub, Some(a), Some(b)) => of(a.checked_sub(b)?, site),
        (BinaryOp::Mult, Some(a), None) => of(a.checked_mul(number(right)?)?, site),
        (BinaryOp::Mult, None, Some(b)) => of(b.checked_mul(number(left)?)?, site),
        (BinaryOp::FloorDiv, Some(a), Some(b)) if b > 0 => Abstract::int(a.div_euclid(b)),
        (BinaryOp::FloorDiv, Some(a), None) => {
            let by = number(right).filter(|by| *by > 0)?;
            of(a.div_euclid(by), site)
        }
        // What does not come out even is rounded: that is left to others.
        (BinaryOp::Div, Some(a), None) => {
            let by = number(right).filter(|by| *by > 0 && a % by == 0)?;
            of(a / by, site)
        }
        (BinaryOp::Div, Some(a), Some(b)) if b != 0 && is_exact(a) && is_exact(b) => {
            Abstract::float(a as f64 / b as f64)
        }
        (BinaryOp::Mod, Some(a), Some(b)) if b > 0 => of(a.rem_euclid(b), site),
        _ => return None,
    })
}

/// Which of two is longer.
pub(crate) fn compare(op: CompareOp, a: &Abstract, b: &Abstract) -> Option<bool> {
    let order = microseconds(a)?.cmp(&microseconds(b)?);
    Some(match op {
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::NotEq => order != Ordering::Equal,
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::LtE => order != Ordering::Greater,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::GtE => order != Ordering::Less,
        _ => return None,
    })
}

/// `str(timedelta(minutes=90))`
pub(crate) fn text(value: &Abstract) -> Option<String> {
    let total = microseconds(value)?;
    let (days, within) = (total.div_euclid(DAY), total.rem_euclid(DAY));
    let (seconds, rest) = (within / SECOND, within % SECOND);
    let plural = if days.abs() == 1 { "" } else { "s" };
    let mut text = match days {
        0 => String::new(),
        days => format!("{days} day{plural}, "),
    };
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let _ = write!(text, "{hours}:{minutes:02}:{:02}", seconds % 60);
    if rest != 0 {
        let _ = write!(text, ".{rest:06}");
    }
    Some(text)
}

/// Whether it is any time at all.
pub(crate) fn truth(value: &Abstract) -> Option<bool> {
    Some(microseconds(value)? != 0)
}
