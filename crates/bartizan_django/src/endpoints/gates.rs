//! Code that turns visitors away: what a function of the project does for someone who is not logged in,
//! someone who is, and someone who may do everything.

use std::rc::Rc;

use bartizan_base::Span;
use bartizan_ir::{
    BoolOp, CompareOp, EffectKind, FunctionId, FunctionKind, Path, PathId, Value, ValueId,
};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::Evaluated;

use super::asked::Asked;
use super::guards::{Guard, Methods, Reach};
use super::memory::{Answers, Exits, Facts, OfFile};
use super::truths::both;
use super::words::{
    function_in, hands_over, is_called_guard, is_malformed, is_permission, is_self,
    mentions_session, plain,
};
use crate::settings::{Settings, Truth};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Actor {
    Anonymous,
    /// Someone who is logged in, and no more.
    User,
    /// Someone of the staff who may do everything.
    Super,
}

/// A question to code.
#[derive(Clone, Copy)]
pub(super) struct Ask<'s> {
    pub(super) actor: Actor,
    /// The method of the request, where that is known.
    pub(super) method: Option<&'static str>,
    /// What is asked for, where code runs for more than one view: of middleware.
    pub(super) route: Option<Asked<'s>>,
    /// The action of a view set that runs.
    pub(super) action: Option<Action<'s>>,
    /// The view that a permission class is asked for.
    pub(super) view: Option<ClassRef>,
}

/// An action of a view set, as a route runs it.
#[derive(Clone, Copy)]
pub(super) struct Action<'s> {
    /// The name of the method.
    pub(super) name: &'s str,
    /// Whether the route is about one row, where that is known: `view.detail`.
    pub(super) detail: Option<bool>,
}

/// What code does with whoever asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    /// Sends them away, here.
    Denied(FileId, Span),
    Passed,
    /// Sends them away perhaps, here; and whether all that is not known is what is asked of them.
    Unknown(FileId, Span, bool),
}

/// A function, and the class for whose instance it runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Run {
    pub(super) file: FileId,
    pub(super) function: FunctionId,
    pub(super) class: Option<ClassRef>,
}

/// Functions inside each other beyond which none is followed.
pub(super) const DEEPEST: u8 = 5;

/// Exceptions by which code turns someone away.
pub(super) const REFUSALS: &[&str] =
    &["PermissionDenied", "NotAuthenticated", "AuthenticationFailed", "NotAllowed"];

/// Whom code lets in.
#[derive(Clone, Copy)]
struct Asking {
    reach: Reach,
    within: Option<Reach>,
    place: (FileId, Span),
}

/// Answers about the project's own code.
#[derive(Clone, Copy)]
pub(super) struct Gates<'a> {
    pub(super) project: &'a Project,
    pub(super) facts: &'a Facts,
    /// Of one route, where it is said which.
    pub(super) answers: &'a Answers,
    /// Of the site, where there is one.
    pub(super) settings: Option<&'a Settings<'a>>,
    /// What an expression is worth, where somebody can be asked.
    pub(super) values: Option<&'a ValueOf<'a>>,
}

/// Says what an expression is worth.
pub(super) type ValueOf<'a> = dyn Fn(FileId, ValueId) -> Evaluated + 'a;

impl<'a> Gates<'a> {
    /// The guards that a function is, by method; none where it lets everyone through.
    pub(super) fn guards(&self, run: Run, name: &str) -> Vec<Guard> {
        self.guards_where(run, name, Methods::ALL, &|ask| self.outcome(run, ask, 0))
    }

    /// The guards that the outcomes of a question make which a function answers, by these methods.
    pub(super) fn guards_where(
        &self,
        run: Run,
        name: &str,
        methods: Methods,
        outcome: &dyn Fn(Ask<'_>) -> Outcome,
    ) -> Vec<Guard> {
        self.answers.begin();
        let mut found: Vec<(Asking, Guard)> = Vec::new();
        for (method, on) in self.told_apart(run, methods) {
            let asking = self.reach_of(&|actor| {
                outcome(Ask { actor, method: Some(method), route: None, action: None, view: None })
            });
            let Some(asking) = asking else { continue };
            let same = |(known, _): &&mut (Asking, Guard)| {
                (known.reach, known.within) == (asking.reach, asking.within)
            };
            if let Some((_, guard)) = found.iter_mut().find(same) {
                guard.on = guard.on.with(on);
                continue;
            }
            let Asking { reach, within, place } = asking;
            let guard = Guard { name: name.to_owned(), reach, on, within, place: Some(place) };
            found.push((asking, guard));
        }
        found.into_iter().map(|(_, guard)| guard).collect()
    }

    /// One of each kind of methods that code may tell apart, and those that it stands for: where it names
    /// none of those that write, they are all alike to it.
    pub(super) fn told_apart(&self, run: Run, methods: Methods) -> Vec<(&'static str, Methods)> {
        let ir = self.project.ir(run.file);
        let names = |method: &str| {
            ir.strings.find(method).or_else(|| ir.strings.find(&method.to_lowercase())).is_some()
        };
        if methods.within(Methods::WRITES).iter().any(names) {
            return methods.iter().map(|method| (method, Methods::of(method))).collect();
        }
        let kinds = [methods.within(Methods::of("GET")), methods.within(Methods::WRITES)];
        kinds.into_iter().filter_map(|kind| Some((kind.iter().next()?, kind))).collect()
    }

    /// Whom a guard lets in that answers each of those who ask; `None` where that is everyone.
    pub(super) fn lets_in(&self, outcome: &dyn Fn(Actor) -> Outcome) -> Option<Reach> {
        self.answers.begin();
        self.reach_of(outcome).map(|asking| asking.reach)
    }

    fn reach_of(&self, outcome: &dyn Fn(Actor) -> Outcome) -> Option<Asking> {
        let [anonymous, user, all] = [Actor::Anonymous, Actor::User, Actor::Super].map(outcome);
        let within = match (user, all) {
            (Outcome::Passed, _) => Some(Reach::Login),
            (Outcome::Unknown(.., true) | Outcome::Denied(..), Outcome::Passed) => {
                Some(Reach::Permission)
            }
            _ => None,
        };
        let (reach, place) = match anonymous {
            Outcome::Passed => None,
            Outcome::Unknown(file, span, _) => Some((Reach::Unknown, (file, span))),
            Outcome::Denied(file, span) => match (user, all) {
                (Outcome::Passed, _) => Some((Reach::Login, (file, span))),
                // Logged in, and something more is asked that is not plain.
                (Outcome::Unknown(file, span, _), _) => Some((Reach::Permission, (file, span))),
                (Outcome::Denied(file, span), Outcome::Passed | Outcome::Unknown(..)) => {
                    let reach = match self.is_about_staff(file, span) {
                        true => Reach::Staff,
                        false => Reach::Permission,
                    };
                    Some((reach, (file, span)))
                }
                (Outcome::Denied(..), Outcome::Denied(..)) => Some((Reach::Unknown, (file, span))),
            },
        }?;
        Some(Asking { reach, within, place })
    }

    /// Whether the function around a place asks for staff.
    fn is_about_staff(&self, file: FileId, span: Span) -> bool {
        let ir = self.project.ir(file);
        let around = ir
            .functions
            .iter()
            .filter(|function| {
                !matches!(function.kind, FunctionKind::Module | FunctionKind::ClassBody(_))
                    && function.span.contains(span)
            })
            .min_by_key(|function| function.span.end - function.span.start);
        let Some(around) = around else { return false };
        self.of_file(file).asks_for_staff(around.span)
    }

    /// What a function does with whoever asks.
    pub(super) fn outcome(&self, run: Run, ask: Ask<'_>, depth: u8) -> Outcome {
        let ir = self.project.ir(run.file);
        let record = ir.function(run.function);
        let mut perhaps: Option<(Span, bool)> = None;
        let mut may_pass = false;
        for effect in &ir.effects[record.effects] {
            if !self.answers.step() {
                return Outcome::Unknown(run.file, effect.span, false);
            }
            if let EffectKind::Return(Some(value)) = effect.kind
                && depth < DEEPEST
                && let Some((helper, path)) = self.asked_first(run, value, effect.path)
                && let outcome @ (Outcome::Denied(..) | Outcome::Unknown(..)) =
                    self.outcome(helper, ask, depth + 1)
            {
                match (self.when(run, path, ask, depth), outcome) {
                    (Truth::No, _) => {}
                    (Truth::Yes, Outcome::Denied(..)) if !may_pass => {
                        return Outcome::Denied(run.file, effect.span);
                    }
                    (when, Outcome::Denied(..)) => {
                        perhaps = perhaps.or(Some((effect.span, false)));
                        if when == Truth::Yes {
                            break;
                        }
                    }
                    (when, Outcome::Unknown(.., all)) => {
                        perhaps = perhaps.or(Some((effect.span, all && when == Truth::Yes)));
                    }
                    (_, Outcome::Passed) => {}
                }
                continue;
            }
            let mut when = self.when(run, effect.path, ask, depth);
            if when == Truth::No {
                continue;
            }
            if let EffectKind::Return(Some(value)) = effect.kind
                && let Some(before) = self.before_answer(run, value, effect.path)
                && self
                    .behind_decorator(run, value, ask, depth)
                    .is_some_and(|it| it != Outcome::Passed)
            {
                when = self.when(run, before, ask, depth);
            }
            let verdict = match effect.kind {
                EffectKind::Raise(exception) => match self.refuses(run.file, exception) {
                    true => Outcome::Denied(run.file, effect.span),
                    // What is not there for some, who may not see it.
                    false
                        if when == Truth::Yes
                            && self.is_not_found(run.file, exception)
                            && self.depends_on_actor(run, effect.path, ask, depth) =>
                    {
                        Outcome::Denied(run.file, effect.span)
                    }
                    // An error for whoever it may be.
                    false if when == Truth::Yes => break,
                    false => continue,
                },
                EffectKind::Return(Some(value))
                    if let Some(behind) = self.behind_decorator(run, value, ask, depth) =>
                {
                    match behind {
                        Outcome::Denied(..) => Outcome::Denied(run.file, effect.span),
                        Outcome::Passed => Outcome::Passed,
                        Outcome::Unknown(..) => {
                            if when == Truth::Yes {
                                return Outcome::Unknown(run.file, effect.span, false);
                            }
                            perhaps = perhaps.or(Some((effect.span, false)));
                            continue;
                        }
                    }
                }
                EffectKind::Return(value) => {
                    let value = value.map(|value| self.taken(run, value, ask, depth));
                    let denied = value.is_some_and(|value| {
                        self.is_refusal(run, value, depth)
                            || self.answers_no(run, value, ask, depth)
                            || self.is_redirect(run.file, value)
                                && self.depends_on_actor(run, effect.path, ask, depth)
                    });
                    match denied {
                        true => Outcome::Denied(run.file, effect.span),
                        false => Outcome::Passed,
                    }
                }
                EffectKind::Call(call) if self.is_denial(run, call) => {
                    Outcome::Denied(run.file, effect.span)
                }
                EffectKind::Call(call) if depth < DEEPEST => {
                    let Some(callee) = self.called(run, call) else { continue };
                    if !self.asks(callee) {
                        continue;
                    }
                    match self.outcome(callee, ask, depth + 1) {
                        // What it returns is no answer yet; what it raises is.
                        Outcome::Denied(file, span) if self.is_raise(file, span) => {
                            Outcome::Denied(file, span)
                        }
                        Outcome::Unknown(file, span, all) if self.is_raise(file, span) => {
                            let all = all && when == Truth::Yes;
                            perhaps = perhaps.or(Some((effect.span, all)));
                            continue;
                        }
                        _ => continue,
                    }
                }
                _ => continue,
            };
            match (verdict, when) {
                (Outcome::Denied(file, span), Truth::Yes) => {
                    return match may_pass {
                        true => Outcome::Unknown(file, span, false),
                        false => Outcome::Denied(file, span),
                    };
                }
                (Outcome::Denied(..), _) if self.is_about_row(run, effect.path, ask, depth) => {}
                (Outcome::Denied(..), _) => {
                    let (who, all) = self.is_about_who(run, effect.path, ask, depth);
                    // Of middleware, what is not known is about the site or the page, and refuses some
                    // visitors of all of it.
                    let is_of_site =
                        ask.route.is_some() && self.depends_on_actor(run, effect.path, ask, depth);
                    if who || is_of_site {
                        perhaps = perhaps.or(Some((effect.span, all)));
                    }
                }
                (_, Truth::Yes) => break,
                (_, _) => {
                    // An early answer that depends on who asks.
                    may_pass |= self.is_about_who(run, effect.path, ask, depth).0;
                }
            }
        }
        match perhaps {
            Some((span, all)) => Outcome::Unknown(run.file, span, all),
            None => Outcome::Passed,
        }
    }

    /// The helper whose answer is returned where it gives one, and the path on which it is asked:
    /// `if response: return response` after `response = self.refusal(request)`, or `return
    /// self.refusal(request) or page`.
    fn asked_first(&self, run: Run, value: ValueId, path: PathId) -> Option<(Run, PathId)> {
        let ir = self.project.ir(run.file);
        let (value, path) = match ir.value(plain(ir, value)) {
            Value::Logic { op: BoolOp::Or, values } => (*ir.ids[values].first()?, path),
            _ => (value, self.before_answer(run, value, path)?),
        };
        let helper = self.called(run, value)?;
        (helper != run && self.asks_or_calls(helper, 0)).then_some((helper, path))
    }

    /// The path before a test that asks whether there is an answer, which is returned then: `if answer:`,
    /// `if answer is not None:`, and `if answer != request:`, of what hands the request back.
    fn before_answer(&self, run: Run, value: ValueId, path: PathId) -> Option<PathId> {
        let ir = self.project.ir(run.file);
        let Path::Given { parent, test, truth: true } = ir.path(path) else { return None };
        let value = plain(ir, value);
        let test = plain(ir, test);
        let is_tested = match ir.value(test) {
            _ if test == value => true,
            Value::Compare { op: CompareOp::IsNot | CompareOp::NotEq, left, right } => {
                plain(ir, left) == value
                    && matches!(ir.value(plain(ir, right)), Value::None | Value::Param(_))
            }
            _ => false,
        };
        is_tested.then_some(parent)
    }

    /// Whether code on a path runs.
    pub(super) fn when(&self, run: Run, path: PathId, ask: Ask<'_>, depth: u8) -> Truth {
        let find = || self.along(run, path, None, ask, depth);
        self.answers.path((run, path, ask, depth), &find)
    }

    /// As [`Self::when`]; where a path is shared with other code, only what is told beyond it.
    fn along(
        &self,
        run: Run,
        path: PathId,
        shared: Option<PathId>,
        ask: Ask<'_>,
        depth: u8,
    ) -> Truth {
        let ir = self.project.ir(run.file);
        let mut at = path;
        let mut all = Truth::Yes;
        for _ in 0..256 {
            if shared == Some(at) {
                return all;
            }
            if !self.answers.step() {
                return Truth::Unknown;
            }
            let (parent, here) = match ir.path(at) {
                Path::Root => return all,
                Path::Given { parent, test, truth } => {
                    let holds = self.test(run, test, ask, depth, 0);
                    let holds = if truth { holds } else { holds.negated() };
                    let other = Path::Given { parent, test, truth: !truth };
                    let may_show = || shared.is_some() || !self.shows_nothing(run, other);
                    // Whoever is sent elsewhere meanwhile, or meets an error, was shown nothing.
                    match holds {
                        Truth::Unknown if !may_show() => (parent, Truth::Yes),
                        _ => (parent, holds),
                    }
                }
                Path::Escaped { parent, exit } if shared.is_none() => {
                    let taken = match depth < DEEPEST + 4 {
                        true => self.along(run, exit, Some(parent), ask, depth),
                        false => Truth::Unknown,
                    };
                    match taken {
                        Truth::Unknown if self.shows_nothing(run, ir.path(exit)) => {
                            (parent, Truth::Yes)
                        }
                        _ => (parent, taken.negated()),
                    }
                }
                // What escaped before is what the shared path says as well.
                Path::Escaped { parent, .. } => (parent, Truth::Yes),
                Path::Tried { parent, of } | Path::Completed { parent, of } => {
                    (parent, self.finds_own(run, of, ask.actor))
                }
                Path::Dead { .. } => return Truth::No,
                // What is asked of each of several is asked of one at least; left in a round is what is
                // not always left.
                Path::Loop { parent, .. } => match shared {
                    None => (parent, Truth::Yes),
                    Some(_) => (parent, Truth::Unknown),
                },
                // What goes wrong for someone who is not there need not for others, but for those whose row
                // it is not.
                Path::Handler { parent, of, handler } => {
                    match (self.misses_own(run, of, handler, ask.actor), ask.actor) {
                        (Truth::No, Actor::Anonymous) => (parent, Truth::Unknown),
                        (misses, _) => (parent, misses),
                    }
                }
            };
            all = both(all, here);
            if all == Truth::No {
                return all;
            }
            at = parent;
        }
        Truth::Unknown
    }

    /// Whether code is left on a path by an error or a redirect.
    pub(super) fn shows_nothing(&self, run: Run, exit: Path) -> bool {
        let exits = self.facts.exits(run, &|| {
            let ir = self.project.ir(run.file);
            let mut found = Exits::default();
            for effect in &ir.effects[ir.function(run.function).effects] {
                let is_exit = match effect.kind {
                    // Who is sent to log in, or told that they may not, is turned away.
                    EffectKind::Raise(exception) => !self.refuses(run.file, exception),
                    EffectKind::Return(Some(value)) => {
                        self.is_redirect(run.file, value) && !self.is_refusal(run, value, 0)
                    }
                    _ => false,
                };
                if is_exit {
                    let path = ir.path(effect.path);
                    found.entry(path.parent()).or_default().push(path);
                }
            }
            found
        });
        exits.get(&exit.parent()).is_some_and(|known| known.contains(&exit))
    }

    /// Whether a path is taken by some and not by others.
    pub(super) fn depends_on_actor(&self, run: Run, path: PathId, ask: Ask<'_>, depth: u8) -> bool {
        let of = |actor| self.when(run, path, Ask { actor, ..ask }, depth);
        let (anonymous, user, all) = (of(Actor::Anonymous), of(Actor::User), of(Actor::Super));
        anonymous != all || user != all
    }

    /// Whether a function says no somewhere, or calls one of the project that asks who is there.
    pub(super) fn may_refuse(&self, run: Run) -> bool {
        let ir = self.project.ir(run.file);
        self.answers.begin();
        ir.effects[ir.function(run.function).effects].iter().any(|effect| match effect.kind {
            EffectKind::Raise(exception) => self.refuses(run.file, exception),
            // Who logs out, or fails to log in, is led to log in as well.
            EffectKind::Return(Some(value)) => {
                matches!(ir.path(effect.path), Path::Given { test, .. }
                    if mentions_session(ir, test))
                    && self.is_refusal(run, value, 0)
                    || self.puts_guard(run, value)
            }
            EffectKind::Call(call) => {
                self.called(run, call).is_some_and(|callee| callee != run && self.asks(callee))
                    || self.is_guarded(run, call)
            }
            _ => false,
        })
    }

    /// Whether a function turns somebody away by a test that is not decided: by a key, an
    /// address, what settings say.
    fn refuses_some(&self, run: Run) -> bool {
        let ir = self.project.ir(run.file);
        let ask = Ask { actor: Actor::User, method: None, route: None, action: None, view: None };
        ir.effects[ir.function(run.function).effects].iter().any(|effect| {
            let refuses = match effect.kind {
                EffectKind::Raise(exception) => self.refuses(run.file, exception),
                EffectKind::Return(Some(value)) => self.is_refusal(run, value, 0),
                _ => false,
            };
            refuses && self.when(run, effect.path, ask, 0) == Truth::Unknown
        })
    }

    /// As [`Self::is_doubtful`], as a question of its own.
    pub(super) fn is_doubtful_alone(&self, run: Run, name: &str) -> bool {
        self.answers.begin();
        self.is_doubtful(run, name)
    }

    /// Whether the wrapper of a decorator of this name, of which it is not known whom it refuses, refuses
    /// somebody; or is called a guard, and gives some an answer of its own.
    pub(super) fn is_doubtful(&self, run: Run, name: &str) -> bool {
        self.refuses_some(run) || is_called_guard(name) && self.answers_some(run)
    }

    /// Whether a function gives some an answer of its own, and hands others over to what it was given.
    fn answers_some(&self, run: Run) -> bool {
        let ir = self.project.ir(run.file);
        let actor = Actor::Anonymous;
        let ask = Ask { actor, method: None, route: None, action: None, view: None };
        ir.effects[ir.function(run.function).effects].iter().any(|effect| {
            let EffectKind::Return(Some(value)) = effect.kind else { return false };
            !is_malformed(ir, value)
                && !hands_over(ir, value)
                && self.when(run, effect.path, ask, 0) == Truth::Unknown
        })
    }

    /// The function of the project that a call runs.
    pub(super) fn called(&self, run: Run, call: ValueId) -> Option<Run> {
        let ir = self.project.ir(run.file);
        let Value::Call { callee, .. } = ir.value(plain(ir, call)) else { return None };
        if let Value::Attr { of, name } = ir.value(plain(ir, callee))
            && is_self(ir, run, of)
            && let Some(class) = run.class
        {
            let member = self.project.lookup_member(class, ir.str(name))?;
            let function = function_in(self.project.ir(member.class.0), member.value)?;
            return Some(Run { file: member.class.0, function, class: Some(class) });
        }
        if let Value::Attr { of, name } = ir.value(plain(ir, callee))
            && let Some(class) = self.class_made(run.file, of)
        {
            let member = self.project.lookup_member(class, ir.str(name))?;
            let function = function_in(self.project.ir(member.class.0), member.value)?;
            return Some(Run { file: member.class.0, function, class: Some(class) });
        }
        match self.project.resolve(run.file, callee) {
            Entity::Function(file, function) => Some(Run { file, function, class: None }),
            _ => None,
        }
    }

    /// The class of the project of which a value is a new instance: `IsMember()`.
    pub(super) fn class_made(&self, file: FileId, value: ValueId) -> Option<ClassRef> {
        let ir = self.project.ir(file);
        let Value::Call { callee, .. } = ir.value(plain(ir, value)) else { return None };
        match self.project.resolve(file, callee) {
            Entity::Class(file, class) => Some(ClassRef::Project(file, class)),
            _ => None,
        }
    }

    /// Whether a function asks who is there at all.
    pub(super) fn asks(&self, run: Run) -> bool {
        let ir = self.project.ir(run.file);
        let span = ir.function(run.function).span;
        self.of_file(run.file).asks(span)
    }

    /// Whether a function asks who is there, or leaves that to a helper that it calls.
    pub(super) fn asks_somewhere(&self, run: Run, depth: u8) -> bool {
        self.answers.begin();
        self.asks_or_calls(run, depth)
    }

    fn asks_or_calls(&self, run: Run, depth: u8) -> bool {
        let ir = self.project.ir(run.file);
        self.asks(run)
            || depth < 3
                && ir.effects[ir.function(run.function).effects].iter().any(|effect| {
                    matches!(effect.kind, EffectKind::Call(call) if self.answers.step()
                    && self.called(run, call).is_some_and(|helper| {
                        helper != run && self.asks_or_calls(helper, depth + 1)
                    }))
                })
    }

    pub(super) fn of_file(&self, file: FileId) -> Rc<OfFile> {
        self.facts.of_file(file, self.project.ir(file), &|name| {
            super::words::ASKING.contains(&name) || REFUSALS.contains(&name) || is_permission(name)
        })
    }
}
