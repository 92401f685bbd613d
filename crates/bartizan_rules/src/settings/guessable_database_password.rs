//! Passwords of databases that are guessed.

use bartizan_django::settings::{checks, variables};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::Abstract;

use crate::settings_view::{Entry, entry};
use crate::{Detect, Draft, Rule, SettingsView};

/// A database has a password that everybody tries first.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "guessable-database-password",
        title: "Database password that everybody tries first",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(521), Cwe(1391)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("guessable_database_password.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// What images and tutorials come with.
const FIRST_TRIED: &[&str] = &[
    "", "123456", "admin", "changeme", "django", "example", "mysql", "password", "pass",
    "postgres", "root", "secret",
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("DATABASES") {
        let Abstract::Map(databases) = &value.value else { continue };
        for (alias, database) in &databases.entries {
            let Entry::Given(host) = entry(database, "HOST") else { continue };
            let Entry::Given(password) = entry(database, "PASSWORD") else { continue };
            let is_near = host.value.as_str().is_none_or(|host| {
                host.is_empty() || host.starts_with('/') || is_this_machine(host)
            });
            let is_guessed = password.value.as_str().is_some_and(|it| FIRST_TRIED.contains(&it));
            if is_near || !is_guessed {
                continue;
            }
            let mut draft = Draft {
                message: format!("A database has a password that is guessed, in {}", view.name()),
                label: "one that everybody tries first".to_owned(),
                impact: "Whoever gets a foot into the network tries it first, and then reads and \
                         writes everything."
                    .to_owned(),
                fix: "\"PASSWORD\": os.environ[\"DB_PASSWORD\"]".to_owned(),
                conceal: true,
                ..view.narrowed(draft.clone(), &password)
            };
            let open = view.open.get("DATABASES").and_then(|all| {
                let database = checks::item(&all.value, alias.value.as_str()?)?;
                checks::item(&database, "PASSWORD")
            });
            let names = open.map(|open| variables(&open)).unwrap_or_default();
            draft = match names.first() {
                Some(name) => {
                    draft.at_most(Confidence::Low, &format!("if `{name}` is ever not set"))
                }
                None => draft.at_most(Confidence::Medium, "if the database has the password too"),
            };
            drafts.push(draft);
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host == "::1" || host.starts_with("127.")
}
