//! From bytes to text, as Python does it (PEP 263, PEP 3120).

use bartizan_base::LineColumn;
use encoding_rs::Encoding;

/// Why a file is no text.
#[derive(Debug, PartialEq)]
pub(crate) struct Undecodable {
    /// The byte at which that was seen, if it is one.
    pub(crate) offset: Option<usize>,
    /// The whole story.
    pub(crate) message: String,
}

/// Decodes a source file, or says in words why that is impossible.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, Undecodable> {
    let (text, has_mark) = match bytes.strip_prefix(MARK) {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    decode_text(text, has_mark).map_err(|undecodable| {
        let mark = if has_mark { MARK.len() } else { 0 };
        Undecodable { offset: undecodable.offset.map(|offset| offset + mark), ..undecodable }
    })
}

/// Line and column of a byte in a file that is no text: columns count bytes.
pub(crate) fn place(bytes: &[u8], offset: usize) -> LineColumn {
    let before = &bytes[..offset.min(bytes.len())];
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
    LineColumn { line, column: (before.len() - start) as u32 + 1 }
}

/// The mark of UTF-8 at the beginning of a file.
const MARK: &[u8] = b"\xef\xbb\xbf";

fn decode_text(bytes: &[u8], has_mark: bool) -> Result<String, Undecodable> {
    let no_place = |message| Undecodable { offset: None, message };
    let Some(declared) = declared(bytes) else {
        return utf8(bytes, "and no encoding is declared");
    };
    // As Python's own tokenizer has it: endings such as `-unix` say nothing of the encoding.
    let mut name = declared.to_ascii_lowercase().replace('_', "-");
    for (begin, whole) in [
        ("utf-8-", "utf-8"),
        ("latin-1-", "latin-1"),
        ("iso-8859-1-", "latin-1"),
        ("iso-latin-1-", "latin-1"),
    ] {
        if name.starts_with(begin) {
            name = whole.to_owned();
        }
    }
    if matches!(name.as_str(), "utf-8" | "utf8" | "u8" | "utf" | "cp65001") {
        return utf8(bytes, "though the file declares it");
    }
    if has_mark {
        let message = format!("declares the encoding `{name}` but begins with the mark of UTF-8");
        return Err(no_place(message));
    }
    match name.as_str() {
        "ascii" | "us-ascii" | "646" => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => utf8(bytes, ""),
            Some(at) => Err(Undecodable {
                offset: Some(at),
                message: format!(
                    "not ASCII at byte {}, though the file declares it",
                    thousands(at)
                ),
            }),
        },
        // The web reads `latin-1` as Windows-1252; Python does not.
        "latin-1" | "latin1" | "latin" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "8859"
        | "cp819" | "l1" => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        other => {
            let label = other.strip_prefix("cp").filter(|rest| rest.starts_with("125"));
            let label = label.map_or_else(|| other.to_owned(), |page| format!("windows-{page}"));
            let found = Encoding::for_label(label.as_bytes())
                .filter(|encoding| encoding.is_ascii_compatible());
            let Some(encoding) = found else {
                let message = format!("declares the encoding `{other}`, which is not known");
                return Err(no_place(message));
            };
            encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(|text| text.into_owned())
                .ok_or_else(|| no_place(format!("not valid {other}, though the file declares it")))
        }
    }
}

fn utf8(bytes: &[u8], why: &str) -> Result<String, Undecodable> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let at = error.valid_up_to();
            let message = format!("not valid UTF-8 at byte {}, {why}", thousands(at));
            Err(Undecodable { offset: Some(at), message })
        }
    }
}

/// The encoding that a comment in the first two lines declares.
fn declared(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let comment = line.strip_prefix(b"#")?;
        let at = memchr::memmem::find_iter(comment, b"coding")
            .find(|at| matches!(comment.get(at + 6), Some(b':' | b'=')));
        let Some(at) = at else { continue };
        let name: String = comment[at + 7..]
            .iter()
            .skip_while(|byte| matches!(byte, b' ' | b'\t'))
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .map(|byte| char::from(*byte))
            .collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_encodings_are_honoured() {
        assert_eq!(
            decode(b"# -*- coding: latin-1 -*-\nx = '\xe4'\n").unwrap().chars().nth(31),
            Some('ä')
        );
        assert_eq!(
            decode(b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'")
                .unwrap()
                .chars()
                .last(),
            Some('\'')
        );
        assert!(decode(b"# coding: cp1251\nx = '\xcf'").unwrap().contains('П'));
        assert_eq!(decode(b"\xef\xbb\xbfx = 1").unwrap(), "x = 1");
        assert_eq!(decode(b"# coding: utf-8-unix\nx = '\xc3\xa4'").unwrap().len(), 29);
        assert_eq!(decode(b"# coding: latin-1-dos\n\xe4").unwrap().chars().last(), Some('ä'));
    }

    #[test]
    fn what_is_no_text_is_said_in_words() {
        assert_eq!(
            decode(b"x = '\xe4'").unwrap_err().message,
            "not valid UTF-8 at byte 5, and no encoding is declared"
        );
        assert_eq!(
            decode(b"# coding: klingon\n").unwrap_err().message,
            "declares the encoding `klingon`, which is not known"
        );
        assert_eq!(
            decode(b"# coding: ascii\n\xe4").unwrap_err().message,
            "not ASCII at byte 16, though the file declares it"
        );
        let undecodable = decode(b"\xef\xbb\xbfa = 1\nb = '\xe4'").unwrap_err();
        assert_eq!(undecodable.offset, Some(14));
        assert_eq!(place(b"\xef\xbb\xbfa = 1\nb = '\xe4'", 14), LineColumn { line: 2, column: 6 });
        // UTF-16 cannot be declared inside a file that is read byte by byte.
        assert!(decode(b"# coding: utf-16\n").is_err());
    }

    #[test]
    fn only_the_first_two_lines_declare() {
        assert!(decode(b"\n\n# coding: latin-1\n\xe4").is_err());
        assert!(decode(b"x = 1\n# coding: latin-1\n\xe4").is_err());
    }
}
