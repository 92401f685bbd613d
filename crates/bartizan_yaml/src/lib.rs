//! YAML with the place of every value; the first document of a text, read up to the first error.

use std::collections::BTreeMap;

use bartizan_base::{ProblemKind, Span};
use saphyr_parser::{Event, Parser, ScalarStyle};

/// No file that people write nests deeper.
const DEEPEST: usize = 80;
/// What aliases may repeat, all of them together: a bomb is made of aliases of aliases.
const MOST_REPEATED: usize = 20_000;

/// So many lines of one text are put behind the one before.
const MOST_JOINED: usize = 64;
/// What the parser says of them.
const INDENTATION: &str = "invalid indentation";

/// What a text holds, and what could not be read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The outermost value; nothing where the text is empty.
    pub root: Node,
    /// What is wrong, in the order of the text.
    pub faults: Vec<Fault>,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands; of an alias, where the alias does.
    pub span: Span,
    /// Whether an alias repeats here what stands elsewhere.
    pub repeats: bool,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A scalar, whatever YAML would make of it. Plain is what has no quotes and is no block: only
    /// of such text does YAML make numbers and truth values.
    Text {
        /// The text, with escapes undone.
        text: String,
        /// Whether it is plain.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, with the names and places of its keys, in order.
    Map(Vec<(String, Span, Node)>),
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte where it shows.
    pub at: u32,
    /// What kind of fault.
    pub kind: ProblemKind,
    /// What is wrong, for people.
    pub message: String,
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
            Value::Text { text, .. } => Some(text),
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
            Value::Null | Value::Text { .. } => 1,
            Value::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|(.., node)| node.size()).sum::<usize>(),
        }
    }
}

/// Reads the first document of a text.
///
/// By the letter of YAML (1.2.2, §7.4) every line of a list in brackets is indented deeper than its
/// key. No reader that people use asks that, and formatters write the closing bracket below the key:
/// such lines are read as if they stood behind the one before.
pub fn read(text: &str) -> Document {
    let mut document = read_strictly(text);
    let mut joined: Option<String> = None;
    for _ in 0..MOST_JOINED {
        let Some(fault) = document.faults.iter().find(|it| it.message.ends_with(INDENTATION))
        else {
            break;
        };
        let now = joined.as_deref().unwrap_or(text);
        let Some(next) = join(now, fault.at as usize) else { break };
        document = read_strictly(&next);
        joined = Some(next);
    }
    document
}

/// Puts a line inside brackets behind the one before it: of the same length, with blanks in the place
/// of the line break and of comments between. `None` where the line is not inside brackets.
fn join(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n')? + 1;
    let mut bytes = text.as_bytes().to_vec();
    let mut end = start;
    loop {
        let line_start = text[..end - 1].rfind('\n').map_or(0, |at| at + 1);
        let line = &text[line_start..end - 1];
        let content = without_comment(line);
        bytes[line_start + content.len()..end].fill(b' ');
        if let Some(last) = content.trim_end().chars().next_back() {
            let closes = text[at..].starts_with([']', '}']);
            let goes_on = matches!(last, '[' | '{' | ',');
            return (closes || goes_on).then(|| String::from_utf8(bytes).ok())?;
        }
        if line_start == 0 {
            return None;
        }
        end = line_start;
    }
}

/// A line up to its comment.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '#' && before.is_whitespace() => return &line[..at],
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => {}
        }
        before = c;
    }
    line
}

fn read_strictly(text: &str) -> Document {
    let mut bytes = Bytes { text, character: 0, byte: 0 };
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: BTreeMap<usize, Node> = BTreeMap::new();
    let mut repeated = 0;
    let mut root = None;
    let mut faults = Vec::new();
    let mut skipped = 0usize;
    for event in Parser::new_from_str(text) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = bytes.of(error.marker().index()) as u32;
                let message = format!("not valid YAML: {}", error.info());
                faults.push(Fault { at, kind: ProblemKind::Syntax, message });
                break;
            }
        };
        let start = bytes.of(place.start.index());
        let end = bytes.of(place.end.index()).max(start);
        let finished = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() >= DEEPEST => {
                if skipped == 0 {
                    let message = "not valid YAML: nested too deep".to_owned();
                    faults.push(Fault { at: start as u32, kind: ProblemKind::TooDeep, message });
                }
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
            Event::Scalar(scalar, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let value = Value::Text { text: scalar.into_owned(), plain };
                Some((node(value, text, start, end), anchor))
            }
            Event::Alias(anchor) => {
                let known = anchors.get(&anchor).filter(|known| {
                    repeated += known.size();
                    repeated <= MOST_REPEATED
                });
                let value = known.map_or(Value::Null, |known| known.value.clone());
                Some((Node { repeats: true, ..node(value, text, start, end) }, 0))
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
                None => root = Some(node),
            }
        }
    }
    // What is still open when an error ends the text keeps what it holds.
    while let Some(inner) = open.pop() {
        let node = inner.close(text, text.len());
        match open.last_mut() {
            Some(outer) => outer.take(node),
            None => root = Some(node),
        }
    }
    Document { root: root.unwrap_or_else(|| node(Value::Null, text, 0, 0)), faults }
}

/// A node without the blanks and line breaks that the scanner counts to it.
fn node(value: Value, text: &str, start: usize, end: usize) -> Node {
    let length = text.get(start..end).map_or(0, |text| text.trim_end().len());
    Node { value, span: Span::new(start as u32, (start + length) as u32), repeats: false }
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
                let key =
                    if let Value::Text { text, .. } = node.value { text } else { String::new() };
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
    #![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

    use super::*;

    #[test]
    fn values_have_places_and_aliases_repeat() {
        let text = "web: &web\n  image: clinic  # the site\nworker:\n  <<: *web\n  command: run\n";
        let document = read(text);
        assert_eq!(document.faults, []);
        let worker = document.root.get("worker").unwrap();
        let image = worker.get("image").unwrap();
        assert_eq!(image.text(), Some("clinic"));
        assert_eq!(image.span.slice(text), "clinic");
        assert!(worker.entries()[0].2.repeats && !image.repeats);
    }

    #[test]
    fn places_count_bytes() {
        let text = "müller: 'größe'\nsize: 3\n";
        let document = read(text);
        let size = document.root.get("size").unwrap();
        assert_eq!(size.span.slice(text), "3");
        assert_eq!(size.value, Value::Text { text: "3".to_owned(), plain: true });
        let name = document.root.get("müller").unwrap();
        assert_eq!(name.value, Value::Text { text: "größe".to_owned(), plain: false });
    }

    #[test]
    fn brackets_may_close_below_their_key() {
        let text = "on:\n  push:\n    branches: [\n      \"main\", # größe\n\n      # more\n      beta,\n    ]\n  pull: {\n  to: main\n  }\nname: 'a'\n";
        let document = read(text);
        assert_eq!(document.faults, []);
        let on = document.root.get("on").unwrap();
        let branches = on.get("push").unwrap().get("branches").unwrap().items();
        assert_eq!(branches.iter().filter_map(Node::text).collect::<Vec<_>>(), ["main", "beta"]);
        assert_eq!(branches[1].span.slice(text), "beta");
        assert_eq!(on.get("pull").unwrap().get("to").unwrap().text(), Some("main"));
        let name = document.root.get("name").unwrap();
        assert_eq!(name.span.slice(text), "'a'");
        for wrong in ["a: [\n", "a: [\nb", "]\n", "a: [b\n]]\n", &"a: [\n]\n".repeat(100)] {
            read(wrong);
        }
    }

    #[test]
    fn a_bomb_of_aliases_does_not_go_off() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for n in 1..12 {
            let before = vec![format!("*a{}", n - 1); 9].join(", ");
            text.push_str(&format!("a{n}: &a{n} [{before}]\n"));
        }
        assert!(read(&text).root.size() < 100_000);
    }

    #[test]
    fn what_is_broken_keeps_what_came_before() {
        let document = read("shop: [eggs, milk\nprice: 3: 4");
        assert_eq!(document.faults.len(), 1);
        let deep = read(&("[".repeat(90) + &"]".repeat(90)));
        assert_eq!(deep.faults[0].kind, ProblemKind::TooDeep);
        assert!(!read(&"[".repeat(100_000)).faults.is_empty());
    }
}
