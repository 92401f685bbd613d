//! What a test is about that is not decided: who asks, or the row that is asked for.

use bartizan_ir::{
    ArgKind, BoolOp, EffectKind, FileIr, Path, PathId, TryId, UnaryOp, Value, ValueId,
};

use super::gates::{Actor, Ask, DEEPEST, Gates, Run};
use super::truths::both;
use super::words::{compares_user, is_sent, mentions, name_of, plain};
use crate::settings::Truth;
use crate::views::values::{is_visitor, mentions_visitor};

/// Calls that fail where there is no row such as they ask for.
const ONE_ROW: &[&str] = &["get", "aget", "get_object_or_404", "aget_object_or_404"];

impl Gates<'_> {
    /// Whether a test of a path that is not decided asks who is there, and whether all of them do.
    pub(super) fn is_about_who(
        &self,
        run: Run,
        path: PathId,
        ask: Ask<'_>,
        depth: u8,
    ) -> (bool, bool) {
        let ir = self.project.ir(run.file);
        let (mut at, mut who, mut all) = (path, false, true);
        for _ in 0..64 {
            if !self.answers.step() {
                return (true, false);
            }
            let Some(parent) = ir.path(at).parent() else { return (who, all) };
            let told = match ir.path(at) {
                Path::Escaped { exit, .. } => ir.path(exit),
                path => path,
            };
            if let Path::Given { test, .. } = told
                && self.test(run, test, ask, depth, 0) == Truth::Unknown
            {
                match mentions(ir, test) {
                    // Somebody owns the row.
                    true if compares_user(ir, test, 0) => (who, all) = (true, false),
                    true => (who, all) = (true, all && !self.asks_of_others(run, test, ask, depth)),
                    // A helper asks.
                    false if self.is_asked_by_helper(run, test, depth) => {
                        (who, all) = (true, all && !self.asks_of_others(run, test, ask, depth));
                    }
                    false => all &= self.shows_nothing(run, told),
                }
            }
            if let Path::Handler { of, handler, .. } = ir.path(at)
                && self.misses_own(run, of, handler, ask.actor) != Truth::No
            {
                (who, all) = (true, false);
            }
            at = parent;
        }
        (who, false)
    }

    /// Whether a helper that a test calls lets somebody through for something else than who they are:
    /// `if not course.is_private: return True`.
    pub(super) fn asks_of_others(&self, run: Run, test: ValueId, ask: Ask<'_>, depth: u8) -> bool {
        let Some(helper) = self.helper_of(run, test, depth) else { return false };
        let ir = self.project.ir(helper.file);
        ir.effects[ir.function(helper.function).effects].iter().any(|effect| {
            let EffectKind::Return(Some(value)) = effect.kind else { return false };
            ir.value(plain(ir, value)) == Value::Bool(true)
                && self.when(helper, effect.path, ask, depth + 1) == Truth::Unknown
                && !self.is_about_who(helper, effect.path, ask, depth + 1).1
        })
    }

    /// Whether a helper that a test calls asks who is there.
    pub(super) fn is_asked_by_helper(&self, run: Run, test: ValueId, depth: u8) -> bool {
        self.helper_of(run, test, depth).is_some_and(|helper| self.asks(helper))
    }

    /// The function of the project whose answer a test is.
    pub(super) fn helper_of(&self, run: Run, test: ValueId, depth: u8) -> Option<Run> {
        let ir = self.project.ir(run.file);
        let mut at = plain(ir, test);
        for _ in 0..8 {
            let Value::Unary { of, .. } = ir.value(at) else { break };
            at = plain(ir, of);
        }
        self.called(run, at).filter(|helper| depth < DEEPEST && *helper != run)
    }

    /// Whether all that is not known on a path is whose row it is, and what the visitor chooses to send:
    /// the address is open to whoever owns a row, or sends something else.
    pub(super) fn is_about_row(&self, run: Run, path: PathId, ask: Ask<'_>, depth: u8) -> bool {
        let ir = self.project.ir(run.file);
        let (mut at, mut found) = (path, false);
        for _ in 0..64 {
            let Some(parent) = ir.path(at).parent() else { return found };
            let told = match ir.path(at) {
                Path::Escaped { exit, .. } => ir.path(exit),
                path => path,
            };
            if let Path::Given { test, truth, .. } = told
                && self.test(run, test, ask, depth, 0) == Truth::Unknown
            {
                let asks = |part: &(ValueId, bool)| {
                    compares_user(ir, part.0, 0) || self.helper_compares(run, part.0, depth)
                };
                // What is sent, and only then somebody is asked for: who sends nothing is not.
                let is_sent = |part: &(ValueId, bool)| {
                    part.1 && is_sent(ir, part.0) && !matches!(ir.path(at), Path::Escaped { .. })
                };
                let parts = self.not_known(run, test, truth, ask, depth);
                let is_open = compares_user(ir, test, 0)
                    || parts.iter().all(|part| asks(part) || is_sent(part));
                match is_open {
                    true => found = true,
                    false if self.shows_nothing(run, told) => {}
                    false => return false,
                }
            }
            at = parent;
        }
        false
    }

    /// The parts of a test that are not known, and how each comes out where the whole does: of `a and not
    /// b` both, where it holds.
    pub(super) fn not_known(
        &self,
        run: Run,
        test: ValueId,
        truth: bool,
        ask: Ask<'_>,
        depth: u8,
    ) -> Vec<(ValueId, bool)> {
        let ir = self.project.ir(run.file);
        let mut ahead = vec![(test, truth)];
        let mut found = Vec::new();
        for _ in 0..64 {
            let Some((at, truth)) = ahead.pop() else { return found };
            let at = plain(ir, at);
            match ir.value(at) {
                Value::Unary { op: UnaryOp::Not, of } => ahead.push((of, !truth)),
                Value::Logic { op, values } if (op == BoolOp::And) == truth => {
                    ahead.extend(ir.ids[values].iter().map(|value| (*value, truth)));
                }
                _ if self.test(run, at, ask, depth, 0) == Truth::Unknown => found.push((at, truth)),
                _ => {}
            }
        }
        vec![(test, truth)]
    }

    /// Whether a helper says whose row it is: `owns(user, project)`, which compares, and asks nothing else
    /// that a user may not have.
    pub(super) fn helper_compares(&self, run: Run, test: ValueId, depth: u8) -> bool {
        let Some(helper) = self.helper_of(run, test, depth) else { return false };
        let ir = self.project.ir(helper.file);
        ir.effects[ir.function(helper.function).effects].iter().any(|effect| {
            let returned = match effect.kind {
                EffectKind::Return(Some(value)) => compares_user(ir, value, 0),
                _ => false,
            };
            returned
                || matches!(effect.kind, EffectKind::Return(_))
                    && matches!(ir.path(effect.path), Path::Given { test, .. }
                        if compares_user(ir, test, 0))
        })
    }

    /// Whether a handler turns away who asks because they have no row such as the body of a `try` asks for:
    /// `self.get_orders().get(pk=pk)`, where the orders are those of the visitor. Somebody who is not there
    /// has none.
    pub(super) fn misses_own(&self, run: Run, of: TryId, handler: u32, actor: Actor) -> Truth {
        let ir = self.project.ir(run.file);
        let record = &ir.tries[of.index()];
        let Some(handler) = record.handlers.get(handler as usize) else { return Truth::No };
        if !handler.types.is_none_or(|types| catches_missing(ir, types))
            || !self.turns_away_on(run, handler.path)
        {
            return Truth::No;
        }
        let calls = (record.start..record.end).map(|at| ValueId::from_index(at as usize));
        let own = calls.filter(|_| self.answers.step());
        let own = own.filter_map(|call| self.asks_for_own(run, call)).max();
        match own {
            Some(true) if actor == Actor::Anonymous => Truth::Yes,
            Some(_) => Truth::Unknown,
            None => Truth::No,
        }
    }

    /// Whether the body of a `try` comes to its end, as far as such handlers say.
    pub(super) fn finds_own(&self, run: Run, of: TryId, actor: Actor) -> Truth {
        let handlers = self.project.ir(run.file).tries[of.index()].handlers.len();
        (0..handlers)
            .map(|handler| self.misses_own(run, of, handler as u32, actor).negated())
            .fold(Truth::Yes, both)
    }

    /// Whether a function says no on a path, or on one that leads on from it.
    fn turns_away_on(&self, run: Run, path: PathId) -> bool {
        let ir = self.project.ir(run.file);
        ir.effects[ir.function(run.function).effects].iter().any(|effect| {
            leads_through(ir, effect.path, path)
                && match effect.kind {
                    EffectKind::Return(Some(value)) => {
                        ir.value(plain(ir, value)) == Value::Bool(false)
                            || self.is_refusal(run, value, 0)
                    }
                    EffectKind::Raise(exception) => self.refuses(run.file, exception),
                    _ => false,
                }
        })
    }

    /// Whether a call asks for one of the visitor's rows; `Some(true)` where it asks for nobody else's.
    fn asks_for_own(&self, run: Run, call: ValueId) -> Option<bool> {
        let ir = self.project.ir(run.file);
        let Value::Call { callee, .. } = ir.value(call) else { return None };
        if !name_of(ir, callee).is_some_and(|name| ONE_ROW.contains(&name)) {
            return None;
        }
        if mentions_visitor(ir, call) {
            return Some(is_among_own(ir, call));
        }
        let Value::Attr { of: rows, .. } = ir.value(plain(ir, callee)) else { return None };
        let helper = self.called(run, rows)?;
        let ir = self.project.ir(helper.file);
        let effects = ir.effects[ir.function(helper.function).effects].iter();
        let given = effects.filter_map(|effect| match effect.kind {
            EffectKind::Return(given) => given,
            _ => None,
        });
        given
            .filter(|given| mentions_visitor(ir, *given))
            .map(|given| is_among_own(ir, given))
            .min()
    }
}

/// Whether a query asks for rows by the visitor: `Order.objects.filter(customer=request.user)`.
fn is_among_own(ir: &FileIr, query: ValueId) -> bool {
    let mut at = plain(ir, query);
    for _ in 0..32 {
        at = match ir.value(at) {
            Value::Call { callee, args } => {
                let is_query = name_of(ir, callee)
                    .is_some_and(|name| name == "filter" || ONE_ROW.contains(&name));
                let by_visitor = ir.args[args].iter().any(|arg| {
                    matches!(arg.kind, ArgKind::Keyword(_)) && is_visitor(ir, arg.value)
                });
                if is_query && by_visitor {
                    return true;
                }
                plain(ir, callee)
            }
            Value::Attr { of, .. } => plain(ir, of),
            _ => return false,
        };
    }
    false
}

/// Whether what a handler catches is that there is no such row.
fn catches_missing(ir: &FileIr, types: ValueId) -> bool {
    let is_that = |value: ValueId| {
        name_of(ir, value).is_some_and(|name| {
            name.ends_with("DoesNotExist") || matches!(name, "Exception" | "Http404")
        })
    };
    match ir.value(plain(ir, types)) {
        Value::Tuple(items) => ir.items[items].iter().any(|item| is_that(item.value)),
        _ => is_that(types),
    }
}

/// Whether a path leads through another one.
fn leads_through(ir: &FileIr, path: PathId, through: PathId) -> bool {
    let mut at = path;
    for _ in 0..64 {
        if at == through {
            return true;
        }
        let Some(parent) = ir.path(at).parent() else { return false };
        at = parent;
    }
    false
}
