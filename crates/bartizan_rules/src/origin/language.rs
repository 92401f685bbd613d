//! What Python's own text and containers do with what they are given.

use bartizan_ir::{Value, ValueId};

use crate::FileView;

/// Methods of text and of containers whose result consists of the receiver and the arguments.
pub(super) const PASSES_ON: &[&str] = &[
    "strip",
    "lstrip",
    "rstrip",
    "lower",
    "upper",
    "title",
    "capitalize",
    "casefold",
    "swapcase",
    "replace",
    "encode",
    "decode",
    "format",
    "format_map",
    "expandtabs",
    "zfill",
    "center",
    "ljust",
    "rjust",
    "removeprefix",
    "removesuffix",
    "split",
    "rsplit",
    "splitlines",
    "partition",
    "rpartition",
    "translate",
    "get",
    "pop",
    "setdefault",
    "keys",
    "values",
    "items",
    "copy",
    "read",
    "readline",
    "readlines",
    "getlist",
    "dict",
    "lists",
    "union",
    "intersection",
    "difference",
];

/// Builtins that give back what they are given, in another form or order.
pub(super) const GATHERS: &[&str] = &[
    "str",
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "sorted",
    "reversed",
    "iter",
    "next",
    "enumerate",
    "zip",
    "repr",
    "ascii",
    "format",
    "bytes",
    "min",
    "max",
    "sum",
    "filter",
];

/// Whether a conversion or format specification takes numbers alone: `%d`, `{x:.2f}`.
pub(crate) fn is_numeric(view: &FileView<'_>, conversion: u8, spec: Option<ValueId>) -> bool {
    if matches!(conversion, b'd' | b'i' | b'u' | b'x' | b'X' | b'o' | b'f' | b'F' | b'e' | b'g') {
        return true;
    }
    let ir = view.ir();
    let Some(Value::Str(spec)) = spec.map(|spec| ir.value(spec)) else { return false };
    matches!(
        ir.str(spec).as_bytes().last(),
        Some(
            b'd' | b'x'
                | b'X'
                | b'o'
                | b'b'
                | b'f'
                | b'F'
                | b'e'
                | b'E'
                | b'g'
                | b'G'
                | b'%'
                | b'n'
        )
    )
}
