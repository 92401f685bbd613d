//! Passwords that end in the reports of errors.

use bartizan_django::registries::{ClassKey, Form};
use bartizan_django::views::{ViewCode, class_decorators, decorators_of};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::ClassRef;
use bartizan_value::{Abstract, Questions, Symbol};

use crate::endpoints_view::last;
use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A view that takes a password and does not say so.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "password-in-error-report",
        title: "Password in error reports",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(532), Cwe(209)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("password_in_error_report.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Forms of Django that take a password.
const FORMS: &[&str] = &[
    "AdminPasswordChangeForm",
    "AuthenticationForm",
    "BaseUserCreationForm",
    "PasswordChangeForm",
    "SetPasswordForm",
    "SetPasswordMixin",
    "UserCreationForm",
];

/// Views of Django that say it themselves.
const CAREFUL: &[&str] =
    &["LoginView", "PasswordChangeView", "PasswordResetConfirmView", "PasswordContextMixin"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    let mut questions = view.evaluator.questions();
    for one in &view.views.views {
        let ViewCode::Class(class) = one.code else { continue };
        if view.inherits(class, CAREFUL) || one.is_api {
            continue;
        }
        // A view that inherits its form from another is told of there.
        let own = ClassRef::Project(class.0, class.1);
        if view.project.own_member(own, "form_class").is_none() || says_so(view, class) {
            continue;
        }
        let Some((form, what)) = form(view, &mut questions, class) else { continue };
        let mut draft = view.draft(one);
        draft.message = format!("`{}` takes a password and does not mark it as one", one.name);
        draft.label = format!("{what} is in the report of every error");
        draft.impact =
            "Where the view fails, the mail to the developers and the tracker of errors hold what \
                        was typed, in clear."
                .to_owned();
        draft.fix = "@method_decorator(sensitive_post_parameters(), name=\"dispatch\")".to_owned();
        draft.notes.push((form.0, form.1, "the form".to_owned()));
        drafts.push(draft);
    }
}

/// Whether something of the class, or of a base in the project, is decorated with what keeps fields out
/// of reports.
fn says_so(view: &EndpointsView<'_>, class: ClassKey) -> bool {
    let is_it =
        |(name, _): &(String, bartizan_django::registries::Place)| name.contains("sensitive");
    let of = ClassRef::Project(class.0, class.1);
    view.project.mro(of).classes.iter().any(|base| match *base {
        ClassRef::Project(file, id) => class_decorators(view.project, (file, id)).iter().any(is_it),
        ClassRef::External(symbol) => {
            // Code that is not in the tree may.
            let dotted = view.project.symbol(symbol);
            !dotted.starts_with("django.") && !dotted.starts_with("builtins.")
        }
    }) || bartizan_django::views::bodies(view.project, class)
        .into_iter()
        .any(|body| decorators_of(view.project, body).iter().any(is_it))
}

/// The form of a view, if it takes a password, and by which name.
fn form(
    view: &EndpointsView<'_>,
    questions: &mut Questions<'_>,
    (file, class): ClassKey,
) -> Option<((bartizan_project::FileId, bartizan_base::Span), String)> {
    let value = questions.class_attribute(file, class, "form_class")?;
    match &value.value {
        Abstract::Ref(Symbol::Class(file, class, _)) => {
            let form = view.registries.form_of((*file, *class))?;
            let what = password_of(form).or_else(|| {
                view.outside((*file, *class))
                    .find(|base| FORMS.contains(&last(base)))
                    .map(|_| "the password".to_owned())
            })?;
            Some(((form.place.file, form.place.span), what))
        }
        Abstract::Ref(Symbol::External(name)) if FORMS.contains(&last(name)) => {
            let ir = view.ir(value.site.file);
            Some(((value.site.file, ir.span(value.site.node)), "the password".to_owned()))
        }
        _ => None,
    }
}

fn password_of(form: &Form) -> Option<String> {
    let field = form.declared.iter().find(|field| {
        has_word(&field.name, &["password", "password1", "passwd", "passphrase"])
            && field.kind.ends_with("CharField")
    })?;
    Some(format!("`{}`", field.name))
}
