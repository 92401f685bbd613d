//! The rules that this program has.

use bartizan_finding::RuleInfo;

/// All of them, by id.
pub fn all() -> Vec<&'static RuleInfo> {
    bartizan_scan::rules().to_vec()
}
