//! Passwords inside the URLs of databases, brokers and indexes.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_secret::{Service, What};

use crate::{Detect, Rule, SecretSite, TextDraft};

/// A URL with the password in it.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "password-in-url",
        title: "Password in a URL",
        family: Family::Secrets,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(798), Cwe(522)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("password_in_url.md"),
    },
    detect: Detect::Secret(judge),
    everyday_until: None,
};

fn judge(site: &SecretSite<'_>) -> Option<TextDraft> {
    let What::Url { to, .. } = site.candidate.what else { return None };
    let key = &site.candidate.key;
    let (what, impact) = match to {
        Service::Database => (
            "a database",
            "Whoever reads the file and reaches the database reads and changes everything in it.",
        ),
        Service::Broker => (
            "a broker",
            "Whoever reads the file and reaches the broker reads sessions and caches, and puts \
             tasks of their own before the workers.",
        ),
        Service::Mail => ("a mail server", "Whoever reads the file sends mail in the site's name."),
        Service::Packages => (
            "a repository",
            "Whoever reads the file reads the code there, and often writes it too.",
        ),
        Service::Other => {
            ("a service", "Whoever reads the file is, to the service, who the URL says.")
        }
    };
    let subject = if key.is_empty() { format!("url of {what}") } else { key.clone() };
    let mut draft = TextDraft::at(site.candidate.span, subject);
    draft.message = if key.is_empty() {
        format!("The URL of {what} holds its password")
    } else {
        format!("`{key}` is the URL of {what} with its password")
    };
    draft.label = "a password, for every reader of the file".to_owned();
    draft.impact = impact.to_owned();
    draft.fix =
        "Change the password, and take the whole URL from the environment where the site runs"
            .to_owned();
    draft.confidence = Some(site.candidate.confidence);
    draft.doubt = site.candidate.doubt.map(str::to_owned);
    draft.conceal = true;
    Some(draft)
}
