//! What a test is about that is not decided: who asks, or the row that is asked for.

use bartizan_ir::{BoolOp, EffectKind, Path, PathId, UnaryOp, Value, ValueId};

use super::gates::{Ask, DEEPEST, Gates, Run};
use super::words::{compares_user, is_sent, mentions, plain};
use crate::settings::Truth;

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
}
