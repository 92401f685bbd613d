//! Requests to other machines that wait for ever.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// A request that waits for ever.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "request-without-timeout",
        title: "Request without a timeout",
        family: Family::Denial,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1088), Cwe(400)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B113"), Alias(Peer::Ruff, "S113")],
        related: &[],
        was: &[],
        page: include_str!("request_without_timeout.md"),
    },
    detect: Detect::Calls { kinds: &[kind::TIMEOUT], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    // Something is given, and what it is worth is decided elsewhere.
    if site.argument.is_some() && site.applies == Truth::Unknown {
        return None;
    }
    let mut draft = site.draft();
    draft.message = format!("`{}` waits without end for an answer", site.name());
    draft.label = match site.argument {
        Some(_) => "no limit to the wait".to_owned(),
        None => "no `timeout` is given".to_owned(),
    };
    draft.impact = "Whoever answers, or stands in between, answers slowly or never, and holds the \
                    worker that asked: a few such requests and the site serves nobody."
        .to_owned();
    draft.fix = "timeout=10".to_owned();
    if site.applies == Truth::Unknown {
        draft = draft.at_most(Confidence::Low, "if no `timeout` comes in another way");
    }
    Some(draft)
}
