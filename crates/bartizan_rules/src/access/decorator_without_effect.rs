//! Guards of an API that are written where they do nothing.

use bartizan_django::views::values::tail_name;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{FunctionKind, Value, ValueId};
use bartizan_project::{Entity, FileId};

use crate::endpoints_view::last;
use crate::{Detect, Draft, EndpointsView, Rule};

/// `@permission_classes` above `@api_view`, or on a method.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "decorator-without-effect",
        title: "Guard that is written where it does nothing",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862), Cwe(285)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("decorator_without_effect.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Decorators that only tell `api_view` something.
const TELLING: &[&str] = &["authentication_classes", "permission_classes", "throttle_classes"];

/// Decorators by which django-ninja takes a function for a route.
const REGISTERING: &[&str] = &["api_operation", "delete", "get", "patch", "post", "put"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for file in view.project.files() {
        let ir = view.ir(file);
        if ir.strings.find("ninja").is_some() || view.project.module_name(file).ends_with("api") {
            above_registration(view, file, drafts);
        }
        if TELLING.iter().all(|name| ir.strings.find(name).is_none()) {
            continue;
        }
        for (_, function) in ir.functions() {
            if function.kind != FunctionKind::Def {
                continue;
            }
            let list = &ir.ids[function.decorators];
            let names: Vec<Option<&str>> =
                list.iter().map(|by| of_framework(view, file, *by)).collect();
            let api = names.iter().position(|name| *name == Some("api_view"));
            for (at, name) in names.iter().enumerate() {
                let Some(name) = name.filter(|name| TELLING.contains(name)) else { continue };
                let on_method = function.class.is_some() && api.is_none();
                let above = api.is_some_and(|api| at < api);
                if !on_method && !above {
                    continue;
                }
                let mut draft = Draft::at(file, ir.span(ir.bare(list[at])));
                draft.message = if on_method {
                    format!("`@{name}` does nothing on a method")
                } else {
                    format!("`@{name}` does nothing above `@api_view`")
                };
                draft.label = "never asked".to_owned();
                draft.impact =
                    "The view is guarded by the default of the project alone, whatever is written \
                                here: often by nothing."
                        .to_owned();
                draft.fix = if on_method {
                    format!("{name} = […] in the class, or @action({name}=[…])")
                } else {
                    format!("@api_view([…]) first, @{name}([…]) below it")
                };
                if name == "throttle_classes" {
                    draft.severity = Some(Severity::Medium);
                }
                drafts.push(draft);
            }
        }
    }
}

/// A guard above the decorator that registers a function: what is registered is the function below it.
fn above_registration(view: &EndpointsView<'_>, file: FileId, drafts: &mut Vec<Draft>) {
    let ir = view.ir(file);
    for (_, function) in ir.functions() {
        let list = &ir.ids[function.decorators];
        let Some(at) = list.iter().position(|by| registers(view, file, *by)) else { continue };
        for by in &list[..at] {
            let by = ir.bare(*by);
            let named = match ir.value(by) {
                Value::Call { callee, .. } => callee,
                _ => by,
            };
            let Some(name) = tail_name(ir, named).filter(|name| is_guard(name)) else { continue };
            // A decorator that is only a name has no place of its own.
            let place = match ir.value(by) {
                Value::Call { .. } => ir.span(by),
                _ => function.name_span,
            };
            let mut draft = Draft::at(file, place);
            draft.message = format!("`@{name}` stands above the decorator that makes the route");
            draft.label = "registered before it is guarded".to_owned();
            draft.impact = "The route leads to the function as it was before the guard was put around it: everyone \
                            gets in."
                .to_owned();
            draft.fix = format!("@{name} below it, or auth=… in the route");
            drafts.push(draft);
        }
    }
}

fn is_guard(name: &str) -> bool {
    name.ends_with("_required") || matches!(name, "user_passes_test" | "require_login")
}

/// `@router.post("/orders")` of a `ninja.Router` or `ninja.NinjaAPI`.
fn registers(view: &EndpointsView<'_>, file: FileId, by: ValueId) -> bool {
    let ir = view.ir(file);
    let Value::Call { callee, .. } = ir.value(ir.bare(by)) else { return false };
    let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return false };
    if !REGISTERING.contains(&ir.str(name)) {
        return false;
    }
    let made = match view.project.definition(file, of) {
        Entity::Value(at, value) => (at, value),
        _ => (file, of),
    };
    let ir = view.ir(made.0);
    let Value::Call { callee, .. } = ir.value(ir.bare(made.1)) else { return false };
    matches!(view.project.definition(made.0, callee), Entity::External(symbol)
        if view.project.symbol(symbol).starts_with("ninja."))
}

/// The name of a decorator of Django REST framework.
fn of_framework<'v>(view: &EndpointsView<'v>, file: FileId, by: ValueId) -> Option<&'v str> {
    let ir = view.ir(file);
    let named = match ir.value(ir.bare(by)) {
        Value::Call { callee, .. } => callee,
        _ => by,
    };
    let Entity::External(symbol) = view.project.definition(file, named) else { return None };
    let dotted = view.project.symbol(symbol);
    dotted.starts_with("rest_framework.decorators.").then(|| last(dotted))
}
