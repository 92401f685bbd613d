//! Guards that never run, because the view stands before them.

use bartizan_django::views::is_view_class;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::ClassRef;

use crate::endpoints_view::last;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A guard in the wrong order of bases.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "mixin-behind-view",
        title: "Guard behind the view, which never runs",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862), Cwe(285)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("mixin_behind_view.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Mixins outside the project that guard by `dispatch`.
const GUARDS: &[&str] = &[
    "AccessMixin",
    "GroupRequiredMixin",
    "LoginRequiredMixin",
    "MultiplePermissionsRequiredMixin",
    "OTPRequiredMixin",
    "PermissionRequiredMixin",
    "RoleRequiredMixin",
    "SSLRequiredMixin",
    "StaffuserRequiredMixin",
    "SuperuserRequiredMixin",
    "UserPassesTestMixin",
];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for class in view.project.classes().iter().copied() {
        if !is_view_class(view.project, class) {
            continue;
        }
        let of = ClassRef::Project(class.0, class.1);
        let mut ends: Option<&str> = None;
        for base in &view.project.mro(of).classes {
            match (*base, ends) {
                (ClassRef::External(symbol), None) => {
                    let dotted = view.project.symbol(symbol);
                    let is_end = dotted.starts_with("django.views.generic")
                        || dotted.starts_with("django.views.")
                        || dotted.starts_with("rest_framework.");
                    // The `dispatch` of these runs the method and hands on to nobody.
                    if is_end
                        && (last(dotted).ends_with("View") || last(dotted).ends_with("ViewSet"))
                    {
                        ends = Some(last(dotted));
                    }
                }
                (ClassRef::External(symbol), Some(end)) => {
                    let name = last(view.project.symbol(symbol));
                    if GUARDS.contains(&name) && !runs(view, class, name) {
                        drafts.push(draft(view, class, name, end));
                        break;
                    }
                }
                (ClassRef::Project(..), Some(_)) | (ClassRef::Project(..), None) => {}
            }
        }
    }
}

/// Whether a class of the project in the order makes the guard run after all: it calls what the guard
/// is made of by itself.
fn runs(
    view: &EndpointsView<'_>,
    class: bartizan_django::registries::ClassKey,
    name: &str,
) -> bool {
    view.method(class, "dispatch").is_some_and(|(file, function)| {
        let ir = view.ir(file);
        let span = ir.function(function).span;
        ir.values.iter().zip(&ir.spans).any(|(value, at)| {
            span.contains(*at)
                && matches!(value, bartizan_ir::Value::Global { name: known, .. }
                    | bartizan_ir::Value::Attr { name: known, .. }
                    if ir.str(*known) == name || ir.str(*known) == "handle_no_permission")
        })
    })
}

fn draft(
    view: &EndpointsView<'_>,
    (file, class): bartizan_django::registries::ClassKey,
    guard: &str,
    end: &str,
) -> Draft {
    let ir = view.ir(file);
    let record = ir.class(class);
    let written = ir.args[record.bases]
        .iter()
        .find(|arg| bartizan_django::views::values::tail_name(ir, arg.value) == Some(guard));
    let span = written.map_or(record.name_span, |arg| arg.span);
    let mut draft = Draft::at(file, span);
    draft.message = format!("`{guard}` stands behind `{end}` and never runs");
    draft.label = "too late".to_owned();
    draft.impact = format!(
        "`{end}` answers the request before `{guard}` is asked: everyone gets in, whatever the list of \
         bases promises."
    );
    draft.fix = format!("class {}({guard}, …, {end}):", ir.str(record.name));
    if written.is_none() {
        draft =
            draft.at_most(Confidence::Medium, "if the order of the bases is as it is read here");
    }
    draft
}
