//! Decorators that a function of the project makes around a test:
//! `clerks_only = permission_decorator(lambda user: user.is_clerk)`.

use bartizan_ir::{ArgKind, FunctionId, Value, ValueId};
use bartizan_project::{Entity, FileId};
use bartizan_value::Evaluated;

use super::gates::Run;
use super::guards::{self, Guard, Reach};
use super::views::{Views, last};
use super::words::{is_about_who, name_of, plain};

impl Views<'_> {
    /// The guards that a decorator is of which the evaluator does not know what it is: none for one that lets
    /// everyone pass, `None` for one of which nothing is known.
    pub(super) fn made_guards(&self, file: FileId, by: ValueId) -> Option<Vec<Guard>> {
        let name = name_of(self.project.ir(file), by).unwrap_or("user_passes_test");
        let (file, made) = match self.project.definition(file, by) {
            Entity::Value(file, value) => (file, value),
            Entity::Function(file, function) => return Some(self.decorator_guards(file, function)),
            _ => return None,
        };
        let ir = self.project.ir(file);
        let Value::Call { callee, args } = ir.value(plain(ir, made)) else { return None };
        let Entity::Function(maker, function) = self.project.resolve(file, callee) else {
            return None;
        };
        let (place, keyword) = self.test_of(maker, function)?;
        let args = &ir.args[args];
        let positional = args.iter().filter(|arg| arg.kind == ArgKind::Positional).nth(place);
        let named = || {
            args.iter()
                .find(|arg| matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == keyword))
        };
        let test = positional.or_else(named)?.value;
        let run = match ir.value(plain(ir, test)) {
            Value::Function(function) => Run { file, function, class: None },
            _ => match self.project.resolve(file, test) {
                Entity::Function(file, function) => Run { file, function, class: None },
                _ => return None,
            },
        };
        Some(self.tested_by_name(run, name))
    }

    /// The guard that a test is of which nothing but that it asks who is there need be known: some of those
    /// who are logged in pass. What the settings decide is decided for everyone.
    pub(super) fn tested_by_name(&self, run: Run, name: &str) -> Vec<Guard> {
        let mut found = self.tested(run, name);
        if found.iter().all(|guard| guard.reach != Reach::Unknown) {
            return found;
        }
        let gates = self.gates();
        let ir = self.project.ir(run.file);
        let around = ir.function(run.function).span;
        let mut inside = ir.values.iter().zip(&ir.spans).enumerate();
        let is_of_settings = inside.any(|(at, (value, span))| {
            matches!(value, Value::Attr { .. } | Value::Call { .. })
                && around.contains(*span)
                && gates.names_setting(run, ValueId::from_index(at)).is_some()
        });
        for guard in &mut found {
            if guard.reach == Reach::Unknown && !is_of_settings {
                guard.reach = Reach::Permission;
            }
        }
        found
    }

    /// The guard that `method_decorator(clerks_only)` is.
    pub(super) fn made_inside(&self, file: FileId, call: ValueId) -> Option<Vec<Guard>> {
        let ir = self.project.ir(file);
        let Value::Call { args, .. } = ir.value(plain(ir, call)) else { return None };
        let by = ir.args[args].first()?.value;
        match self.project.definition(file, by) {
            Entity::Value(..) => self.made_guards(file, by),
            _ => None,
        }
    }

    /// Which parameter of a function is the test that it hands to `user_passes_test`.
    fn test_of(&self, file: FileId, maker: FunctionId) -> Option<(usize, &str)> {
        let ir = self.project.ir(file);
        let record = ir.function(maker);
        let calls =
            ir.values.iter().zip(&ir.spans).filter(|(_, span)| record.span.contains(**span));
        calls.into_iter().find_map(|(value, _)| {
            let Value::Call { callee, args } = *value else { return None };
            let dotted = self.project.dotted(self.project.resolve(file, callee))?;
            if last(dotted) != "user_passes_test" {
                return None;
            }
            let test = plain(ir, ir.args[args].first()?.value);
            let name = match ir.value(test) {
                Value::Capture { name, .. } => name,
                Value::Param(place) if ir.stretch(test).function == maker => {
                    ir.params[record.params].get(place as usize)?.name
                }
                _ => return None,
            };
            let place = ir.params[record.params].iter().position(|param| param.name == name)?;
            Some((place, ir.str(name)))
        })
    }

    /// The guard that a decorator is of which nothing but its name is known.
    pub(super) fn by_its_name(&self, value: &Evaluated) -> Vec<Guard> {
        let (file, node) = (value.site.file, value.site.node);
        let ir = self.project.ir(file);
        if let Some(made) = self.made_guards(file, node) {
            return made;
        }
        let Some(name) = name_of(ir, node) else { return Vec::new() };
        let guard = guards::by_name(self.project.models(), name, Some((file, ir.span(node))));
        let tells = |guard: &Guard| guard.reach != Reach::Unknown || is_about_who(name);
        guard.into_iter().filter(tells).collect()
    }
}
