//! Whether the managers of a `with` stop what is raised inside.

use std::sync::Arc;

use bartizan_ir::{FileIr, FunctionId, Value, ValueId};

use crate::domain::{Abstract, Evaluated, Symbol};
use crate::session::{Act, Session};

impl Session<'_> {
    /// Whether what stands for the exceptions that are caught are managers of a `with`, none of which is
    /// written in the project so that it may stop any.
    pub(super) fn stops_nothing(&mut self, home: Act, types: ValueId) -> bool {
        let ir = self.ir(home);
        let is_call = |id: ValueId| matches!(ir.value(ir.bare(id)), Value::Call { .. });
        let managers = match ir.value(ir.bare(types)) {
            Value::Tuple(items) => ir.items[items].iter().map(|item| item.value).collect(),
            _ => vec![types],
        };
        managers.iter().any(|it| is_call(*it))
            && managers.iter().all(|manager| {
                let value = self.eval(home, *manager);
                match &value.value {
                    Abstract::Apply(made) => !self.may_stop(&made.symbol, &made.args),
                    // What becomes of the object is not known, but what it is one of.
                    Abstract::Unknown(_) => match ir.value(ir.bare(*manager)) {
                        Value::Call { callee, .. } => match &self.eval(home, callee).value {
                            Abstract::Ref(symbol) => !self.may_stop(symbol, &[]),
                            _ => true,
                        },
                        _ => true,
                    },
                    _ => false,
                }
            })
    }

    /// Whether a manager is written so that it may stop an exception.
    pub(super) fn may_stop(&self, symbol: &Symbol, args: &[(Option<Arc<str>>, Evaluated)]) -> bool {
        let is_harmless = |ir: &FileIr, function: FunctionId| match ir.function(function).result {
            None => true,
            Some(value) => matches!(ir.value(ir.bare(value)), Value::None | Value::Bool(false)),
        };
        let member = match symbol {
            Symbol::Class(file, class, _) => self.world.member(*file, *class, "__exit__"),
            Symbol::External(name) if name.starts_with("contextlib.contextmanager") => {
                return args.iter().any(|(_, arg)| match &arg.value {
                    Abstract::Ref(Symbol::Function(file, function, _)) => {
                        catches_inside(self.world.ir(*file), *function)
                    }
                    Abstract::Apply(inner) => self.may_stop(&inner.symbol, &inner.args),
                    _ => false,
                });
            }
            _ => return false,
        };
        // What a base outside the project does is like what other libraries do.
        member.is_some_and(|member| {
            let ir = self.world.ir(member.file);
            match ir.value(ir.bare(member.value)) {
                Value::Function(function) => !is_harmless(ir, function),
                _ => true,
            }
        })
    }
}

/// Whether a function catches exceptions of any of its code.
fn catches_inside(ir: &FileIr, function: FunctionId) -> bool {
    ir.tries.iter().any(|tried| {
        let first = ValueId::from_index(tried.start as usize);
        !tried.handlers.is_empty()
            && first.index() < ir.values.len()
            && ir.stretch(first).function == function
    })
}
