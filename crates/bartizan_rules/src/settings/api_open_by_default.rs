//! APIs that are open by default.

use bartizan_base::Span;
use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::{ClassRef, FileId, Project};

use crate::settings_view::{Entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// A view of the API without a permission of its own is open to everyone.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "api-open-by-default",
        title: "API that is open unless a view says otherwise",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(276), Cwe(862)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("api_open_by_default.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// What says whom a class lets in.
const SAYING: &[&str] = &["permission_classes", "get_permissions", "check_permissions"];

/// What a class has that answers requests, and is no base for others alone.
const ANSWERING: &[&str] = &[
    "queryset",
    "get_queryset",
    "serializer_class",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "list",
    "retrieve",
    "create",
];

const ALLOW_ANY: &str = "rest_framework.permissions.AllowAny";

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "REST_FRAMEWORK";
    if view.has_app("rest_framework") != Truth::Yes {
        return;
    }
    let (draft, label) = match view.entry(name, "DEFAULT_PERMISSION_CLASSES") {
        Entry::Absent => {
            let draft = match view.app_place("rest_framework") {
                Some(app) if !view.is_given(name) => view.draft_at("INSTALLED_APPS", &app),
                _ => view.draft(name),
            };
            (draft, "the default of the framework holds: AllowAny")
        }
        Entry::Given(classes) => {
            let classes_known = items(&classes).unwrap_or_default();
            let open = classes_known.iter().all(|it| it.value.as_str() == Some(ALLOW_ANY));
            // A list that is empty, or holds what is not known, is another matter.
            if !open || classes_known.is_empty() {
                return;
            }
            (view.draft_at(name, &classes), "everyone may")
        }
        Entry::Unknown => return,
    };
    let draft = Draft {
        message: format!("The API is open by default in {}", view.name()),
        label: label.to_owned(),
        impact:
            "Whoever finds a view whose author forgot the permission reads and changes what it \
                 serves, without logging in."
                .to_owned(),
        fix: "\"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.IsAuthenticated\"]"
            .to_owned(),
        ..draft
    };
    let mut draft = draft;
    drafts.push(match silent_view(view.project) {
        Some((name, file, span)) => {
            draft.notes.push((file, span, format!("`{name}` names no permission")));
            draft.at_most(
                Confidence::Medium,
                "if what names no permission is not meant for everyone",
            )
        }
        None => draft.at_most(Confidence::Low, "if a view is added that names no permission"),
    });
}

/// Whether a class of Django REST framework answers requests.
fn is_view(dotted: &str) -> bool {
    dotted.starts_with("rest_framework.")
        && (dotted.ends_with("View") || dotted.ends_with("ViewSet"))
}

/// A view of the API that leaves its permission to the default: its name and place.
fn silent_view(project: &Project) -> Option<(String, FileId, Span)> {
    project.files().find_map(|file| {
        let ir = project.ir(file);
        let by_class = ir.classes().find_map(|(id, class)| {
            let of = ClassRef::Project(file, id);
            let is_view = project.mro(of).classes.iter().any(|base| match base {
                ClassRef::External(symbol) => is_view(project.symbol(*symbol)),
                ClassRef::Project(..) => false,
            });
            let says = |name: &str| project.lookup_member(of, name).is_some();
            let answers = ANSWERING.iter().any(|name| says(name));
            let leaves = is_view && answers && !SAYING.iter().any(|name| says(name));
            leaves.then(|| (ir.str(class.name).to_owned(), file, class.name_span))
        });
        let by_function = || {
            ir.functions().find_map(|(_, function)| {
                let mut is_view = false;
                for by in &ir.ids[function.decorators] {
                    match project.decorator(file, *by)?.name.as_str() {
                        "api_view" => is_view = true,
                        "permission_classes" => return None,
                        _ => {}
                    }
                }
                is_view.then(|| (ir.str(function.name).to_owned(), file, function.name_span))
            })
        };
        by_class.or_else(by_function)
    })
}
