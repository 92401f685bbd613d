//! Values that are written as text: JSON, and Python's literals.

use crate::domain::{Abstract, Constant, Evaluated};
use crate::libraries::Maker;

/// Texts nested deeper than this are not read.
const DEEPEST: u32 = 24;

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// As `json.loads` reads them.
    Json,
    /// As `ast.literal_eval` reads them.
    Python,
}

/// The value that a text is; `None` where it is none, or is written in a way that is not read.
pub(crate) fn parse(text: &str, grammar: Grammar, make: &mut Maker<'_>) -> Option<Abstract> {
    let mut reader = Reader { rest: text, grammar };
    let value = reader.value(make, DEEPEST)?;
    reader.blanks();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
    grammar: Grammar,
}

impl<'t> Reader<'t> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn takes(&mut self, what: &str) -> bool {
        self.blanks();
        match self.rest.strip_prefix(what) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, make: &mut Maker<'_>, depth: u32) -> Option<Abstract> {
        let depth = depth.checked_sub(1)?;
        self.blanks();
        match self.rest.chars().next()? {
            '[' => {
                self.takes("[");
                let (items, _) = self.items("]", make, depth)?;
                Some(make.list(items))
            }
            '(' if self.grammar == Grammar::Python => {
                self.takes("(");
                let (mut items, has_comma) = self.items(")", make, depth)?;
                match (items.len(), has_comma) {
                    (1, false) => items.pop().map(|only| only.value),
                    _ => Some(Abstract::tuple(items)),
                }
            }
            '{' => {
                self.takes("{");
                self.dict(make, depth)
            }
            '"' => self.text('"').map(Abstract::str),
            '\'' if self.grammar == Grammar::Python => self.text('\'').map(Abstract::str),
            '-' | '0'..='9' => self.number(),
            _ => self.word(),
        }
    }

    /// What stands before a closing bracket, and whether a comma stands last.
    fn items(
        &mut self,
        end: &str,
        make: &mut Maker<'_>,
        depth: u32,
    ) -> Option<(Vec<Evaluated>, bool)> {
        let mut items = Vec::new();
        if self.takes(end) {
            return Some((items, false));
        }
        loop {
            let value = self.value(make, depth)?;
            items.push(make.value(value));
            if self.takes(end) {
                return Some((items, false));
            }
            if !self.takes(",") {
                return None;
            }
            if self.grammar == Grammar::Python && self.takes(end) {
                return Some((items, true));
            }
        }
    }

    fn dict(&mut self, make: &mut Maker<'_>, depth: u32) -> Option<Abstract> {
        let mut entries: Vec<(String, Evaluated)> = Vec::new();
        if self.takes("}") {
            return Some(make.dict(entries));
        }
        loop {
            self.blanks();
            // Other keys than texts are not read.
            let quote = self
                .rest
                .chars()
                .next()
                .filter(|c| *c == '"' || *c == '\'' && self.grammar == Grammar::Python)?;
            let key = self.text(quote)?;
            if !self.takes(":") {
                return None;
            }
            let value = self.value(make, depth)?;
            let value = make.value(value);
            // The last of equal keys counts, at the place of the first.
            match entries.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known = value,
                None => entries.push((key, value)),
            }
            if self.takes("}") {
                return Some(make.dict(entries));
            }
            if !self.takes(",") {
                return None;
            }
            if self.grammar == Grammar::Python && self.takes("}") {
                return Some(make.dict(entries));
            }
        }
    }

    fn text(&mut self, quote: char) -> Option<String> {
        let rest = self.rest.strip_prefix(quote)?;
        // Three quotes, and texts that stand side by side, are left alone.
        if self.grammar == Grammar::Python
            && rest.starts_with(quote)
            && rest[1..].starts_with(quote)
        {
            return None;
        }
        let mut out = String::new();
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.rest = &rest[at + 1..];
                    return Some(out);
                }
                '\\' => out.push(match chars.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    c @ ('"' | '\\') => c,
                    '/' if self.grammar == Grammar::Json => '/',
                    '\'' if self.grammar == Grammar::Python => '\'',
                    _ => return None,
                }),
                c if c.is_control() => return None,
                c => out.push(c),
            }
        }
        None
    }

    fn number(&mut self) -> Option<Abstract> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let is_whole = is_digits(digits) && (digits == "0" || !digits.starts_with('0'));
        let value = if is_whole {
            Abstract::int(text.parse().ok()?)
        } else {
            let (whole, part) = digits.split_once('.')?;
            let is_float =
                is_digits(whole) && is_digits(part) && (whole == "0" || !whole.starts_with('0'));
            Abstract::float(is_float.then(|| text.parse().ok()).flatten()?)
        };
        self.rest = rest;
        Some(value)
    }

    fn word(&mut self) -> Option<Abstract> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let value = match (self.grammar, word) {
            (Grammar::Json, "true") | (Grammar::Python, "True") => Constant::Bool(true),
            (Grammar::Json, "false") | (Grammar::Python, "False") => Constant::Bool(false),
            (Grammar::Json, "null") | (Grammar::Python, "None") => Constant::None,
            _ => return None,
        };
        self.rest = rest;
        Some(Abstract::Const(value))
    }
}
