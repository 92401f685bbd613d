//! What a view says of itself to whoever stands before it: `view_func.login_required = False`.

use std::rc::Rc;

use bartizan_ir::{Arg, EffectKind, FileIr, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::conditions::OF_API_VIEWS;
use crate::formula::Formula;
use crate::reader::{Frame, Reader};

/// What is found where an attribute of the view is asked for.
pub(crate) enum Said {
    /// The class behind the function that Django calls.
    Class,
    /// What the view binds to the name.
    At(FileId, ValueId),
    /// Nothing.
    Nothing,
}

/// Attributes by which the function that `as_view` makes tells its class.
const OF_CLASS: &[&str] = &["view_class", "cls"];

impl Reader<'_> {
    /// `getattr(view_func, "login_required", True)`, asked of the view at hand: what it says, and what
    /// stands for it where it says nothing.
    pub(crate) fn said_of_view(
        &self,
        frame: &Rc<Frame>,
        callee: ValueId,
        args: Run<Arg>,
    ) -> Option<(Said, Option<ValueId>)> {
        let ir = self.ir(frame.file);
        let Value::Global { name: asked, .. } = ir.value(ir.bare(callee)) else { return None };
        if ir.str(asked) != "getattr" {
            return None;
        }
        let [of, name, default @ ..] = &ir.args[args] else { return None };
        let Value::Str(name) = ir.value(ir.bare(name.value)) else { return None };
        let default = default.first().map(|arg| arg.value);
        let name = ir.str(name);
        let of = self.text(frame, of.value);
        let said = match (of.as_str(), frame.ask.view, frame.ask.function) {
            ("url.view_func", Some(_), _) if OF_CLASS.contains(&name) => Said::Class,
            ("url.view_func", Some(_), _) => Said::Nothing,
            ("url.view_func", None, Some(_)) if OF_CLASS.contains(&name) => Said::Nothing,
            ("url.view_func", None, Some(view)) => match self.stored_on(view, name) {
                Some((file, value)) => Said::At(file, value),
                None => Said::Nothing,
            },
            ("view", Some(class), _) => match self.of_view(frame, name) {
                Some((file, value)) => Said::At(file, value),
                None if self.is_known(class) => Said::Nothing,
                None => return None,
            },
            // What `api_view` makes of a function has nothing of its own.
            ("view", None, Some(_)) if !OF_API_VIEWS.contains(&name) => Said::Nothing,
            _ => return None,
        };
        self.asked_view.set(true);
        Some((said, default))
    }

    /// When that is true.
    pub(crate) fn is_said(&self, frame: &Rc<Frame>, said: (Said, Option<ValueId>)) -> Formula {
        match said {
            (Said::Class, _) => Formula::Always,
            (Said::At(file, value), _) => self.formula(&self.outside(file, &frame.ask), value),
            (Said::Nothing, Some(default)) => self.formula(frame, default),
            (Said::Nothing, None) => Formula::Never,
        }
    }

    /// What a module stores on a function: `index.login_required = False`.
    fn stored_on(
        &self,
        (file, function): (FileId, bartizan_ir::FunctionId),
        name: &str,
    ) -> Option<(FileId, ValueId)> {
        let ir = self.ir(file);
        let stored = ir.effects[ir.function(FileIr::module()).effects].iter().rev();
        let (value, span) = stored.into_iter().find_map(|effect| {
            let EffectKind::StoreAttr { object, name: stored, value } = effect.kind else {
                return None;
            };
            let is_meant = ir.str(stored) == name
                && self.project.definition(file, object) == Entity::Function(file, function);
            is_meant.then_some((value, effect.span))
        })?;
        self.saw(file, span);
        Some((file, value))
    }

    /// Whether all that a class has is in sight, or Django's.
    fn is_known(&self, class: ClassRef) -> bool {
        crate::models::outside(self.project, class).all(|base| {
            ["django.", "rest_framework.", "builtins."].iter().any(|head| base.starts_with(head))
                || base == "object"
        })
    }
}
