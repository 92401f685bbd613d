//! What each profile shows: one table, and no other noise dial.

use bartizan_finding::{Confidence, Finding, Profile, RuleInfo, Status};
use bartizan_rules::RULES;

/// One row of the table.
struct Shows {
    profile: Profile,
    /// The least confidence that is shown.
    confidence: Confidence,
    /// Whether rules on trial are shown.
    preview: bool,
    /// Whether test code is shown.
    tests: bool,
    /// Whether pattern rules are shown whose flow rule stands.
    twins: bool,
}

const TABLE: &[Shows] = &[
    Shows {
        profile: Profile::Everyday,
        confidence: Confidence::Medium,
        preview: false,
        tests: false,
        twins: false,
    },
    Shows {
        profile: Profile::Careful,
        confidence: Confidence::Low,
        preview: false,
        tests: false,
        twins: true,
    },
    Shows {
        profile: Profile::Auditor,
        confidence: Confidence::Low,
        preview: true,
        tests: true,
        twins: true,
    },
    // What is said in this profile is what Bandit says, which is said of everything.
    Shows {
        profile: Profile::Bandit,
        confidence: Confidence::Low,
        preview: true,
        tests: true,
        twins: true,
    },
];

/// Whether `profile` shows a finding. A rule that is selected by its own name is shown although it is
/// on trial or a twin; what is doubtful or in tests still needs the profile for it.
pub(crate) fn shows(profile: Profile, finding: &Finding, named: bool) -> bool {
    let Some(row) = TABLE.iter().find(|row| row.profile == profile) else { return true };
    finding.confidence >= row.confidence
        && (row.preview || named || finding.rule.status == Status::Stable)
        && (row.tests || !finding.in_tests)
        && (row.twins || named || !has_flow_twin(finding.rule))
}

/// Whether `profile` shows anything in test code.
pub(crate) fn shows_tests(profile: Profile) -> bool {
    TABLE.iter().find(|row| row.profile == profile).is_none_or(|row| row.tests)
}

/// Whether a flow rule says the same with proof.
fn has_flow_twin(rule: &RuleInfo) -> bool {
    let is = |id: &str| RULES.iter().find(|rule| rule.info.id == id);
    is(rule.id).and_then(|rule| rule.everyday_until).is_some_and(|flow| is(flow).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_a_row_and_each_shows_more_than_the_one_before() {
        assert!(Profile::ALL.iter().zip(TABLE).all(|(profile, row)| *profile == row.profile));
        for pair in TABLE.windows(2) {
            assert!(pair[1].confidence <= pair[0].confidence);
            assert!(pair[1].preview >= pair[0].preview && pair[1].tests >= pair[0].tests);
            assert!(pair[1].twins >= pair[0].twins);
        }
    }
}
