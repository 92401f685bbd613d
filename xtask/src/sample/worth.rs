//! What each rule is worth: how much of what it says is true.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, ensure};
use bartizan_finding::Status;
use bartizan_rules::RULES;

use super::{Candidate, LEAST_TRUE, Sample, Set, judges_code};
use crate::ecosystem::Verdict;

const HEAD: &str = "rule\twhat\tfound\tread\ttrue\tdebatable\tfalse\tshare\tnote\n";

/// One row for what a rule shows everybody, one for what it shows the careful and the auditor alone.
///
/// A note may be written behind what stays in everyday although its share is low, or away from it
/// although it is high; notes outlive a new table.
pub(super) fn table(sample: &Sample, found: &[Candidate], before: &str) -> String {
    let notes: BTreeMap<(&str, &str), &str> = before
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(((columns.next()?, columns.next()?), columns.next_back()?))
        })
        .collect();
    let mut text = HEAD.to_owned();
    let mut rules: Vec<_> = RULES.iter().filter(|rule| judges_code(rule.info.id)).collect();
    rules.sort_by_key(|rule| rule.info.id);
    for rule in rules {
        let id = rule.info.id;
        for everyday in [true, false] {
            let of = |found: &&Candidate| found.found.rule == id && found.everyday == everyday;
            let found = found.iter().filter(of).count();
            if found == 0 {
                continue;
            }
            let what = match (everyday, rule.info.status) {
                (true, _) => "everyday",
                (false, Status::Stable) => "careful",
                (false, Status::Preview) => "auditor",
            };
            let count = |verdict| {
                let rows = sample.rows.iter().filter(|row| row.rule == id);
                let rows = rows.filter(|row| (row.set != Set::Beyond) == everyday);
                rows.filter(|row| row.verdict == Some(verdict)).count()
            };
            let [yes, debatable, no] =
                [Verdict::True, Verdict::Debatable, Verdict::False].map(count);
            let read = yes + debatable + no;
            let share =
                (100 * yes).checked_div(read).map_or("-".to_owned(), |all| format!("{all} %"));
            let note = notes.get(&(id, what)).copied().unwrap_or_default();
            let _ = writeln!(
                text,
                "{id}\t{what}\t{found}\t{read}\t{yes}\t{debatable}\t{no}\t{share}\t{note}"
            );
        }
    }
    text
}

/// Whether every rule that is shown every day is true often enough, or its note says why it stays.
/// Fewer than four findings say too little of a rule.
pub(super) fn check(table: &str) -> Result<()> {
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [rule, "everyday", _, read, yes, _, _, _, note] = columns[..] else { continue };
        let (read, yes): (usize, usize) = (read.parse()?, yes.parse()?);
        let enough = read < 4 || 100 * yes >= LEAST_TRUE * read || !note.is_empty();
        ensure!(enough, "{rule}: {yes} of {read} are true, and no note says why it stays");
    }
    Ok(())
}
