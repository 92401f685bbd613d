//! Which names a mapping may bind that is taken over as names of a module: `globals().update(made(DEBUG))`.

use bartizan_ir::{
    Arg, ArgKind, BinaryOp, FunctionId, Mutation, Mutator, ParamKind, Run, Value, ValueId,
};
use bartizan_project::Entity;
use rustc_hash::FxHashSet;

use super::Walk;
use crate::FileId;
use crate::analysis::passed_on;

/// Nodes that are looked at.
const MOST_NODES: usize = 128;

/// The call of a function, by which its `**extra` gets its keys.
type Called = (FunctionId, FileId, Run<Arg>);

impl Walk<'_, '_, '_> {
    /// Whether a mapping may have a key; it may, unless its code says all of them.
    pub(super) fn may_have_key(&self, file: FileId, mapping: ValueId, key: &str) -> bool {
        self.has_key(file, mapping, key, None, &mut FxHashSet::default())
    }

    fn has_key(
        &self,
        file: FileId,
        mapping: ValueId,
        key: &str,
        called: Option<Called>,
        seen: &mut FxHashSet<(FileId, ValueId)>,
    ) -> bool {
        let ir = self.ir(file);
        let mapping = ir.bare(mapping);
        if !seen.insert((file, mapping)) {
            return false;
        }
        if seen.len() > MOST_NODES {
            return true;
        }
        let is_it = |node: ValueId| match ir.value(ir.bare(node)) {
            Value::Str(text) => ir.str(text) == key,
            _ => true,
        };
        let mut has = |node: ValueId| self.has_key(file, node, key, called, seen);
        match ir.value(mapping) {
            Value::Dict(pairs) => ir.pairs[pairs].iter().any(|pair| match pair.key {
                Some(key) => is_it(key),
                None => has(pair.value),
            }),
            Value::Mutate(mutation) => {
                let &Mutation { receiver, op, args, .. } = ir.mutation(mutation);
                let args = &ir.args[args];
                has(receiver)
                    || match op {
                        Mutator::Clear | Mutator::DelItem | Mutator::Pop | Mutator::PopItem => {
                            false
                        }
                        Mutator::SetItem | Mutator::SetDefault => {
                            args.first().is_none_or(|arg| is_it(arg.value))
                        }
                        Mutator::Update | Mutator::InPlace(BinaryOp::BitOr) => {
                            args.iter().any(|arg| match arg.kind {
                                ArgKind::Keyword(name) => ir.str(name) == key,
                                ArgKind::Positional | ArgKind::DoubleStar => has(arg.value),
                                ArgKind::Star => true,
                            })
                        }
                        _ => true,
                    }
            }
            Value::Binary { op: BinaryOp::BitOr, left, right } => has(left) || has(right),
            Value::Mu { init, back, .. } => has(init) || has(back),
            value @ (Value::Gamma { .. } | Value::Join { .. } | Value::Logic { .. }) => {
                let mut is_one = false;
                passed_on(ir, value, &mut |way| is_one = is_one || has(way));
                is_one
            }
            // `**extra`
            Value::Param(place) => {
                let Some((function, from, args)) = called else { return true };
                let param = ir.params[ir.function(function).params].get(place as usize);
                let is_rest = ir.stretch(mapping).function == function
                    && param.is_some_and(|param| param.kind == ParamKind::Kwargs);
                let caller = self.ir(from);
                !is_rest
                    || caller.args[args].iter().any(|arg| match arg.kind {
                        ArgKind::Keyword(name) => caller.str(name) == key,
                        ArgKind::DoubleStar => true,
                        ArgKind::Positional | ArgKind::Star => false,
                    })
            }
            Value::Call { callee, args } => match self.search.world.definition(file, callee) {
                Entity::Function(of, function) => {
                    let made = self.ir(of).function(function);
                    let called = Some((function, file, args));
                    made.is_generator
                        || made.result.is_none_or(|it| self.has_key(of, it, key, called, seen))
                }
                _ => true,
            },
            _ => true,
        }
    }
}
