//! Code as it is written. Bandit judges syntax, where a value is one step further.

use bartizan_base::Span;
use bartizan_ir::{ArgKind, FileIr, Value, ValueId};

/// A file as written, beside its value graph.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) ir: &'a FileIr,
    pub(super) text: &'a str,
}

/// An expression in the terms of Bandit, one step deep.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal<'a> {
    Str(&'a str),
    Int(i64),
    Float(f64),
    Bool(bool),
    None,
    /// A name, or the last name of an attribute.
    Name(&'a str),
    Attr(&'a str),
    List(Vec<Literal<'a>>),
    Call,
    /// Something else that is a constant: bytes, a number that is imaginary.
    Constant,
    Other,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    pub(super) keyword: Option<&'a str>,
    pub(super) value: ValueId,
    /// Where the value is written, without its keyword.
    pub(super) span: Span,
    pub(super) text: &'a str,
    pub(super) is_star: bool,
}

/// A string as it stands in the text, adjacent ones joined.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// Offset in the file.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The constant pieces: one, and more around the holes of an f-string.
    pub(super) pieces: Vec<String>,
    pub(super) is_f: bool,
    pub(super) is_bytes: bool,
    /// A dot follows: a method of the string is called.
    pub(super) has_method: bool,
}

/// The strings of an expression outside of brackets, and whether an operator joins them.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) strings: Vec<Token>,
    pub(super) has_operator: bool,
}

impl<'a> Written<'a> {
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The name by which a call calls, as written: `os.path.join`; `.join` where it is taken from no
    /// name; empty where there is none.
    pub(super) fn callee(&self, call: ValueId, span: Span) -> String {
        let Value::Call { callee, .. } = self.ir.value(self.ir.bare(call)) else {
            return String::new();
        };
        let (whole, after) = parenthesised(self.slice(span));
        let (path, rest) = dotted(whole);
        let rest = if rest.is_empty() { after } else { rest };
        let simple = !path.is_empty() && rest.trim_start_matches(is_gap).starts_with('(');
        let callee = self.ir.bare(callee);
        // `a.b(1).b(2)` begins as its own receiver does.
        let receiver_called = match self.ir.value(callee) {
            Value::Attr { of, .. } => self.is_call_within(of, span),
            Value::Call { .. } => self.is_call_within(callee, span),
            _ => false,
        };
        if simple && !receiver_called {
            return path.split(is_gap).collect();
        }
        match self.ir.value(callee) {
            Value::Attr { name, .. } => format!(".{}", self.ir.str(name)),
            _ => String::new(),
        }
    }

    fn is_call_within(&self, value: ValueId, span: Span) -> bool {
        let value = self.ir.bare(value);
        let inner = self.ir.span(value);
        matches!(self.ir.value(value), Value::Call { .. })
            && inner.start == span.start
            && inner.end < span.end
    }

    pub(super) fn arguments(&self, call: ValueId) -> Vec<Given<'a>> {
        let Value::Call { args, .. } = self.ir.value(self.ir.bare(call)) else { return Vec::new() };
        self.ir.args[args]
            .iter()
            .map(|arg| {
                let keyword = match arg.kind {
                    ArgKind::Keyword(name) => Some(self.ir.str(name)),
                    _ => None,
                };
                let mut span = arg.span;
                if let Some(name) = keyword
                    && let Some(rest) = self.slice(span).strip_prefix(name)
                    && let Some(value) = rest.trim_start().strip_prefix('=')
                {
                    span.start = span.end - value.trim_start().len() as u32;
                }
                let span = self.bare(span);
                let is_star = matches!(arg.kind, ArgKind::Star | ArgKind::DoubleStar);
                Given { keyword, value: arg.value, span, text: self.slice(span), is_star }
            })
            .collect()
    }

    /// The place without parentheses around it, which Bandit never sees.
    fn bare(&self, mut span: Span) -> Span {
        while let (inner, "") = parenthesised(self.slice(span))
            && inner.len() < span.len() as usize
            && let Some(at) = self.slice(span).find(inner)
        {
            span.start += at as u32;
            span.end = span.start + inner.len() as u32;
        }
        span
    }

    /// What is written at `span`, where the graph has `value`.
    pub(super) fn literal(&self, value: ValueId, span: Span) -> Literal<'a> {
        self.literal_at(value, span, 8)
    }

    fn literal_at(&self, value: ValueId, span: Span, depth: u32) -> Literal<'a> {
        let text = self.slice(span).trim();
        let (path, rest) = dotted(text);
        if !path.is_empty() && rest.is_empty() {
            return match path {
                "True" => Literal::Bool(true),
                "False" => Literal::Bool(false),
                "None" => Literal::None,
                path => match path.rsplit_once('.') {
                    Some((_, last)) => Literal::Attr(last.trim()),
                    None => Literal::Name(path),
                },
            };
        }
        match self.ir.value(self.ir.bare(value)) {
            Value::Str(sym) => match tokens(text, 0) {
                Tokens { strings, has_operator: false, .. } if matches!(&strings[..], [only] if !only.is_f && !only.has_method) => {
                    Literal::Str(self.ir.str(sym))
                }
                _ => Literal::Other,
            },
            Value::Float(_) => text.parse().map_or(Literal::Constant, Literal::Float),
            Value::Bytes(_) | Value::Imaginary(_) | Value::BigInt(_) => Literal::Constant,
            Value::Int(number) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                Literal::Int(number)
            }
            Value::List(items) if text.starts_with('[') => match depth.checked_sub(1) {
                Some(depth) => Literal::List(
                    self.ir.items[items]
                        .iter()
                        .map(|item| {
                            let at = self.ir.span(item.value);
                            // A variable stands where it was stored.
                            match span.contains(at) {
                                true => self.literal_at(item.value, at, depth),
                                false => Literal::Name(""),
                            }
                        })
                        .collect(),
                ),
                None => Literal::Other,
            },
            Value::Attr { name, .. } if text.ends_with(self.ir.str(name)) => {
                Literal::Attr(self.ir.str(name))
            }
            Value::Call { .. } if text.ends_with(')') => Literal::Call,
            _ => Literal::Other,
        }
    }
}

impl Literal<'_> {
    /// As Bandit compares it with a word: `True` and `None` are words too.
    pub(super) fn is_word(&self, word: &str) -> bool {
        match self {
            Self::Str(text) | Self::Name(text) | Self::Attr(text) => *text == word,
            Self::Bool(truth) => word == if *truth { "True" } else { "False" },
            Self::None => word == "None",
            _ => false,
        }
    }

    pub(super) fn is_constant(&self) -> bool {
        matches!(
            self,
            Self::Str(_)
                | Self::Int(_)
                | Self::Float(_)
                | Self::Bool(_)
                | Self::None
                | Self::Constant
        )
    }
}

/// What may stand between the parts of a name.
fn is_gap(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\\'
}

/// The expression in the parentheses that `text` begins with, and what follows them; the whole and
/// nothing where it begins with none, and where they hold a tuple, a generator or a comment.
fn parenthesised(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'(') {
        return (text, "");
    }
    let (mut at, mut depth) = (0, 0u32);
    while let Some(byte) = bytes.get(at) {
        if let Some(string) = string_at(text, at) {
            at = string.end;
            continue;
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => return (text, ""),
            b'#' => return (text, ""),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            let inner = text[1..at - 1].trim_matches(is_gap);
            return if inner.is_empty() { (text, "") } else { (inner, &text[at..]) };
        }
    }
    (text, "")
}

/// Whether an f-string stands in an expression.
pub(super) fn is_f(text: &str) -> bool {
    tokens(text, 0).strings.iter().any(|string| string.is_f)
}

/// The dotted name that `text` begins with, and the rest.
pub(super) fn dotted(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let word = |mut at: usize| {
        let start = at;
        while let Some(byte) = bytes.get(at)
            && (byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
        {
            at += 1;
        }
        (at > start && !bytes[start].is_ascii_digit()).then_some(at)
    };
    let Some(mut end) = word(0) else { return ("", text) };
    loop {
        let mut at = end;
        while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'\\') {
            at += 1;
        }
        if bytes.get(at) != Some(&b'.') {
            break;
        }
        at += 1;
        while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'\\') {
            at += 1;
        }
        match word(at) {
            Some(next) => end = next,
            None => break,
        }
    }
    // `f"…"` begins with a word, and is none.
    if matches!(bytes.get(end), Some(b'"' | b'\'')) {
        return ("", text);
    }
    text.split_at(end)
}

/// The strings that stand in `text` outside of brackets; `offset` is where `text` begins.
pub(super) fn tokens(text: &str, offset: u32) -> Tokens {
    let bytes = text.as_bytes();
    let mut out = Tokens::default();
    let (mut at, mut depth) = (0, 0u32);
    // Whether what was read last, spaces apart, is a string.
    let mut joins = false;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() || byte == b'\\' {
            at += 1;
            continue;
        }
        if byte == b'#' {
            while at < bytes.len() && bytes[at] != b'\n' {
                at += 1;
            }
            continue;
        }
        if let Some(string) = string_at(text, at) {
            at = string.end;
            if depth > 0 {
                continue;
            }
            let start = offset + string.start as u32;
            let end = offset + at as u32;
            match out.strings.last_mut() {
                Some(last) if joins => {
                    last.end = end;
                    last.is_f |= string.is_f;
                    last.is_bytes |= string.is_bytes;
                    let mut pieces = string.pieces.into_iter();
                    if let (Some(tail), Some(head)) = (last.pieces.last_mut(), pieces.next()) {
                        tail.push_str(&head);
                    }
                    last.pieces.extend(pieces);
                }
                _ => out.strings.push(Token {
                    start,
                    end,
                    pieces: string.pieces,
                    is_f: string.is_f,
                    is_bytes: string.is_bytes,
                    has_method: false,
                }),
            }
            joins = true;
            continue;
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'.' if joins => {
                if let Some(last) = out.strings.last_mut() {
                    last.has_method = true;
                }
            }
            b'+' | b'%' if depth == 0 && bytes.get(at + 1) != Some(&b'=') => {
                out.has_operator = true;
            }
            _ => {}
        }
        joins = false;
        if byte.is_ascii_alphabetic() || byte == b'_' {
            while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    out
}

struct StringAt {
    start: usize,
    end: usize,
    pieces: Vec<String>,
    is_f: bool,
    is_bytes: bool,
}

/// The string that begins at `start`, prefix and quotes included.
fn string_at(text: &str, start: usize) -> Option<StringAt> {
    let bytes = text.as_bytes();
    let mut at = start;
    let (mut raw, mut is_f, mut is_bytes) = (false, false, false);
    while at - start < 3 {
        match bytes.get(at)?.to_ascii_lowercase() {
            b'r' => raw = true,
            b'f' | b't' => is_f = true,
            b'b' => is_bytes = true,
            b'u' => {}
            _ => break,
        }
        at += 1;
    }
    let quote = *bytes.get(at)?;
    if quote != b'"' && quote != b'\'' {
        return None;
    }
    let triple = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
    at += if triple { 3 } else { 1 };
    let mut pieces = vec![Vec::new()];
    let mut holes = 0u32;
    while at < bytes.len() {
        let byte = bytes[at];
        let ends = byte == quote
            && (!triple || bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote));
        if ends && holes == 0 {
            at += if triple { 3 } else { 1 };
            break;
        }
        let next = bytes.get(at + 1).copied();
        if is_f && (byte == b'{' || byte == b'}') {
            if holes == 0 && next == Some(byte) {
                pieces.last_mut()?.push(byte);
                at += 2;
                continue;
            }
            if byte == b'{' {
                if holes == 0 {
                    pieces.push(Vec::new());
                }
                holes += 1;
            } else {
                holes = holes.saturating_sub(1);
            }
            at += 1;
            continue;
        }
        if holes > 0 {
            at += 1;
            continue;
        }
        let out = pieces.last_mut()?;
        if byte == b'\\' {
            match next {
                _ if raw => out.push(byte),
                Some(b'n') => out.push(b'\n'),
                Some(b't') => out.push(b'\t'),
                Some(b'\n') => {}
                Some(next @ (b'"' | b'\'' | b'\\')) => out.push(next),
                Some(next) => out.extend([byte, next]),
                None => {}
            }
            if raw {
                out.extend(next);
            }
            at += 2;
            continue;
        }
        out.push(byte);
        at += 1;
    }
    let pieces =
        pieces.into_iter().map(|piece| String::from_utf8_lossy(&piece).into_owned()).collect();
    Some(StringAt { start, end: at.min(bytes.len()), pieces, is_f, is_bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_up_to_what_is_no_name() {
        assert_eq!(dotted("os.path.join(a)"), ("os.path.join", "(a)"));
        assert_eq!(dotted("os . path"), ("os . path", ""));
        assert_eq!(dotted("f'x'"), ("", "f'x'"));
        assert_eq!(dotted("(a).b"), ("", "(a).b"));
    }

    #[test]
    fn parentheses_around_an_expression_do_not_count() {
        assert_eq!(parenthesised("(os.system)(\"a)\")"), ("os.system", "(\"a)\")"));
        assert_eq!(parenthesised("( \"a)\" \\\n)"), ("\"a)\"", ""));
        for text in ["a(b)", "(a, b)", "()", "(a", "(a  # why\n)"] {
            assert_eq!(parenthesised(text), (text, ""), "{text}");
        }
    }

    #[test]
    fn strings_are_told_apart_and_joined_as_python_does() {
        let found = tokens("\"a\" 'b' + x(\"no\") + f\"c{d!r}e\"", 10);
        let pieces: Vec<_> = found.strings.iter().map(|token| token.pieces.join("|")).collect();
        assert_eq!(pieces, ["ab", "c|e"]);
        assert_eq!(found.strings[0].start, 10);
        assert!(found.has_operator && found.strings[1].is_f);
        assert!(tokens("'x'.format(y)", 0).strings[0].has_method);
    }
}
