//! Binding and deleting: assignment targets.

use bartizan_base::Span;
use bartizan_ir::{Arg, BinaryOp, EffectKind, Mutation, Mutator, Part, Value, ValueId};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::expression::binary_op;
use super::frame::{NOWHERE, Slot};
use super::{Lowering, span};

/// What a starred target takes.
pub(super) fn rest_part(before: usize, after: usize) -> Part {
    let short = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    Part::Rest { before: short(before), after: short(after) }
}

/// The targets of an unpacking, each with the part that it takes.
pub(super) fn unpacked(elts: &[Expr]) -> impl Iterator<Item = (&Expr, Part)> {
    let star = elts.iter().position(|elt| matches!(elt, Expr::Starred(_)));
    let count = elts.len();
    elts.iter().enumerate().map(move |(index, elt)| {
        let part = match star {
            Some(star) if index == star => rest_part(star, count - star - 1),
            Some(star) if index > star => Part::FromEnd((count - index) as u32),
            _ => Part::At(index as u32),
        };
        (elt, part)
    })
}

/// The left side of an augmented assignment, its object and key evaluated.
#[derive(Clone, Copy)]
enum Place<'a> {
    Attribute(&'a ast::ExprAttribute, ValueId),
    Item(&'a ast::ExprSubscript, ValueId, ValueId),
    Other,
}

impl<'a> Lowering<'a> {
    pub(super) fn assign(&mut self, target: &'a Expr, value: ValueId) {
        let at = span(target.range());
        match target {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                self.assign_name(name, value, at);
            }
            Expr::Attribute(attribute) => {
                let object = self.expr(&attribute.value);
                self.assign_attribute(target, attribute, object, value);
            }
            Expr::Subscript(subscript) => {
                let (receiver, key) = self.receiver_and_key(subscript);
                self.assign_item(target, subscript, receiver, key, value);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for (target, which) in unpacked(elts) {
                    let part = self.part(value, which, elts.len(), span(target.range()));
                    self.below(at, |this| this.assign(target, part));
                }
            }
            Expr::Starred(starred) => self.below(at, |this| this.assign(&starred.value, value)),
            other => {
                // Only an error in the text assigns to anything else.
                self.expr(other);
            }
        }
    }

    /// `object.name = value`; `target` is the left side, as an expression and as an attribute.
    fn assign_attribute(
        &mut self,
        target: &'a Expr,
        attribute: &'a ast::ExprAttribute,
        object: ValueId,
        value: ValueId,
    ) {
        let at = span(target.range());
        let name = self.sym(attribute.attr.as_str());
        if self.is_module_level() && self.is_own_module(object) {
            let key = self.add(Value::Str(name), at);
            let layer = self.add(Value::NamespaceSet { key, value }, at);
            self.add_layer(layer);
        }
        self.effect(EffectKind::StoreAttr { object, name, value }, at);
        self.leak(value);
        let slot = self.path_of(target);
        self.frame().forget_attr(name, slot.unwrap_or(NOWHERE));
        if let Some(slot) = slot {
            let kept = self.keeps_what_is_stored(object).then_some(value);
            self.frame().set(slot, Slot { value: kept, layers: 0, span: at });
            self.frame().forget_below(slot, &|_| false);
            self.leak_slot(slot, value);
        }
    }

    /// Whether what is stored in an object is what is read there: nothing in sight makes something else
    /// of it.
    fn keeps_what_is_stored(&self, object: ValueId) -> bool {
        if !self.is_module_level() {
            return true;
        }
        if self.has_setters {
            return false;
        }
        let is_plain = |module: &str| matches!(module, "types" | "argparse" | "threading");
        match self.ir.value(self.ir.bare(object)) {
            Value::Import { level, .. } => level == 0,
            Value::Call { callee, .. } => match self.ir.value(self.ir.bare(callee)) {
                Value::Import { module, .. } => is_plain(self.ir.str(module)),
                Value::Attr { of, .. } => match self.ir.value(self.ir.bare(of)) {
                    Value::Import { module, .. } => is_plain(self.ir.str(module)),
                    _ => true,
                },
                _ => true,
            },
            _ => true,
        }
    }

    /// `receiver[key] = value`; `target` is the left side, as an expression and as a subscript.
    fn assign_item(
        &mut self,
        target: &'a Expr,
        subscript: &'a ast::ExprSubscript,
        receiver: ValueId,
        key: ValueId,
        value: ValueId,
    ) {
        let at = span(target.range());
        if self.is_module_level() && self.is_namespace(receiver) {
            let layer = self.add(Value::NamespaceSet { key, value }, at);
            self.add_layer(layer);
            return;
        }
        let args = [self.positional(key), self.positional(value)];
        self.mutate(&subscript.value, receiver, Mutator::SetItem, &args, None, at);
        self.forget_items(&subscript.value, None);
        if let Some(slot) = self.path_of(target) {
            let kept = self.keeps_what_is_stored(receiver).then_some(value);
            self.frame().set(slot, Slot { value: kept, layers: 0, span: at });
        }
    }

    /// What an item is written to, or deleted from, and its key. Where evaluating the key changes
    /// the container, it is the changed one.
    fn receiver_and_key(&mut self, subscript: &'a ast::ExprSubscript) -> (ValueId, ValueId) {
        let receiver = self.expr(&subscript.value);
        let changes = self.ir.mutations.len();
        let key = self.expr(&subscript.slice);
        let at = span(subscript.range());
        (self.renewed(&subscript.value, receiver, changes, at), key)
    }

    /// A part of an unpacked value; taken straight from a tuple of as many items as targets.
    pub(super) fn part(&mut self, of: ValueId, which: Part, targets: usize, at: Span) -> ValueId {
        if let (Part::At(index), Value::Tuple(items)) = (which, self.ir.value(of)) {
            let items = &self.ir.items[items];
            if items.len() == targets
                && items.iter().all(|item| !item.spread)
                && let Some(item) = items.get(index as usize)
            {
                return item.value;
            }
        }
        self.add(Value::Elem { of, which }, at)
    }

    pub(super) fn delete(&mut self, target: &'a Expr, at: Span) {
        match target {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                self.delete_written(name, at);
            }
            Expr::Subscript(subscript) => {
                let (receiver, key) = self.receiver_and_key(subscript);
                if self.is_module_level() && self.is_namespace(receiver) {
                    self.unbind(key, at);
                    return;
                }
                let args = [self.positional(key)];
                self.mutate(&subscript.value, receiver, Mutator::DelItem, &args, None, at);
                self.forget_items(&subscript.value, None);
            }
            Expr::Attribute(attribute) => {
                let object = self.expr(&attribute.value);
                let name = self.sym(attribute.attr.as_str());
                self.frame().forget_attr(name, u32::MAX);
                let value = self.add(Value::Attr { of: object, name }, at);
                self.effect(EffectKind::Delete(value), at);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for target in elts {
                    self.below(at, |this| this.delete(target, at));
                }
            }
            // Only an error in the text deletes anything else.
            other => {
                self.expr(other);
            }
        }
    }

    pub(super) fn augmented(&mut self, assign: &'a ast::StmtAugAssign, at: Span) {
        let target = &*assign.target;
        // Object and key are evaluated once, for reading and for writing.
        let changes = self.ir.mutations.len();
        let (mut old, mut place) = match target {
            Expr::Attribute(attribute) => {
                let object = self.expr(&attribute.value);
                let old = self.through_path(target, |this| {
                    let name = this.sym(attribute.attr.as_str());
                    this.add(Value::Attr { of: object, name }, span(target.range()))
                });
                (old, Place::Attribute(attribute, object))
            }
            Expr::Subscript(subscript) => {
                let (receiver, key) = self.receiver_and_key(subscript);
                let old = self.through_path(target, |this| {
                    this.add(Value::Index { of: receiver, key }, span(target.range()))
                });
                (old, Place::Item(subscript, receiver, key))
            }
            _ => (self.expr(target), Place::Other),
        };
        let value = self.expr(&assign.value);
        // What the right side changes is changed before the operator sees it.
        old = self.renewed(target, old, changes, at);
        if let Place::Item(subscript, receiver, _) = &mut place {
            *receiver = self.renewed(&subscript.value, *receiver, changes, at);
        }
        let op = binary_op(assign.op);
        let target_at = span(target.range());
        let value_at = span(assign.value.range());
        let is_text = self.is_text(old);
        // A list takes in the letters of a text.
        let joins = is_text || self.is_text(value) && !self.may_be_made(old);
        if op == BinaryOp::Add && joins {
            let mut parts = self.parts_or_hole(old, target_at);
            parts.extend(self.parts_or_hole(value, value_at));
            let text = self.concat(parts, at);
            if !is_text && !self.web(old).is_nothing() {
                let args = [self.positional(value)];
                let new = self.change_in_place(old, op, &args, at);
                self.escape_twins(old, new, at);
            }
            return self.assign_place(target, place, text);
        }
        if op == BinaryOp::Mod && self.is_text(old) {
            let text = self.percent(old, value, target_at, at);
            return self.assign_place(target, place, text);
        }
        let args = [self.positional(value)];
        if self.is_built(old) {
            // A container changes in place, under all its names.
            return self.mutate(target, old, Mutator::InPlace(op), &args, None, at);
        }
        let new = self.change_in_place(old, op, &args, at);
        self.escape_twins(old, new, at);
        if let Expr::Name(name) = target {
            let name = self.sym(name.id.as_str());
            self.note_inside_change(old, name);
        }
        self.assign_place(target, place, new);
    }

    fn change_in_place(&mut self, old: ValueId, op: BinaryOp, args: &[Arg], at: Span) -> ValueId {
        let args = self.ir.args.add(args.iter().copied());
        let mutation = Mutation { receiver: old, op: Mutator::InPlace(op), args, call: None };
        let new = self.version(mutation, at);
        self.effect(EffectKind::Mutate(new), at);
        new
    }

    fn assign_place(&mut self, target: &'a Expr, place: Place<'a>, value: ValueId) {
        match place {
            Place::Attribute(attribute, object) => {
                self.assign_attribute(target, attribute, object, value);
            }
            Place::Item(subscript, receiver, key) => {
                self.assign_item(target, subscript, receiver, key, value);
            }
            Place::Other => self.assign(target, value),
        }
    }
}
