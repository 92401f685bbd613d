//! The packages of a project: what is wrong with them, as far as the project wants to see it.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_advisory::Advisories;
use bartizan_base::{Entry, FileKind, FilePath, Tree};
use bartizan_deps::reach::{Facts, Want};
use bartizan_deps::{Detail, Report};
use bartizan_finding::{Date, Finding, PackageCheck, ScanResult, Suppression, SuppressionForm};
use bartizan_python::Extent;
use bartizan_requirement::Inventory;
use bartizan_value::Evaluator;

use crate::config::Config;
use crate::guard::guarded;
use crate::knowledge::Knowledge;
use crate::rules::rules;
use crate::served::Served;
use crate::source::Source;
use crate::{
    faulty_suppressions, is_shown, is_test_code, link, reach, read, settings, suppress, texts,
};

/// How closely packages are looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether the code is read to tell which holes it can reach.
    pub reach: bool,
    /// How much of each finding is written.
    pub detail: Detail,
}

/// Judges the packages in `inventory`, which was read from `tree`, and nothing else, by what is
/// published of them. Where it is wanted, the code is read too, as far as any hole asks for it.
pub fn check<'a>(
    tree: &dyn Tree,
    inventory: &Inventory,
    config: &Config,
    knowledge: &Knowledge<'_>,
    advisories: &'a Advisories,
    look: Look,
    today: Date,
) -> (Report<'a>, ScanResult) {
    let mut report = bartizan_deps::check(inventory, advisories, knowledge.ignores, today);
    let listing = tree.list();
    let listed = listing.files.iter().map(|entry| &entry.path);
    report.run_on(bartizan_deps::runtimes(tree, listed, inventory));
    if let Some(yanked) = knowledge.yanked {
        report.took_back(yanked, inventory);
    }
    let wants = if look.reach { report.wants() } else { Vec::new() };
    if !wants.is_empty() {
        report.reach(&code_facts(tree, listing.files, inventory, config, knowledge, &wants));
    }
    // Who asks about packages alone wants to see those of tests, too.
    let asked = Asked { tree, inventory, config, in_tests: &|_| false, detail: look.detail };
    let (report, findings) = asked.settle(report);
    let mut result = report.result_of(findings, tree);
    result.packages = Some(compared(&report, advisories.date()));
    (report, result)
}

/// What the code and the settings in `tree` say of what is wanted.
fn code_facts(
    tree: &dyn Tree,
    listed: Vec<Entry>,
    inventory: &Inventory,
    config: &Config,
    knowledge: &Knowledge<'_>,
    wants: &[Want],
) -> Facts {
    let (code, texts): (Vec<Entry>, Vec<Entry>) =
        listed.into_iter().partition(|entry| entry.kind == FileKind::Python);
    if code.is_empty() {
        return Facts::default();
    }
    let extent = |path: &FilePath| match is_test_code(path, config) {
        true => Extent::Interface,
        false => Extent::Whole,
    };
    let files = read::read_all(tree, &code, &extent, &|_| {});
    let linked = link(files, knowledge, &mut ScanResult::default());
    let beside = settings::beside(tree, &texts);
    // Where a fault of ours stops the search, nothing is known.
    let facts = guarded(|| {
        let evaluator = Evaluator::new(&linked.project);
        let django = knowledge.django(config);
        let served = Served::of(&linked.project, &evaluator, inventory, &beside, config, django);
        let told = served.settings(&linked.project, &evaluator);
        reach::facts(&linked, inventory, &told, config, wants)
    });
    facts.unwrap_or_default()
}

/// How much was compared with what.
pub(crate) fn compared(report: &Report<'_>, date: &str) -> PackageCheck {
    let advisories: Option<Date> = date.parse().ok();
    let days = |day: Date| report.today.days_since_epoch() - day.days_since_epoch();
    PackageCheck {
        checked: report.packages.len() as u32,
        unchecked: report.unchecked.len() as u32,
        advisories,
        age: advisories.map(|day| u32::try_from(days(day)).unwrap_or(0)),
    }
}

/// The files that manifests and locks were read from.
pub(crate) fn files(inventory: &Inventory) -> BTreeSet<FilePath> {
    let manifests = inventory.manifests.iter().map(|manifest| &manifest.path);
    manifests.chain(inventory.locks.iter().map(|lock| &lock.path)).cloned().collect()
}

/// The comments without the rules about packages that they name.
pub(crate) fn of_others(comments: &[Suppression]) -> Vec<Suppression> {
    divided(comments, false)
}

/// The comments with nothing but the rules about packages that they name.
fn of_packages(comments: &[Suppression]) -> Vec<Suppression> {
    divided(comments, true)
}

fn divided(comments: &[Suppression], of_packages: bool) -> Vec<Suppression> {
    let ours = |name: &String| {
        bartizan_deps::rules::RULES.iter().any(|rule| suppress::is_called(rule, name))
    };
    let part = |comment: &Suppression| {
        if comment.form != SuppressionForm::Bartizan || comment.rules.is_empty() {
            return (!of_packages).then(|| comment.clone());
        }
        let rules: Vec<String> =
            comment.rules.iter().filter(|name| ours(name) == of_packages).cloned().collect();
        (!rules.is_empty()).then(|| Suppression { rules, ..comment.clone() })
    };
    comments.iter().filter_map(part).collect()
}

/// Whose packages were judged, and what of it is to be shown.
pub(crate) struct Asked<'s> {
    pub(crate) tree: &'s dyn Tree,
    pub(crate) inventory: &'s Inventory,
    pub(crate) config: &'s Config,
    /// Which files are test code.
    pub(crate) in_tests: &'s dyn Fn(&FilePath) -> bool,
    /// How much of each finding is written.
    pub(crate) detail: Detail,
}

impl Asked<'_> {
    /// Applies comments, configuration and profile. What is not to be shown is in neither of the two.
    pub(crate) fn settle<'a>(&self, mut report: Report<'a>) -> (Report<'a>, Vec<Finding>) {
        let mut findings = report.findings(self.tree, self.detail);
        for finding in &mut findings {
            finding.in_tests = (self.in_tests)(&finding.place.path);
        }
        let mut faulty = self.silence(&mut findings, report.today);
        let shown: Vec<bool> =
            findings.iter().map(|finding| is_shown(finding, self.config)).collect();
        report.settle(|number| shown[number].then(|| findings[number].suppressed.clone()));
        let mut at = 0;
        findings.retain(|_| {
            at += 1;
            shown[at - 1]
        });
        faulty.retain(|finding| is_shown(finding, self.config));
        findings.extend(faulty);
        (report, findings)
    }

    /// Silences what comments in manifests speak for, and says which comments are at fault.
    fn silence(&self, findings: &mut [Finding], today: Date) -> Vec<Finding> {
        let mut faults = Vec::new();
        let mut by_path: BTreeMap<FilePath, Vec<usize>> = BTreeMap::new();
        for (number, finding) in findings.iter().enumerate() {
            by_path.entry(finding.place.path.clone()).or_default().push(number);
        }
        for path in files(self.inventory) {
            let Ok(bytes) = self.tree.read(&path) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            let in_tests = (self.in_tests)(&path);
            // What is wrong with the words of a comment is told where all texts are read.
            let (comments, _) = texts::suppressions(&path, &text);
            let comments = of_packages(&comments);
            if comments.is_empty() {
                continue;
            }
            let numbers = by_path.get(&path).map(Vec::as_slice).unwrap_or_default();
            let mut own: Vec<Finding> = numbers.iter().map(|at| findings[*at].clone()).collect();
            let faulty = suppress::apply(&comments, &mut own, rules(), today, true);
            let source = Source::plain(&path, &text, Vec::new());
            faults.extend(faulty_suppressions(&source, &faulty, in_tests));
            texts::name_lines(&mut own, &comments, &text);
            for (at, finding) in numbers.iter().zip(own) {
                findings[*at] = finding;
            }
        }
        faults
    }
}
