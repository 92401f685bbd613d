//! Base images without a version.

use bartizan_deployment::{Facts, Text, is_for_developers};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A base image whose content nobody has chosen.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "base-image-not-pinned",
        title: "Base image that changes by itself",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(1357), Cwe(829)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("base_image_not_pinned.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    match site.facts {
        Facts::Dockerfile(file) if !is_for_developers(site.path) => {
            for (at, stage) in file.stages.iter().enumerate() {
                let image = stage.from.text.as_str();
                let is_stage = file.stages[..at].iter().any(|s| s.name.as_deref() == Some(image));
                if !is_stage {
                    drafts.extend(draft(&stage.from, "what runs in production"));
                }
            }
        }
        Facts::GitlabCi(file) => {
            let images = file.images.iter();
            drafts.extend(images.filter_map(|image| draft(image, "what a job runs in")));
        }
        _ => {}
    }
}

fn draft(from: &Text, what: &str) -> Option<TextDraft> {
    let image = from.text.as_str();
    if image == "scratch" || image.is_empty() || image.contains(['$', '@']) {
        return None;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    let tag = last.split_once(':').map(|(_, tag)| tag);
    if !matches!(tag, None | Some("latest")) {
        return None;
    }
    let name = image.strip_suffix(":latest").unwrap_or(image);
    let mut draft = TextDraft::at(from.span, format!("from {name}"));
    draft.message = format!("The image `{name}` is taken in whatever version is the latest");
    draft.label = "another image with every build".to_owned();
    draft.impact = format!(
        "Whoever publishes the image next decides {what}: a break, or a hole, arrives without a \
         change of yours, and the old state cannot be built again."
    );
    draft.fix = format!("Name a version, and best a digest: {name}:VERSION@sha256:DIGEST");
    Some(draft)
}
