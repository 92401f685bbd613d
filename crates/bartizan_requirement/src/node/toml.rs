//! TOML, read on behind an error.

use bartizan_base::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{DEEPEST, Document, Key, Node, Value};
use crate::text::SourceText;

/// Reads a document.
pub(crate) fn read(source: &SourceText) -> Document {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    let span = span_of(&table);
    let mut problems: Vec<_> = errors
        .iter()
        .map(|error| {
            let at = error.span().map_or(0, |range| range.start as u32);
            let message = error.message().lines().next().unwrap_or("").to_owned();
            source.problem(at, format!("not valid TOML: {message}"))
        })
        .collect();
    // One mistake may be followed by a report for each line behind it.
    problems.truncate(20);
    let node = Node { value: map(table.into_inner(), 0), span };
    (node, problems)
}

fn span_of<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span::new(range.start as u32, range.end.max(range.start) as u32)
}

fn map(table: DeTable<'_>, depth: usize) -> Value {
    let mut entries: Vec<(Key, Node)> = table
        .into_iter()
        .map(|(key, value)| {
            let span = span_of(&key);
            (Key { text: key.into_inner().into_owned(), span }, node(value, depth + 1))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    Value::Map(entries)
}

fn node(value: Spanned<DeValue<'_>>, depth: usize) -> Node {
    let span = span_of(&value);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Boolean(is) => Value::Bool(is),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
        // The parser itself stops at this depth.
        DeValue::Array(_) | DeValue::Table(_) if depth > DEEPEST => Value::Null,
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| node(item, depth + 1)).collect())
        }
        DeValue::Table(table) => map(table, depth + 1),
    };
    Node { value, span }
}
