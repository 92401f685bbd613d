//! A view without the guard that the views beside it have.

use std::collections::BTreeMap;

use bartizan_base::Span;
use bartizan_django::endpoints::Reach;
use bartizan_django::views::{View, ViewCode, changes};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::Value;
use bartizan_project::{ClassRef, FileId};

use crate::endpoints_view::last;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A view that stands open among guarded ones.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "guard-missing-among-siblings",
        title: "View without the guard of its siblings",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862), Cwe(306)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("guard_missing_among_siblings.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Guarded views that must stand beside an open one; open ones that make one cause.
const FEWEST: usize = 3;

/// Views that a finding for several names.
const MOST_NAMED: usize = 6;

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let mut by_file: BTreeMap<FileId, Vec<&View>> = BTreeMap::new();
    for one in &view.views.views {
        // What nobody routes is a part of a view: a helper that the views call.
        let is_helper =
            view.surface.is_some() && !one.is_routed && matches!(one.code, ViewCode::Function(..));
        if (!one.is_base || one.is_routed) && !is_helper {
            by_file.entry(one.place.file).or_default().push(one);
        }
    }
    let (mut found, mut guarded_anywhere) = (Vec::new(), Vec::new());
    for views in by_file.values() {
        let is_guarded = |one: &View| {
            one.is_guarded()
                || view.gives_own_rows(one)
                || view.reach(one).is_some_and(|reach| reach != Reach::Anonymous)
        };
        let (guarded, open): (Vec<&View>, Vec<&View>) =
            views.iter().copied().partition(|one| is_guarded(one));
        let known: Vec<&View> =
            guarded.iter().copied().filter(|one| !one.guards.is_empty()).collect();
        if known.len() < FEWEST || known.len() < 3 * open.len() {
            continue;
        }
        for one in open {
            let draft = missing(view, one, &known, views.len());
            found.extend(draft.map(|draft| Open { view: one, draft, beside: known.len() }));
        }
        guarded_anywhere.extend(known);
    }
    drafts.extend(by_cause(view, found, &guarded_anywhere));
}

/// A view that stands open, and how many guarded ones stand beside it.
struct Open<'v> {
    view: &'v View,
    draft: Draft,
    beside: usize,
}

/// What a guard of several views would stand at: a class that they build on, a decorator that they have.
type Cause = (FileId, Span);

/// Views that one class or decorator of the project leaves open are told once, there.
fn by_cause(view: &EndpointsView<'_>, mut found: Vec<Open<'_>>, guarded: &[&View]) -> Vec<Draft> {
    let mut counts: BTreeMap<Cause, (usize, String)> = BTreeMap::new();
    for one in &found {
        for (cause, name) in causes(view, one.view) {
            counts.entry(cause).or_insert((0, name)).0 += 1;
        }
    }
    // What guarded views have as well is no cause.
    for one in guarded {
        for (cause, _) in causes(view, one) {
            counts.remove(&cause);
        }
    }
    let mut told = Vec::new();
    loop {
        let most = counts.iter().filter(|(_, (count, _))| *count >= FEWEST);
        let Some((cause, name)) = most
            .max_by_key(|(_, (count, _))| *count)
            .map(|(cause, (_, name))| (*cause, name.clone()))
        else {
            break;
        };
        let is_of = |one: &mut Open<'_>| causes(view, one.view).iter().any(|(of, _)| *of == cause);
        let of: Vec<Open<'_>> = found.extract_if(.., is_of).collect();
        for one in &of {
            for (other, _) in causes(view, one.view) {
                if let Some((count, _)) = counts.get_mut(&other) {
                    *count -= 1;
                }
            }
        }
        told.extend(together(cause, &name, of));
    }
    told.extend(found.into_iter().map(|one| one.draft));
    told
}

/// One draft for the views that one class or decorator leaves open.
fn together((file, span): Cause, name: &str, of: Vec<Open<'_>>) -> Option<Draft> {
    let count = of.len();
    let beside: usize = {
        let mut files: Vec<(FileId, usize)> =
            of.iter().map(|one| (one.view.place.file, one.beside)).collect();
        files.sort_unstable();
        files.dedup();
        files.iter().map(|(_, beside)| beside).sum()
    };
    let names: Vec<String> = of.iter().map(|one| one.view.name.clone()).collect();
    let notes: Vec<_> = of
        .iter()
        .take(MOST_NAMED)
        .map(|one| (one.view.place.file, one.view.place.span, "stands open".to_owned()))
        .collect();
    // The surest of them is as sure as all.
    let Open { draft: first, .. } =
        of.into_iter().max_by_key(|one| one.draft.confidence.unwrap_or(RULE.info.confidence))?;
    let more = match names.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown: Vec<String> =
        names.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
    let mut draft = Draft { notes, ..first };
    draft.file = file;
    draft.span = span;
    draft.message = format!(
        "`{name}` asks nobody who is there, and leaves {count} views open beside {beside} guarded \
         ones: {}{more}",
        shown.join(", "),
    );
    draft.label = "the views that have it stand open".to_owned();
    Some(draft)
}

/// The classes of the project that a view builds on, the decorators of the project that it has, by name.
fn causes(view: &EndpointsView<'_>, one: &View) -> Vec<(Cause, String)> {
    let named = |file: FileId, span: Span, name: &str| ((file, span), name.to_owned());
    match one.code {
        ViewCode::Class((file, class)) => {
            let of = ClassRef::Project(file, class);
            let bases = view.project.mro(of).classes.iter().filter(|base| **base != of);
            let own = bases.filter_map(|base| match *base {
                ClassRef::Project(file, class) => {
                    let ir = view.ir(file);
                    let record = ir.class(class);
                    Some(named(file, record.name_span, ir.str(record.name)))
                }
                ClassRef::External(_) => None,
            });
            own.collect()
        }
        ViewCode::Function(file, function) => {
            let ir = view.ir(file);
            let by = ir.ids[ir.function(function).decorators].iter();
            let own = by.filter_map(|decorator| {
                let callee = match ir.value(ir.bare(*decorator)) {
                    Value::Call { callee, .. } => callee,
                    _ => *decorator,
                };
                let (file, function) = view.project.definition(file, callee).as_function()?;
                let ir = view.ir(file);
                let record = ir.function(function);
                Some(named(file, record.name_span, ir.str(record.name)))
            });
            own.collect()
        }
    }
}

fn missing(view: &EndpointsView<'_>, one: &View, guarded: &[&View], all: usize) -> Option<Draft> {
    if view.is_public_name(&one.name)
        || view.is_public_name(view.project.path(one.place.file).stem())
    {
        return None;
    }
    let (name, count) = usual(guarded)?;
    // A guard that hardly any two share is no custom.
    if count < FEWEST && count < guarded.len() {
        return None;
    }
    let mut draft = view.draft(one);
    draft.message = format!(
        "`{}` stands open; {} of the {all} views beside it are guarded, {count} of them by `{name}`",
        one.name,
        guarded.len(),
    );
    draft.label = "nothing asks who is there".to_owned();
    draft.impact =
        "Whoever finds its address gets what the views beside it keep for those who may."
            .to_owned();
    draft.fix = format!("`{name}` here too, or @login_not_required and a reason");
    for other in guarded.iter().filter(|other| other.guards.iter().any(|g| g.name == name)).take(2)
    {
        draft.notes.push((other.place.file, other.place.span, format!("guarded by `{name}`")));
    }
    let writes = writes(view, one);
    let is_reached = view.reach(one) == Some(Reach::Anonymous);
    if !writes {
        let doubt = "if what it shows is not meant for everyone";
        draft = draft.at_most(Confidence::Low, doubt);
    } else if !is_reached {
        let doubt = "if nothing around its route asks who is there";
        draft = draft.at_most(Confidence::Low, doubt);
    }
    Some(view.unless_middleware(draft))
}

/// The guard that most of the views have.
fn usual(guarded: &[&View]) -> Option<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in guarded {
        let mut names: Vec<&str> = one.guards.iter().map(|guard| guard.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    let (name, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    Some((name.to_owned(), count))
}

/// Whether a view changes anything.
fn writes(view: &EndpointsView<'_>, one: &View) -> bool {
    let by_endpoint = view.endpoints(one).any(|endpoint| !endpoint.writes.is_empty());
    let by_base = one.class().is_some_and(|class| {
        view.outside(class).any(|base| {
            let name = last(base);
            ["Create", "Update", "Delete", "Destroy"].iter().any(|verb| name.contains(verb))
        })
    });
    let changed = |(file, function): &(FileId, bartizan_ir::FunctionId)| {
        !changes(view.project, view.registries, *file, *function).is_empty()
    };
    let bodies = match one.code {
        ViewCode::Class(_) => &one.bodies[..],
        ViewCode::Function(..) => &one.bodies[..1],
    };
    by_endpoint || by_base || bodies.iter().any(changed)
}
