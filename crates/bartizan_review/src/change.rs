//! What a change does, by kind.

use bartizan_base::FilePath;

use crate::facts::Place;

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $title:literal, $weight:ident;)+) => {
        /// What happened to a part of the surface.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$meta])* $name),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$name),+];

            /// The word for programs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The words for people.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// What it means for the site.
            pub fn weight(self) -> Weight {
                match self { $(Self::$name => Weight::$weight),+ }
            }
        }
    };
}

/// What a change means for the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It protects less.
    Weaker,
    /// Something is new.
    New,
    /// Something is gone, or is said elsewhere.
    Other,
    /// It protects more.
    Better,
}

kinds! {
    /// A guard is gone, and everyone gets in.
    GuardRemoved = "guard_removed", "guard removed", Weaker;
    /// A guard lets more people in.
    GuardWeakened = "guard_weakened", "guard weakened", Weaker;
    /// Rows of others can be reached.
    ObjectScopeLost = "object_scope_lost", "object scope lost", Weaker;
    /// Requests are not asked where they come from any more.
    CsrfLost = "csrf_lost", "csrf check lost", Weaker;
    /// A limit is gone, or higher.
    ThrottleLost = "throttle_lost", "throttle lost", Weaker;
    /// A restriction to some methods is gone.
    MethodWidened = "method_widened", "method widened", Weaker;
    /// More methods are answered.
    MethodsAdded = "methods_added", "methods added", Weaker;
    /// A visitor may set more fields.
    WritableFieldsGrew = "writable_fields_grew", "fields grew", Weaker;
    /// A visitor is shown more fields.
    ReadableFieldsGrew = "readable_fields_grew", "fields grew", Weaker;
    /// A setting protects less.
    SettingWeakened = "setting_weakened", "setting weakened", Weaker;
    /// What a setting is worth is not known any more.
    SettingUnknownNow = "setting_unknown_now", "setting unknown now", Weaker;
    /// Middleware that protects stands elsewhere in the order.
    MiddlewareOrderChanged = "middleware_order_changed", "middleware order", Weaker;
    /// Text from outside is put where it does harm, or files are trusted that should not be.
    SinkNewlyReachable = "sink_newly_reachable", "sink newly reachable", Weaker;
    /// Text is shown as it is that was escaped.
    EscapeRemoved = "escape_removed", "escape removed", Weaker;
    /// What made a text harmless is gone.
    SanitizerRemoved = "sanitizer_removed", "sanitizer removed", Weaker;
    /// A credential is written out.
    SecretIntroduced = "secret_introduced", "secret introduced", Weaker;
    /// An older version of a package is allowed.
    DependencyDowngraded = "dependency_downgraded", "dependency downgraded", Weaker;
    /// A new endpoint that everyone may ask.
    EndpointAddedOpen = "endpoint_added_open", "endpoint added", New;
    /// A new endpoint that somebody guards.
    EndpointAddedGuarded = "endpoint_added_guarded", "endpoint added", Other;
    /// A package is needed that was not.
    DependencyAdded = "dependency_added", "dependency added", Other;
    /// A migration runs SQL of its own, or takes a constraint away.
    MigrationRisky = "migration_risky", "migration", Other;
    /// A comment silences a rule.
    SuppressionAdded = "suppression_added", "suppression added", Other;
    /// A test that somebody is refused is gone.
    TestOfGuardRemoved = "test_of_guard_removed", "test of a guard removed", Other;
    /// A guard that stood at the view is one of the whole site now.
    GuardNowInherited = "guard_now_inherited", "guard now inherited", Other;
    /// An endpoint is gone.
    EndpointRemoved = "endpoint_removed", "endpoint removed", Other;
    /// A guard is new where everyone got in.
    GuardAdded = "guard_added", "guard added", Better;
    /// A guard lets fewer people in.
    GuardStrengthened = "guard_strengthened", "guard strengthened", Better;
    /// Rows of others are out of reach now.
    ObjectScopeGained = "object_scope_gained", "object scope gained", Better;
    /// Requests are asked where they come from.
    CsrfGained = "csrf_gained", "csrf check gained", Better;
    /// A limit is new, or lower.
    ThrottleGained = "throttle_gained", "throttle gained", Better;
    /// The view is restricted to some methods.
    MethodNarrowed = "method_narrowed", "method narrowed", Better;
    /// Fewer methods are answered.
    MethodsRemoved = "methods_removed", "methods removed", Better;
    /// A visitor may set fewer fields.
    WritableFieldsShrank = "writable_fields_shrank", "fields shrank", Better;
    /// A visitor is shown fewer fields.
    ReadableFieldsShrank = "readable_fields_shrank", "fields shrank", Better;
    /// A setting protects more.
    SettingStrengthened = "setting_strengthened", "setting strengthened", Better;
    /// What a setting is worth is known now.
    SettingKnownNow = "setting_known_now", "setting known now", Better;
    /// Middleware that protects stands where it does.
    MiddlewareOrderMended = "middleware_order_mended", "middleware order", Better;
}

impl Kind {
    /// What it is to have the opposite of this happen; nothing where there is none.
    pub(crate) fn reversed(self) -> Option<Self> {
        Some(match self {
            Self::GuardRemoved => Self::GuardAdded,
            Self::GuardWeakened => Self::GuardStrengthened,
            Self::ObjectScopeLost => Self::ObjectScopeGained,
            Self::CsrfLost => Self::CsrfGained,
            Self::ThrottleLost => Self::ThrottleGained,
            Self::MethodWidened => Self::MethodNarrowed,
            Self::MethodsAdded => Self::MethodsRemoved,
            Self::WritableFieldsGrew => Self::WritableFieldsShrank,
            Self::ReadableFieldsGrew => Self::ReadableFieldsShrank,
            Self::SettingWeakened => Self::SettingStrengthened,
            Self::SettingUnknownNow => Self::SettingKnownNow,
            Self::MiddlewareOrderChanged => Self::MiddlewareOrderMended,
            _ => return None,
        })
    }
}

/// A change to the surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// The route that is hit, as Django prints it; empty for a setting.
    pub route: String,
    /// The methods that are hit; empty for all of them, and for a setting.
    pub methods: Vec<&'static str>,
    /// The setting that is hit.
    pub setting: Option<String>,
    /// The environment whose setting it is.
    pub environment: Option<String>,
    /// The file that was edited.
    pub path: FilePath,
    /// The line there, in the new version.
    pub line: u32,
    /// What held before, in words.
    pub before: String,
    /// What holds now, in words.
    pub after: String,
}

impl Change {
    /// What changes are sorted by: the weakest first, then by place.
    pub fn order(&self) -> impl Ord + '_ {
        let what = (&self.setting, &self.route, &self.methods, &self.after);
        (self.kind.weight(), self.kind, &self.path, self.line, what)
    }
}

/// A change to a setting, before its line is known.
pub(crate) struct SettingChange {
    pub(crate) kind: Kind,
    pub(crate) environment: String,
    pub(crate) name: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) old_place: Option<Place>,
    pub(crate) new_place: Option<Place>,
}
