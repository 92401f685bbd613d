//! Names for temporary files that another may take first.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::{CallSite, Detect, Draft, Rule};

/// A temporary file whose name exists before the file does.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "insecure-temp-file",
        title: "Temporary file that another may make first",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(377)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B306"),
            Alias(Peer::Bandit, "B325"),
            Alias(Peer::Ruff, "S306"),
        ],
        related: &[Alias(Peer::Bandit, "B108"), Alias(Peer::Ruff, "S108")],
        was: &[],
        page: include_str!("insecure_temp_file.md"),
    },
    detect: Detect::Calls { kinds: &[kind::TEMP_PATH], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    Some(Draft {
        message: format!("`{}` gives a name for a file that does not exist yet", site.name()),
        label: "the name, and no file".to_owned(),
        impact: "Between the name and the file, another user of the machine makes a file or a \
                 link of that name, and chooses what is read or which file is overwritten."
            .to_owned(),
        fix: "tempfile.NamedTemporaryFile()".to_owned(),
        ..site.draft()
    })
}
