//! Comprehensions and generator expressions.

use bartizan_base::Span;
use bartizan_ir::{Clause, Comp, CompId, CompKind, Opaque, Part, Value, ValueId, Why};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Comprehension, Expr, ExprCall};
use ruff_text_size::Ranged;

use super::frame::Slot;
use super::{Lowering, span};
use crate::scope::Rounds;

impl<'a> Lowering<'a> {
    pub(super) fn comprehension(
        &mut self,
        kind: CompKind,
        key: Option<&'a Expr>,
        element: &'a Expr,
        generators: &'a [Comprehension],
        at: Span,
    ) -> ValueId {
        let outer_guards = self.frame().guards.take();
        let overlays = self.frame().overlays.len();
        let path = self.frame().path;
        let Some((first, _)) = generators.split_first() else {
            return self.opaque(Opaque::Syntax, at);
        };
        // The first iterator is evaluated once, in the body around.
        let iterator = self.expr(&first.iter);
        let iterator = self.all_names(iterator);
        let (calls, before) = self.before_rounds(key, element, generators, at);
        let mark = self.frame().mark();
        self.frame().in_comps += 1;
        let mut clauses = Vec::with_capacity(generators.len());
        for (index, generator) in generators.iter().enumerate() {
            let iterator = if index == 0 { iterator } else { self.expr(&generator.iter) };
            let each = self.add(
                Value::Elem { of: iterator, which: Part::Each },
                span(generator.target.range()),
            );
            self.bind_overlay(&generator.target, each);
            let mut conditions = Vec::with_capacity(generator.ifs.len());
            for condition in &generator.ifs {
                let first_overlay = self.frame().overlays.len();
                let test = self.expr(condition);
                conditions.push(test);
                let parent = self.frame().path;
                self.frame().path = self.given(parent, test, true);
                self.learn_overlay(condition, test, first_overlay);
            }
            clauses.push(Clause {
                iterator,
                element: each,
                conditions,
                is_async: generator.is_async,
            });
        }
        let key = key.map(|key| self.expr(key));
        let element = self.expr(element);
        self.frame().overlays.truncate(overlays);
        self.frame().in_comps -= 1;
        // A walrus inside binds in the body around, on some rounds.
        let changes = self.frame().end_branch(mark).changes;
        self.frame().path = path;
        let id = CompId::from_index(self.ir.comps.len());
        self.ir.comps.push(Comp { kind, key, element, clauses });
        let value = self.add(Value::Comp(id), at);
        for (slot, to) in changes {
            let base = self.frame().slots[slot as usize];
            if self.frame().is_path(slot) && base.value.is_none() {
                continue;
            }
            let held = before.iter().find(|(of, _)| *of == slot);
            let base = held.map_or(base, |(_, held)| *held);
            let merged = self.merge_slot(slot, base, &[(base, path), (to, path)], Why::Break);
            self.frame().set(slot, merged);
        }
        for call in calls {
            self.forget_in_rounds(call);
        }
        self.frame().guards = outer_guards;
        value
    }

    /// Rounds see what the rounds before them did: what they change of the variables around is not
    /// known as a round begins. Returns the calls in it, and what the names that it binds held.
    pub(super) fn before_rounds(
        &mut self,
        key: Option<&'a Expr>,
        element: &'a Expr,
        generators: &'a [Comprehension],
        at: Span,
    ) -> (Vec<&'a ExprCall>, Vec<(u32, Slot)>) {
        let mut rounds = Rounds::default();
        for part in key.into_iter().chain([element]) {
            rounds.visit_expr(part);
        }
        for (index, generator) in generators.iter().enumerate() {
            if index > 0 {
                rounds.visit_expr(&generator.iter);
            }
            generator.ifs.iter().for_each(|condition| rounds.visit_expr(condition));
        }
        let mut before = Vec::with_capacity(rounds.bound.len());
        for name in rounds.bound {
            let name = self.sym(name);
            let Some(slot) = self.frame().slot_of(name) else { continue };
            let base = self.frame().slots[slot as usize];
            if before.iter().any(|(of, _)| *of == slot) {
                continue;
            }
            before.push((slot, base));
            let unknown = Slot { value: Some(self.opaque(Opaque::Other, at)), ..base };
            let path = self.frame().path;
            let ways = [(base, path), (unknown, path)];
            let merged = self.merge_slot(slot, base, &ways, Why::Break);
            self.frame().set(slot, merged);
        }
        for call in &rounds.calls {
            self.escape_in_rounds(call, at);
            self.forget_in_rounds(call);
        }
        (rounds.calls, before)
    }

    /// Inside a comprehension, its variables hold refined values behind a condition on them.
    pub(super) fn learn_overlay(&mut self, condition: &'a Expr, test: ValueId, upto: usize) {
        let names = crate::scope::names_in(condition);
        for name in names {
            let name = self.sym(name);
            let found = self.frame().overlays[..upto].iter().rev().find(|(n, _)| *n == name);
            if let Some((_, value)) = found.copied() {
                let at = self.ir.span(value);
                let refined = self.add(Value::Pi { of: value, test, truth: true }, at);
                self.frame().overlays.push((name, refined));
            }
        }
    }

    pub(super) fn bind_overlay(&mut self, target: &'a Expr, value: ValueId) {
        match target {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                self.frame().overlays.push((name, value));
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for (target, part) in super::assignment::unpacked(elts) {
                    let at = span(target.range());
                    let part = self.add(Value::Elem { of: value, which: part }, at);
                    self.below(at, |this| this.bind_overlay(target, part));
                }
            }
            Expr::Starred(starred) => {
                self.below(span(starred.range), |this| this.bind_overlay(&starred.value, value));
            }
            _ => self.assign(target, value),
        }
    }
}
