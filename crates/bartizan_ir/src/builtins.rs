//! Names that Python finds although no module binds them.

/// Whether `name` is bound in every module: a function, class, exception or constant of Python 3.14.
pub fn is_builtin(name: &str) -> bool {
    BUILTINS.binary_search(&name).is_ok()
}

/// Whether a module itself binds `name` before its first line runs.
pub fn is_module_name(name: &str) -> bool {
    MODULE_NAMES.binary_search(&name).is_ok()
}

/// Whether a function leaves its arguments alone, and hands nothing of them to anybody who would not.
/// It is told by the module, or the class in it, and its name there.
pub fn only_reads(of: &str, name: &str) -> bool {
    matches!(
        (of, name),
        ("collections.OrderedDict", "fromkeys")
            | ("copy", "copy" | "deepcopy")
            | ("dataclasses", "asdict" | "replace")
            | ("itertools", "chain" | "cycle" | "islice" | "product" | "repeat" | "zip_longest")
            | ("itertools.chain", "from_iterable")
            | ("json", "dumps")
            | ("pprint", "pprint")
            | ("sentry_sdk", "init")
    )
}

#[rustfmt::skip]
const BUILTINS: &[&str] = &[
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup",
    "BlockingIOError", "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError",
    "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError",
    "DeprecationWarning", "EOFError", "Ellipsis", "EncodingWarning", "EnvironmentError",
    "Exception", "ExceptionGroup", "False", "FileExistsError", "FileNotFoundError",
    "FloatingPointError", "FutureWarning", "GeneratorExit", "IOError", "ImportError",
    "ImportWarning", "IndentationError", "IndexError", "InterruptedError", "IsADirectoryError",
    "KeyError", "KeyboardInterrupt", "LookupError", "MemoryError", "ModuleNotFoundError",
    "NameError", "None", "NotADirectoryError", "NotImplemented", "NotImplementedError", "OSError",
    "OverflowError", "PendingDeprecationWarning", "PermissionError", "ProcessLookupError",
    "PythonFinalizationError", "RecursionError", "ReferenceError", "ResourceWarning",
    "RuntimeError", "RuntimeWarning", "StopAsyncIteration", "StopIteration", "SyntaxError",
    "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError", "True", "TypeError",
    "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError",
    "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError", "Warning",
    "ZeroDivisionError", "_IncompleteInputError", "__build_class__", "__import__", "abs", "aiter",
    "all", "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable",
    "chr", "classmethod", "compile", "complex", "copyright", "credits", "delattr", "dict", "dir",
    "divmod", "enumerate", "eval", "exec", "exit", "filter", "float", "format", "frozenset",
    "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance",
    "issubclass", "iter", "len", "license", "list", "locals", "map", "max", "memoryview", "min",
    "next", "object", "oct", "open", "ord", "pow", "print", "property", "quit", "range", "repr",
    "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum",
    "super", "tuple", "type", "vars", "zip",
];

#[rustfmt::skip]
const MODULE_NAMES: &[&str] = &[
    "__builtins__", "__debug__", "__doc__", "__file__", "__loader__", "__name__", "__package__",
    "__path__", "__spec__",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(BUILTINS.is_sorted() && MODULE_NAMES.is_sorted());
        assert!(is_builtin("print") && !is_builtin("unicode") && is_module_name("__file__"));
    }
}
