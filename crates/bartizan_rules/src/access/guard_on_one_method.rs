//! Guards that stand before one method of a view, and not before the one that writes.

use bartizan_django::views::{GuardKind, decorators_of, has_guard_word, is_harmless};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{Arg, ArgKind, FileIr, Value};

use bartizan_django::views::values::tail_name;

use crate::{Detect, Draft, EndpointsView, Rule};

/// A `get` that is guarded beside a `post` that is not.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "guard-on-one-method",
        title: "Guard on one method, and none on the other",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("guard_on_one_method.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

const HANDLERS: &[&str] = &["get", "post", "put", "patch", "delete"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in &view.views.views {
        let Some(class) = one.class() else { continue };
        if one.is_open || one.guards.iter().any(|guard| guard.kind != GuardKind::Decorator) {
            continue;
        }
        let (file, id) = class;
        let ir = view.ir(file);
        // `@method_decorator(login_required, name="get")`
        let mut by_name: Vec<&str> = Vec::new();
        let mut whole = false;
        for by in &ir.ids[ir.class(id).decorators] {
            let Value::Call { args, .. } = ir.value(ir.bare(*by)) else { continue };
            let args = &ir.args[args];
            let guards =
                args.first().and_then(|arg| tail_name(ir, arg.value)).is_some_and(has_guard_word);
            let name = args.iter().find_map(|arg| match (arg.kind, ir.value(arg.value)) {
                (ArgKind::Keyword(name), Value::Str(text)) if ir.str(name) == "name" => {
                    Some(ir.str(text))
                }
                _ => None,
            });
            match name {
                Some("dispatch") | None => whole |= guards,
                // What a wrapper of another name does is not known.
                Some(name) if guards || !decorates_harmlessly(ir, args) => by_name.push(name),
                Some(_) => {}
            }
        }
        if whole {
            continue;
        }
        let mut guarded: Vec<(&str, String)> = Vec::new();
        let mut open = Vec::new();
        let mut dispatch = false;
        for (at, function) in view.own_bodies(one) {
            let record = view.ir(at).function(function);
            let name = ir.str(record.name);
            let guard = decorators_of(view.project, (at, function))
                .into_iter()
                .find(|(name, _)| has_guard_word(name));
            dispatch |= name == "dispatch" && guard.is_some();
            if !HANDLERS.contains(&name) {
                continue;
            }
            let is_wrapped = || {
                let around = decorators_of(view.project, (at, function));
                around.iter().any(|(name, _)| !is_harmless(name))
            };
            match guard {
                Some((by, _)) => guarded.push((name, by)),
                None if by_name.contains(&name) => {
                    guarded.push((name, "method_decorator".to_owned()))
                }
                None if is_wrapped() => {}
                None => open.push((name, record.name_span)),
            }
        }
        let Some((first, by)) = guarded.first() else { continue };
        let Some((name, span)) = open.iter().find(|(name, _)| *name != "get") else { continue };
        if dispatch {
            continue;
        }
        let mut draft = Draft::at(file, *span);
        draft.message = format!("`{name}` of `{}` is open, and `{first}` is guarded", one.name);
        draft.label = format!("not guarded by `{by}`");
        draft.impact =
            "The page is kept from strangers, what it sends is not: whoever sends it by hand gets through."
                .to_owned();
        draft.fix = format!("@method_decorator({by}, name=\"dispatch\") on the class");
        drafts.push(view.unless_middleware(draft));
    }
}

/// Whether what `method_decorator` is given has nothing to do with who gets in.
fn decorates_harmlessly(ir: &FileIr, args: &[Arg]) -> bool {
    args.first().and_then(|arg| tail_name(ir, arg.value)).is_some_and(is_harmless)
}
