//! Hosts that a header names.

use bartizan_django::settings::{Truth, contains, truth};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Safety, Severity, Status};

use crate::front::{Passing, worst};
use crate::{Detect, Draft, Rule, SettingsView};

/// `X-Forwarded-Host` decides what the site is called.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "forwarded-host-trusted",
        title: "Host taken from a header that visitors may send",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(644), Cwe(348)],
        severity: Severity::Medium,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("forwarded_host_trusted.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("USE_X_FORWARDED_HOST") {
        if truth(&value) != Truth::Yes {
            continue;
        }
        let impact = "A visitor who sends X-Forwarded-Host names the site: links in mails and in \
                      cached pages lead where they want.";
        let fix = "USE_X_FORWARDED_HOST = False";
        let draft = view.say(draft, "USE_X_FORWARDED_HOST", "is on", impact, fix);
        let draft = view.repaired(draft, "USE_X_FORWARDED_HOST", "False", Safety::Unsafe);
        let front = worst(view.fronts, "X-Forwarded-Host");
        if let Some((_, Passing::Replaced)) = front {
            return;
        }
        if let Some((front, Passing::HandedOn { line, .. })) = front {
            let label = format!("{}:{line} hands on what a visitor sends", front.path);
            let draft =
                Draft { label, confidence: draft.confidence.or(Some(Confidence::Medium)), ..draft };
            let doubt = "if no other proxy stands in front of that one";
            drafts.push(draft.at_most(Confidence::Medium, doubt));
            return;
        }
        let takes_any = view.get("ALLOWED_HOSTS").map(|hosts| contains(&hosts.value, "*"));
        let sure = match takes_any {
            Some(Truth::Yes) => Confidence::Medium,
            _ => Confidence::Low,
        };
        let doubt = "if the proxy passes on what a visitor sends";
        drafts.push(
            Draft { confidence: draft.confidence.or(Some(sure)), ..draft }.at_most(sure, doubt),
        );
        return;
    }
}
