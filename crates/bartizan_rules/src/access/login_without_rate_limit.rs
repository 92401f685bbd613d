//! Logins that take any number of tries.

use bartizan_django::settings::alternatives;
use bartizan_django::views::{ViewCode, class_decorators, decorators_of};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, FunctionId, Value};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;

use crate::words::has_word;
use crate::{Detect, Draft, EndpointsView, Rule};

/// A login without a limit on tries.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "login-without-rate-limit",
        title: "Login without a limit on tries",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(307), Cwe(799)],
        severity: Severity::Medium,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("login_without_rate_limit.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

/// Words in names of packages, decorators and attributes that limit tries.
const LIMITS: &[&str] = &[
    "allauth",
    "axes",
    "brute",
    "bruteforce",
    "brutebuster",
    "captcha",
    "defender",
    "limit",
    "limiter",
    "limits",
    "lockout",
    "ratelimit",
    "ratelimiter",
    "recaptcha",
    "throttle",
    "throttled",
    "throttles",
    "throttling",
    "hcaptcha",
    "turnstile",
    "attempts",
];

/// Views that check a password, or send mail to whoever is named.
const TAKING: &[&str] =
    &["LoginView", "ObtainAuthToken", "PasswordResetView", "TokenObtainPairView"];

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    if is_limited(view) {
        return;
    }
    for one in &view.views.views {
        if !one.is_routed && (one.is_base || view.surface.is_some()) {
            continue;
        }
        let place = match one.code {
            ViewCode::Class(class) => {
                let takes = view.inherits(class, TAKING);
                let calls = || one.bodies.iter().any(|body| authenticates(view, *body));
                let limits = class_decorators(view.project, class)
                    .iter()
                    .any(|(name, _)| has_word(name, LIMITS))
                    || attribute(view, class, "throttle_classes")
                    || one.bodies.iter().any(|body| limits_in(view, *body));
                (takes || calls()) && !limits
            }
            ViewCode::Function(file, function) => {
                let body = (file, function);
                (authenticates(view, body) || resets(view, body)) && !limits_in(view, body)
            }
        };
        if !place {
            continue;
        }
        let mut draft = view.draft(one);
        let resets = one.class().is_some_and(|class| view.inherits(class, &["PasswordResetView"]))
            || one.bodies.iter().any(|body| resets(view, *body));
        draft.label = "no limit on tries".to_owned();
        if resets {
            draft.message = format!("`{}` sends any number of mails to an account", one.name);
            draft.impact = "A program has thousands of mails sent to people, or finds out by the answers who has an \
                            account."
                .to_owned();
        } else {
            draft.message = format!("`{}` takes any number of passwords for an account", one.name);
            draft.impact = "A program tries the passwords that were stolen elsewhere, thousands an hour, until one \
                            fits."
                .to_owned();
        }
        draft.fix = "django-axes, a throttle class, or a limit in the proxy in front".to_owned();
        draft.doubt = Some("if nothing in front of the site counts the tries".to_owned());
        drafts.push(draft);
    }
}

/// Whether the settings name a package or a middleware that limits tries.
fn is_limited(view: &EndpointsView<'_>) -> bool {
    let Some(settings) = view.settings else { return false };
    ["INSTALLED_APPS", "MIDDLEWARE", "AUTHENTICATION_BACKENDS"].iter().any(|name| {
        let Some(setting) = settings.get(name) else { return false };
        alternatives(&setting.value).iter().any(|(_, way)| match &way.value {
            Abstract::Seq(seq) => seq
                .items
                .iter()
                .any(|item| item.value.as_str().is_some_and(|dotted| has_word(dotted, LIMITS))),
            _ => false,
        })
    })
}

fn attribute(
    view: &EndpointsView<'_>,
    class: bartizan_django::registries::ClassKey,
    name: &str,
) -> bool {
    view.project.lookup_member(ClassRef::Project(class.0, class.1), name).is_some()
}

/// Whether a function asks Django whether a password is right.
fn authenticates(view: &EndpointsView<'_>, body: (FileId, FunctionId)) -> bool {
    calls(view, body, &["django.contrib.auth.authenticate", "django.contrib.auth.aauthenticate"])
}

/// Whether a function has Django send the mail by which a password is set anew.
fn resets(view: &EndpointsView<'_>, body: (FileId, FunctionId)) -> bool {
    calls(view, body, &["django.contrib.auth.forms.PasswordResetForm"])
}

fn calls(view: &EndpointsView<'_>, (file, function): (FileId, FunctionId), names: &[&str]) -> bool {
    let ir = view.ir(file);
    ir.effects[ir.function(function).effects].iter().any(|effect| {
        let EffectKind::Call(call) = effect.kind else { return false };
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        let Entity::External(symbol) = view.project.definition(file, callee) else { return false };
        names.contains(&view.project.symbol(symbol))
    })
}

/// Whether a function counts tries, or is decorated with what does.
fn limits_in(view: &EndpointsView<'_>, (file, function): (FileId, FunctionId)) -> bool {
    if decorators_of(view.project, (file, function)).iter().any(|(name, _)| has_word(name, LIMITS))
    {
        return true;
    }
    let ir = view.ir(file);
    let span = ir.function(function).span;
    ir.values.iter().zip(&ir.spans).any(|(value, at)| {
        let name = match *value {
            Value::Attr { name, .. } | Value::Global { name, .. } => name,
            _ => return false,
        };
        span.contains(*at) && has_word(ir.str(name), LIMITS)
    })
}
