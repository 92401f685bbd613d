//! Items by their place, and slices.

use super::comparison::closed;
use super::{INDEX_ERROR, KEY_ERROR, TYPE_ERROR, VALUE_ERROR, hashable, integer, is_typed, lookup};
use crate::domain::{Abstract, Constant, Object, SeqKind};
use crate::format::reason_of;
use crate::reason::Reason;

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
