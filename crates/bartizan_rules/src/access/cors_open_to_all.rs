//! Headers that let every site read an answer.

use crate::{Detect, Draft, Found, NamedBy, Rule, Syntax, SyntaxSite};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

/// An answer for every origin.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cors-open-to-all",
        title: "Answers that every site may read",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(942)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cors_open_to_all.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Named], judge },
    everyday_until: None,
};

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Named { name, text, by: NamedBy::Key } = site.found else { return None };
    if !name.eq_ignore_ascii_case("access-control-allow-origin") || text.trim() != "*" {
        return None;
    }
    let mut draft = site.draft();
    draft.message = "Every site may read this answer".to_owned();
    draft.label = "any origin".to_owned();
    draft.impact = "A page that a visitor opens elsewhere reads the answer from within their \
                    network: what is open to the office is open to the world."
        .to_owned();
    draft.fix = "\"https://shop.example.com\"".to_owned();
    draft.doubt = Some("if the answer is not meant for everyone".to_owned());
    Some(draft)
}
