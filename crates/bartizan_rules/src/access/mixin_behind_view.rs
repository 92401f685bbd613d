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
        let order = view.project.mro(ClassRef::Project(class.0, class.1));
        let outside: Vec<&str> = order
            .classes
            .iter()
            .filter_map(|base| match *base {
                ClassRef::External(symbol) => Some(view.project.symbol(symbol)),
                ClassRef::Project(..) => None,
            })
            .collect();
        let Some(end) = outside.iter().position(|dotted| ends(dotted).is_some()) else { continue };
        let guard = outside.iter().enumerate().skip(end + 1).find(|(at, dotted)| {
            // What all views of a framework share comes behind the last of them: the `dispatch` of
            // `View`, which runs the method and hands on to nobody.
            let shared = outside[at + 1..].iter().any(|later| ends(later) == ends(outside[end]));
            GUARDS.contains(&last(dotted)) && !shared && !runs(view, class, last(dotted))
        });
        if let Some((_, guard)) = guard {
            drafts.push(draft(view, class, last(guard), last(outside[end])));
        }
    }
}

/// The framework whose `dispatch` a view from outside the project has.
fn ends(dotted: &str) -> Option<&'static str> {
    let name = last(dotted);
    if !name.ends_with("View") && !name.ends_with("ViewSet") {
        return None;
    }
    ["django.views.", "rest_framework."].into_iter().find(|module| dotted.starts_with(module))
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
