//! What a call may change of the containers that it is given, or that it finds by their names.

use bartizan_base::Span;
use bartizan_ir::{Arg, Mutator, Value, ValueId};
use ruff_python_ast::{Expr, ExprCall};

use super::Lowering;
use super::callees::{is_other_mutator, mutator};
use crate::scope::names_in;

impl<'a> Lowering<'a> {
    /// After a call: containers that were passed may have been changed by it.
    ///
    /// `fresh` is the number of values when the call began: what was built inside it is held by
    /// nobody yet.
    pub(super) fn escape_arguments(
        &mut self,
        callee: &'a Expr,
        receiver: Option<ValueId>,
        call: ValueId,
        args: &[Arg],
        fresh: usize,
        at: Span,
    ) {
        let has_leaks = !self.frame().leaked.is_empty();
        let changes_receiver = is_other_mutator(callee)
            && receiver.is_some_and(|receiver| self.may_change(receiver, fresh));
        if !has_leaks
            && !changes_receiver
            && args.iter().all(|arg| !self.may_change(arg.value, fresh))
        {
            return;
        }
        let is_of_container = receiver.is_some_and(|receiver| self.is_built(receiver));
        if self.is_pure(callee, is_of_container) || self.only_reads(call) {
            return;
        }
        if let Some(receiver) = receiver
            && changes_receiver
        {
            self.escape_object(receiver, Some(call), at);
        }
        for arg in args {
            if self.may_change(arg.value, fresh) {
                self.escape_object(arg.value, Some(call), at);
            }
        }
        self.escape_leaked(at);
    }

    /// The value may be held by several variables, and by containers that others hold; all of them
    /// may be changed.
    fn escape_object(&mut self, object: ValueId, call: Option<ValueId>, at: Span) {
        if self.blunt.is_some() {
            return;
        }
        let bare = self.ir.bare(object);
        let web = self.web(object);
        for slot in 0..self.frame().slots.len() as u32 {
            let Some(value) = self.frame().slots[slot as usize].value else { continue };
            if self.ir.bare(value) == bare
                || self.is_param(value) && self.web(value).is_held_by(&web)
                || self.has_objects(value) && self.web(value).touches(&web)
            {
                self.touch(slot, value, call, at);
            }
        }
        self.walk(at);
        self.spread_outwards(object, &web);
    }

    /// A call in the rounds of a comprehension: what it may change of the containers around is not
    /// known as a round begins.
    pub(super) fn escape_in_rounds(&mut self, call: &'a ExprCall, at: Span) {
        let mut touched: Vec<&'a Expr> = Vec::new();
        if let Expr::Attribute(method) = &*call.func
            && (mutator(method.attr.as_str()).is_some() || is_other_mutator(&call.func))
        {
            touched.push(&method.value);
        }
        if !self.is_pure(&call.func, false) {
            touched.extend(call.arguments.args.iter());
            touched.extend(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        }
        for expr in touched {
            for name in names_in(expr) {
                let name = self.sym(name);
                let frame = self.frame();
                if frame.overlays.iter().any(|(overlay, _)| *overlay == name) {
                    continue;
                }
                let Some(slot) = frame.slot_of(name) else { continue };
                let Some(value) = frame.slots[slot as usize].value else { continue };
                if self.is_local_container(value) && !self.is_escaped(value) {
                    self.escape_object(value, None, at);
                }
            }
        }
    }

    /// Whether the last thing that is known of the object is that it may have been changed.
    fn is_escaped(&self, id: ValueId) -> bool {
        match self.ir.value(id) {
            Value::Mutate(mutation) => self.ir.mutation(mutation).op == Mutator::Escape,
            _ => false,
        }
    }

    /// Objects that others hold since an earlier statement may be changed by any call.
    fn escape_leaked(&mut self, at: Span) {
        if self.blunt.is_some() {
            return;
        }
        for index in 0..self.frame().leaked.len() {
            let slot = self.frame().leaked[index];
            let Some(value) = self.frame().slots[slot as usize].value else { continue };
            if self.is_escaped(value) || !self.is_local_container(value) {
                continue;
            }
            for other in 0..self.frame().slots.len() as u32 {
                if self.frame().slots[other as usize].value == Some(value) {
                    self.touch(other, value, None, at);
                }
            }
        }
    }

    /// `value` is stored where others find it: from here on, every call may change it.
    pub(super) fn leak(&mut self, value: ValueId) {
        if self.blunt.is_some() || !self.is_local_container(value) {
            return;
        }
        let web = self.web(value);
        if web.is_newer_than(self.statement_start) {
            // Built in this very statement: no variable holds it yet.
            return;
        }
        for slot in 0..self.frame().slots.len() as u32 {
            let Some(held) = self.frame().slots[slot as usize].value else { continue };
            if held == value || self.has_objects(held) && self.web(held).touches(&web) {
                self.note_leak(slot);
            }
        }
        self.walk(self.ir.span(value));
    }

    /// The access path `slot` holds `value`, which others find there.
    pub(super) fn leak_slot(&mut self, slot: u32, value: ValueId) {
        if self.is_local_container(value) {
            self.note_leak(slot);
        }
    }

    fn note_leak(&mut self, slot: u32) {
        let leaked = &mut self.frame().leaked;
        if let Err(at) = leaked.binary_search(&slot) {
            leaked.insert(at, slot);
        }
    }

    /// After a `yield`: whoever was given the value may have changed it.
    pub(super) fn escape_yielded(&mut self, value: ValueId, at: Span) {
        if self.is_local_container(value) {
            self.escape_object(value, None, at);
        }
    }

    /// Whether the body knows what is in the object, because it built or changed it.
    pub(super) fn is_local_container(&mut self, id: ValueId) -> bool {
        self.may_change(id, usize::MAX)
    }

    /// Whether a call may change an object that this body built or changed before it and passes in.
    fn may_change(&mut self, id: ValueId, fresh: usize) -> bool {
        match self.ir.value(self.ir.bare(id)) {
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
            | Value::Logic { .. } => {}
            Value::Call { callee, .. } if !self.is_builder(callee) => {
                // What a call takes out of a container: `next(iter(carts.values()))`.
                let web = self.web(id);
                return web.nodes_before(fresh).any(|node| self.is_made(node));
            }
            Value::Call { .. } | Value::Binary { .. } => {
                let bare = self.ir.bare(id);
                return bare.index() < fresh && self.is_made(bare);
            }
            _ => return false,
        }
        let web = self.web(id);
        web.may_be_any()
            || web.is_changed && id.index() < fresh
            || web.nodes_before(fresh).any(|node| self.is_made(node))
    }
}
