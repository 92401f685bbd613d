//! What code that a request runs through does: whom it turns away, which rows it fetches, which forms
//! it fills.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_base::Span;
use bartizan_ir::{
    Arg, ArgKind, ClassId, EffectKind, FunctionId, Path, PathId, Run, Value, ValueId,
};
use bartizan_project::{ClassRef, Entity, FileId};
use rustc_hash::FxHashSet;

use crate::conditions::{FAILS, is_about_middleware, is_about_people, meets_strangers};
use crate::deeds::Deed;
use crate::fields::Fields;
use crate::formula::{ASSERTED, Formula};
use crate::reader::{Callee, Frame, Reader};
use crate::refusals::{Denial, MOST_ANSWERS};
use crate::scope::Query;
use crate::validated::SENT;

/// What was met on the way.
#[derive(Default)]
pub(crate) struct Walked {
    /// When a visitor is turned away.
    denied: Vec<Formula>,
    /// The tests on which that happens: whoever comes behind them has passed.
    tests: Vec<Formula>,
    /// What is fetched.
    pub(crate) queries: Vec<Query>,
    /// Which rows a query itself chooses, where more is asked on the way to it.
    pub(crate) by_itself: Vec<(Query, Formula)>,
    /// Forms and serializers that are made, and for whom.
    pub(crate) classes: Vec<(FileId, ClassId, Formula)>,
    /// The fields of forms that are made of models on the spot, and for whom.
    pub(crate) made: Vec<(Fields, Formula)>,
    /// Who gets what he sends past the forms of a class-based view.
    pub(crate) validated: Vec<Formula>,
    /// Fields that are set from what the visitor sends, and keys of what he is answered.
    pub(crate) set: Vec<(String, (FileId, bartizan_base::Span))>,
    pub(crate) told: Vec<(String, (FileId, bartizan_base::Span))>,
    /// What is done for some of those who ask.
    pub(crate) deeds: Vec<Deed>,
    /// Whether this stands before a view: what it lets by unasked is part of what it asks.
    pub(crate) is_gate: bool,
    /// Whether somebody asks the permission classes for the object.
    pub(crate) object_checked: bool,
    /// Methods of bases outside the project that are asked by `super()` or on `self`.
    pub(crate) outer: FxHashSet<String>,
    /// Whether nobody looks at what the function that is walked gives.
    is_dropped: bool,
    /// Functions that were walked, each with the classes and functions that it was given, and whether
    /// somebody looked at what it gives.
    done: FxHashSet<(FileId, FunctionId, Vec<Entity>, bool)>,
}

impl Walked {
    /// Some are turned away. Where it looks as if everyone were, what decides was not understood: the
    /// end of a loop that looks for something.
    fn turn_away(&mut self, when: Formula) {
        if when != Formula::Always {
            self.denied.push(when);
        }
    }

    /// Who is not turned away.
    pub(crate) fn access(&self) -> Formula {
        Formula::all(self.denied.iter().cloned().map(Formula::negated))
    }
}

/// Conditions of a gate beyond which only those about people count.
const MOST_OF_A_GATE: usize = 16;

impl Walked {
    /// For what stands before a view.
    pub(crate) fn gate() -> Self {
        Self { is_gate: true, ..Self::default() }
    }
}

/// How code comes to leave: by a statement, or by one of the ways of what it answers.
#[derive(Clone)]
struct By {
    path: PathId,
    /// The tests of what it answers, and how each came out: `redirect(…) if … else render(…)`.
    tests: Vec<(ValueId, bool)>,
}

impl By {
    fn path(path: PathId) -> Self {
        Self { path, tests: Vec::new() }
    }

    fn with(&self, test: ValueId, truth: bool) -> Self {
        let mut by = self.clone();
        by.tests.push((test, truth));
        by
    }
}

impl Reader<'_> {
    /// Walks a function and what it calls. `given` holds whenever it runs.
    pub(crate) fn walk(&self, frame: &Rc<Frame>, given: &Formula, walked: &mut Walked) {
        let run = (frame.file, frame.function, self.given_code(frame), walked.is_dropped);
        if !walked.done.insert(run) || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        let function = ir.function(frame.function);
        // The last link of a chain comes last: what it begins with is no query of its own.
        let mut inside: FxHashSet<ValueId> = FxHashSet::default();
        let effects = &ir.effects[function.effects];
        let tests = self.tests_of(frame);
        for effect in effects.iter().rev() {
            let EffectKind::Call(call) = effect.kind else { continue };
            if inside.contains(&call) {
                continue;
            }
            let Some(path) = self.path(frame, effect.path, true) else { continue };
            if path == Formula::Never {
                continue;
            }
            if let Some(query) = self.query(frame, call) {
                self.links(frame.file, call, &mut inside);
                // What is asked of them is part of the test, and none is met.
                if self.is_asked_alone(frame, call, &tests) {
                    continue;
                }
                let own = query.formula;
                let query =
                    Query { formula: given.clone().and(path).and(own.clone()), model: query.model };
                if query.formula == Formula::Never {
                    continue;
                }
                if query.formula != own {
                    walked.by_itself.push((query.clone(), own));
                }
                walked.queries.push(query);
            }
        }
        for effect in effects {
            self.note_own(frame, effect, given, walked);
            self.note_deed(frame, effect, given, walked);
            self.note_known(frame, effect, given, walked);
            match effect.kind {
                EffectKind::Call(call) => self.call(frame, call, effect.path, given, walked),
                EffectKind::Raise(Some(raised)) => {
                    if let Some(denial) = self.raised(frame, raised) {
                        self.deny(frame, &By::path(effect.path), given, denial, walked);
                    }
                }
                EffectKind::Return(Some(value)) if !walked.is_dropped => {
                    self.answer(frame, value, &By::path(effect.path), given, walked);
                }
                EffectKind::Assert(test) => {
                    let asked = self.formula(frame, test);
                    if is_about_people(&asked)
                        && !is_about_middleware(&asked)
                        && let Some(path) = self.path(frame, effect.path, true)
                    {
                        // Not a guard: Python leaves it out when it optimises.
                        let place = (frame.file, effect.span);
                        let asserted = self.atom(format!("{ASSERTED}{asked}"), place);
                        walked.turn_away(given.clone().and(path).and(asserted.negated()));
                    }
                }
                EffectKind::StoreAttr { object, name, value } => {
                    if ir.str(name) == "queryset"
                        && let Some(path) = self.path(frame, effect.path, true)
                        && path != Formula::Never
                        && let Some(query) = self.offered(frame, object, value)
                    {
                        let formula = given.clone().and(path).and(query.formula);
                        walked.queries.push(Query { formula, ..query });
                    }
                    if self.is_chosen_by_visitor(frame, value) && !self.is_itself(frame, object) {
                        let place = (frame.file, effect.span);
                        walked.set.push((ir.str(name).to_owned(), place));
                    }
                }
                _ => {}
            }
        }
    }

    /// The rows that a test cannot do without: who does not find them is refused. In which order it
    /// asks is nothing to the rows.
    pub(crate) fn found_by_test(&self, frame: &Rc<Frame>) -> Vec<Query> {
        let ir = self.ir(frame.file);
        let calls = ir.effects[ir.function(frame.function).effects].iter().filter_map(|effect| {
            let EffectKind::Call(call) = effect.kind else { return None };
            let Value::Call { callee, .. } = ir.value(call) else { return None };
            let name = match ir.value(ir.bare(callee)) {
                Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
                Value::Import { name: Some(name), .. } => ir.str(name),
                _ => return None,
            };
            let is_one = matches!(
                name,
                "get" | "aget" | "get_subclass" | "get_object_or_404" | "aget_object_or_404"
            );
            let found = is_one.then(|| self.query(frame, call))??;
            // Whoever does not find them is let in all the same.
            Some(match self.passes_without(frame, effect.path) {
                true => {
                    let fails = self.atom(FAILS, (frame.file, effect.span));
                    Query { formula: found.formula.or(fails), ..found }
                }
                false => found,
            })
        });
        calls.collect()
    }

    /// Whether a function gives something true where what is tried on a path fails.
    fn passes_without(&self, frame: &Rc<Frame>, path: PathId) -> bool {
        let ir = self.ir(frame.file);
        let steps = |path: PathId| {
            std::iter::successors(Some(path), |path| ir.path(*path).parent()).map(|at| ir.path(at))
        };
        let tried: Vec<_> = steps(path)
            .filter_map(|step| if let Path::Tried { of, .. } = step { Some(of) } else { None })
            .collect();
        ir.effects[ir.function(frame.function).effects].iter().any(|effect| {
            let EffectKind::Return(Some(value)) = effect.kind else { return false };
            let mut handlers = steps(effect.path);
            handlers.any(|step| matches!(step, Path::Handler { of, .. } if tried.contains(&of)))
                && self.formula(frame, value) != Formula::Never
        })
    }

    /// Where the tests of a function stand that lead to anything in it.
    fn tests_of(&self, frame: &Rc<Frame>) -> Vec<Span> {
        let ir = self.ir(frame.file);
        let effects = &ir.effects[ir.function(frame.function).effects];
        let (mut seen, mut found) = (FxHashSet::default(), Vec::new());
        for effect in effects {
            let mut at = Some(effect.path);
            while let Some(path) = at.filter(|path| seen.insert(*path)) {
                match ir.path(path) {
                    Path::Given { test, .. } => found.push(ir.span(test)),
                    Path::Escaped { exit, .. } => {
                        let exits = std::iter::successors(Some(exit), |at| ir.path(*at).parent());
                        for exit in exits.take_while(|exit| !seen.contains(exit)) {
                            if let Path::Given { test, .. } = ir.path(exit) {
                                found.push(ir.span(test));
                            }
                        }
                    }
                    _ => {}
                }
                at = ir.path(path).parent();
            }
        }
        found
    }

    /// Whether rows are no more than asked for: `orders.filter(…).exists()`, `if user in
    /// order.watchers.all():`.
    fn is_asked_alone(&self, frame: &Rc<Frame>, call: ValueId, tests: &[Span]) -> bool {
        let ir = self.ir(frame.file);
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        let Value::Attr { name, .. } = ir.value(ir.bare(callee)) else { return false };
        match ir.str(name) {
            "exists" | "aexists" => true,
            "all" | "filter" | "exclude" | "count" | "values_list" | "distinct" => {
                let span = ir.span(call);
                tests.iter().any(|test| test.contains(span))
            }
            _ => false,
        }
    }

    /// All calls that a chain consists of.
    fn links(&self, file: FileId, call: ValueId, inside: &mut FxHashSet<ValueId>) {
        let ir = self.ir(file);
        let mut at = call;
        for _ in 0..60 {
            at = ir.bare(at);
            match ir.value(at) {
                Value::Call { callee, args } => {
                    inside.insert(at);
                    match ir.value(ir.bare(callee)) {
                        Value::Attr { of, .. } => {
                            // `self.filter_queryset(self.get_queryset())`
                            for arg in &ir.args[args] {
                                let is_handed = matches!(arg.kind, ArgKind::Positional);
                                if let Value::Call { .. } = ir.value(ir.bare(arg.value))
                                    && is_handed
                                {
                                    inside.insert(ir.bare(arg.value));
                                }
                            }
                            at = of;
                        }
                        _ => match ir.args[args].first() {
                            Some(arg) => at = arg.value,
                            None => return,
                        },
                    }
                }
                // The row whose relation is read is fetched by a query of its own.
                Value::Attr { .. } => return,
                Value::Await(of) | Value::Index { of, .. } => at = of,
                Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
                Value::Gamma { then, otherwise, .. } => {
                    self.links(file, otherwise, inside);
                    at = then;
                }
                _ => return,
            }
        }
    }

    fn call(
        &self,
        frame: &Rc<Frame>,
        call: ValueId,
        path: PathId,
        given: &Formula,
        walked: &mut Walked,
    ) {
        let ir = self.ir(frame.file);
        let Value::Call { callee, args } = ir.value(call) else { return };
        if let Value::Attr { name, .. } = ir.value(ir.bare(callee)) {
            self.rows(frame, ir.str(name), args, walked);
        }
        match self.callee(frame, call) {
            Callee::Project { file, function, receiver, bound } => {
                let Some(path) = self.path(frame, path, true) else { return };
                if path == Formula::Never {
                    return;
                }
                match self.asked_around(frame, (file, function), args) {
                    Formula::Always => {}
                    asked => {
                        walked.turn_away(given.clone().and(path.clone()).and(asked.negated()));
                    }
                }
                if let Some(inner) = self.enter(frame, (file, function), receiver, bound, args) {
                    let was_dropped = walked.is_dropped;
                    walked.is_dropped |= self.is_dropped(frame.file, call);
                    self.walk(&inner, &given.clone().and(path), walked);
                    walked.is_dropped = was_dropped;
                }
            }
            Callee::Class(ClassRef::Project(file, class)) => {
                let path = self.path(frame, path, true).unwrap_or(Formula::Always);
                let when = given.clone().and(path);
                self.filled_for(frame, args, &when, walked);
                if self.models.name(file, class).is_some() {
                    self.rows(frame, "create", args, walked);
                }
                walked.classes.push((file, class, when));
            }
            Callee::Unknown
                if let Value::Attr { of, name } = ir.value(ir.bare(callee))
                    && let Some(inner) = self.row_method(frame, of, ir.str(name), args) =>
            {
                let Some(path) = self.path(frame, path, true) else { return };
                // What a row looks up to say something of itself is met by nobody.
                let mut asked = Walked { is_dropped: true, ..Walked::default() };
                std::mem::swap(&mut asked.done, &mut walked.done);
                self.walk(&inner, &given.clone().and(path), &mut asked);
                std::mem::swap(&mut asked.done, &mut walked.done);
                walked.denied.append(&mut asked.denied);
            }
            Callee::Unknown => {
                let path = self.path(frame, path, true).unwrap_or(Formula::Always);
                self.made_of(frame, callee, &given.clone().and(path), walked, 0);
            }
            Callee::External(dotted) => {
                let last = dotted.rsplit('.').next().unwrap_or(&dotted);
                match last {
                    form if form.ends_with("Form") => {
                        let path = self.path(frame, path, true).unwrap_or(Formula::Always);
                        self.filled_for(frame, args, &given.clone().and(path), walked);
                    }
                    "check_object_permissions" => walked.object_checked = true,
                    "get_object" => {
                        walked.object_checked = true;
                        walked.outer.insert("get_object".to_owned());
                    }
                    "permission_denied" => {
                        self.deny(frame, &By::path(path), given, Denial::Sure, walked)
                    }
                    // Of a form, whose fields say what is wrong with them.
                    "add_error" => {
                        self.deny(frame, &By::path(path), given, Denial::Perhaps, walked)
                    }
                    "JsonResponse" | "Response" => {
                        if let Some(first) = ir.args[args].first() {
                            self.keys(frame, first.value, walked, 0);
                        }
                    }
                    _ => {}
                }
                if dotted.starts_with("super.") || dotted.starts_with("self.") {
                    walked.outer.insert(last.to_owned());
                }
            }
            _ => {}
        }
    }

    /// The row that a form is made for, where that is whoever asks: `UserForm(…, instance=request.user)`.
    fn filled_for(&self, frame: &Rc<Frame>, args: Run<Arg>, when: &Formula, walked: &mut Walked) {
        let ir = self.ir(frame.file);
        let rows = ir.args[args].iter().enumerate().find(|(index, arg)| {
            let is_row = match arg.kind {
                ArgKind::Keyword(name) => matches!(ir.str(name), "instance" | "user"),
                ArgKind::Positional => *index == 0,
                _ => false,
            };
            is_row && self.text(frame, arg.value) == "request.user"
        });
        let Some((_, arg)) = rows else { return };
        let model = self.user_name();
        let own = self.atom(format!("{model}.pk=request.user"), (frame.file, arg.span));
        let formula = when.clone().and(own);
        walked.queries.push(Query { model: Arc::from(model), formula });
    }

    /// The classes that one is made of that is chosen: `form_class(request.POST)`.
    fn made_of(
        &self,
        frame: &Rc<Frame>,
        class: ValueId,
        when: &Formula,
        walked: &mut Walked,
        depth: usize,
    ) {
        if depth > MOST_ANSWERS || *when == Formula::Never || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        let narrow = |asked: Formula| match is_about_people(&asked) || asked == Formula::Never {
            true => asked,
            false => Formula::Always,
        };
        match ir.value(ir.bare(class)) {
            Value::Gamma { test, then, otherwise } => {
                let test = self.formula(frame, test);
                let (yes, no) = (narrow(test.clone()), narrow(test.negated()));
                self.made_of(frame, then, &when.clone().and(yes), walked, depth + 1);
                self.made_of(frame, otherwise, &when.clone().and(no), walked, depth + 1);
            }
            Value::Join { ways, .. } => {
                for way in &ir.ways[ways] {
                    if let Some(path) = self.path(frame, way.path, true) {
                        self.made_of(frame, way.value, &when.clone().and(path), walked, depth + 1);
                    }
                }
            }
            // `modelform_factory(Order, fields=["title"])(request.POST)`
            Value::Call { .. } if let Some(fields) = self.factory_fields(frame, class) => {
                walked.made.push((fields, when.clone()));
            }
            // `get_form_class()(request.POST)`
            Value::Call { callee, args } => {
                if let Some(Entity::Class(file, class)) = self.loaded(frame, callee, args) {
                    walked.classes.push((file, class, when.clone()));
                    return;
                }
                let call = ir.bare(class);
                if let Callee::Project { file, function, receiver, bound } =
                    self.callee(frame, call)
                    && let Some(result) = self.ir(file).function(function).result
                    && let Some(inner) = self.enter(frame, (file, function), receiver, bound, args)
                {
                    self.made_of(&inner, result, when, walked, depth + 1);
                }
            }
            _ => match self.project.definition(frame.file, class) {
                Entity::Class(file, class) => walked.classes.push((file, class, when.clone())),
                _ => {
                    let made = self.factory_fields(frame, class);
                    walked.made.extend(made.map(|fields| (fields, when.clone())));
                }
            },
        }
    }

    /// Fields that a call on a queryset sets from what is sent, or shows.
    fn rows(
        &self,
        frame: &Rc<Frame>,
        name: &str,
        args: bartizan_ir::Run<bartizan_ir::Arg>,
        walked: &mut Walked,
    ) {
        let ir = self.ir(frame.file);
        for arg in &ir.args[args] {
            match (name, arg.kind) {
                (
                    "create" | "acreate" | "update" | "get_or_create" | "update_or_create",
                    ArgKind::Keyword(field),
                ) if self.is_chosen_by_visitor(frame, arg.value) => {
                    walked.set.push((ir.str(field).to_owned(), (frame.file, arg.span)));
                }
                ("values" | "values_list", ArgKind::Positional) => {
                    if let Value::Str(text) = ir.value(ir.bare(arg.value)) {
                        walked.told.push((ir.str(text).to_owned(), (frame.file, arg.span)));
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a value comes from what a visitor sends, or is somebody whom he names:
    /// `owner=User.objects.get(pk=request.POST["owner"])`.
    fn is_chosen_by_visitor(&self, frame: &Rc<Frame>, value: ValueId) -> bool {
        let words = self.text(frame, value);
        if is_sent(&words) {
            return true;
        }
        if words != self.user_name() {
            return false;
        }
        let ir = self.ir(frame.file);
        let mut at = ir.bare(value);
        for _ in 0..MOST_LINKS {
            let Value::Call { callee, args } = ir.value(at) else { return false };
            if ir.args[args].iter().any(|arg| is_named(&self.text(frame, arg.value))) {
                return true;
            }
            let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { return false };
            at = ir.bare(of);
        }
        false
    }

    /// The keys of a dict that is answered, or of the dicts in a list.
    fn keys(&self, frame: &Rc<Frame>, value: ValueId, walked: &mut Walked, depth: usize) {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            _ if depth > 4 => {}
            Value::Dict(pairs) => {
                for pair in &ir.pairs[pairs] {
                    if let Some(key) = pair.key
                        && let Value::Str(text) = ir.value(key)
                    {
                        let name = ir.str(text).to_owned();
                        walked.told.push((name, (frame.file, ir.span(pair.value))));
                        self.keys(frame, pair.value, walked, depth + 1);
                    }
                }
            }
            // `dict(name=order.name)`
            Value::Call { callee, args } if self.text(frame, callee) == "dict" => {
                for arg in &ir.args[args] {
                    if let ArgKind::Keyword(name) = arg.kind {
                        let name = ir.str(name).to_owned();
                        walked.told.push((name, (frame.file, ir.span(arg.value))));
                        self.keys(frame, arg.value, walked, depth + 1);
                    }
                }
            }
            Value::List(items) => {
                for item in &ir.items[items] {
                    self.keys(frame, item.value, walked, depth + 1);
                }
            }
            Value::Comp(comp) => self.keys(frame, ir.comp(comp).element, walked, depth + 1),
            _ => {}
        }
    }

    /// What an answer does: where it is one of several, each by its own test.
    fn answer(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        by: &By,
        given: &Formula,
        walked: &mut Walked,
    ) {
        let ir = self.ir(frame.file);
        let ways = match ir.value(ir.bare(value)) {
            Value::Gamma { test, then, otherwise } => Some((test, then, otherwise)),
            _ => None,
        };
        if let Some(denial) = self.answered(frame, value, 0)
            && (denial == Denial::Sure || ways.is_none())
        {
            let denial = match denial {
                Denial::Perhaps if self.is_told_off(frame, by.path) => Denial::Sure,
                denial => denial,
            };
            return self.deny(frame, by, given, denial, walked);
        }
        if by.tests.len() >= MOST_ANSWERS || !self.step() {
            return;
        }
        // `return None, HttpResponseForbidden()`, of a helper whose caller gives it on.
        if let Value::Tuple(items) = ir.value(ir.bare(value))
            && frame.depth > 0
        {
            for item in &ir.items[items] {
                if let Some(denial) = self.answered(frame, item.value, 0) {
                    self.deny(frame, by, given, denial, walked);
                }
            }
            return;
        }
        if let Some((test, then, otherwise)) = ways {
            self.answer(frame, then, &by.with(test, true), given, walked);
            self.answer(frame, otherwise, &by.with(test, false), given, walked);
        }
    }

    /// When code leaves so; `None` where an exception leads there.
    fn when(&self, frame: &Rc<Frame>, by: &By, narrow: bool) -> Option<Formula> {
        let tests = by.tests.iter().map(|(test, truth)| {
            let test = self.formula(frame, *test);
            let test = if *truth { test } else { test.negated() };
            match narrow && test != Formula::Never && !is_about_people(&test) {
                true => Formula::Always,
                false => test,
            }
        });
        let tests: Vec<Formula> = tests.collect();
        Some(self.path(frame, by.path, narrow)?.and(Formula::all(tests)))
    }

    fn deny(
        &self,
        frame: &Rc<Frame>,
        by: &By,
        given: &Formula,
        denial: Denial,
        walked: &mut Walked,
    ) {
        let Some(narrow) = self.when(frame, by, true) else { return };
        if narrow == Formula::Never {
            return;
        }
        let asked = match by.tests.last() {
            Some((test, true)) => self.formula(frame, *test),
            Some((test, false)) => self.formula(frame, *test).negated(),
            None => self.last_test(frame, by.path),
        };
        if walked.is_gate
            && let Some(whole) = self.when(frame, by, false)
            && whole.atoms().len() <= MOST_OF_A_GATE
            && (denial == Denial::Sure || is_about_people(&whole))
        {
            walked.tests.push(asked);
            walked.turn_away(given.clone().and(whole));
            return;
        }
        if denial == Denial::Perhaps {
            // Sent elsewhere: a refusal only where it happens to whom nothing is known of.
            let Some(given_path) = self.given(frame, by) else { return };
            let is_passed = |part: &&Formula| walked.tests.contains(&(*part).clone().negated());
            let own = given_path.conjuncts().iter().filter(|part| !is_passed(part));
            let given_path = Formula::all(own.cloned());
            // Of somebody who is let in so far it may be asked again who he is.
            let is_who = |asked: &Formula| is_about_people(asked) && meets_strangers(asked);
            let is_asked_last = is_who(&asked) || is_who(&self.given_at(frame, by.path).0);
            // Whatever this means, whoever comes behind it has not met the condition.
            walked.tests.push(asked);
            if given_path == Formula::Always || !given_path.is_open() && !is_asked_last {
                return;
            }
            walked.turn_away(given.clone().and(given_path));
            return;
        }
        // What was asked before, of those who came this far, is another question: the last test decides.
        let mut when = given.clone().and(narrow);
        if !is_about_people(&asked) {
            // Nobody is asked who he is: the condition itself is what guards.
            let Some(whole) = self.when(frame, by, false) else { return };
            let atoms = asked.atoms();
            // Whether there is anything at all is no guard.
            let is_there = |atom: &str| {
                !atom.contains(['.', '(']) || atom.ends_with("=None") && !is_of_request(atom)
            };
            if whole == Formula::Never || atoms.len() > 4 {
                return;
            }
            if !atoms.is_empty() && atoms.iter().all(|atom| is_there(atom)) {
                return;
            }
            when = given.clone().and(whole);
        }
        walked.tests.push(asked);
        walked.turn_away(where_it_is(&when));
    }

    /// The test that leads to a statement, the nearest one; always where there is none.
    pub(crate) fn last_test(&self, frame: &Rc<Frame>, path: PathId) -> Formula {
        let ir = self.ir(frame.file);
        let mut at = Some(path);
        while let Some(path) = at {
            if let bartizan_ir::Path::Given { test, truth, .. } = ir.path(path) {
                let test = self.formula(frame, test);
                return if truth { test } else { test.negated() };
            }
            at = ir.path(path).parent();
        }
        Formula::Always
    }

    /// What is asked of who comes, on the way to a statement, by the tests around it alone.
    fn given(&self, frame: &Rc<Frame>, by: &By) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let mut parts = Vec::new();
        for (test, truth) in by.tests.iter().rev() {
            let test = self.formula(frame, *test);
            let test = if *truth { test } else { test.negated() };
            if is_about_people(&test) || test == Formula::Never {
                parts.push(test);
            }
        }
        let mut at = by.path;
        for _ in 0..60 {
            match ir.path(at) {
                bartizan_ir::Path::Root => return Some(Formula::all(parts)),
                bartizan_ir::Path::Given { .. } => {
                    let (asked, around) = self.given_at(frame, at);
                    if is_about_people(&asked) || asked == Formula::Never {
                        parts.push(asked);
                    }
                    at = around;
                }
                bartizan_ir::Path::Handler { .. } | bartizan_ir::Path::Dead { .. } => return None,
                other => at = other.parent()?,
            }
        }
        None
    }
}

/// A condition, of what is there: that nothing is there to be given is no guard.
pub(crate) fn where_it_is(when: &Formula) -> Formula {
    let is_missing = |atom: &str| atom.ends_with("=None") && !atom.contains("request.");
    when.expanded(&|atom| is_missing(atom).then_some(Formula::Never))
}

/// Whether a condition asks what code before the view puts on the request: `request.tenant is None`.
fn is_of_request(atom: &str) -> bool {
    let name = atom.strip_prefix("request.").and_then(|rest| rest.strip_suffix("=None"));
    name.is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// Links of a chain beyond which it is not looked for what a visitor sends.
const MOST_LINKS: usize = 12;

/// Whether words name what a visitor sends, or what the address says.
fn is_named(words: &str) -> bool {
    is_sent(words) || words.starts_with("url.")
}

/// Whether a value comes from what a visitor sends.
fn is_sent(words: &str) -> bool {
    ["request.POST", "request.data", "request.GET", "request.body", "loads(request", SENT]
        .iter()
        .any(|source| words.contains(source))
}
