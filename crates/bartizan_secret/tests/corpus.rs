//! True and false examples: nothing true is missed, and hardly anything false is said.

#![allow(clippy::unwrap_used, reason = "a test whose corpus cannot be read has failed")]

use bartizan_base::FilePath;
use bartizan_finding::Confidence;
use bartizan_secret::{Candidate, Site, passed_over, search, specimen};

fn rows(text: &str) -> impl Iterator<Item = (&str, String)> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).map(|line| {
        let (path, text) = line.split_once(" | ").unwrap();
        (path, specimen::fill(text))
    })
}

fn found(path: &str, text: &str) -> Vec<Candidate> {
    let path = FilePath::new(path).unwrap();
    if passed_over(&path, text.len() as u64).is_some() {
        return Vec::new();
    }
    let in_tests = path.as_str().starts_with("tests/");
    search(text, Site::of(&path, in_tests))
}

#[test]
fn nothing_true_is_missed() {
    let missed: Vec<String> = rows(include_str!("corpus/true.txt"))
        .filter(|(path, text)| found(path, text).is_empty())
        .map(|(path, text)| format!("{path}: {text}"))
        .collect();
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));
}

#[test]
fn nothing_false_is_said_every_day() {
    let noise: Vec<String> = rows(include_str!("corpus/false.txt"))
        .filter(|(path, text)| {
            found(path, text).iter().any(|found| found.confidence > Confidence::Low)
        })
        .map(|(path, text)| format!("{path}: {text}"))
        .collect();
    assert!(noise.is_empty(), "\n{}", noise.join("\n"));
}

/// What the careful see of it, row by row.
#[test]
fn what_is_doubtful_is_known() {
    let doubtful: Vec<String> = rows(include_str!("corpus/false.txt"))
        .filter(|(path, text)| !found(path, text).is_empty())
        .map(|(path, text)| format!("{path}: {}", text.split_whitespace().next().unwrap()))
        .collect();
    insta::assert_debug_snapshot!(doubtful, @r#"
    [
        "shop/dialect.py: engine",
    ]
    "#);
}

#[test]
fn no_candidate_holds_what_it_points_at() {
    for (path, text) in rows(include_str!("corpus/true.txt")) {
        for candidate in found(path, &text) {
            let value = candidate.span.slice(&text);
            let shown = format!("{candidate:?}");
            assert!(!value.is_empty() && !shown.contains(value), "{path}: {shown}");
        }
    }
}

/// The rows of the corpus are one draw of each kind; here are many.
#[test]
fn what_is_drawn_at_random_is_found_whatever_is_drawn() {
    const DRAWS: u64 = 300;
    let mut missed: Vec<String> = Vec::new();
    for kind in specimen::KINDS {
        let lost = (0..DRAWS)
            .filter(|seed| {
                let secret = specimen::specimen(kind, *seed).unwrap();
                let quoted = found("shop/keys.py", &format!("API_TOKEN = '''{secret}'''\n"));
                let bare = found("deploy/app.yml", &format!("twilio_token: {secret}\n"));
                quoted.is_empty() && bare.is_empty()
            })
            .count() as u64;
        // By chance a draw looks like words, a variable or the beginning of a path.
        if lost * 20 > DRAWS {
            missed.push(format!("{kind}: {lost} of {DRAWS}"));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
