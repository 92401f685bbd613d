//! Archives whose members go where they say.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// An archive that is unpacked without a filter.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-unpacked-anywhere",
        title: "Archive that writes where it likes",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(22), Cwe(23)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B202"), Alias(Peer::Ruff, "S202")],
        related: &[],
        was: &[],
        page: include_str!("archive_unpacked_anywhere.md"),
    },
    detect: Detect::Calls { kinds: &[kind::ARCHIVE_FILTER], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let mut draft = site.draft();
    if site.applies == Truth::Unknown {
        draft = draft.at_most(Confidence::Low, "if the filter is not one that keeps members in");
    }
    if site.given("members").is_some() || site.given("member").is_some() {
        draft = draft.at_most(Confidence::Low, "if nothing has looked at the names of the members");
    }
    if draft.doubt.is_none() {
        draft.doubt = Some("if it runs on a Python before 3.14".to_owned());
    }
    Some(Draft {
        message: format!("`{}` puts the members of the archive where they say", site.name()),
        label: "no `filter` keeps them in".to_owned(),
        impact: "Whoever made the archive names a member `../../.ssh/authorized_keys`, or a link \
                 that leads out, and writes any file that the process may write."
            .to_owned(),
        fix: "filter=\"data\"".to_owned(),
        ..draft
    })
}
