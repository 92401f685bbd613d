//! The parts of a module that stand at its outermost level, and what each gives a name to.
//!
//! They are told by the text alone: which part an edit touched, and which parts speak of it, is asked
//! of both versions before anything is followed.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::Span;

/// A statement at the outermost level: a function, a class, an assignment, one name of an import.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block<'t> {
    /// What it binds, or adds to.
    pub(crate) names: Vec<&'t str>,
    /// What else it may do something to.
    touched: Vec<&'t str>,
    /// Whether it takes a name from elsewhere; it says nothing of its own.
    pub(crate) is_import: bool,
    /// The module that an import takes it from.
    from: &'t str,
    /// What it says.
    pub(crate) text: &'t str,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Words that name nothing.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "self", "try",
    "while", "with", "yield",
];

/// Words that begin a statement with others inside.
const COMPOUND: &[&str] = &["if", "for", "while", "try", "with", "match"];

/// Statements inside each other beyond which they are taken as one.
const DEEPEST: usize = 8;

/// The blocks of a module, in the order of their places; an import has one for each name. What stands
/// under a condition, in a loop or in a `try` is told on its own.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    split(text, (0, text.len()), 0, 0, &mut found);
    found.sort_by_key(|block| block.span);
    found
}

/// Splits a stretch of lines into the statements that are indented that far.
fn split<'t>(
    text: &'t str,
    (from, to): (usize, usize),
    indent: usize,
    depth: usize,
    found: &mut Vec<Block<'t>>,
) {
    let starts = starts(&text[from..to], indent);
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(to - from);
        let (start, end) = (from + start, from + end);
        let is_compound = COMPOUND.contains(&first_word(&text[start..end]));
        if is_compound && depth < DEEPEST {
            compound(text, (start, end), indent, depth, found);
        } else {
            block(text, start, end, found);
        }
    }
}

/// A statement with others inside: those on their own; and its conditions, which decide about all.
fn compound<'t>(
    text: &'t str,
    (start, end): (usize, usize),
    indent: usize,
    depth: usize,
    found: &mut Vec<Block<'t>>,
) {
    let before = found.len();
    let (mut heads, mut body) = (Vec::new(), None);
    let mut scanner = Scanner::default();
    let mut at = start;
    for line in text[start..end].split_inclusive('\n') {
        let is_head = scanner.is_between() && !is_blank(line) && indent_of(line) <= indent;
        if scanner.is_between() && !is_blank(line) {
            match (is_head, body) {
                (true, Some(from)) => {
                    inside(text, (from, at), depth, found);
                    body = None;
                }
                (false, None) => body = Some(at),
                _ => {}
            }
        }
        if body.is_none() {
            heads.push((at, at + line.len()));
        }
        scanner.line(line);
        at += line.len();
    }
    if let Some(from) = body {
        inside(text, (from, end), depth, found);
    }
    // A name like any other: `match = …`.
    if found.len() == before {
        return block(text, start, end, found);
    }
    let mut names: Vec<&str> =
        found[before..].iter().flat_map(|block| block.names.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    for (from, to) in heads {
        found.push(Block {
            names: names.clone(),
            touched: words(&text[from..to]).filter(|word| !KEYWORDS.contains(word)).collect(),
            is_import: false,
            from: "",
            text: text[from..to].trim_end(),
            span: Span { start: offset(from), end: offset(to) },
        });
    }
}

fn inside<'t>(text: &'t str, lines: (usize, usize), depth: usize, found: &mut Vec<Block<'t>>) {
    let first = text[lines.0..lines.1].lines().find(|line| !is_blank(line));
    split(text, lines, first.map_or(0, indent_of), depth + 1, found);
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// Where the statements begin that are indented that far; what is decorated begins with its
/// decorators.
fn starts(text: &str, indent: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut scanner = Scanner::default();
    let (mut at, mut is_decorated) = (0, false);
    for line in text.split_inclusive('\n') {
        let said = line.trim_start_matches([' ', '\t']);
        let is_outermost = scanner.is_between()
            && !is_blank(line)
            && indent_of(line) <= indent
            && !said.starts_with([')', ']', '}', '\u{c}']);
        if is_outermost {
            let word = first_word(said);
            let goes_on = matches!(word, "else" | "elif" | "except" | "finally");
            if !is_decorated && !goes_on {
                found.push(at);
            }
            is_decorated = said.starts_with('@');
        }
        scanner.line(line);
        at += line.len();
    }
    found
}

/// Follows texts and brackets over the ends of lines.
#[derive(Default)]
struct Scanner {
    quote: Option<(u8, bool)>,
    depth: usize,
    is_continued: bool,
}

impl Scanner {
    fn is_between(&self) -> bool {
        self.quote.is_none() && self.depth == 0 && !self.is_continued
    }

    fn line(&mut self, line: &str) {
        let bytes = line.as_bytes();
        let mut at = 0;
        self.is_continued = false;
        while at < bytes.len() {
            let byte = bytes[at];
            let is_triple = |quote: u8| bytes[at..].starts_with(&[quote, quote, quote]);
            match (self.quote, byte) {
                (Some(_), b'\\') => at += 1,
                (Some((quote, true)), _) if byte == quote && is_triple(quote) => {
                    self.quote = None;
                    at += 2;
                }
                (Some((quote, false)), _) if byte == quote => self.quote = None,
                (Some(_), _) => {}
                (None, b'#') => break,
                (None, b'"' | b'\'') => {
                    let triple = is_triple(byte);
                    self.quote = Some((byte, triple));
                    at += if triple { 2 } else { 0 };
                }
                (None, b'(' | b'[' | b'{') => self.depth += 1,
                (None, b')' | b']' | b'}') => self.depth = self.depth.saturating_sub(1),
                (None, b'\\') => self.is_continued = true,
                _ => {}
            }
            at += 1;
        }
        // A text that ends with its line.
        if matches!(self.quote, Some((_, false))) && !line.trim_end().ends_with('\\') {
            self.quote = None;
        }
    }
}

fn block<'t>(text: &'t str, start: usize, end: usize, found: &mut Vec<Block<'t>>) {
    let whole = text[start..end].trim_start_matches([' ', '\t']);
    let span = Span { start: offset(start), end: offset(end) };
    let head = undecorated(whole);
    let mut spoken = words(head);
    let word = spoken.next().unwrap_or("");
    let mut touched = Vec::new();
    let names: Vec<&str> = match word {
        "def" | "class" => spoken.next().into_iter().collect(),
        "async" => spoken.nth(1).into_iter().collect(),
        "from" | "import" => return imports(head, span, found),
        _ if head.starts_with(['"', '\'']) => Vec::new(),
        _ => match target(head) {
            // `a, b.c = …`
            Some(target) => {
                target.split(',').map(first_word).filter(|name| !name.is_empty()).collect()
            }
            // What is called, and with what, may be changed by that.
            None => {
                touched = words(head).filter(|word| !KEYWORDS.contains(word)).collect();
                vec![word]
            }
        },
    };
    let text = whole.trim_end();
    found.push(Block { names, touched, is_import: false, from: "", text, span });
}

/// What stands before the sign of an assignment.
fn target(head: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let bytes = head.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' | b'#' if depth == 0 => return None,
            b':' if depth == 0 => return Some(&head[..at]),
            b'=' if depth == 0 => {
                let is_compared = bytes.get(at + 1) == Some(&b'=')
                    || at > 0 && matches!(bytes[at - 1], b'!' | b'<' | b'>' | b'=');
                return (!is_compared).then(|| &head[..at]);
            }
            b'\n' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// One block for each name of an import.
fn imports<'t>(head: &'t str, span: Span, found: &mut Vec<Block<'t>>) {
    // Comments and the brackets around the names say nothing.
    let (module, listed) = match head.strip_prefix("from") {
        Some(rest) => match rest.split_once("import") {
            Some((module, listed)) => (module.trim(), listed),
            None => return,
        },
        None => ("", head.trim_start_matches("import")),
    };
    for line in listed.lines() {
        let line = line.split('#').next().unwrap_or("");
        for part in line.split(',') {
            let part = part.trim_matches(|c: char| c.is_whitespace() || "()\\;".contains(c));
            if part.is_empty() {
                continue;
            }
            let bound = match part.split_once(" as ") {
                Some((_, alias)) => alias.trim(),
                None if module.is_empty() => part.split('.').next().unwrap_or(part),
                None => part,
            };
            let names = vec![bound];
            let touched = Vec::new();
            found.push(Block { names, touched, is_import: true, from: module, text: part, span });
        }
    }
}

/// Names that mean something else where one text stands in the place of another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// What the module binds itself.
    pub(crate) bound: BTreeSet<String>,
    /// What it takes from elsewhere.
    pub(crate) taken: BTreeSet<String>,
}

/// The names that mean something else where one text stands in the place of another.
pub(crate) fn changed(old: Option<&str>, new: Option<&str>) -> Changed {
    let said = |text: Option<&str>| -> BTreeMap<(String, bool), Vec<String>> {
        let mut said: BTreeMap<(String, bool), Vec<String>> = BTreeMap::new();
        for block in text.map(blocks).unwrap_or_default() {
            for name in block.names.into_iter().chain(block.touched) {
                let says = format!("{} {}", block.from, block.text);
                said.entry((name.to_owned(), block.is_import)).or_default().push(says);
            }
        }
        said
    };
    let (olds, news) = (said(old), said(new));
    let mut changed = Changed::default();
    for name in olds.keys().chain(news.keys()) {
        if olds.get(name) == news.get(name) {
            continue;
        }
        let of = if name.1 { &mut changed.taken } else { &mut changed.bound };
        of.insert(name.0.clone());
    }
    changed
}

/// What stands behind the decorators.
fn undecorated(whole: &str) -> &str {
    let mut scanner = Scanner::default();
    let mut at = 0;
    let indent = whole.lines().nth(1).map_or(0, indent_of);
    for line in whole.split_inclusive('\n') {
        let said = line.trim_start_matches([' ', '\t']);
        let is_head = scanner.is_between()
            && !is_blank(line)
            && (at == 0 || indent_of(line) <= indent)
            && !said.starts_with(['@', ')', ']', '}']);
        if is_head {
            return whole[at..].trim_start_matches([' ', '\t']);
        }
        scanner.line(line);
        at += line.len();
    }
    whole
}

fn first_word(text: &str) -> &str {
    words(text).next().unwrap_or("")
}

/// The words of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c))
        .filter(|word| !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()))
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = r#"
"""Orders of a shop.

def this_is_text(): pass
"""
import logging
from django.contrib.auth.decorators import (
    login_required,  # who
    permission_required as asks,
)

LIMIT = 3
urlpatterns += [
    path("", index),
]


@login_required
@asks(
    "shop.view_order",
)
def index(request):
    text = """
at the edge
"""
    return render(request)


class Order(Model):
    pass


try:
    import fast
except ImportError:
    fast = None
"#;

    #[test]
    fn every_part_has_its_names() {
        let found = blocks(SHOP);
        let names: Vec<Vec<&str>> = found.iter().map(|block| block.names.clone()).collect();
        assert_eq!(
            names,
            [
                vec![],
                vec!["logging"],
                vec!["login_required"],
                vec!["asks"],
                vec!["LIMIT"],
                vec!["urlpatterns"],
                vec!["index"],
                vec!["Order"],
                vec!["fast"],
                vec!["fast"],
                vec!["fast"],
                vec!["fast"],
            ]
        );
        let index = &found[6];
        assert!(index.text.starts_with("@login_required"), "{}", index.text);
        assert!(index.text.ends_with("render(request)"), "{}", index.text);
    }

    #[test]
    fn an_edit_changes_the_names_of_what_it_touches() {
        let open = SHOP.replace("@login_required\n", "");
        assert_eq!(changed(Some(SHOP), Some(&open)).bound, ["index".to_owned()].into());
        let other = changed(Some(SHOP), Some(&SHOP.replace("    login_required,  # who\n", "")));
        assert_eq!(other.taken, ["login_required".to_owned()].into());
        assert!(other.bound.is_empty());
        let moved = SHOP.replace("\n\nclass Order", "\n\n\n\nclass Order");
        assert_eq!(changed(Some(SHOP), Some(&moved)), Changed::default());
        let elsewhere = SHOP.replace("contrib.auth.decorators", "views");
        assert!(changed(Some(SHOP), Some(&elsewhere)).taken.contains("asks"));
        assert!(changed(None, Some(SHOP)).bound.contains("Order"));
    }
}
