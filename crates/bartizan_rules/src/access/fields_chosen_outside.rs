//! Rows whose fields someone else names.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::chosen_keys::chosen;
use crate::words::capital;
use crate::{CallSite, Detect, Draft, Rule};

/// Fields that the request names are stored.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "fields-chosen-outside",
        title: "Stored fields chosen by the request",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(915)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("fields_chosen_outside.md"),
    },
    detect: Detect::Calls { kinds: &[kind::ORM_VALUES], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let name = chosen(site)?;
    let mut draft = site.draft();
    draft.message = format!("{} chooses which fields `{}` stores", capital(&name), site.name());
    draft.label = "any field of the model".to_owned();
    draft.impact =
        "Whoever asks sets fields that no form shows: the owner, the price, `is_staff`.".to_owned();
    draft.fix = "A form or a serializer that lists its fields; or take them by name: \
                 `number=data[\"number\"]`"
        .to_owned();
    Some(draft)
}
