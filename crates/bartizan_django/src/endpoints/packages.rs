//! Routes that packages give: the admin, routers, django-ninja, allauth's providers, URLconfs that are
//! known as data.

use bartizan_model::{RouteTarget, Urlconf, kind};
use bartizan_project::ClassRef;
use bartizan_value::{Abstract, Evaluated, Site, Symbol};

use super::about::model_name;
use super::admin::{AdminClass, PAGES, Registered};
use super::guards::{Csrf, Guard, Methods, Reach, Throttle};
use super::known;
use super::routers::Router;
use super::routes::{Inside, Place, Walk, joined};
use super::views::{Answer, METHODS, last};
use crate::effects::Handler;
use crate::registries::ClassKey;
use crate::settings::{Truth, is_true, truth};

fn staff() -> Guard {
    Guard {
        name: "AdminSite.has_permission".to_owned(),
        reach: Reach::Staff,
        on: Methods::ALL,
        within: None,
        place: None,
    }
}

/// A view of a package.
fn answer(view: String, methods: Vec<&'static str>, guards: Vec<Guard>) -> Answer {
    Answer {
        view,
        place: None,
        methods,
        guards,
        csrf: None,
        throttle: Throttle::Open,
        writes: Vec::new(),
        handlers: Vec::new(),
        runs: Vec::new(),
        is_open: false,
    }
}

/// Routes of a provider of allauth, below its name: route and name.
type ProviderRows = &'static [(&'static str, &'static str)];

/// Those of a provider that speaks OAuth.
const OAUTH: ProviderRows = &[("login/", "login"), ("login/callback/", "callback")];

/// Those of providers that have others (`allauth/socialaccount/providers/*/urls.py`, 65.21).
const PROVIDERS: &[(&str, ProviderRows)] = &[
    ("draugiem", &[("login/", "login"), ("callback/", "callback")]),
    ("dummy", &[("login/", "login"), ("authenticate/", "authenticate")]),
    (
        "facebook",
        &[("login/", "login"), ("login/callback/", "callback"), ("login/token/", "login_by_token")],
    ),
    (
        "google",
        &[("login/", "login"), ("login/callback/", "callback"), ("login/token/", "login_by_token")],
    ),
    ("openid", &[("login/", "login"), ("callback/", "callback")]),
    ("steam", &[("login/", "login"), ("callback/", "callback")]),
];

/// What pages of the admin run of a class, where rows are saved or deleted.
const HANDLED: &[(&str, &[&str])] = &[
    ("add_view", &["save_form", "save_formset", "save_model", "save_related", "response_add"]),
    (
        "change_view",
        &["save_form", "save_formset", "save_model", "save_related", "response_change"],
    ),
    ("delete_view", &["delete_model", "response_delete"]),
    ("changelist_view", &["delete_queryset", "save_form", "save_model", "save_related"]),
];

impl Walk<'_, '_> {
    /// Whether files are served by Django itself: where `DEBUG` is on.
    pub(super) fn is_served(&self) -> bool {
        self.settings.get("DEBUG").is_some_and(|debug| is_true(&debug.value) == Truth::Yes)
    }

    /// A URLconf that is known as data.
    pub(super) fn known(&mut self, known: &Urlconf, at: &Place, site: Site) {
        let mut at = at.clone();
        if let Some(name) = &known.app_name
            && !at.names.last().is_some_and(|last| last == name || last.starts_with('='))
        {
            at.names.push(name.clone());
        }
        if let Some(last) = at.names.last_mut() {
            *last = last.trim_start_matches('=').to_owned();
        }
        for route in &known.routes {
            let is_there = route
                .installed
                .as_ref()
                .is_none_or(|app| self.framework.apps.iter().any(|known| known.name == *app));
            if !is_there || !known::holds(self.settings, route.setting.as_deref()) {
                continue;
            }
            let mut here = at.clone();
            here.route = joined(&here.route, &route.route);
            let mut is_open = false;
            for guard in &route.guards {
                if *guard == kind::LOGIN_NOT_REQUIRED {
                    is_open = true;
                    continue;
                }
                let Some(reach) = super::guards::of_kind(*guard) else { continue };
                let name = guard.name().to_owned();
                here.guards.push(Guard {
                    name,
                    reach,
                    on: Methods::ALL,
                    within: None,
                    place: None,
                });
            }
            let view = match &route.target {
                RouteTarget::View(view) => view.clone(),
                RouteTarget::Include(module) => {
                    self.module(module, &here, site);
                    continue;
                }
            };
            let mut found = self.views.outside(&view, None);
            let methods: Vec<&'static str> = METHODS
                .iter()
                .map(|(method, _)| *method)
                .filter(|method| route.methods.iter().any(|known| known == method))
                .collect();
            if !methods.is_empty() {
                found.methods = methods;
            }
            // What is known of the route is all that guards it.
            found.guards = here.guards.clone();
            // The page that lists an API asks what the API asks of everyone.
            if view == "rest_framework.routers.APIRootView" {
                found.guards.extend(self.views.default_guards());
            }
            found.is_open |= is_open;
            if route.csrf_exempt {
                found.csrf = Some(Csrf::Exempt);
            }
            found.writes.clone_from(&route.changes);
            self.endpoint(found, &here, route.name.clone(), site);
        }
    }

    // ---- the admin -------------------------------------------------------------------------------

    /// A site of the admin.
    pub(super) fn admin(
        &mut self,
        at: &Place,
        key: Option<Site>,
        made: Option<&Evaluated>,
        site: Site,
        depth: usize,
    ) {
        let default = self.registered.default.clone().filter(|_| key.is_none());
        let made = default.as_ref().map(|default| &default.made).or(made);
        let mut at = at.clone();
        let mut name = "admin".to_owned();
        if let Some(Abstract::Apply(apply)) = made.map(|made| &made.value) {
            let said = apply
                .args
                .iter()
                .find(|(known, _)| known.as_deref().is_none_or(|known| known == "name"));
            if let Some(said) = said.and_then(|(_, value)| value.value.as_str()) {
                name = said.to_owned();
            }
        }
        at.names.push(name);
        self.site_urls(key, made, &at, site, depth);
    }

    /// What `get_urls` of a site gives: its own where the project writes one.
    pub(super) fn site_urls(
        &mut self,
        key: Option<Site>,
        made: Option<&Evaluated>,
        at: &Place,
        site: Site,
        depth: usize,
    ) {
        let default = self.registered.default.clone().filter(|_| key.is_none());
        let made = default.as_ref().map(|default| &default.made).or(made);
        let class = made.and_then(|made| match &made.value {
            Abstract::Apply(apply) => match &apply.symbol {
                Symbol::Class(file, class, _) => Some(ClassRef::Project(*file, *class)),
                _ => None,
            },
            _ => None,
        });
        self.inside.push(Inside::Site(key));
        match (class, made) {
            (Some(of), Some(made)) if self.project.lookup_member(of, "get_urls").is_some() => {
                let urls = self.questions.method(made, "get_urls");
                self.patterns(&urls, at, depth + 1);
            }
            _ => self.site_rows(key, at, site),
        }
        self.inside.pop();
    }

    /// What every site has, and its models.
    pub(super) fn site_rows(&mut self, key: Option<Site>, at: &Place, site: Site) {
        let has_catch_all = self.settings.version().release() >= [3, 2].as_slice();
        for (route, name, view, methods) in known::ADMIN {
            // Before, each model had its own.
            if *name == "autocomplete" && !has_catch_all {
                continue;
            }
            let mut here = at.clone();
            // Before Django 5.2 this took numbers alone.
            let is_old = self.settings.version().release() < [5, 2].as_slice();
            let route = match is_old {
                true => route.replace("<path:content_type_id>", "<int:content_type_id>"),
                false => (*route).to_owned(),
            };
            here.route = joined(&here.route, &route);
            // Whoever logs in is not logged in yet.
            let is_open = matches!(*name, "login" | "logout");
            let mut guards = here.guards.clone();
            if !is_open {
                guards.push(staff());
            }
            let mut found = answer((*view).to_owned(), methods.to_vec(), guards);
            // `AdminSite.admin_view` checks by itself, whatever the middleware does.
            found.csrf = Some(Csrf::Checked);
            found.is_open = *name == "login";
            self.endpoint(found, &here, Some((*name).to_owned()), site);
        }
        // Each application may register models.
        self.framework.has_asked.set(true);
        // Which labels there are is known where no other package may add some.
        let is_alone = key.is_some() || self.foreign_apps(at, site);
        let is_whole = self.framework.apps.is_whole && is_alone;
        let registered = &self.registered;
        let rows: Vec<Registered> =
            registered.rows.iter().filter(|row| row.site == key).cloned().collect();
        let unread = registered.unread.iter().filter(|(of, _)| *of == key);
        for site in unread.map(|(_, site)| *site).collect::<Vec<_>>() {
            self.unresolved(at, "a model that the admin shows is not known".to_owned(), site);
        }
        let mut labels: Vec<&str> = Vec::new();
        for row in &rows {
            if !labels.contains(&row.label.as_str()) {
                labels.push(&row.label);
            }
            let mut here = at.clone();
            here.route = joined(&here.route, &format!("{}/{}/", row.label, row.model));
            let own = match row.class {
                AdminClass::Project(file, class) => Some((file, class)),
                AdminClass::Outside(_) => None,
            };
            if let Some((file, class)) = own {
                self.foreign_admin(ClassRef::Project(file, class), &here, row);
            }
            self.inside.push(Inside::Model(row.clone()));
            match own {
                Some((file, class))
                    if self
                        .project
                        .lookup_member(ClassRef::Project(file, class), "get_urls")
                        .is_some() =>
                {
                    let at = Site { file, node: bartizan_ir::ValueId::from_index(0) };
                    let given = row.shown.clone().map(|model| (Some("model".into()), model));
                    let value =
                        Abstract::made_by(Symbol::class(file, class), given.into_iter().collect());
                    let of = Evaluated { value, site: at };
                    let urls = self.questions.method(&of, "get_urls");
                    self.patterns(&urls, &here, 1);
                }
                _ => self.model_rows(row, &here, site),
            }
            self.inside.pop();
        }
        if !labels.is_empty() && is_whole {
            let mut here = at.clone();
            let apps = format!("^(?P<app_label>{})/$", labels.join("|"));
            here.route = joined(&here.route, &apps);
            let mut guards = here.guards.clone();
            guards.push(staff());
            let view = "django.contrib.admin.sites.AdminSite.app_index".to_owned();
            self.endpoint(
                answer(view, vec!["GET"], guards),
                &here,
                Some("app_list".to_owned()),
                site,
            );
        }
        if !has_catch_all {
            return;
        }
        let mut here = at.clone();
        here.route = joined(&here.route, "(?P<url>.*)$");
        let mut guards = here.guards.clone();
        guards.push(staff());
        let view = "django.contrib.admin.sites.AdminSite.catch_all_view".to_owned();
        self.endpoint(answer(view, vec!["GET"], guards), &here, None, site);
    }

    /// Applications of which nothing is known may show models; whether there are none.
    fn foreign_apps(&mut self, at: &Place, site: Site) -> bool {
        let models = self.project.models();
        let mut names: Vec<&str> = Vec::new();
        for app in self.framework.apps.iter() {
            let module = format!("{}.admin", app.name);
            let package = app.name.split('.').next().unwrap_or(&app.name);
            let is_known = app.class.is_some()
                || matches!(package, "django" | "rest_framework" | "allauth")
                || self.project.module_named(&app.name).is_some()
                || !models.registered(&module).is_empty();
            if !is_known && !names.contains(&package) {
                names.push(package);
            }
        }
        if names.is_empty() {
            return true;
        }
        names.sort_unstable();
        let why =
            format!("what the admin shows of packages, not in the tree: {}", names.join(", "));
        self.unresolved(at, why, site);
        false
    }

    /// Classes of the admin that packages bring may add pages: told once a package.
    fn foreign_admin(&mut self, of: ClassRef, at: &Place, row: &Registered) {
        let package = |base: &&str| base.split('.').next().map(str::to_owned);
        let is_plain = |name: &String| matches!(name.as_str(), "django" | "builtins" | "typing");
        let foreign = self.views.bases(of).filter(|base| {
            let name = last(base);
            let is_known = self.project.models().class(base).is_some();
            let is_of_admin = ["Admin", "Mixin", "Actions"].iter().any(|word| name.contains(word));
            is_of_admin && !is_known
        });
        let packages: Vec<String> =
            foreign.filter_map(|base| package(&base)).filter(|name| !is_plain(name)).collect();
        let Some(package) = packages.first() else { return };
        let why = format!("pages of the admin, not in the tree: {package}");
        let is_told = self.surface.unresolved.iter().any(|told| told.why == why);
        if let Some((file, span)) = row.place
            && !is_told
        {
            let route = format!("/{}", at.route);
            self.surface.unresolved.push(super::Unresolved { route, why, file, span });
        }
    }

    /// The functions that the list of a model offers to run on rows: `actions = ["close", archive]`, and
    /// those that inherited lists name.
    fn admin_actions(&mut self, class: ClassKey) -> Vec<Handler> {
        let Some(actions) = self.questions.class_attribute(class.0, class.1, "actions") else {
            return Vec::new();
        };
        let Abstract::Seq(seq) = &actions.value else { return Vec::new() };
        let mut found = Vec::new();
        for item in &seq.items {
            match &item.value {
                Abstract::Ref(Symbol::Function(file, function, _)) => {
                    found.push(Handler { file: *file, function: *function, class: None });
                }
                text => found.extend(self.views.handlers(class, text.as_str())),
            }
        }
        found
    }

    /// The pages of a model.
    pub(super) fn model_rows(&mut self, row: &Registered, at: &Place, site: Site) {
        let view = match &row.class {
            AdminClass::Project(file, class) => {
                let ir = self.project.ir(*file);
                let name = ir.str(ir.class(*class).qualname);
                format!("{}.{name}", self.project.module_name(*file))
            }
            AdminClass::Outside(dotted) => dotted.clone(),
        };
        let is_users = match &row.class {
            AdminClass::Project(file, class) => {
                let of = ClassRef::Project(*file, *class);
                self.views.bases(of).any(|base| base.ends_with("auth.admin.UserAdmin"))
            }
            AdminClass::Outside(dotted) => dotted.ends_with("auth.admin.UserAdmin"),
        };
        let named = row.shown.as_ref().and_then(|shown| model_name(shown, self.project, 0));
        let model = named.unwrap_or_else(|| {
            let mut chars = row.model.chars();
            chars.next().map_or_else(String::new, |first| {
                first.to_uppercase().collect::<String>() + chars.as_str()
            })
        });
        let actions = match &row.class {
            AdminClass::Project(file, class) => self.admin_actions((*file, *class)),
            AdminClass::Outside(_) => Vec::new(),
        };
        let page = |walk: &mut Self, route: &str, name: Option<String>, method: &str| {
            let mut here = at.clone();
            here.route = joined(&here.route, route);
            let mut guards = here.guards.clone();
            guards.push(staff());
            let methods = match method {
                "autocomplete_view" | "history_view" | "view" => vec!["GET"],
                _ => vec!["GET", "POST"],
            };
            let writes = methods.contains(&"POST");
            let mut found = answer(format!("{view}.{method}"), methods, guards);
            found.csrf = Some(Csrf::Checked);
            found.place = row.place;
            if writes {
                found.writes = vec![model.clone()];
                if let AdminClass::Project(file, class) = &row.class {
                    let run = HANDLED.iter().find(|(page, _)| *page == method);
                    let run = run.map_or(&[][..], |(_, run)| run).iter().copied().chain([method]);
                    found.handlers = walk.views.handlers((*file, *class), run);
                }
                if method == "changelist_view" {
                    found.handlers.extend(actions.iter().copied());
                }
            }
            walk.endpoint(found, &here, name, site);
        };
        if is_users {
            let name = "auth_user_password_change".to_owned();
            page(self, "<id>/password/", Some(name), "user_change_password");
        }
        let bases: Vec<String> = match &row.class {
            AdminClass::Project(file, class) => {
                self.views.bases(ClassRef::Project(*file, *class)).map(str::to_owned).collect()
            }
            AdminClass::Outside(dotted) => vec![dotted.clone()],
        };
        let mut told: Vec<&str> = Vec::new();
        let models = self.project.models();
        for more in bases.iter().flat_map(|base| models.pages(base)) {
            if told.contains(&more.route.as_str()) {
                continue;
            }
            told.push(&more.route);
            let name = more.name.as_ref();
            let name = name.map(|name| match name.strip_prefix('=') {
                Some(whole) => whole.to_owned(),
                None => format!("{}_{}_{name}", row.label, row.model),
            });
            page(self, &more.route, name, &more.view);
        }
        // Before Django 3.2 each model had its own, since then the site has one.
        let old: &[_] = match self.settings.version().release() < [3, 2].as_slice() {
            true => &[("autocomplete/", Some("autocomplete"), "autocomplete_view")],
            false => &[],
        };
        for (route, name, method) in old.iter().chain(PAGES) {
            let name = name.map(|name| format!("{}_{}_{name}", row.label, row.model));
            page(self, route, name, method);
        }
    }

    // ---- routers -----------------------------------------------------------------------------------

    /// A router: what its own `get_urls` gives where the project writes one.
    pub(super) fn router(&mut self, router: &Evaluated, at: &Place, depth: usize) {
        if let Abstract::Apply(made) = &router.value
            && let Symbol::Class(file, class, _) = &made.symbol
            && let Some(member) =
                self.project.lookup_member(ClassRef::Project(*file, *class), "get_urls")
            && !self.project.module_name(member.class.0).starts_with("rest_framework")
        {
            let urls = self.questions.method(router, "get_urls");
            return self.patterns(&urls, at, depth + 1);
        }
        self.plain_router(router, at);
    }

    /// What DRF makes of what is registered.
    pub(super) fn plain_router(&mut self, router: &Evaluated, at: &Place) {
        let registrations = self.registry.of(router.site);
        let registers = self.project.ir(router.site.file).strings.find("register").is_some();
        if registrations.is_empty() && registers && self.registry.lost(router.site).is_empty() {
            self.unresolved(at, "nothing is registered with this router".to_owned(), router.site);
        }
        for site in self.registry.lost(router.site) {
            self.unresolved(at, "the prefix is put together at run time".to_owned(), site);
        }
        let views = &self.views;
        let made = Router::of(
            self.project,
            &self.registry,
            &mut self.questions,
            router,
            &mut |questions, registration, before, is_regex| {
                views.lookup(registration, questions, before, is_regex)
            },
        );
        let Some(made) = made else {
            return self.unresolved(at, "a router that is not known".to_owned(), router.site);
        };
        for registration in registrations {
            let found = self.views.viewset(&made, &registration, &mut self.questions);
            for (route, why) in found.doubtful {
                let mut here = at.clone();
                here.route = joined(&here.route, &route);
                self.unresolved(&here, why, registration.site);
            }
            for (route, name, mut answer) in found.known {
                answer.guards.splice(0..0, at.guards.iter().cloned());
                let suffixed = made.with_format.then(|| made.formatted(&route));
                for route in [Some(route), suffixed].into_iter().flatten() {
                    let mut here = at.clone();
                    here.route = joined(&here.route, &route);
                    self.endpoint(answer.clone(), &here, name.clone(), registration.site);
                }
            }
        }
        if let Some((view, name)) = &made.root {
            let suffixed = made.with_format.then_some("<drf_format_suffix:format>");
            for route in [Some(""), suffixed].into_iter().flatten() {
                let mut here = at.clone();
                here.route = joined(&here.route, route);
                let mut found = self.views.named_class(view, &mut self.questions);
                found.methods = vec!["GET"];
                found.csrf = Some(Csrf::Session);
                found.guards.splice(0..0, at.guards.iter().cloned());
                self.endpoint(found, &here, Some(name.clone()), router.site);
            }
        }
    }

    /// `format_suffix_patterns(patterns)`: each route twice.
    pub(super) fn suffixed(&mut self, patterns: &Evaluated, at: &Place, depth: usize) {
        let before = self.surface.endpoints.len();
        self.patterns(patterns, at, depth + 1);
        let mut more = self.surface.endpoints.split_off(before);
        let mut all = Vec::with_capacity(more.len() * 2);
        for endpoint in more.drain(..) {
            let mut second = endpoint.clone();
            let written = endpoint.route.strip_prefix('/').unwrap_or(&endpoint.route);
            let own = written.strip_prefix(&at.route).unwrap_or(written);
            let is_regex = own.ends_with('$') || own.starts_with('^') || own.contains("(?P<");
            let bare = endpoint.route.trim_end_matches('$').trim_end_matches('/');
            let bare = if own.is_empty() { &endpoint.route } else { bare };
            second.route = match is_regex {
                true => format!("{bare}\\.(?P<format>[a-z0-9]+)/?$"),
                false => format!("{bare}<drf_format_suffix:format>"),
            };
            all.push(endpoint);
            all.push(second);
        }
        self.surface.endpoints.extend(all);
    }

    // ---- other packages ----------------------------------------------------------------------------

    /// django-ninja's operations.
    pub(super) fn ninja(&mut self, api: &Evaluated, at: &Place) {
        let mut at = at.clone();
        let Abstract::Apply(made) = &api.value else { return };
        let text = |name: &str| {
            let found = made.args.iter().find(|(known, _)| known.as_deref() == Some(name));
            found.map(|(_, value)| value.clone())
        };
        let version = text("version").and_then(|value| value.value.as_str().map(str::to_owned));
        let space =
            text("urls_namespace").and_then(|value| value.value.as_str().map(str::to_owned));
        let version = version.unwrap_or_else(|| "1.0.0".to_owned());
        let space = space.unwrap_or_else(|| format!("api-{version}"));
        at.names.push(last_of(&space, ':').to_owned());
        let is_off = |name: &str| {
            text(name).is_some_and(|value| truth(&value) == Truth::No || is_none(&value))
        };
        let page = |walk: &mut Self, route: &str, name: &str, view: &str| {
            let mut here = at.clone();
            here.route = joined(&here.route, route);
            let found =
                answer(format!("ninja.openapi.views.{view}"), vec!["GET"], here.guards.clone());
            walk.endpoint(found, &here, Some(name.to_owned()), api.site);
        };
        if !is_off("openapi_url") {
            let said =
                text("openapi_url").and_then(|value| value.value.as_str().map(str::to_owned));
            let route = said.unwrap_or_else(|| "/openapi.json".to_owned());
            page(self, route.trim_start_matches('/'), "openapi-json", "openapi_json");
            if !is_off("docs_url") {
                let said =
                    text("docs_url").and_then(|value| value.value.as_str().map(str::to_owned));
                let route = said.unwrap_or_else(|| "/docs".to_owned());
                page(self, route.trim_start_matches('/'), "openapi-view", "openapi_view");
            }
        }
        let found = self.operations.of(api, self.project);
        for operation in found {
            let mut here = at.clone();
            here.route = joined(&here.route, &operation.route);
            let mut found = self.views.function(operation.file, operation.function);
            found.methods = operation.methods;
            found.csrf = Some(operation.csrf);
            if found.throttle == Throttle::Open {
                found.throttle = operation.throttle;
            }
            let own = std::mem::take(&mut found.guards);
            found.guards = here.guards.clone();
            found.guards.extend(operation.guard);
            found.guards.extend(own);
            self.endpoint(found, &here, Some(operation.name), operation.site);
        }
        page(self, "", "api-root", "default_home");
    }

    /// The routes of allauth's providers, one application each.
    pub(super) fn providers(&mut self, at: &Place, site: Site) {
        let names: Vec<String> = self
            .framework
            .apps
            .iter()
            .filter(|app| app.name.starts_with("allauth.socialaccount.providers."))
            .map(|app| app.name.clone())
            .collect();
        for name in names {
            let module = format!("{name}.urls");
            let is_here = self.project.module_named(&module).is_some();
            if is_here || self.project.models().urlconf(&module).is_some() {
                self.module(&module, at, site);
                continue;
            }
            let provider = last(&name);
            let own = PROVIDERS.iter().find(|(known, _)| *known == provider);
            for (route, name) in own.map_or(OAUTH, |(_, rows)| rows) {
                let mut here = at.clone();
                here.route = joined(&here.route, &format!("{provider}/{route}"));
                let view =
                    format!("allauth.socialaccount.providers.{provider}.views.oauth2_{name}");
                let found = answer(view, Vec::new(), here.guards.clone());
                self.endpoint(found, &here, Some(format!("{provider}_{name}")), site);
            }
        }
    }

    /// The guards that an application of Oscar puts around its routes.
    pub(super) fn guarded_by(&mut self, app: &Evaluated) -> Inside {
        let default = self.questions.attribute(app, "default_permissions");
        let map = self.questions.attribute(app, "permissions_map");
        let mut by_name = Vec::new();
        if let Abstract::Map(map) = &map.value {
            for (name, permissions) in &map.entries {
                if let Some(name) = name.value.as_str() {
                    by_name.push((name.to_owned(), self.permissions_of(permissions)));
                }
            }
        }
        Inside::App { default: self.permissions_of(&default), by_name }
    }

    fn permissions_of(&self, permissions: &Evaluated) -> Vec<Guard> {
        let place = Some((permissions.site.file, self.span(permissions.site)));
        let guard = |reach| Guard {
            name: "permissions_required".to_owned(),
            reach,
            on: Methods::ALL,
            within: None,
            place,
        };
        match &permissions.value {
            Abstract::Const(_) => Vec::new(),
            Abstract::Seq(seq) if seq.items.is_empty() => Vec::new(),
            Abstract::Seq(seq) => {
                let is_staff = |item: &Evaluated| item.value.as_str() == Some("is_staff");
                let reach = match seq.items.iter().any(is_staff) {
                    true => Reach::Staff,
                    false => Reach::Permission,
                };
                vec![guard(reach)]
            }
            _ => vec![guard(Reach::Permission)],
        }
    }
}

/// What follows the last mark.
fn last_of(text: &str, mark: char) -> &str {
    text.rsplit(mark).next().unwrap_or(text)
}

fn is_none(value: &Evaluated) -> bool {
    matches!(&value.value, Abstract::Const(bartizan_value::Constant::None))
}
