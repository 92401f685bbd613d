//! Generic views, which fetch whichever row of their model the address names.

use std::collections::BTreeMap;

use bartizan_base::Span;
use bartizan_django::endpoints::Reach;
use bartizan_django::registries::{ClassKey, Field, OwnerKind};
use bartizan_django::views::{
    View, asks_visitor, changes_one_row, filter_classes, model_in, querysets, rows_of, values,
};
use bartizan_finding::Confidence;
use bartizan_ir::Value;
use bartizan_project::{ClassRef, FileId};

use crate::words::has_word;
use crate::{Draft, EndpointsView};

/// Views that ask, beside which one that only shows a row is told with confidence.
const MANY: usize = 3;

/// Methods that say who wrote a row, where to go on, or what a page shows besides: who is named there
/// is not asked.
const AFTERWARDS: &[&str] = &[
    "form_valid",
    "get_context_data",
    "get_form_kwargs",
    "get_initial",
    "get_success_url",
    "perform_create",
];

/// A generic view of one row.
struct Generic<'v> {
    view: &'v View,
    model: String,
    /// Where the class says which rows.
    place: (FileId, Span),
    changes: bool,
    is_limited: bool,
}

/// Where others ask whose a row is, by model: the view and the place.
pub(crate) type Asking<'v> = BTreeMap<String, Vec<(&'v View, (FileId, Span))>>;

pub(crate) fn judge<'v>(view: &EndpointsView<'v>, mut asking: Asking<'v>, drafts: &mut Vec<Draft>) {
    let found: Vec<Generic<'v>> =
        view.views.views.iter().filter_map(|one| generic(view, one)).collect();
    for one in found.iter().filter(|one| one.is_limited) {
        asking.entry(one.model.clone()).or_default().push((one.view, one.place));
    }
    for one in found.iter().filter(|one| !one.is_limited) {
        let others = asking.get(&one.model).map(Vec::as_slice).unwrap_or_default();
        drafts.extend(draft(view, one, others));
    }
}

fn draft(
    view: &EndpointsView<'_>,
    one: &Generic<'_>,
    others: &[(&View, (FileId, Span))],
) -> Option<Draft> {
    let registries = view.registries;
    let id = registries.models.iter().find(|known| known.name == one.model)?;
    let id = registries.model_of(id.class)?;
    let owners = registries.owners(id);
    let owner =
        owners.iter().find(|owner| owner.kind == OwnerKind::User && !owner.path.contains("__"))?;
    // Anybody may see what is there to be seen; what others may not change is another matter.
    if has_secret_key(view, &one.model) || !one.changes && others.len() < 2 || others.is_empty() {
        return None;
    }
    let model = &one.model;
    let does = if one.changes { "changes" } else { "shows" };
    let ask = match others.len() {
        1 => "another view that fetches one asks".to_owned(),
        count => format!("{count} other views that fetch one ask"),
    };
    let mut draft = view.draft(one.view);
    draft.message = format!(
        "`{}` {does} whichever {model} its address names; {ask} whose it is",
        one.view.name
    );
    draft.label = "all of them, by their number alone".to_owned();
    draft.impact = format!(
        "Whoever is logged in changes the number in the address and {} the {model} of somebody else.",
        if one.changes { "changes" } else { "reads" },
    );
    draft.fix = format!(
        "def get_queryset(self): return super().get_queryset().filter({}=self.request.user)",
        owner.path
    );
    for (other, (file, span)) in others.iter().take(2) {
        draft.notes.push((*file, *span, format!("`{}` asks", other.name)));
    }
    let doubt = format!("if `{}` does not say who may have a {model}", owner.path);
    Some(match others.len() >= MANY || one.changes && others.len() >= 2 {
        true => draft.at_most(Confidence::Medium, &doubt),
        false => draft.at_most(Confidence::Low, &doubt),
    })
}

/// What a generic view of one row, for those who are logged in, gives; `None` for any other view, and
/// for one that chooses its row, or turns somebody away, in a way of its own.
fn generic<'v>(view: &EndpointsView<'_>, one: &'v View) -> Option<Generic<'v>> {
    let class = one.class()?;
    let changes = changes_one_row(view.project, class)?;
    if view.method(class, "get_object").is_some() {
        return None;
    }
    let own = querysets(view.project, class);
    let limiting = own.iter().copied().find(|own| asks_visitor(view.project, *own).is_some());
    let is_limited = limiting.is_some();
    let rows = rows_of(view.project, view.registries, class);
    if let Some((file, function)) = limiting {
        let (model, _) =
            rows.or_else(|| model_in(view.project, view.registries, (file, function)))?;
        let place = (file, view.ir(file).function(function).name_span);
        return Some(Generic { view: one, model, place, changes, is_limited });
    }
    // A method that limits the rows to something else is not followed.
    if !own.is_empty() || one.is_open || one.is_base && !one.is_routed {
        return None;
    }
    let (model, place) = rows?;
    if !is_behind_login(view, one, class)
        || turns_away(view, one)
        || !filter_classes(view.project, class).is_empty()
    {
        return None;
    }
    Some(Generic { view: one, model, place, changes, is_limited })
}

/// Whether whoever is logged in gets in, and nobody else.
fn is_behind_login(view: &EndpointsView<'_>, one: &View, class: ClassKey) -> bool {
    let only_login = one.guards.iter().all(|guard| match guard.name.as_str() {
        "AccessMixin" => true,
        "permission_classes" => asks_for_login_alone(view, class),
        name => has_word(name, &["auth", "authenticated", "login"]),
    });
    match view.reach(one) {
        Some(reach) => only_login && reach == Reach::Login,
        None => only_login && !one.guards.is_empty(),
    }
}

/// `permission_classes = [IsAuthenticated]`
fn asks_for_login_alone(view: &EndpointsView<'_>, class: ClassKey) -> bool {
    let of = ClassRef::Project(class.0, class.1);
    let Some(member) = view.project.lookup_member(of, "permission_classes") else { return false };
    let ir = view.ir(member.class.0);
    match ir.value(ir.bare(member.value)) {
        Value::List(items) | Value::Tuple(items) => {
            let names = ir.items[items].iter().map(|item| values::tail_name(ir, item.value));
            names.into_iter().all(|name| name == Some("IsAuthenticated"))
        }
        _ => false,
    }
}

/// Whether code of the class looks at who asks before a row is given.
fn turns_away(view: &EndpointsView<'_>, one: &View) -> bool {
    one.bodies.iter().any(|(file, function)| {
        let ir = view.ir(*file);
        let record = ir.function(*function);
        !AFTERWARDS.contains(&ir.str(record.name))
            && asks_visitor(view.project, (*file, *function)).is_some()
    })
}

/// Whether a model has keys that cannot be guessed.
pub(crate) fn has_secret_key(view: &EndpointsView<'_>, name: &str) -> bool {
    view.registries.models.iter().any(|model| {
        let is_secret = |field: &Field| field.is_key && field.kind == "UUIDField";
        model.name == name && model.fields.iter().any(is_secret)
    })
}
