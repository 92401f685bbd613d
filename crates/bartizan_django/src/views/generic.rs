//! Generic views: which row they fetch, and what limits the rows among which it is found.

use bartizan_base::Span;
use bartizan_ir::{EffectKind, FileIr, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};

use super::lookups::{Scope, scope_of};
use super::values::{self, is_visitor, mentions_visitor, tail_name};
use crate::registries::{ClassKey, Registries};

/// Last names of the framework's views of one row, and whether they change it.
const SINGLE: &[(&str, bool)] = &[
    ("DetailView", false),
    ("UpdateView", true),
    ("DeleteView", true),
    ("RetrieveAPIView", false),
    ("UpdateAPIView", true),
    ("DestroyAPIView", true),
    ("RetrieveUpdateAPIView", true),
    ("RetrieveDestroyAPIView", true),
    ("RetrieveUpdateDestroyAPIView", true),
    ("ModelViewSet", true),
    ("ReadOnlyModelViewSet", false),
    ("RetrieveModelMixin", false),
    ("UpdateModelMixin", true),
    ("DestroyModelMixin", true),
];

/// Methods of querysets that limit nothing.
const ALL: &[&str] =
    &["all", "annotate", "defer", "only", "order_by", "prefetch_related", "select_related"];

/// Whether a class is one of the framework's views of one row, and whether it changes the row.
pub fn changes_one_row(project: &Project, class: ClassKey) -> Option<bool> {
    let mut changes = None;
    for base in crate::registries::outside(project, class) {
        let last = base.rsplit('.').next().unwrap_or(base);
        if let Some((_, does)) = SINGLE.iter().find(|(name, _)| *name == last) {
            changes = Some(changes.unwrap_or(false) | does);
        }
    }
    changes
}

/// Last names of the framework's views of several rows.
const SEVERAL: &[&str] = &[
    "ListView",
    "ListAPIView",
    "ListCreateAPIView",
    "ListModelMixin",
    "ModelViewSet",
    "ReadOnlyModelViewSet",
];

/// Whether a class is one of the framework's views of several rows.
pub fn lists_rows(project: &Project, class: ClassKey) -> bool {
    crate::registries::outside(project, class)
        .any(|base| SEVERAL.contains(&base.rsplit('.').next().unwrap_or(base)))
}

/// The `get_queryset` of a class that decides which rows it has, and those behind it that it hands on
/// to; without those that only hand on.
pub fn querysets(project: &Project, class: ClassKey) -> Vec<(FileId, FunctionId)> {
    let mut found = Vec::new();
    for base in &project.mro(ClassRef::Project(class.0, class.1)).classes {
        let Some(member) = project.own_member(*base, "get_queryset") else { continue };
        let own = project.definition(member.class.0, member.value).as_function();
        let Some((file, function)) = own else { break };
        if !only_hands_on(project.ir(file), function) {
            found.push((file, function));
        }
        if !hands_on(project.ir(file), function) {
            break;
        }
    }
    found
}

/// What limits the rows of a function to who asks: the condition, or the query.
pub fn limit_of(
    project: &Project,
    (file, function): (FileId, FunctionId),
) -> Option<(FileId, ValueId)> {
    let ir = project.ir(file);
    ir.effects[ir.function(function).effects].iter().find_map(|effect| {
        let EffectKind::Call(call) = effect.kind else { return None };
        let Value::Call { callee, args } = ir.value(call) else { return None };
        let name = tail_name(ir, callee).unwrap_or_default();
        let is_query = matches!(name, "filter" | "exclude" | "get" | "get_objects_for_user" | "Q")
            || name.contains("for_user")
            || name.contains("visible")
            || name.ends_with("_or_404")
            || name == "restrict";
        let limiting = ir.args[args]
            .iter()
            .find(|arg| is_query && scope_of(project, file, arg.value) == Scope::Visitor);
        match limiting {
            Some(arg) => Some((file, arg.value)),
            None => (name == "all" && mentions_visitor(ir, callee)).then_some((file, call)),
        }
    })
}

/// What a function gives that is the visitor's own: `return self.request.user.orders.order_by("day")`.
pub fn own_rows(
    project: &Project,
    (file, function): (FileId, FunctionId),
) -> Option<(FileId, ValueId)> {
    let ir = project.ir(file);
    let is_own = |value: ValueId| {
        let mut left = vec![(value, 0)];
        while let Some((value, depth)) = left.pop() {
            let at = ir.bare(value);
            if depth > 16 {
                continue;
            }
            match ir.value(at) {
                Value::Attr { of, .. } if is_visitor(ir, of) => return true,
                Value::Attr { of, .. } => left.push((of, depth + 1)),
                Value::Call { callee, .. } => {
                    if let Value::Attr { of, .. } = ir.value(ir.bare(callee)) {
                        left.push((of, depth + 1));
                    }
                }
                Value::Mutate(mutation) => left.push((ir.mutation(mutation).receiver, depth + 1)),
                Value::Gamma { then, .. } => left.push((then, depth + 1)),
                Value::Join { ways, .. } => {
                    left.extend(ir.ways[ways].first().map(|way| (way.value, depth + 1)));
                }
                _ => {}
            }
        }
        false
    };
    ir.effects[ir.function(function).effects].iter().find_map(|effect| match effect.kind {
        EffectKind::Return(Some(value)) if is_own(value) => Some((file, value)),
        _ => None,
    })
}

/// Where a function makes something of who asks.
pub fn asks_visitor(
    project: &Project,
    (file, function): (FileId, FunctionId),
) -> Option<(FileId, ValueId)> {
    let ir = project.ir(file);
    ir.effects[ir.function(function).effects].iter().find_map(|effect| match effect.kind {
        EffectKind::Call(value) | EffectKind::Return(Some(value)) => {
            mentions_visitor(ir, value).then_some((file, value))
        }
        _ => None,
    })
}

/// Classes of the project's own that filter the rows: `filter_backends = [OwnOrders]`.
pub fn filter_classes(project: &Project, class: ClassKey) -> Vec<ClassKey> {
    let of = ClassRef::Project(class.0, class.1);
    let Some(member) = project.lookup_member(of, "filter_backends") else { return Vec::new() };
    let file = member.class.0;
    let mut found = Vec::new();
    values::any(project.ir(file), member.value, |at, _| {
        if let Entity::Class(file, class) = project.definition(file, at) {
            found.push((file, class));
        }
        false
    });
    found
}

/// The model of `model = Order`, or of `queryset = Order.objects.all()`, and where it stands.
pub fn rows_of(
    project: &Project,
    registries: &Registries,
    class: ClassKey,
) -> Option<(String, (FileId, Span))> {
    let of = ClassRef::Project(class.0, class.1);
    ["queryset", "model"].into_iter().find_map(|name| {
        let member = project.lookup_member(of, name)?;
        let file = member.class.0;
        let ir = project.ir(file);
        let mut at = ir.bare(member.value);
        let record = ir.class(member.class.1);
        // What is imported stands elsewhere.
        let span = match record.span.contains(ir.span(at)) {
            true => ir.span(at),
            false => ir.binding(record.body, ir.strings.find(name)?)?.span,
        };
        let place = (file, span);
        for _ in 0..16 {
            if let Some(model) = model_at(project, registries, file, at) {
                return Some((model, place));
            }
            at = match ir.value(at) {
                Value::Call { callee, .. } => {
                    let name = tail_name(ir, callee)?;
                    if !ALL.contains(&name) {
                        return None;
                    }
                    ir.bare(callee)
                }
                Value::Attr { of, .. } => ir.bare(of),
                _ => return None,
            };
        }
        None
    })
}

/// The first model that a function names, a `get_queryset` say.
pub fn model_in(
    project: &Project,
    registries: &Registries,
    (file, function): (FileId, FunctionId),
) -> Option<(String, (FileId, Span))> {
    let ir = project.ir(file);
    let span = ir.function(function).span;
    ir.values.iter().enumerate().find_map(|(at, value)| {
        let is_name =
            matches!(value, Value::Global { .. } | Value::Import { .. } | Value::Attr { .. });
        if !is_name || !span.contains(ir.spans[at]) {
            return None;
        }
        let name = model_at(project, registries, file, ValueId::from_index(at))?;
        Some((name, (file, ir.spans[at])))
    })
}

fn model_at(
    project: &Project,
    registries: &Registries,
    file: FileId,
    value: ValueId,
) -> Option<String> {
    let Entity::Class(file, class) = project.definition(file, value) else { return None };
    let id = registries.model_of((file, class))?;
    Some(registries.model(id).name.clone())
}

/// Whether a `get_queryset` asks the one behind it.
fn hands_on(ir: &FileIr, function: FunctionId) -> bool {
    ir.effects[ir.function(function).effects].iter().any(|effect| match effect.kind {
        EffectKind::Call(call) => {
            matches!(ir.value(call), Value::Call { callee, .. }
                if tail_name(ir, callee) == Some("get_queryset"))
        }
        _ => false,
    })
}

/// Whether a `get_queryset` gives what the one behind it gives, in another order perhaps.
fn only_hands_on(ir: &FileIr, function: FunctionId) -> bool {
    let effects = ir.effects[ir.function(function).effects].iter();
    let mut returned = effects.filter_map(|effect| match effect.kind {
        EffectKind::Return(value) => Some(value),
        _ => None,
    });
    let hands_on = |value: ValueId| {
        let mut at = ir.bare(value);
        for _ in 0..16 {
            let Value::Call { callee, args } = ir.value(at) else { return false };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return false };
            match ir.str(name) {
                "get_queryset" => return ir.args[args].is_empty(),
                name if ALL.contains(&name) => at = ir.bare(of),
                _ => return false,
            }
        }
        false
    };
    returned.all(|value| value.is_some_and(hands_on))
}
