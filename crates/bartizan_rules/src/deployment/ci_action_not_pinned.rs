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
        Facts::GitlabCi(file) => {
            drafts.extend(file.remote_includes.iter().map(remote));
            drafts.extend(file.project_includes.iter().filter_map(project));
            drafts.extend(file.components.iter().filter_map(component));
        }
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

/// A file of another project of the same GitLab, at a state that moves.
fn project((project, at): &(Text, Option<Text>)) -> Option<TextDraft> {
    let moves = at.as_ref().is_none_or(|at| {
        matches!(at.text.as_str(), "main" | "master" | "HEAD" | "develop" | "trunk")
    });
    if !moves {
        return None;
    }
    let place = at.as_ref().unwrap_or(project);
    let mut draft = TextDraft::at(place.span, format!("include {}", project.text));
    draft.message =
        format!("The pipeline takes in files of `{}` as they are on that day", project.text);
    draft.label = "changes without a change here".to_owned();
    draft.impact =
        "Whoever may push there runs commands in this pipeline and reads its variables.".to_owned();
    draft.fix = "`ref:` with a tag that is protected, or a commit".to_owned();
    Some(draft.at_most(Confidence::Low, "if others may push there than here"))
}

/// A component at no version, or at one that moves.
fn component(component: &Text) -> Option<TextDraft> {
    let (name, version) = component.text.split_once('@').unwrap_or((&component.text, ""));
    let is_fixed = version.len() >= 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        || version.starts_with(|c: char| c.is_ascii_digit());
    // A component of the same project, by the variables that GitLab sets.
    if is_fixed || version.contains("CI_COMMIT_SHA") {
        return None;
    }
    let mut draft = TextDraft::at(component.span, format!("component {name}"));
    draft.message = format!("The component `{name}` is run in whatever state it is in on that day");
    draft.label = "its owner changes this at will".to_owned();
    draft.impact = "Whoever takes over the component's project runs commands in the pipeline and \
                    reads its variables."
        .to_owned();
    draft.fix = format!("{name}@VERSION");
    Some(draft)
}
