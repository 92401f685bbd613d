//! Sites that are served by `runserver`.

use bartizan_deployment::{Facts, FileType, is_for_developers, is_for_production};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// `runserver` as the command of a deployment.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "development-server-in-deployment",
        title: "Development server in production",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(489), Cwe(1188)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("development_server_in_deployment.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    if is_for_developers(site.path) {
        return;
    }
    match site.facts {
        Facts::Dockerfile(file) => {
            let Some(stage) = file.stages.last() else { return };
            let named = stage.name.as_deref().unwrap_or("").to_ascii_lowercase();
            if named.contains("dev") || named.contains("test") {
                return;
            }
            for instruction in &stage.instructions {
                let runs = matches!(instruction.keyword.as_str(), "CMD" | "ENTRYPOINT");
                if runs && serves(&instruction.argument.text) {
                    let mut draft = draft(instruction.argument.span, FileType::Dockerfile.as_str());
                    if !is_for_production(site.path) {
                        draft = draft.at_most(
                            Confidence::Medium,
                            "if the image is deployed with this command",
                        );
                    }
                    drafts.push(draft);
                }
            }
        }
        Facts::Compose(file) => {
            for service in &file.services {
                let Some(command) = &service.command else { continue };
                if serves(&command.text) && !service.in_profile {
                    let mut draft = draft(command.span, &service.name.text);
                    if !is_for_production(site.path) {
                        draft = draft.at_most(
                            Confidence::Low,
                            "if the composition serves more than a developer",
                        );
                    }
                    drafts.push(draft);
                }
            }
        }
        _ => {}
    }
}

fn serves(command: &str) -> bool {
    command.contains("runserver")
        && (command.contains("manage.py") || command.contains("django-admin"))
        || command.contains("runserver_plus")
}

fn draft(span: bartizan_base::Span, of: &str) -> TextDraft {
    let mut draft = TextDraft::at(span, format!("command {of}"));
    draft.message = "The site is served by Django's development server".to_owned();
    draft.label = "made for one developer".to_owned();
    draft.impact = "It was never audited to face anyone: a few slow connections take the site \
                    down, and with `DEBUG` it hands out code and settings with every error."
        .to_owned();
    draft.fix = "gunicorn PROJECT.wsgi --bind 0.0.0.0:8000".to_owned();
    draft
}
