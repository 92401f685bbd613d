//! From a linked project to facts that can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use bartizan_base::Span;
use bartizan_django::endpoints::{Csrf, Endpoint, Reach, Surface, Throttle};
use bartizan_django::settings::{Environment, Origin, Settings, shown};
use bartizan_django::views::Views;
use bartizan_ir::{ClassId, FileIr, Value as IrValue, ValueId};
use bartizan_match::Marks;
use bartizan_project::{ClassRef, FileId, Project};
use bartizan_value::{Abstract, Constant, Evaluated, Evaluator, Symbol, Variables};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::edits::Edits;
use crate::facts::{
    CsrfState, EndpointFacts, EnvironmentFacts, Facts, MethodFacts, Place, Plain, Value, ViewKind,
};
use crate::formula::{Formula, LOGIN, STAFF};
use crate::models::outside;
use crate::reached::Reached;
use crate::reader::{Ask, Reader, Site};
use crate::site::SiteWide;
use crate::target::{Calls, Target, View};
use crate::view::Seen;

/// Values inside each other beyond which none is told.
const DEEPEST: usize = 6;

/// Changes to one list beyond which its beginning is not looked for.
const MOST_STEPS: usize = 60;

/// One version of a project, with its code.
pub struct Version<'v> {
    /// The project.
    pub project: &'v Project,
    /// What evaluates its values.
    pub evaluator: &'v Evaluator<'v>,
    /// The settings that its URLconf is followed with.
    pub settings: &'v Settings<'v>,
    /// What its URLconf leads to.
    pub surface: &'v Surface,
    /// The settings of each environment that is compared.
    pub environments: &'v [(&'v Environment, &'v Settings<'v>)],
    /// What is not in the other version as it is here. What no edit reaches is not asked.
    pub edits: &'v Edits,
    /// Whether a file is code of the project itself: no test, and no package.
    pub is_own: &'v dyn Fn(FileId) -> bool,
    /// The lines of a place.
    pub place: &'v dyn Fn(FileId, Span) -> Place,
    /// The text of a file.
    pub text: &'v dyn Fn(FileId) -> &'v str,
}

/// What of a version is found out before anything is followed: where the other has the same, and no
/// edit reaches the code, nothing else is asked.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// What it runs with, in each environment that visitors reach.
    pub environments: Vec<EnvironmentFacts>,
    /// Its routes, and what each leads to.
    routes: FxHashSet<u64>,
}

impl Outline {
    /// The outline of a version.
    pub fn of(version: &Version<'_>) -> Self {
        Self {
            environments: version
                .environments
                .iter()
                .map(|(environment, settings)| version.environment(environment, settings))
                .collect(),
            routes: version.surface.endpoints.iter().map(route).collect(),
        }
    }
}

/// A route and what is known of it from the URLconf; not where that is written.
fn route(endpoint: &Endpoint) -> u64 {
    let mut hasher = FxHasher::default();
    (&endpoint.route, &endpoint.name, &endpoint.methods, &endpoint.view).hash(&mut hasher);
    (endpoint.csrf.as_str(), endpoint.throttle.as_str(), &endpoint.writes).hash(&mut hasher);
    for access in &endpoint.access {
        (&access.methods, access.reach.as_str()).hash(&mut hasher);
        access.guards.iter().for_each(|guard| guard.name.hash(&mut hasher));
    }
    hasher.finish()
}

/// Settings that hold for every endpoint.
const FOR_ALL: &[&str] = &["MIDDLEWARE", "MIDDLEWARE_CLASSES", "REST_FRAMEWORK", "AUTH_USER_MODEL"];

impl Facts {
    /// The facts of a version, as far as it may differ from another.
    pub fn of(version: &Version<'_>, own: &Outline, other: &Outline) -> Self {
        let questions = version.evaluator.questions_where(&Variables::defaults());
        let reader = Reader::new(version.project, version.settings, questions);
        let site = reader.site_wide();
        let mut reached = Reached::by_edits(version, &reader.models);
        let settings = differing(own, other, &reached);
        let is_for_all = |name: &String| FOR_ALL.contains(&name.as_str());
        // What holds for all of the site may hold differently now.
        if settings.iter().any(is_for_all) {
            reached.all();
        }
        reached.and_everywhere(settings, &reader.models);
        if reader.decisive(&site).iter().any(|(file, span)| reached.covers(*file, *span)) {
            reached.all();
        }
        let extract = Extract { version, reader: &reader, reached, others: &other.routes };
        let mut calls = Calls::default();
        let mut facts = Facts {
            unresolved: version.surface.unresolved.len(),
            names: reader.models.names.clone(),
            environments: own.environments.clone(),
            settings: version
                .settings
                .files()
                .iter()
                .map(|file| version.project.path(*file).clone())
                .collect(),
            ..Facts::default()
        };
        let mut memo = FxHashMap::default();
        for endpoint in &version.surface.endpoints {
            // What a router adds to ask for a format answers as the route without it does.
            if endpoint.route.contains("(?P<format>")
                || endpoint.route.contains("<drf_format_suffix")
            {
                continue;
            }
            facts.endpoints.push(extract.endpoint(endpoint, &site, &mut calls, &mut memo));
        }
        facts.count = facts.endpoints.len();
        extract.unrouted(&site, &mut calls, &mut memo, &mut facts);
        facts.endpoints.extend(extract.admins(&site));
        facts
    }
}

/// What was seen of a view before, by the view and what was asked.
type Memo = FxHashMap<(FileId, u32, bool, Ask), Rc<(MethodFacts, CsrfState, Vec<Place>)>>;

struct Extract<'x, 'v> {
    reached: Reached<'x, 'v>,
    /// The routes of the other version.
    others: &'x FxHashSet<u64>,
    version: &'x Version<'v>,
    reader: &'x Reader<'v>,
}

impl Extract<'_, '_> {
    fn place(&self, site: Site) -> Place {
        (self.version.place)(site.0, site.1)
    }

    /// Whether an endpoint may answer otherwise than in the other version.
    fn is_reached(&self, endpoint: &Endpoint, target: &Target) -> bool {
        let project = self.version.project;
        let view = match target.view {
            View::Function(file, function) => (file, project.ir(file).function(function).name_span),
            View::Class(file, class) => (file, project.ir(file).class(class).name_span),
            View::Outside => (endpoint.file, endpoint.span),
        };
        let (file, span) = (endpoint.route_file, endpoint.route_span);
        let is_edited = self.version.edits.touches(project.path(file));
        self.reached.covers(view.0, view.1)
            || is_edited && self.reached.covers(file, span)
            || !self.others.contains(&route(endpoint))
            || self.reached.is_named_in(file, span)
    }

    fn endpoint(
        &self,
        endpoint: &Endpoint,
        site: &SiteWide,
        calls: &mut Calls,
        memo: &mut Memo,
    ) -> EndpointFacts {
        self.reader.begin();
        let target = self.reader.target(endpoint, calls);
        let mut methods = endpoint.methods.clone();
        let mut asked: Vec<&'static str> = methods.clone();
        let mut evidence = Vec::new();
        let is_reached = self.is_reached(endpoint, &target);
        if is_reached
            && !target.is_routed_by_decorator
            && let View::Function(file, function) = target.view
        {
            let (named, asks) = self.reader.function_methods(&target, file, function);
            methods = match named {
                Some(named) => KNOWN_METHODS
                    .iter()
                    .copied()
                    .filter(|method| named.iter().any(|name| name == method))
                    .collect(),
                None => Vec::new(),
            };
            asked = match (methods.is_empty(), asks) {
                (true, true) => vec!["GET", "POST"],
                (true, false) => vec!["GET"],
                _ => methods.clone(),
            };
        }
        if !target.actions.is_empty() {
            let named = |method: &&str| target.actions.iter().any(|(known, _)| known == method);
            methods = KNOWN_METHODS.iter().copied().filter(|method| named(method)).collect();
            asked.clone_from(&methods);
        }
        if let View::Class(file, class) = target.view
            && let Some(allowed) = self.reader.allowed_methods(file, class)
        {
            methods.retain(|method| allowed.iter().any(|name| name == method));
            asked.clone_from(&methods);
        }
        if asked.is_empty() {
            asked.push("GET");
        }
        if !is_reached {
            asked.clear();
        }
        let mut by_method = Vec::new();
        let mut csrf = CsrfState::NotNeeded;
        for method in asked {
            let ask = match target.view {
                View::Class(file, class) => {
                    self.reader.class_ask(file, class, endpoint, &target, method)
                }
                _ => Ask { method, ..Ask::default() },
            };
            let key = target.key(&ask);
            let known = key.as_ref().and_then(|key| memo.get(key)).cloned();
            let seen = known.unwrap_or_else(|| {
                self.reader.begin();
                let ask = Rc::new(ask.clone());
                let seen = self.reader.see(&target, site, &ask);
                let facts = Rc::new(self.method(method, seen));
                if let Some(key) = key {
                    memo.insert(key, Rc::clone(&facts));
                }
                facts
            });
            let (mut facts, state, places) = (seen.0.clone(), seen.1, seen.2.clone());
            if target.view == View::Outside {
                facts.access = outside_access(endpoint, method);
            }
            // `@api.get("/orders", auth=…)`: what is asked stands in the route.
            if target.is_routed_by_decorator {
                facts.access = outside_access(endpoint, method).and(facts.access);
            }
            by_method.push(facts);
            if !matches!(method, "GET" | "HEAD" | "OPTIONS") || methods.is_empty() {
                csrf = state;
            }
            evidence.extend(places);
        }
        evidence.sort();
        evidence.dedup();
        let (file, span) = match target.view {
            View::Function(file, function) => {
                (file, self.version.project.ir(file).function(function).name_span)
            }
            View::Class(file, class) => {
                (file, self.version.project.ir(file).class(class).name_span)
            }
            View::Outside => (endpoint.file, endpoint.span),
        };
        EndpointFacts {
            route: endpoint.route.clone(),
            view: endpoint.view.clone(),
            kind: target.kind(),
            methods,
            place: self.place((file, span)),
            route_place: self.place((endpoint.route_file, endpoint.route_span)),
            csrf,
            by_method,
            marks: self.marks(endpoint, &target),
            evidence,
        }
    }

    /// Views that edits reach, and to which no route leads: of applications that other sites take up,
    /// and where a URLconf could not be followed.
    fn unrouted(&self, site: &SiteWide, calls: &mut Calls, memo: &mut Memo, facts: &mut Facts) {
        let project = self.version.project;
        let routed: FxHashSet<(FileId, Span)> = self
            .version
            .surface
            .endpoints
            .iter()
            .map(|endpoint| (endpoint.file, endpoint.span))
            .collect();
        for view in Views::of(project).views {
            let (file, span) = (view.place.file, view.place.span);
            let is_own = (self.version.is_own)(file);
            if !is_own || view.is_base || routed.contains(&(file, span)) {
                continue;
            }
            facts.count += 1;
            if !self.reached.covers(file, span) {
                continue;
            }
            let name = format!("{}.{}", project.module_name(file), view.name);
            let endpoint = |route: &str, methods: &[&'static str]| Endpoint {
                route: route.to_owned(),
                name: None,
                methods: methods.to_vec(),
                view: name.clone(),
                file,
                span,
                route_file: file,
                route_span: span,
                access: Vec::new(),
                csrf: Csrf::Unknown,
                throttle: Throttle::Unknown,
                writes: Vec::new(),
            };
            let asked = match view.class() {
                None => vec![endpoint("", &[])],
                Some((file, class)) => self.unrouted_class(file, class, &endpoint),
            };
            for asked in asked {
                let mut view = self.endpoint(&asked, site, calls, memo);
                view.marks.place = String::new();
                view.marks.symbol = format!("{} {}", view.marks.symbol, asked.route);
                view.route.clone_from(&name);
                facts.views.push(view);
            }
        }
    }

    /// How a class is asked that no route leads to: a viewset for all rows, and for one.
    fn unrouted_class(
        &self,
        file: FileId,
        class: ClassId,
        endpoint: &dyn Fn(&str, &[&'static str]) -> Endpoint,
    ) -> Vec<Endpoint> {
        let of = ClassRef::Project(file, class);
        let has = |name: &str| self.reader.method(of, name).is_some();
        let last = |base: &str| base.rsplit('.').next().unwrap_or("").to_owned();
        let bases: Vec<String> = outside(self.version.project, of).map(last).collect();
        let is =
            |words: &[&str]| bases.iter().any(|base| words.iter().any(|word| base.contains(word)));
        if is(&["ViewSet"]) {
            return vec![
                endpoint("", &["GET", "POST"]),
                endpoint("<pk>", &["GET", "PUT", "PATCH", "DELETE"]),
            ];
        }
        let answered: Vec<&'static str> = KNOWN_METHODS
            .iter()
            .copied()
            .filter(|method| match *method {
                "GET" => has("get") || is(&["View"]) && !has("post"),
                "POST" => has("post") || is(&["Form", "Create", "Update", "Delete", "Login"]),
                "PUT" | "PATCH" => {
                    has(&method.to_lowercase()) || is(&["UpdateAPI", "UpdateDestroy"])
                }
                _ => has("delete") || is(&["DestroyAPI", "DeleteView"]),
            })
            .collect();
        vec![endpoint("", &answered)]
    }

    fn method(&self, method: &'static str, seen: Seen) -> (MethodFacts, CsrfState, Vec<Place>) {
        let (places, sites) = self.reader.evidence();
        let named = |fields: BTreeMap<String, Site>| -> BTreeMap<String, Place> {
            fields.into_iter().map(|(name, site)| (name, self.place(site))).collect()
        };
        let mut evidence: Vec<Place> = sites.into_iter().map(|site| self.place(site)).collect();
        evidence.sort();
        evidence.dedup();
        let facts = MethodFacts {
            method,
            access: seen.access,
            queries: seen.queries,
            writable: named(seen.fields.writable),
            readable: named(seen.fields.readable),
            throttles: seen.throttles,
            places: places.into_iter().map(|(atom, site)| (atom, self.place(site))).collect(),
            is_partial: self.reader.is_out_of_steps(),
        };
        (facts, seen.csrf, evidence)
    }

    fn marks(&self, endpoint: &Endpoint, target: &Target) -> Marks {
        let project = self.version.project;
        let (body, own) = match target.view {
            View::Function(file, function) => {
                let ir = project.ir(file);
                let record = ir.function(function);
                (Some((file, record.span)), ir.str(record.name).to_owned())
            }
            View::Class(file, class) => {
                let ir = project.ir(file);
                let record = ir.class(class);
                (Some((file, record.span)), ir.str(record.name).to_owned())
            }
            View::Outside => (None, String::new()),
        };
        let body = body.map(|(file, span)| words(span.slice((self.version.text)(file)), &own));
        let name = endpoint.name.as_deref().unwrap_or("");
        // A view stays the same where its module is split or moved: its own name tells.
        let view = endpoint.view.rsplit('.').next().unwrap_or("");
        Marks {
            place: bare_route(&endpoint.route),
            symbol: format!("{view} {name}"),
            body: body.unwrap_or_default(),
        }
    }

    fn admins(&self, site: &SiteWide) -> Vec<EndpointFacts> {
        let mut found = Vec::new();
        for admin in self.reader.admins() {
            let ir = self.version.project.ir(admin.file);
            let record = ir.class(admin.class);
            let is_model_reached = admin.model.is_some_and(|(file, class)| {
                let span = self.version.project.ir(file).class(class).name_span;
                self.reached.covers(file, span)
            });
            if !self.reached.covers(admin.file, record.name_span) && !is_model_reached {
                continue;
            }
            let own = ir.str(record.name).to_owned();
            let mut by_method = Vec::new();
            let mut evidence = Vec::new();
            let ask = |method| {
                Rc::new(Ask { method, model: Some(admin.model_name.clone()), ..Ask::default() })
            };
            for method in ["GET", "POST", "PUT", "DELETE"] {
                self.reader.begin();
                let seen = self.reader.see_admin(&admin, site, &ask(method));
                let (facts, _, places) = self.method(method, seen);
                by_method.push(facts);
                evidence.extend(places);
            }
            let place = self.place((admin.file, record.name_span));
            let folder = place.path.parent().rsplit('/').next().unwrap_or("").to_owned();
            let route = format!("/admin/{folder}/{}/", admin.model_name.to_lowercase());
            evidence.sort();
            evidence.dedup();
            let text = record.span.slice((self.version.text)(admin.file));
            found.push(EndpointFacts {
                route: route.clone(),
                view: own.clone(),
                kind: ViewKind::Admin,
                methods: Vec::new(),
                place: place.clone(),
                route_place: place.clone(),
                csrf: CsrfState::NotNeeded,
                by_method,
                marks: Marks {
                    place: format!("admin {} {own}", admin.model_name),
                    symbol: format!("admin {own}"),
                    body: words(text, &own),
                },
                evidence: evidence.clone(),
            });
            self.reader.begin();
            self.reader.refuel();
            for (name, action, access) in self.reader.admin_actions(&admin, &ask("POST")) {
                let (places, _) = (self.reader.evidence(), ());
                let place = self.place(action);
                found.push(EndpointFacts {
                    route: format!("{route}?action={name}"),
                    view: format!("{own}.{name}"),
                    kind: ViewKind::Admin,
                    methods: vec!["POST"],
                    place: place.clone(),
                    route_place: place,
                    csrf: CsrfState::NotNeeded,
                    by_method: vec![MethodFacts {
                        method: "POST",
                        access: Formula::atom(STAFF).and(access),
                        queries: Vec::new(),
                        writable: BTreeMap::new(),
                        readable: BTreeMap::new(),
                        throttles: BTreeSet::new(),
                        places: places
                            .0
                            .into_iter()
                            .map(|(atom, site)| (atom, self.place(site)))
                            .collect(),
                        is_partial: self.reader.is_out_of_steps(),
                    }],
                    marks: Marks {
                        place: format!("admin {} {own} {name}", admin.model_name),
                        symbol: format!("admin {own} {name}"),
                        body: Vec::new(),
                    },
                    evidence: evidence.clone(),
                });
            }
        }
        found
    }
}

// ---- Settings --------------------------------------------------------------------------------

impl Version<'_> {
    fn environment(&self, environment: &Environment, settings: &Settings<'_>) -> EnvironmentFacts {
        let mut found = BTreeMap::new();
        let mut names: BTreeSet<String> = settings.names().map(str::to_owned).collect();
        names.extend(crate::settings::WATCHED.iter().map(|name| (*name).to_owned()));
        for name in names {
            let Some(setting) = settings.get(&name) else { continue };
            let is_own = setting.origin == Origin::Project;
            let value = match is_own.then(|| self.as_written(settings, &name, &setting.value)) {
                Some(Some(written)) => self.opened(self.value(&name, &written, is_own, 0)),
                _ => self.value(&name, &setting.value, is_own, 0),
            };
            found.insert(name, value);
        }
        EnvironmentFacts {
            name: environment.name.clone(),
            module: environment.module.clone(),
            settings: found,
        }
    }

    /// The list that is written where nobody knows what comes of it: code that is not followed may add
    /// to it, and what an edit takes out is gone all the same.
    fn as_written(
        &self,
        settings: &Settings<'_>,
        name: &str,
        value: &Evaluated,
    ) -> Option<Evaluated> {
        if !matches!(value.value, Abstract::Unknown(_)) {
            return None;
        }
        settings.files().iter().find_map(|file| {
            let list = self.list_of(*file, name)?;
            let written = self.evaluator.evaluate(*file, list);
            matches!(written.value, Abstract::Seq(_) | Abstract::Map(_)).then_some(written)
        })
    }

    /// The list, tuple or dict that a module writes for a name, whatever it does to it later.
    fn list_of(&self, file: FileId, name: &str) -> Option<ValueId> {
        let ir = self.project.ir(file);
        let binding = ir.binding(FileIr::module(), ir.strings.find(name)?)?;
        let mut value = binding.value;
        for _ in 0..MOST_STEPS {
            value = ir.bare(value);
            value = match ir.value(value) {
                IrValue::List(_) | IrValue::Tuple(_) | IrValue::Dict(_) => return Some(value),
                IrValue::Mutate(mutation) => ir.mutation(mutation).receiver,
                IrValue::Mu { init, .. } => init,
                IrValue::Gamma { otherwise, .. } => otherwise,
                IrValue::Join { ways, .. } => ir.ways[ways].first()?.value,
                _ => return None,
            };
        }
        None
    }

    fn opened(&self, value: Value) -> Value {
        let plain = match value.plain {
            Plain::List(items, _) => Plain::List(items, false),
            Plain::Map(entries, _) => Plain::Map(entries, false),
            other => other,
        };
        Value { plain, ..value }
    }

    fn value(&self, name: &str, value: &Evaluated, is_own: bool, depth: usize) -> Value {
        let place = is_own.then(|| {
            let ir = self.project.ir(value.site.file);
            (self.place)(value.site.file, ir.span(value.site.node))
        });
        let inner = |value: &Evaluated| self.value(name, value, is_own, depth + 1);
        let is_default = matches!(&value.value, Abstract::Env(env) if env.default.is_some());
        let plain = match &value.value {
            _ if depth > DEEPEST => Plain::Unknown,
            Abstract::Const(constant) => plain(constant),
            Abstract::Text(_) => Plain::Text(value.to_string()),
            Abstract::Seq(seq) => {
                Plain::List(seq.items.iter().map(inner).collect(), seq.open.is_none())
            }
            Abstract::Map(map) => {
                let entries = map.entries.iter().filter_map(|(key, item)| {
                    let key = key.value.as_str()?.to_owned();
                    let mut entry = self.value(&key, item, is_own, depth + 1);
                    if matches!(entry.plain, Plain::Unknown) && is_own {
                        entry.written = self.texts_of(value, &key);
                    }
                    Some((key, entry))
                });
                Plain::Map(entries.collect(), map.open.is_none())
            }
            Abstract::Ref(symbol) => Plain::Named(self.symbol(symbol), Vec::new()),
            Abstract::Apply(apply) => Plain::Named(
                self.symbol(&apply.symbol),
                apply
                    .args
                    .iter()
                    .map(|(key, item)| {
                        let mut value = inner(item);
                        if let Some(key) = key {
                            value.shown = format!("{key}={}", value.shown);
                        }
                        value
                    })
                    .collect(),
            ),
            Abstract::Env(env) => match &env.default {
                Some(default) => inner(default).plain,
                None => Plain::Environment,
            },
            // Code that is put together at run time may say otherwise; what is written is compared.
            Abstract::Choice(choice) => {
                let ways = choice.alternatives.iter().map(|way| inner(&way.value));
                let (mut known, unknown): (Vec<Value>, Vec<Value>) =
                    ways.partition(|way| !matches!(way.plain, Plain::Unknown | Plain::Environment));
                known.dedup_by(|one, other| one.plain == other.plain);
                match known.len() {
                    0 => Plain::Unknown,
                    1 => {
                        let only = known.swap_remove(0);
                        return Value {
                            is_default: only.is_default || !unknown.is_empty(),
                            ..only
                        };
                    }
                    _ => Plain::Choice(known),
                }
            }
            Abstract::Unknown(bartizan_value::Reason::Environment(_)) => Plain::Environment,
            Abstract::Unknown(_) => Plain::Unknown,
        };
        let written = match plain {
            Plain::Unknown if is_own => self.texts_at(value.site.file, value.site.node),
            _ => Vec::new(),
        };
        Value { plain, shown: shown(name, value), place, written, is_default }
    }

    /// The texts that the entry of a dict is made of.
    fn texts_of(&self, dict: &Evaluated, key: &str) -> Vec<String> {
        let ir = self.project.ir(dict.site.file);
        let IrValue::Dict(pairs) = ir.value(ir.bare(dict.site.node)) else { return Vec::new() };
        let is_key =
            |of: ValueId| matches!(ir.value(of), IrValue::Str(text) if ir.str(text) == key);
        let pair = ir.pairs[pairs].iter().find(|pair| pair.key.is_some_and(is_key));
        pair.map(|pair| self.texts_at(dict.site.file, pair.value)).unwrap_or_default()
    }

    /// The texts that an expression is made of.
    fn texts_at(&self, file: FileId, node: ValueId) -> Vec<String> {
        let ir = self.project.ir(file);
        let mut found = Vec::new();
        let mut left = vec![node];
        for _ in 0..MOST_STEPS {
            let Some(value) = left.pop() else { break };
            let value = ir.bare(value);
            match ir.value(value) {
                IrValue::Str(text) => found.push(ir.str(text).to_owned()),
                IrValue::Call { args, .. } => {
                    left.extend(ir.args[args].iter().rev().map(|arg| arg.value));
                }
                IrValue::List(items) | IrValue::Tuple(items) | IrValue::Set(items) => {
                    left.extend(ir.items[items].iter().rev().map(|item| item.value));
                }
                IrValue::Binary { left: one, right: other, .. } => left.extend([other, one]),
                IrValue::Gamma { then, otherwise, .. } => left.extend([otherwise, then]),
                _ => {}
            }
        }
        found
    }

    fn symbol(&self, symbol: &Symbol) -> String {
        let project = self.project;
        match symbol {
            Symbol::External(name) => name.to_string(),
            Symbol::Class(file, class, _) => {
                let ir = project.ir(*file);
                ir.str(ir.class(*class).name).to_owned()
            }
            Symbol::Function(file, function, _) => {
                let ir = project.ir(*file);
                ir.str(ir.function(*function).name).to_owned()
            }
            Symbol::Module(file) => project.module_name(*file).to_owned(),
        }
    }
}

/// The settings that are worth something else in the other version, or of which that is not known.
fn differing(own: &Outline, other: &Outline, reached: &Reached<'_, '_>) -> Vec<String> {
    let of = |outline: &Outline| outline.environments.first().map(|one| one.settings.clone());
    let (mine, theirs) = (of(own).unwrap_or_default(), of(other).unwrap_or_default());
    let names: BTreeSet<&String> = mine.keys().chain(theirs.keys()).collect();
    let differs = |name: &String| match (mine.get(name), theirs.get(name)) {
        (Some(one), Some(other)) => one != other || !one.plain.is_known() && reached.has(name),
        _ => true,
    };
    names.into_iter().filter(|name| differs(name)).cloned().collect()
}

const KNOWN_METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

impl Target {
    /// What tells a view that is asked the same twice; nothing for what stands outside, or is wrapped.
    fn key(&self, ask: &Ask) -> Option<(FileId, u32, bool, Ask)> {
        if self.is_wrapped() {
            return None;
        }
        match self.view {
            View::Function(..) | View::Outside => None,
            View::Class(file, class) => {
                Some((file, u32::try_from(class.index()).ok()?, true, ask.clone()))
            }
        }
    }
}

fn plain(constant: &Constant) -> Plain {
    match constant {
        Constant::None | Constant::Ellipsis => Plain::None,
        Constant::Bool(truth) => Plain::Bool(*truth),
        Constant::Int(number) => Plain::Number(*number as f64),
        Constant::Float(number) => Plain::Number(*number),
        Constant::BigInt(text) => text.parse().map_or(Plain::Unknown, Plain::Number),
        Constant::Str(text) => Plain::Text(text.to_string()),
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            let items = items.iter().map(|item| Value {
                written: Vec::new(),
                is_default: false,
                plain: plain(item),
                shown: String::new(),
                place: None,
            });
            Plain::List(items.collect(), true)
        }
        Constant::Complex { .. } | Constant::Bytes(_) => Plain::Unknown,
    }
}

/// Who reaches a view that is not in the tree, as far as the route tells.
fn outside_access(endpoint: &Endpoint, method: &str) -> Formula {
    let access = endpoint
        .access
        .iter()
        .find(|access| access.methods.contains(&method))
        .or_else(|| endpoint.access.first());
    match access.map(|access| access.reach) {
        None | Some(Reach::Anonymous) => Formula::Always,
        Some(Reach::Login) => Formula::atom(LOGIN),
        Some(Reach::Staff) => Formula::atom(STAFF),
        Some(Reach::Permission) => Formula::atom("perm:?"),
        Some(Reach::Unknown) => Formula::atom("not known"),
    }
}

/// A route without what its parts are called and how it is written.
fn bare_route(route: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut chars = route.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' if depth == 0 && chars.peek() == Some(&'?') => {
                depth = 1;
                out.push_str("<>");
            }
            '<' if depth == 0 => {
                out.push_str("<>");
                for c in chars.by_ref() {
                    if c == '>' {
                        break;
                    }
                }
            }
            '(' if depth > 0 => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '^' | '$' | '\\' if depth == 0 => {}
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The words of a text, without those that a rename would change.
fn words(text: &str, own: &str) -> Vec<u64> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.split(|c: char| !is_word(c))
        .filter(|word| !word.is_empty() && *word != own)
        .take(2_000)
        .map(|word| {
            let mut hasher = FxHasher::default();
            word.hash(&mut hasher);
            hasher.finish()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_route_written_otherwise_is_the_same() {
        let same = ["/orders/<int:pk>/", "/orders/<uuid:order>/", "/^orders/(?P<pk>[0-9]+)/$"];
        for route in same {
            assert_eq!(bare_route(route), "/orders/<>/", "{route}");
        }
        assert_ne!(bare_route("/orders/"), bare_route("/orders/<int:pk>/"));
    }
}
