//! What a node is by how it is written: which methods and calls leave containers alone, copy them, or
//! pass them on.

use bartizan_base::Sym;
use bartizan_ir::{FileIr, Mutator, Value, ValueId};

use super::operands::operands;

/// Methods of Python's own types, which leave their arguments alone.
pub(crate) fn is_harmless_method(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "add"
            | "extend"
            | "insert"
            | "update"
            | "setdefault"
            | "get"
            | "pop"
            | "remove"
            | "discard"
            | "index"
            | "count"
            | "join"
            | "format"
            | "startswith"
            | "endswith"
            | "split"
            | "replace"
            | "strip"
            | "fromkeys"
            | "union"
            | "intersection"
            | "difference"
            | "issubset"
            | "issuperset"
            | "isdisjoint"
            | "symmetric_difference"
    )
}

/// Whether a call of this makes a new container of what it is given.
pub(crate) fn is_copier(ir: &FileIr, callee: ValueId) -> bool {
    match ir.value(callee) {
        Value::Global { name, .. } => {
            matches!(ir.str(name), "list" | "dict" | "set" | "sorted" | "tuple")
        }
        Value::Import { module, name: Some(name), level: 0 } => {
            ir.str(module) == "copy" && matches!(ir.str(name), "copy" | "deepcopy")
        }
        Value::Attr { of, name } => {
            matches!(ir.value(ir.bare(of)), Value::Import { module, name: None, level: 0 }
                if ir.str(module) == "copy" && matches!(ir.str(name), "copy" | "deepcopy"))
        }
        _ => false,
    }
}

/// The same, with the method that does it: `OPTIONS.copy()`.
fn makes_a_copy(ir: &FileIr, callee: ValueId) -> bool {
    is_copier(ir, callee)
        || matches!(ir.value(callee), Value::Attr { name, .. } if ir.str(name) == "copy")
}

/// Whether the node can be a container that a call changes.
pub(crate) fn may_hold(value: Value) -> bool {
    matches!(
        value,
        Value::List(_)
            | Value::Set(_)
            | Value::Dict(_)
            | Value::Comp(_)
            | Value::Call { .. }
            | Value::Binary { .. }
            | Value::Mutate(_)
            | Value::Mu { .. }
            | Value::Gamma { .. }
            | Value::Join { .. }
            | Value::Index { .. }
            | Value::Elem { .. }
            | Value::Logic { .. }
    )
}

/// Whether a container is one that others see: a parameter, a name of another body, an attribute.
pub(super) fn is_outside(ir: &FileIr, receiver: ValueId) -> bool {
    let mut at = receiver;
    let mut is_part = false;
    for _ in 0..64 {
        match ir.value(at) {
            Value::Pi { of, .. } => at = of,
            Value::Index { of, .. } | Value::Elem { of, .. } => {
                is_part = true;
                at = of;
            }
            // A copy is new; what lies in it is not.
            Value::Call { callee, .. } if !is_part && makes_a_copy(ir, callee) => return false,
            Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
            Value::Mu { init, .. } => at = init,
            Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Comp(_) => return false,
            _ => return true,
        }
    }
    true
}

/// Calls `each` for every node whose container the value may be, or hold; and whether only what that
/// one holds.
pub(super) fn held_by(
    ir: &FileIr,
    value: Value,
    only_items: bool,
    each: &mut dyn FnMut(ValueId, bool),
) {
    match value {
        Value::Pi { of, .. } => each(of, only_items),
        Value::Gamma { then, otherwise, .. } => {
            each(then, only_items);
            each(otherwise, only_items);
        }
        Value::Mu { init, back, .. } => {
            each(init, only_items);
            each(back, only_items);
        }
        Value::Join { ways, .. } => {
            ir.ways[ways].iter().for_each(|way| each(way.value, only_items));
        }
        Value::Logic { values, .. } => ir.ids[values].iter().for_each(|id| each(*id, only_items)),
        Value::Mutate(mutation) => {
            let mutation = ir.mutation(mutation);
            each(mutation.receiver, only_items);
            let copies =
                matches!(mutation.op, Mutator::Extend | Mutator::Update | Mutator::InPlace(_));
            if mutation.op != Mutator::Escape {
                ir.args[mutation.args].iter().for_each(|arg| each(arg.value, copies));
            }
        }
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            ir.items[items].iter().for_each(|item| each(item.value, item.spread));
        }
        Value::Dict(pairs) => {
            ir.pairs[pairs].iter().for_each(|pair| each(pair.value, pair.key.is_none()));
        }
        Value::Comp(comp) => each(ir.comp(comp).element, false),
        Value::Index { of, .. } | Value::Elem { of, .. } => each(of, true),
        Value::Binary { left, right, .. } => {
            each(left, true);
            each(right, true);
        }
        Value::Call { callee, .. } => {
            let copies = match ir.value(callee) {
                Value::Global { name, .. } => matches!(
                    ir.str(name),
                    "list" | "dict" | "tuple" | "set" | "sorted" | "zip" | "reversed" | "enumerate"
                ),
                Value::Attr { .. } => true,
                _ => false,
            };
            passed_on(ir, value, &mut |operand| each(operand, copies));
        }
        _ => {}
    }
}

/// Calls `each` for every node whose container the value may be, or hold.
pub(crate) fn passed_on(ir: &FileIr, value: Value, each: &mut dyn FnMut(ValueId)) {
    match value {
        Value::Compare { .. }
        | Value::Unary { .. }
        | Value::Text { .. }
        | Value::Binary { .. }
        | Value::Matches { .. } => {}
        Value::Gamma { then, otherwise, .. } => {
            each(then);
            each(otherwise);
        }
        Value::Index { of, .. } => each(of),
        Value::Call { callee, args } => {
            let copies = match ir.value(callee) {
                Value::Global { name, .. } => {
                    crate::builtins::keeps_arguments(ir.str(name))
                        && !matches!(
                            ir.str(name),
                            "min"
                                | "max"
                                | "next"
                                | "enumerate"
                                | "filter"
                                | "getattr"
                                | "iter"
                                | "list"
                                | "reversed"
                                | "dict"
                                | "tuple"
                                | "sorted"
                                | "zip"
                        )
                }
                Value::Attr { of, name } => {
                    let gives_part = matches!(
                        ir.str(name),
                        "get" | "pop" | "setdefault" | "values" | "items" | "copy"
                    );
                    if gives_part {
                        each(of);
                    }
                    !gives_part
                }
                _ => false,
            };
            if !copies {
                let by_name = names_attribute(ir, callee);
                let args = ir.args[args].iter().enumerate();
                args.filter(|(at, _)| *at != 1 || !by_name).for_each(|(_, arg)| each(arg.value));
            }
        }
        value => operands(ir, value, each),
    }
}

/// Whether the second argument of a call is the name of an attribute, a text.
pub(super) fn names_attribute(ir: &FileIr, callee: ValueId) -> bool {
    matches!(ir.value(ir.bare(callee)), Value::Global { name, .. }
        if matches!(ir.str(name), "getattr" | "setattr" | "hasattr" | "delattr"))
}

/// Whether a node is `globals()` or the like.
pub(crate) fn is_namespace(ir: &FileIr, node: ValueId) -> bool {
    let Value::Call { callee, args } = ir.value(ir.bare(node)) else {
        return matches!(ir.value(ir.bare(node)), Value::Attr { of, name }
            if ir.str(name) == "__dict__" && is_own_module(ir, of));
    };
    args.is_empty()
        && matches!(ir.value(ir.bare(callee)), Value::Global { name, .. }
            if matches!(ir.str(name), "globals" | "locals" | "vars"))
}

/// Whether a method of this name changes the container that it is called on.
pub(crate) fn changes_its_receiver(method: &str) -> bool {
    matches!(
        method,
        "append"
            | "extend"
            | "insert"
            | "remove"
            | "pop"
            | "popitem"
            | "clear"
            | "sort"
            | "reverse"
            | "add"
            | "discard"
            | "update"
            | "setdefault"
            | "difference_update"
            | "intersection_update"
            | "symmetric_difference_update"
            | "__setitem__"
            | "__delitem__"
            | "__iadd__"
            | "__iand__"
            | "__imul__"
            | "__ior__"
            | "__isub__"
            | "__ixor__"
    )
}

/// Names of the module's own that an expression reaches by way of its namespace.
pub(super) enum Reached {
    Name(Sym),
    /// One that the text does not tell.
    Any,
}

/// Which name of its own module a node stands for: `globals()["HOSTS"]`, `vars().get("HOSTS")`,
/// `sys.modules[__name__].HOSTS`, `eval("HOSTS")`.
pub(super) fn reached_in_namespace(ir: &FileIr, value: Value) -> Option<Reached> {
    let named = |key: Option<ValueId>| match key.map(|key| ir.value(ir.bare(key))) {
        Some(Value::Str(name)) => Reached::Name(name),
        _ => Reached::Any,
    };
    match value {
        Value::Index { of, key } if is_namespace(ir, of) => Some(named(Some(key))),
        Value::Attr { of, name } if is_own_module(ir, of) => Some(Reached::Name(name)),
        Value::Call { callee, args } => {
            let args = &ir.args[args];
            match ir.value(ir.bare(callee)) {
                Value::Attr { of, name } if is_namespace(ir, of) => {
                    let is_of_one = matches!(ir.str(name), "get" | "pop" | "setdefault");
                    Some(named(args.first().filter(|_| is_of_one).map(|arg| arg.value)))
                }
                Value::Global { name, .. } if ir.str(name) == "eval" => {
                    Some(named(args.first().map(|arg| arg.value)))
                }
                Value::Global { name, .. } if ir.str(name) == "getattr" => {
                    let [of, name, ..] = args else { return None };
                    is_own_module(ir, of.value).then(|| named(Some(name.value)))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// `sys.modules[__name__]`, `import_module(__name__)`
fn is_own_module(ir: &FileIr, node: ValueId) -> bool {
    let is_name = |key: ValueId| matches!(ir.value(ir.bare(key)), Value::Global { name, .. } if ir.str(name) == "__name__");
    match ir.value(ir.bare(node)) {
        Value::Index { of, key } => match ir.value(ir.bare(of)) {
            Value::Attr { name, .. } | Value::Import { name: Some(name), .. } => {
                ir.str(name) == "modules" && is_name(key)
            }
            _ => false,
        },
        Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
            Value::Attr { name, .. } | Value::Import { name: Some(name), .. } => {
                ir.str(name) == "import_module"
                    && matches!(&ir.args[args], [arg] if is_name(arg.value))
            }
            _ => false,
        },
        _ => false,
    }
}
