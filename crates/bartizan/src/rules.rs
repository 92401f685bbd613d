//! The rules that this program has.

use bartizan_finding::RuleInfo;

/// All of them, as everything but the pipeline needs them.
pub fn all() -> Vec<&'static RuleInfo> {
    bartizan_rules::RULES.iter().map(|rule| &rule.info).collect()
}
