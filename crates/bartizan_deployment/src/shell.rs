//! Scripts and commands: how shells part words, and what they give the programs that they start.

use bartizan_base::{FilePath, Span};

use crate::process::{Reader, reader, serves_visitors};
use crate::script::{Step as StartStep, steps_of_script};
use crate::{Pair, Text};

/// Whether a script is what an image begins with, by its name: `docker-entrypoint.sh`, `entrypoint.prod.sh`.
pub(crate) fn is_entrypoint(name: &str) -> bool {
    let stem = name.strip_suffix(".sh").unwrap_or(name);
    (name.ends_with(".sh") || stem.ends_with("entrypoint"))
        && stem.split(['.', '-', '_']).any(|word| word == "entrypoint")
}

/// Whether a script may start a server, by its name.
pub(crate) fn is_script(name: &str) -> bool {
    let stem = name.strip_suffix(".sh").unwrap_or(name);
    let words = ["boot", "launch", "run", "serve", "server", "start"];
    name.ends_with(".sh") && stem.split(['-', '_']).any(|word| words.contains(&word))
        || stem == "start"
}

/// What a script gives the server that it starts.
pub(crate) fn server_script(text: &str) -> Vec<Pair> {
    if serves_visitors(text) { script(text) } else { Vec::new() }
}

/// What a script gives what it starts, however it is called.
pub(crate) fn script(text: &str) -> Vec<Pair> {
    let given = steps_of_script(text, None).into_iter().filter_map(|step| match step {
        StartStep::Gives(pair) => Some(pair),
        _ => None,
    });
    given.collect()
}

/// What a command gives by what stands before it and by its flags: `DEBUG=0 gunicorn --env NAME=value`.
/// `start` is the byte at which it begins.
pub(crate) fn given_by_command(command: &str, start: usize) -> Vec<Pair> {
    let moved = |span: Span| Span::new(span.start + start as u32, span.end + start as u32);
    let given = script(command).into_iter().map(|mut pair| {
        pair.span = moved(pair.span);
        if let Some(value) = &mut pair.value {
            value.span = moved(value.span);
        }
        pair
    });
    given.collect()
}

/// Whether a file is a script that may start a site, by its name.
pub fn is_start_script(path: &FilePath) -> bool {
    let is_script = |reader| {
        [script as Reader, server_script as Reader]
            .into_iter()
            .any(|known| std::ptr::fn_addr_eq(reader, known))
    };
    reader(path).is_some_and(is_script)
}

/// The default in `${NAME:-default}`, where nothing else is written.
pub(crate) fn default_in<'t>(written: &'t str, name: &str) -> Option<&'t str> {
    let inner = written.strip_prefix("${")?.strip_suffix('}')?.strip_prefix(name)?;
    let signs = [":-", ":=", "-", "="];
    let value = signs.into_iter().find_map(|sign| inner.strip_prefix(sign))?;
    Some(unquoted(value).unwrap_or(value))
}

/// Lines, with the byte at which each begins; comments left out.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let line = line.trim_end();
        (!line.trim_start().starts_with(['#', ';'])).then_some((at, line))
    })
}

/// Words as shells part them, as they are written, each with the byte at which it begins.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].len() - text[at..].trim_start().len();
        let start = at;
        let mut quote = None;
        for (offset, sign) in text[at..].char_indices() {
            match quote {
                None if sign.is_whitespace() => {
                    at += offset;
                    return Some((start, &text[start..at]));
                }
                None if matches!(sign, '"' | '\'') => quote = Some(sign),
                Some(open) if sign == open => quote = None,
                _ => {}
            }
        }
        at = text.len();
        (start < at).then(|| (start, &text[start..at]))
    })
}

/// `NAME=value`, `NAME="a value"`, `"NAME=a value"`
pub(crate) fn pair(word: &str, start: usize) -> Option<Pair> {
    let whole = unquoted(word).unwrap_or(word);
    let (name, value) = whole.split_once('=')?;
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let value = unquoted(value).unwrap_or(value);
    let is_open = value.contains(['$', '"', '\'']);
    Some(made(name, value, start, word.len(), is_open))
}

/// What stands in quotes, where these are all around.
pub(crate) fn unquoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| {
        text.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote))
    })
}

pub(crate) fn made(name: &str, value: &str, start: usize, length: usize, is_open: bool) -> Pair {
    let span = Span::new(start as u32, (start + length) as u32);
    let value = Some(Text { text: value.to_owned(), span });
    Pair { name: name.to_owned(), value, span, is_open }
}
