//! Tests, and the values that depend on them: `and`, `or`, comparisons, `x if y else z`.

use bartizan_base::Span;
use bartizan_ir::{BoolOp, CompareOp, Value, ValueId, Why};
use ruff_python_ast::{self as ast, Expr};

use super::Lowering;
use super::frame::Slot;

/// Slots that the outcome of a test, kept in a variable, is about.
const MOST_GUARDS: usize = 16;

impl<'a> Lowering<'a> {
    pub(super) fn logic(&mut self, operation: &'a ast::ExprBoolOp, at: Span) -> ValueId {
        let op = match operation.op {
            ast::BoolOp::And => BoolOp::And,
            ast::BoolOp::Or => BoolOp::Or,
        };
        let values = self
            .short_circuit(op, operation.values.len(), |this, at| this.expr(&operation.values[at]));
        let values = self.ir.ids.add(values);
        self.add(Value::Logic { op, values }, at)
    }

    /// Lowers operands of which each is evaluated only if those before it do not decide.
    pub(super) fn short_circuit(
        &mut self,
        op: BoolOp,
        count: usize,
        mut lower: impl FnMut(&mut Self, usize) -> ValueId,
    ) -> Vec<ValueId> {
        let truth = op == BoolOp::And;
        let outer_guards = self.frame().guards.take();
        let mut all_guards: Vec<u32> = Vec::new();
        let mut values = Vec::with_capacity(count);
        let (start, path) = (self.frame().mark(), self.frame().path);
        let mut changes = Vec::with_capacity(count);
        for index in 0..count {
            let mark = self.frame().mark();
            self.frame().guards = Some(Vec::new());
            let id = lower(self, index);
            let guards = self.frame().guards.take().unwrap_or_default();
            all_guards.extend(&guards);
            values.push(id);
            changes.push(self.frame().changes_since(mark));
            if index + 1 < count {
                let parent = self.frame().path;
                self.frame().path = self.given(parent, id, truth);
                self.learn(&guards, id, truth);
            }
        }
        // What tests taught is over with them; what operands changed, they changed if they ran.
        self.frame().rewind(start);
        self.frame().path = path;
        let is_name = |this: &mut Self, slot: u32| !this.frame().is_path(slot);
        let last = (1..count)
            .rev()
            .find(|index| changes[*index].iter().any(|(slot, _)| is_name(self, *slot)))
            .unwrap_or(0);
        // The operands so far, as one test.
        let mut before: Option<ValueId> = None;
        for (index, changes) in changes.into_iter().enumerate() {
            for (slot, to) in changes {
                let base = self.frame().slots[slot as usize];
                let merged = match before {
                    _ if index == 0 => to,
                    Some(test) if truth => self.merge_two(slot, base, test, to, base),
                    Some(test) => self.merge_two(slot, base, test, base, to),
                    // An access path is known only if the operand left it as it was.
                    None => self.merge_slot(slot, base, &[(base, path), (to, path)], Why::Break),
                };
                self.frame().set(slot, merged);
            }
            if index < last {
                before = Some(match before {
                    None => values[index],
                    Some(before) => {
                        let both = self.ir.ids.add([before, values[index]]);
                        let at = self.ir.span(before).cover(self.ir.span(values[index]));
                        self.add(Value::Logic { op, values: both }, at)
                    }
                });
            }
        }
        if let Some(mut guards) = outer_guards {
            guards.extend(all_guards);
            guards.sort_unstable();
            guards.dedup();
            self.frame().guards = Some(guards);
        }
        values
    }

    /// On a branch: the slots that its test was about hold refined values.
    pub(super) fn learn(&mut self, guards: &[u32], test: ValueId, truth: bool) {
        let mut guards = guards.to_vec();
        guards.sort_unstable();
        guards.dedup();
        for slot in guards.into_iter().take(8) {
            let now = self.frame().slots[slot as usize];
            let Some(value) = now.value else { continue };
            if matches!(
                self.ir.value(value),
                Value::Import { .. }
                    | Value::Function(_)
                    | Value::Class(_)
                    | Value::Decorated { .. }
                    | Value::Bool(_)
                    | Value::Int(_)
                    | Value::None
                    | Value::Unbound
            ) {
                continue;
            }
            let at = self.ir.span(value);
            let refined = self.add(Value::Pi { of: value, test, truth }, at);
            self.frame().set(slot, Slot { value: Some(refined), ..now });
        }
    }

    /// Lowers a test and says which slots it is about.
    pub(super) fn test(&mut self, test: &'a Expr) -> (ValueId, Vec<u32>) {
        let outer = self.frame().guards.replace(Vec::new());
        let id = self.expr(test);
        let guards = self.frame().guards.take().unwrap_or_default();
        if let Some(mut outer) = outer {
            outer.extend(&guards);
            self.frame().guards = Some(outer);
        }
        (id, guards)
    }

    /// Lowers what may be the outcome of a test, and remembers what it is about: whoever asks the
    /// variable asks that.
    pub(super) fn stored_test(&mut self, test: &'a Expr) -> ValueId {
        let (id, mut guards) = self.test(test);
        if !guards.is_empty() {
            // What an outcome is about that is itself about outcomes grows with each of them.
            guards.truncate(MOST_GUARDS);
            let frame = self.frame();
            let about: Vec<(u32, ValueId)> = guards
                .into_iter()
                .filter_map(|slot| Some((slot, frame.slots[slot as usize].value?)))
                .collect();
            frame.tests.insert(id, about);
        }
        id
    }

    pub(super) fn compare(&mut self, compare: &'a ast::ExprCompare, at: Span) -> ValueId {
        let mut left = self.expr(&compare.left);
        let mut one = |this: &mut Self, index: usize| {
            let mut right = this.expr(&compare.comparators[index]);
            let op = compare_op(compare.ops[index]);
            if matches!(op, CompareOp::In | CompareOp::NotIn) && compare.ops.len() == 1 {
                right = this.names_for(&compare.comparators[index], right, &compare.left);
            }
            let test = this.add(Value::Compare { op, left, right }, at);
            left = right;
            test
        };
        if compare.ops.len() == 1 {
            return one(self, 0);
        }
        // `a < b < c` asks `b < c` only where `a < b` holds.
        let tests = self.short_circuit(BoolOp::And, compare.ops.len(), one);
        let values = self.ir.ids.add(tests);
        self.add(Value::Logic { op: BoolOp::And, values }, at)
    }

    pub(super) fn conditional(&mut self, choice: &'a ast::ExprIf, at: Span) -> ValueId {
        let (test, guards) = self.test(&choice.test);
        let parent = self.frame().path;
        let exits = self.frame().exits.len();
        let mark = self.frame().mark();
        self.frame().path = self.given(parent, test, true);
        self.learn(&guards, test, true);
        let then = self.expr(&choice.body);
        let then_branch = self.frame().end_branch(mark);
        self.frame().path = self.given(parent, test, false);
        self.learn(&guards, test, false);
        let otherwise = self.expr(&choice.orelse);
        let else_branch = self.frame().end_branch(mark);
        let dead = self.frame().dead;
        self.frame().path = parent;
        self.merge_test(test, then_branch, else_branch, exits);
        self.frame().path = parent;
        self.frame().dead = dead;
        self.add(Value::Gamma { test, then, otherwise }, at)
    }
}

fn compare_op(op: ast::CmpOp) -> CompareOp {
    match op {
        ast::CmpOp::Eq => CompareOp::Eq,
        ast::CmpOp::NotEq => CompareOp::NotEq,
        ast::CmpOp::Lt => CompareOp::Lt,
        ast::CmpOp::LtE => CompareOp::LtE,
        ast::CmpOp::Gt => CompareOp::Gt,
        ast::CmpOp::GtE => CompareOp::GtE,
        ast::CmpOp::Is => CompareOp::Is,
        ast::CmpOp::IsNot => CompareOp::IsNot,
        ast::CmpOp::In => CompareOp::In,
        ast::CmpOp::NotIn => CompareOp::NotIn,
    }
}
