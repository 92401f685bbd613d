//! Pages of one visitor that the next one gets.

use bartizan_django::registries::ClassKey;
use bartizan_django::views::{ViewCode, class_decorators, decorators_of, methods_of, values};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::FunctionId;
use bartizan_project::{ClassRef, FileId};

use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A view that is cached, although it is about who asks.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "private-page-cached",
        title: "Page of one visitor, cached for all",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(525), Cwe(200)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("private_page_cached.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in &view.views.views {
        let mut around = Vec::new();
        match one.code {
            ViewCode::Function(file, function) => {
                around.extend(decorators_of(view.project, (file, function)));
                let routed = view.views.routed.functions.get(&(file, function));
                around.extend(routed.into_iter().flatten().cloned());
            }
            ViewCode::Class(class) => {
                around.extend(class_decorators(view.project, class));
                for body in view.own_bodies(one) {
                    let name = view.ir(body.0).str(view.ir(body.0).function(body.1).name);
                    if matches!(name, "dispatch" | "get") {
                        around.extend(decorators_of(view.project, body));
                    }
                }
                let routed = view.views.routed.classes.get(&class);
                around.extend(routed.into_iter().flatten().cloned());
            }
        }
        let Some((_, place)) = around.iter().find(|(name, _)| name == "cache_page") else {
            continue;
        };
        if around.iter().any(|(name, _)| name.starts_with("vary_on") || name == "never_cache") {
            continue;
        }
        let guard = one.guards.iter().find(|guard| {
            has_word(&guard.name, &["login", "permission", "staff", "authenticated"])
        });
        let personal = view.own_bodies(one).into_iter().any(|(file, function)| {
            answers_get(view, file, function) && view.mentions_user(file, function)
        });
        if guard.is_none() && !personal {
            continue;
        }
        let mut draft = Draft::at(place.file, place.span);
        draft.message = format!("`{}` is about who asks, and is cached for everyone", one.name);
        draft.label = "the next visitor gets this page".to_owned();
        draft.impact = "The page that was made for one visitor is kept under its address and handed to all who \
                        ask after them, whoever they are."
            .to_owned();
        draft.fix =
            "@vary_on_cookie below @cache_page, or cache what is the same for all".to_owned();
        if let Some(guard) = guard {
            draft.notes.push((guard.place.file, guard.place.span, "asks who is there".to_owned()));
        }
        if !personal {
            let doubt = "if the page differs from visitor to visitor";
            let keeps_out = guard.is_none_or(|guard| {
                guard.name != "permission_classes"
                    || one.class().is_some_and(|class| asks_for_login(view, class))
            });
            let most = if keeps_out { Confidence::Medium } else { Confidence::Low };
            draft = draft.at_most(most, doubt);
        }
        drafts.push(draft);
    }
}

/// Whether a function of a view has a part in what a GET shows.
fn answers_get(view: &EndpointsView<'_>, file: FileId, function: FunctionId) -> bool {
    let ir = view.ir(file);
    let record = ir.function(function);
    let name = ir.str(record.name);
    if record.class.is_none() {
        return true;
    }
    let changes = matches!(
        name,
        "post" | "put" | "patch" | "delete" | "create" | "update" | "partial_update" | "destroy"
    ) || name.starts_with("perform_")
        || name.starts_with("form_");
    let elsewhere = methods_of(view.project, file, function)
        .is_some_and(|methods| !methods.is_empty() && !methods.iter().any(|one| one == "GET"));
    !changes && !elsewhere
}

/// Whether the permissions of a class of an API keep those out who are not logged in.
fn asks_for_login(view: &EndpointsView<'_>, (file, class): ClassKey) -> bool {
    let of = ClassRef::Project(file, class);
    let Some(member) = view.project.lookup_member(of, "permission_classes") else { return false };
    let ir = view.ir(member.class.0);
    values::any(ir, member.value, |at, _| {
        matches!(values::tail_name(ir, at), Some("IsAuthenticated" | "IsAdminUser"))
    })
}
