//! Paths in folders that all users of a machine share.

use crate::{Detect, Draft, Found, Rule, Syntax, SyntaxSite};
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

/// A fixed path in a shared folder.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "predictable-temp-path",
        title: "Temporary file at a path that everyone knows",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(377), Cwe(379)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[Alias(Peer::Bandit, "B108"), Alias(Peer::Ruff, "S108")],
        related: &[],
        was: &[],
        page: include_str!("predictable_temp_path.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Text], judge },
    everyday_until: None,
};

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Text(text) = site.found else { return None };
    let shared = ["/tmp/", "/var/tmp/", "/dev/shm/"];
    let rest = shared.iter().find_map(|folder| text.strip_prefix(folder))?;
    if rest.is_empty() || rest.contains(char::is_whitespace) {
        return None;
    }
    let mut draft = site.draft();
    draft.message = "A file lies in a folder that all users of the machine share".to_owned();
    draft.label = "the name is known beforehand".to_owned();
    draft.impact = "Another user makes a file or a link of this name first, and chooses what is \
                    read, or which file is overwritten."
        .to_owned();
    draft.fix = "tempfile.TemporaryDirectory()".to_owned();
    draft.doubt = Some("if the machine has other users, or other services".to_owned());
    Some(draft)
}
