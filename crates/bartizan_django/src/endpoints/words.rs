//! What the code that asks who is there says by its names.

use std::cell::Cell;

use bartizan_ir::{ArgKind, CompareOp, FileIr, FunctionId, Value, ValueId};

use super::gates::Run;

/// Values inside one test beyond which no word is looked for.
const MOST_WORDS: u32 = 200;

/// Names that code reads or calls when it asks who is there, or turns somebody away.
pub(crate) const ASKING: &[&str] = &[
    "HTTP_401_UNAUTHORIZED",
    "HTTP_403_FORBIDDEN",
    "HttpResponseForbidden",
    "NotAuthenticated",
    "PermDeniedException",
    "PermissionDenied",
    "check_object_permissions",
    "check_perm",
    "check_permission",
    "check_permissions",
    "compare_digest",
    "handle_no_permission",
    "has_access",
    "has_module_perms",
    "has_object_permission",
    "has_perm",
    "has_permission",
    "has_permissions",
    "has_perms",
    "is_active",
    "is_anonymous",
    "is_authenticated",
    "is_staff",
    "is_superuser",
    "permission_denied",
    "permissions_for_user",
    "redirect_to_login",
    "test_func",
    "user_can",
    "verify_signature",
];

/// Words in tests that ask who is there.
const ABOUT_WHO: &[&str] = &[
    "user",
    "perm",
    "auth",
    "staff",
    "login",
    "logged",
    "owner",
    "member",
    "role",
    "token",
    "secret",
    "signature",
    "session",
    "access",
    "allowed",
    "anonymous",
    "superuser",
    "group",
    "hmac",
    "digest",
    "remote_addr",
    "api_key",
    "api-key",
];

/// A value before what was found out of it, and before what loops and calls may have done with it.
pub(super) fn plain(ir: &FileIr, value: ValueId) -> ValueId {
    let mut at = ir.bare(value);
    for _ in 0..64 {
        at = match ir.value(at) {
            Value::Mu { init, .. } => ir.bare(init),
            Value::Await(of) => ir.bare(of),
            Value::Mutate(mutation) => ir.bare(ir.mutation(mutation).receiver),
            _ => return at,
        };
    }
    at
}

pub(super) fn is_permission(name: &str) -> bool {
    name == "has_perm"
        || name == "has_perms"
        || name == "has_module_perms"
        || name.starts_with("has_")
            && (name.ends_with("permission") || name.ends_with("permissions"))
        || name == "has_active_staff_session"
}

/// The last part of a name that a value has.
pub(super) fn name_of(ir: &FileIr, value: ValueId) -> Option<&str> {
    let mut at = plain(ir, value);
    for _ in 0..4 {
        match ir.value(at) {
            Value::Attr { name, .. } | Value::Global { name, .. } => return Some(ir.str(name)),
            Value::Import { name: Some(name), .. } => return Some(ir.str(name)),
            Value::Class(class) => return Some(ir.str(ir.class(class).name)),
            Value::Function(function) => return Some(ir.str(ir.function(function).name)),
            Value::Call { callee, .. } => at = plain(ir, callee),
            _ => return None,
        }
    }
    None
}

/// Whether a value is the instance whose method runs.
pub(super) fn is_self(ir: &FileIr, run: Run, value: ValueId) -> bool {
    run.class.is_some()
        && ir.function(run.function).class.is_some()
        && ir.value(plain(ir, value)) == Value::Param(0)
}

pub(super) fn is_super(ir: &FileIr, value: ValueId) -> bool {
    let Value::Call { callee, .. } = ir.value(plain(ir, value)) else { return false };
    matches!(ir.value(plain(ir, callee)), Value::Global { name, .. } if ir.str(name) == "super")
}

/// Whether a name speaks of who is there.
pub(super) fn is_about_who(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ABOUT_WHO.iter().any(|word| name.contains(word))
}

/// Whether a decorator is called as those are that turn somebody away.
pub(super) fn is_called_guard(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["required", "login", "permission", "only", "restrict"].iter().any(|word| name.contains(word))
}

/// Whether a test asks what the visitor sends beside the address: `request.GET.get("for")`.
pub(super) fn is_sent(ir: &FileIr, value: ValueId) -> bool {
    let mut at = plain(ir, value);
    for _ in 0..8 {
        at = match ir.value(at) {
            Value::Attr { name, .. }
                if matches!(ir.str(name), "GET" | "POST" | "query_params" | "data") =>
            {
                return true;
            }
            Value::Compare { op: CompareOp::In, right, .. } => plain(ir, right),
            Value::Compare { op: CompareOp::IsNot, left, right }
                if matches!(ir.value(plain(ir, right)), Value::None) =>
            {
                plain(ir, left)
            }
            Value::Call { callee, .. } => match ir.value(plain(ir, callee)) {
                Value::Attr { of, name } if ir.str(name) == "get" => plain(ir, of),
                _ => return false,
            },
            Value::Index { of, .. } => plain(ir, of),
            _ => return false,
        };
    }
    false
}

/// Whether an answer is that of what a function around was given: `view(request)`.
pub(super) fn hands_over(ir: &FileIr, value: ValueId) -> bool {
    let Value::Call { callee, .. } = ir.value(plain(ir, value)) else { return false };
    matches!(ir.value(plain(ir, callee)), Value::Capture { .. } | Value::Param(_))
}

/// Whether an answer says that a request is not one that can be answered, whoever sends it: by its method,
/// its form, what it asks for.
pub(super) fn is_malformed(ir: &FileIr, value: ValueId) -> bool {
    let Value::Call { callee, args } = ir.value(plain(ir, value)) else { return false };
    let says_so = |name: &str| {
        ["BadRequest", "NotAllowed", "NotFound", "Gone"].iter().any(|end| name.ends_with(end))
    };
    name_of(ir, callee).is_some_and(says_so)
        || ir.args[args].iter().any(|arg| {
            let is_status = matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == "status");
            is_status
                && matches!(ir.value(plain(ir, arg.value)),
                    Value::Int(code) if matches!(code, 400 | 404..=406 | 410 | 415 | 422))
        })
}

/// Whether a test asks who is there, by its words.
pub(super) fn mentions(ir: &FileIr, value: ValueId) -> bool {
    any_name(ir, value, 0, &Cell::new(MOST_WORDS), &|name, _| is_about_who(name))
}

pub(super) fn mentions_session(ir: &FileIr, value: ValueId) -> bool {
    any_name(ir, value, 0, &Cell::new(MOST_WORDS), &|name, _| name == "session")
}

pub(super) fn mentions_user(ir: &FileIr, value: ValueId) -> bool {
    any_name(ir, value, 0, &Cell::new(MOST_WORDS), &|name, is_text| {
        !is_text && (name == "user" || name.ends_with("_user") || name == "auth")
    })
}

/// Whether what is asked for by this name is asked of something else than the visitor: of a row that is looked
/// up, of one of several, of what is kept at one. Rows have an `is_active` of their own.
pub(super) fn is_of_another(ir: &FileIr, value: ValueId, asked: &str) -> bool {
    let start = plain(ir, value);
    let mut at = start;
    for _ in 0..16 {
        at = match ir.value(at) {
            Value::Elem { .. } => return true,
            Value::Attr { name, .. } if OF_ROWS.contains(&ir.str(name)) => return true,
            Value::Attr { of, .. } => plain(ir, of),
            Value::Call { callee, .. } => {
                let is_lookup = name_of(ir, callee).is_some_and(|name| LOOKUPS.contains(&name));
                return is_lookup && !mentions_session(ir, callee);
            }
            Value::Param(place) => {
                let function = ir.function(ir.stretch(at).function);
                let param = ir.params[function.params].get(place as usize);
                let Some(name) = param.map(|param| ir.str(param.name)) else { return false };
                if OF_ROWS.contains(&name) {
                    return true;
                }
                let is_itself = at == start && asked == "is_active";
                return is_itself
                    && !match function.class {
                        Some(class) if place == 0 => is_somebody(ir.str(ir.class(class).name)),
                        _ => is_somebody(name),
                    };
            }
            _ => return false,
        };
    }
    false
}

/// Whether something is called as users are.
fn is_somebody(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "u" | "x" | "me" | "actor" | "person")
        || ["user", "account", "member", "visitor"].iter().any(|word| name.contains(word))
}

/// What finds a row, or makes one.
const LOOKUPS: &[&str] = &[
    "aget",
    "afirst",
    "create",
    "earliest",
    "first",
    "get",
    "get_object",
    "get_object_or_404",
    "get_or_create",
    "last",
    "latest",
];

/// What views and permission classes call the row that is asked for.
const OF_ROWS: &[&str] = &["instance", "item", "obj", "object", "row"];

/// Whether a test compares somebody with somebody: `order.customer == request.user`.
pub(super) fn compares_user(ir: &FileIr, test: ValueId, depth: u8) -> bool {
    let is_user = |value: ValueId| match ir.value(value) {
        Value::Attr { name, .. } => ir.str(name) == "user",
        Value::Param(place) => {
            let function = ir.function(ir.stretch(value).function);
            let param = ir.params[function.params].get(place as usize);
            param.is_some_and(|param| ir.str(param.name) == "user")
        }
        _ => false,
    };
    let of_user = |value: ValueId| match ir.value(plain(ir, value)) {
        Value::Attr { of, name } if matches!(ir.str(name), "id" | "pk" | "username" | "email") => {
            is_user(plain(ir, of))
        }
        _ => is_user(plain(ir, value)),
    };
    let inside = |value| depth < 12 && compares_user(ir, value, depth + 1);
    match ir.value(plain(ir, test)) {
        Value::Compare { left, right, .. } => of_user(left) || of_user(right),
        Value::Unary { of, .. } => inside(of),
        Value::Logic { values, .. } => ir.ids[values].iter().any(|value| inside(*value)),
        _ => false,
    }
}

fn any_name(
    ir: &FileIr,
    value: ValueId,
    depth: u8,
    left: &Cell<u32>,
    is: &dyn Fn(&str, bool) -> bool,
) -> bool {
    if depth > 12 || left.get() == 0 {
        return false;
    }
    left.set(left.get() - 1);
    let inside = |value| any_name(ir, value, depth + 1, left, is);
    let value = plain(ir, value);
    match ir.value(value) {
        Value::Attr { of, name } => is(ir.str(name), false) || inside(of),
        Value::Global { name, .. } | Value::Capture { name, .. } => is(ir.str(name), false),
        Value::Import { name: Some(name), .. } => is(ir.str(name), false),
        // What a header or a parameter is called: `request.META["REMOTE_ADDR"]`
        Value::Str(text) => ir.str(text).len() < 48 && is(ir.str(text), true),
        Value::Param(place) => {
            let function = ir.function(ir.stretch(value).function);
            ir.params[function.params]
                .get(place as usize)
                .is_some_and(|param| is(ir.str(param.name), false))
        }
        Value::Call { callee, args } => {
            inside(callee) || ir.args[args].iter().any(|arg| inside(arg.value))
        }
        Value::Compare { left, right, .. } | Value::Binary { left, right, .. } => {
            inside(left) || inside(right)
        }
        Value::Logic { values, .. } => ir.ids[values].iter().any(|value| inside(*value)),
        Value::Index { of, key } => inside(of) || inside(key),
        Value::Unary { of, .. } | Value::Elem { of, .. } => inside(of),
        Value::Gamma { test, then, otherwise } => inside(test) || inside(then) || inside(otherwise),
        Value::Comp(comp) => {
            let comp = ir.comp(comp);
            inside(comp.element)
                || comp.clauses.iter().any(|clause| {
                    inside(clause.iterator) || clause.conditions.iter().any(|test| inside(*test))
                })
        }
        _ => false,
    }
}

/// Whether an argument leads to where one logs in.
pub(super) fn is_login(ir: &FileIr, value: ValueId, depth: u8) -> bool {
    let is = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("login") || text.contains("signin") || text.contains("sign-in")
    };
    match ir.value(plain(ir, value)) {
        Value::Str(text) => is(ir.str(text)),
        Value::Attr { name, .. } => is(ir.str(name)),
        Value::Call { args, .. } if depth < 4 => {
            ir.args[args].iter().any(|arg| is_login(ir, arg.value, depth + 1))
        }
        Value::Text { parts, .. } if depth < 4 => ir.parts[parts].iter().any(|part| {
            matches!(part.piece, bartizan_ir::TextPiece::Literal(text) if is(ir.str(text)))
                || matches!(part.piece, bartizan_ir::TextPiece::Hole { value, .. }
                    if is_login(ir, value, depth + 1))
        }),
        Value::Binary { left, right, .. } if depth < 4 => {
            is_login(ir, left, depth + 1) || is_login(ir, right, depth + 1)
        }
        _ => false,
    }
}

/// The function under the decorators of a value.
pub(super) fn function_in(ir: &FileIr, value: ValueId) -> Option<FunctionId> {
    let mut at = plain(ir, value);
    for _ in 0..16 {
        match ir.value(at) {
            Value::Decorated { of, .. } => at = plain(ir, of),
            Value::Function(function) => return Some(function),
            _ => return None,
        }
    }
    None
}
