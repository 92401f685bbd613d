//! The options of a requirements file: which there are, what they mean, how a shell would split them.

use std::ops::Range;

use bartizan_finding::Place;

use crate::{Address, Located, Options, RequirementKind};

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Hash,
    Editable,
    Include(RequirementKind),
    IndexUrl,
    ExtraIndexUrl,
    NoIndex,
    FindLinks,
    TrustedHost,
    RequireHashes,
    PreReleases,
    NoBinary,
    OnlyBinary,
    Other,
    Unknown,
    ValueMissing,
}

/// One option with its value.
pub(super) struct Argument {
    pub(super) meaning: Meaning,
    /// The value; the option itself where it has none, or is not understood.
    pub(super) value: String,
    /// Both, in the line.
    pub(super) range: Range<usize>,
}

/// Long name, short name, whether a value follows, meaning.
type Known = (&'static str, &'static str, bool, Meaning);

const KNOWN: &[Known] = &[
    ("--requirement", "-r", true, Meaning::Include(RequirementKind::Wanted)),
    ("--constraint", "-c", true, Meaning::Include(RequirementKind::Constraint)),
    ("--editable", "-e", true, Meaning::Editable),
    ("--hash", "", true, Meaning::Hash),
    ("--index-url", "-i", true, Meaning::IndexUrl),
    ("--pypi-url", "", true, Meaning::IndexUrl),
    ("--extra-index-url", "", true, Meaning::ExtraIndexUrl),
    ("--no-index", "", false, Meaning::NoIndex),
    ("--find-links", "-f", true, Meaning::FindLinks),
    ("--trusted-host", "", true, Meaning::TrustedHost),
    ("--require-hashes", "", false, Meaning::RequireHashes),
    ("--pre", "", false, Meaning::PreReleases),
    ("--no-binary", "", true, Meaning::NoBinary),
    ("--only-binary", "", true, Meaning::OnlyBinary),
    ("--prefer-binary", "", false, Meaning::Other),
    ("--use-feature", "", true, Meaning::Other),
    ("--config-settings", "-C", true, Meaning::Other),
    ("--config-setting", "", true, Meaning::Other),
    ("--global-option", "", true, Meaning::Other),
    ("--install-option", "", true, Meaning::Other),
    // Gone from pip, and found in old files still.
    ("--allow-external", "", true, Meaning::Other),
    ("--allow-unverified", "", true, Meaning::Other),
    ("--allow-all-external", "", false, Meaning::Other),
    ("--always-unzip", "-Z", false, Meaning::Other),
    ("--no-use-wheel", "", false, Meaning::Other),
    ("--use-wheel", "", false, Meaning::Other),
    ("--process-dependency-links", "", false, Meaning::Other),
    ("--uploaded-prior-to", "", true, Meaning::Other),
    ("--all-releases", "", true, Meaning::Other),
    ("--only-final", "", true, Meaning::Other),
];

/// Splits the body of a line into the requirement before the first option and the options.
pub(super) fn split(line: &str, body: Range<usize>) -> (Range<usize>, Vec<Argument>) {
    let text = &line[body.clone()];
    let mut option_at = text.len();
    let mut at = 0;
    for token in text.split([' ', '\t']) {
        if token.starts_with('-') {
            option_at = at;
            break;
        }
        at += token.len() + 1;
    }
    let subject = text[..option_at].trim_end();
    let subject = body.start..body.start + subject.len();
    let words = words(&text[option_at..], body.start + option_at);
    (subject, arguments(words))
}

fn arguments(words: Vec<Word>) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, inline) = match word.text.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
            _ => (word.text.as_str(), None),
        };
        let Some((known, joined)) = find(name) else {
            // A word that is no option stands behind one that wants none, or is not known.
            let option = word.text;
            arguments.push(Argument {
                meaning: Meaning::Unknown,
                value: option,
                range: word.range,
            });
            continue;
        };
        let (_, _, wants_value, meaning) = *known;
        let inline = inline.or_else(|| joined.map(|at| word.text[at..].to_owned()));
        let (meaning, value, range) = match (wants_value, inline) {
            (false, _) => (meaning, word.text, word.range),
            (true, Some(value)) => (meaning, value, word.range),
            (true, None) => match words.next() {
                Some(value) => (meaning, value.text, word.range.start..value.range.end),
                None => (Meaning::ValueMissing, word.text, word.range),
            },
        };
        let value = match meaning {
            Meaning::Other if wants_value => format!("{} {value}", known.0),
            _ => value,
        };
        arguments.push(Argument { meaning, value, range });
    }
    arguments
}

/// The option called `name`, whole, by a prefix that fits no other, or as `-rbase.txt`; then with
/// the place where the value begins.
fn find(name: &str) -> Option<(&'static Known, Option<usize>)> {
    if let Some(known) =
        KNOWN.iter().find(|known| known.0 == name || known.1 == name && !name.is_empty())
    {
        return Some((known, None));
    }
    if name.starts_with("--") && name.len() > 2 {
        let mut fitting = KNOWN.iter().filter(|known| known.0.starts_with(name));
        let first = fitting.next()?;
        return fitting.next().is_none().then_some((first, None));
    }
    let short = name.get(..2)?;
    let known = KNOWN.iter().find(|known| known.1 == short && known.2)?;
    Some((known, Some(2)))
}

/// What the option called `name` means, whole.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    find(name).map(|(known, _)| known.3)
}

/// Notes what an option says.
pub(super) fn apply(options: &mut Options, meaning: Meaning, value: String, place: Place) {
    let address = |value: String, place: Place| Located { value: Address::new(value), place };
    let names = |into: &mut Vec<Located<String>>, value: &str, place: &Place| {
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            into.push(Located { value: name.to_owned(), place: place.clone() });
        }
    };
    match meaning {
        Meaning::IndexUrl => options.index_urls.push(address(value, place)),
        Meaning::ExtraIndexUrl => options.extra_index_urls.push(address(value, place)),
        Meaning::FindLinks => options.find_links.push(address(value, place)),
        Meaning::NoIndex => options.no_index = Some(place),
        Meaning::TrustedHost => options.trusted_hosts.push(Located { value, place }),
        Meaning::RequireHashes => options.require_hashes = Some(place),
        Meaning::PreReleases => options.pre_releases = Some(place),
        Meaning::NoBinary => names(&mut options.no_binary, &value, &place),
        Meaning::OnlyBinary => names(&mut options.only_binary, &value, &place),
        _ => options.others.push(Located { value, place }),
    }
}

/// One word of a shell's command line.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

/// Splits as a POSIX shell does: blanks part words, quotes and `\` keep them together. A quote that
/// is not closed ends with the line.
pub(crate) fn words(text: &str, shift: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open: Option<Word> = None;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        let end = shift + at + character.len_utf8();
        if quote.is_none() && character.is_whitespace() {
            words.extend(open.take());
            continue;
        }
        let word =
            open.get_or_insert_with(|| Word { text: String::new(), range: shift + at..shift + at });
        word.range.end = end;
        match (character, quote) {
            ('\'' | '"', None) => quote = Some(character),
            (_, Some(closing)) if character == closing => quote = None,
            ('\\', None | Some('"')) => {
                if let Some((at, next)) = characters.next() {
                    word.text.push(next);
                    word.range.end = shift + at + next.len_utf8();
                }
            }
            _ => word.text.push(character),
        }
    }
    words.extend(open);
    words
}
