//! Views that log somebody out when they are merely asked.

use bartizan_django::views::{View, ViewCode, methods_of, tests_method};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, FunctionId, Value};
use bartizan_project::{Entity, FileId};

use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A GET ends a session.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "logout-on-get",
        title: "Logout on a GET request",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(352)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("logout_on_get.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for one in &view.views.views {
        let found = match one.code {
            ViewCode::Function(file, function) => Some((file, function)),
            ViewCode::Class(class) => view.own_method(class, "get"),
        };
        let Some((file, function)) = found else { continue };
        let methods = methods_of(view.project, file, function);
        let is_asked = methods.is_some_and(|methods| methods.iter().all(|method| method != "GET"))
            || tests_method(view.project, file, function);
        if is_asked || is_left_over(view, one) {
            continue;
        }
        let Some(span) = logs_out(view, file, function) else { continue };
        let ir = view.ir(file);
        let mut draft = Draft::at(file, span);
        draft.message = format!("`{}` logs the visitor out when it is merely asked", one.name);
        draft.label = "a GET ends the session".to_owned();
        draft.impact =
            "A link to this address on any page, or an image on a page of this site, throws out whoever \
             opens it."
                .to_owned();
        draft.fix = "@require_POST, or LogoutView of Django 5 and later".to_owned();
        draft.notes.push((file, ir.function(function).name_span, "answers to GET".to_owned()));
        let says = [one.name.as_str(), ir.str(ir.function(function).name)];
        if !says
            .iter()
            .any(|name| has_word(name, &["logout", "signout", "dologout", "out", "logoff"]))
        {
            draft = draft.at_most(Confidence::Low, "if nothing but a wish to leave leads here");
        }
        drafts.push(draft);
    }
}

/// Whether no route leads to a view, although URLconfs of the tree lead to others of its file.
fn is_left_over(view: &EndpointsView<'_>, one: &View) -> bool {
    let file = one.place.file;
    !one.is_routed
        && view.views.views.iter().any(|other| other.place.file == file && other.is_routed)
}

/// Where a function calls Django's `logout`.
fn logs_out(
    view: &EndpointsView<'_>,
    file: FileId,
    function: FunctionId,
) -> Option<bartizan_base::Span> {
    let ir = view.ir(file);
    ir.effects[ir.function(function).effects].iter().find_map(|effect| {
        let EffectKind::Call(call) = effect.kind else { return None };
        let Value::Call { callee, .. } = ir.value(call) else { return None };
        let Entity::External(symbol) = view.project.definition(file, callee) else { return None };
        matches!(
            view.project.symbol(symbol),
            "django.contrib.auth.logout" | "django.contrib.auth.views.logout"
        )
        .then_some(effect.span)
    })
}
