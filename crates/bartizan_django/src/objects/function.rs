//! Rows of views that are functions, with the decorators of the project around them.

use bartizan_ir::{FunctionId, FunctionKind, Value};
use bartizan_model::kind;
use bartizan_project::{Entity, FileId};

use super::rows::{Body, Told};
use super::{Bound, Finder, ObjectAccess};
use crate::endpoints::Endpoint;
use crate::views::lookups;

impl Finder<'_> {
    pub(super) fn function(&self, endpoint: &Endpoint, function: FunctionId) -> Vec<ObjectAccess> {
        let body = (endpoint.file, function);
        let around = self.around(body);
        let mut found = Vec::new();
        let by_wrapper = self.by_wrappers(&around);
        for (model, told) in self.rows_in(body, &[body]) {
            let told = match told.bound {
                Bound::Nothing | Bound::Unknown => {
                    let wrapper = by_wrapper.iter().find(|(other, _)| *other == model);
                    wrapper.map_or(told, |(_, wrapper)| wrapper.clone())
                }
                _ => told,
            };
            found.push(told.of(model, &endpoint.methods));
        }
        // What a decorator fetches and hands to the view.
        if found.is_empty() {
            found.extend(
                by_wrapper.into_iter().map(|(model, told)| told.of(model, &endpoint.methods)),
            );
        }
        if let Some(told) = self.by_decorator(body) {
            for one in found.iter_mut().filter(|one| one.bound <= Bound::Unknown) {
                *one = told.clone().of(one.model.clone(), &endpoint.methods);
            }
        }
        found
    }

    /// The rows that decorators of the project fetch before the view does.
    fn by_wrappers(&self, around: &[Body]) -> Vec<(String, Told)> {
        around
            .iter()
            .flat_map(|body| lookups(self.project, self.registries, body.0, body.1))
            .map(|lookup| {
                let bodies = [(lookup.file, lookup.function)];
                (lookup.model.clone(), self.told(&lookup, &bodies, 0))
            })
            .collect()
    }

    /// A decorator of a package that asks about the row: it is told how the row is found, beside the
    /// permission.
    fn by_decorator(&self, (file, function): Body) -> Option<Told> {
        let ir = self.project.ir(file);
        ir.ids[ir.function(function).decorators].iter().find_map(|decorator| {
            let Value::Call { callee, args } = ir.value(ir.bare(*decorator)) else { return None };
            let entity = self.project.definition(file, callee);
            let dotted = self.project.dotted(entity)?;
            let asks = self.project.models().guards(dotted);
            if !asks.contains(&kind::OBJECT_PERMISSION_REQUIRED) || ir.args[args].len() < 2 {
                return None;
            }
            let name = dotted.rsplit('.').next().unwrap_or(dotted);
            Some(Told::new(Bound::Checked, name, (file, ir.span(*decorator))))
        })
    }

    /// The functions that decorators of the project put in the place of a function.
    fn around(&self, (file, function): Body) -> Vec<Body> {
        let ir = self.project.ir(file);
        let mut found = Vec::new();
        for decorator in &ir.ids[ir.function(function).decorators] {
            let by = match ir.value(ir.bare(*decorator)) {
                Value::Call { callee, .. } => callee,
                _ => *decorator,
            };
            let Entity::Function(there, outer) = self.project.definition(file, by) else {
                continue;
            };
            found.extend(self.inside(there, outer));
        }
        found
    }

    /// A function and those that stand in it.
    fn inside(&self, file: FileId, outer: FunctionId) -> Vec<Body> {
        let ir = self.project.ir(file);
        let span = ir.function(outer).span;
        let is_inside = |(_, function): &(FunctionId, &bartizan_ir::Function)| {
            function.kind == FunctionKind::Def && span.contains(function.span)
        };
        ir.functions().filter(is_inside).map(|(id, _)| (file, id)).take(8).collect()
    }
}
