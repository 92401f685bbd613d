//! Fields that let a visitor refer to rows of others.

use bartizan_django::registries::{ClassKey, OwnerKind};
use bartizan_django::views::values::{any, tail_name};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{ArgKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A choice among all rows, although each belongs to somebody.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unscoped-related-field",
        title: "Field that takes the rows of others",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(639), Cwe(863)],
        severity: Severity::Medium,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("unscoped_related_field.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Methods in which a class limits its fields to the visitor.
const LIMITING: &[&str] =
    &["__init__", "get_fields", "get_queryset", "validate", "clean", "to_internal_value"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for serializer in &view.registries.serializers {
        if limits(view, serializer.class) {
            continue;
        }
        for field in &serializer.declared {
            let validates = view.method(serializer.class, &format!("validate_{}", field.name));
            if field.is_read_only || validates.is_some() {
                continue;
            }
            if let Some((value, place)) = field.queryset {
                told(view, &serializer.name, &field.name, (place.file, value), drafts);
            }
        }
    }
    for form in &view.registries.forms {
        let Some(class) = form.class else { continue };
        let path = view.project.path(form.place.file);
        if form.is_view
            || limits(view, class)
            || path.as_str().split('/').any(|part| has_word(part, &["admin"]))
        {
            continue;
        }
        for field in form.declared.iter().filter(|field| field.kind.starts_with("Model")) {
            if field.is_disabled || view.method(class, &format!("clean_{}", field.name)).is_some() {
                continue;
            }
            let Some((file, call)) = declaration(view, class, &field.name) else { continue };
            let ir = view.ir(file);
            let Value::Call { args, .. } = ir.value(ir.bare(call)) else { continue };
            let args = &ir.args[args];
            let named = args.iter().find(
                |arg| matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "queryset"),
            );
            let queryset =
                named.or_else(|| args.first().filter(|arg| arg.kind == ArgKind::Positional));
            if let Some(queryset) = queryset {
                told(view, &form.name, &field.name, (file, queryset.value), drafts);
            }
        }
    }
}

/// Whether a class works on its fields where it knows who asks.
fn limits(view: &EndpointsView<'_>, class: ClassKey) -> bool {
    LIMITING.iter().any(|name| view.method(class, name).is_some())
}

fn declaration(view: &EndpointsView<'_>, class: ClassKey, name: &str) -> Option<(FileId, ValueId)> {
    let of = ClassRef::Project(class.0, class.1);
    let member = view.project.lookup_member(of, name)?;
    Some((member.class.0, member.value))
}

fn told(
    view: &EndpointsView<'_>,
    of: &str,
    field: &str,
    (file, queryset): (FileId, ValueId),
    drafts: &mut Vec<Draft>,
) {
    let ir = view.ir(file);
    // `Visit.objects.all()`, and nothing that limits it.
    let is_all = match ir.value(ir.bare(queryset)) {
        Value::Call { callee, args } => {
            tail_name(ir, callee) == Some("all") && ir.args[args].is_empty()
        }
        Value::Attr { name, .. } => ir.str(name) == "objects",
        _ => false,
    };
    if !is_all {
        return;
    }
    let mut model = None;
    any(ir, queryset, |at, _| {
        if let Entity::Class(file, class) = view.project.definition(file, at) {
            model = model.or(view.registries.model_of((file, class)));
        }
        false
    });
    let Some(model) = model else { return };
    if view.registries.user == Some(model) {
        return;
    }
    let owners = view.registries.owners(model);
    let Some(owner) = owners.iter().find(|owner| {
        owner.kind == OwnerKind::User && !owner.path.contains("__")
            || owner.kind == OwnerKind::Tenant
    }) else {
        return;
    };
    let name = &view.registries.model(model).name;
    let mut draft = Draft::at(file, ir.span(ir.bare(queryset)));
    draft.message = format!("`{of}.{field}` takes whichever {name} the request names");
    draft.label = "all of them".to_owned();
    draft.impact = format!(
        "Whoever fills it in refers to a {name} of somebody else, and sees or moves with it what hangs on \
         that."
    );
    draft.fix =
        format!("limit it to the visitor by `{}` where the class knows who asks", owner.path);
    draft.doubt = Some(format!("if `{}` says whose a {name} is", owner.path));
    drafts.push(draft);
}
