//! `pip install` lines in Dockerfiles and CI configurations.

use std::ops::Range;

use bartizan_base::FilePath;

use super::requirements::{self, Word};
use super::table::Sheet;
use crate::text::{Offsets, SourceText};
use crate::{Group, Include, Manifest, ManifestFormat, RequirementKind};

/// Reads the commands of a Dockerfile or CI configuration; `None` where none installs a package.
pub fn read(path: &FilePath, bytes: &[u8], format: ManifestFormat) -> Option<Manifest> {
    let (source, problem) = SourceText::decode(path, bytes);
    let mut manifest = Manifest::new(path.clone(), format);
    manifest.problems.extend(problem);
    let group = match format {
        ManifestFormat::Ci => Group::Development("ci".to_owned()),
        _ => Group::of_path(path),
    };
    let mut sheet = Sheet { source: &source, manifest };
    for (text, offsets) in commands(&source) {
        let listed = match format {
            ManifestFormat::Dockerfile => as_words(&text),
            _ => None,
        };
        let text = listed.unwrap_or(text);
        let mut at = 0;
        while let Some(found) = text[at..].find("install") {
            let start = at + found + "install".len();
            at = start;
            if is_pip(&text[..start - "install".len()]) && text[start..].starts_with([' ', '\t']) {
                let end = start + end_of_command(&text[start..]);
                arguments(&mut sheet, &text, &offsets, start..end, &group);
                at = end;
            }
        }
    }
    let manifest = sheet.manifest;
    let says_something = !manifest.requirements.is_empty()
        || !manifest.unnamed.is_empty()
        || !manifest.includes.is_empty()
        || manifest.options != crate::Options::default();
    says_something.then_some(manifest)
}

/// Logical lines: joined where they end in `\`, comments left out.
fn commands(source: &SourceText) -> Vec<(String, Offsets)> {
    let mut found = Vec::new();
    let mut open: Option<(String, Offsets)> = None;
    for (start, line) in source.lines() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let continues = line.trim_end().ends_with('\\');
        let part = if continues { line.trim_end().trim_end_matches('\\') } else { line };
        let part = blotted(part);
        let (text, offsets) = open.get_or_insert_with(|| (String::new(), Offsets::default()));
        offsets.push(text.len(), start);
        text.push_str(&part);
        if continues {
            text.push(' ');
        } else {
            found.extend(open.take());
        }
    }
    found.extend(open);
    found
}

/// The words of an instruction that lists them, `RUN ["pip", "install", "django"]`, as a shell's
/// command line of the same length; `None` for an instruction that is one already.
fn as_words(text: &str) -> Option<String> {
    let mut start = text.len() - text.trim_start().len();
    start += text[start..].find(char::is_whitespace)?;
    // `--mount=type=cache,target=/root` and the like stand before the list.
    loop {
        start += text[start..].len() - text[start..].trim_start().len();
        if !text[start..].starts_with("--") {
            break;
        }
        start += text[start..].find(char::is_whitespace)?;
    }
    let list = text[start..].trim_end();
    if !(list.starts_with('[') && list.ends_with(']')) {
        return None;
    }
    let mut out = text.as_bytes().to_vec();
    let bytes = text.as_bytes();
    let end = start + list.len();
    let mut is_script = false;
    let mut at = start;
    while at < end {
        if bytes[at] != b'"' {
            out[at] = b' ';
            at += 1;
            continue;
        }
        let open = at;
        at += 1;
        while at < end && bytes[at] != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        if at >= end {
            return None;
        }
        let word = &text[open + 1..at];
        let is_plain = word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./=:+,@[]~!".contains(&byte));
        // What a shell is given by `-c` is a command line; what it would part stays together.
        if is_script || is_plain && !word.is_empty() {
            out[open] = b' ';
            out[at] = b' ';
        }
        is_script = word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
        at += 1;
    }
    // Only whole ASCII characters were replaced.
    String::from_utf8(out).ok()
}

/// The line with `${{ … }}` made one word that the shell fills in; all else stays at its place.
fn blotted(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("${{") {
        let length = rest[start..].find("}}").map_or(rest.len() - start, |end| end + 2);
        out.push_str(&rest[..start]);
        out.extend(std::iter::repeat_n('$', length));
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    out
}

/// Whether what stands before `install` ends in `pip`, `pip3`, `pip3.12`, `uv pip` or `-m pip`.
fn is_pip(before: &str) -> bool {
    if !before.ends_with([' ', '\t']) {
        return false;
    }
    let word = before.split_whitespace().next_back().unwrap_or("");
    let program = word.rsplit(['/', '"', '\'', '(', '`']).next().unwrap_or("");
    match program.strip_prefix("pip") {
        Some(version) => version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'),
        None => false,
    }
}

/// Where the command ends: at an operator of the shell outside quotes, a redirection, a comment.
fn end_of_command(text: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        match (character, quote) {
            ('\'' | '"', None) => quote = Some(character),
            (_, Some(closing)) if closing == character => quote = None,
            ('&' | '|' | ';' | ')' | '`', None) => return at,
            ('#' | '<' | '>', None) if before.is_whitespace() => return at,
            _ => {}
        }
        before = character;
    }
    text.len()
}

/// Options of `pip install` that take a value and say nothing of packages.
const WITH_VALUE: &[&str] = &[
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--platform",
    "--python-version",
    "--implementation",
    "--abi",
    "--cache-dir",
    "--timeout",
    "--retries",
    "--proxy",
    "--cert",
    "--client-cert",
    "--src",
    "--log",
    "--python",
    "-p",
    "--upgrade-strategy",
    "--progress-bar",
    "--report",
    "--exists-action",
    "--root-user-action",
    "--group",
    "--keyring-provider",
    "--resume-retries",
    "--build-constraint",
    "--link-mode",
    "--index-strategy",
    "--torch-backend",
    "--resolution",
    "--prerelease",
    "--extra",
];

/// Options of a requirements file that mean the same here.
const SHARED: &[&str] = &[
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--trusted-host",
    "--no-binary",
    "--only-binary",
];

fn arguments(
    sheet: &mut Sheet<'_>,
    text: &str,
    offsets: &Offsets,
    range: Range<usize>,
    group: &Group,
) {
    let mut words = requirements::words(&text[range.clone()], range.start).into_iter();
    while let Some(word) = words.next() {
        // What the shell fills in is not known.
        if word.text.contains('$') || word.text.contains("{{") || word.text.contains('*') {
            continue;
        }
        let (name, inline) = match word.text.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
            _ => (word.text.as_str(), None),
        };
        let kind = match name {
            "-r" | "--requirement" => Some(RequirementKind::Wanted),
            "-c" | "--constraint" => Some(RequirementKind::Constraint),
            _ => None,
        };
        if let Some(kind) = kind {
            let target = inline.or_else(|| words.next().map(|word| word.text)).unwrap_or_default();
            if target.contains('$') || target.is_empty() || target.starts_with("/dev/") {
                continue;
            }
            let place = sheet.source.place(offsets.span(word.range.clone()));
            // The folder in which the command runs is not known: the name alone is a hint.
            sheet.manifest.includes.push(Include { kind, target, path: None, place });
        } else if let Some(joined) =
            word.text.strip_prefix("-r").filter(|_| !name.starts_with("--"))
        {
            let place = sheet.source.place(offsets.span(word.range.clone()));
            let (kind, target) = (RequirementKind::Wanted, joined.to_owned());
            sheet.manifest.includes.push(Include { kind, target, path: None, place });
        } else if SHARED.contains(&name) {
            let value = inline.or_else(|| words.next().map(|word| word.text)).unwrap_or_default();
            if !value.contains('$') {
                let span = offsets.span(word.range.clone());
                requirements::option(sheet, name, value, span);
            }
        } else if matches!(name, "-e" | "--editable") {
            let value = inline.map(|text| Word { text, range: word.range.clone() });
            if let Some(target) = value.or_else(|| words.next()).filter(|w| !w.text.contains('$')) {
                one(sheet, offsets, &target, true, group);
            }
        } else if WITH_VALUE.contains(&name) {
            if inline.is_none() {
                words.next();
            }
        } else if !name.starts_with('-') {
            one(sheet, offsets, &word, false, group);
        }
    }
}

fn one(sheet: &mut Sheet<'_>, offsets: &Offsets, word: &Word, editable: bool, group: &Group) {
    requirements::read_word(sheet, group.clone(), word, offsets, editable);
}
