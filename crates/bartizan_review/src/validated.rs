//! Whom forms and serializers turn away while they look at what was sent: `validate`, `clean`.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{ClassId, Value};
use bartizan_project::{ClassRef, FileId};

use crate::formula::Formula;
use crate::reader::{Ask, Bound, Frame, Reader};
use crate::walk::Walked;

/// What stands for all that was sent, as far as it is in order.
pub(crate) const SENT: &str = "what is sent";

/// What forms and serializers run for all of it.
const OF_ALL: &[&str] = &["validate", "clean", "save", "create", "update"];

/// How the names of functions begin that look at one field.
const OF_ONE: &[&str] = &["validate_", "clean_"];

/// What a form is given that knows who asks, by the names of its attributes.
const USERS: &[&str] = &["user", "request_user", "current_user"];

impl Reader<'_> {
    /// Who gets what he sends past a form or a serializer.
    pub(crate) fn validated(
        &self,
        file: FileId,
        class: ClassId,
        when: &Formula,
        ask: &Rc<Ask>,
    ) -> Formula {
        let of = ClassRef::Project(file, class);
        if ask.method == "GET" || !self.is_form(of) {
            return Formula::Always;
        }
        self.refuel();
        let mut walked = Walked::default();
        for name in self.validating(of) {
            let Some((file, function)) = self.method(of, &name) else { continue };
            let ir = self.ir(file);
            let field = OF_ONE.iter().find_map(|head| name.strip_prefix(head));
            let params = &ir.params[ir.function(function).params];
            let bound = params.iter().enumerate().map(|(index, param)| match (index, field) {
                (0, _) => Bound::Itself,
                // What was sent for the field is what all that was sent has under its name.
                (1, Some(field)) => Bound::Text(Arc::from(format!("{SENT}[{field:?}]"))),
                _ if matches!(ir.str(param.name), "instance" | "obj") => {
                    Bound::Text(Arc::from(self.form_model(of).unwrap_or("obj")))
                }
                (1, None) if name != "save" => Bound::Text(Arc::from(SENT)),
                _ => Bound::Text(Arc::from(ir.str(param.name))),
            });
            let bound = bound.collect();
            let frame = self.with(file, function, Some(of), ask, bound, 0);
            self.walk(&frame, when, &mut walked);
        }
        self.refuel();
        walked.access()
    }

    /// The functions of a form or a serializer that look at what was sent.
    fn validating(&self, of: ClassRef) -> Vec<String> {
        let mut names: Vec<String> = OF_ALL.iter().map(|name| (*name).to_owned()).collect();
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            for binding in &ir.bindings[ir.function(ir.class(class).body).bindings] {
                let name = ir.str(binding.name);
                let is_function =
                    matches!(ir.value(binding.value), Value::Function(_) | Value::Decorated { .. });
                if is_function
                    && OF_ONE.iter().any(|head| name.starts_with(head))
                    && !names.iter().any(|known| known == name)
                {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }

    /// What an attribute of a form or a serializer is that it has from the view.
    pub(crate) fn of_form(&self, frame: &Frame, name: &str) -> Option<String> {
        let of = frame.receiver?;
        let is_known = USERS.contains(&name) || matches!(name, "instance" | "initial_data");
        if !is_known || !self.is_form(of) || self.project.lookup_member(of, name).is_some() {
            return None;
        }
        match name {
            "instance" => self.form_model(of).map(str::to_owned),
            "initial_data" => Some(SENT.to_owned()),
            _ => Some("request.user".to_owned()),
        }
    }
}
