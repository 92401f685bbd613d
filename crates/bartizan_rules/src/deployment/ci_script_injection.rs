//! Workflows that write what a stranger chose into a script.

use bartizan_deployment::Facts;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A script with a hole that strangers fill.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "ci-script-injection",
        title: "Words of strangers in a script",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(94), Cwe(78)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("ci_script_injection.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

/// What whoever opens an issue, a pull request or a comment chooses.
const CHOSEN: &[&str] = &[
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.head_commit.message",
    "github.event.head_commit.author.name",
    "github.event.head_commit.author.email",
    "github.event.workflow_run.head_branch",
    "github.head_ref",
];

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Workflow(file) = site.facts else { return };
    for job in &file.jobs {
        for step in &job.steps {
            let scripts = step.with.iter().filter(|pair| pair.name == "script");
            let scripts = scripts.filter_map(|pair| pair.value.as_ref()).chain(&step.run);
            for script in scripts {
                let Some(chosen) = CHOSEN.iter().find(|name| holds(&script.text, name)) else {
                    continue;
                };
                let mut draft =
                    TextDraft::at(script.span, format!("job {} run {chosen}", job.name.text));
                draft.message = format!("`{chosen}` is written into a script before it runs");
                draft.label = "what a stranger wrote becomes code".to_owned();
                draft.impact = "Whoever opens the issue or pull request ends the quotes in its \
                                title or branch name and adds a command, which runs with the \
                                rights of the job."
                    .to_owned();
                draft.fix = format!(
                    "Hand it over in a variable, `env: VALUE: ${{{{ {chosen} }}}}`, and write \
                     \"$VALUE\" in the script"
                );
                drafts.push(draft);
            }
        }
    }
}

/// Whether `name` stands in an expression of the script, and nothing guards it there.
fn holds(script: &str, name: &str) -> bool {
    script.split("${{").skip(1).any(|rest| {
        let expression = rest.split("}}").next().unwrap_or("").trim();
        expression.contains(name)
            && !["contains(", "startsWith(", "endsWith(", "==", "toJSON("]
                .iter()
                .any(|guard| expression.contains(guard))
    })
}
