//! The simple API as HTML (PEP 503, 592, 629, 658), read as loosely as browsers read.

use std::borrow::Cow;

use super::{File, Growing, Listing, Offers};
use crate::PackageName;

/// A tag has a few attributes; more are passed over.
const ATTRIBUTES: usize = 32;

pub(super) fn read(name: &PackageName, bytes: &[u8]) -> Result<Listing, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut growing = Growing::new(name);
    let mut offers = Offers::default();
    let mut status: Option<String> = None;
    let mut reason = String::new();
    let mut links = 0_u32;
    let mut rest = &*text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        // A tag that never ends swallows what follows it, and is not looked for again.
        let Some((tag, after)) = tag(rest) else { break };
        rest = after;
        if tag.name.eq_ignore_ascii_case("meta") {
            let content = tag.get("content").unwrap_or_default();
            match tag.get("name").as_deref() {
                Some("pypi:repository-version") => {
                    if content.split('.').next() != Some("1") {
                        return Err(format!(
                            "the index speaks version {content} of the simple API, and 1 is \
                             understood"
                        ));
                    }
                    // Who numbers its pages knows of yanked files, and marks them where there are.
                    offers.yanked = true;
                }
                Some("pypi:project-status") if content != "active" => {
                    status = Some(content.into_owned());
                }
                Some("pypi:project-status-reason") => reason = content.into_owned(),
                _ => {}
            }
        }
        let Some(href) = tag.get("href").filter(|_| tag.name.eq_ignore_ascii_case("a")) else {
            continue;
        };
        let yanked = tag.get("data-yanked");
        let requires_python = tag.get("data-requires-python");
        offers.yanked |= yanked.is_some();
        offers.requires_python |= requires_python.is_some();
        let path = href.split(['?', '#']).next().unwrap_or("");
        let file = unescaped(path.rsplit('/').next().unwrap_or(""));
        links += u32::from(!file.is_empty());
        growing.add(&File {
            name: &file,
            uploaded: None,
            yanked: yanked.as_deref(),
            requires_python: requires_python.as_deref(),
        });
    }
    if links == 0 {
        return Err("the page lists no file".to_owned());
    }
    Ok(growing.finish(offers, status.map(|status| (status, reason))))
}

/// A start tag.
struct Tag<'t> {
    name: &'t str,
    attributes: Vec<(&'t str, &'t str)>,
}

impl<'t> Tag<'t> {
    /// The value of an attribute, its entities replaced.
    fn get(&self, name: &str) -> Option<Cow<'t, str>> {
        let (_, value) = self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(entities(value))
    }
}

/// The tag behind a `<`, and what comes after it. `None` where it does not end.
fn tag(text: &str) -> Option<(Tag<'_>, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (name, mut rest) = text.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((Tag { name, attributes }, after));
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'));
        let (key, after) = rest.split_at(end?);
        rest = after.trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next()? {
                quote @ ('"' | '\'') => {
                    let inner = &after[1..];
                    let end = inner.find(quote)?;
                    (&inner[..end], &inner[end + 1..])
                }
                _ => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>')?),
            };
        }
        if attributes.len() < ATTRIBUTES && !key.is_empty() {
            attributes.push((key, value));
        }
    }
}

/// Text with the entities replaced that indexes write.
fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        let meant = end.and_then(|end| {
            let name = &rest[1..end];
            let code =
                |text: &str, base| u32::from_str_radix(text, base).ok().and_then(char::from_u32);
            let character = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => match name.strip_prefix('#')? {
                    hex if hex.starts_with(['x', 'X']) => code(&hex[1..], 16)?,
                    decimal => code(decimal, 10)?,
                },
            };
            Some((character, end + 1))
        });
        let (character, length) = meant.unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A part of an address with its `%2B` replaced.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}
