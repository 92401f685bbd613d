//! `# nosec` as Bandit reads it, its gaps included.

use std::collections::BTreeMap;

use bartizan_base::LineIndex;
use bartizan_finding::SuppressionForm;
use bartizan_ir::{FileIr, Value};

use super::{Said, table};
use crate::FileView;

/// The tests that are silent, by line; none named: all of them.
pub(super) struct Nosec {
    lines: BTreeMap<u32, Vec<&'static str>>,
}

impl Nosec {
    pub(super) fn of(view: &FileView<'_>, text: &str, index: &LineIndex) -> Self {
        let facts = &view.project.file(view.file).facts;
        let lines = facts
            .suppressions
            .iter()
            .filter(|suppression| suppression.form == SuppressionForm::Nosec)
            .filter_map(|suppression| {
                let start = suppression.span.start as usize;
                let comment = text.get(start..)?.lines().next()?;
                // `# NOSEC` is none to Bandit.
                comment.contains("nosec").then(|| {
                    let line = index.line(suppression.span.start);
                    (line, named(comment))
                })
            });
        let mut lines: BTreeMap<_, _> = lines.collect();
        for start in glued(view.ir(), text) {
            let comment = text[start..].lines().next().unwrap_or("");
            lines.entry(index.line(start as u32)).or_insert_with(|| named(comment));
        }
        Self { lines }
    }

    /// Whether a comment on the reported line, or the first on the lines of the code, silences.
    pub(super) fn silences(&self, said: &Said, index: &LineIndex) -> bool {
        let silent = |tests: &Vec<&'static str>| tests.is_empty() || tests.contains(&said.id);
        let own = self.lines.get(&index.line(said.span.start)).filter(|_| said.has_own_line);
        let last = index.line(said.lines.end.saturating_sub(1).max(said.lines.start));
        let around = self.lines.range(index.line(said.lines.start)..=last).next();
        own.is_some_and(silent) || around.is_some_and(|(_, tests)| silent(tests))
    }
}

/// Where comments such as `# nosecurity` begin. They silence too, for Bandit asks for no end of the
/// word; to everybody else they are words.
fn glued(ir: &FileIr, text: &str) -> Vec<usize> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, word) in text.match_indices("nosec") {
        let before = text[..at].trim_end_matches([' ', '\t']);
        if before.ends_with('#') && text[at + word.len()..].starts_with(is_word) {
            found.push(before.len() - 1);
        }
    }
    let in_text = |at: &usize| {
        ir.values.iter().zip(&ir.spans).any(|(value, span)| {
            let is_text = matches!(value, Value::Str(_) | Value::Bytes(_) | Value::Text { .. });
            is_text && (span.start as usize..span.end as usize).contains(at)
        })
    };
    found.retain(|at| !in_text(at));
    found
}

/// The ids that a comment names. Of names that commas alone divide, Bandit takes the last.
fn named(comment: &str) -> Vec<&'static str> {
    let Some(at) = comment.find("nosec") else { return Vec::new() };
    let rest = comment[at + "nosec".len()..].trim_start_matches(':');
    let rest = rest.split('#').next().unwrap_or("");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ',';
    rest.split(|c: char| !is_name(c))
        .filter_map(|run| run.trim_end_matches(',').rsplit(',').next())
        .filter_map(table::named)
        .map(|test| test.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_name_tests_by_id_and_by_name() {
        assert_eq!(named("# nosec"), [""; 0]);
        assert_eq!(named("# nosec: B602, assert_used"), ["B602", "B101"]);
        assert_eq!(named("# nosec B602,B607 # B101"), ["B607"]);
        assert_eq!(named("# nosec the value is constant"), [""; 0]);
    }
}
