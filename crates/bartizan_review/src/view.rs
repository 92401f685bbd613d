//! One endpoint: what stands around its view, what the view asks, fetches, shows and lets be changed.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{ArgKind, ClassId, EffectKind, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::deeds::{Deed, DeedKind};
use crate::facts::CsrfState;
use crate::fields::Fields;
use crate::formula::Formula;
use crate::guards::Around;
use crate::models::outside;
use crate::outcomes::Outcome;
use crate::permissions::Permission;
use crate::reader::{Ask, Reader};
use crate::scope::{Query, is_secret};
use crate::site::SiteWide;
use crate::target::{Target, View};
use crate::walk::Walked;

/// What holds for one method of an endpoint.
pub(crate) struct Seen {
    pub(crate) access: Formula,
    /// What the view itself asks, without what the whole site does.
    pub(crate) own: Formula,
    /// What an API knows visitors by.
    pub(crate) authentication: Option<BTreeSet<String>>,
    /// Whom classes of the project that know visitors do not turn away.
    pub(crate) known: Formula,
    pub(crate) queries: Vec<Query>,
    /// Which rows a query itself chooses, where more is asked on the way to it.
    pub(crate) by_itself: Vec<(Query, Formula)>,
    pub(crate) fields: Fields,
    pub(crate) throttles: BTreeSet<String>,
    pub(crate) csrf: CsrfState,
    pub(crate) deeds: Vec<Deed>,
    /// What stands around the view asks.
    pub(crate) around: Formula,
    /// What comes of a request.
    pub(crate) outcomes: Vec<Outcome>,
}

/// The methods and the functions of a class that answer to them.
const HANDLERS: &[(&str, &str)] =
    &[("GET", "get"), ("POST", "post"), ("PUT", "put"), ("PATCH", "patch"), ("DELETE", "delete")];

/// Functions that run for every method.
const ALWAYS_RUN: &[&str] = &[
    "dispatch",
    "setup",
    "initial",
    "initialize_request",
    "get_queryset",
    "get_object",
    "filter_queryset",
    "get_context_data",
    "get_serializer",
    "get_serializer_context",
    "get_form_kwargs",
    "get_form",
    "get_success_url",
    "check_permissions",
    "check_object_permissions",
    "get_throttles",
];

/// What every view of DRF has itself.
const POLICIES: &[&str] = &["permission_classes", "authentication_classes", "throttle_classes"];

/// Functions of these that run for every request to an API, and elsewhere only where code calls them.
pub(crate) const OF_APIS: &[&str] =
    &["initial", "initialize_request", "check_permissions", "check_object_permissions"];

/// Tests that mixins ask before the handler runs.
const TESTS: &[&str] = &["has_permission", "test_func"];

/// Functions that run only where the handler calls them.
const FETCHING: &[&str] = &["get_queryset", "get_object", "filter_queryset"];

/// Functions that run where something is changed.
const RUN_FOR_WRITES: &[&str] =
    &["form_valid", "form_invalid", "perform_create", "perform_update", "perform_destroy"];

/// Functions inside functions beyond which none is asked for the method.
const DEEPEST_ASKED: usize = 2;

impl Reader<'_> {
    /// The methods of a function that names them: by a decorator, or in its own code.
    pub(crate) fn function_methods(
        &self,
        target: &Target,
        file: FileId,
        function: FunctionId,
    ) -> (Option<Vec<String>>, bool) {
        let ask = Rc::new(Ask { method: "GET", ..Ask::default() });
        let around = self.around(target, &ask);
        (around.methods, self.asks_method((file, function), 0))
    }

    /// Whether a function asks by which method it is asked, itself or by others that it calls.
    fn asks_method(&self, (file, function): (FileId, FunctionId), depth: usize) -> bool {
        let ir = self.ir(file);
        let span = ir.function(function).span;
        let asks = |name: &str| {
            ir.strings.find(name).is_some_and(|name| {
                ir.values.iter().zip(&ir.spans).any(|(value, at)| {
                    matches!(value, Value::Attr { name: read, .. } if *read == name)
                        && span.contains(*at)
                })
            })
        };
        if asks("method") || asks("POST") {
            return true;
        }
        let effects = &ir.effects[ir.function(function).effects];
        depth < DEEPEST_ASKED
            && effects.iter().any(|effect| match effect.kind {
                EffectKind::Call(call) => match self.project.callee(file, call).target {
                    Entity::Function(file, function) => {
                        self.step() && self.asks_method((file, function), depth + 1)
                    }
                    _ => false,
                },
                _ => false,
            })
    }

    fn around(&self, target: &Target, ask: &Rc<Ask>) -> Around {
        let mut around = Around::default();
        for (file, by) in &target.decorators {
            self.decorate(&self.outside(*file, ask), *by, &mut around, 0);
        }
        around
    }

    /// What a view asks and does for one method.
    pub(crate) fn see(&self, target: &Target, site: &SiteWide, ask: &Rc<Ask>) -> Seen {
        self.refuel();
        let around = self.around(target, ask);
        let mut seen = match target.view {
            View::Function(file, function) => {
                self.function_view(file, function, &around, site, ask)
            }
            View::Class(file, class) => self.class_view(file, class, site, ask),
            View::Outside => Seen {
                access: Formula::Always,
                own: Formula::Always,
                authentication: None,
                known: Formula::Always,
                queries: Vec::new(),
                by_itself: Vec::new(),
                fields: Fields::default(),
                throttles: BTreeSet::new(),
                csrf: site.csrf,
                deeds: Vec::new(),
                around: Formula::Always,
                outcomes: Vec::new(),
            },
        };
        seen.own = around.access.clone().and(seen.access);
        let (by_site, known) = self.through_site(site, around.is_open, ask);
        seen.around = by_site.clone().and(around.access).and(seen.around);
        seen.access = by_site.and(seen.own.clone());
        seen.deeds.extend(known);
        seen.throttles.extend(around.throttles);
        let asked = self.asked_limits(&seen);
        seen.throttles.extend(asked);
        match around.exempt {
            Some(true) => seen.csrf = CsrfState::Exempt,
            Some(false) => seen.csrf = CsrfState::Checked,
            None => {}
        }
        // How often the same is fetched is kept: one of two may be fetched otherwise.
        seen.queries.sort();
        seen
    }

    fn function_view(
        &self,
        file: FileId,
        function: FunctionId,
        around: &Around,
        site: &SiteWide,
        ask: &Rc<Ask>,
    ) -> Seen {
        let frame = self.entry(file, function, None, ask, None);
        let mut walked = Walked::default();
        self.walk(&frame, &Formula::Always, &mut walked);
        self.refuel();
        let outcomes = self.outcomes_of(&frame);
        self.refuel();
        let mut access = walked.access();
        let mut before = Formula::Always;
        let mut csrf = site.csrf;
        let mut throttles = BTreeSet::new();
        let mut authentication = None;
        let mut known = Formula::Always;
        if around.is_api {
            let permission =
                around.permission.clone().unwrap_or_else(|| self.default_permissions(ask));
            access = permission.has.clone().and(access);
            before = permission.has;
            if walked.object_checked {
                access = access.and(permission.object);
            }
            csrf = self.api_csrf(around.authentication);
            (authentication, known) = self.authenticated(around.authentication, ask, &mut walked);
            if !around.names_throttles {
                throttles.extend(self.default_throttles(ask));
            }
        }
        let mut fields = Fields::default();
        for (file, class, when) in std::mem::take(&mut walked.classes) {
            access = access.and(self.validated(file, class, &when, ask));
            let mut found = self.fields_of(file, class, ask, 0).unwrap_or_default();
            found.are_for(&when);
            fields.add(found);
            walked.queries.extend(self.choices_of(file, class, ask));
        }
        self.add_set(&walked, &mut fields);
        self.taken_by_view(&frame, &mut fields);
        let deeds = all_deeds(walked.deeds, &mut fields);
        let own = access.clone();
        let mut seen = Seen {
            access,
            own,
            authentication,
            known,
            queries: walked.queries,
            by_itself: walked.by_itself,
            fields,
            throttles,
            csrf,
            deeds,
            around: before,
            outcomes,
        };
        self.hand_on(&frame, site, ask, &mut seen);
        seen
    }

    fn add_set(&self, walked: &Walked, fields: &mut Fields) {
        for (made, when) in &walked.made {
            let mut made = made.clone();
            made.are_for(when);
            fields.add(made);
        }
        for (name, site) in &walked.set {
            fields.writable.entry(name.clone()).or_insert(*site);
        }
        for (name, site) in &walked.told {
            fields.readable.entry(name.clone()).or_insert(*site);
        }
    }

    /// What a class, or what stands in for it here, binds to a name.
    pub(crate) fn attribute_of(
        &self,
        of: ClassRef,
        ask: &Ask,
        name: &str,
    ) -> Option<(FileId, ValueId)> {
        if let Some((_, file, value)) = ask.overrides.iter().find(|(known, ..)| known == name) {
            return Some((*file, *value));
        }
        let member = self.project.lookup_member(of, name)?;
        // What stands behind a view of DRF, which has it itself, is never asked.
        if POLICIES.contains(&name) {
            for base in &self.project.mro(of).classes {
                match *base {
                    base if base == ClassRef::Project(member.class.0, member.class.1) => break,
                    ClassRef::External(symbol) => {
                        let dotted = self.project.symbol(symbol);
                        if dotted.starts_with("rest_framework.")
                            && (dotted.ends_with("APIView") || dotted.ends_with("ViewSet"))
                        {
                            return None;
                        }
                    }
                    ClassRef::Project(..) => {}
                }
            }
        }
        self.saw(member.class.0, self.ir(member.class.0).span(member.value));
        Some((member.class.0, member.value))
    }

    pub(crate) fn class_view(
        &self,
        file: FileId,
        class: ClassId,
        site: &SiteWide,
        ask: &Rc<Ask>,
    ) -> Seen {
        let of = ClassRef::Project(file, class);
        self.saw(file, self.ir(file).class(class).span);
        let is_api = self.is_api(of);
        let mut around = Around::default();
        let mut is_alive = true;
        let mut passed_by = Formula::Never;
        let handler = HANDLERS.iter().find(|(method, _)| *method == ask.method).map(|(_, h)| *h);
        let handles = |name: &str| Some(name) == handler || Some(name) == ask.action.as_deref();
        for base in &self.project.mro(of).classes {
            match *base {
                ClassRef::Project(file, class) => {
                    self.class_decorators(file, class, is_alive, &handles, ask, &mut around);
                    if let Some(member) = self.project.own_member(*base, "dispatch")
                        && let Entity::Function(file, function) =
                            self.project.definition(member.class.0, member.value)
                        && is_alive
                    {
                        self.own_decorators(file, function, ask, &mut around);
                        is_alive = self.calls_super(file, function);
                        passed_by = passed_by.or(self.passes_by(of, (file, function), false, ask));
                    }
                    // `return login_required(super().as_view(…))`
                    if let Some(member) = self.project.own_member(*base, "as_view")
                        && let Entity::Function(file, function) =
                            self.project.definition(member.class.0, member.value)
                        && is_alive
                        && let Some(result) = self.ir(file).function(function).result
                    {
                        let frame = self.entry(file, function, Some(of), ask, None);
                        let asked = self.made_by_decorator(&frame, result, &mut around, 0);
                        around.ask(asked);
                    }
                }
                ClassRef::External(symbol) => {
                    let dotted = self.project.symbol(symbol);
                    let name = dotted.rsplit('.').next().unwrap_or(dotted);
                    let is_view = name == "View"
                        || name.ends_with("View")
                        || name.ends_with("ViewSet")
                        || name == "APIView";
                    if is_alive && !is_view {
                        let asked =
                            self.mixin(of, name, (file, self.ir(file).class(class).name_span), ask);
                        // Whoever has no permission is handed on all the same.
                        let asked = match self.method(of, "handle_no_permission") {
                            Some(method) if asked != Formula::Always => {
                                asked.or(self.passes_by(of, method, true, ask))
                            }
                            _ => asked,
                        };
                        around.access = around.access.clone().and(passed_by.clone().or(asked));
                    }
                    if is_view {
                        is_alive = false;
                    }
                }
            }
        }
        let mut walked = Walked::default();
        let mut rows: Vec<Query> = Vec::new();
        let mut is_filtered = false;
        let is_own_answer = self.answers_itself(of, ask);
        for name in self.roots(of, ask) {
            // Only API views ask these by themselves.
            if !is_api && OF_APIS.contains(&name.as_str()) {
                continue;
            }
            // What the handler does not call is not asked.
            if is_own_answer && FETCHING.contains(&name.as_str()) {
                continue;
            }
            let Some((file, function)) = self.method(of, &name) else { continue };
            self.refuel();
            if handles(&name) {
                self.own_decorators(file, function, ask, &mut around);
            }
            let mut frame = self.entry(file, function, Some(of), ask, None);
            // It is given the rows of the view, and what it leaves of them counts.
            if name == "filter_queryset"
                && let Some(query) = self.own_rows(&frame, true, 0)
            {
                frame = self.given_rows(&frame, query);
            }
            let result = self.ir(file).function(function).result;
            if matches!(name.as_str(), "get_queryset" | "get_object" | "filter_queryset")
                && let Some(result) = result
                && let Some(query) = self.query(&frame, result)
            {
                // What comes of it in the end counts, not the steps.
                let before = walked.queries.len();
                self.walk(&frame, &Formula::Always, &mut walked);
                walked.queries.truncate(before);
                if name == "filter_queryset" {
                    is_filtered = true;
                    rows.retain(|known| known.model != query.model);
                }
                if !is_filtered || name != "get_queryset" {
                    rows.push(query);
                }
                continue;
            }
            if name == "get_object"
                && let Some(result) = result
                && self.text(&frame, result) == "request.user"
            {
                // Whoever asks is the row.
                let model = self.user_name();
                let place = (file, self.ir(file).span(result));
                let formula = self.atom(format!("{model}.pk=request.user"), place);
                rows.push(Query { model: Arc::from(model), formula });
            }
            self.walk(&frame, &Formula::Always, &mut walked);
        }
        for (file, function) in TESTS.iter().filter_map(|name| self.method(of, name)) {
            self.refuel();
            let frame = self.entry(file, function, Some(of), ask, None);
            walked.queries.extend(self.found_by_test(&frame));
        }
        let is_generic = outside(self.project, of).any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            last.ends_with("View") && last != "View" && last != "APIView"
                || last.ends_with("ViewSet")
                || last == "SingleObjectMixin"
                || last == "MultipleObjectMixin"
        });
        // A view of one row asks for the rows of its class only where it does not choose for itself.
        let chooses = !is_api
            && self
                .method(of, "get_object")
                .is_some_and(|(file, function)| !self.calls_super(file, function))
            && !rows.is_empty();
        self.refuel();
        let gives_all = !is_filtered && !chooses && self.method(of, "get_queryset").is_none();
        if is_generic && !is_own_answer && gives_all {
            let frame = self.outside(file, ask);
            let own = self.attribute_of(of, ask, "queryset");
            let by_override = ask.overrides.iter().any(|(name, ..)| name == "queryset");
            let found = match own {
                Some((file, value)) if by_override => self.query(&self.outside(file, ask), value),
                _ => self.class_rows(of, &frame),
            };
            rows.extend(found);
        }
        // A row that the project fetches itself goes through no filter.
        let is_fetched = !matches!(ask.action.as_deref(), Some("list"))
            && self
                .method(of, "get_object")
                .is_some_and(|(file, function)| !self.calls_super(file, function));
        let is_filtered_so = is_fetched || self.method(of, "filter_queryset").is_some();
        if is_api && !is_own_answer && !is_filtered_so {
            let all = std::mem::take(&mut rows).into_iter();
            rows = all.map(|rows| self.through_backends(of, ask, rows)).collect();
        }
        self.by_secret(of, is_api, ask, &mut rows);
        let handlers = self.handlers(of, ask);
        let outcomes = self.outcomes_of_class(of, &handlers, ask);
        self.refuel();
        let mut before = around.access.clone();
        let mut access = around.access.clone().and(walked.access());
        let mut csrf = site.csrf;
        let mut throttles: BTreeSet<String> = around.throttles.iter().cloned().collect();
        let mut authentication = None;
        let mut known = Formula::Always;
        if is_api {
            let runs = |name: &str| match self.method(of, name) {
                Some((file, function)) => self.calls_super(file, function),
                None => true,
            };
            let is_dispatched = runs("dispatch") && runs("initial") && runs("check_permissions");
            if is_dispatched {
                self.refuel();
                let permission = self.view_permissions(of, ask);
                before = before.and(permission.has.clone());
                access = access.and(permission.has);
                let own_object = self.method(of, "get_object").is_some();
                let is_one = !is_own_answer
                    && match &ask.action {
                        Some(action) => !matches!(action.as_str(), "list" | "create"),
                        // Generic views of lists fetch no row that a permission could ask about.
                        None => outside(self.project, of).any(|base| {
                            let last = base.rsplit('.').next().unwrap_or(base);
                            ["Retrieve", "Update", "Destroy"].iter().any(|word| last.contains(word))
                        }),
                    };
                if (walked.object_checked || is_generic && !own_object && is_one)
                    && self
                        .method(of, "check_object_permissions")
                        .is_none_or(|(file, function)| self.calls_super(file, function))
                {
                    access = access.and(permission.object);
                }
            }
            let classes = self.attribute_of(of, ask, "authentication_classes");
            csrf = self.api_csrf(classes);
            (authentication, known) = self.authenticated(classes, ask, &mut walked);
            match self.attribute_of(of, ask, "throttle_classes") {
                Some((file, list)) => {
                    throttles.extend(self.throttles(&self.outside(file, ask), list));
                }
                None => throttles.extend(self.default_throttles(ask)),
            }
            if let Some((file, scope)) = self.attribute_of(of, ask, "throttle_scope") {
                let scope = self.text(&self.outside(file, ask), scope);
                if scope != "None" {
                    throttles.insert(format!("scope {}", scope.trim_matches('"')));
                }
            }
        }
        if is_api {
            throttles.extend(self.chosen_throttles(of, ask));
        }
        if !is_api
            && self.asks_throttles(of)
            && let Some((file, list)) = self.attribute_of(of, ask, "throttle_classes")
        {
            throttles.extend(self.throttles(&self.outside(file, ask), list));
        }
        match around.exempt {
            Some(true) => csrf = CsrfState::Exempt,
            Some(false) => csrf = CsrfState::Checked,
            None => {}
        }
        self.refuel();
        let mut fields = self.class_fields(of, ask, &mut walked);
        access = access.and(Formula::all(std::mem::take(&mut walked.validated)));
        self.add_set(&walked, &mut fields);
        rows.extend(walked.queries);
        let deeds = all_deeds(walked.deeds, &mut fields);
        let own = access.clone();
        let mut seen = Seen {
            access,
            own,
            authentication,
            known,
            queries: rows,
            by_itself: walked.by_itself,
            fields,
            throttles,
            csrf,
            deeds,
            around: before,
            outcomes,
        };
        for name in &handlers {
            let Some((file, function)) = self.method(of, name) else { continue };
            let frame = self.entry(file, function, Some(of), ask, None);
            self.hand_on(&frame, site, ask, &mut seen);
        }
        seen
    }

    /// A row that is looked for by a secret is met by those who know it.
    fn by_secret(&self, of: ClassRef, is_api: bool, ask: &Rc<Ask>, rows: &mut [Query]) {
        let name = if is_api { "lookup_field" } else { "slug_field" };
        let Some((file, value)) = self.attribute_of(of, ask, name) else { return };
        let by = self.text(&self.outside(file, ask), value);
        let by = by.trim_matches('"').replace("__", ".");
        if !is_secret(&by) || matches!(ask.action.as_deref(), Some("list" | "create")) {
            return;
        }
        let place = (file, self.ir(file).span(value));
        for row in rows {
            let known = self.atom(format!("{}.{by} is known", row.model), place);
            row.formula = row.formula.clone().and(known);
        }
    }

    pub(crate) fn user_name(&self) -> String {
        let named = self.settings.get("AUTH_USER_MODEL");
        let dotted = named.and_then(|named| named.value.value.as_str().map(str::to_owned));
        let dotted = dotted.unwrap_or_else(|| "auth.User".to_owned());
        dotted.rsplit('.').next().unwrap_or("User").to_owned()
    }

    /// Whether a class answers to a method that it does not do it: `raise MethodNotAllowed`, whoever asks.
    pub(crate) fn is_refused(&self, file: FileId, class: ClassId, method: &str) -> bool {
        let names: &[&str] = match method {
            "POST" => &["post", "create", "perform_create"],
            "PUT" => &["put", "update", "perform_update"],
            "PATCH" => &["patch", "partial_update", "perform_update"],
            "DELETE" => &["delete", "destroy", "perform_destroy"],
            _ => return false,
        };
        let of = ClassRef::Project(file, class);
        names.iter().filter_map(|name| self.method(of, name)).any(|(file, function)| {
            let ir = self.ir(file);
            ir.effects[ir.function(function).effects].iter().any(|effect| {
                let EffectKind::Raise(Some(raised)) = effect.kind else { return false };
                let class = match ir.value(ir.bare(raised)) {
                    Value::Call { callee, .. } => callee,
                    _ => raised,
                };
                let is_named = match self.project.definition(file, class) {
                    Entity::External(symbol) => {
                        self.project.symbol(symbol).ends_with("MethodNotAllowed")
                    }
                    _ => false,
                };
                is_named && matches!(ir.path(effect.path), bartizan_ir::Path::Root)
            })
        })
    }

    /// When a `dispatch` answers without what stands behind it: it hands the request to another
    /// class than the next; elsewhere the next is meant as well.
    fn passes_by(
        &self,
        of: ClassRef,
        (file, function): (FileId, FunctionId),
        next_too: bool,
        ask: &Rc<Ask>,
    ) -> Formula {
        let ir = self.ir(file);
        let frame = self.entry(file, function, Some(of), ask, None);
        let ways = ir.effects[ir.function(function).effects].iter().filter_map(|effect| {
            let EffectKind::Return(Some(value)) = effect.kind else { return None };
            let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return None };
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
            let name = ir.str(name);
            let is_next = self.is_super(file, of);
            let hands_on = name == "dispatch"
                || HANDLERS.iter().any(|(_, handler)| name == *handler)
                    && self.is_itself(&frame, of);
            (hands_on && (next_too || !is_next))
                .then(|| self.path(&frame, effect.path, false))
                .flatten()
        });
        Formula::any(ways)
    }

    /// Whether the project itself writes what answers, so that of the rest only what it calls runs.
    fn answers_itself(&self, of: ClassRef, ask: &Ask) -> bool {
        let handler = match &ask.action {
            Some(action) => action.as_str(),
            None => HANDLERS.iter().find(|(m, _)| *m == ask.method).map_or("get", |(_, h)| *h),
        };
        match self.method(of, handler) {
            Some((file, function)) => !self.calls_super(file, function),
            None => false,
        }
    }

    pub(crate) fn is_api(&self, of: ClassRef) -> bool {
        outside(self.project, of).any(|base| {
            base.starts_with("rest_framework.")
                || base.ends_with(".APIView")
                || base.ends_with("ViewSet")
        })
    }

    /// Functions of a class that answer to a method.
    fn handlers(&self, of: ClassRef, ask: &Ask) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if let Some(action) = &ask.action {
            names.push(action.clone());
        } else if let Some((_, handler)) = HANDLERS.iter().find(|(method, _)| *method == ask.method)
        {
            names.push((*handler).to_owned());
            // Generic API views answer by these.
            if self.is_api(of) {
                let actions: &[&str] = match ask.method {
                    "GET" => &["list", "retrieve"],
                    "POST" => &["create"],
                    "PUT" => &["update"],
                    "PATCH" => &["partial_update", "update"],
                    "DELETE" => &["destroy"],
                    _ => &[],
                };
                names.extend(actions.iter().map(|action| (*action).to_owned()));
            }
        }
        names
    }

    /// Functions of a class that run for a method, the handler first.
    fn roots(&self, of: ClassRef, ask: &Ask) -> Vec<String> {
        let mut names = self.handlers(of, ask);
        names.extend(ALWAYS_RUN.iter().map(|name| (*name).to_owned()));
        if ask.method != "GET" {
            for name in RUN_FOR_WRITES {
                let is_other = match (*name, ask.action.as_deref(), ask.method) {
                    ("perform_create", Some(action), _) => action != "create",
                    ("perform_update", Some(action), _) => !action.ends_with("update"),
                    ("perform_destroy", Some(action), _) => action != "destroy",
                    ("perform_create", None, method) => method != "POST",
                    ("perform_update", None, method) => !matches!(method, "PUT" | "PATCH"),
                    ("perform_destroy", None, method) => method != "DELETE",
                    _ => false,
                };
                if !is_other {
                    names.push((*name).to_owned());
                }
            }
        }
        names
    }

    /// The methods that get through what is put around a class: `@method_decorator(require_POST, …)`.
    pub(crate) fn methods_around(&self, of: ClassRef) -> Option<Vec<String>> {
        let ask = Rc::new(Ask { method: "GET", ..Ask::default() });
        let mut around = Around::default();
        for base in &self.project.mro(of).classes {
            if let ClassRef::Project(file, class) = *base {
                self.class_decorators(file, class, true, &|_| false, &ask, &mut around);
            }
        }
        around.methods
    }

    pub(crate) fn own_decorators(
        &self,
        file: FileId,
        function: FunctionId,
        ask: &Rc<Ask>,
        around: &mut Around,
    ) {
        let ir = self.ir(file);
        for by in &ir.ids[ir.function(function).decorators] {
            self.decorate(&self.outside(file, ask), *by, around, 0);
        }
    }

    /// `@method_decorator(login_required, name="dispatch")`
    fn class_decorators(
        &self,
        file: FileId,
        class: ClassId,
        is_alive: bool,
        handles: &dyn Fn(&str) -> bool,
        ask: &Rc<Ask>,
        around: &mut Around,
    ) {
        let ir = self.ir(file);
        let frame = self.outside(file, ask);
        for by in &ir.ids[ir.class(class).decorators] {
            let by = ir.bare(*by);
            let mut on = None;
            if let Value::Call { args, .. } = ir.value(by) {
                let named =
                    ir.args[args].iter().enumerate().find_map(|(index, arg)| match arg.kind {
                        ArgKind::Keyword(name) if ir.str(name) == "name" => {
                            self.strings(&frame, arg.value)
                        }
                        ArgKind::Positional if index == 1 => self.strings(&frame, arg.value),
                        _ => None,
                    });
                on = named.and_then(|names| names.into_iter().next());
            }
            let applies = match on.as_deref() {
                Some("dispatch") | None => is_alive,
                Some(name) => handles(name),
            };
            if applies {
                self.decorate(&frame, by, around, 0);
            }
        }
    }

    /// Whether a method hands on to the one that it overrides.
    pub(crate) fn calls_super(&self, file: FileId, function: FunctionId) -> bool {
        let ir = self.ir(file);
        let record = ir.function(function);
        let name = record.name;
        ir.effects[record.effects].iter().any(|effect| {
            let EffectKind::Call(call) = effect.kind else { return false };
            let Value::Call { callee, args } = ir.value(call) else { return false };
            let Value::Attr { of, name: called } = ir.value(ir.bare(callee)) else { return false };
            // `Orders.objects.get(…)` in `get` is another one.
            let is_given_itself = || {
                let first = ir.args[args].first().map(|arg| ir.value(ir.bare(arg.value)));
                matches!(first, Some(Value::Param(0)))
            };
            called == name && (self.is_super(file, of) || is_given_itself())
        })
    }

    fn view_permissions(&self, of: ClassRef, ask: &Rc<Ask>) -> Permission {
        if let Some((file, function)) = self.method(of, "get_permissions") {
            let frame = self.entry(file, function, Some(of), ask, None);
            if let Some(result) = self.ir(file).function(function).result {
                return self.permissions(&frame, result, 0);
            }
        }
        match self.attribute_of(of, ask, "permission_classes") {
            // A property is what it returns.
            Some((file, list))
                if let Entity::Function(file, function) = self.project.definition(file, list)
                    && let Some(result) = self.ir(file).function(function).result =>
            {
                let frame = self.entry(file, function, Some(of), ask, None);
                self.permissions(&frame, result, 0)
            }
            Some((file, list)) => self.permissions(&self.outside(file, ask), list, 0),
            None => self.default_permissions(ask),
        }
    }
}

/// What is done, and which fields stay for whom.
pub(crate) fn all_deeds(mut deeds: Vec<Deed>, fields: &mut Fields) -> Vec<Deed> {
    let kept = std::mem::take(&mut fields.kept).into_iter();
    deeds.extend(kept.map(|(name, formula)| Deed {
        kind: DeedKind::Field,
        what: Arc::from(name),
        formula,
    }));
    deeds
}
