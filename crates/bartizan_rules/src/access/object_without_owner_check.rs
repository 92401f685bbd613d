//! Rows that a visitor names and gets, whosever they are.

use std::collections::BTreeMap;

use bartizan_base::Span;
use bartizan_django::endpoints::Reach;
use bartizan_django::registries::{ModelRef, OwnerKind};
use bartizan_django::views::{
    GuardKind, Guarding, Key, Lookup, Scope, View, asks_for_right, asks_for_rights, is_checked,
    leads_to_own, lookups, values,
};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, FileIr, Value};
use bartizan_project::ClassRef;

use super::lookup_around_scoped_queryset::around;
use crate::generic_views::{self, Asking, has_secret_key};
use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A row by its number alone, where other views ask whose it is.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "object-without-owner-check",
        title: "Row of anybody, by its number",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(639), Cwe(862)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("object_without_owner_check.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Views that ask, beside which one that does not is told with confidence.
const MANY: usize = 3;

/// Functions that are followed from a view on the search for one that asks.
const MOST_FURTHER: usize = 12;

/// A row that a view fetches, and whether it asks whose it is.
struct Fetched<'v> {
    view: &'v View,
    lookup: Lookup,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The query is limited to the visitor, or the row is checked.
    Asked,
    /// It is limited to something else, of which nobody knows what it is.
    Unknown,
    Open,
}

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let mut by_model: BTreeMap<String, Vec<Fetched<'_>>> = BTreeMap::new();
    for one in &view.views.views {
        let told = around(view, one).map(|(_, around)| around).unwrap_or_default();
        for (file, function) in view.own_bodies(one) {
            for lookup in lookups(view.project, view.registries, file, function) {
                let is_told = told.iter().any(|other| other.span == lookup.span);
                let state = match lookup.scope {
                    Scope::Visitor => State::Asked,
                    // `lookup-around-scoped-queryset` tells of it.
                    _ if is_told => State::Unknown,
                    _ if is_checked(view.project, view.registries, &lookup, &one.bodies) => {
                        State::Asked
                    }
                    Scope::Nothing if leads_to_own(view.project, &lookup) => State::Unknown,
                    // A key that code of the project makes of it may be known to few.
                    Scope::Nothing if lookup.is_made_by_own(view.project) => State::Unknown,
                    Scope::Nothing => State::Open,
                    Scope::Parent | Scope::Unknown => State::Unknown,
                };
                let model = lookup.model.clone();
                by_model.entry(model).or_default().push(Fetched { view: one, lookup, state });
            }
        }
    }
    for (model, fetched) in &by_model {
        let asked: Vec<&Fetched<'_>> =
            fetched.iter().filter(|one| one.state == State::Asked).collect();
        let open: Vec<&Fetched<'_>> = fetched
            .iter()
            .filter(|one| one.state == State::Open && is_private(view, one))
            .filter(|one| !asked.iter().any(|other| is_same_row(view, one, other)))
            .filter(|one| !asks_further(view, &one.lookup))
            .collect();
        for one in &open {
            let others: Vec<&&Fetched<'_>> =
                asked.iter().filter(|other| other.view.code != one.view.code).collect();
            if let Some(draft) = draft(view, model, one, &others, open.len()) {
                drafts.push(draft);
            }
        }
    }
    let mut asking = Asking::default();
    for (model, fetched) in &by_model {
        let asked = fetched.iter().filter(|one| one.state == State::Asked);
        let places = asked.map(|one| (one.view, (one.lookup.file, one.lookup.span)));
        asking.entry(model.clone()).or_default().extend(places);
    }
    generic_views::judge(view, asking, drafts);
}

/// Whether two queries of one function are for the same row: what was asked about it once, holds.
fn is_same_row(view: &EndpointsView<'_>, one: &Fetched<'_>, other: &Fetched<'_>) -> bool {
    let (one, other) = (&one.lookup, &other.lookup);
    (one.file, one.function) == (other.file, other.function)
        && one.key_source(view.project).is_some()
        && one.key_source(view.project) == other.key_source(view.project)
}

/// Whether a model is that of users.
fn is_user(view: &EndpointsView<'_>, model: &str) -> bool {
    let known = view.registries.models.iter().find(|known| known.name == model);
    match known.and_then(|known| view.registries.model_of(known.class)) {
        Some(id) => view.registries.is_user(&ModelRef::Own(id)),
        // `get_user_model()`
        None => model.eq_ignore_ascii_case("user"),
    }
}

/// A guard of a view that may be the answer: one that asks for a right, or for a row, where most of those
/// that ask by themselves do not have it.
fn other_guard<'v>(
    view: &EndpointsView<'_>,
    one: &'v View,
    asked: &[&&Fetched<'_>],
) -> Option<&'v str> {
    let mut guards = one.guards.iter().filter(|guard| guard.kind != GuardKind::Body);
    let found = guards.find(|guard| {
        let rights = rights_in(view, guard);
        // What the others accept beside owning the row: `has_perm("shop.approve") or row.owner == user`.
        let is_accepted = asked.iter().any(|other| {
            let asked = texts_of(view, &other.lookup);
            rights.iter().any(|right| asked.contains(right))
        });
        let has = |other: &&&&Fetched<'_>| {
            let mut theirs = other.view.guards.iter();
            theirs.any(|other| {
                other.name == guard.name && (!is_accepted || rights_in(view, other) == rights)
            })
        };
        asks_for_right(&guard.name) && asked.iter().filter(has).count() * 2 <= asked.len()
    });
    found.map(|guard| guard.name.as_str())
}

/// What a guard is told to ask for: `"shop.approve"` of `@permission_required("shop.approve")`.
fn rights_in<'v>(view: &'v EndpointsView<'_>, guard: &Guarding) -> Vec<&'v str> {
    texts_within(view.ir(guard.place.file), guard.place.span)
}

/// The texts in the function that fetches a row.
fn texts_of<'v>(view: &'v EndpointsView<'_>, lookup: &Lookup) -> Vec<&'v str> {
    let ir = view.ir(lookup.file);
    texts_within(ir, ir.function(lookup.function).span)
}

fn texts_within(ir: &FileIr, span: Span) -> Vec<&str> {
    let told = ir.values.iter().zip(&ir.spans).filter(|(_, at)| span.contains(**at));
    let texts = told.filter_map(|(value, _)| match value {
        Value::Str(text) => Some(ir.str(*text)),
        _ => None,
    });
    texts.collect()
}

/// Whether a view answers nothing but `GET`.
fn only_reads(view: &EndpointsView<'_>, one: &View) -> bool {
    let mut methods = view.endpoints(one).flat_map(|endpoint| &endpoint.methods).peekable();
    methods.peek().is_some() && methods.all(|method| is_reading(method))
}

/// Whether a view answers `GET`, as far as is known.
fn reads(view: &EndpointsView<'_>, one: &View) -> bool {
    let mut methods = view.endpoints(one).flat_map(|endpoint| &endpoint.methods).peekable();
    methods.peek().is_none() || methods.any(|method| is_reading(method))
}

fn is_reading(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// Whether a function that is handed the request, or the visitor, fetches such a row again and asks:
/// `move(request, request.user)`.
fn asks_further(view: &EndpointsView<'_>, lookup: &Lookup) -> bool {
    let mut ahead = vec![(lookup.file, lookup.function)];
    let mut at = 0;
    while let Some((file, function)) = ahead.get(at).copied() {
        at += 1;
        let ir = view.ir(file);
        for effect in &ir.effects[ir.function(function).effects] {
            let EffectKind::Call(call) = effect.kind else { continue };
            let Value::Call { args, .. } = ir.value(call) else { continue };
            let hands =
                |value| values::is_request(ir, value) || values::mentions_visitor(ir, value);
            if !ir.args[args].iter().any(|arg| hands(arg.value)) {
                continue;
            }
            let Some(next) = view.project.callee(file, call).target.as_function() else { continue };
            if ahead.contains(&next) || ahead.len() >= MOST_FURTHER {
                continue;
            }
            ahead.push(next);
            let again = lookups(view.project, view.registries, next.0, next.1);
            if again.iter().filter(|other| other.model == lookup.model).any(|other| {
                other.scope == Scope::Visitor
                    || is_checked(view.project, view.registries, other, &[next])
            }) {
                return true;
            }
        }
    }
    false
}

/// Words in names of guards behind which everything may be seen, or that no visitor passes.
const ALL_MAY: [&str; 8] =
    ["admin", "administrator", "secret", "signature", "staff", "superuser", "token", "webhook"];

/// Keys that are no numbers.
const SECRET_KEYS: &[&str] = &["uuid", "token", "guid", "key", "code", "uid"];

/// Whether a view is for those who are logged in, and yet not for those who may see everything.
fn is_private(view: &EndpointsView<'_>, one: &Fetched<'_>) -> bool {
    let guards = &one.view.guards;
    let all_may = guards.iter().any(|guard| has_word(&guard.name, &ALL_MAY));
    let is_staff = view.reach(one.view) == Some(Reach::Staff);
    let by_secret = SECRET_KEYS.contains(&one.lookup.key_name.as_str())
        || has_secret_key(view, &one.lookup.model);
    let by_rank = || asks_for_rank(view, one.view);
    !all_may
        && !is_staff
        && !by_secret
        && !by_rank()
        && !has_word(&one.view.name, &["admin", "staff", "webhook"])
}

/// Whether a view lets nobody in who is not logged in, as far as is known.
fn is_for_those_logged_in(view: &EndpointsView<'_>, one: &View) -> bool {
    match view.reach(one) {
        Some(reach) => !matches!(reach, Reach::Anonymous),
        None => one.guards.iter().any(|guard| guard.kind != GuardKind::Body),
    }
}

/// Whether an attribute of the class asks for those who may see everything: `permissions = SUPERUSER`.
fn asks_for_rank(view: &EndpointsView<'_>, one: &View) -> bool {
    let Some((file, class)) = one.class() else { return false };
    let of = ClassRef::Project(file, class);
    one.guards.iter().filter(|guard| guard.kind == GuardKind::Attribute).any(|guard| {
        let Some(member) = view.project.lookup_member(of, &guard.name) else { return false };
        let ir = view.ir(member.class.0);
        values::any(ir, member.value, |_, value| match value {
            Value::Str(text) => has_word(ir.str(text), &ALL_MAY),
            Value::Global { name, .. } | Value::Attr { name, .. } => {
                has_word(ir.str(name), &ALL_MAY)
            }
            Value::Import { name: Some(name), .. } => has_word(ir.str(name), &ALL_MAY),
            _ => false,
        })
    })
}

fn draft(
    view: &EndpointsView<'_>,
    model: &str,
    one: &Fetched<'_>,
    asked: &[&&Fetched<'_>],
    open: usize,
) -> Option<Draft> {
    let lookup = &one.lookup;
    let from = match lookup.key {
        Key::Url => "its address names",
        Key::Sent => "the request names",
    };
    let mut draft = Draft::at(lookup.file, lookup.span);
    draft.label = "by its number alone".to_owned();
    draft.impact = format!(
        "Whoever may use the view at all changes the number and gets the {model} of somebody else."
    );
    let in_file = asked.iter().filter(|other| other.lookup.file == lookup.file).count();
    // Views of a class that each finds by itself have no row in common.
    if asked.len() >= 2 && asked.len() >= open && !model.ends_with("()") {
        draft.message = format!(
            "`{}` takes whichever {model} {from}; {} other {} that fetch one ask whose it is",
            one.view.name,
            asked.len(),
            if asked.len() == 1 { "view" } else { "views" },
        );
        draft.fix =
            "limit the query to the visitor, or ask about the row, as the views beside it do"
                .to_owned();
        let mut nearest: Vec<&&&Fetched<'_>> = asked.iter().collect();
        nearest.sort_by_key(|other| (other.lookup.file != lookup.file, other.view.place));
        for other in nearest.into_iter().take(2) {
            draft.notes.push((
                other.lookup.file,
                other.lookup.span,
                format!("`{}` asks", other.view.name),
            ));
        }
        let is_custom = asked.len() >= MANY && asked.len() * 10 >= (asked.len() + open) * 6
            || in_file >= 2 && in_file * 2 > open;
        if !is_custom {
            let doubt = "if the view is meant for fewer rows than it gives";
            draft = draft.at_most(Confidence::Low, doubt);
        }
        // A profile is there to be seen.
        if is_user(view, model) && in_file < 2 {
            draft = draft.at_most(Confidence::Low, "if users may not see each other");
        }
        if !is_for_those_logged_in(view, one.view) {
            let doubt = "if the row is not there for everyone, as the view is";
            draft = draft.at_most(Confidence::Low, doubt);
        }
        // A calendar shows everybody what only some may move.
        if only_reads(view, one.view) && !asked.iter().any(|other| reads(view, other.view)) {
            let doubt = "if not all who may use the view may see each of them, as none of the others shows one";
            draft = draft.at_most(Confidence::Low, doubt);
        }
        if lookup.is_by_name() || lookup.is_of_shown {
            draft = draft.at_most(Confidence::Low, "if not all may see what has a name");
        }
        if let Some(guard) = other_guard(view, one.view, asked) {
            let doubt = format!("if `{guard}` is not for all rows, nor asks about this one");
            draft = draft.at_most(Confidence::Low, &doubt);
        }
        if asks_for_rights(view.project, (lookup.file, lookup.function)) {
            let doubt = "if the right that the view asks for is not for all rows";
            draft = draft.at_most(Confidence::Low, doubt);
        }
        return Some(draft);
    }
    if lookup.model.ends_with("()") && lookup.key == Key::Sent {
        draft.message = format!(
            "`{}` takes whichever rows the request names, of a class that it finds by a row of its own",
            one.view.name
        );
        draft.fix = "limit the query to the row by which its class was found".to_owned();
        let doubt = "if rows that belong to others are for the same people";
        return Some(draft.at_most(Confidence::Low, doubt));
    }
    // Without siblings the model itself says that its rows are somebody's.
    let id = view.registries.models.iter().position(|known| known.name == model)?;
    let id = view.registries.model_of(view.registries.models[id].class)?;
    let owners = view.registries.owners(id);
    let owner =
        owners.iter().find(|owner| owner.kind == OwnerKind::User && !owner.path.contains("__"))?;
    if !is_for_those_logged_in(view, one.view)
        || lookup.key_name.contains("slug")
        || !lookup.is_single
    {
        return None;
    }
    let mentions = view.mentions_visitor(lookup.file, lookup.function);
    if mentions {
        return None;
    }
    draft.message =
        format!("`{}` takes whichever {model} {from}, and nothing asks whose it is", one.view.name);
    draft.fix = format!("get_object_or_404({model}, …, {}=request.user)", owner.path);
    let doubt = format!("if `{}` says whose a {model} is", owner.path);
    Some(draft.at_most(Confidence::Low, &doubt))
}
