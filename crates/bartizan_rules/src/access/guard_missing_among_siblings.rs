//! A view without the guard that the views beside it have.

use std::collections::BTreeMap;

use bartizan_django::endpoints::Reach;
use bartizan_django::views::{View, ViewCode, changes};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::FileId;

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

/// Guarded views that must stand beside an open one.
const FEWEST: usize = 3;

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
    for views in by_file.values() {
        let is_guarded = |one: &View| {
            one.is_guarded() || view.reach(one).is_some_and(|reach| reach != Reach::Anonymous)
        };
        let (guarded, open): (Vec<&View>, Vec<&View>) =
            views.iter().copied().partition(|one| is_guarded(one));
        let known: Vec<&View> =
            guarded.iter().copied().filter(|one| !one.guards.is_empty()).collect();
        if known.len() < FEWEST || known.len() < 3 * open.len() {
            continue;
        }
        for one in open {
            drafts.extend(missing(view, one, &known, views.len()));
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
