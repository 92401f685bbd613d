//! Actions and includes that can change under a pipeline.

use std::collections::BTreeSet;

use bartizan_deployment::{Facts, Text};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// An action of others by a name that can be moved.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "ci-action-not-pinned",
        title: "Action that others can change",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(829), Cwe(1357)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("ci_action_not_pinned.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

/// Owners whose word GitHub itself stands on.
const TRUSTED: &[&str] = &["actions", "github", "docker"];

/// Speaks of each action once in a file: it is changed everywhere or nowhere.
fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    match site.facts {
        Facts::Workflow(file) => {
            let mut said: BTreeSet<&str> = BTreeSet::new();
            for job in &file.jobs {
                let steps = job.steps.iter().filter_map(|step| step.uses.as_ref());
                for uses in steps.chain(&job.uses) {
                    let Some(draft) = action(uses) else { continue };
                    if said.insert(uses.text.as_str()) {
                        drafts.push(draft);
                    }
                }
            }
        }
        Facts::GitlabCi(file) => drafts.extend(file.remote_includes.iter().map(remote)),
        _ => {}
    }
}

fn action(uses: &Text) -> Option<TextDraft> {
    let (name, version) = uses.text.split_once('@')?;
    let owner = name.split('/').next().unwrap_or("");
    if name.starts_with("./") || name.starts_with("docker://") || TRUSTED.contains(&owner) {
        return None;
    }
    let is_commit = version.len() >= 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_commit {
        return None;
    }
    let is_version = version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit())
        || version.starts_with("release/");
    let mut draft = TextDraft::at(uses.span, format!("uses {name}"));
    draft.message = format!("The action `{name}` is run in whatever state `{version}` points at");
    draft.label = "its owner moves this at will".to_owned();
    draft.impact = "Whoever takes over the action's repository moves the name to code of their \
                    own, and the next run hands them the token and the secrets of the job."
        .to_owned();
    draft.fix = format!("{name}@COMMIT  # {version}");
    if is_version {
        draft = draft.at_most(Confidence::Low, "if the owner of the action is not to be trusted");
    }
    Some(draft)
}

fn remote(include: &Text) -> TextDraft {
    let mut draft = TextDraft::at(include.span, "include remote");
    draft.message = "The pipeline takes in a file from elsewhere, as it is on that day".to_owned();
    draft.label = "its owner changes this at will".to_owned();
    draft.impact = "Whoever can change the file, or answer in its place, runs commands in the \
                    pipeline and reads its variables."
        .to_owned();
    draft.fix = "Keep the file in the project, or include it from a project at a commit: \
                 `project:` with `ref:`"
        .to_owned();
    draft
}
