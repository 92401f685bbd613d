//! Rows of an API that its permission for single rows is never asked about.

use bartizan_base::Span;
use bartizan_django::registries::ClassKey;
use bartizan_django::views::{
    Key, Scope, asks_by_address, is_checked, looks_at_row, lookups, row_question, values,
};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{FunctionId, Value};
use bartizan_project::{ClassRef, FileId};
use bartizan_value::{Abstract, Symbol};

use crate::{Detect, Draft, EndpointsView, Rule};

/// A row that is fetched by hand, in a class with a permission for rows.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "object-permissions-not-checked",
        title: "Permission for single rows that is never asked",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(639), Cwe(863)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("object_permissions_not_checked.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in view.views.views.iter().filter(|one| one.is_api) {
        let Some(class) = one.class() else { continue };
        let asked = permissions(view, class);
        let Some((permission, place)) = for_rows(view, &asked) else { continue };
        let by_address = asked.iter().any(|class| asks_by_address(view.project, *class));
        for (file, function) in view.own_bodies(one) {
            if calls_check(view, file, function) {
                continue;
            }
            let ir = view.ir(file);
            let name = ir.str(ir.function(function).name);
            for lookup in lookups(view.project, view.registries, file, function) {
                if !lookup.is_single
                    || lookup.scope != Scope::Nothing
                    || lookup.key == Key::Url && by_address
                    || is_checked(view.project, view.registries, &lookup, &one.bodies)
                {
                    continue;
                }
                let mut draft = Draft::at(file, lookup.span);
                draft.message = format!(
                    "`{}` fetches a {} by hand, and `{permission}` is never asked about it",
                    ir.str(ir.function(function).qualname),
                    lookup.model,
                );
                draft.label = "no `check_object_permissions`".to_owned();
                draft.impact = format!(
                    "`has_object_permission` of `{permission}` keeps rows from others where the framework \
                     fetches them; here whoever sends the number gets any {}.",
                    lookup.model
                );
                draft.fix = "self.get_object(), or self.check_object_permissions(self.request, …)"
                    .to_owned();
                draft.notes.push((place.0, place.1, "asks about single rows".to_owned()));
                if name != "get_object" && !is_about(view, class, &lookup.model) {
                    let doubt = format!("if `{permission}` is meant for a {} too", lookup.model);
                    draft = draft.at_most(Confidence::Low, &doubt);
                } else if name != "get_object" {
                    let doubt = "if nothing else asks about the row";
                    draft = draft.at_most(Confidence::Medium, doubt);
                }
                drafts.push(draft);
            }
        }
    }
}

/// The permission classes of the project that a view names.
fn permissions(view: &EndpointsView<'_>, (file, class): ClassKey) -> Vec<ClassRef> {
    let mut questions = view.evaluator.questions();
    let list = questions.class_attribute(file, class, "permission_classes");
    let Some(Abstract::Seq(seq)) = list.map(|list| list.value) else { return Vec::new() };
    let own = seq.items.iter().filter_map(|item| match item.value {
        Abstract::Ref(Symbol::Class(file, class, _)) => Some(ClassRef::Project(file, class)),
        _ => None,
    });
    own.collect()
}

/// The one that asks about single rows: its name, and where it asks.
fn for_rows(view: &EndpointsView<'_>, asked: &[ClassRef]) -> Option<(String, (FileId, Span))> {
    asked.iter().find_map(|of| {
        let (file, function) = row_question(view.project, *of)?;
        let ClassRef::Project(at, class) = *of else { return None };
        looks_at_row(view.project, (file, function)).then(|| {
            let ir = view.ir(at);
            let name = ir.str(ir.class(class).name).to_owned();
            (name, (file, view.ir(file).function(function).name_span))
        })
    })
}

/// Whether a function asks, or leaves it to the framework.
fn calls_check(view: &EndpointsView<'_>, file: FileId, function: FunctionId) -> bool {
    let ir = view.ir(file);
    let span = ir.function(function).span;
    ir.values.iter().zip(&ir.spans).any(|(value, at)| {
        matches!(*value, Value::Attr { name, .. }
            if matches!(ir.str(name), "check_object_permissions" | "get_object" | "has_object_permission"))
            && span.contains(*at)
    })
}

/// Whether a class is about a model: it names it in its body.
fn is_about(view: &EndpointsView<'_>, class: ClassKey, model: &str) -> bool {
    let of = ClassRef::Project(class.0, class.1);
    let named = ["queryset", "model", "serializer_class"].iter().find_map(|name| {
        let member = view.project.lookup_member(of, name)?;
        let ir = view.ir(member.class.0);
        let mut found = false;
        values::any(ir, member.value, |_, value| {
            found |= match value {
                Value::Global { name, .. } | Value::Attr { name, .. } => {
                    ir.str(name).contains(model)
                }
                Value::Import { name: Some(name), .. } => ir.str(name).contains(model),
                _ => false,
            };
            found
        });
        Some(found)
    });
    // A plain `APIView` says nothing of what it is about.
    named.unwrap_or(true)
}
