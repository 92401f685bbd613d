//! Data from which objects are rebuilt by running what it names.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, Detect, Draft, Rule};

/// Objects rebuilt from data that may name any function.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unsafe-deserialization",
        title: "Objects rebuilt from data that can run code",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(502)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B301"),
            Alias(Peer::Bandit, "B302"),
            Alias(Peer::Bandit, "B506"),
            Alias(Peer::Bandit, "B614"),
            Alias(Peer::Ruff, "S301"),
            Alias(Peer::Ruff, "S302"),
            Alias(Peer::Ruff, "S506"),
            Alias(Peer::Ruff, "S614"),
        ],
        related: &[Alias(Peer::Bandit, "B403"), Alias(Peer::Ruff, "S403")],
        was: &[],
        page: include_str!("unsafe_deserialization.md"),
    },
    detect: Detect::Calls { kinds: &[kind::DESERIALIZED], judge },
    everyday_until: Some("deserialization-of-remote-data"),
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let from_file = view.is_from_file(argument.value);
    let origin = view.origin(argument.value, kind::DESERIALIZED);
    if origin == Origin::Fixed && !from_file {
        return None;
    }
    let name = describe(view.ir(), argument.value);
    let name = if name.starts_with('…') { "the data".to_owned() } else { format!("`{name}`") };
    let mut draft = site.draft();
    if origin != Origin::Remote {
        let who = if from_file { "the file" } else { name.as_str() };
        let most = if from_file { Confidence::Low } else { Confidence::Medium };
        draft = draft.at_most(most, &format!("if an outsider can write {who}"));
    }
    if site.applies == Truth::Unknown {
        draft = draft.at_most(Confidence::Low, "if it is not told to build plain values alone");
    }
    Some(Draft {
        message: format!("`{}` rebuilds whatever objects {name} asks for", site.name()),
        label: "runs what the data names".to_owned(),
        impact: "The data names functions that are called while it is read: whoever writes it \
                 runs code on the server."
            .to_owned(),
        fix: match site.callee.map(|callee| callee.path.as_str()) {
            Some(path) if path.starts_with("yaml.") || path.starts_with("ruamel.") => {
                "yaml.safe_load(…)".to_owned()
            }
            _ => "Keep the data as JSON: `json.loads(…)`; sign what must stay a pickle, and check \
                  the signature before it is read"
                .to_owned(),
        },
        ..draft
    })
}
