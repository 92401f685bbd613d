//! Rows of views that are classes: what their own methods fetch, and what the framework fetches for them.

use bartizan_ir::{ClassId, EffectKind, FunctionId, Value, ValueId};
use bartizan_model::kind;
use bartizan_project::{ClassRef, FileId};

use super::rows::{Body, Told};
use super::{Bound, Finder, ObjectAccess, arguments};
use crate::endpoints::{Answering, Endpoint};
use crate::registries::{ClassKey, outside};
use crate::views::values::{mentions_visitor, param_name, tail_name};
use crate::views::{
    Scope, asks_visitor, bodies, changes_one_row, check_of_row, filter_classes, limit_of, model_in,
    own_rows, querysets, rows_of, scope_of,
};

/// Methods that run before the one that answers.
const BEFORE: &[&str] = &[
    "setup",
    "dispatch",
    "initial",
    "test_func",
    "has_permission",
    "check_permissions",
    "get_permission_object",
    "get_test_func",
    "perform_authentication",
];

/// Methods that the framework's own handlers run.
const HOOKS: &[&str] = &[
    "get_object",
    "get_queryset",
    "get_context_data",
    "get_form",
    "get_form_kwargs",
    "get_initial",
    "get_serializer",
    "get_serializer_context",
    "form_valid",
    "form_invalid",
    "perform_create",
    "perform_update",
    "perform_destroy",
    "get_success_url",
    "render_to_response",
    "delete",
];

/// Actions of DRF's own that fetch one row.
const OF_ONE_ROW: &[&str] = &["retrieve", "update", "partial_update", "destroy"];

impl Finder<'_> {
    pub(super) fn class(&self, endpoint: &Endpoint, class: ClassId) -> Vec<ObjectAccess> {
        let key = (endpoint.file, class);
        if self.registries.admins.iter().any(|admin| admin.class == key) {
            return self.admin(endpoint, key);
        }
        let all = bodies(self.project, key);
        let mut found = Vec::new();
        for run in &endpoint.runs {
            let reached = self.reached(key, &run.name, &all);
            let mut rows: Vec<(String, Told)> = Vec::new();
            for body in &reached {
                for (model, told) in self.rows_in(*body, &reached) {
                    let told = match self.asks_permissions(&told) {
                        true => self.by_permissions(run, told),
                        false => told,
                    };
                    rows.push((model, told));
                }
            }
            if !arguments(&endpoint.route).is_empty() {
                rows.extend(self.framework_row(key, run, &reached));
            }
            if let Some(told) = self.by_mixin(key) {
                for (_, known) in rows.iter_mut().filter(|(_, told)| told.bound <= Bound::Unknown) {
                    *known = told.clone();
                }
            }
            found.extend(rows.into_iter().map(|(model, told)| told.of(model, &[run.method])));
        }
        found
    }

    /// The functions of a class that run for one method.
    fn reached(&self, class: ClassKey, handler: &str, all: &[Body]) -> Vec<Body> {
        let of = ClassRef::Project(class.0, class.1);
        let name_of = |body: &Body| {
            let ir = self.project.ir(body.0);
            ir.str(ir.function(body.1).name)
        };
        let is_generic = self.is_generic(of, handler);
        let mut found: Vec<Body> = all
            .iter()
            .filter(|body| {
                let name = name_of(body);
                name == handler || BEFORE.contains(&name) || is_generic && HOOKS.contains(&name)
            })
            .copied()
            .collect();
        let mut at = 0;
        while let Some((file, function)) = found.get(at).copied() {
            at += 1;
            let ir = self.project.ir(file);
            let span = ir.function(function).span;
            for (value, at) in ir.values.iter().zip(&ir.spans) {
                let Value::Attr { of: holder, name } = *value else { continue };
                if !span.contains(*at) {
                    continue;
                }
                let name = ir.str(name);
                if param_name(ir, holder) == Some("self") {
                    found.extend(
                        all.iter()
                            .filter(|body| name_of(body) == name && !found.contains(body))
                            .copied()
                            .collect::<Vec<_>>(),
                    );
                } else if tail_name(ir, holder) == Some("super")
                    && let Some(next) = self.behind(of, (file, function), name)
                    && !found.contains(&next)
                {
                    found.push(next);
                }
            }
        }
        found
    }

    /// The method that `super()` leads to.
    fn behind(&self, of: ClassRef, (file, function): Body, name: &str) -> Option<Body> {
        let own = self.project.ir(file).function(function).class?;
        let classes = &self.project.mro(of).classes;
        let at = classes.iter().position(|class| *class == ClassRef::Project(file, own))?;
        classes[at + 1..].iter().find_map(|class| {
            let member = self.project.own_member(*class, name)?;
            self.project.definition(member.class.0, member.value).as_function()
        })
    }

    /// Whether the framework answers, or what the project has hands on to it.
    fn is_generic(&self, of: ClassRef, handler: &str) -> bool {
        let Some(member) = self.project.lookup_member(of, handler) else { return true };
        let own = self.project.definition(member.class.0, member.value).as_function();
        own.is_none_or(|own| self.calls(own, "super", handler).is_some())
    }

    /// The call of a method of `self`, or of `super()`, in a function.
    fn calls(&self, (file, function): Body, on: &str, method: &str) -> Option<ValueId> {
        let ir = self.project.ir(file);
        ir.effects[ir.function(function).effects].iter().find_map(|effect| {
            let EffectKind::Call(call) = effect.kind else { return None };
            let Value::Call { callee, .. } = ir.value(ir.bare(call)) else { return None };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
            let is_on = match on {
                "self" => param_name(ir, of) == Some("self"),
                _ => tail_name(ir, of) == Some("super"),
            };
            (is_on && ir.str(name) == method).then_some(call)
        })
    }

    /// The row that the framework's `get_object` fetches, where it runs.
    fn framework_row(
        &self,
        class: ClassKey,
        run: &Answering,
        reached: &[Body],
    ) -> Option<(String, Told)> {
        let of = ClassRef::Project(class.0, class.1);
        let is_single = changes_one_row(self.project, class).is_some();
        let by_handler = self.is_generic(of, &run.name)
            && is_single
            && match run.name.as_str() {
                "get" | "post" | "put" | "patch" | "delete" => true,
                name => OF_ONE_ROW.contains(&name),
            };
        let asks = |body: &Body| {
            self.calls(*body, "self", "get_object").or(self.calls(*body, "super", "get_object"))
        };
        if !by_handler && !reached.iter().any(|body| asks(body).is_some()) {
            return None;
        }
        let own = self.project.lookup_member(of, "get_object");
        let own = own
            .and_then(|member| self.project.definition(member.class.0, member.value).as_function());
        let model = || self.model(class).unwrap_or_else(|| "?".to_owned());
        let mut row = None;
        if let Some(own) = own {
            row = self.handed_on(of, own);
            if row.is_none() && !self.is_of_own_queryset(own) {
                return self.own_object(own).map(|told| (model(), told));
            }
        }
        Some((model(), self.of_framework(class, run, row, reached)))
    }

    /// The call by which a `get_object` of the project hands on to the framework's.
    fn handed_on(&self, of: ClassRef, own: Body) -> Option<(FileId, ValueId)> {
        let mut at = own;
        for _ in 0..8 {
            let call = self.calls(at, "super", "get_object")?;
            match self.behind(of, at, "get_object") {
                Some(next) => at = next,
                None => return Some((at.0, call)),
            }
        }
        None
    }

    /// Whether a `get_object` of the project looks among the rows of the class, as the framework's does.
    fn is_of_own_queryset(&self, own: Body) -> bool {
        let ir = self.project.ir(own.0);
        let span = ir.function(own.1).span;
        let looks = ir.values.iter().zip(&ir.spans).any(|(value, at)| {
            span.contains(*at)
                && matches!(*value, Value::Attr { of, name }
                    if matches!(ir.str(name), "queryset" | "get_queryset")
                        && param_name(ir, of) == Some("self"))
        });
        looks && self.rows_in(own, &[own]).is_empty()
    }

    /// Where code that runs before limits the rows of the class: `self.queryset =
    /// self.queryset.restrict(request.user)`.
    fn limited_before(&self, reached: &[Body]) -> Option<(FileId, ValueId)> {
        reached.iter().find_map(|(file, function)| {
            let ir = self.project.ir(*file);
            ir.effects[ir.function(*function).effects].iter().find_map(|effect| {
                let EffectKind::StoreAttr { object, name, value } = effect.kind else {
                    return None;
                };
                if ir.str(name) != "queryset" || param_name(ir, object) != Some("self") {
                    return None;
                }
                let Value::Call { args, .. } = ir.value(ir.bare(value)) else { return None };
                let limits = |value| scope_of(self.project, *file, value) == Scope::Visitor;
                let mut args = ir.args[args].iter();
                args.any(|arg| limits(arg.value)).then_some((*file, value))
            })
        })
    }

    /// What a `get_object` of the project gives that fetches by no key; `None` where it fetches by one, which
    /// is told already.
    fn own_object(&self, own: Body) -> Option<Told> {
        let ir = self.project.ir(own.0);
        if !self.rows_in(own, &[own]).is_empty() {
            return None;
        }
        let name_span = ir.function(own.1).name_span;
        let returned =
            ir.effects[ir.function(own.1).effects].iter().find_map(|effect| match effect.kind {
                EffectKind::Return(Some(value)) if mentions_visitor(ir, value) => Some(value),
                _ => None,
            });
        Some(match returned {
            Some(value) => Told::new(Bound::Scoped, "", (own.0, ir.span(value))),
            None => Told::unknown("`get_object` is not followed", (own.0, name_span)),
        })
    }

    /// What binds the row that the framework fetches: the rows among which it looks, what the permission
    /// classes ask, what the view asks.
    fn of_framework(
        &self,
        class: ClassKey,
        run: &Answering,
        row: Option<(FileId, ValueId)>,
        reached: &[Body],
    ) -> Told {
        let own = querysets(self.project, class);
        let scoped = |(file, value): (FileId, ValueId)| {
            Told::new(Bound::Scoped, "", (file, self.project.ir(file).span(value)))
        };
        let limits = |own| limit_of(self.project, own).or_else(|| own_rows(self.project, own));
        if let Some(limit) = own.iter().find_map(|own| limits(*own)) {
            return scoped(limit);
        }
        if let Some(limit) = self.limited_before(reached) {
            return scoped(limit);
        }
        for filter in filter_classes(self.project, class) {
            let asks = bodies(self.project, filter)
                .into_iter()
                .find_map(|body| limit_of(self.project, body));
            if let Some(limit) = asks {
                return scoped(limit);
            }
        }
        if let Some(guard) = run.permissions.first() {
            let name = &guard.name;
            let place = guard.place.unwrap_or((class.0, self.name_span(class)));
            return Told::new(Bound::Checked, name, place);
        }
        if let Some(check) = check_of_row(self.project, row, reached) {
            let told = self.checked(check);
            return match self.asks_permissions(&told) {
                true => self.by_permissions(run, told),
                false => told,
            };
        }
        if let Some(guard) = &run.unknown {
            let place = guard.place.unwrap_or((class.0, self.name_span(class)));
            return Told::unknown("`get_permissions` is not followed", place);
        }
        if let Some(function) = own.first() {
            let ir = self.project.ir(function.0);
            let asked = own.iter().find_map(|own| asks_visitor(self.project, *own));
            let place = match asked {
                Some((file, value)) => (file, self.project.ir(file).span(value)),
                None => (function.0, ir.function(function.1).name_span),
            };
            if asked.is_some() || self.limits_at_all(*function) {
                return Told::unknown("`get_queryset` is not followed", place);
            }
            return Told::new(Bound::Nothing, "", place);
        }
        let place = rows_of(self.project, self.registries, class).map(|(_, place)| place);
        let place = place.unwrap_or((class.0, self.name_span(class)));
        Told::new(Bound::Nothing, "", place)
    }

    /// Whether a `get_queryset` limits its rows to something that no visitor names.
    fn limits_at_all(&self, (file, function): (FileId, FunctionId)) -> bool {
        let ir = self.project.ir(file);
        ir.effects[ir.function(function).effects].iter().any(|effect| {
            let EffectKind::Call(call) = effect.kind else { return false };
            let Value::Call { args, .. } = ir.value(call) else { return false };
            ir.args[args].iter().any(|arg| scope_of(self.project, file, arg.value) > Scope::Nothing)
        })
    }

    /// What `check_object_permissions` asks: nothing, where no class of the list speaks of rows.
    fn by_permissions(&self, run: &Answering, told: Told) -> Told {
        match (run.permissions.first(), &run.unknown) {
            (Some(guard), _) => {
                Told::new(Bound::Checked, &guard.name, guard.place.unwrap_or(told.place))
            }
            (None, Some(_)) => Told::unknown("`get_permissions` is not followed", told.place),
            (None, None) => Told::new(Bound::Nothing, "", told.place),
        }
    }

    /// A mixin of a package that asks about the row.
    fn by_mixin(&self, class: ClassKey) -> Option<Told> {
        let base = outside(self.project, class).find(|base| {
            self.project.models().guards(base).contains(&kind::OBJECT_PERMISSION_REQUIRED)
        })?;
        let name = base.rsplit('.').next().unwrap_or(base);
        Some(Told::new(Bound::Checked, name, (class.0, self.name_span(class))))
    }

    fn model(&self, class: ClassKey) -> Option<String> {
        let rows = rows_of(self.project, self.registries, class);
        let own = || {
            let mut own = querysets(self.project, class).into_iter();
            own.find_map(|own| model_in(self.project, self.registries, own))
        };
        rows.or_else(own).map(|(model, _)| model)
    }

    fn name_span(&self, (file, class): ClassKey) -> bartizan_base::Span {
        self.project.ir(file).class(class).name_span
    }
}
