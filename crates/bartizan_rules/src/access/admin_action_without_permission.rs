//! Actions of the admin that whoever may look may run.

use bartizan_django::registries::{Admin, AdminAction};
use bartizan_django::views::values;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, FunctionId, Mutator, Value};
use bartizan_project::FileId;

use crate::{Detect, Draft, EndpointsView, Rule};

/// An action that changes rows and names no permission.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "admin-action-without-permission",
        title: "Admin action that names no permission",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("admin_action_without_permission.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let mut seen = Vec::new();
    for admin in &view.registries.admins {
        for action in admin.actions.iter().filter(|action| !action.has_permissions) {
            let Some((file, function)) = action.function else { continue };
            if seen.contains(&(file, function))
                || view.views.asking.asks(view.project, file, function).is_some()
            {
                continue;
            }
            let Some(method) = changes_rows(view, file, function) else { continue };
            seen.push((file, function));
            drafts.push(draft(view, admin, action, (file, function), method));
        }
    }
}

fn draft(
    view: &EndpointsView<'_>,
    admin: &Admin,
    action: &AdminAction,
    (file, function): (FileId, FunctionId),
    method: &str,
) -> Draft {
    let wanted = if method == "delete" { "delete" } else { "change" };
    let mut draft = Draft::at(file, view.ir(file).function(function).name_span);
    draft.message = format!("`{}` changes rows for whoever may look at them", action.name);
    draft.label = format!("`{method}`, and no permission named");
    draft.impact =
        "The admin offers an action to everyone who sees the list: staff with the permission to \
                    view, and none to change."
            .to_owned();
    draft.fix = format!("@admin.action(permissions=[\"{wanted}\"])");
    draft.notes.push((admin.place.file, admin.place.span, "offers it".to_owned()));
    let denies =
        admin.permissions.iter().find(|(name, _)| *name == format!("has_{wanted}_permission"));
    match denies {
        Some((name, place)) => {
            draft.notes.push((place.file, place.span, format!("`{name}` is not asked")));
            if denies_everyone(view, admin, name) {
                // The same permission would take the action from everyone.
                draft.fix = format!(
                    "@admin.action(permissions=[\"{0}\"]), and `has_{0}_permission`",
                    action.name
                );
            }
            draft
        }
        None => draft.at_most(Confidence::Low, "if some of the staff may look and not change"),
    }
}

/// Whether a permission of an admin lets nobody do what it is about: all that it does is `return False`.
fn denies_everyone(view: &EndpointsView<'_>, admin: &Admin, name: &str) -> bool {
    let Some((file, function)) = view.method(admin.class, name) else {
        return false;
    };
    let ir = view.ir(file);
    ir.effects[ir.function(function).effects].iter().all(|effect| {
        matches!(effect.kind, EffectKind::Return(Some(value))
            if ir.value(ir.bare(value)) == Value::Bool(false))
    })
}

/// The method by which a function changes the queryset that it is given, or rows of it.
fn changes_rows<'v>(
    view: &EndpointsView<'v>,
    file: FileId,
    function: FunctionId,
) -> Option<&'v str> {
    let ir = view.ir(file);
    ir.effects[ir.function(function).effects].iter().find_map(|effect| {
        let call = match effect.kind {
            EffectKind::Call(call) => call,
            EffectKind::Mutate(mutated) => {
                let Value::Mutate(mutation) = ir.value(mutated) else { return None };
                let mutation = ir.mutation(mutation);
                mutation.call.filter(|_| mutation.op == Mutator::Update)?
            }
            _ => return None,
        };
        let Value::Call { callee, .. } = ir.value(call) else { return None };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
        let name = ir.str(name);
        let of_queryset = values::any(ir, of, |at, _| {
            matches!(values::param_name(ir, at), Some("queryset" | "qs"))
        });
        (matches!(name, "update" | "delete" | "save") && of_queryset).then_some(name)
    })
}
