//! One scan as a person reads it in a terminal: findings, then the summary as the last lines.

mod finding;
mod summary;

use std::collections::BTreeSet;

use bartizan_finding::{Finding, ScanResult};

pub use crate::options::Options;

use crate::ids::short_ids;
use crate::visible::visible;

/// The screen of one scan. Ends with a line break; empty only where `quiet` has nothing to say.
pub fn render(result: &ScanResult, options: &Options) -> String {
    if options.quiet {
        return quiet(result);
    }
    let look = options.look();
    let mut blocks: Vec<Vec<String>> = Vec::new();
    if options.statistics {
        blocks.push(summary::statistics(result, &look));
    } else {
        let ids = short_ids(&result.findings);
        let mut explained = BTreeSet::new();
        let shown = result.findings.iter().zip(&ids);
        let shown: Vec<(&Finding, &str)> = shown
            .filter(|(finding, _)| finding.suppressed.is_none())
            .map(|(finding, id)| (finding, id.as_str()))
            .collect();
        for same in shown.chunk_by(|(a, _), (b, _)| finding::is_same_package(a, b)) {
            // The way to a rule's page is told once, where the rule first speaks.
            let new = explained.insert(same[0].0.rule.id);
            blocks.push(match same {
                [(finding, id)] => finding::block(finding, id, new, &look),
                holes => finding::holes(holes, new, &look),
            });
        }
    }
    if options.problems {
        blocks.push(summary::problems(result));
    }
    blocks.push(summary::lines(result, options, &look));
    let blocks: Vec<String> =
        blocks.iter().filter(|block| !block.is_empty()).map(|block| block.join("\n")).collect();
    blocks.join("\n\n") + "\n"
}

/// One line a finding: `path:line:col severity rule message`. Nothing is cut, for it is searched.
fn quiet(result: &ScanResult) -> String {
    let mut out = String::new();
    for finding in result.shown() {
        let (path, start) = (&finding.place.path, finding.place.start);
        out.push_str(&format!(
            "{}:{}:{} {} {} {}\n",
            visible(path.as_str()),
            start.line,
            start.column,
            finding.severity,
            finding.rule.id,
            visible(&finding.message)
        ));
    }
    out
}
