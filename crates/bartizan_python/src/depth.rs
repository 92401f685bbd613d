//! How deep a text nests, found before it is parsed: a tree too deep would outgrow memory.
//!
//! Each level costs the parser about a kilobyte of stack, which it takes from the heap; nests of
//! f-strings cost it the square of their depth. CPython refuses 200 brackets and 150 f-strings.

use memchr::memmem;

/// Brackets open at once.
const MOST_BRACKETS: usize = 50_000;

/// Curly brackets open at once; each may open a hole of an f-string.
const MOST_CURLY: usize = 10_000;

/// Prefixes of one expression: `- - x`, `not not x`, `lambda: lambda: x`, `a if b else c if d else …`.
const MOST_PREFIXES: usize = 50_000;

/// Lambdas of one line: the parser takes its stack for their defaults from the thread.
const MOST_LAMBDAS: usize = 10_000;

/// Words that an expression may follow without end.
const PREFIX_WORDS: &[&str] = &["not", "else", "lambda", "await", "yield", "async", "**"];

/// Stack that the parser may take for one lambda inside the defaults of another, and for all that is
/// no expression.
const STACK_OF_LAMBDA: usize = 4 * 1024;
const STACK: usize = 512 * 1024;

/// Stack that it takes for nests of assignment targets, which only long texts hold.
const STACK_OF_LONG: usize = 8 * 1024 * 1024;

/// How much stack the parser may need for `text`; or from where on, and in words why, it is not parsed.
pub(crate) fn stack_for(text: &str) -> Result<usize, (u32, String)> {
    let bytes = text.as_bytes();
    // Counts are found many bytes at a time; only where they could nest too deep is each one looked
    // at.
    let count = |byte: u8| memchr::memchr_iter(byte, bytes).count();
    let lambdas = memmem::find_iter(bytes, "lambda").count();
    let curly = if bytes.len() > MOST_CURLY { count(b'{') } else { 0 };
    let mut is_suspect = lambdas > MOST_LAMBDAS / 10 || curly > MOST_CURLY;
    if bytes.len() > MOST_BRACKETS {
        is_suspect |= curly + count(b'(') + count(b'[') > MOST_BRACKETS;
        is_suspect |=
            [b'-', b'+', b'~', b'*'].into_iter().map(count).sum::<usize>() > MOST_PREFIXES;
        let words = PREFIX_WORDS.iter().map(|word| memmem::find_iter(bytes, word).count());
        is_suspect |= words.sum::<usize>() > MOST_PREFIXES;
    }
    let lambdas = if is_suspect { measured(text)? } else { lambdas };
    let long = if bytes.len() > MOST_CURLY { STACK_OF_LONG } else { 0 };
    Ok(STACK + long + lambdas * STACK_OF_LAMBDA)
}

/// Measures byte by byte; returns the most lambdas of one line.
fn measured(text: &str) -> Result<usize, (u32, String)> {
    let bytes = text.as_bytes();
    let (mut brackets, mut curly) = (0usize, 0usize);
    let (mut signs, mut words, mut lambdas, mut most_lambdas) = (0usize, 0usize, 0usize, 0usize);
    let mut is_in_word = false;
    for (at, byte) in bytes.iter().copied().enumerate() {
        let begins_word = !is_in_word;
        is_in_word = byte.is_ascii_alphanumeric() || byte == b'_';
        match byte {
            b'(' | b'[' => brackets += 1,
            b'{' => {
                brackets += 1;
                curly += 1;
            }
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b'}' => {
                brackets = brackets.saturating_sub(1);
                curly = curly.saturating_sub(1);
            }
            b'-' | b'+' | b'~' | b'*' => {
                signs += 1;
                words += usize::from(byte == b'*' && bytes.get(at + 1) == Some(&b'*'));
            }
            b',' | b';' => words = 0,
            b'\n' | b'\r' if brackets == 0 => {
                words = 0;
                lambdas = 0;
            }
            b'n' | b'e' | b'l' | b'a' | b'y' if begins_word => {
                if PREFIX_WORDS.iter().any(|word| bytes[at..].starts_with(word.as_bytes())) {
                    words += 1;
                }
                if bytes[at..].starts_with(b"lambda") {
                    lambdas += 1;
                    most_lambdas = most_lambdas.max(lambdas);
                }
            }
            _ => {}
        }
        if !matches!(byte, b'-' | b'+' | b'~' | b'*' | b' ' | b'\t' | b'\\' | b'\n' | b'\r') {
            signs = 0;
        }
        let message = if brackets > MOST_BRACKETS || curly > MOST_CURLY {
            let most = if curly > MOST_CURLY { MOST_CURLY } else { MOST_BRACKETS };
            format!("more than {most} brackets are open at once")
        } else if signs > MOST_PREFIXES || words > MOST_PREFIXES {
            format!("more than {MOST_PREFIXES} operators wait for one operand")
        } else if lambdas > MOST_LAMBDAS {
            format!("more than {MOST_LAMBDAS} lambdas stand in one line")
        } else {
            continue;
        };
        return Err((at as u32, message));
    }
    Ok(most_lambdas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_fits() {
        assert_eq!(stack_for("x = 1\n"), Ok(STACK));
        let numbers = format!("x = [{}]\n", "-1, ".repeat(MOST_PREFIXES * 2));
        assert!(stack_for(&numbers).is_ok());
        let lambdas = "f = lambda a: a\n".repeat(MOST_LAMBDAS * 2);
        assert_eq!(stack_for(&lambdas), Ok(STACK + STACK_OF_LONG + STACK_OF_LAMBDA));
        let sums = format!("x = a{}\n", " - a".repeat(MOST_PREFIXES * 2));
        assert!(stack_for(&sums).is_ok());
        let words = "if not a: b = c if d else e\n".repeat(MOST_PREFIXES);
        assert!(stack_for(&words).is_ok());
    }

    #[test]
    fn deep_text_does_not() {
        for text in [
            "(".repeat(MOST_BRACKETS + 1),
            "f'{".repeat(MOST_CURLY + 1),
            "- ".repeat(MOST_PREFIXES + 1),
            "not ".repeat(MOST_PREFIXES + 1),
            "a if b else ".repeat(MOST_PREFIXES + 1),
            "2**".repeat(MOST_PREFIXES + 1),
            "lambda a=".repeat(MOST_LAMBDAS + 1),
        ] {
            assert!(stack_for(&text).is_err(), "{}", &text[..9]);
        }
    }
}
