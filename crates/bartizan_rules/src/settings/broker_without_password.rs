//! Brokers that take messages from everyone.

use bartizan_django::settings::variables;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Celery's broker on another machine asks for no password, or for the one that everybody knows.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "broker-without-password",
        title: "Broker that takes messages from everyone",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(306), Cwe(1391)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("broker_without_password.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Settings that name a broker, or what keeps results.
const NAMES: &[&str] = &["CELERY_BROKER_URL", "BROKER_URL", "CELERY_RESULT_BACKEND"];

/// Passwords that brokers come with.
const FIRST_TRIED: &[&str] = &["guest", "admin", "password", "rabbitmq", "changeme", "secret"];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for name in NAMES {
        for (value, draft) in view.ways(name) {
            let Some(fault) = value.value.as_str().and_then(fault) else { continue };
            let impact = "Whoever gets a foot into the network queues tasks of their own choice: the \
                          workers run them with the rights of the site.";
            let fix = format!("{name} = os.environ[\"{name}\"]");
            let (what, doubt) = match fault {
                Fault::NoPassword => {
                    ("names a broker that asks for no password", "if others reach that network")
                }
                Fault::Known => {
                    ("has the password that brokers come with", "if the broker has it too")
                }
            };
            let mut draft = view.say(draft, name, what, impact, &fix);
            draft.conceal = fault == Fault::Known;
            let open = view.open.get(name).map(|open| variables(&open.value)).unwrap_or_default();
            draft = match open.first() {
                Some(variable) => {
                    draft.at_most(Confidence::Low, &format!("if `{variable}` is ever not set"))
                }
                None => draft.at_most(Confidence::Medium, doubt),
            };
            drafts.push(draft);
            break;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// None is asked for.
    NoPassword,
    /// It is the one that such servers come with.
    Known,
}

/// What is wrong with the URL of a broker, if that is on another machine.
pub(super) fn fault(url: &str) -> Option<Fault> {
    let (scheme, rest) = url.split_once("://")?;
    let is_amqp = matches!(scheme, "amqp" | "amqps" | "pyamqp");
    if !is_amqp && !matches!(scheme, "redis" | "rediss") {
        return None;
    }
    let authority = rest.split(['/', '?']).next()?;
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    // A name without a dot is a service beside this one, in a network of their own.
    let is_near = host.is_empty() || host == "localhost" || host.starts_with("127.");
    if is_near || !host.contains('.') {
        return None;
    }
    match user.and_then(|user| user.split_once(':')) {
        Some((_, password)) if FIRST_TRIED.contains(&password) => Some(Fault::Known),
        Some((_, password)) if !password.is_empty() => None,
        _ => Some(Fault::NoPassword),
    }
}
