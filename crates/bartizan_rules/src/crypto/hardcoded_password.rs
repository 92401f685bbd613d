//! Passwords, tokens and keys that are written into the code.

use crate::{Detect, Draft, Found, NamedBy, Rule, Syntax, SyntaxSite};
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

/// A password that stands in the code.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hardcoded-password",
        title: "Password in the code",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(798), Cwe(259)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[
            Alias(Peer::Bandit, "B105"),
            Alias(Peer::Bandit, "B106"),
            Alias(Peer::Bandit, "B107"),
            Alias(Peer::Ruff, "S105"),
            Alias(Peer::Ruff, "S106"),
            Alias(Peer::Ruff, "S107"),
        ],
        related: &[],
        was: &[],
        page: include_str!("hardcoded_password.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Named], judge },
    everyday_until: None,
};

/// What holds a password, by the last words of its name.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "secret_key",
    "private_key",
    "access_key",
    "auth_key",
];

/// Words in names of what everybody may know, whatever the last word is.
const SHOWN: &[&str] = &[
    "csrf",
    "xsrf",
    "public",
    "publishable",
    "page",
    "next",
    "cursor",
    "continuation",
    "sync",
    "idempotency",
];

/// What stands in the place of a password, in examples and forms.
const STAND_INS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "changeme",
    "change",
    "example",
    "dummy",
    "test",
    "placeholder",
    "your",
    "none",
    "null",
    "default",
    "foo",
    "bar",
    "xxx",
    "todo",
    "fake",
    "sample",
    "demo",
    "invalid",
    "required",
    "key",
    "field",
    "reset",
    "csrf",
];

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Named { name, text, by } = site.found else { return None };
    let lower = name.to_ascii_lowercase();
    // The key that signs for the site has a rule of its own.
    if lower == "secret_key" || !NAMES.iter().any(|word| is_called(&lower, word)) {
        return None;
    }
    if !looks_like_password(text) || crate::words::has_word(&lower, SHOWN) {
        return None;
    }
    let random = is_random(text);
    let mut draft = site.draft();
    draft.conceal = true;
    draft.doubt = Some("if it opens anything that is in use".to_owned());
    if !random {
        draft = draft.at_most(Confidence::Low, "if this is a password and not a word about one");
    }
    // Dictionaries hold samples as often as settings, whose keys are in capitals.
    if by == NamedBy::Key && name != name.to_ascii_uppercase() {
        draft = draft.at_most(Confidence::Low, "if this is no sample");
    }
    draft.message = format!("`{name}` is given a value in the code");
    draft.label = "readable by whoever reads the code".to_owned();
    draft.impact = "Everyone with a copy of the repository, now or later, has it, and it cannot \
                    be changed without a release."
        .to_owned();
    draft.fix = format!("os.environ[\"{}\"]", name.to_ascii_uppercase());
    Some(draft)
}

/// Whether a name is a word, or ends with it: `db_password`, but not `password_field`.
fn is_called(name: &str, word: &str) -> bool {
    name.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(['_', '-']))
}

/// Whether a text could be one: no label, no name of something, no pattern, no placeholder.
fn looks_like_password(text: &str) -> bool {
    let written_out = || text.chars().any(char::is_whitespace) || !text.is_ascii();
    let pattern = || text.contains(['{', '<', '%', '$', '/', '(', '*']) || text.contains("...");
    let dotted = || text.contains('.') && text.split('.').all(is_name);
    let lower = text.to_ascii_lowercase();
    let stand_in = || crate::words::has_word(&lower, STAND_INS);
    text.len() >= 6
        && text.len() <= 200
        && !written_out()
        && !pattern()
        && !dotted()
        && !stand_in()
        && !is_words(text)
}

fn is_name(part: &str) -> bool {
    part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `reset-done`, `access_token`: names of things, of letters alone.
fn is_words(text: &str) -> bool {
    text.split(['-', '_', ':']).all(|word| word.bytes().all(|b| b.is_ascii_alphabetic()))
        && (text.contains(['-', '_', ':']) || text.bytes().all(|b| b.is_ascii_lowercase()))
}

/// Letters and digits in a mixture that nobody would speak.
fn is_random(text: &str) -> bool {
    let has = |what: fn(&u8) -> bool| text.bytes().any(|b| what(&b));
    let kinds = [
        has(u8::is_ascii_lowercase),
        has(u8::is_ascii_uppercase),
        has(u8::is_ascii_digit),
        has(u8::is_ascii_punctuation),
    ];
    let mut distinct: Vec<u8> = text.bytes().collect();
    distinct.sort_unstable();
    distinct.dedup();
    text.len() >= 8
        && distinct.len() >= 7
        && kinds.iter().filter(|kind| **kind).count() >= 2
        && kinds[2]
}
