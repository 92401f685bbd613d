//! What is known of callees by their names: which change a container, which only read, which make one.

use bartizan_ir::{Mutator, Value, ValueId};
use ruff_python_ast::Expr;

use super::Lowering;

/// Builtins that keep nothing of what they are given and change nothing.
const PURE: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "callable",
    "chr",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hasattr",
    "hash",
    "hex",
    "id",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "oct",
    "ord",
    "pow",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "zip",
];

/// The method of a container that changes it.
pub(super) fn mutator(method: &str) -> Option<Mutator> {
    Some(match method {
        "append" => Mutator::Append,
        "extend" => Mutator::Extend,
        "insert" => Mutator::Insert,
        "remove" => Mutator::Remove,
        "pop" => Mutator::Pop,
        "popitem" => Mutator::PopItem,
        "clear" => Mutator::Clear,
        "sort" => Mutator::Sort,
        "reverse" => Mutator::Reverse,
        "update" => Mutator::Update,
        "setdefault" => Mutator::SetDefault,
        "add" => Mutator::Add,
        "discard" => Mutator::Discard,
        _ => return None,
    })
}

/// Methods that change a container in a way that [`Mutator`] has no word for.
const OTHER_MUTATORS: &[&str] = &[
    "__delitem__",
    "__setitem__",
    "appendleft",
    "difference_update",
    "extendleft",
    "intersection_update",
    "move_to_end",
    "popleft",
    "rotate",
    "subtract",
    "symmetric_difference_update",
];

/// Methods of containers that change neither them nor what they are given.
const HARMLESS: &[&str] = &[
    "copy",
    "count",
    "difference",
    "get",
    "index",
    "intersection",
    "isdisjoint",
    "issubset",
    "issuperset",
    "items",
    "keys",
    "symmetric_difference",
    "union",
    "values",
];

/// Builtins, and what they are called elsewhere, whose result is a new container.
const BUILDERS: &[&str] = &[
    "Counter",
    "OrderedDict",
    "bytearray",
    "copy",
    "deepcopy",
    "defaultdict",
    "deque",
    "dict",
    "fromkeys",
    "list",
    "rsplit",
    "set",
    "sorted",
    "split",
    "splitlines",
];

impl<'a> Lowering<'a> {
    /// Whether the value may be a container that this body made.
    pub(super) fn may_be_made(&mut self, id: ValueId) -> bool {
        self.is_built(id) || self.web(id).made().any(|node| self.is_made(node))
    }

    /// Whether the node makes a container whose contents are known.
    pub(super) fn is_made(&self, id: ValueId) -> bool {
        match self.ir.value(id) {
            Value::List(_) | Value::Set(_) | Value::Dict(_) | Value::Comp(_) => true,
            Value::Call { callee, .. } => self.is_builder(callee),
            Value::Binary { left, right, .. } => self.is_built(left) || self.is_built(right),
            Value::Index { of, .. } | Value::Elem { of, .. } => self.is_built(of),
            _ => false,
        }
    }

    /// Whether a call of this makes a new container.
    pub(super) fn is_builder(&self, callee: ValueId) -> bool {
        let name = match self.ir.value(callee) {
            Value::Global { name, .. } | Value::Attr { name, .. } => name,
            Value::Import { name: Some(name), .. } => name,
            _ => return false,
        };
        is_builder_name(self.ir.str(name))
    }

    /// Whether a call of this changes nothing that it is given; `is_of_container` says that it is a
    /// method of a container.
    pub(super) fn is_pure(&mut self, callee: &'a Expr, is_of_container: bool) -> bool {
        match callee {
            Expr::Name(name) => {
                let text = name.id.as_str();
                let sym = self.sym(text);
                PURE.binary_search(&text).is_ok() && !self.frame().scope.slots.contains_key(&sym)
            }
            Expr::Attribute(method) => {
                let name = method.attr.as_str();
                matches!(&*method.value, Expr::StringLiteral(_) | Expr::FString(_))
                    || matches!(name, "join" | "format")
                    || is_of_container && (HARMLESS.contains(&name) || mutator(name).is_some())
            }
            _ => false,
        }
    }

    /// Whether what is called is a function of Python's library that changes nothing that it is given.
    pub(super) fn only_reads(&self, call: ValueId) -> bool {
        let Value::Call { callee, .. } = self.ir.value(call) else { return false };
        // `dict.fromkeys(names)`
        if let Value::Attr { of, name } = self.ir.value(self.ir.bare(callee))
            && let Value::Global { name: class, layers } = self.ir.value(self.ir.bare(of))
            && layers.is_empty()
        {
            return self.ir.str(class) == "dict" && self.ir.str(name) == "fromkeys";
        }
        self.ir.only_reads(callee)
    }
}

pub(super) fn is_other_mutator(callee: &Expr) -> bool {
    match callee {
        Expr::Attribute(method) => OTHER_MUTATORS.contains(&method.attr.as_str()),
        _ => false,
    }
}

/// Whether what is called so makes a new container.
pub(super) fn is_builder_name(name: &str) -> bool {
    BUILDERS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_are_searched_are_sorted() {
        assert!(PURE.is_sorted());
        assert!(BUILDERS.is_sorted());
    }
}
