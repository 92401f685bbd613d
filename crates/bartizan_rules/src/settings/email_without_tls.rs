//! Mail that travels in clear.

use bartizan_django::settings::Truth;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Mail is handed to another machine in clear.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "email-without-tls",
        title: "Mail handed over without encryption",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("email_without_tls.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let smtp = "django.core.mail.backends.smtp.EmailBackend";
    let is_smtp = view.get("EMAIL_BACKEND").is_some_and(|it| it.value.value.as_str() == Some(smtp));
    let is_clear = ["EMAIL_USE_TLS", "EMAIL_USE_SSL"].iter().all(|it| view.truth(it) == Truth::No);
    if !is_smtp || !is_clear {
        return;
    }
    for (value, draft) in view.ways("EMAIL_HOST") {
        let Some(host) = value.value.as_str() else { continue };
        if !host.contains('.') || host.starts_with("127.") {
            continue;
        }
        let impact = "Whoever is on the way to the mail server reads the links for new passwords, and \
                      the password that the site logs in with.";
        let what = "is spoken to without TLS";
        let draft = view.say(draft, "EMAIL_HOST", what, impact, "EMAIL_USE_TLS = True");
        drafts.push(if view.is_given("EMAIL_HOST_PASSWORD") {
            let draft =
                Draft { confidence: draft.confidence.or(Some(Confidence::Medium)), ..draft };
            draft.at_most(Confidence::Medium, "if the server takes logins without TLS")
        } else {
            draft.at_most(Confidence::Low, "if the network between is not yours alone")
        });
        return;
    }
}
