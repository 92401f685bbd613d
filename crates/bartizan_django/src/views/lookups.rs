//! Rows that a view fetches by what a visitor names, and what else the query asks for.

use bartizan_base::Span;
use bartizan_ir::{Arg, ArgKind, EffectKind, FileIr, FunctionId, PathId, Value, ValueId};
use bartizan_project::{Entity, FileId, Project};

use super::effects::is_dead;
use super::guarding::words;
use super::values::{
    any, hands_on_request, is_visitor, mentions_sent, mentions_url_argument, mentions_visitor,
    param_name, parts, tail_name,
};
use crate::registries::Registries;

/// A query for a row, or rows, that a visitor names.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Where it stands.
    pub file: FileId,
    /// The function.
    pub function: FunctionId,
    /// The whole query.
    pub span: Span,
    /// Its value: the row.
    pub value: ValueId,
    /// When it happens.
    pub path: PathId,
    /// The model, by name; for a class that is found out while the site runs, what finds it.
    pub model: String,
    /// What limits it, beside the key.
    pub scope: Scope,
    /// The condition that does: its name, empty where it has none, and its value.
    pub limit: Option<(String, ValueId)>,
    /// The name of a condition that only those can meet who were told: `token`.
    pub secret: Option<String>,
    /// Where the key comes from.
    pub key: Key,
    /// The name of the key: `pk`.
    pub key_name: String,
    /// The key itself.
    pub key_value: ValueId,
    /// All that its conditions ask for, the key among it.
    pub conditions: Vec<ValueId>,
    /// Whether it gives one row, and no list.
    pub is_single: bool,
    /// Whether it only finds what is there to be seen: `is_public=True`.
    pub is_of_shown: bool,
}

/// Words in names of fields that say that a row is there to be seen.
const SHOWN: &[&str] =
    &["active", "approved", "enabled", "listed", "live", "public", "published", "visible"];

/// What limits a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Nothing but its key.
    #[default]
    Nothing,
    /// A row that was found before.
    Parent,
    /// Something that is not known: a method of the project's own manager, a variable.
    Unknown,
    /// Who asks.
    Visitor,
}

/// What limits a query, and the condition that does.
#[derive(Default)]
struct Limits {
    scope: Scope,
    by: Option<(String, ValueId)>,
}

impl Limits {
    fn add(&mut self, scope: Scope, name: &str, value: ValueId) {
        if scope > self.scope {
            *self = Self { scope, by: Some((name.to_owned(), value)) };
        }
    }

    fn merge(&mut self, other: Self) {
        if other.scope > self.scope {
            *self = other;
        }
    }
}

/// Where a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The URL.
    Url,
    /// The query, or a form.
    Sent,
}

/// Methods of querysets that limit nothing.
pub(super) const CHAIN: &[&str] = &[
    "all",
    "order_by",
    "select_related",
    "prefetch_related",
    "select_for_update",
    "distinct",
    "only",
    "defer",
    "using",
    "annotate",
    "reverse",
    "values",
    "values_list",
    "specific",
    "iterator",
    "alias",
    "get_queryset",
    "non_polymorphic",
    "defer_streamfields",
    "first",
    "last",
];

/// Names of keys: what a visitor names a row by.
fn is_key(name: &str) -> bool {
    let name = name.trim_end_matches("__in").trim_end_matches("__exact");
    matches!(
        name,
        "pk" | "id" | "uuid" | "slug" | "code" | "number" | "uid" | "guid" | "key" | "token"
    ) || name.ends_with("_id")
        || name.ends_with("_uuid")
        || name.ends_with("_slug")
}

/// Whether a key is that of the row itself, and not of one that it refers to.
fn is_own_key(name: &str) -> bool {
    let name = name.trim_end_matches("__in").trim_end_matches("__exact");
    matches!(name, "pk" | "id" | "uuid" | "slug" | "code" | "number" | "uid")
}

/// Whether a key is one that cannot be guessed.
fn is_secret(name: &str) -> bool {
    ["token", "secret", "hash", "signature", "hmac", "activation", "otp"]
        .iter()
        .any(|word| name.contains(word))
}

/// The queries of a function for rows that a visitor names.
pub fn lookups(
    project: &Project,
    registries: &Registries,
    file: FileId,
    function: FunctionId,
) -> Vec<Lookup> {
    lookups_among(project, registries, (file, function), &[])
}

/// The same, and those among the rows that one of these methods of the class gives:
/// `self.get_orders().get(pk=pk)`.
pub fn lookups_among(
    project: &Project,
    registries: &Registries,
    (file, function): (FileId, FunctionId),
    methods: &[(FileId, FunctionId)],
) -> Vec<Lookup> {
    let ir = project.ir(file);
    let mut found = Vec::new();
    for effect in &ir.effects[ir.function(function).effects] {
        let EffectKind::Call(call) = effect.kind else { continue };
        let Value::Call { callee, args } = ir.value(call) else { continue };
        let Some(name) = tail_name(ir, callee) else { continue };
        let args = &ir.args[args];
        let is_short = matches!(
            name,
            "get_object_or_404" | "aget_object_or_404" | "get_list_or_404" | "get_object_or_none"
        );
        let is_method = matches!(ir.value(ir.bare(callee)), Value::Attr { .. });
        let is_single =
            is_short || is_method && matches!(name, "get" | "aget" | "get_or_404" | "get_subclass");
        let is_many = is_method && name == "filter";
        if !is_single && !is_many || is_dead(ir, effect.path) {
            continue;
        }
        let root = if is_short {
            let Some(first) = args.first() else { continue };
            first.value
        } else {
            let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { continue };
            of
        };
        let mut key = None;
        let mut chosen: Option<(String, ValueId)> = None;
        let mut limits = Limits::default();
        let mut secret = None;
        let asked: Vec<(&str, ValueId)> =
            args.iter().skip(usize::from(is_short)).flat_map(|arg| conditions(ir, arg)).collect();
        for (name, value) in asked.iter().copied() {
            let condition = scope_of(project, file, value);
            if is_secret(name) {
                // Whoever knows it was given it.
                limits.add(Scope::Unknown, name, value);
                secret = Some(name.to_owned()).filter(|_| key_of(project, file, value).is_some());
            }
            if is_key(name) && condition < Scope::Visitor {
                let from = key_of(project, file, value);
                if let Some(from) = from {
                    // A row of its own: the more a visitor chooses, the less limits it.
                    key = Some(key.map_or(from, |known: Key| known.min(from)));
                    chosen = Some((name.to_owned(), value));
                    continue;
                }
            }
            limits.add(condition, name, value);
        }
        let (Some(key), Some((key_name, key_value))) = (key, chosen) else { continue };
        // A row of which nothing is made tells no more than that it is there.
        if is_single && !is_used(ir, function, call) {
            continue;
        }
        // A list by a key of another model is the list of a parent.
        if is_many && !is_own_key(&key_name) {
            continue;
        }
        let rooted = root_of(project, registries, file, root);
        let rooted = rooted.or_else(|| root_of_visitor(registries, ir, root));
        let rooted = rooted.or_else(|| root_of_method(project, registries, (ir, root), methods));
        let Some((model, of_root)) = rooted else { continue };
        limits.merge(of_root);
        found.push(Lookup {
            file,
            function,
            span: effect.span,
            value: call,
            path: effect.path,
            model,
            scope: limits.scope,
            limit: limits.by,
            secret,
            key,
            key_name,
            key_value,
            is_of_shown: asked.iter().any(|(name, value)| {
                let is_constant = scope_of(project, file, *value) == Scope::Nothing
                    && key_of(project, file, *value).is_none();
                is_constant && words(name).iter().any(|word| SHOWN.contains(&word.as_str()))
            }),
            conditions: asked.into_iter().map(|(_, value)| value).collect(),
            is_single,
        });
    }
    found
}

/// Whether anything is made of a value: another value, or an effect.
fn is_used(ir: &FileIr, function: FunctionId, value: ValueId) -> bool {
    let by_effect =
        ir.effects[ir.function(function).effects].iter().any(|effect| match effect.kind {
            EffectKind::Return(Some(of))
            | EffectKind::Yield(of)
            | EffectKind::StoreAttr { value: of, .. }
            | EffectKind::StoreGlobal { value: of, .. }
            | EffectKind::StoreCapture { value: of, .. }
            | EffectKind::With(of)
            | EffectKind::Assert(of) => ir.bare(of) == value,
            _ => false,
        });
    by_effect
        || ir.values[value.index() + 1..].iter().any(|later| {
            let mut found = false;
            parts(ir, *later, &mut |part| found |= part == value);
            found
        })
}

/// What an argument of a query asks for, by the names of its lookups.
fn conditions<'a>(ir: &'a FileIr, arg: &Arg) -> Vec<(&'a str, ValueId)> {
    match arg.kind {
        ArgKind::Keyword(name) => vec![(ir.str(name), arg.value)],
        ArgKind::DoubleStar => match ir.value(ir.bare(arg.value)) {
            // `**{"pk": pk}`
            Value::Dict(pairs) => {
                let pairs = ir.pairs[pairs].iter();
                let named = pairs.map(|pair| match pair.key.map(|key| ir.value(ir.bare(key))) {
                    Some(Value::Str(name)) => (ir.str(name), pair.value),
                    _ => ("", pair.value),
                });
                named.collect()
            }
            // `**self.kwargs`
            Value::Attr { name, .. } if ir.str(name) == "kwargs" => vec![("pk", arg.value)],
            Value::Param(_) => vec![("pk", arg.value)],
            // What a function made of it may be limited.
            _ => vec![("", arg.value)],
        },
        _ => vec![("", arg.value)],
    }
}

impl Lookup {
    /// Whether the key is a name that people give, and no number.
    pub fn is_by_name(&self) -> bool {
        let name = self.key_name.trim_end_matches("__exact");
        matches!(name, "slug" | "code" | "key" | "name") || name.ends_with("_slug")
    }

    /// Whether code of the project makes the key of what was sent: `decode(secret)`.
    pub fn is_made_by_own(&self, project: &Project) -> bool {
        any(project.ir(self.file), self.key_value, |at, value| match value {
            Value::Call { callee, .. } => {
                matches!(project.definition(self.file, callee), Entity::Function(..))
                    || project.callee(self.file, at).target.as_function().is_some()
                    || tail_name(project.ir(self.file), callee)
                        .is_some_and(|name| name.contains("decode") || name.contains("sign"))
            }
            _ => false,
        })
    }

    /// What the key is called where it comes from: `pk` of `kwargs["pk"]` and of a parameter.
    pub fn key_source<'p>(&self, project: &'p Project) -> Option<&'p str> {
        key_source(project.ir(self.file), self.key_value)
    }
}

/// What an argument of the URL, or of the request, is called there.
pub(super) fn key_source(ir: &FileIr, key: ValueId) -> Option<&str> {
    let mut at = ir.bare(key);
    for _ in 0..8 {
        match ir.value(at) {
            Value::Index { key, .. } => {
                let Value::Str(name) = ir.value(ir.bare(key)) else { return None };
                return Some(ir.str(name));
            }
            Value::Param(_) => return param_name(ir, at),
            Value::Call { args, .. } => {
                let first = ir.args[args].first()?;
                if let Value::Str(name) = ir.value(ir.bare(first.value)) {
                    return Some(ir.str(name));
                }
                at = ir.bare(first.value);
            }
            _ => return None,
        }
    }
    None
}

fn key_of(project: &Project, file: FileId, value: ValueId) -> Option<Key> {
    let ir = project.ir(file);
    // The key of a row that was found before is no choice of the visitor.
    if let Value::Attr { of, name } = ir.value(ir.bare(value))
        && (matches!(ir.str(name), "pk" | "id" | "uuid") || ir.str(name).ends_with("_id"))
        && param_name(ir, of) != Some("self")
    {
        return None;
    }
    // So are the keys of several.
    if let Value::Comp(comp) = ir.value(ir.bare(value))
        && let Value::Attr { name, .. } = ir.value(ir.bare(ir.comp(comp).element))
        && matches!(ir.str(name), "pk" | "id" | "uuid")
    {
        return None;
    }
    if mentions_sent(ir, value) {
        return Some(Key::Sent);
    }
    mentions_url_argument(project, file, value).then_some(Key::Url)
}

/// What a condition limits a query to.
pub fn scope_of(project: &Project, file: FileId, value: ValueId) -> Scope {
    let ir = project.ir(file);
    if mentions_visitor(ir, value) || hands_on_request(ir, value) {
        return Scope::Visitor;
    }
    if key_of(project, file, value).is_some() {
        // What the visitor chooses limits nothing.
        return Scope::Nothing;
    }
    match ir.value(ir.bare(value)) {
        Value::Str(_) | Value::Int(_) | Value::Bool(_) | Value::None | Value::Float(_) => {
            Scope::Nothing
        }
        Value::Attr { of, .. } => match ir.value(ir.bare(of)) {
            // `self.event`
            Value::Param(_) if param_name(ir, of) == Some("self") => Scope::Parent,
            Value::Global { .. } | Value::Import { .. } | Value::Class(_) => Scope::Nothing,
            _ => Scope::Parent,
        },
        Value::Global { .. } | Value::Import { .. } => Scope::Nothing,
        Value::Call { .. } | Value::Gamma { .. } | Value::Join { .. } => Scope::Parent,
        _ => Scope::Unknown,
    }
}

/// The model behind a query, and what limits it before the last call.
fn root_of(
    project: &Project,
    registries: &Registries,
    file: FileId,
    root: ValueId,
) -> Option<(String, Limits)> {
    let ir = project.ir(file);
    let mut at = ir.bare(root);
    let mut found = Limits::default();
    for _ in 0..32 {
        if let Some(model) = model_name(project, registries, file, at) {
            return Some((model, found));
        }
        match ir.value(at) {
            Value::Call { callee, args } => {
                let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
                let name = ir.str(name);
                if name == "get_queryset" && param_name(ir, of) == Some("self") {
                    return None;
                }
                if !CHAIN.contains(&name) {
                    for (name, value) in ir.args[args].iter().flat_map(|arg| conditions(ir, arg)) {
                        found.add(scope_of(project, file, value), name, value);
                    }
                    // A method of the project's own manager.
                    if !matches!(name, "filter" | "exclude") {
                        found.add(Scope::Unknown, "", at);
                    }
                }
                at = ir.bare(of);
            }
            Value::Attr { of, name } => {
                let name = ir.str(name);
                if matches!(name, "_default_manager" | "_base_manager" | "objects")
                    || name.ends_with("objects")
                {
                    let holder = ir.bare(of);
                    if let Some(model) = model_name(project, registries, file, holder) {
                        return Some((model, found));
                    }
                    return dynamic(ir, holder).map(|model| (model, found));
                }
                return None;
            }
            Value::Mutate(mutation) => at = ir.bare(ir.mutation(mutation).receiver),
            _ => return None,
        }
    }
    None
}

/// The model behind the rows that a method of the class gives, and what limits these each time:
/// `self.get_orders()`.
fn root_of_method(
    project: &Project,
    registries: &Registries,
    (ir, root): (&FileIr, ValueId),
    methods: &[(FileId, FunctionId)],
) -> Option<(String, Limits)> {
    let at = ir.bare(root);
    let Value::Call { callee, .. } = ir.value(at) else { return None };
    let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
    if param_name(ir, of) != Some("self") {
        return None;
    }
    let named = |(file, function): &&(FileId, FunctionId)| {
        let ir = project.ir(*file);
        ir.str(ir.function(*function).name)
    };
    let (file, function) = *methods.iter().find(|method| named(method) == ir.str(name))?;
    let there = project.ir(file);
    let mut found: Option<(String, Scope)> = None;
    for effect in &there.effects[there.function(function).effects] {
        let EffectKind::Return(Some(value)) = effect.kind else { continue };
        let rooted = root_of(project, registries, file, value);
        let (model, limits) = rooted.or_else(|| root_of_visitor(registries, there, value))?;
        let scope = found.map_or(limits.scope, |(_, known)| known.min(limits.scope));
        found = Some((model, scope));
    }
    let (model, scope) = found?;
    Some((model, Limits { scope, by: Some((String::new(), at)) }))
}

/// The model behind what the visitor has: `request.user.orders`.
fn root_of_visitor(
    registries: &Registries,
    ir: &FileIr,
    root: ValueId,
) -> Option<(String, Limits)> {
    let mut at = ir.bare(root);
    for _ in 0..32 {
        match ir.value(at) {
            Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
                Value::Attr { of, name }
                    if CHAIN.contains(&ir.str(name))
                        || matches!(ir.str(name), "filter" | "exclude") =>
                {
                    at = ir.bare(of);
                }
                _ => return None,
            },
            Value::Attr { of, name } => {
                if !is_visitor(ir, of) {
                    return None;
                }
                let name = ir.str(name);
                let is_related = |model: &&crate::registries::Model| {
                    let says = |field: &crate::registries::Field| {
                        field.related_name.as_deref() == Some(name)
                    };
                    model.fields.iter().any(says)
                        || name
                            .strip_suffix("_set")
                            .is_some_and(|of| model.name.to_lowercase() == of)
                };
                let model = registries.models.iter().find(is_related);
                let model = model.map_or_else(|| "?".to_owned(), |model| model.name.clone());
                let by = Some((String::new(), at));
                return Some((model, Limits { scope: Scope::Visitor, by }));
            }
            _ => return None,
        }
    }
    None
}

fn model_name(
    project: &Project,
    registries: &Registries,
    file: FileId,
    value: ValueId,
) -> Option<String> {
    match project.definition(file, value) {
        Entity::Class(class_file, class) => {
            let model = registries.model_of((class_file, class))?;
            Some(registries.model(model).name.clone())
        }
        Entity::External(symbol) => {
            let dotted = project.symbol(symbol);
            let name = dotted.rsplit('.').next().unwrap_or(dotted);
            (dotted.contains("models") && name.starts_with(char::is_uppercase))
                .then(|| name.to_owned())
        }
        Entity::Value(at, value) => {
            // `User = get_user_model()`
            let ir = project.ir(at);
            let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return None };
            let name = tail_name(ir, callee)?;
            let model = name.strip_prefix("get_")?.strip_suffix("_model")?;
            Some(model.to_owned())
        }
        _ => None,
    }
}

/// The model of `self.model` or `self.page.get_submission_class()`, by what finds it.
fn dynamic(ir: &FileIr, holder: ValueId) -> Option<String> {
    match ir.value(holder) {
        Value::Call { callee, .. } => Some(format!("{}()", tail_name(ir, callee)?)),
        Value::Attr { of, name } if param_name(ir, of) == Some("self") => {
            Some(format!("self.{}", ir.str(name)))
        }
        _ => None,
    }
}
