//! Queries that go around the limits of the view that they stand in.

use bartizan_django::registries::ClassKey;
use bartizan_django::views::{
    Lookup, Scope, View, is_checked, limit_of, lookups, querysets, values,
};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A row from all, in a class whose `get_queryset` is limited.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "lookup-around-scoped-queryset",
        title: "Query around a limited `get_queryset`",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(639), Cwe(863)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("lookup_around_scoped_queryset.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in &view.views.views {
        let Some((scoped, found)) = around(view, one) else { continue };
        for lookup in found {
            let (file, model) = (lookup.file, &lookup.model);
            let mut draft = Draft::at(file, lookup.span);
            draft.message = format!(
                "`{}` takes a {model} from all of them, around the `get_queryset` of its class",
                view.ir(file).str(view.ir(file).function(lookup.function).qualname),
            );
            draft.label = "not limited to the visitor".to_owned();
            draft.impact = format!(
                "What the class keeps from others is given or changed here to whoever sends the \
                 number of a {model}."
            );
            draft.fix = "self.get_object(), or self.get_queryset().get(…)".to_owned();
            draft.notes.push((
                scoped.0,
                view.ir(scoped.0).function(scoped.1).name_span,
                "limited here".to_owned(),
            ));
            if !lookup.is_single {
                draft = draft.at_most(Confidence::Low, "if the rows are given to the visitor");
            }
            drafts.push(draft);
        }
    }
}

/// The limited `get_queryset` of a view, and the queries of its class that go around it.
pub(super) fn around(
    view: &EndpointsView<'_>,
    one: &View,
) -> Option<((FileId, FunctionId), Vec<Lookup>)> {
    let class = one.class()?;
    let may_all =
        || one.guards.iter().any(|guard| has_word(&guard.name, &["staff", "superuser", "admin"]));
    let scoped = querysets(view.project, class)
        .into_iter()
        .find(|own| limit_of(view.project, *own).is_some())?;
    if may_all() {
        return None;
    }
    let models = models_of(view, class, scoped);
    let mut found = Vec::new();
    for (file, function) in view.own_bodies(one) {
        let name = view.ir(file).str(view.ir(file).function(function).name);
        if (file, function) == scoped || matches!(name, "get_queryset" | "get_permissions") {
            continue;
        }
        found.extend(lookups(view.project, view.registries, file, function).into_iter().filter(
            |lookup| {
                lookup.scope == Scope::Nothing
                    && models.contains(&lookup.model)
                    && !is_checked(view.project, view.registries, lookup, &one.bodies)
            },
        ));
    }
    Some((scoped, found))
}

/// The models that a class is about: those that its `get_queryset` names, and those that it names in
/// `queryset` and `model`.
fn models_of(
    view: &EndpointsView<'_>,
    class: ClassKey,
    (file, function): (FileId, FunctionId),
) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |file: FileId, value: ValueId| {
        if let Entity::Class(file, class) = view.project.definition(file, value)
            && let Some(model) = view.registries.model_of((file, class))
        {
            found.push(view.registries.model(model).name.clone());
        }
    };
    let ir = view.ir(file);
    let span = ir.function(function).span;
    for (at, value) in ir.values.iter().enumerate() {
        let is_name =
            matches!(value, Value::Global { .. } | Value::Import { .. } | Value::Attr { .. });
        if is_name && span.contains(ir.spans[at]) {
            add(file, ValueId::from_index(at));
        }
    }
    for name in ["queryset", "model"] {
        let of = ClassRef::Project(class.0, class.1);
        let Some(member) = view.project.lookup_member(of, name) else { continue };
        let file = member.class.0;
        let ir = view.ir(file);
        let mut named = Vec::new();
        values::any(ir, member.value, |at, value| {
            if matches!(value, Value::Global { .. } | Value::Import { .. } | Value::Attr { .. }) {
                named.push(at);
            }
            false
        });
        for at in named {
            add(file, at);
        }
    }
    found.sort();
    found.dedup();
    found
}
