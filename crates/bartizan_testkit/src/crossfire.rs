//! What rules have to say about the examples of others.
//!
//! An example shows one hazard, but it is a little program, and other rules may have a word about it.
//! The table of all such words is committed: a change in one rule that reaches the pages of others is
//! seen line by line.

use std::fmt::Write as _;

use bartizan_rules::Rule;

use crate::page::Page;
use crate::spec;

/// The table: the page, the line of the page where the example begins, the file and line in the
/// example, the rule that speaks, and how sure it is.
pub fn table(rules: &[&Rule]) -> String {
    let mut table = String::from("page\texample\tplace\trule\tconfidence\n");
    let mut rules: Vec<&Rule> = rules.to_vec();
    rules.sort_by_key(|rule| rule.info.id);
    for rule in rules {
        let Ok(page) = Page::parse(rule.info.page) else { continue };
        for example in &page.examples {
            for finding in spec::findings(example) {
                // A sketch of settings lacks nearly all that Django's own checks ask for.
                if finding.rule.id != rule.info.id && finding.check.is_none() {
                    let (path, line) = (&finding.place.path, finding.place.start.line);
                    let _ = writeln!(
                        table,
                        "{}\t{} {}\t{path}:{line}\t{}\t{}",
                        rule.info.id,
                        example.line,
                        example.heading,
                        finding.rule.id,
                        finding.confidence
                    );
                }
            }
        }
    }
    table
}
