//! Changes to containers, and what else they change.
//!
//! A change makes a new version of the receiver, of every container on its path, and of every other
//! variable that may hold the same object. A variable that only may hold it gets a version that says
//! so.

use bartizan_base::{Span, Sym};
use bartizan_ir::{Arg, EffectKind, FunctionKind, Mutation, MutationId, Mutator, Value, ValueId};
use ruff_python_ast::Expr;

use super::Lowering;
use super::frame::{EMPTY, Slot, Step};
use super::web::{Web, is_plain};

/// How many steps are spent on finding who shares an object, in one file; beyond, what containers
/// hold is no longer followed.
const MOST_STEPS: u64 = 10_000_000;

/// What a version that only says that something may have changed counts for.
const STEPS_OF_ESCAPE: u64 = 50;

/// How many changes inside one expression are told apart.
const MOST_RENEWED: usize = 64;

/// A container around the receiver of a change: `d` of `d[key].append(…)`.
struct Container<'a> {
    /// As written.
    expr: &'a Expr,
    /// Its value before the change.
    value: ValueId,
    /// Where the receiver lies in it.
    key: ValueId,
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
        let around = self.containers_around(target, receiver, at);
        let list = self.ir.args.add(args.iter().copied());
        let new = self.version(Mutation { receiver, op, args: list, call }, at);
        self.effect(EffectKind::Mutate(new), at);
        if !self.is_local_container(receiver) {
            // Whoever holds the receiver holds what is put into it.
            args.iter().for_each(|arg| self.leak(arg.value));
        }
        let mut own: Vec<u32> = Vec::with_capacity(around.len() + 1);
        own.extend(self.known_slot(target));
        for container in &around {
            own.extend(self.known_slot(container.expr));
        }
        self.spread(receiver, new, &own, at);
        self.rebind(target, receiver, new, at);
        let mut versions = vec![(target, new)];
        for Container { expr, value, key } in around {
            let (_, inner) = versions[versions.len() - 1];
            let args = [self.positional(key), self.positional(inner)];
            let args = self.ir.args.add(args);
            let version = self
                .version(Mutation { receiver: value, op: Mutator::SetItem, args, call: None }, at);
            self.spread(value, version, &own, at);
            self.rebind(expr, value, version, at);
            versions.push((expr, version));
        }
        // The items on the way are known, as the containers around them are.
        versions.pop();
        for (expr, version) in versions.into_iter().rev() {
            if let Some(slot) = self.path_of(expr) {
                self.frame().set(slot, Slot { value: Some(version), layers: 0, span: at });
            }
        }
    }

    pub(super) fn version(&mut self, mutation: Mutation, at: Span) -> ValueId {
        let id = MutationId::from_index(self.ir.mutations.len());
        // `zoo.add(…)` may be a method of anything.
        let may_be_other = matches!(mutation.op, Mutator::InPlace(_) | Mutator::Escape)
            || mutation.call.is_some() && self.is_from_outside(mutation.receiver);
        let is_built = !may_be_other || self.is_built(mutation.receiver);
        self.changed_built.push(is_built);
        self.ir.mutations.push(mutation);
        self.add(Value::Mutate(id), at)
    }

    /// Whether the node is something that is imported, a part of it, or what a call of it gives.
    fn is_from_outside(&self, mut id: ValueId) -> bool {
        for _ in 0..64 {
            id = match self.ir.value(id) {
                Value::Pi { of, .. } | Value::Attr { of, .. } => of,
                Value::Mutate(mutation) => self.ir.mutation(mutation).receiver,
                Value::Call { callee, .. } if !self.is_builder(callee) => callee,
                Value::Import { .. } => return true,
                _ => return false,
            }
        }
        false
    }

    /// What an operand is that was lowered when there were `changes` changes, once the operands behind
    /// it are lowered too: they may have changed it.
    pub(super) fn renewed(
        &mut self,
        written: &'a Expr,
        value: ValueId,
        changes: usize,
        at: Span,
    ) -> ValueId {
        let later = self.ir.mutations.len() - changes.min(self.ir.mutations.len());
        if later == 0 || self.blunt.is_some() {
            return value;
        }
        // A list that is imported by its name is changed under this name.
        if let Some(slot) = self.known_slot(written)
            && let Some(now) = self.frame().slots[slot as usize].value
            && (now == value || self.is_version_of(now, value))
        {
            return now;
        }
        if !self.may_be_container(value) {
            return value;
        }
        let web = self.web(value);
        let first = self.ir.mutations.len() - later.min(MOST_RENEWED);
        let mut is_touched = later > MOST_RENEWED;
        for index in first..self.ir.mutations.len() {
            let changed = self.ir.mutations[index].receiver;
            is_touched |= self.web(changed).touches(&web);
        }
        if !is_touched {
            return value;
        }
        let args = self.ir.args.add([]);
        self.version(Mutation { receiver: value, op: Mutator::Escape, args, call: None }, at)
    }

    /// Whether the node is the same object as another, later.
    fn is_version_of(&self, now: ValueId, value: ValueId) -> bool {
        let value = self.ir.bare(value);
        let (mut left, mut steps) = (vec![now], 0);
        while let Some(id) = left.pop() {
            let id = self.ir.bare(id);
            steps += 1;
            if steps > MOST_RENEWED {
                return false;
            }
            if id == value {
                continue;
            }
            match self.ir.value(id) {
                Value::Mutate(mutation) => left.push(self.ir.mutation(mutation).receiver),
                Value::Gamma { then, otherwise, .. } => left.extend([then, otherwise]),
                Value::Join { ways, .. } => {
                    left.extend(self.ir.ways[ways].iter().map(|way| way.value));
                }
                _ => return false,
            }
        }
        true
    }

    /// The containers in which the receiver lies, the nearest first.
    fn containers_around(
        &mut self,
        target: &'a Expr,
        receiver: ValueId,
        at: Span,
    ) -> Vec<Container<'a>> {
        let mut found = Vec::new();
        let (mut target, mut value) = (target, receiver);
        while let Expr::Subscript(subscript) = target {
            // Container and key were lowered with the receiver; where what lies there was stored by
            // code before, the container is what its own access path holds.
            let expr = &*subscript.value;
            let parts = self.index_parts(value);
            let known = self.known_slot(expr);
            let known = known.and_then(|slot| self.frame().slots[slot as usize].value);
            let Some(of) = known.or(parts.map(|(of, _)| of)) else { break };
            let key = parts.map(|(_, key)| key);
            let Some(key) = key.or_else(|| self.constant_key(&subscript.slice, at)) else { break };
            found.push(Container { expr, value: of, key });
            (target, value) = (expr, of);
        }
        found
    }

    fn constant_key(&mut self, key: &Expr, at: Span) -> Option<ValueId> {
        let value = match key {
            Expr::StringLiteral(text) => Value::Str(self.sym(text.value.to_str())),
            Expr::NumberLiteral(number) => match &number.value {
                ruff_python_ast::Number::Int(int) => Value::Int(int.as_i64()?),
                _ => return None,
            },
            _ => return None,
        };
        Some(self.add(value, at))
    }

    /// The slot of a name or access path, if it holds anything.
    fn known_slot(&mut self, expr: &'a Expr) -> Option<u32> {
        let slot = self.path_of(expr)?;
        self.frame().slots[slot as usize].value.map(|_| slot)
    }

    /// Binds `target` to the new version of what it held.
    fn rebind(&mut self, target: &'a Expr, old: ValueId, new: ValueId, at: Span) {
        match target {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                self.note_inside_change(old, name);
                let frame = self.frame();
                if let Some(slot) = frame.slot_of(name) {
                    let layers = frame.layers.len() as u32;
                    let now = frame.slots[slot as usize];
                    frame.set(slot, Slot { value: Some(new), layers, ..now });
                    frame.forget_below(slot, &|_| false);
                    self.note_store(slot, new, at);
                }
            }
            Expr::Attribute(_) | Expr::Subscript(_) => {
                if let Some(slot) = self.path_of(target) {
                    self.frame().set(slot, Slot { value: Some(new), layers: 0, span: at });
                    self.frame().forget_below(slot, &|_| false);
                }
            }
            Expr::Starred(starred) => self.rebind(&starred.value, old, new, at),
            Expr::Named(named) => self.rebind(&named.target, old, new, at),
            _ => {}
        }
    }

    fn index_parts(&self, mut id: ValueId) -> Option<(ValueId, ValueId)> {
        loop {
            match self.ir.value(self.ir.bare(id)) {
                Value::Index { of, key } => return Some((of, key)),
                // The element was changed before: look under its older versions.
                Value::Mutate(mutation) => id = self.ir.mutation(mutation).receiver,
                _ => return None,
            }
        }
    }

    /// Forgets what is known of the items of `container`: one of them, unknown which, has changed.
    pub(super) fn forget_items(&mut self, container: &'a Expr, except: Option<u32>) {
        let Some(base) = self.path_of(container) else { return };
        let kept = except.map(|slot| self.frame().slots[slot as usize]);
        self.frame().forget_below(base, &|_| false);
        if let (Some(slot), Some(kept)) = (except, kept) {
            self.frame().set(slot, kept);
        }
    }

    /// A container of another body changes: what that body knows of it is not certain.
    pub(super) fn note_inside_change(&mut self, old: ValueId, name: Sym) {
        let web = self.web(old);
        self.note_outer_objects(&web);
        if self.frame().slot_of(name).is_none() {
            self.note_outer_change(name);
        }
    }

    /// A class body changes what a variable of the body around it holds.
    fn note_outer_change(&mut self, name: Sym) {
        let mut index = self.frames.len();
        while index > 1 && matches!(self.frames[index - 1].kind, FunctionKind::ClassBody(_)) {
            index -= 1;
            let outer = &self.frames[index - 1];
            if outer.scope.slots.contains_key(&name) {
                self.changed_from_inside.push((outer.id, name));
                return;
            }
        }
    }

    /// Gives every other variable that holds the changed object its new version, and every variable
    /// that may hold it a version that says so. The slots in `own` get theirs from the change itself.
    fn spread(&mut self, old: ValueId, new: ValueId, own: &[u32], at: Span) {
        if !self.may_be_container(old) || self.blunt.is_some() {
            return;
        }
        let owner = self.owner_of(old);
        let bare = self.ir.bare(old);
        let web = self.web(old);
        self.note_outer_objects(&web);
        for slot in 0..self.frame().slots.len() as u32 {
            let Some(value) = self.frame().slots[slot as usize].value else { continue };
            if value == new || own.contains(&slot) {
                continue;
            }
            // What a test taught of a variable makes no other object of it.
            if self.ir.bare(value) == bare {
                self.set_version(slot, new, at);
            } else if owner.is_some() && owner == Some(self.ir.bare(value))
                // A parameter that lies in a container of this body, by which it was changed.
                || self.is_param(value) && self.web(value).is_held_by(&web)
                || self.has_objects(value) && self.web(value).reaches(&web)
            {
                self.touch(slot, value, Some(new), at);
            }
        }
        self.walk(at);
        self.spread_outwards(old, &web);
    }

    /// The parameter or outer variable in which the object lies as an item.
    fn owner_of(&self, id: ValueId) -> Option<ValueId> {
        let (mut id, mut is_item) = (id, false);
        for _ in 0..64 {
            match self.ir.value(id) {
                Value::Index { of, .. } | Value::Elem { of, .. } => (id, is_item) = (of, true),
                Value::Pi { of, .. } => id = of,
                Value::Mutate(mutation) => id = self.ir.mutation(mutation).receiver,
                Value::Mu { init, .. } if !is_item => id = init,
                Value::Param(_) | Value::Mu { .. } => return is_item.then_some(id),
                _ => return None,
            }
        }
        None
    }

    /// What a class body changes may be held by the bodies around it as well.
    pub(super) fn spread_outwards(&mut self, old: ValueId, web: &Web) {
        let mut index = self.frames.len();
        while index > 1 && matches!(self.frames[index - 1].kind, FunctionKind::ClassBody(_)) {
            index -= 1;
            for slot in 0..self.frames[index - 1].slots.len() {
                let Some(value) = self.frames[index - 1].slots[slot].value else { continue };
                if value != old && !(self.has_objects(value) && self.web(value).reaches(web)) {
                    continue;
                }
                let outer = &mut self.frames[index - 1];
                match outer.scope.names.get(slot).copied() {
                    Some(name) => {
                        let id = outer.id;
                        self.changed_from_inside.push((id, name));
                    }
                    None if outer.is_path(slot as u32) => outer.set(slot as u32, EMPTY),
                    None => {}
                }
            }
        }
    }

    /// Counts a walk over all variables; too many, and the containers of the file are no longer
    /// followed.
    pub(super) fn walk(&mut self, at: Span) {
        self.walked += self.frame().slots.len() as u64;
        if self.walked > MOST_STEPS && self.blunt.is_none() {
            self.blunt = Some(at);
        }
    }

    fn set_version(&mut self, slot: u32, to: ValueId, at: Span) {
        let frame = self.frame();
        let now = frame.slots[slot as usize];
        frame.set(slot, Slot { value: Some(to), ..now });
        frame.forget_below(slot, &|_| false);
        self.note_store(slot, to, at);
    }

    /// A slot may hold an object that was changed: by a call, or as a new version has it, or in a way
    /// that is not known.
    pub(super) fn touch(&mut self, slot: u32, value: ValueId, by: Option<ValueId>, at: Span) {
        let is_item = !matches!(self.frame().last_step(slot), None | Some(Step::Attr(_)));
        if is_item {
            // What lies in a container that may have changed is asked for anew.
            let frame = self.frame();
            frame.set(slot, EMPTY);
            frame.forget_below(slot, &|_| false);
            return;
        }
        self.walked += STEPS_OF_ESCAPE;
        let args = by.map(|value| self.positional(value));
        let args = self.ir.args.add(args);
        let escaped =
            self.version(Mutation { receiver: value, op: Mutator::Escape, args, call: by }, at);
        self.set_version(slot, escaped, at);
    }

    /// Whether the node can be a container that this body can change under several names.
    pub(super) fn may_be_container(&self, id: ValueId) -> bool {
        let value = self.ir.value(self.ir.bare(id));
        let is_none = matches!(
            value,
            Value::Text { .. }
                | Value::Function(_)
                | Value::Class(_)
                | Value::Import { .. }
                | Value::Compare { .. }
                | Value::Unbound
        );
        !value.is_literal() && !is_none
    }

    pub(super) fn is_param(&self, id: ValueId) -> bool {
        matches!(self.ir.value(self.ir.bare(id)), Value::Param(_))
    }

    /// Whether a variable that holds the node may hold an object that other variables hold.
    pub(super) fn has_objects(&self, id: ValueId) -> bool {
        let value = self.ir.value(self.ir.bare(id));
        !is_plain(value)
            && !matches!(
                value,
                Value::Param(_)
                    | Value::Import { .. }
                    | Value::Function(_)
                    | Value::Class(_)
                    | Value::Decorated { .. }
                    | Value::Caught { .. }
            )
    }
}
