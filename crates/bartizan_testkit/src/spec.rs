//! Runs the examples of a page and compares what is found with what the page says.

use std::collections::BTreeSet;
use std::fmt;

use bartizan_finding::{Confidence, Finding};
use bartizan_rules::Rule;
use bartizan_secret::specimen;

use crate::memory;
use crate::page::{Example, Page};

/// Something that a page says of a line of its example.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    path: String,
    line: u32,
    rule: String,
    confidence: Option<Confidence>,
    word: Word,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Finding,
    Missed,
    Noise,
}

const WORDS: &[(&str, Word)] =
    &[("# finding:", Word::Finding), ("# missed:", Word::Missed), ("# noise:", Word::Noise)];

/// The files of an example as they are scanned: without what the page says of them.
pub fn files(example: &Example) -> Vec<(&str, String)> {
    let files = example.files.iter();
    files.map(|(path, text)| (path.as_str(), prepared(path, text).0)).collect()
}

/// Runs a rule's page. Gives what is wrong, as lines to read: of the page as a page, of findings that
/// it promises and that do not come, and of those that come unbidden.
pub fn check(rule: &Rule) -> Vec<String> {
    let page = match Page::parse(rule.info.page) {
        Ok(page) => page,
        Err(complaint) => return vec![format!("{}: {complaint}", rule.info.id)],
    };
    let mut wrong = page.complaints();
    if page.title != rule.info.title {
        wrong.push(format!("the title is `{}`, the rule's `{}`", page.title, rule.info.title));
    }
    for example in &page.examples {
        wrong.extend(run(rule, example));
    }
    wrong.into_iter().map(|line| format!("{}: {line}", rule.info.id)).collect()
}

/// What a scan of the example finds, with the page's own words still in it, where they
/// are comments.
pub fn findings(example: &Example) -> Vec<Finding> {
    let files = files(example);
    let result = memory::scan(files.iter().map(|(path, text)| (*path, text.as_str())));
    result.findings.into_iter().filter(|finding| finding.suppressed.is_none()).collect()
}

fn run(rule: &Rule, example: &Example) -> Vec<String> {
    let mut wrong = Vec::new();
    let claims: Vec<Claim> = example.files.iter().flat_map(claims).collect();
    let own = |claim: &&Claim| claim.rule == rule.info.id;
    for claim in claims.iter().filter(|claim| !own(claim)) {
        wrong.push(format!("{claim}: is about another rule; its own page speaks for it"));
    }
    for claim in &claims {
        let fits = match claim.word {
            Word::Finding => !matches!(example.heading.as_str(), "Stays silent" | "Blind spots"),
            Word::Missed | Word::Noise => example.heading == "Blind spots",
        };
        if !fits {
            wrong.push(format!("{claim}: does not belong under {}", example.heading));
        }
    }
    let found = findings(example);
    let found: Vec<&Finding> = found.iter().filter(|f| f.rule.id == rule.info.id).collect();
    let mut spoken: BTreeSet<usize> = BTreeSet::new();
    for claim in claims.iter().filter(own) {
        let here = found.iter().enumerate().find(|(at, finding)| {
            !spoken.contains(at)
                && finding.place.path.as_str() == claim.path
                && finding.place.start.line == claim.line
        });
        match (claim.word, here) {
            (Word::Missed, Some(_)) => {
                wrong.push(format!("{claim}: no longer missed; move it up the page"));
            }
            (Word::Missed, None) => {}
            (Word::Finding, None) => wrong.push(format!("{claim}: nothing was found")),
            (Word::Noise, None) => {
                wrong.push(format!("{claim}: no longer noise; move it up the page"));
            }
            (Word::Finding | Word::Noise, Some((at, finding))) => {
                spoken.insert(at);
                wrong.extend(manners(finding));
                if let Some(wanted) = claim.confidence
                    && wanted != finding.confidence
                {
                    wrong.push(format!("{claim}: the confidence is {}", finding.confidence));
                }
            }
        }
    }
    for (at, finding) in found.iter().enumerate() {
        if !spoken.contains(&at) {
            let (path, line) = (&finding.place.path, finding.place.start.line);
            wrong.push(format!(
                "{path}:{line}: {} ({}) was found and is not claimed: {}",
                finding.rule.id, finding.confidence, finding.message
            ));
        }
    }
    let place = |line: &String| format!("example at line {}: {line}", example.line);
    wrong.iter().map(place).collect()
}

/// How a finding speaks: whole sentences where they belong, and a reason for every doubt.
fn manners(finding: &Finding) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut complain = |what: &str| {
        wrong.push(format!("`{}`: {what}", finding.message));
    };
    if !finding.message.starts_with(|c: char| c.is_uppercase() || c == '`')
        || finding.message.ends_with('.')
    {
        complain("the message is no sentence with a capital and without a stop");
    }
    if finding.label.is_empty() || finding.label.ends_with('.') {
        complain("the label is no phrase");
    }
    if !finding.impact.ends_with('.') || finding.fix.is_empty() {
        complain("it does not say what comes of it, or what to do");
    }
    match &finding.doubt {
        Some(doubt) if !doubt.starts_with("if ") || doubt.ends_with('.') => {
            complain("the doubt is no clause that begins with `if`");
        }
        None if finding.confidence < finding.rule.confidence => {
            complain("it is less sure than its rule and does not say why");
        }
        _ => {}
    }
    wrong
}

fn claims((path, text): &(String, String)) -> Vec<Claim> {
    prepared(path, text).1
}

/// The file that a block stands for, and what the page says of its lines.
///
/// Where a credential is made up, or `#` begins no comment, the page's words are taken out.
fn prepared(path: &str, text: &str) -> (String, Vec<Claim>) {
    let mut made = String::with_capacity(text.len());
    let mut claims = Vec::new();
    let mut line = 1;
    for code in text.split_inclusive('\n') {
        let filled = specimen::fill(code);
        for (mark, word) in WORDS {
            let Some((_, rest)) = code.split_once(mark) else { continue };
            let rest = rest.split('#').next().unwrap_or(rest);
            for named in rest.split(',') {
                let (rule, confidence) = match named.trim().split_once(" (") {
                    Some((rule, sure)) => (rule, sure.trim_end_matches(')').parse().ok()),
                    None => (named.trim(), None),
                };
                claims.push(Claim {
                    path: path.to_owned(),
                    line,
                    rule: rule.to_owned(),
                    confidence,
                    word: *word,
                });
            }
        }
        let mark = WORDS.iter().find_map(|(mark, _)| filled.find(mark));
        match mark.filter(|_| !path.ends_with(".py") || filled != code) {
            Some(at) => {
                made.push_str(filled[..at].trim_end());
                made.push('\n');
            }
            None => made.push_str(&filled),
        }
        line += filled.matches('\n').count() as u32;
    }
    (made, claims)
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.word {
            Word::Finding => "finding",
            Word::Missed => "missed",
            Word::Noise => "noise",
        };
        write!(f, "{}:{}: {word} {}", self.path, self.line, self.rule)?;
        match self.confidence {
            Some(confidence) => write!(f, " ({confidence})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_stand_at_the_end_of_lines() {
        let text = "a = 1\nb = f(a)  # finding: too-sweet (low), stale\nc = 2  # missed: burnt\n";
        let claims = claims(&("shop/cake.py".to_owned(), text.to_owned()));
        let shown: Vec<String> = claims.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "shop/cake.py:2: finding too-sweet (low)",
                "shop/cake.py:2: finding stale",
                "shop/cake.py:3: missed burnt",
            ]
        );
    }
}
