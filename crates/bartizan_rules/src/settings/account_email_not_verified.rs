//! Addresses that nobody confirms.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::Value;

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
    if !may_sign_up(view) {
        return;
    }
    for (value, draft) in view.ways(name) {
        if value.value.as_str() == Some("none") {
            let impact = "Someone makes an account under the address of another, and gets what the \
                          site gives by address: invitations, places, trust.";
            let fix = "ACCOUNT_EMAIL_VERIFICATION = \"mandatory\"";
            let draft = view.say(draft, name, "is off", impact, fix);
            let doubt = "if people may sign up by themselves";
            drafts.push(draft.at_most(Confidence::Medium, doubt));
            return;
        }
    }
}

/// Where a project takes in the pages by which people sign up.
const ROUTES: &[&str] = &[
    "allauth.urls",
    "allauth.account.urls",
    "allauth.headless.urls",
    "allauth.socialaccount.urls",
    "dj_rest_auth.registration.urls",
    "rest_auth.registration.urls",
];

/// Whether a URLconf of the tree takes in pages for signing up, and no adapter of the project has a say
/// in it: <https://docs.allauth.org/en/latest/account/advanced.html#admin>.
fn may_sign_up(view: &SettingsView<'_>) -> bool {
    let project = view.project;
    let is_routed = project.files().any(|file| {
        let strings = &project.ir(file).strings;
        ROUTES.iter().any(|route| strings.find(route).is_some())
            // Views that are routed one by one.
            || project.ir(file).values.iter().any(|value| match *value {
                Value::Import { module, name: Some(_), level: 0 } => {
                    let module = project.ir(file).str(module);
                    module.starts_with("allauth.") && module.ends_with("views")
                }
                _ => false,
            })
    });
    let adapter = view.get("ACCOUNT_ADAPTER");
    let closes = adapter.and_then(|adapter| {
        let class = project.find(adapter.value.value.as_str()?).as_class()?;
        project.lookup_member(class, "is_open_for_signup")
    });
    is_routed && closes.is_none()
}
