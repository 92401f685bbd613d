//! Whether a view asks, of a row that it has fetched, if the visitor may have it.

use bartizan_ir::{
    ArgKind, CompareOp, EffectKind, FileIr, FunctionId, Path, PathId, UnaryOp, Value, ValueId,
};
use bartizan_project::{Entity, FileId, Project};

use super::guarding::words;
use super::lookups::{CHAIN, Lookup, Scope, key_source, lookups};
use super::values::{
    any, hands_on_request, is_request, is_visitor, mentions_visitor, param_name, tail_name,
};
use crate::registries::Registries;

/// Whether a row is checked against the visitor: by a method of its own that gets them, by a function
/// that gets both, by comparing one with the other, or by code that runs before the view and looks at
/// the same row. `bodies` is all code of the view.
pub fn is_checked(
    project: &Project,
    registries: &Registries,
    lookup: &Lookup,
    bodies: &[(FileId, FunctionId)],
) -> bool {
    check_of(project, registries, lookup, bodies).is_some()
}

/// Code that checks a row.
pub type Check = (FileId, ValueId);

/// Where a row is checked, as [`is_checked`].
pub fn check_of(
    project: &Project,
    registries: &Registries,
    lookup: &Lookup,
    bodies: &[(FileId, FunctionId)],
) -> Option<Check> {
    asks_about(project, lookup, bodies)
        .or_else(|| checked_before(project, registries, lookup, bodies))
        .or_else(|| declares_owner(project, registries, lookup, bodies))
}

/// Where code asks about the row that `get_object` of a class gives, or that a value is, under whatever
/// name.
pub fn check_of_row(
    project: &Project,
    value: Option<Check>,
    bodies: &[(FileId, FunctionId)],
) -> Option<Check> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let row = Row {
        value: None,
        param: None,
        attributes: names(&["object", "instance"]),
        methods: names(&["get_object"]),
    };
    let mut search = Search { project, lookup: None, left: MOST_HELPERS };
    let checks = bodies.iter().filter_map(|(file, function)| {
        let own = value.filter(|(at, _)| at == file).map(|(_, value)| value);
        search.checks_in((*file, *function), &Row { value: own, ..row.clone() }, false, 0)
    });
    strongest(project, checks)
}

/// The first check that turns somebody away, or else the first: what a page says of the row, `may_edit`, is
/// asked beside the question that decides.
fn strongest(project: &Project, checks: impl Iterator<Item = Check>) -> Option<Check> {
    let mut first = None;
    for check in checks {
        if is_about_visitor(project, check) && turns_away(project, check) {
            return Some(check);
        }
        first = first.or(Some(check));
    }
    first
}

/// Where a method asks about the row that it is handed: `has_change_permission(self, request, obj)`.
pub fn check_of_param(project: &Project, body: (FileId, FunctionId), param: u32) -> Option<Check> {
    let row = Row { param: Some(param), ..Row::default() };
    Search { project, lookup: None, left: MOST_HELPERS }.checks_in(body, &row, false, 0)
}

/// Whether a question is about who asks: it speaks of the visitor, gets the request, or is one of the
/// view, which knows both.
pub fn is_about_visitor(project: &Project, (file, at): Check) -> bool {
    let ir = project.ir(file);
    let gets_request = |value: ValueId| {
        let Value::Call { args, .. } = ir.value(value) else { return false };
        ir.args[args].iter().any(|arg| hands_on_request(ir, arg.value))
    };
    mentions_visitor(ir, at) || gets_request(at) || mentions_self(ir, at)
}

fn asks_about(
    project: &Project,
    lookup: &Lookup,
    bodies: &[(FileId, FunctionId)],
) -> Option<Check> {
    let ir = project.ir(lookup.file);
    let mut row = Row { value: Some(lookup.value), ..Row::default() };
    let record = ir.function(lookup.function);
    for effect in &ir.effects[record.effects] {
        match effect.kind {
            EffectKind::StoreAttr { object, name, value }
                if param_name(ir, object) == Some("self") && row.is(ir, value) =>
            {
                row.attributes.push(ir.str(name).to_owned());
            }
            EffectKind::Return(Some(value)) if record.class.is_some() && row.is(ir, value) => {
                let name = ir.str(record.name).to_owned();
                if name == "get_object" {
                    row.attributes.extend(["object".to_owned(), "instance".to_owned()]);
                }
                row.attributes.push(name.clone());
                row.methods.push(name);
            }
            _ => {}
        }
    }
    let escapes = !row.attributes.is_empty() || !row.methods.is_empty();
    let mut seen = vec![(lookup.file, lookup.function)];
    if escapes {
        seen.extend(bodies.iter().filter(|body| **body != (lookup.file, lookup.function)));
    }
    let mut search = Search { project, lookup: Some(lookup), left: MOST_HELPERS };
    let checks = seen.iter().filter_map(|(file, function)| {
        let own = *file == lookup.file && *function == lookup.function;
        let row = match own {
            true => row.clone(),
            // Elsewhere it has other names.
            false => Row { value: None, ..row.clone() },
        };
        search.checks_in((*file, *function), &row, own, 0)
    });
    strongest(project, checks)
}

/// Whether a row only leads to what is the visitor's own, or is given to those who know a secret of it:
/// `Membership.objects.get(group=group, member=request.user)`, `if guid != payment.guid:`.
pub fn leads_to_own(project: &Project, lookup: &Lookup) -> bool {
    let ir = project.ir(lookup.file);
    let row = Row { value: Some(lookup.value), ..Row::default() };
    let span = ir.function(lookup.function).span;
    let is_secret = |name: &str| words(name).iter().any(|word| SECRETS.contains(&word.as_str()));
    ir.values.iter().zip(&ir.spans).any(|(value, at)| {
        if !span.contains(*at) {
            return false;
        }
        match *value {
            Value::Call { callee, args } => {
                let args = &ir.args[args];
                let name = tail_name(ir, callee).unwrap_or_default();
                (matches!(name, "filter" | "get" | "exclude") || name.ends_with("_or_404"))
                    && args.iter().any(|arg| row.is(ir, arg.value))
                    && args.iter().any(|arg| {
                        mentions_visitor(ir, arg.value)
                            || matches!(arg.kind, ArgKind::Keyword(name) if is_secret(ir.str(name)))
                    })
            }
            Value::Compare { left, right, .. } => [left, right].into_iter().any(|side| {
                row.is(ir, side)
                    && matches!(ir.value(ir.bare(side)), Value::Attr { name, .. }
                        if is_secret(ir.str(name)))
            }),
            _ => false,
        }
    })
}

/// Words in names of what only those know who were given it.
const SECRETS: &[&str] = &["guid", "hash", "key", "password", "secret", "signature", "token"];

/// Methods of a class that run before those that answer.
const BEFORE: &[&str] = &[
    "check_permissions",
    "dispatch",
    "get_permission_object",
    "has_permission",
    "initial",
    "setup",
    "test_func",
];

/// Whether code that runs before the view fetches the same row, and asks there: `dispatch` of the class.
fn checked_before(
    project: &Project,
    registries: &Registries,
    lookup: &Lookup,
    bodies: &[(FileId, FunctionId)],
) -> Option<Check> {
    let source = lookup.key_source(project)?;
    bodies.iter().find_map(|(file, function)| {
        let ir = project.ir(*file);
        if (*file, *function) == (lookup.file, lookup.function)
            || !BEFORE.contains(&ir.str(ir.function(*function).name))
        {
            return None;
        }
        let by_key = compares_key(ir, *function, source).map(|at| (*file, at));
        by_key.or_else(|| {
            lookups(project, registries, *file, *function).iter().find_map(|other| {
                if other.model != lookup.model || other.key_source(project) != Some(source) {
                    return None;
                }
                match other.scope {
                    Scope::Visitor => Some((*file, other.value)),
                    _ => asks_about(project, other, bodies),
                }
            })
        })
    })
}

/// Whether a function compares an argument of the URL with the visitor: `kwargs["pk"] == request.user.pk`.
fn compares_key(ir: &FileIr, function: FunctionId, source: &str) -> Option<ValueId> {
    let span = ir.function(function).span;
    let found = ir.values.iter().zip(&ir.spans).position(|(value, at)| {
        let Value::Compare { left, right, .. } = *value else { return false };
        let is_key = |value: ValueId| key_source(ir, value) == Some(source);
        span.contains(*at)
            && (is_key(left) && mentions_visitor(ir, right)
                || is_key(right) && mentions_visitor(ir, left))
    });
    found.map(ValueId::from_index)
}

/// Whether the class says in an attribute of which row a base of it asks: `owner = Order`.
fn declares_owner(
    project: &Project,
    registries: &Registries,
    lookup: &Lookup,
    bodies: &[(FileId, FunctionId)],
) -> Option<Check> {
    let ir = project.ir(lookup.file);
    let class = ir.function(lookup.function).class?;
    let body = ir.function(ir.class(class).body);
    let found = ir.bindings[body.bindings].iter().find(|binding| {
        let name = ir.str(binding.name);
        let names_model = |at: ValueId| match project.definition(lookup.file, at) {
            Entity::Class(file, class) => registries
                .model_of((file, class))
                .is_some_and(|id| registries.model(id).name == lookup.model),
            _ => false,
        };
        matches!(
            ir.value(ir.bare(binding.value)),
            Value::Dict(_) | Value::Tuple(_) | Value::List(_)
        ) && any(ir, binding.value, |at, _| names_model(at))
            && bodies.iter().any(|(file, function)| {
                let there = project.ir(*file);
                let span = there.function(*function).span;
                let reads = |of: ValueId, attribute| {
                    there.str(attribute) == name && param_name(there, of) == Some("self")
                };
                let in_body = || {
                    let values = there.values.iter().zip(&there.spans).enumerate();
                    values.filter(move |(_, (_, at))| span.contains(**at))
                };
                in_body().any(
                    |(_, (value, _))| matches!(*value, Value::Attr { of, name } if reads(of, name)),
                ) && in_body().any(|(at, _)| is_visitor(there, ValueId::from_index(at)))
            })
    });
    found.map(|binding| (lookup.file, binding.value))
}

/// The row, under all names.
#[derive(Clone, Default)]
struct Row {
    value: Option<ValueId>,
    /// In a function that was given it: which parameter.
    param: Option<u32>,
    attributes: Vec<String>,
    methods: Vec<String>,
}

impl Row {
    /// Whether a value is the row, or an attribute of it.
    fn is(&self, ir: &FileIr, value: ValueId) -> bool {
        let mut left = vec![(value, 0)];
        while let Some((value, depth)) = left.pop() {
            if depth > 12 {
                continue;
            }
            let at = ir.bare(value);
            if Some(at) == self.value {
                return true;
            }
            match ir.value(at) {
                Value::Param(position) if self.param == Some(position) => return true,
                Value::Attr { of, name } => {
                    if param_name(ir, of) == Some("self") && self.param != Some(0) {
                        if self.attributes.iter().any(|known| known == ir.str(name)) {
                            return true;
                        }
                        continue;
                    }
                    left.push((of, depth + 1));
                }
                Value::Call { callee, args } => {
                    // The same row, fetched once more: `get_subclass(pk=order.pk)`.
                    let key = ir.args[args].iter().find_map(|arg| match arg.kind {
                        ArgKind::Keyword(name) if matches!(ir.str(name), "pk" | "id") => {
                            match ir.value(ir.bare(arg.value)) {
                                Value::Attr { of, name } if matches!(ir.str(name), "pk" | "id") => {
                                    Some(of)
                                }
                                _ => None,
                            }
                        }
                        _ => None,
                    });
                    if let Some(of) = key
                        && tail_name(ir, callee).is_some_and(|name| name.starts_with("get"))
                    {
                        left.push((of, depth + 1));
                    }
                    if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
                        let name = ir.str(name);
                        if param_name(ir, of) == Some("self")
                            && self.methods.iter().any(|known| known == name)
                        {
                            return true;
                        }
                        let is_same = matches!(name, "get_specific" | "first" | "last" | "get")
                            || ["latest", "revision", "draft", "localized", "as_object", "owner"]
                                .iter()
                                .any(|part| name.contains(part));
                        // `for row in rows.select_related("owner"):`
                        if is_same || CHAIN.contains(&name) || matches!(name, "filter" | "exclude")
                        {
                            left.push((of, depth + 1));
                        }
                    }
                }
                Value::Gamma { then, otherwise, .. } => {
                    left.push((then, depth + 1));
                    left.push((otherwise, depth + 1));
                }
                Value::Join { ways, .. } => {
                    left.extend(ir.ways[ways].iter().take(8).map(|way| (way.value, depth + 1)));
                }
                Value::Mutate(mutation) => left.push((ir.mutation(mutation).receiver, depth + 1)),
                Value::Await(of) | Value::Elem { of, .. } => left.push((of, depth + 1)),
                _ => {}
            }
        }
        false
    }
}

/// Functions that are looked into for one row, at most, and how deep.
const MOST_HELPERS: usize = 40;
const DEEPEST: usize = 3;

struct Search<'a> {
    project: &'a Project,
    lookup: Option<&'a Lookup>,
    left: usize,
}

impl Search<'_> {
    /// Where a function asks about the row; in one that the view hands it to, whether anything hangs
    /// on the answer.
    fn checks_in(
        &mut self,
        (file, function): (FileId, FunctionId),
        row: &Row,
        own: bool,
        depth: usize,
    ) -> Option<Check> {
        let ir = self.project.ir(file);
        let span = ir.function(function).span;
        let lookup = self.lookup.filter(|_| own);
        let mut handed = Vec::new();
        // Asked, and nothing hangs on it as far as is seen.
        let mut idle = None;
        for (at, value) in ir.values.iter().enumerate() {
            if !span.contains(ir.spans[at]) {
                continue;
            }
            let at = ValueId::from_index(at);
            if asks(ir, at, *value, row, lookup) {
                if decides(ir, function, at) {
                    return Some((file, at));
                }
                idle = idle.or(Some((file, at)).filter(|_| depth == 0));
            }
            if let Value::Call { args, .. } = *value
                && depth < DEEPEST
            {
                let args = &ir.args[args];
                let gets_row = args.iter().any(|arg| row.is(ir, arg.value));
                // A helper that knows nobody has nobody to ask about.
                let knows_visitor = args
                    .iter()
                    .any(|arg| hands_on_request(ir, arg.value) || mentions_visitor(ir, arg.value))
                    || mentions_self(ir, at);
                if gets_row && knows_visitor {
                    handed.push(at);
                }
            }
        }
        let mut handed = handed.into_iter();
        handed.find_map(|call| self.checks_in_callee(file, call, row, depth)).or(idle)
    }

    fn checks_in_callee(
        &mut self,
        file: FileId,
        call: ValueId,
        row: &Row,
        depth: usize,
    ) -> Option<Check> {
        let callee = self.project.callee(file, call);
        let (there, function) = callee.target.as_function()?;
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let ir = self.project.ir(file);
        let Value::Call { args, .. } = ir.value(call) else { return None };
        let inner = self.project.ir(there);
        let params = &inner.params[inner.function(function).params];
        let mut position = usize::from(callee.bound);
        let mut found = None;
        for arg in &ir.args[args] {
            let at = match arg.kind {
                ArgKind::Keyword(name) => {
                    let name = ir.str(name);
                    params.iter().position(|param| inner.str(param.name) == name)
                }
                ArgKind::Positional => {
                    position += 1;
                    Some(position - 1).filter(|at| *at < params.len())
                }
                _ => None,
            };
            if row.is(ir, arg.value) {
                found = found.or(at);
            }
        }
        let param = found.and_then(|at| u32::try_from(at).ok())?;
        let row = Row { param: Some(param), ..Row::default() };
        self.checks_in((there, function), &row, false, depth + 1)
    }
}

/// Whether a call is one of a method of the view itself, which knows the request.
fn mentions_self(ir: &FileIr, call: ValueId) -> bool {
    let Value::Call { callee, .. } = ir.value(call) else { return false };
    matches!(ir.value(ir.bare(callee)), Value::Attr { of, .. } if param_name(ir, of) == Some("self"))
}

/// Whether somebody is turned away where a check says so: an answer or an exception hangs on it, or it is
/// the answer of a method that is asked before the view.
pub fn turns_away(project: &Project, (file, at): Check) -> bool {
    let ir = project.ir(file);
    let function = ir.stretch(at).function;
    let name = ir.str(ir.function(function).name);
    let is_before = BEFORE.contains(&name) || name.starts_with("has_");
    // A call that is not named as a question is one only where somebody is refused for its answer:
    // `if order.change(user=request.user): return …` is none.
    let is_plain = match ir.value(at) {
        Value::Call { callee, .. } => tail_name(ir, callee).is_some_and(is_check_name),
        _ => true,
    };
    ir.effects[ir.function(function).effects].iter().any(|effect| {
        let hangs = || {
            std::iter::successors(Some(effect.path), |path| ir.path(*path).parent()).take(32).any(
                |path| {
                    matches!(ir.path(path), Path::Given { test, .. }
                        if any(ir, test, |part, _| part == at))
                },
            )
        };
        match effect.kind {
            EffectKind::Assert(test) => any(ir, test, |part, _| part == at),
            EffectKind::Return(Some(value)) if is_before => {
                any(ir, value, |part, _| part == at) || hangs()
            }
            // Who is refused where the row is theirs may have every row but their own.
            EffectKind::Raise(_) => hangs() && is_own(ir, effect.path, at) != Some(true),
            EffectKind::Return(value) => {
                let refuses = value.is_some_and(|value| is_refusal(ir, value));
                let wrong = Some(refuses);
                (is_plain || refuses) && hangs() && is_own(ir, effect.path, at) != wrong
            }
            _ => false,
        }
    }) || is_raising(ir, at)
}

/// Whether code runs where a comparison finds the visitor, or where it finds someone else; `None` where
/// it is no comparison, or more hangs on it than that.
fn is_own(ir: &FileIr, path: PathId, compared: ValueId) -> Option<bool> {
    let is_equal = match ir.value(compared) {
        Value::Compare { op: CompareOp::Eq | CompareOp::Is, .. } => true,
        Value::Compare { op: CompareOp::NotEq | CompareOp::IsNot, .. } => false,
        _ => return None,
    };
    std::iter::successors(Some(path), |path| ir.path(*path).parent()).take(32).find_map(|path| {
        let Path::Given { mut test, mut truth, .. } = ir.path(path) else { return None };
        test = ir.bare(test);
        while let Value::Unary { op: UnaryOp::Not, of } = ir.value(test) {
            (test, truth) = (ir.bare(of), !truth);
        }
        (test == compared).then_some(truth == is_equal)
    })
}

/// Whether an answer sends somebody away, by its name or its status.
fn is_refusal(ir: &FileIr, value: ValueId) -> bool {
    let Value::Call { callee, args } = ir.value(ir.bare(value)) else { return false };
    let by_name = tail_name(ir, callee).is_some_and(|name| {
        let name = name.to_lowercase();
        ["forbidden", "denied", "unauthorized", "notfound", "redirect"]
            .iter()
            .any(|word| name.contains(word))
    });
    by_name
        || ir.args[args].iter().any(|arg| {
            matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "status")
                && matches!(ir.value(ir.bare(arg.value)), Value::Int(401 | 403 | 404))
        })
}

/// Whether a value is a call of a function that raises where somebody may not.
fn is_raising(ir: &FileIr, at: ValueId) -> bool {
    matches!(ir.value(at), Value::Call { callee, .. }
    if tail_name(ir, callee).is_some_and(|name| {
        RAISING.contains(&name.split('_').next().unwrap_or(name))
    }))
}

/// Whether anything hangs on a value: a test on the way to something else, or a call that raises.
fn decides(ir: &FileIr, function: FunctionId, at: ValueId) -> bool {
    is_raising(ir, at)
        || ir.effects[ir.function(function).effects].iter().any(|effect| {
            if let EffectKind::Assert(test) = effect.kind {
                return any(ir, test, |part, _| part == at);
            }
            let mut path = Some(effect.path);
            for _ in 0..32 {
                let Some(id) = path else { return false };
                let link = ir.path(id);
                if let Path::Given { test, .. } = link
                    && any(ir, test, |part, _| part == at)
                {
                    return true;
                }
                path = link.parent();
            }
            false
        })
}

/// Whether something hangs on a value itself, and not on what is made of it: `if not value:`,
/// `if value is None:`.
fn is_tested(ir: &FileIr, at: ValueId) -> bool {
    let is_it = |value: ValueId| ir.bare(value) == at;
    let tests = |test: ValueId| {
        let mut test = ir.bare(test);
        while let Value::Unary { of, .. } = ir.value(test) {
            test = ir.bare(of);
        }
        match ir.value(test) {
            Value::Compare { left, right, .. } => is_it(left) || is_it(right),
            Value::Logic { values, .. } => ir.ids[values].iter().any(|value| is_it(*value)),
            _ => test == at,
        }
    };
    let function = ir.stretch(at).function;
    ir.effects[ir.function(function).effects].iter().any(|effect| {
        std::iter::successors(Some(effect.path), |path| ir.path(*path).parent())
            .take(32)
            .any(|path| matches!(ir.path(path), Path::Given { test, .. } if tests(test)))
    })
}

/// First words in names of functions that raise where somebody may not.
const RAISING: &[&str] =
    &["assert", "authorize", "check", "enforce", "ensure", "require", "validate", "verify"];

fn asks(ir: &FileIr, at: ValueId, value: Value, row: &Row, lookup: Option<&Lookup>) -> bool {
    match value {
        Value::Call { callee, args } => {
            let args = &ir.args[args];
            let name = tail_name(ir, callee).unwrap_or_default();
            let receiver = match ir.value(ir.bare(callee)) {
                Value::Attr { of, .. } => Some(of),
                _ => None,
            };
            let of_row = receiver.is_some_and(|of| row.is(ir, of));
            let gets_row = args.iter().any(|arg| row.is(ir, arg.value));
            let asks_visitor = args
                .iter()
                .any(|arg| mentions_visitor(ir, arg.value) || hands_on_request(ir, arg.value));
            let by_visitor = receiver.is_some_and(|of| is_visitor(ir, of));
            // `request.user.check_access(unit.component)`, of something that is made of the row.
            let asks_about = by_visitor
                && is_check_name(name)
                && args.iter().any(|arg| {
                    any(ir, arg.value, |at, _| row.value == Some(at))
                        || !matches!(ir.value(ir.bare(arg.value)), Value::Str(_))
                });
            // `forms_of(request.user).filter(pk=pk).exists()`, before the row is fetched.
            let by_key = lookup.is_some_and(|lookup| {
                let key = ir.bare(lookup.key_value);
                at != lookup.value
                    && (mentions_visitor(ir, callee) || asks_visitor)
                    && args.iter().any(|arg| ir.bare(arg.value) == key)
            });
            // `permissions_of(request.user).for_page(page)`
            let by_rights = gets_row && receiver.is_some_and(|of| mentions_visitor(ir, of));
            // `self.get_queryset().filter(domain=row.name)`: the row only chooses among theirs.
            let narrows = receiver.is_some_and(|of| {
                any(ir, of, |_, part| {
                    matches!(part, Value::Attr { of, name }
                        if ir.str(name) == "get_queryset" && param_name(ir, of) == Some("self"))
                })
            }) && args.iter().any(|arg| {
                row.value.is_some() && any(ir, arg.value, |at, _| row.value == Some(at))
            });
            // `role = Role.objects.of_user_on(user=request.user, subject=row.subject)`, and `None` is
            // turned away; what makes or changes something finds nothing.
            let finds_right = gets_row && asks_visitor && !is_deed_name(name) && is_tested(ir, at);
            by_key
                || finds_right
                || by_rights
                || narrows
                || asks_about
                || of_row && asks_visitor
                || gets_row && is_check_name(name)
                || of_row && is_check_name(name)
        }
        Value::Compare { left, right, .. } => {
            let one = |a: ValueId, b: ValueId| row.is(ir, a) && mentions_visitor(ir, b);
            let inside = |a: ValueId, b: ValueId| {
                mentions_visitor(ir, a) && any(ir, b, |at, _| row.is(ir, at))
            };
            // `if request.user.email == email:`, where the query asks for that address.
            let by_condition = |a: ValueId, b: ValueId| {
                lookup.is_some_and(|lookup| {
                    mentions_visitor(ir, b)
                        && !is_constant(ir, a)
                        && lookup.conditions.iter().any(|one| ir.bare(*one) == ir.bare(a))
                })
            };
            // `target.board_id != board.id`, where the view has asked about the board.
            let to_asked = |a: ValueId, b: ValueId| row.is(ir, a) && is_of_asked(ir, at, b, row);
            one(left, right)
                || one(right, left)
                || to_asked(left, right)
                || to_asked(right, left)
                || inside(left, right)
                || by_condition(left, right)
                || by_condition(right, left)
        }
        _ => false,
    }
}

/// Whether a value belongs to another row about which the same function asks: `card.list.board.id`.
fn is_of_asked(ir: &FileIr, compared: ValueId, value: ValueId, row: &Row) -> bool {
    let mut at = ir.bare(value);
    for _ in 0..8 {
        let Value::Attr { of, .. } = ir.value(at) else { break };
        at = ir.bare(of);
    }
    let is_fetched = matches!(ir.value(at), Value::Call { .. });
    if !is_fetched || at == ir.bare(value) || row.value == Some(at) {
        return false;
    }
    let other = Row { value: Some(at), ..Row::default() };
    let span = ir.function(ir.stretch(compared).function).span;
    ir.values.iter().zip(&ir.spans).enumerate().any(|(id, (value, place))| {
        let id = ValueId::from_index(id);
        // One question leads to no other in turn.
        span.contains(*place)
            && matches!(value, Value::Call { .. })
            && asks(ir, id, *value, &other, None)
    })
}

fn is_constant(ir: &FileIr, value: ValueId) -> bool {
    matches!(
        ir.value(ir.bare(value)),
        Value::Str(_) | Value::Int(_) | Value::Bool(_) | Value::None | Value::Float(_)
    ) || is_request(ir, value)
}

/// Whether a function of this name makes or changes something: `create_callback(build, request)`.
fn is_deed_name(name: &str) -> bool {
    let first = name.split('_').next().unwrap_or(name);
    matches!(
        first,
        "add" | "change" | "create" | "delete" | "make" | "remove" | "save" | "send" | "update"
    )
}

/// Words in names of functions that ask whether somebody may.
const ASKING: &[&str] = &[
    "access",
    "allowed",
    "authorize",
    "authorized",
    "forbidden",
    "may",
    "owned",
    "owner",
    "owns",
    "perm",
    "permission",
    "permissions",
    "permitted",
    "perms",
    "visible",
];

/// Whether a function of this name asks whether somebody may.
fn is_check_name(name: &str) -> bool {
    words(name).iter().any(|word| ASKING.contains(&word.as_str()))
        || name.starts_with("can_")
        || name.contains("_can_")
        || name.starts_with("ensure_")
        || name.starts_with("check_")
}

/// Words in names of what a visitor is who may do more than others.
const RANKS: &[&str] =
    &["admin", "administrator", "editor", "manager", "mod", "moderator", "staff", "superuser"];

/// Whether a function asks the visitor for a permission that is of no row: `has_perm(request.user, "…")`,
/// `request.user.is_superuser`.
pub fn asks_for_rights(project: &Project, (file, function): (FileId, FunctionId)) -> bool {
    let ir = project.ir(file);
    let span = ir.function(function).span;
    ir.values.iter().zip(&ir.spans).any(|(value, at)| {
        if !span.contains(*at) {
            return false;
        }
        match *value {
            Value::Call { callee, args } => {
                let name = tail_name(ir, callee).unwrap_or_default();
                let by_visitor = matches!(ir.value(ir.bare(callee)), Value::Attr { of, .. }
                    if is_visitor(ir, of));
                let of_visitor = ir.args[args].iter().any(|arg| is_visitor(ir, arg.value));
                is_check_name(name)
                    && (by_visitor || of_visitor)
                    && ir.args[args]
                        .iter()
                        .any(|arg| matches!(ir.value(ir.bare(arg.value)), Value::Str(_)))
            }
            // `request.user.is_superuser`, `request.user.is_administrator()`
            Value::Attr { of, name } => {
                is_visitor(ir, of)
                    && words(ir.str(name)).iter().any(|word| RANKS.contains(&word.as_str()))
            }
            _ => false,
        }
    })
}
