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
                let takes =
                    view.inherits(class, &["LoginView", "ObtainAuthToken", "TokenObtainPairView"]);
                let calls = || one.bodies.iter().any(|body| authenticates(view, *body));
                let limits = class_decorators(view.project, class)
                    .iter()
                    .any(|(name, _)| has_word(name, LIMITS))
                    || attribute(view, class, "throttle_classes")
                    || one.bodies.iter().any(|body| limits_in(view, *body));
                (takes || calls()) && !limits
            }
            ViewCode::Function(file, function) => {
                authenticates(view, (file, function)) && !limits_in(view, (file, function))
            }
        };
        if !place {
            continue;
        }
        let mut draft = view.draft(one);
        draft.message = format!("`{}` takes any number of passwords for an account", one.name);
        draft.label = "no limit on tries".to_owned();
        draft.impact = "A program tries the passwords that were stolen elsewhere, thousands an hour, until one \
                        fits."
            .to_owned();
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
fn authenticates(view: &EndpointsView<'_>, (file, function): (FileId, FunctionId)) -> bool {
    let ir = view.ir(file);
    ir.effects[ir.function(function).effects].iter().any(|effect| {
        let EffectKind::Call(call) = effect.kind else { return false };
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        let Entity::External(symbol) = view.project.definition(file, callee) else { return false };
        matches!(
            view.project.symbol(symbol),
            "django.contrib.auth.authenticate" | "django.contrib.auth.aauthenticate"
        )
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
