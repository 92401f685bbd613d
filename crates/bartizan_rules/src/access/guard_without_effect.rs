//! Guards that are overridden, or answer yes to everybody.

use bartizan_django::registries::ClassKey;
use bartizan_django::views::values::tail_name;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, FunctionId, Value};
use bartizan_project::FileId;

use crate::endpoints_view::last;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A `dispatch` around the guard, a question that is never asked.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "guard-without-effect",
        title: "Guard without effect",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862), Cwe(285)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("guard_without_effect.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Mixins that guard by `dispatch`.
const GUARDS: &[&str] =
    &["LoginRequiredMixin", "PermissionRequiredMixin", "UserPassesTestMixin", "AccessMixin"];

/// Methods whose answer decides who gets in.
const DECIDING: &[&str] = &[
    "has_permission",
    "has_object_permission",
    "test_func",
    "has_add_permission",
    "has_change_permission",
    "has_delete_permission",
    "has_view_permission",
];

/// Methods that have to be called to be asked; named alone they are always true.
const QUESTIONS: &[&str] = &["has_perm", "has_perms", "has_module_perms", "get_all_permissions"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for class in view.project.classes().iter().copied() {
        around(view, class, drafts);
        for name in DECIDING {
            if let Some((file, function)) = view.own_method(class, name) {
                never_asked(view, file, function, drafts);
            }
        }
    }
}

/// A `dispatch` that does not hand on to the guard behind it.
fn around(view: &EndpointsView<'_>, class: ClassKey, drafts: &mut Vec<Draft>) {
    let Some(guard) = view.outside(class).find(|base| GUARDS.contains(&last(base))) else { return };
    let Some((file, function)) = view.own_method(class, "dispatch") else { return };
    let ir = view.ir(file);
    let record = ir.function(function);
    let hands_on = ir.effects[record.effects].iter().any(|effect| {
        let EffectKind::Call(call) = effect.kind else { return false };
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        matches!(
            tail_name(ir, callee),
            Some(
                "dispatch"
                    | "handle_no_permission"
                    | "get_test_func"
                    | "test_func"
                    | "has_permission"
            )
        )
    });
    let decorated = !ir.ids[record.decorators].is_empty();
    if hands_on || decorated || view.views.asking.asks(view.project, file, function).is_some() {
        return;
    }
    let name = last(guard);
    let mut draft = Draft::at(file, record.name_span);
    draft.message = format!("`dispatch` goes around `{name}`, which never runs");
    draft.label = "`super().dispatch(…)` is not called".to_owned();
    draft.impact =
        "The guard stands in the list of bases and asks nobody: everyone gets in.".to_owned();
    draft.fix = "return super().dispatch(request, *args, **kwargs)".to_owned();
    let ir = view.ir(class.0);
    draft.notes.push((class.0, ir.class(class.1).name_span, format!("names `{name}` as a base")));
    drafts.push(draft);
}

/// `return request.user.has_perm`: the method itself, which is always true.
fn never_asked(
    view: &EndpointsView<'_>,
    file: FileId,
    function: FunctionId,
    drafts: &mut Vec<Draft>,
) {
    let ir = view.ir(file);
    for effect in &ir.effects[ir.function(function).effects] {
        let EffectKind::Return(Some(value)) = effect.kind else { continue };
        let mut left = vec![(value, 0)];
        while let Some((value, depth)) = left.pop() {
            let at = ir.bare(value);
            match ir.value(at) {
                Value::Logic { values, .. } if depth < 8 => {
                    left.extend(ir.ids[values].iter().map(|value| (*value, depth + 1)));
                }
                Value::Attr { name, .. } if QUESTIONS.contains(&ir.str(name)) => {
                    let mut draft = Draft::at(file, ir.span(at));
                    let name = ir.str(name);
                    draft.message = format!("`{name}` is not called, and so always true");
                    draft.label = "a method, not its answer".to_owned();
                    draft.impact =
                        "The guard lets everyone in, whatever permissions they hold.".to_owned();
                    draft.fix = format!("{name}(\"app.permission\")");
                    drafts.push(draft);
                }
                _ => {}
            }
        }
    }
}
