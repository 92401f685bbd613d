//! YAML as values with places.

use bartizan_base::Span;

use super::{Document, Key, Node, Value};
use crate::text::SourceText;

/// Reads a document. An alias is read as nothing: what it repeats was read where it stands.
pub(crate) fn read(source: &SourceText) -> Document {
    let document = bartizan_yaml::read(&source.text);
    let problems = document
        .faults
        .into_iter()
        .map(|fault| source.problem_of(fault.kind, fault.at, fault.message))
        .collect();
    (value(document.root), problems)
}

/// A value of the reader; nested no deeper than the reader follows.
fn value(node: bartizan_yaml::Node) -> Node {
    let value = match node.value {
        _ if node.repeats => Value::Null,
        bartizan_yaml::Value::Null => Value::Null,
        bartizan_yaml::Value::Text { text, plain } => scalar(text, plain),
        bartizan_yaml::Value::List(items) => Value::List(items.into_iter().map(value).collect()),
        bartizan_yaml::Value::Map(entries) => {
            let entry = |(text, span, node): (String, Span, bartizan_yaml::Node)| {
                (Key { text, span }, value(node))
            };
            Value::Map(entries.into_iter().map(entry).collect())
        }
    };
    Node { value, span: node.span }
}

fn scalar(text: String, plain: bool) -> Value {
    match text.as_str() {
        _ if !plain => Value::Text(text),
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        written if written.parse::<f64>().is_ok() => Value::Other,
        _ => Value::Text(text),
    }
}
