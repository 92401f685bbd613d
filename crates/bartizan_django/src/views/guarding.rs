//! What stands in front of a view, by name: enough to compare it with its siblings.

use std::cell::RefCell;
use std::rc::Rc;

use bartizan_base::{Span, Sym};
use bartizan_ir::{ArgKind, FileIr, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use rustc_hash::FxHashMap;

use super::values::tail_name;
use super::{Routed, bodies};
use crate::endpoints::{ASKING, is_harmless};
use crate::registries::{ClassKey, Place};

/// Something that may turn a visitor away.
#[derive(Clone, Debug, PartialEq)]
pub struct Guarding {
    /// By its name, as a person would look for it.
    pub name: String,
    /// What it is.
    pub kind: GuardKind,
    /// Where it stands.
    pub place: Place,
}

/// What kind of guard it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardKind {
    /// A decorator, of the view or in the URLconf.
    Decorator,
    /// A base.
    Mixin,
    /// An attribute: `permission_classes`, `permission_required`.
    Attribute,
    /// Its own code asks.
    Body,
}

/// Words in names of guards that ask for more than a login.
const RIGHTS: &[&str] = &[
    "access",
    "allowed",
    "member",
    "owner",
    "passes",
    "perm",
    "permission",
    "permissions",
    "perms",
    "privileged",
    "role",
    "roles",
];

/// Other words in names of things that turn visitors away.
const WORDS: &[&str] = &[
    "admin",
    "auth",
    "authenticated",
    "authentication",
    "authorization",
    "authorize",
    "authorized",
    "guard",
    "guest",
    "login",
    "logged",
    "membership",
    "mfa",
    "otp",
    "owns",
    "protect",
    "protected",
    "required",
    "restricted",
    "scope",
    "scopes",
    "signed",
    "staff",
    "superuser",
    "token",
    "verified",
    "verify",
    "webhook",
    "secret",
    "signature",
    "apikey",
];

fn is_guard_word(word: &str) -> bool {
    RIGHTS.contains(&word) || WORDS.contains(&word)
}

/// Whether a name is one that guards have.
pub fn has_guard_word(name: &str) -> bool {
    words(name).iter().any(|word| is_guard_word(word))
}

/// Whether a guard, by its name, asks for more than a login.
pub fn asks_for_right(name: &str) -> bool {
    words(name).iter().any(|word| RIGHTS.contains(&word.as_str()))
}

/// Whether a guard, by its name, asks for a login, or for those who see everything.
pub(super) fn asks_for_login(name: &str) -> bool {
    let known = ["admin", "authenticated", "login", "logged", "staff", "superuser"];
    words(name).iter().any(|word| known.contains(&word.as_str()))
}

/// Words in names of bases that turn nobody away by themselves: `AdminTemplateMixin`, `TokenView`.
const NO_GUARDS: &[&str] = &[
    "admin",
    "auth",
    "scope",
    "scopes",
    "secret",
    "signature",
    "signed",
    "token",
    "webhook",
    "role",
];

/// Whether a base is called as guards are.
fn is_guard_mixin(name: &str) -> bool {
    words(name).iter().any(|word| is_guard_word(word) && !NO_GUARDS.contains(&word.as_str()))
}

/// The words of a name, whether they are joined by capitals or by underscores.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        if !c.is_alphanumeric() {
            before = '_';
            continue;
        }
        let begins = before == '_' || c.is_uppercase() && !before.is_uppercase();
        match words.last_mut() {
            Some(word) if !begins => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        before = c;
    }
    words
}

/// Where code asks who is there, file by file, found out once.
#[derive(Debug, Default)]
pub struct Asking {
    by_file: RefCell<FxHashMap<FileId, Rc<[Span]>>>,
}

impl Asking {
    /// Where a function asks who is there.
    pub fn asks(&self, project: &Project, file: FileId, function: FunctionId) -> Option<Span> {
        let known = self.by_file.borrow().get(&file).cloned();
        let spans = known.unwrap_or_else(|| {
            let found = asking_in(project.ir(file));
            self.by_file.borrow_mut().insert(file, Rc::clone(&found));
            found
        });
        let span = project.ir(file).function(function).span;
        spans.iter().copied().find(|at| span.contains(*at))
    }
}

fn asking_in(ir: &FileIr) -> Rc<[Span]> {
    let is_asking = |name: &str| {
        ASKING.contains(&name)
            || has_guard_word(name)
                && ["check_", "require_", "has_", "can_", "ensure_", "verify_", "assert_"]
                    .iter()
                    .any(|prefix| name.starts_with(prefix))
    };
    let mut known: FxHashMap<Sym, bool> = FxHashMap::default();
    let values = ir.values.iter().zip(&ir.spans);
    let found = values.filter(|(value, _)| match **value {
        Value::Attr { name, .. }
        | Value::Global { name, .. }
        | Value::Import { name: Some(name), .. } => {
            *known.entry(name).or_insert_with(|| is_asking(ir.str(name)))
        }
        // `JsonResponse({"error": "Unauthorized"}, status=401)`
        Value::Call { args, .. } => ir.args[args].iter().any(|arg| {
            matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "status")
                && matches!(ir.value(ir.bare(arg.value)), Value::Int(status)
                    if matches!(status, 401 | 403))
        }),
        _ => false,
    });
    found.map(|(_, span)| *span).collect()
}

/// Methods by which a class turns a visitor away.
const TURNING_AWAY: &[&str] = &[
    "check_object_permissions",
    "check_permissions",
    "dispatch",
    "get_permission_required",
    "get_permissions",
    "get_required_permission",
    "handle_no_permission",
    "has_permission",
    "initial",
    "permission_denied",
    "setup",
    "test_func",
];

/// Attributes that name a guard.
pub(super) fn is_guard_attribute(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| matches!(&**word, "permission" | "permissions" | "perms" | "perm"))
        || matches!(
            name,
            "login_required"
                | "group_required"
                | "required_role"
                | "roles_required"
                | "allowed_roles"
                | "required_scopes"
                | "superuser_required"
                | "test_func"
        )
}

/// The decorators of a function or class, the outermost first, by name.
pub(super) fn decorators(
    project: &Project,
    file: FileId,
    list: &[ValueId],
) -> Vec<(String, Place)> {
    let ir = project.ir(file);
    let mut found = Vec::new();
    for by in list {
        let place = Place { file, span: ir.span(ir.bare(*by)) };
        let Some(name) = tail_name(ir, *by) else { continue };
        if name == "method_decorator" {
            found.extend(inner(ir, *by).into_iter().map(|name| (name, place)));
        } else {
            found.push((name.to_owned(), place));
        }
    }
    found
}

/// What `method_decorator` is given.
fn inner(ir: &FileIr, by: ValueId) -> Vec<String> {
    let Value::Call { args, .. } = ir.value(ir.bare(by)) else { return Vec::new() };
    let Some(first) = ir.args[args].first() else { return Vec::new() };
    match ir.value(ir.bare(first.value)) {
        Value::List(items) | Value::Tuple(items) => {
            let names = ir.items[items].iter().filter_map(|item| tail_name(ir, item.value));
            names.map(str::to_owned).collect()
        }
        _ => tail_name(ir, first.value).map(str::to_owned).into_iter().collect(),
    }
}

fn as_guard((name, place): (String, Place)) -> Option<Guarding> {
    let is_guard = !is_harmless(&name) && has_guard_word(&name) && !name.contains("not_required");
    is_guard.then_some(Guarding { name, kind: GuardKind::Decorator, place })
}

/// Whether a wrapper is one of which nothing is known.
fn is_unknown(name: &str) -> bool {
    !is_harmless(name) && !has_guard_word(name)
}

/// Whether a function carries a decorator that only views carry.
pub(super) fn is_decorated_as_view(project: &Project, file: FileId, id: FunctionId) -> bool {
    let ir = project.ir(file);
    ir.ids[ir.function(id).decorators].iter().any(|by| {
        let named = match ir.value(ir.bare(*by)) {
            Value::Call { callee, .. } => callee,
            _ => *by,
        };
        match project.definition(file, named) {
            Entity::External(symbol) => {
                let dotted = project.symbol(symbol);
                dotted.starts_with("django.contrib.auth.decorators")
                    || dotted.starts_with("django.contrib.admin.views.decorators")
                    || dotted.starts_with("django.views.decorators")
                    || dotted == "rest_framework.decorators.api_view"
            }
            _ => false,
        }
    })
}

pub(super) fn is_api_function(project: &Project, file: FileId, id: FunctionId) -> bool {
    let ir = project.ir(file);
    let list = &ir.ids[ir.function(id).decorators];
    decorators(project, file, list).iter().any(|(name, _)| name == "api_view")
}

pub(super) fn of_function(
    project: &Project,
    routed: &Routed,
    asking: &Asking,
    file: FileId,
    id: FunctionId,
) -> (Vec<Guarding>, bool) {
    let ir = project.ir(file);
    let function = ir.function(id);
    let mut found = decorators(project, file, &ir.ids[function.decorators]);
    found.extend(routed.functions.get(&(file, id)).into_iter().flatten().cloned());
    let mut is_open = found.iter().any(|(name, _)| is_unknown(name) && name != "register");
    // `view = login_required(view)`
    let rebound = ir
        .binding(FileIr::module(), function.name)
        .is_some_and(|binding| matches!(ir.value(ir.bare(binding.value)), Value::Call { .. }));
    is_open |= rebound && function.class.is_none();
    let mut guards: Vec<Guarding> = found.into_iter().filter_map(as_guard).collect();
    if let Some(span) = asking.asks(project, file, id) {
        let name = ir.str(function.name).to_owned();
        guards.push(Guarding { name, kind: GuardKind::Body, place: Place { file, span } });
    }
    (guards, is_open)
}

pub(super) fn of_class(
    project: &Project,
    routed: &Routed,
    asking: &Asking,
    class: ClassKey,
) -> (Vec<Guarding>, bool) {
    let of = ClassRef::Project(class.0, class.1);
    let mut guards = Vec::new();
    let mut is_open = false;
    let wrappers = routed.classes.get(&class).into_iter().flatten().cloned();
    let wrappers: Vec<_> = wrappers.collect();
    is_open |= wrappers.iter().any(|(name, _)| is_unknown(name));
    guards.extend(wrappers.into_iter().filter_map(as_guard));
    for base in &project.mro(of).classes {
        match *base {
            ClassRef::Project(file, id) => {
                let ir = project.ir(file);
                let record = ir.class(id);
                let name = ir.str(record.name);
                let place = Place { file, span: record.name_span };
                let around = decorators(project, file, &ir.ids[record.decorators]);
                guards.extend(around.into_iter().filter_map(as_guard));
                if *base != of && is_guard_mixin(name) {
                    let kind = GuardKind::Mixin;
                    guards.push(Guarding { name: name.to_owned(), kind, place });
                }
                let body = ir.function(record.body);
                for binding in &ir.bindings[body.bindings] {
                    let attribute = ir.str(binding.name);
                    if is_guard_attribute(attribute) && says_something(ir, binding.value) {
                        guards.push(Guarding {
                            name: attribute.to_owned(),
                            kind: GuardKind::Attribute,
                            place: Place { file, span: binding.span },
                        });
                    }
                }
            }
            ClassRef::External(symbol) => {
                let dotted = project.symbol(symbol);
                let name = dotted.rsplit('.').next().unwrap_or(dotted);
                if is_guard_mixin(name) {
                    guards.push(Guarding {
                        name: name.to_owned(),
                        kind: GuardKind::Mixin,
                        place: Place {
                            file: class.0,
                            span: project.ir(class.0).class(class.1).name_span,
                        },
                    });
                } else if !is_plain_base(dotted) {
                    is_open = true;
                }
            }
        }
    }
    for (file, function) in bodies(project, class) {
        let ir = project.ir(file);
        let record = ir.function(function);
        let around = decorators(project, file, &ir.ids[record.decorators]);
        guards.extend(around.into_iter().filter_map(as_guard));
        let name = ir.str(record.name);
        if let Some(span) = asking.asks(project, file, function) {
            let name = name.to_owned();
            guards.push(Guarding { name, kind: GuardKind::Body, place: Place { file, span } });
        } else if TURNING_AWAY.contains(&name) && !only_calls_super(ir, function) {
            let place = Place { file, span: record.name_span };
            guards.push(Guarding { name: name.to_owned(), kind: GuardKind::Body, place });
        }
    }
    (guards, is_open)
}

/// Whether the value of an attribute says anything: not `None`, nor an empty list, nor `AllowAny`.
pub(super) fn says_something(ir: &FileIr, value: ValueId) -> bool {
    match ir.value(ir.bare(value)) {
        Value::None | Value::Unbound | Value::Bool(false) => false,
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            let items = &ir.items[items];
            !items.is_empty()
                && !items.iter().all(|item| tail_name(ir, item.value) == Some("AllowAny"))
        }
        _ => true,
    }
}

/// A `setup` or `dispatch` that does nothing but hand on.
fn only_calls_super(ir: &FileIr, function: FunctionId) -> bool {
    let record = ir.function(function);
    ir.effects[record.effects].iter().all(|effect| {
        !matches!(effect.kind, bartizan_ir::EffectKind::Raise(_))
            && match effect.kind {
                bartizan_ir::EffectKind::Return(Some(value)) => {
                    matches!(ir.value(ir.bare(value)), Value::Call { callee, .. }
                        if tail_name(ir, callee) == Some(ir.str(record.name)))
                }
                _ => true,
            }
    })
}

/// Bases outside the project whose code is known to guard nothing.
fn is_plain_base(dotted: &str) -> bool {
    dotted.starts_with("django.views.")
        || dotted.starts_with("django.contrib.auth.views.")
        || dotted.starts_with("rest_framework.")
        || dotted.starts_with("builtins.")
        || dotted.starts_with("django.contrib.messages.")
        || dotted.starts_with("django.utils.")
        || dotted.starts_with("abc.")
        || dotted.starts_with("typing.")
}
