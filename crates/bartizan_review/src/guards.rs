//! What guards mean: decorators and permission classes, known ones and the project's own.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Arg, ArgKind, BinaryOp, FunctionId, Run, UnaryOp, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Evaluated};

use crate::formula::{ACTIVE, Formula, KEPT, LOGIN, STAFF, SUPERUSER};
use crate::models::outside;
use crate::reader::{Ask, Bound, Frame, Reader, Site};
use crate::walk::Walked;

/// Decorations inside each other beyond which none is followed.
const DEEPEST: usize = 24;

/// What stands around a view.
#[derive(Clone, Debug)]
pub(crate) struct Around {
    /// Who gets through.
    pub(crate) access: Formula,
    /// Whether the CSRF check is left out, where a decorator says so.
    pub(crate) exempt: Option<bool>,
    /// The methods that get through, where a decorator says so.
    pub(crate) methods: Option<Vec<String>>,
    /// Limits on how often one may ask.
    pub(crate) throttles: Vec<String>,
    /// Whether DRF's own limits are named here.
    pub(crate) names_throttles: bool,
    /// Whether DRF's `api_view` stands here.
    pub(crate) is_api: bool,
    /// DRF's permission classes of a function.
    pub(crate) permission: Option<Permission>,
    /// DRF's authentication classes of a function.
    pub(crate) authentication: Option<(FileId, ValueId)>,
    /// Whether a middleware that asks for a login lets this through.
    pub(crate) is_open: bool,
    /// Whether answers are kept for everyone before what stands inside is asked.
    pub(crate) is_cached: bool,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            access: Formula::Always,
            exempt: None,
            methods: None,
            throttles: Vec::new(),
            names_throttles: false,
            is_api: false,
            permission: None,
            authentication: None,
            is_open: false,
            is_cached: false,
        }
    }
}

impl Around {
    /// One more guard, inside of those before.
    pub(crate) fn ask(&mut self, asked: Formula) {
        // Whoever gets a kept answer is not asked.
        let asked = match self.is_cached && asked != Formula::Always {
            true => asked.or(Formula::atom(KEPT)),
            false => asked,
        };
        self.access = std::mem::replace(&mut self.access, Formula::Always).and(asked);
    }
}

/// What permission classes ask: of every request, and for an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Permission {
    pub(crate) has: Formula,
    pub(crate) object: Formula,
}

impl Permission {
    pub(crate) fn of(has: Formula) -> Self {
        Self { has, object: Formula::Always }
    }

    fn and(self, other: Self) -> Self {
        Self { has: self.has.and(other.has), object: self.object.and(other.object) }
    }

    fn or(self, other: Self) -> Self {
        let one = self.has.clone().and(self.object);
        let two = other.has.clone().and(other.object);
        Self { has: self.has.or(other.has), object: one.or(two) }
    }
}

/// Parts of names that tell a limit.
const LIMITING: &[&str] = &["ratelimit", "rate_limit", "throttle"];

/// Parts of names that tell a guard where nothing else is known of it.
const TELLING: &[&str] = &[
    "required",
    "permission",
    "perm_",
    "auth",
    "login",
    "staff",
    "admin",
    "owner",
    "protect",
    "guard",
    "verified",
    "otp",
    "scope",
    "role",
    "only",
    "member",
    "restrict",
];

impl<'a> Reader<'a> {
    // ---- Decorators --------------------------------------------------------------------------

    /// One decorator, inside of those before.
    pub(crate) fn decorate(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        around: &mut Around,
        depth: usize,
    ) {
        if depth > DEEPEST || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        let place = (frame.file, ir.span(value));
        self.saw(place.0, place.1);
        let (callee, args) = match ir.value(value) {
            Value::Call { callee, args } => (callee, Some(args)),
            Value::Param(index) => {
                if let Bound::Value(outer, value) = self.param(frame, index) {
                    self.decorate(&outer, value, around, depth + 1);
                }
                return;
            }
            _ => (value, None),
        };
        match self.project.definition(frame.file, callee) {
            Entity::External(symbol) => {
                let dotted = self.project.symbol(symbol).to_owned();
                self.known_decorator(frame, &dotted, args, place, around, depth);
            }
            Entity::Function(file, function) => {
                let name = self.ir(file).str(self.ir(file).function(function).name);
                if LIMITING.iter().any(|word| name.contains(word)) {
                    self.limit(frame, name, args, around);
                }
                let asked = self.own_decorator(frame, (file, function), args, around, depth);
                around.ask(asked);
            }
            Entity::Class(file, class) => {
                let of = ClassRef::Project(file, class);
                if let Some(method) = self.method(of, "__call__") {
                    let inner = self.entry(method.0, method.1, Some(of), &frame.ask, None);
                    around.ask(self.walked(&inner).access());
                }
            }
            Entity::Value(file, at) if (file, at) != (frame.file, callee) => {
                self.decorate(&self.outside(file, &frame.ask), at, around, depth + 1);
            }
            _ => {}
        }
    }

    fn known_decorator(
        &self,
        frame: &Rc<Frame>,
        dotted: &str,
        args: Option<Run<Arg>>,
        place: Site,
        around: &mut Around,
        depth: usize,
    ) {
        let ir = self.ir(frame.file);
        let given: &[Arg] = args.map_or(&[], |args| &ir.args[args]);
        let first = given
            .iter()
            .find(|arg| matches!(arg.kind, ArgKind::Positional))
            .or_else(|| given.first())
            .map(|arg| arg.value);
        let last = dotted.rsplit('.').next().unwrap_or(dotted);
        let texts = |value: Option<ValueId>| value.and_then(|value| self.strings(frame, value));
        match last {
            "login_required"
            | "verified_email_required"
            | "reauthentication_required"
            | "login_required_m" => around.ask(self.atom(LOGIN, place)),
            "staff_member_required" => {
                around.ask(self.atom(LOGIN, place).and(self.atom(STAFF, place)));
            }
            "superuser_required" => around.ask(self.atom(SUPERUSER, place)),
            "permission_required" | "permission_required_or_403" | "permission_required_or_404" => {
                let perms = texts(first).unwrap_or_else(|| {
                    first.map(|first| self.text(frame, first)).into_iter().collect()
                });
                around.ask(Formula::all(
                    perms.iter().map(|perm| self.atom(format!("perm:{perm}"), place)),
                ));
            }
            "user_passes_test" => {
                if let Some(test) = first {
                    around.ask(self.test_of_user(frame, test, place));
                }
            }
            "method_decorator" => {
                if let Some(what) = first {
                    self.decorate_all(frame, what, around, depth);
                }
            }
            "csrf_exempt" => around.exempt = Some(true),
            "csrf_protect" => around.exempt = Some(false),
            "require_POST" => around.methods = Some(vec!["POST".to_owned()]),
            "require_GET" | "require_safe" => around.methods = Some(vec!["GET".to_owned()]),
            "require_http_methods" => around.methods = texts(first),
            "api_view" => {
                around.is_api = true;
                around.methods = Some(texts(first).unwrap_or_else(|| vec!["GET".to_owned()]));
                // What was set outside of it is not seen by it.
                around.permission = None;
                around.authentication = None;
                around.throttles.clear();
                around.names_throttles = false;
            }
            "permission_classes" => {
                if let Some(list) = first
                    && around.is_api
                {
                    around.permission = Some(self.permissions(frame, list, 0));
                }
            }
            "authentication_classes" => {
                if let Some(list) = first
                    && around.is_api
                {
                    around.authentication = Some((frame.file, list));
                }
            }
            "throttle_classes" => {
                if let Some(list) = first
                    && around.is_api
                {
                    around.names_throttles = true;
                    around.throttles.extend(self.throttles(frame, list));
                }
            }
            "ratelimit" | "rate_limit" | "throttle" | "axes_dispatch" => {
                self.limit(frame, last, args, around);
            }
            "cache_page" => around.is_cached = true,
            "login_not_required" => around.is_open = true,
            _ => {
                let is_guard = TELLING.iter().any(|word| last.contains(word))
                    && !last.contains("csrf")
                    && !dotted.starts_with("django.views.")
                    && !dotted.starts_with("django.utils.");
                if is_guard {
                    let words: Vec<String> = given
                        .iter()
                        .filter(|arg| !matches!(ir.value(arg.value), Value::Function(_)))
                        .map(|arg| self.text(frame, arg.value))
                        .collect();
                    around.ask(self.atom(format!("{last}({})", words.join(", ")), place));
                }
            }
        }
    }

    /// `@ratelimit(key="ip", rate="5/m")`
    fn limit(&self, frame: &Rc<Frame>, name: &str, args: Option<Run<Arg>>, around: &mut Around) {
        let ir = self.ir(frame.file);
        let given: &[Arg] = args.map_or(&[], |args| &ir.args[args]);
        let words: Vec<String> = given
            .iter()
            .map(|arg| match arg.kind {
                ArgKind::Keyword(name) => {
                    format!("{}={}", ir.str(name), self.text(frame, arg.value))
                }
                _ => self.text(frame, arg.value),
            })
            .collect();
        around.throttles.push(format!("{name} {}", words.join(" ")).trim().to_owned());
    }

    /// Whether a function gives a function: a factory of decorators does.
    fn gives_function(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.ir(file);
        match ir.value(ir.bare(value)) {
            Value::Function(_) | Value::Decorated { .. } => true,
            Value::Join { ways, .. } => ir.ways[ways].iter().any(|way| {
                let of = ir.value(ir.bare(way.value));
                matches!(of, Value::Function(_) | Value::Decorated { .. })
            }),
            Value::Gamma { then, otherwise, .. } => [then, otherwise].iter().any(|way| {
                let of = ir.value(ir.bare(*way));
                matches!(of, Value::Function(_) | Value::Decorated { .. })
            }),
            _ => false,
        }
    }

    fn decorate_all(&self, frame: &Rc<Frame>, what: ValueId, around: &mut Around, depth: usize) {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(what)) {
            Value::List(items) | Value::Tuple(items) => {
                for item in &ir.items[items] {
                    self.decorate(frame, item.value, around, depth + 1);
                }
            }
            _ => match self.project.definition(frame.file, what) {
                Entity::Value(file, at)
                    if matches!(self.ir(file).value(at), Value::List(_) | Value::Tuple(_))
                        && depth < DEEPEST =>
                {
                    self.decorate_all(&self.outside(file, &frame.ask), at, around, depth + 1);
                }
                _ => self.decorate(frame, what, around, depth + 1),
            },
        }
    }

    /// `user_passes_test(lambda user: user.is_staff)`
    fn test_of_user(&self, frame: &Rc<Frame>, test: ValueId, place: Site) -> Formula {
        let (file, function) = match self.project.definition(frame.file, test) {
            Entity::Function(file, function) => (file, function),
            _ => {
                let words = self.text(frame, test);
                return self.atom(format!("{words}(request.user)"), place);
            }
        };
        let params = vec![Bound::Text(Arc::from("request.user"))];
        let inner = self.with(file, function, None, &frame.ask, params, frame.depth + 1);
        self.result(&inner)
    }

    /// A decorator of the project: what the function that it puts around a view asks.
    fn own_decorator(
        &self,
        frame: &Rc<Frame>,
        decorator: (FileId, FunctionId),
        args: Option<Run<Arg>>,
        around: &mut Around,
        depth: usize,
    ) -> Formula {
        let (file, function) = decorator;
        let inner = match args {
            Some(args) => self.enter(frame, decorator, None, false, args),
            None => {
                let count = self.ir(file).function(function).params.len();
                let params = vec![Bound::Unknown; count];
                Some(self.with(file, function, None, &frame.ask, params, frame.depth + 1))
            }
        };
        let Some(inner) = inner else { return Formula::Always };
        match self.ir(file).function(function).result {
            Some(result) => self.made_by_decorator(&inner, result, around, depth + 1),
            None => Formula::Always,
        }
    }

    /// What stands around a view that is made by an expression.
    pub(crate) fn made_by_decorator(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        around: &mut Around,
        depth: usize,
    ) -> Formula {
        if depth > DEEPEST || !self.step() {
            return Formula::Always;
        }
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            Value::Function(nested) => {
                let record = ir.function(nested);
                // A factory gives a decorator, and that gives the wrapper.
                let is_factory =
                    record.result.is_some_and(|result| self.gives_function(frame.file, result));
                let inner =
                    self.entry(frame.file, nested, None, &frame.ask, Some(Rc::clone(frame)));
                match (is_factory, record.result) {
                    (true, Some(result)) => {
                        self.made_by_decorator(&inner, result, around, depth + 1)
                    }
                    _ => {
                        let mut asked = self.walked(&inner).access();
                        // A decorator that is applied inside.
                        if let Some(result) = record.result
                            && let Value::Call { callee, .. } = ir.value(ir.bare(result))
                            && matches!(ir.value(ir.bare(callee)), Value::Call { .. })
                        {
                            asked = asked.and(self.made_by_decorator(
                                &inner,
                                callee,
                                around,
                                depth + 1,
                            ));
                        }
                        asked
                    }
                }
            }
            Value::Decorated { by, of } => {
                self.decorate(frame, by, around, depth + 1);
                self.made_by_decorator(frame, of, around, depth + 1)
            }
            Value::Call { callee, args } => {
                let mut inside = Around::default();
                match ir.value(ir.bare(callee)) {
                    Value::Call { .. } => self.decorate(frame, callee, &mut inside, depth + 1),
                    _ => self.decorate(frame, value, &mut inside, depth + 1),
                }
                around.exempt = around.exempt.or(inside.exempt);
                around.methods = around.methods.take().or(inside.methods.take());
                around.is_open |= inside.is_open;
                around.throttles.append(&mut inside.throttles);
                let mut asked = inside.access;
                if let Some(first) = ir.args[args].first()
                    && matches!(
                        ir.value(ir.bare(first.value)),
                        Value::Call { .. } | Value::Function(_) | Value::Decorated { .. }
                    )
                    && self.text(frame, callee) != "user_passes_test"
                {
                    asked =
                        asked.and(self.made_by_decorator(frame, first.value, around, depth + 1));
                }
                asked
            }
            Value::Join { ways, .. } => Formula::all(
                ir.ways[ways]
                    .iter()
                    .take(4)
                    .map(|way| self.made_by_decorator(frame, way.value, around, depth + 1)),
            ),
            Value::Gamma { then, otherwise, .. } => self
                .made_by_decorator(frame, then, around, depth + 1)
                .and(self.made_by_decorator(frame, otherwise, around, depth + 1)),
            Value::Global { .. } | Value::Import { .. } => {
                let mut inside = Around::default();
                self.decorate(frame, value, &mut inside, depth + 1);
                around.methods = around.methods.take().or(inside.methods.take());
                inside.access
            }
            _ => Formula::Always,
        }
    }

    fn walked(&self, frame: &Rc<Frame>) -> Walked {
        let mut walked = Walked::gate();
        self.walk(frame, &Formula::Always, &mut walked);
        walked
    }

    // ---- Permission classes ------------------------------------------------------------------

    /// A list of permission classes: all must let the request in.
    pub(crate) fn permissions(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        depth: usize,
    ) -> Permission {
        let nothing = Permission::of(Formula::Always);
        if depth > DEEPEST || !self.step() {
            return nothing;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        self.saw(frame.file, ir.span(value));
        match ir.value(value) {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                ir.items[items].iter().fold(nothing, |all, item| {
                    let one = match item.spread {
                        true => self.permissions(frame, item.value, depth + 1),
                        false => self.permission(frame, item.value, depth + 1),
                    };
                    all.and(one)
                })
            }
            Value::Binary { op: BinaryOp::Add, left, right } => self
                .permissions(frame, left, depth + 1)
                .and(self.permissions(frame, right, depth + 1)),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let base = self.permissions(frame, mutation.receiver, depth + 1);
                ir.args[mutation.args].iter().fold(base, |all, arg| {
                    let is_list =
                        matches!(ir.value(ir.bare(arg.value)), Value::List(_) | Value::Tuple(_));
                    all.and(match is_list {
                        true => self.permissions(frame, arg.value, depth + 1),
                        false => self.permission(frame, arg.value, depth + 1),
                    })
                })
            }
            Value::Index { of, key } => {
                let key = self.text(frame, key);
                match self.entry_of(frame, of, &key) {
                    Some((file, value)) => {
                        self.permissions(&self.outside(file, &frame.ask), value, depth + 1)
                    }
                    None => self.default_permissions(&frame.ask),
                }
            }
            // `[permission() for permission in permission_classes]`
            Value::Comp(comp) => match ir.comp(comp).clauses.first() {
                Some(clause) => self.permissions(frame, clause.iterator, depth + 1),
                None => nothing,
            },
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => self.permissions(frame, then, depth + 1),
                Formula::Never => self.permissions(frame, otherwise, depth + 1),
                test => {
                    let then = self.permissions(frame, then, depth + 1);
                    let otherwise = self.permissions(frame, otherwise, depth + 1);
                    let either = |one: Formula, other: Formula| {
                        test.clone().and(one).or(test.clone().negated().and(other))
                    };
                    Permission {
                        has: either(then.has, otherwise.has),
                        object: either(then.object, otherwise.object),
                    }
                }
            },
            Value::Join { ways, .. } => {
                let mut has = Vec::new();
                let mut object = Vec::new();
                for way in &ir.ways[ways] {
                    let path = self.path(frame, way.path, false).unwrap_or(Formula::Never);
                    if path == Formula::Never {
                        continue;
                    }
                    let one = self.permissions(frame, way.value, depth + 1);
                    has.push(path.clone().and(one.has));
                    object.push(path.and(one.object));
                }
                Permission { has: Formula::any(has), object: Formula::any(object) }
            }
            Value::Call { callee, args } => {
                if let Value::Attr { name, of } = ir.value(ir.bare(callee))
                    && ir.str(name) == "get_permissions"
                {
                    if self.is_super(frame.file, of)
                        && let Some((file, function)) = self.next_method(frame, "get_permissions")
                        && let Some(inner) =
                            self.enter(frame, (file, function), frame.receiver, true, args)
                        && let Some(result) = self.ir(file).function(function).result
                    {
                        return self.permissions(&inner, result, depth + 1);
                    }
                    if let Some(receiver) = frame.receiver {
                        return self.class_permissions(receiver, frame);
                    }
                }
                // `self.permission_classes_by_action.get(self.action, […])`
                if let Value::Attr { name, of } = ir.value(ir.bare(callee))
                    && ir.str(name) == "get"
                {
                    let given = &ir.args[args];
                    let key = given.first().map(|key| self.text(frame, key.value));
                    if let Some((file, value)) = key.and_then(|key| self.entry_of(frame, of, &key))
                    {
                        return self.permissions(&self.outside(file, &frame.ask), value, depth + 1);
                    }
                    if let Some(default) = given.get(1) {
                        return self.permissions(frame, default.value, depth + 1);
                    }
                }
                let called = self.text(frame, callee);
                match (&ir.args[args], called.as_str()) {
                    ([only], "list" | "tuple") => self.permissions(frame, only.value, depth + 1),
                    ([_, list], "map") => self.permissions(frame, list.value, depth + 1),
                    _ => self.permission(frame, value, depth + 1),
                }
            }
            _ => {
                if let Some((file, at)) = self.own_attribute(frame, value) {
                    return self.permissions(&self.outside(file, &frame.ask), at, depth + 1);
                }
                match self.project.definition(frame.file, value) {
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.permissions(&self.outside(file, &frame.ask), at, depth + 1)
                    }
                    // `api_settings.DEFAULT_PERMISSION_CLASSES`
                    Entity::External(symbol)
                        if self.project.symbol(symbol).ends_with(".DEFAULT_PERMISSION_CLASSES") =>
                    {
                        self.default_permissions(&frame.ask)
                    }
                    Entity::Class(..) | Entity::External(_) => {
                        self.permission(frame, value, depth + 1)
                    }
                    _ => self.default_permissions(&frame.ask),
                }
            }
        }
    }

    /// What `permission_classes` of a class says, else the settings.
    pub(crate) fn class_permissions(&self, class: ClassRef, frame: &Rc<Frame>) -> Permission {
        let given = frame.ask.overrides.iter().find(|(name, ..)| name == "permission_classes");
        if let Some((_, file, list)) = given {
            return self.permissions(&self.outside(*file, &frame.ask), *list, 0);
        }
        match self.project.lookup_member(class, "permission_classes") {
            Some(member) => {
                let outside = self.outside(member.class.0, &frame.ask);
                self.permissions(&outside, member.value, 0)
            }
            None => self.default_permissions(&frame.ask),
        }
    }

    /// What guards API views that say nothing.
    pub(crate) fn default_permissions(&self, ask: &Rc<Ask>) -> Permission {
        let Some(list) = self.framework("DEFAULT_PERMISSION_CLASSES") else {
            return Permission::of(Formula::Always);
        };
        let bartizan_value::Abstract::Seq(seq) = &list.value else {
            return Permission::of(Formula::atom("permission classes that are not known"));
        };
        let mut all = Permission::of(Formula::Always);
        for item in &seq.items {
            let place = (item.site.file, self.ir(item.site.file).span(item.site.node));
            self.saw(place.0, place.1);
            let one = match item.value.as_str() {
                Some(dotted) => self.permission_named(dotted, place, ask),
                None => self.permission(&self.outside(item.site.file, ask), item.site.node, 0),
            };
            all = all.and(one);
        }
        all
    }

    fn permission_named(&self, dotted: &str, place: Site, ask: &Rc<Ask>) -> Permission {
        match self.project.find(dotted) {
            Entity::Class(file, class) => self.own_permission(file, class, ask),
            _ => {
                let last = dotted.rsplit('.').next().unwrap_or(dotted);
                self.known_permission(last, place, ask)
            }
        }
    }

    /// One permission class, an instance of one, or several by `&`, `|`, `~`.
    fn permission(&self, frame: &Rc<Frame>, value: ValueId, depth: usize) -> Permission {
        if depth > DEEPEST || !self.step() {
            return Permission::of(Formula::Always);
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        let place = (frame.file, ir.span(value));
        let again = |value: ValueId| self.permission(frame, value, depth + 1);
        match ir.value(value) {
            Value::Binary { op: BinaryOp::BitAnd, left, right } => again(left).and(again(right)),
            Value::Binary { op: BinaryOp::BitOr, left, right } => again(left).or(again(right)),
            Value::Unary { op: UnaryOp::Invert, of } => {
                let of = again(of);
                Permission { has: of.has.negated(), object: of.object.negated() }
            }
            Value::Call { callee, args } => {
                if let Some(Entity::Class(file, class)) = self.loaded(frame, callee, args) {
                    return self.own_permission(file, class, &frame.ask);
                }
                let called = self.text(frame, callee);
                match (called.as_str(), &ir.args[args]) {
                    ("AND", [one, other]) => again(one.value).and(again(other.value)),
                    ("OR", [one, other]) => again(one.value).or(again(other.value)),
                    ("NOT", [one]) => {
                        let of = again(one.value);
                        Permission { has: of.has.negated(), object: of.object.negated() }
                    }
                    _ => again(callee),
                }
            }
            Value::Gamma { .. } | Value::List(_) | Value::Tuple(_) => {
                self.permissions(frame, value, depth + 1)
            }
            _ => match self.project.definition(frame.file, value) {
                Entity::Class(file, class) => self.own_permission(file, class, &frame.ask),
                Entity::External(symbol) => {
                    let dotted = self.project.symbol(symbol);
                    let last = dotted.rsplit('.').next().unwrap_or(dotted);
                    self.known_permission(last, place, &frame.ask)
                }
                Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                    self.permission(&self.outside(file, &frame.ask), at, depth + 1)
                }
                _ => {
                    let words = self.text(frame, value);
                    Permission::of(self.atom(format!("permission {words}"), place))
                }
            },
        }
    }

    fn own_permission(
        &self,
        file: FileId,
        class: bartizan_ir::ClassId,
        ask: &Rc<Ask>,
    ) -> Permission {
        let of = ClassRef::Project(file, class);
        self.saw(file, self.ir(file).class(class).span);
        let place = (file, self.ir(file).class(class).name_span);
        let inherited = || {
            let known = outside(self.project, of).find_map(|base| {
                let last = base.rsplit('.').next().unwrap_or(base);
                (last != "BasePermission"
                    && base.contains('.')
                    && last.starts_with(char::is_uppercase))
                .then(|| self.known_permission(last, place, ask))
            });
            known.unwrap_or_else(|| Permission::of(Formula::Always))
        };
        let result = |name: &str| {
            let (file, function) = self.method(of, name)?;
            let inner = self.entry(file, function, Some(of), ask, None);
            Some(self.result(&inner))
        };
        let has = result("has_permission");
        let object = result("has_object_permission");
        match (has, object) {
            (Some(has), Some(object)) => Permission { has, object },
            (Some(has), None) => Permission { has, object: inherited().object },
            (None, Some(object)) => Permission { has: inherited().has, object },
            (None, None) => inherited(),
        }
    }

    /// `super().has_permission(…)`, `IsAdminUser().has_permission(…)`
    pub(crate) fn outer_permission(&self, frame: &Rc<Frame>, dotted: &str, place: Site) -> Formula {
        let is_object = dotted.ends_with("has_object_permission");
        let known = match dotted.strip_prefix("super.") {
            Some(_) => {
                let Some(receiver) = frame.receiver else { return Formula::Always };
                outside(self.project, receiver).find_map(|base| {
                    let last = base.rsplit('.').next().unwrap_or(base);
                    (last != "BasePermission")
                        .then(|| self.known_permission(last, place, &frame.ask))
                })
            }
            None => {
                let class = dotted.rsplit('.').nth(1).unwrap_or("");
                Some(self.known_permission(class, place, &frame.ask))
            }
        };
        match (known, is_object) {
            (Some(known), true) => known.object,
            (Some(known), false) => known.has,
            (None, _) => Formula::Always,
        }
    }

    /// A permission class outside the project, by its name.
    fn known_permission(&self, name: &str, place: Site, ask: &Ask) -> Permission {
        let is_safe = matches!(ask.method, "GET" | "HEAD" | "OPTIONS");
        let model = ask.model.as_deref().unwrap_or("?");
        let change = || self.atom(format!("perm:{} {model}", ask.method), place);
        let login = || self.atom(LOGIN, place);
        Permission::of(match name {
            "AllowAny" | "BasePermission" | "object" => Formula::Always,
            "IsAuthenticated" => login(),
            "IsAdminUser" => self.atom(STAFF, place),
            "IsAuthenticatedOrReadOnly" if is_safe => Formula::Always,
            "IsAuthenticatedOrReadOnly" => login(),
            "DjangoModelPermissionsOrAnonReadOnly" if is_safe => Formula::Always,
            "DjangoModelPermissions" if is_safe => login(),
            "DjangoModelPermissions" | "DjangoModelPermissionsOrAnonReadOnly" => {
                login().and(change())
            }
            "DjangoObjectPermissions" => {
                let object = self.atom(format!("object permission {} {model}", ask.method), place);
                let has = if is_safe { login() } else { login().and(change()) };
                return Permission { has, object };
            }
            "IsActive" => self.atom(ACTIVE, place),
            name => self.atom(format!("permission {name}"), place),
        })
    }

    // ---- Throttles and settings --------------------------------------------------------------

    /// A list of throttle classes, in words.
    pub(crate) fn throttles(&self, frame: &Rc<Frame>, value: ValueId) -> Vec<String> {
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::List(items) | Value::Tuple(items) => {
                ir.items[items].iter().map(|item| self.throttle(frame, item.value)).collect()
            }
            Value::Binary { op: BinaryOp::Add, left, right } => {
                let mut all = self.throttles(frame, left);
                all.extend(self.throttles(frame, right));
                all
            }
            _ => match self.project.definition(frame.file, value) {
                Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                    self.throttles(&self.outside(file, &frame.ask), at)
                }
                _ => Vec::new(),
            },
        }
    }

    fn throttle(&self, frame: &Rc<Frame>, value: ValueId) -> String {
        match self.project.definition(frame.file, value) {
            Entity::Class(file, class) => self.own_throttle(file, class, &frame.ask),
            _ => self.text(frame, value),
        }
    }

    /// A throttle of the project is told by what it builds on and its rate.
    pub(crate) fn own_throttle(
        &self,
        file: FileId,
        class: bartizan_ir::ClassId,
        ask: &Rc<Ask>,
    ) -> String {
        let of = ClassRef::Project(file, class);
        self.saw(file, self.ir(file).class(class).span);
        let base = outside(self.project, of).next().unwrap_or("");
        let mut words = base.rsplit('.').next().unwrap_or(base).to_owned();
        for name in ["rate", "scope"] {
            if let Some(member) = self.project.lookup_member(of, name) {
                let outside = self.outside(member.class.0, ask);
                let text = self.text(&outside, member.value);
                words.push_str(&format!(" {name}={}", text.trim_matches('"')));
            }
        }
        words
    }

    /// An entry of `REST_FRAMEWORK`.
    pub(crate) fn framework(&self, key: &str) -> Option<Evaluated> {
        let framework = self.settings.get("REST_FRAMEWORK")?;
        let entry = bartizan_django::settings::checks::item(known(&framework.value), key)?;
        Some(known(&entry).clone())
    }
}

/// What is known of a value: where code that is put together at run time may say otherwise, what is
/// written.
pub(crate) fn known(value: &Evaluated) -> &Evaluated {
    let mut at = value;
    for _ in 0..8 {
        let Abstract::Choice(choice) = &at.value else { break };
        let mut ways = choice.alternatives.iter().map(|way| &way.value);
        match ways.find(|way| !matches!(way.value, Abstract::Unknown(_))) {
            Some(way) => at = way,
            None => break,
        }
    }
    at
}
