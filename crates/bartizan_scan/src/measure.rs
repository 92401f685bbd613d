//! What each rule costs, as a share of a scan.

use std::collections::BTreeSet;
use std::time::Duration;

use bartizan_base::{Entry, FileKind, FilePath, Tree};
use bartizan_django::registries::Registries;
use bartizan_django::views::Views;
use bartizan_finding::{Date, ScanResult};
use bartizan_python::Extent;
use bartizan_requirement::{Inventory, discover_among};
use bartizan_rules::{Detect, EndpointsView, RULES, Rule};
use bartizan_secret::Site;
use bartizan_value::Evaluator;

use crate::config::Config;
use crate::deployed::Beside;
use crate::served::{Served, Told};
use crate::{Knowledge, Linked, profile, read, settings};

/// What a scan and its rules cost.
pub struct Costs {
    /// The whole scan.
    pub whole: Duration,
    /// Each rule.
    pub rules: Vec<Cost>,
}

/// What one rule costs. What all rules of a kind share, such as asking which function is called, is the
/// cost of the cheapest of them and counts for none.
pub struct Cost {
    /// The rule.
    pub rule: &'static Rule,
    /// Where all that several rules ask for is worked out already: values, settings, who calls whom.
    pub own: Duration,
    /// Where the rule is asked first, and works out whatever it needs: at most so much it costs.
    pub alone: Duration,
    /// What a scan saves without it; measured where `alone` passes the bound.
    pub saved: Option<Duration>,
}

impl Cost {
    /// What to hold against a rule.
    pub fn counted(&self) -> Duration {
        self.saved.map_or(self.alone, |saved| saved.max(self.own))
    }
}

/// How often a measure is taken, of which the least counts: others disturb it, and only upwards.
const TAKEN: usize = 3;

/// Measures by `clock`, which tells the time that this thread has worked: it must be called in a pool
/// of one thread. A rule that costs more than `bound`, as a part of the scan, when it is asked alone is
/// measured once more by what the scan saves without it.
pub fn costs(
    tree: &dyn Tree,
    config: &Config,
    knowledge: &Knowledge<'_>,
    today: Date,
    bound: f64,
    clock: &dyn Fn() -> Duration,
) -> Costs {
    let took = |work: &mut dyn FnMut()| {
        let begun = clock();
        work();
        clock().saturating_sub(begun)
    };
    let whole = took(&mut || drop(crate::scan(tree, config, knowledge, today, &|_| {})));

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
    let scene =
        Scene { linked: &linked, inventory: &inventory, beside: &beside, texts: &texts, config };

    let mut own = Vec::new();
    scene.set(|ready| {
        ready.judge(RULES);
        for rule in RULES {
            let times = (0..TAKEN).map(|_| took(&mut || ready.judge(&[*rule])));
            own.push(times.min().unwrap_or_default());
        }
    });
    let alone = RULES
        .iter()
        .map(|rule| {
            let mut cost = Duration::ZERO;
            scene.set(|ready| cost = took(&mut || ready.judge(&[*rule])));
            cost
        })
        .collect();
    let own = beyond_the_shared(own);
    let alone: Vec<Duration> = beyond_the_shared(alone);

    let together = |rules: &[&'static Rule]| {
        let times = (0..TAKEN).map(|_| {
            let mut cost = Duration::ZERO;
            scene.set(|ready| cost = took(&mut || ready.judge(rules)));
            cost
        });
        times.min().unwrap_or_default()
    };
    let mut with_all = None;
    let rules = RULES.iter().zip(own).zip(alone).map(|((rule, own), alone)| {
        let saved = (alone.as_secs_f64() > bound * whole.as_secs_f64()).then(|| {
            let with = *with_all.get_or_insert_with(|| together(RULES));
            let others: Vec<_> =
                RULES.iter().copied().filter(|other| !std::ptr::eq(*other, *rule)).collect();
            with.saturating_sub(together(&others))
        });
        Cost { rule, own, alone, saved }
    });
    Costs { whole, rules: rules.collect() }
}

/// Each rule's time without that of the cheapest of its kind, in the order of the rules.
fn beyond_the_shared(times: Vec<Duration>) -> Vec<Duration> {
    let shared = |of: &Rule| {
        let same = RULES.iter().zip(&times).filter(|(rule, _)| kind(rule) == kind(of));
        same.map(|(_, time)| *time).min().unwrap_or_default()
    };
    RULES.iter().zip(&times).map(|(rule, time)| time.saturating_sub(shared(rule))).collect()
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

/// What rules are asked about.
struct Scene<'s> {
    linked: &'s Linked,
    inventory: &'s Inventory,
    beside: &'s Beside,
    texts: &'s Texts,
    config: &'s Config,
}

impl Scene<'_> {
    /// Works out what the scan has at hand before it asks any rule, and nothing further.
    fn set(&self, then: impl FnOnce(&Ready<'_>)) {
        let project = &self.linked.project;
        let evaluator = Evaluator::new(project);
        let (inventory, config) = (self.inventory, self.config);
        let django = config.django.as_ref();
        let served = Served::of(project, &evaluator, inventory, self.beside, config, django);
        let told = served.settings(project, &evaluator);
        let views = Views::of(project);
        let given = told.first().map(|told| &told.plain);
        let registries = Registries::of(project, &evaluator, given);
        let surface = given
            .map(|given| {
                let mut surface = bartizan_django::endpoints::surface(project, &evaluator, given);
                bartizan_django::effects::fill(&mut surface, project, &registries);
                surface
            })
            .filter(|surface| !surface.endpoints.is_empty());
        let reached = surface.as_ref();
        let view = EndpointsView::new(project, &evaluator, &registries, &views, reached, given);
        then(&Ready { scene: self, evaluator: &evaluator, told: &told, view: &view });
    }
}

/// A scene with what is worked out of it.
struct Ready<'r> {
    scene: &'r Scene<'r>,
    evaluator: &'r Evaluator<'r>,
    told: &'r [Told<'r>],
    view: &'r EndpointsView<'r>,
}

impl Ready<'_> {
    fn judge(&self, rules: &[&'static Rule]) {
        let Scene { linked, texts, .. } = *self.scene;
        let project = &linked.project;
        let any = |asks: fn(&Detect) -> bool| rules.iter().any(|rule| asks(&rule.detect));
        if any(|detect| {
            matches!(detect, Detect::Calls { .. } | Detect::Syntax { .. } | Detect::File(_))
        }) {
            for file in project.files() {
                if linked.extents[file.index()] == Extent::Whole {
                    let text = &linked.texts[file.index()];
                    bartizan_rules::judge_file(project, self.evaluator, file, text, rules);
                }
            }
        }
        if any(|detect| matches!(detect, Detect::Settings(_))) {
            crate::judge_settings(linked, self.evaluator, self.told, rules);
        }
        if any(|detect| matches!(detect, Detect::Endpoints(_))) {
            bartizan_rules::judge_endpoints(self.view, rules);
        }
        if any(|detect| matches!(detect, Detect::Project(_))) {
            bartizan_rules::judge_project(project, self.evaluator, rules);
        }
        if any(|detect| matches!(detect, Detect::Secret(_) | Detect::Deployment(_))) {
            for (path, candidates, facts) in &texts.read {
                bartizan_rules::judge_text(path, candidates, facts.as_ref(), &[], rules);
            }
        }
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
