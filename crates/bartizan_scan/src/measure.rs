//! What each rule costs, as a share of a scan.

use std::collections::BTreeSet;
use std::time::Duration;

use bartizan_base::{Entry, FileKind, FilePath, Tree};
use bartizan_finding::{Date, ScanResult};
use bartizan_project::FileId;
use bartizan_python::Extent;
use bartizan_requirement::{Inventory, discover_among};
use bartizan_rules::{Detect, RULES, Rule};
use bartizan_secret::Site;
use bartizan_value::Evaluator;

use crate::config::Config;
use crate::served::Served;
use crate::{Knowledge, Linked, profile, read, settings};

/// What a scan and its rules cost.
pub struct Costs {
    /// The whole scan.
    pub whole: Duration,
    /// Each rule, alone. What all rules of a kind share, such as asking which function is called, is
    /// the cost of the cheapest of them and is not theirs.
    pub rules: Vec<(&'static Rule, Duration)>,
}

/// Measures by `clock`, which tells the time that this thread has worked: it must be called in a pool
/// of one thread.
///
/// Each rule is asked alone and finds nothing worked out by another, so that none looks cheaper than
/// it is.
pub fn costs(
    tree: &dyn Tree,
    config: &Config,
    knowledge: &Knowledge<'_>,
    today: Date,
    clock: &dyn Fn() -> Duration,
) -> Costs {
    let begun = clock();
    let result = crate::scan(tree, config, knowledge, today, &|_| {});
    let whole = clock().saturating_sub(begun);
    drop(result);

    let listing = tree.list();
    let (code, texts): (Vec<Entry>, Vec<Entry>) =
        listing.files.into_iter().partition(|entry| entry.kind == FileKind::Python);
    let extent = |path: &FilePath| match profile::shows_tests(config.profile) {
        false if crate::is_test_code(path, config) => Extent::Interface,
        _ => Extent::Whole,
    };
    let files = read::read_all(tree, &code, &extent, &|_| {});
    let beside = settings::beside(tree, &texts);
    let everything = code.iter().chain(&texts).map(|entry| &entry.path);
    let inventory = discover_among(tree, everything);
    let linked = crate::link(files, knowledge, &mut ScanResult::default());
    let texts = Texts::read(tree, &texts);

    // The first of a kind would pay for what the project remembers from then on.
    let mut warmed = BTreeSet::new();
    for rule in RULES.iter().filter(|rule| warmed.insert(kind(rule))) {
        judge(rule, &linked, &inventory, &beside, &texts, config);
    }
    let mut rules: Vec<(&'static Rule, Duration)> = Vec::new();
    for rule in RULES {
        let begun = clock();
        judge(rule, &linked, &inventory, &beside, &texts, config);
        rules.push((rule, clock().saturating_sub(begun)));
    }
    let shared: Vec<Duration> = rules
        .iter()
        .map(|(rule, _)| {
            let same = rules.iter().filter(|(other, _)| kind(other) == kind(rule));
            same.map(|(_, cost)| *cost).min().unwrap_or_default()
        })
        .collect();
    for ((_, cost), shared) in rules.iter_mut().zip(shared) {
        *cost = cost.saturating_sub(shared);
    }
    Costs { whole, rules }
}

/// Reads and links the Python files of a tree, judges them with the rules that need nothing else, and
/// says how much was found: a scan without settings, endpoints, packages and other text, to compare
/// with linters, which look no further.
pub fn python_alone(
    tree: &dyn Tree,
    config: &Config,
    knowledge: &Knowledge<'_>,
    today: Date,
) -> usize {
    let mut listing = tree.list();
    listing.files.retain(|entry| entry.kind == FileKind::Python);
    let extent = |path: &FilePath| match profile::shows_tests(config.profile) {
        false if crate::is_test_code(path, config) => Extent::Interface,
        _ => Extent::Whole,
    };
    let files = read::read_all(tree, &listing.files, &extent, &|_| {});
    let mut result = ScanResult::default();
    let linked = crate::link(files, knowledge, &mut result);
    let evaluator = Evaluator::new(&linked.project);
    let rules: Vec<&'static Rule> =
        RULES.iter().copied().filter(|rule| !matches!(rule.detect, Detect::Endpoints(_))).collect();
    let (drafts, _) = crate::judge(&linked, &evaluator, &[], &rules, config, &mut result.problems);
    let manifests = BTreeSet::new();
    crate::complete(&linked, drafts, &manifests, config, today, &mut result.problems).len()
}

/// What is read in the same way.
fn kind(rule: &Rule) -> u8 {
    match rule.detect {
        Detect::Calls { .. } => 0,
        Detect::Syntax { .. } => 1,
        // These share nothing but the loop over the files.
        Detect::File(_) | Detect::Project(_) => 2,
        Detect::Settings(_) => 3,
        Detect::Secret(_) => 4,
        Detect::Deployment(_) => 5,
        Detect::Endpoints(_) => 6,
        Detect::Ban | Detect::Suppression(_) => 7,
    }
}

fn judge(
    rule: &'static Rule,
    linked: &Linked,
    inventory: &Inventory,
    beside: &[(FilePath, String)],
    texts: &Texts,
    config: &Config,
) {
    let project = &linked.project;
    let evaluator = Evaluator::new(project);
    let rules = [rule];
    let files: Vec<FileId> = project.files().collect();
    match rule.detect {
        Detect::Calls { .. } | Detect::Syntax { .. } | Detect::File(_) => {
            for file in files {
                if linked.extents[file.index()] == Extent::Whole {
                    let text = &linked.texts[file.index()];
                    bartizan_rules::judge_file(project, &evaluator, file, text, &rules);
                }
            }
        }
        Detect::Settings(_) => {
            let served = Served::of(project, &evaluator, inventory, beside, config);
            let told = served.settings(project, &evaluator);
            crate::judge_settings(linked, &evaluator, &told, &rules);
        }
        Detect::Endpoints(_) => {
            let served = Served::of(project, &evaluator, inventory, beside, config);
            let told = served.settings(project, &evaluator);
            crate::judge_endpoints(linked, &evaluator, &told, &rules);
        }
        Detect::Project(_) => {
            bartizan_rules::judge_project(project, &evaluator, &rules);
        }
        Detect::Secret(_) | Detect::Deployment(_) => {
            for (path, candidates, facts) in &texts.read {
                bartizan_rules::judge_text(path, candidates, facts.as_ref(), &rules);
            }
        }
        Detect::Ban | Detect::Suppression(_) => {}
    }
}

/// What the readers of text found, so that only the rules are measured.
struct Texts {
    read: Vec<(FilePath, Vec<bartizan_secret::Candidate>, Option<bartizan_deployment::Facts>)>,
}

impl Texts {
    fn read(tree: &dyn Tree, entries: &[Entry]) -> Self {
        let wanted = entries
            .iter()
            .filter(|entry| bartizan_secret::passed_over(&entry.path, entry.size).is_none());
        let read = wanted.filter_map(|entry| {
            let bytes = tree.read(&entry.path).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let candidates = bartizan_secret::search(&text, Site::of(&entry.path, false));
            Some((entry.path.clone(), candidates, bartizan_deployment::read(&entry.path, &text)))
        });
        Self { read: read.collect() }
    }
}
