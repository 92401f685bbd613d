//! Tests that are there only while nobody optimises.

use crate::words::{has_word, names};
use crate::{Detect, Draft, Found, Rule, Syntax, SyntaxSite};
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

/// An `assert` that something rests on.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "assertion-as-guard",
        title: "Assertion used as a guard",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(617), Cwe(703)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B101"), Alias(Peer::Ruff, "S101")],
        related: &[],
        was: &[],
        page: include_str!("assertion_as_guard.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Assertion], judge },
    everyday_until: None,
};

/// Words in a test that decides who gets in.
const GUARDS: &[&str] = &[
    "permission",
    "permissions",
    "perm",
    "perms",
    "authenticated",
    "staff",
    "superuser",
    "owner",
    "allowed",
    "csrf",
    "signature",
];

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Assertion(test) = site.found else { return None };
    let mut words = String::new();
    names(site.view.ir(), test, &mut words);
    let guards = has_word(&words, GUARDS);
    let mut draft = site.draft();
    if guards {
        draft.severity = Some(Severity::Medium);
        draft.doubt = Some("if nothing else asks the same".to_owned());
    } else {
        draft = draft.at_most(Confidence::Low, "if anything rests on the test being made");
    }
    draft.message = if guards {
        "An assertion decides who gets in".to_owned()
    } else {
        "This test is made only where assertions are".to_owned()
    };
    draft.label = "gone under `python -O`".to_owned();
    draft.impact =
        "With optimisation on, the line is not there: what it kept out comes in.".to_owned();
    draft.fix =
        if guards { "raise PermissionDenied" } else { "if not …: raise ValueError(…)" }.to_owned();
    Some(draft)
}
