//! Databases on other machines, spoken to in clear.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Evaluated};

use crate::settings_view::{Entry, entry};
use crate::{Detect, Draft, Rule, SettingsView};

/// The connection to a database on another machine may be read.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "database-without-tls",
        title: "Database reached without encryption",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319), Cwe(295)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("database_without_tls.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("DATABASES") {
        let Abstract::Map(databases) = &value.value else { continue };
        for (_, database) in &databases.entries {
            if let Some((place, sure)) = in_clear(database) {
                let draft = Draft {
                    message: format!(
                        "A database is reached without checked TLS in {}",
                        view.name()
                    ),
                    label: "encrypted if the server likes, checked by nobody".to_owned(),
                    impact: "Whoever is on the way between the site and its database reads what \
                             passes, its password too, and answers in its place."
                        .to_owned(),
                    fix: "\"OPTIONS\": {\"sslmode\": \"verify-full\"}, or its like".to_owned(),
                    ..view.narrowed(draft.clone(), &place)
                };
                drafts.push(draft.at_most(sure, "if the network between is not yours alone"));
            }
        }
    }
}

/// Where a database is that is spoken to in clear, and how surely it is.
fn in_clear(database: &Evaluated) -> Option<(Evaluated, Confidence)> {
    let Entry::Given(engine) = entry(database, "ENGINE") else { return None };
    let Entry::Given(host) = entry(database, "HOST") else { return None };
    let name = host.value.as_str()?;
    let is_far = name.contains('.')
        && !name.starts_with(['/', '.'])
        && !name.starts_with("127.")
        && !name.ends_with(".local")
        && !name.ends_with(".internal")
        && name != "0.0.0.0";
    if !is_far {
        return None;
    }
    let engine = engine.value.as_str()?.to_owned();
    let options = match entry(database, "OPTIONS") {
        Entry::Given(options) => Some(options),
        Entry::Absent => None,
        Entry::Unknown => return None,
    };
    let option = |key: &str| options.as_ref().map_or(Entry::Absent, |options| entry(options, key));
    let keys: &[&str] = if engine.contains("postg") {
        &["sslmode", "service"]
    } else if engine.contains("mysql") {
        &["ssl", "ssl_mode", "ssl_ca", "read_default_file"]
    } else {
        return None;
    };
    for key in keys {
        match option(key) {
            Entry::Absent => {}
            Entry::Unknown => return None,
            Entry::Given(mode) => {
                let is_weak = mode.value.as_str().is_some_and(|mode| {
                    ["disable", "disabled", "allow", "prefer", "preferred"]
                        .contains(&mode.to_ascii_lowercase().as_str())
                });
                return is_weak.then_some((mode, Confidence::Medium));
            }
        }
    }
    Some((host, Confidence::Low))
}
