//! Workflows that write what a stranger chose into a script.

use bartizan_deployment::{Facts, GitlabCi};
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
    let file = match site.facts {
        Facts::Workflow(file) => file,
        Facts::GitlabCi(file) => return gitlab(file, drafts),
        _ => return,
    };
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

/// Variables of GitLab that hold what whoever pushes a commit or opens a merge request chooses. Those
/// that end in `_SLUG` are cleaned.
const CHOSEN_BY_GITLAB: &[&str] = &[
    "CI_COMMIT_MESSAGE",
    "CI_COMMIT_TITLE",
    "CI_COMMIT_DESCRIPTION",
    "CI_COMMIT_AUTHOR",
    "CI_COMMIT_REF_NAME",
    "CI_COMMIT_BRANCH",
    "CI_COMMIT_TAG",
    "CI_COMMIT_TAG_MESSAGE",
    "CI_MERGE_REQUEST_TITLE",
    "CI_MERGE_REQUEST_DESCRIPTION",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_MERGE_REQUEST_LABELS",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME",
    "GITLAB_USER_NAME",
];

/// GitLab hands its variables over by the environment, which is safe until a script has a second
/// shell read what the first has written out: `eval`, `sh -c`, a command for another machine.
fn gitlab(file: &GitlabCi, drafts: &mut Vec<TextDraft>) {
    for job in &file.jobs {
        for line in &job.script {
            let Some((reader, chosen)) = line.text.lines().find_map(read_twice) else { continue };
            let mut draft = TextDraft::at(line.span, format!("job {} run {chosen}", job.name.text));
            draft.message = format!("`{reader}` reads `${chosen}` as code");
            draft.label = "what somebody wrote into a commit becomes code".to_owned();
            draft.impact = "Whoever may push a branch or open a merge request puts a command into \
                            its name, its title or the message of a commit, and it runs with the \
                            secrets of the job."
                .to_owned();
            draft.fix = format!(
                "Leave out `{reader}` and write \"${chosen}\" where the value is needed; a program \
                 can read it from its environment"
            );
            draft.severity = Some(Severity::Medium);
            drafts.push(draft);
        }
    }
}

/// What reads a line of a script a second time, and the variable of a stranger's that the first shell
/// puts into it.
fn read_twice(line: &str) -> Option<(&'static str, &'static str)> {
    const READERS: &[(&str, &[&str])] = &[
        ("eval", &["eval "]),
        ("sh -c", &["sh -c ", "sh -ec ", "sh -exc ", "sh -lc "]),
        ("python -c", &["python -c ", "python3 -c "]),
        ("ssh", &["ssh "]),
    ];
    let line = line.trim_start();
    let (reader, from) = READERS.iter().find_map(|(reader, words)| {
        let begins = |at: usize| {
            let before =
                line[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '/');
            // `bash -c`, `/bin/sh -c`, `docker exec web sh -c`; but no `--eval `.
            before.is_empty() || before.ends_with([' ', ';', '&', '|', '(', '"', '`'])
        };
        words.iter().find_map(|word| {
            let at = line.find(word).filter(|at| begins(*at))?;
            Some((*reader, at + word.len()))
        })
    })?;
    let mut quoted = false;
    let mut rest = line[from..].char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' => drop(rest.next()),
            '"' => quoted = !quoted,
            // The next command is read once again.
            '&' | ';' | '|' if !quoted => return None,
            // The first shell puts nothing into what stands in single quotes.
            '\'' if !quoted => drop(rest.find(|(_, c)| *c == '\'')),
            '$' => {
                let name = line[from + at + 1..].trim_start_matches('{');
                let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let name = &name[..end.unwrap_or(name.len())];
                if let Some(chosen) = CHOSEN_BY_GITLAB.iter().find(|chosen| **chosen == name) {
                    return Some((reader, chosen));
                }
            }
            _ => {}
        }
    }
    None
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
