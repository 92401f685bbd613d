//! Passwords of any kind.

use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_project::{ClassRef, Entity};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// Nothing looks at new passwords.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "password-validators-missing",
        title: "Passwords that nobody looks at",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(521)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("password_validators_missing.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "AUTH_PASSWORD_VALIDATORS";
    if view.truth(name) != Truth::No || view.has_app("django.contrib.auth") != Truth::Yes {
        return;
    }
    // Where no backend compares passwords of this site, none are set.
    let keeps = view.get("AUTHENTICATION_BACKENDS").is_none_or(|backends| {
        items(&backends.value)
            .is_none_or(|all| all.iter().any(|it| compares_passwords(view, it.value.as_str())))
    });
    if keeps {
        let impact = "People choose passwords that everybody tries first: a few guesses an account \
                      are enough.";
        let fix = "name CommonPasswordValidator and MinimumLengthValidator in it";
        let draft = view.say(view.draft(name), name, "is empty", impact, fix);
        drafts.push(draft.at_most(Confidence::Medium, "if people choose passwords for this site"));
    }
}

/// Backends that compare a password with the one that is kept here.
const COMPARING: &[&str] = &[
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.AllowAllUsersModelBackend",
    "django.contrib.auth.backends.ModelBackend",
];

/// Whether a backend is one of those, or a class of the project that inherits from one.
fn compares_passwords(view: &SettingsView<'_>, backend: Option<&str>) -> bool {
    let Some(dotted) = backend else { return false };
    let project = view.project;
    let Entity::Class(file, class) = project.find(dotted) else {
        return COMPARING.contains(&dotted);
    };
    let classes = &project.mro(ClassRef::Project(file, class)).classes;
    classes.iter().any(|class| {
        matches!(class, ClassRef::External(name) if COMPARING.contains(&project.symbol(*name)))
    })
}
