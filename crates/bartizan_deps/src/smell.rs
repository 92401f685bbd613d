//! Ways in which a project takes packages that let others choose what it gets.

mod hashes;
mod names;
mod source;
mod step;

use bartizan_finding::{Confidence, Place, RuleInfo, Severity, Suppressed};
use bartizan_requirement::{Inventory, LockFormat};

/// One such way, at one place.
#[derive(Clone, Debug)]
pub struct Smell {
    /// The rule that speaks.
    pub rule: &'static RuleInfo,
    /// Where.
    pub place: Place,
    /// The package, or the option.
    pub name: String,
    /// What is wrong here.
    pub message: String,
    /// What it means.
    pub impact: String,
    /// What to do.
    pub fix: String,
    /// Why we are not sure; a clause that begins with "if".
    pub doubt: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The decision to live with it, where there is one that holds.
    pub ignored: Option<Suppressed>,
}

impl Smell {
    /// As bad and as sure as the rule says. `words` are what is wrong, what it means, what to do.
    pub(crate) fn new(
        rule: &'static RuleInfo,
        place: &Place,
        name: impl Into<String>,
        words: [String; 3],
    ) -> Self {
        let [message, impact, fix] = words;
        Self {
            rule,
            place: place.clone(),
            name: name.into(),
            message,
            impact,
            fix,
            doubt: None,
            severity: rule.severity,
            confidence: rule.confidence,
            ignored: None,
        }
    }
}

/// Every smell of `inventory`, by place.
pub(crate) fn smells(inventory: &Inventory) -> Vec<Smell> {
    let mut found = Vec::new();
    for manifest in &inventory.manifests {
        source::options(&manifest.options, &mut found);
        for wish in &manifest.requirements {
            if wish.kind.brings_in() {
                source::source(wish.name.as_str(), &wish.source, &wish.place, &mut found);
            }
        }
        for wish in &manifest.unnamed {
            source::source("", &wish.source, &wish.place, &mut found);
        }
        hashes::of_manifest(manifest, &mut found);
    }
    for lock in &inventory.locks {
        // A tool writes the commit of a repository into its lock; a compiled file is by hand of pip.
        source::options(&lock.options, &mut found);
        if lock.format == LockFormat::PipCompile {
            for package in &lock.packages {
                let name = package.name.as_str();
                source::source(name, &package.source, &package.place, &mut found);
            }
        }
        hashes::of_lock(lock, &mut found);
    }
    names::misspelt(inventory, &mut found);
    step::out_of_step(inventory, &mut found);
    in_order(&mut found);
    found
}

/// Each once, by place.
pub(crate) fn in_order(found: &mut Vec<Smell>) {
    found.sort_by(|a, b| (&a.place, a.rule.id, &a.name).cmp(&(&b.place, b.rule.id, &b.name)));
    found.dedup_by(|a, b| a.place == b.place && a.rule.id == b.rule.id && a.name == b.name);
}
