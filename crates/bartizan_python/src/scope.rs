//! Which names a body of code binds, found before it is read.

use std::rc::Rc;

use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use ruff_python_ast::visitor::{
    Visitor, walk_expr, walk_interpolated_string_element, walk_pattern,
};
use ruff_python_ast::{
    ExceptHandler, Expr, ExprCall, ExprContext, InterpolatedStringElement, Pattern, Stmt,
};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

/// Nesting beyond which expressions are not searched: they are not lowered either.
const DEEPEST: u32 = 1_000;

/// Descents of a [`Visitor`] with a `depth`, on fresh stack and no deeper than is followed.
macro_rules! guarded_descents {
    ($lifetime:lifetime) => {
        fn visit_pattern(&mut self, pattern: &$lifetime Pattern) {
            if self.depth < DEEPEST {
                self.depth += 1;
                deeper(|| walk_pattern(self, pattern));
                self.depth -= 1;
            }
        }

        fn visit_interpolated_string_element(
            &mut self,
            element: &$lifetime InterpolatedStringElement,
        ) {
            if self.depth < DEEPEST {
                self.depth += 1;
                deeper(|| walk_interpolated_string_element(self, element));
                self.depth -= 1;
            }
        }
    };
}

/// Where `:=` is written in a file: expressions need not be searched for it where there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walruses(Option<Rc<[u32]>>);

impl Walruses {
    /// Looks for them; what is found may be part of a text or of a slice.
    pub(crate) fn of(source: &str) -> Self {
        let found: Rc<[u32]> =
            memchr::memmem::find_iter(source.as_bytes(), b":=").map(|at| at as u32).collect();
        Self((!found.is_empty()).then_some(found))
    }

    fn are_in(&self, range: TextRange) -> bool {
        let Some(places) = &self.0 else { return false };
        let next = places.partition_point(|at| *at < range.start().to_u32());
        places.get(next).is_some_and(|at| *at < range.end().to_u32())
    }
}

/// The names that a body binds, by how it binds them.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    /// Bound here, in order of first appearance.
    pub(crate) bound: Vec<&'a str>,
    seen: FxHashSet<&'a str>,
    /// Declared `global`.
    pub(crate) global: FxHashSet<&'a str>,
    /// Declared `nonlocal`.
    pub(crate) nonlocal: FxHashSet<&'a str>,
    /// Whether functions or classes are defined inside.
    pub(crate) has_inner: bool,
    walruses: Walruses,
}

impl<'a> Names<'a> {
    /// Collects the names of `body`.
    pub(crate) fn of(body: &'a [Stmt], walruses: &Walruses) -> Self {
        let mut names = Self { walruses: walruses.clone(), ..Self::default() };
        names.visit_body(body);
        names
    }

    /// Collects the names that the body of a lambda binds.
    pub(crate) fn of_expression(body: &'a Expr, walruses: &Walruses) -> Self {
        let mut names = Self { walruses: walruses.clone(), ..Self::default() };
        names.expression(body);
        names
    }

    /// Whether the body binds `name`.
    pub(crate) fn binds(&self, name: &str) -> bool {
        self.seen.contains(name)
    }

    pub(crate) fn bind(&mut self, name: &'a str) {
        if self.seen.insert(name) {
            self.bound.push(name);
        }
    }

    /// The names that a target binds: a name, or a display of targets.
    pub(crate) fn target(&mut self, target: &'a Expr) {
        let mut left = vec![target];
        while let Some(target) = left.pop() {
            match target {
                Expr::Name(name) => self.bind(name.id.as_str()),
                Expr::Tuple(tuple) => left.extend(tuple.elts.iter().rev()),
                Expr::List(list) => left.extend(list.elts.iter().rev()),
                Expr::Starred(starred) => left.push(&starred.value),
                _ => {}
            }
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        let mut left = vec![pattern];
        while let Some(pattern) = left.pop() {
            match pattern {
                Pattern::MatchSequence(sequence) => left.extend(sequence.patterns.iter().rev()),
                Pattern::MatchMapping(mapping) => {
                    left.extend(mapping.patterns.iter().rev());
                    if let Some(rest) = &mapping.rest {
                        self.bind(rest.as_str());
                    }
                }
                Pattern::MatchClass(class) => {
                    left.extend(
                        class.arguments.keywords.iter().rev().map(|keyword| &keyword.pattern),
                    );
                    left.extend(class.arguments.patterns.iter().rev());
                }
                Pattern::MatchStar(star) => {
                    if let Some(name) = &star.name {
                        self.bind(name.as_str());
                    }
                }
                Pattern::MatchAs(bound) => {
                    if let Some(name) = &bound.name {
                        self.bind(name.as_str());
                    }
                    left.extend(bound.pattern.as_deref());
                }
                Pattern::MatchOr(or) => left.extend(or.patterns.iter().rev()),
                Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
            }
        }
    }

    /// The names that `:=` binds anywhere in an expression.
    pub(crate) fn expression(&mut self, expr: &'a Expr) {
        if self.walruses.are_in(expr.range()) {
            WalrusSearch { names: self, depth: 0 }.visit_expr(expr);
        }
    }
}

impl<'a> StatementVisitor<'a> for Names<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.walruses.are_in(stmt.range()) {
            // Decorators, defaults and bases are evaluated here as well.
            ruff_python_ast::visitor::walk_stmt(&mut WalrusSearch { names: self, depth: 0 }, stmt);
        }
        match stmt {
            Stmt::FunctionDef(def) => {
                self.has_inner = true;
                self.bind(def.name.as_str());
            }
            Stmt::ClassDef(class) => {
                self.has_inner = true;
                self.bind(class.name.as_str());
            }
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.target(target)),
            Stmt::AugAssign(assign) => self.target(&assign.target),
            Stmt::AnnAssign(assign) => self.target(&assign.target),
            Stmt::TypeAlias(alias) => self.target(&alias.name),
            Stmt::For(each) => {
                self.target(&each.target);
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::While(_) | Stmt::If(_) => deeper(|| walk_stmt(self, stmt)),
            Stmt::With(with) => {
                for target in with.items.iter().filter_map(|item| item.optional_vars.as_deref()) {
                    self.target(target);
                }
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::Match(chosen) => {
                chosen.cases.iter().for_each(|case| self.pattern(&case.pattern));
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::Try(tried) => {
                for handler in &tried.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    if let Some(name) = &handler.name {
                        self.bind(name.as_str());
                    }
                }
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.bind(name.split('.').next().unwrap_or(name));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    if name != "*" {
                        self.bind(name);
                    }
                }
            }
            Stmt::Global(global) => {
                self.global.extend(global.names.iter().map(|name| name.as_str()));
            }
            Stmt::Nonlocal(nonlocal) => {
                self.nonlocal.extend(nonlocal.names.iter().map(|name| name.as_str()));
            }
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.target(target)),
            Stmt::Return(_)
            | Stmt::Expr(_)
            | Stmt::Assert(_)
            | Stmt::Raise(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => {}
        }
    }
}

/// Finds `name := value` in the expressions of one statement; comprehensions bind it in the body
/// around them, lambdas do not.
struct WalrusSearch<'n, 'a> {
    names: &'n mut Names<'a>,
    depth: u32,
}

impl<'a> Visitor<'a> for WalrusSearch<'_, 'a> {
    guarded_descents!('a);

    /// The statements inside have their own turn.
    fn visit_stmt(&mut self, _: &'a Stmt) {}

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Named(named) = expr {
            self.names.target(&named.target);
        }
        if let Expr::Lambda(lambda) = expr {
            if let Some(parameters) = &lambda.parameters {
                self.visit_parameters(parameters);
            }
            return;
        }
        if self.depth < DEEPEST {
            self.depth += 1;
            deeper(|| walk_expr(self, expr));
            self.depth -= 1;
        }
    }
}

/// Names that appear in a loop's body: those that it reads, calls or changes.
#[derive(Default)]
pub(crate) struct Mentions<'a> {
    pub(crate) names: FxHashSet<&'a str>,
    depth: u32,
}

impl<'a> Mentions<'a> {
    pub(crate) fn of(body: &'a [Stmt]) -> Self {
        let mut mentions = Self::default();
        mentions.visit_body(body);
        mentions
    }
}

impl<'a> Visitor<'a> for Mentions<'a> {
    guarded_descents!('a);

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        deeper(|| ruff_python_ast::visitor::walk_stmt(self, stmt));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            if name.ctx == ExprContext::Load || name.ctx == ExprContext::Del {
                self.names.insert(name.id.as_str());
            }
        } else if self.depth < DEEPEST {
            self.depth += 1;
            deeper(|| walk_expr(self, expr));
            self.depth -= 1;
        }
    }
}

/// What the rounds of a comprehension do to the variables around it.
#[derive(Default)]
pub(crate) struct Rounds<'a> {
    /// All calls in it.
    pub(crate) calls: Vec<&'a ExprCall>,
    /// Names that `:=` binds.
    pub(crate) bound: Vec<&'a str>,
    depth: u32,
}

impl<'a> Visitor<'a> for Rounds<'a> {
    guarded_descents!('a);

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => self.calls.push(call),
            Expr::Named(named) => {
                if let Expr::Name(name) = &*named.target {
                    self.bound.push(name.id.as_str());
                }
            }
            Expr::Lambda(_) => return,
            _ => {}
        }
        if self.depth < DEEPEST {
            self.depth += 1;
            deeper(|| walk_expr(self, expr));
            self.depth -= 1;
        }
    }
}

/// All names that any function of the file declares `global`, and all that any declares `nonlocal`.
#[derive(Default)]
pub(crate) struct Declared<'a> {
    pub(crate) global: FxHashSet<&'a str>,
    pub(crate) nonlocal: FxHashSet<&'a str>,
}

impl<'a> StatementVisitor<'a> for Declared<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Global(global) => self.global.extend(global.names.iter().map(|n| n.as_str())),
            Stmt::Nonlocal(nonlocal) => {
                self.nonlocal.extend(nonlocal.names.iter().map(|n| n.as_str()));
            }
            _ => deeper(|| walk_stmt(self, stmt)),
        }
    }
}

/// Runs `step` on fresh stack when the present one runs low, so that hostile nesting ends in a
/// problem and never in a crash.
pub(crate) fn deeper<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, step)
}

/// The names that an expression reads, in order of first appearance.
pub(crate) fn names_in(expr: &Expr) -> Vec<&str> {
    #[derive(Default)]
    struct Reads<'a> {
        names: Vec<&'a str>,
        seen: FxHashSet<&'a str>,
        depth: u32,
    }
    impl<'a> Visitor<'a> for Reads<'a> {
        guarded_descents!('a);

        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Name(name) if self.seen.insert(name.id.as_str()) => {
                    self.names.push(name.id.as_str());
                }
                _ if self.depth < DEEPEST => {
                    self.depth += 1;
                    deeper(|| walk_expr(self, expr));
                    self.depth -= 1;
                }
                _ => {}
            }
        }
    }
    let mut reads = Reads::default();
    reads.visit_expr(expr);
    reads.names
}
