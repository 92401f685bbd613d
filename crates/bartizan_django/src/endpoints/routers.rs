//! DRF's routers: what is registered with each, and the routes that come of it.
//!
//! Source: `rest_framework/routers.py` of DRF 3.16.

use std::collections::HashMap;

use bartizan_ir::{ArgKind, EffectKind, Value};
use bartizan_project::{FileId, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Site, Symbol};

/// A viewset under a prefix.
#[derive(Clone, Debug)]
pub(super) struct Registration {
    pub(super) prefix: String,
    pub(super) view: Evaluated,
    pub(super) basename: Option<String>,
    /// The call.
    pub(super) site: Site,
}

/// What is registered, by the site that makes the router.
pub(super) type Registry = HashMap<Site, Vec<Registration>>;

/// Collects every `router.register(…)` of the project.
pub(super) fn registry(project: &Project, questions: &mut Questions<'_>) -> Registry {
    let mut registry = Registry::new();
    for file in project.files() {
        collect(project, questions, file, &mut registry);
    }
    registry
}

fn collect(
    project: &Project,
    questions: &mut Questions<'_>,
    file: FileId,
    registry: &mut Registry,
) {
    let ir = project.ir(file);
    let Some(register) = ir.strings.find("register") else { return };
    for (_, function) in ir.functions() {
        for effect in &ir.effects[function.effects] {
            let EffectKind::Call(call) = effect.kind else { continue };
            let Value::Call { callee, args } = ir.value(call) else { continue };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
            if name != register {
                continue;
            }
            let router = questions.evaluate(file, of);
            if !is_router(&router) {
                continue;
            }
            let mut prefix = None;
            let mut view = None;
            let mut basename = None;
            let mut position = 0;
            for arg in &ir.args[args] {
                let name = match arg.kind {
                    ArgKind::Positional => {
                        position += 1;
                        ["prefix", "viewset", "basename"].get(position - 1).copied().unwrap_or("")
                    }
                    ArgKind::Keyword(name) => ir.str(name),
                    _ => continue,
                };
                match name {
                    "prefix" => prefix = Some(questions.evaluate(file, arg.value)),
                    "viewset" => view = Some(questions.evaluate(file, arg.value)),
                    "basename" | "base_name" => {
                        basename = Some(questions.evaluate(file, arg.value))
                    }
                    _ => {}
                }
            }
            let (Some(prefix), Some(view)) = (prefix, view) else { continue };
            let Some(prefix) = prefix.value.as_str() else { continue };
            registry.entry(router.site).or_default().push(Registration {
                prefix: prefix.to_owned(),
                view,
                basename: basename.and_then(|name| name.value.as_str().map(str::to_owned)),
                site: Site { file, node: call },
            });
        }
    }
}

/// Whether a value is a router: of DRF's, or of a class that is called so.
pub(super) fn is_router(value: &Evaluated) -> bool {
    let Abstract::Apply(made) = &value.value else { return false };
    match &made.symbol {
        Symbol::External(name) => name.ends_with("Router"),
        Symbol::Class(..) => true,
        _ => false,
    }
}

/// A route of a registered viewset.
pub(super) struct RouterRoute {
    /// From the router's root.
    pub(super) route: String,
    /// The part of the name behind the basename.
    pub(super) suffix: &'static str,
    /// Method and action.
    pub(super) mapping: &'static [(&'static str, &'static str)],
}

/// The list and the detail route of a prefix. `lookup` names the part that tells the object.
pub(super) fn routes(prefix: &str, lookup: &str, pattern: &str) -> [RouterRoute; 2] {
    let slash = if prefix.is_empty() { "" } else { "/" };
    [
        RouterRoute {
            route: format!("^{prefix}{slash}$"),
            suffix: "list",
            mapping: &[("GET", "list"), ("POST", "create")],
        },
        RouterRoute {
            route: format!("^{prefix}{slash}(?P<{lookup}>{pattern})/$"),
            suffix: "detail",
            mapping: &[
                ("GET", "retrieve"),
                ("PUT", "update"),
                ("PATCH", "partial_update"),
                ("DELETE", "destroy"),
            ],
        },
    ]
}

/// The route with which the format is asked for: `users.json`.
pub(super) fn with_format(route: &str) -> String {
    format!("{}\\.(?P<format>[a-z0-9]+)/?$", route.trim_end_matches('$').trim_end_matches('/'))
}
