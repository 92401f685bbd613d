//! What a value is made of.

use bartizan_ir::{ArgKind, FileIr, Mutator, TextPiece, Value, ValueId};

/// Calls `each` for every node that the value is made of.
pub fn operands(ir: &FileIr, value: Value, each: &mut dyn FnMut(ValueId)) {
    match value {
        Value::Decorated { by, of } => {
            each(by);
            each(of);
        }
        Value::Attr { of, .. }
        | Value::Elem { of, .. }
        | Value::Unary { of, .. }
        | Value::Pi { of, .. }
        | Value::Await(of)
        | Value::YieldFrom(of)
        | Value::Yield(Some(of))
        | Value::NamespaceUpdate(of)
        | Value::Enter { manager: of, .. }
        | Value::Caught { types: Some(of) } => each(of),
        Value::Index { of, key } => {
            each(of);
            each(key);
        }
        Value::NamespaceSet { key, value } => {
            each(key);
            each(value);
        }
        Value::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().flatten().for_each(each);
        }
        Value::Call { callee, args } => {
            each(callee);
            ir.args[args].iter().for_each(|arg| each(arg.value));
        }
        Value::Compare { left, right, .. } | Value::Binary { left, right, .. } => {
            each(left);
            each(right);
        }
        Value::Logic { values, .. } => ir.ids[values].iter().copied().for_each(each),
        Value::Text { parts, .. } => {
            for part in &ir.parts[parts] {
                if let TextPiece::Hole { value, spec, .. } = part.piece {
                    each(value);
                    spec.into_iter().for_each(&mut *each);
                }
            }
        }
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            ir.items[items].iter().for_each(|item| each(item.value));
        }
        Value::Dict(pairs) => {
            for pair in &ir.pairs[pairs] {
                pair.key.into_iter().for_each(&mut *each);
                each(pair.value);
            }
        }
        Value::Comp(comp) => {
            // The first iterator is a part of the comprehension; the rest are of its own rounds.
            let comp = ir.comp(comp);
            comp.key.into_iter().for_each(&mut *each);
            each(comp.element);
        }
        Value::Mutate(mutation) => {
            let mutation = ir.mutation(mutation);
            each(mutation.receiver);
            if mutation.op != Mutator::Escape && mutation.call.is_none() {
                for arg in &ir.args[mutation.args] {
                    if !matches!(arg.kind, ArgKind::DoubleStar) {
                        each(arg.value);
                    }
                }
            }
        }
        Value::Gamma { test, then, otherwise } => {
            each(test);
            each(then);
            each(otherwise);
        }
        Value::Mu { init, back, .. } => {
            each(init);
            if back != init {
                each(back);
            }
        }
        Value::Join { ways, .. } => ir.ways[ways].iter().for_each(|way| each(way.value)),
        Value::Global { layers, .. } => {
            ir.layers[layers].iter().for_each(|layer| each(layer.value));
        }
        Value::Matches { subject, .. } => each(subject),
        Value::Str(_)
        | Value::Bytes(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_)
        | Value::Imaginary(_)
        | Value::Bool(_)
        | Value::None
        | Value::Ellipsis
        | Value::Param(_)
        | Value::Capture { .. }
        | Value::Unbound
        | Value::Function(_)
        | Value::Class(_)
        | Value::Import { .. }
        | Value::Star { .. }
        | Value::NamespaceUnknown(_)
        | Value::NamespaceRounds(_)
        | Value::Yield(None)
        | Value::Caught { types: None }
        | Value::Opaque(_) => {}
    }
}
