//! How an image is built, instruction by instruction.

use bartizan_base::Span;

use crate::{Pair, Text};

/// A Dockerfile.
#[derive(Clone, Debug, Default)]
pub struct Dockerfile {
    /// The stages, the last of which becomes the image.
    pub stages: Vec<Stage>,
    /// `ARG` before the first stage.
    pub arguments: Vec<Pair>,
}

/// From one `FROM` to the next.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The image that it begins with, `python:3.13-slim`, or the name of an earlier stage.
    pub from: Text,
    /// The name that later stages know it by.
    pub name: Option<String>,
    /// What follows.
    pub instructions: Vec<Instruction>,
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// `RUN`, in capitals.
    pub keyword: String,
    /// What follows it, continuations joined by blanks.
    pub argument: Text,
    /// Names and values, for `ENV` and `ARG`.
    pub pairs: Vec<Pair>,
}

impl Instruction {
    /// The words of a command, in either of its forms: `["gunicorn", "shop"]`, `gunicorn shop`.
    pub fn words(&self) -> Vec<String> {
        let text = self.argument.text.trim();
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let separators: &[char] = if inner.is_some() { &[',', ' '] } else { &[' ', '\t'] };
        inner
            .unwrap_or(text)
            .split(separators)
            .map(|word| word.trim_matches(['"', '\'']).to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    }
}

pub(crate) fn read(text: &str) -> Dockerfile {
    let mut file = Dockerfile::default();
    for (joined, span) in logical_lines(text) {
        let stripped = joined.trim();
        let (keyword, rest) = stripped.split_once(char::is_whitespace).unwrap_or((stripped, ""));
        let keyword = keyword.to_ascii_uppercase();
        if !keyword.bytes().all(|byte| byte.is_ascii_uppercase()) || keyword.is_empty() {
            continue;
        }
        let argument = Text { text: rest.trim().to_owned(), span };
        if keyword == "FROM" {
            file.stages.push(stage(argument, text));
            continue;
        }
        let pairs = match keyword.as_str() {
            "ENV" => pairs(&argument.text, span, text, true),
            "ARG" => pairs(&argument.text, span, text, false),
            _ => Vec::new(),
        };
        match file.stages.last_mut() {
            Some(stage) => stage.instructions.push(Instruction { keyword, argument, pairs }),
            None => file.arguments.extend(pairs),
        }
    }
    file
}

/// Lines with their continuations joined, without comments, and the place of each.
fn logical_lines(text: &str) -> Vec<(String, Span)> {
    let mut lines: Vec<(String, Span)> = Vec::new();
    let mut open: Option<(String, usize)> = None;
    let mut heredoc: Option<String> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let content = line.trim_end();
        if let Some(end) = &heredoc {
            if content.trim() == end {
                heredoc = None;
            }
            continue;
        }
        let stripped = content.trim_start();
        if stripped.starts_with('#') || stripped.is_empty() && open.is_none() {
            continue;
        }
        let (piece, goes_on) = match content.strip_suffix('\\') {
            Some(piece) => (piece, true),
            None => (content, false),
        };
        let begin = at + (content.len() - stripped.len());
        let (mut joined, from) = open.take().unwrap_or_else(|| (String::new(), begin));
        joined.push_str(piece.trim());
        joined.push(' ');
        if goes_on {
            open = Some((joined, from));
            continue;
        }
        let is_run = joined.trim_start().to_ascii_uppercase().starts_with("RUN ")
            || joined.trim_start().to_ascii_uppercase().starts_with("COPY ");
        if let Some((_, word)) = joined.split_once("<<").filter(|_| is_run) {
            let word = word.trim_start_matches('-').split_whitespace().next().unwrap_or("");
            let word = word.trim_matches(['"', '\'']).to_owned();
            heredoc = (!word.is_empty()).then_some(word);
        }
        lines.push((joined, Span::new(from as u32, (at + content.len()) as u32)));
    }
    if let Some((joined, from)) = open {
        lines.push((joined, Span::new(from as u32, text.trim_end().len().max(from) as u32)));
    }
    lines
}

fn stage(argument: Text, text: &str) -> Stage {
    let mut words = argument.text.split_whitespace().filter(|word| !word.starts_with("--"));
    let image = words.next().unwrap_or("").to_owned();
    let name = words
        .next()
        .filter(|word| word.eq_ignore_ascii_case("as"))
        .and_then(|_| words.next())
        .map(str::to_owned);
    let span = place(&image, argument.span, text).unwrap_or(argument.span);
    Stage { from: Text { text: image, span }, name, instructions: Vec::new() }
}

/// Where `word` stands inside `span`.
fn place(word: &str, span: Span, text: &str) -> Option<Span> {
    let at = span.start as usize + span.slice(text).find(word).filter(|_| !word.is_empty())?;
    Some(Span::new(at as u32, (at + word.len()) as u32))
}

/// `NAME=value OTHER="a value"`, and the older `NAME value` of `ENV`.
fn pairs(argument: &str, span: Span, text: &str, is_env: bool) -> Vec<Pair> {
    let first = argument.split_whitespace().next().unwrap_or("");
    if !first.contains('=') {
        let value = argument[first.len()..].trim();
        let value = (is_env && !value.is_empty()).then_some(value);
        return vec![pair(first, value, span, text)];
    }
    let mut pairs = Vec::new();
    let mut rest = argument.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, behind) = match quote {
            Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        pairs.push(pair(name.trim(), Some(value), span, text));
        rest = behind.trim_start();
    }
    pairs
}

fn pair(name: &str, value: Option<&str>, span: Span, text: &str) -> Pair {
    let named = place(name, span, text).unwrap_or(span);
    let value = value.map(|value| {
        let behind = Span::new(named.end.min(span.end), span.end);
        let span = place(value, behind, text).unwrap_or(Span::at(named.end));
        Text { text: value.to_owned(), span }
    });
    let whole = value.as_ref().map_or(named, |value| named.cover(value.span));
    Pair { name: name.to_owned(), value, span: whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_instructions_and_pairs() {
        let text = "# the shop\nARG V=3.13\nFROM --platform=linux python:$V-slim AS base\n\
                    ENV A=1 B=\"two words\" \\\n    C=3\nENV OLD form here\n\
                    RUN <<EOF\nUSER nobody\nEOF\nFROM base\nCMD [\"gunicorn\", \"shop.wsgi\"]\n";
        let file = read(text);
        assert_eq!(file.arguments[0].name, "V");
        let [base, last] = file.stages.as_slice() else { panic!("{file:?}") };
        assert_eq!(
            (base.from.text.as_str(), base.name.as_deref()),
            ("python:$V-slim", Some("base"))
        );
        assert_eq!(base.from.span.slice(text), "python:$V-slim");
        let pairs: Vec<_> = base.instructions.iter().flat_map(|i| &i.pairs).collect();
        let shown: Vec<_> = pairs
            .iter()
            .map(|pair| (pair.name.as_str(), pair.value.as_ref().unwrap().span.slice(text)))
            .collect();
        assert_eq!(shown, [("A", "1"), ("B", "two words"), ("C", "3"), ("OLD", "form here")]);
        assert!(base.instructions.iter().all(|instruction| instruction.keyword != "USER"));
        assert_eq!(last.instructions[0].words(), ["gunicorn", "shop.wsgi"]);
    }
}
