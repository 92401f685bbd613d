//! What an exception or an answer means for who asked: whether it turns them away.

use std::rc::Rc;

use bartizan_ir::{ArgKind, EffectKind, Mutator, Part, PathId, Value, ValueId};
use bartizan_project::ClassRef;

use crate::formula::Formula;
use crate::models::outside;
use crate::reader::{Callee, Frame, Reader};

/// Answers of Django that say that somebody is not let in.
const REFUSALS: &[&str] =
    &["HttpResponseForbidden", "HttpResponseNotFound", "HttpResponseNotAllowed"];

/// How much it means that code leaves here.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Denial {
    /// The visitor is turned away.
    Sure,
    /// Nothing is found, or he is sent elsewhere: it depends on what was asked.
    Perhaps,
}

/// Choices inside each other beyond which an answer is not looked at.
pub(crate) const MOST_ANSWERS: usize = 6;

impl Reader<'_> {
    /// What an exception means for who asked.
    pub(crate) fn raised(&self, frame: &Rc<Frame>, raised: ValueId) -> Option<Denial> {
        let ir = self.ir(frame.file);
        let class = match ir.value(ir.bare(raised)) {
            Value::Call { callee, .. } => callee,
            _ => raised,
        };
        let name = self.text(frame, class);
        Some(match name.as_str() {
            "PermissionDenied"
            | "NotAuthenticated"
            | "AuthenticationFailed"
            | "SuspiciousOperation"
            | "Forbidden"
            | "HttpForbidden"
            | "Throttled"
            | "Http404"
            | "NotFound"
            | "DisallowedHost"
            | "MethodNotAllowed"
            | "HttpError" => Denial::Sure,
            "ValidationError" | "Http400" | "BadRequest" => Denial::Perhaps,
            _ => return None,
        })
    }

    /// Whether a visitor is told on a path that something is not for him: `messages.error(…)`.
    pub(crate) fn is_told_off(&self, frame: &Rc<Frame>, path: PathId) -> bool {
        let ir = self.ir(frame.file);
        let asked = self.last_test(frame, path);
        // What he sent is not in order: he may send it again.
        if asked.atoms().iter().any(|atom| atom.contains("is_valid(") || atom.contains("errors")) {
            return false;
        }
        ir.effects[ir.function(frame.function).effects].iter().any(|effect| {
            let EffectKind::Call(call) = effect.kind else { return false };
            let Value::Call { callee, .. } = ir.value(call) else { return false };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return false };
            effect.path == path
                && matches!(ir.str(name), "error" | "warning")
                && self.text(frame, of) == "messages"
        })
    }

    /// What an answer means for who asked; of several, what the mildest does.
    pub(crate) fn answered(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        depth: usize,
    ) -> Option<Denial> {
        let ir = self.ir(frame.file);
        let mildest = |ways: &mut dyn Iterator<Item = ValueId>| {
            let mut found = Denial::Sure;
            for way in ways {
                if self.answered(frame, way, depth + 1)? == Denial::Perhaps {
                    found = Denial::Perhaps;
                }
            }
            Some(found)
        };
        match ir.value(ir.bare(value)) {
            _ if depth > MOST_ANSWERS || !self.step() => return None,
            Value::Gamma { then, otherwise, .. } => {
                return mildest(&mut [then, otherwise].into_iter());
            }
            Value::Join { ways, .. } => {
                return mildest(&mut ir.ways[ways].iter().map(|way| way.value));
            }
            // `rows, refusal = self.rows_or_refusal()`
            Value::Elem { of, which: Part::At(index) } => {
                let ways = self.handed_up(frame, of, index)?;
                let is_given = |way: &&(Rc<Frame>, Formula, ValueId)| {
                    let ir = self.ir(way.0.file);
                    ir.value(ir.bare(way.2)) != Value::None
                };
                let mut given = ways.iter().filter(is_given).peekable();
                given.peek()?;
                let refuses = |(inner, _, way): &(Rc<Frame>, Formula, ValueId)| {
                    self.answered(inner, *way, depth + 1) == Some(Denial::Sure)
                };
                return given.all(refuses).then_some(Denial::Sure);
            }
            _ => {}
        }
        let Value::Call { callee, args } = ir.value(ir.bare(value)) else { return None };
        if let Callee::Class(class) = self.callee(frame, ir.bare(value))
            && self.is_refusal(class)
        {
            return Some(Denial::Sure);
        }
        let called = match ir.value(ir.bare(callee)) {
            Value::Attr { name, .. } => ir.str(name).to_owned(),
            _ => self.text(frame, callee),
        };
        let status = ir.args[args].iter().enumerate().find_map(|(index, arg)| match arg.kind {
            ArgKind::Keyword(name) if matches!(ir.str(name), "status" | "status_code") => {
                Some(self.text(frame, arg.value))
            }
            ArgKind::Positional if index == 1 && called == "Response" => {
                Some(self.text(frame, arg.value))
            }
            _ => None,
        });
        let refuses = status
            .is_some_and(|status| ["401", "403", "404"].iter().any(|code| status.contains(code)));
        match called.as_str() {
            _ if refuses => Some(Denial::Sure),
            "HttpResponseForbidden"
            | "HttpResponseNotFound"
            | "HttpResponseNotAllowed"
            | "redirect_to_login"
            | "handle_no_permission" => Some(Denial::Sure),
            // `HttpResponseClientRedirect`, of a package.
            name if name.ends_with("ClientRedirect") => Some(Denial::Perhaps),
            "redirect" | "HttpResponseRedirect" | "HttpResponseBadRequest" => Some(Denial::Perhaps),
            // Another page, in the place of what the view would do.
            "render" | "render_to_response" | "TemplateResponse" if self.is_dispatch(frame) => {
                Some(Denial::Perhaps)
            }
            _ => self.refuses(frame, ir.bare(value), depth),
        }
    }

    /// Whether the answers of a class of the project are refusals: what it builds on is one, or it says
    /// its status itself.
    fn is_refusal(&self, class: ClassRef) -> bool {
        let is_refused = |text: &str| matches!(text, "401" | "403" | "404");
        let mut bases = outside(self.project, class);
        if bases.any(|base| REFUSALS.contains(&base.rsplit('.').next().unwrap_or(base))) {
            return true;
        }
        if let Some(member) = self.project.lookup_member(class, "status_code")
            && let ir = self.ir(member.class.0)
            && let Value::Int(status) = ir.value(ir.bare(member.value))
        {
            return is_refused(&status.to_string());
        }
        let Some((file, function)) = self.method(class, "__init__") else { return false };
        let ir = self.ir(file);
        let status = |value: ValueId| match ir.value(ir.bare(value)) {
            Value::Int(status) => is_refused(&status.to_string()),
            _ => false,
        };
        ir.effects[ir.function(function).effects].iter().any(|effect| match effect.kind {
            EffectKind::Call(call) => {
                let Value::Call { args, .. } = ir.value(call) else { return false };
                ir.args[args].iter().any(|arg| {
                    matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "status")
                        && status(arg.value)
                })
            }
            EffectKind::Mutate(mutated) => {
                let Value::Mutate(mutation) = ir.value(mutated) else { return false };
                let mutation = ir.mutation(mutation);
                let [key, value] = &ir.args[mutation.args] else { return false };
                mutation.op == Mutator::SetItem
                    && matches!(ir.value(key.value), Value::Str(key) if ir.str(key) == "status")
                    && status(value.value)
            }
            _ => false,
        })
    }

    fn is_dispatch(&self, frame: &Frame) -> bool {
        let ir = self.ir(frame.file);
        ir.str(ir.function(frame.function).name) == "dispatch"
    }

    /// What the answers of a function of the project mean, where all of them are refusals:
    /// `return self.login_first(request)`.
    fn refuses(&self, frame: &Rc<Frame>, call: ValueId, depth: usize) -> Option<Denial> {
        let Value::Call { args, .. } = self.ir(frame.file).value(call) else { return None };
        let Callee::Project { file, function, receiver, bound } = self.callee(frame, call) else {
            return None;
        };
        let inner = self.enter(frame, (file, function), receiver, bound, args)?;
        let ir = self.ir(file);
        let returned = ir.effects[ir.function(function).effects].iter().filter_map(|effect| {
            match effect.kind {
                EffectKind::Return(value) => value,
                _ => None,
            }
        });
        // Where it gives nothing, whoever asked it goes on.
        let returned = returned.filter(|value| ir.value(ir.bare(*value)) != Value::None);
        let mut found = None;
        for value in returned {
            let answered = self.answered(&inner, value, depth + 1)?;
            if found.is_none() || answered == Denial::Perhaps {
                found = Some(answered);
            }
        }
        let gives_nothing = ir.function(function).result.is_none_or(|result| {
            let is_none = |value: ValueId| ir.value(ir.bare(value)) == Value::None;
            match ir.value(ir.bare(result)) {
                Value::Join { ways, .. } => ir.ways[ways].iter().any(|way| is_none(way.value)),
                _ => is_none(result),
            }
        });
        // Who is sent elsewhere by some of it was asked for that there.
        found.filter(|denial| *denial == Denial::Sure || !gives_nothing)
    }
}
