//! What comes of a request, and for whom: rows that are changed, and answers that are no refusals.
//!
//! A refusal that stands in a view guards what comes behind it, and nothing that is answered or
//! changed above it. So each of these is told with all that leads to it: the tests around it, and the
//! refusals that were passed on the way.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{EffectKind, FunctionId, Part, PathId, Value, ValueId};
use bartizan_project::{ClassRef, FileId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::conditions::is_about_people;
use crate::deeds::{CHANGING_ITSELF, CHANGING_ROWS};
use crate::formula::Formula;
use crate::reader::{Ask, Callee, Frame, Reader};
use crate::refusals::MOST_ANSWERS;
use crate::view::OF_APIS;

/// Functions inside functions beyond which none is followed.
const DEEPEST: usize = 4;

/// Outcomes of an endpoint's method beyond which none is kept.
const MOST: usize = 60;

/// Conditions that are no guards beyond which an outcome is not compared.
const MOST_DROPPED: usize = 24;

/// Something that comes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether rows are changed; else something is answered.
    pub is_change: bool,
    /// Whether an answer names rows.
    pub has_rows: bool,
    /// What is done, in words.
    pub what: Arc<str>,
    /// For whom, and when.
    pub formula: Formula,
}

impl Outcome {
    /// Whether two are the same, for whomever they are.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.is_change == other.is_change && self.what == other.what
    }

    fn given(mut self, given: &Formula) -> Self {
        self.formula = given.clone().and(self.formula);
        self
    }
}

/// What a run of a function does.
#[derive(Clone, Default)]
struct Ran {
    /// When it is left by an exception that turns somebody away.
    left: Vec<Formula>,
    /// What is changed.
    changes: Vec<Outcome>,
    /// What it answers, where that is asked.
    answers: Vec<Outcome>,
    /// Whether some answer of it is a refusal.
    refuses: bool,
}

/// What was run for one method of an endpoint.
#[derive(Default)]
pub(crate) struct Runs {
    /// By the function, what it was given, and whether its answers were asked for.
    known: FxHashMap<(FileId, FunctionId, Vec<String>, bool), Rc<Ran>>,
    /// All functions that were run.
    entered: FxHashSet<(FileId, FunctionId)>,
}

/// What views of Django and DRF do that change rows, where the project leaves it to them.
const CHANGING_VIEWS: &[&str] = &[
    "form_valid",
    "perform_create",
    "perform_update",
    "perform_destroy",
    "create",
    "update",
    "partial_update",
    "destroy",
    "delete",
    "save_model",
    "delete_model",
];

/// What has these methods and is no row.
const NO_ROWS: &[&str] = &["request.session", "cache", "messages", "self.request.session"];

impl Reader<'_> {
    /// What comes of a view that is a function.
    pub(crate) fn outcomes_of(&self, frame: &Rc<Frame>) -> Vec<Outcome> {
        let mut runs = Runs::default();
        let ran = self.run(frame, true, &mut runs);
        all(ran.changes.iter().chain(&ran.answers).cloned())
    }

    /// What comes of a view that is a class: what stands before the handler is asked first, and what
    /// the handler leaves to the view is done where it gets that far.
    pub(crate) fn outcomes_of_class(
        &self,
        of: ClassRef,
        handlers: &[String],
        ask: &Rc<Ask>,
    ) -> Vec<Outcome> {
        let mut runs = Runs::default();
        let frame = |name: &str| {
            let (file, function) = self.method(of, name)?;
            Some(self.entry(file, function, Some(of), ask, None))
        };
        let mut given = Formula::Always;
        let is_api = self.is_api(of);
        for name in BEFORE {
            if !is_api && OF_APIS.contains(name) {
                continue;
            }
            let Some(frame) = frame(name) else { continue };
            self.refuel();
            let is_dispatch = *name == "dispatch";
            let ran = self.run(&frame, is_dispatch, &mut Runs::default());
            let left = ran.left.iter().cloned().map(Formula::negated);
            given = given.and(Formula::all(left));
            if is_dispatch && !ran.answers.is_empty() {
                let passed = ran.answers.iter().map(|answer| answer.formula.clone());
                given = given.and(Formula::any(passed));
            }
        }
        let mut found = Vec::new();
        let mut passed = Vec::new();
        for name in handlers {
            let Some(frame) = frame(name) else { continue };
            if runs.entered.contains(&(frame.file, frame.function)) {
                continue;
            }
            self.refuel();
            let ran = self.run(&frame, true, &mut runs);
            passed.extend(ran.answers.iter().map(|answer| answer.formula.clone()));
            found.extend(ran.changes.iter().chain(&ran.answers).cloned());
        }
        // What the handler lets come behind it.
        let passed = if passed.is_empty() { Formula::Always } else { Formula::any(passed) };
        for name in BEHIND {
            let Some(frame) = frame(name) else { continue };
            if ask.method == "GET" || runs.entered.contains(&(frame.file, frame.function)) {
                continue;
            }
            self.refuel();
            let ran = self.run(&frame, true, &mut runs);
            let each = ran.changes.iter().chain(&ran.answers).cloned();
            found.extend(each.map(|outcome| outcome.given(&passed)));
        }
        all(found.into_iter().map(|outcome| outcome.given(&given)))
    }

    /// What a run of a function does, seen from its beginning.
    fn run(&self, frame: &Rc<Frame>, is_asked: bool, runs: &mut Runs) -> Rc<Ran> {
        let ir = self.ir(frame.file);
        let record = ir.function(frame.function);
        let given = (0..record.params.len()).map(|index| self.given_words(frame, index));
        let key = (frame.file, frame.function, given.collect::<Vec<_>>(), is_asked);
        if let Some(known) = runs.known.get(&key) {
            return Rc::clone(known);
        }
        // Whoever calls himself does it while he runs.
        runs.known.insert(key.clone(), Rc::default());
        runs.entered.insert((frame.file, frame.function));
        let mut ran = Ran::default();
        let effects = &ir.effects[record.effects];
        let returned: FxHashSet<ValueId> = match is_asked {
            true => effects
                .iter()
                .filter_map(|effect| match effect.kind {
                    EffectKind::Return(Some(value)) => Some(value),
                    _ => None,
                })
                .flat_map(|value| self.leaves(frame.file, value))
                .collect(),
            false => FxHashSet::default(),
        };
        let mut answers: FxHashMap<ValueId, Vec<Outcome>> = FxHashMap::default();
        for effect in effects {
            if !self.step() {
                break;
            }
            match effect.kind {
                EffectKind::Call(call) => {
                    let callee = self.callee(frame, call);
                    if let Some((inner, asked)) = self.followed(frame, call, &callee) {
                        if asked != Formula::Always {
                            let here = self.here(frame, effect.path, &ran.left);
                            ran.left.push(here.and(asked.negated()));
                        }
                        let is_returned = returned.contains(&call);
                        let inside = self.run(&inner, is_returned, runs);
                        let here = self.here(frame, effect.path, &ran.left);
                        if is_returned && (inside.refuses || !inside.answers.is_empty()) {
                            let each = inside.answers.iter().cloned();
                            answers.insert(call, each.map(|one| one.given(&here)).collect());
                        }
                        let changes = inside.changes.iter().cloned();
                        ran.changes.extend(changes.map(|change| change.given(&here)));
                        let left = inside.left.iter().map(|left| here.clone().and(left.clone()));
                        ran.left.extend(left.collect::<Vec<_>>());
                    }
                    match callee {
                        Callee::Project { .. } => {}
                        Callee::External(dotted) if dotted.ends_with("permission_denied") => {
                            let here = self.here(frame, effect.path, &ran.left);
                            ran.left.push(here);
                        }
                        other => {
                            let Some(what) = self.changed_by(frame, call, &other) else { continue };
                            let formula = self.here(frame, effect.path, &ran.left);
                            let what = Arc::from(what);
                            let has_rows = false;
                            ran.changes.push(Outcome { is_change: true, has_rows, what, formula });
                        }
                    }
                }
                EffectKind::Raise(Some(raised)) if self.raised(frame, raised).is_some() => {
                    let here = self.here(frame, effect.path, &[]);
                    ran.left.push(here);
                }
                EffectKind::Return(Some(value)) if is_asked => {
                    let here = self.here(frame, effect.path, &ran.left);
                    let count = ran.answers.len();
                    self.answers(frame, value, &here, &answers, &mut ran.answers, 0);
                    ran.refuses |= ran.answers.len() == count
                        && self
                            .leaves(frame.file, value)
                            .into_iter()
                            .any(|way| self.answered(frame, way, 0).is_some());
                }
                _ => {}
            }
            if ran.changes.len() + ran.answers.len() > MOST {
                break;
            }
        }
        ran.left.retain(|left| *left != Formula::Never);
        let ran = Rc::new(ran);
        runs.known.insert(key, Rc::clone(&ran));
        ran
    }

    /// The run of what a call calls, if that is code of the project, and what decorators ask before it.
    fn followed(
        &self,
        frame: &Rc<Frame>,
        call: ValueId,
        callee: &Callee,
    ) -> Option<(Rc<Frame>, Formula)> {
        let ir = self.ir(frame.file);
        let Value::Call { callee: called, args } = ir.value(call) else { return None };
        if frame.depth >= DEEPEST {
            return None;
        }
        match *callee {
            Callee::Project { file, function, receiver, bound } => {
                let inner = self.enter(frame, (file, function), receiver, bound, args)?;
                Some((inner, self.asked_around(frame, (file, function), args)))
            }
            Callee::Unknown => match ir.value(ir.bare(called)) {
                Value::Attr { of, name } => {
                    let inner = self.row_method(frame, of, ir.str(name), args)?;
                    Some((inner, Formula::Always))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// When code on a path runs, behind those who left before.
    fn here(&self, frame: &Rc<Frame>, path: PathId, left: &[Formula]) -> Formula {
        let span = self.ir(frame.file).function(frame.function).name_span;
        let path = self.path_or_failure(frame, path, span);
        path.and(Formula::all(left.iter().cloned().map(Formula::negated)))
    }

    /// What may be returned, where one of several is.
    fn leaves(&self, file: FileId, value: ValueId) -> Vec<ValueId> {
        let ir = self.ir(file);
        let (mut found, mut open) = (Vec::new(), vec![value]);
        while let Some(value) = open.pop() {
            let value = ir.bare(value);
            match ir.value(value) {
                Value::Gamma { then, otherwise, .. } => open.extend([then, otherwise]),
                Value::Join { ways, .. } => {
                    open.extend(ir.ways[ways].iter().map(|way| way.value));
                }
                Value::Await(of) => open.push(of),
                _ => found.push(value),
            }
            if found.len() + open.len() > MOST {
                break;
            }
        }
        found
    }

    /// What is answered, each of several by its own test; what turns somebody away is no answer.
    fn answers(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        here: &Formula,
        called: &FxHashMap<ValueId, Vec<Outcome>>,
        found: &mut Vec<Outcome>,
        depth: usize,
    ) {
        if *here == Formula::Never || depth > MOST_ANSWERS || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::None => {}
            Value::Await(of) => self.answers(frame, of, here, called, found, depth + 1),
            Value::Gamma { test, then, otherwise } => {
                let test = self.formula(frame, test);
                let (yes, no) = (here.clone().and(test.clone()), here.clone().and(test.negated()));
                self.answers(frame, then, &yes, called, found, depth + 1);
                self.answers(frame, otherwise, &no, called, found, depth + 1);
            }
            Value::Join { ways, .. } => {
                for way in &ir.ways[ways] {
                    let path = self.path_or_failure(frame, way.path, ir.span(value));
                    let here = here.clone().and(path);
                    self.answers(frame, way.value, &here, called, found, depth + 1);
                }
            }
            _ => {
                if let Some(inside) = called.get(&value) {
                    found.extend(inside.iter().cloned());
                    return;
                }
                if self.answered(frame, value, 0).is_some() || self.hands_up_refusals(frame, value)
                {
                    return;
                }
                let what = self.text(frame, value);
                if is_complaint(&what) {
                    return;
                }
                let has_rows = self.names_rows(&what);
                let (what, formula) = (Arc::from(what), here.clone());
                found.push(Outcome { is_change: false, has_rows, what, formula });
            }
        }
    }

    /// Whether all that a function hands up there refuses somebody: `job, refusal = found(request, pk)`.
    fn hands_up_refusals(&self, frame: &Rc<Frame>, value: ValueId) -> bool {
        let Value::Elem { of, which: Part::At(index) } = self.ir(frame.file).value(value) else {
            return false;
        };
        let Some(mut ways) = self.handed_up(frame, of, index) else { return false };
        ways.retain(|(inner, _, way)| {
            let ir = self.ir(inner.file);
            ir.value(ir.bare(*way)) != Value::None
        });
        !ways.is_empty()
            && ways.iter().all(|(inner, _, way)| self.answered(inner, *way, 0).is_some())
    }

    /// Whether words name rows of the project.
    fn names_rows(&self, words: &str) -> bool {
        let mut names = words.split(|c: char| !c.is_alphanumeric() && c != '_');
        names.any(|name| name.starts_with(char::is_uppercase) && self.models.class(name).is_some())
    }

    /// What a call changes that nobody in the project does himself, in words.
    fn changed_by(&self, frame: &Rc<Frame>, call: ValueId, callee: &Callee) -> Option<String> {
        let ir = self.ir(frame.file);
        let Value::Call { callee: called, .. } = ir.value(call) else { return None };
        let Value::Attr { of, name } = ir.value(ir.bare(called)) else { return None };
        let name = ir.str(name);
        if let Callee::External(dotted) = callee
            && dotted.strip_prefix("super.").is_some_and(|name| CHANGING_VIEWS.contains(&name))
        {
            return Some(format!("{dotted}()"));
        }
        if self.is_super(frame.file, of) {
            return None;
        }
        let is_changing = CHANGING_ITSELF.contains(&name);
        if !is_changing && !CHANGING_ROWS.contains(&name) {
            return None;
        }
        let on = self.text(frame, of);
        let is_row = || self.query(frame, of).is_some() || self.names_rows(&on);
        let changes = match is_changing {
            true => !NO_ROWS.iter().any(|word| on.starts_with(word)),
            false => is_row(),
        };
        changes.then(|| format!("{on}.{name}()"))
    }

    /// A parameter in words: what is given in the same words runs alike.
    fn given_words(&self, frame: &Rc<Frame>, index: usize) -> String {
        use crate::reader::Bound;
        match self.param(frame, u32::try_from(index).unwrap_or(u32::MAX)) {
            Bound::Unknown => "?".to_owned(),
            Bound::Itself => "self".to_owned(),
            Bound::Text(text) => text.to_string(),
            Bound::Value(around, value) => self.text(&around, value),
            Bound::Query(query) => format!("{}: {}", query.model, query.formula.number()),
            Bound::Rest(around, given) => {
                given.iter().map(|value| self.text(&around, *value)).collect::<Vec<_>>().join(", ")
            }
            Bound::Keywords(around, given) => given
                .iter()
                .map(|(name, value)| format!("{name}={}", self.text(&around, *value)))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

/// Functions of a class that run before its handler.
const BEFORE: &[&str] = &[
    "dispatch",
    "setup",
    "initial",
    "get_queryset",
    "get_object",
    "filter_queryset",
    "check_permissions",
    "check_object_permissions",
];

/// Functions of a class that run where its handler leaves it to the view.
const BEHIND: &[&str] = &["form_valid", "perform_create", "perform_update", "perform_destroy"];

/// Whether an answer says that something is wrong with what was asked.
fn is_complaint(words: &str) -> bool {
    ["status=4", "status=5", "status=HTTP_4", "status=HTTP_5", "{\"error", "{\"detail\""]
        .iter()
        .any(|word| words.contains(word))
}

/// The outcomes that happen.
fn all(outcomes: impl Iterator<Item = Outcome>) -> Vec<Outcome> {
    outcomes.filter(|outcome| outcome.formula != Formula::Never).take(MOST).collect()
}

/// What is done for more visitors than before, with when it was done and when it is.
pub(crate) fn widened<'o>(
    old: &[Outcome],
    new: &'o [Outcome],
    (was, is): (&Formula, &Formula),
    guards: &BTreeSet<Arc<str>>,
) -> Option<(&'o Outcome, Formula, Formula)> {
    let mut seen: Vec<&Outcome> = Vec::new();
    for outcome in new {
        if seen.iter().any(|known| known.is_same(outcome)) {
            continue;
        }
        seen.push(outcome);
        let whole = |outcomes: &[Outcome], is: &dyn Fn(&Outcome) -> bool| {
            let parts = outcomes.iter().filter(|one| is(one));
            let parts: Option<Vec<Formula>> =
                parts.map(|one| of_guards(&one.formula, guards)).collect();
            let whole = parts.filter(|parts| !parts.is_empty()).map(Formula::any);
            whole.filter(|whole| !whole.has_atom(&is_cut))
        };
        let is_same = |one: &Outcome| one.is_same(outcome);
        let is_like = |one: &Outcome| {
            one.is_change == outcome.is_change && (outcome.is_change || one.has_rows)
        };
        let is_known = outcome.is_change || outcome.has_rows;
        let known = old.iter().any(is_same) && is_known;
        let (before, now) = match known {
            true => (whole(old, &is_same), whole(new, &is_same)),
            // Nobody knows what it was: then for whom anything of its kind was, or anything at all.
            false if is_known && old.iter().any(is_like) => {
                (whole(old, &is_like), whole(new, &is_same))
            }
            false => (whole(old, &|_| true), whole(new, &is_same)),
        };
        let (Some(before), Some(now)) = (before, now) else { continue };
        if before == now {
            continue;
        }
        // Where old conditions are gone and new ones are asked, nobody knows whether they are the same
        // in other words.
        let (olds, news) = (before.atoms(), now.atoms());
        let (gone, came) = (olds.difference(&news).count(), news.difference(&olds).count());
        if gone > 0 && came > 0 {
            continue;
        }
        let (held, holds) = (was.clone().and(before.clone()), is.clone().and(now.clone()));
        if now.lets_in_more_than(&before) && holds.lets_in_more_than(&held) {
            return Some((outcome, before, now));
        }
    }
    None
}

/// For whom anything comes of a request at all; nothing where that is not known.
pub(crate) fn reached(outcomes: &[Outcome], guards: &BTreeSet<Arc<str>>) -> Option<Formula> {
    let parts: Option<Vec<Formula>> =
        outcomes.iter().map(|one| of_guards(&one.formula, guards)).collect();
    let whole = parts.filter(|parts| !parts.is_empty()).map(Formula::any);
    whole.filter(|whole| !whole.has_atom(&is_cut))
}

/// Of whom there are some for whom a formula holds, whatever is sent: what asks nothing of who comes
/// may be either way. Nothing where there is too much of that.
fn of_guards(formula: &Formula, guards: &BTreeSet<Arc<str>>) -> Option<Formula> {
    let mut left = formula.clone();
    let atoms = left.atoms();
    if atoms.iter().any(|atom| is_cut(atom)) {
        return None;
    }
    let is_guard = |atom: &Arc<str>| {
        guards.contains(atom) || is_about_people(&Formula::Atom(Arc::clone(atom)))
    };
    let dropped: Vec<Arc<str>> = atoms.into_iter().filter(|atom| !is_guard(atom)).collect();
    if dropped.len() > MOST_DROPPED {
        return None;
    }
    for atom in dropped {
        let has = |part: &&Formula| part.has_atom(&|known| known == &*atom);
        let (with, without): (Vec<&Formula>, Vec<&Formula>) =
            left.conjuncts().iter().partition(has);
        let with = Formula::all(with.into_iter().cloned());
        let set = |truth: bool| {
            let value = if truth { Formula::Always } else { Formula::Never };
            with.expanded(&|known| (*known == atom).then(|| value.clone()))
        };
        let either = set(true).or(set(false));
        left = Formula::all(without.into_iter().cloned()).and(either);
        if left.has_atom(&is_cut) {
            return None;
        }
    }
    Some(left)
}

/// Whether an atom stands for more than was read.
fn is_cut(atom: &str) -> bool {
    atom == "…" || atom.contains("… #")
}
