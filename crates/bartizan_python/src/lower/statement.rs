//! Statements.

use bartizan_base::Span;
use bartizan_ir::{
    Class, ClassId, EffectKind, Function, FunctionId, FunctionKind, Handler, Loop, LoopId,
    LoopKind, Moment, Mutation, Mutator, Opaque, Part, Path, PathId, Run, Try, TryId, Value,
    ValueId, Why,
};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, ElifElseClause, ExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::expression::{binary_op, join_qualname};
use super::frame::{Branch, Exit, Frame, Held, LoopFrame, NOWHERE, RaiseFrame, Slot};
use super::web::Web;
use super::{Code, Lowering, span};
use crate::scope::{Mentions, Names, deeper};

/// What a starred target takes.
pub(super) fn rest_part(before: usize, after: usize) -> Part {
    let short = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    Part::Rest { before: short(before), after: short(after) }
}

/// How many ways have left some code.
#[derive(Clone, Copy)]
struct Leaving {
    breaks: usize,
    continues: usize,
    ends: usize,
    returns: usize,
}

/// Variables that a loop does not mention, but may change, beyond which no more are carried from round
/// to round.
const MOST_HOLDERS: usize = 64;

/// Handlers of one `try` beyond which they share what the names hold as they begin.
const MOST_HANDLERS: usize = 64;

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
    pub(super) fn suite(&mut self, body: &'a [Stmt]) {
        for (index, stmt) in body.iter().enumerate() {
            self.statement(stmt, index + 1 < body.len());
        }
    }

    fn statement(&mut self, stmt: &'a Stmt, is_followed: bool) {
        let at = span(stmt.range());
        if self.is_spent(at) {
            return;
        }
        self.statement_start = self.ir.values.len();
        self.below(at, |this| this.inner_statement(stmt, at, is_followed));
    }

    fn inner_statement(&mut self, stmt: &'a Stmt, at: Span, is_followed: bool) {
        match stmt {
            Stmt::Expr(kept) => {
                let value = self.expr(&kept.value);
                if !matches!(*kept.value, Expr::Call(_)) {
                    self.effect(EffectKind::Evaluate(value), at);
                }
            }
            Stmt::Assign(assign) => {
                let value = match (&*assign.value, assign.targets.as_slice()) {
                    (
                        Expr::Compare(_) | Expr::BoolOp(_) | Expr::UnaryOp(_) | Expr::Call(_),
                        [Expr::Name(_)],
                    ) => self.stored_test(&assign.value),
                    (value, _) => self.expr(value),
                };
                for target in &assign.targets {
                    self.assign(target, value);
                }
            }
            Stmt::AnnAssign(assign) => {
                self.annotation(&assign.annotation);
                if let Some(value) = &assign.value {
                    let value = self.expr(value);
                    self.assign(&assign.target, value);
                } else if !assign.target.is_name_expr() {
                    self.annotation(&assign.target);
                }
            }
            Stmt::AugAssign(assign) => self.augmented(assign, at),
            Stmt::If(branch) => {
                self.branches(&branch.test, &branch.body, &branch.elif_else_clauses);
            }
            Stmt::For(each) => self.for_loop(each, at),
            Stmt::While(each) => self.while_loop(each, at),
            Stmt::Try(tried) => self.try_statement(tried, at),
            Stmt::With(with) => self.with_statement(with, is_followed),
            Stmt::Match(chosen) => self.match_statement(chosen),
            Stmt::FunctionDef(def) => self.function_def(def, at),
            Stmt::ClassDef(class) => self.class_def(class, at),
            Stmt::Return(kept) => {
                let value = kept.value.as_deref().map(|value| self.expr(value));
                self.effect(EffectKind::Return(value), at);
                let value = match value {
                    Some(value) => value,
                    None => self.add(Value::None, at),
                };
                if !self.frame().dead {
                    self.end_with(value);
                }
                self.leave(Exit::Return);
            }
            Stmt::Raise(raise) => {
                let exception = raise.exc.as_deref().map(|exc| self.expr(exc));
                if let Some(cause) = &raise.cause {
                    self.expr(cause);
                }
                self.effect(EffectKind::Raise(exception), at);
                let frame = self.frame();
                if !frame.dead
                    && let Some(mark) = frame.raises.last().map(|tried| tried.mark)
                {
                    let state = frame.snapshot(mark);
                    if let Some(tried) = frame.raises.last_mut() {
                        tried.raised.push((exception, state));
                    }
                }
                self.leave(Exit::Raise);
            }
            Stmt::Break(_) => {
                self.leave_loop(|at, state| at.breaks.push(state));
            }
            Stmt::Continue(_) => {
                self.leave_loop(|at, state| at.continues.push(state));
            }
            Stmt::Assert(assert) => {
                let (test, guards) = self.test(&assert.test);
                if let Some(message) = &assert.msg {
                    // It is made on the way out alone.
                    let parent = self.frame().path;
                    let mark = self.frame().mark();
                    self.frame().path = self.given(parent, test, false);
                    self.learn(&guards, test, false);
                    self.expr(message);
                    self.frame().rewind(mark);
                    self.frame().path = parent;
                }
                self.effect(EffectKind::Assert(test), at);
                self.learn(&guards, test, true);
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.delete(target, at);
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let place = span(alias.range);
                    let whole = alias.name.as_str();
                    let module = match alias.asname {
                        Some(_) => whole,
                        None => whole.split('.').next().unwrap_or(whole),
                    };
                    let bound = alias.asname.as_ref().map_or(module, |name| name.as_str());
                    let bound = self.sym(bound);
                    // `import a.b` loads `a.b` and binds `a`.
                    let loaded = self.sym(whole);
                    let loaded =
                        self.add(Value::Import { module: loaded, name: None, level: 0 }, place);
                    self.effect(EffectKind::Import(loaded), place);
                    let value = if whole == module {
                        loaded
                    } else {
                        let module = self.sym(module);
                        self.add(Value::Import { module, name: None, level: 0 }, place)
                    };
                    self.assign_name(bound, value, place);
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |name| name.as_str());
                let module = self.sym(module);
                let level = import.level;
                for alias in &import.names {
                    let place = span(alias.range);
                    if alias.name.as_str() == "*" {
                        let star = self.add(Value::Star { module, level }, place);
                        self.effect(EffectKind::Import(star), place);
                        if self.is_module_level() {
                            self.add_layer(star);
                        }
                        continue;
                    }
                    let name = Some(self.sym(alias.name.as_str()));
                    let value = self.add(Value::Import { module, name, level }, place);
                    self.effect(EffectKind::Import(value), place);
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                    let bound = self.sym(bound.as_str());
                    self.assign_name(bound, value, place);
                }
            }
            Stmt::TypeAlias(alias) => {
                let overlays = self.type_params(alias.type_params.as_deref());
                self.annotation(&alias.value);
                self.frame().overlays.truncate(overlays);
                let value = self.opaque(Opaque::Type, at);
                self.assign(&alias.name, value);
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    // ---- binding -----------------------------------------------------------------------------

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
                let receiver = self.expr(&subscript.value);
                let key = self.expr(&subscript.slice);
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
        self.effect(EffectKind::StoreAttr { object, name, value }, at);
        self.leak(value);
        let slot = self.path_of(target);
        self.frame().forget_attr(name, slot.unwrap_or(NOWHERE));
        if let Some(slot) = slot {
            self.frame().set(slot, Slot { value: Some(value), layers: 0, span: at });
            self.frame().forget_below(slot, &|_| false);
            self.leak_slot(slot, value);
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
            self.frame().set(slot, Slot { value: Some(value), layers: 0, span: at });
        }
    }

    /// A part of an unpacked value; taken straight from a tuple of as many items as targets.
    fn part(&mut self, of: ValueId, which: Part, targets: usize, at: Span) -> ValueId {
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

    fn delete(&mut self, target: &'a Expr, at: Span) {
        match target {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                self.delete_name(name);
            }
            Expr::Subscript(subscript) => {
                let receiver = self.expr(&subscript.value);
                let key = self.expr(&subscript.slice);
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

    fn augmented(&mut self, assign: &'a ast::StmtAugAssign, at: Span) {
        let target = &*assign.target;
        // Object and key are evaluated once, for reading and for writing.
        let (old, place) = match target {
            Expr::Attribute(attribute) => {
                let object = self.expr(&attribute.value);
                let old = self.through_path(target, |this| {
                    let name = this.sym(attribute.attr.as_str());
                    this.add(Value::Attr { of: object, name }, span(target.range()))
                });
                (old, Place::Attribute(attribute, object))
            }
            Expr::Subscript(subscript) => {
                let receiver = self.expr(&subscript.value);
                let key = self.expr(&subscript.slice);
                let old = self.through_path(target, |this| {
                    this.add(Value::Index { of: receiver, key }, span(target.range()))
                });
                (old, Place::Item(subscript, receiver, key))
            }
            _ => (self.expr(target), Place::Other),
        };
        let value = self.expr(&assign.value);
        let op = binary_op(assign.op);
        let target_at = span(target.range());
        let value_at = span(assign.value.range());
        if op == bartizan_ir::BinaryOp::Add && (self.is_text(old) || self.is_text(value)) {
            let mut parts = self.parts_or_hole(old, target_at);
            parts.extend(self.parts_or_hole(value, value_at));
            let text = self.concat(parts, at);
            return self.assign_place(target, place, text);
        }
        if op == bartizan_ir::BinaryOp::Mod && self.is_text(old) {
            let text = self.percent(old, value, target_at, at);
            return self.assign_place(target, place, text);
        }
        let args = [self.positional(value)];
        if self.is_built(old) {
            // A container changes in place, under all its names.
            return self.mutate(target, old, Mutator::InPlace(op), &args, None, at);
        }
        let args = self.ir.args.add(args);
        let new = self
            .version(Mutation { receiver: old, op: Mutator::InPlace(op), args, call: None }, at);
        self.effect(EffectKind::Mutate(new), at);
        self.escape_twins(old, new, at);
        if let Expr::Name(name) = target {
            let name = self.sym(name.id.as_str());
            self.note_inside_change(old, name);
        }
        self.assign_place(target, place, new);
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

    // ---- leaving -----------------------------------------------------------------------------

    fn leave(&mut self, how: Exit) {
        let frame = self.frame();
        if !frame.dead {
            let path = frame.path;
            frame.exits.push((path, how));
        }
        self.die();
    }

    fn die(&mut self) {
        let parent = self.frame().path;
        let path = self.path(Path::Dead { parent });
        let frame = self.frame();
        frame.path = path;
        frame.dead = true;
    }

    fn leave_loop(&mut self, keep: impl FnOnce(&mut LoopFrame, Branch)) {
        let frame = self.frame();
        let depth = frame.loops.len() as u32;
        if let Some(mark) = frame.loops.last().map(|at| at.mark)
            && !frame.dead
        {
            let state = frame.snapshot(mark);
            if let Some(at) = frame.loops.last_mut() {
                keep(at, state);
            }
            self.leave(Exit::Loop(depth));
        } else {
            self.die();
        }
    }

    // ---- branches ----------------------------------------------------------------------------

    fn branches(&mut self, test: &'a Expr, body: &'a [Stmt], rest: &'a [ElifElseClause]) {
        let (test, guards) = self.test(test);
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let exits = self.frame().exits.len();
        let mark = self.frame().mark();
        self.frame().path = self.given(parent, test, true);
        self.learn(&guards, test, true);
        self.suite(body);
        let then = self.frame().end_branch(mark);

        let path = self.given(parent, test, false);
        let frame = self.frame();
        frame.path = path;
        frame.dead = was_dead;
        self.learn(&guards, test, false);
        match rest.split_first() {
            Some((ElifElseClause { test: Some(test), body, .. }, rest)) => {
                deeper(|| self.branches(test, body, rest));
            }
            Some((ElifElseClause { test: None, body, .. }, _)) => self.suite(body),
            None => {}
        }
        let otherwise = self.frame().end_branch(mark);
        let frame = self.frame();
        frame.path = parent;
        frame.dead = was_dead;
        self.merge_test(test, then, otherwise, exits);
    }

    // ---- loops -------------------------------------------------------------------------------

    fn for_loop(&mut self, each: &'a ast::StmtFor, at: Span) {
        let iterator = self.expr(&each.iter);
        let id = self.open_loop(at);
        let mut names = Names::of(&each.body, self.has_walrus);
        names.target(&each.target);
        let mut mentions = Mentions::of(&each.body);
        // The target may be an item of something.
        mentions.visit_expr(&each.target);
        let webs = self.webs_known();
        let mus = self.mus(id, &names, &mentions, Some(iterator));
        let round = self.frame().mark();
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let exits = self.frame().exits.len();

        let body_path = self.path(Path::Loop { parent, of: id });
        self.frame().path = body_path;
        let (breaks, continues) = (Vec::new(), Vec::new());
        self.frame().loops.push(LoopFrame { mark: round, webs, breaks, continues });
        let element =
            self.add(Value::Elem { of: iterator, which: Part::Each }, span(each.target.range()));
        let kind = LoopKind::For { iterator, element, is_async: each.is_async };
        self.ir.loops[id.index()].kind = kind;
        self.assign(&each.target, element);
        self.suite(&each.body);
        self.close_round(id, round, body_path, parent, was_dead, exits, &mus);
        self.after_loop(id, None, &each.orelse);
    }

    fn while_loop(&mut self, each: &'a ast::StmtWhile, at: Span) {
        let id = self.open_loop(at);
        let mut names = Names::of(&each.body, self.has_walrus);
        names.expression(&each.test);
        let mut mentions = Mentions::of(&each.body);
        mentions.names.extend(crate::scope::names_in(&each.test));
        let webs = self.webs_known();
        let mus = self.mus(id, &names, &mentions, None);
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let exits = self.frame().exits.len();
        let head_path = self.path(Path::Loop { parent, of: id });
        self.frame().path = head_path;
        let (test, guards) = self.test(&each.test);
        self.ir.loops[id.index()].kind = LoopKind::While { test };
        let round = self.frame().mark();

        let body_path = self.given(head_path, test, true);
        self.frame().path = body_path;
        let (breaks, continues) = (Vec::new(), Vec::new());
        self.frame().loops.push(LoopFrame { mark: round, webs, breaks, continues });
        self.learn(&guards, test, true);
        self.suite(&each.body);
        self.close_round(id, round, body_path, parent, was_dead, exits, &mus);
        self.after_loop(id, Some((&guards, test)), &each.orelse);
    }

    fn is_true(&self, test: ValueId) -> bool {
        match self.ir.value(test) {
            Value::Bool(truth) => truth,
            Value::Int(number) => number != 0,
            _ => false,
        }
    }

    fn open_loop(&mut self, at: Span) -> LoopId {
        let id = LoopId::from_index(self.ir.loops.len());
        let none = self.unbound();
        let body = self.frame().path;
        self.ir.loops.push(Loop {
            kind: LoopKind::While { test: none },
            body,
            mus: Vec::new(),
            breaks: Vec::new(),
            span: at,
        });
        id
    }

    /// Puts a [`Value::Mu`] at the head of the loop for every name that its body binds, and for every
    /// container that its body may change.
    fn mus(
        &mut self,
        id: LoopId,
        names: &Names<'_>,
        mentions: &Mentions<'_>,
        iterator: Option<ValueId>,
    ) -> Vec<(u32, ValueId)> {
        self.frame().forget_paths();
        let mut slots = Vec::new();
        for name in &names.bound {
            let name = self.sym(name);
            slots.extend(self.frame().slot_of(name));
        }
        let mut mentioned: Vec<&str> = mentions.names.iter().copied().collect();
        mentioned.sort_unstable();
        for name in mentioned {
            let Some(name) = self.ir.strings.find(name) else { continue };
            let Some(slot) = self.frame().slot_of(name) else { continue };
            if self.frame().slots[slot as usize]
                .value
                .is_some_and(|value| self.is_changeable(value))
            {
                slots.push(slot);
            }
        }
        slots.sort_unstable();
        slots.dedup();
        self.add_twins(&mut slots);
        self.add_holders(&mut slots, iterator);
        let mut mus = Vec::with_capacity(slots.len());
        // Several variables may hold one object; they go on doing so.
        let mut by_value: FxHashMap<ValueId, ValueId> = FxHashMap::default();
        for slot in slots {
            let now = self.frame().slots[slot as usize];
            let name = self.slot_name(slot);
            let init = self.value_of(now, name);
            let rebound = name.is_some_and(|name| names.binds(self.ir.str(name)));
            let twin = by_value.get(&init).copied();
            let mu = match twin {
                Some(mu) if !rebound => mu,
                _ => {
                    let mu = self.add(Value::Mu { of: id, init, back: init }, now.span);
                    if !rebound {
                        by_value.insert(init, mu);
                    }
                    mu
                }
            };
            let layers = self.frame().layers.len() as u32;
            self.frame().set(slot, Slot { value: Some(mu), layers, span: now.span });
            mus.push((slot, mu));
        }
        let mut list: Vec<ValueId> = mus.iter().map(|(_, mu)| *mu).collect();
        list.sort_unstable();
        list.dedup();
        self.ir.loops[id.index()].mus = list;
        mus
    }

    /// Adds the slots that hold the very object that one of `slots` holds: other names, and what keeps
    /// the objects of parameters.
    fn add_twins(&mut self, slots: &mut Vec<u32>) {
        let mut held: FxHashSet<ValueId> = FxHashSet::default();
        for slot in slots.iter() {
            let value = self.frame().slots[*slot as usize].value;
            held.extend(value.filter(|value| self.is_changeable(*value)));
        }
        let frame = self.frame();
        for slot in 0..frame.slots.len() as u32 {
            let value = frame.slots[slot as usize].value;
            if !frame.is_path(slot) && value.is_some_and(|value| held.contains(&value)) {
                slots.push(slot);
            }
        }
        slots.sort_unstable();
        slots.dedup();
    }

    /// Adds the slots that hold, perhaps deep inside, what the loop may change under other names.
    fn add_holders(&mut self, slots: &mut Vec<u32>, iterator: Option<ValueId>) {
        let mut reached = Vec::new();
        if let Some(iterator) = iterator {
            reached.push(self.web(iterator));
        }
        for slot in slots.iter() {
            if let Some(value) = self.frame().slots[*slot as usize].value
                && self.is_changeable(value)
            {
                reached.push(self.web(value));
            }
        }
        let reached = Web::of_all(&reached);
        if reached.is_empty() {
            return;
        }
        let mut more = Vec::new();
        for slot in 0..self.frame().slots.len() as u32 {
            let Some(value) = self.frame().slots[slot as usize].value else { continue };
            self.walked += 1;
            if self.is_built_up(value)
                && slots.binary_search(&slot).is_err()
                && self.web(value).touches(&reached)
            {
                more.push(slot);
                if more.len() >= MOST_HOLDERS {
                    break;
                }
            }
        }
        slots.extend(more);
        slots.sort_unstable();
    }

    /// Whether the node is a container that was built here, or a meeting of ways that may be one.
    fn is_built_up(&self, id: ValueId) -> bool {
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
        )
    }

    /// Whether code may change the object behind the node in place.
    fn is_changeable(&self, id: ValueId) -> bool {
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
                | Value::Decorated { .. }
                | Value::Import { .. }
                | Value::Compare { .. }
                | Value::Unbound
        )
    }

    pub(super) fn is_built(&self, id: ValueId) -> bool {
        match self.ir.value(self.ir.bare(id)) {
            Value::List(_) | Value::Set(_) | Value::Dict(_) => true,
            Value::Comp(comp) => self.ir.comp(comp).kind != bartizan_ir::CompKind::Generator,
            Value::Mutate(mutation) => self.changed_built[mutation.index()],
            _ => false,
        }
    }

    /// `b = a; a += x`: what `b` is, or holds, changes if it is a container, and only then.
    fn escape_twins(&mut self, old: ValueId, new: ValueId, at: Span) {
        if !self.is_changeable(old) || matches!(self.ir.value(old), Value::Unary { .. }) {
            return;
        }
        let web = self.web(old);
        if web.is_nothing() || self.blunt.is_some() {
            return;
        }
        for slot in 0..self.frame().slots.len() as u32 {
            let Some(value) = self.frame().slots[slot as usize].value else { continue };
            if value == old || self.has_objects(value) && self.web(value).reaches(&web) {
                self.touch(slot, value, Some(new), at);
            }
        }
        self.walk(at);
    }

    /// The end of a round: what the next one begins with, and the state as the loop runs out.
    #[allow(clippy::too_many_arguments, reason = "what both kinds of loop know as they began")]
    fn close_round(
        &mut self,
        id: LoopId,
        round: usize,
        body_path: PathId,
        parent: PathId,
        was_dead: bool,
        exits: usize,
        mus: &[(u32, ValueId)],
    ) {
        let first = mus.iter().map(|(_, mu)| mu.index()).min().unwrap_or(usize::MAX);
        let end = self.frame().end_branch(round);
        let depth = self.frame().loops.len() as u32;
        let Some(it) = self.frame().loops.last_mut() else { return };
        let webs = it.webs;
        let mut rounds = std::mem::take(&mut it.continues);
        rounds.push(end);
        rounds.retain(|way| !way.dead);

        for (slot, mu) in mus {
            let Value::Mu { of, init, .. } = self.ir.value(*mu) else { continue };
            let base = self.frame().slots[*slot as usize];
            let ways: Vec<(Slot, PathId)> =
                rounds.iter().map(|way| (way.get(*slot).unwrap_or(base), way.path)).collect();
            let back = if ways.is_empty() {
                *mu
            } else {
                let merged = self.merge_slot(*slot, base, &ways, Why::Continue);
                let name = self.slot_name(*slot);
                self.value_of(merged, name)
            };
            self.ir.values[mu.index()] = Value::Mu { of, init, back };
        }
        self.forget_webs(webs, first);
        self.ir.loops[id.index()].body = body_path;
        // Changes in the body of variables that have no head value of their own: what they hold
        // behind the loop is either.
        let with_mu: FxHashSet<u32> = mus.iter().map(|(slot, _)| *slot).collect();
        let mut strays: Vec<u32> = rounds
            .iter()
            .flat_map(|way| way.changes.iter().map(|(slot, _)| *slot))
            .filter(|slot| !with_mu.contains(slot))
            .collect();
        strays.sort_unstable();
        strays.dedup();
        self.frame().path = parent;
        for slot in strays {
            let base = self.frame().slots[slot as usize];
            let mut ways = vec![(base, parent)];
            ways.extend(rounds.iter().map(|way| (way.get(slot).unwrap_or(base), way.path)));
            let merged = self.merge_slot(slot, base, &ways, Why::Break);
            self.frame().set(slot, merged);
        }

        // Behind the loop: what returned from inside it did not come here.
        self.frame().exits.retain(|(_, how)| *how != Exit::Loop(depth));
        let exits = exits.min(self.frame().exits.len());
        let path = self.escaped(parent, exits);
        let frame = self.frame();
        frame.path = path;
        frame.dead = was_dead;
    }

    /// `else`, and the ways around it.
    fn after_loop(&mut self, id: LoopId, failed: Option<(&[u32], ValueId)>, orelse: &'a [Stmt]) {
        let Some(LoopFrame { breaks, .. }) = self.frame().loops.pop() else { return };
        let break_paths: Vec<PathId> = breaks.iter().map(|way| way.path).collect();
        let ran_out = self.frame().path;
        let was_dead = self.frame().dead;
        let mut path = ran_out;
        for exit in &break_paths {
            path = self.path(Path::Escaped { parent: path, exit: *exit });
        }
        self.ir.loops[id.index()].breaks = break_paths;
        self.frame().path = path;
        let mark = self.frame().mark();
        let else_exits = self.frame().exits.len();
        if let Some((guards, test)) = failed {
            self.learn(guards, test, false);
            if self.is_true(test) {
                // It is left by `break` alone.
                self.die();
            }
        }
        self.suite(orelse);
        if breaks.is_empty() {
            if !self.frame().dead {
                let path = self.escaped(ran_out, else_exits);
                self.frame().path = path;
            }
            return;
        }
        let mut ways = vec![self.frame().end_branch(mark)];
        // Breaks are relative to the state of the round, which is the state here.
        ways.extend(breaks);
        let path = self.escaped(ran_out, else_exits);
        self.frame().path = path;
        self.merge_ways(&ways, Why::Break);
        self.frame().dead = was_dead;
    }

    // ---- try ---------------------------------------------------------------------------------

    fn try_statement(&mut self, tried: &'a ast::StmtTry, at: Span) {
        let id = TryId::from_index(self.ir.tries.len());
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        self.ir.tries.push(Try {
            start: self.ir.values.len() as u32,
            end: 0,
            body: parent,
            raises: Vec::new(),
            handlers: Vec::new(),
            moments: Vec::new(),
            is_star: tried.is_star,
            has_finally: !tried.finalbody.is_empty(),
        });
        self.effect(EffectKind::Try(id), at);
        let mark = self.frame().mark();
        let exits = self.frame().exits.len();
        self.frame().open_log();
        let left = self.leaving();
        let body = self.path(Path::Tried { parent, of: id });
        self.ir.tries[id.index()].body = body;
        self.frame().path = body;
        self.frame().raises.push(RaiseFrame { mark, raised: Vec::new() });
        self.suite(&tried.body);
        let raised = self.frame().raises.pop().map(|tried| tried.raised).unwrap_or_default();
        if !tried.handlers.is_empty() {
            self.forget_raises(exits);
        }
        self.ir.tries[id.index()].end = self.ir.values.len() as u32;
        self.ir.tries[id.index()].raises =
            raised.iter().map(|(exception, state)| (*exception, state.path)).collect();
        let seen_by_handlers = match tried.handlers.is_empty() {
            true => Vec::new(),
            false => self.versions(),
        };

        // The normal way: the body to its end, then `else`.
        if !self.frame().dead {
            let here = self.frame().path;
            let completed = self.path(Path::Completed { parent: here, of: id });
            self.frame().path = completed;
        }
        self.suite(&tried.orelse);
        let mut ways = vec![self.frame().end_branch(mark)];

        let mut shared: Option<Vec<(u32, Slot)>> = None;
        for (index, handler) in tried.handlers.iter().enumerate() {
            let ExceptHandler::ExceptHandler(handler) = handler;
            if self.is_spent(span(handler.range)) {
                break;
            }
            let path = self.path(Path::Handler { parent, of: id, handler: index as u32 });
            let frame = self.frame();
            frame.path = path;
            frame.dead = was_dead;
            match &shared {
                Some(state) => state.iter().for_each(|(slot, to)| self.frame().set(*slot, *to)),
                None => {
                    let state = self.interrupted(Some(id), &seen_by_handlers, &raised, path);
                    // What a name holds as a handler begins is the same in all; where there are very
                    // many, they share it.
                    if index >= MOST_HANDLERS {
                        shared = Some(state);
                    }
                }
            }
            let types = handler.type_.as_deref().map(|types| self.expr(types));
            let place = span(handler.range);
            self.ir.tries[id.index()].handlers.push(Handler {
                types,
                path,
                is_empty: is_empty(&handler.body),
                span: place,
            });
            if let Some(name) = &handler.name {
                let caught = self.add(Value::Caught { types }, span(name.range));
                self.bind_identifier(name, caught);
            }
            self.suite(&handler.body);
            if let Some(name) = &handler.name {
                let name = self.sym(name.as_str());
                self.delete_name(name);
            }
            ways.push(self.frame().end_branch(mark));
        }
        // Whatever ended early, in the body or in a handler, goes through the `finally`.
        let versions = match tried.finalbody.is_empty() {
            true => Vec::new(),
            false => self.versions(),
        };
        self.frame().close_log();

        let live: Vec<&Branch> = ways.iter().filter(|way| !way.dead).collect();
        let (path, dead) = match live.as_slice() {
            [] => (None, true),
            [only] => (Some(only.path), false),
            _ => (None, false),
        };
        let path = match path {
            Some(path) => path,
            None if dead => self.path(Path::Dead { parent }),
            None => self.escaped(parent, exits),
        };
        self.frame().path = path;
        self.merge_ways(&ways, Why::Try);
        self.frame().dead = dead;
        if !tried.finalbody.is_empty() {
            self.finally(&tried.finalbody, &versions, id, (parent, was_dead), mark, left);
        }
    }

    /// Code that catches exceptions begins behind `exits`: a `raise` before it does not leave.
    fn forget_raises(&mut self, exits: usize) {
        let frame = self.frame();
        let caught = frame.exits.split_off(exits.min(frame.exits.len()));
        frame.exits.extend(caught.into_iter().filter(|(_, how)| *how != Exit::Raise));
    }

    /// What each slot that was changed since the innermost log began held on the way, the oldest first,
    /// beginning with what it held before. What only a test taught is no change.
    fn versions(&mut self) -> Vec<(u32, Vec<Held>)> {
        let length = self.frame().log().len() as u64;
        self.frame().merged += length;
        if self.is_spent(Span::default()) {
            return Vec::new();
        }
        let log = match self.frames.last() {
            Some(frame) => frame.log(),
            None => &[],
        };
        let bare = |slot: Slot| slot.value.map(|value| self.ir.bare(value));
        let mut versions: FxHashMap<u32, Vec<Held>> = FxHashMap::default();
        for change in log {
            let versions = versions
                .entry(change.slot)
                .or_insert_with(|| vec![Held { to: change.from, bound: 0, ..*change }]);
            if bare(change.from) != bare(change.to) || change.from.layers != change.to.layers {
                versions.push(*change);
            }
        }
        let mut versions: Vec<_> = versions.into_iter().collect();
        versions.retain(|(_, held)| held.len() > 1);
        versions.sort_unstable_by_key(|(slot, _)| *slot);
        versions
    }

    /// Sets every slot that a piece of code changes to what it may hold when the code is left early,
    /// and says what that is.
    fn interrupted(
        &mut self,
        of: Option<TryId>,
        versions: &[(u32, Vec<Held>)],
        raised: &[(Option<ValueId>, Branch)],
        path: PathId,
    ) -> Vec<(u32, Slot)> {
        let mut state = Vec::with_capacity(versions.len());
        for (slot, held) in versions {
            let base = self.frame().slots[*slot as usize];
            let mut ways: Vec<(Slot, PathId)> = held.iter().map(|held| (held.to, path)).collect();
            for (_, state) in raised {
                ways.push((state.get(*slot).unwrap_or(base), state.path));
            }
            let merged = self.merge_slot(*slot, base, &ways, Why::Try);
            self.frame().set(*slot, merged);
            state.push((*slot, merged));
            let (Some(of), Some(join)) = (of, merged.value) else { continue };
            if !matches!(self.ir.value(join), Value::Join { ways: made, .. } if made.len() == ways.len())
            {
                continue;
            }
            let moments = held.iter().enumerate().map(|(way, held)| Moment {
                join,
                way: way as u32,
                bound: held.bound,
                path: held.path,
            });
            self.ir.tries[of.index()].moments.extend(moments);
        }
        state
    }

    /// A `finally` is lowered once, on all the ways in; only the normal way goes on behind it.
    fn finally(
        &mut self,
        body: &'a [Stmt],
        versions: &[(u32, Vec<Held>)],
        id: TryId,
        (parent, was_dead): (PathId, bool),
        mark: usize,
        left_before: Leaving,
    ) {
        let (path, dead) = (self.frame().path, self.frame().dead);
        let early = self.path(Path::Handler { parent, of: id, handler: u32::MAX });
        let mut changed: Vec<u32> =
            self.frame().changes_since(mark).into_iter().map(|(slot, _)| slot).collect();
        changed.extend(versions.iter().map(|(slot, _)| *slot));
        changed.sort_unstable();
        changed.dedup();
        let mut kept = Vec::new();
        for slot in changed {
            let normal = self.frame().slots[slot as usize];
            let held = versions.binary_search_by_key(&slot, |(of, _)| *of).ok();
            let mut ways = Vec::new();
            if !dead {
                ways.push((normal, path));
            }
            if let Some(at) = held {
                ways.extend(versions[at].1.iter().map(|held| (held.to, early)));
            }
            if ways.is_empty() {
                continue;
            }
            let merged = self.merge_slot(slot, normal, &ways, Why::Finally);
            self.frame().set(slot, merged);
            kept.push((slot, normal, merged));
        }
        let frame = self.frame();
        frame.path = parent;
        frame.dead = was_dead;
        let exits = self.frame().exits.len();
        let suite = self.frame().mark();
        self.suite(body);
        let left = self.frame().dead;
        self.leave_through(suite, left_before);
        for (slot, normal, merged) in kept {
            let now = self.frame().slots[slot as usize];
            let unchanged = match (now.value, merged.value) {
                (Some(now), Some(merged)) => self.ir.bare(now) == self.ir.bare(merged),
                (now, merged) => now == merged,
            };
            if unchanged {
                self.frame().set(slot, normal);
            }
        }
        let path = if left { self.frame().path } else { self.escaped(path, exits) };
        let frame = self.frame();
        frame.path = path;
        frame.dead = dead || left;
    }

    /// How many ways have left the code around so far.
    fn leaving(&mut self) -> Leaving {
        let frame = self.frame();
        let (breaks, continues) =
            frame.loops.last().map_or((0, 0), |it| (it.breaks.len(), it.continues.len()));
        Leaving { breaks, continues, ends: frame.ends.len(), returns: frame.returns.len() }
    }

    /// The ways that left a `try` since `before` went through its `finally`: what that changed, they
    /// find changed.
    fn leave_through(&mut self, suite: usize, before: Leaving) {
        let changes = self.frame().changes_since(suite);
        if changes.is_empty() {
            return;
        }
        let frame = self.frame();
        let mut loops = frame.loops.pop();
        let mut ends = std::mem::take(&mut frame.ends);
        if let Some(it) = &mut loops {
            it.breaks[before.breaks..].iter_mut().for_each(|way| way.change(&changes));
            it.continues[before.continues..].iter_mut().for_each(|way| way.change(&changes));
        }
        ends[before.ends..].iter_mut().for_each(|way| way.change(&changes));
        frame.loops.extend(loops);
        frame.ends = ends;
        // A container that is returned is the one that the `finally` changes.
        for index in before.returns..self.frame().returns.len() {
            let value = self.frame().returns[index].value;
            for (_, slot) in &changes {
                let Some(now) = slot.value else { continue };
                if !matches!(self.ir.value(now), Value::Mutate(_)) {
                    continue;
                }
                let web = self.web(now);
                if value != now && self.web(value).reaches(&web) {
                    let at = slot.span;
                    let args = self.ir.args.add([self.positional(now)]);
                    let op = Mutator::Escape;
                    let value =
                        self.version(Mutation { receiver: value, op, args, call: None }, at);
                    self.frame().returns[index].value = value;
                }
            }
        }
    }

    // ---- with --------------------------------------------------------------------------------

    fn with_statement(&mut self, with: &'a ast::StmtWith, is_followed: bool) {
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let mark = self.frame().mark();
        let exits = self.frame().exits.len();
        self.frame().open_log();
        let mut suppresses = false;
        for item in &with.items {
            let manager = self.expr(&item.context_expr);
            suppresses |= suppresses_exceptions(&item.context_expr);
            let place = span(item.context_expr.range());
            let is_async = with.is_async;
            self.effect(EffectKind::With(manager), place);
            let entered = self.add(Value::Enter { manager, is_async }, place);
            if let Some(target) = &item.optional_vars {
                self.assign(target, entered);
            }
        }
        self.suite(&with.body);
        // Code behind a body that always leaves was written for a manager that stops exceptions.
        let is_revived = self.frame().dead && is_followed && !was_dead;
        if !suppresses && !is_revived {
            self.frame().close_log();
            return;
        }
        self.forget_raises(exits);
        let normal = self.frame().end_branch(mark);
        let versions = self.versions();
        self.frame().close_log();
        self.interrupted(None, &versions, &[], parent);
        let stopped = self.frame().changes_since(mark);
        self.frame().rewind(mark);
        let stopped = Branch { changes: stopped, path: parent, dead: was_dead };
        let path = self.escaped(parent, exits);
        self.frame().path = path;
        self.merge_ways(&[normal, stopped], Why::Try);
        self.frame().dead = was_dead;
    }

    // ---- definitions -------------------------------------------------------------------------

    fn decorators(&mut self, list: &'a [ast::Decorator]) -> Vec<ValueId> {
        list.iter().map(|decorator| self.expr(&decorator.expression)).collect()
    }

    /// The decorated value, the innermost decorator first. Each stands where its decorator does.
    fn decorated(
        &mut self,
        mut of: ValueId,
        decorators: &[ValueId],
        list: &[ast::Decorator],
    ) -> ValueId {
        for (by, decorator) in decorators.iter().zip(list).rev() {
            let at = span(decorator.expression.range());
            of = self.add(Value::Decorated { by: *by, of }, at);
        }
        of
    }

    fn function_def(&mut self, def: &'a ast::StmtFunctionDef, at: Span) {
        let decorators = self.decorators(&def.decorator_list);
        let overlays = self.type_params(def.type_params.as_deref());
        let params = self.parameters(&def.parameters);
        let returns = def.returns.as_deref().map(|returns| self.annotation(returns));
        let name = self.sym(def.name.as_str());
        let name_span = span(def.name.range);
        let at = Span::new(self.keyword_start(def), at.end);
        let id = self.declare(name, FunctionKind::Def, params, at, name_span);
        self.enqueue(id, Some(&def.parameters), Code::Suite(&def.body), at.end);
        self.frame().overlays.truncate(overlays);
        let kept = self.ir.ids.add(decorators.iter().copied());
        let function = &mut self.ir.functions[id.index()];
        function.decorators = kept;
        function.returns = returns;
        function.is_async = def.is_async;
        let value = self.add(Value::Function(id), name_span);
        let value = self.decorated(value, &decorators, &def.decorator_list);
        self.assign_name(name, value, name_span);
    }

    /// Where the definition begins behind its decorators.
    fn keyword_start(&self, def: &ast::StmtFunctionDef) -> u32 {
        let Some(last) = def.decorator_list.last() else { return span(def.range).start };
        let from = span(last.range).end;
        after_trivia(self.source, from).min(span(def.name.range).start)
    }

    /// Type parameters are names of their own scope; returns how many overlays there were.
    fn type_params(&mut self, params: Option<&'a ast::TypeParams>) -> usize {
        let before = self.frame().overlays.len();
        for param in params.into_iter().flat_map(|params| &params.type_params) {
            let (name, bound, default) = match param {
                ast::TypeParam::TypeVar(p) => (&p.name, p.bound.as_deref(), p.default.as_deref()),
                ast::TypeParam::TypeVarTuple(p) => (&p.name, None, p.default.as_deref()),
                ast::TypeParam::ParamSpec(p) => (&p.name, None, p.default.as_deref()),
            };
            for part in bound.into_iter().chain(default) {
                self.annotation(part);
            }
            let value = self.opaque(Opaque::Type, span(name.range));
            let name = self.sym(name.as_str());
            self.frame().overlays.push((name, value));
        }
        before
    }

    fn class_def(&mut self, class: &'a ast::StmtClassDef, at: Span) {
        let decorators = self.decorators(&class.decorator_list);
        let overlays = self.type_params(class.type_params.as_deref());
        let bases = match class.arguments.as_deref() {
            Some(arguments) => self.arguments(arguments),
            None => Vec::new(),
        };
        let bases = self.ir.args.add(bases);
        let name = self.sym(class.name.as_str());
        let name_span = span(class.name.range);
        let start = match class.decorator_list.last() {
            Some(last) => after_trivia(self.source, span(last.range).end).min(name_span.start),
            None => at.start,
        };
        let at = Span::new(start, at.end);
        let id = ClassId::from_index(self.ir.classes.len());
        let body = FunctionId::from_index(self.ir.functions.len());
        let frame = self.frame();
        let parent = frame.id;
        let outer_class = match frame.kind {
            FunctionKind::ClassBody(class) => Some(class),
            _ => None,
        };
        let around = match frame.kind {
            FunctionKind::ClassBody(_) | FunctionKind::Module => frame.around.clone(),
            _ => {
                frame.has_inner = true;
                let scope = frame.scope.clone();
                frame.around.with(parent, &scope, Vec::new())
            }
        };
        let path = self.frame().path;
        let outer = self.frame().qualname.clone();
        let qualname_text = join_qualname(&outer, class.name.as_str());
        let qualname = self.sym(&qualname_text);
        let kept = self.ir.ids.add(decorators.iter().copied());
        self.ir.classes.push(Class {
            name,
            qualname,
            parent,
            body,
            bases,
            decorators: kept,
            span: at,
            name_span,
        });
        self.ir.functions.push(Function {
            kind: FunctionKind::ClassBody(id),
            name,
            qualname,
            parent: Some(parent),
            class: outer_class,
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
            span: at,
            name_span,
        });
        let names = Names::of(&class.body, self.has_walrus);
        let scope = self.scope(&names, &[]);
        let frame =
            Frame::new(body, FunctionKind::ClassBody(id), scope, around, qualname_text, path);
        self.frames.push(frame);
        self.suite(&class.body);
        self.close();
        self.frame().overlays.truncate(overlays);
        let value = self.add(Value::Class(id), name_span);
        let value = self.decorated(value, &decorators, &class.decorator_list);
        self.assign_name(name, value, name_span);
    }
}

fn is_empty(body: &[Stmt]) -> bool {
    body.iter().all(|stmt| match stmt {
        Stmt::Pass(_) | Stmt::Continue(_) => true,
        Stmt::Expr(kept) => {
            matches!(*kept.value, Expr::EllipsisLiteral(_) | Expr::StringLiteral(_))
        }
        _ => false,
    })
}

/// Whether the manager is one of those that are made to stop exceptions.
fn suppresses_exceptions(manager: &Expr) -> bool {
    let Expr::Call(call) = manager else { return false };
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    ["suppress", "ignore", "raises", "swallow"].iter().any(|word| name.contains(word))
}

/// The first byte at or behind `from` that is neither space, line break nor comment.
fn after_trivia(source: &str, from: u32) -> u32 {
    let bytes = source.as_bytes();
    let mut at = from as usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b'\\' => at += 1,
            _ => break,
        }
    }
    at as u32
}
