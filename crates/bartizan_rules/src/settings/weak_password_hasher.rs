//! Password hashes that are guessed quickly.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// The first of `PASSWORD_HASHERS` is too fast.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "weak-password-hasher",
        title: "Passwords hashed so that they can be guessed",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(916)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("weak_password_hasher.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Hashers that are fast, or have no salt.
const WEAK: &[&str] = &[
    "django.contrib.auth.hashers.CryptPasswordHasher",
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.SHA1PasswordHasher",
    "django.contrib.auth.hashers.UnsaltedMD5PasswordHasher",
    "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher",
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("PASSWORD_HASHERS") {
        let hashers = items(&value).unwrap_or_default();
        if let Some(first) = hashers.first()
            && first.value.as_str().is_some_and(|name| WEAK.contains(&name))
        {
            let impact = "Whoever gets a copy of the users guesses most of the passwords in hours, \
                          and tries them wherever the same people log in.";
            let fix = "put \"django.contrib.auth.hashers.Argon2PasswordHasher\" first";
            let draft = view.narrowed(draft, first);
            let what = "hashes new passwords too fast";
            drafts.push(view.say(draft, "PASSWORD_HASHERS", what, impact, fix));
            return;
        }
    }
}
