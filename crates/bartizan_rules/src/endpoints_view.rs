//! Views and registries as rules see them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bartizan_base::Span;
use bartizan_django::effects::{Effects, Handler};
use bartizan_django::endpoints::{Endpoint, Reach, Surface};
use bartizan_django::registries::{ClassKey, Registries};
use bartizan_django::settings::{Settings, alternatives};
use bartizan_django::views::{View, ViewCode, Views, limit_of, querysets, values};
use bartizan_finding::Confidence;
use bartizan_ir::{ArgKind, FileIr, FunctionId, Path, PathId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Evaluator};
use rustc_hash::FxHashMap;

use crate::words::has_word;
use crate::{Draft, FileView};

/// The views of a project, what they are made of, and the endpoints that lead to them.
#[derive(Clone)]
pub struct EndpointsView<'a> {
    /// The project.
    pub project: &'a Project,
    /// The evaluator of values.
    pub evaluator: &'a Evaluator<'a>,
    /// Models, forms, serializers, the admin.
    pub registries: &'a Registries,
    /// Views, routed or not.
    pub views: &'a Views,
    /// What visitors reach; `None` for a tree without settings, such as a reusable application.
    pub surface: Option<&'a Surface>,
    /// The settings that visitors are served with.
    pub settings: Option<&'a Settings<'a>>,
    /// A middleware of the project's own that asks who is there, by name: what it keeps away from a view
    /// is not followed.
    pub asking_middleware: Option<String>,
    /// Endpoints by the place of their view.
    by_place: FxHashMap<(FileId, Span), Vec<usize>>,
    /// Follows code to what it changes: made ready when a rule first asks.
    effects: Arc<OnceLock<Mutex<Effects<'a>>>>,
}

/// Words in names of views that everyone may reach, as they are meant.
const PUBLIC: &[&str] = &[
    "about",
    "account",
    "activate",
    "activation",
    "anonymous",
    "api",
    "auth",
    "authenticate",
    "basket",
    "callback",
    "captcha",
    "cart",
    "checkout",
    "confirm",
    "confirmation",
    "consent",
    "contact",
    "cookie",
    "csp",
    "demo",
    "donate",
    "email",
    "error",
    "favicon",
    "feedback",
    "feed",
    "guest",
    "handler",
    "health",
    "healthcheck",
    "heartbeat",
    "home",
    "hook",
    "index",
    "invitation",
    "invite",
    "landing",
    "language",
    "legal",
    "login",
    "logout",
    "main",
    "manifest",
    "newsletter",
    "oauth",
    "oembed",
    "open",
    "page",
    "password",
    "ping",
    "preview",
    "privacy",
    "public",
    "ready",
    "register",
    "registration",
    "report",
    "reset",
    "robots",
    "root",
    "saml",
    "schema",
    "search",
    "setlang",
    "signin",
    "signout",
    "signup",
    "sitemap",
    "sso",
    "static",
    "status",
    "subscribe",
    "support",
    "terms",
    "tos",
    "token",
    "track",
    "tracking",
    "unsubscribe",
    "up",
    "verify",
    "version",
    "webhook",
    "webhooks",
    "welcome",
];

impl<'a> EndpointsView<'a> {
    /// Puts together what rules ask for.
    pub fn new(
        project: &'a Project,
        evaluator: &'a Evaluator<'a>,
        registries: &'a Registries,
        views: &'a Views,
        surface: Option<&'a Surface>,
        settings: Option<&'a Settings<'a>>,
    ) -> Self {
        let mut by_place: FxHashMap<(FileId, Span), Vec<usize>> = FxHashMap::default();
        for (at, endpoint) in surface.iter().flat_map(|s| &s.endpoints).enumerate() {
            by_place.entry((endpoint.file, endpoint.span)).or_default().push(at);
        }
        let asking_middleware = settings.and_then(|settings| asking(project, views, settings));
        Self {
            project,
            evaluator,
            registries,
            views,
            surface,
            settings,
            asking_middleware,
            by_place,
            effects: Arc::default(),
        }
    }

    /// The value graph of a file.
    pub fn ir(&self, file: FileId) -> &'a FileIr {
        self.project.ir(file)
    }

    /// The same of one file, for questions that rules about files ask.
    pub fn of(&self, file: FileId) -> FileView<'a> {
        FileView { project: self.project, evaluator: self.evaluator, file }
    }

    /// The endpoints of a view.
    pub fn endpoints(&self, view: &View) -> impl Iterator<Item = &'a Endpoint> {
        let key = (view.place.file, view.place.span);
        let found = self.by_place.get(&key).cloned().unwrap_or_default();
        let all = self.surface.map(|surface| &surface.endpoints[..]).unwrap_or_default();
        found.into_iter().map(move |at| &all[at])
    }

    /// The names of the models whose rows a handler may change, `?` for one that is not known: the nearest
    /// first.
    pub fn changed_by(&self, handler: Handler) -> Vec<String> {
        let ready = || Mutex::new(Effects::new(self.project, self.registries));
        let effects = self.effects.get_or_init(ready);
        let mut effects = effects.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<_> = effects.changed_by(handler).into_iter().collect();
        found.sort_by_key(|(_, distance)| *distance);
        found.into_iter().map(|(model, _)| model).collect()
    }

    /// Who may reach a view, the most open of its endpoints; `None` where none is known.
    pub fn reach(&self, view: &View) -> Option<Reach> {
        let accesses = self.endpoints(view).flat_map(|endpoint| &endpoint.access);
        accesses.map(|access| access.reach).min()
    }

    /// The same draft, less sure where a middleware of the project's own may guard its view after all.
    pub fn unless_middleware(&self, draft: Draft) -> Draft {
        match &self.asking_middleware {
            Some(name) => {
                draft.at_most(Confidence::Low, &format!("if `{name}` lets everyone pass here"))
            }
            None => draft,
        }
    }

    /// Whether a class gives nothing but rows of who asks: whoever is not logged in has none.
    pub fn gives_own_rows(&self, view: &View) -> bool {
        let Some(class) = view.class() else { return false };
        let limits = |own| limit_of(self.project, own).is_some();
        match self.method(class, "get_object") {
            Some(own) => limits(own),
            None => querysets(self.project, class).into_iter().any(limits),
        }
    }

    /// A draft about the name of a view.
    pub fn draft(&self, view: &View) -> Draft {
        Draft::at(view.place.file, view.place.span)
    }

    /// Whether a name is that of something that everyone may reach, as it is meant.
    pub fn is_public_name(&self, name: &str) -> bool {
        has_word(name, PUBLIC)
    }

    /// The method of a class, its own or inherited in the project, that is called so.
    pub fn method(&self, class: ClassKey, name: &str) -> Option<(FileId, FunctionId)> {
        let of = ClassRef::Project(class.0, class.1);
        let member = self.project.lookup_member(of, name)?;
        self.project.definition(member.class.0, member.value).as_function()
    }

    /// The method that the body of the class itself defines.
    pub fn own_method(&self, class: ClassKey, name: &str) -> Option<(FileId, FunctionId)> {
        let of = ClassRef::Project(class.0, class.1);
        let member = self.project.own_member(of, name)?;
        let found = self.project.definition(member.class.0, member.value).as_function()?;
        (found.0 == class.0).then_some(found)
    }

    /// Dotted names of the classes outside the project that a class inherits from.
    pub fn outside(&self, class: ClassKey) -> impl Iterator<Item = &'a str> + use<'a> {
        let project = self.project;
        let of = ClassRef::Project(class.0, class.1);
        project.mro(of).classes.iter().filter_map(move |base| match base {
            ClassRef::External(symbol) => Some(project.symbol(*symbol)),
            ClassRef::Project(..) => None,
        })
    }

    /// Whether a class inherits from one outside the project that is called so.
    pub fn inherits(&self, class: ClassKey, names: &[&str]) -> bool {
        self.outside(class).any(|base| names.contains(&last(base)))
    }

    /// Whether a function asks anything of who asks.
    pub fn mentions_visitor(&self, file: FileId, function: FunctionId) -> bool {
        let ir = self.ir(file);
        let span = ir.function(function).span;
        ir.values.iter().enumerate().any(|(at, value)| {
            matches!(value, Value::Attr { .. })
                && span.contains(ir.spans[at])
                && values::mentions_visitor(ir, ValueId::from_index(at))
        })
    }

    /// Whether a function asks for the user of the request.
    pub fn mentions_user(&self, file: FileId, function: FunctionId) -> bool {
        let ir = self.ir(file);
        let span = ir.function(function).span;
        ir.values.iter().zip(&ir.spans).any(|(value, at)| {
            matches!(*value, Value::Attr { of, name }
                if matches!(ir.str(name), "user" | "auser") && values::is_request(ir, of))
                && span.contains(*at)
        })
    }

    /// Whether a function goes by something that only those know who were given it: a token, a
    /// signature.
    pub fn goes_by_secret(&self, file: FileId, function: FunctionId) -> bool {
        let ir = self.ir(file);
        let span = ir.function(function).span;
        ir.values.iter().zip(&ir.spans).any(|(value, at)| {
            let Value::Call { args, .. } = *value else { return false };
            span.contains(*at)
                && ir.args[args].iter().any(|arg| match arg.kind {
                    ArgKind::Keyword(name) => {
                        has_word(ir.str(name), &["token", "secret", "signature", "hash", "hmac"])
                    }
                    _ => false,
                })
        })
    }

    /// The functions of a view that belong to it alone: the function, or the methods that its own body
    /// defines.
    pub fn own_bodies(&self, view: &View) -> Vec<(FileId, FunctionId)> {
        match view.code {
            ViewCode::Function(file, function) => vec![(file, function)],
            ViewCode::Class((file, class)) => {
                let mine = |(at, function): &(FileId, FunctionId)| {
                    *at == file && self.ir(file).function(*function).class == Some(class)
                };
                view.bodies.iter().copied().filter(mine).collect()
            }
        }
    }
}

/// The middleware of the project's own that asks who is there.
fn asking(project: &Project, views: &Views, settings: &Settings<'_>) -> Option<String> {
    let list = settings.get("MIDDLEWARE")?;
    let ways = alternatives(&list.value);
    let lists = ways.iter().filter_map(|(_, way)| match &way.value {
        Abstract::Seq(seq) => Some(&seq.items),
        _ => None,
    });
    lists.flatten().find_map(|item| {
        let dotted = item.value.as_str()?;
        let bodies = match project.find(dotted) {
            Entity::Class(file, class) => bartizan_django::views::bodies(project, (file, class)),
            Entity::Function(file, function) => vec![(file, function)],
            _ => return None,
        };
        let asks = |(file, function)| views.asking.asks(project, file, function).is_some();
        bodies.into_iter().any(asks).then(|| last(dotted).to_owned())
    })
}

/// Whether a path runs only where the project debugs: one of its tests looks at `DEBUG`.
pub fn is_debugging(ir: &FileIr, path: PathId) -> bool {
    let mut at = Some(path);
    while let Some(path) = at {
        let link = ir.path(path);
        if let Path::Given { test, .. } = link
            && values::any(ir, test, |_, value| match value {
                Value::Attr { name, .. }
                | Value::Global { name, .. }
                | Value::Import { name: Some(name), .. } => {
                    ir.str(name).to_uppercase().contains("DEBUG")
                        || ir.str(name).to_uppercase().contains("DEV")
                        || ir.str(name).to_uppercase().contains("TEST")
                        || ir.str(name).to_uppercase().contains("LOCAL")
                        || ir.str(name).to_uppercase().contains("SERVE")
                }
                _ => false,
            })
        {
            return true;
        }
        at = link.parent();
    }
    false
}

/// The last part of a dotted name.
pub fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}
