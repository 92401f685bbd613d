//! Addresses that nobody confirms.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// An account is made under any address.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "account-email-not-verified",
        title: "Accounts under the addresses of others",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(287)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("account_email_not_verified.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let name = "ACCOUNT_EMAIL_VERIFICATION";
    for (value, draft) in view.ways(name) {
        if value.value.as_str() == Some("none") {
            let impact = "Someone makes an account under the address of another, and gets what the \
                          site gives by address: invitations, places, trust.";
            let fix = "ACCOUNT_EMAIL_VERIFICATION = \"mandatory\"";
            let draft = view.say(draft, name, "is off", impact, fix);
            drafts.push(draft.at_most(Confidence::Medium, "if people may sign up by themselves"));
            return;
        }
    }
}
