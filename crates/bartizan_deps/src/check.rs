//! One look at all packages of a project.

use bartizan_advisory::Advisories;
use bartizan_base::{Coverage, FileKind, Problem, Reads, Tree};
use bartizan_finding::{Date, Finding, ScanResult, Suppressed};
use bartizan_requirement::Inventory;

use crate::ended::{Ended, ended};
use crate::finding::{Detail, Writer};
use crate::ignore::Ignore;
use crate::package::{Package, Unchecked, packages};
use crate::reach::{Conditions, Facts, Want};
use crate::runtime::Runtime;
use crate::smell::{Smell, smells};
use crate::usage::Code;
use crate::vulnerable::{Vulnerable, in_order, vulnerable};
use crate::yanked::{Asked, Yanked};
use crate::{runtime, smell, usage};

/// What was found, and what was looked at.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The packages that were checked, by name and version.
    pub packages: Vec<Package>,
    /// What could not be checked.
    pub unchecked: Vec<Unchecked>,
    /// Known holes, the worst first.
    pub vulnerable: Vec<Vulnerable<'a>>,
    /// Series that have ended.
    pub ended: Vec<Ended>,
    /// Ways of taking packages that let others choose what comes.
    pub smells: Vec<Smell>,
    /// What the project runs on besides packages, as far as it was looked for.
    pub runtimes: Vec<Runtime>,
    /// Of how many packages it is known whether the release was taken back.
    pub asked: Asked,
    /// Decisions that hide nothing: those that have ended, and those about nothing here.
    pub idle: Vec<Ignore>,
    /// How many manifests and locks were read.
    pub files: u32,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The day on which it was looked.
    pub today: Date,
}

/// Judges what `inventory` holds by what `advisories` know, on the day `today`; `ignores` are what
/// the project has decided to live with.
pub fn check<'a>(
    inventory: &Inventory,
    advisories: &'a Advisories,
    ignores: &[Ignore],
    today: Date,
) -> Report<'a> {
    let (packages, unchecked) = packages(inventory);
    let mut vulnerable = vulnerable(&packages, inventory, advisories);
    let mut idle = Vec::new();
    for ignore in ignores {
        let mut is_used = false;
        for flaw in &mut vulnerable {
            if ignore.holds(today) && ignore.is_about(&packages[flaw.package], &flaw.advisory) {
                flaw.ignored.get_or_insert_with(|| ignore.suppressed());
                is_used = true;
            }
        }
        if !is_used {
            idle.push(ignore.clone());
        }
    }
    Report {
        vulnerable,
        idle,
        runtimes: Vec::new(),
        asked: Asked::default(),
        smells: smells(inventory),
        ended: ended(&packages, advisories, today),
        files: (inventory.manifests.len() + inventory.locks.len()) as u32,
        problems: inventory.problems.clone(),
        packages,
        unchecked,
        today,
    }
}

impl Report<'_> {
    /// The known holes that nobody has decided to live with.
    pub fn open(&self) -> impl Iterator<Item = &Vulnerable<'_>> {
        self.vulnerable.iter().filter(|flaw| flaw.ignored.is_none())
    }

    /// What has to be known of the project's code to tell which holes can be reached, each once.
    pub fn wants(&self) -> Vec<Want> {
        let mut conditions: Vec<&'static Conditions> =
            self.vulnerable.iter().filter_map(|flaw| flaw.conditions).collect();
        // Many versions of one package share what is known of it.
        conditions.sort_unstable_by_key(|known| std::ptr::from_ref(*known));
        conditions.dedup_by_key(|known| std::ptr::from_ref(*known));
        let mut wants: Vec<Want> = conditions.iter().flat_map(|known| known.wants()).collect();
        wants.sort();
        wants.dedup();
        wants
    }

    /// Takes in what is known of the code. What is known to be out of reach comes last of its kind.
    pub fn reach(&mut self, facts: &Facts) {
        for flaw in &mut self.vulnerable {
            if let Some(known) = flaw.conditions {
                flaw.reach = known.reach(facts);
            }
        }
        in_order(&mut self.vulnerable);
    }

    /// Takes in what the project runs on besides packages.
    pub fn run_on(&mut self, runtimes: Vec<Runtime>) {
        self.smells.extend(runtime::ended(&runtimes, self.today));
        smell::in_order(&mut self.smells);
        self.runtimes = runtimes;
    }

    /// Takes in what indexes told of releases that were taken back.
    pub fn took_back(&mut self, yanked: &Yanked, inventory: &Inventory) {
        let (found, asked) = crate::yanked::yanked(&self.packages, inventory, yanked);
        self.asked = asked;
        self.smells.extend(found);
        smell::in_order(&mut self.smells);
    }

    /// Takes in what is known of the code as a whole: which packages it imports.
    pub fn used_by(&mut self, code: &Code, inventory: &Inventory) {
        self.smells.extend(usage::smells(inventory, code));
        smell::in_order(&mut self.smells);
    }

    /// The same as findings, with the lines of `tree` that they are about: the holes, then the
    /// series, then the smells, each in the order of its list.
    pub fn findings(&self, tree: &dyn Tree, detail: Detail) -> Vec<Finding> {
        let mut writer = Writer::new(tree, self, detail);
        let count = self.vulnerable.len() + self.ended.len() + self.smells.len();
        let mut findings: Vec<Finding> = Vec::with_capacity(count);
        findings.extend(self.vulnerable.iter().map(|flaw| writer.vulnerable(flaw)));
        findings.extend(self.ended.iter().map(|ended| writer.ended(ended)));
        findings.extend(self.smells.iter().map(|smell| writer.smell(smell)));
        findings
    }

    /// Keeps what `judge` wants of each finding, in the order of [`Self::findings`]: nothing, or the
    /// item with the decision that it names.
    pub fn settle(&mut self, mut judge: impl FnMut(usize) -> Option<Option<Suppressed>>) {
        let mut number = 0;
        let mut settle = |ignored: &mut Option<Suppressed>| {
            let kept = judge(number);
            number += 1;
            match kept {
                Some(decision) => {
                    *ignored = decision;
                    true
                }
                None => false,
            }
        };
        self.vulnerable.retain_mut(|flaw| settle(&mut flaw.ignored));
        self.ended.retain_mut(|ended| settle(&mut ended.ignored));
        self.smells.retain_mut(|smell| settle(&mut smell.ignored));
    }

    /// The findings alone, by place, with what was read.
    pub fn result(&self, tree: &dyn Tree) -> ScanResult {
        self.result_of(self.findings(tree, Detail::Whole), tree)
    }

    /// These findings about it, by place, with what was read.
    pub fn result_of(&self, mut findings: Vec<Finding>, tree: &dyn Tree) -> ScanResult {
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        let mut coverage = Coverage::default();
        coverage.kinds.insert(FileKind::Manifest, Reads { seen: self.files, read: self.files });
        ScanResult {
            findings,
            problems: self.problems.clone(),
            coverage,
            revision: tree.revision(),
            ..ScanResult::default()
        }
    }
}
