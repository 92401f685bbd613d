//! Django's own security checks, asked of settings as they would be.
//!
//! Source: `django/core/checks/security/*.py` of 3.2.25 to 6.1.3. Django shows a check only where
//! nothing hides it: without `SecurityMiddleware`, say, nothing is asked of the settings that it reads.
//! Here, what is hidden is told as well.

use std::str::FromStr;

use bartizan_project::{Entity, Project};
use bartizan_value::{Abstract, Constant, Evaluated, SeqKind};
use pep440_rs::Version;

use super::truth::{Truth, beyond, contains, is_text, is_true, truth};
use super::{Setting, Settings};

/// One of Django's checks.
pub struct Check {
    /// `security.W004`
    pub id: &'static str,
    /// The settings that it reads; the first is the one to change.
    pub settings: &'static [&'static str],
    /// The first version that has it; empty if all have.
    since: &'static str,
    /// The first version that has it no more; empty if none.
    until: &'static str,
    /// What must hold for the check to be asked at all.
    asked: fn(&View<'_>) -> Truth,
    /// What it complains of.
    fault: fn(&View<'_>) -> Truth,
}

/// What a check says of settings.
pub struct Verdict {
    /// Which.
    pub check: &'static Check,
    /// Whether Django says it.
    pub raised: Truth,
    /// Whether Django would say it if another check did not hide it.
    pub would_follow: Truth,
}

/// Settings as the checks ask them.
pub struct View<'s> {
    settings: &'s Settings<'s>,
    project: &'s Project,
}

const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
const XFRAME: &str = "django.middleware.clickjacking.XFrameOptionsMiddleware";
const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
const SESSION: &str = "django.contrib.sessions.middleware.SessionMiddleware";
const CSP: &str = "django.middleware.csp.ContentSecurityPolicyMiddleware";

impl View<'_> {
    fn setting(&self, name: &str) -> Option<Setting> {
        self.settings.get(name)
    }

    fn ask(&self, name: &str, question: impl Fn(&Evaluated) -> Truth) -> Truth {
        self.setting(name).map_or(Truth::Unknown, |setting| question(&setting.value))
    }

    fn truth(&self, name: &str) -> Truth {
        self.ask(name, truth)
    }

    fn is_true(&self, name: &str) -> Truth {
        self.ask(name, is_true)
    }

    /// What asked for truth before 4.0, and asks for `True` since.
    fn is_secure(&self, name: &str) -> Truth {
        if self.is_at_least("4.0") { self.is_true(name) } else { self.truth(name) }
    }

    fn is_at_least(&self, version: &str) -> bool {
        Version::from_str(version).is_ok_and(|version| *self.settings.django() >= version)
    }

    fn middleware(&self, dotted: &str) -> Truth {
        self.ask("MIDDLEWARE", |value| contains(value, dotted))
    }

    fn hsts(&self) -> Truth {
        self.middleware(SECURITY).and(self.truth("SECURE_HSTS_SECONDS"))
    }

    fn session_app(&self) -> Truth {
        self.ask("INSTALLED_APPS", |value| contains(value, "django.contrib.sessions"))
    }
}

/// Every check, in the order of the ids.
pub const CHECKS: &[Check] = &[
    Check {
        id: "security.W001",
        settings: &["MIDDLEWARE"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| view.middleware(SECURITY).negated(),
    },
    Check {
        id: "security.W002",
        settings: &["MIDDLEWARE"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| view.middleware(XFRAME).negated(),
    },
    Check {
        id: "security.W003",
        settings: &["MIDDLEWARE"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| view.middleware(CSRF).negated(),
    },
    Check {
        id: "security.W004",
        settings: &["SECURE_HSTS_SECONDS"],
        since: "",
        until: "",
        asked: |view| view.middleware(SECURITY),
        fault: |view| view.truth("SECURE_HSTS_SECONDS").negated(),
    },
    Check {
        id: "security.W005",
        settings: &["SECURE_HSTS_INCLUDE_SUBDOMAINS"],
        since: "",
        until: "",
        asked: |view| view.hsts(),
        fault: |view| view.is_true("SECURE_HSTS_INCLUDE_SUBDOMAINS").negated(),
    },
    Check {
        id: "security.W006",
        settings: &["SECURE_CONTENT_TYPE_NOSNIFF"],
        since: "",
        until: "",
        asked: |view| view.middleware(SECURITY),
        fault: |view| view.is_true("SECURE_CONTENT_TYPE_NOSNIFF").negated(),
    },
    Check {
        id: "security.W008",
        settings: &["SECURE_SSL_REDIRECT"],
        since: "",
        until: "",
        asked: |view| view.middleware(SECURITY),
        fault: |view| view.is_true("SECURE_SSL_REDIRECT").negated(),
    },
    Check {
        id: "security.W009",
        settings: &["SECRET_KEY"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| view.ask("SECRET_KEY", is_weak_key),
    },
    Check {
        id: "security.W010",
        settings: &["SESSION_COOKIE_SECURE"],
        since: "",
        until: "",
        asked: |view| view.session_app().and(view.middleware(SESSION).negated()),
        fault: |view| view.is_secure("SESSION_COOKIE_SECURE").negated(),
    },
    Check {
        id: "security.W011",
        settings: &["SESSION_COOKIE_SECURE"],
        since: "",
        until: "",
        asked: |view| view.session_app().negated().and(view.middleware(SESSION)),
        fault: |view| view.is_secure("SESSION_COOKIE_SECURE").negated(),
    },
    Check {
        id: "security.W012",
        settings: &["SESSION_COOKIE_SECURE"],
        since: "",
        until: "",
        asked: |view| view.session_app().and(view.middleware(SESSION)),
        fault: |view| view.is_secure("SESSION_COOKIE_SECURE").negated(),
    },
    Check {
        id: "security.W013",
        settings: &["SESSION_COOKIE_HTTPONLY"],
        since: "",
        until: "",
        asked: |view| view.session_app().and(view.middleware(SESSION).negated()),
        fault: |view| view.is_secure("SESSION_COOKIE_HTTPONLY").negated(),
    },
    Check {
        id: "security.W014",
        settings: &["SESSION_COOKIE_HTTPONLY"],
        since: "",
        until: "",
        asked: |view| view.session_app().negated().and(view.middleware(SESSION)),
        fault: |view| view.is_secure("SESSION_COOKIE_HTTPONLY").negated(),
    },
    Check {
        id: "security.W015",
        settings: &["SESSION_COOKIE_HTTPONLY"],
        since: "",
        until: "",
        asked: |view| view.session_app().and(view.middleware(SESSION)),
        fault: |view| view.is_secure("SESSION_COOKIE_HTTPONLY").negated(),
    },
    Check {
        id: "security.W016",
        settings: &["CSRF_COOKIE_SECURE", "CSRF_USE_SESSIONS"],
        since: "",
        until: "",
        asked: |view| view.middleware(CSRF),
        fault: |view| {
            view.truth("CSRF_USE_SESSIONS").or(view.is_secure("CSRF_COOKIE_SECURE")).negated()
        },
    },
    Check {
        id: "security.W018",
        settings: &["DEBUG"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| view.truth("DEBUG"),
    },
    Check {
        id: "security.W019",
        settings: &["X_FRAME_OPTIONS"],
        since: "",
        until: "",
        asked: |view| view.middleware(XFRAME),
        fault: |view| view.ask("X_FRAME_OPTIONS", |value| is_text(value, "DENY")).negated(),
    },
    Check {
        id: "security.W020",
        settings: &["ALLOWED_HOSTS"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| view.truth("ALLOWED_HOSTS").negated(),
    },
    Check {
        id: "security.W021",
        settings: &["SECURE_HSTS_PRELOAD"],
        since: "",
        until: "",
        asked: |view| view.hsts(),
        fault: |view| view.is_true("SECURE_HSTS_PRELOAD").negated(),
    },
    Check {
        id: "security.W022",
        settings: &["SECURE_REFERRER_POLICY"],
        since: "",
        until: "",
        asked: |view| view.middleware(SECURITY),
        fault: |view| view.ask("SECURE_REFERRER_POLICY", is_none),
    },
    Check {
        id: "security.E023",
        settings: &["SECURE_REFERRER_POLICY"],
        since: "",
        until: "",
        asked: |view| view.middleware(SECURITY),
        fault: |view| view.ask("SECURE_REFERRER_POLICY", is_no_referrer_policy),
    },
    Check {
        id: "security.E024",
        settings: &["SECURE_CROSS_ORIGIN_OPENER_POLICY"],
        since: "4.0",
        until: "",
        asked: |view| view.middleware(SECURITY),
        fault: |view| view.ask("SECURE_CROSS_ORIGIN_OPENER_POLICY", is_no_opener_policy),
    },
    Check {
        id: "security.W025",
        settings: &["SECRET_KEY_FALLBACKS"],
        since: "4.1",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| view.ask("SECRET_KEY_FALLBACKS", holds_weak_key),
    },
    Check {
        id: "security.E026",
        settings: &["SECURE_CSP", "SECURE_CSP_REPORT_ONLY"],
        since: "6.0",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| {
            view.ask("SECURE_CSP", is_no_policy)
                .or(view.ask("SECURE_CSP_REPORT_ONLY", is_no_policy))
        },
    },
    Check {
        id: "security.W027",
        settings: &["TEMPLATES", "SECURE_CSP", "SECURE_CSP_REPORT_ONLY"],
        since: "6.1",
        until: "",
        asked: |view| {
            let nonce = |name| view.ask(name, has_nonce);
            view.middleware(CSP).and(nonce("SECURE_CSP").or(nonce("SECURE_CSP_REPORT_ONLY")))
        },
        fault: |view| view.ask("TEMPLATES", has_csp_processor).negated(),
    },
    Check {
        id: "security.E100",
        settings: &["DEFAULT_HASHING_ALGORITHM"],
        since: "",
        until: "4.0",
        asked: |_| Truth::Yes,
        fault: |view| {
            let is = |text| view.ask("DEFAULT_HASHING_ALGORITHM", |value| is_text(value, text));
            is("sha1").or(is("sha256")).negated()
        },
    },
    Check {
        id: "security.E101",
        settings: &["CSRF_FAILURE_VIEW"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| {
            view.ask("CSRF_FAILURE_VIEW", |value| failure_view(view, value).takes.negated())
        },
    },
    Check {
        id: "security.E102",
        settings: &["CSRF_FAILURE_VIEW"],
        since: "",
        until: "",
        asked: |_| Truth::Yes,
        fault: |view| {
            view.ask("CSRF_FAILURE_VIEW", |value| failure_view(view, value).exists.negated())
        },
    },
];

/// The checks that others hide: those of the settings that a middleware reads, which nobody asks while
/// it is missing, and what belongs to HSTS while that is off. Others are not asked because they do not
/// apply.
const HIDDEN: &[&str] = &[
    "security.W004",
    "security.W005",
    "security.W006",
    "security.W008",
    "security.W016",
    "security.W019",
    "security.W021",
    "security.W022",
    "security.E023",
    "security.E024",
];

/// What every check of the settings' Django says, in the order of [`CHECKS`].
pub fn verdicts(settings: &Settings<'_>, project: &Project) -> Vec<Verdict> {
    let view = View { settings, project };
    let applies = |check: &&Check| {
        (check.since.is_empty() || view.is_at_least(check.since))
            && (check.until.is_empty() || !view.is_at_least(check.until))
    };
    let verdict = |check: &'static Check| {
        let (asked, fault) = ((check.asked)(&view), (check.fault)(&view));
        let would_follow =
            if HIDDEN.contains(&check.id) { asked.negated().and(fault) } else { Truth::No };
        Verdict { check, raised: asked.and(fault), would_follow }
    };
    CHECKS.iter().filter(applies).map(verdict).collect()
}

// ---- what single checks ask ------------------------------------------------------------------

/// Fewer than 50 characters or five distinct ones, or generated by `startproject`.
fn is_weak_key(key: &Evaluated) -> Truth {
    match &key.value {
        Abstract::Const(Constant::Str(key)) => {
            let mut distinct: Vec<char> = key.chars().collect();
            let length = distinct.len();
            distinct.sort_unstable();
            distinct.dedup();
            let is_good =
                distinct.len() >= 5 && length >= 50 && !key.starts_with("django-insecure-");
            Truth::known(!is_good)
        }
        Abstract::Choice(choice) => {
            let ways = choice.alternatives.iter().map(|way| is_weak_key(&way.value));
            ways.reduce(Truth::and_also).unwrap_or(Truth::Unknown)
        }
        // `get_random_secret_key()` gives fifty characters, of which five are the same once in ages.
        Abstract::Apply(apply) => match &apply.symbol {
            bartizan_value::Symbol::External(name)
                if &**name == "django.core.management.utils.get_random_secret_key" =>
            {
                Truth::No
            }
            _ => Truth::Unknown,
        },
        _ => Truth::Unknown,
    }
}

fn holds_weak_key(keys: &Evaluated) -> Truth {
    match &keys.value {
        Abstract::Seq(seq) => {
            let Some(none) = beyond(&seq.open) else { return Truth::Unknown };
            seq.items.iter().map(is_weak_key).fold(none, Truth::or)
        }
        _ => Truth::Unknown,
    }
}

fn is_none(value: &Evaluated) -> Truth {
    match &value.value {
        Abstract::Const(constant) => Truth::known(*constant == Constant::None),
        Abstract::Seq(_) | Abstract::Map(_) | Abstract::Ref(_) | Abstract::Text(_) => Truth::No,
        Abstract::Choice(choice) => {
            let ways = choice.alternatives.iter().map(|way| is_none(&way.value));
            ways.reduce(Truth::and_also).unwrap_or(Truth::Unknown)
        }
        _ => Truth::Unknown,
    }
}

/// <https://www.w3.org/TR/referrer-policy/#referrer-policies>
const REFERRER_POLICIES: &[&str] = &[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

fn is_no_referrer_policy(value: &Evaluated) -> Truth {
    let is_known = |text: &str| REFERRER_POLICIES.contains(&text);
    match &value.value {
        Abstract::Const(Constant::None) => Truth::No,
        Abstract::Const(Constant::Str(text)) => {
            Truth::known(!text.split(',').all(|part| is_known(part.trim())))
        }
        Abstract::Const(Constant::Tuple(items)) => Truth::known(
            !items.iter().all(|item| matches!(item, Constant::Str(text) if is_known(text))),
        ),
        Abstract::Seq(seq) => {
            let Some(none) = beyond(&seq.open) else { return Truth::Unknown };
            let faults = seq.items.iter().map(|item| match item.constant() {
                Some(Constant::Str(text)) => Truth::known(!is_known(&text)),
                Some(_) => Truth::Yes,
                None => Truth::Unknown,
            });
            faults.fold(none, Truth::or)
        }
        Abstract::Choice(choice) => {
            let ways = choice.alternatives.iter().map(|way| is_no_referrer_policy(&way.value));
            ways.reduce(Truth::and_also).unwrap_or(Truth::Unknown)
        }
        _ => Truth::Unknown,
    }
}

fn is_no_opener_policy(value: &Evaluated) -> Truth {
    let known = ["same-origin", "same-origin-allow-popups", "unsafe-none"];
    let is_known = known.iter().map(|text| is_text(value, text)).fold(is_none(value), Truth::or);
    is_known.negated()
}

/// Neither `None` nor a dict.
fn is_no_policy(value: &Evaluated) -> Truth {
    match &value.value {
        Abstract::Map(_) => Truth::No,
        Abstract::Seq(_) | Abstract::Ref(_) | Abstract::Text(_) => Truth::Yes,
        Abstract::Const(constant) => Truth::known(*constant != Constant::None),
        Abstract::Choice(choice) => {
            let ways = choice.alternatives.iter().map(|way| is_no_policy(&way.value));
            ways.reduce(Truth::and_also).unwrap_or(Truth::Unknown)
        }
        _ => Truth::Unknown,
    }
}

/// Whether a policy of a CSP asks for a nonce: `CSP.NONCE` is an enumeration's member.
fn has_nonce(policy: &Evaluated) -> Truth {
    let is_nonce = |value: &Evaluated| match &value.value {
        Abstract::Const(Constant::Str(text)) => Truth::known(&**text == NONCE),
        Abstract::Const(_) => Truth::No,
        Abstract::Apply(apply) => match &apply.symbol {
            bartizan_value::Symbol::External(name) => Truth::known(name.ends_with(".CSP.NONCE")),
            _ => Truth::Unknown,
        },
        Abstract::Ref(bartizan_value::Symbol::External(name)) => {
            Truth::known(name.ends_with(".CSP.NONCE"))
        }
        _ => Truth::Unknown,
    };
    match &policy.value {
        Abstract::Const(_) => Truth::No,
        Abstract::Map(map) => {
            let Some(none) = beyond(&map.open) else { return Truth::Unknown };
            let found = map.entries.iter().map(|(_, values)| match &values.value {
                Abstract::Seq(seq) if seq.open.is_none() => {
                    seq.items.iter().map(is_nonce).fold(Truth::No, Truth::or)
                }
                _ => is_nonce(values),
            });
            found.fold(none, Truth::or)
        }
        _ => Truth::Unknown,
    }
}

/// The value of `CSP.NONCE`.
const NONCE: &str = "<CSP_NONCE_SENTINEL>";

fn has_csp_processor(templates: &Evaluated) -> Truth {
    let Abstract::Seq(engines) = &templates.value else { return Truth::Unknown };
    if !matches!(engines.kind, SeqKind::List | SeqKind::Tuple) || engines.open.is_some() {
        return Truth::Unknown;
    }
    let of_engine = |engine: &Evaluated| -> Option<Truth> {
        let options = item(engine, "OPTIONS")?;
        let processors = item(&options, "context_processors")?;
        Some(contains(&processors, "django.template.context_processors.csp"))
    };
    engines
        .items
        .iter()
        .map(|engine| of_engine(engine).unwrap_or(Truth::No))
        .fold(Truth::No, Truth::or)
}

/// What a dict holds under a key.
pub fn item(of: &Evaluated, key: &str) -> Option<Evaluated> {
    let Abstract::Map(map) = &of.value else { return None };
    let found = map.entries.iter().find(|(known, _)| known.value.as_str() == Some(key));
    found.map(|(_, value)| value.clone())
}

/// What is known of a view that answers where the CSRF check fails.
struct FailureView {
    exists: Truth,
    /// Whether it can be called with a request and `reason=…`.
    takes: Truth,
}

fn failure_view(view: &View<'_>, value: &Evaluated) -> FailureView {
    let unknown = FailureView { exists: Truth::Unknown, takes: Truth::Unknown };
    let Some(dotted) = value.value.as_str() else { return unknown };
    if dotted == "django.views.csrf.csrf_failure" {
        return FailureView { exists: Truth::Yes, takes: Truth::Yes };
    }
    let Some((module, _)) = dotted.rsplit_once('.') else { return unknown };
    match view.project.find(dotted) {
        Entity::Function(file, function) => {
            let ir = view.project.ir(file);
            let params = &ir.params[ir.function(function).params];
            FailureView { exists: Truth::Yes, takes: Truth::known(takes_reason(ir, params)) }
        }
        Entity::Class(..) | Entity::Value(..) => {
            FailureView { exists: Truth::Yes, takes: Truth::Unknown }
        }
        // The module is the project's own and has no such name.
        _ if view.project.module_named(module).is_some() => {
            FailureView { exists: Truth::No, takes: Truth::Yes }
        }
        _ => unknown,
    }
}

fn takes_reason(ir: &bartizan_ir::FileIr, params: &[bartizan_ir::Param]) -> bool {
    use bartizan_ir::ParamKind;
    let mut takes_request = false;
    let mut takes_reason = false;
    for param in params {
        let is_reason = ir.str(param.name) == "reason";
        match param.kind {
            ParamKind::Args if !takes_request => takes_request = true,
            ParamKind::Kwargs => takes_reason = true,
            ParamKind::PositionalOnly | ParamKind::Normal if !takes_request => takes_request = true,
            ParamKind::Normal | ParamKind::KeywordOnly if is_reason => takes_reason = true,
            ParamKind::PositionalOnly | ParamKind::Normal | ParamKind::KeywordOnly
                if param.default.is_none() =>
            {
                return false;
            }
            _ => {}
        }
    }
    takes_request && takes_reason
}
