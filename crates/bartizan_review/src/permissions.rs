//! What permission and throttle classes ask: known ones and the project's own.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{BinaryOp, EffectKind, UnaryOp, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Evaluated};

use crate::formula::{ACTIVE, Formula, LOGIN, STAFF};
use crate::models::outside;
use crate::reader::{Ask, Bound, Frame, Reader, Site};

/// Permissions inside each other beyond which none is followed.
const DEEPEST: usize = 24;

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

impl<'a> Reader<'a> {
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
                        return self.stored_permissions(receiver, frame, depth);
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
                // What an action says stands for what its class says.
                if let Value::Attr { of, name } = ir.value(value)
                    && self.is_itself(frame, of)
                    && let name = ir.str(name)
                    && let Some((_, file, at)) =
                        frame.ask.overrides.iter().find(|(known, ..)| known == name)
                {
                    return self.permissions(&self.outside(*file, &frame.ask), *at, depth + 1);
                }
                if let Some((file, at)) = self.own_attribute(frame, value) {
                    return self.permissions(&self.outside(file, &frame.ask), at, depth + 1);
                }
                match self.project.definition(frame.file, value) {
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.permissions(&self.outside(file, &frame.ask), at, depth + 1)
                    }
                    // `api_settings.DEFAULT_PERMISSION_CLASSES`, `GenericViewSet.permission_classes`
                    Entity::External(symbol)
                        if [".DEFAULT_PERMISSION_CLASSES", ".permission_classes"]
                            .iter()
                            .any(|tail| self.project.symbol(symbol).ends_with(tail)) =>
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

    /// What the class says, and what a run stores on the view in its place:
    /// `self.permission_classes = [IsAdminUser]`, then `super().get_permissions()`.
    fn stored_permissions(
        &self,
        receiver: ClassRef,
        frame: &Rc<Frame>,
        depth: usize,
    ) -> Permission {
        let ir = self.ir(frame.file);
        let mut held = self.class_permissions(receiver, frame);
        for effect in &ir.effects[ir.function(frame.function).effects] {
            let EffectKind::StoreAttr { object, name, value } = effect.kind else { continue };
            if ir.str(name) != "permission_classes" || !self.is_itself(frame, object) {
                continue;
            }
            let path = self.path(frame, effect.path, false).unwrap_or(Formula::Never);
            if path == Formula::Never {
                continue;
            }
            let stored = self.permissions(frame, value, depth + 1);
            let either = |one: Formula, other: Formula| match &path {
                Formula::Always => one,
                path => path.clone().and(one).or(path.clone().negated().and(other)),
            };
            held = Permission {
                has: either(stored.has, held.has),
                object: either(stored.object, held.object),
            };
        }
        held
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
                    // Made with arguments that are given beforehand.
                    ("partial", [of, ..]) => again(of.value),
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
                .then(|| self.inherited_permission(of, last, place, ask))
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
                // Not a permission class, but a view whose mixin asks for a permission.
                let is_view = outside(self.project, receiver)
                    .any(|base| base.ends_with("PermissionRequiredMixin"));
                if is_view {
                    return self.required_permissions(receiver, place, &frame.ask);
                }
                outside(self.project, receiver).find_map(|base| {
                    let last = base.rsplit('.').next().unwrap_or(base);
                    (last != "BasePermission")
                        .then(|| self.inherited_permission(receiver, last, place, &frame.ask))
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

    /// What a class of the project inherits, with the permissions that it names itself.
    fn inherited_permission(
        &self,
        of: ClassRef,
        base: &str,
        place: Site,
        ask: &Rc<Ask>,
    ) -> Permission {
        let known = self.known_permission(base, place, ask);
        if !matches!(
            base,
            "DjangoModelPermissions"
                | "DjangoModelPermissionsOrAnonReadOnly"
                | "DjangoObjectPermissions"
        ) {
            return known;
        }
        let asked = |method: &str, on: &str| {
            let perms = self.required_of(of, method, ask)?;
            let atoms = perms.iter().map(|perm| self.atom(format!("perm:{perm}{on}"), place));
            Some(Formula::all(atoms))
        };
        let login = self.atom(LOGIN, place);
        let has = asked("get_required_permissions", "").map(|asked| login.and(asked));
        let object = match base {
            "DjangoObjectPermissions" => {
                let model = ask.model.as_deref().unwrap_or("obj");
                asked("get_required_object_permissions", &format!(" on {model}"))
            }
            _ => None,
        };
        Permission { has: has.unwrap_or(known.has), object: object.unwrap_or(known.object) }
    }

    /// The permissions that a class asks for by the method of a request: by a method of its own, or by
    /// its `perms_map`.
    fn required_of(&self, of: ClassRef, method: &str, ask: &Rc<Ask>) -> Option<Vec<String>> {
        if let Some((file, function)) = self.method(of, method) {
            let model = Arc::from(ask.model.as_deref().unwrap_or("obj"));
            let params =
                vec![Bound::Itself, Bound::Text(Arc::from("request.method")), Bound::Text(model)];
            let frame = self.with(file, function, Some(of), ask, params, 0);
            let result = self.ir(file).function(function).result?;
            return self.strings(&frame, self.decided(&frame, result));
        }
        let member = self.project.lookup_member(of, "perms_map")?;
        let file = member.class.0;
        self.saw(file, self.ir(file).span(member.value));
        let ir = self.ir(file);
        let Value::Dict(pairs) = ir.value(ir.bare(member.value)) else { return None };
        let pair = ir.pairs[pairs].iter().find(|pair| {
            let key = pair.key.map(|key| ir.value(ir.bare(key)));
            matches!(key, Some(Value::Str(text)) if ir.str(text) == ask.method)
        })?;
        let model = ask.model.as_deref()?;
        let label = match self.models.class(model) {
            Some((file, _)) => app_label(self.project.module_name(file)).to_owned(),
            None => "?".to_owned(),
        };
        let named = |text: &String| {
            text.replace("%(app_label)s", &label).replace("%(model_name)s", &model.to_lowercase())
        };
        Some(self.strings(&self.outside(file, ask), pair.value)?.iter().map(named).collect())
    }

    /// The way that is taken of several, where what is asked for decides.
    pub(crate) fn decided(&self, frame: &Rc<Frame>, value: ValueId) -> ValueId {
        let ir = self.ir(frame.file);
        let mut at = ir.bare(value);
        for _ in 0..DEEPEST {
            at = match ir.value(at) {
                Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                    Formula::Always => then,
                    Formula::Never => otherwise,
                    _ => return at,
                },
                Value::Join { ways, .. } => {
                    let mut taken = ir.ways[ways]
                        .iter()
                        .filter(|way| self.path(frame, way.path, false) != Some(Formula::Never));
                    match (taken.next(), taken.next()) {
                        (Some(way), None) => way.value,
                        _ => return at,
                    }
                }
                _ => return at,
            };
            at = ir.bare(at);
        }
        at
    }

    /// A permission class outside the project, by its name.
    fn known_permission(&self, name: &str, place: Site, ask: &Ask) -> Permission {
        let is_safe = matches!(ask.method, "GET" | "HEAD" | "OPTIONS");
        let model = ask.model.as_deref().unwrap_or("?");
        let change = || match self.model_permission(ask) {
            Some(perm) => self.atom(format!("perm:{perm}"), place),
            None => self.atom(format!("perm:{} {model}", ask.method), place),
        };
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

    /// The permission of Django's own by which a model is changed so: `shop.add_order` for `POST`.
    fn model_permission(&self, ask: &Ask) -> Option<String> {
        let model = ask.model.as_deref()?;
        let verb = match ask.method {
            "POST" => "add",
            "PUT" | "PATCH" => "change",
            "DELETE" => "delete",
            _ => return None,
        };
        let (file, _) = self.models.class(model)?;
        let label = app_label(self.project.module_name(file));
        Some(format!("{label}.{verb}_{}", model.to_lowercase()))
    }

    // ---- Settings ----------------------------------------------------------------------------

    /// An entry of `REST_FRAMEWORK`.
    pub(crate) fn framework(&self, key: &str) -> Option<Evaluated> {
        let framework = self.settings.get("REST_FRAMEWORK")?;
        let entry = bartizan_django::settings::checks::item(known(&framework.value), key)?;
        Some(known(&entry).clone())
    }
}

/// The label of the application that a module of models belongs to.
pub(crate) fn app_label(module: &str) -> &str {
    let parts: Vec<&str> = module.split('.').collect();
    let at = parts.iter().rposition(|part| *part == "models").unwrap_or(parts.len() - 1);
    parts[at.saturating_sub(1)]
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
