//! What is put where: into names of modules, into attributes, into containers.

use bartizan_ir::{EffectKind, FileIr, FunctionKind, Mutator, Value, ValueId};

use super::super::modules::DEEPEST;
use super::{Walk, may_hold_names};
use crate::FileId;

impl Walk<'_, '_, '_> {
    pub(super) fn note_stores(&mut self, file: FileId) {
        let search = self.search;
        let ir = search.world.ir(file);
        for (_, function) in ir.functions() {
            if let FunctionKind::ClassBody(_) = function.kind {
                for store in
                    ir.bindings[function.stores].iter().chain(&ir.bindings[function.bindings])
                {
                    self.note_attribute(ir.str(store.name), file, store.value);
                }
            }
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::StoreGlobal { name, value } => {
                        self.puts.names.entry((file, name)).or_default().push((file, value));
                    }
                    EffectKind::StoreAttr { object, name, value }
                        if !ir.value(ir.bare(value)).is_literal() =>
                    {
                        let mut modules = Vec::new();
                        search.world.modules_behind(file, object, DEEPEST, &mut modules);
                        for module in &modules {
                            if let Some(name) = search.world.ir(*module).strings.find(ir.str(name))
                            {
                                let all = self.puts.names.entry((*module, name)).or_default();
                                all.push((file, value));
                            }
                        }
                        if modules.is_empty() {
                            self.note_attribute(ir.str(name), file, value);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn note_attribute(&mut self, name: &str, file: FileId, value: ValueId) {
        let kind = self.ir(file).value(self.ir(file).bare(value));
        if kind.is_literal() || matches!(kind, Value::Function(_) | Value::Class(_)) {
            return;
        }
        self.puts.attributes.entry(name.to_owned()).or_default().push((file, value));
    }

    /// What is put into containers that other names hold, too.
    pub(super) fn note_puts(&mut self, file: FileId) {
        let search = self.search;
        let ir = search.world.ir(file);
        for mutation in &ir.mutations {
            if mutation.op == Mutator::Escape {
                continue;
            }
            let put = ir.args[mutation.args].iter().map(|arg| arg.value);
            let is_news = |value: &ValueId| !is_part_of(ir, *value, mutation.receiver);
            let put = put.filter(is_news).filter(|value| self.may_be_held(file, *value));
            let put: Vec<ValueId> = put.collect();
            if put.is_empty() {
                continue;
            }
            self.begin();
            self.push(file, mutation.receiver, false, false);
            self.run();
            for step in std::mem::take(&mut self.found) {
                let all = self.puts.containers.entry((step.file, step.node)).or_default();
                all.extend(put.iter().map(|value| (file, *value)));
            }
        }
    }

    /// Whether a value that is put somewhere may be a container that a name holds. What a parameter is,
    /// is followed where the call gives it.
    fn may_be_held(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.ir(file);
        match ir.value(ir.bare(value)) {
            Value::Param(_) | Value::Binary { .. } => false,
            Value::Call { callee, .. } => self.search.world.function_called(file, callee).is_some(),
            value => may_hold_names(value),
        }
    }
}

/// Whether what is put into a container lies in it already, and has only changed: `a["b"]["c"] = 1` tells
/// `a` anew.
fn is_part_of(ir: &FileIr, value: ValueId, container: ValueId) -> bool {
    let mut at = ir.bare(value);
    for _ in 0..64 {
        match ir.value(at) {
            Value::Mutate(mutation) => at = ir.bare(ir.mutation(mutation).receiver),
            Value::Index { of, .. } => return ir.bare(of) == ir.bare(container),
            _ => return false,
        }
    }
    false
}
