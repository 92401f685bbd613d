//! JSON with the place of every value, read up to the first error.

use bartizan_base::{ProblemKind, Span};

use super::{DEEPEST, Document, Key, Node, Value};
use crate::text::SourceText;

/// Reads a document. Behind an error nothing more is read; what was read before it is kept.
pub(crate) fn read(source: &SourceText) -> Document {
    let mut reader = Reader { text: &source.text, at: 0, wrong: None };
    reader.blanks();
    let node = reader.node(0);
    reader.blanks();
    if reader.wrong.is_none() && reader.at < reader.text.len() {
        reader.fail("something stands behind the end");
    }
    let problems = reader.wrong.map(|(at, message, kind)| {
        source.problem_of(kind, at as u32, format!("not valid JSON: {message}"))
    });
    (node, problems.into_iter().collect())
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    wrong: Option<(usize, &'static str, ProblemKind)>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fail(&mut self, message: &'static str) {
        self.wrong.get_or_insert((self.at, message, ProblemKind::Syntax));
    }

    /// Takes `byte`, blanks around it included.
    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let is = self.peek() == Some(byte);
        if is {
            self.at += 1;
            self.blanks();
        }
        is
    }

    fn node(&mut self, depth: usize) -> Node {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{' | b'[') if depth >= DEEPEST => {
                self.wrong.get_or_insert((start, "nested too deep", ProblemKind::TooDeep));
                Value::Null
            }
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Value::Text(self.string()),
            _ => self.word(),
        };
        Node { value, span: Span::new(start as u32, self.at as u32) }
    }

    fn map(&mut self, depth: usize) -> Value {
        self.at += 1;
        self.blanks();
        let mut entries = Vec::new();
        while self.wrong.is_none() && self.peek() != Some(b'}') {
            if self.peek() != Some(b'"') {
                self.fail("a key is expected");
                break;
            }
            let start = self.at;
            let text = self.string();
            let key = Key { text, span: Span::new(start as u32, self.at as u32) };
            if !self.take(b':') {
                self.fail("a `:` is expected");
                break;
            }
            entries.push((key, self.node(depth + 1)));
            if !self.take(b',') && self.peek() != Some(b'}') {
                self.fail("a `,` or `}` is expected");
            }
        }
        if self.wrong.is_none() {
            self.at += 1;
        }
        Value::Map(entries)
    }

    fn list(&mut self, depth: usize) -> Value {
        self.at += 1;
        self.blanks();
        let mut items = Vec::new();
        while self.wrong.is_none() && self.peek() != Some(b']') {
            items.push(self.node(depth + 1));
            if !self.take(b',') && self.peek() != Some(b']') {
                self.fail("a `,` or `]` is expected");
            }
        }
        if self.wrong.is_none() {
            self.at += 1;
        }
        Value::List(items)
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(length) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
                self.at = self.text.len();
                self.fail("a text is not closed");
                return out;
            };
            out.push_str(&rest[..length]);
            self.at += length + 1;
            if rest.as_bytes()[length] == b'"' {
                return out;
            }
            let escape = self.text[self.at..].chars().next();
            self.at += escape.map_or(0, char::len_utf8);
            match escape {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('b') => out.push('\u{8}'),
                Some('f') => out.push('\u{c}'),
                Some('u') => out.push(self.unicode()),
                Some(other) => out.push(other),
                None => {}
            }
        }
    }

    /// The character behind `\u`; halves of a pair are joined, a lone half is replaced.
    fn unicode(&mut self) -> char {
        let Some(first) = self.unit() else { return char::REPLACEMENT_CHARACTER };
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let back = self.at;
            self.at += 2;
            if let Some(second) = self.unit().filter(|unit| (0xdc00..0xe000).contains(unit)) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
            self.at = back;
        }
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }

    fn word(&mut self) -> Value {
        let rest = &self.text[self.at..];
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = rest.bytes().take_while(|byte| part(byte)).count();
        let word = &rest[..length];
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Value::Other,
            _ => {
                self.fail("a value is expected");
                Value::Null
            }
        };
        self.at += length;
        value
    }
}
