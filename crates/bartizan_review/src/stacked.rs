//! Decorators that code puts around a view one after the other: in a loop over a list of them, or by hand
//! where `@wraps` stands elsewhere.

use std::rc::Rc;

use bartizan_ir::{ArgKind, Part, UnaryOp, Value, ValueId};
use bartizan_project::{Entity, FileId};

use crate::reader::{Bound, Frame, Reader};

/// Names and lists inside each other beyond which none is followed.
const DEEPEST: usize = 12;

/// An expression, in the run in which it stands.
pub(crate) type Placed = (Rc<Frame>, ValueId);

impl Reader<'_> {
    /// `for decorator in reversed(decorators): view = decorator(view)`: the decorators, the outermost
    /// first, and the view inside of them.
    pub(crate) fn stacked(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
    ) -> Option<(Vec<Placed>, ValueId)> {
        let (decorators, view) = self.stack(frame.file, value)?;
        // What is put around it last stands outermost.
        let mut applied = self.listed_items(frame, decorators, 0)?;
        applied.reverse();
        Some((applied, view))
    }

    /// The list of decorators that a loop puts around a view, and the view.
    pub(crate) fn stack(&self, file: FileId, value: ValueId) -> Option<(ValueId, ValueId)> {
        let ir = self.ir(file);
        let all = ir.bare(value);
        let Value::Mu { init, back, .. } = ir.value(all) else { return None };
        let Value::Call { callee, args } = ir.value(ir.bare(back)) else { return None };
        let Value::Elem { of, which: Part::Each } = ir.value(ir.bare(callee)) else { return None };
        let [view] = &ir.args[args] else { return None };
        (matches!(view.kind, ArgKind::Positional) && ir.bare(view.value) == all)
            .then_some((of, init))
    }

    /// The items of a list that is written somewhere, in the order in which a loop meets them.
    fn listed_items(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Option<Vec<Placed>> {
        if depth > DEEPEST || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        let of_bound = |bound: Bound| match bound {
            Bound::Value(around, value) => self.listed_items(&around, value, depth + 1),
            Bound::Rest(around, values) => {
                Some(values.iter().map(|value| (Rc::clone(&around), *value)).collect())
            }
            _ => None,
        };
        match ir.value(value) {
            Value::List(items) | Value::Tuple(items) => ir.items[items]
                .iter()
                .map(|item| (!item.spread).then(|| (Rc::clone(frame), item.value)))
                .collect(),
            Value::Call { callee, args } => {
                let [only] = &ir.args[args] else { return None };
                let mut items = self.listed_items(frame, only.value, depth + 1)?;
                match self.text(frame, callee).as_str() {
                    "reversed" => items.reverse(),
                    "list" | "tuple" | "iter" => {}
                    _ => return None,
                }
                Some(items)
            }
            // `decorators[::-1]`
            Value::Index { of, key } => {
                let Value::Slice { lower: None, upper: None, step } = ir.value(key) else {
                    return None;
                };
                let mut items = self.listed_items(frame, of, depth + 1)?;
                match step.map(|step| self.is_minus_one(frame.file, step)) {
                    None => {}
                    Some(true) => items.reverse(),
                    Some(false) => return None,
                }
                Some(items)
            }
            Value::Param(index) => of_bound(self.param(frame, index)),
            Value::Capture { name, owner } => {
                of_bound(self.captured(frame, owner, ir.str(name))?.1)
            }
            Value::Global { .. } | Value::Import { .. } | Value::Attr { .. } => {
                if let Some((file, at)) = self.own_attribute(frame, value) {
                    return self.listed_items(&self.outside(file, &frame.ask), at, depth + 1);
                }
                match self.project.definition(frame.file, value) {
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.listed_items(&self.outside(file, &frame.ask), at, depth + 1)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_minus_one(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.ir(file);
        match ir.value(ir.bare(value)) {
            Value::Int(number) => number == -1,
            Value::Unary { op: UnaryOp::Minus, of } => ir.value(ir.bare(of)) == Value::Int(1),
            _ => false,
        }
    }

    /// The function that `wraps(view)(wrapper)` and `update_wrapper(wrapper, view)` give back, named
    /// after another one.
    pub(crate) fn without_wraps(&self, file: FileId, value: ValueId) -> ValueId {
        let ir = self.ir(file);
        let mut at = ir.bare(value);
        for _ in 0..DEEPEST {
            let Value::Call { callee, args } = ir.value(at) else { break };
            let (by, name) = match ir.value(ir.bare(callee)) {
                Value::Call { callee, .. } => (callee, "functools.wraps"),
                _ => (callee, "functools.update_wrapper"),
            };
            let Entity::External(symbol) = self.project.definition(file, by) else { break };
            let is_it = self.project.symbol(symbol) == name;
            let Some(first) = ir.args[args].first().filter(|_| is_it) else { break };
            at = ir.bare(first.value);
        }
        at
    }
}
