//! What permission classes of an API ask about single rows.
//!
//! <https://www.django-rest-framework.org/api-guide/permissions/#object-level-permissions>

use bartizan_ir::{EffectKind, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, FileId, Project};

use super::values;

/// The `has_object_permission` of a class, its own or inherited in the project.
pub fn row_question(project: &Project, class: ClassRef) -> Option<(FileId, FunctionId)> {
    let member = project.lookup_member(class, "has_object_permission")?;
    project.definition(member.class.0, member.value).as_function()
}

/// Whether a `has_object_permission` looks at the row. One that does not, such as one that hands on to
/// `has_permission`, asks nothing that was not asked before the view ran.
pub fn looks_at_row(project: &Project, (file, function): (FileId, FunctionId)) -> bool {
    let ir = project.ir(file);
    let record = ir.function(function);
    let is_row = |value: ValueId| {
        let value = ir.bare(value);
        ir.value(value) == Value::Param(3) && ir.stretch(value).function == function
    };
    let in_values = ir.values.iter().zip(&ir.spans).any(|(value, span)| {
        let mut found = false;
        if record.span.contains(*span) {
            values::parts(ir, *value, &mut |part| found |= is_row(part));
        }
        found
    });
    in_values
        || ir.effects[record.effects]
            .iter()
            .any(|effect| matches!(effect.kind, EffectKind::Return(Some(value)) if is_row(value)))
}

/// Functions of a permission class that are looked through.
const MOST_FUNCTIONS: usize = 16;

/// Whether the `has_permission` of a class asks about what the address names: it, or what it calls,
/// reads `view.kwargs`.
pub fn asks_by_address(project: &Project, class: ClassRef) -> bool {
    let Some(member) = project.lookup_member(class, "has_permission") else { return false };
    let Some(first) = project.definition(member.class.0, member.value).as_function() else {
        return false;
    };
    let mut ahead = vec![first];
    let mut at = 0;
    while let Some((file, function)) = ahead.get(at).copied() {
        at += 1;
        let ir = project.ir(file);
        let span = ir.function(function).span;
        let reads = ir.values.iter().zip(&ir.spans).any(|(value, at)| {
            // `view.kwargs`, `getattr(view, "kwargs", {})`
            matches!(*value, Value::Attr { name, .. } | Value::Str(name) if ir.str(name) == "kwargs")
                && span.contains(*at)
        });
        if reads {
            return true;
        }
        for effect in &ir.effects[ir.function(function).effects] {
            let EffectKind::Call(call) = effect.kind else { continue };
            let inner = project.callee(file, call).target.as_function();
            if let Some(inner) = inner.filter(|inner| !ahead.contains(inner))
                && ahead.len() < MOST_FUNCTIONS
            {
                ahead.push(inner);
            }
        }
    }
    false
}
