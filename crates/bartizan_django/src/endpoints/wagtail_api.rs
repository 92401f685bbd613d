//! Wagtail's API: what is registered with each of its routers, and the routes that come of it.
//!
//! Source: `wagtail/api/v2/router.py` and `views.py` of Wagtail 8.0.

use bartizan_ir::{ArgKind, EffectKind, Value};
use bartizan_project::{ClassRef, Project};
use bartizan_value::{Abstract, Evaluated, Site, Symbol};

use super::routers::unchanged;
use super::routes::{Place, Walk, joined};
use super::views::last;

/// Routes of what is registered, with their names, and the methods of the class that answer.
const ROUTES: &[(&str, &str)] = &[("", "listing"), ("<int:pk>/", "detail"), ("find/", "find")];

/// What a class of endpoints adds to these: of Wagtail's own.
const ADDED: &[(&str, &str, &str)] =
    &[("PagesAdminAPIViewSet", "<int:pk>/action/<str:action_name>/", "action")];

/// Whether a value is a router of Wagtail's API.
pub(super) fn is_api_router(project: &Project, value: &Evaluated) -> bool {
    let Abstract::Apply(made) = &value.value else { return false };
    match &made.symbol {
        Symbol::External(name) => last(name) == "WagtailAPIRouter",
        Symbol::Class(file, class, _) => is_router_class(project, ClassRef::Project(*file, *class)),
        _ => false,
    }
}

/// Whether a class is one of such routers.
pub(super) fn is_router_class(project: &Project, of: ClassRef) -> bool {
    project.mro(of).classes.iter().any(|base| match base {
        ClassRef::External(symbol) => last(project.symbol(*symbol)) == "WagtailAPIRouter",
        ClassRef::Project(file, class) => {
            let ir = project.ir(*file);
            ir.str(ir.class(*class).name) == "WagtailAPIRouter"
        }
    })
}

impl Walk<'_, '_> {
    /// The routes of a router of Wagtail's API.
    pub(super) fn wagtail_api(&mut self, router: &Evaluated, at: &Place) {
        let mut at = at.clone();
        if let Abstract::Apply(made) = &router.value
            && let Some((_, name)) = made.args.first()
            && let Some(name) = name.value.as_str()
        {
            at.names.push(name.to_owned());
        }
        for (name, class, site) in self.api_endpoints(router) {
            let mut inner = at.clone();
            inner.route = joined(&inner.route, &format!("{name}/"));
            inner.names.push(name);
            let answer = match &class.value {
                Abstract::Ref(Symbol::Class(file, class, _)) => {
                    self.views.class((*file, *class), None, &mut self.questions)
                }
                Abstract::Ref(Symbol::External(name)) => self.views.outside(name, None),
                _ => self.views.outside("not known", None),
            };
            let own = last(&answer.view).to_owned();
            let added = ADDED.iter().filter(|(class, ..)| *class == own);
            let rows = ROUTES.iter().copied().chain(added.map(|(_, route, name)| (*route, *name)));
            for (route, name) in rows {
                let mut here = inner.clone();
                here.route = joined(&here.route, route);
                let mut answer = answer.clone();
                answer.methods = vec!["GET"];
                answer.guards.splice(0..0, here.guards.iter().cloned());
                self.endpoint(answer, &here, Some(name.to_owned()), site);
            }
        }
    }

    /// `router.register_endpoint("pages", PagesAPIViewSet)`
    fn api_endpoints(&mut self, router: &Evaluated) -> Vec<(String, Evaluated, Site)> {
        let project = self.project;
        let mut found = Vec::new();
        // Applications add theirs to the router of the admin by a hook.
        let is_admins = project.module_name(router.site.file) == "wagtail.admin.api.urls";
        let hooks = match is_admins {
            true => self.framework.hooked("construct_admin_api"),
            false => Vec::new(),
        };
        for file in project.files() {
            let ir = project.ir(file);
            let Some(register) = ir.strings.find("register_endpoint") else { continue };
            for (id, function) in ir.functions() {
                let is_hook = hooks.contains(&(file, id));
                for effect in &ir.effects[function.effects] {
                    let EffectKind::Call(call) = effect.kind else { continue };
                    let Value::Call { callee, args } = ir.value(call) else { continue };
                    let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
                    if name != register {
                        continue;
                    }
                    let of = unchanged(project, file, of);
                    let is_meant = match ir.value(of) {
                        Value::Param(0) => is_hook,
                        _ => self.questions.evaluate(file, of).site == router.site,
                    };
                    if !is_meant {
                        continue;
                    }
                    let mut args =
                        ir.args[args].iter().filter(|arg| arg.kind == ArgKind::Positional);
                    let (Some(name), Some(class)) = (args.next(), args.next()) else { continue };
                    let name = self.questions.evaluate(file, name.value);
                    let Some(name) = name.value.as_str() else { continue };
                    let class = self.questions.evaluate(file, class.value);
                    found.push((name.to_owned(), class, Site { file, node: call }));
                }
            }
        }
        found
    }
}
