//! Every page of a rule about packages tells the truth: its examples are scanned.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

use std::collections::{BTreeMap, BTreeSet};

use bartizan_advisory::{Advisories, builtin, read_file};
use bartizan_base::MemoryTree;
use bartizan_deps::rules::RULES;
use bartizan_deps::{Told, Yanked, outdated};
use bartizan_finding::Profile;
use bartizan_requirement::{PackageName, index};
use bartizan_scan::config::Config;
use bartizan_scan::{Knowledge, scan};

/// The file of an example that no line names.
const USUAL: &str = "requirements.txt";
/// Advisories of an example's own.
const RECORDS: &str = "records.jsonl";

/// What the public index answered about one package of an example.
const INDEX: &str = "index.json";

/// One project of a page, under its heading.
#[derive(Default)]
struct Example<'p> {
    heading: &'p str,
    files: Vec<(&'p str, &'p str)>,
}

/// The projects of a page. A path alone in a line names the file of the next block; a file that is
/// there already, or that nobody names, begins a new project.
fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut heading = "";
    for (at, block) in page.split("```").enumerate() {
        if at % 2 == 0 {
            let last = block.lines().filter_map(|line| line.strip_prefix("## ")).next_back();
            heading = last.unwrap_or(heading);
            continue;
        }
        let before = page.split("```").nth(at - 1).unwrap().trim_end();
        let line = before.lines().next_back().unwrap_or("");
        let named = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:"));
        let path = named.unwrap_or(USUAL);
        let text = block.split_once('\n').unwrap().1;
        let goes_on = examples.last().is_some_and(|last| {
            let is_new = last.files.iter().all(|(known, _)| *known != path);
            last.heading == heading && named.is_some() && is_new
        });
        if !goes_on {
            examples.push(Example { heading, files: Vec::new() });
        }
        examples.last_mut().unwrap().files.push((path, text));
    }
    examples
}

/// Path and line of every place that says `# finding: rule`.
fn expected(example: &Example<'_>, rule: &str) -> BTreeSet<(String, u32)> {
    let of_file = |(path, text): &(&str, &str)| {
        let path = (*path).to_owned();
        let marked = (1..).zip(text.lines()).filter(|(_, line)| {
            line.split_once("# finding: ").is_some_and(|(_, named)| named.trim() == rule)
        });
        marked.map(|(number, _)| (path.clone(), number)).collect::<Vec<_>>()
    };
    example.files.iter().flat_map(of_file).collect()
}

/// The releases that an index says were taken back.
fn answered(text: &str) -> Yanked {
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    let name = PackageName::new(json["name"].as_str().unwrap()).unwrap();
    let listing = index::read(&name, "application/json", text.as_bytes()).unwrap();
    let told = Told { on: "2026-11-20".parse().unwrap(), releases: listing.yanked() };
    let told = BTreeMap::from([(outdated::page(&outdated::public_index(), &name), told)]);
    Yanked { told, ..Yanked::default() }
}

#[test]
fn the_examples_raise_what_they_say_and_nothing_else() {
    for rule in RULES {
        let examples = examples(rule.page);
        for needed in ["Raises", "Stays silent"] {
            assert!(examples.iter().any(|it| it.heading == needed), "{}: {needed}", rule.id);
        }
        for example in examples {
            let records = example.files.iter().find(|(path, _)| *path == RECORDS);
            let own = records.map(|(_, text)| {
                let read = read_file(text.as_bytes()).unwrap();
                Advisories::of_records(read.records, Vec::new(), Vec::new())
            });
            let yanked = example.files.iter().find(|(path, _)| *path == INDEX);
            let yanked = yanked.map(|(_, text)| answered(text)).unwrap_or_default();
            let files = example.files.iter().filter(|(path, _)| ![RECORDS, INDEX].contains(path));
            let tree = files.fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, *text));
            let advisories = own.as_ref().unwrap_or_else(|| builtin());
            let knowledge =
                Knowledge::default().with_advisories(advisories, &[]).with_yanked(&yanked);
            let config = Config { profile: Profile::Careful, ..Config::default() };
            let today = "2026-11-23".parse().unwrap();
            let result = scan(&tree, &config, &knowledge, today, &|_| {});
            let told: BTreeSet<(String, u32)> = result
                .findings
                .iter()
                .filter(|finding| finding.rule.id == rule.id)
                .map(|finding| (finding.place.path.to_string(), finding.place.start.line))
                .collect();
            let expected = expected(&example, rule.id);
            assert_eq!(expected.is_empty(), example.heading != "Raises", "{}", rule.id);
            assert_eq!(told, expected, "{} in {}", rule.id, example.heading);
        }
    }
}
