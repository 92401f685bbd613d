//! What commands and scripts make of the variables of the server that they start, step by step.

use std::collections::BTreeMap;

use bartizan_base::Span;
use bartizan_yaml::Node;

use crate::process::serves_visitors;
use crate::shell::{default_in, made, pair, unquoted, words};
use crate::{Pair, Text};

/// One step of what starts a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A variable is given a value, whatever it had.
    Gives(Pair),
    /// A variable is given a value where it has none.
    Otherwise(Pair),
    /// A variable is given a value where it has one that is handed on: `NAME=value`, without `export`.
    Replaces(Pair),
    /// A file of variables is read: `. live.env`.
    Reads(Text),
    /// Nobody can tell here which variables this gives: `eval "$(aws …)"`, `doppler run`.
    Opaque(Text),
    /// A server starts that visitors reach.
    Serves(Text),
    /// A script of the project, it may be, is run with these arguments; `None` where they are not known.
    Runs(Text, Option<Vec<String>>),
}

impl Step {
    /// The same step, at another place.
    #[must_use]
    pub fn placed(mut self, span: Span) -> Self {
        match &mut self {
            Self::Gives(pair) | Self::Otherwise(pair) | Self::Replaces(pair) => pair.span = span,
            Self::Reads(text) | Self::Opaque(text) | Self::Serves(text) | Self::Runs(text, _) => {
                text.span = span;
            }
        }
        self
    }
}

/// Statements of one script beyond which none is read.
const MOST_STATEMENTS: usize = 2_000;

/// Conditions in conditions of one line beyond which none is read.
const MOST_FRAMES: usize = 64;

/// Scripts in commands in scripts beyond which none is read.
const DEEPEST: usize = 4;

/// Programs that put variables in from where nobody can look, and run what follows.
const OPAQUE: &[&str] = &[
    "aws-vault",
    "berglas",
    "bws",
    "chamber",
    "direnv",
    "doppler",
    "dotenvx",
    "envconsul",
    "envdir",
    "infisical",
    "invoke",
    "just",
    "make",
    "op",
    "phase",
    "sops",
    "summon",
    "task",
    "teller",
    "vault",
];

/// Programs that run what follows them, and change no variable.
const WRAPPERS: &[&str] = &[
    "chpst",
    "command",
    "ddtrace-run",
    "dumb-init",
    "exec",
    "ionice",
    "newrelic-admin",
    "nice",
    "nohup",
    "opentelemetry-instrument",
    "run-program",
    "scl",
    "setpriv",
    "sudo",
    "time",
    "timeout",
    "tini",
];

/// Those of them that are told first as whom to run it.
const WITH_A_NAME: &[&str] = &["gosu", "setuidgid", "su-exec"];

/// Managers of packages that run what follows `run`.
const MANAGERS: &[&str] = &["hatch", "pdm", "pipenv", "poetry", "rye", "uv"];

/// The words of a command as a list has them, `["gunicorn", "shop.wsgi"]`; `None` where it is a line for a
/// shell.
pub fn listed_words(command: &str) -> Option<Vec<String>> {
    if !command.trim_start().starts_with('[') {
        return None;
    }
    let list = bartizan_yaml::read(command).root;
    let words: Vec<String> =
        list.items().iter().filter_map(Node::text).map(str::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

/// What a command does that is given word by word; all places are `span`.
pub fn steps_of_words(words: &[String], span: Span) -> Vec<Step> {
    let words: Vec<Text> = words.iter().map(|word| Text { text: word.clone(), span }).collect();
    let mut found = Vec::new();
    command(&words, None, DEEPEST, &mut found);
    found
}

/// What a script does that is started with these arguments; `None` where they are not known. Where all
/// stands under conditions that nobody can decide here, values are open.
pub fn steps_of_script(text: &str, arguments: Option<&[String]>) -> Vec<Step> {
    steps_within(text, arguments, DEEPEST)
}

fn steps_within(text: &str, arguments: Option<&[String]>, depth: usize) -> Vec<Step> {
    let mut shell = Shell { arguments, depth, ..Shell::default() };
    for statement in statements(text).into_iter().take(MOST_STATEMENTS) {
        shell.take(text, &statement);
    }
    shell.found
}

/// Whether something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    No,
    Perhaps,
    Yes,
}

impl From<Option<bool>> for Happens {
    fn from(truth: Option<bool>) -> Self {
        match truth {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Perhaps,
        }
    }
}

/// What statements stand in.
enum Frame {
    /// The branch that is read, and whether one before has been taken.
    If { now: Happens, before: Happens },
    /// The same of a choice by a word, and whether a pattern comes next.
    Case { subject: Option<String>, now: Happens, before: Happens, is_pattern: bool },
    /// A loop, or a function: perhaps.
    Block,
}

/// A shell that reads a script.
#[derive(Default)]
struct Shell<'a> {
    arguments: Option<&'a [String]>,
    depth: usize,
    frames: Vec<Frame>,
    /// Variables that it has set and not handed on.
    own: BTreeMap<String, Pair>,
    /// Whether it hands on all that it sets: `set -a`.
    hands_on: bool,
    /// Whether what went before `&&` is so.
    last: Option<bool>,
    /// Whether it has handed over to a program, or ended.
    is_done: bool,
    found: Vec<Step>,
}

impl Shell<'_> {
    fn take(&mut self, text: &str, statement: &Statement) {
        let (mut start, mut line) = (statement.start, statement.span.slice(text));
        if let Some(Frame::Case { subject, now, before, is_pattern: is_pattern @ true }) =
            self.frames.last_mut()
        {
            if line.starts_with("esac") {
                self.frames.pop();
                return;
            }
            let Some((pattern, rest)) = line.split_once(')') else { return };
            *is_pattern = false;
            let fits = subject.as_ref().map(|subject| {
                pattern.trim_start_matches('(').split('|').any(|it| fits(it.trim(), subject))
            });
            *now = match (*before, Happens::from(fits)) {
                (Happens::Yes, _) => Happens::No,
                (Happens::Perhaps, fits) => fits.min(Happens::Perhaps),
                (_, fits) => fits,
            };
            *before = (*before).max(*now);
            start += line.len() - rest.trim_start().len();
            line = rest.trim_start();
        }
        if line == ";;" {
            if let Some(Frame::Case { is_pattern, .. }) = self.frames.last_mut() {
                *is_pattern = true;
            }
            return;
        }
        let mut first = line.split_whitespace().next().unwrap_or("");
        // What stands behind these words is a statement of its own.
        while let word @ ("then" | "do" | "else" | "{" | "(" | "!") = first {
            if word == "else"
                && let Some(Frame::If { now, before }) = self.frames.last_mut()
            {
                *now = match *before {
                    Happens::Yes => Happens::No,
                    Happens::Perhaps => Happens::Perhaps,
                    Happens::No => Happens::Yes,
                };
            }
            let rest = line[word.len()..].trim_start();
            start += line.len() - rest.len();
            line = rest;
            first = line.split_whitespace().next().unwrap_or("");
        }
        let rest = line.get(first.len()..).unwrap_or("").trim();
        match first {
            "" => return,
            "if" => {
                let truth = self.tested(rest);
                let now = truth.into();
                self.frames.push(Frame::If { now, before: now });
                self.last = truth;
                return;
            }
            "elif" => {
                let truth = Happens::from(self.tested(rest));
                if let Some(Frame::If { now, before }) = self.frames.last_mut() {
                    *now = match *before {
                        Happens::Yes => Happens::No,
                        Happens::Perhaps => truth.min(Happens::Perhaps),
                        Happens::No => truth,
                    };
                    *before = (*before).max(*now);
                }
                return;
            }
            "case" => {
                let subject = words(rest).next().and_then(|(_, word)| self.worth(word));
                let (now, before) = (Happens::No, Happens::No);
                self.frames.push(Frame::Case { subject, now, before, is_pattern: true });
                // `case "$1" in web) …`
                if let Some((_, pattern)) = rest.split_once(" in ")
                    && !pattern.trim().is_empty()
                    && self.frames.len() < MOST_FRAMES
                {
                    let at = statement.span.end as usize - pattern.len();
                    let span = Span::new(at as u32, statement.span.end);
                    let statement = Statement { start: at, span, joined: statement.joined };
                    self.take(text, &statement);
                }
                return;
            }
            "for" | "while" | "until" => return self.frames.push(Frame::Block),
            "fi" | "done" | "esac" | "}" => {
                self.frames.pop();
                return;
            }
            _ if first.ends_with("()") || rest.starts_with("()") || first == "function" => {
                return self.frames.push(Frame::Block);
            }
            _ => {}
        }
        let mut happens = self.happens();
        happens = match statement.joined {
            Joined::Then => happens,
            Joined::And => happens.min(self.last.into()),
            Joined::Or => happens.min(self.last.map(|truth| !truth).into()),
        };
        // `if [ … ] && [ … ]; then`
        if let Some(Frame::If { now, before }) = self.frames.last_mut()
            && statement.joined != Joined::Then
            && is_test(first)
        {
            *now = (*now).min(Happens::Perhaps);
            *before = *now;
        }
        if is_test(first) {
            self.last = self.tested(line);
            return;
        }
        if happens != Happens::No {
            self.last = (statement.joined != Joined::Or).then_some(true);
        }
        if happens != Happens::No && !self.is_done {
            self.run(line, start, happens);
            let ends = matches!(first, "exec" | "exit" | "return");
            self.is_done = ends && happens == Happens::Yes;
        }
    }

    fn happens(&self) -> Happens {
        let of = |frame: &Frame| match frame {
            Frame::If { now, .. } | Frame::Case { now, .. } => *now,
            Frame::Block => Happens::Perhaps,
        };
        self.frames.iter().map(of).min().unwrap_or(Happens::Yes)
    }

    fn run(&mut self, line: &str, start: usize, happens: Happens) {
        let first = line.split_whitespace().next().unwrap_or("");
        let rest = &line[first.len()..];
        let at = start + first.len();
        let span = Span::new(start as u32, (start + line.len()) as u32);
        let whole = || Text { text: line.to_owned(), span };
        match first {
            "export" | "declare" | "typeset" | "readonly" | "local" => {
                // `export $(grep -v '^#' .env | xargs)`
                if let Some(inner) = rest.trim_start().trim_start_matches('"').strip_prefix("$(") {
                    let file = file_in(inner).map(|file| Text { text: file.to_owned(), span });
                    return self
                        .add(file.map_or_else(|| Step::Opaque(whole()), Step::Reads), happens);
                }
                let is_handed_on = first == "export" || rest.contains(" -x");
                for (offset, word) in words(rest) {
                    self.set(word, at + offset, is_handed_on, happens);
                }
            }
            "set" => {
                let words: Vec<&str> = rest.split_whitespace().collect();
                match words.as_slice() {
                    ["-o", "allexport", ..] => self.hands_on = true,
                    ["+o", "allexport", ..] => self.hands_on = false,
                    [flags, ..] if flags.starts_with('-') && flags.contains('a') => {
                        self.hands_on = true;
                    }
                    ["+a", ..] => self.hands_on = false,
                    _ => {}
                }
            }
            "." | "source" => {
                let Some((_, word)) = words(rest).next() else { return };
                let file = unquoted(word).unwrap_or(word);
                // What makes a virtual environment, or a shell's functions, gives settings nothing.
                let is_of_shell = ["activate", "functions", "nvm.sh", "profile", "bashrc"]
                    .iter()
                    .any(|name| file.ends_with(name));
                if file.starts_with("<(") {
                    self.add(Step::Opaque(whole()), happens);
                } else if !is_of_shell {
                    self.add(Step::Reads(Text { text: self.known_in(file), span }), happens);
                }
            }
            "eval" => self.add(Step::Opaque(whole()), happens),
            "unset" => {
                for (offset, word) in words(rest) {
                    let pair = made(word, "", at + offset, word.len(), true);
                    self.add(Step::Gives(pair), happens);
                }
            }
            ":" => {
                for (offset, word) in words(rest) {
                    let inner = unquoted(word).unwrap_or(word);
                    let name =
                        inner.trim_start_matches("${").split([':', '=']).next().unwrap_or("");
                    if let Some(value) = default_in(inner, name) {
                        let is_open = value.contains(['$', '`']);
                        let pair = made(name, value, at + offset, word.len(), is_open);
                        self.add(Step::Otherwise(pair), happens);
                    }
                }
            }
            _ => {
                let all: Vec<(usize, &str)> = words(line).collect();
                if all.iter().all(|(_, word)| assigned(word).is_some()) {
                    for (offset, word) in all {
                        self.set(word, start + offset, self.hands_on, happens);
                    }
                    return;
                }
                let mut plain = Vec::new();
                for (offset, word) in all {
                    let span =
                        Span::new((start + offset) as u32, (start + offset + word.len()) as u32);
                    if matches!(word, "\"$@\"" | "$@" | "\"$*\"" | "$*" | "${@}" | "\"${@}\"") {
                        match self.arguments {
                            Some(arguments) => {
                                plain.extend(
                                    arguments.iter().map(|it| Text { text: it.clone(), span }),
                                );
                            }
                            None => plain.push(Text { text: "$@".to_owned(), span }),
                        }
                        continue;
                    }
                    plain.push(Text { text: self.known_in(word), span });
                }
                let mut found = Vec::new();
                command(&plain, self.arguments, self.depth, &mut found);
                for step in found {
                    self.add(step, happens);
                }
            }
        }
    }

    /// `NAME=value`, `NAME="${NAME:-value}"`, and `NAME` alone, where that is handed on.
    fn set(&mut self, word: &str, at: usize, is_handed_on: bool, happens: Happens) {
        if !word.contains('=') {
            if let Some(pair) = self.own.get(word).filter(|_| is_handed_on).cloned() {
                self.add(Step::Gives(pair), happens);
            }
            return;
        }
        let Some(mut pair) = pair(word, at) else { return };
        let Some(value) = &mut pair.value else { return };
        let default = default_in(&value.text, &pair.name).map(str::to_owned);
        let is_default = default.is_some();
        if let Some(default) = default {
            pair.is_open = default.contains(['$', '`']);
            value.text = default;
        } else if !word.contains('\'') && word.contains('$') {
            let written = value.text.clone();
            match self.worth(&written) {
                Some(known) => (value.text, pair.is_open) = (known, false),
                None => pair.is_open = true,
            }
        }
        pair.is_open |= word.contains('`') || happens != Happens::Yes;
        if !is_handed_on {
            self.own.insert(pair.name.clone(), pair.clone());
            if !is_default {
                self.add(Step::Replaces(pair), happens);
            }
        } else if is_default {
            self.add(Step::Otherwise(pair), happens);
        } else {
            self.own.insert(pair.name.clone(), pair.clone());
            self.add(Step::Gives(pair), happens);
        }
    }

    fn add(&mut self, mut step: Step, happens: Happens) {
        if happens != Happens::Yes
            && let Step::Gives(pair) | Step::Otherwise(pair) | Step::Replaces(pair) = &mut step
        {
            pair.is_open = true;
        }
        self.found.push(step);
    }

    /// The text without its quotes, with what is known of its variables put in; as it is written where
    /// one is not known.
    fn known_in(&self, written: &str) -> String {
        let inner = unquoted(written).unwrap_or(written);
        self.worth(written).unwrap_or_else(|| inner.to_owned())
    }

    /// What a word is worth.
    fn worth(&self, written: &str) -> Option<String> {
        if written.starts_with('\'') {
            return Some(unquoted(written)?.to_owned());
        }
        let inner = unquoted(written).unwrap_or(written);
        if inner.contains(['`']) || inner.contains("$(") {
            return None;
        }
        let (mut found, mut rest) = (String::new(), inner);
        while let Some((before, after)) = rest.split_once('$') {
            found.push_str(before);
            let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
            let (name, after) = match after.strip_prefix('{') {
                Some(braced) => braced.split_once('}')?,
                None => {
                    let is_one =
                        after.starts_with(|sign: char| sign.is_ascii_digit() || sign == '#');
                    let length = match is_one {
                        true => 1,
                        false => after.find(|sign| !is_name(sign)).unwrap_or(after.len()),
                    };
                    after.split_at(length)
                }
            };
            found.push_str(&self.variable(name)?);
            rest = after;
        }
        found.push_str(rest);
        Some(found)
    }

    /// What is known of a variable, or of an argument: `1`, `1:-web`.
    fn variable(&self, name: &str) -> Option<String> {
        let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign == '#';
        let (name, modifier) =
            name.split_at(name.find(|sign| !is_name(sign)).unwrap_or(name.len()));
        if name == "#" {
            return Some(self.arguments?.len().to_string());
        }
        if let Ok(number) = name.parse::<usize>() {
            let given = self.arguments?.get(number.checked_sub(1)?);
            let default = modifier.strip_prefix(":-").or_else(|| modifier.strip_prefix('-'));
            return match (given, default) {
                (Some(given), _) => Some(given.clone()),
                (None, Some(default)) => Some(default.to_owned()),
                (None, None) => Some(String::new()),
            };
        }
        let pair = self.own.get(name).filter(|pair| !pair.is_open && modifier.is_empty())?;
        Some(pair.value.as_ref()?.text.clone())
    }

    /// What a test of two words is; `None` where it is not known, or anything else.
    fn tested(&self, written: &str) -> Option<bool> {
        let mut parts: Vec<&str> = words(written).map(|(_, word)| word).collect();
        if !is_test(parts.first()?) {
            return None;
        }
        parts.remove(0);
        parts.retain(|part| !matches!(*part, "]" | "]]"));
        match parts.as_slice() {
            [left, "=" | "==" | "-eq", right] => Some(self.worth(left)? == self.worth(right)?),
            [left, "!=" | "-ne", right] => Some(self.worth(left)? != self.worth(right)?),
            ["-z", word] => Some(self.worth(word)?.is_empty()),
            ["-n", word] => Some(!self.worth(word)?.is_empty()),
            _ => None,
        }
    }
}

fn is_test(word: &str) -> bool {
    matches!(word, "[" | "[[" | "test")
}

/// Whether a word fits a pattern of `case`.
fn fits(pattern: &str, word: &str) -> bool {
    let pattern = unquoted(pattern).unwrap_or(pattern);
    match pattern.split_once('*') {
        Some((before, "")) => word.starts_with(before),
        Some(("", after)) if !after.contains('*') => word.ends_with(after),
        Some((before, after)) => word.starts_with(before) && word.ends_with(after),
        None => pattern == word,
    }
}

/// The name in `NAME=value`.
fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let begins = name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
    (begins && name.chars().all(is_name)).then_some(name)
}

/// The file in `grep -v '^#' .env | xargs)`.
fn file_in(inner: &str) -> Option<&str> {
    let words =
        inner.split(|sign: char| sign.is_whitespace() || matches!(sign, ')' | '"' | '<' | '|'));
    words.into_iter().find(|word| {
        let is_path = word.contains('/') || word.ends_with(".env") || word.starts_with(".env");
        is_path && !word.contains(['\'', '^', '*', '$'])
    })
}

/// What a command does, word by word.
fn command(all: &[Text], arguments: Option<&[String]>, depth: usize, found: &mut Vec<Step>) {
    if depth == 0 {
        return;
    }
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(word) = all.get(at) {
        let name = word.text.rsplit('/').next().unwrap_or("");
        let rest = &all[at + 1..];
        let flag = |flags: &[&str]| {
            let named = rest.iter().position(|it| flags.contains(&it.text.as_str()));
            let inline = rest.iter().find_map(|it| {
                let flag = flags.iter().find(|flag| flag.starts_with("--"))?;
                let value = it.text.strip_prefix(flag)?.strip_prefix('=')?;
                Some(Text { text: value.to_owned(), span: it.span })
            });
            named.and_then(|at| rest.get(at + 1).cloned()).or(inline)
        };
        let of_run = || {
            let run =
                rest.iter().position(|it| matches!(it.text.as_str(), "run" | "start" | "exec"));
            run.map_or(rest.len(), |run| run + 1)
        };
        if assigned(&word.text).is_some() {
            let given = pair(&word.text, word.span.start as usize).map(|mut pair| {
                pair.span = word.span;
                pair
            });
            steps.extend(given.map(Step::Gives));
            at += 1;
        } else if name == "env" || WRAPPERS.contains(&name) || word.text.starts_with('-') {
            // `env -i`, `nice -n 10`: what is no word of a program is passed over.
            at += 1;
        } else if WITH_A_NAME.contains(&name) {
            at += 2;
        } else if name.starts_with(|sign: char| sign.is_ascii_digit()) {
            at += 1;
        } else if MANAGERS.contains(&name) && rest.iter().any(|it| it.text == "run") {
            let file = flag(&["--env-file"]);
            let of_itself =
                (name == "pipenv").then(|| Text { text: ".env".to_owned(), span: word.span });
            steps.extend(file.or(of_itself).map(Step::Reads));
            at += 1 + of_run();
            // `uv run --env-file live.env gunicorn`
            at += all.get(at).filter(|it| it.text == "--env-file").map_or(0, |_| 2);
        } else if name == "dotenv" {
            let file = flag(&["-f", "--file", "-e"]);
            let file = file.unwrap_or_else(|| Text { text: ".env".to_owned(), span: word.span });
            steps.push(Step::Reads(file));
            at += 1 + of_run();
        } else if matches!(name, "foreman" | "forego" | "hivemind" | "honcho" | "overmind") {
            let file = flag(&["-e", "--env"]);
            let file = file.unwrap_or_else(|| Text { text: ".env".to_owned(), span: word.span });
            steps.push(Step::Reads(file));
            break;
        } else if OPAQUE.contains(&name) {
            steps.push(Step::Opaque(word.clone()));
            break;
        } else if matches!(name, "sh" | "bash" | "ash" | "dash" | "zsh" | "su") {
            let line = rest.iter().position(|it| {
                it.text.starts_with('-') && !it.text.starts_with("--") && it.text.ends_with('c')
            });
            match line.and_then(|line| rest.get(line + 1)) {
                Some(line) => steps.extend(steps_of_line(line, arguments, depth)),
                None => {
                    let script = rest.iter().position(|it| !it.text.starts_with('-'));
                    steps.extend(script.map(|script| run(&rest[script..])));
                }
            }
            break;
        } else if matches!(name, "python" | "python3") {
            // `python run.py`, and not `python -m gunicorn`
            let script = rest.first().filter(|it| it.text.ends_with(".py"));
            let is_known = script.is_none_or(|it| it.text.ends_with("manage.py"));
            match is_known {
                true => steps.extend(flags(rest)),
                false => steps.push(run(rest)),
            }
            break;
        } else {
            let is_script = word.text.ends_with(".sh")
                || word.text.contains('/') && !is_server(name)
                || matches!(name, "start" | "entrypoint" | "docker-entrypoint");
            match word.text.as_str() {
                "$@" => steps.push(Step::Runs(word.clone(), None)),
                _ if is_script => steps.push(run(&all[at..])),
                _ => {
                    // `uvicorn shop.asgi --env-file live.env`
                    let file = is_server(name).then(|| flag(&["--env-file"])).flatten();
                    steps.extend(file.map(Step::Reads));
                    steps.extend(flags(rest));
                }
            }
            break;
        }
    }
    // What a command is given that starts no server is its own alone.
    let serves = all.iter().any(|word| serves_visitors(&word.text));
    let is_wanted = |step: &Step| !matches!(step, Step::Gives(_));
    let is_started = |step: &Step| matches!(step, Step::Serves(_));
    if serves && !steps.iter().any(is_started) {
        steps.extend(all.first().cloned().map(Step::Serves));
    }
    if serves || steps.iter().any(is_wanted) {
        found.extend(steps);
    }
}

/// Whether a program is a server by its name: `gunicorn`, and not `gunicorn_start`.
fn is_server(name: &str) -> bool {
    let is_word = |sign: char| sign.is_ascii_alphabetic() || sign == '_';
    serves_visitors(name)
        && (!name.contains('_') && name.chars().all(|sign| is_word(sign) || sign == '-'))
}

/// What a line does that a shell is told; its places are that of the word.
fn steps_of_line(line: &Text, arguments: Option<&[String]>, depth: usize) -> Vec<Step> {
    let steps = steps_within(&line.text, arguments, depth - 1);
    steps.into_iter().map(|step| step.placed(line.span)).collect()
}

/// A script, and what it is started with.
fn run(all: &[Text]) -> Step {
    let arguments: Vec<String> = all[1..].iter().map(|word| word.text.clone()).collect();
    let is_known = !arguments.iter().any(|word| word.contains('$'));
    Step::Runs(all[0].clone(), is_known.then_some(arguments))
}

/// `--env NAME=value`, `-e NAME=value`, `-eNAME=value` of gunicorn.
fn flags(rest: &[Text]) -> Vec<Step> {
    let mut found = Vec::new();
    let mut is_named = false;
    for word in rest {
        let is_value =
            std::mem::replace(&mut is_named, matches!(word.text.as_str(), "--env" | "-e"));
        let inline = word
            .text
            .strip_prefix("--env=")
            .or_else(|| word.text.strip_prefix("-e").filter(|rest| assigned(rest).is_some()));
        let written = if is_value { Some(word.text.as_str()) } else { inline };
        let given = written.and_then(|written| pair(written, word.span.start as usize));
        found.extend(given.map(|mut pair| {
            pair.span = word.span;
            Step::Gives(pair)
        }));
    }
    found
}

/// How a statement follows the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    /// Whatever that did.
    Then,
    /// `&&`
    And,
    /// `||`
    Or,
}

struct Statement {
    start: usize,
    span: Span,
    joined: Joined,
}

/// The statements of a script, without comments and what is written out for programs to read.
fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let (mut at, mut begin, mut joined) = (0, 0, Joined::Then);
    let (mut quote, mut depth): (Option<u8>, usize) = (None, 0);
    let mut heredoc: Option<&str> = None;
    let mut end = |begin: usize, end: usize, joined: Joined| {
        let piece = &text[begin..end];
        let stripped = piece.trim();
        if !stripped.is_empty() {
            let start = begin + (piece.len() - piece.trim_start().len());
            let span = Span::new(start as u32, (start + stripped.len()) as u32);
            found.push(Statement { start, span, joined });
        }
    };
    while at < bytes.len() {
        let byte = bytes[at];
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(b'"') | None, b'\\') => at += 1,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') if at > 0 && matches!(bytes[at - 1], b'$' | b'<') => depth += 1,
            (None, b'(') if depth > 0 => depth += 1,
            (None, b')') if depth > 0 => depth -= 1,
            (None, b'#') if at == 0 || bytes[at - 1].is_ascii_whitespace() => {
                end(begin, at, joined);
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
                (begin, joined) = (at, Joined::Then);
                continue;
            }
            (None, b'<') if text[at..].starts_with("<<") && !text[at..].starts_with("<<<") => {
                let word = text[at + 2..].trim_start_matches('-').split_whitespace().next();
                heredoc = word.map(|word| word.trim_matches(['"', '\'']));
            }
            (None, b'\n') if depth == 0 => {
                end(begin, at, joined);
                (begin, joined) = (at + 1, Joined::Then);
                if let Some(last) = heredoc.take() {
                    let mut line_start = at + 1;
                    for line in text[at + 1..].split_inclusive('\n') {
                        line_start += line.len();
                        if line.trim() == last {
                            break;
                        }
                    }
                    (at, begin) = (line_start, line_start);
                    continue;
                }
            }
            (None, b';' | b'&' | b'|') if depth == 0 => {
                // `2>&1`, `>|`
                if at > 0 && bytes[at - 1] == b'>'
                    || byte == b'|' && is_in_pattern(&text[begin..at])
                {
                    at += 1;
                    continue;
                }
                end(begin, at, joined);
                let is_twice = bytes.get(at + 1) == Some(&byte);
                joined = match (byte, is_twice) {
                    (b'&', true) => Joined::And,
                    (b'|', true) => Joined::Or,
                    _ => Joined::Then,
                };
                if byte == b';' && is_twice {
                    end(at, at + 2, Joined::Then);
                }
                at += usize::from(is_twice);
                begin = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    end(begin.min(text.len()), text.len(), joined);
    found
}

/// Whether what stands before a `|` begins a pattern of `case`, `web|server)`: one word, and nothing runs.
fn is_in_pattern(before: &str) -> bool {
    let word = before.trim().rsplit(' ').next().unwrap_or("");
    let is_first = before.trim() == word || before.trim_start().starts_with("case ");
    is_first && !word.is_empty() && !word.contains(['/', '$', '=', ']'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, arguments: Option<&[&str]>) -> String {
        let arguments =
            arguments.map(|words| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        let steps = steps_of_script(text, arguments.as_deref());
        let said = steps.iter().map(|step| match step {
            Step::Gives(pair) | Step::Otherwise(pair) => {
                let sign = if matches!(step, Step::Gives(_)) { "=" } else { ":=" };
                match &pair.value {
                    Some(value) if !pair.is_open => format!("{}{sign}{}", pair.name, value.text),
                    _ => format!("{}{sign}?", pair.name),
                }
            }
            Step::Replaces(pair) => format!("({})", pair.name),
            Step::Reads(file) => format!("<{}", file.text),
            Step::Opaque(_) => "opaque".to_owned(),
            Step::Serves(_) => "serves".to_owned(),
            Step::Runs(file, arguments) => match arguments {
                Some(arguments) => format!("{}({})", file.text, arguments.join(",")),
                None => format!("{}(?)", file.text),
            },
        });
        said.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn scripts_are_read_as_shells_read_them() {
        assert_eq!(
            told("A=1; export A B='x y'\nexport C=$A/z D=$E", None),
            "(A) A=1 B=x y C=1/z D=?"
        );
        assert_eq!(told("set -a\nA=1\nset +a\nB=2\n", None), "A=1 (B)");
        assert_eq!(told("cat <<EOF\nexport A=1\nEOF\nexport B=2 # export C=3\n", None), "B=2");
        assert_eq!(told("for x in a b; do\n  export A=$x\ndone\nexport B=1", None), "A=? B=1");
        assert_eq!(told("begin() {\n  export A=1\n}\nexport B=1", None), "A=? B=1");
        assert_eq!(told("[ -f x.env ] && . ./x.env\nexec \"$@\"", None), "<./x.env $@(?)");
        assert_eq!(told("exec \"$@\"", Some(&["A=1", "gunicorn", "wsgi"])), "A=1 serves");
        assert_eq!(told("exec gosu app ./run.sh \"$1\" x", Some(&["web"])), "./run.sh(web,x)");
        assert_eq!(told("exec gunicorn wsgi\nexport A=1", None), "serves");
        assert_eq!(told("uv run --env-file live.env gunicorn wsgi", None), "<live.env serves");
        assert_eq!(
            told(". venv/bin/activate\nunset A\nchamber exec shop -- gunicorn wsgi", None),
            "A=? opaque serves"
        );
    }

    #[test]
    fn conditions_are_decided_by_arguments() {
        let text = "if [ \"$1\" = web ]; then\n  export A=1\nelif [ \"$1\" = work ]; then\n  export A=2\nelse\n  export A=3\nfi\n";
        assert_eq!(told(text, Some(&["web"])), "A=1");
        assert_eq!(told(text, Some(&["work"])), "A=2");
        assert_eq!(told(text, Some(&[])), "A=3");
        assert_eq!(told(text, None), "A=? A=? A=?");
        let text = "case ${1:-web} in\nweb) export A=1 ;;\nwork|beat) export A=2;;\n*) export A=3\nesac\nexport B=1";
        assert_eq!(told(text, Some(&[])), "A=1 B=1");
        assert_eq!(told(text, Some(&["beat"])), "A=2 B=1");
        assert_eq!(told(text, Some(&["x"])), "A=3 B=1");
        assert_eq!(told("[ $# -eq 0 ] && export A=1 || export A=2", Some(&["x"])), "A=2");
    }

    #[test]
    fn broken_scripts_give_what_could_be_read() {
        let deep = "case x in x) ".repeat(5_000);
        let nested = "sh -c \"".repeat(500);
        for text in [
            "",
            "case",
            "case é in é) é",
            "esac\nfi\ndone",
            "export \"é=",
            "<<é\né",
            "$(((é",
            "; ; && ||",
            "if [ \"$1\" = ",
            "export é=é",
            "\\",
            "\"\\é",
            "a <<",
            "${é:=}",
            ": ${é",
            &deep,
            &nested,
        ] {
            told(text, Some(&["é"]));
            told(text, None);
        }
    }
}
