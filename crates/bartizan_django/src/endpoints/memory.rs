//! What was found out about the project's code already: nothing is asked twice, and nothing for ever.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bartizan_base::Span;
use bartizan_ir::{EffectKind, FileIr, Path, PathId, Value, ValueId};
use bartizan_project::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::gates::{Actor, Ask, Run};
use crate::settings::Truth;

/// Steps that one question may take before its answer is that nobody knows.
const STEPS: u32 = 30_000;

/// What files say, whoever asks.
#[derive(Default)]
pub(super) struct Facts {
    files: RefCell<FxHashMap<FileId, Rc<OfFile>>>,
    shown: RefCell<FxHashMap<Run, Rc<Exits>>>,
}

/// Exits of a function at which nothing was shown, by the path that they leave.
pub(super) type Exits = FxHashMap<Option<PathId>, Vec<Path>>;

/// Places in a file.
pub(super) struct OfFile {
    /// Where code asks who is there, in order.
    asking: Vec<Span>,
    /// Where code asks for staff, in order.
    staff: Vec<Span>,
    /// Statements that raise.
    raises: FxHashSet<Span>,
}

impl OfFile {
    fn of(ir: &FileIr, asks: &dyn Fn(&str) -> bool) -> Self {
        let that = |is: &dyn Fn(&str) -> bool| -> FxHashSet<_> {
            ir.strings.iter().filter(|(_, text)| is(text)).map(|(sym, _)| sym).collect()
        };
        let asking = that(asks);
        let staff = that(&|name| matches!(name, "is_staff" | "is_superuser"));
        let by_decorator = ir.strings.find("staff_member_required");
        let mut found =
            Self { asking: Vec::new(), staff: Vec::new(), raises: FxHashSet::default() };
        for (value, span) in ir.values.iter().zip(&ir.spans) {
            let name = match value {
                Value::Attr { name, .. } | Value::Global { name, .. } => *name,
                Value::Import { name: Some(name), .. } => *name,
                _ => continue,
            };
            if asking.contains(&name) {
                found.asking.push(*span);
            }
            if staff.contains(&name) && matches!(value, Value::Attr { .. })
                || Some(name) == by_decorator
            {
                found.staff.push(*span);
            }
        }
        found.asking.sort_unstable();
        found.staff.sort_unstable();
        for function in &ir.functions {
            let effects = ir.effects[function.effects].iter();
            let raising = effects.filter(|effect| matches!(effect.kind, EffectKind::Raise(_)));
            found.raises.extend(raising.map(|effect| effect.span));
        }
        found
    }

    pub(super) fn asks(&self, inside: Span) -> bool {
        any_inside(&self.asking, inside)
    }

    pub(super) fn asks_for_staff(&self, inside: Span) -> bool {
        any_inside(&self.staff, inside)
    }

    pub(super) fn raises(&self, at: Span) -> bool {
        self.raises.contains(&at)
    }
}

fn any_inside(spans: &[Span], outer: Span) -> bool {
    let first = spans.partition_point(|span| span.start < outer.start);
    spans[first..]
        .iter()
        .take_while(|span| span.start < outer.end)
        .any(|span| outer.contains(*span))
}

impl Facts {
    pub(super) fn of_file(
        &self,
        file: FileId,
        ir: &FileIr,
        asks: &dyn Fn(&str) -> bool,
    ) -> Rc<OfFile> {
        if let Some(known) = self.files.borrow().get(&file) {
            return Rc::clone(known);
        }
        let made = Rc::new(OfFile::of(ir, asks));
        self.files.borrow_mut().insert(file, Rc::clone(&made));
        made
    }

    /// The exits of a function, which `find` finds the first time.
    pub(super) fn exits(&self, run: Run, find: &dyn Fn() -> Exits) -> Rc<Exits> {
        let run = Run { class: None, ..run };
        if let Some(known) = self.shown.borrow().get(&run) {
            return Rc::clone(known);
        }
        let made = Rc::new(find());
        self.shown.borrow_mut().insert(run, Rc::clone(&made));
        made
    }
}

/// What is asked of a test or a path, by whom, how deep inside other questions, and on a route with which
/// arguments.
type Question<T> = (Run, T, Actor, Option<&'static str>, u8, usize);

/// What code does with each of those who ask, for one route or for whichever.
#[derive(Default)]
pub(super) struct Answers {
    tests: RefCell<FxHashMap<Question<ValueId>, Truth>>,
    paths: RefCell<FxHashMap<Question<PathId>, Truth>>,
    results: RefCell<FxHashMap<Question<()>, Truth>>,
    steps: Cell<u32>,
    /// The names of the arguments of each kind of routes that was come to.
    routes: RefCell<Vec<Vec<String>>>,
    /// Which of these is asked about, counted from one; nothing is known of others.
    on: Cell<usize>,
}

impl Answers {
    /// A new question begins.
    pub(super) fn begin(&self) {
        self.steps.set(STEPS);
    }

    /// Takes one step, if there is one left.
    pub(super) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// From now on views are asked on a route with these arguments, where it is known which it has.
    pub(super) fn on_route(&self, arguments: Option<Vec<String>>) {
        let mut routes = self.routes.borrow_mut();
        let at = arguments.map(|mut arguments| {
            arguments.sort_unstable();
            routes.iter().position(|known| *known == arguments).unwrap_or_else(|| {
                routes.push(arguments);
                routes.len() - 1
            })
        });
        self.on.set(at.map_or(0, |at| at + 1));
    }

    /// New ones, on the same route.
    pub(super) fn beside(&self) -> Self {
        let fresh = Self::default();
        fresh.on_route(self.on.get().checked_sub(1).map(|at| self.routes.borrow()[at].clone()));
        fresh
    }

    /// Whether the route gives no argument of this name; nobody knows what one that it gives is.
    pub(super) fn lacks(&self, argument: &str) -> bool {
        let routes = self.routes.borrow();
        let on = self.on.get().checked_sub(1).map(|at| &routes[at]);
        on.is_some_and(|arguments| !arguments.iter().any(|known| known == argument))
    }

    pub(super) fn test(
        &self,
        (run, test, ask, depth): (Run, ValueId, Ask<'_>, u8),
        find: &dyn Fn() -> Truth,
    ) -> Truth {
        self.once(&self.tests, (run, test, ask.actor, ask.method, depth, self.on.get()), find)
    }

    pub(super) fn path(
        &self,
        (run, path, ask, depth): (Run, PathId, Ask<'_>, u8),
        find: &dyn Fn() -> Truth,
    ) -> Truth {
        self.once(&self.paths, (run, path, ask.actor, ask.method, depth, self.on.get()), find)
    }

    pub(super) fn result(
        &self,
        (run, ask, depth): (Run, Ask<'_>, u8),
        find: &dyn Fn() -> Truth,
    ) -> Truth {
        self.once(&self.results, (run, (), ask.actor, ask.method, depth, self.on.get()), find)
    }

    fn once<K: std::hash::Hash + Eq>(
        &self,
        known: &RefCell<FxHashMap<K, Truth>>,
        key: K,
        find: &dyn Fn() -> Truth,
    ) -> Truth {
        if let Some(truth) = known.borrow().get(&key) {
            return *truth;
        }
        let truth = find();
        // What was broken off is no answer to who asks next.
        if self.steps.get() > 0 {
            known.borrow_mut().insert(key, truth);
        }
        truth
    }
}
