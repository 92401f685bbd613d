//! What Django's own machinery answers while a URLconf is evaluated: settings, applications, what is
//! imported by its name, what is registered as a hook.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};

use bartizan_ir::{ArgKind, ClassId, EffectKind, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{
    Abstract, Constant, Evaluated, Evaluator, Given, Outside, Reason, Site, Symbol, Variables,
};
use rustc_hash::FxHashSet;

use super::apps::Apps;
use super::attached::attached;
use super::filled::filled;
use super::loaded::loaded;
use crate::settings::{Settings, Truth};

/// Stands for the routes that the admin itself gives, where a `get_urls` of the project asks for them.
pub(super) const ADMIN_URLS: &str = "django.contrib.admin.get_urls";

/// Stands for routes that are guarded by what an application of Oscar says.
pub(super) const GUARDED_BY_APP: &str = "oscar.core.application.post_process_urls";

/// Stands for routes whose views are all decorated.
pub(super) const DECORATED: &str = "wagtail.utils.urlpatterns.decorate_urlpatterns";

/// Stands for the routes of all view sets that are registered with Wagtail.
pub(super) const VIEW_SETS: &str = "wagtail.admin.viewsets.viewsets.get_urlpatterns";

/// Stands for the routes that a view set of Wagtail has by itself.
pub(super) const VIEW_SET_URLS: &str = "wagtail.admin.viewsets.base.ViewSet.get_urlpatterns";

/// Stands for the routes of allauth's providers.
pub(super) const PROVIDERS: &str = "allauth.urls.build_provider_urlpatterns";

/// What `django.apps.AppConfig` gives to the configuration of every application.
const OF_CONFIGS: &[&str] = &[
    "apps",
    "check",
    "create",
    "default",
    "default_auto_field",
    "get_model",
    "get_models",
    "import_models",
    "label",
    "models",
    "models_module",
    "module",
    "name",
    "path",
    "ready",
    "verbose_name",
];

/// Modules that load what others make, one for the other, beyond which none is asked.
const DEEPEST: u8 = 6;

/// A container, and the instance that has it.
type Asked = (Site, Option<Site>);

/// Answers for Django, and for the packages whose machinery finds views by name.
pub(super) struct Framework<'a> {
    pub(super) project: &'a Project,
    settings: &'a Settings<'a>,
    pub(super) apps: Apps,
    /// Functions by the hook of Wagtail that they are registered for.
    hooks: BTreeMap<String, Vec<(FileId, FunctionId)>>,
    /// Whether something went through all applications.
    pub(super) has_asked: Cell<bool>,
    evaluator: &'a Evaluator<'a>,
    /// Containers that were asked for, and what they hold; nothing while that is being found out.
    filled: RefCell<HashMap<Asked, Option<Abstract>>>,
    loaded: OnceCell<FxHashSet<FileId>>,
    /// Whether something gives the settings names that it makes up.
    grown: OnceCell<bool>,
    /// How many modules are asked for what they make, one for the other.
    inside: Cell<u8>,
}

impl<'a> Framework<'a> {
    pub(super) fn new(
        project: &'a Project,
        settings: &'a Settings<'a>,
        apps: Apps,
        evaluator: &'a Evaluator<'a>,
    ) -> Self {
        let hooks = hooks(project, &apps);
        Self {
            project,
            settings,
            apps,
            hooks,
            has_asked: Cell::new(false),
            evaluator,
            filled: RefCell::default(),
            loaded: OnceCell::new(),
            grown: OnceCell::new(),
            inside: Cell::new(0),
        }
    }

    /// Functions that are registered for a hook of Wagtail.
    pub(super) fn hooked(&self, hook: &str) -> Vec<(FileId, FunctionId)> {
        self.hooks.get(hook).cloned().unwrap_or_default()
    }

    /// Whether code beside the settings may give them a name: `settings.OPEN = True`, `setattr`, a class of
    /// `appconf`.
    fn grows(&self, name: &str) -> bool {
        let is_set = |file: FileId| {
            let ir = self.project.ir(file);
            let Some(name) = ir.strings.find(name) else { return false };
            let mut effects =
                ir.functions().flat_map(|(_, function)| &ir.effects[function.effects]);
            effects.any(|effect| {
                matches!(effect.kind, EffectKind::StoreAttr { name: known, .. } if known == name)
            })
        };
        *self.grown.get_or_init(|| self.project.files().any(|file| sets_any(self.project, file)))
            || self.project.files().any(is_set)
    }

    fn row(&self, symbol: &str, given: &Given) -> Option<Abstract> {
        let row = Abstract::made_by(Symbol::External(symbol.into()), given.to_vec());
        Some(Abstract::list_of(vec![self.known(row)]))
    }

    fn nowhere(&self) -> Site {
        Site { file: self.settings.environment.file, node: ValueId::from_index(0) }
    }

    fn known(&self, value: Abstract) -> Evaluated {
        Evaluated { value, site: self.nowhere() }
    }

    /// The thing behind a dotted name, in the project or outside.
    pub(super) fn named(&self, dotted: &str) -> Abstract {
        match self.project.find(dotted) {
            Entity::Class(file, class) => Abstract::Ref(Symbol::class(file, class)),
            Entity::Function(file, function) => Abstract::Ref(Symbol::function(file, function)),
            Entity::Module(module) => match self.project.module_file(module) {
                Some(file) => Abstract::Ref(Symbol::Module(file)),
                None => Abstract::outside(dotted),
            },
            _ => Abstract::outside(dotted),
        }
    }

    fn config(&self, label: &str) -> Option<Abstract> {
        let app = self.apps.by_label(label)?;
        let (file, class) = app.class?;
        Some(Abstract::made_by(Symbol::class(file, class), Vec::new()))
    }

    pub(super) fn model(&self, label: &str, name: &str) -> Option<Abstract> {
        let app = self.apps.by_label(label)?;
        let models = format!("{}.models", app.package);
        let is_model = |of: ClassRef| {
            self.project.is_subclass(of, "django.db.models.base.Model") != Inherits::No
        };
        for (file, class) in self.project.classes() {
            let ir = self.project.ir(*file);
            let module = self.project.module_name(*file);
            let is_there = module == models || module.starts_with(&format!("{models}."));
            if is_there
                && ir.str(ir.class(*class).name).eq_ignore_ascii_case(name)
                && is_model(ClassRef::Project(*file, *class))
            {
                return Some(Abstract::Ref(Symbol::class(*file, *class)));
            }
        }
        let mut chars = name.chars();
        let first = chars.next()?.to_uppercase();
        Some(Abstract::outside(format!("{models}.{first}{}", chars.as_str())))
    }

    /// `get_class("catalogue.views", "ProductDetailView")`, as Oscar finds the class that a shop may
    /// have overridden; and machina, which took this over.
    fn loaded_class(&self, package: &str, label: &str, name: &str) -> Abstract {
        let (app, rest) = label.split_once('.').unwrap_or((label, ""));
        let mut candidates = Vec::new();
        for known in self.apps.iter() {
            // `catalogue.reviews.views` lies below the application `catalogue.reviews`.
            let parts: Vec<&str> = label.split('.').collect();
            for cut in (1..parts.len()).rev() {
                let (head, tail) = (parts[..cut].join("."), parts[cut..].join("."));
                if known.name.ends_with(&format!(".{head}")) || known.name == head {
                    candidates.push(format!("{}.{tail}.{name}", known.name));
                }
            }
        }
        candidates.push(format!("{package}.apps.{label}.{name}"));
        candidates.push(format!("{package}.apps.{app}.{rest}.{name}"));
        for candidate in candidates {
            // What a module makes: `urlpatterns_factory = ForumURLPatternsFactory()`
            if let Entity::Value(file, value) = self.project.find(&candidate)
                && self.inside.get() < DEEPEST
            {
                self.inside.set(self.inside.get() + 1);
                let variables = Variables::defaults();
                let found = self.evaluator.questions_in(&variables, self).evaluate(file, value);
                self.inside.set(self.inside.get() - 1);
                return found.value.detached();
            }
            let found = self.named(&candidate);
            if matches!(found, Abstract::Ref(Symbol::Class(..) | Symbol::Function(..))) {
                return found;
            }
        }
        Abstract::outside(format!("{package}.apps.{label}.{name}"))
    }
}

/// Whether a file gives the settings names that are not written out: `setattr(settings, name, value)`, or
/// the classes of `appconf`, which do so.
fn sets_any(project: &Project, file: FileId) -> bool {
    let ir = project.ir(file);
    let has_appconf = ir.strings.find("appconf").is_some();
    has_appconf
        || ir.strings.find("setattr").is_some()
            && ir.values.iter().any(|value| {
                let Value::Call { callee, args } = *value else { return false };
                let Some(first) = ir.args[args].first() else { return false };
                super::words::name_of(ir, callee) == Some("setattr")
                    && super::words::name_of(ir, first.value)
                        .is_some_and(|name| name.ends_with("settings"))
            })
}

fn text(given: &Given, position: usize) -> Option<&str> {
    given.get(position)?.1.value.as_str()
}

impl Outside for Framework<'_> {
    fn name(&self, dotted: &str) -> Option<Abstract> {
        let Some(name) = dotted.strip_prefix("django.conf.settings.") else {
            return self.said_outside(dotted);
        };
        if name.contains('.') {
            return None;
        }
        match self.settings.get(name) {
            Some(setting) => Some(setting.value.value.detached()),
            None if self.settings.lacks(name) && !self.grows(name) => {
                Some(Abstract::Unknown(Reason::Raises("AttributeError")))
            }
            None => None,
        }
    }

    fn call(&self, dotted: &str, given: &Given) -> Option<Abstract> {
        match dotted {
            "django.apps.apps.get_app_config" | "django.apps.registry.apps.get_app_config" => {
                self.config(text(given, 0)?)
            }
            "django.apps.apps.get_app_configs" => {
                self.has_asked.set(true);
                let configs = self.apps.iter().filter_map(|app| {
                    let (file, class) = app.class?;
                    Some(self.known(Abstract::made_by(Symbol::class(file, class), Vec::new())))
                });
                Some(Abstract::list_of(configs.collect()))
            }
            // One that nobody sees in the list is not there; that there may be others is told.
            "django.apps.apps.is_installed" => {
                self.has_asked.set(true);
                let is_any_known = self.apps.iter().next().is_some();
                match self.apps.has(text(given, 0)?) {
                    Truth::Unknown => None,
                    Truth::No if !is_any_known => None,
                    has => Some(Abstract::truth(has == Truth::Yes)),
                }
            }
            "django.conf.urls.static.static"
            | "django.contrib.staticfiles.urls.staticfiles_urlpatterns"
            | "debug_toolbar.toolbar.debug_toolbar_urls" => {
                let row = Abstract::made_by(Symbol::External(dotted.into()), given.to_vec());
                Some(Abstract::list_of(vec![self.known(row)]))
            }
            "django.apps.apps.get_model" | "django.apps.registry.apps.get_model" => {
                let first = text(given, 0)?;
                match (first.split_once('.'), text(given, 1)) {
                    (Some((label, name)), None) => self.model(label, name),
                    (None, Some(name)) => self.model(first, name),
                    _ => None,
                }
            }
            // A model that a site may have put its own in the place of: `openwisp_ipam`, `Subnet`.
            "swapper.load_model" => {
                let (label, name) = (text(given, 0)?, text(given, 1)?);
                let setting = format!("{label}_{name}_MODEL").to_uppercase();
                match super::known::text(self.settings, &setting) {
                    Some(own) => {
                        let (label, name) = own.split_once('.')?;
                        self.model(label, name)
                    }
                    None => self.model(label, name),
                }
            }
            "django.contrib.auth.get_user_model" => {
                let model = super::known::text(self.settings, "AUTH_USER_MODEL")?;
                let (label, name) = model.split_once('.')?;
                self.model(label, name)
            }
            "django.utils.module_loading.import_string" | "importlib.import_module" => {
                Some(self.named(text(given, 0)?))
            }
            "importlib.util.find_spec" => {
                let found = self.project.module_named(text(given, 0)?);
                Some(Abstract::truth(found.is_some()))
            }
            _ if dotted.ends_with(".get_urlpatterns") && dotted.starts_with("wagtail.") => {
                self.row(VIEW_SET_URLS, given)
            }
            // `super().get_urls()`, whichever class outside the project comes next.
            _ if dotted.ends_with(".get_urls") && !dotted.to_lowercase().contains("router") => {
                let mut given = given.to_vec();
                // `admin.site.get_urls()`: the site that everyone has says it itself.
                let of = dotted.strip_suffix(".get_urls").unwrap_or(dotted);
                if super::admin::is_default_site(of) {
                    let site = Abstract::Ref(Symbol::External(of.into()));
                    given.insert(0, (None, self.known(site)));
                }
                let row = Abstract::made_by(Symbol::External(ADMIN_URLS.into()), given);
                Some(Abstract::list_of(vec![self.known(row)]))
            }
            _ => None,
        }
    }

    fn function(&self, file: FileId, function: FunctionId, given: &Given) -> Option<Abstract> {
        let module = self.project.module_name(file);
        // Where the framework itself is in the tree, its functions are what they are outside.
        if module == "rest_framework.decorators" || module.starts_with("django.") {
            let ir = self.project.ir(file);
            let record = ir.function(function);
            if record.class.is_some() {
                return None;
            }
            let symbol = format!("{module}.{}", ir.str(record.qualname));
            return Some(Abstract::made_by(Symbol::External(symbol.into()), given.to_vec()));
        }
        if let [(None, only)] = given
            && is_view(only, 0)
            && decorates(self.project, file, function)
        {
            let symbol = Symbol::function(file, function);
            return Some(Abstract::made_by(symbol, given.to_vec()));
        }
        if !(module.starts_with("oscar.core.")
            || module == "machina.core.loading"
            || module == "wagtail.hooks"
            || module.starts_with("wagtail.admin.viewsets")
            || module.starts_with("wagtail.snippets.views")
            || module == "allauth.urls"
            || module.starts_with("wagtail.utils."))
        {
            return None;
        }
        let ir = self.project.ir(file);
        let name = ir.str(ir.function(function).name);
        match (module, name) {
            ("oscar.core.loading" | "machina.core.loading", "get_class") => {
                let package = module.split('.').next()?;
                Some(self.loaded_class(package, text(given, 0)?, text(given, 1)?))
            }
            ("oscar.core.loading" | "machina.core.loading", "get_classes") => {
                let (package, label) = (module.split('.').next()?, text(given, 0)?);
                let Abstract::Seq(names) = &given.get(1)?.1.value else { return None };
                let found = names.items.iter().map(|name| {
                    let name = name.value.as_str();
                    name.map(|name| self.known(self.loaded_class(package, label, name)))
                });
                Some(Abstract::list_of(found.collect::<Option<Vec<_>>>()?))
            }
            ("oscar.core.loading", "get_model") => self.model(text(given, 0)?, text(given, 1)?),
            ("oscar.core.loading", "feature_hidden") => Some(Abstract::truth(false)),
            ("oscar.core.application", "post_process_urls") => {
                let symbol = Symbol::External(GUARDED_BY_APP.into());
                let row = Abstract::made_by(symbol, given.to_vec());
                Some(Abstract::list_of(vec![self.known(row)]))
            }
            ("wagtail.hooks", "get_hooks") => {
                let of = self.hooks.get(text(given, 0)?).map(Vec::as_slice).unwrap_or_default();
                let items = of.iter().map(|(file, function)| {
                    self.known(Abstract::Ref(Symbol::function(*file, *function)))
                });
                Some(Abstract::list_of(items.collect()))
            }
            ("wagtail.utils.urlpatterns", "decorate_urlpatterns") => {
                let symbol = Symbol::External(DECORATED.into());
                let row = Abstract::made_by(symbol, given.to_vec());
                Some(Abstract::list_of(vec![self.known(row)]))
            }
            ("wagtail.admin.viewsets", "get_urlpatterns") => self.row(VIEW_SETS, given),
            (module, "get_urlpatterns") if super::wagtail::is_described(module) => {
                self.row(VIEW_SET_URLS, given)
            }
            ("allauth.urls", "build_provider_urlpatterns") => {
                let row = Abstract::made_by(Symbol::External(PROVIDERS.into()), Vec::new());
                Some(Abstract::list_of(vec![self.known(row)]))
            }
            _ => None,
        }
    }

    fn attribute(&self, dotted: &str, of: &Evaluated) -> Option<Abstract> {
        self.said(dotted, of)
    }

    /// Of what `site.urls` is: `(routes, "admin", name)`.
    fn item(&self, of: &Evaluated, key: &Abstract) -> Option<Abstract> {
        let site = match &of.value {
            Abstract::Ref(Symbol::External(name)) => {
                let site = name.strip_suffix(".urls")?;
                self.known(Abstract::outside(site))
            }
            Abstract::Apply(made) => {
                let Symbol::External(name) = &made.symbol else { return None };
                let (_, site) = made.args.first().filter(|_| name.ends_with(".urls"))?;
                site.clone()
            }
            _ => return None,
        };
        super::admin::site_of(self.project, &site)?;
        match key {
            Abstract::Const(Constant::Int(0)) => self.row(ADMIN_URLS, &[(None, site)]),
            Abstract::Const(Constant::Int(1 | 2)) => Some(Abstract::known_text("admin")),
            _ => None,
        }
    }

    fn leaves(&self, dotted: &str) -> bool {
        dotted.starts_with("django.urls.") || dotted.starts_with("django.conf.urls.")
    }

    fn filled(
        &self,
        container: Site,
        of: Option<&Evaluated>,
        value: &Abstract,
    ) -> Option<Abstract> {
        let key = (container, of.map(|of| of.site));
        if let Some(known) = self.filled.borrow().get(&key) {
            return known.clone();
        }
        self.filled.borrow_mut().insert(key, None);
        let variables = Variables::defaults();
        let mut questions = self.evaluator.questions_in(&variables, self);
        let loaded = self.loaded.get_or_init(|| loaded(self.project, self.settings, &self.apps));
        let found = filled(self.project, &mut questions, loaded, container, of, value);
        self.filled.borrow_mut().insert(key, found.clone());
        found
    }

    fn lacks(&self, file: FileId, class: ClassId, name: &str) -> bool {
        let mro = self.project.mro(ClassRef::Project(file, class));
        let mut is_config = false;
        let is_known = mro.classes.iter().all(|base| match base {
            ClassRef::External(symbol) => {
                let is = self.project.symbol(*symbol).ends_with("AppConfig");
                is_config |= is;
                is || self.project.symbol(*symbol) == "builtins.object"
            }
            ClassRef::Project(..) => true,
        });
        is_known && is_config && !OF_CONFIGS.contains(&name)
    }

    fn set_elsewhere(&self, file: FileId, class: ClassId, name: &str) -> Option<Abstract> {
        let variables = Variables::defaults();
        let mut questions = self.evaluator.questions_in(&variables, self);
        attached(self.project, &mut questions, (file, class), name)
    }

    fn keeps(&self, file: FileId, class: ClassId, name: &str) -> bool {
        let of = ClassRef::Project(file, class);
        let is = |base: &str| self.project.is_subclass(of, base) == Inherits::Yes;
        match name {
            "as_view" | "as_asgi" => true,
            "urls" => {
                is("rest_framework.routers.BaseRouter")
                    || is_admin_site(self.project, of)
                    || super::wagtail_api::is_router_class(self.project, of)
            }
            "admin_view" => is_admin_site(self.project, of),
            "admin_site" => self.project.lookup_member(of, name).is_none(),
            _ => false,
        }
    }
}

/// Whether a value is a view, as far as its shape tells.
fn is_view(value: &Evaluated, depth: u8) -> bool {
    match &value.value {
        Abstract::Ref(Symbol::Function(..)) => true,
        Abstract::Apply(apply) if depth < 8 => match &apply.symbol {
            Symbol::External(name) => {
                name.ends_with("as_view")
                    || apply.args.last().is_some_and(|(_, last)| is_view(last, depth + 1))
            }
            Symbol::Function(..) => true,
            _ => false,
        },
        _ => false,
    }
}

/// Whether a function gives back a function that it defines, and that one gives back none: it
/// decorates, and makes no decorator.
fn decorates(project: &Project, file: FileId, function: FunctionId) -> bool {
    let given = |function| given_function(project, file, function);
    given(function).is_some_and(|inner| given(inner).is_none())
}

/// The function that a function defines and gives back.
pub(super) fn given_function(
    project: &Project,
    file: FileId,
    function: FunctionId,
) -> Option<FunctionId> {
    let ir = project.ir(file);
    ir.effects[ir.function(function).effects].iter().find_map(|effect| {
        let bartizan_ir::EffectKind::Return(Some(value)) = effect.kind else { return None };
        let inner = super::words::function_in(ir, value)?;
        (ir.function(inner).parent == Some(function)).then_some(inner)
    })
}

/// Whether a class is a site of the admin.
pub(super) fn is_admin_site(project: &Project, of: ClassRef) -> bool {
    project.is_subclass(of, "django.contrib.admin.sites.AdminSite") == Inherits::Yes
        || project.mro(of).classes.iter().any(|base| match base {
            ClassRef::External(symbol) => project.symbol(*symbol).ends_with("AdminSite"),
            ClassRef::Project(..) => false,
        })
}

/// `@hooks.register("register_admin_urls")`, or `hooks.register("register_admin_urls", function)`, in the
/// modules that Wagtail looks for in each application.
fn hooks(project: &Project, apps: &Apps) -> BTreeMap<String, Vec<(FileId, FunctionId)>> {
    let mut found: BTreeMap<String, Vec<(FileId, FunctionId)>> = BTreeMap::new();
    for file in project.files() {
        let ir = project.ir(file);
        let module = project.module_name(file);
        if !project.path(file).as_str().ends_with("wagtail_hooks.py")
            || !apps.may_own(module.strip_suffix(".wagtail_hooks").unwrap_or(module))
        {
            continue;
        }
        // The hook that a call registers for, and the function, if it is told.
        let registered = |call: ValueId| {
            let Value::Call { callee, args } = ir.value(ir.bare(call)) else { return None };
            let Value::Attr { name, .. } = ir.value(ir.bare(callee)) else { return None };
            let mut args = ir.args[args].iter().filter(|arg| arg.kind == ArgKind::Positional);
            let Value::Str(hook) = ir.value(ir.bare(args.next()?.value)) else { return None };
            let is_hook = ir.str(name) == "register";
            is_hook.then(|| (ir.str(hook).to_owned(), args.next().map(|arg| arg.value)))
        };
        for (id, function) in ir.functions() {
            for by in &ir.ids[function.decorators] {
                if let Some((hook, None)) = registered(*by) {
                    found.entry(hook).or_default().push((file, id));
                }
            }
            for effect in &ir.effects[function.effects] {
                if let bartizan_ir::EffectKind::Call(call) = effect.kind
                    && let Some((hook, Some(called))) = registered(call)
                    && let Entity::Function(file, function) = project.resolve(file, called)
                {
                    found.entry(hook).or_default().push((file, function));
                }
            }
        }
    }
    found
}
