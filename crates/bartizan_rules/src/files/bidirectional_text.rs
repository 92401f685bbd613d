//! Characters that turn the direction of text.

use bartizan_base::Span;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::words::bidirectional;
use crate::{Detect, Draft, Rule, Syntax, SyntaxSite};

/// Text that is shown in another order than it is read.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "bidirectional-text",
        title: "Code that reads otherwise than it runs",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1007)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B613")],
        related: &[],
        was: &[],
        page: include_str!("bidirectional_text.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Source], judge },
    everyday_until: None,
};

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let (at, mark) = bidirectional(site.text).next()?;
    let start = at as u32;
    let span = Span { start, end: start + mark.len_utf8() as u32 };
    let mut draft = site.draft();
    draft.span = span;
    if mark == '\u{200f}' {
        draft = draft.at_most(Confidence::Low, "if it does more than set a word in its script");
    }
    draft.message =
        format!("A character that turns the direction of text stands here (U+{:04X})", mark as u32);
    draft.label = "what follows is shown in another order".to_owned();
    draft.impact = "What a reviewer sees is not what runs: a comment that is none, a test that \
                    compares with something else."
        .to_owned();
    draft.fix = format!("\"\\u{:04x}\"", mark as u32);
    Some(draft)
}
