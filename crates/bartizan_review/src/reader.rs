//! What code says, in words that stay the same when it is written otherwise.
//!
//! Variables are looked through, parameters stand for what is passed, small functions for what they
//! return, so that a check means the same in a function, a method, a mixin or a helper.

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use bartizan_base::Span;
use bartizan_django::settings::Settings;
use bartizan_ir::{Arg, ArgKind, ClassId, FileIr, FunctionId, ParamKind, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Member, Project};
use bartizan_value::Questions;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::authentication::Known;
use crate::deeds::Deed;
use crate::each::Item;
use crate::formula::Formula;
use crate::kept::Kept;
use crate::models::ModelIndex;
use crate::routed::OfRoute;
use crate::scope::Query;
use crate::stored::Stored;
use crate::words::{REST, WHATEVER};

/// Functions inside functions beyond which none is followed.
const DEEPEST: usize = 6;

/// Expressions, conditions and queries inside each other beyond which none is read.
const MOST_NESTED: usize = 400;

/// Steps for one method of one endpoint: more than any view of a real project takes.
const STEPS: u32 = 60_000;

/// Atoms longer than this are cut.
const LONGEST_ATOM: usize = 300;

/// A place in the text.
pub(crate) type Site = (FileId, Span);

/// Reads the code of one version of a project.
pub(crate) struct Reader<'a> {
    pub(crate) project: &'a Project,
    pub(crate) settings: &'a Settings<'a>,
    pub(crate) questions: RefCell<Questions<'a>>,
    pub(crate) models: ModelIndex,
    /// Views inside each other that a request is handed to.
    pub(crate) handing: Cell<usize>,
    /// What code keeps on who comes.
    pub(crate) stored: Stored,
    /// Where each atom is asked, as it was met first for the endpoint at hand.
    places: RefCell<FxHashMap<Arc<str>, Site>>,
    /// Code that was read for the endpoint at hand.
    seen: RefCell<Vec<Site>>,
    /// What functions ask that are told by their names, by their atoms.
    pub(crate) named: RefCell<Named>,
    steps: Cell<u32>,
    /// Whether there was ever more to read than there were steps, for the endpoint at hand.
    is_partial: Cell<bool>,
    /// What was found out for the endpoint at hand.
    pub(crate) kept: RefCell<Rc<Kept>>,
    /// Whether anything was asked that depends on the view.
    pub(crate) asked_view: Cell<bool>,
    /// Expressions, conditions and queries inside each other that are read right now.
    nested: Cell<usize>,
    /// Whether it is looked for what a class keeps on its objects.
    pub(crate) is_storing: Cell<bool>,
    /// How often something was too deep to be followed to its end.
    pub(crate) cuts: Cell<u32>,
    /// Whom authentication classes of the project turn away.
    pub(crate) authenticators: RefCell<FxHashMap<(FileId, ClassId), Rc<Known>>>,
    /// By file: the calls that anything looks at.
    pub(crate) used: RefCell<FxHashMap<FileId, Rc<FxHashSet<ValueId>>>>,
    /// What was asked of the route since it was counted anew, and what the answer was.
    pub(crate) asked_route: RefCell<Vec<(OfRoute, Option<bool>)>>,
    /// What each of those that are gone through is right now.
    pub(crate) items: RefCell<Vec<Item>>,
    /// What middleware asks by method, where of the view no more than its route decides.
    pub(crate) passed: RefCell<FxHashMap<&'static str, Vec<Rc<Passed>>>>,
}

/// What atoms stand for that are the names of functions which ask much.
pub(crate) type Named = FxHashMap<Arc<str>, Formula>;

/// Something that is read inside of others, for as long as it is.
pub(crate) struct Deeper<'r>(&'r Cell<usize>);

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// What middleware asks, and where.
pub(crate) struct Passed {
    pub(crate) asked: Formula,
    /// Whom it takes the visitor for.
    pub(crate) known: Vec<Deed>,
    /// What it asks of the route on the way: of a route that answers alike it asks the same.
    pub(crate) of_route: Vec<(OfRoute, Option<bool>)>,
    places: FxHashMap<Arc<str>, Site>,
    seen: Vec<Site>,
    named: Named,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ask {
    /// `GET`, `POST` …
    pub(crate) method: &'static str,
    /// The action of a viewset.
    pub(crate) action: Option<String>,
    /// The model that the view is about.
    pub(crate) model: Option<String>,
    /// The class of the view, by which permission classes find its attributes.
    pub(crate) view: Option<ClassRef>,
    /// The function that the view is, which middleware asks for what is said of it.
    pub(crate) function: Option<(FileId, FunctionId)>,
    /// The route as Django prints it, and its name with those of the spaces around it.
    pub(crate) route: Option<(String, Option<String>)>,
    /// Attributes that stand for those of the class here.
    pub(crate) overrides: Vec<(String, FileId, ValueId)>,
}

/// A run of a function: its parameters, and whose method it is.
pub(crate) struct Frame {
    pub(crate) file: FileId,
    pub(crate) function: FunctionId,
    params: Vec<Bound>,
    /// The run of the function in which it is defined.
    outer: Option<Rc<Frame>>,
    /// The class of the object whose method it is.
    pub(crate) receiver: Option<ClassRef>,
    pub(crate) depth: usize,
    pub(crate) ask: Rc<Ask>,
}

/// What a parameter stands for.
#[derive(Clone)]
pub(crate) enum Bound {
    Unknown,
    /// The object whose method it is.
    Itself,
    Text(Arc<str>),
    Value(Rc<Frame>, ValueId),
    Query(Query),
    /// What else is given in order, and where: `*levels`.
    Rest(Rc<Frame>, Rc<[ValueId]>),
    /// What else is given by keywords, and where: `**extra`.
    Keywords(Rc<Frame>, Rc<[(Arc<str>, ValueId)]>),
}

/// What is called.
pub(crate) enum Callee {
    /// A function of the project; the class of its receiver, and whether the receiver is given.
    Project {
        file: FileId,
        function: FunctionId,
        receiver: Option<ClassRef>,
        bound: bool,
    },
    /// A class.
    Class(ClassRef),
    /// Something outside, by its dotted name; `self.x` for what no base in the project has, `super.x`
    /// for what is left to those outside.
    External(String),
    Unknown,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        project: &'a Project,
        settings: &'a Settings<'a>,
        questions: Questions<'a>,
    ) -> Self {
        Self {
            project,
            settings,
            questions: RefCell::new(questions),
            models: ModelIndex::of(project),
            handing: Cell::new(0),
            stored: Stored::of(project),
            places: RefCell::default(),
            seen: RefCell::default(),
            named: RefCell::default(),
            steps: Cell::new(0),
            is_partial: Cell::new(false),
            kept: RefCell::default(),
            asked_view: Cell::new(false),
            nested: Cell::new(0),
            is_storing: Cell::new(false),
            used: RefCell::default(),
            asked_route: RefCell::default(),
            items: RefCell::default(),
            cuts: Cell::new(0),
            authenticators: RefCell::default(),
            passed: RefCell::default(),
        }
    }

    /// Begins with an endpoint.
    pub(crate) fn begin(&self) {
        self.places.borrow_mut().clear();
        self.seen.borrow_mut().clear();
        self.named.borrow_mut().clear();
        self.steps.set(STEPS);
        self.is_partial.set(false);
        self.kept.take();
    }

    /// More steps, for another part of the same endpoint: how much one takes is nothing to the others.
    pub(crate) fn refuel(&self) {
        self.is_partial.set(self.is_out_of_steps());
        self.steps.set(STEPS);
    }

    /// Where the atoms of a formula are asked, and all code that was read.
    pub(crate) fn evidence(&self) -> (FxHashMap<Arc<str>, Site>, Vec<Site>) {
        let mut seen = self.seen.take();
        seen.sort_unstable();
        seen.dedup();
        (self.places.take(), seen)
    }

    /// Asks something apart from the endpoint at hand.
    pub(crate) fn apart(&self, ask: impl FnOnce() -> (Formula, Vec<Deed>)) -> Passed {
        let (places, seen, steps) = (self.places.take(), self.seen.take(), self.steps.get());
        let named = self.named.take();
        let kept = self.kept.take();
        self.asked_route.take();
        self.steps.set(STEPS);
        let (asked, known) = ask();
        self.steps.set(steps);
        self.kept.replace(kept);
        Passed {
            asked,
            known,
            of_route: self.asked_route.take(),
            places: self.places.replace(places),
            seen: self.seen.replace(seen),
            named: self.named.replace(named),
        }
    }

    /// Counts what was asked apart as asked for the endpoint at hand.
    pub(crate) fn take_over(&self, passed: &Passed) -> Formula {
        let mut places = self.places.borrow_mut();
        for (atom, site) in &passed.places {
            places.entry(Arc::clone(atom)).or_insert(*site);
        }
        self.seen.borrow_mut().extend_from_slice(&passed.seen);
        let named = passed.named.iter().map(|(atom, asked)| (Arc::clone(atom), asked.clone()));
        self.named.borrow_mut().extend(named);
        passed.asked.clone()
    }

    pub(crate) fn ir(&self, file: FileId) -> &'a FileIr {
        self.project.ir(file)
    }

    /// One more inside of those that are read; nothing where there are too many. What is written is
    /// as deep as its author likes, and each begins to count its own parts anew.
    pub(crate) fn deeper(&self) -> Option<Deeper<'_>> {
        let nested = self.nested.get();
        (nested < MOST_NESTED).then(|| {
            self.nested.set(nested + 1);
            Deeper(&self.nested)
        })
    }

    pub(crate) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    pub(crate) fn has_steps(&self) -> bool {
        self.steps.get() > 0
    }

    /// Something is not followed to its end.
    pub(crate) fn cut(&self) {
        self.cuts.set(self.cuts.get() + 1);
    }

    /// Whether all was followed to its end since `cuts` were counted: asked again, it is the same.
    pub(crate) fn is_whole(&self, cuts: u32) -> bool {
        self.cuts.get() == cuts && self.has_steps()
    }

    /// Whether there was more to read.
    pub(crate) fn is_out_of_steps(&self) -> bool {
        self.is_partial.get() || self.steps.get() == 0
    }

    pub(crate) fn saw(&self, file: FileId, span: Span) {
        self.seen.borrow_mut().push((file, span));
    }

    /// An atom, with its place.
    pub(crate) fn atom(&self, text: impl AsRef<str>, place: Site) -> Formula {
        let text = text.as_ref();
        // What is said at such length is told by its beginning, and a number for the rest.
        let text: Arc<str> = match text.char_indices().nth(LONGEST_ATOM) {
            Some((at, _)) => {
                let mut hasher = FxHasher::default();
                text.hash(&mut hasher);
                Arc::from(format!("{}…{:x}", &text[..at], hasher.finish()))
            }
            None => Arc::from(text),
        };
        self.places.borrow_mut().entry(text.clone()).or_insert(place);
        Formula::Atom(text)
    }

    // ---- Frames ------------------------------------------------------------------------------

    /// The body of a module or class, in which nothing is passed.
    pub(crate) fn outside(&self, file: FileId, ask: &Rc<Ask>) -> Rc<Frame> {
        Rc::new(Frame {
            file,
            function: FileIr::module(),
            params: Vec::new(),
            outer: None,
            receiver: None,
            depth: 0,
            ask: Rc::clone(ask),
        })
    }

    /// A run that somebody outside the project begins: parameters are told by their names.
    pub(crate) fn entry(
        &self,
        file: FileId,
        function: FunctionId,
        receiver: Option<ClassRef>,
        ask: &Rc<Ask>,
        outer: Option<Rc<Frame>>,
    ) -> Rc<Frame> {
        let ir = self.ir(file);
        let record = ir.function(function);
        self.saw(file, record.span);
        let is_method =
            record.class.is_some() && receiver.is_some() && !self.is_static(file, function);
        let mut params = Vec::new();
        for (index, param) in ir.params[record.params].iter().enumerate() {
            let name = ir.str(param.name);
            params.push(match name {
                _ if index == 0 && is_method => Bound::Itself,
                "request" | "req" | "_request" | "view" => {
                    Bound::Text(Arc::from(if name == "view" { "view" } else { "request" }))
                }
                "user" | "request_user" | "current_user" | "requesting_user" => {
                    Bound::Text(Arc::from("request.user"))
                }
                "obj" | "instance" => {
                    self.asked_view.set(true);
                    Bound::Text(Arc::from(ask.model.as_deref().unwrap_or("obj")))
                }
                "self" | "cls" => Bound::Unknown,
                // Whoever wraps a view by `*args` is handed the request first.
                _ if matches!(param.kind, ParamKind::Args) && index == usize::from(is_method) => {
                    Bound::Text(Arc::from(WHATEVER))
                }
                _ if matches!(param.kind, ParamKind::Args)
                    && index == usize::from(is_method) + 1 =>
                {
                    Bound::Text(Arc::from(REST))
                }
                // A view's first parameter is the request, whatever it is called.
                _ if index == 0 && receiver.is_none() => Bound::Text(Arc::from("request")),
                // `form_class=OrderForm`: no address says a class.
                _ if let Some(default) = param.default
                    && matches!(self.project.definition(file, default), Entity::Class(..)) =>
                {
                    Bound::Value(self.outside(file, ask), default)
                }
                _ if matches!(param.kind, ParamKind::Kwargs) => Bound::Text(Arc::from("url")),
                _ => Bound::Text(Arc::from(format!("url.{name}"))),
            });
        }
        Rc::new(Frame { file, function, params, outer, receiver, depth: 0, ask: Rc::clone(ask) })
    }

    /// A run with given parameters.
    pub(crate) fn with(
        &self,
        file: FileId,
        function: FunctionId,
        receiver: Option<ClassRef>,
        ask: &Rc<Ask>,
        params: Vec<Bound>,
        depth: usize,
    ) -> Rc<Frame> {
        self.saw(file, self.ir(file).function(function).span);
        let ask = Rc::clone(ask);
        Rc::new(Frame { file, function, params, outer: None, receiver, depth, ask })
    }

    pub(crate) fn is_static(&self, file: FileId, function: FunctionId) -> bool {
        let ir = self.ir(file);
        ir.ids[ir.function(function).decorators].iter().any(|by| {
            matches!(ir.value(*by), Value::Global { name, .. } if ir.str(name) == "staticmethod")
        })
    }

    /// The run that a call begins.
    pub(crate) fn enter(
        &self,
        frame: &Rc<Frame>,
        callee: (FileId, FunctionId),
        receiver: Option<ClassRef>,
        bound: bool,
        args: Run<Arg>,
    ) -> Option<Rc<Frame>> {
        if frame.depth >= DEEPEST || !self.step() {
            return None;
        }
        let (file, function) = callee;
        let mut at = Some(frame);
        while let Some(around) = at {
            if (around.file, around.function) == callee && around.depth > 0 {
                return None;
            }
            at = around.outer.as_ref();
        }
        let ir = self.ir(file);
        let record = ir.function(function);
        self.saw(file, record.span);
        let given = &self.ir(frame.file).args[args];
        let caller = self.ir(frame.file);
        let params = &ir.params[record.params];
        let mut found: Vec<Bound> = vec![Bound::Unknown; params.len()];
        let is_on = bound && !params.is_empty() && !self.is_static(file, function);
        let first = usize::from(is_on);
        let mut next = first;
        if is_on {
            found[0] = Bound::Itself;
        }
        for arg in given {
            match arg.kind {
                ArgKind::Positional if next < params.len() => {
                    let is_open = matches!(params[next].kind, ParamKind::Args);
                    if !is_open {
                        found[next] = Bound::Value(Rc::clone(frame), arg.value);
                        next += 1;
                    }
                }
                ArgKind::Keyword(name) => {
                    let name = caller.str(name);
                    if let Some(index) = params.iter().position(|p| ir.str(p.name) == name) {
                        found[index] = Bound::Value(Rc::clone(frame), arg.value);
                    }
                }
                // `**kwargs` of a view are the parts of its address.
                _ => {}
            }
        }
        for (index, param) in params.iter().enumerate() {
            if matches!(found[index], Bound::Unknown) {
                let name = ir.str(param.name);
                if matches!(param.kind, ParamKind::Kwargs)
                    && let Some(others) = self.others(frame, given, &ir.params[record.params], ir)
                {
                    found[index] = others;
                    continue;
                }
                if matches!(param.kind, ParamKind::Args)
                    && index >= first
                    && let Some(rest) = self.rest(frame, given, index - first)
                {
                    found[index] = rest;
                    continue;
                }
                found[index] = match param.default {
                    Some(default) => Bound::Value(self.outside(file, &frame.ask), default),
                    None if name == "request" => Bound::Text(Arc::from("request")),
                    None => Bound::Text(Arc::from(name)),
                };
            }
        }
        Some(Rc::new(Frame {
            file,
            function,
            params: found,
            outer: Some(Rc::clone(frame)),
            receiver: receiver.or(frame.receiver.filter(|_| bound)),
            depth: frame.depth + 1,
            ask: Rc::clone(&frame.ask),
        }))
    }

    /// What is left for `**extra` behind the parameters that have names.
    fn others(
        &self,
        frame: &Rc<Frame>,
        given: &[Arg],
        params: &[bartizan_ir::Param],
        ir: &FileIr,
    ) -> Option<Bound> {
        let caller = self.ir(frame.file);
        let others = given.iter().filter_map(|arg| match arg.kind {
            ArgKind::Keyword(name) => {
                let name = caller.str(name);
                let is_named = params.iter().any(|param| ir.str(param.name) == name);
                (!is_named).then(|| (Arc::from(name), arg.value))
            }
            _ => None,
        });
        let others: Vec<(Arc<str>, ValueId)> = others.collect();
        (!others.is_empty()).then(|| Bound::Keywords(Rc::clone(frame), Rc::from(others)))
    }

    /// What is left for `*levels` behind the parameters that have names.
    fn rest(&self, frame: &Rc<Frame>, given: &[Arg], skipped: usize) -> Option<Bound> {
        let is_one = |arg: &&Arg| matches!(arg.kind, ArgKind::Positional | ArgKind::Star);
        let rest: Vec<&Arg> = given.iter().filter(is_one).skip(skipped).collect();
        match rest.as_slice() {
            [] => None,
            // All that somebody was handed is handed on.
            [all] if matches!(all.kind, ArgKind::Star) => {
                Some(Bound::Text(Arc::from(self.text(frame, all.value))))
            }
            rest if rest.iter().all(|arg| matches!(arg.kind, ArgKind::Positional)) => {
                let values = rest.iter().map(|arg| arg.value).collect();
                Some(Bound::Rest(Rc::clone(frame), values))
            }
            rest => {
                let words: Vec<String> = rest
                    .iter()
                    .map(|arg| match arg.kind {
                        ArgKind::Star => format!("*{}", self.text(frame, arg.value)),
                        _ => self.text(frame, arg.value),
                    })
                    .collect();
                Some(Bound::Text(Arc::from(format!("[{}]", words.join(", ")))))
            }
        }
    }

    /// The same run with another first parameter.
    pub(crate) fn rebound(&self, frame: &Rc<Frame>, first: Bound) -> Rc<Frame> {
        let mut params = frame.params.clone();
        if let Some(param) = params.first_mut() {
            *param = first;
        }
        Rc::new(Frame {
            file: frame.file,
            function: frame.function,
            params,
            outer: frame.outer.clone(),
            receiver: None,
            depth: frame.depth,
            ask: Rc::clone(&frame.ask),
        })
    }

    /// The same run of a method that is given rows.
    pub(crate) fn given_rows(&self, frame: &Rc<Frame>, rows: Query) -> Rc<Frame> {
        let mut params = frame.params.clone();
        if let Some(param) = params.get_mut(1) {
            *param = Bound::Query(rows);
        }
        Rc::new(Frame {
            file: frame.file,
            function: frame.function,
            params,
            outer: frame.outer.clone(),
            receiver: frame.receiver,
            depth: frame.depth,
            ask: Rc::clone(&frame.ask),
        })
    }

    /// The same run of a function that is defined in another run than the one that calls it.
    pub(crate) fn inside(&self, frame: &Rc<Frame>, outer: &Rc<Frame>) -> Rc<Frame> {
        Rc::new(Frame {
            file: frame.file,
            function: frame.function,
            params: frame.params.clone(),
            outer: Some(Rc::clone(outer)),
            receiver: frame.receiver,
            depth: frame.depth,
            ask: Rc::clone(&frame.ask),
        })
    }

    pub(crate) fn param(&self, frame: &Frame, index: u32) -> Bound {
        frame.params.get(index as usize).cloned().unwrap_or(Bound::Unknown)
    }

    /// A variable of a function around: what it stands for there.
    pub(crate) fn captured(
        &self,
        frame: &Rc<Frame>,
        owner: FunctionId,
        name: &str,
    ) -> Option<(Rc<Frame>, Bound)> {
        let mut at = Some(Rc::clone(frame));
        while let Some(around) = at {
            if around.function == owner && around.file == frame.file {
                let ir = self.ir(around.file);
                let params = &ir.params[ir.function(owner).params];
                if let Some(index) = params.iter().position(|p| ir.str(p.name) == name) {
                    let bound = self.param(&around, index as u32);
                    return Some((around, bound));
                }
                let binding = ir.binding(owner, ir.strings.find(name)?)?;
                let bound = Bound::Value(Rc::clone(&around), binding.value);
                return Some((around, bound));
            }
            at = around.outer.clone();
        }
        None
    }

    /// The classes and functions that a run is given: with another form it does another thing.
    pub(crate) fn given_code(&self, frame: &Frame) -> Vec<Entity> {
        let given = frame.params.iter().filter_map(|param| {
            let Bound::Value(around, value) = param else { return None };
            let ir = self.ir(around.file);
            let is_name = matches!(
                ir.value(ir.bare(*value)),
                Value::Global { .. } | Value::Import { .. } | Value::Attr { .. }
            );
            let entity = is_name.then(|| self.project.definition(around.file, *value))?;
            matches!(entity, Entity::Class(..) | Entity::Function(..)).then_some(entity)
        });
        given.collect()
    }

    pub(crate) fn is_itself(&self, frame: &Frame, value: ValueId) -> bool {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            Value::Param(index) => matches!(self.param(frame, index), Bound::Itself),
            _ => false,
        }
    }

    /// Whether this is `super()`.
    pub(crate) fn is_super(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.ir(file);
        let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return false };
        matches!(ir.value(callee), Value::Global { name, .. } if ir.str(name) == "super")
    }

    /// The method of that name behind the class in whose body `frame` runs.
    pub(crate) fn next_method(&self, frame: &Frame, name: &str) -> Option<(FileId, FunctionId)> {
        let receiver = frame.receiver?;
        let ir = self.ir(frame.file);
        let defining = ir.function(frame.function).class?;
        let here = ClassRef::Project(frame.file, defining);
        let classes = &self.project.mro(receiver).classes;
        let after = classes.iter().skip_while(|class| **class != here).skip(1);
        for class in after {
            if let Some(member) = self.project.own_member(*class, name)
                && let Entity::Function(file, function) =
                    self.project.definition(member.class.0, member.value)
            {
                return Some((file, function));
            }
        }
        None
    }

    /// A method of a class of the project, wherever it is inherited from.
    pub(crate) fn method(&self, class: ClassRef, name: &str) -> Option<(FileId, FunctionId)> {
        let mut is_behind = false;
        for base in &self.project.mro(class).classes {
            if let ClassRef::External(symbol) = base {
                let dotted = self.project.symbol(*symbol);
                is_behind |= is_generic_view(dotted.rsplit('.').next().unwrap_or(dotted));
            }
            let Some(member) = self.project.own_member(*base, name) else { continue };
            // What stands behind a view that has the method itself is never asked.
            if is_behind && GENERIC.contains(&name) {
                return None;
            }
            return match self.project.definition(member.class.0, member.value) {
                Entity::Function(file, function) => Some((file, function)),
                _ => None,
            };
        }
        None
    }

    /// What a call calls.
    pub(crate) fn callee(&self, frame: &Rc<Frame>, call: ValueId) -> Callee {
        let ir = self.ir(frame.file);
        let Value::Call { callee, .. } = ir.value(call) else { return Callee::Unknown };
        let callee = ir.bare(callee);
        match ir.value(callee) {
            Value::Attr { of, name } => {
                let name = ir.str(name);
                if self.is_super(frame.file, of) {
                    return match self.next_method(frame, name) {
                        Some((file, function)) => Callee::Project {
                            file,
                            function,
                            receiver: frame.receiver,
                            bound: true,
                        },
                        None => Callee::External(format!("super.{name}")),
                    };
                }
                if self.is_itself(frame, of)
                    && let Some(receiver) = frame.receiver
                {
                    return match self.method(receiver, name) {
                        Some((file, function)) => Callee::Project {
                            file,
                            function,
                            receiver: Some(receiver),
                            bound: true,
                        },
                        None => Callee::External(format!("self.{name}")),
                    };
                }
            }
            Value::Param(index) => {
                if let Bound::Value(around, value) = self.param(frame, index) {
                    let entity = self.project.definition(around.file, value);
                    return self.of_entity(entity, false);
                }
            }
            Value::Capture { name, owner } => {
                if let Some((_, Bound::Value(around, value))) =
                    self.captured(frame, owner, ir.str(name))
                {
                    let entity = self.project.definition(around.file, value);
                    return self.of_entity(entity, false);
                }
            }
            _ => {}
        }
        let found = self.project.callee(frame.file, call);
        match self.of_entity(found.target, found.bound) {
            // `index = login_required(show)`: what is called is `show`.
            Callee::Unknown
                if let Entity::Value(file, at) = self.project.definition(frame.file, callee)
                    && let Some(entity @ Entity::Function(..)) = self.wrapped(file, at, 0) =>
            {
                self.of_entity(entity, false)
            }
            Callee::Unknown
                if let Value::Attr { of, name } = ir.value(callee)
                    && let Some(class) = self.put_on_request(frame, of)
                    && let Some((file, function)) = self.method(class, ir.str(name)) =>
            {
                Callee::Project { file, function, receiver: Some(class), bound: true }
            }
            found => found,
        }
    }

    /// The function or the class that something is put around, where a module gives it another name:
    /// `index = login_required(show)`, `orders = never_cache(Orders.as_view())`.
    pub(crate) fn wrapped(&self, file: FileId, value: ValueId, depth: usize) -> Option<Entity> {
        let ir = self.ir(file);
        let Value::Call { callee, args } = ir.value(ir.bare(value)) else { return None };
        if depth > MOST_WRAPPED {
            return None;
        }
        let inside = match ir.value(ir.bare(callee)) {
            Value::Attr { of, name } if ir.str(name) == "as_view" => of,
            _ => match &ir.args[args] {
                [only] if matches!(only.kind, ArgKind::Positional) => only.value,
                _ => return None,
            },
        };
        match self.project.definition(file, inside) {
            entity @ (Entity::Function(..) | Entity::Class(..)) => Some(entity),
            _ => self.wrapped(file, inside, depth + 1),
        }
    }

    fn of_entity(&self, entity: Entity, bound: bool) -> Callee {
        match entity {
            Entity::Function(file, function) => {
                Callee::Project { file, function, receiver: None, bound }
            }
            Entity::Method { receiver, member: Member::Project(file, function) } => {
                Callee::Project { file, function, receiver: Some(receiver), bound }
            }
            Entity::Method { member: Member::External(symbol), .. } | Entity::External(symbol) => {
                Callee::External(self.project.symbol(symbol).to_owned())
            }
            Entity::Class(file, class) => Callee::Class(ClassRef::Project(file, class)),
            _ => Callee::Unknown,
        }
    }
}

/// Wrappers inside each other beyond which none is looked into.
const MOST_WRAPPED: usize = 8;

/// Methods that generic views have themselves.
const GENERIC: &[&str] = &[
    "get_queryset",
    "get_object",
    "filter_queryset",
    "dispatch",
    "get_permissions",
    "initial",
    "check_permissions",
    "check_object_permissions",
    "get_serializer_class",
    "get_form_class",
    "form_valid",
    "get_context_data",
    "perform_create",
    "perform_update",
    "perform_destroy",
];

/// Whether a class of this name, outside the project, is a view that fetches rows.
pub(crate) fn is_generic_view(name: &str) -> bool {
    name.ends_with("ViewSet")
        || name.ends_with("View")
            && !matches!(name, "View" | "APIView" | "TemplateView" | "RedirectView" | "FormView")
}
