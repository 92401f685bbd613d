//! What a value is made of, for questions that names alone can answer.

use bartizan_ir::{FileIr, TextPiece, Value, ValueId};
use bartizan_project::FileId;
use bartizan_project::Project;

/// Values that are looked at for one question, at most.
const MOST: usize = 400;

/// Whether a value is made of one that `is` holds of, itself among them. Bodies of functions and what
/// stands behind names of the module are not looked into.
pub fn any(ir: &FileIr, value: ValueId, is: impl FnMut(ValueId, Value) -> bool) -> bool {
    any_within(ir, value, |_| false, is)
}

/// The same, without looking at what values that `ends` holds of are made of.
fn any_within(
    ir: &FileIr,
    value: ValueId,
    ends: impl Fn(ValueId) -> bool,
    mut is: impl FnMut(ValueId, Value) -> bool,
) -> bool {
    let mut left = vec![value];
    let mut seen = rustc_hash::FxHashSet::default();
    while let Some(at) = left.pop() {
        if !seen.insert(at) || seen.len() > MOST || ends(at) {
            continue;
        }
        let value = ir.value(at);
        if is(at, value) {
            return true;
        }
        parts(ir, value, &mut |part| left.push(part));
    }
    false
}

/// Whether a value is a row that is fetched, or an attribute of what a function made: what is made of it
/// is what was stored, whoever chose the row.
fn is_fetched(ir: &FileIr, value: ValueId) -> bool {
    if let Value::Attr { of, name } = ir.value(value) {
        // `serializer.data` and `response.data` are what was stored; what was sent is `validated_data`,
        // and the `data` of a form.
        let is_stored = ir.str(name) == "data"
            && tail_name(ir, of).is_some_and(|name| !name.to_lowercase().contains("form"));
        return (is_stored
            || !matches!(
                ir.str(name),
                "cleaned_data" | "validated_data" | "data" | "POST" | "GET"
            ))
            && matches!(ir.value(ir.bare(of)), Value::Call { callee, .. }
                if !matches!(tail_name(ir, callee), Some("get" | "getlist" | "str" | "loads")));
    }
    let Value::Call { callee, .. } = ir.value(value) else { return false };
    let Some(name) = tail_name(ir, callee) else { return false };
    if name.contains("_or_404") {
        return true;
    }
    matches!(name, "get" | "aget" | "first" | "last" | "latest" | "get_or_create" | "get_subclass")
        && matches!(ir.value(ir.bare(callee)), Value::Attr { of, .. } if is_query(ir, of))
}

/// Whether a value begins at a manager: `Order.objects.filter(…)`.
fn is_query(ir: &FileIr, value: ValueId) -> bool {
    let mut at = ir.bare(value);
    for _ in 0..32 {
        at = ir.bare(match ir.value(at) {
            Value::Attr { name, .. } if ir.str(name).ends_with("objects") => return true,
            Value::Attr { of, .. } => of,
            Value::Call { callee, .. } => callee,
            _ => return false,
        });
    }
    false
}

/// Calls `each` for every value that a value is directly made of.
pub fn parts(ir: &FileIr, value: Value, each: &mut dyn FnMut(ValueId)) {
    match value {
        Value::Decorated { by, of } => {
            each(by);
            each(of);
        }
        Value::Attr { of, .. }
        | Value::Elem { of, .. }
        | Value::Unary { of, .. }
        | Value::Pi { of, .. }
        | Value::Await(of)
        | Value::YieldFrom(of)
        | Value::Yield(Some(of))
        | Value::Enter { manager: of, .. } => each(of),
        Value::Index { of, key } => {
            each(of);
            each(key);
        }
        Value::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().flatten().for_each(each);
        }
        Value::Call { callee, args } => {
            each(callee);
            ir.args[args].iter().for_each(|arg| each(arg.value));
        }
        Value::Compare { left, right, .. } | Value::Binary { left, right, .. } => {
            each(left);
            each(right);
        }
        Value::Logic { values, .. } => ir.ids[values].iter().copied().for_each(each),
        Value::Text { parts, .. } => {
            for part in &ir.parts[parts] {
                if let TextPiece::Hole { value, .. } = part.piece {
                    each(value);
                }
            }
        }
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            ir.items[items].iter().for_each(|item| each(item.value));
        }
        Value::Dict(pairs) => {
            for pair in &ir.pairs[pairs] {
                each(pair.value);
            }
        }
        Value::Comp(comp) => {
            let comp = ir.comp(comp);
            each(comp.element);
            for clause in &comp.clauses {
                each(clause.iterator);
                clause.conditions.iter().copied().for_each(&mut *each);
            }
        }
        Value::Mutate(mutation) => {
            let mutation = ir.mutation(mutation);
            each(mutation.receiver);
            ir.args[mutation.args].iter().for_each(|arg| each(arg.value));
        }
        Value::Gamma { test, then, otherwise } => {
            each(test);
            each(then);
            each(otherwise);
        }
        Value::Mu { init, back, .. } => {
            each(init);
            each(back);
        }
        Value::Join { ways, .. } => ir.ways[ways].iter().for_each(|way| each(way.value)),
        _ => {}
    }
}

/// The last name of an expression: `b` of `a.b`, of `b` and of `a.b(…)`.
pub fn tail_name(ir: &FileIr, value: ValueId) -> Option<&str> {
    match ir.value(ir.bare(value)) {
        Value::Attr { name, .. } | Value::Global { name, .. } | Value::Capture { name, .. } => {
            Some(ir.str(name))
        }
        Value::Import { name: Some(name), .. } => Some(ir.str(name)),
        Value::Import { module, name: None, .. } => {
            let module = ir.str(module);
            module.rsplit('.').next()
        }
        Value::Function(function) => Some(ir.str(ir.function(function).name)),
        Value::Class(class) => Some(ir.str(ir.class(class).name)),
        Value::Param(_) => param_name(ir, value),
        Value::Call { callee, .. } => tail_name(ir, callee),
        Value::Mutate(mutation) => tail_name(ir, ir.mutation(mutation).receiver),
        Value::Decorated { of, .. } => tail_name(ir, of),
        _ => None,
    }
}

/// The name of the parameter that a value is.
pub fn param_name(ir: &FileIr, value: ValueId) -> Option<&str> {
    let mut value = ir.bare(value);
    // In a loop it is what it was before, or what an earlier round made of it.
    for _ in 0..4 {
        let Value::Mu { init, .. } = ir.value(value) else { break };
        value = ir.bare(init);
    }
    let Value::Param(position) = ir.value(value) else { return None };
    let function = ir.function(ir.stretch(value).function);
    let param = ir.params[function.params].get(position as usize)?;
    Some(ir.str(param.name))
}

/// Whether a value is the request, by its name: `request`, `self.request`, `info.context`.
pub fn is_request(ir: &FileIr, value: ValueId) -> bool {
    match ir.value(ir.bare(value)) {
        Value::Param(_) => {
            matches!(param_name(ir, value), Some("request" | "req" | "_request" | "http_request"))
        }
        Value::Attr { name, of } => {
            matches!(ir.str(name), "request" | "_request")
                || ir.str(name) == "context" && param_name(ir, of) == Some("info")
        }
        Value::Capture { name, .. } | Value::Global { name, .. } => ir.str(name) == "request",
        // `self.context["request"]`
        Value::Index { key, .. } => {
            matches!(ir.value(key), Value::Str(text) if ir.str(text) == "request")
        }
        Value::Mutate(mutation) => is_request(ir, ir.mutation(mutation).receiver),
        Value::Mu { init, .. } => is_request(ir, init),
        _ => false,
    }
}

/// Attributes of a request that say what is asked for, not who asks.
const ASKED: &[&str] = &[
    "GET",
    "POST",
    "FILES",
    "META",
    "COOKIES",
    "data",
    "query_params",
    "body",
    "method",
    "path",
    "path_info",
    "headers",
    "content_type",
    "encoding",
    "get_full_path",
    "build_absolute_uri",
    "get_host",
    "is_ajax",
    "scheme",
    "is_secure",
    "resolver_match",
    "parser_context",
    "urlconf",
    "accepted_renderer",
    "version",
    "LANGUAGE_CODE",
    "htmx",
    "session",
    "get_raw_uri",
    "parsers",
    "stream",
    "csp_nonce",
    "csrf_processing_done",
    "get_port",
    "current_app",
    "backend",
    "config",
    "connection",
    "db",
    "logger",
    "settings",
    "site_url",
    "is_htmx",
];

/// Names of variables that hold who asks.
const VISITORS: &[&str] =
    &["user", "current_user", "requester", "actor", "viewer", "current_profile", "logged_in_user"];

/// Whether a value depends on who asks: the user of the request, or what middleware found out about
/// them, such as their tenant.
pub fn mentions_visitor(ir: &FileIr, value: ValueId) -> bool {
    any(ir, value, |at, part| match part {
        Value::Attr { of, name } => {
            let name = ir.str(name);
            is_request(ir, of) && !ASKED.contains(&name)
                || VISITORS.contains(&name) && matches!(ir.value(ir.bare(of)), Value::Param(_))
                || name == "user" && matches!(ir.value(ir.bare(of)), Value::Attr { .. })
        }
        Value::Param(_) => param_name(ir, at).is_some_and(|name| VISITORS.contains(&name)),
        Value::Call { callee, .. } => tail_name(ir, callee).is_some_and(|name| {
            name.contains("current_user")
                || name.contains("current_tenant")
                || name.contains("current_org")
                || name == "get_user"
        }),
        _ => false,
    })
}

/// Whether a value is who asks: `request.user`, `self.request.user.profile`, a parameter that is called
/// so.
pub fn is_visitor(ir: &FileIr, value: ValueId) -> bool {
    let mut at = ir.bare(value);
    for _ in 0..8 {
        match ir.value(at) {
            Value::Param(_) => {
                return param_name(ir, at).is_some_and(|name| VISITORS.contains(&name));
            }
            Value::Attr { of, name } => {
                if is_request(ir, of) {
                    return !ASKED.contains(&ir.str(name));
                }
                at = ir.bare(of);
            }
            _ => return false,
        }
    }
    false
}

/// Whether a value holds the request as a whole, so that whoever gets it may ask who is there.
pub fn hands_on_request(ir: &FileIr, value: ValueId) -> bool {
    is_request(ir, value)
}

/// Whether a value is made of what a visitor sends: query, form, body. A row that was fetched by it is
/// not.
pub fn mentions_sent(ir: &FileIr, value: ValueId) -> bool {
    any_within(
        ir,
        value,
        |at| is_fetched(ir, at),
        |_, part| match part {
            Value::Attr { of, name } => {
                matches!(ir.str(name), "GET" | "POST" | "data" | "query_params" | "FILES" | "body")
                    && is_request(ir, of)
                    || matches!(ir.str(name), "cleaned_data" | "validated_data")
            }
            _ => false,
        },
    )
}

/// Whether a value is made of an argument of the URL: a parameter of a view beside the request, or an
/// item of `kwargs`. A row that was fetched by it is not.
pub fn mentions_url_argument(project: &Project, file: FileId, value: ValueId) -> bool {
    let ir = project.ir(file);
    any_within(
        ir,
        value,
        |at| is_fetched(ir, at),
        |at, part| match part {
            Value::Param(_) => {
                let function = ir.function(ir.stretch(at).function);
                let name = param_name(ir, at).unwrap_or_default();
                let is_handler = function.class.is_none()
                    || matches!(
                        ir.str(function.name),
                        "get"
                            | "post"
                            | "put"
                            | "patch"
                            | "delete"
                            | "dispatch"
                            | "setup"
                            | "retrieve"
                            | "update"
                            | "destroy"
                            | "partial_update"
                    )
                    || takes_request(ir, at);
                is_handler
                    && !matches!(
                        name,
                        "self" | "cls" | "request" | "form" | "queryset" | "serializer"
                    )
                    && !VISITORS.contains(&name)
            }
            Value::Attr { of, name } => {
                matches!(ir.str(name), "kwargs" | "pk" | "object_id")
                    && matches!(param_name(ir, of), Some("self"))
            }
            _ => false,
        },
    )
}

/// Whether the function of a value takes the request as its second parameter: it is an action of a
/// viewset, or a view of the admin.
fn takes_request(ir: &FileIr, at: ValueId) -> bool {
    let function = ir.function(ir.stretch(at).function);
    ir.params[function.params].get(1).is_some_and(|param| ir.str(param.name) == "request")
}
