//! `format % value` of text.

use std::sync::Arc;

use super::{KEY_ERROR, TYPE_ERROR, VALUE_ERROR, is_typed, lookup};
use crate::domain::{Abstract, Constant, Evaluated, Map, Part, SeqKind};
use crate::format::reason_of;
use crate::reason::Reason;

/// `format % value` of text that is known.
pub(super) fn percent_format(format: &Arc<str>, right: &Evaluated) -> Result<Abstract, Reason> {
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
        while let Some(c) = chars.peek().copied().filter(|c| "-+ #0123456789.hlL*".contains(*c)) {
            chars.next();
            if c != '*' {
                flags.push(c);
                continue;
            }
            // A width or precision that is passed in.
            let given = values_left.next().filter(|_| key.is_none()).ok_or(TYPE_ERROR)?;
            match &given.value {
                Abstract::Const(Constant::Int(given)) if flags.ends_with('.') => {
                    flags.push_str(&given.max(&0).to_string());
                }
                Abstract::Const(Constant::Int(given)) => {
                    if *given < 0 {
                        flags.push('-');
                    }
                    flags.push_str(&given.unsigned_abs().to_string());
                }
                Abstract::Const(Constant::Bool(_) | Constant::BigInt(_)) => {
                    return Err(Reason::NotFollowed("this conversion"));
                }
                value if is_typed(value) => return Err(TYPE_ERROR),
                value => return Err(reason_of(value)),
            }
        }
        let letter = chars.next().ok_or(VALUE_ERROR)?;
        if letter == '%' {
            if !flags.is_empty() {
                return Err(Reason::NotFollowed("this conversion"));
            }
            literal.push('%');
            continue;
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
