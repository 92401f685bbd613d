//! Which settings protect less than before, by what they are worth in each environment.

use std::collections::BTreeMap;

use crate::change::{Kind, SettingChange};
use crate::facts::{EnvironmentFacts, Plain, Value};
use crate::rate::is_looser;

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

/// How a setting protects.
enum Sense {
    /// By being on.
    On,
    /// By being off.
    Off,
    /// The larger, the better; 0 and `None` are off.
    More,
    /// The smaller, the better; `None` is no limit.
    Less,
    /// Each of its items opens something.
    Opens,
    /// Each of its items protects.
    Protects,
    /// The earlier in this list, the better.
    Ranked(&'static [&'static str]),
    /// Not by a value of its own.
    Silent,
}

fn sense(name: &str) -> Sense {
    match name {
        "DEBUG"
        | "CORS_ALLOW_ALL_ORIGINS"
        | "CORS_ORIGIN_ALLOW_ALL"
        | "CORS_ALLOW_CREDENTIALS"
        | "CORS_ALLOW_PRIVATE_NETWORK"
        | "USE_X_FORWARDED_HOST"
        | "USE_X_FORWARDED_PORT"
        | "DEBUG_PROPAGATE_EXCEPTIONS"
        | "TEMPLATE_DEBUG"
        | "EMAIL_VERIFICATION_OPTIONAL"
        | "SIGNED_COOKIE_LEGACY_SALT_FALLBACK"
        | "ACCOUNT_LOGIN_ON_GET"
        | "ACCOUNT_LOGOUT_ON_GET"
        | "ACCOUNT_CONFIRM_EMAIL_ON_GET"
        | "SOCIALACCOUNT_LOGIN_ON_GET"
        | "SOCIALACCOUNT_EMAIL_AUTHENTICATION" => Sense::Off,
        "SECURE_SSL_REDIRECT"
        | "SESSION_COOKIE_SECURE"
        | "SESSION_COOKIE_HTTPONLY"
        | "CSRF_COOKIE_SECURE"
        | "CSRF_COOKIE_HTTPONLY"
        | "CSRF_USE_SESSIONS"
        | "SECURE_CONTENT_TYPE_NOSNIFF"
        | "SECURE_BROWSER_XSS_FILTER"
        | "SECURE_HSTS_INCLUDE_SUBDOMAINS"
        | "SECURE_HSTS_PRELOAD"
        | "SESSION_EXPIRE_AT_BROWSER_CLOSE"
        | "LANGUAGE_COOKIE_SECURE"
        | "LANGUAGE_COOKIE_HTTPONLY"
        | "EMAIL_USE_TLS"
        | "EMAIL_USE_SSL"
        | "AXES_ENABLED"
        | "RATELIMIT_ENABLE"
        | "ACCOUNT_PREVENT_ENUMERATION"
        | "ACCOUNT_REAUTHENTICATION_REQUIRED"
        | "AWS_QUERYSTRING_AUTH"
        | "GS_QUERYSTRING_AUTH"
        | "CSP_INCLUDE_NONCE_IN" => Sense::On,
        "AWS_DEFAULT_ACL" | "AWS_BUCKET_ACL" | "GS_DEFAULT_ACL" => Sense::Ranked(ACLS),
        "SECURE_HSTS_SECONDS" => Sense::More,
        "SESSION_COOKIE_AGE"
        | "PASSWORD_RESET_TIMEOUT"
        | "PASSWORD_RESET_TIMEOUT_DAYS"
        | "DATA_UPLOAD_MAX_MEMORY_SIZE"
        | "DATA_UPLOAD_MAX_NUMBER_FIELDS"
        | "DATA_UPLOAD_MAX_NUMBER_FILES"
        | "FILE_UPLOAD_PERMISSIONS"
        | "AXES_FAILURE_LIMIT"
        | "ACCOUNT_LOGIN_ATTEMPTS_LIMIT"
        | "FILE_UPLOAD_DIRECTORY_PERMISSIONS" => Sense::Less,
        "ALLOWED_HOSTS"
        | "CSRF_TRUSTED_ORIGINS"
        | "CORS_ALLOWED_ORIGINS"
        | "CORS_ORIGIN_WHITELIST"
        | "CORS_ALLOWED_ORIGIN_REGEXES"
        | "SILENCED_SYSTEM_CHECKS"
        | "SECRET_KEY_FALLBACKS"
        | "SECURE_REDIRECT_EXEMPT"
        | "INTERNAL_IPS"
        | "CORS_ORIGIN_REGEX_WHITELIST" => Sense::Opens,
        "AUTH_PASSWORD_VALIDATORS" | "DISALLOWED_USER_AGENTS" => Sense::Protects,
        "SESSION_COOKIE_SAMESITE" | "CSRF_COOKIE_SAMESITE" | "LANGUAGE_COOKIE_SAMESITE" => {
            Sense::Ranked(&["Strict", "Lax", "None", ""])
        }
        "X_FRAME_OPTIONS" => Sense::Ranked(&["DENY", "SAMEORIGIN", "ALLOWALL", ""]),
        "SECURE_CROSS_ORIGIN_OPENER_POLICY" => {
            Sense::Ranked(&["same-origin", "same-origin-allow-popups", "unsafe-none", ""])
        }
        "SECURE_REFERRER_POLICY" => Sense::Ranked(&[
            "no-referrer",
            "same-origin",
            "strict-origin",
            "origin",
            "strict-origin-when-cross-origin",
            "origin-when-cross-origin",
            "no-referrer-when-downgrade",
            "unsafe-url",
            "",
        ]),
        "ACCOUNT_EMAIL_VERIFICATION" => Sense::Ranked(&["mandatory", "optional", "none", ""]),
        "SESSION_SERIALIZER" => Sense::Ranked(&[
            "django.contrib.sessions.serializers.JSONSerializer",
            "django.contrib.sessions.serializers.PickleSerializer",
        ]),
        "MIDDLEWARE"
        | "PASSWORD_HASHERS"
        | "SECRET_KEY"
        | "AUTHENTICATION_BACKENDS"
        | "REST_FRAMEWORK"
        | "TEMPLATES"
        | "SECURE_PROXY_SSL_HEADER" => Sense::Silent,
        _ => by_words(name),
    }
}

/// Whom a store of files shows them to, the fewest first.
const ACLS: &[&str] = &[
    "",
    "private",
    "projectPrivate",
    "bucket-owner-read",
    "bucketOwnerRead",
    "bucket-owner-full-control",
    "bucketOwnerFullControl",
    "aws-exec-read",
    "authenticated-read",
    "authenticatedRead",
    "public-read",
    "publicRead",
    "public-read-write",
    "publicReadWrite",
];

/// Whether a module that binds this name is one of settings.
pub fn is_setting(name: &str) -> bool {
    WATCHED.contains(&name)
        || matches!(name, "REST_FRAMEWORK" | "INSTALLED_APPS" | "DATABASES" | "ROOT_URLCONF")
}

/// Settings of the project, by the words of their names.
fn by_words(name: &str) -> Sense {
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    if name.ends_with("_EXEMPT_URLS")
        || name.ends_with("_EXEMPT_PATHS")
        || name.ends_with("EXEMPT_VIEWS")
        || has(&["EXEMPT", "WHITELIST", "ALLOWLIST"])
    {
        return Sense::Opens;
    }
    if has(&["DISABLE", "DISABLED", "SKIP", "BYPASS", "INSECURE", "ALLOW", "ANONYMOUS", "PUBLIC"]) {
        return Sense::Off;
    }
    if has(&["PASSWORD"]) && has(&["MIN", "MINIMUM"]) {
        return Sense::More;
    }
    if has(&[
        "REQUIRE",
        "REQUIRED",
        "ENFORCE",
        "SECURE",
        "VERIFY",
        "STRICT",
        "MFA",
        "OTP",
        "2FA",
        "PROTECT",
        "HTTPONLY",
        "THROTTLE",
        "RATELIMIT",
        "VALIDATE",
    ]) {
        return Sense::On;
    }
    Sense::Silent
}

/// Compares the settings of environments that exist in both versions.
///
/// With `is_reversed`, `old` is the later version: what is not known there is no improvement.
pub(crate) fn compare(
    old: &[EnvironmentFacts],
    new: &[EnvironmentFacts],
    is_reversed: bool,
) -> Vec<SettingChange> {
    let mut found = Vec::new();
    for environment in new {
        // Several modules serve one name where one of them leads to the surface and another is deployed.
        let is_itself = |known: &&EnvironmentFacts| {
            known.name == environment.name && known.module == environment.module
        };
        let stays = |known: &&EnvironmentFacts| {
            new.iter().any(|one| one.name == known.name && one.module == known.module)
        };
        let by_name = |known: &&EnvironmentFacts| known.name == environment.name && !stays(known);
        let by_module = |known: &&EnvironmentFacts| known.module == environment.module;
        let only = old.first().filter(|_| old.len() == 1 && new.len() == 1);
        let same = (old.iter().find(is_itself))
            .or_else(|| old.iter().find(by_name))
            .or_else(|| old.iter().find(by_module))
            .or(only);
        let Some(same) = same else { continue };
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
            one(name, before, after, environment, &mut found);
        }
    }
    found
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
            environment: environment.name.clone(),
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
        "MIDDLEWARE" => {
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

fn is_unescaped(templates: &Value) -> bool {
    texts(templates).iter().any(|text| text == "autoescape=off")
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
                // Without the entry, DRF takes the session and passwords with each request.
                after.plain == Plain::None && !olds.is_empty()
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

/// How much the permission classes of a list ask together, as far as their names tell.
fn permissions_weaker(old: &Value, new: &Value) -> bool {
    let strength = |value: &Value| -> i32 {
        let of = |text: &String| match text.rsplit('.').next().unwrap_or("") {
            "AllowAny" => 0,
            "IsAuthenticatedOrReadOnly" | "DjangoModelPermissionsOrAnonReadOnly" => 1,
            "IsAuthenticated" => 2,
            "DjangoModelPermissions" | "DjangoObjectPermissions" => 3,
            "IsAdminUser" => 4,
            _ => 3,
        };
        texts(value).iter().map(of).max().unwrap_or(0)
    };
    let (olds, news) = (texts(old), texts(new));
    strength(new) < strength(old)
        || strength(new) == strength(old)
            && olds.iter().any(|class| !news.contains(class))
            && news.len() < olds.len()
}

fn seconds(value: &Value) -> Option<f64> {
    match &value.plain {
        Plain::Number(number) => Some(*number),
        Plain::Named(_, parts) => {
            let mut all = 0.0;
            for part in parts {
                let Plain::Number(number) = part.plain else { return None };
                let unit = part.shown.split('=').next().unwrap_or("");
                all += number
                    * match unit {
                        "days" => 86_400.0,
                        "hours" => 3_600.0,
                        "minutes" => 60.0,
                        "weeks" => 604_800.0,
                        "seconds" => 1.0,
                        _ => return None,
                    };
            }
            Some(all)
        }
        _ => None,
    }
}

/// All texts in a value; `autoescape=off` where a dict says so.
fn texts(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found, 0);
    found
}

fn collect(value: &Value, found: &mut Vec<String>, depth: usize) {
    if depth > 8 {
        return;
    }
    match &value.plain {
        Plain::Text(text) => found.push(text.clone()),
        Plain::Named(name, _) => found.push(name.clone()),
        Plain::List(items, _) => items.iter().for_each(|item| collect(item, found, depth + 1)),
        Plain::Map(entries, _) => {
            for (key, item) in entries {
                if key == "autoescape" && item.plain == Plain::Bool(false) {
                    found.push("autoescape=off".to_owned());
                }
                collect(item, found, depth + 1);
            }
        }
        Plain::Unknown => found.extend(value.written.iter().cloned()),
        Plain::Choice(ways) => ways.iter().for_each(|way| collect(way, found, depth + 1)),
        _ => {}
    }
}

/// Middleware that keeps nobody out.
const HARMLESS: &[&str] = &[
    "LocaleMiddleware",
    "GZipMiddleware",
    "ConditionalGetMiddleware",
    "CommonMiddleware",
    "MessageMiddleware",
    "DebugToolbarMiddleware",
    "WhiteNoiseMiddleware",
    "CorsMiddleware",
    "BrokenLinkEmailsMiddleware",
    "FlatpageFallbackMiddleware",
    "RedirectFallbackMiddleware",
    "UpdateCacheMiddleware",
    "FetchFromCacheMiddleware",
    "HtmxMiddleware",
    "PrometheusBeforeMiddleware",
    "PrometheusAfterMiddleware",
    "CurrentSiteMiddleware",
    "HistoryRequestMiddleware",
];

/// What was taken out of the middleware, or moved to where it protects less.
fn middleware(old: &Value, new: &Value) -> Option<(Kind, String, Option<crate::facts::Place>)> {
    let (Plain::List(olds, was_all), Plain::List(news, is_all)) = (&old.plain, &new.plain) else {
        return None;
    };
    let names = |items: &[Value]| -> Vec<String> {
        items
            .iter()
            .filter_map(|item| match &item.plain {
                Plain::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    };
    let (old_names, new_names) = (names(olds), names(news));
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let guards = |name: &str| !HARMLESS.contains(&last(name).as_str());
    // Where nobody knows what else there is, and nobody knew before, what is written tells.
    if *is_all || !*was_all {
        let lost = old_names.iter().enumerate().find(|(_, name)| {
            guards(name)
                && !new_names.contains(name)
                // Moved to another module, or replaced by the project's own of that name.
                && !new_names.iter().any(|other| last(other) == last(name))
        });
        if let Some((index, name)) = lost {
            let renamed = old_names.len() == new_names.len()
                && new_names.iter().filter(|other| !old_names.contains(other)).count() == 1
                && !name.starts_with("django.");
            if !renamed {
                let place = olds.get(index).and_then(|item| item.place.clone());
                return Some((Kind::SettingWeakened, name.clone(), place));
            }
        }
    }
    let common: Vec<&String> =
        old_names.iter().filter(|name| guards(name) && new_names.contains(name)).collect();
    let mut moved: Vec<&String> = common.clone();
    moved.sort_by_key(|name| new_names.iter().position(|other| other == *name));
    if moved == common {
        return None;
    }
    let first = common.iter().zip(&moved).find(|(one, other)| one != other).map(|(one, _)| *one)?;
    let index = old_names.iter().position(|name| name == first)?;
    let place = olds.get(index).and_then(|item| item.place.clone());
    Some((Kind::MiddlewareOrderChanged, first.clone(), place))
}

fn is_weaker(name: &str, old: &Value, new: &Value) -> bool {
    let on = |value: &Value| match &value.plain {
        Plain::Bool(truth) => Some(*truth),
        // Addresses are signed unless something says otherwise.
        Plain::None => Some(name.ends_with("QUERYSTRING_AUTH")),
        Plain::Number(number) => Some(*number != 0.0),
        // What is on by a text is a setting of Django's that takes one for true.
        Plain::Text(text) if WATCHED.contains(&name) => Some(!text.is_empty()),
        _ => None,
    };
    let is_left_open = |value: &Value| {
        value.place.is_some()
            && matches!(
                value.plain,
                Plain::Unknown | Plain::Environment | Plain::Choice(_) | Plain::Named(..)
            )
    };
    let number = |value: &Value| match &value.plain {
        Plain::Number(number) => Some(*number),
        Plain::None => None,
        _ => None,
    };
    match sense(name) {
        Sense::On => {
            on(new) == Some(false)
                && (on(old) == Some(true)
                    // Something decided that nobody knows, and it is off for good now.
                    || is_left_open(old) && !new.is_default && WATCHED.contains(&name)
                    // It was off until the environment said otherwise, and is off whatever that says.
                    || on(old) == Some(false) && old.is_default && !new.is_default)
        }
        Sense::Off => {
            on(new) == Some(true)
                && (on(old) == Some(false)
                    || is_left_open(old) && !new.is_default && WATCHED.contains(&name)
                    // It was on until the environment said otherwise, and is on whatever that says.
                    || on(old) == Some(true) && old.is_default && !new.is_default)
        }
        Sense::More => number(new).unwrap_or(0.0) < number(old).unwrap_or(0.0),
        Sense::Less => match (number(old), number(new)) {
            (Some(old), Some(new)) => new > old,
            (Some(_), None) => new.plain == Plain::None,
            _ => false,
        },
        Sense::Opens => {
            let (olds, news) = (texts(old), texts(new));
            matches!(new.plain, Plain::List(..))
                && news.iter().any(|item| !olds.contains(item) && opens(name, item))
        }
        Sense::Protects => {
            let (olds, news) = (texts(old), texts(new));
            let is_known = matches!(new.plain, Plain::List(_, true) | Plain::None)
                || matches!((&old.plain, &new.plain), (Plain::List(_, false), Plain::List(..)));
            let is_gone = olds.iter().any(|item| !news.contains(item) && item.contains('.'));
            is_known && (is_gone || min_length(new) < min_length(old))
        }
        Sense::Ranked(order) => {
            let rank = |value: &Value| {
                let text = match &value.plain {
                    Plain::Text(text) => text.clone(),
                    Plain::List(items, _) => match items.first().map(|item| &item.plain) {
                        Some(Plain::Text(text)) => text.clone(),
                        _ => return None,
                    },
                    Plain::None | Plain::Bool(false) => String::new(),
                    Plain::Named(name, _) => name.clone(),
                    _ => return None,
                };
                order.iter().position(|known| known.eq_ignore_ascii_case(&text))
            };
            match (rank(old), rank(new)) {
                (Some(old), Some(new)) => new > old,
                _ => false,
            }
        }
        Sense::Silent => match name {
            "SECRET_KEY" => {
                matches!(new.plain, Plain::Text(_)) && !matches!(old.plain, Plain::Text(_))
            }
            "SECURE_PROXY_SSL_HEADER" => {
                // It may have been without.
                let may_be_none = match &old.plain {
                    Plain::None => true,
                    Plain::Choice(ways) => ways.iter().any(|way| way.plain == Plain::None),
                    _ => false,
                };
                may_be_none && matches!(new.plain, Plain::List(..))
            }
            "PASSWORD_HASHERS" => {
                let first = |value: &Value| texts(value).first().cloned().unwrap_or_default();
                let is_weak = |name: &str| {
                    let class = name.rsplit('.').next().unwrap_or(name);
                    ["MD5", "SHA1", "Unsalted", "Crypt"].iter().any(|weak| class.starts_with(weak))
                };
                is_weak(&first(new)) && !is_weak(&first(old))
            }
            "AUTHENTICATION_BACKENDS" => {
                // One that turns away those who guessed too often.
                texts(old).iter().any(|item| {
                    !texts(new).contains(item)
                        && (item.contains("Axes") || item.contains("Lockout"))
                }) || texts(new)
                    .iter()
                    .any(|item| item.contains("AllowAllUsers") && !texts(old).contains(item))
            }
            "SESSION_ENGINE" => {
                let in_cookies = |value: &Value| {
                    texts(value).iter().any(|text| text.ends_with("signed_cookies"))
                };
                in_cookies(new) && !in_cookies(old)
            }
            "INSTALLED_APPS" => {
                let tools =
                    ["debug_toolbar", "silk", "django_extensions", "werkzeug_debugger_runserver"];
                tools.iter().any(|tool| {
                    let has = |value: &Value| texts(value).iter().any(|text| text == tool);
                    has(new) && !has(old)
                })
            }
            _ if name.starts_with("CSP_")
                || name.contains("SECURE_CSP")
                || name.contains("CONTENT_SECURITY_POLICY") =>
            {
                policy_opens(old, new) || new.plain == Plain::None && old.plain != Plain::None
            }
            _ => false,
        },
    }
}

/// Whether a directive of a content security policy allows more than it did.
fn policy_opens(old: &Value, new: &Value) -> bool {
    if let (Plain::Map(olds, _), Plain::Map(news, _)) = (&old.plain, &new.plain) {
        return olds.iter().any(|(key, old)| match news.iter().find(|(known, _)| known == key) {
            Some((_, new)) => old != new && policy_opens(old, new),
            // What nothing is said of is allowed from everywhere.
            None => key.ends_with("-src") || key.ends_with("_SRC") || key == "DIRECTIVES",
        });
    }
    let olds = texts(old);
    texts(new).iter().any(|text| {
        let is_wide = text.contains("unsafe-") || matches!(text.as_str(), "*" | "https:" | "data:");
        is_wide && !olds.contains(text)
    })
}

/// Whether an item of a list opens anything that matters.
fn opens(name: &str, item: &str) -> bool {
    match name {
        // Another host of one's own is no hole; a pattern is.
        "ALLOWED_HOSTS" => item.starts_with('*') || item.starts_with('.') || item.is_empty(),
        _ => true,
    }
}

fn min_length(value: &Value) -> i64 {
    let Plain::List(items, _) = &value.plain else { return 0 };
    for item in items {
        let Plain::Map(entries, _) = &item.plain else { continue };
        let is_length = entries.iter().any(|(_, value)| {
            matches!(&value.plain, Plain::Text(text) if text.ends_with("MinimumLengthValidator"))
        });
        if !is_length {
            continue;
        }
        for (key, value) in entries {
            if key == "OPTIONS"
                && let Plain::Map(options, _) = &value.plain
                && let Some((_, value)) = options.iter().find(|(key, _)| key == "min_length")
                && let Plain::Number(number) = value.plain
            {
                return number as i64;
            }
        }
        return 8;
    }
    0
}
