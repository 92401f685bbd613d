//! What django-allauth does for accounts, turned off.

use bartizan_django::settings::{Truth, truth};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// A protection that django-allauth has by default is turned off.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "account-protection-off",
        title: "Protection of accounts turned off",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(307), Cwe(204), Cwe(352)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("account_protection_off.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// The settings, the truth that does harm, what it means, what comes of it, what to write.
const PROTECTIONS: &[(&str, Truth, &str, &str, &str)] = &[
    (
        "ACCOUNT_RATE_LIMITS",
        Truth::No,
        "is turned off",
        "Passwords and codes are tried as fast as the site answers.",
        "leave ACCOUNT_RATE_LIMITS out, and the library's limits hold",
    ),
    (
        "ACCOUNT_PREVENT_ENUMERATION",
        Truth::No,
        "is turned off",
        "Whoever asks for a new password learns whether an address has an account here.",
        "ACCOUNT_PREVENT_ENUMERATION = True",
    ),
    (
        "SOCIALACCOUNT_LOGIN_ON_GET",
        Truth::Yes,
        "is on",
        "A picture on any page begins a login: the visitor ends up in the account of whoever put it \
         there, and fills it with their data.",
        "SOCIALACCOUNT_LOGIN_ON_GET = False",
    ),
    (
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION",
        Truth::Yes,
        "is on",
        "Whoever gets a service to vouch for an address is logged in as its owner here.",
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION = False, or turn it on for single services",
    ),
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let uses = ["allauth", "allauth.account"].iter().any(|app| view.has_app(app) == Truth::Yes);
    if !uses {
        return;
    }
    for (name, harmful, what, impact, fix) in PROTECTIONS {
        for (value, draft) in view.ways(name) {
            if truth(&value) == *harmful {
                drafts.push(view.say(draft, name, what, impact, fix));
                break;
            }
        }
    }
}
