//! Guards that a base offers and a view leaves switched off.

use std::collections::BTreeMap;

use bartizan_django::registries::ClassKey;
use bartizan_django::views::{GuardKind, View, is_guard_attribute, says_something};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, FileIr, Path, Value, ValueId};
use bartizan_project::ClassRef;

use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A base that asks only if an attribute is set, and a view that sets none.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "opt-in-guard-not-set",
        title: "Guard of a base that is left switched off",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862), Cwe(280)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("opt_in_guard_not_set.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Views that must have set the attribute.
const FEWEST: usize = 4;

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let mut bases: BTreeMap<ClassKey, Vec<(&View, bool)>> = BTreeMap::new();
    for one in &view.views.views {
        let Some(class) = one.class() else { continue };
        // What others are made of is set by those.
        if one.is_base && !one.is_routed {
            continue;
        }
        let of = ClassRef::Project(class.0, class.1);
        for base in view.project.mro(of).classes.iter().skip(1) {
            let ClassRef::Project(file, id) = *base else { continue };
            let offered = offered(view, (file, id));
            if !offered.is_empty() {
                let is_set = is_set(view, class, (file, id), &offered);
                bases.entry((file, id)).or_default().push((one, is_set));
            }
        }
    }
    for (base, views) in &bases {
        let set: Vec<&View> = views.iter().filter(|(_, set)| *set).map(|(one, _)| *one).collect();
        let unset = views.len() - set.len();
        if set.len() < FEWEST || set.len() * 10 < views.len() * 7 || unset == 0 {
            continue;
        }
        let ir = view.ir(base.0);
        let name = ir.str(ir.class(base.1).name);
        let names = offered(view, *base);
        for (one, _) in views.iter().filter(|(_, is_set)| !is_set) {
            if view.is_public_name(&one.name) {
                continue;
            }
            let mut draft = view.draft(one);
            draft.message = format!(
                "`{}` leaves the guard of `{name}` switched off; {} of {} views that inherit it set it",
                one.name,
                set.len(),
                views.len(),
            );
            let needed = switches(view, *base, &names);
            draft.label = if needed.is_empty() {
                format!("none of {} is set", listed(&names))
            } else {
                format!("{} must be set", listed(&needed))
            };
            draft.impact = format!(
                "`{name}` asks for a permission only where one is named: here everybody gets in who passes \
                 what stands around all of these views."
            );
            draft.fix = format!("{} = …", needed.first().unwrap_or(&names[0]));
            draft.notes.push((base.0, ir.class(base.1).name_span, "offers the guard".to_owned()));
            if let Some(other) =
                set.iter().min_by_key(|o| (o.place.file != one.place.file, o.place))
            {
                draft.notes.push((other.place.file, other.place.span, "sets it".to_owned()));
            }
            let span = ir.class(base.1).span;
            let others = one.guards.iter().any(|guard| {
                matches!(guard.kind, GuardKind::Body | GuardKind::Decorator)
                    && !(guard.place.file == base.0 && span.contains(guard.place.span))
            });
            let is_edit = has_word(&one.name, EDITS);
            // What only shows something is told where hardly any view does so.
            if !is_edit && unset * 20 > views.len() {
                continue;
            }
            if others {
                draft = draft.at_most(Confidence::Low, "if what the view asks by itself is less");
            } else if !is_edit {
                draft =
                    draft.at_most(Confidence::Low, "if what it shows is not meant for everyone");
            } else if is_about_visitor(view, one) {
                draft = draft
                    .at_most(Confidence::Low, "if it is about more than the visitor's own rows");
            } else if unset * 10 > views.len() {
                draft = draft
                    .at_most(Confidence::Low, "if the guard is left off for a reason elsewhere");
            }
            drafts.push(draft);
        }
    }
}

/// Words in names of views that change something.
const EDITS: &[&str] = &[
    "add",
    "assign",
    "change",
    "clear",
    "copy",
    "create",
    "delete",
    "disable",
    "edit",
    "enable",
    "execute",
    "import",
    "move",
    "publish",
    "remove",
    "reset",
    "restore",
    "run",
    "set",
    "submit",
    "unpublish",
    "update",
    "upload",
];

/// Whether a view's own code asks for the rows of who asks.
fn is_about_visitor(view: &EndpointsView<'_>, one: &View) -> bool {
    view.own_bodies(one).into_iter().any(|(file, function)| view.mentions_visitor(file, function))
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The attributes by which a class offers a guard: its body says `None` for them, and its methods ask.
fn offered(view: &EndpointsView<'_>, (file, class): ClassKey) -> Vec<String> {
    let ir = view.ir(file);
    let body = ir.function(ir.class(class).body);
    let mut found = Vec::new();
    for binding in &ir.bindings[body.bindings] {
        let name = ir.str(binding.name);
        let is_off = matches!(ir.value(ir.bare(binding.value)), Value::None);
        if !is_off || !is_guard_attribute(name) {
            continue;
        }
        let span = ir.class(class).span;
        let asks = ir.values.iter().zip(&ir.spans).any(|(value, at)| {
            matches!(*value, Value::Attr { name, .. } if name == binding.name) && span.contains(*at)
        });
        if asks {
            found.push(name.to_owned());
        }
    }
    found
}

/// Of several attributes by which a class offers a guard, those without which it never turns anybody
/// away: those that are looked at on every way to a `raise`.
fn switches(view: &EndpointsView<'_>, (file, class): ClassKey, offered: &[String]) -> Vec<String> {
    if offered.len() < 2 {
        return Vec::new();
    }
    let ir = view.ir(file);
    let mut common: Option<Vec<String>> = None;
    for (_, function) in ir.functions().filter(|(_, function)| function.class == Some(class)) {
        for effect in &ir.effects[function.effects] {
            if !matches!(effect.kind, EffectKind::Raise(_)) {
                continue;
            }
            let tests = std::iter::successors(Some(effect.path), |path| ir.path(*path).parent());
            let tests: Vec<ValueId> = tests
                .filter_map(|path| match ir.path(path) {
                    Path::Given { test, .. } => Some(test),
                    _ => None,
                })
                .collect();
            let is_tested = |wanted: &String| tests.iter().any(|test| is_about(ir, *test, wanted));
            match &mut common {
                Some(common) => common.retain(is_tested),
                None => {
                    common = Some(offered.iter().filter(|one| is_tested(one)).cloned().collect())
                }
            }
        }
    }
    common.unwrap_or_default()
}

/// Whether a test asks if an attribute of the class itself is there: `self.policy is not None`.
fn is_about(ir: &FileIr, test: ValueId, wanted: &str) -> bool {
    let named = |value: ValueId| matches!(ir.value(ir.bare(value)), Value::Attr { name, .. } if ir.str(name) == wanted);
    match ir.value(ir.bare(test)) {
        Value::Compare { left, .. } => named(left),
        _ => named(test),
    }
}

/// Whether a class, or one between it and the base, sets one of the attributes: in its body, in code,
/// or by a method or property of that name.
fn is_set(view: &EndpointsView<'_>, class: ClassKey, base: ClassKey, names: &[String]) -> bool {
    let of = ClassRef::Project(class.0, class.1);
    let needed = switches(view, base, names);
    let mut found: Vec<&str> = Vec::new();
    for at in &view.project.mro(of).classes {
        let ClassRef::Project(file, id) = *at else { continue };
        if (file, id) == base {
            break;
        }
        let ir = view.ir(file);
        let body = ir.function(ir.class(id).body);
        for binding in &ir.bindings[body.bindings] {
            let bound = ir.str(binding.name);
            let is_named = names.iter().any(|name| name == bound) || is_guard_attribute(bound);
            if is_named && says_something(view.project, file, binding.value) {
                found.push(bound);
            }
        }
        for (_, function) in ir.functions().filter(|(_, function)| function.class == Some(id)) {
            for effect in &ir.effects[function.effects] {
                if let EffectKind::StoreAttr { name, .. } = effect.kind
                    && names.iter().any(|known| known == ir.str(name))
                {
                    found.push(ir.str(name));
                }
            }
        }
    }
    match needed[..] {
        [] => !found.is_empty(),
        _ => needed.iter().all(|name| found.contains(&name.as_str())),
    }
}
