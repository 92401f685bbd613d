//! django-ninja: the operations of an API and of the routers that it takes in.
//!
//! Source: `ninja/main.py`, `router.py`, `operation.py` of django-ninja 1.4.

use std::collections::HashMap;

use bartizan_ir::{ArgKind, EffectKind, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Constant, Evaluated, Questions, Site, Symbol};

use super::guards::{Csrf, Guard, Methods, Reach, Throttle};
use super::views::METHODS;
use super::words::{function_in, is_super};

/// What functions answer to, by the API or router whose decorator they carry.
#[derive(Default)]
pub(super) struct Operations {
    by_owner: HashMap<Site, Vec<Own>>,
    /// Routers that an owner takes in: prefix, router, `auth=`.
    inside: HashMap<Site, Vec<(String, Evaluated, Option<Evaluated>)>>,
}

struct Own {
    methods: Vec<&'static str>,
    path: String,
    name: String,
    auth: Option<Evaluated>,
    throttle: Option<Evaluated>,
    file: FileId,
    function: FunctionId,
    site: Site,
}

/// A route with its function.
pub(super) struct Operation {
    pub(super) route: String,
    pub(super) name: String,
    pub(super) methods: Vec<&'static str>,
    pub(super) guard: Option<Guard>,
    pub(super) csrf: Csrf,
    pub(super) throttle: Throttle,
    pub(super) file: FileId,
    pub(super) function: FunctionId,
    pub(super) site: Site,
}

/// What holds for all that is inside an API or a router, where it says nothing else itself.
#[derive(Clone, Copy)]
struct Asked<'v> {
    auth: Option<&'v Evaluated>,
    throttle: Option<&'v Evaluated>,
    csrf: Csrf,
}

/// Whether a value is an API of django-ninja.
pub(super) fn is_api(value: &Evaluated) -> bool {
    made(value, "NinjaAPI") || made(value, "NinjaExtraAPI")
}

fn made(value: &Evaluated, class: &str) -> bool {
    let Abstract::Apply(apply) = &value.value else { return false };
    matches!(&apply.symbol, Symbol::External(name) if name.starts_with("ninja") && name.ends_with(class))
}

impl Operations {
    pub(super) fn collect(project: &Project, questions: &mut Questions<'_>) -> Self {
        let mut all = Self::default();
        for file in project.files() {
            let ir = project.ir(file);
            let names = METHODS.iter().map(|(_, name)| *name);
            let decorates = names
                .chain(["api_operation", "add_router"])
                .any(|name| ir.strings.find(name).is_some());
            let imports = ir.values.iter().any(|value| {
                matches!(value, Value::Import { module, .. } if ir.str(*module).starts_with("ninja"))
            });
            // A router may come from a module of the project; its decorator is looked at all the same.
            if !decorates
                || !imports
                    && ir.strings.find("router").is_none()
                    && ir.strings.find("api").is_none()
            {
                continue;
            }
            all.collect_in(project, questions, file);
        }
        all
    }

    fn collect_in(&mut self, project: &Project, questions: &mut Questions<'_>, file: FileId) {
        let ir = project.ir(file);
        for (id, function) in ir.functions() {
            for by in &ir.ids[function.decorators] {
                let Value::Call { callee, args } = ir.value(ir.bare(*by)) else { continue };
                let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
                let name = ir.str(name);
                let is_verb = METHODS.iter().any(|(_, lower)| *lower == name);
                if !is_verb && name != "api_operation" {
                    continue;
                }
                let owner = questions.evaluate(file, of);
                if !is_api(&owner) && !made(&owner, "Router") {
                    continue;
                }
                let mut arg = |name: &str, position: usize| {
                    argument(ir, args, name, position).map(|value| questions.evaluate(file, value))
                };
                let place = usize::from(!is_verb);
                let Some(path) = arg("path", place) else { continue };
                let Some(path) = path.value.as_str().map(str::to_owned) else { continue };
                let methods = match METHODS.iter().find(|(_, lower)| *lower == name) {
                    Some((method, _)) => vec![*method],
                    None => arg("methods", 0)
                        .map(|list| super::views::method_list(&list))
                        .unwrap_or_default(),
                };
                let said = arg("url_name", usize::MAX);
                let said = said.and_then(|name| name.value.as_str().map(str::to_owned));
                self.by_owner.entry(owner.site).or_default().push(Own {
                    methods,
                    path,
                    name: said.unwrap_or_else(|| ir.str(function.name).to_owned()),
                    auth: arg("auth", usize::MAX),
                    throttle: arg("throttle", usize::MAX),
                    file,
                    function: id,
                    site: Site { file, node: *by },
                });
            }
            for effect in &ir.effects[function.effects] {
                let EffectKind::Call(call) = effect.kind else { continue };
                let Value::Call { callee, args } = ir.value(call) else { continue };
                let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
                if ir.str(name) != "add_router" {
                    continue;
                }
                let owner = questions.evaluate(file, of);
                let mut arg = |name: &str, position: usize| {
                    argument(ir, args, name, position).map(|value| questions.evaluate(file, value))
                };
                let (Some(prefix), Some(router)) = (arg("prefix", 0), arg("router", 1)) else {
                    continue;
                };
                let auth = arg("auth", usize::MAX);
                let Some(prefix) = prefix.value.as_str().map(str::to_owned) else { continue };
                let router = match router.value.as_str().map(str::to_owned) {
                    Some(dotted) => match bound(project, questions, &dotted) {
                        Some(router) => router,
                        None => continue,
                    },
                    None => router,
                };
                self.inside.entry(owner.site).or_default().push((prefix, router, auth));
            }
        }
    }

    /// All operations of an API.
    pub(super) fn of(&self, api: &Evaluated, project: &Project) -> Vec<Operation> {
        let mut found = Vec::new();
        let csrf = match keyword(api, "csrf").map(|value| crate::settings::truth(&value)) {
            Some(crate::settings::Truth::Yes) => Csrf::Checked,
            _ => Csrf::Exempt,
        };
        let auth = keyword(api, "auth");
        let throttle = keyword(api, "throttle");
        let asked = Asked { auth: auth.as_ref(), throttle: throttle.as_ref(), csrf };
        self.gather(api, "", asked, project, 0, &mut found);
        found
    }

    fn gather(
        &self,
        owner: &Evaluated,
        prefix: &str,
        around: Asked<'_>,
        project: &Project,
        depth: usize,
        found: &mut Vec<Operation>,
    ) {
        if depth > 8 {
            return;
        }
        let (auth, throttle) = (keyword(owner, "auth"), keyword(owner, "throttle"));
        let around = Asked {
            auth: auth.as_ref().or(around.auth),
            throttle: throttle.as_ref().or(around.throttle),
            ..around
        };
        for operation in self.by_owner.get(&owner.site).into_iter().flatten() {
            let asked = operation.auth.as_ref().or(around.auth);
            let guard = asked.and_then(|auth| guard(auth, project));
            let by_cookie =
                guard.as_ref().is_some_and(|guard| guard.name.starts_with("django_auth"));
            found.push(Operation {
                route: route(&format!("{prefix}{}", slashed(&operation.path))),
                name: operation.name.clone(),
                methods: operation.methods.clone(),
                guard,
                // A cookie as a key is checked against forged requests.
                csrf: if by_cookie { Csrf::Checked } else { around.csrf },
                throttle: throttled(operation.throttle.as_ref().or(around.throttle)),
                file: operation.file,
                function: operation.function,
                site: operation.site,
            });
        }
        for (below, router, said) in self.inside.get(&owner.site).into_iter().flatten() {
            let around = Asked { auth: said.as_ref().or(around.auth), ..around };
            let prefix = format!("{prefix}{}", slashed(below).trim_end_matches('/'));
            self.gather(router, &prefix, around, project, depth + 1, found);
        }
    }
}

fn slashed(path: &str) -> String {
    match path.is_empty() || path.starts_with('/') {
        true => path.to_owned(),
        false => format!("/{path}"),
    }
}

/// `/visits/{int:visit_id}` as Django writes it.
fn route(path: &str) -> String {
    let mut path = path.trim_start_matches('/').replace('{', "<").replace('}', ">");
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path
}

/// What `throttle=` does: one, or a list of them.
fn throttled(throttle: Option<&Evaluated>) -> Throttle {
    let Some(throttle) = throttle else { return Throttle::Open };
    match &throttle.value {
        Abstract::Const(Constant::None) => Throttle::Open,
        Abstract::Ref(Symbol::External(name)) if name.ends_with(".NOT_SET") => Throttle::Open,
        Abstract::Seq(_) => super::throttles::listed(throttle, true),
        Abstract::Apply(_) => Throttle::Limited,
        _ => Throttle::Unknown,
    }
}

/// Who gets in by `auth=`.
fn guard(auth: &Evaluated, project: &Project) -> Option<Guard> {
    let place = Some((auth.site.file, project.ir(auth.site.file).span(auth.site.node)));
    let of = |name: &str, reach| Guard {
        name: name.to_owned(),
        reach,
        on: Methods::ALL,
        within: None,
        place,
    };
    match &auth.value {
        Abstract::Const(Constant::None) => None,
        Abstract::Ref(Symbol::External(name)) => {
            let last = name.rsplit('.').next().unwrap_or(name);
            let reach = match last {
                "django_auth_superuser" | "django_auth_is_staff" => Reach::Staff,
                "NOT_SET" => return None,
                _ => Reach::Login,
            };
            Some(of(last, reach))
        }
        Abstract::Seq(seq) => {
            let all: Vec<Option<Guard>> =
                seq.items.iter().map(|item| guard(item, project)).collect();
            // Any of them is enough.
            let open = all.iter().any(Option::is_none);
            let all = || all.iter().flatten();
            let unknown = all().find(|guard| guard.reach == Reach::Unknown);
            let least = unknown.or_else(|| all().min_by_key(|guard| guard.reach))?.clone();
            (!open).then_some(least)
        }
        Abstract::Apply(apply) => {
            let name = match &apply.symbol {
                Symbol::External(name) => name.rsplit('.').next().unwrap_or(name).to_owned(),
                Symbol::Class(file, class, _) => {
                    let ir = project.ir(*file);
                    let name = ir.str(ir.class(*class).name);
                    let reach = match decides_alone(project, *file, *class) {
                        true => Reach::Unknown,
                        false => Reach::Login,
                    };
                    return Some(of(name, reach));
                }
                _ => "auth".to_owned(),
            };
            Some(of(&name, Reach::Login))
        }
        // Whoever it answers for gets in: by a key, an address, anything.
        _ => Some(of("auth", Reach::Unknown)),
    }
}

/// Whether a class of the project asks requests by itself, where ninja's own would look for a key first.
fn decides_alone(project: &Project, file: FileId, class: bartizan_ir::ClassId) -> bool {
    let Some(member) = project.lookup_member(ClassRef::Project(file, class), "__call__") else {
        return false;
    };
    let ir = project.ir(member.class.0);
    let Some(function) = function_in(ir, member.value) else { return true };
    let hands_on = |value: ValueId| {
        let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return false };
        matches!(ir.value(ir.bare(callee)), Value::Attr { of, name }
            if ir.str(name) == "__call__" && is_super(ir, of))
    };
    !ir.effects[ir.function(function).effects]
        .iter()
        .any(|effect| matches!(effect.kind, EffectKind::Return(Some(value)) if hands_on(value)))
}

fn keyword(value: &Evaluated, name: &str) -> Option<Evaluated> {
    let Abstract::Apply(apply) = &value.value else { return None };
    let found = apply.args.iter().find(|(known, _)| known.as_deref() == Some(name));
    found.map(|(_, value)| value.clone())
}

fn argument(
    ir: &bartizan_ir::FileIr,
    args: bartizan_ir::Run<bartizan_ir::Arg>,
    name: &str,
    position: usize,
) -> Option<ValueId> {
    let args = &ir.args[args];
    let named =
        args.iter().find(|arg| matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == name));
    let placed = args.iter().filter(|arg| arg.kind == ArgKind::Positional).nth(position);
    named.or(placed).map(|arg| arg.value)
}

/// What a dotted name is bound to: `"clinic.visits.ninja.notes"`.
fn bound(project: &Project, questions: &mut Questions<'_>, dotted: &str) -> Option<Evaluated> {
    let (module, name) = dotted.rsplit_once('.')?;
    let Entity::Module(module) = project.find(module) else { return None };
    questions.binding(project.module_file(module)?, name)
}
