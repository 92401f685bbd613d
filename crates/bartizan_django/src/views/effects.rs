//! What a view changes in the database, and whether it asks for a method first.

use bartizan_base::Span;
use bartizan_ir::{
    Arg, ArgKind, Effect, EffectKind, FileIr, FunctionId, Mutator, Path, PathId, Run, Value,
    ValueId,
};
use bartizan_project::{ClassRef, Entity, FileId, Project};

use super::guarding::decorators;
use super::values::{any, is_request, param_name, tail_name};
use crate::effects::LATER;
use crate::registries::{Model, ModelId, Registries, Relation};

/// A change of the database.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The file of the view.
    pub file: FileId,
    /// The call in the view.
    pub span: Span,
    /// The method: `delete`.
    pub method: String,
    /// The model, where it is known.
    pub model: Option<String>,
    /// Whether it happens only after the method of the request, a form or what was sent was looked at.
    pub is_asked: bool,
}

const WRITES: &[&str] = &[
    "save",
    "delete",
    "create",
    "update",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "asave",
    "adelete",
    "acreate",
    "aupdate",
];

/// The changes that a function makes to rows of models, as far as it is known that they are rows.
pub fn changes(
    project: &Project,
    registries: &Registries,
    file: FileId,
    function: FunctionId,
) -> Vec<Change> {
    let ir = project.ir(file);
    let mut found = Vec::new();
    for effect in &ir.effects[ir.function(function).effects] {
        let Some(call) = call_of(ir, effect) else { continue };
        let Value::Call { callee, args } = ir.value(call) else { continue };
        if is_dead(ir, effect.path) {
            continue;
        }
        if let Some((method, model)) = elsewhere(project, registries, file, call, args) {
            found.push(Change {
                file,
                span: effect.span,
                method,
                model: Some(model),
                is_asked: path_asks(project, file, effect.path)
                    || ir.args[args].iter().any(|arg| is_posted(ir, arg.value)),
            });
            continue;
        }
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
        let method = ir.str(name);
        if let Some(model) = related(project, registries, file, of, method) {
            found.push(Change {
                file,
                span: effect.span,
                method: method.to_owned(),
                model: Some(model),
                is_asked: path_asks(project, file, effect.path) || is_posted(ir, of),
            });
            continue;
        }
        let is_write = WRITES.contains(&method);
        if !is_write && !may_be_own(method) {
            continue;
        }
        let Some(id) = row_model(project, registries, file, of) else { continue };
        if !is_write && !saves_itself(project, registries, id, method, 0) {
            continue;
        }
        let model = registries.model(id).name.clone();
        found.push(Change {
            file,
            span: effect.span,
            method: method.to_owned(),
            model: Some(model),
            is_asked: path_asks(project, file, effect.path)
                || is_posted(ir, of)
                || needs_posted(ir, function, call, effect.path),
        });
    }
    found.sort_by_key(|change| change.span.start);
    found.dedup_by_key(|change| change.span);
    found
}

/// The change that a call makes elsewhere: in a task that it puts off, or in a function of the project
/// that gets a row and changes that. The name of what is called, and the model.
fn elsewhere(
    project: &Project,
    registries: &Registries,
    file: FileId,
    call: ValueId,
    args: Run<Arg>,
) -> Option<(String, String)> {
    let ir = project.ir(file);
    let Value::Call { callee, .. } = ir.value(call) else { return None };
    if let Value::Attr { of, name } = ir.value(ir.bare(callee))
        && LATER.contains(&ir.str(name))
        && let Entity::Function(there, function) = project.definition(file, of)
    {
        let inner = project.ir(there);
        let record = inner.function(function);
        let model = inner.effects[record.effects].iter().find_map(|effect| {
            let EffectKind::Call(call) = effect.kind else { return None };
            let Value::Call { callee, .. } = inner.value(call) else { return None };
            let Value::Attr { of, name } = inner.value(inner.bare(callee)) else { return None };
            let writes = WRITES.contains(&inner.str(name)) && !is_dead(inner, effect.path);
            row_model(project, registries, there, of).filter(|_| writes)
        })?;
        let name = format!("{}.{}", inner.str(record.name), ir.str(name));
        return Some((name, registries.model(model).name.clone()));
    }
    if ir.args[args].is_empty() {
        return None;
    }
    let target = project.callee(file, call);
    let (there, function) = target.target.as_function()?;
    let inner = project.ir(there);
    let record = inner.function(function);
    if record.class.is_some() {
        return None;
    }
    ir.args[args].iter().enumerate().find_map(|(position, arg)| {
        if arg.kind != ArgKind::Positional {
            return None;
        }
        let model = row_model(project, registries, file, arg.value)?;
        let model = registries.model(model);
        let changes = inner.effects[record.effects].iter().any(|effect| {
            let Some(call) = call_of(inner, effect) else { return false };
            let Value::Call { callee, .. } = inner.value(call) else { return false };
            let Value::Attr { of, name } = inner.value(inner.bare(callee)) else { return false };
            let is_row = |value: ValueId| {
                matches!(inner.value(inner.bare(value)), Value::Param(at) if at as usize == position)
            };
            let does = match inner.str(name) {
                "save" | "delete" => is_row(of),
                "add" | "remove" | "set" | "clear" => {
                    matches!(inner.value(inner.bare(of)), Value::Attr { of: row, name }
                        if is_row(row) && is_many(model, inner.str(name)))
                }
                _ => false,
            };
            does && !is_dead(inner, effect.path) && !path_asks(project, there, effect.path)
        });
        changes.then(|| (inner.str(record.name).to_owned(), model.name.clone()))
    })
}

/// The call that an effect is. Methods that containers have as well change one, as far as the text tells.
pub(crate) fn call_of(ir: &FileIr, effect: &Effect) -> Option<ValueId> {
    match effect.kind {
        EffectKind::Call(call) => Some(call),
        EffectKind::Mutate(mutated) => {
            let Value::Mutate(mutation) = ir.value(mutated) else { return None };
            let mutation = ir.mutation(mutation);
            match mutation.op {
                Mutator::Update | Mutator::Add | Mutator::Remove | Mutator::Clear => mutation.call,
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a field links rows of a model with many others.
fn is_many(model: &Model, field: &str) -> bool {
    model
        .field(field)
        .is_some_and(|field| matches!(field.relation, Some((Relation::ManyToMany, _))))
}

/// The model of a row of which a method changes what it is linked with: `topic.subscribers.add(user)`.
fn related(
    project: &Project,
    registries: &Registries,
    file: FileId,
    of: ValueId,
    method: &str,
) -> Option<String> {
    if !matches!(method, "add" | "remove" | "set" | "clear") {
        return None;
    }
    let ir = project.ir(file);
    let Value::Attr { of: row, name } = ir.value(ir.bare(of)) else { return None };
    let model = registries.model(row_model(project, registries, file, row)?);
    is_many(model, ir.str(name)).then(|| model.name.clone())
}

/// Whether a method sounds as if it changed something.
fn may_be_own(method: &str) -> bool {
    const VERBS: &[&str] = &[
        "accept",
        "activate",
        "add",
        "approve",
        "archive",
        "cancel",
        "close",
        "copy",
        "deactivate",
        "disable",
        "enable",
        "lock",
        "mark",
        "move",
        "publish",
        "reject",
        "remove",
        "reset",
        "restore",
        "revert",
        "revoke",
        "set",
        "toggle",
        "trash",
        "undo",
        "unlock",
        "unpublish",
    ];
    let first = method.split('_').next().unwrap_or(method);
    VERBS.contains(&first)
}

/// Whether a method of a model saves or deletes the row that it is called on.
fn saves_itself(
    project: &Project,
    registries: &Registries,
    model: ModelId,
    method: &str,
    depth: usize,
) -> bool {
    if depth > 3 {
        return false;
    }
    let (file, class) = registries.model(model).class;
    let Some(member) = project.lookup_member(ClassRef::Project(file, class), method) else {
        return false;
    };
    let Some((file, function)) = project.definition(member.class.0, member.value).as_function()
    else {
        return false;
    };
    let ir = project.ir(file);
    ir.effects[ir.function(function).effects].iter().any(|effect| {
        let EffectKind::Call(call) = effect.kind else { return false };
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return false };
        let name = ir.str(name);
        if param_name(ir, of) == Some("self") {
            return matches!(name, "save" | "delete")
                || name != method && saves_itself(project, registries, model, name, depth + 1);
        }
        matches!(name, "update" | "delete" | "save" | "create")
            && row_model(project, registries, file, of).is_some()
    })
}

/// The model of a row, queryset or manager.
pub(super) fn row_model(
    project: &Project,
    registries: &Registries,
    file: FileId,
    value: ValueId,
) -> Option<ModelId> {
    let ir = project.ir(file);
    let mut at = ir.bare(value);
    for _ in 0..32 {
        if let Some(ClassRef::Project(class_file, class)) = project.class_of(file, at)
            && let Some(model) = registries.model_of((class_file, class))
        {
            return Some(model);
        }
        if let Entity::Class(class_file, class) = project.definition(file, at) {
            return registries.model_of((class_file, class));
        }
        at = ir.bare(match ir.value(at) {
            Value::Attr { of, name } => {
                // `order.customer` is another row than `order`: of what model, is not followed.
                let through = matches!(
                    ir.str(name),
                    "objects"
                        | "_default_manager"
                        | "_base_manager"
                        | "all"
                        | "filter"
                        | "exclude"
                        | "get"
                        | "first"
                        | "last"
                        | "order_by"
                        | "select_related"
                        | "prefetch_related"
                        | "select_for_update"
                        | "latest"
                        | "earliest"
                        | "specific"
                        | "get_or_create"
                        | "distinct"
                        | "using"
                        | "aget"
                        | "afirst"
                );
                if !through {
                    return None;
                }
                of
            }
            Value::Call { callee, args } => {
                if matches!(tail_name(ir, callee), Some("get_object_or_404" | "aget_object_or_404"))
                {
                    ir.args[args].first()?.value
                } else {
                    callee
                }
            }
            Value::Mutate(mutation) => ir.mutation(mutation).receiver,
            Value::Await(of) | Value::Elem { of, .. } => of,
            Value::Gamma { then, .. } => then,
            _ => return None,
        });
    }
    None
}

pub(crate) fn is_dead(ir: &FileIr, path: PathId) -> bool {
    links(ir, path).any(|link| matches!(link, Path::Dead { .. }))
}

fn links(ir: &FileIr, path: PathId) -> impl Iterator<Item = Path> {
    std::iter::successors(Some(ir.path(path)), |link| link.parent().map(|parent| ir.path(parent)))
}

/// Whether one of the tests on a path looks at the method of the request, at what was sent, or at
/// whether a form is valid.
fn path_asks(project: &Project, file: FileId, path: PathId) -> bool {
    let ir = project.ir(file);
    let mut left = vec![path];
    let mut steps = 0;
    while let Some(path) = left.pop() {
        for link in links(ir, path) {
            steps += 1;
            if steps > 500 {
                return true;
            }
            match link {
                Path::Given { test, .. } if is_asking(project, file, test) => return true,
                Path::Escaped { exit, .. } => left.push(exit),
                _ => {}
            }
        }
    }
    false
}

/// Whether a row is chosen by what was posted: a GET finds none.
fn is_posted(ir: &FileIr, row: ValueId) -> bool {
    any(ir, row, |_, part| match part {
        Value::Attr { of, name } => {
            matches!(ir.str(name), "POST" | "FILES" | "JSON") && is_request(ir, of)
        }
        _ => false,
    })
}

/// Whether `request.POST["state"]` stands before a call on every way to it: a GET ends there.
fn needs_posted(ir: &FileIr, function: FunctionId, call: ValueId, path: PathId) -> bool {
    let names = [ir.strings.find("POST"), ir.strings.find("JSON")];
    if names == [None, None] {
        return false;
    }
    ir.values[..call.index()].iter().enumerate().any(|(at, value)| {
        let Value::Index { of, .. } = *value else { return false };
        let Value::Attr { of, name } = ir.value(ir.bare(of)) else { return false };
        if !names.contains(&Some(name)) || !is_request(ir, of) {
            return false;
        }
        let stretch = ir.stretch(ValueId::from_index(at));
        stretch.function == function
            && std::iter::successors(Some(path), |path| ir.path(*path).parent())
                .take(64)
                .any(|link| link == stretch.path)
    })
}

fn is_asking(project: &Project, file: FileId, test: ValueId) -> bool {
    let ir = project.ir(file);
    any(ir, test, |at, value| match value {
        Value::Attr { of, name } => {
            matches!(ir.str(name), "method" | "POST" | "data" | "FILES" | "body" | "JSON" | "json")
                && is_request(ir, of)
                || matches!(ir.str(name), "is_valid" | "is_bound" | "cleaned_data")
        }
        // `if refused := _post_only(request):`
        Value::Call { args, .. } => {
            ir.args[args].iter().any(|arg| is_request(ir, arg.value))
                && project
                    .callee(file, at)
                    .target
                    .as_function()
                    .is_some_and(|(there, function)| tests_method(project, there, function))
        }
        _ => false,
    })
}

/// Whether a function looks at the method of the request anywhere.
pub fn tests_method(project: &Project, file: FileId, function: FunctionId) -> bool {
    let ir = project.ir(file);
    let Some(method) = ir.strings.find("method") else { return false };
    let span = ir.function(function).span;
    ir.values.iter().enumerate().any(|(at, value)| match *value {
        Value::Attr { of, name } => {
            name == method && is_request(ir, of) && span.contains(ir.span(ValueId::from_index(at)))
        }
        _ => false,
    })
}

/// The methods that decorators leave a function, `None` where they leave all; the decorators of the
/// project that are called so count, too.
pub fn methods_of(project: &Project, file: FileId, function: FunctionId) -> Option<Vec<String>> {
    let ir = project.ir(file);
    let list = &ir.ids[ir.function(function).decorators];
    for (by, (name, _)) in list.iter().zip(decorators(project, file, list)) {
        let one = |method: &str| Some(vec![method.to_owned()]);
        match &*name {
            "require_POST" | "post_only" | "require_post" | "POST_only" => return one("POST"),
            "require_GET" | "require_safe" | "safe" => return one("GET"),
            "require_http_methods" | "api_view" | "action" | "require_method" | "http_methods" => {
                let Value::Call { args, .. } = ir.value(ir.bare(*by)) else { continue };
                let listed = ir.args[args].iter().find(|arg| {
                    matches!(
                        ir.value(ir.bare(arg.value)),
                        Value::List(_) | Value::Tuple(_) | Value::Set(_)
                    )
                });
                let Some(listed) = listed else { return Some(Vec::new()) };
                let (Value::List(items) | Value::Tuple(items) | Value::Set(items)) =
                    ir.value(ir.bare(listed.value))
                else {
                    return Some(Vec::new());
                };
                let names = ir.items[items].iter().filter_map(|item| match ir.value(item.value) {
                    Value::Str(text) => Some(ir.str(text).to_uppercase()),
                    _ => None,
                });
                return Some(names.collect());
            }
            _ => {}
        }
    }
    None
}
