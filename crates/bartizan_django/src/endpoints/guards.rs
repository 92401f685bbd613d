//! Who may reach a view: decorators, mixins, permission classes, middleware.

use bartizan_base::Span;
use bartizan_model::{Kind, Models, kind};
use bartizan_project::FileId;

use super::views::METHODS;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Everyone.
    Anonymous,
    /// Whoever is logged in.
    Login,
    /// Whoever is logged in and has a permission, or passes a test.
    Permission,
    /// Staff.
    Staff,
    /// A guard stands there whose meaning is not known.
    Unknown,
}

impl Reach {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Login => "login",
            Self::Permission => "permission",
            Self::Staff => "staff",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether a request must prove that it comes from the site itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Csrf {
    /// The middleware asks.
    Checked,
    /// The view is exempt.
    Exempt,
    /// Only requests that are logged in by a session are asked, as DRF does it.
    Session,
    /// No middleware asks.
    Off,
    /// Which middleware there is, is not known.
    Unknown,
}

impl Csrf {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "yes",
            Self::Exempt => "exempt",
            Self::Session => "session",
            Self::Off => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether somebody who asks too often is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// The view or the settings count.
    Limited,
    /// Nobody counts.
    Open,
    /// Code decides that is not known.
    Unknown,
}

impl Throttle {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Limited => "yes",
            Self::Open => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// Methods of requests, of those that views answer (RFC 9110, RFC 5789).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Methods(u8);

impl Methods {
    /// Each of them.
    pub const ALL: Self = Self((1 << METHODS.len()) - 1);
    /// Those that may change something.
    pub const WRITES: Self = Self(Self::ALL.0 & !1);
    const NONE: Self = Self(0);

    /// One of them. Whatever else is asked for is asked as by `GET`: a WebSocket is opened by one (RFC 6455).
    pub fn of(method: &str) -> Self {
        Self(1 << METHODS.iter().position(|(known, _)| *known == method).unwrap_or(0))
    }

    /// Whether a method is among them.
    pub fn has(self, method: &str) -> bool {
        self.0 & Self::of(method).0 != 0
    }

    /// Whether both have one.
    pub fn shares(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that both have.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'static str> {
        METHODS.iter().map(|(method, _)| *method).filter(move |method| self.has(method))
    }
}

impl FromIterator<&'static str> for Methods {
    fn from_iter<T: IntoIterator<Item = &'static str>>(methods: T) -> Self {
        methods.into_iter().fold(Self::NONE, |all, method| all.with(Self::of(method)))
    }
}

/// Something that decides who may ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// By its name, as a person would look for it.
    pub name: String,
    /// Whom it lets in.
    pub reach: Reach,
    /// The methods for which it asks.
    pub on: Methods,
    /// Of a guard whose meaning is not known: whom of those who are logged in it lets in, where that is.
    pub within: Option<Reach>,
    /// Where it stands.
    pub place: Option<(FileId, Span)>,
}

/// Whom a kind of decorator lets in.
pub(super) fn of_kind(guard: Kind) -> Option<Reach> {
    Some(match guard {
        kind::LOGIN_REQUIRED => Reach::Login,
        kind::PERMISSION_REQUIRED => Reach::Permission,
        kind::STAFF_REQUIRED => Reach::Staff,
        kind::STEP_REQUIRED => Reach::Unknown,
        _ => return None,
    })
}

/// What a decorator, mixin or permission class means, as the models say it, or its name; `None` for what
/// guards nothing.
pub(super) fn meaning(models: &Models, dotted: &str) -> Option<Reach> {
    let said = models.guards(dotted).iter().filter_map(|guard| of_kind(*guard)).max();
    said.or_else(|| by_last_name(dotted))
}

fn by_last_name(dotted: &str) -> Option<Reach> {
    let name = dotted.rsplit('.').next().unwrap_or(dotted);
    Some(match name {
        "login_required"
        | "LoginRequiredMixin"
        | "IsAuthenticated"
        | "LoginRequired"
        | "login_required_m"
        | "verified_email_required"
        | "reauthentication_required" => Reach::Login,
        "staff_member_required"
        | "IsAdminUser"
        | "StaffRequiredMixin"
        | "SuperuserRequiredMixin"
        | "superuser_required"
        | "StaffuserRequiredMixin" => Reach::Staff,
        "permission_required"
        | "user_passes_test"
        | "PermissionRequiredMixin"
        | "UserPassesTestMixin"
        | "DjangoModelPermissions"
        | "DjangoObjectPermissions"
        | "group_required"
        | "groups_required"
        | "MultiplePermissionsRequiredMixin"
        | "GroupRequiredMixin"
        | "OTPRequiredMixin"
        | "otp_required" => Reach::Permission,
        _ => return None,
    })
}

/// Packages whose decorators have nothing to do with who gets in.
const HARMLESS_PACKAGES: &[&str] = &[
    "cachetools",
    "csp",
    "django_ratelimit",
    "drf_spectacular",
    "drf_yasg",
    "functools",
    "ratelimit",
];

/// Decorators that have nothing to do with access.
const HARMLESS: &[&str] = &[
    "cache_control",
    "cache_page",
    "condition",
    "conditional_page",
    "csrf_exempt",
    "csrf_protect",
    "ensure_csrf_cookie",
    "etag",
    "gzip_page",
    "last_modified",
    "never_cache",
    "no_append_slash",
    "non_atomic_requests",
    "require_GET",
    "require_POST",
    "require_http_methods",
    "require_safe",
    "requires_csrf_token",
    "sensitive_post_parameters",
    "sensitive_variables",
    "transaction",
    "atomic",
    "vary_on_cookie",
    "vary_on_headers",
    "xframe_options_deny",
    "xframe_options_exempt",
    "xframe_options_sameorigin",
    "api_view",
    "action",
    "extend_schema",
    "extend_schema_view",
    "swagger_auto_schema",
    "renderer_classes",
    "parser_classes",
    "throttle_classes",
    "authentication_classes",
    "schema",
    "method_decorator",
    "async_to_sync",
    "sync_to_async",
    "partial",
    "wraps",
];

/// Whether it is known what a decorator of a package does with a visitor: nothing, or what its name or
/// the models say.
pub(crate) fn is_known(models: &Models, dotted: &str) -> bool {
    is_harmless(dotted) || dotted.starts_with("django.") || meaning(models, dotted).is_some()
}

pub(crate) fn is_harmless(dotted: &str) -> bool {
    dotted.split('.').next().is_some_and(|package| HARMLESS_PACKAGES.contains(&package))
        || dotted.split('.').any(|part| HARMLESS.contains(&part))
}

/// The guard that a decorator is; `None` for one that has nothing to do with access.
pub(super) fn by_name(
    models: &Models,
    dotted: &str,
    place: Option<(FileId, Span)>,
) -> Option<Guard> {
    let reach = match meaning(models, dotted) {
        Some(reach) => reach,
        None if is_harmless(dotted) => return None,
        None => Reach::Unknown,
    };
    let name = dotted.rsplit('.').next().unwrap_or(dotted).to_owned();
    Some(Guard { name, reach, on: Methods::ALL, within: None, place })
}

/// What a guard asks by each method: guards like it, each for the methods by which it lets in the same.
pub(super) fn by_method(
    guard: &Guard,
    said: impl IntoIterator<Item = (Methods, Reach)>,
) -> Vec<Guard> {
    let mut found: Vec<Guard> = Vec::new();
    for (on, reach) in said {
        match found.iter_mut().find(|known| known.reach == reach) {
            Some(known) => known.on = known.on.with(on),
            None if reach == Reach::Anonymous => {}
            None => found.push(Guard { reach, on, ..guard.clone() }),
        }
    }
    found
}

/// The strictest of several guards that all must let a request in.
pub(super) fn strictest(guards: &[Guard], method: &str) -> Reach {
    let asked: Vec<&Guard> = guards.iter().filter(|guard| guard.on.has(method)).collect();
    // Who is not logged in is sent away by another: of this one it counts what it asks of the others.
    let is_behind_login = asked
        .iter()
        .any(|guard| matches!(guard.reach, Reach::Login | Reach::Permission | Reach::Staff));
    let mut reach = Reach::Anonymous;
    for guard in asked {
        let said = match (guard.reach, guard.within) {
            (Reach::Unknown, Some(within)) if is_behind_login => within,
            (said, _) => said,
        };
        reach = match (reach, said) {
            // A guard that is known to ask for more is known, whatever else stands there.
            (Reach::Unknown, known) if known > Reach::Login && known != Reach::Unknown => known,
            (now, Reach::Unknown) if now > Reach::Login => now,
            (_, Reach::Unknown) => Reach::Unknown,
            (Reach::Unknown, _) => Reach::Unknown,
            (now, new) => now.max(new),
        };
    }
    reach
}
