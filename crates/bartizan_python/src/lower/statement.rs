//! Statements.

use bartizan_base::Span;
use bartizan_ir::{ArgKind, EffectKind, FunctionKind, Item, Opaque, Path, Value, ValueId, Why};
use ruff_python_ast::{self as ast, ElifElseClause, Expr, Stmt};
use ruff_text_size::Ranged;

use super::frame::{Branch, Exit, LoopFrame};
use super::{Lowering, span};
use crate::scope::deeper;

impl<'a> Lowering<'a> {
    pub(super) fn suite(&mut self, body: &'a [Stmt]) {
        for (index, stmt) in body.iter().enumerate() {
            self.statement(stmt, index + 1 < body.len());
        }
    }

    fn statement(&mut self, stmt: &'a Stmt, is_followed: bool) {
        let at = span(stmt.range());
        if self.is_spent(at) {
            return;
        }
        self.statement_start = self.ir.values.len();
        let writes = match self.is_module_level() && self.writers.has_functions() {
            true => self.writes_by(stmt),
            false => (false, false),
        };
        if writes.0 {
            self.note_any_name_at(at);
        }
        self.below(at, |this| this.inner_statement(stmt, at, is_followed));
        if writes.1 {
            self.note_any_name_at(at);
        }
    }

    /// `name: type` in the body of a class, which the class itself does not keep for itself.
    fn note_field(&mut self, assign: &ast::StmtAnnAssign) {
        let Expr::Name(name) = &*assign.target else { return };
        let is_of_class = span(assign.annotation.range()).slice(self.source).contains("ClassVar");
        if !is_of_class && matches!(self.frame().kind, FunctionKind::ClassBody(_)) {
            let name = self.sym(name.id.as_str());
            self.frame().fields.push(name);
        }
    }

    fn inner_statement(&mut self, stmt: &'a Stmt, at: Span, is_followed: bool) {
        match stmt {
            Stmt::Expr(kept) => {
                let value = self.expr(&kept.value);
                if !matches!(*kept.value, Expr::Call(_)) {
                    self.effect(EffectKind::Evaluate(value), at);
                }
            }
            Stmt::Assign(assign) => {
                let value = match (&*assign.value, assign.targets.as_slice()) {
                    (
                        Expr::Compare(_) | Expr::BoolOp(_) | Expr::UnaryOp(_) | Expr::Call(_),
                        [Expr::Name(_)],
                    ) => self.stored_test(&assign.value),
                    (value, _) => self.expr(value),
                };
                for target in &assign.targets {
                    self.assign(target, value);
                }
            }
            Stmt::AnnAssign(assign) => {
                self.annotation(&assign.annotation);
                self.note_field(assign);
                if let Some(value) = &assign.value {
                    let value = self.expr(value);
                    self.assign(&assign.target, value);
                } else if !assign.target.is_name_expr() {
                    self.annotation(&assign.target);
                }
            }
            Stmt::AugAssign(assign) => self.augmented(assign, at),
            Stmt::If(branch) => {
                self.branches(&branch.test, &branch.body, &branch.elif_else_clauses);
            }
            Stmt::For(each) => self.for_loop(each, at),
            Stmt::While(each) => self.while_loop(each, at),
            Stmt::Try(tried) => self.try_statement(tried, at),
            Stmt::With(with) => self.with_statement(with, is_followed),
            Stmt::Match(chosen) => self.match_statement(chosen),
            Stmt::FunctionDef(def) => self.function_def(def, at),
            Stmt::ClassDef(class) => self.class_def(class, at),
            Stmt::Return(kept) => {
                let value = kept.value.as_deref().map(|value| self.expr(value));
                self.effect(EffectKind::Return(value), at);
                let value = match value {
                    Some(value) => value,
                    None => self.add(Value::None, at),
                };
                if !self.frame().dead {
                    self.end_with(value);
                }
                self.leave(Exit::Return);
            }
            Stmt::Raise(raise) => {
                let exception = raise.exc.as_deref().map(|exc| self.expr(exc));
                if let Some(cause) = &raise.cause {
                    self.expr(cause);
                }
                self.effect(EffectKind::Raise(exception), at);
                let frame = self.frame();
                if !frame.dead
                    && let Some(mark) = frame.raises.last().map(|tried| tried.mark)
                {
                    let state = frame.snapshot(mark);
                    if let Some(tried) = frame.raises.last_mut() {
                        tried.raised.push((exception, state));
                    }
                }
                self.leave(Exit::Raise);
            }
            Stmt::Break(_) => {
                self.leave_loop(|at, state| at.breaks.push(state));
            }
            Stmt::Continue(_) => {
                self.leave_loop(|at, state| at.continues.push(state));
            }
            Stmt::Assert(assert) => {
                let (test, guards) = self.test(&assert.test);
                if let Some(message) = &assert.msg {
                    // It is made on the way out alone.
                    let parent = self.frame().path;
                    let mark = self.frame().mark();
                    self.frame().path = self.given(parent, test, false);
                    self.learn(&guards, test, false);
                    self.expr(message);
                    self.frame().rewind(mark);
                    self.frame().path = parent;
                }
                self.effect(EffectKind::Assert(test), at);
                self.learn(&guards, test, true);
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.delete(target, at);
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let place = span(alias.range);
                    let whole = alias.name.as_str();
                    let module = match alias.asname {
                        Some(_) => whole,
                        None => whole.split('.').next().unwrap_or(whole),
                    };
                    let bound = alias.asname.as_ref().map_or(module, |name| name.as_str());
                    let bound = self.sym(bound);
                    // `import a.b` loads `a.b` and binds `a`.
                    let loaded = self.sym(whole);
                    let loaded =
                        self.add(Value::Import { module: loaded, name: None, level: 0 }, place);
                    self.effect(EffectKind::Import(loaded), place);
                    let value = if whole == module {
                        loaded
                    } else {
                        let module = self.sym(module);
                        self.add(Value::Import { module, name: None, level: 0 }, place)
                    };
                    self.assign_name(bound, value, place);
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |name| name.as_str());
                let module = self.sym(module);
                let level = import.level;
                for alias in &import.names {
                    let place = span(alias.range);
                    if alias.name.as_str() == "*" {
                        let star = self.add(Value::Star { module, level }, place);
                        self.effect(EffectKind::Import(star), place);
                        if self.is_module_level() {
                            self.add_layer(star);
                        }
                        continue;
                    }
                    let name = Some(self.sym(alias.name.as_str()));
                    let value = self.add(Value::Import { module, name, level }, place);
                    self.effect(EffectKind::Import(value), place);
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                    let bound = self.sym(bound.as_str());
                    self.assign_name(bound, value, place);
                }
            }
            Stmt::TypeAlias(alias) => {
                let overlays = self.type_params(alias.type_params.as_deref());
                self.annotation(&alias.value);
                self.frame().overlays.truncate(overlays);
                let value = self.opaque(Opaque::Type, at);
                self.assign(&alias.name, value);
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    // ---- leaving -----------------------------------------------------------------------------

    fn leave(&mut self, how: Exit) {
        let frame = self.frame();
        if !frame.dead {
            let path = frame.path;
            frame.exits.push((path, how));
        }
        self.die();
    }

    pub(super) fn die(&mut self) {
        let parent = self.frame().path;
        let path = self.path(Path::Dead { parent });
        let frame = self.frame();
        frame.path = path;
        frame.dead = true;
    }

    fn leave_loop(&mut self, keep: impl FnOnce(&mut LoopFrame, Branch)) {
        let frame = self.frame();
        let depth = frame.loops.len() as u32;
        if let Some(mark) = frame.loops.last().map(|at| at.mark)
            && !frame.dead
        {
            let state = frame.snapshot(mark);
            if let Some(at) = frame.loops.last_mut() {
                keep(at, state);
            }
            self.leave(Exit::Loop(depth));
        } else {
            self.die();
        }
    }

    // ---- branches ----------------------------------------------------------------------------

    fn branches(&mut self, test: &'a Expr, body: &'a [Stmt], rest: &'a [ElifElseClause]) {
        let (test, guards) = self.test(test);
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let exits = self.frame().exits.len();
        let mark = self.frame().mark();
        self.frame().path = self.given(parent, test, true);
        self.learn(&guards, test, true);
        self.suite(body);
        let then = self.frame().end_branch(mark);

        let path = self.given(parent, test, false);
        let frame = self.frame();
        frame.path = path;
        frame.dead = was_dead;
        self.learn(&guards, test, false);
        match rest.split_first() {
            Some((ElifElseClause { test: Some(test), body, .. }, rest)) => {
                deeper(|| self.branches(test, body, rest));
            }
            Some((ElifElseClause { test: None, body, .. }, _)) => self.suite(body),
            None => {}
        }
        let otherwise = self.frame().end_branch(mark);
        let frame = self.frame();
        frame.path = parent;
        frame.dead = was_dead;
        self.merge_test(test, then, otherwise, exits);
    }

    // ---- with --------------------------------------------------------------------------------

    fn with_statement(&mut self, with: &'a ast::StmtWith, is_followed: bool) {
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let mark = self.frame().mark();
        let exits = self.frame().exits.len();
        self.frame().open_log();
        let (mut suppresses, mut suppressed) = (false, None);
        let mut managers = Vec::new();
        for item in &with.items {
            let manager = self.expr(&item.context_expr);
            managers.push(manager);
            suppressed = self.suppressed_types(manager);
            suppresses |= suppresses_exceptions(&item.context_expr);
            let place = span(item.context_expr.range());
            let is_async = with.is_async;
            self.effect(EffectKind::With(manager), place);
            let entered = self.add(Value::Enter { manager, is_async }, place);
            if let Some(target) = &item.optional_vars {
                self.assign(target, entered);
            }
        }
        if let [_] = &*with.items
            && let Some(types) = suppressed
        {
            self.frame().close_log();
            let place = with.items.first().map_or(Span::default(), |it| span(it.range));
            self.suppressed(&with.body, types, place);
            return;
        }
        if !suppresses && let Some(types) = self.judges(&managers) {
            self.frame().close_log();
            let place = with.items.first().map_or(Span::default(), |it| span(it.range));
            self.suppressed(&with.body, types, place);
            return;
        }
        self.suite(&with.body);
        // Code behind a body that always leaves was written for a manager that stops exceptions.
        let is_revived = self.frame().dead && is_followed && !was_dead;
        if !suppresses && !is_revived {
            self.frame().close_log();
            return;
        }
        self.forget_raises(exits);
        let normal = self.frame().end_branch(mark);
        let versions = self.versions();
        self.frame().close_log();
        self.interrupted(None, &versions, &[], parent);
        let stopped = self.frame().changes_since(mark);
        self.frame().rewind(mark);
        let stopped = Branch { changes: stopped, path: parent, dead: was_dead };
        let path = self.escaped(parent, exits);
        self.frame().path = path;
        self.merge_ways(&[normal, stopped], Why::Try);
        self.frame().dead = was_dead;
    }
}

impl Lowering<'_> {
    /// The managers, as one value, if code of the project may be among them that says which exceptions
    /// it stops: in the body of a module, where every name counts, they stand for what is caught.
    fn judges(&mut self, managers: &[ValueId]) -> Option<ValueId> {
        if !self.is_module_level() || !managers.iter().any(|it| self.is_own_manager(*it)) {
            return None;
        }
        match managers {
            [only] => Some(*only),
            several => {
                let at = self.ir.span(several[0]);
                let items = several.iter().map(|value| Item { value: *value, spread: false });
                let items = self.ir.items.add(items.collect::<Vec<_>>());
                Some(self.add(Value::Tuple(items), at))
            }
        }
    }

    /// Whether the node is what a function or class gives that may be the project's.
    fn is_own_manager(&self, manager: ValueId) -> bool {
        let mut at = self.ir.bare(manager);
        for _ in 0..16 {
            at = match self.ir.value(at) {
                Value::Call { callee, .. } => self.ir.bare(callee),
                Value::Attr { of, .. } => self.ir.bare(of),
                Value::Mutate(mutation) => self.ir.bare(self.ir.mutation(mutation).receiver),
                Value::Class(_) | Value::Function(_) | Value::Decorated { .. } => return true,
                Value::Import { level, .. } if level > 0 => return true,
                Value::Import { module, .. } => {
                    let module = self.ir.str(module);
                    let top = module.split('.').next().unwrap_or(module);
                    return !matches!(
                        top,
                        "contextlib" | "io" | "os" | "pathlib" | "tempfile" | "warnings"
                    );
                }
                _ => return false,
            };
        }
        false
    }

    /// The exceptions that `contextlib.suppress(…)` stops, as a value; `None` for anything else.
    fn suppressed_types(&mut self, manager: ValueId) -> Option<ValueId> {
        let Value::Call { callee, args } = self.ir.value(self.ir.bare(manager)) else {
            return None;
        };
        let is_suppress = match self.ir.value(self.ir.bare(callee)) {
            Value::Import { module, name: Some(name), level: 0 } => {
                (self.ir.str(module), self.ir.str(name)) == ("contextlib", "suppress")
            }
            Value::Attr { of, name } => {
                self.ir.str(name) == "suppress"
                    && matches!(self.ir.value(self.ir.bare(of)),
                        Value::Import { module, name: None, level: 0 }
                            if self.ir.str(module) == "contextlib")
            }
            _ => false,
        };
        let types: Vec<(ValueId, Span)> = self.ir.args[args]
            .iter()
            .filter(|arg| arg.kind == ArgKind::Positional)
            .map(|arg| (arg.value, arg.span))
            .collect();
        if !is_suppress || types.len() != self.ir.args[args].len() {
            return None;
        }
        match types.as_slice() {
            [] => None,
            [(only, _)] => Some(*only),
            several => {
                let items: Vec<Item> = several
                    .iter()
                    .map(|(value, _)| Item { value: *value, spread: false })
                    .collect();
                let at = self.ir.span(manager);
                let items = self.ir.items.add(items);
                Some(self.add(Value::Tuple(items), at))
            }
        }
    }
}

/// Whether the manager is one of those that are made to stop exceptions.
fn suppresses_exceptions(manager: &Expr) -> bool {
    let Expr::Call(call) = manager else { return false };
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    ["suppress", "ignore", "raises", "swallow"].iter().any(|word| name.contains(word))
}
