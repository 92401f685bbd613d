//! Which permissions a `get_permissions` returns for which methods of a request.

use bartizan_django::views::values::{is_request, tail_name};
use bartizan_ir::{
    CompareOp, EffectKind, FileIr, FunctionId, Path, PathId, UnaryOp, Value, ValueId,
};

/// A list that it returns, and the tests that lead there.
pub(crate) struct Way {
    /// The list.
    pub list: ValueId,
    tests: Vec<(ValueId, bool)>,
}

/// Methods and actions that write, as they are sent and as a view set calls them.
const WRITES: &[(&str, &str)] =
    &[("POST", "create"), ("PUT", "update"), ("PATCH", "partial_update"), ("DELETE", "destroy")];

/// What the function returns, way by way.
pub(crate) fn of(ir: &FileIr, function: FunctionId) -> Vec<Way> {
    let mut found = Vec::new();
    for effect in &ir.effects[ir.function(function).effects] {
        let EffectKind::Return(Some(value)) = effect.kind else { continue };
        let mut left = vec![(value, tests(ir, effect.path))];
        while let Some((value, tests)) = left.pop() {
            if found.len() + left.len() > 32 {
                return found;
            }
            let at = ir.bare(value);
            match ir.value(at) {
                Value::Gamma { test, then, otherwise } => {
                    for (value, truth) in [(otherwise, false), (then, true)] {
                        let mut tests = tests.clone();
                        tests.push((test, truth));
                        left.push((value, tests));
                    }
                }
                // `[permission() for permission in permissions]`
                Value::Comp(comp) => {
                    if let [clause] = &ir.comp(comp).clauses[..] {
                        left.push((clause.iterator, tests));
                    }
                }
                _ => found.push(Way { list: at, tests }),
            }
        }
    }
    found
}

/// The tests on a path, and those that would have ended the function before it.
fn tests(ir: &FileIr, path: PathId) -> Vec<(ValueId, bool)> {
    let mut found = Vec::new();
    let mut at = Some(path);
    while let Some(path) = at {
        let link = ir.path(path);
        match link {
            Path::Given { test, truth, .. } => found.push((test, truth)),
            Path::Escaped { exit, .. } => {
                if let Path::Given { test, truth, .. } = ir.path(exit) {
                    found.push((test, !truth));
                }
            }
            _ => {}
        }
        at = link.parent();
    }
    found
}

impl Way {
    /// The methods that write and take this way, of those that the view has; `None` where a test asks for
    /// something else.
    pub(crate) fn written(
        &self,
        ir: &FileIr,
        has: &dyn Fn(&str) -> bool,
    ) -> Option<Vec<&'static str>> {
        if self.tests.is_empty() {
            return None;
        }
        let mut by_action = false;
        let mut left: Vec<(&str, &str)> = WRITES.to_vec();
        for (test, truth) in &self.tests {
            let asked = Asked::of(ir, *test, *truth)?;
            by_action |= asked.by_action;
            left.retain(|(method, action)| {
                let name = if asked.by_action { action } else { method };
                asked.names.iter().any(|named| named == name) == asked.truth
            });
        }
        let left = left.into_iter().filter(|(method, action)| {
            has(action) || !by_action && has(&method.to_ascii_lowercase())
        });
        Some(left.map(|(method, action)| if by_action { action } else { method }).collect())
    }
}

/// What a test asks of the method of a request.
struct Asked {
    by_action: bool,
    names: Vec<String>,
    truth: bool,
}

impl Asked {
    fn of(ir: &FileIr, test: ValueId, truth: bool) -> Option<Self> {
        match ir.value(ir.bare(test)) {
            Value::Unary { op: UnaryOp::Not, of } => Self::of(ir, of, !truth),
            Value::Compare { op, left, right } => {
                let truth = match op {
                    CompareOp::Eq | CompareOp::In => truth,
                    CompareOp::NotEq | CompareOp::NotIn => !truth,
                    _ => return None,
                };
                let Value::Attr { of, name } = ir.value(ir.bare(left)) else { return None };
                let by_action = match ir.str(name) {
                    "action" => true,
                    "method" if is_request(ir, of) => false,
                    _ => return None,
                };
                Some(Self { by_action, names: names(ir, right)?, truth })
            }
            _ => None,
        }
    }
}

/// The texts that something is compared with.
fn names(ir: &FileIr, value: ValueId) -> Option<Vec<String>> {
    let text = |value: ValueId| match ir.value(ir.bare(value)) {
        Value::Str(text) => Some(ir.str(text).to_owned()),
        _ => None,
    };
    match ir.value(ir.bare(value)) {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            ir.items[items].iter().map(|item| text(item.value)).collect()
        }
        Value::Str(_) => Some(vec![text(value)?]),
        _ if tail_name(ir, value) == Some("SAFE_METHODS") => {
            Some(["GET", "HEAD", "OPTIONS"].map(str::to_owned).to_vec())
        }
        _ => None,
    }
}
