//! Middleware that stands where it does nothing.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// A middleware stands behind one that must come after it.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "middleware-in-wrong-order",
        title: "Middleware that comes too late",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(696)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("middleware_in_wrong_order.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// What must stand in front, what it must stand in front of, and what happens else.
const ORDER: &[(&str, &str, &str)] = &[
    (
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "The user is asked of a session that is not there yet: requests fail, or count as nobody's.",
    ),
    (
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
        "The cache answers before the session is known: one visitor gets the page of another.",
    ),
    (
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        "Whether somebody is logged in is asked before it is known.",
    ),
    (
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django_otp.middleware.OTPMiddleware",
        "The second factor is asked of a user that is not known yet.",
    ),
    (
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "Files are served before the redirect to https and without the headers that protect.",
    ),
    (
        "corsheaders.middleware.CorsMiddleware",
        "django.middleware.common.CommonMiddleware",
        "Redirects and refusals carry no CORS headers; what is done about it is to allow everyone.",
    ),
    (
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
        "Pages are kept before they vary by visitor: one gets the page of another.",
    ),
    (
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.auth.middleware.RemoteUserMiddleware",
        "The name from the server is taken for nobody's session.",
    ),
];

/// What does little harm where it comes too late.
const TAME: &[&str] = &["SecurityMiddleware", "CorsMiddleware"];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("MIDDLEWARE") {
        let list = items(&value).unwrap_or_default();
        let at = |dotted: &str| list.iter().position(|item| item.value.as_str() == Some(dotted));
        for (first, second, impact) in ORDER {
            let (Some(found), Some(after)) = (at(first), at(second)) else { continue };
            if found < after {
                continue;
            }
            let short = |dotted: &'static str| dotted.rsplit('.').next().unwrap_or(dotted);
            let (first, second) = (short(first), short(second));
            drafts.push(Draft {
                message: format!("{first} comes after {second} in {}", view.name()),
                label: format!("stands behind {second}"),
                severity: TAME.contains(&first).then_some(Severity::Low),
                impact: (*impact).to_owned(),
                fix: format!("move {first} in front of {second}"),
                ..view.narrowed(draft.clone(), &list[found])
            });
        }
    }
}
