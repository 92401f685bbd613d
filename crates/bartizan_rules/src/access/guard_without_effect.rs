//! Guards that are overridden, or answer yes to everybody.

use bartizan_django::registries::ClassKey;
use bartizan_django::views::values::tail_name;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, FileIr, FunctionId, Path, PathId, Value, ValueId};
use bartizan_project::{ClassMember, ClassRef, FileId};

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
        never_asks(view, class, drafts);
        asks_nobody(view, class, drafts);
        for name in DECIDING {
            if let Some((file, function)) = view.own_method(class, name) {
                never_asked(view, file, function, drafts);
            }
        }
    }
}

/// Methods by which Django REST framework asks the permissions of a view.
const ASKING: &[&str] = &["check_permissions", "check_object_permissions"];

/// Whether a function calls one of these.
fn calls(view: &EndpointsView<'_>, (file, function): (FileId, FunctionId), names: &[&str]) -> bool {
    let ir = view.ir(file);
    ir.effects[ir.function(function).effects].iter().any(|effect| {
        let EffectKind::Call(call) = effect.kind else { return false };
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        tail_name(ir, callee).is_some_and(|name| names.contains(&name))
    })
}

/// What a function returns, way by way; nothing where a way ends without it.
fn returns(view: &EndpointsView<'_>, (file, function): (FileId, FunctionId)) -> Vec<ValueId> {
    let ir = view.ir(file);
    let effects = ir.effects[ir.function(function).effects].iter();
    let returned = effects.filter_map(|effect| match effect.kind {
        EffectKind::Return(value) => value,
        _ => None,
    });
    returned.collect()
}

/// A view of an API whose own `check_permissions` asks nobody.
fn never_asks(view: &EndpointsView<'_>, class: ClassKey, drafts: &mut Vec<Draft>) {
    for name in ASKING {
        let Some((file, function)) = view.own_method(class, name) else { continue };
        if !view.outside(class).any(|base| base.starts_with("rest_framework.")) {
            continue;
        }
        let ir = view.ir(file);
        let record = ir.function(function);
        let raises =
            ir.effects[record.effects].iter().any(|e| matches!(e.kind, EffectKind::Raise(_)));
        let asks = ["permission_denied", "get_permissions", "has_permission", name];
        if raises
            || calls(view, (file, function), &asks)
            || calls(view, (file, function), &["has_object_permission", "not_authenticated"])
            || view.views.asking.asks(view.project, file, function).is_some()
            || !record.decorators.is_empty()
        {
            continue;
        }
        let mut draft = Draft::at(file, record.name_span);
        draft.message = format!("`{name}` asks none of the permission classes");
        draft.label = format!("`super().{name}(…)` is not called");
        draft.impact =
            "`permission_classes` stands there and asks nobody: everyone gets in.".to_owned();
        draft.fix = format!("super().{name}(…), or no `{name}` at all");
        drafts.push(draft);
    }
}

/// A question that has one answer: `test_func` that returns `True`, `get_permissions` that returns
/// nothing to ask where the class names whom to ask.
fn asks_nobody(view: &EndpointsView<'_>, class: ClassKey, drafts: &mut Vec<Draft>) {
    let questions: &[(&str, &[&str])] = &[
        ("test_func", &["UserPassesTestMixin"]),
        ("has_permission", &["PermissionRequiredMixin"]),
    ];
    for (name, mixins) in questions {
        if !view.inherits(class, mixins) {
            continue;
        }
        let Some(method) = view.own_method(class, name) else { continue };
        let ir = view.ir(method.0);
        let returned = returns(view, method);
        let is_yes = |value: &ValueId| ir.value(ir.bare(*value)) == Value::Bool(true);
        // A way that ends without an answer is a no.
        let always = returned.iter().any(|value| {
            ir.effects[ir.function(method.1).effects].iter().any(|effect| {
                effect.kind == EffectKind::Return(Some(*value))
                    && is_reached_always(ir, effect.path)
            })
        });
        let raises = ir.effects[ir.function(method.1).effects]
            .iter()
            .any(|effect| matches!(effect.kind, EffectKind::Raise(_)));
        if raises || !always || !returned.iter().all(is_yes) {
            continue;
        }
        let mut draft = Draft::at(method.0, ir.span(ir.bare(returned[0])));
        draft.message = format!("`{name}` lets everyone in");
        draft.label = "whoever asks".to_owned();
        draft.impact =
            format!("`{}` stands in the list of bases and turns nobody away.", mixins[0]);
        draft.fix = "ask for what the mixin is there for, or leave it out".to_owned();
        drafts.push(draft);
    }
    let Some(method) = view.own_method(class, "get_permissions") else { return };
    let ir = view.ir(method.0);
    let returned = returns(view, method);
    let is_empty = |value: &ValueId| match ir.value(ir.bare(*value)) {
        Value::List(items) | Value::Tuple(items) => ir.items[items].is_empty(),
        _ => false,
    };
    let of = ClassRef::Project(class.0, class.1);
    let named = view.project.lookup_member(of, "permission_classes");
    let asks = |member: &ClassMember| {
        let ir = view.ir(member.class.0);
        match ir.value(ir.bare(member.value)) {
            Value::List(items) | Value::Tuple(items) => !ir.items[items].is_empty(),
            _ => false,
        }
    };
    let Some(named) = named.filter(asks) else { return };
    if returned.is_empty() || !returned.iter().all(is_empty) {
        return;
    }
    let mut draft = Draft::at(method.0, ir.span(ir.bare(returned[0])));
    draft.message = "`get_permissions` leaves nobody to ask".to_owned();
    draft.label = "in the place of `permission_classes`".to_owned();
    draft.impact =
        "`permission_classes` is read by the method that this one overrides: everyone gets in."
            .to_owned();
    draft.fix = "return super().get_permissions()".to_owned();
    let file = named.class.0;
    draft.notes.push((file, view.ir(file).span(named.value), "never read".to_owned()));
    drafts.push(draft);
}

/// Whether a path is that of what ends a function where nothing before it did: no test stands around it.
fn is_reached_always(ir: &FileIr, path: PathId) -> bool {
    std::iter::successors(Some(path), |path| ir.path(*path).parent())
        .all(|path| matches!(ir.path(path), Path::Root | Path::Escaped { .. }))
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
