//! Code that may write names of the module without saying which: functions that reach for
//! `globals()`, and what calls them.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use crate::scope::deeper;

/// Nesting beyond which code is not searched: it is not lowered either.
const DEEPEST: u32 = 1_000;

/// Words of which one stands in all code that reaches for the namespace of a module.
const REACH: &[&str] = &["globals", "locals", "vars", "modules", "__dict__"];

/// Words of which one stands in every loop that may write to it, beside names that are found.
const IN_LOOPS: &[&str] = &[
    "globals",
    "locals",
    "vars",
    "modules",
    "__dict__",
    "exec",
    "setattr",
    "include",
    "DjangoDynaconf",
];

/// What only reads a namespace that it is given.
const READ: &[&str] = &[
    "all",
    "any",
    "bool",
    "dict",
    "enumerate",
    "filter",
    "frozenset",
    "id",
    "isinstance",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "print",
    "repr",
    "set",
    "sorted",
    "str",
    "tuple",
    "type",
    "zip",
];

/// Whether this builtin function only reads a namespace that it is given.
pub(super) fn only_reads(function: &str) -> bool {
    READ.contains(&function)
}

/// Names of a file by which its namespace may be written to.
#[derive(Debug, Default)]
pub(super) struct Writers {
    /// Whether anything in the file may reach for the namespace.
    is_reached: bool,
    /// Names that stand for the namespace, or for the module itself.
    handles: FxHashSet<String>,
    /// Functions and classes whose code may write to it, and what holds them.
    functions: FxHashSet<String>,
    /// The names that their code writes, where it says which.
    names: FxHashSet<String>,
    /// Whether it may write any.
    any_name: bool,
}

impl Writers {
    /// Looks for them.
    pub(super) fn of(source: &str, body: &[Stmt]) -> Self {
        let mut found = Self::default();
        if !has_word(source, REACH.iter().copied()) {
            return found;
        }
        found.is_reached = true;
        // What one definition finds, another may use that stands above it.
        for _ in 0..4 {
            let known = found.handles.len() + found.functions.len();
            let mut search = Search { source, found, depth: 0 };
            search.visit_body(body);
            found = search.found;
            if found.handles.len() + found.functions.len() == known {
                break;
            }
        }
        found
    }

    /// Functions, classes and what holds them, sorted.
    pub(super) fn functions(&self) -> Vec<&str> {
        sorted(&self.functions)
    }

    /// The names that they write, sorted; `None` where these may be any.
    pub(super) fn names(&self) -> Option<Vec<&str>> {
        (!self.any_name).then(|| sorted(&self.names))
    }

    /// Whether there are functions that write.
    pub(super) fn has_functions(&self) -> bool {
        !self.functions.is_empty()
    }

    /// Whether code may write to the namespace that stands in a loop.
    pub(super) fn may_write_in_loop(&self, code: &str) -> bool {
        let found = self.handles.iter().chain(&self.functions).map(String::as_str);
        has_word(code, IN_LOOPS.iter().copied().chain(found)) || has_star_import(code)
    }

    /// Whether code names a function that writes.
    pub(super) fn names_writer(&self, code: &str) -> bool {
        self.has_functions() && has_word(code, self.functions.iter().map(String::as_str))
    }

    /// Whether an expression has a lambda in it that writes.
    pub(super) fn has_writing_lambda(&self, expr: &Expr, code: &str) -> bool {
        if !self.is_reached || !has_word(code, ["lambda"]) || !self.reaches(code) {
            return false;
        }
        let mut lambdas = Lambdas { writers: self, found: false, depth: 0 };
        lambdas.visit_expr(expr);
        lambdas.found
    }

    fn reaches(&self, code: &str) -> bool {
        let handles = self.handles.iter().map(String::as_str);
        has_word(code, REACH.iter().copied().chain(handles))
    }

    /// Whether an expression is the namespace of the module or the module itself, in a function.
    fn is_handle(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(name) => self.handles.contains(name.id.as_str()),
            Expr::Call(call) => match &*call.func {
                Expr::Name(name) if name.id == "globals" => call.arguments.is_empty(),
                Expr::Attribute(of) if of.attr.as_str() == "globals" => call.arguments.is_empty(),
                Expr::Name(name) if name.id == "vars" => {
                    matches!(&*call.arguments.args, [of] if self.is_handle(of))
                }
                _ => false,
            },
            Expr::Attribute(of) if of.attr.as_str() == "__dict__" => self.is_handle(&of.value),
            Expr::Subscript(of) => {
                let is_modules = match &*of.value {
                    Expr::Attribute(of) => of.attr.as_str() == "modules",
                    Expr::Name(name) => name.id == "modules",
                    _ => false,
                };
                is_modules && matches!(&*of.slice, Expr::Name(name) if name.id == "__name__")
            }
            _ => false,
        }
    }
}

fn sorted(words: &FxHashSet<String>) -> Vec<&str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words
}

/// Whether one of the words stands in the text, as a word.
fn has_word<'w>(text: &str, words: impl IntoIterator<Item = &'w str>) -> bool {
    let bytes = text.as_bytes();
    let is_part = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
    };
    words.into_iter().any(|word| {
        memchr::memmem::find_iter(bytes, word.as_bytes()).any(|at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            !is_part(before) && !is_part(bytes.get(at + word.len()))
        })
    })
}

/// Whether the text takes over all names of another module.
fn has_star_import(text: &str) -> bool {
    let mut parts = text.split("import");
    parts.next();
    parts.any(|after| after.trim_start_matches([' ', '\t', '\\', '\n', '\r']).starts_with('*'))
}

/// Goes through the code of a module.
struct Search<'s> {
    source: &'s str,
    found: Writers,
    depth: u32,
}

impl Search<'_> {
    fn is_written_by(&mut self, walk: impl FnOnce(&mut Uses<'_>)) -> bool {
        let mut uses = Uses::of(&self.found, 0);
        walk(&mut uses);
        let Uses { writes, names, any_name, .. } = uses;
        self.found.names.extend(names);
        self.found.any_name |= any_name;
        writes
    }

    /// What is bound to `value` by a name.
    fn bound(&mut self, target: &Expr, value: &Expr) {
        let Expr::Name(name) = target else { return };
        let code = &self.source[value.range()];
        let is_namespace = |value: &Expr| {
            matches!(value, Expr::Call(call) if call.arguments.is_empty()
                && matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "locals" | "vars")))
        };
        if self.found.is_handle(value) || is_namespace(value) {
            self.found.handles.insert(name.id.to_string());
        } else if self.found.names_writer(code) {
            self.found.functions.insert(name.id.to_string());
        } else if self.found.has_writing_lambda(value, code) {
            self.found.functions.insert(name.id.to_string());
            self.found.any_name = true;
        }
    }
}

impl<'a> Visitor<'a> for Search<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let code = &self.source[stmt.range()];
        match stmt {
            Stmt::FunctionDef(def) => {
                let is_writer = self.found.names_writer(code)
                    || self.found.reaches(code) && self.is_written_by(|uses| walk_stmt(uses, stmt));
                if is_writer {
                    self.found.functions.insert(def.name.to_string());
                }
            }
            Stmt::ClassDef(class) => {
                let is_writer = self.found.names_writer(code)
                    || self.found.reaches(code) && self.is_written_by(|uses| walk_stmt(uses, stmt));
                if is_writer {
                    self.found.functions.insert(class.name.to_string());
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.bound(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.bound(&assign.target, value);
                }
            }
            _ if self.depth < DEEPEST => {
                self.depth += 1;
                deeper(|| walk_stmt(self, stmt));
                self.depth -= 1;
            }
            _ => {}
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Named(named) = expr {
            self.bound(&named.target, &named.value);
        }
    }
}

/// Looks for uses of the namespace that are more than reading.
struct Uses<'w> {
    writers: &'w Writers,
    writes: bool,
    /// The names that are written, where the code says which.
    names: Vec<String>,
    any_name: bool,
    depth: u32,
}

impl<'w> Uses<'w> {
    fn of(writers: &'w Writers, depth: u32) -> Self {
        Self { writers, writes: false, names: Vec::new(), any_name: false, depth }
    }

    fn write(&mut self, name: Option<&str>) {
        self.writes = true;
        match name {
            Some(name) => self.names.push(name.to_owned()),
            None => self.any_name = true,
        }
    }

    /// A method that writes to the namespace, and the names that it writes.
    fn call_on_namespace(&mut self, method: &str, arguments: &ast::Arguments) {
        let first = arguments.args.first().and_then(|first| first.as_string_literal_expr());
        match (method, first) {
            ("setdefault" | "pop" | "__setitem__" | "__delitem__", Some(name)) => {
                self.write(Some(name.value.to_str()));
            }
            ("update", None) if arguments.args.is_empty() => {
                for keyword in &arguments.keywords {
                    self.write(keyword.arg.as_ref().map(|name| name.as_str()));
                }
            }
            _ => self.write(None),
        }
    }
}

impl<'a> Visitor<'a> for Uses<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.depth < DEEPEST {
            self.depth += 1;
            deeper(|| walk_stmt(self, stmt));
            self.depth -= 1;
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth >= DEEPEST {
            return;
        }
        let writers = self.writers;
        self.depth += 1;
        match expr {
            _ if writers.is_handle(expr) => self.write(None),
            Expr::Subscript(of) if of.ctx != ExprContext::Load && writers.is_handle(&of.value) => {
                let name = of.slice.as_string_literal_expr().map(|name| name.value.to_str());
                self.write(name);
                self.visit_expr(&of.slice);
            }
            Expr::Attribute(of) if of.ctx != ExprContext::Load && writers.is_handle(&of.value) => {
                self.write(Some(of.attr.as_str()));
            }
            Expr::Subscript(of) if of.ctx == ExprContext::Load && writers.is_handle(&of.value) => {
                self.visit_expr(&of.slice);
            }
            Expr::Attribute(of)
                if of.ctx == ExprContext::Load
                    && writers.is_handle(&of.value)
                    && !is_method_that_writes(of.attr.as_str()) => {}
            Expr::Compare(compare) => {
                self.visit_expr(&compare.left);
                for side in &compare.comparators {
                    if !writers.is_handle(side) {
                        self.visit_expr(side);
                    }
                }
            }
            Expr::Call(call) => {
                // Of a module `getattr` reads a name; of its namespace it may get what writes.
                let only_reads = match &*call.func {
                    Expr::Name(name) => {
                        let name = name.id.as_str();
                        only_reads(name) || matches!(name, "getattr" | "hasattr")
                    }
                    _ => false,
                };
                match &*call.func {
                    Expr::Attribute(of)
                        if writers.is_handle(&of.value) && is_method_that_writes(&of.attr) =>
                    {
                        self.call_on_namespace(&of.attr, &call.arguments);
                    }
                    func => self.visit_expr(func),
                }
                for arg in &call.arguments.args {
                    if !(only_reads && writers.is_handle(arg)) {
                        self.visit_expr(arg);
                    }
                }
                for keyword in &call.arguments.keywords {
                    if !(keyword.arg.is_none() && writers.is_handle(&keyword.value)) {
                        self.visit_expr(&keyword.value);
                    }
                }
            }
            _ => deeper(|| walk_expr(self, expr)),
        }
        self.depth -= 1;
    }
}

fn is_method_that_writes(name: &str) -> bool {
    matches!(
        name,
        "update"
            | "setdefault"
            | "pop"
            | "popitem"
            | "clear"
            | "__setitem__"
            | "__delitem__"
            | "__ior__"
            | "__dict__"
    )
}

/// Looks for lambdas that write.
struct Lambdas<'w> {
    writers: &'w Writers,
    found: bool,
    depth: u32,
}

impl<'a> Visitor<'a> for Lambdas<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth >= DEEPEST || self.found {
            return;
        }
        self.depth += 1;
        if let Expr::Lambda(ast::ExprLambda { body, .. }) = expr {
            let mut uses = Uses::of(self.writers, self.depth);
            uses.visit_expr(body);
            self.found |= uses.writes;
        } else {
            deeper(|| walk_expr(self, expr));
        }
        self.depth -= 1;
    }
}
