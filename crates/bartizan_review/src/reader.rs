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
use bartizan_ir::{
    Arg, ArgKind, BinaryOp, BoolOp, CompareOp, FileIr, FunctionId, Mutator, ParamKind, Part, Path,
    PathId, Run, TextPiece, UnaryOp, Value, ValueId, Why,
};
use bartizan_project::{ClassRef, Entity, FileId, Member, Project};
use bartizan_value::Questions;
use rustc_hash::{FxHashMap, FxHasher};

use crate::formula::{ACTIVE, Formula, LOGIN, STAFF, SUPERUSER};
use crate::models::ModelIndex;
use crate::scope::Query;

/// Functions inside functions beyond which none is followed.
const DEEPEST: usize = 6;

/// Parts of an expression inside each other beyond which none is told.
const MOST_NESTED: usize = 40;

/// Steps for one method of one endpoint: more than any view of a real project takes.
const STEPS: u32 = 20_000;

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
    /// Where each atom is asked, as it was met first for the endpoint at hand.
    places: RefCell<FxHashMap<Arc<str>, Site>>,
    /// Code that was read for the endpoint at hand.
    seen: RefCell<Vec<Site>>,
    steps: Cell<u32>,
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
            places: RefCell::default(),
            seen: RefCell::default(),
            steps: Cell::new(0),
        }
    }

    /// Begins with an endpoint.
    pub(crate) fn begin(&self) {
        self.places.borrow_mut().clear();
        self.seen.borrow_mut().clear();
        self.steps.set(STEPS);
    }

    /// More steps, for another method of the same endpoint.
    pub(crate) fn refuel(&self) {
        self.steps.set(STEPS);
    }

    /// Where the atoms of a formula are asked, and all code that was read.
    pub(crate) fn evidence(&self) -> (FxHashMap<Arc<str>, Site>, Vec<Site>) {
        let mut seen = self.seen.take();
        seen.sort_unstable();
        seen.dedup();
        (self.places.take(), seen)
    }

    pub(crate) fn ir(&self, file: FileId) -> &'a FileIr {
        self.project.ir(file)
    }

    pub(crate) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
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
                "user" => Bound::Text(Arc::from("request.user")),
                "obj" | "instance" => Bound::Text(Arc::from(ask.model.as_deref().unwrap_or("obj"))),
                "self" | "cls" => Bound::Unknown,
                // A view's first parameter is the request, whatever it is called.
                _ if index == 0 && receiver.is_none() => Bound::Text(Arc::from("request")),
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
        let mut next = 0;
        if bound && !params.is_empty() && !self.is_static(file, function) {
            found[0] = Bound::Itself;
            next = 1;
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

    pub(crate) fn param(&self, frame: &Frame, index: u32) -> Bound {
        frame.params.get(index as usize).cloned().unwrap_or(Bound::Unknown)
    }

    /// A variable of a function around: what it stands for there.
    fn captured(
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
        self.of_entity(found.target, found.bound)
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

    // ---- Words -------------------------------------------------------------------------------

    /// An expression in words.
    pub(crate) fn text(&self, frame: &Rc<Frame>, value: ValueId) -> String {
        self.words(frame, value, 0)
    }

    fn words(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> String {
        if depth > MOST_NESTED || !self.step() {
            return "…".to_owned();
        }
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.words(frame, value, depth + 1);
        let list = |values: &[ValueId]| -> String {
            values.iter().map(|value| again(*value)).collect::<Vec<_>>().join(", ")
        };
        match ir.value(value) {
            Value::Str(sym) => format!("{:?}", ir.str(sym)),
            Value::Bytes(sym) => format!("b{:?}", ir.str(sym)),
            Value::Int(number) => number.to_string(),
            Value::BigInt(sym) => ir.str(sym).to_owned(),
            Value::Float(number) => number.to_string(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::None => "None".to_owned(),
            Value::Param(index) => match self.param(frame, index) {
                Bound::Itself => "self".to_owned(),
                Bound::Text(text) => text.to_string(),
                Bound::Value(around, value) => self.words(&around, value, depth + 1),
                Bound::Query(query) => query.model.to_string(),
                Bound::Unknown => "?".to_owned(),
            },
            Value::Capture { name, owner } => match self.captured(frame, owner, ir.str(name)) {
                Some((_, Bound::Value(around, value))) => self.words(&around, value, depth + 1),
                Some((_, Bound::Text(text))) => text.to_string(),
                Some((_, Bound::Itself)) => "self".to_owned(),
                _ => ir.str(name).to_owned(),
            },
            Value::Global { name, .. } => {
                self.named(frame, value, depth).unwrap_or_else(|| ir.str(name).to_owned())
            }
            Value::Import { module, name, .. } => {
                self.named(frame, value, depth).unwrap_or_else(|| {
                    ir.str(name.unwrap_or(module)).rsplit('.').next().unwrap_or("").to_owned()
                })
            }
            Value::Function(function) => ir.str(ir.function(function).name).to_owned(),
            Value::Class(class) => ir.str(ir.class(class).name).to_owned(),
            Value::Decorated { of, .. } | Value::Pi { of, .. } | Value::Await(of) => again(of),
            Value::Enter { manager, .. } => again(manager),
            Value::Attr { of, name } => self.attribute(frame, value, of, ir.str(name), depth),
            Value::Index { of, key } => {
                let (of, key) = (again(of), again(key));
                item(&of, &key)
            }
            Value::Call { callee, args } => self.call_words(frame, value, callee, args, depth),
            Value::Elem { of, which } => match which {
                Part::Each => match self.query(frame, of) {
                    Some(query) => query.model.to_string(),
                    None => format!("each of {}", again(of)),
                },
                Part::At(index) => match self.query(frame, of) {
                    Some(query) => query.model.to_string(),
                    None => format!("{}[{index}]", again(of)),
                },
                _ => format!("{}[?]", again(of)),
            },
            Value::Compare { op, left, right } => {
                format!("({} {} {})", again(left), op.sign(), again(right))
            }
            Value::Logic { op, values } => {
                let parts: Vec<String> = ir.ids[values].iter().map(|v| again(*v)).collect();
                format!("({})", parts.join(&format!(" {} ", op.sign())))
            }
            Value::Binary { op, left, right } => {
                format!("({} {} {})", again(left), op.sign(), again(right))
            }
            Value::Unary { op, of } => format!("{} {}", op.sign(), again(of)),
            Value::Text { parts, .. } => {
                let mut out = String::from("\"");
                for part in &ir.parts[parts] {
                    match part.piece {
                        TextPiece::Literal(sym) => out.push_str(ir.str(sym)),
                        TextPiece::Hole { value, .. } => {
                            out.push_str(&format!("{{{}}}", again(value)));
                        }
                    }
                }
                out.push('"');
                out
            }
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                let values: Vec<ValueId> = ir.items[items].iter().map(|item| item.value).collect();
                format!("[{}]", list(&values))
            }
            Value::Dict(pairs) => {
                let pairs = ir.pairs[pairs].iter().map(|pair| match pair.key {
                    Some(key) => format!("{}: {}", again(key), again(pair.value)),
                    None => format!("**{}", again(pair.value)),
                });
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            }
            Value::Comp(comp) => {
                let comp = ir.comp(comp);
                let mut out = format!("[{}", again(comp.element));
                for clause in &comp.clauses {
                    out.push_str(&format!(" for {}", again(clause.iterator)));
                    for condition in &clause.conditions {
                        out.push_str(&format!(" if {}", again(*condition)));
                    }
                }
                out.push(']');
                out
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                match mutation.op {
                    Mutator::InPlace(op) => {
                        let added: Vec<ValueId> =
                            ir.args[mutation.args].iter().map(|arg| arg.value).collect();
                        format!("({} {} {})", again(mutation.receiver), op.sign(), list(&added))
                    }
                    _ => again(mutation.receiver),
                }
            }
            Value::Gamma { test, then, otherwise } => {
                let test = self.formula(frame, test);
                match test {
                    Formula::Always => again(then),
                    Formula::Never => again(otherwise),
                    test => format!("({} if {test} else {})", again(then), again(otherwise)),
                }
            }
            Value::Mu { init, .. } => again(init),
            Value::Join { ways, .. } => {
                let mut parts: Vec<String> =
                    ir.ways[ways].iter().take(8).map(|way| again(way.value)).collect();
                parts.dedup();
                parts.join("|")
            }
            _ => "?".to_owned(),
        }
    }

    /// What a name stands for.
    fn named(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Option<String> {
        match self.project.definition(frame.file, value) {
            Entity::External(symbol) => {
                let dotted = self.project.symbol(symbol);
                if let Some(setting) = dotted.strip_prefix("django.conf.settings.") {
                    return Some(format!("settings.{setting}"));
                }
                Some(dotted.rsplit('.').next().unwrap_or(dotted).to_owned())
            }
            Entity::Function(file, function) => {
                let ir = self.ir(file);
                Some(ir.str(ir.function(function).name).to_owned())
            }
            Entity::Class(file, class) => {
                let ir = self.ir(file);
                Some(ir.str(ir.class(class).name).to_owned())
            }
            Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                self.saw(file, self.ir(file).span(at));
                Some(self.words(&self.outside(file, &frame.ask), at, depth + 1))
            }
            _ => None,
        }
    }

    fn attribute(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        of: ValueId,
        name: &str,
        depth: usize,
    ) -> String {
        if self.is_itself(frame, of) {
            match name {
                "request" => return "request".to_owned(),
                "kwargs" => return "url".to_owned(),
                "action" => return "action".to_owned(),
                _ => {}
            }
            if let Some(receiver) = frame.receiver
                && let Some(member) = self.project.lookup_member(receiver, name)
            {
                let file = member.class.0;
                match self.project.definition(file, member.value) {
                    // A property is what it returns.
                    Entity::Function(file, function) => {
                        let bound =
                            self.enter(frame, (file, function), Some(receiver), true, Run::EMPTY);
                        if let Some(inner) = bound
                            && let Some(result) = self.ir(file).function(function).result
                        {
                            return self.words(&inner, result, depth + 1);
                        }
                    }
                    Entity::Value(file, at) => {
                        self.saw(file, self.ir(file).span(at));
                        return self.words(&self.outside(file, &frame.ask), at, depth + 1);
                    }
                    Entity::Class(file, class) => {
                        let ir = self.ir(file);
                        return ir.str(ir.class(class).name).to_owned();
                    }
                    _ => {}
                }
            }
            if name == "object" {
                return frame.ask.model.clone().unwrap_or_else(|| "obj".to_owned());
            }
            return format!("self.{name}");
        }
        if let Some(text) = self.named(frame, value, depth)
            && !matches!(self.ir(frame.file).value(self.ir(frame.file).bare(of)), Value::Param(_))
        {
            return text;
        }
        let of = self.words(frame, of, depth + 1);
        match (of.as_str(), name) {
            ("view", "action") => "action".to_owned(),
            ("view", "kwargs") => "url".to_owned(),
            ("view", "request") | ("info.context", _) if name == "request" => "request".to_owned(),
            (user, "pk" | "id") if user.ends_with("request.user") => of,
            ("self.context[\"request\"]", name) => format!("request.{name}"),
            _ => {
                let name =
                    if name.len() > 3 { name.strip_suffix("_id").unwrap_or(name) } else { name };
                format!("{of}.{name}")
            }
        }
    }

    fn call_words(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        callee: ValueId,
        args: Run<Arg>,
        depth: usize,
    ) -> String {
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.words(frame, value, depth + 1);
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let name = ir.str(name);
            if name == "exists"
                && let Some(query) = self.query(frame, of)
            {
                return format!("some {}[{}]", query.model, query.formula);
            }
            if name == "get_object" && self.is_itself(frame, of) {
                return frame.ask.model.clone().unwrap_or_else(|| "obj".to_owned());
            }
            if name == "get"
                && let [key] | [key, _] = &ir.args[args]
            {
                let of = again(of);
                if matches!(of.as_str(), "url" | "request.GET" | "request.POST" | "request.headers")
                {
                    return item(&of, &again(key.value));
                }
            }
        }
        if let Some(query) = self.query(frame, value) {
            return query.model.to_string();
        }
        if let Callee::Project { file, function, receiver, bound } = self.callee(frame, value)
            && let Some(result) = self.ir(file).function(function).result
            && !self.ir(file).function(function).is_generator
            && let Some(inner) = self.enter(frame, (file, function), receiver, bound, args)
        {
            return self.words(&inner, result, depth + 1);
        }
        let mut called = again(callee);
        if called == "get_user" {
            called = "request.user".to_owned();
            return called;
        }
        let args = ir.args[args].iter().map(|arg| match arg.kind {
            ArgKind::Positional => again(arg.value),
            ArgKind::Keyword(name) => format!("{}={}", ir.str(name), again(arg.value)),
            ArgKind::Star => format!("*{}", again(arg.value)),
            ArgKind::DoubleStar => format!("**{}", again(arg.value)),
        });
        format!("{called}({})", args.collect::<Vec<_>>().join(", "))
    }

    /// The texts of a list, a tuple, or of one text.
    pub(crate) fn strings(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Vec<String>> {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            Value::Str(sym) => Some(vec![ir.str(sym).to_owned()]),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => ir.items[items]
                .iter()
                .map(|item| match self.strings(frame, item.value)?.as_slice() {
                    [one] if !item.spread => Some(one.clone()),
                    _ => None,
                })
                .collect(),
            Value::Binary { op: BinaryOp::Add, left, right } => {
                let mut all = self.strings(frame, left)?;
                all.extend(self.strings(frame, right)?);
                Some(all)
            }
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.strings(&around, value),
                _ => None,
            },
            Value::Capture { name, owner } => match self.captured(frame, owner, ir.str(name))? {
                (_, Bound::Value(around, value)) => self.strings(&around, value),
                _ => None,
            },
            Value::Global { .. } | Value::Import { .. } | Value::Attr { .. } => {
                if self.is_own_attribute(frame, value) {
                    let (file, at) = self.own_attribute(frame, value)?;
                    return self.strings(&self.outside(file, &frame.ask), at);
                }
                match self.project.definition(frame.file, value) {
                    Entity::External(symbol)
                        if self.project.symbol(symbol).ends_with("SAFE_METHODS") =>
                    {
                        Some(["GET", "HEAD", "OPTIONS"].map(str::to_owned).to_vec())
                    }
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.saw(file, self.ir(file).span(at));
                        self.strings(&self.outside(file, &frame.ask), at)
                    }
                    _ => None,
                }
            }
            Value::Call { callee, args } => {
                let name = self.words(frame, callee, 0);
                match (&ir.args[args], name.as_str()) {
                    ([only], "set" | "frozenset" | "tuple" | "list") => {
                        self.strings(frame, only.value)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_own_attribute(&self, frame: &Rc<Frame>, value: ValueId) -> bool {
        let ir = self.ir(frame.file);
        matches!(ir.value(ir.bare(value)), Value::Attr { of, .. } if self.is_itself(frame, of))
    }

    /// What the class of `self` binds to the attribute that is read.
    pub(crate) fn own_attribute(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
    ) -> Option<(FileId, ValueId)> {
        let ir = self.ir(frame.file);
        let Value::Attr { of, name } = ir.value(ir.bare(value)) else { return None };
        if !self.is_itself(frame, of) {
            return None;
        }
        let member = self.project.lookup_member(frame.receiver?, ir.str(name))?;
        self.saw(member.class.0, self.ir(member.class.0).span(member.value));
        Some((member.class.0, member.value))
    }

    // ---- Conditions --------------------------------------------------------------------------

    /// When an expression is true.
    pub(crate) fn formula(&self, frame: &Rc<Frame>, value: ValueId) -> Formula {
        self.condition(frame, value, 0)
    }

    fn condition(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Formula {
        if depth > MOST_NESTED || !self.step() {
            return Formula::atom("…");
        }
        let ir = self.ir(frame.file);
        let again = |value: ValueId| self.condition(frame, value, depth + 1);
        match ir.value(value) {
            Value::Bool(true) => Formula::Always,
            Value::Bool(false) | Value::None => Formula::Never,
            Value::Pi { of, .. } | Value::Await(of) => again(of),
            Value::Logic { op, values } => {
                let parts = ir.ids[values].iter().map(|value| again(*value));
                match op {
                    BoolOp::And => Formula::all(parts),
                    BoolOp::Or => Formula::any(parts),
                }
            }
            Value::Unary { op: UnaryOp::Not, of } => again(of).negated(),
            Value::Gamma { test, then, otherwise } => {
                let test = again(test);
                let then = test.clone().and(again(then));
                then.or(test.negated().and(again(otherwise)))
            }
            Value::Join { why: Why::Return, ways } => self.ways(frame, ways, depth),
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.condition(&around, value, depth + 1),
                _ => self.asked(frame, value),
            },
            Value::Capture { name, owner } => match self.captured(frame, owner, ir.str(name)) {
                Some((_, Bound::Value(around, value))) => self.condition(&around, value, depth + 1),
                _ => self.asked(frame, value),
            },
            Value::Compare { op, left, right } => self.comparison(frame, value, op, left, right),
            Value::Call { callee, args } => self.called(frame, value, callee, args, depth),
            Value::Attr { of, .. } if self.is_itself(frame, of) => {
                // A property is true when what it returns is.
                if let Some((file, at)) = self.own_attribute(frame, value)
                    && let Entity::Function(file, function) = self.project.definition(file, at)
                    && let Some(inner) =
                        self.enter(frame, (file, function), frame.receiver, true, Run::EMPTY)
                {
                    return self.result(&inner);
                }
                self.asked(frame, value)
            }
            _ => self.asked(frame, value),
        }
    }

    /// Whether one of the ways is taken on which something true is returned.
    fn ways(&self, frame: &Rc<Frame>, ways: Run<bartizan_ir::Way>, depth: usize) -> Formula {
        let ir = self.ir(frame.file);
        Formula::any(ir.ways[ways].iter().map(|way| {
            let path = self.path(frame, way.path, false).unwrap_or(Formula::Always);
            match path {
                Formula::Never => Formula::Never,
                path => path.and(self.condition(frame, way.value, depth + 1)),
            }
        }))
    }

    /// When a function returns something true.
    pub(crate) fn result(&self, frame: &Rc<Frame>) -> Formula {
        match self.ir(frame.file).function(frame.function).result {
            Some(result) => self.condition(frame, result, 0),
            None => Formula::Never,
        }
    }

    /// An expression that is asked as it stands.
    fn asked(&self, frame: &Rc<Frame>, value: ValueId) -> Formula {
        let text = self.text(frame, value);
        self.by_words(&text, (frame.file, self.ir(frame.file).span(value)))
    }

    /// What words of a condition mean.
    pub(crate) fn by_words(&self, text: &str, place: Site) -> Formula {
        let after_user = text
            .strip_prefix("request.user.")
            .or_else(|| text.strip_prefix("user.").filter(|_| text.len() < 40));
        match after_user {
            Some("is_authenticated" | "is_authenticated()") => self.atom(LOGIN, place),
            Some("is_anonymous" | "is_anonymous()") => self.atom(LOGIN, place).negated(),
            Some("is_staff") => self.atom(STAFF, place),
            Some("is_superuser") => self.atom(SUPERUSER, place),
            Some("is_active") => self.atom(ACTIVE, place),
            _ => match text {
                "request.user" | "request" | "True" => Formula::Always,
                "False" | "None" => Formula::Never,
                text => self.atom(text, place),
            },
        }
    }

    fn comparison(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        op: CompareOp,
        left: ValueId,
        right: ValueId,
    ) -> Formula {
        let place = (frame.file, self.ir(frame.file).span(value));
        let words = self.text(frame, left);
        if matches!(op, CompareOp::In | CompareOp::NotIn) {
            let found = match self.strings(frame, right) {
                Some(items) => Formula::any(
                    items
                        .into_iter()
                        .map(|item| self.equal(frame, &words, &format!("{item:?}"), place)),
                ),
                None => match self.query(frame, right) {
                    Some(query) => {
                        self.atom(format!("{words} in {}[{}]", query.model, query.formula), place)
                    }
                    None => self.atom(format!("{words} in {}", self.text(frame, right)), place),
                },
            };
            return if op == CompareOp::In { found } else { found.negated() };
        }
        let other = self.text(frame, right);
        match op {
            CompareOp::Eq | CompareOp::Is => self.equal(frame, &words, &other, place),
            CompareOp::NotEq | CompareOp::IsNot => {
                self.equal(frame, &words, &other, place).negated()
            }
            CompareOp::Gt => self.above(&words, ">", &other, place),
            CompareOp::GtE => self.above(&words, ">=", &other, place),
            CompareOp::Lt => self.above(&words, ">=", &other, place).negated(),
            CompareOp::LtE => self.above(&words, ">", &other, place).negated(),
            CompareOp::In | CompareOp::NotIn => Formula::Always,
        }
    }

    /// `3 < level` is `level > 3`, and `3 <= level` is `level >= 3`.
    fn above(&self, one: &str, sign: &str, other: &str, place: Site) -> Formula {
        if one.parse::<f64>().is_ok() {
            let turned = if sign == ">" { ">=" } else { ">" };
            return self.atom(format!("{other}{turned}{one}"), place).negated();
        }
        self.atom(format!("{one}{sign}{other}"), place)
    }

    fn equal(&self, frame: &Frame, one: &str, other: &str, place: Site) -> Formula {
        let (one, other) = match is_constant(one) && !is_constant(other)
            || one == "request.user"
            || one.starts_with("request.user.")
                && !is_constant(other)
                && !other.starts_with("request.user")
        {
            true => (other, one),
            false => (one, other),
        };
        let bare = other.trim_matches('"');
        match one {
            "request.method" if is_constant(other) => {
                return truth(bare == frame.ask.method);
            }
            "action" if is_constant(other) && frame.ask.action.is_some() => {
                return truth(frame.ask.action.as_deref() == Some(bare));
            }
            _ => {}
        }
        match other {
            "True" => self.by_words(one, place),
            "False" => self.by_words(one, place).negated(),
            _ => {
                let one = one.strip_suffix(".pk").or(one.strip_suffix(".id")).unwrap_or(one);
                self.atom(format!("{one}={other}"), place)
            }
        }
    }

    fn called(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        callee: ValueId,
        args: Run<Arg>,
        depth: usize,
    ) -> Formula {
        let ir = self.ir(frame.file);
        let place = (frame.file, ir.span(value));
        let given = &ir.args[args];
        if let Value::Attr { name, .. } = ir.value(ir.bare(callee)) {
            let name = ir.str(name);
            if matches!(name, "has_perm" | "has_perms" | "has_module_perms")
                && let Some(first) = given.first()
            {
                let perms = self.strings(frame, first.value);
                let perms = perms.unwrap_or_else(|| vec![self.text(frame, first.value)]);
                let on = match given.get(1) {
                    Some(arg) => format!(" on {}", self.text(frame, arg.value)),
                    None => String::new(),
                };
                return Formula::all(
                    perms.iter().map(|perm| self.atom(format!("perm:{perm}{on}"), place)),
                );
            }
            if name == "exists" {
                return self.asked(frame, value);
            }
        }
        match self.callee(frame, value) {
            Callee::Project { file, function, receiver, bound } => {
                match self.enter(frame, (file, function), receiver, bound, args) {
                    Some(inner) => self.result(&inner),
                    None => self.asked(frame, value),
                }
            }
            Callee::External(dotted) => {
                let last = dotted.rsplit('.').next().unwrap_or(&dotted);
                match (last, given) {
                    ("bool", [only]) => self.condition(frame, only.value, depth + 1),
                    ("all" | "any", [only]) => {
                        let of = ir.bare(only.value);
                        match ir.value(of) {
                            Value::List(items) | Value::Tuple(items) => {
                                let parts = ir.items[items]
                                    .iter()
                                    .map(|item| self.formula(frame, item.value));
                                match last {
                                    "all" => Formula::all(parts),
                                    _ => Formula::any(parts),
                                }
                            }
                            _ => self.asked(frame, value),
                        }
                    }
                    ("has_permission" | "has_object_permission", _) => {
                        self.outer_permission(frame, &dotted, place)
                    }
                    // What the admin asks by itself.
                    (name, _)
                        if dotted.starts_with("super.has_") && name.ends_with("_permission") =>
                    {
                        let model = self.admin_model(frame);
                        self.atom(format!("perm:{name} {model}"), place)
                    }
                    _ => self.asked(frame, value),
                }
            }
            _ => self.asked(frame, value),
        }
    }

    fn admin_model(&self, frame: &Frame) -> String {
        frame.ask.model.clone().unwrap_or_else(|| "?".to_owned())
    }

    /// When code on a path runs; `None` where an exception leads to it. With `narrow`, only what is
    /// asked of who comes counts.
    pub(crate) fn path(&self, frame: &Rc<Frame>, path: PathId, narrow: bool) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let mut parts = Vec::new();
        let mut at = path;
        for _ in 0..200 {
            if !self.step() {
                break;
            }
            let kept = |formula: Formula| match narrow && !is_about_people(&formula) {
                true => match formula {
                    Formula::Never => Formula::Never,
                    _ => Formula::Always,
                },
                false => formula,
            };
            match ir.path(at) {
                Path::Root => return Some(Formula::all(parts)),
                Path::Given { parent, test, truth } => {
                    let test = self.formula(frame, test);
                    parts.push(kept(if truth { test } else { test.negated() }));
                    at = parent;
                }
                Path::Escaped { parent, exit } => {
                    let left = self.exit(frame, exit, parent);
                    parts.push(kept(left.negated()));
                    at = parent;
                }
                Path::Handler { .. } => return None,
                Path::Dead { .. } => return Some(Formula::Never),
                Path::Loop { parent, .. }
                | Path::Tried { parent, .. }
                | Path::Completed { parent, .. } => at = parent,
            }
        }
        Some(Formula::all(parts))
    }

    /// When an earlier statement leaves, seen from where both paths part.
    fn exit(&self, frame: &Rc<Frame>, exit: PathId, until: PathId) -> Formula {
        let ir = self.ir(frame.file);
        let mut parts = Vec::new();
        let mut at = exit;
        for _ in 0..60 {
            if at == until || !self.step() {
                break;
            }
            match ir.path(at) {
                Path::Given { parent, test, truth } => {
                    let test = self.formula(frame, test);
                    parts.push(if truth { test } else { test.negated() });
                    at = parent;
                }
                // Whether a loop or an exception leads there is not known.
                Path::Loop { .. } | Path::Handler { .. } => return Formula::Never,
                Path::Dead { .. } => return Formula::Never,
                Path::Root => break,
                other => match other.parent() {
                    Some(parent) => at = parent,
                    None => break,
                },
            }
        }
        Formula::all(parts)
    }
}

fn truth(holds: bool) -> Formula {
    if holds { Formula::Always } else { Formula::Never }
}

fn item(of: &str, key: &str) -> String {
    match of {
        "url" => format!("url.{}", key.trim_matches('"')),
        "self.context" if key == "\"request\"" => "request".to_owned(),
        _ => format!("{of}[{key}]"),
    }
}

fn is_constant(text: &str) -> bool {
    text.starts_with('"')
        || text.parse::<f64>().is_ok()
        || matches!(text, "None" | "True" | "False")
}

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

/// Words that tell that a condition asks who comes.
const PEOPLE: &[&str] = &[
    "user",
    "perm",
    "role",
    "owner",
    "member",
    "tenant",
    "organi",
    "team",
    "group",
    "staff",
    "admin",
    "token",
    "secret",
    "signature",
    "digest",
    "headers",
    "META",
    "api_key",
    "apikey",
    "session",
    "auth",
    "login",
    "active",
    "allowed",
    "can_",
];

/// Whether a condition asks who comes, or what he may.
pub(crate) fn is_about_people(formula: &Formula) -> bool {
    formula.atoms().iter().any(|atom| PEOPLE.iter().any(|word| atom.contains(word)))
}
