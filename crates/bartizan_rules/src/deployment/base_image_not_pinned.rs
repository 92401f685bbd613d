//! Base images without a version.

use bartizan_deployment::{Facts, is_for_developers};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A base image whose content nobody has chosen.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "base-image-not-pinned",
        title: "Base image that changes by itself",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
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
    let Facts::Dockerfile(file) = site.facts else { return };
    if is_for_developers(site.path) {
        return;
    }
    for (at, stage) in file.stages.iter().enumerate() {
        let image = stage.from.text.as_str();
        let is_stage = file.stages[..at].iter().any(|s| s.name.as_deref() == Some(image));
        if is_stage || image == "scratch" || image.is_empty() || image.contains(['$', '@']) {
            continue;
        }
        let last = image.rsplit('/').next().unwrap_or(image);
        let tag = last.split_once(':').map(|(_, tag)| tag);
        if !matches!(tag, None | Some("latest")) {
            continue;
        }
        let name = image.strip_suffix(":latest").unwrap_or(image);
        let mut draft = TextDraft::at(stage.from.span, format!("from {name}"));
        draft.message = format!("The image `{name}` is taken in whatever version is the latest");
        draft.label = "another image with every build".to_owned();
        draft.impact = "What runs in production is decided by whoever publishes the image next: \
                        a break, or a hole, arrives without a change of yours, and the old state \
                        cannot be built again."
            .to_owned();
        draft.fix = format!("Name a version, and best a digest: FROM {name}:VERSION@sha256:DIGEST");
        drafts.push(draft);
    }
}
