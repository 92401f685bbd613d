//! Deployments that switch `DEBUG` on.

use bartizan_deployment::{Facts, Pair, is_for_developers, is_for_production};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// `DEBUG` switched on where the site is deployed.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "debug-in-deployment",
        title: "Debugging switched on in a deployment",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(489), Cwe(215)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("debug_in_deployment.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let is_pipeline = matches!(site.facts, Facts::Workflow(_) | Facts::GitlabCi(_));
    if is_for_developers(site.path) && !is_pipeline {
        return;
    }
    let production = is_for_production(site.path);
    match site.facts {
        Facts::Dockerfile(file) => {
            let Some(stage) = file.stages.last() else { return };
            let named = stage.name.as_deref().unwrap_or("").to_ascii_lowercase();
            if named.contains("dev") || named.contains("test") {
                return;
            }
            let variables = stage.instructions.iter().filter(|i| i.keyword == "ENV");
            for pair in variables.flat_map(|instruction| &instruction.pairs) {
                drafts.extend(draft(pair, "image").map(|draft| match production {
                    true => draft,
                    false => draft.at_most(Confidence::Medium, "if nothing switches it off again"),
                }));
            }
        }
        Facts::Compose(file) => {
            for service in file.services.iter().filter(|service| !service.in_profile) {
                for pair in &service.environment {
                    drafts.extend(draft(pair, &service.name.text).map(|draft| match production {
                        true => draft,
                        false => draft.at_most(
                            Confidence::Low,
                            "if the composition serves more than a developer",
                        ),
                    }));
                }
            }
        }
        Facts::Env(file) if production => {
            drafts.extend(file.pairs.iter().filter_map(|pair| draft(pair, "environment")));
        }
        Facts::Workflow(file) => {
            for job in &file.jobs {
                let steps = job.steps.iter().flat_map(|step| &step.environment);
                for pair in job.environment.iter().chain(steps) {
                    if deploys(&job.name.text) {
                        drafts.extend(draft(pair, &job.name.text));
                    }
                }
            }
        }
        Facts::GitlabCi(file) => {
            for job in file.jobs.iter().filter(|job| deploys(&job.name.text)) {
                let (name, variables) = (&job.name, &job.variables);
                drafts.extend(variables.iter().filter_map(|pair| draft(pair, &name.text)));
            }
        }
        Facts::Env(_) | Facts::Nginx(_) => {}
    }
}

fn deploys(job: &str) -> bool {
    let lower = job.to_ascii_lowercase();
    ["deploy", "prod", "release", "publish"].iter().any(|word| lower.contains(word))
}

fn draft(pair: &Pair, of: &str) -> Option<TextDraft> {
    let name = pair.name.to_ascii_uppercase();
    let value = pair.value.as_ref()?.text.to_ascii_lowercase();
    let is_debug = name == "DEBUG" || name.ends_with("DJANGO_DEBUG") || name == "APP_DEBUG";
    if !is_debug || !matches!(value.as_str(), "1" | "true" | "yes" | "on" | "y" | "t") {
        return None;
    }
    let mut draft = TextDraft::at(pair.span, format!("{of} {}", pair.name));
    draft.message = format!("`{}` is switched on where the site is deployed", pair.name);
    draft.label = "errors answer with code and settings".to_owned();
    draft.impact = "Every error shows a stranger the code around it, the variables, the settings \
                    and the SQL; and any host name is accepted."
        .to_owned();
    draft.fix = format!("{}=0", pair.name);
    Some(draft)
}
