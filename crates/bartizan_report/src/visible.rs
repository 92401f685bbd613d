//! Untrusted text made safe to look at: nothing in it can move the cursor, hide or reorder.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Tabs are drawn as this many spaces.
const TAB: usize = 4;

/// The text on one line, with every character shown: controls, bidirectional overrides and
/// invisible characters appear as `<U+202E>`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c != '\t' && !is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for c in text.chars() {
        show(before, c, &mut out);
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Appends `c`, which follows `before`, as it is shown, and returns the columns that it takes.
pub(crate) fn show(before: Option<char>, c: char, out: &mut String) -> usize {
    if c == '\t' {
        out.extend(std::iter::repeat_n(' ', TAB));
    } else if is_hidden(c) {
        let _ = write!(out, "<U+{:04X}>", c as u32);
    } else {
        out.push(c);
    }
    columns(before, c)
}

/// The columns that `c` takes where it follows `before`.
pub(crate) fn columns(before: Option<char>, c: char) -> usize {
    match c {
        ' '..='~' => 1,
        '\t' => TAB,
        _ if is_hidden(c) => "<U+>".len() + hex_digits(c),
        _ => {
            // Variation selectors and skin tones change the width of what they follow.
            let mut pair = [0; 8];
            let Some(before) = before.filter(|before| !before.is_ascii() && !is_hidden(*before))
            else {
                return c.width().unwrap_or(0);
            };
            let first = before.encode_utf8(&mut pair).len();
            let length = first + c.encode_utf8(&mut pair[first..]).len();
            let both = std::str::from_utf8(&pair[..length]).map_or(0, UnicodeWidthStr::width);
            both.saturating_sub(before.width().unwrap_or(0))
        }
    }
}

/// The columns that shown text takes.
pub(crate) fn width(text: &str) -> usize {
    // As nearly all texts are.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    let mut before = None;
    let mut sum = 0;
    for c in text.chars() {
        sum += columns(before, c);
        before = Some(c);
    }
    sum
}

/// Whether a terminal would obey a character, or a reader could not see it.
pub(crate) fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' => {
            true
        }
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

fn hex_digits(c: char) -> usize {
    match c as u32 {
        0..=0xffff => 4,
        0x1_0000..=0xf_ffff => 5,
        _ => 6,
    }
}

/// Shown text cut in the middle to at most `limit` columns, the end kept longer than the start:
/// of a path, the file's name matters most.
pub(crate) fn cut_middle(text: &str, limit: usize, ellipsis: &str) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(width(ellipsis));
    let tail = room - room / 3;
    format!("{}{ellipsis}{}", start(text, room - tail), end(text, tail))
}

/// Shown text cut at its end to at most `limit` columns.
pub(crate) fn cut_end(text: &str, limit: usize, ellipsis: &str) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let kept = start(text, limit.saturating_sub(width(ellipsis)));
    format!("{}{ellipsis}", kept.trim_end())
}

fn start(text: &str, limit: usize) -> &str {
    let mut before = None;
    let mut sum = 0;
    for (at, c) in text.char_indices() {
        sum += columns(before, c);
        if sum > limit {
            return &text[..at];
        }
        before = Some(c);
    }
    text
}

fn end(text: &str, limit: usize) -> &str {
    let mut sum = 0;
    for (at, c) in text.char_indices().rev() {
        sum += columns(None, c);
        if sum > limit {
            return &text[at + c.len_utf8()..];
        }
    }
    text
}

/// Shown prose broken at spaces into lines of at most `limit` columns; a longer word stays whole.
pub(crate) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = width(word);
        if used > 0 && used + 1 + wide > limit {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
    }
    if used > 0 {
        lines.push(line);
    }
    lines
}

/// Shown parts joined by `between` into lines of at most `limit` columns; a part stays whole.
pub(crate) fn fill(parts: &[String], between: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if width(line) + width(between) + width(part) <= limit => {
                line.push_str(between);
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_stays_hidden() {
        assert_eq!(visible("price = 3"), "price = 3");
        assert_eq!(visible("\x1b[2J\x07"), "<U+001B>[2J<U+0007>");
        assert_eq!(visible("user\u{202e} } \u{2066}if"), "user<U+202E> } <U+2066>if");
        assert_eq!(visible("a\u{200b}b\u{9b}31m\u{e0041}"), "a<U+200B>b<U+009B>31m<U+E0041>");
        assert_eq!(visible("one\ntwo"), "one<U+000A>two");
        assert_eq!(visible("\tx"), "    x");
    }

    #[test]
    fn width_counts_what_is_shown() {
        for text in ["\x1b[0m", "a\tb", "\u{202e}", "\u{e0041}", "naïve", "商品"] {
            assert_eq!(width(text), width(&visible(text)), "{text:?}");
        }
        assert_eq!(width("商品"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("❤\u{fe0f}"), 2);
    }

    #[test]
    fn cuts_keep_their_limit() {
        let path = "shop/catalogue/management/commands/import_products.py";
        assert_eq!(cut_middle(path, 30, "…"), "shop/cata…s/import_products.py");
        assert_eq!(cut_end("商品の名前", 7, "…"), "商品の…");
        assert_eq!(cut_middle("商品の名前商品の名前", 9, "…"), "商…の名前");
        assert_eq!(cut_end("short", 5, "…"), "short");
    }

    #[test]
    fn prose_breaks_at_spaces() {
        assert_eq!(
            wrap("a visitor can read any table", 12),
            ["a visitor", "can read any", "table"]
        );
        assert_eq!(wrap("", 12), Vec::<String>::new());
    }
}
