//! YAML with the place of every value; the first document of a text, read up to the first error.

use std::collections::BTreeMap;

use bartizan_base::Span;
use saphyr_parser::{Event, Parser};

/// No file that people write nests deeper.
const DEEPEST: usize = 60;
/// What aliases may repeat, all of them together: a bomb is made of aliases of aliases.
const MOST_REPEATED: usize = 20_000;

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
}

/// A value. Scalars are texts, whatever YAML would make of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A scalar.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, with the names and places of its keys, in order.
    Map(Vec<(String, Span, Node)>),
}

impl Node {
    /// The value under a key; of a merged map (`<<`) too.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else { return None };
        let own = entries.iter().find(|(name, ..)| name == key);
        own.map(|(.., node)| node).or_else(|| {
            let merged = entries.iter().filter(|(name, ..)| name == "<<");
            merged.flat_map(|(.., node)| node.items_or_itself()).find_map(|node| node.get(key))
        })
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The values of a list; nothing for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a map; nothing for anything else.
    pub fn entries(&self) -> &[(String, Span, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The values of a list, or the value itself: many keys take one or several.
    pub fn items_or_itself(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    fn size(&self) -> usize {
        match &self.value {
            Value::Null | Value::Text(_) => 1,
            Value::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|(.., node)| node.size()).sum::<usize>(),
        }
    }
}

/// Reads a document.
pub(crate) fn read(text: &str) -> Node {
    let mut bytes = Bytes { text, character: 0, byte: 0 };
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: BTreeMap<usize, Node> = BTreeMap::new();
    let mut repeated = 0;
    let mut document = None;
    let mut skipped = 0usize;
    for event in Parser::new_from_str(text) {
        let Ok((event, place)) = event else { break };
        let start = bytes.of(place.start.index());
        let end = bytes.of(place.end.index()).max(start);
        let finished = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() >= DEEPEST => {
                skipped += 1;
                None
            }
            Event::MappingEnd | Event::SequenceEnd if skipped > 0 => {
                skipped -= 1;
                (skipped == 0).then(|| (node(Value::Null, text, start, end), 0))
            }
            Event::Scalar(..) | Event::Alias(_) if skipped > 0 => None,
            Event::MappingStart(anchor, _) => {
                open.push(Open { start, anchor, map: Some(Vec::new()), key: None, items: vec![] });
                None
            }
            Event::SequenceStart(anchor, _) => {
                open.push(Open { start, anchor, map: None, key: None, items: vec![] });
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open
                .pop()
                .map(|open| (open.anchor, open))
                .map(|(anchor, open)| (open.close(text, end), anchor)),
            Event::Scalar(scalar, _, anchor, _) => {
                Some((node(Value::Text(scalar.into_owned()), text, start, end), anchor))
            }
            Event::Alias(anchor) => {
                let known = anchors.get(&anchor).filter(|known| {
                    repeated += known.size();
                    repeated <= MOST_REPEATED
                });
                let value = known.map_or(Value::Null, |known| known.value.clone());
                Some((node(value, text, start, end), 0))
            }
            Event::DocumentEnd => break,
            _ => None,
        };
        if let Some((node, anchor)) = finished {
            if anchor > 0 {
                anchors.insert(anchor, node.clone());
            }
            match open.last_mut() {
                Some(open) => open.take(node),
                None => document = Some(node),
            }
        }
    }
    // What is still open when an error ends the text keeps what it holds.
    while let Some(inner) = open.pop() {
        let node = inner.close(text, text.len());
        match open.last_mut() {
            Some(outer) => outer.take(node),
            None => document = Some(node),
        }
    }
    document.unwrap_or(Node { value: Value::Null, span: Span::at(0) })
}

/// A node without the blanks and line breaks that the scanner counts to it.
fn node(value: Value, text: &str, start: usize, end: usize) -> Node {
    let length = text.get(start..end).map_or(0, |text| text.trim_end().len());
    Node { value, span: Span::new(start as u32, (start + length) as u32) }
}

/// A map or list that is being read.
struct Open {
    start: usize,
    anchor: usize,
    map: Option<Vec<(String, Span, Node)>>,
    key: Option<(String, Span)>,
    items: Vec<Node>,
}

impl Open {
    fn take(&mut self, node: Node) {
        let Some(entries) = &mut self.map else {
            self.items.push(node);
            return;
        };
        match self.key.take() {
            Some((key, span)) => entries.push((key, span, node)),
            None => {
                let span = node.span;
                let key = if let Value::Text(text) = node.value { text } else { String::new() };
                self.key = Some((key, span));
            }
        }
    }

    fn close(self, text: &str, end: usize) -> Node {
        let value = self.map.map_or(Value::List(self.items), Value::Map);
        node(value, text, self.start, end.max(self.start))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_places_and_aliases_repeat() {
        let text = "web: &web\n  image: clinic  # the site\nworker:\n  <<: *web\n  command: run\n";
        let read = read(text);
        let image = read.get("worker").unwrap().get("image").unwrap();
        assert_eq!(image.text(), Some("clinic"));
        assert_eq!(image.span.slice(text), "clinic");
    }

    #[test]
    fn a_bomb_of_aliases_does_not_go_off() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for n in 1..12 {
            let before = vec![format!("*a{}", n - 1); 9].join(", ");
            text.push_str(&format!("a{n}: &a{n} [{before}]\n"));
        }
        assert!(read(&text).size() < 100_000);
        read(&"[".repeat(100_000));
        read("a: [b, c\nd: e: f");
    }
}
