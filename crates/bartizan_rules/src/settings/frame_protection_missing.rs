//! Pages that others put in a frame of theirs.

use bartizan_django::settings::Truth;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// Without `XFrameOptionsMiddleware`, any site frames these pages.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "frame-protection-missing",
        title: "Pages that any site may frame",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1021)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Django, "security.W002")],
        related: &[],
        was: &[],
        page: include_str!("frame_protection_missing.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W002"], drafts, |view, _, draft| {
        let csp = "django.middleware.csp.ContentSecurityPolicyMiddleware";
        let has_csp = [csp, "csp.middleware.CSPMiddleware"]
            .iter()
            .any(|csp| view.has_middleware(csp) == Truth::Yes);
        let impact = "A foreign page lays an invisible frame of this site under the pointer: a \
                      visitor who is logged in clicks what its author wants.";
        let fix = "add \"django.middleware.clickjacking.XFrameOptionsMiddleware\" to MIDDLEWARE";
        let draft = view.say(draft, "MIDDLEWARE", "lacks XFrameOptionsMiddleware", impact, fix);
        if has_csp {
            draft.at_most(Confidence::Low, "if the policy of the CSP leaves frames open")
        } else {
            draft.at_most(Confidence::Medium, "if no server in front sends the header")
        }
    });
}
