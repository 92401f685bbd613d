//! Whether a view asks, of a row that it has fetched, if the visitor may have it.

use bartizan_ir::{EffectKind, FileIr, FunctionId, Value, ValueId};
use bartizan_project::{FileId, Project};

use super::guarding::words;
use super::lookups::Lookup;
use super::values::{any, hands_on_request, is_visitor, mentions_visitor, param_name, tail_name};

/// Whether a row is checked against the visitor: by a method of its own that gets them, by a function
/// that gets both, or by comparing one with the other. `bodies` is all code of the view.
pub fn is_checked(project: &Project, lookup: &Lookup, bodies: &[(FileId, FunctionId)]) -> bool {
    let ir = project.ir(lookup.file);
    let mut row = Row { value: Some(lookup.value), attributes: Vec::new(), methods: Vec::new() };
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
    seen.iter().any(|(file, function)| {
        let ir = project.ir(*file);
        let own = *file == lookup.file && *function == lookup.function;
        let row = match own {
            true => row.clone(),
            // Elsewhere it has other names.
            false => Row { value: None, ..row.clone() },
        };
        checks_in(ir, *function, &row, own.then_some(lookup))
    })
}

/// The row, under all names.
#[derive(Clone)]
struct Row {
    value: Option<ValueId>,
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
                Value::Attr { of, name } => {
                    if param_name(ir, of) == Some("self") {
                        if self.attributes.iter().any(|known| known == ir.str(name)) {
                            return true;
                        }
                        continue;
                    }
                    left.push((of, depth + 1));
                }
                Value::Call { callee, .. } => {
                    if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
                        let name = ir.str(name);
                        if param_name(ir, of) == Some("self")
                            && self.methods.iter().any(|known| known == name)
                        {
                            return true;
                        }
                        let is_same = matches!(name, "get_specific" | "first" | "last" | "get")
                            || ["latest", "revision", "draft", "localized", "as_object"]
                                .iter()
                                .any(|part| name.contains(part));
                        if is_same {
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

fn checks_in(ir: &FileIr, function: FunctionId, row: &Row, lookup: Option<&Lookup>) -> bool {
    let span = ir.function(function).span;
    ir.values.iter().enumerate().any(|(at, value)| {
        if !span.contains(ir.spans[at]) {
            return false;
        }
        match *value {
            Value::Call { callee, args } => {
                let args = &ir.args[args];
                let name = tail_name(ir, callee).unwrap_or_default();
                let of_row = matches!(ir.value(ir.bare(callee)), Value::Attr { of, .. } if row.is(ir, of));
                let gets_row = args.iter().any(|arg| row.is(ir, arg.value));
                let asks_visitor = args.iter().any(|arg| {
                    mentions_visitor(ir, arg.value) || hands_on_request(ir, arg.value)
                });
                let by_visitor = matches!(ir.value(ir.bare(callee)), Value::Attr { of, .. } if is_visitor(ir, of));
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
                    at != lookup.value.index()
                        && (mentions_visitor(ir, callee) || asks_visitor)
                        && args.iter().any(|arg| ir.bare(arg.value) == key)
                });
                // `permissions_of(request.user).for_page(page)`
                let by_rights = gets_row
                    && matches!(ir.value(ir.bare(callee)), Value::Attr { of, .. }
                        if mentions_visitor(ir, of));
                by_key
                    || by_rights
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
                one(left, right) || one(right, left) || inside(left, right)
            }
            _ => false,
        }
    })
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
            Value::Attr { of, name } => {
                matches!(ir.str(name), "is_superuser" | "is_staff") && is_visitor(ir, of)
            }
            _ => false,
        }
    })
}
