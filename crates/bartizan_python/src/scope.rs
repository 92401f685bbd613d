//! Which names a body of code binds, found before it is read.

use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{ExceptHandler, Expr, ExprContext, Pattern, Stmt};
use rustc_hash::FxHashSet;

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
    /// Whether functions, lambdas or classes are defined inside.
    pub(crate) has_inner: bool,
    look_for_walrus: bool,
}

impl<'a> Names<'a> {
    /// Collects the names of `body`. `look_for_walrus` says whether expressions must be searched for
    /// `:=`, which costs most and is needed rarely.
    pub(crate) fn of(body: &'a [Stmt], look_for_walrus: bool) -> Self {
        let mut names = Self { look_for_walrus, ..Self::default() };
        names.visit_body(body);
        names
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

    fn expression(&mut self, expr: &'a Expr) {
        if self.look_for_walrus {
            Walruses(self).visit_expr(expr);
        } else if !self.has_inner && matches!(expr, Expr::Lambda(_)) {
            self.has_inner = true;
        }
    }
}

impl<'a> StatementVisitor<'a> for Names<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                self.has_inner = true;
                self.bind(def.name.as_str());
            }
            Stmt::ClassDef(class) => {
                self.has_inner = true;
                self.bind(class.name.as_str());
            }
            Stmt::Assign(assign) => {
                assign.targets.iter().for_each(|target| self.target(target));
                self.expression(&assign.value);
            }
            Stmt::AugAssign(assign) => {
                self.target(&assign.target);
                self.expression(&assign.value);
            }
            Stmt::AnnAssign(assign) => {
                self.target(&assign.target);
                if let Some(value) = &assign.value {
                    self.expression(value);
                }
            }
            Stmt::TypeAlias(alias) => self.target(&alias.name),
            Stmt::For(each) => {
                self.target(&each.target);
                self.expression(&each.iter);
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::While(each) => {
                self.expression(&each.test);
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::If(branch) => {
                self.expression(&branch.test);
                for clause in &branch.elif_else_clauses {
                    if let Some(test) = &clause.test {
                        self.expression(test);
                    }
                }
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::With(with) => {
                for item in &with.items {
                    self.expression(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.target(target);
                    }
                }
                deeper(|| walk_stmt(self, stmt));
            }
            Stmt::Match(chosen) => {
                self.expression(&chosen.subject);
                for case in &chosen.cases {
                    self.pattern(&case.pattern);
                    if let Some(guard) = &case.guard {
                        self.expression(guard);
                    }
                }
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
            Stmt::Return(kept) => {
                if let Some(value) = &kept.value {
                    self.expression(value);
                }
            }
            Stmt::Expr(kept) => self.expression(&kept.value),
            Stmt::Assert(assert) => self.expression(&assert.test),
            Stmt::Raise(raise) => {
                if let Some(exc) = &raise.exc {
                    self.expression(exc);
                }
            }
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }
}

/// Finds `name := value` in expressions; comprehensions bind it in the body around them, lambdas do
/// not.
struct Walruses<'n, 'a>(&'n mut Names<'a>);

impl<'a> Visitor<'a> for Walruses<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Named(named) => {
                self.0.target(&named.target);
                deeper(|| walk_expr(self, expr));
            }
            Expr::Lambda(_) => self.0.has_inner = true,
            _ => deeper(|| walk_expr(self, expr)),
        }
    }
}

/// Names that appear in a loop's body: those that it reads, calls or changes.
pub(crate) struct Mentions<'a>(pub(crate) FxHashSet<&'a str>);

impl<'a> Mentions<'a> {
    pub(crate) fn of(bodies: &[&'a [Stmt]]) -> Self {
        let mut mentions = Self(FxHashSet::default());
        for body in bodies {
            mentions.visit_body(body);
        }
        mentions
    }
}

impl<'a> Visitor<'a> for Mentions<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        deeper(|| ruff_python_ast::visitor::walk_stmt(self, stmt));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            if name.ctx == ExprContext::Load || name.ctx == ExprContext::Del {
                self.0.insert(name.id.as_str());
            }
        } else {
            deeper(|| walk_expr(self, expr));
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

/// The names that an expression reads.
pub(crate) fn names_in(expr: &Expr) -> Vec<&str> {
    struct Reads<'a>(Vec<&'a str>);
    impl<'a> Visitor<'a> for Reads<'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Name(name) => {
                    if !self.0.contains(&name.id.as_str()) {
                        self.0.push(name.id.as_str());
                    }
                }
                _ => deeper(|| walk_expr(self, expr)),
            }
        }
    }
    let mut reads = Reads(Vec::new());
    reads.visit_expr(expr);
    reads.0
}
