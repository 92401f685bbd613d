//! Every key of the configuration, in one place: parser and documentation both read this table.

use bartizan_finding::Profile;

use super::reader::{Reader, Value};
use super::{Config, FailOn};

/// A key, as documentation shows it.
#[derive(Debug)]
pub struct Key {
    /// The key as it is written.
    pub name: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    /// What holds without it; as it would be written, or in words in parentheses.
    pub default: &'static str,
    /// A value as somebody might write it.
    pub example: &'static str,
    /// What it does; one or two sentences in Markdown.
    pub help: &'static str,
    pub(super) read: fn(&mut Config, &mut Reader<'_>, &Value<'_>),
}

/// All keys, in the order in which documentation lists them.
pub const KEYS: &[Key] = &[
    Key {
        name: "profile",
        takes: "one of `everyday`, `careful`, `auditor`, `bandit`",
        default: "\"everyday\"",
        example: "\"careful\"",
        help: "How much doubt is shown. `everyday`: settled rules at high and medium confidence, \
               outside of tests. `careful`: low confidence too. `auditor`: every rule, everywhere. \
               `bandit`: what Bandit says, where it says it; its own configuration and `# nosec` \
               count.",
        read: |config, reader, value| {
            let words = Profile::ALL.iter().map(|profile| profile.as_str());
            if let Some(word) = reader.word("profile", value, &words.collect::<Vec<_>>()) {
                let profile = Profile::ALL.iter().find(|profile| profile.as_str() == word);
                config.profile = *profile.unwrap_or(&config.profile);
            }
        },
    },
    Key {
        name: "select",
        takes: "a list of rules",
        default: "(all rules of the profile)",
        example: "[\"injection\", \"B324\"]",
        help: "Only these rules speak. A rule is named by its id, by a peer's id (`B608`, `S608`, \
               `security.W004`) or by its family (`injection`). A rule in preview speaks when it is \
               named by an id.",
        read: |config, reader, value| {
            // Empty means nothing to some tools and everything to others; a scan that finds nothing
            // because it looked for nothing must not come from a misunderstanding.
            if value.get_ref().as_array().is_some_and(|list| list.is_empty()) {
                reader
                    .error(value.span(), "`select` names no rule, so that nothing would speak")
                    .hint("leave the key out, and all rules of the profile speak");
            }
            if let Some(select) = reader.rules("select", value) {
                config.select = select;
            }
        },
    },
    Key {
        name: "ignore",
        takes: "a list of rules",
        default: "[]",
        example: "[\"hardcoded-secret\"]",
        help: "These rules are silent, selected or not. They are named as in `select`.",
        read: |config, reader, value| {
            if let Some(ignore) = reader.rules("ignore", value) {
                config.ignore = ignore;
            }
        },
    },
    Key {
        name: "fail-on",
        takes: "one of `critical`, `high`, `medium`, `low`, `never`",
        default: "(whatever is shown)",
        example: "\"high\"",
        help: "The least severity of a finding that makes the exit code 1.",
        read: |config, reader, value| {
            if let Some(word) = reader.word("fail-on", value, FailOn::WORDS) {
                config.fail_on = word.parse().unwrap_or(config.fail_on);
            }
        },
    },
    Key {
        name: "exclude",
        takes: "a list of patterns",
        default: "[]",
        example: "[\"legacy/\", \"*_pb2.py\"]",
        help: "Files and folders that are not read, as patterns of `.gitignore` relative to the \
               folder of the configuration. The result counts them.",
        read: |config, reader, value| {
            if let Some(exclude) = reader.patterns("exclude", value) {
                config.exclude = exclude;
            }
        },
    },
    Key {
        name: "tests",
        takes: "a list of patterns",
        default: "[]",
        example: "[\"qa/\", \"*_checks.py\"]",
        help: "Files that are test code besides those known by their name (`tests/`, `test_*.py`, \
               `conftest.py`), as patterns of `.gitignore` relative to the folder of the \
               configuration.",
        read: |config, reader, value| {
            if let Some(tests) = reader.patterns("tests", value) {
                config.tests = tests;
            }
        },
    },
    Key {
        name: "models",
        takes: "a list of paths",
        default: "[]",
        example: "[\"security/models\"]",
        help: "Files and folders that tell Bartizan of further packages, relative to the folder of \
               the configuration and inside of it.",
        read: |config, reader, value| {
            if let Some(models) = reader.paths("models", value) {
                config.models = models;
            }
        },
    },
    Key {
        name: "ban",
        takes: "a list of tables",
        default: "[]",
        example: "[{ call = \"shop.legacy.charge\", reason = \"it charges twice\", instead = \"shop.payments.charge\" }]",
        help: "What the team does not want in its code, by dotted name: a `call`, an `import` or an \
               `attribute`, with a `reason` and, if there is one, what to use `instead`.",
        read: |config, reader, value| {
            if let Some(bans) = reader.bans("ban", value) {
                config.bans = bans;
            }
        },
    },
];
