//! What stands around a view: decorators, known ones and the project's own.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{Arg, ArgKind, FunctionId, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::formula::{Formula, KEPT, LOGIN, STAFF, SUPERUSER};
use crate::permissions::Permission;
use crate::reader::{Bound, Frame, Reader, Site};
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

/// Ways inside each other beyond which no decorator is looked for.
const MOST_WAYS: usize = 6;

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
        let entity = self.project.definition(frame.file, callee);
        // `self.admin_site.admin_view(self.report)`: whichever site that is, it asks for staff.
        if let Value::Attr { name, .. } = ir.value(ir.bare(callee))
            && ir.str(name) == "admin_view"
            && !matches!(entity, Entity::Function(..))
        {
            around.ask(self.atom(STAFF, place));
            return;
        }
        match entity {
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
                let on = self.asked_object(frame, given);
                around.ask(Formula::all(perms.iter().map(|perm| {
                    let asked = self.atom(format!("perm:{perm}"), place);
                    match &on {
                        Some(on) => asked.and(self.atom(format!("perm:{perm} on {on}"), place)),
                        None => asked,
                    }
                })));
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

    /// Of which object a decorator asks for a permission: `fn=lambda request, pk: pk` of rules and their
    /// like, `(Order, "pk", "pk")` of guardian.
    fn asked_object(&self, frame: &Rc<Frame>, given: &[Arg]) -> Option<String> {
        let ir = self.ir(frame.file);
        let by_name = given
            .iter()
            .find(|arg| matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == "fn"));
        if let Some(by) = by_name {
            if let Some((outer, function)) = self.function_of(frame, by.value, 0)
                && let Some(result) = self.ir(outer.file).function(function).result
            {
                let inner =
                    self.entry(outer.file, function, None, &frame.ask, Some(Rc::clone(&outer)));
                return Some(self.text(&inner, result));
            }
            return Some(self.text(frame, by.value));
        }
        let second = given.get(1).filter(|arg| matches!(arg.kind, ArgKind::Positional))?;
        matches!(ir.value(ir.bare(second.value)), Value::Tuple(_))
            .then(|| self.text(frame, second.value))
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

    /// What the decorators ask of a function to which a view hands its request: `return _lock(request, pk)`.
    pub(crate) fn asked_around(
        &self,
        frame: &Rc<Frame>,
        (file, function): (FileId, FunctionId),
        args: Run<Arg>,
    ) -> Formula {
        let ir = self.ir(file);
        if ir.ids[ir.function(function).decorators].is_empty() {
            return Formula::Always;
        }
        let first = self.ir(frame.file).args[args].first();
        if first.is_none_or(|first| self.text(frame, first.value) != "request") {
            return Formula::Always;
        }
        let mut around = Around::default();
        self.own_decorators(file, function, &frame.ask, &mut around);
        around.access
    }

    /// Whether a function gives a function: a factory of decorators does.
    fn gives_function(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.ir(file);
        let is_function = |value: ValueId| {
            let of = ir.value(self.without_wraps(file, value));
            matches!(of, Value::Function(_) | Value::Decorated { .. })
        };
        match ir.value(ir.bare(value)) {
            Value::Join { ways, .. } => ir.ways[ways].iter().any(|way| is_function(way.value)),
            Value::Gamma { then, otherwise, .. } => is_function(then) || is_function(otherwise),
            // A view is given back with decorators around it.
            Value::Mu { .. } => self.stack(file, value).is_some(),
            _ => is_function(value),
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
        self.passed_by_user(frame, test, 0).unwrap_or_else(|| {
            let words = self.text(frame, test);
            self.atom(format!("{words}(request.user)"), place)
        })
    }

    /// When a function says yes to the user: one of several where conditions choose it.
    fn passed_by_user(&self, frame: &Rc<Frame>, test: ValueId, depth: usize) -> Option<Formula> {
        let ir = self.ir(frame.file);
        let bare = ir.bare(test);
        if depth > DEEPEST || !self.step() {
            return None;
        }
        if let Value::Gamma { test, then, otherwise } = ir.value(bare) {
            let asked = self.formula(frame, test);
            let passed = |way: ValueId| {
                self.passed_by_user(frame, way, depth + 1).unwrap_or_else(|| {
                    let words = self.text(frame, way);
                    self.atom(format!("{words}(request.user)"), (frame.file, ir.span(way)))
                })
            };
            let (then, otherwise) = (passed(then), passed(otherwise));
            return Some(asked.clone().and(then).or(asked.negated().and(otherwise)));
        }
        if let Entity::Value(file, at) = self.project.definition(frame.file, bare)
            && (file, at) != (frame.file, bare)
        {
            return self.passed_by_user(&self.outside(file, &frame.ask), at, depth + 1);
        }
        let (outer, function) = self.function_of(frame, bare, 0)?;
        let inner = self.entry(outer.file, function, None, &frame.ask, Some(Rc::clone(&outer)));
        Some(self.result(&self.rebound(&inner, Bound::Text(Arc::from("request.user")))))
    }

    /// The function that an expression is, and the run in which it is defined.
    fn function_of(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        depth: usize,
    ) -> Option<(Rc<Frame>, FunctionId)> {
        if depth > DEEPEST || !self.step() {
            return None;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Function(function) => Some((Rc::clone(frame), function)),
            // A test that is handed to whoever makes the decorator.
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.function_of(&around, value, depth + 1),
                _ => None,
            },
            Value::Capture { name, owner } => match self.captured(frame, owner, ir.str(name))? {
                (_, Bound::Value(around, value)) => self.function_of(&around, value, depth + 1),
                _ => None,
            },
            // What a function gives that is called here.
            Value::Call { callee, args } => {
                let (outer, function) = self.function_of(frame, callee, depth + 1)?;
                let inner = self.enter(frame, (outer.file, function), None, false, args)?;
                let result = self.ir(outer.file).function(function).result?;
                self.function_of(&self.inside(&inner, &outer), result, depth + 1)
            }
            _ => match self.project.definition(frame.file, value) {
                Entity::Function(file, function) => {
                    Some((self.outside(file, &frame.ask), function))
                }
                Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                    self.function_of(&self.outside(file, &frame.ask), at, depth + 1)
                }
                _ => None,
            },
        }
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
                let ir = self.ir(file);
                let given = ir.params[ir.function(function).params].iter().map(|param| {
                    let default = |value| Bound::Value(self.outside(file, &frame.ask), value);
                    param.default.map_or(Bound::Unknown, default)
                });
                let params: Vec<Bound> = given.collect();
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
        let value = self.without_wraps(frame.file, value);
        match ir.value(value) {
            Value::Mu { .. } => {
                let Some((decorators, inside)) = self.stacked(frame, value) else {
                    return Formula::Always;
                };
                for (at, by) in decorators {
                    self.decorate(&at, by, around, depth + 1);
                }
                self.made_by_decorator(frame, inside, around, depth + 1)
            }
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
                        if let Some(result) = record.result
                            && self.applies(frame.file, result, 0)
                        {
                            // Whatever the first parameter is called, the view is there.
                            let given = self.rebound(&inner, Bound::Text(Arc::from("request")));
                            asked = asked.and(self.applied(&given, result, around, depth + 1));
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

    /// Whether something is put around a view that is made on the spot: `user_passes_test(…)(view)`.
    fn applies(&self, file: FileId, value: ValueId, depth: usize) -> bool {
        let ir = self.ir(file);
        let again = |value: ValueId| depth < MOST_WAYS && self.applies(file, value, depth + 1);
        match ir.value(ir.bare(value)) {
            Value::Call { callee, .. } => matches!(ir.value(ir.bare(callee)), Value::Call { .. }),
            Value::Gamma { then, otherwise, .. } => again(then) || again(otherwise),
            Value::Join { ways, .. } => ir.ways[ways].iter().any(|way| again(way.value)),
            _ => false,
        }
    }

    /// What stands around a view by the decorator that is applied on the way that is taken.
    fn applied(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        around: &mut Around,
        depth: usize,
    ) -> Formula {
        let ir = self.ir(frame.file);
        if depth > DEEPEST || !self.step() {
            return Formula::Always;
        }
        match ir.value(ir.bare(value)) {
            Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
                Value::Call { .. } => self.made_by_decorator(frame, callee, around, depth + 1),
                _ => Formula::Always,
            },
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => self.applied(frame, then, around, depth + 1),
                Formula::Never => self.applied(frame, otherwise, around, depth + 1),
                test => {
                    let then = self.applied(frame, then, around, depth + 1);
                    let otherwise = self.applied(frame, otherwise, around, depth + 1);
                    test.clone().and(then).or(test.negated().and(otherwise))
                }
            },
            Value::Join { ways, .. } => {
                Formula::any(ir.ways[ways].iter().map(
                    |way| match self.path(frame, way.path, false) {
                        None | Some(Formula::Never) => Formula::Never,
                        Some(path) => path.and(self.applied(frame, way.value, around, depth + 1)),
                    },
                ))
            }
            _ => Formula::Always,
        }
    }

    fn walked(&self, frame: &Rc<Frame>) -> Walked {
        let mut walked = Walked::gate();
        self.walk(frame, &Formula::Always, &mut walked);
        walked
    }
}
