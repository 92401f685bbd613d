//! Code that turns visitors away: what a function of the project does for someone who is not logged in,
//! someone who is, and someone who may do everything.

use std::cell::Cell;
use std::rc::Rc;

use bartizan_base::Span;
use bartizan_ir::{
    BoolOp, CompareOp, EffectKind, FileIr, FunctionId, FunctionKind, Path, PathId, UnaryOp, Value,
    ValueId,
};
use bartizan_project::{ClassRef, Entity, FileId, Project};

use super::guards::{self, Guard, Reach};
use super::memory::{Answers, Exits, Facts, OfFile};
use super::views::last;
use crate::settings::Truth;

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
    /// Whether something is to be changed, where that is known.
    pub(super) is_write: Option<bool>,
    /// What is asked for, with its name: of middleware.
    pub(super) route: Option<(&'s str, Option<&'s str>)>,
}

/// What code does with whoever asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    /// Sends them away, here.
    Denied(FileId, Span),
    Passed,
    /// Sends them away perhaps, here.
    Unknown(FileId, Span),
}

/// A function, and the class for whose instance it runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Run {
    pub(super) file: FileId,
    pub(super) function: FunctionId,
    pub(super) class: Option<ClassRef>,
}

/// Functions inside each other beyond which none is followed.
const DEEPEST: u8 = 5;

/// Tests inside each other beyond which none is followed.
const DEEPEST_TEST: u8 = 24;

/// Values inside one test beyond which no word is looked for.
const MOST_WORDS: u32 = 200;

/// Exceptions by which code turns someone away.
const REFUSALS: &[&str] =
    &["PermissionDenied", "NotAuthenticated", "AuthenticationFailed", "NotAllowed"];

/// Words in tests that ask who is there.
const ABOUT_WHO: &[&str] = &[
    "user",
    "perm",
    "auth",
    "staff",
    "login",
    "logged",
    "owner",
    "member",
    "role",
    "token",
    "secret",
    "signature",
    "session",
    "access",
    "allowed",
    "anonymous",
    "superuser",
    "group",
];

/// Answers about the project's own code.
#[derive(Clone, Copy)]
pub(super) struct Gates<'a> {
    pub(super) project: &'a Project,
    pub(super) facts: &'a Facts,
    /// Of one route, where it is said which.
    pub(super) answers: &'a Answers,
}

impl<'a> Gates<'a> {
    /// The guard that a function is; `None` where it lets everyone through.
    pub(super) fn guard(&self, run: Run, name: &str) -> Option<Guard> {
        self.guard_where(name, None, &|ask| self.outcome(run, ask, 0))
    }

    /// The guard that the outcomes of a question make.
    pub(super) fn guard_where(
        &self,
        name: &str,
        route: Option<(&str, Option<&str>)>,
        outcome: &dyn Fn(Ask<'_>) -> Outcome,
    ) -> Option<Guard> {
        self.answers.begin();
        let of = |is_write: bool| {
            let ask = |actor| outcome(Ask { actor, is_write: Some(is_write), route });
            self.reach([ask(Actor::Anonymous), ask(Actor::User), ask(Actor::Super)])
        };
        let (read, write) = (of(false), of(true));
        let made = |(reach, place): (Reach, (FileId, Span)), writes_only| Guard {
            name: name.to_owned(),
            reach,
            writes_only,
            place: Some(place),
        };
        match (read, write) {
            (None, None) => None,
            (None, Some(write)) => Some(made(write, true)),
            (Some(read), None) => Some(made((Reach::Unknown, read.1), false)),
            (Some(read), Some(write)) if read.0 == write.0 => Some(made(write, false)),
            (Some(read), Some(_)) => Some(made((Reach::Unknown, read.1), false)),
        }
    }

    fn reach(&self, [anonymous, user, all]: [Outcome; 3]) -> Option<(Reach, (FileId, Span))> {
        match anonymous {
            Outcome::Passed => None,
            Outcome::Unknown(file, span) => Some((Reach::Unknown, (file, span))),
            Outcome::Denied(file, span) => match (user, all) {
                (Outcome::Passed, _) => Some((Reach::Login, (file, span))),
                // Logged in, and something more is asked that is not plain.
                (Outcome::Unknown(file, span), _) => Some((Reach::Permission, (file, span))),
                (Outcome::Denied(file, span), Outcome::Passed | Outcome::Unknown(..)) => {
                    let reach = match self.is_about_staff(file, span) {
                        true => Reach::Staff,
                        false => Reach::Permission,
                    };
                    Some((reach, (file, span)))
                }
                (Outcome::Denied(..), Outcome::Denied(..)) => Some((Reach::Unknown, (file, span))),
            },
        }
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

    // ---- statements ------------------------------------------------------------------------------

    /// What a function does with whoever asks.
    pub(super) fn outcome(&self, run: Run, ask: Ask<'_>, depth: u8) -> Outcome {
        let ir = self.project.ir(run.file);
        let record = ir.function(run.function);
        let mut perhaps: Option<Span> = None;
        let mut may_pass = false;
        for effect in &ir.effects[record.effects] {
            if !self.answers.step() {
                return Outcome::Unknown(run.file, effect.span);
            }
            let when = self.when(run, effect.path, ask, depth);
            if when == Truth::No {
                continue;
            }
            let verdict = match effect.kind {
                EffectKind::Raise(exception) => match self.refuses(run.file, exception) {
                    true => Outcome::Denied(run.file, effect.span),
                    // An error for whoever it may be.
                    false if when == Truth::Yes => break,
                    false => continue,
                },
                EffectKind::Return(value) => {
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
                        Outcome::Unknown(file, span) if self.is_raise(file, span) => {
                            perhaps = perhaps.or(Some(effect.span));
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
                        true => Outcome::Unknown(file, span),
                        false => Outcome::Denied(file, span),
                    };
                }
                (Outcome::Denied(..), _) => {
                    if self.is_about_who(run, effect.path, ask, depth) {
                        perhaps = perhaps.or(Some(effect.span));
                    }
                }
                (_, Truth::Yes) => break,
                (_, _) => {
                    // An early answer that depends on who asks.
                    may_pass |= self.is_about_who(run, effect.path, ask, depth);
                }
            }
        }
        match perhaps {
            Some(span) => Outcome::Unknown(run.file, span),
            None => Outcome::Passed,
        }
    }

    /// Whether code on a path runs.
    fn when(&self, run: Run, path: PathId, ask: Ask<'_>, depth: u8) -> Truth {
        let find = || self.when_anew(run, path, ask, depth);
        self.answers.path((run, path, ask, depth), &find)
    }

    fn when_anew(&self, run: Run, path: PathId, ask: Ask<'_>, depth: u8) -> Truth {
        let ir = self.project.ir(run.file);
        let mut at = path;
        let mut all = Truth::Yes;
        for _ in 0..256 {
            if !self.answers.step() {
                return Truth::Unknown;
            }
            let (parent, here) = match ir.path(at) {
                Path::Root => return all,
                Path::Given { parent, test, truth } => {
                    let holds = self.test(run, test, ask, depth, 0);
                    let holds = if truth { holds } else { holds.negated() };
                    let other = Path::Given { parent, test, truth: !truth };
                    // Whoever is sent elsewhere meanwhile, or meets an error, was shown nothing.
                    match holds {
                        Truth::Unknown if self.shows_nothing(run, other) => (parent, Truth::Yes),
                        _ => (parent, holds),
                    }
                }
                Path::Escaped { parent, exit } => {
                    let taken = match depth < DEEPEST + 4 {
                        true => self.when_below(run, exit, parent, ask, depth),
                        false => Truth::Unknown,
                    };
                    match taken {
                        Truth::Unknown if self.shows_nothing(run, ir.path(exit)) => {
                            (parent, Truth::Yes)
                        }
                        _ => (parent, taken.negated()),
                    }
                }
                Path::Dead { .. } => return Truth::No,
                Path::Tried { parent, .. } | Path::Completed { parent, .. } => (parent, Truth::Yes),
                // What is asked of each of several is asked of one at least.
                Path::Loop { parent, .. } => (parent, Truth::Yes),
                // What goes wrong for someone who is not there need not for others.
                Path::Handler { parent, .. } => match ask.actor {
                    Actor::Anonymous => (parent, Truth::Unknown),
                    _ => (parent, Truth::No),
                },
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
    fn shows_nothing(&self, run: Run, exit: Path) -> bool {
        let exits = self.facts.exits(run, &|| {
            let ir = self.project.ir(run.file);
            let mut found = Exits::default();
            for effect in &ir.effects[ir.function(run.function).effects] {
                let is_exit = match effect.kind {
                    EffectKind::Raise(_) => true,
                    EffectKind::Return(Some(value)) => self.is_redirect(run.file, value),
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

    /// As [`Self::when`], of what is told beyond a path that both share.
    fn when_below(&self, run: Run, path: PathId, shared: PathId, ask: Ask<'_>, depth: u8) -> Truth {
        let ir = self.project.ir(run.file);
        let mut at = path;
        let mut all = Truth::Yes;
        for _ in 0..256 {
            if at == shared {
                return all;
            }
            if !self.answers.step() {
                return Truth::Unknown;
            }
            let (parent, here) = match ir.path(at) {
                Path::Root => return all,
                Path::Given { parent, test, truth } => {
                    let holds = self.test(run, test, ask, depth, 0);
                    (parent, if truth { holds } else { holds.negated() })
                }
                // What escaped before is what the shared path says as well.
                Path::Escaped { parent, .. }
                | Path::Tried { parent, .. }
                | Path::Completed { parent, .. } => (parent, Truth::Yes),
                Path::Dead { .. } => return Truth::No,
                Path::Loop { parent, .. } => (parent, Truth::Unknown),
                // What goes wrong for someone who is not there need not for others.
                Path::Handler { parent, .. } => match ask.actor {
                    Actor::Anonymous => (parent, Truth::Unknown),
                    _ => (parent, Truth::No),
                },
            };
            all = both(all, here);
            if all == Truth::No {
                return all;
            }
            at = parent;
        }
        Truth::Unknown
    }

    /// Whether a path is taken by some and not by others.
    fn depends_on_actor(&self, run: Run, path: PathId, ask: Ask<'_>, depth: u8) -> bool {
        let of = |actor| self.when(run, path, Ask { actor, ..ask }, depth);
        let (anonymous, user, all) = (of(Actor::Anonymous), of(Actor::User), of(Actor::Super));
        anonymous != all || user != all
    }

    /// Whether a test of a path that is not decided asks who is there.
    fn is_about_who(&self, run: Run, path: PathId, ask: Ask<'_>, depth: u8) -> bool {
        let ir = self.project.ir(run.file);
        let mut at = path;
        for _ in 0..64 {
            if !self.answers.step() {
                return true;
            }
            let Some(parent) = ir.path(at).parent() else { return false };
            if let Path::Given { test, .. } = ir.path(at)
                && self.test(run, test, ask, depth, 0) == Truth::Unknown
                && mentions(ir, test)
            {
                return true;
            }
            at = parent;
        }
        false
    }

    /// Whether a call raises what turns someone away: DRF's `permission_denied`.
    fn is_denial(&self, run: Run, call: ValueId) -> bool {
        let ir = self.project.ir(run.file);
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        let Value::Attr { of, name } = ir.value(plain(ir, callee)) else { return false };
        ir.str(name) == "permission_denied" && is_self(ir, run, of)
    }

    /// Whether an exception turns someone away.
    fn refuses(&self, file: FileId, exception: Option<ValueId>) -> bool {
        let Some(exception) = exception else { return false };
        name_of(self.project.ir(file), exception).is_some_and(|name| REFUSALS.contains(&name))
    }

    /// Whether a statement at a place raises.
    fn is_raise(&self, file: FileId, span: Span) -> bool {
        self.of_file(file).raises(span)
    }

    /// Whether a response says no.
    fn is_refusal(&self, run: Run, value: ValueId, depth: u8) -> bool {
        if !self.answers.step() {
            return false;
        }
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        let Value::Call { callee, args } = ir.value(value) else { return false };
        let Some(name) = name_of(ir, callee) else { return false };
        match name {
            "HttpResponseForbidden"
            | "redirect_to_login"
            | "handle_no_permission"
            | "permission_denied"
            | "login_redirect"
            | "redirect_to_login_page" => return true,
            _ => {}
        }
        let says_no = ir.args[args].iter().any(|arg| {
            let is_status =
                matches!(arg.kind, bartizan_ir::ArgKind::Keyword(key) if ir.str(key) == "status");
            let value = plain(ir, arg.value);
            is_status
                && match ir.value(value) {
                    Value::Int(code) => matches!(code, 401 | 403),
                    Value::Attr { name, .. } => {
                        let name = ir.str(name);
                        name.contains("401") || name.contains("403") || name == "FORBIDDEN"
                    }
                    _ => false,
                }
        });
        if says_no {
            return true;
        }
        if self.is_redirect(run.file, value) {
            return ir.args[args].iter().any(|arg| is_login(ir, arg.value, 0));
        }
        // A function of the project all whose answers say no.
        depth < DEEPEST
            && self.called(run, value).is_some_and(|callee| {
                let ir = self.project.ir(callee.file);
                let mut returned = false;
                let all = ir.effects[ir.function(callee.function).effects].iter().all(|effect| {
                    match effect.kind {
                        EffectKind::Return(Some(value)) => {
                            returned = true;
                            self.is_refusal(callee, value, depth + 1)
                        }
                        EffectKind::Return(None) => false,
                        _ => true,
                    }
                });
                all && returned
            })
    }

    /// Whether a function of the project whose answer is handed on says no to whoever asks.
    fn answers_no(&self, run: Run, value: ValueId, ask: Ask<'_>, depth: u8) -> bool {
        let Some(callee) = self.called(run, value) else { return false };
        if depth >= DEEPEST || !self.asks(callee) {
            return false;
        }
        let ir = self.project.ir(callee.file);
        ir.effects[ir.function(callee.function).effects].iter().any(|effect| {
            matches!(effect.kind, EffectKind::Return(Some(value))
                if self.is_refusal(callee, value, depth + 1))
                && self.when(callee, effect.path, ask, depth + 1) == Truth::Yes
        })
    }

    fn is_redirect(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.project.ir(file);
        let Value::Call { callee, .. } = ir.value(plain(ir, value)) else { return false };
        name_of(ir, callee).is_some_and(|name| {
            name.starts_with("redirect") || name.starts_with("HttpResponseRedirect")
        })
    }

    // ---- tests -----------------------------------------------------------------------------------

    /// How a test comes out.
    fn test(&self, run: Run, value: ValueId, ask: Ask<'_>, depth: u8, inner: u8) -> Truth {
        match inner {
            0 => {
                let find = || self.test_anew(run, value, ask, depth, inner);
                self.answers.test((run, value, ask, depth), &find)
            }
            1..=DEEPEST_TEST => self.test_anew(run, value, ask, depth, inner),
            _ => Truth::Unknown,
        }
    }

    fn test_anew(&self, run: Run, value: ValueId, ask: Ask<'_>, depth: u8, inner: u8) -> Truth {
        if !self.answers.step() {
            return Truth::Unknown;
        }
        let ir = self.project.ir(run.file);
        let inside = |value| self.test(run, value, ask, depth, inner + 1);
        let value = plain(ir, value);
        match ir.value(value) {
            Value::Bool(truth) => Truth::known(truth),
            Value::None => Truth::No,
            Value::Unary { op: UnaryOp::Not, of } => inside(of).negated(),
            Value::Logic { op, values } => {
                let mut all = ir.ids[values].iter().map(|value| inside(*value));
                match op {
                    BoolOp::And => all.fold(Truth::Yes, both),
                    BoolOp::Or => all
                        .try_fold(Truth::No, |so_far, next| match either(so_far, next) {
                            Truth::Yes => Err(()),
                            other => Ok(other),
                        })
                        .unwrap_or(Truth::Yes),
                }
            }
            Value::Gamma { test, then, otherwise } => match inside(test) {
                Truth::Yes => inside(then),
                Truth::No => inside(otherwise),
                Truth::Unknown => match (inside(then), inside(otherwise)) {
                    (a, b) if a == b => a,
                    _ => Truth::Unknown,
                },
            },
            Value::Attr { of, name } => {
                if let Some(truth) = of_user(ir.str(name), ask.actor)
                    && ir.str(name) != "user"
                {
                    return truth;
                }
                match ir.str(name) {
                    "user" => Truth::Yes,
                    // Someone who comes with a session has no token.
                    "auth" => Truth::No,
                    name if is_self(ir, run, of) => self.member_truth(run, name, ask, depth),
                    _ => Truth::Unknown,
                }
            }
            Value::Compare { op, left, right } => self.compared(run, op, left, right, ask),
            Value::Call { callee, args } => {
                let name = name_of(ir, callee).unwrap_or_default();
                let args: Vec<ValueId> = ir.args[args].iter().map(|arg| arg.value).collect();
                match (name, args.as_slice()) {
                    ("bool", [only]) => return inside(*only),
                    ("isinstance", [_, class]) if name_of(ir, *class) == Some("AnonymousUser") => {
                        return Truth::known(ask.actor == Actor::Anonymous);
                    }
                    ("isinstance", [of, _])
                        if matches!(ir.value(plain(ir, *of)), Value::Attr { name, .. }
                            if ir.str(name) == "auth") =>
                    {
                        return Truth::No;
                    }
                    ("getattr", [_, name, ..]) => {
                        if let Value::Str(name) = ir.value(plain(ir, *name))
                            && let Some(truth) = of_user(ir.str(name), ask.actor)
                        {
                            return truth;
                        }
                    }
                    ("startswith", [prefix, ..]) => {
                        if let Some((route, _)) = ask.route
                            && let Some(prefix) = text(ir, *prefix, 0)
                            && is_path(ir, callee)
                        {
                            return Truth::known(route.starts_with(&prefix));
                        }
                    }
                    _ => {}
                }
                if let Value::Attr { of, .. } = ir.value(plain(ir, callee)) {
                    if let Some(truth) = of_user(name, ask.actor) {
                        return truth;
                    }
                    if is_permission(name) && mentions_user(ir, of) {
                        return Truth::known(ask.actor == Actor::Super);
                    }
                    if is_super(ir, of) {
                        return self.above(run, name, ask, depth);
                    }
                }
                match self.called(run, value) {
                    Some(callee) if depth < DEEPEST => self.result(callee, ask, depth + 1),
                    _ => Truth::Unknown,
                }
            }
            _ => Truth::Unknown,
        }
    }

    fn compared(
        &self,
        run: Run,
        op: CompareOp,
        left: ValueId,
        right: ValueId,
        ask: Ask<'_>,
    ) -> Truth {
        let ir = self.project.ir(run.file);
        let attribute = |value: ValueId| match ir.value(plain(ir, value)) {
            Value::Attr { name, .. } => ir.str(name),
            Value::Import { name: Some(name), .. } | Value::Global { name, .. } => ir.str(name),
            _ => "",
        };
        let is_no = matches!(op, CompareOp::NotEq | CompareOp::NotIn | CompareOp::IsNot);
        let said = |truth: Truth| if is_no { truth.negated() } else { truth };
        if attribute(left) == "method"
            && let Some(is_write) = ask.is_write
        {
            let is_safe = match ir.value(plain(ir, right)) {
                Value::Str(method) => Some(matches!(ir.str(method), "GET" | "HEAD" | "OPTIONS")),
                Value::Tuple(items) | Value::List(items) | Value::Set(items) => {
                    let all: Vec<bool> = ir.items[items]
                        .iter()
                        .filter_map(|item| match ir.value(plain(ir, item.value)) {
                            Value::Str(m) => Some(matches!(ir.str(m), "GET" | "HEAD" | "OPTIONS")),
                            _ => None,
                        })
                        .collect();
                    match (all.iter().all(|safe| *safe), all.iter().any(|safe| *safe)) {
                        (true, true) => Some(true),
                        (false, false) => Some(false),
                        _ => None,
                    }
                }
                _ if attribute(right) == "SAFE_METHODS" => Some(true),
                _ => None,
            };
            return match is_safe {
                Some(is_safe) if is_safe == is_write => said(Truth::No),
                // One of several methods that write, or the one that reads.
                Some(true) => said(Truth::Yes),
                Some(false) if matches!(op, CompareOp::In | CompareOp::NotIn) => said(Truth::Yes),
                _ => Truth::Unknown,
            };
        }
        if let Some((_, name)) = ask.route
            && matches!(op, CompareOp::In | CompareOp::NotIn)
            && is_route_name(ir, left)
            && let Some(names) = self.names(run, right)
        {
            return said(Truth::known(name.is_some_and(|name| {
                let name = name.rsplit(':').next().unwrap_or(name);
                names.iter().any(|known| known == name)
            })));
        }
        let is_none = matches!(ir.value(plain(ir, right)), Value::None);
        let mine = [left, right].into_iter().any(|side| attribute(side) == "user");
        if mine && is_none {
            return said(Truth::No);
        }
        // No row belongs to someone who is not there.
        if mine && ask.actor == Actor::Anonymous {
            return said(Truth::No);
        }
        Truth::Unknown
    }

    /// The texts of a list that a class or module has.
    fn names(&self, run: Run, value: ValueId) -> Option<Vec<String>> {
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        let (file, value) = match ir.value(value) {
            Value::Attr { of, name } if is_self(ir, run, of) => {
                let member = self.project.lookup_member(run.class?, ir.str(name))?;
                (member.class.0, member.value)
            }
            Value::Global { name, .. } => (run.file, ir.binding(FileIr::module(), name)?.value),
            _ => (run.file, value),
        };
        let ir = self.project.ir(file);
        let items = match ir.value(plain(ir, value)) {
            Value::Tuple(items) | Value::List(items) | Value::Set(items) => items,
            _ => return None,
        };
        ir.items[items]
            .iter()
            .map(|item| match ir.value(plain(ir, item.value)) {
                Value::Str(text) => Some(ir.str(text).to_owned()),
                _ => None,
            })
            .collect()
    }

    /// Whether what a function returns is true.
    pub(super) fn result(&self, run: Run, ask: Ask<'_>, depth: u8) -> Truth {
        let find = || self.result_anew(run, ask, depth);
        self.answers.result((run, ask, depth), &find)
    }

    fn result_anew(&self, run: Run, ask: Ask<'_>, depth: u8) -> Truth {
        let ir = self.project.ir(run.file);
        let record = ir.function(run.function);
        if matches!(record.kind, FunctionKind::Lambda) {
            return record
                .result
                .map_or(Truth::Unknown, |result| self.test(run, result, ask, depth, 0));
        }
        let mut so_far: Option<Truth> = None;
        for effect in &ir.effects[record.effects] {
            let when = self.when(run, effect.path, ask, depth);
            if when == Truth::No {
                continue;
            }
            let truth = match effect.kind {
                EffectKind::Return(Some(value)) if self.is_refusal(run, value, depth) => Truth::Yes,
                EffectKind::Return(Some(value)) => self.test(run, value, ask, depth, 0),
                EffectKind::Return(None) => Truth::No,
                EffectKind::Raise(exception) if self.refuses(run.file, exception) => Truth::No,
                EffectKind::Raise(_) if when == Truth::Yes => return so_far.unwrap_or(Truth::No),
                _ => continue,
            };
            so_far = match so_far {
                None => Some(truth),
                Some(before) if before == truth => Some(truth),
                Some(_) => Some(Truth::Unknown),
            };
            if when == Truth::Yes {
                return so_far.unwrap_or(Truth::Unknown);
            }
        }
        so_far.unwrap_or(Truth::No)
    }

    /// A property, a method or a constant of the instance at hand.
    fn member_truth(&self, run: Run, name: &str, ask: Ask<'_>, depth: u8) -> Truth {
        let Some(class) = run.class else { return Truth::Unknown };
        let Some(member) = self.project.lookup_member(class, name) else { return Truth::Unknown };
        let file = member.class.0;
        let ir = self.project.ir(file);
        match ir.value(plain(ir, member.value)) {
            Value::Bool(truth) => Truth::known(truth),
            Value::Decorated { .. } if depth < DEEPEST => match function_in(ir, member.value) {
                Some(function) => {
                    self.result(Run { file, function, class: Some(class) }, ask, depth + 1)
                }
                None => Truth::Unknown,
            },
            _ => Truth::Unknown,
        }
    }

    /// What `super().name(…)` says.
    fn above(&self, run: Run, name: &str, ask: Ask<'_>, depth: u8) -> Truth {
        let Some(class) = run.class else { return Truth::Unknown };
        let ir = self.project.ir(run.file);
        let Some(own) = ir.function(run.function).class else { return Truth::Unknown };
        let own = ClassRef::Project(run.file, own);
        let mro = self.project.mro(class);
        for base in mro.classes.iter().skip_while(|base| **base != own).skip(1) {
            match base {
                ClassRef::Project(..) => {
                    let Some(member) = self.project.own_member(*base, name) else { continue };
                    let file = member.class.0;
                    let Some(function) = function_in(self.project.ir(file), member.value) else {
                        return Truth::Unknown;
                    };
                    return match depth < DEEPEST {
                        true => {
                            self.result(Run { file, function, class: run.class }, ask, depth + 1)
                        }
                        false => Truth::Unknown,
                    };
                }
                ClassRef::External(symbol) => {
                    let dotted = self.project.symbol(*symbol);
                    let is_write = ask.is_write.unwrap_or(true);
                    match last(dotted) {
                        "BasePermission" | "AllowAny" => return Truth::Yes,
                        "IsAuthenticatedOrReadOnly" if !is_write => return Truth::Yes,
                        "IsAuthenticatedOrReadOnly" => {
                            return Truth::known(ask.actor != Actor::Anonymous);
                        }
                        _ => {}
                    }
                    if let Some(reach) = guards::meaning(dotted) {
                        return Truth::known(lets_in(reach, ask.actor));
                    }
                }
            }
        }
        Truth::Unknown
    }

    // ---- functions -------------------------------------------------------------------------------

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
        match self.project.resolve(run.file, callee) {
            Entity::Function(file, function) => Some(Run { file, function, class: None }),
            _ => None,
        }
    }

    /// Whether a function asks who is there at all.
    pub(super) fn asks(&self, run: Run) -> bool {
        let ir = self.project.ir(run.file);
        let span = ir.function(run.function).span;
        self.of_file(run.file).asks(span)
    }

    fn of_file(&self, file: FileId) -> Rc<OfFile> {
        self.facts.of_file(file, self.project.ir(file), &|name| {
            super::posture::ASKING.contains(&name)
                || REFUSALS.contains(&name)
                || is_permission(name)
        })
    }

    /// The function that stands for what a decorator of the project decorates: the one inside that
    /// holds no other.
    pub(super) fn wrapper(&self, file: FileId, decorator: FunctionId) -> Option<FunctionId> {
        let ir = self.project.ir(file);
        let mut at = decorator;
        for _ in 0..4 {
            let mut inner = ir.functions().filter(|(_, function)| {
                function.parent == Some(at) && matches!(function.kind, FunctionKind::Def)
            });
            match (inner.next(), inner.next()) {
                (Some((only, _)), None) => at = only,
                _ => break,
            }
        }
        (at != decorator).then_some(at)
    }
}

/// A value before what was found out of it, and before what loops and calls may have done with it.
fn plain(ir: &FileIr, value: ValueId) -> ValueId {
    let mut at = ir.bare(value);
    for _ in 0..64 {
        at = match ir.value(at) {
            Value::Mu { init, .. } => ir.bare(init),
            Value::Mutate(mutation) => ir.bare(ir.mutation(mutation).receiver),
            _ => return at,
        };
    }
    at
}

/// Whether someone gets past a guard.
pub(super) fn lets_in(reach: Reach, actor: Actor) -> bool {
    match actor {
        Actor::Anonymous => reach == Reach::Anonymous,
        Actor::User => reach <= Reach::Login,
        Actor::Super => true,
    }
}

fn both(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Truth::No, _) | (_, Truth::No) => Truth::No,
        (Truth::Yes, Truth::Yes) => Truth::Yes,
        _ => Truth::Unknown,
    }
}

fn either(a: Truth, b: Truth) -> Truth {
    both(a.negated(), b.negated()).negated()
}

/// What a user says of itself.
fn of_user(name: &str, actor: Actor) -> Option<Truth> {
    Some(Truth::known(match name {
        "is_authenticated" | "is_active" => actor != Actor::Anonymous,
        "is_anonymous" => actor == Actor::Anonymous,
        "is_staff" | "is_superuser" => actor == Actor::Super,
        _ => return None,
    }))
}

fn is_permission(name: &str) -> bool {
    name == "has_perm"
        || name == "has_perms"
        || name == "has_module_perms"
        || name.starts_with("has_")
            && (name.ends_with("permission") || name.ends_with("permissions"))
        || name == "has_active_staff_session"
}

/// The last part of a name that a value has.
fn name_of(ir: &FileIr, value: ValueId) -> Option<&str> {
    let mut at = plain(ir, value);
    for _ in 0..4 {
        match ir.value(at) {
            Value::Attr { name, .. } | Value::Global { name, .. } => return Some(ir.str(name)),
            Value::Import { name: Some(name), .. } => return Some(ir.str(name)),
            Value::Class(class) => return Some(ir.str(ir.class(class).name)),
            Value::Function(function) => return Some(ir.str(ir.function(function).name)),
            Value::Call { callee, .. } => at = plain(ir, callee),
            _ => return None,
        }
    }
    None
}

/// Whether a value is the instance whose method runs.
fn is_self(ir: &FileIr, run: Run, value: ValueId) -> bool {
    run.class.is_some()
        && ir.function(run.function).class.is_some()
        && ir.value(plain(ir, value)) == Value::Param(0)
}

fn is_super(ir: &FileIr, value: ValueId) -> bool {
    let Value::Call { callee, .. } = ir.value(plain(ir, value)) else { return false };
    matches!(ir.value(plain(ir, callee)), Value::Global { name, .. } if ir.str(name) == "super")
}

/// Whether a test asks who is there, by its words.
fn mentions(ir: &FileIr, value: ValueId) -> bool {
    any_name(ir, value, 0, &Cell::new(MOST_WORDS), &|name| {
        let name = name.to_ascii_lowercase();
        ABOUT_WHO.iter().any(|word| name.contains(word))
    })
}

fn mentions_user(ir: &FileIr, value: ValueId) -> bool {
    any_name(ir, value, 0, &Cell::new(MOST_WORDS), &|name| {
        name == "user" || name.ends_with("_user") || name == "auth"
    })
}

fn any_name(
    ir: &FileIr,
    value: ValueId,
    depth: u8,
    left: &Cell<u32>,
    is: &dyn Fn(&str) -> bool,
) -> bool {
    if depth > 12 || left.get() == 0 {
        return false;
    }
    left.set(left.get() - 1);
    let inside = |value| any_name(ir, value, depth + 1, left, is);
    let value = plain(ir, value);
    match ir.value(value) {
        Value::Attr { of, name } => is(ir.str(name)) || inside(of),
        Value::Global { name, .. } | Value::Capture { name, .. } => is(ir.str(name)),
        Value::Import { name: Some(name), .. } => is(ir.str(name)),
        Value::Param(place) => {
            let function = ir.function(ir.stretch(value).function);
            ir.params[function.params]
                .get(place as usize)
                .is_some_and(|param| is(ir.str(param.name)))
        }
        Value::Call { callee, args } => {
            inside(callee) || ir.args[args].iter().any(|arg| inside(arg.value))
        }
        Value::Compare { left, right, .. } | Value::Binary { left, right, .. } => {
            inside(left) || inside(right)
        }
        Value::Logic { values, .. } => ir.ids[values].iter().any(|value| inside(*value)),
        Value::Unary { of, .. } | Value::Index { of, .. } | Value::Elem { of, .. } => inside(of),
        Value::Gamma { test, then, otherwise } => inside(test) || inside(then) || inside(otherwise),
        _ => false,
    }
}

/// Whether an argument leads to where one logs in.
fn is_login(ir: &FileIr, value: ValueId, depth: u8) -> bool {
    let is = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("login") || text.contains("signin") || text.contains("sign-in")
    };
    match ir.value(plain(ir, value)) {
        Value::Str(text) => is(ir.str(text)),
        Value::Attr { name, .. } => is(ir.str(name)),
        Value::Call { args, .. } if depth < 4 => {
            ir.args[args].iter().any(|arg| is_login(ir, arg.value, depth + 1))
        }
        Value::Text { parts, .. } if depth < 4 => ir.parts[parts].iter().any(|part| {
            matches!(part.piece, bartizan_ir::TextPiece::Literal(text) if is(ir.str(text)))
                || matches!(part.piece, bartizan_ir::TextPiece::Hole { value, .. }
                    if is_login(ir, value, depth + 1))
        }),
        Value::Binary { left, right, .. } if depth < 4 => {
            is_login(ir, left, depth + 1) || is_login(ir, right, depth + 1)
        }
        _ => false,
    }
}

/// The path that code compares with, as far as it is text: the site lies at its root.
fn text(ir: &FileIr, value: ValueId, depth: u8) -> Option<String> {
    if depth > 8 {
        return None;
    }
    match ir.value(plain(ir, value)) {
        Value::Str(text) => Some(ir.str(text).to_owned()),
        Value::Call { callee, .. } if name_of(ir, callee) == Some("get_script_prefix") => {
            Some("/".to_owned())
        }
        Value::Binary { op: bartizan_ir::BinaryOp::Add, left, right } => {
            Some(text(ir, left, depth + 1)? + &text(ir, right, depth + 1)?)
        }
        Value::Text { parts, .. } => {
            let mut whole = String::new();
            for part in &ir.parts[parts] {
                match part.piece {
                    bartizan_ir::TextPiece::Literal(text) => whole.push_str(ir.str(text)),
                    bartizan_ir::TextPiece::Hole { value, .. } => {
                        whole.push_str(&text(ir, value, depth + 1)?);
                    }
                }
            }
            Some(whole)
        }
        _ => None,
    }
}

/// `request.path.startswith`, `request.path_info.startswith`
fn is_path(ir: &FileIr, callee: ValueId) -> bool {
    let Value::Attr { of, .. } = ir.value(plain(ir, callee)) else { return false };
    matches!(ir.value(plain(ir, of)), Value::Attr { name, .. }
        if matches!(ir.str(name), "path" | "path_info"))
}

/// `resolve(request.path_info).url_name`
fn is_route_name(ir: &FileIr, value: ValueId) -> bool {
    matches!(ir.value(plain(ir, value)), Value::Attr { name, .. }
        if matches!(ir.str(name), "url_name" | "view_name"))
}

/// The function under the decorators of a value.
pub(super) fn function_in(ir: &FileIr, value: ValueId) -> Option<FunctionId> {
    let mut at = plain(ir, value);
    for _ in 0..16 {
        match ir.value(at) {
            Value::Decorated { of, .. } => at = plain(ir, of),
            Value::Function(function) => return Some(function),
            _ => return None,
        }
    }
    None
}
