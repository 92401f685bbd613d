//! Names that Python finds although no module binds them, and functions of its library.

use crate::{FileIr, Value, ValueId};

/// Whether `name` is bound in every module: a function, class, exception or constant of Python 3.14.
pub fn is_builtin(name: &str) -> bool {
    BUILTINS.binary_search(&name).is_ok()
}

/// Whether a module itself binds `name` before its first line runs.
pub fn is_module_name(name: &str) -> bool {
    MODULE_NAMES.binary_search(&name).is_ok()
}

/// Attributes of attributes that are followed to a module.
const DEEPEST: usize = 4;

impl FileIr {
    /// Whether what is called is known to leave its arguments alone, and to hand nothing of them to
    /// anybody who would not: by what it is imported as, or as a method of a logger.
    pub fn only_reads(&self, callee: ValueId) -> bool {
        match self.value(self.bare(callee)) {
            Value::Import { module, name: Some(name), level: 0 } => {
                only_reads(self.str(module), self.str(name))
            }
            Value::Attr { of, name } => match self.dotted(of, DEEPEST) {
                Some(of) => only_reads(&of, self.str(name)),
                // `logging.getLogger(__name__).info("%s", apps)`
                None => match self.value(self.bare(of)) {
                    Value::Call { callee, .. } => {
                        is_logging(self.str(name))
                            && self.dotted(callee, DEEPEST).as_deref() == Some("logging.getLogger")
                    }
                    _ => false,
                },
            },
            _ => false,
        }
    }

    /// The dotted name of a module outside the project, or of what lies in one.
    fn dotted(&self, of: ValueId, deepest: usize) -> Option<String> {
        match self.value(self.bare(of)) {
            Value::Import { module, name: None, level: 0 } => Some(self.str(module).to_owned()),
            Value::Import { module, name: Some(name), level: 0 } => {
                Some(format!("{}.{}", self.str(module), self.str(name)))
            }
            Value::Attr { of, name } if deepest > 0 => {
                Some(format!("{}.{}", self.dotted(of, deepest - 1)?, self.str(name)))
            }
            _ => None,
        }
    }
}

/// Whether a function of `logging`, or a method of a logger, of this name writes a line of a log.
pub fn is_logging(name: &str) -> bool {
    matches!(name, "critical" | "debug" | "error" | "exception" | "info" | "log" | "warning")
}

/// The same of a function by the module, or the class in it, and its name there.
pub fn only_reads(of: &str, name: &str) -> bool {
    of == "logging" && is_logging(name)
        || matches!(
            (of, name),
            ("collections.OrderedDict", "fromkeys")
                | ("copy", "copy" | "deepcopy")
                | ("dataclasses", "asdict" | "replace")
                | (
                    "itertools",
                    "chain" | "cycle" | "islice" | "product" | "repeat" | "zip_longest"
                )
                | ("itertools.chain", "from_iterable")
                | ("json", "dumps")
                // It works on copies.
                | ("logging.config", "dictConfig")
                | ("pprint", "pprint")
                | ("sentry_sdk", "init")
                | ("warnings", "warn")
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
