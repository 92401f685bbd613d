//! Decorators, as code that turns visitors away: around a view where that is called, above a function that
//! answers for it, and the function inside that stands for what is decorated.

use bartizan_base::Span;
use bartizan_ir::{Arg, FunctionId, FunctionKind, Value, ValueId};
use bartizan_project::{Entity, FileId};

use super::gates::{Actor, Ask, DEEPEST, Gates, Outcome, Run};
use super::guards::{self, Reach};
use super::truths::lets_in;
use super::words::plain;
use crate::settings::Truth;

impl<'a> Gates<'a> {
    /// What a decorator does that is put around a view where that is called:
    /// `login_required(view)(request)`.
    pub(super) fn behind_decorator(
        &self,
        run: Run,
        value: ValueId,
        ask: Ask<'_>,
        depth: u8,
    ) -> Option<Outcome> {
        let ir = self.project.ir(run.file);
        let Value::Call { callee, .. } = ir.value(plain(ir, value)) else { return None };
        let Value::Call { callee: by, args } = ir.value(plain(ir, callee)) else {
            return self.behind_callee(run, callee, ask, depth);
        };
        let span = ir.span(callee);
        // `permission_required("shop.add_order")(view)(request)`
        let (by, args) = match ir.value(plain(ir, by)) {
            Value::Call { callee, args } => (callee, args),
            _ => (by, args),
        };
        self.of_decorator(run.file, by, &ir.args[args], span, ask, depth)
    }

    /// Whether what is returned is the answer of a view with a guard around it:
    /// `login_required(view)(request)`.
    pub(super) fn puts_guard(&self, run: Run, value: ValueId) -> bool {
        let ask =
            Ask { actor: Actor::Anonymous, method: None, route: None, action: None, view: None };
        matches!(
            self.behind_decorator(run, value, ask, 0),
            Some(Outcome::Denied(..) | Outcome::Unknown(..))
        )
    }

    /// What the decorators do of a function that is asked for the answer: `return _index(request)`, where
    /// `@login_required` stands above it. `None` where they let whoever asks through.
    fn behind_callee(&self, run: Run, callee: ValueId, ask: Ask<'_>, depth: u8) -> Option<Outcome> {
        let span = self.project.ir(run.file).span(callee);
        let mut perhaps = None;
        for (file, by, args) in self.decorators_of_callee(run, callee) {
            match self.of_decorator(file, by, args, span, ask, depth) {
                Some(Outcome::Denied(..)) => return Some(Outcome::Denied(run.file, span)),
                Some(Outcome::Unknown(.., all)) => {
                    perhaps = Some(Outcome::Unknown(run.file, span, all));
                }
                Some(Outcome::Passed) | None => {}
            }
        }
        perhaps
    }

    /// The decorators of the function of the project that a callee is, with what they are given.
    fn decorators_of_callee(&self, run: Run, callee: ValueId) -> Vec<(FileId, ValueId, &'a [Arg])> {
        let Entity::Function(file, function) = self.project.definition(run.file, callee) else {
            return Vec::new();
        };
        let ir = self.project.ir(file);
        let decorators = ir.ids[ir.function(function).decorators].iter();
        let parted = decorators.map(|decorator| match ir.value(plain(ir, *decorator)) {
            Value::Call { callee, args } => (file, callee, &ir.args[args]),
            _ => (file, *decorator, &[][..]),
        });
        parted.collect()
    }

    /// What a decorator does with whoever asks; `None` where it is none that asks.
    fn of_decorator(
        &self,
        file: FileId,
        by: ValueId,
        args: &[Arg],
        span: Span,
        ask: Ask<'_>,
        depth: u8,
    ) -> Option<Outcome> {
        let ir = self.project.ir(file);
        match self.project.resolve(file, by) {
            Entity::Function(there, function) if depth < DEEPEST => {
                let ir = self.project.ir(there);
                let inner = self.wrapper(there, function);
                let run = inner.map(|inner| Run { file: there, function: inner, class: None });
                let name = ir.str(ir.function(function).name);
                match run {
                    Some(run) if self.asks(run) => Some(self.outcome(run, ask, depth + 1)),
                    // Its code is not plain; its name is.
                    _ if guards::meaning(self.project.models(), name).is_some() => {
                        Some(Outcome::Unknown(file, span, true))
                    }
                    Some(run) if self.is_doubtful(run, name) => {
                        Some(Outcome::Unknown(file, span, false))
                    }
                    _ => None,
                }
            }
            entity => {
                let dotted = self.project.dotted(entity)?;
                let test = args.first().map(|arg| arg.value);
                if dotted.ends_with(".user_passes_test")
                    && let Some(test) = test
                {
                    let passes = match ir.value(plain(ir, test)) {
                        Value::Function(function) => {
                            let run = Run { file, function, class: None };
                            self.result(run, ask, depth + 1)
                        }
                        _ => match self.project.resolve(file, test) {
                            Entity::Function(file, function) => {
                                self.result(Run { file, function, class: None }, ask, depth + 1)
                            }
                            _ => Truth::Unknown,
                        },
                    };
                    return Some(match passes {
                        Truth::Yes => Outcome::Passed,
                        Truth::No => Outcome::Denied(file, span),
                        Truth::Unknown => Outcome::Unknown(file, span, true),
                    });
                }
                let reach = guards::meaning(self.project.models(), dotted)?;
                Some(match lets_in(reach, ask.actor) {
                    _ if reach == Reach::Unknown => Outcome::Unknown(file, span, true),
                    true => Outcome::Passed,
                    false => Outcome::Denied(file, span),
                })
            }
        }
    }

    /// Whether decorators that ask who is there stand above the function that a call runs.
    pub(super) fn is_guarded(&self, run: Run, call: ValueId) -> bool {
        let ir = self.project.ir(run.file);
        let Value::Call { callee, .. } = ir.value(plain(ir, call)) else { return false };
        self.decorators_of_callee(run, callee).into_iter().any(|(file, by, _)| {
            match self.project.resolve(file, by) {
                Entity::Function(file, function) => self
                    .wrapper(file, function)
                    .is_some_and(|function| self.asks(Run { file, function, class: None })),
                entity => self
                    .project
                    .dotted(entity)
                    .is_some_and(|dotted| guards::meaning(self.project.models(), dotted).is_some()),
            }
        })
    }

    /// Whether a function defines several inside, none of which stands for the others.
    pub(super) fn has_several(&self, file: FileId, function: FunctionId) -> bool {
        let inner = self.project.ir(file).functions().filter(|(_, inner)| {
            inner.parent == Some(function) && matches!(inner.kind, FunctionKind::Def)
        });
        inner.count() > 1
    }

    /// The function that stands for what a decorator of the project decorates: the one inside that
    /// holds no other. Of two, for views that are coroutines and for those that are none, the latter
    /// speaks for both.
    pub(super) fn wrapper(&self, file: FileId, decorator: FunctionId) -> Option<FunctionId> {
        let ir = self.project.ir(file);
        let mut at = decorator;
        for _ in 0..4 {
            let inner: Vec<FunctionId> = ir
                .functions()
                .filter(|(_, function)| {
                    function.parent == Some(at) && matches!(function.kind, FunctionKind::Def)
                })
                .map(|(id, _)| id)
                .collect();
            let mut plain = inner.iter().filter(|id| !ir.function(**id).is_async);
            match (inner.as_slice(), plain.next(), plain.next()) {
                ([only], ..) => at = *only,
                (_, Some(only), None) => at = *only,
                _ => break,
            }
        }
        (at != decorator).then_some(at)
    }
}
