//! Cookies that go along with requests from other sites.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Constant};

use crate::{Detect, Draft, Rule, SettingsView};

/// Browsers send a cookie along with what other sites start.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cookie-sent-across-sites",
        title: "Cookies that other sites may send along",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1275), Cwe(352)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cookie_sent_across_sites.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    for name in ["SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE"] {
        let ways = view.ways(name);
        let found = ways.into_iter().find_map(|(value, draft)| match &value.value {
            Abstract::Const(Constant::Str(text)) if text.eq_ignore_ascii_case("none") => {
                Some((draft, "lets every site send the cookie along", true))
            }
            Abstract::Const(Constant::None | Constant::Bool(false)) => {
                Some((draft, "leaves it to browsers who sends the cookie along", false))
            }
            _ => None,
        });
        let Some((draft, what, is_open)) = found else { continue };
        let impact = "A page elsewhere starts requests that count as the visitor's; what is exempt \
                      from the CSRF check, or changes something on GET, is done in their name.";
        let draft = view.say(draft, name, what, impact, &format!("{name} = \"Lax\""));
        drafts.push(if is_open && name == "SESSION_COOKIE_SAMESITE" {
            draft.at_most(Confidence::Medium, "if the site need not work inside frames of others")
        } else {
            draft.at_most(Confidence::Low, "if a request without a token changes something")
        });
    }
}
