//! A repair that is offered, made: its finding is gone, and its files have no new one.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

use std::collections::{BTreeMap, BTreeSet};

use bartizan_finding::{Finding, Repair};
use bartizan_rules::RULES;
use bartizan_testkit::page::Page;
use bartizan_testkit::{memory, spec};

type Files = BTreeMap<String, String>;

#[test]
fn a_repair_takes_its_finding_away_and_brings_none() {
    let mut wrong = Vec::new();
    let mut repaired = BTreeSet::new();
    for rule in RULES {
        for example in Page::parse(rule.info.page).unwrap().examples {
            let files: Files = spec::files(&example)
                .into_iter()
                .map(|(path, text)| (path.to_owned(), text))
                .collect();
            let before = findings(&files);
            for finding in before.iter().filter(|finding| finding.repair.is_some()) {
                let Some(repair) = &finding.repair else { continue };
                repaired.insert(finding.rule.id);
                let after = findings(&made(&files, repair));
                let place = format!("{}.md:{}", rule.info.id, example.line);
                if after.iter().any(|it| is_same(it, finding)) {
                    wrong.push(format!("{place}: {} is there after its repair", finding.rule.id));
                }
                for new in &after {
                    let is_edited =
                        repair.edits.iter().any(|edit| edit.place.path == new.place.path);
                    if is_edited && !before.iter().any(|it| is_same(it, new)) {
                        let (id, new) = (finding.rule.id, new.rule.id);
                        wrong.push(format!("{place}: the repair of {id} brings {new}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(repaired.len() >= 14, "only {repaired:?} are repaired");
}

fn findings(files: &Files) -> Vec<Finding> {
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let found = memory::scan(files).findings.into_iter();
    found.filter(|finding| finding.suppressed.is_none()).collect()
}

/// Whether two findings are one, before and after.
fn is_same(a: &Finding, b: &Finding) -> bool {
    a.rule.id == b.rule.id && a.fingerprint == b.fingerprint && a.place.path == b.place.path
}

fn made(files: &Files, repair: &Repair) -> Files {
    let mut files = files.clone();
    let mut edits: Vec<_> = repair.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.place.span.start));
    for edit in edits {
        let text = files.get_mut(edit.place.path.as_str()).unwrap();
        let range = edit.place.span.start as usize..edit.place.span.end as usize;
        text.replace_range(range, &edit.text);
    }
    files
}
