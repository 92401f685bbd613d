//! Writes of an API that its own permission list opens to everyone.

use bartizan_django::effects::Handler;
use bartizan_django::registries::ClassKey;
use bartizan_django::views::{View, lookups};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{ArgKind, FileIr, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, FileId};
use rustc_hash::FxHashSet;

use bartizan_django::views::values::tail_name;

use crate::endpoints_view::last;
use crate::words::{first_of, has_word};
use crate::{Detect, Draft, EndpointsView, Rule, permission_ways};

/// `AllowAny`, or an empty list, on what writes.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "write-allowed-to-any",
        title: "Write that the permission list opens to everyone",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862), Cwe(306)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("write_allowed_to_any.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// A function of the project.
type Function = (FileId, FunctionId);

/// Methods of views, and actions of view sets, that are called to write.
const WRITES: &[&str] =
    &["post", "put", "patch", "delete", "create", "update", "destroy", "partial_update"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in view.views.views.iter().filter(|one| one.is_api) {
        let Some(class) = one.class() else { continue };
        whole_class(view, one, class, drafts);
        actions(view, one, drafts);
        by_method(view, one, class, drafts);
    }
}

/// A `get_permissions` that asks somebody on some ways, and nobody on one that writes.
fn by_method(view: &EndpointsView<'_>, one: &View, class: ClassKey, drafts: &mut Vec<Draft>) {
    let Some((file, function)) = view.own_method(class, "get_permissions") else { return };
    let ir = view.ir(file);
    let ways = permission_ways::of(ir, function);
    if ways.iter().all(|way| is_open(ir, way.list)) {
        return;
    }
    let has = |name: &str| {
        view.method(class, name).is_some()
            || view.outside(class).any(|base| writes_by_base(base, name))
    };
    for way in ways.iter().filter(|way| is_open(ir, way.list)) {
        let Some(written) = way.written(ir, &has) else { continue };
        if written.is_empty() {
            continue;
        }
        let mut draft = Draft::at(file, ir.span(ir.bare(way.list)));
        draft.message = format!("`{}` asks nobody who may send {}", one.name, written.join(" or "));
        draft.notes.push((
            file,
            ir.function(function).name_span,
            "asks by the method of the request".to_owned(),
        ));
        let name = match written[..] {
            // Whoever signs up has no account yet.
            ["create"] if has_word(&one.name, &["user", "users"]) => "register",
            _ => &one.name,
        };
        say(view, &mut draft, one, (name, None), drafts);
    }
}

/// Whether a base outside the project answers a method that writes.
fn writes_by_base(base: &str, name: &str) -> bool {
    let class = last(base);
    let is_whole = class == "ModelViewSet";
    let verb = match name {
        "create" | "post" => "Create",
        "update" | "partial_update" | "put" | "patch" => "Update",
        "destroy" | "delete" => "Destroy",
        _ => return false,
    };
    base.starts_with("rest_framework.") && (is_whole || class.contains(verb))
}

/// A class whose list is empty or lets everyone in, and that writes.
fn whole_class(view: &EndpointsView<'_>, one: &View, class: ClassKey, drafts: &mut Vec<Draft>) {
    let of = ClassRef::Project(class.0, class.1);
    let Some(member) = view.project.own_member(of, "permission_classes") else { return };
    let ir = view.ir(member.class.0);
    let decides = ["get_permissions", "check_permissions", "initial"];
    if !is_open(ir, member.value) || decides.iter().any(|name| view.method(class, name).is_some()) {
        return;
    }
    let own = WRITES.iter().find(|name| view.method(class, name).is_some());
    let by_base = view.outside(class).any(|base| {
        let name = last(base);
        name == "ModelViewSet"
            || base.starts_with("rest_framework.")
                && ["Create", "Update", "Destroy"].iter().any(|verb| name.contains(verb))
    });
    if own.is_none() && !by_base {
        return;
    }
    let body = ir.function(ir.class(class.1).body);
    let binding = ir.bindings[body.bindings]
        .iter()
        .find(|binding| ir.str(binding.name) == "permission_classes");
    let span = binding.map_or(ir.class(class.1).name_span, |binding| binding.span);
    let mut draft = Draft::at(class.0, span);
    draft.message = format!("`{}` writes, and its permissions let everyone in", one.name);
    say(view, &mut draft, one, (&one.name, None), drafts);
}

/// `@action(methods=["post"], permission_classes=[])` in a class that asks otherwise.
fn actions(view: &EndpointsView<'_>, one: &View, drafts: &mut Vec<Draft>) {
    for (file, function) in view.own_bodies(one) {
        let ir = view.ir(file);
        let record = ir.function(function);
        for by in &ir.ids[record.decorators] {
            let Value::Call { args, .. } = ir.value(ir.bare(*by)) else { continue };
            if !matches!(tail_name(ir, *by), Some("action" | "list_route" | "detail_route")) {
                continue;
            }
            let named = |wanted: &str| {
                ir.args[args].iter().find(
                    |arg| matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == wanted),
                )
            };
            let Some(list) = named("permission_classes") else { continue };
            let writes = named("methods").is_some_and(|methods| {
                let (Value::List(items) | Value::Tuple(items)) = ir.value(ir.bare(methods.value))
                else {
                    return false;
                };
                ir.items[items].iter().any(|item| match ir.value(item.value) {
                    Value::Str(text) => !ir.str(text).eq_ignore_ascii_case("get"),
                    _ => false,
                })
            });
            let asks_otherwise = one.guards.iter().any(|guard| guard.name == "permission_classes");
            if !writes || !is_open(ir, list.value) {
                continue;
            }
            let mut draft = Draft::at(file, list.span);
            let name = ir.str(record.qualname);
            draft.message = if asks_otherwise {
                format!("`{name}` writes, and lets everyone in where its class does not")
            } else {
                format!("`{name}` writes, and its permissions let everyone in")
            };

            let action = Some((file, function));
            say(view, &mut draft, one, (ir.str(record.name), action), drafts);
        }
    }
}

fn say(
    view: &EndpointsView<'_>,
    draft: &mut Draft,
    one: &View,
    (name, action): (&str, Option<Function>),
    drafts: &mut Vec<Draft>,
) {
    draft.label = "nobody is asked".to_owned();
    let changed = changed(view, one, action);
    let named: Vec<String> =
        changed.iter().flatten().filter(|model| *model != "?").cloned().collect();
    let what = match named[..] {
        [] => "what it changes".to_owned(),
        _ => first_of(&named),
    };
    draft.impact = format!("Whoever finds the address changes {what}, without an account.");
    draft.fix = "permission_classes = [IsAuthenticated]".to_owned();
    let mut draft = draft.clone();
    let is_public = view.is_public_name(name)
        || view.is_public_name(&one.name)
        // Where other servers leave word.
        || has_word(&one.name, &["inbox"])
        || view.is_public_name(view.project.path(one.place.file).stem());
    if changed.is_some_and(|models| models.is_empty()) {
        draft = draft.at_most(Confidence::Low, "if it changes anything: no change is seen");
    } else if is_public {
        draft = draft.at_most(Confidence::Low, "if it is not meant for everyone, as its name says");
    } else if one.bodies.iter().any(|(file, function)| view.goes_by_secret(*file, *function)) {
        draft = draft.at_most(Confidence::Low, "if the secret that it goes by can be guessed");
    } else if one.bodies.iter().any(|body| goes_by_uuid(view, *body)) {
        draft = draft.at_most(Confidence::Low, "if others know the number that it goes by");
    } else if one
        .guards
        .iter()
        .any(|guard| !matches!(&*guard.name, "permission_classes" | "get_permissions"))
    {
        let doubt = "if what else the class asks is less";
        draft = draft.at_most(Confidence::Low, doubt);
    }
    drafts.push(view.unless_middleware(draft));
}

/// The models that a view changes, or one of its actions, as far as its code tells, `?` for what is not
/// known; `None` where other code answers what is sent.
fn changed(view: &EndpointsView<'_>, one: &View, action: Option<Function>) -> Option<Vec<String>> {
    let by = |(file, function)| view.changed_by(Handler { file, function, class: one.class() });
    if let Some(action) = action {
        return Some(by(action));
    }
    let mut endpoints = view.endpoints(one).peekable();
    let mut models = Vec::new();
    if endpoints.peek().is_some() {
        models.extend(endpoints.flat_map(|endpoint| &endpoint.writes).cloned());
    } else {
        let class = one.class()?;
        if WRITES.iter().any(|name| view.outside(class).any(|base| writes_by_base(base, name))) {
            return None;
        }
        models.extend(WRITES.iter().filter_map(|name| view.method(class, name)).flat_map(by));
    }
    let mut seen = FxHashSet::default();
    models.retain(|model| seen.insert(model.clone()));
    Some(models)
}

/// Whether a function fetches its row by a number that cannot be guessed.
fn goes_by_uuid(view: &EndpointsView<'_>, (file, function): (FileId, FunctionId)) -> bool {
    let found = lookups(view.project, view.registries, file, function);
    found.iter().any(|lookup| has_word(&lookup.key_name, &["guid", "uuid"]))
}

/// Whether a list of permissions lets everyone in.
fn is_open(ir: &FileIr, list: ValueId) -> bool {
    match ir.value(ir.bare(list)) {
        Value::List(items) | Value::Tuple(items) => {
            ir.items[items].iter().all(|item| tail_name(ir, item.value) == Some("AllowAny"))
        }
        _ => false,
    }
}
