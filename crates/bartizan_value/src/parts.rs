//! The parts of values: the ways one may be, its elements, the objects in it.

use bartizan_ir::{FileIr, Opaque, Value, ValueId};

use crate::domain::{
    Abstract, Alternative, Choice, Constant, Evaluated, Object, Seq, SeqKind, Site,
};
use crate::operators::MOST_ITEMS;
use crate::reason::Reason;

/// Applies `f` to each alternative of a choice, or to the value itself.
pub(crate) fn over(
    value: &Evaluated,
    site: Site,
    f: &mut dyn FnMut(&Evaluated) -> Evaluated,
) -> Evaluated {
    match &value.value {
        Abstract::Choice(choice) => Evaluated { value: over_choice(choice, f), site },
        _ => f(value),
    }
}

fn over_choice(choice: &Choice, f: &mut dyn FnMut(&Evaluated) -> Evaluated) -> Abstract {
    let alternatives = choice
        .alternatives
        .iter()
        .map(|a| Alternative { when: a.when.clone(), value: f(&a.value) })
        .collect();
    Abstract::choice(alternatives)
}

/// Applies `f` to all combinations of two values' alternatives.
pub(crate) fn over_both(
    a: &Evaluated,
    b: &Evaluated,
    site: Site,
    f: &mut dyn FnMut(&Evaluated, &Evaluated) -> Evaluated,
) -> Evaluated {
    over(a, site, &mut |a| over(b, site, &mut |b| f(a, b)))
}

/// The same container, of which no longer all is certain.
pub(crate) fn opened(value: &Evaluated, why: &Reason) -> Evaluated {
    let inner = match &value.value {
        Abstract::Seq(seq) => {
            let items = seq.items.iter().map(|item| opened(item, why)).collect();
            let open = match seq.kind {
                SeqKind::List | SeqKind::Set => Some(seq.open.clone().unwrap_or(why.clone())),
                _ => seq.open.clone(),
            };
            Abstract::seq(seq.kind, items, open, seq.object)
        }
        Abstract::Map(map) => {
            let entries =
                map.entries.iter().map(|(key, value)| (key.clone(), opened(value, why))).collect();
            Abstract::map(entries, Some(map.open.clone().unwrap_or(why.clone())), map.object)
        }
        Abstract::Choice(choice) => over_choice(choice, &mut |value| opened(value, why)),
        other => other.clone(),
    };
    Evaluated { value: inner, site: value.site }
}

/// Constants are read where they stand, without memory.
pub(crate) fn literal(ir: &FileIr, id: ValueId) -> Option<Abstract> {
    Some(match ir.value(id) {
        Value::Str(text) => Abstract::str(ir.str(text)),
        Value::Bytes(bytes) => {
            let bytes: Vec<u8> = ir.str(bytes).chars().map(|c| c as u32 as u8).collect();
            Abstract::bytes(bytes)
        }
        Value::Int(number) => Abstract::int(number),
        Value::BigInt(digits) => match decimal(ir.str(digits)) {
            Some(digits) => Abstract::Const(Constant::BigInt(digits.into())),
            None => Abstract::Unknown(Reason::TooLarge),
        },
        Value::Float(number) => Abstract::float(number),
        Value::Imaginary(im) => Abstract::Const(Constant::Complex { re: 0.0, im }),
        Value::Bool(truth) => Abstract::bool(truth),
        Value::None => Abstract::none(),
        Value::Ellipsis => Abstract::Const(Constant::Ellipsis),
        Value::Unbound => Abstract::Unknown(Reason::Raises("NameError")),
        Value::Opaque(Opaque::TooDeep) => Abstract::Unknown(Reason::TooDeep),
        Value::Opaque(Opaque::Syntax) => Abstract::Unknown(Reason::Unreadable),
        Value::Opaque(Opaque::Type) => Abstract::Unknown(Reason::NotFollowed("a type parameter")),
        Value::Opaque(Opaque::Body) => {
            Abstract::Unknown(Reason::NotFollowed("the body of a function in test code"))
        }
        Value::Opaque(Opaque::Other) => Abstract::Unknown(Reason::NotFollowed("this expression")),
        _ => return None,
    })
}

/// The digits of an integer as Python writes it, if they are decimal already.
fn decimal(digits: &str) -> Option<&str> {
    let digits = digits.trim_start_matches('0');
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

/// What iteration gives, in order.
pub(crate) fn iterate(value: &Evaluated) -> Result<Vec<Evaluated>, Reason> {
    match &value.value {
        Abstract::Seq(seq) if seq.kind.is_set() && seq.items.len() > 1 => Err(Reason::SetOrder),
        _ => iterate_unordered(value),
    }
}

/// What iteration gives, in whatever order.
pub(crate) fn iterate_unordered(value: &Evaluated) -> Result<Vec<Evaluated>, Reason> {
    let site = value.site;
    match &value.value {
        Abstract::Seq(seq) => match &seq.open {
            None => Ok(seq.items.clone()),
            Some(reason) => Err(reason.clone()),
        },
        Abstract::Map(map) => match &map.open {
            None => Ok(map.entries.iter().map(|(key, _)| key.clone()).collect()),
            Some(reason) => Err(reason.clone()),
        },
        Abstract::Const(Constant::Str(text)) if text.len() <= MOST_ITEMS => Ok(text
            .chars()
            .map(|c| Evaluated { value: Abstract::str(c.encode_utf8(&mut [0; 4]) as &str), site })
            .collect()),
        Abstract::Const(Constant::Bytes(bytes)) if bytes.len() <= MOST_ITEMS => Ok(bytes
            .iter()
            .map(|byte| Evaluated { value: Abstract::int(i64::from(*byte)), site })
            .collect()),
        Abstract::Const(Constant::Str(_) | Constant::Bytes(_)) => Err(Reason::TooLarge),
        Abstract::Const(_) => Err(crate::operators::TYPE_ERROR),
        Abstract::Apply(_)
            if let Some(parts) = crate::standard::named_tuples::parts(&value.value) =>
        {
            Ok(parts.into_iter().map(|(_, part)| part).collect())
        }
        other => Err(crate::format::reason_of(other)),
    }
}

/// The objects that running through a value looks at as it goes.
pub(crate) fn sources(value: &Abstract) -> Vec<Object> {
    match value {
        Abstract::Seq(seq) if is_object(seq) => vec![seq.object],
        Abstract::Seq(seq) => seq.sources.clone(),
        Abstract::Map(map) => vec![map.object],
        _ => Vec::new(),
    }
}

/// The objects that a value is and holds.
pub(crate) fn each_object(value: &Abstract, each: &mut dyn FnMut(Object, &Abstract)) {
    match value {
        Abstract::Seq(seq) => {
            if is_object(seq) && seq.object != Object::NONE {
                each(seq.object, value);
            }
            seq.items.iter().for_each(|item| each_object(&item.value, each));
        }
        Abstract::Map(map) => {
            if map.object != Object::NONE {
                each(map.object, value);
            }
            map.entries.iter().for_each(|(_, item)| each_object(&item.value, each));
        }
        Abstract::Choice(choice) => {
            choice.alternatives.iter().for_each(|a| each_object(&a.value.value, each));
        }
        Abstract::Apply(apply) => {
            apply.args.iter().for_each(|(_, value)| each_object(&value.value, each));
        }
        _ => {}
    }
}

pub(crate) fn is_object(seq: &Seq) -> bool {
    matches!(seq.kind, SeqKind::List | SeqKind::Set)
}
