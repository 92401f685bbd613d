//! Interfaces that take a password with every request.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::{Entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// The REST framework takes passwords by HTTP Basic.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "api-password-on-each-request",
        title: "API that takes passwords on every request",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(522), Cwe(307)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("api_password_on_each_request.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

const BASIC: &str = "rest_framework.authentication.BasicAuthentication";

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "REST_FRAMEWORK";
    let Entry::Given(classes) = view.entry(name, "DEFAULT_AUTHENTICATION_CLASSES") else { return };
    let basic = items(&classes).unwrap_or_default();
    let Some(basic) = basic.iter().find(|it| it.value.as_str() == Some(BASIC)) else { return };
    let draft = Draft {
        message: format!("The API takes passwords on every request in {}", view.name()),
        label: "HTTP Basic: no limit of tries, no second factor".to_owned(),
        impact:
            "Whoever guesses passwords asks the API, which counts no tries; and programs keep the \
                 passwords of people, where a token could be taken back."
                .to_owned(),
        fix: "\"DEFAULT_AUTHENTICATION_CLASSES\": \
              [\"rest_framework.authentication.SessionAuthentication\"]"
            .to_owned(),
        ..view.draft_at(name, basic)
    };
    drafts.push(draft.at_most(Confidence::Medium, "if nothing in front counts failed logins"));
}
