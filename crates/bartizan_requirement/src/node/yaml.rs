//! YAML with the place of every value; the first document of a file, read up to the first error.

use bartizan_base::{ProblemKind, Span};
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{DEEPEST, Document, Key, Node, Value};
use crate::text::SourceText;

/// Reads a document. An alias is read as nothing: what it repeats was read where it stands.
pub(crate) fn read(source: &SourceText) -> Document {
    let mut bytes = Bytes { text: &source.text, character: 0, byte: 0 };
    let mut open: Vec<Open> = Vec::new();
    let mut document = None;
    let mut problems = Vec::new();
    let mut skipped = 0usize;
    for event in Parser::new_from_str(&source.text) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = bytes.of(error.marker().index());
                let message = format!("not valid YAML: {}", error.info());
                problems.push(source.problem(at as u32, message));
                break;
            }
        };
        let start = bytes.of(place.start.index());
        let end = bytes.of(place.end.index()).max(start);
        let span = Span::new(start as u32, end as u32);
        let finished = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() >= DEEPEST => {
                if skipped == 0 {
                    let message = "not valid YAML: nested too deep";
                    problems.push(source.problem_of(ProblemKind::TooDeep, start as u32, message));
                }
                skipped += 1;
                None
            }
            Event::MappingEnd | Event::SequenceEnd if skipped > 0 => {
                skipped -= 1;
                (skipped == 0).then_some(Node { value: Value::Null, span })
            }
            Event::Scalar(..) | Event::Alias(_) if skipped > 0 => None,
            Event::MappingStart(..) => {
                open.push(Open {
                    start,
                    is_map: true,
                    entries: Vec::new(),
                    key: None,
                    items: vec![],
                });
                None
            }
            Event::SequenceStart(..) => {
                open.push(Open {
                    start,
                    is_map: false,
                    entries: Vec::new(),
                    key: None,
                    items: vec![],
                });
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(|open| open.close(end)),
            Event::Scalar(text, style, _, _) => {
                Some(Node { value: scalar(&text, style), span: trimmed(span, source) })
            }
            Event::Alias(_) => Some(Node { value: Value::Null, span }),
            Event::DocumentEnd => break,
            _ => None,
        };
        if let Some(node) = finished {
            match open.last_mut() {
                Some(open) => open.take(node),
                None => document = Some(node),
            }
        }
    }
    // What is still open when an error ends the text keeps what it holds.
    let end = source.text.len();
    while let Some(inner) = open.pop() {
        let node = inner.close(end);
        match open.last_mut() {
            Some(outer) => outer.take(node),
            None => document = Some(node),
        }
    }
    let nothing = Node { value: Value::Null, span: Span::at(0) };
    (document.unwrap_or(nothing), problems)
}

/// A map or list that is being read.
struct Open {
    start: usize,
    is_map: bool,
    entries: Vec<(Key, Node)>,
    key: Option<Key>,
    items: Vec<Node>,
}

impl Open {
    fn take(&mut self, node: Node) {
        if !self.is_map {
            self.items.push(node);
            return;
        }
        match self.key.take() {
            Some(key) => self.entries.push((key, node)),
            None => {
                let text = match node.value {
                    Value::Text(text) | Value::Other(text) => text,
                    Value::Bool(is) => is.to_string(),
                    _ => String::new(),
                };
                self.key = Some(Key { text, span: node.span });
            }
        }
    }

    fn close(self, end: usize) -> Node {
        let value = if self.is_map { Value::Map(self.entries) } else { Value::List(self.items) };
        Node { value, span: Span::new(self.start as u32, end.max(self.start) as u32) }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if text.parse::<f64>().is_ok() => Value::Other(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

/// A scalar's span without the blanks and line breaks that its scanner counts to it.
fn trimmed(span: Span, source: &SourceText) -> Span {
    let length = span.slice(&source.text).trim_end().len() as u32;
    Span::new(span.start, span.start + length)
}

/// The parser counts characters; places count bytes. Events come almost in order.
struct Bytes<'t> {
    text: &'t str,
    character: usize,
    byte: usize,
}

impl Bytes<'_> {
    fn of(&mut self, character: usize) -> usize {
        while self.character > character {
            self.byte -= 1;
            while !self.text.is_char_boundary(self.byte) {
                self.byte -= 1;
            }
            self.character -= 1;
        }
        let mut rest = self.text[self.byte..].chars();
        while self.character < character {
            let Some(next) = rest.next() else { break };
            self.byte += next.len_utf8();
            self.character += 1;
        }
        self.byte
    }
}
