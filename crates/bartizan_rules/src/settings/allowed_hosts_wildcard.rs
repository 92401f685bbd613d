//! Hosts that anyone may name.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// The site believes whatever host a request names.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "allowed-hosts-wildcard",
        title: "Every host that a request names",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(644), Cwe(20)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("allowed_hosts_wildcard.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Where everybody gets a subdomain.
const PLATFORMS: &[&str] = &[
    ".amazonaws.com",
    ".appspot.com",
    ".azurewebsites.net",
    ".elasticbeanstalk.com",
    ".fly.dev",
    ".herokuapp.com",
    ".ngrok-free.app",
    ".ngrok.io",
    ".onrender.com",
    ".pythonanywhere.com",
    ".railway.app",
    ".run.app",
    ".vercel.app",
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("ALLOWED_HOSTS") {
        for host in items(&value).unwrap_or_default() {
            let Some(name) = host.value.as_str() else { continue };
            let what = match name.trim() {
                "*" => "takes any host",
                name if PLATFORMS.contains(&name) => "takes all customers of a platform",
                _ => continue,
            };
            let impact = "Someone asks for a password reset of another person with a Host header of \
                          theirs: the mail is genuine, its link leads to them, and brings the token.";
            let fix = "ALLOWED_HOSTS = [\"clinic.example\"]";
            let draft = view.say(view.narrowed(draft, &host), "ALLOWED_HOSTS", what, impact, fix);
            let doubt = "if no server in front lets the right names alone through";
            drafts.push(draft.at_most(Confidence::Medium, doubt));
            return;
        }
    }
}
