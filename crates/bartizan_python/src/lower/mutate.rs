//! Changes to containers, and what else they change.
//!
//! A change makes a new version of the receiver, of every container on its path, and of every other
//! variable that may hold the same object. A variable that only may hold it gets a version that says
//! so.

use bartizan_base::Span;
use bartizan_ir::{
    Arg, EffectKind, FunctionId, Mutation, MutationId, Mutator, Part, Value, ValueId,
};
use ruff_python_ast::Expr;
use rustc_hash::FxHashSet;

use super::Lowering;
use super::frame::{Slot, Step};

/// How far aliases are looked for; beyond, everything that may be a container may have changed.
const FARTHEST: usize = 2_000;

/// How many steps are spent on aliases in one file; beyond, the file is too costly.
pub(super) const MOST_STEPS: u64 = 20_000_000;

/// Builtins that keep nothing of what they are given and change nothing.
const PURE: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "callable",
    "chr",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hasattr",
    "hash",
    "hex",
    "id",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "oct",
    "ord",
    "pow",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "zip",
];

/// The method of a container that changes it.
pub(super) fn mutator(method: &str) -> Option<Mutator> {
    Some(match method {
        "append" => Mutator::Append,
        "extend" => Mutator::Extend,
        "insert" => Mutator::Insert,
        "remove" => Mutator::Remove,
        "pop" => Mutator::Pop,
        "popitem" => Mutator::PopItem,
        "clear" => Mutator::Clear,
        "sort" => Mutator::Sort,
        "reverse" => Mutator::Reverse,
        "update" => Mutator::Update,
        "setdefault" => Mutator::SetDefault,
        "add" => Mutator::Add,
        "discard" => Mutator::Discard,
        _ => return None,
    })
}

impl<'a> Lowering<'a> {
    /// Changes what `target` (the receiver, as written) holds; `receiver` is its value.
    pub(super) fn mutate(
        &mut self,
        target: &'a Expr,
        receiver: ValueId,
        op: Mutator,
        args: &[Arg],
        call: Option<ValueId>,
        at: Span,
    ) {
        let args = self.ir.args.add(args.iter().copied());
        let new = self.version(Mutation { receiver, op, args, call }, at);
        self.effect(EffectKind::Mutate(new), at);
        self.spread(receiver, new, at);
        self.replace(target, receiver, new, at);
    }

    pub(super) fn version(&mut self, mutation: Mutation, at: Span) -> ValueId {
        let id = MutationId::from_index(self.ir.mutations.len());
        self.ir.mutations.push(mutation);
        self.add(Value::Mutate(id), at)
    }

    /// Binds `target` to the new version of what it held, and makes new versions of the containers
    /// around it.
    fn replace(&mut self, target: &'a Expr, old: ValueId, new: ValueId, at: Span) {
        let mut target = target;
        loop {
            match target {
                Expr::Name(name) => {
                    let name = self.sym(name.id.as_str());
                    self.note_inside_change(old, name);
                    let frame = self.frame();
                    if let Some(slot) = frame.scope.slots.get(&name).copied() {
                        let layers = frame.layers.len() as u32;
                        let now = frame.slots[slot as usize];
                        frame.set(slot, Slot { value: Some(new), layers, ..now });
                        self.note_store(slot, new, at);
                    }
                    return;
                }
                Expr::Attribute(_) => {
                    if let Some(slot) = self.path_of(target) {
                        self.frame().set(slot, Slot { value: Some(new), layers: 0, span: at });
                    }
                    return;
                }
                Expr::Subscript(subscript) => {
                    let slot = self.path_of(target);
                    // The container's value and the key's were lowered with the receiver; asking
                    // again finds the same nodes or harmless copies.
                    let Some((of, key)) = self.index_parts(old) else { return };
                    let args = [self.positional(key), self.positional(new)];
                    let args = self.ir.args.add(args);
                    let outer = self.version(
                        Mutation { receiver: of, op: Mutator::SetItem, args, call: None },
                        at,
                    );
                    self.spread(of, outer, at);
                    self.forget_items(&subscript.value, slot);
                    if let Some(slot) = slot {
                        self.frame().set(slot, Slot { value: Some(new), layers: 0, span: at });
                    }
                    return self.replace_outer(&subscript.value, of, outer, at);
                }
                Expr::Starred(starred) => target = &starred.value,
                Expr::Named(named) => target = &named.target,
                _ => return,
            }
        }
    }

    fn replace_outer(&mut self, target: &'a Expr, old: ValueId, new: ValueId, at: Span) {
        crate::scope::deeper(|| self.replace(target, old, new, at));
    }

    fn index_parts(&self, id: ValueId) -> Option<(ValueId, ValueId)> {
        match self.ir.value(self.ir.bare(id)) {
            Value::Index { of, key } => Some((of, key)),
            // The element was changed before: look under its older versions.
            Value::Mutate(mutation) => self.index_parts(self.ir.mutation(mutation).receiver),
            _ => None,
        }
    }

    /// Forgets what is known of the items of `container`: one of them, unknown which, has changed.
    pub(super) fn forget_items(&mut self, container: &'a Expr, except: Option<u32>) {
        let Some(base) = self.path_of(container) else { return };
        let keep_attr = |step: Step| matches!(step, Step::Attr(_));
        let kept = except.map(|slot| self.frame().slots[slot as usize]);
        self.frame().forget_below(base, &keep_attr);
        if let (Some(slot), Some(kept)) = (except, kept) {
            self.frame().set(slot, kept);
        }
    }

    /// A container of another function changes: what that function knows of it is not certain.
    fn note_inside_change(&mut self, old: ValueId, name: bartizan_base::Sym) {
        let mut at = old;
        for _ in 0..64 {
            match self.ir.value(self.ir.bare(at)) {
                Value::Global { .. } => {
                    if self.frames[0].kind != bartizan_ir::FunctionKind::Module {
                        self.changed_from_inside.push((FunctionId::from_index(0), name));
                    }
                    return;
                }
                Value::Capture { owner, .. } => {
                    self.changed_from_inside.push((owner, name));
                    return;
                }
                Value::Mutate(mutation) => at = self.ir.mutation(mutation).receiver,
                Value::Mu { init, .. } => at = init,
                _ => return,
            }
        }
    }

    /// Gives every other variable that holds the changed object its new version, and every variable
    /// that may hold it a version that says so.
    fn spread(&mut self, old: ValueId, new: ValueId, at: Span) {
        let mut family = None;
        let count = self.frame().slots.len();
        for slot in 0..count as u32 {
            let now = self.frame().slots[slot as usize];
            let Some(value) = now.value else { continue };
            if value == new {
                continue;
            }
            if value == old {
                if self.may_be_container(value) {
                    self.frame().set(slot, Slot { value: Some(new), ..now });
                    self.note_store(slot, new, at);
                }
                continue;
            }
            if !self.holds_others(value) {
                continue;
            }
            let family = family.get_or_insert_with(|| self.family(old));
            if self.meets(value, family) {
                let escaped = self.escape(value, Some(new), at);
                self.frame().set(slot, Slot { value: Some(escaped), ..now });
                self.note_store(slot, escaped, at);
            }
        }
    }

    fn escape(&mut self, receiver: ValueId, cause: Option<ValueId>, at: Span) -> ValueId {
        let args = cause.map(|value| self.positional(value));
        let args = self.ir.args.add(args);
        self.version(Mutation { receiver, op: Mutator::Escape, args, call: cause }, at)
    }

    /// Whether the node can be a container that this body can change under several names.
    fn may_be_container(&self, id: ValueId) -> bool {
        !matches!(
            self.ir.value(self.ir.bare(id)),
            Value::Str(_)
                | Value::Bytes(_)
                | Value::Int(_)
                | Value::BigInt(_)
                | Value::Float(_)
                | Value::Imaginary(_)
                | Value::Bool(_)
                | Value::None
                | Value::Ellipsis
                | Value::Text { .. }
                | Value::Function(_)
                | Value::Class(_)
                | Value::Import { .. }
                | Value::Compare { .. }
                | Value::Unbound
        )
    }

    /// Whether the node is a container display, or made of values that may be.
    pub(super) fn holds_others(&self, id: ValueId) -> bool {
        matches!(
            self.ir.value(self.ir.bare(id)),
            Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Comp(_)
                | Value::Mutate(_)
                | Value::Gamma { .. }
                | Value::Mu { .. }
                | Value::Join { .. }
                | Value::Logic { .. }
                | Value::Index { .. }
                | Value::Elem { .. }
                | Value::Call { .. }
                | Value::Attr { .. }
                | Value::Binary { .. }
        )
    }

    /// The nodes that the object behind `id` may be, or be part of the same web as.
    pub(super) fn family(&self, id: ValueId) -> FxHashSet<ValueId> {
        let mut family = FxHashSet::default();
        self.reach(id, &mut |id| {
            family.insert(id);
            false
        });
        family
    }

    pub(super) fn meets(&self, id: ValueId, family: &FxHashSet<ValueId>) -> bool {
        self.reach(id, &mut |id| family.contains(&id) && self.is_container(id))
    }

    /// Whether a container may come from the node, and is not only passed on by it.
    pub(super) fn is_origin(&self, id: ValueId) -> bool {
        self.is_container(id)
            && !matches!(self.ir.value(id), Value::Mutate(_) | Value::Binary { .. })
    }

    fn is_container(&self, id: ValueId) -> bool {
        matches!(
            self.ir.value(id),
            Value::List(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Comp(_)
                | Value::Mutate(_)
                | Value::Param(_)
                | Value::Call { .. }
                | Value::Global { .. }
                | Value::Capture { .. }
                | Value::Binary { .. }
                | Value::Index { .. }
                | Value::Elem { which: Part::Rest { .. }, .. }
        )
    }

    /// Visits the nodes from which `id` takes the objects that it is or holds, until `stop` says so
    /// or the walk goes too far; returns whether it was stopped.
    fn reach(&self, id: ValueId, stop: &mut dyn FnMut(ValueId) -> bool) -> bool {
        let mut seen = FxHashSet::default();
        let mut left = vec![id];
        while let Some(id) = left.pop() {
            if !seen.insert(id) {
                continue;
            }
            self.walked.set(self.walked.get() + 1);
            if seen.len() > FARTHEST || self.walked.get() > MOST_STEPS || stop(id) {
                return true;
            }
            match self.ir.value(id) {
                Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                    left.extend(self.ir.items[items].iter().map(|item| item.value));
                }
                Value::Dict(pairs) => left.extend(self.ir.pairs[pairs].iter().map(|p| p.value)),
                Value::Comp(comp) => {
                    let comp = self.ir.comp(comp);
                    left.push(comp.element);
                    left.extend(comp.clauses.iter().map(|clause| clause.iterator));
                }
                Value::Mutate(mutation) => {
                    let mutation = self.ir.mutation(mutation);
                    left.push(mutation.receiver);
                    if mutation.op != Mutator::Escape {
                        left.extend(self.ir.args[mutation.args].iter().map(|arg| arg.value));
                    }
                }
                Value::Gamma { then, otherwise, .. } => left.extend([then, otherwise]),
                Value::Mu { init, back, .. } => left.extend([init, back]),
                Value::Join { ways, .. } => {
                    left.extend(self.ir.ways[ways].iter().map(|way| way.value));
                }
                Value::Logic { values, .. } => left.extend(&self.ir.ids[values]),
                Value::Pi { of, .. }
                | Value::Index { of, .. }
                | Value::Elem { of, .. }
                | Value::Attr { of, .. } => left.push(of),
                Value::Call { callee, args } => {
                    left.push(callee);
                    left.extend(self.ir.args[args].iter().map(|arg| arg.value));
                }
                Value::Binary { left: a, right: b, .. } => left.extend([a, b]),
                Value::Global { layers, .. } => {
                    left.extend(self.ir.layers[layers].iter().map(|layer| layer.value));
                }
                _ => {}
            }
        }
        false
    }

    /// After a call: containers that were passed may have been changed by it.
    ///
    /// `fresh` is the number of values when the call began: what was built inside it is held by
    /// nobody yet.
    pub(super) fn escape_arguments(
        &mut self,
        callee: &'a Expr,
        call: ValueId,
        args: &[Arg],
        fresh: usize,
        at: Span,
    ) {
        if args.iter().all(|arg| !self.may_change(arg.value, fresh)) || self.is_pure(callee) {
            return;
        }
        for arg in args {
            if !self.may_change(arg.value, fresh) {
                continue;
            }
            // The value may be held by several variables, and by containers that others hold.
            let family = self.family(arg.value);
            let count = self.frame().slots.len();
            for slot in 0..count as u32 {
                let now = self.frame().slots[slot as usize];
                let Some(value) = now.value else { continue };
                let same = value == arg.value;
                if !same && !self.holds_others(value) {
                    continue;
                }
                if same || self.meets(value, &family) {
                    let cause = if same { call } else { arg.value };
                    let escaped = self.escape_call(value, call, cause, at);
                    self.frame().set(slot, Slot { value: Some(escaped), ..now });
                    self.note_store(slot, escaped, at);
                }
            }
        }
    }

    fn escape_call(
        &mut self,
        receiver: ValueId,
        call: ValueId,
        cause: ValueId,
        at: Span,
    ) -> ValueId {
        let args = self.ir.args.add([self.positional(cause)]);
        self.version(Mutation { receiver, op: Mutator::Escape, args, call: Some(call) }, at)
    }

    /// Whether a call may change an object that this body built before it and passes in.
    fn may_change(&self, id: ValueId, fresh: usize) -> bool {
        if !matches!(
            self.ir.value(self.ir.bare(id)),
            Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Comp(_)
                | Value::Mutate(_)
                | Value::Gamma { .. }
                | Value::Mu { .. }
                | Value::Join { .. }
                | Value::Index { .. }
                | Value::Elem { .. }
                | Value::Logic { .. }
        ) {
            return false;
        }
        self.reach(id, &mut |id| {
            id.index() < fresh
                && matches!(
                    self.ir.value(id),
                    Value::List(_) | Value::Set(_) | Value::Dict(_) | Value::Comp(_)
                )
        })
    }

    fn is_pure(&mut self, callee: &'a Expr) -> bool {
        match callee {
            Expr::Name(name) => {
                let text = name.id.as_str();
                let sym = self.sym(text);
                PURE.contains(&text) && !self.frame().scope.slots.contains_key(&sym)
            }
            Expr::Attribute(method) => {
                matches!(&*method.value, Expr::StringLiteral(_) | Expr::FString(_))
                    || matches!(method.attr.as_str(), "join" | "format")
            }
            _ => false,
        }
    }
}

impl Lowering<'_> {
    /// `x += …` on a variable of another function, through `global` or `nonlocal`.
    pub(super) fn note_rebound_inside(&mut self, old: ValueId, name: bartizan_base::Sym) {
        self.note_inside_change(old, name);
    }
}
