//! Fields by which a visitor makes more of themselves than they are.

use std::collections::BTreeMap;

use bartizan_django::endpoints::Reach;
use bartizan_django::registries::{ClassKey, Effective, FieldFact, ModelRef, Selection};
use bartizan_django::views::{GuardKind, View};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Symbol};

use crate::endpoints_view::last;
use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A field that decides over rights, in a form or serializer.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "sensitive-field-writable",
        title: "Field that decides over rights, for visitors to write",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(915), Cwe(269)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("sensitive_field_writable.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Fields that decide what their bearer may do.
const RIGHTS: &[&str] = &[
    "is_staff",
    "is_superuser",
    "is_admin",
    "is_administrator",
    "is_moderator",
    "is_manager",
    "user_permissions",
    "groups",
    "permissions",
    "role",
    "roles",
    "is_verified",
    "email_verified",
    "is_approved",
    "is_email_verified",
    "balance",
    "credits",
    "is_paid",
];

/// Those that Django itself goes by.
const DJANGOS: &[&str] = &["is_staff", "is_superuser", "user_permissions", "groups"];

/// Words in names of flags of users that say what they may do.
const RANKS: &[&str] = &[
    "agent",
    "approver",
    "author",
    "coordinator",
    "doctor",
    "editor",
    "employee",
    "instructor",
    "operator",
    "organizer",
    "premium",
    "professor",
    "reviewer",
    "supervisor",
    "teacher",
    "trusted",
    "vip",
];

/// Whether a flag of a user says what they may do: `is_editor`.
fn is_rank(name: &str) -> bool {
    name.strip_prefix("is_").is_some_and(|rank| has_word(rank, RANKS))
}

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let users = used_by(view);
    for serializer in &view.registries.serializers {
        let Some(model) = &serializer.model else { continue };
        let by = users.get(&serializer.class).map(Vec::as_slice).unwrap_or_default();
        let writable = serializer.writable(view.registries);
        let all = !matches!(serializer.fields, Selection::Only(_));
        told(view, &serializer.name, model, &writable, all, by, drafts);
    }
    for form in &view.registries.forms {
        let Some(model) = &form.model else { continue };
        let mut by = form.class.and_then(|class| users.get(&class)).cloned().unwrap_or_default();
        if form.is_view {
            by.extend(form.class.and_then(|class| view.views.of_class(class)));
        }
        let writable = form.writable(view.registries);
        let all = !matches!(form.fields, Selection::Only(_));
        told(view, &form.name, model, &writable, all, &by, drafts);
    }
}

/// The views that use a form or serializer, by its class.
fn used_by<'v>(view: &EndpointsView<'v>) -> BTreeMap<ClassKey, Vec<&'v View>> {
    let mut questions = view.evaluator.questions();
    let mut found: BTreeMap<ClassKey, Vec<&View>> = BTreeMap::new();
    for one in &view.views.views {
        let Some((file, class)) = one.class() else { continue };
        for name in ["serializer_class", "form_class"] {
            let Some(value) = questions.class_attribute(file, class, name) else { continue };
            if let Abstract::Ref(Symbol::Class(file, class, _)) = value.value {
                found.entry((file, class)).or_default().push(one);
            }
        }
    }
    found
}

fn told(
    view: &EndpointsView<'_>,
    name: &str,
    model: &ModelRef,
    writable: &Effective,
    all: bool,
    by: &[&View],
    drafts: &mut Vec<Draft>,
) {
    let is_users = view.registries.is_user(model);
    let is_of_users = is_users || belongs_to_users(view, model);
    let found: Vec<&FieldFact> = writable
        .fields
        .iter()
        .filter(|field| {
            RIGHTS.contains(&&*field.name) && (is_of_users || DJANGOS.contains(&&*field.name))
                || is_users && is_rank(&field.name)
        })
        .collect();
    let Some(first) = found.first() else { return };
    let path = view.project.path(first.place.file);
    let is_admins = path.as_str().split('/').any(|part| has_word(part, &["admin"]));
    if is_admins || has_word(name, &["admin", "staff", "superuser", "backend", "control"]) {
        return;
    }
    // What is only shown by them is nobody's to write.
    if !by.is_empty() && !by.iter().any(|one| takes_input(view, one)) {
        return;
    }
    let taking = by.iter().filter(|one| takes_input(view, one));
    let for_all: Vec<&&View> = taking.filter(|one| !is_for_few(view, one)).collect();
    // Views that only those with a permission reach are made to give such rights.
    if !by.is_empty() && for_all.is_empty() {
        return;
    }
    let names: Vec<String> = found.iter().map(|field| format!("`{}`", field.name)).collect();
    let mut draft = Draft::at(first.place.file, first.place.span);
    draft.message = format!("`{name}` lets a visitor write {}", names.join(", "));
    draft.label =
        if first.is_named && !all { "named here" } else { "comes with all others" }.to_owned();
    draft.impact =
        "Who sends it along with what they may change gives rights to themselves.".to_owned();
    draft.fix =
        "name the fields that visitors may write, and set this one in code that knows who may"
            .to_owned();
    if let Some(one) = for_all.first() {
        draft.notes.push((one.place.file, one.place.span, "takes it from visitors".to_owned()));
    } else {
        draft = draft.at_most(Confidence::Low, "if a view takes it from visitors");
    }
    let decides = found.iter().any(|field| DJANGOS.contains(&&*field.name)) && is_users;
    if !decides && (first.is_named && !all) {
        draft =
            draft.at_most(Confidence::Low, "if those who write it may not give it to themselves");
    }
    drafts.push(draft);
}

/// Whether a view takes what is sent: a base of it, or a method of its own, answers to a method that
/// writes.
fn takes_input(view: &EndpointsView<'_>, one: &View) -> bool {
    const METHODS: &[&str] =
        &["create", "form_valid", "partial_update", "patch", "post", "put", "update"];
    let Some(class) = one.class() else { return true };
    one.is_open
        || METHODS.iter().any(|name| view.method(class, name).is_some())
        || view.outside(class).any(|base| {
            let name = last(base);
            ["Create", "Form", "Update"].iter().any(|word| name.contains(word))
                || name == "ModelViewSet"
        })
}

/// Whether rows of a model say something of one user: a membership, a profile.
fn belongs_to_users(view: &EndpointsView<'_>, model: &ModelRef) -> bool {
    view.registries.own(model).is_some_and(|model| {
        model.fields.iter().any(|field| {
            let names = ["user", "member", "account", "person", "profile", "customer"];
            names.contains(&&*field.name)
                && field.relation.as_ref().is_some_and(|(_, to)| view.registries.is_user(to))
        })
    })
}

/// Whether only those reach a view who hold a permission or are staff.
fn is_for_few(view: &EndpointsView<'_>, one: &View) -> bool {
    let reach = view.reach(one);
    matches!(reach, Some(Reach::Staff | Reach::Permission))
        || one.guards.iter().any(|guard| {
            guard.kind == GuardKind::Body
                || has_word(
                    &guard.name,
                    &[
                        "staff",
                        "admin",
                        "superuser",
                        "permission",
                        "perm",
                        "perms",
                        "role",
                        "organizer",
                    ],
                ) && guard.name != "permission_classes"
        })
}
