//! Conditions of queries whose fields someone else names.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::chosen_keys::chosen;
use crate::words::capital;
use crate::{CallSite, Detect, Draft, Rule};

/// A query by fields that the request names.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "lookup-chosen-outside",
        title: "Fields of a query chosen by the request",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(943), Cwe(200)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("lookup_chosen_outside.md"),
    },
    detect: Detect::Calls { kinds: &[kind::ORM_LOOKUP], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let name = chosen(site)?;
    let mut draft = site.draft();
    draft.message = format!("{} chooses by which fields `{}` selects", capital(&name), site.name());
    draft.label = "any field, of any related table".to_owned();
    draft.impact =
        "Names of fields follow relations: with `owner__password__startswith` and its like, \
                    whoever asks reads letter by letter what no page shows."
            .to_owned();
    draft.fix =
        "Take the names from a list in the code: `{key: data[key] for key in FILTERS if key in \
                 data}`"
            .to_owned();
    Some(draft)
}
