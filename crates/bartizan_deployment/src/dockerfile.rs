//! How an image is built, instruction by instruction.

use std::collections::BTreeMap;

use bartizan_base::{FilePath, Span};

use crate::process::{serves_visitors, starts_processes};
use crate::{Pair, Text};

/// Variables that the file itself has set so far.
type Known = BTreeMap<String, String>;

/// More characters than any variable needs, where values are made of values.
const MOST_TEXT: usize = 64 * 1024;

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

impl Dockerfile {
    /// What is done to the image, from its base on: the last stage, and before it those that it begins
    /// with.
    pub fn instructions_of_image(&self) -> Vec<&Instruction> {
        self.instructions_up_to(None)
    }

    /// The same of the image that ends with a stage by its name; the last, where there is no such stage.
    pub fn instructions_up_to(&self, target: Option<&str>) -> Vec<&Instruction> {
        let mut chain = Vec::new();
        let named = target.and_then(|target| self.stage_named(target, self.stages.len()));
        let mut next = named.or(self.stages.len().checked_sub(1));
        while let Some(at) = next {
            chain.push(at);
            next = self.stage_named(&self.stages[at].from.text, at);
        }
        chain.iter().rev().flat_map(|at| &self.stages[*at].instructions).collect()
    }

    /// What a container of the image runs: its last `ENTRYPOINT`, and its last `CMD`.
    pub fn commands(&self, target: Option<&str>) -> Vec<&Instruction> {
        let image = self.instructions_up_to(target);
        let last = |keyword: &str| {
            image.iter().rev().copied().find(|instruction| instruction.keyword == keyword)
        };
        last("ENTRYPOINT").into_iter().chain(last("CMD")).collect()
    }

    /// Whether a container of the image serves visitors, by its command or by the script, among these,
    /// that this names.
    pub fn serves_visitors(&self, target: Option<&str>, scripts: &[(&FilePath, &str)]) -> bool {
        self.commands(target).iter().any(|command| {
            let command = &command.argument.text;
            let is_begun_with = |path: &FilePath| {
                starts_processes(path) && !path.name().contains('.') || path.name().ends_with(".sh")
            };
            serves_visitors(command)
                || scripts.iter().any(|(path, text)| {
                    is_begun_with(path) && command.contains(path.name()) && serves_visitors(text)
                })
        })
    }

    /// The stage before `end` that goes by a name; or by its number.
    fn stage_named(&self, name: &str, end: usize) -> Option<usize> {
        let is_it = |stage: &Stage| {
            stage.name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name))
        };
        self.stages[..end].iter().rposition(is_it)
    }
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
    read_told(text, &[])
}

/// A Dockerfile as a build reads it that is told these arguments; what is not known of them is not known.
pub fn read_told(text: &str, told: &[Pair]) -> Dockerfile {
    let mut file = Dockerfile::default();
    // What each stage has set.
    let mut known: Vec<Known> = Vec::new();
    for (joined, span) in logical_lines(text) {
        let stripped = joined.trim();
        let (keyword, rest) = stripped.split_once(char::is_whitespace).unwrap_or((stripped, ""));
        let keyword = keyword.to_ascii_uppercase();
        if !keyword.bytes().all(|byte| byte.is_ascii_uppercase()) || keyword.is_empty() {
            continue;
        }
        let argument = Text { text: rest.trim().to_owned(), span };
        if keyword == "FROM" {
            let stage = stage(argument, text);
            let before = file.stage_named(&stage.from.text, file.stages.len());
            known.push(before.map(|at| known[at].clone()).unwrap_or_default());
            file.stages.push(stage);
            continue;
        }
        let nothing = Known::new();
        let pairs = match keyword.as_str() {
            "ENV" => pairs(&argument.text, span, text, known.last().unwrap_or(&nothing), true),
            "ARG" => pairs(&argument.text, span, text, known.last().unwrap_or(&nothing), false),
            _ => Vec::new(),
        };
        // An argument without a value has the one that it was given before the first stage.
        if let Some(known) = known.last_mut().filter(|_| keyword == "ARG") {
            for pair in &pairs {
                let before = || file.arguments.iter().rfind(|it| it.name == pair.name);
                let given = pair.value.as_ref().map(|value| (value, pair.is_open));
                let given = given.or_else(|| before()?.value.as_ref().map(|value| (value, false)));
                let told = told.iter().rfind(|it| it.name == pair.name);
                let given = match told {
                    Some(told) => told.value.as_ref().map(|value| (value, told.is_open)),
                    None => given,
                };
                // What a stage has set hides its arguments.
                if let Some((value, false)) = given {
                    known.entry(pair.name.clone()).or_insert_with(|| value.text.clone());
                }
            }
        }
        if let Some(known) = known.last_mut().filter(|_| keyword == "ENV") {
            for pair in &pairs {
                match &pair.value {
                    Some(value) if !pair.is_open => {
                        known.insert(pair.name.clone(), value.text.clone())
                    }
                    _ => known.remove(&pair.name),
                };
            }
        }
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
fn pairs(argument: &str, span: Span, text: &str, known: &Known, is_env: bool) -> Vec<Pair> {
    let first = argument.split_whitespace().next().unwrap_or("");
    if !first.contains('=') {
        let value = argument[first.len()..].trim();
        let value = (is_env && !value.is_empty()).then_some(value);
        return vec![pair(first, value, span, text, known)];
    }
    let words = words(argument);
    let named = words.iter().filter_map(|word| word.split_once('='));
    named.map(|(name, value)| pair(name, Some(value), span, text, known)).collect()
}

/// Words as they are written, with their quotes.
fn words(argument: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut begin = None;
    let mut quote = None;
    let mut signs = argument.char_indices();
    while let Some((at, sign)) = signs.next() {
        match quote {
            None if sign.is_whitespace() => {
                words.extend(begin.take().map(|begin: usize| &argument[begin..at]));
                continue;
            }
            None if matches!(sign, '"' | '\'') => quote = Some(sign),
            Some(open) if sign == open => quote = None,
            _ => {}
        }
        begin.get_or_insert(at);
        if sign == '\\' && quote != Some('\'') {
            signs.next();
        }
    }
    words.extend(begin.map(|begin| &argument[begin..]));
    words
}

fn pair(name: &str, raw: Option<&str>, span: Span, text: &str, known: &Known) -> Pair {
    let named = place(name, span, text).unwrap_or(span);
    let mut is_open = false;
    let value = raw.map(|raw| {
        let (value, open) = worth(raw, known);
        is_open = open;
        let behind = Span::new(named.end.min(span.end), span.end);
        let bare = raw.trim_matches(['"', '\'']);
        let span = place(bare, behind, text).unwrap_or(Span::at(named.end));
        Text { text: value, span }
    });
    let whole = value.as_ref().map_or(named, |value| named.cover(value.span));
    Pair { name: name.to_owned(), value, span: whole, is_open }
}

/// What a word is worth without its quotes; and whether it refers to a variable that is not known, which
/// stays in it as it is written.
fn worth(raw: &str, known: &Known) -> (String, bool) {
    let (mut value, mut is_open, mut in_quotes) = (String::new(), false, false);
    let mut rest = raw;
    while let Some(sign) = rest.chars().next() {
        rest = &rest[sign.len_utf8()..];
        match sign {
            '\'' if !in_quotes => {
                let (literal, behind) = rest.split_once('\'').unwrap_or((rest, ""));
                value.push_str(literal);
                rest = behind;
            }
            '"' => in_quotes = !in_quotes,
            '\\' => match rest.chars().next() {
                Some(next) if !in_quotes || matches!(next, '"' | '$' | '\\') => {
                    value.push(next);
                    rest = &rest[next.len_utf8()..];
                }
                _ => value.push('\\'),
            },
            '$' => {
                let (found, length) = referred(rest, known);
                match found {
                    Some(found) if value.len() + found.len() <= MOST_TEXT => value.push_str(&found),
                    _ => {
                        is_open = true;
                        value.push('$');
                        value.push_str(&rest[..length]);
                    }
                }
                rest = &rest[length..];
            }
            other => value.push(other),
        }
    }
    (value, is_open)
}

/// What stands behind a `$`: its worth, if it is known, and how much of the text it takes.
fn referred(rest: &str, known: &Known) -> (Option<String>, usize) {
    let is_of_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let length = |text: &str| text.find(|sign| !is_of_name(sign)).unwrap_or(text.len());
    let Some(inner) = rest.strip_prefix('{') else {
        let length = length(rest);
        // A sign by itself.
        let found =
            if length == 0 { Some("$".to_owned()) } else { known.get(&rest[..length]).cloned() };
        return (found, length);
    };
    let Some(end) = inner.find('}') else { return (None, rest.len()) };
    let (name, modifier) = inner[..end].split_at(length(&inner[..end]));
    let found = match (known.get(name), modifier.split_at_checked(2)) {
        (Some(value), None) if modifier.is_empty() => Some(value.clone()),
        (Some(value), Some((":-", word))) => {
            Some(if value.is_empty() { word.to_owned() } else { value.clone() })
        }
        (Some(value), Some((":+", word))) => {
            Some(if value.is_empty() { String::new() } else { word.to_owned() })
        }
        _ => None,
    };
    // A word that refers to others is not followed.
    (found.filter(|_| !modifier.contains(['$', '"', '\''])), end + 2)
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

    #[test]
    fn values_are_quoted_escaped_and_refer_to_others() {
        let text = "FROM python:3.13 AS base\nENV BASE=/app HOSTS=\"a \\\"b\\\" c\"\n\
                    FROM base\nENV D=${BASE}/x E='sq $BASE' F=\"\\$HOME\" G=$HOME/x H=one\\ word\n\
                    ENV BASE=/srv NEXT=$BASE\nENV OLD $D here\nENV LAST=${NONE:-x} ODD=5$ K=${BASE:-y}\n";
        let file = read(text);
        let shown: Vec<_> = file
            .instructions_of_image()
            .iter()
            .flat_map(|instruction| &instruction.pairs)
            .map(|pair| {
                let value = pair.value.as_ref().unwrap();
                format!("{}={}{}", pair.name, value.text, if pair.is_open { " ?" } else { "" })
            })
            .collect();
        assert_eq!(
            shown,
            [
                "BASE=/app",
                "HOSTS=a \"b\" c",
                "D=/app/x",
                "E=sq $BASE",
                "F=$HOME",
                // The base of the image may say where that is.
                "G=$HOME/x ?",
                "H=one word",
                // What one instruction sets holds from the next on.
                "BASE=/srv",
                "NEXT=/app",
                "OLD=/app/x here",
                "LAST=${NONE:-x} ?",
                "ODD=5$",
                "K=/srv",
            ]
        );
    }
}
