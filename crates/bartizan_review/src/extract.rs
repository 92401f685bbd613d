//! From a linked project to facts that can be compared.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use bartizan_base::Span;
use bartizan_django::endpoints::{Access, Endpoint, Guard, Reach, Surface};
use bartizan_django::settings::{Environment, Settings};
use bartizan_match::Marks;
use bartizan_project::{ClassRef, FileId, Project};
use bartizan_value::{Evaluator, Variables};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::edits::Edits;
use crate::environment::differing;
use crate::facts::{CsrfState, EndpointFacts, EnvironmentFacts, Facts, MethodFacts, Place};
use crate::formula::{Formula, LOGIN, STAFF};
use crate::predicates;
use crate::reached::Reached;
use crate::reader::{Ask, Reader, Site};
use crate::site::SiteWide;
use crate::target::{Calls, Target, View};
use crate::view::Seen;

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
    /// The environments that are compared.
    pub environments: &'v [Compared<'v>],
    /// What is not in the other version as it is here. What no edit reaches is not asked.
    pub edits: &'v Edits,
    /// Whether a file is code of the project itself: no test, and no package.
    pub is_own: &'v dyn Fn(FileId) -> bool,
    /// The lines of a place.
    pub place: &'v dyn Fn(FileId, Span) -> Place,
    /// The text of a file.
    pub text: &'v dyn Fn(FileId) -> &'v str,
}

/// An environment whose settings are compared.
pub struct Compared<'c> {
    /// The environment.
    pub environment: &'c Environment,
    /// Its settings, where no variable is set that the code can do without.
    pub settings: &'c Settings<'c>,
    /// The same, where nothing is known of any.
    pub open: &'c Settings<'c>,
    /// The variable that is taken to be set, where code asks for its value: `ENV=staging`.
    pub given: Option<&'c str>,
}

impl<'v> Version<'v> {
    fn reader(&self) -> Reader<'v> {
        let questions = self.evaluator.questions_where(&Variables::defaults());
        Reader::new(self.project, self.settings, questions)
    }
}

/// What of a version is found out before anything is followed: where the other has the same, and no
/// edit reaches the code, nothing else is asked.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// What it runs with, in each environment that visitors reach.
    pub environments: Vec<EnvironmentFacts>,
    /// Permissions that it decides by predicates, and when each is granted.
    granted: BTreeMap<String, Formula>,
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
                .map(|compared| version.environment(compared))
                .collect(),
            granted: match predicates::are_in(version.project) {
                true => version.reader().granted(),
                false => BTreeMap::new(),
            },
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
        let reader = version.reader();
        let site = reader.site_wide();
        let mut reached = Reached::by_edits(version, &reader.models);
        let settings = differing(own, other, &reached);
        let is_for_all = |name: &String| FOR_ALL.contains(&name.as_str());
        // What holds for all of the site may hold differently now.
        // Nobody knows by what words a view asks for a permission.
        if settings.iter().any(is_for_all) || own.granted != other.granted {
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
            granted: own.granted.clone(),
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
pub(crate) type Memo =
    FxHashMap<(FileId, u32, bool, Ask), Rc<(MethodFacts, CsrfState, Vec<Place>)>>;

pub(crate) struct Extract<'x, 'v> {
    pub(crate) reached: Reached<'x, 'v>,
    /// The routes of the other version.
    others: &'x FxHashSet<u64>,
    pub(crate) version: &'x Version<'v>,
    pub(crate) reader: &'x Reader<'v>,
}

impl Extract<'_, '_> {
    pub(crate) fn place(&self, site: Site) -> Place {
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

    pub(crate) fn endpoint(
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
        if let View::Class(file, class) = target.view
            && is_reached
        {
            let count = methods.len();
            methods.retain(|method| !self.reader.is_refused(file, class, method));
            if let Some(named) = self.reader.methods_around(ClassRef::Project(file, class)) {
                methods.retain(|method| named.iter().any(|name| name == method));
            }
            if methods.len() < count {
                asked.clone_from(&methods);
            }
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
                _ => {
                    let route = Some((endpoint.route.clone(), endpoint.name.clone()));
                    let function = match target.view {
                        View::Function(file, function) => Some((file, function)),
                        _ => None,
                    };
                    Ask { method, route, function, ..Ask::default() }
                }
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
                // What the project's own middleware asks is in there.
                facts.access = outside_access(endpoint, method, site).and(facts.access);
            }
            // `@api.get("/orders", auth=…)`: what is asked stands in the route.
            if target.is_routed_by_decorator {
                facts.access = outside_access(endpoint, method, site).and(facts.access);
            }
            facts.reach = reach_of(endpoint, method);
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

    pub(crate) fn method(
        &self,
        method: &'static str,
        seen: Seen,
    ) -> (MethodFacts, CsrfState, Vec<Place>) {
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
            own: seen.own,
            authentication: seen.authentication,
            known: seen.known,
            queries: seen.queries,
            by_itself: seen.by_itself,
            writable: named(seen.fields.writable),
            readable: named(seen.fields.readable),
            deeds: seen.deeds,
            around: seen.around,
            reach: None,
            outcomes: seen.outcomes,
            throttles: seen.throttles,
            places: places.into_iter().map(|(atom, site)| (atom, self.place(site))).collect(),
            named: self.reader.named.take(),
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
}

pub(crate) const KNOWN_METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

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

/// Who reaches a view that is not in the tree, as far as the route tells; not what middleware of the
/// project asks.
fn outside_access(endpoint: &Endpoint, method: &str, site: &SiteWide) -> Formula {
    let access = endpoint
        .access
        .iter()
        .find(|access| access.methods.contains(&method))
        .or_else(|| endpoint.access.first());
    let Some(access) = access else { return Formula::Always };
    let (by_site, others): (Vec<&Guard>, Vec<&Guard>) =
        access.guards.iter().partition(|guard| site.is_own(guard.place));
    let reach = match by_site.is_empty() {
        true => access.reach,
        false => others.iter().map(|guard| guard.reach).max().unwrap_or(Reach::Anonymous),
    };
    match reach {
        Reach::Anonymous => Formula::Always,
        Reach::Login => Formula::atom(LOGIN),
        Reach::Staff => Formula::atom(STAFF),
        Reach::Permission => Formula::atom("perm:?"),
        Reach::Unknown => Formula::atom("not known"),
    }
}

/// Who may ask by a method, as far as that is known.
fn reach_of(endpoint: &Endpoint, method: &str) -> Option<Reach> {
    let by = |access: &&Access| access.methods.is_empty() || access.methods.contains(&method);
    let access = endpoint.access.iter().find(by)?;
    (access.reach != Reach::Unknown).then_some(access.reach)
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
pub(crate) fn words(text: &str, own: &str) -> Vec<u64> {
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
