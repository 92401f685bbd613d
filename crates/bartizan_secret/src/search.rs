//! One pass over a text for everything that may begin a credential, and a closer look at each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use bartizan_base::Span;
use bartizan_finding::Confidence;

use crate::provider::PROVIDERS;
use crate::site::{Form, Role, Site};
use crate::{Candidate, What, assigned, command, header, private_key, url};

/// More than this in one text is a list of something, and no reader goes through it.
const MOST: usize = 200;

/// The credentials in `text`, in its order, none inside another.
pub fn search(text: &str, site: Site) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    // Names are asked once a value: what lies before this is done with.
    let mut named_up_to = 0;
    for hit in TRIGGERS.automaton.find_iter(text) {
        let candidate = match TRIGGERS.meanings[hit.pattern().as_usize()] {
            Meaning::Key(index) => key(index, text, hit.start()),
            Meaning::PrivateKey => private_key::at(text, hit.start()),
            Meaning::Url => url::at(text, hit.start()),
            Meaning::Header => header::at(text, hit.start(), hit.end()),
            Meaning::Command => command::at(text, hit.start(), hit.end(), site),
            Meaning::Name => {
                if hit.start() < named_up_to || matches!(site.form, Form::Lock) {
                    continue;
                }
                let (end, candidate) = assigned::at(text, hit.start(), hit.end(), site);
                named_up_to = end;
                candidate
            }
        };
        found.extend(candidate.and_then(|candidate| place(candidate, site)));
        if found.len() >= MOST {
            break;
        }
    }
    found.sort_by(|a, b| {
        (a.span.start, strength(&a.what), b.span.end).cmp(&(
            b.span.start,
            strength(&b.what),
            a.span.end,
        ))
    });
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in found {
        match kept.last_mut() {
            Some(last) if candidate.span.start < last.span.end => {
                // The surest word on one place, with the name that the other knows it by.
                if strength(&candidate.what) < strength(&last.what) {
                    let key = std::mem::take(&mut last.key);
                    *last = Candidate { key, ..candidate };
                } else if last.key.is_empty() {
                    last.key = candidate.key;
                }
            }
            _ => kept.push(candidate),
        }
    }
    doubt_what_recurs(text, &mut kept);
    kept
}

/// A value that a text states over and over is an example that it gives; it is told once.
fn doubt_what_recurs(text: &str, found: &mut Vec<Candidate>) {
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for candidate in found.iter() {
        *times.entry(candidate.span.slice(text)).or_default() += 1;
    }
    let mut told = BTreeSet::new();
    found.retain_mut(|candidate| {
        let value = candidate.span.slice(text);
        if matches!(candidate.what, What::Named { .. }) && times.get(value) > Some(&2) {
            let doubt = "if the value that stands here so often is more than an example";
            *candidate = candidate.clone().at_most(Confidence::Low, doubt);
        }
        told.insert(value)
    });
}

/// What knows best what a value is comes first.
fn strength(what: &What) -> u8 {
    match what {
        What::Key(_) => 0,
        What::PrivateKey { .. } => 1,
        What::Url { .. } => 2,
        What::Named { .. } => 3,
    }
}

fn key(index: usize, text: &str, at: usize) -> Option<Candidate> {
    let provider = &PROVIDERS[index];
    let key = provider.key_at(index, text, at)?;
    Some(Candidate {
        span: Span::new(key.start as u32, key.end as u32),
        what: What::Key(provider),
        key: assigned::name_before(text, key.start),
        confidence: key.confidence,
        doubt: key.doubt,
    })
}

/// What the place of the text makes of a candidate.
fn place(candidate: Candidate, site: Site) -> Option<Candidate> {
    let checkable = matches!(candidate.what, What::Key(_) | What::PrivateKey { .. });
    match site.role {
        Role::Live => Some(candidate),
        Role::Tests if !checkable => None,
        Role::Tests => Some(
            candidate.at_most(Confidence::Low, "if what the tests use opens anything but a test"),
        ),
        // `postgres://shop:shop@localhost` is how everybody writes it down.
        Role::Example if matches!(candidate.what, What::Url { local: true, .. }) => None,
        Role::Example if matches!(candidate.what, What::PrivateKey { .. }) => {
            Some(candidate.at_most(Confidence::Low, "if the key is used beyond the example"))
        }
        Role::Example if checkable => {
            Some(candidate.at_most(Confidence::Medium, "if the key in the example is a true one"))
        }
        Role::Example => {
            Some(candidate.at_most(Confidence::Low, "if the value in the example is a true one"))
        }
    }
}

/// What a trigger stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Key(usize),
    PrivateKey,
    Url,
    Header,
    Command,
    Name,
}

struct Triggers {
    automaton: AhoCorasick,
    meanings: Vec<Meaning>,
}

static TRIGGERS: LazyLock<Triggers> = LazyLock::new(|| {
    let mut words: Vec<&str> = Vec::new();
    let mut meanings = Vec::new();
    let mut add = |word: &'static str, meaning: Meaning| {
        words.push(word);
        meanings.push(meaning);
    };
    for (index, provider) in PROVIDERS.iter().enumerate() {
        for trigger in provider.triggers {
            add(trigger, Meaning::Key(index));
        }
    }
    add("-----BEGIN ", Meaning::PrivateKey);
    add("PuTTY-User-Key-File-", Meaning::PrivateKey);
    add("://", Meaning::Url);
    for scheme in header::TRIGGERS {
        add(scheme, Meaning::Header);
    }
    for program in command::TRIGGERS {
        add(program, Meaning::Command);
    }
    for word in assigned::TRIGGERS {
        add(word, Meaning::Name);
    }
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&words)
        .expect("a few hundred short words fit an automaton");
    Triggers { automaton, meanings }
});
