//! The rules that this program has.

use bartizan_finding::RuleInfo;

/// All of them, as everything but the pipeline needs them.
pub fn all() -> Vec<&'static RuleInfo> {
    let of_code = bartizan_rules::RULES.iter().map(|rule| &rule.info);
    let mut all: Vec<&'static RuleInfo> =
        of_code.chain(bartizan_deps::rules::RULES.iter().copied()).collect();
    all.sort_by_key(|rule| rule.id);
    all
}
