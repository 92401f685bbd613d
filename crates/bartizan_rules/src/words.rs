//! Values in the words of a message.

use bartizan_ir::{FileIr, TextPiece, Value, ValueId};

/// Longest piece of code in a message.
const LONGEST: usize = 48;

/// How a value is called in a message: the names and calls that it is made of, without the texts in
/// it, which may be long or secret.
pub fn describe(ir: &FileIr, value: ValueId) -> String {
    let mut words = String::new();
    write(ir, value, 8, &mut words);
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// Words as a sentence begins with them.
pub fn capital(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The first names of a list, for a sentence.
pub fn first_of(names: &[String]) -> String {
    let shown = &names[..names.len().min(3)];
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn write(ir: &FileIr, value: ValueId, depth: u32, out: &mut String) {
    let Some(depth) = depth.checked_sub(1) else {
        out.push('…');
        return;
    };
    match ir.value(ir.bare(value)) {
        Value::Param(position) => {
            let function = ir.stretch(value).function;
            match ir.params[ir.function(function).params].get(position as usize) {
                Some(param) => out.push_str(ir.str(param.name)),
                None => out.push('…'),
            }
        }
        Value::Global { name, .. } | Value::Capture { name, .. } => out.push_str(ir.str(name)),
        Value::Import { module, name, .. } => {
            let module = ir.str(module);
            let last = module.rsplit('.').next().unwrap_or(module);
            out.push_str(name.map_or(last, |name| ir.str(name)));
        }
        Value::Function(function) => out.push_str(ir.str(ir.function(function).name)),
        Value::Class(class) => out.push_str(ir.str(ir.class(class).name)),
        Value::Attr { of, name } => {
            write(ir, of, depth, out);
            out.push('.');
            out.push_str(ir.str(name));
        }
        Value::Index { of, key } => {
            write(ir, of, depth, out);
            match ir.value(key) {
                Value::Str(text) if ir.str(text).len() <= 24 => {
                    out.push_str(&format!("[\"{}\"]", ir.str(text)));
                }
                Value::Int(number) => out.push_str(&format!("[{number}]")),
                _ => out.push_str("[…]"),
            }
        }
        Value::Call { callee, args } => {
            write(ir, callee, depth, out);
            let gets = matches!(
                ir.value(ir.bare(callee)),
                Value::Attr { name, .. } if matches!(ir.str(name), "get" | "getlist")
            );
            match &ir.args[args] {
                [] => out.push_str("()"),
                // The key of a lookup is a name, and says more than dots would.
                [key, ..] if gets && short(ir, key.value, 24).is_some() => {
                    let key = short(ir, key.value, 24).unwrap_or_default();
                    out.push_str(&format!("(\"{key}\")"));
                }
                _ => out.push_str("(…)"),
            }
        }
        Value::Elem { of, .. } => {
            let mut whole = String::new();
            write(ir, of, depth, &mut whole);
            if whole.starts_with('…') {
                out.push_str("an item");
            } else {
                out.push_str("an item of ");
                out.push_str(&whole);
            }
        }
        Value::Await(of) | Value::Enter { manager: of, .. } => write(ir, of, depth, out),
        Value::Str(_) if short(ir, value, 4).is_some() => {
            out.push_str(&format!("{:?}", short(ir, value, 4).unwrap_or_default()));
        }
        Value::Str(_) | Value::Bytes(_) | Value::Text { .. } => out.push_str("a text"),
        Value::Mutate(mutation) => write(ir, ir.mutation(mutation).receiver, depth, out),
        Value::Comp(_) => out.push_str("a comprehension"),
        _ => out.push('…'),
    }
}

/// A text, if it is one of at most `most` bytes.
fn short(ir: &FileIr, value: ValueId, most: usize) -> Option<&str> {
    match ir.value(ir.bare(value)) {
        Value::Str(text) => Some(ir.str(text)).filter(|text| text.len() <= most),
        _ => None,
    }
}

/// Adds the names that a value is made of to `out`, each behind a space: of variables, attributes,
/// functions, keys.
pub fn names(ir: &FileIr, value: ValueId, out: &mut String) {
    let mut ahead = vec![value];
    let mut steps = 0;
    while let Some(value) = ahead.pop() {
        steps += 1;
        if steps > 200 {
            return;
        }
        let mut push = |name: &str| {
            out.push(' ');
            out.push_str(name);
        };
        match ir.value(ir.bare(value)) {
            Value::Param(_) | Value::Import { .. } => push(&describe(ir, value)),
            Value::Global { name, .. } | Value::Capture { name, .. } => push(ir.str(name)),
            Value::Attr { of, name } => {
                push(ir.str(name));
                ahead.push(of);
            }
            Value::Index { of, key } => {
                if let Value::Str(key) = ir.value(key) {
                    push(ir.str(key));
                }
                ahead.push(of);
            }
            Value::Call { callee, args } => {
                ahead.push(callee);
                ahead.extend(ir.args[args].iter().map(|arg| arg.value));
            }
            Value::Text { parts, .. } => {
                ahead.extend(ir.parts[parts].iter().filter_map(|part| match part.piece {
                    TextPiece::Hole { value, .. } => Some(value),
                    TextPiece::Literal(_) => None,
                }));
            }
            Value::Binary { left, right, .. } => ahead.extend([left, right]),
            Value::Gamma { then, otherwise, .. } => ahead.extend([then, otherwise]),
            Value::List(items) | Value::Tuple(items) => {
                ahead.extend(ir.items[items].iter().map(|item| item.value));
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                ahead.push(mutation.receiver);
                ahead.extend(ir.args[mutation.args].iter().map(|arg| arg.value));
            }
            Value::Elem { of, .. } | Value::Await(of) | Value::Unary { of, .. } => ahead.push(of),
            _ => {}
        }
    }
}

/// Whether one of the words stands in `text`, whole, as names are written: `get_cache_key`, `cacheKey`.
pub fn has_word(text: &str, list: &[&str]) -> bool {
    let mut word = String::new();
    let mut found = false;
    let mut end = |word: &mut String| {
        found |= list.contains(&word.as_str());
        word.clear();
    };
    let mut last_is_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && last_is_lower {
            end(&mut word);
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        last_is_lower = c.is_lowercase();
    }
    end(&mut word);
    found
}

/// Characters that turn the direction of text, so that code reads otherwise than it runs; with where
/// they stand.
pub fn bidirectional(text: &str) -> impl Iterator<Item = (usize, char)> {
    // All of them are three bytes long and begin with the same one.
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + text.as_bytes()[from..].iter().position(|byte| *byte == 0xe2)?;
            let mark = text.get(at..).and_then(|rest| rest.chars().next());
            from = at + mark.map_or(1, char::len_utf8);
            if let Some(mark @ ('\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200f}')) =
                mark
            {
                return Some((at, mark));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_as_names_are_written() {
        assert!(has_word("Cart.cache_key", &["cache"]));
        assert!(has_word("makeCacheKey", &["cache"]));
        assert!(!has_word("cached", &["cache"]));
        assert!(!has_word("reset", &["set"]));
    }
}
