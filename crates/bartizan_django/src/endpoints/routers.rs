//! DRF's routers: what is registered with each, and the routes that come of it.
//!
//! Source: `rest_framework/routers.py` of DRF 3.18, `rest_framework_nested/routers.py` of 0.95,
//! `rest_framework_extensions/routers.py` of drf-extensions 0.8.

use std::collections::HashMap;

use bartizan_ir::{Arg, ArgKind, EffectKind, FileIr, Mutator, Part, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Apply, Evaluated, Questions, Site, Symbol};

use crate::settings::{Truth, truth};

/// A viewset under a prefix.
#[derive(Clone, Debug)]
pub(super) struct Registration {
    pub(super) prefix: String,
    pub(super) view: Evaluated,
    /// `Some(None)` where it is given and put together at run time.
    pub(super) basename: Option<Option<String>>,
    /// The call.
    pub(super) site: Site,
}

/// What is registered, by the site that makes the router.
#[derive(Default)]
pub(super) struct Registry {
    by_router: HashMap<Site, Vec<Registration>>,
    /// Routers whose registrations another takes over: `registry.extend(other.registry)`.
    taken: HashMap<Site, Vec<Site>>,
    /// Routers, and calls that register under a prefix that is put together at run time.
    lost: Vec<(Site, Site)>,
}

impl Registry {
    /// What is registered with the router that is made at a site.
    pub(super) fn of(&self, router: Site) -> Vec<Registration> {
        let mut found = self.by_router.get(&router).cloned().unwrap_or_default();
        for other in self.taken.get(&router).into_iter().flatten().take(64) {
            found.extend(self.by_router.get(other).cloned().unwrap_or_default());
        }
        found
    }

    /// The calls that register with a router under a prefix that nobody knows.
    pub(super) fn lost(&self, router: Site) -> Vec<Site> {
        let of = |(known, site): &(Site, Site)| (*known == router).then_some(*site);
        self.lost.iter().filter_map(of).collect()
    }

    /// Collects every `router.register(…)` of the project.
    pub(super) fn collect(project: &Project, questions: &mut Questions<'_>) -> Self {
        let mut registry = Self::default();
        for file in project.files() {
            registry.collect_in(project, questions, file);
        }
        registry
    }

    fn collect_in(&mut self, project: &Project, questions: &mut Questions<'_>, file: FileId) {
        let ir = project.ir(file);
        let register = ir.strings.find("register");
        let extend = ir.strings.find("registry").and(ir.strings.find("extend"));
        if register.is_none() && extend.is_none() {
            return;
        }
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                let call = match effect.kind {
                    EffectKind::Call(call) => call,
                    EffectKind::Mutate(mutated) => {
                        let Value::Mutate(mutation) = ir.value(mutated) else { continue };
                        let mutation = ir.mutation(mutation);
                        if mutation.op == Mutator::Extend
                            && let [more] = &ir.args[mutation.args]
                        {
                            self.take_over(questions, project, file, mutation.receiver, more.value);
                        }
                        continue;
                    }
                    _ => continue,
                };
                let Value::Call { callee, args } = ir.value(call) else { continue };
                let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
                if Some(name) == extend
                    && ir.str(name) == "extend"
                    && let [more] = &ir.args[args]
                {
                    self.take_over(questions, project, file, of, more.value);
                    continue;
                }
                if Some(name) != register {
                    continue;
                }
                let (of, above) = registered_above(project, file, of);
                let router = questions.evaluate(file, unchanged(project, file, of));
                if !is_router(project, &router) {
                    continue;
                }
                let routers = registered_with(project, questions, &router);
                self.register(questions, project, (file, call), &routers, &above);
            }
        }
    }

    fn take_over(
        &mut self,
        questions: &mut Questions<'_>,
        project: &Project,
        file: FileId,
        receiver: ValueId,
        more: ValueId,
    ) {
        let ir = project.ir(file);
        let owner = |value: ValueId| match ir.value(ir.bare(value)) {
            Value::Attr { of, name } if ir.str(name) == "registry" => Some(of),
            _ => None,
        };
        let (Some(receiver), Some(more)) = (owner(receiver), owner(more)) else { return };
        let receiver = questions.evaluate(file, receiver);
        let more = questions.evaluate(file, more);
        if is_router(project, &receiver) && is_router(project, &more) {
            self.taken.entry(receiver.site).or_default().push(more.site);
        }
    }

    fn register(
        &mut self,
        questions: &mut Questions<'_>,
        project: &Project,
        (file, call): (FileId, ValueId),
        routers: &[Site],
        above: &[ValueId],
    ) {
        let ir = project.ir(file);
        let Value::Call { args, .. } = ir.value(call) else { return };
        let (mut prefix, mut view, mut basename) = (None, None, None);
        let mut before = Some(String::new());
        for (name, value) in named(ir, args) {
            match name {
                "prefix" => prefix = Some(rounds_of(questions, project, file, value)),
                "viewset" => view = Some(rounds_of(questions, project, file, value)),
                "basename" | "base_name" => {
                    basename = Some(rounds_of(questions, project, file, value));
                }
                // Of what is spread out no more than this is asked.
                "" => {
                    let given = questions.evaluate(file, value);
                    basename = basename.or_else(|| spread_name(&given));
                }
                "parents_query_lookups" if !above.is_empty() => {
                    let lookups = questions.evaluate(file, value);
                    before = parents(questions, project, file, above, &lookups);
                }
                _ => {}
            }
        }
        // In a loop, each round has its own prefix, view and name.
        let (Some(rounds), Some(views)) = (prefix, view) else { return };
        let names = basename.unwrap_or_default();
        for (round, prefix) in rounds.iter().enumerate() {
            let (Some(prefix), Some(before)) = (prefix.value.as_str(), &before) else {
                let lost = routers.iter().map(|router| (*router, Site { file, node: call }));
                self.lost.extend(lost);
                continue;
            };
            let of = |all: &[Evaluated]| match all.len() {
                0 => None,
                1 => all.first().cloned(),
                many if many == rounds.len() => all.get(round).cloned(),
                _ => all.first().cloned(),
            };
            let Some(view) = of(&views) else { continue };
            let is_told = matches!(names.len(), 0 | 1) || names.len() == rounds.len();
            let name = of(&names).map(|name| {
                let name = name.value.as_str().filter(|_| is_told);
                name.map(str::to_owned)
            });
            let registration = Registration {
                prefix: format!("{before}{prefix}"),
                view,
                basename: name,
                site: Site { file, node: call },
            };
            for router in routers {
                self.by_router.entry(*router).or_default().push(registration.clone());
            }
        }
    }
}

/// The routers that hold what is registered with one: itself; where its class has a `register` of its
/// own, those to which that hands everything on.
fn registered_with(
    project: &Project,
    questions: &mut Questions<'_>,
    router: &Evaluated,
) -> Vec<Site> {
    let itself = vec![router.site];
    let Abstract::Apply(made) = &router.value else { return itself };
    let Symbol::Class(file, class, _) = &made.symbol else { return itself };
    let Some(member) = project.lookup_member(ClassRef::Project(*file, *class), "register") else {
        return itself;
    };
    let Entity::Function(own, function) = project.definition(member.class.0, member.value) else {
        return itself;
    };
    let ir = project.ir(own);
    let (mut found, mut keeps) = (Vec::new(), false);
    for effect in &ir.effects[ir.function(function).effects] {
        let EffectKind::Call(call) = effect.kind else { continue };
        let Value::Call { callee, .. } = ir.value(call) else { continue };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { continue };
        if ir.str(name) != "register" {
            continue;
        }
        match ir.value(ir.bare(of)) {
            Value::Attr { of, name } if ir.value(ir.bare(of)) == Value::Param(0) => {
                let other = questions.class_attribute(*file, *class, ir.str(name));
                found.extend(other.filter(|it| is_router(project, it)).map(|it| it.site));
            }
            _ => keeps = true,
        }
    }
    if keeps || found.is_empty() {
        found.push(router.site);
    }
    found
}

/// The arguments of `register`, by the names of its parameters.
fn named(ir: &FileIr, args: Run<Arg>) -> impl Iterator<Item = (&str, ValueId)> {
    const NAMES: [&str; 4] = ["prefix", "viewset", "basename", "parents_query_lookups"];
    let mut names = NAMES.into_iter();
    ir.args[args].iter().filter_map(move |arg| match arg.kind {
        ArgKind::Positional => Some((names.next()?, arg.value)),
        ArgKind::Keyword(name) => Some((ir.str(name), arg.value)),
        ArgKind::DoubleStar => Some(("", arg.value)),
        ArgKind::Star => None,
    })
}

/// The name among arguments that are spread out; `base_name` in DRF before 3.9. Either way of a condition
/// says the same, or nobody knows.
fn spread_name(given: &Evaluated) -> Option<Vec<Evaluated>> {
    let ways = crate::settings::alternatives(given);
    let mut names = Vec::new();
    for (_, way) in &ways {
        let Abstract::Map(map) = &way.value else { return Some(vec![given.clone()]) };
        let is_name =
            |key: &Evaluated| matches!(key.value.as_str(), Some("basename" | "base_name"));
        match map.entries.iter().find(|(key, _)| is_name(key)) {
            Some((_, name)) => names.push(name.clone()),
            None if map.open.is_none() => {}
            None => return Some(vec![given.clone()]),
        }
    }
    match names.split_first() {
        None => None,
        Some((first, rest)) => {
            let is_same = rest.iter().all(|name| name.value == first.value);
            Some(vec![if is_same && names.len() == ways.len() { first } else { given }.clone()])
        }
    }
}

/// `router.register(…).register(…)`, as drf-extensions nests: the router, and the calls that register what
/// is above, the nearest first.
fn registered_above(project: &Project, file: FileId, of: ValueId) -> (ValueId, Vec<ValueId>) {
    let ir = project.ir(file);
    let mut above = Vec::new();
    let mut at = of;
    while above.len() < 16 {
        let call = unchanged(project, file, at);
        let Value::Call { callee, .. } = ir.value(call) else { break };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { break };
        if ir.str(name) != "register" {
            break;
        }
        above.push(call);
        at = of;
    }
    (at, above)
}

/// What stands before a prefix that is registered below others: `projects/(?P<parent_lookup_project>…)/`.
fn parents(
    questions: &mut Questions<'_>,
    project: &Project,
    file: FileId,
    above: &[ValueId],
    lookups: &Evaluated,
) -> Option<String> {
    let ir = project.ir(file);
    let Abstract::Seq(lookups) = &lookups.value else { return None };
    let mut before = String::new();
    for (call, lookup) in above.iter().zip(lookups.items.iter().rev()) {
        let Value::Call { args, .. } = ir.value(*call) else { return None };
        let (mut prefix, mut pattern) = (None, "[^/.]+".to_owned());
        for (name, value) in named(ir, args) {
            let value = questions.evaluate(file, value);
            match (name, &value.value) {
                ("prefix", prefixed) => prefix = prefixed.as_str().map(str::to_owned),
                ("viewset", Abstract::Ref(Symbol::Class(file, class, _))) => {
                    let said = questions.class_attribute(*file, *class, "lookup_value_regex");
                    if let Some(said) = said {
                        pattern = said.value.as_str()?.to_owned();
                    }
                }
                _ => {}
            }
        }
        let lookup = lookup.value.as_str()?;
        before = format!("{}/(?P<parent_lookup_{lookup}>{pattern})/{before}", prefix?);
    }
    Some(before)
}

/// What a value is in each round of the loop around it.
fn rounds_of(
    questions: &mut Questions<'_>,
    project: &Project,
    file: FileId,
    value: ValueId,
) -> Vec<Evaluated> {
    let ir = project.ir(file);
    let items =
        |questions: &mut Questions<'_>, of: ValueId| match &questions.evaluate(file, of).value {
            Abstract::Seq(seq) => Some(seq.items.clone()),
            _ => None,
        };
    match ir.value(ir.bare(value)) {
        Value::Elem { of, which: Part::Each } => {
            if let Some(items) = items(questions, of) {
                return items;
            }
        }
        Value::Elem { of, which: Part::At(at) } => {
            if let Value::Elem { of, which: Part::Each } = ir.value(ir.bare(of))
                && let Some(items) = items(questions, of)
            {
                let of_item = |item: &Evaluated| match &item.value {
                    Abstract::Seq(seq) => seq.items.get(at as usize).cloned(),
                    _ => None,
                };
                if let Some(all) = items.iter().map(of_item).collect() {
                    return all;
                }
            }
        }
        _ => {}
    }
    let value = questions.evaluate(file, value);
    match &value.value {
        Abstract::Choice(choice) => {
            choice.alternatives.iter().map(|way| way.value.clone()).collect()
        }
        _ => vec![value],
    }
}

/// A value before what calls of its methods, in a loop perhaps, made of it: still the same object.
pub(super) fn unchanged(project: &Project, file: FileId, value: ValueId) -> ValueId {
    let ir = project.ir(file);
    let mut at = ir.bare(value);
    for _ in 0..256 {
        at = match ir.value(at) {
            Value::Mu { init, .. } => ir.bare(init),
            Value::Mutate(mutation) => ir.bare(ir.mutation(mutation).receiver),
            _ => return at,
        };
    }
    at
}

/// Whether a value is a router: of DRF's, or of a class that builds on one.
pub(super) fn is_router(project: &Project, value: &Evaluated) -> bool {
    let Abstract::Apply(made) = &value.value else { return false };
    match &made.symbol {
        Symbol::External(name) => name.ends_with("Router"),
        Symbol::Class(file, class, _) => {
            let ir = project.ir(*file);
            ir.str(ir.class(*class).name).ends_with("Router")
                || bases(project, (*file, *class)).any(|base| base.ends_with("Router"))
        }
        _ => false,
    }
}

fn bases(
    project: &Project,
    (file, class): (FileId, bartizan_ir::ClassId),
) -> impl Iterator<Item = &str> {
    project.mro(ClassRef::Project(file, class)).classes.iter().map(move |base| match base {
        ClassRef::External(symbol) => project.symbol(*symbol),
        ClassRef::Project(file, class) => {
            let ir = project.ir(*file);
            ir.str(ir.class(*class).name)
        }
    })
}

/// Method and action.
pub(super) type Mapping = Vec<(&'static str, String)>;

/// A route that a router makes of each viewset.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) url: String,
    pub(super) name: String,
    /// `None` for one that every `@action` fills.
    pub(super) mapping: Option<Mapping>,
    pub(super) detail: bool,
}

/// How a router makes routes.
#[derive(Clone, Debug)]
pub(super) struct Router {
    pub(super) templates: Vec<Template>,
    pub(super) slash: String,
    pub(super) is_regex: bool,
    /// Whether each route comes a second time, with a format behind it.
    pub(super) with_format: bool,
    /// The view of its root, and its name.
    pub(super) root: Option<(String, String)>,
    /// What stands before each route: of nested routers.
    pub(super) before: String,
}

impl Router {
    pub(super) fn of(
        project: &Project,
        registry: &Registry,
        questions: &mut Questions<'_>,
        value: &Evaluated,
        lookup: &mut dyn FnMut(&mut Questions<'_>, &Registration, &str, bool) -> String,
    ) -> Option<Self> {
        let Abstract::Apply(made) = &value.value else { return None };
        let class = match &made.symbol {
            Symbol::Class(file, class, _) => Some((*file, *class)),
            _ => None,
        };
        let names: Vec<&str> = match (&made.symbol, class) {
            (Symbol::External(name), _) => vec![name.rsplit('.').next().unwrap_or(name)],
            (_, Some(class)) => {
                bases(project, class).map(|base| base.rsplit('.').next().unwrap_or(base)).collect()
            }
            _ => Vec::new(),
        };
        let is = |name: &str| names.contains(&name);
        let is_default = names.iter().any(|name| name.ends_with("DefaultRouter"));
        // drf-nested-routers'; drf-extensions' mixin nests by what `register` returns.
        let is_nested =
            names.iter().any(|name| name.starts_with("Nested") && name.ends_with("Router"));
        let flag = |name: &str| argument(made, name).map(truth);
        let mut router = Self {
            templates: plain(),
            slash: match flag("trailing_slash") {
                Some(Truth::No) => String::new(),
                _ => "/".to_owned(),
            },
            is_regex: flag("use_regex_path") != Some(Truth::No),
            with_format: is_default,
            root: (is_default && !is_nested)
                .then(|| ("rest_framework.routers.APIRootView".to_owned(), "api-root".to_owned())),
            before: String::new(),
        };
        if is("DefaultRouter") && is_nested {
            router.with_format = true;
        }
        if let Some((file, class)) = class {
            if let Some(slash) = slash_of(project, (file, class)) {
                router.slash = slash;
            }
            let mut ask = |name: &str| questions.class_attribute(file, class, name);
            if let Some(routes) = ask("routes")
                && let Some(templates) = templates(&routes)
            {
                router.templates = templates;
            }
            if ask("include_format_suffixes").is_some_and(|value| truth(&value) == Truth::No) {
                router.with_format = false;
            }
            if ask("include_root_view").is_some_and(|value| truth(&value) == Truth::No) {
                router.root = None;
            }
            if let Some((view, name)) = &mut router.root {
                if let Some(value) = ask("root_view_name")
                    && let Some(said) = value.value.as_str()
                {
                    *name = said.to_owned();
                }
                let root = ask("APIRootView").or_else(|| ask("root_view"));
                match root.map(|root| root.value) {
                    Some(Abstract::Ref(Symbol::Class(file, class, _))) => {
                        let ir = project.ir(file);
                        let module = project.module_name(file);
                        *view = format!("{module}.{}", ir.str(ir.class(class).qualname));
                    }
                    Some(Abstract::Ref(Symbol::External(dotted))) => *view = dotted.to_string(),
                    _ => {}
                }
            }
        }
        if is_nested {
            let parent = positional(made, 0).or_else(|| argument(made, "parent_router"))?;
            // As it is made, whatever was registered with it since.
            let ir = project.ir(value.site.file);
            let written = match ir.value(value.site.node) {
                Value::Call { args, .. } => ir.args[args].first().copied(),
                _ => None,
            };
            let written = written.map(|arg| {
                let of = unchanged(project, value.site.file, arg.value);
                questions.evaluate(value.site.file, of)
            });
            let parent = match &written {
                Some(written) if is_router(project, written) => written,
                _ => parent,
            };
            let prefix = positional(made, 1).or_else(|| argument(made, "parent_prefix"))?;
            let prefix = prefix.value.as_str()?.to_owned();
            let called = argument(made, "lookup").and_then(|value| value.value.as_str());
            let called = called.map_or_else(|| "nested_1_".to_owned(), |name| format!("{name}_"));
            let above = Self::of(project, registry, questions, parent, lookup)?;
            let registered = registry.of(parent.site);
            let owner = registered.iter().find(|other| other.prefix == prefix)?;
            let part = lookup(questions, owner, &called, above.is_regex);
            router.before = format!("{}{prefix}/{part}/", above.before.trim_start_matches('^'));
        }
        Some(router)
    }

    /// The route of a template for a prefix.
    pub(super) fn route(&self, template: &Template, prefix: &str, lookup: &str) -> String {
        let mut url = template.url.clone();
        if !self.is_regex {
            url = url.trim_start_matches('^').trim_end_matches('$').to_owned();
        }
        let prefix = format!("{}{prefix}", self.before);
        let url = url
            .replace("{prefix}", &prefix)
            .replace("{lookup}", lookup)
            .replace("{trailing_slash}", &self.slash);
        match (prefix.is_empty(), self.is_regex) {
            (true, true) => match url.strip_prefix("^/") {
                Some(rest) => format!("^{rest}"),
                None => url,
            },
            (true, false) => url.strip_prefix('/').map(str::to_owned).unwrap_or(url),
            (false, _) => url,
        }
    }

    /// The route with which the format is asked for: `users.json`.
    pub(super) fn formatted(&self, route: &str) -> String {
        let bare = route.trim_end_matches('$').trim_end_matches('/');
        match self.is_regex {
            true => format!("{bare}\\.(?P<format>[a-z0-9]+)/?$"),
            false => format!("{bare}<drf_format_suffix:format>"),
        }
    }
}

/// What a router's own `__init__` has routes end in: `self.trailing_slash = "/?"`.
fn slash_of(project: &Project, (file, class): (FileId, bartizan_ir::ClassId)) -> Option<String> {
    let member = project.lookup_member(ClassRef::Project(file, class), "__init__")?;
    let file = member.class.0;
    if project.module_name(file).starts_with("rest_framework") {
        return None;
    }
    let Entity::Function(file, function) = project.definition(file, member.value) else {
        return None;
    };
    let ir = project.ir(file);
    let mut stored = ir.effects[ir.function(function).effects].iter().filter_map(|effect| {
        let EffectKind::StoreAttr { object, name, value } = effect.kind else { return None };
        let is_own = ir.value(ir.bare(object)) == Value::Param(0);
        match ir.value(ir.bare(value)) {
            Value::Str(text) if is_own && ir.str(name) == "trailing_slash" => {
                Some(ir.str(text).to_owned())
            }
            _ => None,
        }
    });
    stored.next_back()
}

fn argument<'v>(made: &'v Apply, name: &str) -> Option<&'v Evaluated> {
    made.args.iter().find(|(known, _)| known.as_deref() == Some(name)).map(|(_, value)| value)
}

fn positional(made: &Apply, position: usize) -> Option<&Evaluated> {
    made.args.iter().filter(|(name, _)| name.is_none()).nth(position).map(|(_, value)| value)
}

/// What DRF's own routers make of a viewset.
fn plain() -> Vec<Template> {
    let fixed = |url: &str, name: &str, detail, mapping: &[(&'static str, &str)]| Template {
        url: url.to_owned(),
        name: name.to_owned(),
        mapping: Some(mapping.iter().map(|(method, to)| (*method, (*to).to_owned())).collect()),
        detail,
    };
    let filled = |url: &str, detail| Template {
        url: url.to_owned(),
        name: "{basename}-{url_name}".to_owned(),
        mapping: None,
        detail,
    };
    vec![
        fixed(
            "^{prefix}{trailing_slash}$",
            "{basename}-list",
            false,
            &[("GET", "list"), ("POST", "create")],
        ),
        filled("^{prefix}/{url_path}{trailing_slash}$", false),
        fixed(
            "^{prefix}/{lookup}{trailing_slash}$",
            "{basename}-detail",
            true,
            &[
                ("GET", "retrieve"),
                ("PUT", "update"),
                ("PATCH", "partial_update"),
                ("DELETE", "destroy"),
            ],
        ),
        filled("^{prefix}/{lookup}/{url_path}{trailing_slash}$", true),
    ]
}

/// The `routes` that a router of the project writes itself.
fn templates(value: &Evaluated) -> Option<Vec<Template>> {
    let Abstract::Seq(seq) = &value.value else { return None };
    seq.items.iter().map(template).collect()
}

fn template(item: &Evaluated) -> Option<Template> {
    let Abstract::Apply(made) = &item.value else { return None };
    let Symbol::External(symbol) = &made.symbol else { return None };
    // Where DRF itself is read, `Route` is what `namedtuple` gave.
    let (dynamic, skip) = match symbol.rsplit('.').next() {
        Some("DynamicRoute") => (true, 0),
        Some("Route") => (false, 0),
        Some("__call__") => {
            let Abstract::Apply(tuple) = &positional(made, 0)?.value else { return None };
            (positional(tuple, 0)?.value.as_str()? == "DynamicRoute", 1)
        }
        _ => return None,
    };
    let order: &[&str] = match dynamic {
        true => &["url", "name", "detail", "initkwargs"],
        false => &["url", "mapping", "name", "detail", "initkwargs"],
    };
    let of = |name: &str| {
        let place = order.iter().position(|known| *known == name)?;
        argument(made, name).or_else(|| positional(made, place + skip))
    };
    let mapping = match dynamic {
        true => None,
        false => {
            let Abstract::Map(map) = &of("mapping")?.value else { return None };
            let mut pairs = Mapping::new();
            for (method, action) in &map.entries {
                let method = method.value.as_str()?;
                let known = super::views::METHODS.iter().find(|(_, lower)| *lower == method);
                if let Some((method, _)) = known {
                    pairs.push((*method, action.value.as_str()?.to_owned()));
                }
            }
            Some(pairs)
        }
    };
    Some(Template {
        url: of("url")?.value.as_str()?.to_owned(),
        name: of("name")?.value.as_str()?.to_owned(),
        mapping,
        detail: truth(of("detail")?) == Truth::Yes,
    })
}
