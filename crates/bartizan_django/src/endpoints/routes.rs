//! The URLconf, followed from its root.

use bartizan_base::Span;
use bartizan_ir::{BinaryOp, FileIr, Mutator, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{
    Abstract, Apply, Condition, Evaluated, Evaluator, Questions, Reason, Site, Symbol, Variables,
};

use super::admin::{self, Registered};
use super::apps::Apps;
use super::framework::{self, Framework};
use super::gates::{Actor, Ask, Gates, Outcome, Run};
use super::guards::{Csrf, Guard, Reach};
use super::memory::{Answers, Facts};
use super::ninja::{self, Operations};
use super::routers::{self, Registry};
use super::views::{Answer, Views};
use super::wagtail::{self, ViewSet};
use super::{Access, Endpoint, Surface, Unresolved};
use super::{wagtail_api, words};
use crate::settings::{Settings, Truth, contains, is_true, truth};

/// URLconfs inside each other beyond which none is followed.
const DEEPEST: usize = 32;

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
            if let Some(module) = value.value.as_str()
                && !modules.iter().any(|known| known == module)
            {
                modules.push(module.to_owned());
            }
        }
    }
    let decided = root
        .map_or(Site { file: settings.environment.file, node: ValueId::from_index(0) }, |root| {
            root.value.site
        });
    begin(project, evaluator, settings, &SiteWide::of(project, settings), |walk| {
        for module in modules {
            walk.module(&module, &Place::default(), decided);
        }
        if walk.framework.has_asked.get() && !walk.framework.apps.is_whole {
            let why = "there may be more: not all of INSTALLED_APPS is known".to_owned();
            let at = settings.get("INSTALLED_APPS").map_or(decided, |setting| setting.value.site);
            walk.unresolved(&Place::default(), why, at);
        }
    })
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
    let framework = Framework::new(project, settings, apps);
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
        views: Views::new(project, settings),
        questions,
        surface: Surface::default(),
        open: Vec::new(),
        included: Vec::new(),
        inside: Vec::new(),
        languages: languages(settings),
    };
    follow(&mut walk);
    walk.surface
}

/// What holds for every view of a site.
pub(super) struct SiteWide {
    csrf: Csrf,
    login: bool,
    /// Middleware of the project that may turn someone away, with its name.
    doors: Vec<(String, Run)>,
    /// Whether another project takes the URLconfs up, and guards them as it likes.
    is_library: bool,
}

impl SiteWide {
    fn of(project: &Project, settings: &Settings<'_>) -> Self {
        let has = |dotted| {
            let middleware = settings.get("MIDDLEWARE");
            middleware.map_or(Truth::Unknown, |middleware| contains(&middleware.value, dotted))
        };
        Self {
            csrf: match has("django.middleware.csrf.CsrfViewMiddleware") {
                Truth::Yes => Csrf::Checked,
                Truth::No => Csrf::Off,
                Truth::Unknown => Csrf::Unknown,
            },
            login: has("django.contrib.auth.middleware.LoginRequiredMiddleware") == Truth::Yes,
            doors: doors(project, settings),
            is_library: false,
        }
    }

    /// Of an application that other sites take up.
    fn unknown() -> Self {
        Self { csrf: Csrf::Unknown, login: false, doors: Vec::new(), is_library: true }
    }
}

/// Middleware of the project that asks who is there.
fn doors(project: &Project, settings: &Settings<'_>) -> Vec<(String, Run)> {
    let (facts, answers) = (Facts::default(), Answers::default());
    let gates = Gates { project, facts: &facts, answers: &answers };
    let mut found = Vec::new();
    let Some(middleware) = settings.get("MIDDLEWARE") else { return found };
    let mut names: Vec<&str> = Vec::new();
    let mut is_whole = true;
    for (_, value) in crate::settings::alternatives(&middleware.value) {
        let Abstract::Seq(seq) = &value.value else {
            is_whole = false;
            continue;
        };
        is_whole &= seq.open.is_none();
        for item in &seq.items {
            if let Some(dotted) = item.value.as_str()
                && !names.contains(&dotted)
            {
                names.push(dotted);
            }
        }
    }
    if !is_whole {
        let more = written(project);
        names.extend(more);
        names.sort_unstable();
        names.dedup();
    }
    for dotted in names {
        let name = dotted.rsplit('.').next().unwrap_or(dotted).to_owned();
        match project.find(dotted) {
            Entity::Class(file, class) => {
                let of = ClassRef::Project(file, class);
                for method in ["process_request", "__call__", "process_view"] {
                    let Some(member) = project.lookup_member(of, method) else { continue };
                    let file = member.class.0;
                    let function = words::function_in(project.ir(file), member.value);
                    let run = function.map(|function| Run { file, function, class: Some(of) });
                    found.extend(run.map(|run| (name.clone(), run)));
                }
            }
            Entity::Function(file, function) => {
                let inner = gates.wrapper(file, function);
                let run = inner.map(|function| Run { file, function, class: None });
                found.extend(run.map(|run| (name, run)));
            }
            _ => {}
        }
    }
    found.retain(|(_, run)| gates.asks(*run));
    found
}

/// The middleware that settings begin with, where what becomes of the list is not known.
fn written(project: &Project) -> Vec<&str> {
    let mut found = Vec::new();
    for file in project.files() {
        let ir = project.ir(file);
        if !project.module_name(file).contains("settings") {
            continue;
        }
        let Some(name) = ir.strings.find("MIDDLEWARE") else { continue };
        let Some(binding) = ir.binding(FileIr::module(), name) else { continue };
        let mut ahead = vec![ir.bare(binding.value)];
        for _ in 0..256 {
            let Some(at) = ahead.pop() else { break };
            match ir.value(at) {
                Value::Mutate(mutation) => ahead.push(ir.bare(ir.mutation(mutation).receiver)),
                Value::Gamma { then, otherwise, .. } => {
                    ahead.extend([ir.bare(then), ir.bare(otherwise)]);
                }
                Value::Mu { init, .. } => ahead.push(ir.bare(init)),
                Value::Join { ways, .. } => {
                    ahead.extend(ir.ways[ways].iter().map(|way| ir.bare(way.value)));
                }
                Value::Binary { left, right, .. } => {
                    ahead.extend([ir.bare(left), ir.bare(right)]);
                }
                Value::List(items) | Value::Tuple(items) => {
                    for item in &ir.items[items] {
                        if let Value::Str(dotted) = ir.value(ir.bare(item.value))
                            && !found.contains(&ir.str(dotted))
                        {
                            found.push(ir.str(dotted));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    found
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
    App { default: Option<Guard>, by_name: Vec<(String, Option<Guard>)> },
}

/// Where in the URLconf the walk stands.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub(super) route: String,
    pub(super) names: Vec<String>,
    /// Guards around everything that is included here.
    pub(super) guards: Vec<Guard>,
}

pub(super) struct Walk<'a, 'q> {
    pub(super) project: &'a Project,
    pub(super) settings: &'a Settings<'a>,
    pub(super) framework: &'q Framework<'a>,
    pub(super) registry: Registry,
    pub(super) registered: Vec<Registered>,
    pub(super) operations: Operations,
    pub(super) site: &'q SiteWide,
    pub(super) views: Views<'a>,
    pub(super) questions: Questions<'q>,
    pub(super) surface: Surface,
    /// URLconfs that are being followed.
    pub(super) open: Vec<FileId>,
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

    fn is_full(&self) -> bool {
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
                Some(known) => {
                    self.known(known, at, site);
                    if dotted == "wagtail.admin.urls" {
                        self.hooked(at, site);
                    }
                }
                None => self.unresolved(at, format!("not in the tree: {dotted}"), site),
            }
            return;
        };
        self.file(file, at, site);
    }

    /// What applications of the project add to Wagtail's admin.
    fn hooked(&mut self, at: &Place, site: Site) {
        let default = Some(wagtail::admin_access());
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
        if let Some(name) = self.questions.binding(file, "app_name")
            && let Some(name) = name.value.as_str()
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
            Some(patterns) if is_whole(&patterns) => self.patterns(&patterns, &at, 0),
            Some(patterns) => self.pieces(file, &patterns, &at),
            None => self.unresolved(&at, "a module without `urlpatterns`".to_owned(), site),
        }
        self.open.pop();
    }

    /// A list of patterns that is not known as a whole, piece by piece as the module puts it together.
    fn pieces(&mut self, file: FileId, whole: &Evaluated, at: &Place) {
        let ir = self.project.ir(file);
        let name = ir.strings.find("urlpatterns");
        let binding = name.and_then(|name| ir.binding(FileIr::module(), name));
        let mut pieces = Vec::new();
        if let Some(binding) = binding {
            self.pieces_of(file, binding.value, &mut pieces, 0);
        }
        if pieces.len() < 2 {
            return self.patterns(whole, at, 0);
        }
        for (piece, is_item) in pieces {
            let value = self.questions.evaluate(file, piece);
            if is_item {
                self.pattern(&value, at, 1);
            } else {
                self.patterns(&value, at, 1);
            }
        }
    }

    /// The lists that `a + b`, `a += b`, `a.append(b)` and branches put together, in order, and whether
    /// each is a single pattern.
    fn pieces_of(
        &mut self,
        file: FileId,
        value: ValueId,
        pieces: &mut Vec<(ValueId, bool)>,
        depth: usize,
    ) {
        let project = self.project;
        let ir = project.ir(file);
        if pieces.len() >= MOST_PIECES || depth > MOST_PIECES {
            return;
        }
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Binary { op: BinaryOp::Add, left, right } => {
                self.pieces_of(file, left, pieces, depth + 1);
                self.pieces_of(file, right, pieces, depth + 1);
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                self.pieces_of(file, mutation.receiver, pieces, depth + 1);
                let args = &ir.args[mutation.args];
                match (mutation.op, args) {
                    (Mutator::InPlace(BinaryOp::Add) | Mutator::Extend, [more]) => {
                        self.pieces_of(file, more.value, pieces, depth + 1);
                    }
                    (Mutator::Append, [item]) => pieces.push((item.value, true)),
                    (Mutator::Insert, [_, item]) => pieces.push((item.value, true)),
                    _ => {}
                }
            }
            Value::Gamma { test, then, otherwise } => {
                let mut both = Vec::new();
                let holds = self.holds(Site { file, node: test });
                if holds != Truth::No {
                    self.pieces_of(file, then, &mut both, depth + 1);
                }
                if holds != Truth::Yes {
                    self.pieces_of(file, otherwise, &mut both, depth + 1);
                }
                for piece in both {
                    if !pieces.contains(&piece) {
                        pieces.push(piece);
                    }
                }
            }
            Value::Join { ways, .. } => {
                let mut all = Vec::new();
                for way in &ir.ways[ways] {
                    self.pieces_of(file, way.value, &mut all, depth + 1);
                }
                for piece in all {
                    if !pieces.contains(&piece) {
                        pieces.push(piece);
                    }
                }
            }
            Value::Unbound => {}
            _ => pieces.push((value, false)),
        }
    }

    /// Whether a test comes out true that asks for a setting.
    fn holds(&mut self, test: Site) -> Truth {
        let ir = self.project.ir(test.file);
        let node = ir.bare(test.node);
        if let Value::Unary { op: bartizan_ir::UnaryOp::Not, of } = ir.value(node) {
            return self.holds(Site { file: test.file, node: of }).negated();
        }
        let value = self.questions.evaluate(test.file, node);
        match &value.value {
            Abstract::Ref(Symbol::External(name)) => {
                let Some(name) = name.strip_prefix("django.conf.settings.") else {
                    return Truth::Unknown;
                };
                self.settings.get(name).map_or(Truth::Unknown, |setting| truth(&setting.value))
            }
            _ => truth(&value),
        }
    }

    /// Whether the conditions of a value may hold together.
    fn may_be(&mut self, when: &[Condition]) -> bool {
        when.iter().all(|condition| match *condition {
            Condition::Test { test, truth, .. } => match self.holds(test) {
                Truth::Unknown => true,
                holds => (holds == Truth::Yes) == truth,
            },
            Condition::Raised { .. } => true,
        })
    }

    /// A list of patterns, or what stands for one.
    pub(super) fn patterns(&mut self, value: &Evaluated, at: &Place, depth: usize) {
        if depth > DEEPEST || self.is_full() {
            return;
        }
        match &value.value {
            Abstract::Seq(seq) => {
                for item in &seq.items {
                    self.pattern(item, at, depth + 1);
                }
                // What URLconfs are given to, `include` and its like, does not change them.
                let is_only_shared = !seq.items.is_empty()
                    && matches!(seq.open, Some(Reason::Changed | Reason::Aliased))
                    && self.is_written_out(value.site);
                if let Some(reason) = &seq.open
                    && !is_only_shared
                {
                    self.unresolved(at, format!("there may be more: {reason}"), value.site);
                }
            }
            Abstract::Choice(choice) => {
                for way in &choice.alternatives {
                    if self.may_be(&way.when) {
                        self.patterns(&way.value, at, depth + 1);
                    }
                }
            }
            Abstract::Apply(apply) => self.generated(apply, value, at, depth),
            Abstract::Unknown(reason) => self.unresolved(at, reason.to_string(), value.site),
            _ => {
                self.unresolved(at, "what stands here is no list of routes".to_owned(), value.site)
            }
        }
    }

    /// Whether a list stands as it is written: what it holds comes of no loop, call or other list, which
    /// may be what is not known as a whole.
    fn is_written_out(&self, site: Site) -> bool {
        let ir = self.project.ir(site.file);
        let mut ahead = vec![ir.bare(site.node)];
        for _ in 0..MOST_PIECES {
            let Some(at) = ahead.pop() else { return true };
            match ir.value(at) {
                Value::List(items) | Value::Tuple(items)
                    if ir.items[items].iter().any(|item| item.spread) =>
                {
                    return false;
                }
                Value::Binary { op: BinaryOp::Add, left, right } => {
                    ahead.extend([ir.bare(left), ir.bare(right)]);
                }
                Value::Mutate(mutation) => {
                    let mutation = ir.mutation(mutation);
                    ahead.push(ir.bare(mutation.receiver));
                    if matches!(mutation.op, Mutator::InPlace(_) | Mutator::Extend) {
                        ahead.extend(ir.args[mutation.args].iter().map(|arg| ir.bare(arg.value)));
                    }
                }
                Value::Mu { .. } | Value::Call { .. } | Value::Comp(_) => return false,
                _ => {}
            }
        }
        false
    }

    /// Patterns that a function or a router gives.
    fn generated(&mut self, apply: &Apply, value: &Evaluated, at: &Place, depth: usize) {
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
                _ => self.unresolved(at, "routes of the admin".to_owned(), value.site),
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
                        self.views.decorator_guard(*file, *function)
                    }
                    Abstract::Ref(Symbol::External(name)) => super::guards::by_name(name, None),
                    _ => None,
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
                let prefix = first.and_then(|prefix| prefix.value.as_str());
                let mut here = at.clone();
                let prefix = prefix.unwrap_or("media/").trim_start_matches('/');
                here.route = joined(&here.route, &format!("^{prefix}(?P<path>.*)$"));
                let found = self.views.outside("django.views.static.serve", None);
                self.endpoint(found, &here, None, value.site);
            }
            "staticfiles_urlpatterns" | "debug_toolbar_urls" if self.is_served() => {
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

    fn pattern(&mut self, item: &Evaluated, at: &Place, depth: usize) {
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
        let Some(text) = route_text(route) else {
            return self.unresolved(
                at,
                "the route is put together at run time".to_owned(),
                route.site,
            );
        };
        let mut at = at.clone();
        at.route = joined(&at.route, &text);
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
                        if let Some(key) = admin::site_of(self.project, &of) {
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
        let answer = self.views.answer(view, &mut self.questions);
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
            _ => {
                let what = what.clone();
                self.patterns(&what, &plain(at), depth + 1);
            }
        }
    }

    pub(super) fn endpoint(
        &mut self,
        mut answer: Answer,
        at: &Place,
        name: Option<String>,
        site: Site,
    ) {
        if self.is_full() {
            return;
        }
        if self.site.login
            && !answer.is_open
            && answer.guards.iter().all(|guard| guard.reach < Reach::Login)
        {
            answer.guards.insert(
                0,
                Guard {
                    name: "LoginRequiredMiddleware".to_owned(),
                    reach: Reach::Login,
                    writes_only: false,
                    place: None,
                },
            );
        }
        for inside in self.inside.iter().rev() {
            if let Inside::App { default, by_name } = inside {
                let said = by_name.iter().find(|(known, _)| Some(known) == name.as_ref());
                let guard = said.map_or(default, |(_, guard)| guard);
                answer.guards.splice(0..0, guard.iter().cloned());
            }
        }
        let asked = format!("/{}", at.route.trim_start_matches('^'));
        let answers = Answers::default();
        let gates = Gates { project: self.project, facts: &self.views.facts, answers: &answers };
        for (door, run) in &self.site.doors {
            let ask = |actor| {
                answers.begin();
                let route = Some((asked.as_str(), name.as_deref()));
                let ask = Ask { actor, is_write: Some(true), route, action: None };
                gates.outcome(*run, ask, 0)
            };
            // What middleware may do is told where it is sure.
            if let Outcome::Denied(file, span) = ask(Actor::Anonymous) {
                let reach = match ask(Actor::User) {
                    Outcome::Denied(..) => Reach::Staff,
                    _ => Reach::Login,
                };
                let (door, place) = (door.clone(), Some((file, span)));
                answer.guards.insert(0, Guard { name: door, reach, writes_only: false, place });
            }
        }
        if self.site.is_library
            && !answer.is_open
            && super::guards::strictest(&answer.guards, false) == Reach::Anonymous
        {
            let name = "the site that takes it up".to_owned();
            let guard = Guard { name, reach: Reach::Unknown, writes_only: false, place: None };
            answer.guards.insert(0, guard);
        }
        let csrf = answer.csrf.unwrap_or(self.site.csrf);
        let route_span = self.span(site);
        let (file, span) = answer.place.unwrap_or((site.file, route_span));
        let access = access(&answer);
        let name = name.map(|name| {
            let spaces = at.names.iter().map(|name| name.trim_start_matches('=').to_owned());
            spaces.chain([name]).collect::<Vec<_>>().join(":")
        });
        let endpoint = Endpoint {
            route: format!("/{}", at.route),
            name,
            methods: answer.methods,
            view: answer.view,
            file,
            span,
            route_file: site.file,
            route_span,
            access,
            csrf,
            throttle: answer.throttle,
            writes: answer.writes,
        };
        // Both ways of a condition lead here.
        let same = |other: &Endpoint| {
            other.route == endpoint.route
                && other.view == endpoint.view
                && other.name == endpoint.name
                && (other.route_file, other.route_span)
                    == (endpoint.route_file, endpoint.route_span)
        };
        if !self.surface.endpoints.iter().rev().take(2_000).any(same) {
            self.surface.endpoints.push(endpoint);
        }
    }
}

/// Whether every pattern of a list is known to be there.
fn is_whole(patterns: &Evaluated) -> bool {
    match &patterns.value {
        Abstract::Seq(seq) => seq.open.is_none(),
        Abstract::Choice(choice) => choice.alternatives.iter().all(|way| is_whole(&way.value)),
        Abstract::Apply(_) => true,
        _ => false,
    }
}

/// Pieces of one list beyond which no more are told apart.
const MOST_PIECES: usize = 500;

/// Who may read and who may write, apart where they differ.
fn access(answer: &Answer) -> Vec<Access> {
    let of = |is_write: bool, methods: Vec<&'static str>| Access {
        methods,
        reach: super::guards::strictest(&answer.guards, is_write),
        guards: answer
            .guards
            .iter()
            .filter(|guard| is_write || !guard.writes_only)
            .cloned()
            .collect(),
    };
    let (reads, writes): (Vec<&'static str>, Vec<&'static str>) =
        answer.methods.iter().partition(|method| **method == "GET");
    let (read, write) = (of(false, reads), of(true, writes));
    if answer.methods.is_empty() || read.reach == write.reach {
        return vec![of(true, answer.methods.clone())];
    }
    [read, write].into_iter().filter(|access| !access.methods.is_empty()).collect()
}

/// A route as text; a translated one as it is written.
fn route_text(route: &Evaluated) -> Option<String> {
    match &route.value {
        Abstract::Const(_) => route.value.as_str().map(str::to_owned),
        Abstract::Apply(apply) => {
            let Symbol::External(symbol) = &apply.symbol else { return None };
            let is_translated = symbol.ends_with("gettext_lazy") || symbol.ends_with("gettext");
            let (_, first) = apply.args.first().filter(|_| is_translated)?;
            first.value.as_str().map(str::to_owned)
        }
        _ => None,
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
