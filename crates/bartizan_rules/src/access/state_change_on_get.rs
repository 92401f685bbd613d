//! Views that change something when they are merely asked.

use bartizan_django::views::{View, ViewCode, changes, lookups, methods_of, unknown_decorator};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::FileId;

use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A row is changed by a GET.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "state-change-on-get",
        title: "Change on a GET request",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(352), Cwe(650)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("state_change_on_get.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Words in names of views that say that they change something.
const VERBS: &[&str] = &[
    "accept",
    "activate",
    "add",
    "approve",
    "archive",
    "assign",
    "ban",
    "block",
    "cancel",
    "change",
    "clear",
    "close",
    "copy",
    "create",
    "deactivate",
    "del",
    "delete",
    "demote",
    "disable",
    "dismiss",
    "edit",
    "enable",
    "follow",
    "join",
    "leave",
    "like",
    "lock",
    "mark",
    "move",
    "promote",
    "publish",
    "purge",
    "reject",
    "remove",
    "rename",
    "reset",
    "restore",
    "revert",
    "revoke",
    "save",
    "set",
    "star",
    "start",
    "stop",
    "toggle",
    "unblock",
    "unfollow",
    "unlock",
    "unpublish",
    "update",
    "vote",
];

/// Changes that rather belong to looking: a counter, a mark that something was seen.
const LOOKING: &[&str] = &[
    "activation",
    "callback",
    "confirm",
    "confirmation",
    "count",
    "counter",
    "download",
    "hit",
    "log",
    "open",
    "read",
    "seen",
    "session",
    "track",
    "unsubscribe",
    "verify",
    "views",
];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in &view.views.views {
        match one.code {
            ViewCode::Function(file, function) => {
                let methods = methods_of(view.project, file, function);
                if methods.is_none_or(|methods| methods.iter().any(|method| method == "GET")) {
                    drafts.extend(changed(view, one, file, function, &one.name));
                }
            }
            ViewCode::Class(class) => {
                if let Some((file, function)) = view.own_method(class, "get") {
                    drafts.extend(changed(view, one, file, function, &one.name));
                }
            }
        }
    }
}

/// Whether a row of a view is found by what only those know who were sent it.
fn goes_by_token(
    view: &EndpointsView<'_>,
    file: FileId,
    function: bartizan_ir::FunctionId,
) -> bool {
    lookups(view.project, view.registries, file, function)
        .iter()
        .any(|lookup| has_word(&lookup.key_name, &["token", "secret", "signature"]))
}

fn changed(
    view: &EndpointsView<'_>,
    one: &View,
    file: FileId,
    function: bartizan_ir::FunctionId,
    name: &str,
) -> Option<Draft> {
    let found = changes(view.project, view.registries, file, function);
    let change = found.iter().find(|change| !change.is_asked)?;
    let model = change.model.as_deref().unwrap_or("a row");
    let ir = view.ir(file);
    let record = ir.function(function);
    let mut draft = Draft::at(file, record.name_span);
    draft.message = format!("`{name}` changes {model} when it is merely asked");
    draft.label = "answers to GET too".to_owned();
    draft.impact = format!(
        "A link on any page, or an image on a page of this site, makes the browser of somebody who is \
         logged in send it: {model} is changed in their name, and Django's protection does not look \
         at GET."
    );
    draft.fix = match one.code {
        ViewCode::Function(..) => {
            "@require_POST, and a form with {% csrf_token %} instead of the link"
        }
        ViewCode::Class(_) => {
            "def post(self, request, …), and a form with {% csrf_token %} instead of the link"
        }
    }
    .to_owned();
    draft.notes.push((file, change.span, format!("`{}` changes it", change.method)));
    let says = ir.str(record.name);
    let is_verb = has_word(name, VERBS) || has_word(says, VERBS);
    let is_deleting = change.method.ends_with("delete");
    let asks_visitor = !one.guards.is_empty() || view.mentions_visitor(file, function);
    if let Some(decorator) = unknown_decorator(view.project, (file, function)) {
        let doubt = format!("if `{decorator}` hands a GET on to the view");
        draft = draft.at_most(Confidence::Low, &doubt);
    } else if has_word(name, LOOKING) {
        draft = draft.at_most(Confidence::Low, "if more than a look is counted");
    } else if !asks_visitor {
        draft = draft.at_most(Confidence::Low, "if it does more for some visitors than for others");
    } else if !is_verb && !is_deleting {
        draft = draft.at_most(Confidence::Low, "if the change is what the visitor asked for");
    } else if goes_by_token(view, file, function) {
        draft = draft.at_most(Confidence::Low, "if others than the visitor know the link");
    } else if matches!(&*change.method, "get_or_create" | "update_or_create") {
        draft = draft.at_most(Confidence::Low, "if the row is more than a place to start from");
    }
    Some(draft)
}
