//! Patterns of origins that match those of strangers.

use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// A pattern of origins matches names that others may register.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cors-pattern-too-loose",
        title: "Pattern of origins that strangers match",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(942), Cwe(777)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cors_pattern_too_loose.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let with_cookies = view.truth("CORS_ALLOW_CREDENTIALS") == Truth::Yes;
    for name in ["CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"] {
        for (value, draft) in view.ways(name) {
            for pattern in items(&value).unwrap_or_default() {
                let Some(text) = pattern.value.as_str() else { continue };
                let (what, sure, doubt) = match looseness(text) {
                    Some(Loose::NoEnd) => ("has a pattern without an end", Confidence::High, None),
                    Some(Loose::Dot) => (
                        "has a dot for any character",
                        Confidence::Medium,
                        Some("if such a name can be registered"),
                    ),
                    None => continue,
                };
                let impact = if with_cookies {
                    "Someone registers a name that the pattern matches; their page asks this site \
                     with the visitor's cookies and reads the answers."
                } else {
                    "Someone registers a name that the pattern matches; their page reads what is open \
                     to the visitor's network."
                };
                let fix = "r\"^https://\\w+\\.clinic\\.example$\"";
                let draft = view.narrowed(draft.clone(), &pattern);
                let draft = view.say(draft, name, what, impact, fix);
                drafts.push(match doubt {
                    _ if !with_cookies => Draft { severity: Some(Severity::Low), ..draft }
                        .at_most(Confidence::Low, "if the answers are not meant for everyone"),
                    Some(doubt) => draft.at_most(sure, doubt),
                    None => draft,
                });
                return;
            }
        }
    }
}

enum Loose {
    /// More may follow.
    NoEnd,
    /// A dot between letters stands for any character.
    Dot,
}

fn looseness(pattern: &str) -> Option<Loose> {
    // What begins with anything is judged by `cors-any-origin`, and alternatives have ends of their own.
    if pattern.contains('|') || !pattern.trim_start_matches('^').starts_with("http") {
        return None;
    }
    let host = pattern.split_once("//")?.1;
    // A pattern that is open at once, or ends with what may be anything, is no name with a mistake.
    if !host.chars().any(char::is_alphanumeric) || host.ends_with(".*") || host.ends_with(".+") {
        return None;
    }
    if !(host.ends_with('$') || host.ends_with("\\Z") || host.ends_with("\\z")) {
        return Some(Loose::NoEnd);
    }
    let mut in_class = false;
    let characters: Vec<char> = host.chars().collect();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| characters[before]);
        let is_escaped = before == Some('\\');
        match character {
            '[' if !is_escaped => in_class = true,
            ']' if !is_escaped => in_class = false,
            '.' if !in_class && !is_escaped => {
                let after = characters.get(at + 1);
                let is_between = before.is_some_and(char::is_alphanumeric)
                    && after.is_some_and(|after| after.is_alphanumeric());
                if is_between {
                    return Some(Loose::Dot);
                }
            }
            _ => {}
        }
    }
    None
}
