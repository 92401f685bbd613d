//! Which values anything looks at: what a call gives that nobody looks at decides nothing.

use std::rc::Rc;

use bartizan_ir::{EffectKind, FileIr, Path, Value, ValueId};
use bartizan_project::FileId;
use bartizan_value::operands;
use rustc_hash::FxHashSet;

use crate::reader::Reader;

impl Reader<'_> {
    /// Whether nobody looks at what a call gives: `forbidden(…)` without a `return` before it.
    pub(crate) fn is_dropped(&self, file: FileId, call: ValueId) -> bool {
        let known = self.used.borrow().get(&file).cloned();
        let used = known.unwrap_or_else(|| {
            let used = Rc::new(used(self.ir(file)));
            self.used.borrow_mut().insert(file, Rc::clone(&used));
            used
        });
        !used.contains(&call)
    }
}

/// The calls of a file that something is made of, or that are given, kept, raised or tested.
fn used(ir: &FileIr) -> FxHashSet<ValueId> {
    let mut found = FxHashSet::default();
    let mut use_of = |value: ValueId| {
        let value = ir.bare(value);
        if matches!(ir.value(value), Value::Call { .. }) {
            found.insert(value);
        }
    };
    for value in &ir.values {
        operands(ir, *value, &mut use_of);
        match *value {
            Value::Comp(comp) => {
                for clause in &ir.comp(comp).clauses {
                    use_of(clause.iterator);
                    clause.conditions.iter().copied().for_each(&mut use_of);
                }
            }
            Value::Mutate(mutation) => {
                ir.args[ir.mutation(mutation).args].iter().for_each(|arg| use_of(arg.value));
            }
            _ => {}
        }
    }
    for path in &ir.paths {
        if let Path::Given { test, .. } = path {
            use_of(*test);
        }
    }
    let effects = ir.functions.iter().flat_map(|function| &ir.effects[function.effects]);
    for effect in effects {
        match effect.kind {
            EffectKind::Return(Some(value))
            | EffectKind::Raise(Some(value))
            | EffectKind::Yield(value)
            | EffectKind::Assert(value)
            | EffectKind::With(value)
            | EffectKind::StoreAttr { value, .. }
            | EffectKind::StoreGlobal { value, .. }
            | EffectKind::StoreCapture { value, .. } => use_of(value),
            _ => {}
        }
    }
    found
}
