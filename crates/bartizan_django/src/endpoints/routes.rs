//! The URLconf, followed from its root.

use bartizan_base::Span;
use bartizan_ir::{FileIr, Path, Value, ValueId};
use bartizan_project::{ClassRef, FileId, Project};
use bartizan_value::{
    Abstract, Apply, Evaluated, Evaluator, Part, Questions, Reason, Site, Symbol, Variables,
};
use rustc_hash::FxHashSet;

use super::admin::{self, Registered, Registrations};
use super::apps::Apps;
use super::framework::{self, Framework};
use super::guards::Guard;
use super::ninja::{self, Operations};
use super::patterns::is_whole;
use super::routers::{self, Registry};
use super::site::SiteWide;
use super::views::Views;
use super::wagtail::{self, ViewSet};
use super::wagtail_api;
use super::{Surface, Unresolved};
use crate::objects::arguments;
use crate::settings::{Settings, Truth, is_true};

/// URLconfs inside each other beyond which none is followed.
pub(super) const DEEPEST: usize = 32;

/// Routes beyond which no more are told: a URLconf that includes itself twice grows without end.
const MOST_ROUTES: usize = 20_000;

/// The endpoints that the settings lead to.
pub(super) fn walk(
    project: &Project,
    evaluator: &Evaluator<'_>,
    settings: &Settings<'_>,
) -> Surface {
    let root = settings.get("ROOT_URLCONF");
    let mut modules: Vec<String> = Vec::new();
    if let Some(root) = &root {
        for (_, value) in crate::settings::alternatives(&root.value) {
            if let Some(module) = text_of_settings(project, value)
                && !modules.contains(&module)
            {
                modules.push(module);
            }
        }
    }
    let decided = root
        .map_or(Site { file: settings.environment.file, node: ValueId::from_index(0) }, |root| {
            root.value.site
        });
    begin(project, evaluator, settings, &SiteWide::of(project, settings), |walk| {
        if modules.is_empty()
            && let Some(module) = walk.root_as_written()
        {
            let why = "ROOT_URLCONF may be another one: not all that sets it is known".to_owned();
            walk.unresolved(&Place::default(), why, decided);
            modules.push(module);
        } else if modules.is_empty() {
            walk.unresolved(&Place::default(), "ROOT_URLCONF is not known".to_owned(), decided);
        }
        for module in modules {
            walk.module(&module, &Place::default(), decided);
        }
        walk.websockets();
        if walk.framework.has_asked.get() && !walk.framework.apps.is_whole {
            let why = "there may be more: not all of INSTALLED_APPS is known".to_owned();
            let at = settings.get("INSTALLED_APPS").map_or(decided, |setting| setting.value.site);
            walk.unresolved(&Place::default(), why, at);
        }
    })
}

/// A text that may be made of the name of the folder in which the settings lie:
/// `os.path.basename(os.path.dirname(os.path.abspath(__file__))) + ".urls"`.
fn text_of_settings(project: &Project, value: &Evaluated) -> Option<String> {
    let Abstract::Text(text) = &value.value else {
        return value.value.as_str().map(str::to_owned);
    };
    let mut whole = String::new();
    for part in &text.parts {
        match part {
            Part::Literal(text) => whole.push_str(text),
            Part::Hole(hole) => whole.push_str(folder_name(project, hole)?),
        }
    }
    Some(whole)
}

/// The last part of the path of a folder around a file of the project.
fn folder_name<'a>(project: &'a Project, value: &Evaluated) -> Option<&'a str> {
    let mut of = called_with(value, "os.path.basename")?;
    let mut above = 0;
    while let Some(inner) = called_with(of, "os.path.dirname") {
        (of, above) = (inner, above + 1);
    }
    let of =
        ["os.path.abspath", "os.path.realpath"].iter().find_map(|name| called_with(of, name))?;
    let Abstract::Ref(Symbol::External(name)) = &of.value else { return None };
    let mut folders = project.path(of.site.file).as_str().rsplit('/');
    folders.nth(above).filter(|_| &**name == "__file__" && above > 0)
}

/// The one argument of a call of something outside the project.
fn called_with<'v>(value: &'v Evaluated, name: &str) -> Option<&'v Evaluated> {
    let Abstract::Apply(made) = &value.value else { return None };
    let is_it = matches!(&made.symbol, Symbol::External(symbol) if &**symbol == name);
    made.args.first().map(|(_, only)| only).filter(|_| is_it && made.args.len() == 1)
}

/// The endpoints of each of some URLconfs that no other one includes.
pub(super) fn library(
    project: &Project,
    evaluator: &Evaluator<'_>,
    settings: &Settings<'_>,
    urlconfs: &[FileId],
) -> Surface {
    begin(project, evaluator, settings, &SiteWide::unknown(), |walk| {
        let mut parts = Vec::new();
        for file in urlconfs {
            let site = Site { file: *file, node: ValueId::from_index(0) };
            walk.file(*file, &Place::default(), site);
            parts.push((*file, std::mem::take(&mut walk.surface)));
        }
        for (file, part) in parts {
            if !walk.included.contains(&file) {
                walk.surface.endpoints.extend(part.endpoints);
                walk.surface.unresolved.extend(part.unresolved);
            }
        }
        walk.websockets();
    })
}

/// Collects what URLconfs may ask for, and follows them.
fn begin(
    project: &Project,
    evaluator: &Evaluator<'_>,
    settings: &Settings<'_>,
    site: &SiteWide,
    follow: impl FnOnce(&mut Walk<'_, '_>),
) -> Surface {
    let mut apps =
        Apps::of(project, settings, &mut evaluator.questions_where(&Variables::defaults()));
    apps.is_whole &= !site.is_library;
    let framework = Framework::new(project, settings, apps, evaluator);
    let mut questions = evaluator.questions_in(&Variables::defaults(), &framework);
    let registry = Registry::collect(project, &mut questions);
    let registered = admin::registered(project, settings, &framework, &mut questions);
    let operations = Operations::collect(project, &mut questions);
    let mut walk = Walk {
        project,
        settings,
        framework: &framework,
        registry,
        registered,
        operations,
        site,
        views: Views::new(
            project,
            settings,
            evaluator.questions_in(&Variables::defaults(), &framework),
        ),
        questions,
        surface: Surface::default(),
        open: Vec::new(),
        told: FxHashSet::default(),
        included: Vec::new(),
        inside: Vec::new(),
        languages: languages(settings),
    };
    follow(&mut walk);
    walk.surface
}

/// The prefix that `i18n_patterns` writes: of the language that is spoken where none is asked for.
fn languages(settings: &Settings<'_>) -> String {
    let code = settings.get("LANGUAGE_CODE");
    let code = code.and_then(|code| code.value.value.as_str().map(str::to_owned));
    code.unwrap_or_else(|| "en-us".to_owned())
}

/// What the routes that are being followed belong to.
#[derive(Clone)]
pub(super) enum Inside {
    /// A site of the admin: what its own `get_urls` gives.
    Site(Option<Site>),
    /// A model there.
    Model(Registered),
    /// A view set of Wagtail.
    ViewSet(ViewSet),
    /// An application of Oscar, which guards its routes by their names.
    App { default: Vec<Guard>, by_name: Vec<(String, Vec<Guard>)> },
}

/// Where in the URLconf the walk stands.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub(super) route: String,
    pub(super) names: Vec<String>,
    /// Guards around everything that is included here.
    pub(super) guards: Vec<Guard>,
    /// Where the URLconfs around are included, from the root.
    pub(super) through: Vec<Site>,
    /// Whether something is handed to the views beside what stands in the route.
    pub(super) gives_more: bool,
}

impl Place {
    /// The names of what a view is given here, where that is known: groups of a pattern need no name.
    fn arguments(&self) -> Option<Vec<String>> {
        let has_group = self.route.replace("(?", "").contains('(');
        let is_known = !self.gives_more && !has_group && !self.route.contains(GAP);
        is_known.then(|| arguments(&self.route).into_iter().map(str::to_owned).collect())
    }
}

/// What makes an endpoint one of its own: where its URLconf is included, what is shown of it, and where
/// its route is written.
pub(super) type Told = (Vec<Site>, String, String, Option<String>, Vec<&'static str>, FileId, u32);

pub(super) struct Walk<'a, 'q> {
    pub(super) project: &'a Project,
    pub(super) settings: &'a Settings<'a>,
    pub(super) framework: &'q Framework<'a>,
    pub(super) registry: Registry,
    pub(super) registered: Registrations,
    pub(super) operations: Operations,
    pub(super) site: &'q SiteWide,
    pub(super) views: Views<'a>,
    pub(super) questions: Questions<'q>,
    pub(super) surface: Surface,
    /// URLconfs that are being followed.
    pub(super) open: Vec<FileId>,
    /// Endpoints that are told already, each with where its URLconf is included.
    pub(super) told: FxHashSet<Told>,
    /// URLconfs that another one includes.
    included: Vec<FileId>,
    pub(super) inside: Vec<Inside>,
    pub(super) languages: String,
}

impl Walk<'_, '_> {
    pub(super) fn span(&self, site: Site) -> Span {
        self.project.ir(site.file).span(site.node)
    }

    pub(super) fn unresolved(&mut self, at: &Place, why: String, site: Site) {
        let route = format!("/{}", at.route);
        let span = self.span(site);
        self.surface.unresolved.push(Unresolved { route, why, file: site.file, span });
    }

    /// The URLconf that the module of the settings writes down last, where code that nobody sees may set
    /// it anew behind that.
    fn root_as_written(&mut self) -> Option<String> {
        let file = self.settings.environment.file;
        let ir = self.project.ir(file);
        let name = ir.strings.find("ROOT_URLCONF")?;
        let stores = &ir.bindings[ir.function(FileIr::module()).stores];
        let last = stores.iter().rfind(|store| store.name == name)?;
        let value = self.questions.evaluate(file, last.value);
        text_of_settings(self.project, &value)
    }

    pub(super) fn is_full(&self) -> bool {
        self.surface.endpoints.len() >= MOST_ROUTES
    }

    /// A URLconf by the dotted name of its module.
    pub(super) fn module(&mut self, dotted: &str, at: &Place, site: Site) {
        if dotted == "allauth.urls.providers" {
            return self.providers(at, site);
        }
        let file =
            self.project.module_named(dotted).and_then(|module| self.project.module_file(module));
        let Some(file) = file else {
            match self.project.models().urlconf(dotted) {
                // Its routes are called after the model of users.
                Some(_)
                    if matches!(dotted, "djoser.urls" | "djoser.urls.base")
                        && !admin::has_plain_users(self.settings) =>
                {
                    let why = format!("not in the tree: {dotted}");
                    self.unresolved(at, why, site);
                }
                Some(known) => {
                    self.known(known, at, site);
                    if dotted == "wagtail.admin.urls" {
                        self.hooked(at, site);
                    }
                }
                // `try: … except ModuleNotFoundError: pass`, around what an application may have.
                None if self.is_tried(site) && self.is_in_tree(dotted) => {}
                None => self.unresolved(at, format!("not in the tree: {dotted}"), site),
            }
            return;
        };
        self.file(file, at, site);
    }

    /// Whether code stands in a `try`.
    fn is_tried(&self, site: Site) -> bool {
        let ir = self.project.ir(site.file);
        let mut link = Some(ir.stretch(site.node).path);
        while let Some(path) = link {
            match ir.path(path) {
                Path::Tried { .. } => return true,
                other => link = other.parent(),
            }
        }
        false
    }

    /// Whether the package around a module is the project's own.
    fn is_in_tree(&self, dotted: &str) -> bool {
        let around = dotted.rsplit_once('.').map(|(package, _)| package);
        let around = around.and_then(|package| self.project.module_named(package));
        around.is_some_and(|package| self.project.module_file(package).is_some())
    }

    /// What applications of the project add to Wagtail's admin.
    fn hooked(&mut self, at: &Place, site: Site) {
        let default = vec![wagtail::admin_access()];
        self.inside.push(Inside::App { default, by_name: Vec::new() });
        for (file, function) in self.framework.hooked("register_admin_urls") {
            let value = Abstract::Ref(Symbol::function(file, function));
            let urls = self.questions.call(&Evaluated { value, site: Site { file, ..site } });
            self.patterns(&urls, at, 1);
        }
        self.view_sets(at);
        self.inside.pop();
    }

    fn file(&mut self, file: FileId, at: &Place, site: Site) {
        if self.open.contains(&file) || self.open.len() >= DEEPEST || self.is_full() {
            self.unresolved(at, "a URLconf that includes itself".to_owned(), site);
            return;
        }
        let mut at = at.clone();
        at.through.push(site);
        if let Some(name) = self.questions.binding(file, "app_name")
            && let Some(name) = name.value.as_str()
            // Of the first of all URLconfs nobody asks under which name it goes.
            && (self.site.is_library || !self.open.is_empty())
            && at.names.last().is_none_or(|last| last != name)
            && !at.names.last().is_some_and(|last| last.starts_with('='))
        {
            at.names.push(name.to_owned());
        }
        if let Some(last) = at.names.last_mut() {
            *last = last.trim_start_matches('=').to_owned();
        }
        if !self.open.is_empty() && !self.included.contains(&file) {
            self.included.push(file);
        }
        self.open.push(file);
        match self.questions.binding(file, "urlpatterns") {
            Some(patterns) => {
                match is_whole(&patterns) {
                    true => self.patterns(&patterns, &at, 0),
                    false => self.pieces(file, &patterns, &at),
                }
                if self.open.len() == 1 {
                    self.added_elsewhere(patterns.site, &at);
                }
            }
            None => self.unresolved(&at, "a module without `urlpatterns`".to_owned(), site),
        }
        self.open.pop();
    }

    /// Patterns that a function or a router gives.
    pub(super) fn generated(&mut self, apply: &Apply, value: &Evaluated, at: &Place, depth: usize) {
        let Symbol::External(symbol) = &apply.symbol else {
            return self.unresolved(
                at,
                "a class of the project gives the routes".to_owned(),
                value.site,
            );
        };
        let first = apply.args.iter().find(|(name, _)| name.is_none()).map(|(_, value)| value);
        let last = symbol.rsplit('.').next().unwrap_or(symbol);
        match last {
            _ if &**symbol == framework::ADMIN_URLS => match self.inside.last().cloned() {
                Some(Inside::Site(site)) => self.site_rows(site, at, value.site),
                Some(Inside::Model(registered)) => self.model_rows(&registered, at, value.site),
                // `include((admin.site.get_urls(), "admin"))`
                _ => match first.and_then(|of| self.registered.site_of(self.project, of)) {
                    Some(site) => self.site_urls(site, first, at, value.site, depth),
                    None => self.unresolved(at, "routes of the admin".to_owned(), value.site),
                },
            },
            _ if &**symbol == framework::VIEW_SETS => self.view_sets(at),
            _ if &**symbol == framework::VIEW_SET_URLS => match self.inside.last().cloned() {
                Some(Inside::ViewSet(set)) => self.view_set_rows(&set, at),
                _ => self.unresolved(at, "routes of a view set".to_owned(), value.site),
            },
            _ if &**symbol == framework::PROVIDERS => self.providers(at, value.site),
            "decorate_urlpatterns" if &**symbol == framework::DECORATED => {
                let (Some((_, patterns)), Some((_, by))) = (apply.args.first(), apply.args.get(1))
                else {
                    return;
                };
                let default = match &by.value {
                    Abstract::Ref(Symbol::Function(file, function, _)) => {
                        self.views.decorator_guards(*file, *function)
                    }
                    Abstract::Ref(Symbol::External(name)) => {
                        super::guards::by_name(self.project.models(), name, None)
                            .into_iter()
                            .collect()
                    }
                    _ => Vec::new(),
                };
                self.inside.push(Inside::App { default, by_name: Vec::new() });
                self.patterns(&patterns.clone(), at, depth + 1);
                self.inside.pop();
            }
            "post_process_urls" if &**symbol == framework::GUARDED_BY_APP => {
                let (Some((_, app)), Some((_, patterns))) = (apply.args.first(), apply.args.get(1))
                else {
                    return;
                };
                let guarded = self.guarded_by(&app.clone());
                self.inside.push(guarded);
                self.patterns(&patterns.clone(), at, depth + 1);
                self.inside.pop();
            }
            "i18n_patterns" => {
                let is_default = apply.args.iter().any(|(name, value)| {
                    name.as_deref() == Some("prefix_default_language")
                        && is_true(value) == Truth::No
                });
                let is_off = self
                    .settings
                    .get("USE_I18N")
                    .is_some_and(|setting| is_true(&setting.value) == Truth::No);
                let mut at = at.clone();
                if !is_default && !is_off {
                    at.route.push_str(&format!("{}/", self.languages));
                }
                for (name, pattern) in &apply.args {
                    if name.is_none() {
                        self.pattern(pattern, &at, depth + 1);
                    }
                }
                if apply.open {
                    self.unresolved(&at, "there may be more".to_owned(), value.site);
                }
            }
            // Files of a developer's server; without DEBUG there are none.
            "static" if self.is_served() => {
                let prefix = first.and_then(|prefix| prefix.value.as_str()).unwrap_or("media/");
                self.files(prefix, "django.views.static.serve", at, value.site);
            }
            "staticfiles_urlpatterns" if self.is_served() => {
                let setting = self.settings.get("STATIC_URL");
                let setting = setting.as_ref().and_then(|setting| setting.value.value.as_str());
                let given = first.and_then(|prefix| prefix.value.as_str());
                let prefix = given.or(setting).unwrap_or("static/");
                self.files(prefix, "django.contrib.staticfiles.views.serve", at, value.site);
            }
            "debug_toolbar_urls" if self.is_served() => {
                let name = symbol.rsplit_once('.').map_or(&**symbol, |(module, _)| module);
                self.unresolved(at, format!("not in the tree: {name}"), value.site);
            }
            "static" | "staticfiles_urlpatterns" | "debug_toolbar_urls" => {}
            "format_suffix_patterns" => {
                if let Some(first) = first {
                    self.suffixed(&first.clone(), at, depth);
                }
            }
            "urls" | "get_urls" if first.is_some_and(|of| routers::is_router(self.project, of)) => {
                if let Some(router) = first {
                    let router = router.clone();
                    match last {
                        "urls" => self.router(&router, at, depth),
                        _ => self.plain_router(&router, at),
                    }
                }
            }
            // Functions that wrap every view of a list.
            "decorator_include" | "decorate_urlpatterns" | "required" => {
                let patterns = apply.args.iter().rev().find_map(|(_, value)| {
                    matches!(value.value, Abstract::Seq(_)).then(|| value.clone())
                });
                match patterns {
                    Some(patterns) => self.patterns(&patterns, at, depth + 1),
                    None => self.unresolved(at, format!("`{symbol}` gives the routes"), value.site),
                }
            }
            _ => self.unresolved(at, format!("`{symbol}` gives the routes"), value.site),
        }
    }

    /// Files below a prefix; none where another server has them
    /// (`django.conf.urls.static.static`).
    fn files(&mut self, prefix: &str, view: &str, at: &Place, site: Site) {
        if prefix.contains("//") {
            return;
        }
        let mut here = at.clone();
        let prefix = prefix.trim_start_matches('/');
        here.route = joined(&here.route, &format!("^{prefix}(?P<path>.*)$"));
        let found = self.views.outside(view, None);
        self.endpoint(found, &here, None, site);
    }

    pub(super) fn pattern(&mut self, item: &Evaluated, at: &Place, depth: usize) {
        match &item.value {
            Abstract::Choice(choice) => {
                for way in &choice.alternatives {
                    self.pattern(&way.value, at, depth + 1);
                }
            }
            Abstract::Apply(apply) => {
                let Symbol::External(symbol) = &apply.symbol else {
                    return self.unresolved(
                        at,
                        "a class of the project makes the route".to_owned(),
                        item.site,
                    );
                };
                let last = symbol.rsplit('.').next().unwrap_or(symbol);
                let is_route =
                    matches!(last, "path" | "re_path" | "url" | "URLPattern" | "URLResolver");
                if is_route && symbol.contains("url") {
                    self.route(apply, item, at, depth);
                } else {
                    self.generated(apply, item, at, depth);
                }
            }
            Abstract::Unknown(reason) => self.unresolved(at, reason.to_string(), item.site),
            _ => self.unresolved(at, "no route".to_owned(), item.site),
        }
    }

    /// `path(route, view, kwargs, name)`
    fn route(&mut self, apply: &Apply, item: &Evaluated, at: &Place, depth: usize) {
        let arg = |position: usize, name: &str| {
            let by_name = apply.args.iter().find(|(known, _)| known.as_deref() == Some(name));
            let by_position = apply.args.iter().filter(|(known, _)| known.is_none()).nth(position);
            by_name.or(by_position).map(|(_, value)| value)
        };
        let (Some(route), Some(view)) = (arg(0, "route").or(arg(0, "regex")), arg(1, "view"))
        else {
            return self.unresolved(at, "a route without a view".to_owned(), item.site);
        };
        let text = match route_text(route) {
            Some(text) => text,
            // What lies below is shown, with a mark for what stands before it.
            None => {
                let why = format!("{}, shown as `{GAP}`", why_no_text(route));
                self.unresolved(at, why, route.site);
                route_with_gaps(route, 0)
            }
        };
        let mut at = at.clone();
        at.route = joined(&at.route, &text);
        at.gives_more |= arg(2, "kwargs").is_some();
        let name = arg(3, "name").and_then(|name| name.value.as_str().map(str::to_owned));
        self.target(view, &at, name, item.site, depth);
    }

    /// What a route leads to: a URLconf or a view.
    fn target(
        &mut self,
        view: &Evaluated,
        at: &Place,
        name: Option<String>,
        site: Site,
        depth: usize,
    ) {
        if let Some(Inside::ViewSet(set)) = self.inside.last().cloned()
            && let Some(answer) = self.view_in_set(&set, view)
        {
            return self.endpoint(answer, at, name, site);
        }
        match &view.value {
            Abstract::Apply(apply) => {
                if let Symbol::External(symbol) = &apply.symbol {
                    let last = symbol.rsplit('.').next().unwrap_or(symbol);
                    if last == "include" {
                        return self.include(apply, at, view.site, depth);
                    }
                    if last == "urls"
                        && let Some((_, of)) = apply.args.first()
                    {
                        let of = of.clone();
                        if let Some(key) = self.registered.site_of(self.project, &of) {
                            return self.admin(at, key, Some(&of), view.site, depth);
                        }
                        if wagtail_api::is_api_router(self.project, &of) {
                            self.wagtail_api(&of, at);
                            return;
                        }
                        if routers::is_router(self.project, &of) {
                            return self.router(&of, at, depth);
                        }
                        if ninja::is_api(&of) {
                            return self.ninja(&of, at);
                        }
                        // Routes they are, and no view.
                        return match self.urls_of_lazy(&of) {
                            Some(urls) if depth < DEEPEST => {
                                self.target(&urls, at, name, site, depth + 1);
                            }
                            _ => {
                                let why = format!("`{symbol}` gives the routes");
                                self.unresolved(at, why, view.site);
                            }
                        };
                    }
                    if is_lazy(last) {
                        return self.unresolved(
                            at,
                            format!("`{symbol}` gives the view"),
                            view.site,
                        );
                    }
                }
                // Decorated, or a class as a view.
            }
            Abstract::Ref(Symbol::External(symbol)) if symbol.ends_with(".urls") => {
                return match symbol.contains("admin.site") {
                    true => self.admin(at, None, None, view.site, depth),
                    false => self.unresolved(at, format!("not in the tree: {symbol}"), view.site),
                };
            }
            // `(patterns, app_name, namespace)`, as `site.urls` gives it.
            Abstract::Seq(seq) if seq.items.len() >= 2 => {
                let mut at = at.clone();
                let named = |at: usize| seq.items.get(at).and_then(|name| name.value.as_str());
                if let Some(namespace) = named(2).or(named(1)) {
                    at.names.push(namespace.to_owned());
                }
                let patterns = seq.items[0].clone();
                return self.patterns(&patterns, &at, depth + 1);
            }
            Abstract::Choice(choice) => {
                for way in &choice.alternatives {
                    self.target(&way.value, at, name.clone(), site, depth + 1);
                }
                return;
            }
            // What a view set gives to `path` is a view, whatever it is.
            Abstract::Unknown(_) if matches!(self.inside.last(), Some(Inside::ViewSet(_))) => {
                let answer = self.views.outside("not known", None);
                return self.endpoint(answer, at, name, site);
            }
            Abstract::Unknown(reason) => {
                return match self.views.under_decorators(view, &mut self.questions) {
                    Some(answer) => self.endpoint(answer, at, name, site),
                    None => self.unresolved(at, format!("the view: {reason}"), view.site),
                };
            }
            _ => {}
        }
        self.views.answers.on_route(at.arguments());
        let answer = self.views.answer(view, &mut self.questions);
        self.views.answers.on_route(None);
        self.endpoint(answer, at, name, site);
    }

    /// The routes of what an object of the project stands for until it is asked: Django's `LazyObject`.
    fn urls_of_lazy(&mut self, of: &Evaluated) -> Option<Evaluated> {
        let Abstract::Apply(made) = &of.value else { return None };
        let Symbol::Class(file, class, _) = &made.symbol else { return None };
        let class = ClassRef::Project(*file, *class);
        let is_lazy = self.project.mro(class).classes.iter().any(|base| match base {
            ClassRef::External(symbol) => self.project.symbol(*symbol).ends_with(".LazyObject"),
            ClassRef::Project(..) => false,
        });
        if !is_lazy {
            return None;
        }
        let wrapped = self.questions.attribute(of, "_wrapped");
        let urls = self.questions.attribute(&wrapped, "urls");
        matches!(urls.value, Abstract::Seq(_)).then_some(urls)
    }

    fn include(&mut self, apply: &Apply, at: &Place, site: Site, depth: usize) {
        let mut at = at.clone();
        let arg = |position: usize, name: &str| {
            let by_name = apply.args.iter().find(|(known, _)| known.as_deref() == Some(name));
            let by_position = apply.args.iter().filter(|(known, _)| known.is_none()).nth(position);
            by_name.or(by_position).map(|(_, value)| value)
        };
        let namespace = arg(1, "namespace").and_then(|name| name.value.as_str().map(str::to_owned));
        let Some(what) = arg(0, "arg") else {
            return self.unresolved(&at, "an include of nothing".to_owned(), site);
        };
        if let Some(namespace) = &namespace {
            // Marked, so that the module's own name does not come as well.
            at.names.push(format!("={namespace}"));
        }
        let plain = |mut at: Place| {
            if let Some(last) = at.names.last_mut() {
                *last = last.trim_start_matches('=').to_owned();
            }
            at
        };
        match &what.value {
            Abstract::Const(_) => match what.value.as_str() {
                Some(dotted) => {
                    let dotted = dotted.to_owned();
                    self.module(&dotted, &at, site);
                }
                None => self.unresolved(&at, "an include of no URLconf".to_owned(), site),
            },
            Abstract::Ref(Symbol::Module(file)) => self.file(*file, &at, site),
            // `include(admin.site.urls)`
            Abstract::Ref(Symbol::External(dotted)) if dotted.ends_with("admin.site.urls") => {
                let what = what.clone();
                self.target(&what, &plain(at), None, site, depth + 1);
            }
            Abstract::Ref(Symbol::External(dotted)) => {
                let dotted = dotted.to_string();
                self.module(&dotted, &at, site);
            }
            Abstract::Seq(seq) if is_pair(seq.kind, &seq.items) => {
                if namespace.is_none()
                    && let Some(name) = seq.items[1].value.as_str()
                {
                    at.names.push(name.to_owned());
                }
                let inner = seq.items[0].clone();
                match &inner.value {
                    Abstract::Const(_) if inner.value.as_str().is_some() => {
                        let dotted = inner.value.as_str().unwrap_or("").to_owned();
                        self.module(&dotted, &plain(at), site);
                    }
                    Abstract::Ref(Symbol::Module(file)) => self.file(*file, &plain(at), site),
                    _ => self.patterns(&inner, &plain(at), depth + 1),
                }
            }
            // `include(site.urls)`, of a site whose routes are a pair with their name.
            Abstract::Apply(of) if matches!(&of.symbol, Symbol::External(symbol) if symbol.ends_with(".urls")) =>
            {
                let what = what.clone();
                self.target(&what, &plain(at), None, site, depth + 1);
            }
            // Each branch on the way to it makes another list; what any of them adds may be there.
            Abstract::Unknown(Reason::TooManyWays) if let Some(list) = self.included(site) => {
                let what = what.clone();
                self.pieces_at(list, &what, &plain(at), depth + 1);
            }
            _ => {
                let what = what.clone();
                self.patterns(&what, &plain(at), depth + 1);
            }
        }
    }

    /// The list that a call of `include` is given, as it is written.
    fn included(&self, call: Site) -> Option<Site> {
        let ir = self.project.ir(call.file);
        let Value::Call { args, .. } = ir.value(ir.bare(call.node)) else { return None };
        let node = ir.args[args].first()?.value;
        Some(Site { node, ..call })
    }
}

/// A route as text; a translated one, and a translated part of one, as it is written.
pub(super) fn route_text(route: &Evaluated) -> Option<String> {
    match &route.value {
        Abstract::Const(_) => route.value.as_str().map(str::to_owned),
        Abstract::Apply(apply) => {
            let Symbol::External(symbol) = &apply.symbol else { return None };
            // Whatever it is, `pgettext(context, text)` or `ugettext_lazy(text)`.
            let name = symbol.rsplit('.').next().unwrap_or(symbol).trim_end_matches("_lazy");
            let text = match name {
                "gettext" | "ugettext" | "gettext_noop" => 0,
                "pgettext" => 1,
                _ => return None,
            };
            let (_, text) = apply.args.iter().filter(|(name, _)| name.is_none()).nth(text)?;
            text.value.as_str().map(str::to_owned)
        }
        // What stands for a variable that is not set.
        Abstract::Env(env) => env.default.as_ref()?.value.as_str().map(str::to_owned),
        Abstract::Text(text) => {
            let parts = text.parts.iter().map(|part| match part {
                Part::Literal(text) => Some(text.to_string()),
                Part::Hole(hole) => route_text(hole),
            });
            parts.collect()
        }
        _ => None,
    }
}

/// Stands in a route for what is put together at run time.
pub const GAP: &str = "…";

/// A route as far as it is written.
fn route_with_gaps(route: &Evaluated, depth: usize) -> String {
    if let Some(text) = route_text(route) {
        return text;
    }
    match &route.value {
        Abstract::Text(text) if depth < DEEPEST => {
            let parts = text.parts.iter().map(|part| match part {
                Part::Literal(text) => text.to_string(),
                Part::Hole(hole) => route_with_gaps(hole, depth + 1),
            });
            parts.collect()
        }
        _ => GAP.to_owned(),
    }
}

/// Why a route is no text.
fn why_no_text(route: &Evaluated) -> String {
    match &route.value {
        Abstract::Env(env) => format!("the route is what the variable {} says", env.name),
        _ => "the route is put together at run time".to_owned(),
    }
}

/// As `ResolverMatch.route` joins them: what follows begins where the prefix ends.
pub(super) fn joined(prefix: &str, route: &str) -> String {
    match prefix.is_empty() {
        true => route.to_owned(),
        false => format!("{prefix}{}", route.strip_prefix('^').unwrap_or(route)),
    }
}

/// Functions that give a view when they are called.
fn is_lazy(name: &str) -> bool {
    matches!(name, "import_string" | "lazy")
}

fn is_pair(kind: bartizan_value::SeqKind, items: &[Evaluated]) -> bool {
    kind == bartizan_value::SeqKind::Tuple && items.len() == 2
}
