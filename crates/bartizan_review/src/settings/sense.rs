//! How a setting protects: by its name, or by the words in it.

use super::WATCHED;

/// How a setting protects.
pub(super) enum Sense {
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

/// How the setting of this name protects.
pub(super) fn sense(name: &str) -> Sense {
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
        | "MIDDLEWARE_CLASSES"
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
