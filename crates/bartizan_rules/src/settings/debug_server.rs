//! Servers that offer a console with every error.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::{CallSite, Detect, Draft, Rule};

/// A debugger that is served.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "debug-server",
        title: "Debugger that visitors reach",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(489), Cwe(94)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B201"), Alias(Peer::Ruff, "S201")],
        related: &[],
        was: &[],
        page: include_str!("debug_server.md"),
    },
    detect: Detect::Calls { kinds: &[kind::DEBUG_SERVER], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if site.applies != Truth::Yes {
        return None;
    }
    let mut draft = site.draft();
    draft.doubt = Some("if this line runs anywhere but on a developer's machine".to_owned());
    Some(Draft {
        message: format!("`{}` serves a debugger along with the site", site.name()),
        label: "runs code for whoever meets an error".to_owned(),
        impact: "An error page offers a Python console: whoever causes an error and guesses the \
                 pin, or reads it from a file, runs code on the server."
            .to_owned(),
        fix: "debug=False".to_owned(),
        ..draft
    })
}
