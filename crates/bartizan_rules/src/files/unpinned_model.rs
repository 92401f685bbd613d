//! Models of others in whatever version is newest.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};
use bartizan_value::Constant;

use crate::{CallSite, Detect, Draft, Rule};

/// A model that is fetched without a commit.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unpinned-model",
        title: "Model fetched in no fixed version",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(494)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B615"), Alias(Peer::Ruff, "S615")],
        related: &[],
        was: &[],
        page: include_str!("unpinned_model.md"),
    },
    detect: Detect::Calls { kinds: &[kind::MODEL_REVISION], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let view = site.view;
    let mut draft = site.draft_at(site.span);
    if let Some(argument) = site.argument {
        match view.evaluator.constant(view.file, argument.value) {
            Some(Constant::Str(revision)) => {
                let commit = revision.len() >= 7 && revision.bytes().all(|b| b.is_ascii_hexdigit());
                if commit {
                    return None;
                }
            }
            Some(Constant::None) => {}
            _ => return None,
        }
    } else if site.applies == Truth::Unknown {
        draft = draft.at_most(Confidence::Low, "if no revision is given in another way");
    }
    // A folder of this machine is no publication.
    if let Some(first) = site.arguments().next()
        && let Some(Constant::Str(name)) = view.evaluator.constant(view.file, first.value)
        && name.starts_with(['/', '.'])
    {
        return None;
    }
    Some(Draft {
        message: format!("`{}` fetches whatever is published last", site.name()),
        label: "no commit is named".to_owned(),
        impact: "Whoever takes over the publication puts another model there, and models can \
                 bring code that is run when they are loaded."
            .to_owned(),
        fix: "revision=\"<commit>\"".to_owned(),
        doubt: draft.doubt.clone().or(Some("if the publisher is not one of your own".to_owned())),
        ..draft
    })
}
