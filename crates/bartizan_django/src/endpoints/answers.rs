//! Answers and exceptions by which code turns somebody away.

use bartizan_base::Span;
use bartizan_ir::{EffectKind, Value, ValueId};
use bartizan_project::FileId;

use super::gates::{Ask, DEEPEST, Gates, REFUSALS, Run};
use super::words::{is_login, is_self, name_of, plain};
use crate::settings::Truth;

impl Gates<'_> {
    /// Whether a call raises what turns someone away: DRF's `permission_denied`.
    pub(super) fn is_denial(&self, run: Run, call: ValueId) -> bool {
        let ir = self.project.ir(run.file);
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        let Value::Attr { of, name } = ir.value(plain(ir, callee)) else { return false };
        ir.str(name) == "permission_denied" && is_self(ir, run, of)
    }

    /// Whether an exception turns someone away.
    pub(super) fn refuses(&self, file: FileId, exception: Option<ValueId>) -> bool {
        let Some(exception) = exception else { return false };
        name_of(self.project.ir(file), exception).is_some_and(|name| REFUSALS.contains(&name))
    }

    /// Whether an exception says that there is no such page.
    pub(super) fn is_not_found(&self, file: FileId, exception: Option<ValueId>) -> bool {
        exception.and_then(|exception| name_of(self.project.ir(file), exception)) == Some("Http404")
    }

    /// The arm of `page if user.is_staff else redirect("login")` that is taken.
    pub(super) fn taken(&self, run: Run, value: ValueId, ask: Ask<'_>, depth: u8) -> ValueId {
        let ir = self.project.ir(run.file);
        let mut at = plain(ir, value);
        for _ in 0..8 {
            let Value::Gamma { test, then, otherwise } = ir.value(at) else { break };
            at = match self.test(run, test, ask, depth, 0) {
                Truth::Yes => plain(ir, then),
                Truth::No => plain(ir, otherwise),
                Truth::Unknown => break,
            };
        }
        at
    }

    /// Whether a statement at a place raises.
    pub(super) fn is_raise(&self, file: FileId, span: Span) -> bool {
        self.of_file(file).raises(span)
    }

    /// Whether a response says no.
    pub(super) fn is_refusal(&self, run: Run, value: ValueId, depth: u8) -> bool {
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
    pub(super) fn answers_no(&self, run: Run, value: ValueId, ask: Ask<'_>, depth: u8) -> bool {
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

    pub(super) fn is_redirect(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.project.ir(file);
        let Value::Call { callee, .. } = ir.value(plain(ir, value)) else { return false };
        name_of(ir, callee).is_some_and(|name| {
            name.starts_with("redirect")
                || name.starts_with("HttpResponseRedirect")
                || name.ends_with("Redirect")
                || name.ends_with("_redirect")
        })
    }

    // ---- functions -------------------------------------------------------------------------------
}
