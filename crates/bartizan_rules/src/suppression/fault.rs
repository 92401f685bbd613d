//! What can be wrong with a comment that silences a rule, and how it is said.

use bartizan_finding::{Suppression, SuppressionForm, Words};

use crate::rule::Rule;

use super::{
    expired_suppression, suppression_of_unknown_rule, suppression_without_reason,
    unused_suppression,
};

/// What is wrong with a suppression. Only the pipeline can tell: it knows what was silenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuppressionFault {
    /// It silences nothing.
    Unused,
    /// It names a rule that does not exist.
    Unknown,
    /// Its last day is over.
    Expired,
    /// It says no word why.
    Reasonless,
}

/// The rule that speaks of a fault.
pub fn suppression_rule(fault: SuppressionFault) -> &'static Rule {
    match fault {
        SuppressionFault::Unused => &unused_suppression::RULE,
        SuppressionFault::Unknown => &suppression_of_unknown_rule::RULE,
        SuppressionFault::Expired => &expired_suppression::RULE,
        SuppressionFault::Reasonless => &suppression_without_reason::RULE,
    }
}

impl SuppressionFault {
    /// Says the fault of `suppression` about `rule`, a name in it; `meant` is the rule that is spelt
    /// most like it.
    pub fn words(self, rule: &str, suppression: &Suppression, meant: Option<&str>) -> Words {
        debug_assert_eq!(suppression.form, SuppressionForm::Bartizan, "peers' comments are theirs");
        match self {
            Self::Unused => Words {
                message: format!("This comment silences {rule}, which says nothing here"),
                label: "silences nothing".into(),
                impact: "The day the hazard comes back to this line, nobody will be told.".into(),
                fix: format!("Remove {rule} from the comment"),
            },
            Self::Unknown => Words {
                message: format!("This comment silences {rule}, and there is no such rule"),
                label: "no rule has this name".into(),
                impact:
                    "Whoever wrote it believes a finding is accepted; it is not, and the reason \
                         beside it is attached to nothing."
                        .into(),
                fix: match meant {
                    Some(meant) => format!("Write {meant}, if that is the rule that was meant"),
                    None => "Write one of the ids that `bartizan rules` lists".into(),
                },
            },
            Self::Expired => {
                let until =
                    suppression.until.map_or_else(String::new, |until| format!(" on {until}"));
                Words {
                    message: format!("The time for which {rule} was accepted here ended{until}"),
                    label: "no longer in force".into(),
                    impact:
                        "The risk was accepted for a while; the while is over, and the finding \
                             shows again."
                            .into(),
                    fix: "Repair the code, or decide anew and write a new date".into(),
                }
            }
            Self::Reasonless => Words {
                message: format!("This comment silences {rule} and does not say why"),
                label: "why?".into(),
                impact: "Nobody can tell an accepted risk from a finding that was in the way."
                    .into(),
                fix: format!("# bartizan: ignore[{rule}] the reason, to the end of the line"),
            },
        }
    }
}
