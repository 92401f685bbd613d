//! From the syntax tree to the value graph, in one pass.
//!
//! Class bodies and comprehensions run where they stand, so they are lowered in place. The bodies of
//! functions run later, so they wait in a queue until the body around them is done.

mod assignment;
mod callees;
mod calls;
mod comprehension;
mod conditions;
mod definition;
mod escape;
mod expression;
mod frame;
mod loops;
mod mutate;
mod name;
mod pattern;
mod statement;
mod text;
mod tries;
mod web;
mod writers;

use std::collections::VecDeque;
use std::rc::Rc;

use bartizan_base::{Span, Sym};
use bartizan_ir::{
    Binding, Effect, EffectKind, FileIr, Function, FunctionId, FunctionKind, Opaque, Param,
    ParamKind, Path, PathId, Run, Stretch, Value, ValueId, Way, Why,
};
use ruff_python_ast::statement_visitor::StatementVisitor;
use ruff_python_ast::{Expr, Parameter, ParameterWithDefault, Parameters, Stmt};
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Extent;
use crate::scope::{Declared, Names, Walruses, deeper};
use frame::{Around, Branch, EMPTY, Frame, Scope, Slot};
use web::Web;
use writers::Writers;

/// Expressions and statements nested deeper than this are left out, with a problem.
const DEEPEST: u32 = 1_000;

/// Nodes, ways and parts in one file beyond which nothing more is lowered, with a problem. The
/// largest file of Django has some ten thousand.
const MOST_COST: u64 = 5_000_000;

/// What lowering makes of a file.
pub(crate) struct Lowered {
    pub(crate) ir: FileIr,
    /// Where nesting went too deep.
    pub(crate) too_deep: Option<Span>,
    /// Where the file was given up for its size.
    pub(crate) too_costly: Option<Span>,
    /// From where on containers were not followed, for their number.
    pub(crate) blunt: Option<Span>,
    /// How deep the syntax tree goes, as far as it was followed.
    pub(crate) deepest: u32,
}

/// The graph of a file that cannot be read: it still is a module, an empty one.
pub(crate) fn nothing() -> FileIr {
    lower("", &[], 0, Extent::Whole).ir
}

/// Lowers the statements of a module.
pub(crate) fn lower(source: &str, body: &[Stmt], end: u32, extent: Extent) -> Lowered {
    let mut lowering = Lowering::new(source, body);
    lowering.module(body, end);
    // Functions that bind names of the module are part of what others see of it.
    let is_interface = extent == Extent::Interface && lowering.declared_global.is_empty();
    while let Some(pending) = lowering.queue.pop_front() {
        if is_interface {
            lowering.leave_out(&pending);
        } else {
            lowering.function(pending);
        }
    }
    lowering.shares_all |= is_interface;
    lowering.mark_shared();
    lowering.ir.shrink();
    Lowered {
        ir: lowering.ir,
        too_deep: lowering.too_deep,
        too_costly: lowering.too_costly,
        blunt: lowering.blunt,
        deepest: lowering.deepest,
    }
}

/// The code of a function, which is lowered once the body around it is done.
enum Code<'a> {
    Suite(&'a [Stmt]),
    Expression(&'a Expr),
}

struct Pending<'a> {
    id: FunctionId,
    parameters: Option<&'a Parameters>,
    code: Code<'a>,
    around: Around,
    qualname: String,
    end: u32,
    /// How deep the definition stands in the syntax tree.
    depth: u32,
}

/// Words of which one stands in every class that makes something of its own of what is stored in its
/// objects.
const SETTERS: &[&str] = &[".setter", "__set__", "__setattr__", "__setitem__", "property("];

struct Lowering<'a> {
    source: &'a str,
    ir: FileIr,
    queue: VecDeque<Pending<'a>>,
    /// The bodies that are being lowered, the innermost last: a function or the module, and the
    /// class bodies inside it.
    frames: Vec<Frame>,
    walruses: Walruses,
    writers: Writers,
    /// Whether classes of the file make something of their own of what is stored in their objects.
    has_setters: bool,
    declared_global: FxHashSet<Sym>,
    declared_nonlocal: FxHashSet<Sym>,
    /// Names whose containers are changed from inside other functions: owner and name.
    changed_from_inside: Vec<(FunctionId, Sym)>,
    /// Containers of which the graph does not tell all that happens to them: loops may change them and,
    /// being too many, do not carry them from round to round; calls put them where too much lies.
    not_carried: Vec<ValueId>,
    /// Beside the mutations: whether what changes is certainly a container.
    changed_built: Vec<bool>,
    /// Steps spent on finding aliases.
    walked: u64,
    /// How many of them went into what calls may put into what they are given.
    followed_puts: u64,
    /// Where so many were spent that containers are no longer followed.
    blunt: Option<Span>,
    /// The webs of values, and the values in the order in which theirs were found.
    webs: FxHashMap<ValueId, Rc<Web>>,
    web_trail: Vec<ValueId>,
    /// Variables of other bodies, by the objects that they are and hold.
    outer_objects: FxHashMap<u64, (FunctionId, Sym)>,
    no_web: Rc<Web>,
    /// What was spent on the graph, in nodes.
    cost: u64,
    /// The slot of the access path that was lowered last, if the expression lowered last was one.
    last_path: Option<u32>,
    /// Slots of the receivers and arguments of the calls that are being lowered.
    handed: Vec<u32>,
    /// Number of values as the statement at hand began.
    statement_start: usize,
    depth: u32,
    /// How deep the syntax tree goes, as far as it was followed.
    deepest: u32,
    too_deep: Option<Span>,
    too_costly: Option<Span>,
    unbound: Option<ValueId>,
    given_up: Option<ValueId>,
    left_out: Option<ValueId>,
    /// Whether code that was not looked at may change any container.
    shares_all: bool,
}

fn span(range: TextRange) -> Span {
    Span::new(range.start().to_u32(), range.end().to_u32())
}

impl<'a> Lowering<'a> {
    fn new(source: &'a str, body: &'a [Stmt]) -> Self {
        let has = |word: &str| memchr::memmem::find(source.as_bytes(), word.as_bytes()).is_some();
        let mut ir = FileIr::default();
        ir.paths.push(Path::Root);
        // As many values as tokens, more or less: one allocation instead of twenty.
        ir.values.reserve(source.len() / 8);
        ir.spans.reserve(source.len() / 8);
        let mut lowering = Self {
            source,
            ir,
            queue: VecDeque::new(),
            frames: Vec::new(),
            walruses: Walruses::of(source),
            writers: Writers::of(source, body),
            has_setters: SETTERS.iter().any(|word| has(word)),
            declared_global: FxHashSet::default(),
            declared_nonlocal: FxHashSet::default(),
            changed_from_inside: Vec::new(),
            not_carried: Vec::new(),
            changed_built: Vec::new(),
            walked: 0,
            followed_puts: 0,
            blunt: None,
            webs: FxHashMap::default(),
            web_trail: Vec::new(),
            outer_objects: FxHashMap::default(),
            no_web: Rc::default(),
            cost: 0,
            last_path: None,
            handed: Vec::new(),
            statement_start: 0,
            depth: 0,
            deepest: 0,
            too_deep: None,
            too_costly: None,
            unbound: None,
            given_up: None,
            left_out: None,
            shares_all: false,
        };
        if lowering.writers.has_functions() {
            let strings = &mut lowering.ir.strings;
            let mut interned = |names: Vec<&str>| -> Vec<Sym> {
                names.into_iter().map(|name| strings.intern(name)).collect()
            };
            let functions = interned(lowering.writers.functions());
            let names = lowering.writers.names().map(interned);
            lowering.ir.writers = lowering.ir.names.add(functions);
            lowering.ir.written = names.map(|names| lowering.ir.names.add(names));
        }
        if has("global") || has("nonlocal") {
            let mut declared = Declared::default();
            declared.visit_body(body);
            for name in declared.global {
                let name = lowering.ir.strings.intern(name);
                lowering.declared_global.insert(name);
            }
            for name in declared.nonlocal {
                let name = lowering.ir.strings.intern(name);
                lowering.declared_nonlocal.insert(name);
            }
        }
        lowering
    }

    // ---- small helpers -----------------------------------------------------------------------

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("code is lowered inside a body")
    }

    fn add(&mut self, value: Value, span: Span) -> ValueId {
        let id = ValueId::from_index(self.ir.values.len());
        self.ir.values.push(value);
        self.ir.spans.push(span);
        self.cost += 1;
        self.note_stretch(id);
        id
    }

    /// Whether the file has cost so much that no more is made of it; `at` is where that was seen.
    fn is_spent(&mut self, at: Span) -> bool {
        let merged = self.frames.last_mut().map_or(0, |frame| std::mem::take(&mut frame.merged));
        self.cost += merged;
        if self.cost > MOST_COST && self.too_costly.is_none() {
            self.too_costly = Some(at);
        }
        self.too_costly.is_some()
    }

    /// What stands for values that are no longer followed.
    fn given_up(&mut self) -> ValueId {
        if let Some(id) = self.given_up {
            return id;
        }
        let id = self.add(Value::Opaque(Opaque::Other), Span::default());
        self.given_up = Some(id);
        id
    }

    /// Remembers which code evaluates the value, where another did before.
    fn note_stretch(&mut self, id: ValueId) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.now = id.index() as u32 + 1;
        let (function, path) = (frame.id, frame.path);
        if self.ir.stretches.last().is_none_or(|s| (s.function, s.path) != (function, path)) {
            let start = id.index() as u32;
            self.ir.stretches.push(Stretch { start, function, path });
        }
    }

    fn sym(&mut self, text: &str) -> Sym {
        self.ir.strings.intern(text)
    }

    fn path(&mut self, path: Path) -> PathId {
        let id = PathId::from_index(self.ir.paths.len());
        self.ir.paths.push(path);
        id
    }

    fn given(&mut self, parent: PathId, test: ValueId, truth: bool) -> PathId {
        self.path(Path::Given { parent, test, truth })
    }

    fn effect(&mut self, kind: EffectKind, span: Span) {
        let frame = self.frame();
        let path = frame.path;
        frame.effects.push(Effect { kind, path, span });
    }

    fn unbound(&mut self) -> ValueId {
        if let Some(id) = self.unbound {
            return id;
        }
        let id = self.add(Value::Unbound, Span::default());
        self.unbound = Some(id);
        id
    }

    /// Goes one level down, if that is not too deep.
    fn below(&mut self, at: Span, step: impl FnOnce(&mut Self)) {
        if self.depth >= DEEPEST {
            self.opaque(Opaque::TooDeep, at);
            return;
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        deeper(|| step(self));
        self.depth -= 1;
    }

    fn opaque(&mut self, why: Opaque, at: Span) -> ValueId {
        if why == Opaque::TooDeep && self.too_deep.is_none() {
            self.too_deep = Some(at);
        }
        self.add(Value::Opaque(why), at)
    }

    // ---- bodies ------------------------------------------------------------------------------

    fn scope(&mut self, names: &Names<'_>, params: &[Sym]) -> Rc<Scope> {
        let mut scope = Scope::default();
        for name in &names.global {
            let name = self.sym(name);
            scope.global.insert(name);
        }
        for name in &names.nonlocal {
            let name = self.sym(name);
            scope.nonlocal.insert(name);
        }
        for name in params.iter().copied() {
            scope.bind(name);
        }
        for name in &names.bound {
            let name = self.sym(name);
            if !scope.global.contains(&name) && !scope.nonlocal.contains(&name) {
                scope.bind(name);
            }
        }
        Rc::new(scope)
    }

    fn module(&mut self, body: &'a [Stmt], end: u32) {
        let name = self.sym("<module>");
        let empty = self.sym("");
        self.ir.functions.push(Function {
            kind: FunctionKind::Module,
            name,
            qualname: empty,
            parent: None,
            class: None,
            params: Run::EMPTY,
            decorators: Run::EMPTY,
            returns: None,
            is_async: false,
            is_generator: false,
            result: None,
            effects: Run::EMPTY,
            bindings: Run::EMPTY,
            stores: Run::EMPTY,
            param_ends: Run::EMPTY,
            layers: Run::EMPTY,
            locals: Run::EMPTY,
            fields: Run::EMPTY,
            span: Span::new(0, end),
            name_span: Span::default(),
        });
        let mut names = Names::of(body, &self.walruses);
        // At the level of the module, `global` says nothing new.
        names.global.clear();
        let scope = self.scope(&names, &[]);
        self.frames.push(Frame::new(
            FileIr::module(),
            FunctionKind::Module,
            scope,
            Around::default(),
            String::new(),
            FileIr::root_path(),
        ));
        self.suite(body);
        self.close();
    }

    fn function(&mut self, pending: Pending<'a>) {
        let Pending { id, parameters, code, around, qualname, end, depth } = pending;
        if self.too_costly.is_some() {
            return;
        }
        self.depth = depth;
        self.webs.clear();
        self.web_trail.clear();
        let mut params = Vec::new();
        if let Some(parameters) = parameters {
            params.extend(
                parameters.iter_source_order().map(|param| self.sym(param.name().as_str())),
            );
        }
        let names = match code {
            Code::Suite(body) => Names::of(body, &self.walruses),
            Code::Expression(body) => Names::of_expression(body, &self.walruses),
        };
        let scope = self.scope(&names, &params);
        let Function { kind, span: whole, params: list, .. } = *self.ir.function(id);
        let mut frame = Frame::new(id, kind, scope, around, qualname, FileIr::root_path());
        frame.may_have_inner = names.has_inner
            || memchr::memmem::find(whole.slice(self.source).as_bytes(), b"lambda").is_some();
        // Hidden slots keep the objects that came in, whatever happens to the names.
        frame.params = frame.slots.len() as u32;
        frame.param_count = list.len() as u32;
        self.frames.push(frame);
        for index in 0..list.len() {
            let param = self.ir.params[list][index];
            let value = Some(self.add(Value::Param(index as u32), param.span));
            let frame = self.frame();
            let hidden = frame.add_slot();
            frame.begin_with(hidden, Slot { value, ..EMPTY });
            if let Some(slot) = frame.scope.slots.get(&param.name).copied() {
                frame.begin_with(slot, Slot { value, layers: 0, span: param.span });
            }
        }
        match code {
            Code::Suite(body) => {
                self.suite(body);
                if !self.frame().dead {
                    let none = self.add(Value::None, Span::at(end));
                    self.end_with(none);
                }
            }
            Code::Expression(body) => {
                let value = self.expr(body);
                self.end_with(value);
            }
        }
        self.close();
    }

    /// Leaves the body of a function alone: whatever it returns and does to its arguments is unknown.
    fn leave_out(&mut self, pending: &Pending<'_>) {
        let unknown = match self.left_out {
            Some(unknown) => unknown,
            None => self.add(Value::Opaque(Opaque::Body), Span::default()),
        };
        self.left_out = Some(unknown);
        let count = self.ir.function(pending.id).params.len();
        let param_ends = self.ir.ids.add(std::iter::repeat_n(unknown, count));
        let function = &mut self.ir.functions[pending.id.index()];
        function.result = Some(unknown);
        function.param_ends = param_ends;
    }

    /// One way on which a function ends.
    fn end_with(&mut self, value: ValueId) {
        let frame = self.frame();
        let path = frame.path;
        frame.returns.push(Way { value, path });
        let end = frame.end();
        frame.ends.push(end);
    }

    /// Takes the innermost body off and keeps what is to be known of it.
    fn close(&mut self) {
        let mut bindings = Vec::new();
        let scope = Rc::clone(&self.frame().scope);
        let mut named: Vec<(Sym, u32)> =
            scope.names.iter().enumerate().map(|(slot, name)| (*name, slot as u32)).collect();
        named.sort_unstable();
        let locals: Vec<Sym> = named.iter().map(|(name, _)| *name).collect();
        let is_function = matches!(self.frame().kind, FunctionKind::Def | FunctionKind::Lambda);
        if is_function {
            // What a function ends with is what it has at its returns, all of them.
            self.join_ends();
        }
        if !is_function || self.frame().has_inner {
            for (name, slot) in named {
                let now = self.frame().slots[slot as usize];
                if now.value.is_some() {
                    let value = self.current(slot, name);
                    bindings.push(Binding { name, value, span: now.span });
                }
            }
        }
        let frame = self.frame();
        let objects = frame.params as usize..(frame.params + frame.param_count) as usize;
        let param_ends: Vec<ValueId> =
            frame.slots[objects].iter().filter_map(|slot| slot.value).collect();
        let frame = self.frames.pop().expect("a body is open until it is closed");
        let result = match frame.returns.as_slice() {
            [] => None,
            [only] => Some(only.value),
            ways => {
                let ways = self.ir.ways.add(ways.iter().copied());
                let span = self.ir.function(frame.id).span;
                Some(self.add(Value::Join { why: Why::Return, ways }, span))
            }
        };
        let effects = self.ir.effects.add(frame.effects);
        let bindings = self.ir.bindings.add(bindings);
        // What a class body ends with says what its names are; of a function's variables nothing
        // else does.
        let is_class = matches!(frame.kind, FunctionKind::ClassBody(_));
        let stores = if is_class && !frame.has_inner { Vec::new() } else { frame.stores };
        let stores = self.ir.bindings.add(stores);
        let layers = self.ir.layers.add(frame.layers);
        let param_ends = self.ir.ids.add(param_ends);
        let locals = self.ir.names.add(locals);
        let fields = self.ir.names.add(frame.fields);
        let function = &mut self.ir.functions[frame.id.index()];
        function.result = result;
        function.is_generator = frame.is_generator;
        function.effects = effects;
        function.bindings = bindings;
        function.stores = stores;
        function.layers = layers;
        function.param_ends = param_ends;
        function.locals = locals;
        function.fields = fields;
    }

    fn join_ends(&mut self) {
        let ends = std::mem::take(&mut self.frame().ends);
        self.frame().rewind(0);
        self.merge_ways(&ends, Why::Return);
    }

    /// Goes on with the state in which the live branches meet; a slot that they leave with different
    /// values becomes a join. The branches are relative to the present state.
    fn merge_ways(&mut self, branches: &[Branch], why: Why) {
        let live: Vec<&Branch> = branches.iter().filter(|branch| !branch.dead).collect();
        if let [only] = live.as_slice() {
            for (slot, to) in &only.changes {
                self.frame().set(*slot, *to);
            }
            return;
        }
        if self.is_spent(Span::default()) {
            return;
        }
        let mut changed: Vec<u32> =
            live.iter().flat_map(|branch| branch.changes.iter().map(|(slot, _)| *slot)).collect();
        changed.sort_unstable();
        changed.dedup();
        for slot in changed {
            let base = self.frame().slots[slot as usize];
            let ways: Vec<(Slot, PathId)> =
                live.iter().map(|branch| (branch.get(slot).unwrap_or(base), branch.path)).collect();
            let merged = self.merge_slot(slot, base, &ways, why);
            self.frame().set(slot, merged);
        }
    }

    fn merge_slot(&mut self, slot: u32, base: Slot, ways: &[(Slot, PathId)], why: Why) -> Slot {
        let first = ways[0].0;
        self.cost += ways.len() as u64 / 2;
        if ways.iter().all(|(way, _)| way.value == first.value && way.layers == first.layers) {
            return first;
        }
        if self.frame().is_path(slot) {
            // An access path is known after a meeting only if it is the same on all ways, guards
            // aside.
            let bare: Vec<Option<ValueId>> =
                ways.iter().map(|(way, _)| way.value.map(|id| self.ir.bare(id))).collect();
            return match bare[0] {
                Some(value) if bare.iter().all(|other| *other == Some(value)) => {
                    Slot { value: Some(value), ..first }
                }
                _ => EMPTY,
            };
        }
        if let Some(same) = self.same_but_for_guards(base, ways.iter().map(|(way, _)| *way)) {
            return same;
        }
        self.cost += ways.len() as u64;
        if self.is_spent(first.span) {
            return Slot { value: Some(self.given_up()), ..first };
        }
        let name = self.slot_name(slot);
        let mut joined = Vec::with_capacity(ways.len());
        for (way, path) in ways {
            joined.push(Way { value: self.value_of(*way, name), path: *path });
        }
        let span = ways.iter().map(|(way, _)| way.span).find(|span| !span.is_empty());
        let span = span.unwrap_or(base.span);
        let ways = self.ir.ways.add(joined);
        let value = self.add(Value::Join { why, ways }, span);
        self.note_store(slot, value, span);
        let layers = self.frame().layers.len() as u32;
        Slot { value: Some(value), layers, span }
    }

    /// The slot where all ways hold the same value but for what branches learnt of it.
    fn same_but_for_guards(
        &mut self,
        base: Slot,
        mut ways: impl Iterator<Item = Slot>,
    ) -> Option<Slot> {
        let first = ways.next()?;
        let bare = self.ir.bare(first.value?);
        for way in ways {
            if self.ir.bare(way.value?) != bare || way.layers != first.layers {
                return None;
            }
        }
        if base.value.is_some_and(|value| self.ir.bare(value) == bare) {
            return Some(Slot { span: first.span, ..base });
        }
        Some(Slot { value: Some(bare), ..first })
    }

    /// Goes on with the state in which a test's two branches meet, and with the path that follows.
    fn merge_test(&mut self, test: ValueId, then: Branch, otherwise: Branch, exits: usize) {
        let parent = self.frame().path;
        let (path, dead) = match (then.dead, otherwise.dead) {
            (true, true) => (self.path(Path::Dead { parent }), true),
            (true, false) => (otherwise.path, false),
            (false, true) => (then.path, false),
            (false, false) => (self.escaped(parent, exits), false),
        };
        if then.dead || otherwise.dead {
            let live = if then.dead { &otherwise } else { &then };
            let changes = live.changes.clone();
            for (slot, to) in changes {
                self.frame().set(slot, to);
            }
        } else if !self.is_spent(self.ir.span(test)) {
            let mut changed: Vec<u32> =
                then.changes.iter().chain(&otherwise.changes).map(|(slot, _)| *slot).collect();
            changed.sort_unstable();
            changed.dedup();
            for slot in changed {
                let base = self.frame().slots[slot as usize];
                let a = then.get(slot).unwrap_or(base);
                let b = otherwise.get(slot).unwrap_or(base);
                let merged = self.merge_two(slot, base, test, a, b);
                self.frame().set(slot, merged);
            }
        }
        let frame = self.frame();
        frame.path = path;
        frame.dead = dead;
    }

    fn merge_two(&mut self, slot: u32, base: Slot, test: ValueId, a: Slot, b: Slot) -> Slot {
        if a.value == b.value && a.layers == b.layers {
            return a;
        }
        if self.frame().is_path(slot) {
            let path = self.frame().path;
            return self.merge_slot(slot, base, &[(a, path), (b, path)], Why::Match);
        }
        if let Some(same) = self.same_but_for_guards(base, [a, b].into_iter()) {
            return same;
        }
        if self.is_spent(a.span) {
            return Slot { value: Some(self.given_up()), ..a };
        }
        let name = self.slot_name(slot);
        let then = self.value_of(a, name);
        let otherwise = self.value_of(b, name);
        let span = if a.span.is_empty() { b.span } else { a.span };
        let value = self.add(Value::Gamma { test, then, otherwise }, span);
        self.note_store(slot, value, span);
        let layers = self.frame().layers.len() as u32;
        Slot { value: Some(value), layers, span }
    }

    /// The path behind code that some ways have left since `exits`.
    fn escaped(&mut self, mut parent: PathId, exits: usize) -> PathId {
        let left: Vec<PathId> = self.frame().exits[exits..].iter().map(|(path, _)| *path).collect();
        for exit in left {
            parent = self.path(Path::Escaped { parent, exit });
        }
        parent
    }

    /// Marks every container that a name held, where code of another function changes what the name
    /// holds.
    fn mark_shared(&mut self) {
        let changed: FxHashSet<(FunctionId, Sym)> = self.changed_from_inside.drain(..).collect();
        let mut owners: Vec<FunctionId> = changed.iter().map(|(owner, _)| *owner).collect();
        owners.sort_unstable();
        owners.dedup();
        let mut shared = std::mem::take(&mut self.not_carried);
        for owner in owners {
            let stores = self.ir.bindings.get(self.ir.function(owner).stores);
            let held = stores.iter().filter(|store| changed.contains(&(owner, store.name)));
            shared.extend(held.map(|store| store.value));
        }
        if self.blunt.is_some() || self.shares_all {
            // Nobody looked who shares them.
            let is_container = |value: &Value| {
                matches!(
                    value,
                    Value::List(_)
                        | Value::Set(_)
                        | Value::Dict(_)
                        | Value::Comp(_)
                        | Value::Call { .. }
                        | Value::Mutate(_)
                )
            };
            let containers = self.ir.values.iter().enumerate();
            let containers = containers.filter(|(_, value)| is_container(value));
            shared.extend(containers.map(|(index, _)| ValueId::from_index(index)));
        }
        shared.sort_unstable();
        shared.dedup();
        self.ir.shared = shared;
    }

    fn parameters(&mut self, parameters: &'a Parameters) -> Run<Param> {
        let plain = |list: &'a [ParameterWithDefault], kind| {
            list.iter().map(move |p| (&p.parameter, p.default.as_deref(), kind))
        };
        let alone = |param: Option<&'a Parameter>, kind| param.map(|p| (p, None, kind));
        let list = plain(&parameters.posonlyargs, ParamKind::PositionalOnly)
            .chain(plain(&parameters.args, ParamKind::Normal))
            .chain(alone(parameters.vararg.as_deref(), ParamKind::Args))
            .chain(plain(&parameters.kwonlyargs, ParamKind::KeywordOnly))
            .chain(alone(parameters.kwarg.as_deref(), ParamKind::Kwargs));
        let mut params = Vec::with_capacity(parameters.len());
        for (param, default, kind) in list {
            let name = self.sym(param.name.as_str());
            let default = default.map(|default| self.expr(default));
            let annotation = param.annotation().map(|annotation| self.annotation(annotation));
            params.push(Param { name, kind, default, annotation, span: span(param.name.range) });
        }
        self.ir.params.add(params)
    }

    /// An annotation is a value like any other, but what it calls happens to nobody's data.
    fn annotation(&mut self, annotation: &'a Expr) -> ValueId {
        let effects = self.frame().effects.len();
        let value = self.expr(annotation);
        self.frame().effects.truncate(effects);
        value
    }
}
