//! TOML, JSON and YAML as one tree of values, each with its place in the file.

mod json;
mod toml;
mod yaml;

use bartizan_base::{Problem, Span};

use crate::text::{Offsets, SourceText};

pub(crate) use json::read as read_json;
pub(crate) use toml::read as read_toml;
pub(crate) use yaml::read as read_yaml;

/// How deep values may be nested in one another; deeper ones are left out and said so.
const DEEPEST: usize = 80;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// The value with its quotes or brackets.
    pub(crate) span: Span,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A number or a date; nobody asks which.
    Other,
    Text(String),
    List(Vec<Node>),
    /// The keys in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: String,
    /// The key with its quotes.
    pub(crate) span: Span,
}

impl Node {
    /// The value of `key`, where this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The value of `key` with the key itself.
    pub(crate) fn entry(&self, key: &str) -> Option<(&Key, &Node)> {
        let found = self.entries().iter().find(|(name, _)| name.text == key);
        found.map(|(key, value)| (key, value))
    }

    /// The value at the end of a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text, where this is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text at `key`.
    pub(crate) fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// Whether this is `true`.
    pub(crate) fn is_true(&self) -> bool {
        matches!(self.value, Value::Bool(true))
    }

    /// What kind of value this is, for people.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Other => "a number or date",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a table",
        }
    }

    /// The bytes of a text between its quotes.
    pub(crate) fn inner(&self, source: &SourceText) -> Span {
        inner(self.span, source)
    }

    /// The way back to the file from an offset in the text that this node holds.
    pub(crate) fn offsets(&self, source: &SourceText) -> Offsets {
        let inner = self.inner(source);
        offsets(inner, source, self.text().unwrap_or(""))
    }
}

impl Key {
    /// The bytes of the key between its quotes.
    pub(crate) fn inner(&self, source: &SourceText) -> Span {
        inner(self.span, source)
    }
}

/// What lies between the quotes, if any, of `span`.
fn inner(span: Span, source: &SourceText) -> Span {
    let raw = span.slice(&source.text);
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        let length = quote.len();
        if raw.len() >= 2 * length && raw.starts_with(quote) && raw.ends_with(quote) {
            // TOML drops a line break right behind three quotes.
            let skip = match length {
                3 if raw[3..].starts_with("\r\n") => 2,
                3 if raw[3..].starts_with('\n') => 1,
                _ => 0,
            };
            let (start, end) = (span.start + (length + skip) as u32, span.end - length as u32);
            return Span::new(start.min(end), end);
        }
    }
    span
}

/// Walks the text as it is written beside the text as it is meant, and notes where an escape makes
/// them part.
fn offsets(inner: Span, source: &SourceText, meant: &str) -> Offsets {
    let mut offsets = Offsets::from(inner.start);
    let raw = inner.slice(&source.text);
    if raw == meant {
        return offsets;
    }
    let (mut here, mut there) = (0, 0);
    let mut meant = meant.chars().peekable();
    while let Some(character) = raw[there..].chars().next() {
        if meant.peek() == Some(&character) && character != '\\' {
            meant.next();
            here += character.len_utf8();
            there += character.len_utf8();
            continue;
        }
        // An escape, or a folded line: it stands for what is meant up to where both agree again.
        there += escape_length(&raw[there..]).max(character.len_utf8()).min(raw.len() - there);
        while !raw.is_char_boundary(there) {
            there += 1;
        }
        if character == '\\'
            && !raw[..there].ends_with(['\n', '\r', ' '])
            && let Some(character) = meant.next()
        {
            here += character.len_utf8();
        }
        offsets.push(here, inner.start as usize + there);
    }
    offsets
}

/// How many bytes the escape at the start of `raw` takes up; 0 where there is none.
fn escape_length(raw: &str) -> usize {
    let bytes = raw.as_bytes();
    if bytes.first() != Some(&b'\\') {
        return 0;
    }
    match bytes.get(1) {
        Some(b'u') if raw.get(6..8) == Some("\\u") && is_high_surrogate(raw) => 12,
        Some(b'u') => 6,
        Some(b'U') => 10,
        Some(b'x') => 4,
        Some(b'\n' | b'\r' | b' ' | b'\t') => raw.len() - raw[1..].trim_start().len(),
        Some(_) => 2,
        None => 1,
    }
}

fn is_high_surrogate(raw: &str) -> bool {
    let digits = raw.get(2..6).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    digits.is_some_and(|unit| (0xd800..0xdc00).contains(&unit))
}

/// A document as far as it could be read, and what is wrong with it.
pub(crate) type Document = (Node, Vec<Problem>);
