//! Origins that are trusted with forms.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::settings_view::items;
use crate::{Detect, Draft, Rule, SettingsView};

/// Origins that strangers speak from may send forms.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csrf-origin-too-broad",
        title: "Origins of strangers trusted with forms",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(352), Cwe(346)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("csrf_origin_too_broad.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

/// Where everybody gets a subdomain.
const PLATFORMS: &[&str] = &[
    "amazonaws.com",
    "appspot.com",
    "azurewebsites.net",
    "fly.dev",
    "github.dev",
    "gitpod.io",
    "herokuapp.com",
    "ngrok-free.app",
    "ngrok.io",
    "onrender.com",
    "pythonanywhere.com",
    "railway.app",
    "run.app",
    "vercel.app",
];

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for (value, draft) in view.ways("CSRF_TRUSTED_ORIGINS") {
        for origin in items(&value).unwrap_or_default() {
            let Some(text) = origin.value.as_str() else { continue };
            let Some((scheme, host)) = text.split_once("://") else { continue };
            let behind = host.strip_prefix("*.").unwrap_or("");
            let is_local = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"]
                .iter()
                .any(|local| host.starts_with(local));
            let is_broad = host == "*" || (!behind.is_empty() && !behind.contains('.'));
            let what = if is_broad {
                "trusts every site"
            } else if PLATFORMS.contains(&behind) {
                "trusts all customers of a platform"
            } else if scheme == "http" && !is_local && host.contains('.') {
                "trusts an origin without encryption"
            } else {
                continue;
            };
            let impact = "A page of a stranger sends forms in the name of whoever is logged in, if it \
                          gets a token into their browser, as neighbours of the domain can.";
            let fix = "CSRF_TRUSTED_ORIGINS = [\"https://clinic.example\"]";
            let draft = view.narrowed(draft, &origin);
            let draft = view.say(draft, "CSRF_TRUSTED_ORIGINS", what, impact, fix);
            drafts.push(if scheme == "http" {
                draft.at_most(Confidence::Medium, "if visitors' networks are not trusted")
            } else {
                draft
            });
            return;
        }
    }
}
