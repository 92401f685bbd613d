//! Routes of websockets: what Channels leads to from `ASGI_APPLICATION`, and whom consumers accept.

use bartizan_ir::{EffectKind, FileIr, Value, ValueId};
use bartizan_project::{ClassRef, FileId};
use bartizan_value::{Abstract, Apply, Evaluated, Site, Symbol};

use super::gates::{Ask, DEEPEST, Gates, Outcome, Run};
use super::guards::{Csrf, Guard, Methods, Reach, Throttle};
use super::routes::{Place, Walk, joined, route_text};
use super::views::{Answer, last};
use super::words::{function_in, is_self, name_of, plain};
use crate::effects::Handler;
use crate::settings::Truth;

/// What a websocket is asked for by.
pub(super) const METHOD: &str = "WEBSOCKET";

/// The name of a list of routes of websockets, as the documentation of Channels has it.
const LIST: &str = "websocket_urlpatterns";

/// Routers and what stands around them inside each other beyond which none is followed.
const DEEPEST_ROUTER: u8 = 16;

/// Methods of a consumer that run by what a visitor sends.
const BY_VISITORS: &[&str] = &["connect", "receive", "receive_json", "disconnect"];

/// What holds for every consumer below.
#[derive(Clone, Copy)]
struct Around {
    /// Whether somebody asks which site a websocket comes from, where that is known.
    has_origin_check: Option<bool>,
}

impl Walk<'_, '_> {
    /// The websockets of a site.
    pub(super) fn websockets(&mut self) {
        let before = (self.surface.endpoints.len(), self.surface.unresolved.len());
        if let Some(application) = self.asgi_application() {
            self.protocols(&application, Around { has_origin_check: Some(false) }, 0);
        }
        if before != (self.surface.endpoints.len(), self.surface.unresolved.len()) {
            return;
        }
        // Whoever leads there is not in sight; the lists go under a name that everyone gives them.
        let around = Around { has_origin_check: None };
        let files: Vec<FileId> = self
            .project
            .files()
            .filter(|file| self.project.ir(*file).strings.find(LIST).is_some())
            .collect();
        for file in files {
            let ir = self.project.ir(file);
            let name = ir.strings.find(LIST);
            let binding = name.and_then(|name| ir.binding(FileIr::module(), name));
            let is_own = binding.is_some_and(|binding| {
                !matches!(ir.value(ir.bare(binding.value)), Value::Import { .. })
            });
            if let Some(routes) = self.questions.binding(file, LIST).filter(|_| is_own) {
                self.websocket_routes(&routes, &Place::default(), around, 0);
            }
        }
    }

    fn asgi_application(&mut self) -> Option<Evaluated> {
        let setting = self.settings.get("ASGI_APPLICATION")?;
        let (module, name) = setting.value.value.as_str()?.rsplit_once('.')?;
        let file = self.project.module_named(module).and_then(|m| self.project.module_file(m))?;
        self.questions.binding(file, name)
    }

    /// `ProtocolTypeRouter({"http": …, "websocket": …})`, whatever stands around it.
    fn protocols(&mut self, application: &Evaluated, around: Around, depth: u8) {
        let Abstract::Apply(made) = &application.value else { return };
        let is_router = matches!(&made.symbol, Symbol::External(name)
            if last(name) == "ProtocolTypeRouter");
        if !is_router {
            // Middleware around everything: an application that takes no other is Django's own.
            if depth < DEEPEST_ROUTER
                && let Some(inner) = application_in(made)
            {
                let around = with(made, around);
                self.protocols(&inner.clone(), around, depth + 1);
            }
            return;
        }
        let Some((_, map)) = made.args.first() else { return };
        let Abstract::Map(map) = &map.value else {
            let why = "websockets: which protocols there are is not known".to_owned();
            return self.unresolved(&Place::default(), why, application.site);
        };
        let websocket = map.entries.iter().find(|(key, _)| key.value.as_str() == Some("websocket"));
        if let Some((_, inner)) = websocket {
            self.websocket(&inner.clone(), &Place::default(), around, 0);
        }
    }

    /// An application that answers to websockets: a router, a consumer, or middleware around one.
    fn websocket(&mut self, of: &Evaluated, at: &Place, around: Around, depth: u8) {
        if depth > DEEPEST_ROUTER {
            return;
        }
        if let Some((file, class)) = self.consumer(of) {
            let answer = self.consumer_answer(file, class, around);
            return self.endpoint(answer, at, None, of.site);
        }
        match &of.value {
            Abstract::Apply(made) => {
                let is_router = matches!(&made.symbol, Symbol::External(name)
                    if last(name) == "URLRouter");
                if is_router {
                    if let Some((_, routes)) = made.args.first() {
                        self.websocket_routes(&routes.clone(), at, around, depth + 1);
                    }
                    return;
                }
                if let Symbol::External(name) = &made.symbol
                    && name.ends_with(".as_asgi")
                {
                    // A consumer of a package.
                    let view = name.trim_end_matches(".as_asgi").to_owned();
                    let guard = Guard {
                        name: "not in the tree".to_owned(),
                        reach: Reach::Unknown,
                        on: Methods::ALL,
                        within: None,
                        place: None,
                    };
                    let answer = answer(view, None, vec![guard], Vec::new(), around);
                    return self.endpoint(answer, at, None, of.site);
                }
                match application_in(made) {
                    Some(inner) => {
                        let around = with(made, around);
                        self.websocket(&inner.clone(), at, around, depth + 1);
                    }
                    None => self.lost(at, "what stands here is not known", of.site),
                }
            }
            Abstract::Choice(choice) => {
                for way in &choice.alternatives {
                    self.websocket(&way.value, at, around, depth + 1);
                }
            }
            Abstract::Unknown(reason) => self.lost(at, &reason.to_string(), of.site),
            _ => self.lost(at, "what stands here is not known", of.site),
        }
    }

    fn lost(&mut self, at: &Place, why: &str, site: Site) {
        self.unresolved(at, format!("websockets: {why}"), site);
    }

    /// The list of a router.
    fn websocket_routes(&mut self, routes: &Evaluated, at: &Place, around: Around, depth: u8) {
        match &routes.value {
            Abstract::Seq(seq) => {
                for item in &seq.items {
                    self.websocket_route(item, at, around, depth);
                }
                if let Some(reason) = &seq.open {
                    self.lost(at, &format!("there may be more: {reason}"), routes.site);
                }
            }
            Abstract::Choice(choice) if depth <= DEEPEST_ROUTER => {
                for way in &choice.alternatives {
                    self.websocket_routes(&way.value, at, around, depth + 1);
                }
            }
            Abstract::Unknown(reason) => self.lost(at, &reason.to_string(), routes.site),
            _ => self.lost(at, "what stands here is no list of routes", routes.site),
        }
    }

    fn websocket_route(&mut self, item: &Evaluated, at: &Place, around: Around, depth: u8) {
        let Abstract::Apply(made) = &item.value else {
            return self.lost(at, "no route", item.site);
        };
        let arg = |position: usize, name: &str| {
            let by_name = made.args.iter().find(|(known, _)| known.as_deref() == Some(name));
            let by_position = made.args.iter().filter(|(known, _)| known.is_none()).nth(position);
            by_name.or(by_position).map(|(_, value)| value)
        };
        let (Some(route), Some(target)) = (arg(0, "route").or(arg(0, "regex")), arg(1, "view"))
        else {
            return self.lost(at, "a route without a consumer", item.site);
        };
        let Some(text) = route_text(route) else {
            return self.lost(at, "the route is put together at run time", route.site);
        };
        let mut here = at.clone();
        here.route = joined(&here.route, &text);
        let before = self.surface.endpoints.len();
        self.websocket(&target.clone(), &here, around, depth + 1);
        let name = arg(3, "name").and_then(|name| name.value.as_str().map(str::to_owned));
        if let [only] = &mut self.surface.endpoints[before..] {
            only.name = only.name.take().or(name);
            (only.route_file, only.route_span) =
                (item.site.file, self.project.ir(item.site.file).span(item.site.node));
        }
    }

    /// The class behind `Consumer.as_asgi()`, or a class that is given as it is.
    fn consumer(&self, of: &Evaluated) -> Option<(FileId, bartizan_ir::ClassId)> {
        match &of.value {
            Abstract::Apply(made) => match &made.symbol {
                Symbol::External(name) if name.ends_with("as_asgi") => match made.args.first() {
                    Some((None, class)) => match &class.value {
                        Abstract::Ref(Symbol::Class(file, class, _)) => Some((*file, *class)),
                        _ => None,
                    },
                    _ => None,
                },
                _ => None,
            },
            Abstract::Ref(Symbol::Class(file, class, _)) => Some((*file, *class)),
            _ => None,
        }
    }

    fn consumer_answer(&self, file: FileId, class: bartizan_ir::ClassId, around: Around) -> Answer {
        let ir = self.project.ir(file);
        let record = ir.class(class);
        let of = ClassRef::Project(file, class);
        let view = format!("{}.{}", self.project.module_name(file), ir.str(record.qualname));
        let handlers = self.views.handlers((file, class), BY_VISITORS.iter().copied());
        let guards = self.accepts(of);
        answer(view, Some((file, record.name_span)), guards, handlers, around)
    }

    /// Whom the `connect` of a consumer accepts: no guards for everyone.
    fn accepts(&self, of: ClassRef) -> Vec<Guard> {
        let unknown = |name: &str, place| Guard {
            name: name.to_owned(),
            reach: Reach::Unknown,
            on: Methods::ALL,
            within: None,
            place,
        };
        if let Some(own) = self.project.lookup_member(of, "websocket_connect") {
            let place = self.project.ir(own.class.0).span(own.value);
            return vec![unknown("websocket_connect", Some((own.class.0, place)))];
        }
        let Some(member) = self.project.lookup_member(of, "connect") else {
            // What Channels brings accepts whoever comes.
            let is_plain = !self.project.mro(of).unknown_base
                && self.views.bases(of).all(|base| {
                    matches!(
                        base.split('.').next(),
                        Some("channels" | "builtins" | "object" | "typing")
                    )
                });
            return match is_plain {
                true => Vec::new(),
                false => vec![unknown("a consumer of a package", None)],
            };
        };
        let file = member.class.0;
        let ir = self.project.ir(file);
        let Some(function) = function_in(ir, member.value) else { return Vec::new() };
        let span = ir.function(function).name_span;
        let run = Run { file, function, class: Some(of) };
        let gates = self.views.gates();
        gates.guards_where(run, "connect", Methods::ALL, &|ask| match accepted(&gates, run, ask, 0)
        {
            Some(Truth::Yes) => Outcome::Passed,
            Some(Truth::No) => Outcome::Denied(file, span),
            // Nobody is seen to be accepted here: who is, is said elsewhere.
            Some(Truth::Unknown) | None => Outcome::Unknown(file, span, true),
        })
    }
}

/// Whether a function comes to accept whoever asks; `None` where it never does.
fn accepted(gates: &Gates<'_>, run: Run, ask: Ask<'_>, depth: u8) -> Option<Truth> {
    let ir = gates.project.ir(run.file);
    let mut all: Option<Truth> = None;
    for effect in &ir.effects[ir.function(run.function).effects] {
        let EffectKind::Call(call) = effect.kind else { continue };
        let inner = match accepts_by(gates, run, call) {
            true => Truth::Yes,
            false if depth < DEEPEST => {
                let Some(callee) = gates.called(run, call) else { continue };
                match accepted(gates, callee, ask, depth + 1) {
                    Some(inner) => inner,
                    None => continue,
                }
            }
            false => continue,
        };
        let when = gates.when(run, effect.path, ask, depth);
        let here = super::truths::both(when, inner);
        all = Some(match (all, here) {
            (Some(Truth::Yes), _) | (_, Truth::Yes) => Truth::Yes,
            (Some(Truth::Unknown), _) | (_, Truth::Unknown) => Truth::Unknown,
            _ => Truth::No,
        });
    }
    all
}

/// `self.accept()`, or `super().connect()` of a consumer of Channels.
fn accepts_by(gates: &Gates<'_>, run: Run, call: ValueId) -> bool {
    let ir = gates.project.ir(run.file);
    let Value::Call { callee, .. } = ir.value(plain(ir, call)) else { return false };
    let Value::Attr { of, name } = ir.value(plain(ir, callee)) else { return false };
    match ir.str(name) {
        "accept" => is_self(ir, run, of),
        "connect" => matches!(ir.value(plain(ir, of)), Value::Call { callee, .. }
            if name_of(ir, callee) == Some("super")),
        _ => false,
    }
}

/// What an application that is made around another one takes: its first argument.
fn application_in(made: &Apply) -> Option<&Evaluated> {
    let (_, first) = made.args.iter().find(|(name, _)| {
        matches!(name.as_deref(), None | Some("app" | "application" | "inner"))
    })?;
    matches!(first.value, Abstract::Apply(_) | Abstract::Choice(_)).then_some(first)
}

fn with(made: &Apply, around: Around) -> Around {
    let checks = matches!(&made.symbol, Symbol::External(name)
        if matches!(last(name), "AllowedHostsOriginValidator" | "OriginValidator"));
    Around { has_origin_check: if checks { Some(true) } else { around.has_origin_check } }
}

fn answer(
    view: String,
    place: Option<(FileId, bartizan_base::Span)>,
    guards: Vec<Guard>,
    handlers: Vec<Handler>,
    around: Around,
) -> Answer {
    Answer {
        view,
        place,
        methods: vec![METHOD],
        guards,
        // A browser sends its cookies along from any site; the origin is all that tells them apart.
        csrf: Some(match around.has_origin_check {
            Some(true) => Csrf::Checked,
            Some(false) => Csrf::Off,
            None => Csrf::Unknown,
        }),
        throttle: Throttle::Open,
        writes: Vec::new(),
        handlers,
        runs: Vec::new(),
        // No middleware of views runs for a websocket.
        is_open: true,
    }
}
