//! Endpoints that change something for everyone who asks.

use std::collections::BTreeSet;

use bartizan_django::endpoints::{Csrf, Endpoint, Reach};
use bartizan_django::registries::ClassKey;
use bartizan_django::views::{
    GuardKind, View, ViewCode, changes, changes_one_row, tests_method, values,
};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use bartizan_ir::{EffectKind, FunctionId, Value};
use bartizan_project::{ClassRef, FileId};

use crate::words::first_of;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A view that writes and that nobody guards.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "open-write-endpoint",
        title: "Endpoint that writes, open to everyone",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(306), Cwe(862)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("open_write_endpoint.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let Some(surface) = view.surface else { return of_views(view, drafts) };
    let mut seen = BTreeSet::new();
    for endpoint in &surface.endpoints {
        let is_named = endpoint.writes.iter().any(|model| model != "?");
        let open = endpoint.access.iter().find(|access| {
            let methods =
                if access.methods.is_empty() { &endpoint.methods } else { &access.methods };
            access.reach == Reach::Anonymous
                && (methods.is_empty() && takes_what_is_sent(view, endpoint)
                    || methods.iter().any(|method| *method != "GET"))
        });
        // What a package opens to everyone, it means to: signing up, a password that was forgotten.
        let is_own = (endpoint.file, endpoint.span) != (endpoint.route_file, endpoint.route_span);
        let Some(open) = open.filter(|_| is_named && is_own) else { continue };
        if !seen.insert((endpoint.file, endpoint.span)) || endpoint.view.starts_with("django.") {
            continue;
        }
        // A list that lets everyone in is told of where it stands.
        let of_api = view.views.views.iter().find(|one| {
            (one.place.file, one.place.span) == (endpoint.file, endpoint.span) && one.is_api
        });
        if of_api.and_then(|one| one.class()).is_some_and(|class| says_itself(view, class)) {
            continue;
        }
        let mut views = view.views.views.iter();
        let one =
            views.find(|one| (one.place.file, one.place.span) == (endpoint.file, endpoint.span));
        if one.is_some_and(|one| changes_own_rows(view, one)) {
            continue;
        }
        let asking = one.and_then(asks_in_a_class);
        let methods = if open.methods.is_empty() { &endpoint.methods } else { &open.methods };
        // A function that asks for no method answers them all.
        let methods: Vec<&str> = match methods.as_slice() {
            [] => vec!["anything"],
            ["WEBSOCKET"] => vec!["messages"],
            methods => methods.iter().copied().filter(|method| *method != "GET").collect(),
        };
        let is_socket = methods == ["messages"];
        let models = first_of(&endpoint.writes);
        let mut draft = Draft::at(endpoint.file, endpoint.span);
        draft.message = format!(
            "Everyone may send {} to {} and change {models}",
            methods.join(" or "),
            endpoint.route
        );
        draft.label = "nothing asks who is there".to_owned();
        draft.impact = format!(
            "Whoever finds the address changes rows of {models} without logging in, as often as \
             they like."
        );
        draft.fix = match is_socket {
            true => {
                "in `connect`, `close()` where `scope[\"user\"]` is not authenticated, before \
                 `accept()`"
            }
            false => {
                "LoginRequiredMixin, @login_required or a permission class in front of it; \
                 @login_not_required, a limit on how often, and a reason where it is meant"
            }
        }
        .to_owned();
        draft.notes.push((
            endpoint.route_file,
            endpoint.route_span,
            "the route that leads here".to_owned(),
        ));
        if endpoint.csrf == Csrf::Exempt {
            draft.severity = Some(Severity::High);
        }
        let name = endpoint.view.rsplit('.').next().unwrap_or(&endpoint.view);
        if view.is_public_name(name) || view.is_public_name(&endpoint.route) {
            draft =
                draft.at_most(Confidence::Low, "if it is not meant for everyone, as its name says");
        }
        if let Some(asking) = asking {
            draft = draft.at_most(Confidence::Low, &format!("if `{asking}` lets everyone pass"));
        }
        drafts.push(view.unless_middleware(draft));
    }
}

/// A method of a class-based view that asks who is there, and is not only about what a page shows.
fn asks_in_a_class(one: &View) -> Option<&str> {
    one.class()?;
    let shows = ["get_context_data", "get_template_names", "get_initial"];
    let mut asking = one.guards.iter().filter(|guard| guard.kind == GuardKind::Body);
    asking.find(|guard| !shows.contains(&&*guard.name)).map(|guard| guard.name.as_str())
}

/// Whether a view of the framework changes rows of who asks, and no others.
fn changes_own_rows(view: &EndpointsView<'_>, one: &View) -> bool {
    let is_of_one_row =
        one.class().is_some_and(|class| changes_one_row(view.project, class) == Some(true));
    let creates = one.class().is_some_and(|class| {
        view.outside(class).any(|base| base.contains("Create") || base.ends_with("ModelViewSet"))
    });
    is_of_one_row && !creates && view.gives_own_rows(one)
}

/// A tree without settings: views that edit, in front of which nothing stands as far as the tree shows.
fn of_views(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in &view.views.views {
        if one.is_guarded()
            || one.is_api
            || one.is_base && !one.is_routed
            || changes_own_rows(view, one)
        {
            continue;
        }
        let edits = match one.code {
            ViewCode::Class(class) => {
                view.inherits(class, &["CreateView", "UpdateView", "DeleteView"])
            }
            ViewCode::Function(file, function) => {
                !changes(view.project, view.registries, file, function).is_empty()
                    && !view.mentions_visitor(file, function)
            }
        };
        if !edits || view.is_public_name(&one.name) {
            continue;
        }
        let mut draft = view.draft(one);
        draft.message = format!("`{}` changes rows, and nothing in the tree guards it", one.name);
        draft.label = "nothing asks who is there".to_owned();
        draft.impact =
            "Where the URLconf of a site leads here, everyone changes what it changes.".to_owned();
        draft.fix = "a guard in front of the view itself, so that no site can forget it".to_owned();
        let doubt = "if the routes of the site that uses it ask nobody";
        drafts.push(draft.at_most(Confidence::Low, doubt));
    }
}

/// Whether a class of an API has a list of permissions of its own.
fn says_itself(view: &EndpointsView<'_>, (file, class): ClassKey) -> bool {
    let of = ClassRef::Project(file, class);
    view.project.lookup_member(of, "permission_classes").is_some()
}

/// Whether a function that answers every method changes rows by what is sent to it, or where it was sent
/// something, and asks nobody who they are. What it hands its request to counts as well.
fn takes_what_is_sent(view: &EndpointsView<'_>, endpoint: &Endpoint) -> bool {
    let [handler] = endpoint.handlers.as_slice() else { return false };
    if endpoint.near == 0 || handler.class.is_some() {
        return false;
    }
    let ir = view.project.ir(handler.file);
    let mut asked = vec![(handler.file, handler.function)];
    for effect in &ir.effects[ir.function(handler.function).effects] {
        let EffectKind::Call(call) = effect.kind else { continue };
        let Value::Call { args, .. } = ir.value(call) else { continue };
        if ir.args[args].iter().any(|arg| values::is_request(ir, arg.value)) {
            asked.extend(view.project.callee(handler.file, call).target.as_function());
        }
    }
    let answers_posts = |(file, function): &(FileId, FunctionId)| {
        takes_body(view, *file, *function) || tests_method(view.project, *file, *function)
    };
    asked.iter().any(answers_posts)
        && !asked.iter().any(|(file, function)| view.mentions_visitor(*file, *function))
}

/// Whether a function looks at the body of its request.
fn takes_body(view: &EndpointsView<'_>, file: FileId, function: FunctionId) -> bool {
    let ir = view.project.ir(file);
    let span = ir.function(function).span;
    ir.values.iter().zip(&ir.spans).any(|(value, at)| {
        matches!(*value, Value::Attr { of, name }
            if matches!(ir.str(name), "POST" | "FILES" | "body" | "data")
                && values::is_request(ir, of))
            && span.contains(*at)
    })
}
