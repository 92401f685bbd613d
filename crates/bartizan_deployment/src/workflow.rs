//! What GitHub and GitLab run, when, and with which rights.

use bartizan_base::Span;
use bartizan_yaml::Node;

use crate::compose::{environment, text};
use crate::{Pair, Text};

/// A workflow of GitHub.
#[derive(Clone, Debug, Default)]
pub struct Workflow {
    /// The events that start it, `pull_request_target`.
    pub triggers: Vec<Text>,
    /// Variables of the whole workflow.
    pub environment: Vec<Pair>,
    /// The jobs, in order.
    pub jobs: Vec<Job>,
}

/// One job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its name.
    pub name: Text,
    /// The workflow that it calls in the place of steps.
    pub uses: Option<Text>,
    /// Its variables.
    pub environment: Vec<Pair>,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The action that it runs, `actions/checkout@v4`.
    pub uses: Option<Text>,
    /// The script that it runs.
    pub run: Option<Text>,
    /// What the action is given.
    pub with: Vec<Pair>,
    /// Its variables.
    pub environment: Vec<Pair>,
    /// The whole step.
    pub span: Span,
}

/// A pipeline of GitLab.
#[derive(Clone, Debug, Default)]
pub struct GitlabCi {
    /// Files from elsewhere that it takes in.
    pub remote_includes: Vec<Text>,
    /// Projects whose files it takes in, and at which state; none is that of the day.
    pub project_includes: Vec<(Text, Option<Text>)>,
    /// Components that it takes in, `gitlab.example.com/ci/deploy@1.0`.
    pub components: Vec<Text>,
    /// Variables of all jobs.
    pub variables: Vec<Pair>,
    /// The images that jobs run in.
    pub images: Vec<Text>,
    /// The jobs, in order.
    pub jobs: Vec<GitlabJob>,
}

/// One job of GitLab.
#[derive(Clone, Debug)]
pub struct GitlabJob {
    /// Its name.
    pub name: Text,
    /// Its variables.
    pub variables: Vec<Pair>,
    /// Where it is said that it runs on merge requests.
    pub on_merge_requests: Option<Span>,
    /// The lines of its scripts.
    pub script: Vec<Text>,
}

pub(crate) fn read(text: &str) -> Workflow {
    let document = bartizan_yaml::read(text).root;
    // YAML 1.1 reads `on` as a truth; here it is a text, and may stand in quotes.
    let triggers = document.get("on").map_or_else(Vec::new, triggers);
    let jobs = document.get("jobs").map_or(&[][..], Node::entries);
    Workflow {
        triggers,
        environment: document.get("env").map_or_else(Vec::new, environment),
        jobs: jobs.iter().map(job).collect(),
    }
}

fn triggers(node: &Node) -> Vec<Text> {
    let named =
        node.entries().iter().map(|(name, span, _)| Text { text: name.clone(), span: *span });
    let listed = node.items_or_itself().iter().filter_map(text);
    named.chain(listed).collect()
}

fn job((name, span, node): &(String, Span, Node)) -> Job {
    let steps = node.get("steps").map_or(&[][..], Node::items);
    Job {
        name: Text { text: name.clone(), span: *span },
        uses: node.get("uses").and_then(text),
        environment: node.get("env").map_or_else(Vec::new, environment),
        steps: steps.iter().map(step).collect(),
    }
}

fn step(node: &Node) -> Step {
    Step {
        uses: node.get("uses").and_then(text),
        run: node.get("run").and_then(text),
        with: node.get("with").map_or_else(Vec::new, environment),
        environment: node.get("env").map_or_else(Vec::new, environment),
        span: node.span,
    }
}

pub(crate) fn read_gitlab(source: &str) -> GitlabCi {
    let document = bartizan_yaml::read(source).root;
    let mut pipeline = GitlabCi::default();
    for (name, span, node) in document.entries() {
        match name.as_str() {
            "include" => {
                for item in node.items_or_itself() {
                    let named = |key: &str| item.get(key).and_then(text);
                    pipeline.remote_includes.extend(named("remote"));
                    pipeline.components.extend(named("component"));
                    let project = named("project").map(|project| (project, named("ref")));
                    pipeline.project_includes.extend(project);
                }
            }
            "variables" => pipeline.variables.extend(variables(node)),
            "image" => pipeline.images.extend(image(node)),
            "stages" | "workflow" | "cache" | "services" => {}
            "default" => pipeline.images.extend(node.get("image").and_then(image)),
            _ => {
                pipeline.images.extend(node.get("image").and_then(image));
                pipeline.jobs.push(GitlabJob {
                    name: Text { text: name.clone(), span: *span },
                    variables: node.get("variables").map_or_else(Vec::new, variables),
                    on_merge_requests: on_merge_requests(node),
                    script: ["before_script", "script", "after_script"]
                        .iter()
                        .filter_map(|key| node.get(key))
                        .flat_map(Node::items_or_itself)
                        .filter_map(text)
                        .collect(),
                });
            }
        }
    }
    pipeline
}

/// Where a job says that it runs on merge requests: in its `rules`, or, as was done before, in `only`.
fn on_merge_requests(job: &Node) -> Option<Span> {
    let rules = job.get("rules").map_or(&[][..], Node::items_or_itself);
    let by_rule = rules.iter().find_map(|rule| {
        let when = rule.get("when").and_then(Node::text);
        let condition = rule.get("if").filter(|_| when != Some("never"))?;
        condition.text()?.contains("merge_request_event").then_some(condition.span)
    });
    let only =
        job.get("only").map_or(&[][..], |only| only.get("refs").unwrap_or(only).items_or_itself());
    by_rule.or_else(|| {
        only.iter().find(|item| item.text() == Some("merge_requests")).map(|item| item.span)
    })
}

/// A value, or a value with its description.
fn variables(node: &Node) -> Vec<Pair> {
    let mut pairs = environment(node);
    for pair in &mut pairs {
        if pair.value.is_none() {
            pair.value = node.get(&pair.name).and_then(|node| node.get("value")).and_then(text);
        }
    }
    pairs
}

fn image(node: &Node) -> Option<Text> {
    text(node).or_else(|| node.get("name").and_then(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_of_github() {
        let text = "on:\n  pull_request_target:\n    types: [opened]\njobs:\n  test:\n    env: {DEBUG: 1}\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.head_ref }}\n      - run: |\n          make test\n";
        let read = read(text);
        assert_eq!(read.triggers[0].text, "pull_request_target");
        let job = &read.jobs[0];
        assert_eq!(job.steps[0].uses.as_ref().unwrap().span.slice(text), "actions/checkout@v4");
        assert_eq!(job.steps[0].with[0].name, "ref");
        assert_eq!(job.steps[1].run.as_ref().unwrap().text, "make test\n");
        assert_eq!(super::read("on: [push, fork]").triggers.len(), 2);
    }

    #[test]
    fn a_pipeline_of_gitlab() {
        let read = read_gitlab(
            "include:\n  - remote: https://ci.clinic.net/a.yml\nvariables:\n  DEBUG: \"1\"\ntest:\n  image: python:latest\n  variables:\n    A:\n      value: b\n",
        );
        assert_eq!(read.remote_includes.len(), 1);
        assert_eq!(read.images[0].text, "python:latest");
        assert_eq!(read.jobs[0].variables[0].value.as_ref().unwrap().text, "b");
    }
}
