//! What every Python program finds without importing it, and the names of the standard library.

/// Whether `name` is bound in every module: a builtin function, class, exception or constant, of
/// Python 2 too.
pub(crate) fn is_builtin(name: &str) -> bool {
    bartizan_ir::is_builtin(name) || name == "unicode"
}

/// Whether the module itself binds `name` before its first line runs.
pub(crate) fn is_module_attribute(name: &str) -> bool {
    bartizan_ir::is_module_name(name)
        || matches!(
            name,
            "__dict__"
                | "__annotations__"
                | "__cached__"
                | "__class__"
                | "__module__"
                | "__qualname__"
        )
}

/// Whether `name` is a top-level module of the standard library.
pub(crate) fn is_standard_module(name: &str) -> bool {
    STANDARD_MODULES.binary_search(&name).is_ok()
}

/// Whether a builtin of this name is a class whose name does not look like one.
pub(crate) fn is_builtin_class(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "bytearray"
            | "bytes"
            | "complex"
            | "dict"
            | "enumerate"
            | "filter"
            | "float"
            | "frozenset"
            | "int"
            | "list"
            | "map"
            | "memoryview"
            | "object"
            | "range"
            | "reversed"
            | "set"
            | "slice"
            | "str"
            | "tuple"
            | "zip"
    )
}

/// Whether a name is written as classes are: `HttpResponse`, not `HTTP_404` or `render`.
pub(crate) fn looks_like_class(name: &str) -> bool {
    let bare = name.trim_start_matches('_');
    bare.starts_with(char::is_uppercase) && bare.contains(char::is_lowercase) && !bare.contains('_')
}

/// Whether a class is called like those whose instances stand in the body of another class and
/// give way to what they describe: `CharField`, `ForeignKey`, `Column`, `AliasDescriptor`.
pub(crate) fn looks_like_descriptor(name: &str) -> bool {
    ["Field", "Key", "Column", "Descriptor", "Relation", "Property"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

#[rustfmt::skip]
const STANDARD_MODULES: &[&str] = &[
    "__future__", "_thread", "abc", "aifc", "argparse", "array", "ast", "asynchat", "asyncio",
    "asyncore", "atexit", "audioop", "base64", "bdb", "binascii", "bisect", "builtins", "bz2",
    "cProfile", "calendar", "cgi", "cgitb", "chunk", "cmath", "cmd", "code", "codecs", "codeop",
    "collections", "colorsys", "compileall", "compression", "concurrent", "configparser",
    "contextlib", "contextvars", "copy", "copyreg", "crypt", "csv", "ctypes", "curses",
    "dataclasses", "datetime", "dbm", "decimal", "difflib", "dis", "distutils", "doctest", "email",
    "encodings", "ensurepip", "enum", "errno", "faulthandler", "fcntl", "filecmp", "fileinput",
    "fnmatch", "fractions", "ftplib", "functools", "gc", "getopt", "getpass", "gettext", "glob",
    "graphlib", "grp", "gzip", "hashlib", "heapq", "hmac", "html", "http", "idlelib", "imaplib",
    "imghdr", "imp", "importlib", "inspect", "io", "ipaddress", "itertools", "json", "keyword",
    "lib2to3", "linecache", "locale", "logging", "lzma", "mailbox", "mailcap", "marshal", "math",
    "mimetypes", "mmap", "modulefinder", "msilib", "msvcrt", "multiprocessing", "netrc", "nis",
    "nntplib", "ntpath", "numbers", "operator", "optparse", "os", "ossaudiodev", "pathlib", "pdb",
    "pickle", "pickletools", "pipes", "pkgutil", "platform", "plistlib", "poplib", "posix",
    "posixpath", "pprint", "profile", "pstats", "pty", "pwd", "py_compile", "pyclbr", "pydoc",
    "queue", "quopri", "random", "re", "readline", "reprlib", "resource", "rlcompleter", "runpy",
    "sched", "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site",
    "smtpd", "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3", "ssl", "stat",
    "statistics", "string", "stringprep", "struct", "subprocess", "sunau", "symtable", "sys",
    "sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib", "tempfile", "termios", "textwrap",
    "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib", "trace", "traceback",
    "tracemalloc", "tty", "turtle", "types", "typing", "unicodedata", "unittest", "urllib", "uu",
    "uuid", "venv", "warnings", "wave", "weakref", "webbrowser", "winreg", "winsound", "wsgiref",
    "xdrlib", "xml", "xmlrpc", "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(STANDARD_MODULES.is_sorted());
        assert!(is_builtin("eval") && !is_builtin("render"));
        assert!(is_standard_module("subprocess") && !is_standard_module("django"));
    }

    #[test]
    fn classes_are_told_by_their_look() {
        assert!(looks_like_class("HttpResponse") && looks_like_class("_Base"));
        for other in ["HTTP_404", "URL", "render", "Http_thing", ""] {
            assert!(!looks_like_class(other), "{other}");
        }
    }
}
