//! Tests on the way to a value that prove it harmless.

use bartizan_ir::{ArgKind, BoolOp, CompareOp, UnaryOp, Value, ValueId};

use crate::FileView;

use super::{Origin, Origins};

impl Origins {
    /// Whether a test on the way here proves that the value is one of a few, or of harmless form.
    pub(super) fn is_guarded(&mut self, view: &FileView<'_>, value: ValueId) -> bool {
        let ir = view.ir();
        let mut at = value;
        while let Value::Pi { of, test, truth } = ir.value(at) {
            if self.proves(view, test, truth, ir.bare(of), 6) {
                return true;
            }
            at = of;
        }
        false
    }

    fn proves(
        &mut self,
        view: &FileView<'_>,
        test: ValueId,
        truth: bool,
        about: ValueId,
        depth: u32,
    ) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let ir = view.ir();
        let same = |value: ValueId| is_same(view, value, about);
        match ir.value(ir.bare(test)) {
            Value::Unary { op: UnaryOp::Not, of } => self.proves(view, of, !truth, about, depth),
            Value::Logic { op, values } if (op == BoolOp::And) == truth => {
                let tests = ir.ids[values].to_vec();
                tests.into_iter().any(|test| self.proves(view, test, truth, about, depth))
            }
            Value::Compare { op, left, right } => match (op, truth) {
                (CompareOp::In, true) | (CompareOp::NotIn, false) => {
                    same(left) && self.of(view, right) != Origin::Remote
                }
                (CompareOp::Eq, true) | (CompareOp::NotEq, false) => {
                    same(left) && self.of(view, right) == Origin::Fixed
                        || same(right) && self.of(view, left) == Origin::Fixed
                }
                (CompareOp::Is, true) | (CompareOp::IsNot, false) => same(left),
                _ => false,
            },
            Value::Call { callee, args } if truth => {
                let args = &ir.args[args];
                if let Value::Attr { of, name } = ir.value(ir.bare(callee))
                    && HARMLESS_FORM.contains(&ir.str(name))
                {
                    return same(of);
                }
                let [first, class] = args else { return false };
                first.kind == ArgKind::Positional
                    && same(first.value)
                    && view.name_of(callee) == Some("builtins.isinstance")
                    && self.is_harmless_class(view, class.value)
            }
            _ => false,
        }
    }

    fn is_harmless_class(&self, view: &FileView<'_>, class: ValueId) -> bool {
        let ir = view.ir();
        if let Value::Tuple(items) = ir.value(ir.bare(class)) {
            return ir.items[items].iter().all(|item| self.is_harmless_class(view, item.value));
        }
        let entity = view.project.resolve(view.file, class);
        view.project.callable(entity).is_some_and(|model| model.cleans.contains(&self.kind))
    }
}

/// Tests of text that leave nothing with a meaning of its own in any language here.
const HARMLESS_FORM: &[&str] =
    &["isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier"];

/// Whether two expressions are the same value: the same node, or the same access written twice.
fn is_same(view: &FileView<'_>, a: ValueId, b: ValueId) -> bool {
    let ir = view.ir();
    let mut pairs = vec![(a, b)];
    let mut steps = 0;
    while let Some((a, b)) = pairs.pop() {
        steps += 1;
        let (a, b) = (ir.bare(a), ir.bare(b));
        if a == b {
            continue;
        }
        if steps > 64 {
            return false;
        }
        match (ir.value(a), ir.value(b)) {
            (Value::Attr { of: a, name: x }, Value::Attr { of: b, name: y }) if x == y => {
                pairs.push((a, b));
            }
            (Value::Index { of: a, key: x }, Value::Index { of: b, key: y }) => {
                pairs.extend([(a, b), (x, y)]);
            }
            (Value::Str(x), Value::Str(y)) if x == y => {}
            (Value::Int(x), Value::Int(y)) if x == y => {}
            (Value::Param(x), Value::Param(y))
                if x == y && ir.stretch(a).function == ir.stretch(b).function => {}
            (Value::Call { callee: a, args: x }, Value::Call { callee: b, args: y })
                if ir.args[x].len() == ir.args[y].len() =>
            {
                pairs.push((a, b));
                let both = ir.args[x].iter().zip(&ir.args[y]);
                pairs.extend(both.map(|(a, b)| (a.value, b.value)));
            }
            _ => return false,
        }
    }
    true
}
