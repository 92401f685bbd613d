//! Comments that silence findings, and findings about such comments.

use bartizan_base::LineColumn;
use bartizan_finding::{
    Alias, Date, Finding, Peer, RuleInfo, Suppressed, Suppression, SuppressionForm,
};
use bartizan_rules::SuppressionFault;

/// What is wrong with a suppression, and which of the rules that it names is meant.
pub(crate) struct Faulty<'s> {
    pub(crate) fault: SuppressionFault,
    pub(crate) suppression: &'s Suppression,
    /// The rule as the comment names it.
    pub(crate) rule: &'s str,
    /// The rule that was probably meant.
    pub(crate) meant: Option<&'static str>,
}

/// Silences those of a file's findings that a comment speaks for, and says which comments are at
/// fault. `is_whole` is false where the file was not read to its end: nothing is called unused then.
pub(crate) fn apply<'s>(
    suppressions: &'s [Suppression],
    findings: &mut [Finding],
    rules: &[&'static RuleInfo],
    today: Date,
    is_whole: bool,
) -> Vec<Faulty<'s>> {
    let mut faulty = Vec::new();
    for suppression in suppressions {
        let expired = suppression.until.is_some_and(|until| until < today);
        // A name of ours is judged one by one; the comments of peers are never called unused.
        let named: Vec<&str> = suppression.rules.iter().map(String::as_str).collect();
        let mut used = vec![false; named.len()];
        for finding in findings.iter_mut().filter(|finding| speaks_for(suppression, finding)) {
            let hit = match suppression.form {
                SuppressionForm::Bartizan => {
                    named.iter().position(|name| is_called(finding.rule, name))
                }
                SuppressionForm::Nosec => peer_hit(&named, finding.rule, Peer::Bandit),
                SuppressionForm::Noqa => peer_hit(&named, finding.rule, Peer::Ruff),
                // No comment in a file is one of these.
                SuppressionForm::List | SuppressionForm::Django => None,
            };
            let Some(hit) = hit else { continue };
            if let Some(used) = used.get_mut(hit) {
                *used = true;
            }
            if !expired && finding.suppressed.is_none() {
                finding.suppressed = Some(Suppressed {
                    form: suppression.form,
                    reason: suppression.reason.clone(),
                    line: 0,
                    until: suppression.until,
                });
            }
        }
        if suppression.form != SuppressionForm::Bartizan {
            continue;
        }
        for (name, used) in named.iter().zip(used) {
            let known = rules.iter().any(|rule| is_called(rule, name));
            let fault = if !known {
                Some(SuppressionFault::Unknown)
            } else if expired {
                Some(SuppressionFault::Expired)
            } else if !used && is_whole {
                Some(SuppressionFault::Unused)
            } else if used && suppression.reason.is_empty() {
                Some(SuppressionFault::Reasonless)
            } else {
                None
            };
            if let Some(fault) = fault {
                let meant = if known { None } else { similar(name, rules) };
                faulty.push(Faulty { fault, suppression, rule: name, meant });
            }
        }
    }
    faulty
}

/// Whether the comment stands on the finding's statement, or alone above it.
fn speaks_for(suppression: &Suppression, finding: &Finding) -> bool {
    let LineColumn { line, .. } = finding.place.start;
    suppression.lines.0 <= line && line <= suppression.lines.1
}

/// Whether `name` is the rule's id, an earlier one, or a peer's.
pub(crate) fn is_called(rule: &RuleInfo, name: &str) -> bool {
    rule.id == name
        || rule.was.contains(&name)
        || rule.aliases.iter().any(|Alias(_, id)| *id == name)
}

/// Which of a peer's ids in the comment stands for the rule; a bare comment stands for every rule
/// with an alias of that peer, and for no other.
fn peer_hit(named: &[&str], rule: &RuleInfo, peer: Peer) -> Option<usize> {
    let mut ids = rule.aliases.iter().filter(|Alias(of, _)| *of == peer).map(|Alias(_, id)| *id);
    if named.is_empty() {
        return ids.next().map(|_| 0);
    }
    let ids: Vec<&str> = ids.collect();
    named.iter().position(|name| ids.contains(name))
}

fn similar(name: &str, rules: &[&'static RuleInfo]) -> Option<&'static str> {
    crate::config::similar(name, rules.iter().map(|rule| rule.id))
}
