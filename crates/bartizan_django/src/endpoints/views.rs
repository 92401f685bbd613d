//! What answers at a route: functions and classes, what they are wrapped in, and what they do.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use bartizan_base::Span;
use bartizan_ir::{ClassId, FunctionId, Value};
use bartizan_model::{Models, Route, RouteTarget};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{Abstract, Apply, Evaluated, Map, Questions, Symbol};

use super::gates::ValueOf;
use super::guards::{self, Csrf, Guard, Methods, Reach, Throttle};
use super::known;
use super::memory::{Answers, Facts};
use super::objects::Answering;
use super::throttles::{counts, listed};
use super::viewsets::Allowed;
use crate::effects::Handler;
use crate::settings::{Settings, alternatives, checks};

/// What is known of a view.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) view: String,
    pub(super) place: Option<(FileId, Span)>,
    pub(super) methods: Vec<&'static str>,
    pub(super) guards: Vec<Guard>,
    /// What the view says itself; `None` where the middleware decides.
    pub(super) csrf: Option<Csrf>,
    pub(super) throttle: Throttle,
    pub(super) writes: Vec<String>,
    /// The code that answers with more than a page.
    pub(super) handlers: Vec<Handler>,
    /// What answers each method of a class.
    pub(super) runs: Vec<Answering>,
    /// Whether no middleware asks for a login here.
    pub(super) is_open: bool,
}

/// Methods that a class-based view may answer to, in the order in which they are told.
pub(super) const METHODS: &[(&str, &str)] =
    &[("GET", "get"), ("POST", "post"), ("PUT", "put"), ("PATCH", "patch"), ("DELETE", "delete")];

/// Methods of generic views that run before a page answers, and where something is sent.
pub(super) const HOOKS: [&str; 6] =
    ["setup", "dispatch", "form_valid", "perform_create", "perform_update", "perform_destroy"];

/// Asks views.
pub(super) struct Views<'a> {
    pub(super) project: &'a Project,
    pub(super) settings: &'a Settings<'a>,
    /// `REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"]`
    pub(super) defaults: Option<Evaluated>,
    /// `REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"]`
    pub(super) throttles: Option<Evaluated>,
    /// `SPECTACULAR_SETTINGS["SERVE_PERMISSIONS"]`
    pub(super) serving: Option<Evaluated>,
    /// Whether the session logs API requests in.
    pub(super) has_session: bool,
    /// By file: where code asks who is there.
    pub(super) asking: RefCell<HashMap<FileId, Rc<[Span]>>>,
    pub(super) facts: Facts,
    pub(super) answers: Answers,
    /// Says what an expression of the project's code is worth.
    pub(super) values: Box<ValueOf<'a>>,
}

impl<'a> Views<'a> {
    pub(super) fn new(
        project: &'a Project,
        settings: &'a Settings<'a>,
        questions: Questions<'a>,
    ) -> Self {
        let questions = RefCell::new(questions);
        let framework = settings.get("REST_FRAMEWORK").map(|setting| setting.value);
        // Where one way of it is not known, the others say what stands in the code.
        let of = |key| {
            let ways = framework.as_ref().map(alternatives).unwrap_or_default();
            ways.iter().find_map(|(_, way)| checks::item(way, key))
        };
        let authentication = of("DEFAULT_AUTHENTICATION_CLASSES");
        let has_session = authentication.is_none_or(|classes| match &classes.value {
            Abstract::Seq(seq) => seq
                .items
                .iter()
                .any(|item| item.value.as_str().is_some_and(|name| name.contains("Session"))),
            _ => true,
        });
        let defaults = of("DEFAULT_PERMISSION_CLASSES");
        let spectacular = settings.get("SPECTACULAR_SETTINGS").map(|setting| setting.value);
        let serving = spectacular.and_then(|value| checks::item(&value, "SERVE_PERMISSIONS"));
        Self {
            project,
            settings,
            defaults,
            throttles: of("DEFAULT_THROTTLE_CLASSES"),
            serving,
            has_session,
            asking: RefCell::default(),
            facts: Facts::default(),
            answers: Answers::default(),
            values: Box::new(move |file, value| questions.borrow_mut().evaluate(file, value)),
        }
    }

    /// The view behind its wrappers.
    pub(super) fn answer(&self, view: &Evaluated, questions: &mut Questions<'_>) -> Answer {
        let mut guards = Vec::new();
        let mut csrf = None;
        let mut methods = Vec::new();
        let mut is_open = false;
        let mut throttle = None;
        let mut at = view.clone();
        for _ in 0..16 {
            let Abstract::Apply(apply) = &at.value else { break };
            if let Symbol::Function(file, function, _) = &apply.symbol
                && let [(None, of)] = apply.args.as_slice()
            {
                guards.extend(self.decorator_guards(*file, *function));
                at = of.clone();
                continue;
            }
            let Symbol::External(symbol) = &apply.symbol else { break };
            if is_class_view(symbol) {
                break;
            }
            // A view of the admin's site, whatever of it is asked first.
            if symbol.ends_with(".admin_view")
                && let Some((_, of)) = apply.args.get(1)
            {
                let place = Some((at.site.file, self.project.ir(at.site.file).span(at.site.node)));
                guards.push(Guard {
                    name: "AdminSite.admin_view".to_owned(),
                    reach: Reach::Staff,
                    on: Methods::ALL,
                    within: None,
                    place,
                });
                csrf = csrf.or(Some(Csrf::Checked));
                at = of.clone();
                continue;
            }
            // A wrapper that goes under the name of what it wraps: who is asked stands in the wrapper.
            if &**symbol == "functools.update_wrapper"
                && let [(_, wrapper), (_, of)] = apply.args.as_slice()
                && let Abstract::Ref(Symbol::Function(file, function, _)) = &wrapper.value
            {
                guards.push(self.wrapper_guard(*file, *function));
                at = of.clone();
                continue;
            }
            // `decorator(view)`, or `decorator(…)(view)`.
            let (name, of) = match symbol.strip_suffix(".__call__") {
                Some(name) => (name, apply.args.get(1)),
                None => (&**symbol, apply.args.first()),
            };
            let Some((_, of)) = of else { break };
            let last = name.rsplit('.').next().unwrap_or(name);
            match last {
                "csrf_exempt" => csrf = Some(Csrf::Exempt),
                "csrf_protect" => csrf = Some(Csrf::Checked),
                "login_not_required" => is_open = true,
                "require_POST" => methods = vec!["POST"],
                "require_GET" | "require_safe" => methods = vec!["GET"],
                "require_http_methods" | "api_view" => {
                    let made = apply.args.first().and_then(|(_, made)| match &made.value {
                        Abstract::Apply(made) => made.args.first().map(|(_, list)| list.clone()),
                        _ => None,
                    });
                    methods = made.map(|list| method_list(&list)).unwrap_or_else(|| vec!["GET"]);
                    if last == "api_view" {
                        throttle = throttle.or(Some(self.default_throttle(false)));
                        csrf = Some(self.api_csrf());
                        if !guards.iter().any(|guard: &Guard| guard.name == "permission_classes") {
                            guards.extend(self.default_guards());
                        }
                    }
                }
                "permission_classes" => {
                    let made = apply.args.first().and_then(|(_, made)| match &made.value {
                        Abstract::Apply(made) => made.args.first().map(|(_, list)| list.clone()),
                        _ => None,
                    });
                    if let Some(list) = made {
                        guards = self.permissions(&list);
                    }
                }
                "throttle_classes" => {
                    let made = apply.args.first().and_then(|(_, made)| match &made.value {
                        Abstract::Apply(made) => made.args.first().map(|(_, list)| list.clone()),
                        _ => None,
                    });
                    throttle = Some(made.map_or(Throttle::Unknown, |list| listed(&list, true)));
                }
                _ if counts(name) => throttle = Some(Throttle::Limited),
                "user_passes_test"
                    if let Some((_, made)) = apply.args.first()
                        && let Some(guard) = self.passes_test(made) =>
                {
                    guards.extend(guard);
                }
                _ => {
                    let place =
                        Some((at.site.file, self.project.ir(at.site.file).span(at.site.node)));
                    guards.extend(guards::by_name(self.project.models(), name, place));
                }
            }
            at = of.clone();
        }
        let mut answer = match &at.value {
            Abstract::Ref(Symbol::Function(file, function, _)) => self.function(*file, *function),
            Abstract::Apply(apply) => match &apply.symbol {
                Symbol::External(symbol) => match is_class_view(symbol).then(|| class_in(&at, 0)) {
                    Some(Some(key)) => {
                        let given = given_permissions(apply);
                        match mapping_of(apply) {
                            Some(mapping) => self.mapped_by_hand(key, mapping, given, questions),
                            None => self.class(key, given, questions),
                        }
                    }
                    _ => {
                        let mut answer = self.outside(symbol, None);
                        if let Some(list) = given_permissions(apply) {
                            answer.guards = self.permissions(list);
                        }
                        answer
                    }
                },
                Symbol::Class(file, class, _) => self.object_called(*file, *class),
                _ => self.outside("an object of the project", None),
            },
            Abstract::Ref(Symbol::External(symbol)) => self.outside(symbol, None),
            _ => self.outside("not known", None),
        };
        if answer.runs.is_empty() {
            super::objects::never_asked(&mut guards);
        }
        // What stands around runs first.
        guards.append(&mut answer.guards);
        answer.guards = guards;
        answer.csrf = csrf.or(answer.csrf);
        answer.is_open |= is_open;
        answer.throttle = throttle.unwrap_or(answer.throttle);
        if !methods.is_empty() {
            answer.methods = methods;
        }
        answer
    }

    /// What a function around a view asks: the admin's site, where it hands the view to `admin_view`, as
    /// Django's own `get_urls` does; else nobody knows.
    fn wrapper_guard(&self, file: FileId, function: FunctionId) -> Guard {
        let ir = self.project.ir(file);
        let record = ir.function(function);
        let asks = ir.effects[record.effects].iter().any(|effect| {
            matches!(effect.kind, bartizan_ir::EffectKind::Call(call)
                if matches!(ir.value(call), Value::Call { callee, .. }
                    if matches!(ir.value(ir.bare(callee)), Value::Attr { name, .. }
                        if ir.str(name) == "admin_view")))
        });
        let (name, reach) = match asks {
            true => ("AdminSite.admin_view", Reach::Staff),
            false => (ir.str(record.name), Reach::Unknown),
        };
        let place = Some((file, record.name_span));
        Guard { name: name.to_owned(), reach, on: Methods::ALL, within: None, place }
    }

    pub(super) fn outside(&self, symbol: &str, place: Option<(FileId, Span)>) -> Answer {
        let view = symbol.trim_end_matches(".__call__").trim_end_matches(".as_view").to_owned();
        let last = view.rsplit('.').next().unwrap_or(&view);
        let known = known::VIEWS.iter().find(|known| known.name == last);
        let models = self.project.models();
        let row = row_of(models, &view);
        let mut methods = known_methods(models, &view);
        if methods.is_empty()
            && let Some(row) = row
        {
            let all = METHODS.iter().map(|(method, _)| *method);
            methods = all.filter(|method| row.methods.iter().any(|it| it == method)).collect();
        }
        let is_plain_api = symbol.ends_with(".as_view") && self.is_plain_api(&view);
        let is_api = is_plain_api
            || view.starts_with("rest_framework")
            || view.starts_with("drf_spectacular.");
        let mut guards = Vec::new();
        let is_described = known.is_some() || models.class(&view).is_some() || row.is_some();
        if !is_described && !view.starts_with("django.") {
            // Its code is not in the tree.
            let name = "not in the tree".to_owned();
            guards.push(Guard {
                name,
                reach: Reach::Unknown,
                on: Methods::ALL,
                within: None,
                place: None,
            });
        }
        if view.starts_with("drf_spectacular.")
            && let Some(list) = &self.serving
        {
            guards.extend(self.permissions(list));
        }
        for guard in models.guards(&view) {
            if let Some(reach) = guards::of_kind(*guard) {
                let name = guard.name().to_owned();
                guards.push(Guard { name, reach, on: Methods::ALL, within: None, place: None });
            }
        }
        if guards.is_empty() && is_plain_api {
            guards.extend(self.default_guards());
        }
        if guards.is_empty() && last.starts_with("PasswordChange") {
            let name = "login_required".to_owned();
            guards.push(Guard {
                name,
                reach: Reach::Login,
                on: Methods::ALL,
                within: None,
                place: None,
            });
        }
        Answer {
            methods,
            guards,
            csrf: match is_plain_api {
                true => Some(self.api_csrf()),
                false => is_api.then_some(Csrf::Exempt),
            },
            throttle: match view.starts_with("django.") {
                true => Throttle::Open,
                false => Throttle::Unknown,
            },
            writes: row.map(|row| row.changes.clone()).unwrap_or_default(),
            handlers: Vec::new(),
            runs: Vec::new(),
            is_open: last == "LoginView",
            view,
            place,
        }
    }

    pub(super) fn function(&self, file: FileId, function: FunctionId) -> Answer {
        let ir = self.project.ir(file);
        let record = ir.function(function);
        let module = self.project.module_name(file);
        let view = format!("{module}.{}", ir.str(record.qualname));
        let mut guards = Vec::new();
        if let Some(parent) = record.parent
            && !matches!(ir.function(parent).kind, bartizan_ir::FunctionKind::Module)
        {
            // What a function of the project gave: the view that it wraps is not known.
            let calls_view = ir.effects[record.effects].iter().any(|effect| {
                matches!(effect.kind, bartizan_ir::EffectKind::Call(call)
                    if matches!(ir.value(call), Value::Call { callee, .. }
                        if matches!(ir.value(ir.bare(callee)), Value::Capture { .. })))
            });
            if calls_view {
                guards.push(Guard {
                    name: ir.str(ir.function(parent).name).to_owned(),
                    reach: Reach::Unknown,
                    on: Methods::ALL,
                    within: None,
                    place: Some((file, ir.function(parent).name_span)),
                });
            }
        }
        guards.extend(self.inner_guards(file, function));
        Answer {
            view,
            place: Some((file, record.name_span)),
            methods: Vec::new(),
            guards,
            csrf: None,
            throttle: self.function_throttle(file, function),
            writes: Vec::new(),
            handlers: vec![Handler { file, function, class: None }],
            runs: Vec::new(),
            is_open: false,
        }
    }

    /// The class of the project that a value is, whatever decorates it.
    pub(super) fn class_behind(&self, value: &Evaluated) -> Option<(FileId, ClassId)> {
        class_in(value, 0).or_else(|| decorated_class(self.project, value))
    }

    /// A function under decorators of which not all are known: what is asked of each by its name.
    pub(super) fn under_decorators(
        &self,
        value: &Evaluated,
        questions: &mut Questions<'_>,
    ) -> Option<Answer> {
        let site = value.site;
        let ir = self.project.ir(site.file);
        let Value::Function(function) = ir.value(innermost(ir, site.node)) else { return None };
        let decorators = decorations(self.project, site.file, ir.bare(site.node));
        let mut view = Abstract::Ref(Symbol::function(site.file, function));
        let mut around = Vec::new();
        for by in decorators.iter().rev() {
            if let Entity::Value(..) = self.project.definition(site.file, *by)
                && let Some(guard) = self.made_guards(site.file, *by)
            {
                around.extend(guard);
                continue;
            }
            let inner = (None, Evaluated { value: view, site });
            let made = questions.evaluate(site.file, *by);
            view = match &made.value {
                Abstract::Ref(symbol @ (Symbol::External(_) | Symbol::Function(..))) => {
                    Abstract::made_by(symbol.clone(), vec![inner])
                }
                Abstract::Apply(apply) if matches!(&apply.symbol, Symbol::External(_)) => {
                    let Symbol::External(name) = &apply.symbol else { return None };
                    let symbol = Symbol::External(format!("{name}.__call__").into());
                    Abstract::made_by(symbol, vec![(None, made.clone()), inner])
                }
                _ => match self.made_guards(site.file, *by) {
                    Some(guard) => {
                        around.extend(guard);
                        inner.1.value
                    }
                    None => {
                        let name = super::words::name_of(ir, *by).unwrap_or("a decorator");
                        Abstract::made_by(Symbol::External(name.into()), vec![inner])
                    }
                },
            };
        }
        let mut answer = self.answer(&Evaluated { value: view, site }, questions);
        answer.guards.splice(0..0, around);
        Some(answer)
    }

    /// A class-based view of the project. `given` are the permissions that its `as_view` is called with.
    pub(super) fn class(
        &self,
        key: (FileId, ClassId),
        given: Option<&Evaluated>,
        questions: &mut Questions<'_>,
    ) -> Answer {
        let of = ClassRef::Project(key.0, key.1);
        let mut answer = self.unmapped(key, false, given, questions);
        let models = self.project.models();
        let allowed = Allowed::of(key, questions);
        for (method, handler) in METHODS {
            let is_own = self.project.lookup_member(of, handler).is_some();
            if allowed.permits(method)
                && (is_own
                    || self.bases(of).any(|base| known_methods(models, base).contains(method)))
            {
                answer.methods.push(*method);
            }
        }
        let mapping: Vec<_> = answer.methods.iter().map(|method| (*method, "")).collect();
        let own = given.map(|list| self.permissions(list));
        self.settle(of, &mapping, None, own, questions, &mut answer.guards);
        if self.is_api(of) {
            self.settle_actions(of, (&mapping, None), given, questions, &mut answer.guards);
        }
        // A view that answers to GET alone can change rows by that alone.
        let by_get = answer.methods == ["GET"];
        let own = METHODS.iter().filter(|(method, _)| by_get || *method != "GET");
        answer.handlers = self.handlers(key, own.map(|(_, handler)| *handler).chain(HOOKS));
        let edits = self
            .bases(of)
            .any(|base| known::VIEWS.iter().any(|known| known.writes && last(base) == known.name));
        if edits {
            answer.writes.push(self.model(key.0, key.1, questions));
        }
        let answering = METHODS.iter().filter(|(method, _)| answer.methods.contains(method));
        let answering: Vec<_> = answering.copied().collect();
        answer.runs = self.runs(key, &answering, given, questions);
        answer
    }

    /// A class-based view by its dotted name.
    pub(super) fn named_class(&self, dotted: &str, questions: &mut Questions<'_>) -> Answer {
        match self.project.find(dotted) {
            bartizan_project::Entity::Class(file, class) => {
                self.class((file, class), None, questions)
            }
            _ => {
                let mut found = self.outside(dotted, None);
                if dotted.starts_with("rest_framework.") {
                    found.guards = self.default_guards();
                }
                found
            }
        }
    }

    /// An object that is a view because its class can be called: a feed, which asks nobody who they are
    /// (Django: The syndication feed framework), or one of the project with a `__call__` of its own.
    fn object_called(&self, file: FileId, class: ClassId) -> Answer {
        let of = ClassRef::Project(file, class);
        if let Some(member) = self.project.lookup_member(of, "__call__") {
            let there = member.class.0;
            if let Some(function) = super::words::function_in(self.project.ir(there), member.value)
            {
                let run = super::gates::Run { file: there, function, class: Some(of) };
                let mut answer = self.function(there, function);
                answer.guards = self.gates().guards(run, "__call__");
                return answer;
            }
        }
        let is_feed = |base: &str| base.starts_with("django.contrib.syndication.");
        if !self.bases(of).any(is_feed) {
            return self.outside("an object of the project", None);
        }
        let ir = self.project.ir(file);
        let record = ir.class(class);
        let view = format!("{}.{}", self.project.module_name(file), ir.str(record.qualname));
        Answer {
            view,
            place: Some((file, record.name_span)),
            methods: vec!["GET"],
            guards: self.doubt_of_base(of).into_iter().collect(),
            throttle: Throttle::Open,
            ..self.outside("django.contrib.syndication.views.Feed", None)
        }
    }

    /// Dotted names of the classes outside the project that a class inherits from, in order.
    pub(super) fn bases(&self, class: ClassRef) -> impl Iterator<Item = &'a str> + use<'a> {
        let project = self.project;
        project.mro(class).classes.iter().filter_map(move |base| match base {
            ClassRef::External(symbol) => Some(project.symbol(*symbol)),
            ClassRef::Project(..) => None,
        })
    }

    pub(super) fn is_api(&self, class: ClassRef) -> bool {
        self.project.is_subclass(class, "rest_framework.views.APIView") == Inherits::Yes
            || self
                .bases(class)
                .any(|base| base.starts_with("rest_framework.") || known::is_of_api(last(base)))
    }
}

pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// The class of the project that stands under decorators of which nobody knows what they give:
/// `@reversion.register()`.
pub(crate) fn decorated_class(project: &Project, value: &Evaluated) -> Option<(FileId, ClassId)> {
    let ir = project.ir(value.site.file);
    match ir.value(innermost(ir, value.site.node)) {
        Value::Class(class) => Some((value.site.file, class)),
        _ => None,
    }
}

/// The class of the project whose `as_view` is called, whatever decorates it.
fn class_in(value: &Evaluated, depth: usize) -> Option<(FileId, ClassId)> {
    match &value.value {
        Abstract::Ref(Symbol::Class(file, class, _)) => Some((*file, *class)),
        Abstract::Apply(apply) if depth < 8 => {
            apply.args.iter().find_map(|(name, arg)| match name {
                None => class_in(arg, depth + 1),
                Some(_) => None,
            })
        }
        _ => None,
    }
}

/// `SpectacularAPIView.as_view(permission_classes=[…])`
fn given_permissions(apply: &Apply) -> Option<&Evaluated> {
    let mut given = apply.args.iter();
    let (_, list) = given.find(|(name, _)| name.as_deref() == Some("permission_classes"))?;
    Some(list)
}

/// The dict that `as_view` of a view set is given.
fn mapping_of(apply: &Apply) -> Option<&Map> {
    // The class comes first.
    let mut given = apply.args.iter().skip(1);
    given.find_map(|(name, arg)| match (name.as_deref(), &arg.value) {
        (None | Some("actions"), Abstract::Map(map)) => Some(&**map),
        _ => None,
    })
}

/// What stands under the decorators of a value.
fn innermost(ir: &bartizan_ir::FileIr, value: bartizan_ir::ValueId) -> bartizan_ir::ValueId {
    let mut at = ir.bare(value);
    for _ in 0..32 {
        let Value::Decorated { of, .. } = ir.value(at) else { break };
        at = ir.bare(of);
    }
    at
}

/// The methods that a view outside the project answers to, in the order in which they are told.
/// The row in which the URLconf of a package names a view of it, by its class or by what that gives,
/// `allauth.account.views.login` of `LoginView`; where it asks nobody who they are, the view does not.
/// What guards a row may be the URLconf's, and not the view's.
fn row_of<'m>(models: &'m Models, view: &str) -> Option<&'m Route> {
    let (module, name) = view.rsplit_once('.')?;
    let urlconf = models.urlconf(&format!("{}.urls", module.strip_suffix(".views")?))?;
    let parts = name.split('_').filter_map(|part| Some((part.chars().next()?, part.get(1..)?)));
    let pascal: String =
        parts.map(|(first, rest)| format!("{}{rest}", first.to_uppercase())).collect();
    let class = format!("{module}.{pascal}View");
    let is_it = |row: &&Route| match &row.target {
        RouteTarget::View(known) => known == view || *known == class,
        RouteTarget::Include(_) => false,
    };
    urlconf.routes.iter().find(is_it).filter(|row| row.guards.is_empty() && !row.csrf_exempt)
}

fn known_methods(models: &Models, base: &str) -> Vec<&'static str> {
    let said = models.answers(base);
    let told = METHODS.iter().map(|(method, _)| *method);
    let said: Vec<_> = told.filter(|method| said.iter().any(|known| known == method)).collect();
    if !said.is_empty() {
        return said;
    }
    let known = known::VIEWS.iter().find(|known| known.name == last(base));
    known.map(|known| known.methods.to_vec()).unwrap_or_default()
}

fn is_class_view(symbol: &str) -> bool {
    symbol.ends_with(".as_view") || symbol.ends_with("as_view.__call__")
}

pub(super) fn symbol_of(value: &Evaluated) -> Option<String> {
    match &value.value {
        Abstract::Ref(Symbol::External(name)) => Some(name.to_string()),
        Abstract::Apply(apply) => match &apply.symbol {
            Symbol::External(name) => Some(name.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// The decorators of what a class body binds, the outermost first.
pub(super) fn decorations(
    project: &Project,
    file: FileId,
    mut value: bartizan_ir::ValueId,
) -> Vec<bartizan_ir::ValueId> {
    let ir = project.ir(file);
    let mut found = Vec::new();
    while let Value::Decorated { by, of } = ir.value(value) {
        found.push(by);
        value = of;
        if found.len() > 32 {
            break;
        }
    }
    found
}

/// The methods that a list of texts names.
pub(super) fn method_list(list: &Evaluated) -> Vec<&'static str> {
    let Abstract::Seq(seq) = &list.value else { return Vec::new() };
    let named = |method: &str| {
        seq.items
            .iter()
            .any(|item| item.value.as_str().is_some_and(|name| name.eq_ignore_ascii_case(method)))
    };
    METHODS.iter().map(|(method, _)| *method).filter(|method| named(method)).collect()
}
