//! Whether someone outside chooses the keys of what is passed by `**`.

use bartizan_ir::{ArgKind, EffectKind, Mutator, TextPiece, Value, ValueId};
use bartizan_model::Kind;

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, FileView};

/// The argument behind `**` whose keys come from the request, in words.
pub(crate) fn chosen(site: &CallSite<'_>) -> Option<String> {
    let argument = site.argument?;
    let ir = site.view.ir();
    let Value::Call { args, .. } = ir.value(site.value) else { return None };
    let passed = ir.args[args].iter();
    let mut stars = passed.filter(|arg| arg.kind == ArgKind::DoubleStar);
    let given = stars.find(|arg| arg.value == argument.value)?;
    if !are_chosen(&site.view, given.value, site.kind, 8) {
        return None;
    }
    let name = describe(ir, given.value);
    Some(if name.contains('…') { "the request".to_owned() } else { format!("`{name}`") })
}

fn are_chosen(view: &FileView<'_>, value: ValueId, kind: Kind, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let ir = view.ir();
    let are = |value: ValueId| are_chosen(view, value, kind, depth);
    let is_remote = |value: ValueId| view.origin(value, kind) == Origin::Remote;
    // What stands behind a text of the code's own leads to no other field.
    let begins_fixed = |key: ValueId| match ir.value(ir.bare(key)) {
        Value::Text { parts, .. } => {
            matches!(ir.parts[parts].first().map(|part| part.piece), Some(TextPiece::Literal(_)))
        }
        _ => false,
    };
    let names = |key: ValueId| !begins_fixed(key) && is_remote(key);
    match ir.value(ir.bare(value)) {
        Value::Dict(pairs) => ir.pairs[pairs].iter().any(|pair| match pair.key {
            Some(key) => names(key),
            None => are(pair.value),
        }),
        Value::Comp(comp) => ir.comp(comp).key.is_some_and(names),
        Value::Gamma { then, otherwise, .. } => are(then) || are(otherwise),
        Value::Mu { init, back, .. } => are(init) || are(back),
        Value::Join { ways, .. } => ir.ways[ways].iter().any(|way| are(way.value)),
        Value::Logic { values, .. } => ir.ids[values].iter().any(|value| are(*value)),
        Value::Mutate(mutation) => {
            let mutation = ir.mutation(mutation);
            let args = &ir.args[mutation.args];
            let added = match (mutation.op, args) {
                (Mutator::SetItem | Mutator::SetDefault, [key, ..]) => names(key.value),
                // `update(name=…)` names its key in the code.
                (Mutator::Update, [more]) if !matches!(more.kind, ArgKind::Keyword(_)) => {
                    are(more.value)
                }
                _ => false,
            };
            added || are(mutation.receiver)
        }
        // `details_of(request)`, which names the keys itself
        Value::Call { .. } if gives_fixed_keys(view, ir.bare(value)) => false,
        // `request.GET.dict()`, `dict(request.GET.items())`, `request.data`
        Value::Call { .. } | Value::Attr { .. } | Value::Index { .. } => is_remote(value),
        _ => false,
    }
}

/// Whether a call is of a function of the project that returns dicts with keys of its own alone.
fn gives_fixed_keys(view: &FileView<'_>, call: ValueId) -> bool {
    let callee = view.project.callee(view.file, call);
    let Some((file, function)) = callee.target.as_function() else { return false };
    let ir = view.project.ir(file);
    let returned = ir.effects[ir.function(function).effects].iter();
    let mut returned = returned.filter_map(|effect| match effect.kind {
        EffectKind::Return(value) => Some(value),
        _ => None,
    });
    let is_fixed = |value: ValueId| match ir.value(ir.bare(value)) {
        Value::Dict(pairs) => ir.pairs[pairs].iter().all(|pair| {
            pair.key.is_some_and(|key| matches!(ir.value(ir.bare(key)), Value::Str(_)))
        }),
        _ => false,
    };
    returned.all(|value| value.is_some_and(is_fixed))
}
