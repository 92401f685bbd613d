//! Passwords of any kind.

use bartizan_django::settings::{Truth, contains};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

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
        contains(&backends.value, "django.contrib.auth.backends.ModelBackend") != Truth::No
    });
    if keeps {
        let impact = "People choose passwords that everybody tries first: a few guesses an account \
                      are enough.";
        let fix = "name CommonPasswordValidator and MinimumLengthValidator in it";
        let draft = view.say(view.draft(name), name, "is empty", impact, fix);
        drafts.push(draft.at_most(Confidence::Medium, "if people choose passwords for this site"));
    }
}
