//! Answers that pages of strangers read.

use bartizan_django::settings::{Truth, truth};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// django-cors-headers opens the answers to every site.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cors-any-origin",
        title: "Answers that every site may read by default",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(942)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cors_any_origin.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let impact_with = "A page that a visitor opens elsewhere asks this site with their cookies and \
                       reads the answers: their data, and the tokens of its forms.";
    let impact_without = "A page that a visitor opens elsewhere reads what is open to them: what is \
                          open to an office is open to the world.";
    let with_cookies = view.truth("CORS_ALLOW_CREDENTIALS") == Truth::Yes;
    let impact = if with_cookies { impact_with } else { impact_without };
    let fix = "CORS_ALLOWED_ORIGINS = [\"https://app.clinic.example\"]";
    let mut found = Vec::new();
    for name in ["CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"] {
        let open = view.ways(name).into_iter().find(|(value, _)| truth(value) == Truth::Yes);
        found.extend(open.map(|(_, draft)| (name, draft)));
    }
    for name in ["CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"] {
        for (value, draft) in view.ways(name) {
            let patterns = items(&value).unwrap_or_default();
            let open = patterns.iter().find(|it| it.value.as_str().is_some_and(matches_all));
            found.extend(open.map(|it| (name, view.narrowed(draft, it))));
        }
    }
    for (name, draft) in found.into_iter().take(1) {
        let draft = view.say(draft, name, "lets every site read the answers", impact, fix);
        drafts.push(if with_cookies {
            draft
        } else {
            let draft = draft.at_most(Confidence::Low, "if the answers are not meant for everyone");
            Draft { severity: Some(Severity::Low), ..draft }
        });
    }
}

/// Whether a pattern has nothing but a scheme in front of what may be anything.
fn matches_all(pattern: &str) -> bool {
    let bare = pattern.trim_start_matches('^').trim_end_matches('$');
    let host = ["https?://", "https://", "http://", r"https?:\/\/", r"https:\/\/", "http[s]?://"]
        .iter()
        .find_map(|scheme| bare.strip_prefix(scheme))
        .unwrap_or(bare);
    matches!(host, ".*" | ".+" | "(.*)" | "(.+)" | "[^/]*" | "[^/]+" | "")
}
