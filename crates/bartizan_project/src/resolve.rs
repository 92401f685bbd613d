//! Finds out what values are, one question at a time, and remembers the answers.
//!
//! Work is done in two stages, so that the answers depend on nothing but the files. While linking,
//! one thread finds out what files see of each other: what modules and classes bind, bases, results
//! of functions, attributes that methods store. Later each file is swept by itself, and looks at
//! other files only for what was linked.
//!
//! A question that leads back to itself is answered *circular*, which counts for nothing where ways
//! meet. What was found on the strength of such an answer is forgotten once the question is settled,
//! unless that happens too often, as in a tree made to waste our time.

use bartizan_base::Sym;
use bartizan_finding::Confidence;
use bartizan_ir::{
    BoolOp, CompareOp, FileIr, FunctionId, FunctionKind, Item, LoopId, Part, UnaryOp, Value,
    ValueId,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::entity::{Entity, FileId, Resolved, Unknown};
use crate::memo::Slot;
use crate::names::{Target, is_dead, is_fallback};
use crate::project::Project;

/// Questions open at one time beyond which no further one is asked.
const DEEPEST: u32 = 96;
/// Loops inside loops beyond which a variable of the inner ones is not followed round.
const LOOPS: u32 = 4;

pub(crate) struct Resolver<'p> {
    pub(crate) project: &'p Project,
    /// The file that is swept; none while linking.
    only: Option<FileId>,
    depth: u32,
    loops: u32,
    /// How many questions are open.
    open: u32,
    /// The outermost open question on which the answer at hand rests.
    pub(crate) low: u32,
    /// Answers that rest on open questions, and on which.
    provisional: Vec<(FileId, ValueId)>,
    rests_on: FxHashMap<(FileId, ValueId), u32>,
    /// How many provisional answers may still be forgotten.
    patience: u64,
    spine: Vec<ValueId>,
    /// What free names of a file mean, by their owner, none for the module; nothing where each is its
    /// own value.
    pub(crate) free: FxHashMap<(FileId, Option<FunctionId>, Sym), Option<Resolved>>,
    /// What attributes of things are, for names of a file; and whether they are called.
    pub(crate) attributes: FxHashMap<(u64, FileId, Sym, bool), Resolved>,
    /// Where the import before this one led.
    target: Option<(FileId, Sym, u32, Target)>,
    pub(crate) open_classes: FxHashSet<usize>,
    pub(crate) nested_classes: u32,
}

/// Whether a value stands for itself and there is nothing to find out.
pub(crate) fn is_plain(value: Value) -> bool {
    value.is_literal()
        || matches!(
            value,
            Value::Unbound
                | Value::Star { .. }
                | Value::NamespaceSet { .. }
                | Value::NamespaceUpdate(_)
                | Value::NamespaceUnknown(_)
                | Value::NamespaceRounds(_)
                | Value::Slice { .. }
                | Value::Compare { .. }
                | Value::Binary { .. }
                | Value::Unary { .. }
                | Value::Yield(_)
                | Value::YieldFrom(_)
                | Value::Text { .. }
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Comp(_)
                | Value::Matches { .. }
                | Value::Opaque(_)
        )
}

/// The part of a value on which its own answer rests first. Chains of these may be long (`a.b().c()`
/// …, a variable that is changed a thousand times) and are walked without recursion.
fn spine_of(ir: &FileIr, value: Value) -> Option<ValueId> {
    match value {
        Value::Attr { of, .. }
        | Value::Index { of, .. }
        | Value::Elem { of, .. }
        | Value::Pi { of, .. }
        | Value::Decorated { of, .. } => Some(of),
        Value::Call { callee, .. } => Some(callee),
        Value::Await(of) => Some(of),
        Value::Enter { manager, .. } => Some(manager),
        Value::Mu { init, .. } => Some(init),
        Value::Mutate(mutation) => Some(ir.mutation(mutation).receiver),
        _ => None,
    }
}

impl<'p> Resolver<'p> {
    pub(crate) fn linking(project: &'p Project) -> Self {
        let values: usize = project.units.iter().map(|unit| unit.file.ir.values.len()).sum();
        Self::new(project, None, values)
    }

    pub(crate) fn sweeping(project: &'p Project, file: FileId) -> Self {
        Self::new(project, Some(file), project.ir(file).values.len())
    }

    /// One that finds out nothing new, and so may be used at any time.
    pub(crate) fn reading(project: &'p Project) -> Self {
        Self::new(project, Some(FileId::from_index(project.units.len())), 0)
    }

    fn new(project: &'p Project, only: Option<FileId>, values: usize) -> Self {
        Self {
            project,
            only,
            depth: 0,
            loops: 0,
            open: 0,
            low: u32::MAX,
            provisional: Vec::new(),
            rests_on: FxHashMap::default(),
            patience: values as u64 * 4 + 10_000,
            spine: Vec::new(),
            free: FxHashMap::default(),
            attributes: FxHashMap::default(),
            target: None,
            open_classes: FxHashSet::default(),
            nested_classes: 0,
        }
    }

    pub(crate) fn is_sweeping(&self) -> bool {
        self.only.is_some()
    }

    /// Finds out what files see of each other.
    pub(crate) fn link_all(&mut self) {
        let project = self.project;
        for file in project.files() {
            let unit = project.unit(file);
            let ir = &unit.file.ir;
            for (class, _) in ir.classes() {
                self.mro(crate::ClassRef::Project(file, class));
            }
            for (_, function) in ir.functions() {
                if matches!(function.kind, FunctionKind::Module | FunctionKind::ClassBody(_)) {
                    for binding in &ir.bindings[function.bindings] {
                        self.eval(file, binding.value);
                    }
                }
                for decorator in &ir.ids[function.decorators] {
                    self.eval(file, *decorator);
                }
                if function.kind == FunctionKind::Def {
                    if let Some(returns) = function.returns {
                        self.eval(file, returns);
                    }
                    if let Some(result) = function.result {
                        self.eval(file, result);
                    }
                }
            }
            let layers = ir.function(FileIr::module()).layers;
            for layer in &ir.layers[layers] {
                match ir.value(layer.value) {
                    Value::NamespaceSet { value, .. } => {
                        self.eval(file, value);
                    }
                    Value::NamespaceUpdate(mapping) => {
                        if let Value::Dict(pairs) = ir.value(ir.bare(mapping)) {
                            for pair in &ir.pairs[pairs] {
                                self.eval(file, pair.value);
                            }
                        }
                    }
                    _ => {}
                }
            }
            for value in unit.index.attributes().chain(unit.index.globals()) {
                self.eval(file, value);
            }
        }
    }

    /// Finds out about every value of the file.
    pub(crate) fn sweep(&mut self, file: FileId) {
        let unit = self.project.unit(file);
        for (at, value) in unit.file.ir.values.iter().enumerate() {
            let id = ValueId::from_index(at);
            if !is_plain(*value) && unit.memo.is_unset(id) {
                self.eval(file, id);
            }
        }
    }

    /// What a value is.
    pub(crate) fn eval(&mut self, file: FileId, value: ValueId) -> Resolved {
        let project = self.project;
        let unit = project.unit(file);
        let ir = &unit.file.ir;
        if is_plain(ir.value(value)) {
            return Resolved::sure(Entity::Value(file, value));
        }
        let foreign = self.only.is_some_and(|only| only != file);
        match unit.memo.get(&project.numbers, value) {
            Slot::Known { what, linked, provisional } => {
                if foreign && !linked {
                    return Resolved::unknown(Unknown::TooDeep);
                }
                if provisional {
                    let on = self.rests_on.get(&(file, value)).copied().unwrap_or(0);
                    self.low = self.low.min(on);
                }
                return what;
            }
            Slot::Open(number) => {
                self.low = self.low.min(number);
                return Resolved::unknown(Unknown::Circular);
            }
            Slot::Unset if foreign || self.depth >= DEEPEST => {
                return Resolved::unknown(Unknown::TooDeep);
            }
            Slot::Unset => {}
        }

        let base = self.spine.len();
        let mut at = value;
        loop {
            unit.memo.open(at, self.open);
            self.open += 1;
            self.spine.push(at);
            match spine_of(ir, ir.value(at)) {
                Some(next) if !is_plain(ir.value(next)) && unit.memo.is_unset(next) => at = next,
                _ => break,
            }
        }
        let outer = std::mem::replace(&mut self.low, u32::MAX);
        let mark = self.provisional.len();
        self.depth += 1;
        let mut what = Resolved::unknown(Unknown::TooDeep);
        while self.spine.len() > base {
            let at = self.spine[self.spine.len() - 1];
            let number = self.open - 1;
            what = self.step(file, at, number, mark);
            if what.entity == Entity::Value(file, at)
                && let Some(name) = unit.index.told(at)
            {
                what = self.telling(file, name).unwrap_or(what);
            }
            self.spine.pop();
            self.open = number;
            if self.low < number {
                unit.memo.set(&project.numbers, at, what, !self.is_sweeping(), true);
                self.provisional.push((file, at));
                self.rests_on.insert((file, at), self.low);
            } else {
                self.settle(mark);
                unit.memo.set(&project.numbers, at, what, !self.is_sweeping(), false);
                self.low = u32::MAX;
            }
        }
        self.depth -= 1;
        self.low = self.low.min(outer);
        what
    }

    /// Forgets the answers since `mark`, which rest on a guess that is now settled.
    fn settle(&mut self, mark: usize) {
        while self.provisional.len() > mark {
            let Some((file, value)) = self.provisional.pop() else { break };
            self.rests_on.remove(&(file, value));
            let unit = self.project.unit(file);
            match unit.memo.get(&self.project.numbers, value) {
                Slot::Known { what, linked, .. } if self.patience == 0 => {
                    unit.memo.set(&self.project.numbers, value, what, linked, false);
                }
                Slot::Known { .. } => {
                    self.patience -= 1;
                    unit.memo.clear(value);
                }
                Slot::Open(_) | Slot::Unset => {}
            }
        }
    }

    /// Keeps the answers since `mark` for good.
    fn keep(&mut self, mark: usize) {
        for (file, value) in self.provisional.drain(mark..) {
            self.rests_on.remove(&(file, value));
            let unit = self.project.unit(file);
            if let Slot::Known { what, linked, .. } = unit.memo.get(&self.project.numbers, value) {
                unit.memo.set(&self.project.numbers, value, what, linked, false);
            }
        }
    }

    fn step(&mut self, file: FileId, at: ValueId, number: u32, mark: usize) -> Resolved {
        let ir = self.project.ir(file);
        match ir.value(at) {
            Value::Param(position) => self.parameter(file, at, position),
            Value::Global { name, layers } if layers.is_empty() => self.free(file, at, None, name),
            Value::Global { name, .. } => self.global(file, at, name),
            Value::Capture { name, owner } => self.free(file, at, Some(owner), name),
            Value::Function(function) => Resolved::sure(Entity::Function(file, function)),
            Value::Class(class) => Resolved::sure(Entity::Class(file, class)),
            Value::Decorated { by, of } => self.decorated(file, at, by, of),
            Value::Import { module, name, level } => {
                let target = match self.target {
                    Some((f, m, l, target)) if (f, m, l) == (file, module, level) => target,
                    _ => self.project.target(file, ir.str(module), level),
                };
                self.target = Some((file, module, level, target));
                let name = name.map(|name| ir.str(name));
                let found = self.project.imported_from(file, target, ir.str(module), name, level);
                self.found(file, at, found)
            }
            Value::Attr { of, name } => {
                let of = self.eval(file, of);
                self.attribute(file, at, of, name)
            }
            Value::Index { of, .. } => match self.eval(file, of) {
                // `QuerySet[Product]` is the class still.
                known @ Resolved { entity: Entity::Class(..), .. } => known,
                known @ Resolved { entity: Entity::External(symbol), .. }
                    if self.project.symbols.is_model_class(&self.project.models, symbol) =>
                {
                    known
                }
                circular if circular.is_circular() => circular,
                _ => itself(file, at),
            },
            Value::Elem { of, which } => self.element(file, at, of, which),
            Value::Call { callee, args } => {
                let callee = self.eval(file, callee);
                self.call_result(file, at, callee, args)
            }
            Value::Logic { op: BoolOp::Or, values } => {
                let ways = ir.ids[values].iter().map(|value| (*value, false));
                self.meet(file, at, ways)
            }
            Value::Logic { op: BoolOp::And, values } => match ir.ids[values].last() {
                Some(last) => self.eval(file, *last),
                None => itself(file, at),
            },
            Value::Await(of) => self.or_itself(file, at, of),
            Value::Enter { manager, .. } => {
                let manager = self.eval(file, manager);
                self.entered(file, at, manager)
            }
            Value::Caught { types: Some(types) } => match self.eval(file, types) {
                Resolved { entity, confidence } if entity.as_class().is_some() => {
                    let class = entity.as_class();
                    class.map_or(itself(file, at), |class| Resolved {
                        entity: Entity::Instance(class),
                        confidence,
                    })
                }
                _ => itself(file, at),
            },
            Value::Mutate(mutation) => self.or_itself(file, at, ir.mutation(mutation).receiver),
            Value::Gamma { test, then, otherwise } => match self.decided(file, test) {
                Some(true) => self.eval(file, then),
                Some(false) => self.eval(file, otherwise),
                None => self.meet(file, at, [(then, false), (otherwise, false)].into_iter()),
            },
            Value::Mu { of, init, back } => self.round(file, at, (of, init, back), number, mark),
            Value::Join { ways, .. } => {
                let ways = ir.ways[ways]
                    .iter()
                    .filter(|way| !is_dead(ir, way.path))
                    .map(|way| (way.value, is_fallback(ir, way.path)));
                self.meet(file, at, ways)
            }
            Value::Pi { of, test, truth } => self.refined(file, of, test, truth),
            _ => itself(file, at),
        }
    }

    /// What the operand is if that is a thing with a type; otherwise the value at hand.
    fn or_itself(&mut self, file: FileId, at: ValueId, of: ValueId) -> Resolved {
        let what = self.eval(file, of);
        if what.entity.is_known() || what.is_circular() { what } else { itself(file, at) }
    }

    fn decorated(&mut self, file: FileId, at: ValueId, by: ValueId, of: ValueId) -> Resolved {
        let ir = self.project.ir(file);
        let named = match ir.value(ir.bare(by)) {
            Value::Call { callee, .. } => callee,
            _ => by,
        };
        let named = self.eval(file, named).entity;
        let opaque =
            self.project.decorator_model(named).is_some_and(|decorator| !decorator.transparent);
        if opaque { itself(file, at) } else { self.or_itself(file, at, of) }
    }

    fn element(&mut self, file: FileId, at: ValueId, of: ValueId, which: Part) -> Resolved {
        let ir = self.project.ir(file);
        let items = match ir.value(ir.bare(of)) {
            Value::Tuple(items) | Value::List(items) => &ir.items[items],
            _ => {
                let of = self.eval(file, of);
                return if of.is_circular() { of } else { itself(file, at) };
            }
        };
        let plain = |items: &[Item]| items.iter().all(|item| !item.spread);
        let found = match which {
            Part::At(position) => {
                let position = position as usize;
                items.get(position).filter(|_| plain(&items[..=position]))
            }
            Part::FromEnd(position) => {
                let at = items.len().checked_sub(position as usize);
                at.and_then(|at| items.get(at).filter(|_| plain(&items[at..])))
            }
            _ => None,
        };
        match found {
            Some(item) => self.eval(file, item.value),
            None => itself(file, at),
        }
    }

    /// Whether a test is decided for whoever reads the code: type checkers run, and Python is new.
    fn decided(&mut self, file: FileId, test: ValueId) -> Option<bool> {
        let ir = self.project.ir(file);
        match ir.value(ir.bare(test)) {
            Value::Unary { op: UnaryOp::Not, of } => {
                self.decided_name(file, of).map(|truth| !truth)
            }
            Value::Compare { op, left, .. } => {
                let left = match ir.value(ir.bare(left)) {
                    Value::Index { of, .. } => of,
                    _ => left,
                };
                let Entity::External(symbol) = self.eval(file, left).entity else { return None };
                if self.project.symbols.text(symbol) != "sys.version_info" {
                    return None;
                }
                match op {
                    CompareOp::Gt | CompareOp::GtE => Some(true),
                    CompareOp::Lt | CompareOp::LtE => Some(false),
                    _ => None,
                }
            }
            _ => self.decided_name(file, test),
        }
    }

    fn decided_name(&mut self, file: FileId, test: ValueId) -> Option<bool> {
        match self.eval(file, test).entity {
            Entity::External(symbol) => {
                let checking = matches!(
                    self.project.symbols.text(symbol),
                    "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING"
                );
                checking.then_some(true)
            }
            _ => None,
        }
    }

    /// A variable at the head of a loop: what it was before, if rounds leave it what it was.
    fn round(
        &mut self,
        file: FileId,
        at: ValueId,
        (_, init, back): (LoopId, ValueId, ValueId),
        number: u32,
        mark: usize,
    ) -> Resolved {
        let before = self.eval(file, init);
        if self.loops >= LOOPS {
            return if before.entity.is_known() {
                before.at_most(Confidence::Medium)
            } else {
                itself(file, at)
            };
        }
        self.loops += 1;
        let (project, linked) = (self.project, !self.is_sweeping());
        let memo = &project.unit(file).memo;
        // What rests on questions further out stays provisional; what comes now rests on the guess.
        let mine = self.provisional.len().max(mark);
        let mut guess = before;
        let mut settled = false;
        for _ in 0..2 {
            memo.set(&project.numbers, at, guess, linked, true);
            self.rests_on.insert((file, at), number);
            let outer = std::mem::replace(&mut self.low, u32::MAX);
            let after = self.eval(file, back);
            let rests_on = std::mem::replace(&mut self.low, outer);
            let joined = self.meet_known(file, at, &[(before, false), (after, false)]);
            settled = joined == guess;
            if settled {
                guess = joined;
                if rests_on >= number {
                    self.keep(mine);
                } else {
                    for answer in &self.provisional[mine..] {
                        self.rests_on.insert(*answer, rests_on);
                    }
                    self.low = self.low.min(rests_on);
                }
                break;
            }
            self.settle(mine);
            guess = joined;
            if rests_on < number {
                self.low = self.low.min(rests_on);
            }
        }
        self.rests_on.remove(&(file, at));
        memo.open(at, number);
        self.loops -= 1;
        if settled { guess } else { itself(file, at) }
    }
}

pub(crate) fn itself(file: FileId, at: ValueId) -> Resolved {
    Resolved::sure(Entity::Value(file, at))
}
