//! One endpoint: what stands around its view, what the view asks, fetches, shows and lets be changed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use bartizan_base::Span;
use bartizan_django::endpoints::Endpoint;
use bartizan_django::settings::{Truth, contains};
use bartizan_ir::{ArgKind, ClassId, EffectKind, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;
use rustc_hash::FxHashMap;

use crate::facts::{CsrfState, ViewKind};
use crate::fields::Fields;
use crate::formula::{Formula, LOGIN, STAFF, SUPERUSER};
use crate::guards::{Around, Permission};
use crate::models::outside;
use crate::reader::{Ask, Frame, Reader, Site, is_about_people};
use crate::scope::Query;
use crate::walk::Walked;

/// The view behind a route, and the decorators around it, the outermost first.
pub(crate) struct Target {
    decorators: Vec<(FileId, ValueId)>,
    pub(crate) view: View,
    /// What `as_view(…)` is given in the place of class attributes.
    pub(crate) overrides: Vec<(String, FileId, ValueId)>,
    /// `as_view({"get": "list"})`
    pub(crate) actions: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum View {
    Function(FileId, FunctionId),
    Class(FileId, ClassId),
    Outside,
}

/// What holds for one method of an endpoint.
pub(crate) struct Seen {
    pub(crate) access: Formula,
    pub(crate) queries: Vec<Query>,
    pub(crate) fields: Fields,
    pub(crate) throttles: BTreeSet<String>,
    pub(crate) csrf: CsrfState,
}

/// Calls by their place, so that a route leads to the code that makes it.
#[derive(Default)]
pub(crate) struct Calls(FxHashMap<FileId, FxHashMap<Span, ValueId>>);

/// What middleware asks of every request.
pub(crate) struct SiteWide {
    login: Option<Site>,
    csrf: CsrfState,
    /// Middleware of the project.
    own: Vec<(FileId, ClassId)>,
    own_functions: Vec<(FileId, FunctionId)>,
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

/// Functions that run only where the handler calls them.
const FETCHING: &[&str] = &["get_queryset", "get_object", "filter_queryset"];

/// Functions that run where something is changed.
const RUN_FOR_WRITES: &[&str] =
    &["form_valid", "form_invalid", "perform_create", "perform_update", "perform_destroy"];

impl Reader<'_> {
    // ---- From the route to the view ----------------------------------------------------------

    pub(crate) fn target(&self, endpoint: &Endpoint, calls: &mut Calls) -> Target {
        let mut target = Target {
            decorators: Vec::new(),
            view: View::Outside,
            overrides: Vec::new(),
            actions: Vec::new(),
        };
        let file = endpoint.route_file;
        let ir = self.ir(file);
        let by_place = calls.0.entry(file).or_insert_with(|| {
            let values = ir.values.iter().zip(&ir.spans).enumerate();
            let made = values.filter(|(_, (value, _))| matches!(value, Value::Call { .. }));
            made.map(|(index, (_, span))| (*span, ValueId::from_index(index))).collect()
        });
        if let Some(call) = by_place.get(&endpoint.route_span).copied()
            && let Value::Call { args, .. } = ir.value(call)
        {
            let mut position = 0;
            for arg in &ir.args[args] {
                let is_view = match arg.kind {
                    ArgKind::Positional => {
                        position += 1;
                        position == 2
                    }
                    ArgKind::Keyword(name) => matches!(ir.str(name), "view" | "viewset"),
                    _ => false,
                };
                if is_view {
                    self.unwrap(file, arg.value, &mut target, 0);
                }
            }
        }
        if target.view == View::Outside {
            target.view = self.defined_at(endpoint.file, endpoint.span);
            if let View::Function(file, function) = target.view {
                let ir = self.ir(file);
                let own = ir.ids[ir.function(function).decorators].iter();
                target.decorators.extend(own.map(|by| (file, *by)));
            }
        }
        target
    }

    fn defined_at(&self, file: FileId, span: Span) -> View {
        let ir = self.ir(file);
        if let Some((class, _)) = ir.classes().find(|(_, class)| class.name_span == span) {
            // The pages of an admin are no views of their own: who reaches them, its site says.
            let of = ClassRef::Project(file, class);
            let is_admin = outside(self.project, of).any(|base| base.contains("Admin"));
            return if is_admin { View::Outside } else { View::Class(file, class) };
        }
        let function = ir.functions().find(|(_, function)| {
            function.name_span == span && function.kind == bartizan_ir::FunctionKind::Def
        });
        match function {
            Some((function, _)) => View::Function(file, function),
            None => View::Outside,
        }
    }

    fn unwrap(&self, file: FileId, value: ValueId, target: &mut Target, depth: usize) {
        if depth > 24 {
            return;
        }
        let ir = self.ir(file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Call { callee, args } => {
                let callee = ir.bare(callee);
                if let Value::Attr { of, name } = ir.value(callee)
                    && matches!(ir.str(name), "as_view" | "as_asgi")
                {
                    if let Entity::Class(file, class) = self.project.definition(file, of) {
                        target.view = View::Class(file, class);
                    }
                    for arg in &ir.args[args] {
                        match (arg.kind, ir.value(ir.bare(arg.value))) {
                            (ArgKind::Keyword(name), _) => {
                                let name = ir.str(name).to_owned();
                                target.overrides.push((name, file, arg.value));
                            }
                            (ArgKind::Positional, Value::Dict(pairs)) => {
                                for pair in &ir.pairs[pairs] {
                                    if let Some(key) = pair.key
                                        && let Value::Str(method) = ir.value(key)
                                        && let Value::Str(action) = ir.value(ir.bare(pair.value))
                                    {
                                        target.actions.push((
                                            ir.str(method).to_ascii_uppercase(),
                                            ir.str(action).to_owned(),
                                        ));
                                    }
                                }
                            }
                            _ => {}
                        }
                    }
                    return;
                }
                if let Some(first) = ir.args[args].first() {
                    target.decorators.push((file, callee));
                    self.unwrap(file, first.value, target, depth + 1);
                }
            }
            Value::Decorated { by, of } => {
                target.decorators.push((file, by));
                self.unwrap(file, of, target, depth + 1);
            }
            Value::Function(function) => target.view = View::Function(file, function),
            Value::Class(class) => target.view = View::Class(file, class),
            _ => match self.project.definition(file, value) {
                Entity::Function(file, function) => {
                    let ir = self.ir(file);
                    let own = ir.ids[ir.function(function).decorators].iter();
                    target.decorators.extend(own.map(|by| (file, *by)));
                    target.view = View::Function(file, function);
                }
                Entity::Class(file, class) => target.view = View::Class(file, class),
                Entity::Value(at_file, at) if (at_file, at) != (file, value) => {
                    self.unwrap(at_file, at, target, depth + 1);
                }
                _ => {}
            },
        }
    }

    // ---- What every request passes -----------------------------------------------------------

    pub(crate) fn site_wide(&self) -> SiteWide {
        let mut site = SiteWide {
            login: None,
            csrf: CsrfState::Off,
            own: Vec::new(),
            own_functions: Vec::new(),
        };
        let Some(middleware) = self.settings.get("MIDDLEWARE") else { return site };
        site.csrf = match contains(&middleware.value, "django.middleware.csrf.CsrfViewMiddleware") {
            Truth::Yes => CsrfState::Checked,
            Truth::No => CsrfState::Off,
            Truth::Unknown => CsrfState::Unknown,
        };
        let Abstract::Seq(seq) = &middleware.value.value else { return site };
        for item in &seq.items {
            let Some(dotted) = item.value.as_str() else { continue };
            let place = (item.site.file, self.ir(item.site.file).span(item.site.node));
            if dotted.ends_with(".LoginRequiredMiddleware") {
                site.login = Some(place);
            }
            match self.project.find(dotted) {
                Entity::Class(file, class) => {
                    let of = ClassRef::Project(file, class);
                    // Its own subclasses of Django's count as those.
                    let is_csrf =
                        outside(self.project, of).any(|base| base.ends_with("CsrfViewMiddleware"));
                    if is_csrf {
                        site.csrf = CsrfState::Checked;
                    }
                    site.own.push((file, class));
                }
                Entity::Function(file, function) => site.own_functions.push((file, function)),
                _ => {}
            }
        }
        site
    }

    /// The files that decide about every endpoint: middleware, the defaults of APIs, the user model.
    pub(crate) fn decisive(&self, site: &SiteWide) -> Vec<FileId> {
        let mut files: Vec<FileId> = site.own.iter().map(|(file, _)| *file).collect();
        files.extend(site.own_functions.iter().map(|(file, _)| *file));
        let defaults = [
            "DEFAULT_PERMISSION_CLASSES",
            "DEFAULT_AUTHENTICATION_CLASSES",
            "DEFAULT_THROTTLE_CLASSES",
        ];
        for key in defaults {
            let Some(list) = self.framework(key) else { continue };
            let Abstract::Seq(seq) = &list.value else { continue };
            for item in &seq.items {
                if let Some(dotted) = item.value.as_str()
                    && let Entity::Class(file, _) = self.project.find(dotted)
                {
                    files.push(file);
                }
            }
        }
        files.extend(self.models.class(&self.user_name()).map(|(file, _)| file));
        files
    }

    fn through_site(&self, site: &SiteWide, is_open: bool, ask: &Rc<Ask>) -> Formula {
        let mut asked = Formula::Always;
        if let Some(place) = site.login
            && !is_open
        {
            asked = asked.and(self.atom(LOGIN, place));
        }
        for (file, class) in &site.own {
            let of = ClassRef::Project(*file, *class);
            for name in ["__call__", "process_request", "process_view"] {
                if let Some((file, function)) = self.method(of, name) {
                    let frame = self.entry(file, function, Some(of), ask, None);
                    let mut walked = Walked::gate();
                    self.walk(&frame, &Formula::Always, &mut walked);
                    asked = asked.and(walked.access());
                }
            }
        }
        for (file, function) in &site.own_functions {
            let ir = self.ir(*file);
            if let Some(result) = ir.function(*function).result
                && let Value::Function(inner) = ir.value(ir.bare(result))
            {
                let frame = self.entry(*file, inner, None, ask, None);
                let mut walked = Walked::gate();
                self.walk(&frame, &Formula::Always, &mut walked);
                asked = asked.and(walked.access());
            }
        }
        asked
    }

    // ---- One method --------------------------------------------------------------------------

    /// The methods of a function that names them: by a decorator, or in its own code.
    pub(crate) fn function_methods(
        &self,
        target: &Target,
        file: FileId,
        function: FunctionId,
    ) -> (Option<Vec<String>>, bool) {
        let ask = Rc::new(Ask { method: "GET", ..Ask::default() });
        let around = self.around(target, &ask);
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
        (around.methods, asks("method") || asks("POST"))
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
                queries: Vec::new(),
                fields: Fields::default(),
                throttles: BTreeSet::new(),
                csrf: site.csrf,
            },
        };
        seen.access =
            self.through_site(site, around.is_open, ask).and(around.access).and(seen.access);
        seen.throttles.extend(around.throttles);
        match around.exempt {
            Some(true) => seen.csrf = CsrfState::Exempt,
            Some(false) => seen.csrf = CsrfState::Checked,
            None => {}
        }
        seen.queries.sort();
        seen.queries.dedup();
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
        let mut access = walked.access();
        let mut csrf = site.csrf;
        let mut throttles = BTreeSet::new();
        if around.is_api {
            let permission =
                around.permission.clone().unwrap_or_else(|| self.default_permissions(ask));
            access = permission.has.and(access);
            if walked.object_checked {
                access = access.and(permission.object);
            }
            csrf = match around.authentication {
                Some((file, list)) => self.api_csrf(Some((file, list))),
                None => self.api_csrf(None),
            };
            if !around.names_throttles {
                throttles.extend(self.default_throttles(ask));
            }
        }
        let mut fields = Fields::default();
        for (file, class) in &walked.classes {
            fields.add(self.fields_of(*file, *class, ask, 0).unwrap_or_default());
        }
        self.add_set(&walked, &mut fields);
        Seen { access, queries: walked.queries, fields, throttles, csrf }
    }

    fn add_set(&self, walked: &Walked, fields: &mut Fields) {
        for (name, site) in &walked.set {
            fields.writable.entry(name.clone()).or_insert(*site);
        }
        for (name, site) in &walked.told {
            fields.readable.entry(name.clone()).or_insert(*site);
        }
    }

    /// What a class, or what stands in for it here, binds to a name.
    fn attribute_of(&self, of: ClassRef, ask: &Ask, name: &str) -> Option<(FileId, ValueId)> {
        if let Some((_, file, value)) = ask.overrides.iter().find(|(known, ..)| known == name) {
            return Some((*file, *value));
        }
        let member = self.project.lookup_member(of, name)?;
        self.saw(member.class.0, self.ir(member.class.0).span(member.value));
        Some((member.class.0, member.value))
    }

    fn class_view(&self, file: FileId, class: ClassId, site: &SiteWide, ask: &Rc<Ask>) -> Seen {
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
                        passed_by = passed_by.or(self.passes_by(of, file, function, ask));
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
        let is_own_answer = self.answers_itself(of, ask);
        for name in self.roots(of, ask) {
            // What the handler does not call is not asked.
            if is_own_answer && FETCHING.contains(&name.as_str()) {
                continue;
            }
            let Some((file, function)) = self.method(of, &name) else { continue };
            if handles(&name) {
                self.own_decorators(file, function, ask, &mut around);
            }
            let frame = self.entry(file, function, Some(of), ask, None);
            let result = self.ir(file).function(function).result;
            if matches!(name.as_str(), "get_queryset" | "get_object" | "filter_queryset")
                && let Some(result) = result
                && let Some(query) = self.query(&frame, result)
            {
                // What comes of it in the end counts, not the steps.
                let before = walked.queries.len();
                self.walk(&frame, &Formula::Always, &mut walked);
                walked.queries.truncate(before);
                rows.push(query);
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
        let is_generic = outside(self.project, of).any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            last.ends_with("View") && last != "View" && last != "APIView"
                || last.ends_with("ViewSet")
                || last == "SingleObjectMixin"
                || last == "MultipleObjectMixin"
        });
        if is_generic && !is_own_answer && self.method(of, "get_queryset").is_none() {
            let frame = self.outside(file, ask);
            let own = self.attribute_of(of, ask, "queryset");
            let by_override = ask.overrides.iter().any(|(name, ..)| name == "queryset");
            let found = match own {
                Some((file, value)) if by_override => self.query(&self.outside(file, ask), value),
                _ => self.class_rows(of, &frame),
            };
            rows.extend(found);
        }
        let mut access = around.access.clone().and(walked.access());
        let mut csrf = site.csrf;
        let mut throttles: BTreeSet<String> = around.throttles.iter().cloned().collect();
        if is_api {
            let runs = |name: &str| match self.method(of, name) {
                Some((file, function)) => self.calls_super(file, function),
                None => true,
            };
            let is_dispatched = runs("dispatch") && runs("initial") && runs("check_permissions");
            if is_dispatched {
                let permission = self.view_permissions(of, ask);
                access = access.and(permission.has);
                let own_object = self.method(of, "get_object").is_some();
                let is_one =
                    !is_own_answer && !matches!(ask.action.as_deref(), Some("list" | "create"));
                if (walked.object_checked || is_generic && !own_object && is_one)
                    && self
                        .method(of, "check_object_permissions")
                        .is_none_or(|(file, function)| self.calls_super(file, function))
                {
                    access = access.and(permission.object);
                }
            }
            csrf = self.api_csrf(self.attribute_of(of, ask, "authentication_classes"));
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
        match around.exempt {
            Some(true) => csrf = CsrfState::Exempt,
            Some(false) => csrf = CsrfState::Checked,
            None => {}
        }
        let mut fields = self.class_fields(of, ask, &walked);
        self.add_set(&walked, &mut fields);
        rows.extend(walked.queries);
        Seen { access, queries: rows, fields, throttles, csrf }
    }

    fn user_name(&self) -> String {
        let named = self.settings.get("AUTH_USER_MODEL");
        let dotted = named.and_then(|named| named.value.value.as_str().map(str::to_owned));
        let dotted = dotted.unwrap_or_else(|| "auth.User".to_owned());
        dotted.rsplit('.').next().unwrap_or("User").to_owned()
    }

    /// When a `dispatch` answers without what stands behind it: it hands the request to another
    /// class than the next.
    fn passes_by(
        &self,
        of: ClassRef,
        file: FileId,
        function: FunctionId,
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
            (hands_on && !is_next).then(|| self.path(&frame, effect.path, false)).flatten()
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

    /// Functions of a class that run for a method, the handler first.
    fn roots(&self, of: ClassRef, ask: &Ask) -> Vec<String> {
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

    fn own_decorators(
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
    fn calls_super(&self, file: FileId, function: FunctionId) -> bool {
        let ir = self.ir(file);
        let record = ir.function(function);
        let name = record.name;
        ir.effects[record.effects].iter().any(|effect| {
            let EffectKind::Call(call) = effect.kind else { return false };
            let Value::Call { callee, .. } = ir.value(call) else { return false };
            match ir.value(ir.bare(callee)) {
                Value::Attr { of, name: called } => {
                    called == name && !matches!(ir.value(ir.bare(of)), Value::Param(0))
                }
                _ => false,
            }
        })
    }

    /// What a mixin outside the project asks.
    fn mixin(&self, of: ClassRef, name: &str, place: Site, ask: &Rc<Ask>) -> Formula {
        let result = |name: &str| {
            let (file, function) = self.method(of, name)?;
            let frame = self.entry(file, function, Some(of), ask, None);
            Some(self.result(&frame))
        };
        match name {
            "LoginRequiredMixin" | "LoginRequired" => self.atom(LOGIN, place),
            "StaffuserRequiredMixin" | "StaffRequiredMixin" => self.atom(STAFF, place),
            "SuperuserRequiredMixin" | "SuperUserRequiredMixin" => self.atom(SUPERUSER, place),
            "UserPassesTestMixin" => {
                result("get_test_func").or_else(|| result("test_func")).unwrap_or(Formula::Always)
            }
            "PermissionRequiredMixin" | "MultiplePermissionsRequiredMixin" => {
                if let Some(own) = result("has_permission") {
                    return own;
                }
                let listed = match self.method(of, "get_permission_required") {
                    Some((file, function)) => {
                        let frame = self.entry(file, function, Some(of), ask, None);
                        let result = self.ir(file).function(function).result;
                        result.and_then(|result| self.strings(&frame, result))
                    }
                    None => {
                        let found = self.attribute_of(of, ask, "permission_required");
                        found
                            .and_then(|(file, value)| self.strings(&self.outside(file, ask), value))
                    }
                };
                match listed {
                    Some(perms) => Formula::all(
                        perms.iter().map(|perm| self.atom(format!("perm:{perm}"), place)),
                    ),
                    None => self.atom("perm:?", place),
                }
            }
            "GroupRequiredMixin" => {
                let group = self.attribute_of(of, ask, "group_required");
                let group =
                    group.and_then(|(file, value)| self.strings(&self.outside(file, ask), value));
                self.atom(format!("group {}", group.unwrap_or_default().join(", ")), place)
            }
            name if name.ends_with("Mixin")
                && ["Required", "Permission", "Auth", "Login", "Guard", "Role"]
                    .iter()
                    .any(|word| name.contains(word))
                && name != "AccessMixin" =>
            {
                self.atom(format!("{name}()"), place)
            }
            _ => Formula::Always,
        }
    }

    fn view_permissions(&self, of: ClassRef, ask: &Rc<Ask>) -> Permission {
        if let Some((file, function)) = self.method(of, "get_permissions") {
            let frame = self.entry(file, function, Some(of), ask, None);
            if let Some(result) = self.ir(file).function(function).result {
                return self.permissions(&frame, result, 0);
            }
        }
        match self.attribute_of(of, ask, "permission_classes") {
            Some((file, list)) => self.permissions(&self.outside(file, ask), list, 0),
            None => self.default_permissions(ask),
        }
    }

    /// Whether API requests must prove where they come from: only those that a session logs in.
    fn api_csrf(&self, classes: Option<(FileId, ValueId)>) -> CsrfState {
        let mut names: Vec<Entity> = Vec::new();
        match classes {
            Some((file, list)) => {
                let ir = self.ir(file);
                let mut at = (file, ir.bare(list));
                if let Entity::Value(file, value) = self.project.definition(file, list) {
                    at = (file, value);
                }
                let ir = self.ir(at.0);
                match ir.value(at.1) {
                    Value::List(items) | Value::Tuple(items) => {
                        for item in &ir.items[items] {
                            names.push(self.project.definition(at.0, item.value));
                        }
                    }
                    _ => return CsrfState::Unknown,
                }
            }
            None => match self.framework("DEFAULT_AUTHENTICATION_CLASSES") {
                Some(list) => match &list.value {
                    Abstract::Seq(seq) => {
                        for item in &seq.items {
                            if let Some(dotted) = item.value.as_str() {
                                names.push(self.project.find(dotted));
                            }
                        }
                    }
                    _ => return CsrfState::Unknown,
                },
                None => return CsrfState::Checked,
            },
        }
        let mut state = CsrfState::NotNeeded;
        for name in names {
            match name {
                Entity::External(symbol) if self.project.symbol(symbol).contains("SessionAuth") => {
                    return CsrfState::Checked;
                }
                Entity::Class(file, class) => {
                    let of = ClassRef::Project(file, class);
                    if outside(self.project, of).any(|base| base.contains("SessionAuth")) {
                        let own = self.method(of, "enforce_csrf");
                        match own.is_none_or(|(file, function)| self.calls_super(file, function)) {
                            true => return CsrfState::Checked,
                            false => state = CsrfState::Exempt,
                        }
                    }
                }
                _ => {}
            }
        }
        state
    }

    fn default_throttles(&self, ask: &Rc<Ask>) -> Vec<String> {
        let Some(list) = self.framework("DEFAULT_THROTTLE_CLASSES") else { return Vec::new() };
        let Abstract::Seq(seq) = &list.value else { return Vec::new() };
        let named = seq.items.iter().filter_map(|item| {
            let dotted = item.value.as_str()?;
            self.saw(item.site.file, self.ir(item.site.file).span(item.site.node));
            Some(match self.project.find(dotted) {
                Entity::Class(file, class) => self.own_throttle(file, class, ask),
                _ => dotted.rsplit('.').next().unwrap_or(dotted).to_owned(),
            })
        });
        named.collect()
    }

    // ---- Fields ------------------------------------------------------------------------------

    fn class_fields(&self, of: ClassRef, ask: &Rc<Ask>, walked: &Walked) -> Fields {
        let mut classes: Vec<(FileId, ClassId, bool)> =
            walked.classes.iter().map(|(file, class)| (*file, *class, true)).collect();
        for (method, attribute) in
            [("get_serializer_class", "serializer_class"), ("get_form_class", "form_class")]
        {
            match self.method(of, method) {
                Some((file, function)) => {
                    let frame = self.entry(file, function, Some(of), ask, None);
                    if let Some(result) = self.ir(file).function(function).result {
                        self.classes_in(&frame, result, &mut classes, true, 0);
                    }
                }
                None => {
                    if let Some((file, value)) = self.attribute_of(of, ask, attribute) {
                        self.classes_in(&self.outside(file, ask), value, &mut classes, true, 0);
                    }
                }
            }
        }
        classes.sort_unstable();
        classes.dedup();
        let mut fields = Fields::default();
        for (file, class, for_all) in classes {
            let found = self.fields_of(file, class, ask, 0).unwrap_or_default();
            fields.add(if for_all { found } else { found.for_some() });
        }
        let edits = outside(self.project, of).any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            matches!(last, "CreateView" | "UpdateView" | "ModelFormMixin")
        });
        if edits && let ClassRef::Project(file, class) = of {
            fields.add(self.listed_fields(file, class));
        }
        fields
    }

    /// The classes that an expression may be.
    fn classes_in(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        found: &mut Vec<(FileId, ClassId, bool)>,
        for_all: bool,
        depth: usize,
    ) {
        if depth > 24 || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => self.classes_in(frame, then, found, for_all, depth + 1),
                Formula::Never => self.classes_in(frame, otherwise, found, for_all, depth + 1),
                test => {
                    let for_all = for_all && !is_about_people(&test);
                    self.classes_in(frame, then, found, for_all, depth + 1);
                    self.classes_in(frame, otherwise, found, for_all, depth + 1);
                }
            },
            Value::Join { ways, .. } => {
                for way in &ir.ways[ways] {
                    let path = self.path(frame, way.path, false);
                    if path == Some(Formula::Never) {
                        continue;
                    }
                    // A way that is taken for certain people, whoever they are.
                    let is_chosen = path.is_some_and(|path| is_about_people(&path));
                    self.classes_in(frame, way.value, found, for_all && !is_chosen, depth + 1);
                }
            }
            // `{"create": OrderCreateSerializer}.get(self.action, OrderSerializer)`
            Value::Call { callee, args } => {
                let given = &ir.args[args];
                if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
                    let name = ir.str(name);
                    if self.is_super(frame.file, of)
                        || name == "get_serializer_class" && self.is_itself(frame, of)
                    {
                        if let Some(receiver) = frame.receiver
                            && let Some((file, value)) =
                                self.attribute_of(receiver, &frame.ask, "serializer_class")
                        {
                            self.classes_in(
                                &self.outside(file, &frame.ask),
                                value,
                                found,
                                for_all,
                                depth + 1,
                            );
                        }
                        return;
                    }
                    if name == "get" {
                        let chosen = given.first().map(|key| self.text(frame, key.value));
                        let entry = chosen.and_then(|key| self.entry_of(frame, of, &key));
                        match (entry, given.get(1)) {
                            (Some((file, value)), _) => {
                                self.classes_in(
                                    &self.outside(file, &frame.ask),
                                    value,
                                    found,
                                    for_all,
                                    depth + 1,
                                );
                            }
                            (None, Some(default)) => {
                                self.classes_in(frame, default.value, found, for_all, depth + 1);
                            }
                            _ => {}
                        }
                        return;
                    }
                }
                for arg in given {
                    self.classes_in(frame, arg.value, found, for_all, depth + 1);
                }
            }
            Value::Index { of, key } => {
                let key = self.text(frame, key);
                if let Some((file, value)) = self.entry_of(frame, of, &key) {
                    self.classes_in(
                        &self.outside(file, &frame.ask),
                        value,
                        found,
                        for_all,
                        depth + 1,
                    );
                }
            }
            Value::Logic { values, .. } => {
                for value in &ir.ids[values] {
                    self.classes_in(frame, *value, found, for_all, depth + 1);
                }
            }
            _ => {
                if let Some((file, at)) = self.own_attribute(frame, value) {
                    return self.classes_in(
                        &self.outside(file, &frame.ask),
                        at,
                        found,
                        for_all,
                        depth + 1,
                    );
                }
                match self.project.definition(frame.file, value) {
                    Entity::Class(file, class) => found.push((file, class, for_all)),
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.classes_in(
                            &self.outside(file, &frame.ask),
                            at,
                            found,
                            for_all,
                            depth + 1,
                        );
                    }
                    _ => {}
                }
            }
        }
    }

    /// The entry of a dict for the action at hand.
    pub(crate) fn entry_of(
        &self,
        frame: &Rc<Frame>,
        dict: ValueId,
        key: &str,
    ) -> Option<(FileId, ValueId)> {
        let wanted = match key {
            "action" => frame.ask.action.clone()?,
            "request.method" => frame.ask.method.to_owned(),
            text => text.trim_matches('"').to_owned(),
        };
        let (file, at) = self.own_attribute(frame, dict).unwrap_or((frame.file, dict));
        let ir = self.ir(file);
        let (file, at) = match self.project.definition(file, at) {
            Entity::Value(file, at) => (file, at),
            _ => (file, ir.bare(at)),
        };
        let ir = self.ir(file);
        let Value::Dict(pairs) = ir.value(at) else { return None };
        ir.pairs[pairs].iter().find_map(|pair| match ir.value(pair.key?) {
            Value::Str(text) if ir.str(text) == wanted => Some((file, pair.value)),
            _ => None,
        })
    }
}

impl Reader<'_> {
    /// The methods that a class lets through, where it says so.
    pub(crate) fn allowed_methods(&self, file: FileId, class: ClassId) -> Option<Vec<String>> {
        let list = self.attribute_value(file, class, "http_method_names")?;
        let Abstract::Seq(seq) = &list.value else { return None };
        let names = seq.items.iter().filter_map(|item| item.value.as_str());
        Some(names.map(str::to_ascii_uppercase).collect())
    }
}

/// An action that a viewset has beside the usual ones.
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) url_name: String,
    pub(crate) path: String,
    pub(crate) overrides: Vec<(String, FileId, ValueId)>,
}

impl Reader<'_> {
    /// `@action(detail=True, permission_classes=[…])`
    pub(crate) fn actions(&self, of: ClassRef) -> Vec<Action> {
        let mut found: Vec<Action> = Vec::new();
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                let Entity::Function(file, function) = self.project.definition(file, binding.value)
                else {
                    continue;
                };
                let ir = self.ir(file);
                let name = ir.str(ir.function(function).name).to_owned();
                if found.iter().any(|known| known.name == name) {
                    continue;
                }
                for by in &ir.ids[ir.function(function).decorators] {
                    let Value::Call { callee, args } = ir.value(ir.bare(*by)) else { continue };
                    let Entity::External(symbol) = self.project.definition(file, callee) else {
                        continue;
                    };
                    if !self.project.symbol(symbol).ends_with("decorators.action") {
                        continue;
                    }
                    let mut action = Action {
                        url_name: name.replace('_', "-"),
                        path: name.clone(),
                        name: name.clone(),
                        overrides: Vec::new(),
                    };
                    for arg in &ir.args[args] {
                        let ArgKind::Keyword(key) = arg.kind else { continue };
                        let text = match ir.value(ir.bare(arg.value)) {
                            Value::Str(text) => Some(ir.str(text).to_owned()),
                            _ => None,
                        };
                        match (ir.str(key), text) {
                            ("url_name", Some(text)) => action.url_name = text,
                            ("url_path", Some(text)) => action.path = text,
                            (key, _) => action.overrides.push((key.to_owned(), file, arg.value)),
                        }
                    }
                    found.push(action);
                }
            }
        }
        found
    }

    /// What is asked for one method of an endpoint of a viewset or another class.
    pub(crate) fn class_ask(
        &self,
        file: FileId,
        class: ClassId,
        endpoint: &Endpoint,
        target: &Target,
        method: &'static str,
    ) -> Ask {
        let of = ClassRef::Project(file, class);
        let mut ask = Ask { method, overrides: target.overrides.clone(), ..Ask::default() };
        ask.model = self.view_model(file, class);
        let is_viewset = outside(self.project, of)
            .any(|base| base.ends_with("ViewSet") || base.ends_with("ViewSetMixin"));
        if let Some((_, action)) = target.actions.iter().find(|(known, _)| known == method) {
            ask.action = Some(action.clone());
            return ask;
        }
        if !is_viewset {
            return ask;
        }
        let url_name = endpoint.name.as_deref().unwrap_or("").rsplit(':').next().unwrap_or("");
        let route = endpoint.route.trim_end_matches('$').trim_end_matches('/');
        let actions = self.actions(of);
        let extra = actions.into_iter().find(|action| {
            url_name.ends_with(&format!("-{}", action.url_name))
                && (route.ends_with(&action.path) || route.contains(&format!("/{}", action.path)))
        });
        if let Some(extra) = extra {
            ask.action = Some(extra.name);
            ask.overrides.extend(extra.overrides);
            return ask;
        }
        let is_list = url_name.ends_with("-list") || !route.contains('<');
        ask.action = Some(
            match (method, is_list) {
                ("GET", true) => "list",
                ("GET", false) => "retrieve",
                ("POST", _) => "create",
                ("PUT", _) => "update",
                ("PATCH", _) => "partial_update",
                _ => "destroy",
            }
            .to_owned(),
        );
        ask
    }

    /// The model that a class-based view is about.
    fn view_model(&self, file: FileId, class: ClassId) -> Option<String> {
        let of = ClassRef::Project(file, class);
        let ask = Rc::new(Ask::default());
        let frame = self.outside(file, &ask);
        if let Some(query) = self.class_rows(of, &frame) {
            return Some(query.model.to_string());
        }
        let (file, function) = self.method(of, "get_queryset")?;
        let frame = self.entry(file, function, Some(of), &ask, None);
        let result = self.ir(file).function(function).result?;
        self.query(&frame, result).map(|query| query.model.to_string())
    }
}

/// An admin class, and the model that it is for.
pub(crate) struct Admin {
    pub(crate) file: FileId,
    pub(crate) class: ClassId,
    pub(crate) model: Option<(FileId, ClassId)>,
    pub(crate) model_name: String,
}

impl Reader<'_> {
    /// The admin classes of the project.
    pub(crate) fn admins(&self) -> Vec<Admin> {
        let mut registered: BTreeMap<(FileId, ClassId), (FileId, ValueId)> = BTreeMap::new();
        for file in self.project.files() {
            let ir = self.ir(file);
            let Some(register) = ir.strings.find("register") else { continue };
            for value in &ir.values {
                let Value::Call { callee, args } = value else { continue };
                let Value::Attr { name, .. } = ir.value(ir.bare(*callee)) else { continue };
                if name != register {
                    continue;
                }
                if let [model, admin, ..] = &ir.args[*args]
                    && let Entity::Class(at, class) = self.project.definition(file, admin.value)
                {
                    registered.insert((at, class), (file, model.value));
                }
            }
        }
        let mut found = Vec::new();
        for (file, class) in self.project.classes().iter().copied() {
            let of = ClassRef::Project(file, class);
            let is_admin = outside(self.project, of).any(|base| {
                let last = base.rsplit('.').next().unwrap_or(base);
                last.ends_with("ModelAdmin")
                    || last.ends_with("UserAdmin")
                    || last.ends_with("Inline")
            });
            if !is_admin {
                continue;
            }
            let ir = self.ir(file);
            let record = ir.class(class);
            let by_decorator = ir.ids[record.decorators].iter().find_map(|by| {
                let Value::Call { callee, args } = ir.value(ir.bare(*by)) else { return None };
                let called = match ir.value(ir.bare(callee)) {
                    Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
                    Value::Import { name: Some(name), .. } => ir.str(name),
                    _ => return None,
                };
                (called == "register")
                    .then(|| ir.args[args].first().map(|arg| (file, arg.value)))?
            });
            let by_attribute = || {
                let member = self.project.lookup_member(of, "model")?;
                Some((member.class.0, member.value))
            };
            let named = by_decorator
                .or_else(|| registered.get(&(file, class)).copied())
                .or_else(by_attribute);
            let Some((at, value)) = named else { continue };
            let model = match self.project.definition(at, value) {
                Entity::Class(file, class) => Some((file, class)),
                _ => None,
            };
            let model_name = match model {
                Some((file, class)) => {
                    let ir = self.ir(file);
                    ir.str(ir.class(class).name).to_owned()
                }
                None => {
                    let ask = Rc::new(Ask::default());
                    self.text(&self.outside(at, &ask), value)
                }
            };
            found.push(Admin { file, class, model, model_name });
        }
        found
    }

    /// What an admin class asks and does for one method.
    pub(crate) fn see_admin(&self, admin: &Admin, site: &SiteWide, ask: &Rc<Ask>) -> Seen {
        self.refuel();
        let of = ClassRef::Project(admin.file, admin.class);
        let place = (admin.file, self.ir(admin.file).class(admin.class).name_span);
        self.saw(admin.file, self.ir(admin.file).class(admin.class).span);
        let permission = |name: &str| match self.method(of, name) {
            Some((file, function)) => {
                let frame = self.entry(file, function, Some(of), ask, None);
                self.result(&frame)
            }
            None => self.atom(format!("perm:{name} {}", admin.model_name), place),
        };
        let asked = match ask.method {
            "GET" => permission("has_view_permission"),
            "DELETE" => permission("has_delete_permission"),
            "PUT" => permission("has_add_permission"),
            _ => permission("has_change_permission"),
        };
        let staff = self.atom(STAFF, place);
        let access = self.through_site(site, false, ask).and(staff).and(asked);
        let mut queries = Vec::new();
        if let Some((file, function)) = self.method(of, "get_queryset") {
            let frame = self.entry(file, function, Some(of), ask, None);
            if let Some(result) = self.ir(file).function(function).result {
                queries.extend(self.query(&frame, result));
            }
        }
        if queries.is_empty() {
            let model = Arc::from(admin.model_name.as_str());
            queries.push(Query { model, formula: Formula::Always });
        }
        let model = admin.model.map(|(file, class)| ClassRef::Project(file, class));
        let fields = self.admin_fields(admin.file, admin.class, model);
        Seen { access, queries, fields, throttles: BTreeSet::new(), csrf: site.csrf }
    }

    /// The actions of an admin class, and what each asks.
    pub(crate) fn admin_actions(
        &self,
        admin: &Admin,
        ask: &Rc<Ask>,
    ) -> Vec<(String, Site, Formula)> {
        let of = ClassRef::Project(admin.file, admin.class);
        let mut functions: Vec<(FileId, FunctionId)> = Vec::new();
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                if let Entity::Function(file, function) =
                    self.project.definition(file, binding.value)
                {
                    functions.push((file, function));
                }
            }
            if let Some(name) = ir.strings.find("actions")
                && let Some(binding) = ir.binding(ir.class(class).body, name)
                && let Value::List(items) | Value::Tuple(items) = ir.value(ir.bare(binding.value))
            {
                for item in &ir.items[items] {
                    if let Entity::Function(file, function) =
                        self.project.definition(file, item.value)
                    {
                        functions.push((file, function));
                    }
                }
            }
        }
        let mut found = Vec::new();
        for (file, function) in functions {
            let ir = self.ir(file);
            let record = ir.function(function);
            for by in &ir.ids[record.decorators] {
                let by = ir.bare(*by);
                let (callee, args) = match ir.value(by) {
                    Value::Call { callee, args } => (callee, Some(args)),
                    _ => (by, None),
                };
                let called = match ir.value(ir.bare(callee)) {
                    Value::Attr { name, .. } => ir.str(name),
                    Value::Import { name: Some(name), .. } => ir.str(name),
                    Value::Global { name, .. } => ir.str(name),
                    _ => continue,
                };
                if called != "action" {
                    continue;
                }
                let frame = self.outside(file, ask);
                let perms = args.and_then(|args| {
                    ir.args[args].iter().find_map(|arg| match arg.kind {
                        ArgKind::Keyword(name) if ir.str(name) == "permissions" => {
                            self.strings(&frame, arg.value)
                        }
                        _ => None,
                    })
                });
                let place = (file, ir.span(by));
                self.saw(place.0, place.1);
                let inner = self.entry(file, function, Some(of), ask, None);
                let mut walked = Walked::default();
                self.walk(&inner, &Formula::Always, &mut walked);
                let asked = Formula::all(perms.unwrap_or_default().iter().map(|perm| {
                    self.atom(format!("perm:has_{perm}_permission {}", admin.model_name), place)
                }));
                let name = ir.str(record.name).to_owned();
                found.push((name, (file, record.name_span), asked.and(walked.access())));
            }
        }
        found
    }
}

impl Target {
    /// Whether the route itself puts anything around the view.
    pub(crate) fn is_wrapped(&self) -> bool {
        !self.decorators.is_empty()
    }

    pub(crate) fn kind(&self) -> ViewKind {
        match self.view {
            View::Function(..) => ViewKind::Function,
            View::Class(..) => ViewKind::Class,
            View::Outside => ViewKind::Outside,
        }
    }
}
