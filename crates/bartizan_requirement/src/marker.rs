//! The condition behind the `;`: on which Python, system or extra a requirement counts.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use pep508_rs::{ExtraName, MarkerEnvironment, MarkerTree, VerbatimUrl};

/// Longer conditions than any tool writes; reading one is not linear, so it has to end somewhere.
const LONGEST: usize = 8 * 1024;

/// Deeper brackets than any tool writes; the reader below recurses into each.
const DEEPEST: usize = 32;

/// An environment marker, as it is written and as it is understood.
#[derive(Clone, PartialEq, Eq)]
pub struct Marker {
    text: String,
    tree: Option<MarkerTree>,
}

impl Marker {
    /// Reads the text behind a `;`. What cannot be understood is kept as text.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let readable = text.len() <= LONGEST && bracket_depth(text) <= DEEPEST;
        // `===` compares texts as `==` does.
        let plain = without_commas(text).replace("===", "==");
        let tree = readable.then(|| MarkerTree::parse_str::<VerbatimUrl>(&plain).ok()).flatten();
        Self { text: text.to_owned(), tree }
    }

    /// The condition as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The condition as a decision tree; `None` where the text could not be understood.
    pub fn tree(&self) -> Option<&MarkerTree> {
        self.tree.as_ref()
    }

    /// Whether the condition holds in `environment` with `extras` asked for.
    ///
    /// A condition that could not be understood holds: to leave a package out needs a reason.
    pub fn holds(&self, environment: &MarkerEnvironment, extras: &[&str]) -> bool {
        let Some(tree) = &self.tree else { return true };
        let extras: Vec<ExtraName> =
            extras.iter().filter_map(|extra| ExtraName::from_str(extra).ok()).collect();
        tree.evaluate(environment, &extras)
    }

    /// Whether no environment at all can fulfil the condition.
    pub fn never_holds(&self) -> bool {
        self.tree.as_ref().is_some_and(MarkerTree::is_false)
    }

    /// The first extra that the condition asks for, as in `extra == "saml"`.
    pub fn extra(&self) -> Option<&str> {
        self.extras().next()
    }

    /// The extras that the condition asks for, as they are written.
    pub fn extras(&self) -> impl Iterator<Item = &str> {
        self.text.split("extra").skip(1).filter_map(|after| {
            let value = after.trim_start().strip_prefix("==")?.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            value[1..].split(quote).next()
        })
    }
}

/// `python_version in "3.11,3.12"` with blanks in place of the commas, which the parser does not take
/// for separators.
fn without_commas(text: &str) -> Cow<'_, str> {
    if !text.contains(',') {
        return Cow::Borrowed(text);
    }
    let of_numbers =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b' '));
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut start = 0;
    for (at, character) in text.char_indices() {
        match (character, quote) {
            ('\'' | '"', None) => {
                out.push_str(&text[start..at]);
                (quote, start) = (Some(character), at);
            }
            (_, Some(closing)) if character == closing => {
                let part = &text[start + 1..at];
                out.push(closing);
                match of_numbers(part) {
                    true => out.push_str(&part.replace(',', " ")),
                    false => out.push_str(part),
                }
                (quote, start) = (None, at);
            }
            _ => {}
        }
    }
    out.push_str(&text[start..]);
    Cow::Owned(out)
}

fn bracket_depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_condition_keeps_its_text_and_holds() {
        let deep = format!("{}python_version > '3'{}", "(".repeat(9_000), ")".repeat(9_000));
        for text in ["python_version >>> 3", deep.as_str()] {
            let marker = Marker::parse(text);
            assert_eq!((marker.as_str(), marker.tree()), (text, None));
        }
    }

    #[test]
    fn the_extra_that_is_asked_for() {
        assert_eq!(Marker::parse("extra == 'saml'").extra(), Some("saml"));
        assert_eq!(
            Marker::parse("python_version < '3.12' and extra == \"pdf\"").extra(),
            Some("pdf")
        );
        assert_eq!(Marker::parse("python_version < '3.12'").extra(), None);
        assert!(Marker::parse("python_version < '3.8' and python_version > '3.9'").never_holds());
    }
}
