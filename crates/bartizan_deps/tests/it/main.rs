//! What is said of the packages of a shop, from what its manifests and locks say.
#![allow(clippy::unwrap_used, reason = "a test that finds no package where it put one has failed")]

mod ended;
mod ignores;
mod outdated;
mod packages;
mod pages;
mod smells;
mod vulnerable;

use bartizan_advisory::{Advisories, builtin, read_file};
use bartizan_base::MemoryTree;
use bartizan_deps::check;
use bartizan_finding::{Date, ScanResult};
use bartizan_requirement::discover;

/// The files of a project.
fn shop(files: &[(&str, &str)]) -> MemoryTree {
    files.iter().fold(MemoryTree::new(), |tree, (path, content)| tree.with(path, *content))
}

/// What the manifests and locks among these files say.
fn inventory(files: &[(&str, &str)]) -> bartizan_requirement::Inventory {
    discover(&shop(files))
}

/// Records that name versions of the shop's packages, one a line.
fn advisories(records: &str) -> Advisories {
    let read = read_file(records.as_bytes()).unwrap();
    assert_eq!(read.unread, []);
    Advisories::of_records(read.records, Vec::new(), Vec::new())
}

/// A record that affects everything below a version.
fn below(id: &str, package: &str, fixed: &str) -> String {
    format!(
        "{{\"id\": \"{id}\", \"summary\": \"Prices of {package} can be set\", \"affected\": \
         [{{\"package\": {{\"ecosystem\": \"PyPI\", \"name\": \"{package}\"}}, \"ranges\": \
         [{{\"type\": \"ECOSYSTEM\", \"events\": [{{\"introduced\": \"0\"}}, {{\"fixed\": \
         \"{fixed}\"}}]}}]}}]}}\n"
    )
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The findings about a tree, by the built-in advisories, on a day.
fn found(tree: &MemoryTree, today: &str) -> ScanResult {
    check(&discover(tree), builtin(), &[], day(today)).result(tree)
}

/// `path:line severity rule message`
fn lines(result: &ScanResult) -> Vec<String> {
    result
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{}:{} {} {} {}",
                finding.place.path,
                finding.place.start.line,
                finding.severity,
                finding.rule.id,
                finding.message
            )
        })
        .collect()
}
