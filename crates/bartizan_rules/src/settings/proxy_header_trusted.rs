//! Requests that count as safe for a header.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::front::{Passing, header_of, worst};
use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// A header decides whether a request came over HTTPS.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "proxy-header-trusted",
        title: "HTTPS believed for a header that visitors may send",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(348)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("proxy_header_trusted.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "SECURE_PROXY_SSL_HEADER";
    for (value, draft) in view.ways(name) {
        let parts = items(&value).unwrap_or_default();
        let Some(header) = parts.first().and_then(|part| part.value.as_str()) else { continue };
        if let Some(sent) = header_of(header)
            && let Some((front, passing)) = worst(view.fronts, &sent)
            && passing != Passing::Unknown
        {
            let Passing::HandedOn { line, is_said } = passing else { return };
            let impact = "A visitor sends the header over http, and the site takes the request for \
                          one over HTTPS: no redirect, and cookies and forms are trusted.";
            let fix = format!("proxy_set_header {sent} $scheme;  # in {}", front.path);
            let draft = view.say(draft, name, "trusts a header that nginx hands on", impact, &fix);
            let label = match is_said {
                true => format!("{}:{line} hands {sent} on", front.path),
                false => format!("{}:{line} sets no {sent}", front.path),
            };
            let draft = Draft { label, severity: Some(Severity::Medium), ..draft };
            let sure = Draft { confidence: draft.confidence.or(Some(Confidence::Medium)), ..draft };
            let doubt = "if no other proxy stands in front of that one";
            drafts.push(sure.at_most(Confidence::Medium, doubt));
            return;
        }
        if header.starts_with("HTTP_") {
            let impact = "Where the proxy passes on what a visitor sends, a request over http counts \
                          as one over HTTPS.";
            let fix = "have the proxy set the header on every request, or leave the setting out";
            let draft = view.say(draft, name, "trusts a header", impact, fix);
            drafts.push(draft.at_most(Confidence::Low, "if the proxy lets it pass from outside"));
        } else {
            let impact = "No request counts as safe: the redirect to https never ends, and is \
                          turned off sooner or later.";
            let fix = "SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")";
            let draft = view.say(draft, name, "names a header that never comes", impact, fix);
            drafts.push(Draft { confidence: draft.confidence.or(Some(Confidence::High)), ..draft });
        }
        return;
    }
}
