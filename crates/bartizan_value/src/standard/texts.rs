//! Texts and bytes that the standard library makes of others: `base64`, `textwrap`.

use crate::calls::Args;
use crate::domain::{Abstract, Constant};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What a call gives; `None` for what is not computed here.
pub(super) fn called(symbol: &str, args: &Args) -> Option<Abstract> {
    let only = &args.only().ok()?.value;
    match symbol {
        "base64.b64encode" | "base64.standard_b64encode" => match only {
            Abstract::Const(Constant::Bytes(bytes)) => Some(Abstract::bytes(encoded(bytes))),
            _ => None,
        },
        "base64.urlsafe_b64encode" => match only {
            Abstract::Const(Constant::Bytes(bytes)) => {
                let translated = encoded(bytes).into_iter().map(|byte| match byte {
                    b'+' => b'-',
                    b'/' => b'_',
                    byte => byte,
                });
                Some(Abstract::bytes(translated.collect::<Vec<u8>>()))
            }
            _ => None,
        },
        "base64.b64decode" | "base64.standard_b64decode" => {
            decoded(ascii(only)?).map(Abstract::bytes)
        }
        "base64.urlsafe_b64decode" => {
            let translated = ascii(only)?.iter().map(|byte| match byte {
                b'-' => b'+',
                b'_' => b'/',
                byte => *byte,
            });
            decoded(&translated.collect::<Vec<u8>>()).map(Abstract::bytes)
        }
        "textwrap.dedent" => dedented(only.as_str()?).map(Abstract::str),
        _ => None,
    }
}

fn ascii(value: &Abstract) -> Option<&[u8]> {
    match value {
        Abstract::Const(Constant::Bytes(bytes)) => Some(bytes),
        value => value.as_str().filter(|text| text.is_ascii()).map(str::as_bytes),
    }
}

fn encoded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            out.push(match place <= chunk.len() {
                true => ALPHABET[(number >> (18 - 6 * place)) as usize & 63],
                false => b'=',
            });
        }
    }
    out
}

/// What stands for whole bytes, padded, and nothing else: what Python makes of the rest is another matter.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    if text.len() - digits > 2 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text[..digits].chunks(4) {
        let mut number = 0u32;
        for byte in chunk {
            let digit = ALPHABET.iter().position(|known| known == byte)?;
            number = number << 6 | digit as u32;
        }
        number <<= 6 * (4 - chunk.len());
        out.extend(&number.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

/// The text without the indent that all its lines share, lines of nothing but spaces aside.
fn dedented(text: &str) -> Option<String> {
    // Which other characters are spaces differs from one Python to the next.
    if text.contains(|c: char| c.is_whitespace() && !matches!(c, ' ' | '\t' | '\n')) {
        return None;
    }
    let is_blank = |line: &str| line.chars().all(|c| matches!(c, ' ' | '\t'));
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !is_blank(line)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(margin) => {
                let same = margin.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b);
                &margin[..same.count()]
            }
        });
    }
    let margin = margin.map_or(0, str::len);
    let lines = text.split('\n').map(|line| if is_blank(line) { "" } else { &line[margin..] });
    Some(lines.collect::<Vec<_>>().join("\n"))
}
