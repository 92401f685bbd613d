//! The bounds that GitHub's code scanning sets on a run, and how a larger result is cut to them.
//!
//! The worst findings stay. The choice depends on the result alone, so that the same scan always
//! leaves out the same findings.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use bartizan_finding::{Finding, ScanResult, Severity};

use super::wire;
use crate::number::{counted, grouped};

/// A run with more results is refused.
const RESULTS: usize = 25_000;
/// GitHub shows no more of them, the most severe first.
const SHOWN: usize = 5_000;
/// A file may have 10 MB once it is compressed. Results compress to less than a fifth.
const RESULT_BYTES: usize = 48_000_000;
/// A result with more than 1,000 locations is refused; one is its own.
pub(super) const RELATED: usize = 999;
/// A rule with more tags is refused.
pub(super) const TAGS: usize = 20;
/// Characters of a rule's name.
pub(super) const NAME: usize = 255;
/// Characters of a rule's descriptions.
pub(super) const DESCRIPTION: usize = 1_024;
/// Characters of a message: GitHub states no bound, a reader has one.
pub(super) const MESSAGE: usize = 4_000;
/// Characters of a piece of code.
pub(super) const SNIPPET: usize = 1_000;
/// Problems that get a notification of their own.
pub(super) const PROBLEMS: usize = 1_000;
/// Files and folders left out that the coverage names.
pub(super) const SKIPPED: usize = 1_000;

/// How many results of each severity had to be left out.
#[derive(Default)]
pub(super) struct Cut {
    kept: usize,
    left_out: BTreeMap<Reverse<Severity>, u64>,
}

/// The results that fit a run, in the order of the findings.
pub(super) fn cut(
    result: &ScanResult,
    mut convert: impl FnMut(&Finding) -> wire::Result,
) -> (Vec<wire::Result>, Cut) {
    let mut ranked: Vec<(usize, &Finding)> = result.findings.iter().enumerate().collect();
    ranked.sort_by_key(|(at, finding)| {
        let hidden = finding.suppressed.is_some();
        (hidden, Reverse(finding.severity), Reverse(finding.confidence), *at)
    });
    let mut kept: BTreeMap<usize, wire::Result> = BTreeMap::new();
    let mut bytes = 0;
    let mut cut = Cut::default();
    let mut full = false;
    for (at, finding) in ranked {
        if !full && kept.len() < RESULTS {
            let converted = convert(finding);
            bytes += size(&converted);
            if bytes <= RESULT_BYTES {
                kept.insert(at, converted);
                continue;
            }
        }
        full = true;
        *cut.left_out.entry(Reverse(finding.severity)).or_default() += 1;
    }
    cut.kept = kept.len();
    (kept.into_values().collect(), cut)
}

/// What the reader of a cut file has to know.
pub(super) fn notes(result: &ScanResult, cut: &Cut) -> Vec<wire::Notification> {
    let mut notes = Vec::new();
    let mut note = |level, text: String| {
        notes.push(wire::Notification {
            descriptor: wire::DescriptorReference { id: "limits" },
            level,
            message: wire::Message::new(text),
            locations: Vec::new(),
        });
    };
    let left_out: u64 = cut.left_out.values().sum();
    if left_out > 0 {
        let parts: Vec<String> = cut
            .left_out
            .iter()
            .map(|(Reverse(severity), count)| format!("{} {severity}", grouped(*count)))
            .collect();
        note(
            "warning",
            format!(
                "{} left out, the least severe, to fit what GitHub takes: {}. \
                 The format json has them all.",
                counted(left_out, "finding"),
                parts.join(", ")
            ),
        );
    }
    if cut.kept > SHOWN {
        note(
            "note",
            format!(
                "GitHub shows the {} most severe of these {} results.",
                grouped(SHOWN as u64),
                grouped(cut.kept as u64)
            ),
        );
    }
    let noted = result.findings.iter().filter(|finding| finding.notes.len() > RELATED).count();
    if noted > 0 {
        note(
            "note",
            format!(
                "{} had more than {RELATED} related locations; the first {RELATED} are kept.",
                counted(noted as u64, "finding")
            ),
        );
    }
    if let Some(more @ 1..) = result.problems.len().checked_sub(PROBLEMS) {
        note("warning", format!("{} more left out.", counted(more as u64, "problem")));
    }
    if let Some(more @ 1..) = result.coverage.skipped.len().checked_sub(SKIPPED) {
        note(
            "note",
            format!("{} more not named in the coverage.", counted(more as u64, "skipped path")),
        );
    }
    notes
}

/// At most `limit` characters of a text, with a sign where it was cut.
pub(super) fn text(text: &str, limit: usize) -> String {
    if text.len() <= limit || text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}

fn size(result: &wire::Result) -> usize {
    struct Count(usize);

    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    serde_json::to_writer(&mut count, result).expect("counting does not fail");
    count.0
}
