//! Guards of an API that are written where they do nothing.

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

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for file in view.project.files() {
        let ir = view.ir(file);
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
