//! Workflows that run the code of any pull request with the secrets of the repository.

use bartizan_deployment::{Facts, GitlabJob, Workflow, names_a_secret};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A workflow that checks out what a stranger proposes, and has secrets.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "untrusted-code-with-secrets",
        title: "Code of strangers that runs with secrets",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(829), Cwe(94)],
        severity: Severity::Critical,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("untrusted_code_with_secrets.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let file = match site.facts {
        Facts::Workflow(file) => file,
        Facts::GitlabCi(file) => {
            drafts.extend(file.jobs.iter().filter_map(merge_request));
            return;
        }
        _ => return,
    };
    let Some(trigger) = privileged(file) else { return };
    for job in &file.jobs {
        for (at, step) in job.steps.iter().enumerate() {
            let checks_out =
                step.uses.as_ref().is_some_and(|uses| uses.text.starts_with("actions/checkout@"));
            let theirs = step.with.iter().find(|pair| {
                matches!(pair.name.as_str(), "ref" | "repository")
                    && pair.value.as_ref().is_some_and(|value| is_of_stranger(&value.text))
            });
            let (true, Some(pair)) = (checks_out, theirs) else { continue };
            let runs =
                job.steps[at + 1..].iter().any(|later| later.run.is_some() || later.uses.is_some());
            let mut draft = TextDraft::at(pair.span, format!("job {} checkout", job.name.text));
            draft.message = format!(
                "On `{trigger}`, this job checks out what anyone proposes, and has secrets"
            );
            draft.label = "the stranger's code".to_owned();
            draft.impact =
                "Anyone opens a pull request with a changed test, setup file or hook; it \
                            runs with the secrets of the repository and a token that can push."
                    .to_owned();
            draft.fix = "Run the tests on `pull_request`, which has no secrets, and do what needs \
                         secrets in a workflow that does not check out the proposal"
                .to_owned();
            if !runs {
                draft = draft.at_most(Confidence::Medium, "if anything of the checkout is run");
            }
            drafts.push(draft);
        }
    }
}

/// A job of GitLab that runs on merge requests and uses a variable that is called a secret.
fn merge_request(job: &GitlabJob) -> Option<TextDraft> {
    let span = job.on_merge_requests?;
    let secret =
        job.script.iter().find_map(|line| variables(&line.text).find(|name| is_secret(name)))?;
    let mut draft = TextDraft::at(span, format!("job {} merge request", job.name.text));
    draft.message = format!("On merge requests, this job is given `{secret}`");
    draft.label = "runs what the request proposes".to_owned();
    draft.impact =
        "Whoever opens a merge request changes the script, the tests or what they import, \
                    and reads the variable while the job runs."
            .to_owned();
    draft.fix =
        "Protect the variable, so that protected branches alone have it, and use it in a job \
                 that runs there"
            .to_owned();
    draft.severity = Some(Severity::Medium);
    Some(draft.at_most(Confidence::Low, "if the variable is not protected"))
}

/// The variables that a line of a script uses: `$TOKEN`, `${TOKEN}`.
fn variables(line: &str) -> impl Iterator<Item = &str> {
    line.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// What GitLab makes for the job alone is no secret of the project.
fn is_secret(name: &str) -> bool {
    names_a_secret(name) && !name.starts_with("CI_")
}

/// The event that gives secrets to a run which a stranger starts.
fn privileged(file: &Workflow) -> Option<&str> {
    let names = ["pull_request_target", "workflow_run", "issue_comment"];
    file.triggers.iter().map(|trigger| trigger.text.as_str()).find(|name| names.contains(name))
}

fn is_of_stranger(reference: &str) -> bool {
    let head = [
        "head.sha",
        "head.ref",
        "head_ref",
        "head_sha",
        "head_branch",
        "refs/pull/",
        "head.repo",
        "merge_commit_sha",
    ];
    head.iter().any(|part| reference.contains(part))
}
