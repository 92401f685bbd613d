//! Sessions that are pickles.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// `SESSION_SERIALIZER` reads pickles.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "session-data-pickled",
        title: "Sessions that run code when they are read",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(502)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("session_data_pickled.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("SESSION_SERIALIZER") {
        let is_pickle = value
            .value
            .as_str()
            .is_some_and(|name| name.rsplit('.').next().unwrap_or(name).contains("Pickle"));
        if is_pickle {
            let in_cookies = view.get("SESSION_ENGINE").is_some_and(|engine| {
                engine.value.value.as_str()
                    == Some("django.contrib.sessions.backends.signed_cookies")
            });
            let impact = if in_cookies {
                "The session is in the visitor's cookie: whoever learns the secret key sends one that \
                 runs code on the server."
            } else {
                "Whoever writes to where sessions are kept, the cache or the table, runs code on the \
                 server."
            };
            let fix = "SESSION_SERIALIZER = \"django.contrib.sessions.serializers.JSONSerializer\"";
            let what = "reads pickles";
            drafts.push(view.say(draft, "SESSION_SERIALIZER", what, impact, fix));
            return;
        }
    }
}
