//! Every page of a rule tells the truth: its examples are checked.

use std::collections::BTreeMap;

use bartizan_deps::rules::RULES;

use crate::{found, shop};

/// The day on which the examples are read.
const TODAY: &str = "2026-11-23";

/// Text and heading of each code block that is a file of a project.
fn examples(page: &str) -> Vec<(&str, &str)> {
    let mut heading = "";
    let mut examples = Vec::new();
    for (at, block) in page.split("```").enumerate() {
        if at % 2 == 0 {
            heading = block
                .lines()
                .filter_map(|line| line.strip_prefix("## "))
                .next_back()
                .unwrap_or(heading);
        } else if let Some(text) = block.strip_prefix("requirements\n") {
            examples.push((heading, text));
        }
    }
    examples
}

#[test]
fn the_examples_raise_what_they_say_and_nothing_else() {
    for rule in RULES {
        let examples = examples(rule.page);
        for needed in ["Raises", "Stays silent"] {
            assert!(
                examples.iter().any(|(heading, _)| *heading == needed),
                "{}: {needed}",
                rule.id
            );
        }
        for (heading, text) in examples {
            let expected: BTreeMap<u32, &str> = (1..)
                .zip(text.lines())
                .filter_map(|(number, line)| Some((number, line.split_once("# finding: ")?.1)))
                .collect();
            assert_eq!(expected.is_empty(), heading != "Raises", "{}: {text}", rule.id);
            let result = found(&shop(&[("requirements.txt", text)]), TODAY);
            let of_rule = result.findings.iter().filter(|finding| finding.rule.id == rule.id);
            let told: BTreeMap<u32, &str> =
                of_rule.map(|finding| (finding.place.start.line, finding.rule.id)).collect();
            assert_eq!(told, expected, "{}: {text}", rule.id);
        }
    }
}

#[test]
fn the_rules_are_in_order_and_named_after_their_pages() {
    assert!(RULES.is_sorted_by_key(|rule| rule.id));
    for rule in RULES {
        assert!(rule.page.starts_with(&format!("# {}\n", rule.id)), "{}", rule.id);
    }
}
