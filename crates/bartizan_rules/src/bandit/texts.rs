//! What Bandit says of strings: where they stand, and what is in them.

use std::collections::BTreeSet;

use bartizan_base::Span;
use bartizan_ir::{EffectKind, FunctionKind, Mutator, ParamKind, Value, ValueId};

use super::written::{Literal, Token, Tokens, Written, dotted, is_f, tokens};
use super::{BanditOptions, Said};

/// Whether a name says that what it holds is a password, as Bandit's pattern has it.
pub(super) fn is_password_word(name: &str) -> bool {
    name.split('_').any(|word| {
        let word = word.to_ascii_lowercase();
        if matches!(word.as_str(), "pass" | "passphrase" | "pwd" | "token" | "secret" | "secrete") {
            return true;
        }
        let Some(rest) = word.strip_prefix("pa") else { return false };
        let rest = rest.trim_start_matches('s');
        word.len() - 2 > rest.len() && matches!(rest, "wd" | "wod" | "wrd" | "word")
    })
}

/// Everything that is said of strings in a file.
pub(super) fn judge(written: Written<'_>, options: &BanditOptions, out: &mut Vec<Said>) {
    let ir = written.ir;
    let alone: BTreeSet<ValueId> = ir
        .functions()
        .flat_map(|(_, function)| &ir.effects[function.effects])
        .filter_map(|effect| match effect.kind {
            EffectKind::Evaluate(value) => Some(value),
            _ => None,
        })
        .collect();
    let mut seen = BTreeSet::new();
    // What is put together goes first: its parts are values of their own, too. What stands by itself is
    // a comment to Bandit; an f-string is none.
    let mut built: Vec<Span> = ir
        .values
        .iter()
        .zip(&ir.spans)
        .enumerate()
        .filter(|(at, (value, span))| match value {
            Value::Text { .. } => true,
            Value::Str(_) => {
                !alone.contains(&ValueId::from_index(*at)) || is_f(written.slice(**span))
            }
            _ => false,
        })
        .map(|(_, (_, span))| *span)
        .collect();
    built.sort_by_key(|span| (std::cmp::Reverse(span.len()), span.start));
    for span in built {
        strings(written, span, options, &mut seen, out);
    }
    for (at, value) in ir.values.iter().enumerate() {
        let span = ir.spans[at];
        match *value {
            Value::Compare { right, .. } => compared(written, span, right, out),
            Value::Dict(pairs) => {
                for pair in &ir.pairs[pairs] {
                    let Some(key) = pair.key else { continue };
                    let constant = |value| {
                        let at = ir.span(value);
                        span.contains(at).then(|| written.literal(value, at))
                    };
                    if let Some(Literal::Str(name)) = constant(key)
                        && is_password_word(name)
                        && constant(pair.value).is_some_and(|value| value.is_constant())
                    {
                        // Bandit forgets the line of the text, and asks the first comment of all.
                        let said = Said::new("B105", ir.span(key));
                        out.push(Said { lines: span, has_own_line: false, ..said });
                    }
                }
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                if mutation.op == Mutator::SetItem
                    && let [key, value] = &ir.args[mutation.args]
                    && let Literal::Str(name) = written.literal(key.value, key.span)
                    && is_password_word(name)
                    && let Literal::Str(_) = written.literal(value.value, value.span)
                    && !is_annotated(written, key.span, value.span)
                {
                    out.push(Said::new("B105", key.span));
                }
            }
            _ => {}
        }
    }
    bound(written, out);
}

/// Whether an annotation stands between the key of an item and what the item is given.
fn is_annotated(written: Written<'_>, key: Span, value: Span) -> bool {
    let between = Span { start: key.end, end: value.start.max(key.end) };
    written.slice(between).contains(':')
}

/// Strings by what they hold.
fn strings(
    written: Written<'_>,
    span: Span,
    options: &BanditOptions,
    seen: &mut BTreeSet<u32>,
    out: &mut Vec<Said>,
) {
    let Tokens { strings, has_operator } = tokens(written.slice(span), span.start);
    for (at, string) in strings.iter().enumerate() {
        if string.is_bytes || !seen.insert(string.start) {
            continue;
        }
        let place = Span { start: string.start, end: string.end };
        if string.pieces.iter().any(|piece| piece == "0.0.0.0") {
            out.push(Said { lines: around(written, place), ..Said::new("B104", place) });
        }
        let temporary = |piece: &String| options.tmp_dirs.iter().any(|dir| piece.starts_with(dir));
        if string.pieces.iter().any(temporary) {
            out.push(Said { lines: around(written, place), ..Said::new("B108", place) });
        }
        let joined = has_operator && !string.has_method;
        if let Some(statement) = statement(&strings, at, string, joined, written)
            && is_sql(&statement)
        {
            out.push(Said { lines: around(written, place), ..Said::new("B608", place) });
        }
    }
}

/// The statement that Bandit puts together from a string and its neighbours; `None` for one that
/// stands by itself.
fn statement(
    strings: &[Token],
    at: usize,
    string: &Token,
    joined: bool,
    written: Written<'_>,
) -> Option<String> {
    if string.is_f {
        return Some(string.pieces.concat());
    }
    if let Some(method) = method(written, string) {
        let name = dotted(method).0.split('.').next().unwrap_or("").trim_end();
        let formats = name == "format" || name == "replace";
        return formats.then(|| string.pieces.concat());
    }
    if !joined {
        return None;
    }
    // Its own operator's other side does not count.
    let after = strings.iter().skip(if at == 0 { 2 } else { at + 1 });
    let others = after.filter(|other| !other.is_f).map(|other| other.pieces.concat());
    let all: Vec<String> = std::iter::once(string.pieces.concat()).chain(others).collect();
    Some(all.join(" "))
}

/// The text from the name of the method on that is called on a string, parentheses around it apart.
fn method<'a>(written: Written<'a>, string: &Token) -> Option<&'a str> {
    let mut before = written.text.get(..string.start as usize)?.trim_end();
    let mut rest = written.text.get(string.end as usize..)?.trim_start();
    while let (Some(outer), Some(after)) = (before.strip_suffix('('), rest.strip_prefix(')')) {
        // The parentheses of a call are none around the string.
        if outer.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ')') {
            return None;
        }
        (before, rest) = (outer.trim_end(), after.trim_start());
    }
    rest.strip_prefix('.').map(str::trim_start)
}

/// Whether a text reads like a statement.
fn is_sql(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let space = |rest: &str| rest.starts_with(|c: char| c.is_whitespace());
    // Behind `word`, at each place where it stands with a space after it.
    let behind = |text: &str, word: &str| -> Vec<usize> {
        text.match_indices(word)
            .map(|(at, _)| at + word.len())
            .filter(|at| space(&text[*at..]))
            .collect()
    };
    let follows = |word: &str, then: &str| {
        behind(&text, word).first().is_some_and(|at| !behind(&text[*at + 1..], then).is_empty())
    };
    let next = |word: &str, then: &str| {
        behind(&text, word)
            .iter()
            .any(|at| text[*at..].trim_start().strip_prefix(then).is_some_and(space))
    };
    let inserts = || {
        behind(&text, "insert").iter().any(|at| {
            let Some(rest) = text[*at..].trim_start().strip_prefix("into") else { return false };
            space(rest)
                && rest.match_indices("values").any(|(at, word)| {
                    rest[at + word.len()..].starts_with(|c: char| c.is_whitespace() || c == '(')
                })
        })
    };
    follows("select", "from") || next("delete", "from") || inserts() || follows("update", "set")
}

/// `password == "…"`
fn compared(written: Written<'_>, span: Span, right: ValueId, out: &mut Vec<Said>) {
    let at = written.ir.span(right);
    if !span.contains(at) || !matches!(written.literal(right, at), Literal::Str(_)) {
        return;
    }
    let (name, rest) = dotted(written.slice(span));
    let name = name.rsplit('.').next().unwrap_or("").trim();
    if !rest.trim_start().starts_with(['(', '[', '.']) && is_password_word(name) {
        out.push(Said { lines: span, ..Said::new("B105", at) });
    }
}

/// The expression that a string is a part of: on its lines, too, a comment may silence.
fn around(written: Written<'_>, string: Span) -> Span {
    let ir = written.ir;
    let wider = ir.spans.iter().filter(|span| span.contains(string) && span.len() > string.len());
    wider.min_by_key(|span| span.len()).copied().unwrap_or(string)
}

/// Names that are bound to a string, and parameters with one for a default.
fn bound(written: Written<'_>, out: &mut Vec<Said>) {
    let ir = written.ir;
    let mut said = BTreeSet::new();
    let mut say = |name: &str, place: Span, value: ValueId, out: &mut Vec<Said>| {
        let at = ir.span(value);
        if is_password_word(name)
            && matches!(ir.value(value), Value::Str(_))
            && matches!(written.literal(value, at), Literal::Str(_))
            && is_assigned(written, place, at)
            && said.insert(at)
        {
            out.push(Said::new("B105", at));
        }
    };
    for (_, function) in ir.functions() {
        let own = if matches!(function.kind, FunctionKind::ClassBody(_)) {
            function.bindings
        } else {
            function.stores
        };
        for binding in &ir.bindings[own] {
            say(ir.str(binding.name), binding.span, binding.value, out);
        }
        for effect in &ir.effects[function.effects] {
            match effect.kind {
                EffectKind::StoreAttr { name, value, .. } => {
                    say(ir.str(name), effect.span, value, out);
                }
                EffectKind::StoreGlobal { name, value } => {
                    say(ir.str(name), effect.span, value, out);
                }
                _ => {}
            }
        }
        if function.kind == FunctionKind::Def && !function.is_async {
            let hard = ir.params[function.params].iter().find(|param| {
                matches!(param.kind, ParamKind::Normal)
                    && is_password_word(ir.str(param.name))
                    && param.default.is_some_and(|value| {
                        matches!(written.literal(value, ir.span(value)), Literal::Str(_))
                    })
            });
            if hard.is_some() {
                out.push(Said { lines: function.span, ..Said::new("B107", function.name_span) });
            }
        }
    }
}

/// Whether the string at `value` is assigned to what stands at `place`, by a plain `=`.
fn is_assigned(written: Written<'_>, place: Span, value: Span) -> bool {
    let from = if place.contains(value) { place.start } else { place.end };
    let between = match written.text.get(from as usize..value.start as usize) {
        Some(between) => between,
        None => return false,
    };
    let plain = between.trim_end().trim_end_matches('(').trim_end();
    plain.ends_with('=')
        && !plain.ends_with(":=")
        && !plain.contains([':', ','])
        && !plain.contains('\n')
        && !plain.ends_with("+=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_passwords_are_those_of_bandit() {
        for name in ["password", "DB_PASSWORD", "pass", "passwd", "token_x", "my_secret_key", "Pwd"]
        {
            assert!(is_password_word(name), "{name}");
        }
        for name in ["passport", "tokens", "bypass", "passes", "passwords", "secretary"] {
            assert!(!is_password_word(name), "{name}");
        }
    }

    #[test]
    fn statements_are_told_as_bandit_tells_them() {
        for text in
            ["SELECT a FROM b ", "delete  from x", "insert into a values(", "update a\nset b "]
        {
            assert!(is_sql(&format!("{text} ")), "{text}");
        }
        assert!(!is_sql("please select one from"));
        assert!(!is_sql("selected from a"));
    }
}
