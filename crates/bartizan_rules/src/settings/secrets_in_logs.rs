//! Logs and mails that carry what nobody else should read.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::Evaluated;

use crate::settings_view::{Entry, entry};
use crate::{Detect, Draft, Rule, SettingsView};

/// `LOGGING` writes down whole requests, or mails whole error pages.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "secrets-in-logs",
        title: "Secrets in logs and error mails",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(532), Cwe(200)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("secrets_in_logs.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Loggers of libraries that write down headers and bodies at this level.
const TALKATIVE: &[&str] = &[
    "authlib",
    "boto3",
    "botocore",
    "django_auth_ldap",
    "httpcore",
    "httpx",
    "ldap3",
    "oauthlib",
    "paramiko",
    "requests_oauthlib",
    "saml2",
    "social",
    "social_core",
    "stripe",
    "urllib3",
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "LOGGING";
    if let Entry::Given(handlers) = view.entry(name, "handlers") {
        for handler in values(&handlers) {
            let is_mail =
                text(handler, "class").is_some_and(|it| it.ends_with("AdminEmailHandler"));
            let Entry::Given(html) = entry(handler, "include_html") else { continue };
            let is_on =
                bartizan_django::settings::truth(&html) == bartizan_django::settings::Truth::Yes;
            if is_mail && is_on {
                let draft = view.draft_at(name, &html);
                drafts.push(Draft {
                    message: format!(
                        "Errors are mailed with all local variables in {}",
                        view.name()
                    ),
                    label: "the whole debug page, to everyone in ADMINS".to_owned(),
                    impact: "Mails pass many machines and are kept: passwords that a view held, \
                             cookies and settings lie there for whoever reads a mailbox."
                        .to_owned(),
                    fix: "\"include_html\": False".to_owned(),
                    confidence: draft.confidence.or(Some(Confidence::Medium)),
                    ..draft
                });
                break;
            }
        }
    }
    if let Entry::Given(loggers) = view.entry(name, "loggers")
        && let bartizan_value::Abstract::Map(map) = &loggers.value
    {
        for (logger, options) in &map.entries {
            let Some(logger) = logger.value.as_str() else { continue };
            let root = logger.split('.').next().unwrap_or(logger);
            let Entry::Given(level) = entry(options, "level") else { continue };
            let is_debug = matches!(level.value.as_str(), Some("DEBUG" | "NOTSET"));
            if !is_debug || !TALKATIVE.contains(&root) {
                continue;
            }
            let draft = Draft {
                message: format!("`{logger}` logs at DEBUG in {}", view.name()),
                label: "headers and bodies of what it sends, tokens too".to_owned(),
                impact:
                    "Whoever reads the logs, or what they are shipped to, takes the credentials \
                         that the site uses elsewhere."
                        .to_owned(),
                fix: format!("\"{logger}\": {{\"level\": \"INFO\"}}"),
                ..view.draft_at(name, &level)
            };
            drafts.push(
                draft.at_most(Confidence::Medium, "if others than its operators read the log"),
            );
            break;
        }
    }
}

/// What a dict holds.
fn values(of: &Evaluated) -> Vec<&Evaluated> {
    match &of.value {
        bartizan_value::Abstract::Map(map) => map.entries.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

fn text(of: &Evaluated, key: &str) -> Option<String> {
    match entry(of, key) {
        Entry::Given(value) => value.value.as_str().map(str::to_owned),
        _ => None,
    }
}
