//! Which settings protect less than before, by what they are worth in each environment.

mod middleware;
mod sense;
mod weaker;

use std::collections::BTreeMap;

use crate::change::{Kind, SettingChange};
use crate::facts::{EnvironmentFacts, Plain, Value};
use crate::rate::is_looser;
use middleware::middleware;
pub use sense::is_setting;
use sense::{Sense, sense};
use weaker::{is_unescaped, is_weaker, permissions_weaker, seconds, texts};

/// Settings whose value matters even where the project says nothing of them.
pub(crate) const WATCHED: &[&str] = &[
    "DEBUG",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "MIDDLEWARE",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_AGE",
    "SESSION_ENGINE",
    "SESSION_SERIALIZER",
    "CSRF_COOKIE_SECURE",
    "CSRF_COOKIE_HTTPONLY",
    "CSRF_COOKIE_SAMESITE",
    "CSRF_TRUSTED_ORIGINS",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_REFERRER_POLICY",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_REDIRECT_EXEMPT",
    "X_FRAME_OPTIONS",
    "PASSWORD_HASHERS",
    "AUTH_PASSWORD_VALIDATORS",
    "AUTHENTICATION_BACKENDS",
    "PASSWORD_RESET_TIMEOUT",
    "DATA_UPLOAD_MAX_MEMORY_SIZE",
    "DATA_UPLOAD_MAX_NUMBER_FIELDS",
    "DATA_UPLOAD_MAX_NUMBER_FILES",
    "FILE_UPLOAD_PERMISSIONS",
    "USE_X_FORWARDED_HOST",
    "SILENCED_SYSTEM_CHECKS",
    "TEMPLATES",
    "SECRET_KEY_FALLBACKS",
];
/// Compares the settings of environments that exist in both versions.
///
/// With `is_reversed`, `old` is the later version: what is not known there is no improvement.
pub(crate) fn compare(
    old: &[EnvironmentFacts],
    new: &[EnvironmentFacts],
    is_reversed: bool,
) -> Vec<SettingChange> {
    let mut found = Vec::new();
    for environment in new.iter().filter(|one| one.given.is_none()) {
        // Several modules serve one name where one of them leads to the surface and another is deployed.
        let is_itself = |known: &&EnvironmentFacts| {
            known.name == environment.name && known.module == environment.module
        };
        let stays = |known: &&EnvironmentFacts| {
            new.iter().any(|one| one.name == known.name && one.module == known.module)
        };
        let by_name = |known: &&EnvironmentFacts| known.name == environment.name && !stays(known);
        let by_module = |known: &&EnvironmentFacts| known.module == environment.module;
        let are_alone =
            |all: &[EnvironmentFacts]| all.iter().filter(|one| one.given.is_none()).count() == 1;
        let only = old.first().filter(|_| are_alone(old) && are_alone(new));
        let plain = || old.iter().filter(|one| one.given.is_none());
        let same = (plain().find(is_itself))
            .or_else(|| plain().find(by_name))
            .or_else(|| plain().find(by_module))
            .or(only);
        let Some(same) = same else { continue };
        between(same, environment, is_reversed, &mut found);
    }
    // Where a variable has a value that code asks for, what is weaker only there.
    for environment in new.iter().filter(|one| one.given.is_some()) {
        let is_itself = |known: &&EnvironmentFacts| {
            (&known.name, &known.module, &known.given)
                == (&environment.name, &environment.module, &environment.given)
        };
        let Some(same) = old.iter().find(is_itself) else { continue };
        let mut there = Vec::new();
        between(same, environment, is_reversed, &mut there);
        there.retain(|change| {
            matches!(change.kind, Kind::SettingWeakened | Kind::MiddlewareOrderChanged)
                && !found.iter().any(|known| known.name == change.name)
        });
        found.extend(there);
    }
    found
}

/// Compares the settings of one environment.
fn between(
    same: &EnvironmentFacts,
    environment: &EnvironmentFacts,
    is_reversed: bool,
    found: &mut Vec<SettingChange>,
) {
    let mut names: Vec<&String> = same.settings.keys().collect();
    names.extend(environment.settings.keys().filter(|name| !same.settings.contains_key(*name)));
    names.sort();
    for name in names {
        let (before, after) = (same.settings.get(name), environment.settings.get(name));
        let is_lost =
            is_reversed && before.is_some_and(|value| matches!(value.plain, Plain::Unknown));
        if before == after || is_lost {
            continue;
        }
        one(name, before, after, environment, found);
    }
}

fn one(
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    environment: &EnvironmentFacts,
    found: &mut Vec<SettingChange>,
) {
    let nothing = Value {
        plain: Plain::None,
        shown: "not set".to_owned(),
        place: None,
        written: Vec::new(),
        is_default: false,
    };
    let (old, new) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    // Where there are as many ways as before, each is compared with what it was.
    if let (Plain::Choice(olds), Plain::Choice(news)) = (&old.plain, &new.plain)
        && olds.len() == news.len()
    {
        let count = found.len();
        for (old, new) in olds.iter().zip(news).filter(|(old, new)| old != new) {
            if found.len() == count {
                one(name, Some(old), Some(new), environment, found);
            }
        }
        return;
    }
    let mut push = |kind: Kind, name: String, old: &Value, new: &Value| {
        found.push(SettingChange {
            kind,
            environment: match &environment.given {
                Some(given) => format!("{} with {given}", environment.name),
                None => environment.name.clone(),
            },
            name,
            before: old.shown.clone(),
            after: new.shown.clone(),
            old_place: old.place.clone(),
            new_place: new.place.clone(),
        });
    };
    let is_unknown = match new.plain {
        Plain::Unknown => true,
        // A secret belongs there; of what protects by its value nothing is known there.
        Plain::Environment => {
            matches!(sense(name), Sense::On | Sense::Off | Sense::More | Sense::Ranked(_))
        }
        _ => false,
    };
    if is_unknown
        && !matches!(old.plain, Plain::Unknown | Plain::Environment)
        && WATCHED.contains(&name)
    {
        push(Kind::SettingUnknownNow, name.to_owned(), old, new);
        return;
    }
    match name {
        "MIDDLEWARE" | "MIDDLEWARE_CLASSES" => {
            if let Some((kind, lost, place)) = middleware(old, new) {
                let mut was = old.clone();
                was.shown = lost;
                was.place = place.or(old.place.clone());
                let mut is = new.clone();
                is.shown = if kind == Kind::SettingWeakened {
                    "removed".to_owned()
                } else {
                    "moved".to_owned()
                };
                push(kind, name.to_owned(), &was, &is);
            }
        }
        "REST_FRAMEWORK" | "SIMPLE_JWT" | "SPECTACULAR_SETTINGS" | "OAUTH2_PROVIDER" => {
            nested(name, old, new, &mut push);
        }
        "STORAGES" => storages(old, new, &mut push),
        "TEMPLATES" if is_unescaped(new) && !is_unescaped(old) => {
            push(Kind::SettingWeakened, name.to_owned(), old, new);
        }
        _ if is_weaker(name, old, new) => push(Kind::SettingWeakened, name.to_owned(), old, new),
        _ => {}
    }
}

/// The options of each store of files.
fn storages(old: &Value, new: &Value, push: &mut dyn FnMut(Kind, String, &Value, &Value)) {
    let entries = |value: &Value| -> BTreeMap<String, Value> {
        match &value.plain {
            Plain::Map(entries, _) => entries.iter().cloned().collect(),
            _ => BTreeMap::new(),
        }
    };
    let options = |store: Option<&Value>| -> BTreeMap<String, Value> {
        store
            .and_then(|store| entries(store).remove("OPTIONS"))
            .map(|of| entries(&of))
            .unwrap_or_default()
    };
    let (olds, news) = (entries(old), entries(new));
    for (alias, store) in &news {
        let before = options(olds.get(alias));
        for (name, after) in options(Some(store)) {
            let setting = match name.as_str() {
                "default_acl" => "AWS_DEFAULT_ACL",
                "querystring_auth" => "AWS_QUERYSTRING_AUTH",
                _ => continue,
            };
            let nothing =
                Value { plain: Plain::None, shown: "not set".to_owned(), ..after.clone() };
            let before = before.get(&name).unwrap_or(&nothing);
            if olds.contains_key(alias) && is_weaker(setting, before, &after) {
                push(Kind::SettingWeakened, format!("STORAGES[{alias}].{name}"), before, &after);
            }
        }
    }
}

/// Packages whose authentication classes are no weaker than DRF's own.
const AUTHENTICATING: &[&str] = &[
    "rest_framework.",
    "rest_framework_simplejwt.",
    "rest_framework_jwt.",
    "oauth2_provider.",
    "knox.",
    "dj_rest_auth.",
    "drf_social_oauth2.",
    "mozilla_django_oidc.",
];

/// Whether a class that a setting of DRF names is none of a known package.
fn is_own_class(class: &str, setting: &str) -> bool {
    setting == "REST_FRAMEWORK" && !AUTHENTICATING.iter().any(|head| class.starts_with(head))
}

/// Whether the name of an authentication class says that it leaves out the check for forgery.
fn is_without_csrf(class: &str) -> bool {
    let name = class.rsplit('.').next().unwrap_or(class).to_ascii_lowercase();
    name.contains("csrf")
        && ["exempt", "less", "free", "without", "disable", "unsafe", "nocsrf", "skip", "ignore"]
            .iter()
            .any(|word| name.contains(word))
}

/// Entries of settings that are dicts.
fn nested(
    name: &str,
    old: &Value,
    new: &Value,
    push: &mut dyn FnMut(Kind, String, &Value, &Value),
) {
    let entries = |value: &Value| -> BTreeMap<String, Value> {
        match &value.plain {
            Plain::Map(entries, _) => entries.iter().cloned().collect(),
            _ => BTreeMap::new(),
        }
    };
    let (olds, news) = (entries(old), entries(new));
    let nothing = |place: &Value| Value {
        plain: Plain::None,
        shown: "not set".to_owned(),
        place: place.place.clone(),
        written: Vec::new(),
        is_default: false,
    };
    let mut keys: Vec<&String> = olds.keys().chain(news.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let before = olds.get(key).cloned().unwrap_or_else(|| nothing(old));
        let after = news.get(key).cloned().unwrap_or_else(|| nothing(new));
        if before == after {
            continue;
        }
        let is_weaker = match key.as_str() {
            "DEFAULT_PERMISSION_CLASSES" => permissions_weaker(&before, &after),
            "DEFAULT_AUTHENTICATION_CLASSES" => {
                let (olds, news) = (texts(&before), texts(&after));
                // Without the entry, DRF takes the session and passwords with each request. What the
                // project's own classes do is not known.
                let are_known = olds.iter().all(|class| !is_own_class(class, name));
                after.plain == Plain::None && !olds.is_empty() && are_known
                    || news.iter().any(|class| !olds.contains(class) && is_without_csrf(class))
                    || after.plain != Plain::None
                        && (news.iter().any(|class| !olds.contains(class)) && !olds.is_empty())
                    || news.is_empty() && after.plain != Plain::None
            }
            // Without the entry, DRF shows its pages and forms to whoever asks.
            "DEFAULT_RENDERER_CLASSES" => {
                let shows = |value: &Value| {
                    value.plain == Plain::None
                        || texts(value).iter().any(|class| class.contains("Browsable"))
                };
                shows(&after) && !shows(&before)
            }
            "DEFAULT_THROTTLE_CLASSES" => {
                let (olds, news) = (texts(&before), texts(&after));
                olds.iter().any(|class| !news.contains(class)) && news.len() < olds.len()
            }
            "DEFAULT_THROTTLE_RATES" => {
                let (olds, news) = (entries(&before), entries(&after));
                olds.iter().any(|(scope, rate)| match news.get(scope) {
                    Some(now) => match (&rate.plain, &now.plain) {
                        (Plain::Text(old), Plain::Text(new)) => is_looser(old, new),
                        (Plain::Text(_), Plain::None) => true,
                        _ => false,
                    },
                    None => true,
                })
            }
            "ACCESS_TOKEN_LIFETIME"
            | "REFRESH_TOKEN_LIFETIME"
            | "SLIDING_TOKEN_LIFETIME"
            | "ACCESS_TOKEN_EXPIRE_SECONDS"
            | "REFRESH_TOKEN_EXPIRE_SECONDS" => match (seconds(&before), seconds(&after)) {
                (Some(old), Some(new)) => new > old,
                _ => false,
            },
            "ROTATE_REFRESH_TOKENS"
            | "BLACKLIST_AFTER_ROTATION"
            | "CHECK_REVOKE_TOKEN"
            | "PKCE_REQUIRED"
            | "ROTATE_REFRESH_TOKEN" => {
                before.plain == Plain::Bool(true) && after.plain != Plain::Bool(true)
            }
            "ALGORITHM" => after.plain == Plain::Text("none".to_owned()),
            "SERVE_PERMISSIONS" => permissions_weaker(&before, &after),
            "PAGE_SIZE" | "MAX_PAGE_SIZE" => false,
            _ => false,
        };
        if is_weaker {
            push(Kind::SettingWeakened, format!("{name}[{key}]"), &before, &after);
        }
    }
}
