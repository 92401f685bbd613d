//! Arguments that a route may give to a view: what a test says of one that it does not give.

use bartizan_ir::{CompareOp, Value, ValueId};

use super::asked::Known;
use super::gates::{Ask, Gates, Run};
use super::truths::is_view;
use super::words::{is_self, plain};
use crate::settings::Truth;

/// What stands for an argument that is not given.
enum Instead {
    /// A default, as it is written.
    Default(ValueId),
    None,
}

impl Gates<'_> {
    /// How a test comes out that asks for an argument which the route does not give: `if name:` of
    /// `def dispatch(self, request, name=None)`, `if "name" in self.kwargs:`. `None` for other tests.
    pub(super) fn without_argument(
        &self,
        run: Run,
        test: ValueId,
        ask: Ask<'_>,
        depth: u8,
        inner: u8,
    ) -> Option<Truth> {
        let ir = self.project.ir(run.file);
        if let Value::Compare { op, left, right } = ir.value(test) {
            let is = match op {
                CompareOp::In | CompareOp::NotIn => {
                    let lacks = self.holds_arguments(run, right, depth)
                        && self.answers.lacks(&self.only_text(run, left)?);
                    lacks.then_some(Truth::No)?
                }
                CompareOp::Is | CompareOp::IsNot | CompareOp::Eq | CompareOp::NotEq
                    if ir.value(plain(ir, right)) == Value::None =>
                {
                    let instead = self.instead(run, plain(ir, left), depth)?;
                    Truth::known(match instead {
                        Instead::Default(value) => ir.value(plain(ir, value)) == Value::None,
                        Instead::None => true,
                    })
                }
                _ => return None,
            };
            let is_no = matches!(op, CompareOp::NotIn | CompareOp::IsNot | CompareOp::NotEq);
            return Some(if is_no { is.negated() } else { is });
        }
        Some(match self.instead(run, test, depth)? {
            Instead::Default(value) => self.test(run, value, ask, depth, inner + 1),
            Instead::None => Truth::No,
        })
    }

    /// What an argument is where the route does not give it.
    fn instead(&self, run: Run, value: ValueId, depth: u8) -> Option<Instead> {
        let ir = self.project.ir(run.file);
        match ir.value(value) {
            Value::Param(place) if depth == 0 && ir.stretch(value).function == run.function => {
                let params = ir.function(run.function).params;
                let param = ir.params[params].get(place as usize)?;
                let default = param.default?;
                self.answers.lacks(ir.str(param.name)).then_some(Instead::Default(default))
            }
            // `self.kwargs.get("name")`
            Value::Call { callee, args } => {
                let Value::Attr { of, name } = ir.value(plain(ir, callee)) else { return None };
                if ir.str(name) != "get" || !self.holds_arguments(run, of, depth) {
                    return None;
                }
                let args = &ir.args[args];
                let asked = self.only_text(run, args.first()?.value)?;
                let default = args.get(1).map(|arg| Instead::Default(arg.value));
                self.answers.lacks(&asked).then_some(default.unwrap_or(Instead::None))
            }
            _ => None,
        }
    }

    /// Whether a value holds the arguments of the URL by name: `self.kwargs`, `view.kwargs`, `**kwargs`.
    fn holds_arguments(&self, run: Run, value: ValueId, depth: u8) -> bool {
        let ir = self.project.ir(run.file);
        let value = plain(ir, value);
        match ir.value(value) {
            Value::Attr { of, name } => {
                ir.str(name) == "kwargs" && (is_self(ir, run, of) || is_view(ir, of))
            }
            Value::Param(place) => {
                let function = ir.stretch(value).function;
                let param = ir.params[ir.function(function).params].get(place as usize);
                depth == 0
                    && function == run.function
                    && param.is_some_and(|param| ir.str(param.name) == "kwargs")
            }
            _ => false,
        }
    }

    fn only_text(&self, run: Run, value: ValueId) -> Option<String> {
        match self.texts(run, value, 0)?.as_slice() {
            [Known::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }
}
