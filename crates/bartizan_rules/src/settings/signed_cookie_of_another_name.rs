//! Signed cookies that are taken for others.

use bartizan_django::settings::{Truth, truth};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Safety, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// A signed cookie counts under names that share its salt.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "signed-cookie-of-another-name",
        title: "Signed cookies that pass for one another",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(347)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("signed_cookie_of_another_name.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "SIGNED_COOKIE_LEGACY_SALT_FALLBACK";
    for (value, draft) in view.ways(name) {
        if truth(&value) == Truth::Yes {
            let impact = "A visitor sends a cookie that was signed for one purpose under the name of \
                          another, and the site believes it.";
            let draft = view.say(draft, name, "is on", impact, &format!("{name} = False"));
            // Cookies that were signed before the update are worth nothing then.
            drafts.push(view.repaired(draft, name, "False", Safety::Unsafe));
            return;
        }
    }
}
