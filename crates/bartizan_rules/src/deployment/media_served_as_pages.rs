//! Uploaded files that browsers run as the site.

use bartizan_deployment::{Directive, Facts};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// Uploads that are served with any type, on the site's own origin.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "media-served-as-pages",
        title: "Uploads served as pages of the site",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(434), Cwe(79)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("media_served_as_pages.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Nginx(file) = site.facts else { return };
    for (around, location) in file.all("location") {
        let Some(prefix) = location.words.last() else { continue };
        let is_media = prefix.split(['/', '^', '~', '(']).any(|part| {
            matches!(part.to_ascii_lowercase().as_str(), "media" | "uploads" | "upload")
        });
        let serves = location.block.iter().any(|inner| {
            matches!(inner.name.as_str(), "alias" | "root" | "try_files" | "autoindex")
        });
        let is_internal = location.inside("internal").next().is_some();
        if !is_media || !serves || is_internal || is_tamed(location, &around) {
            continue;
        }
        let mut draft = TextDraft::at(location.span, format!("location {prefix}"));
        draft.message =
            format!("Files below `{prefix}` are served with whatever type their name has");
        draft.label = "an uploaded page is a page of the site".to_owned();
        draft.impact = "A user uploads `note.html` or an SVG with a script in it and sends the \
                        link around; it runs with the sessions of whoever opens it."
            .to_owned();
        draft.fix = "add_header Content-Disposition attachment;\nadd_header \
                     X-Content-Type-Options nosniff;"
            .to_owned();
        draft.doubt = Some("if users choose the names and content of what they upload".to_owned());
        drafts.push(draft);
    }
}

/// Whether headers or types keep an upload from being a page. A block's own headers replace those
/// around it.
fn is_tamed(location: &Directive, around: &[&Directive]) -> bool {
    let retyped = location.inside("types").next().is_some()
        && location.inside("default_type").next().is_some();
    let from = std::iter::once(location)
        .chain(around.iter().rev().copied())
        .find(|block| block.inside("add_header").next().is_some());
    let tames = |header: &Directive| {
        let name = header.words.first().map(|name| name.to_ascii_lowercase());
        let value = header.words.get(1).map_or("", String::as_str);
        match name.as_deref() {
            Some("content-disposition") => value.contains("attachment"),
            Some("content-security-policy") => {
                value.contains("sandbox")
                    || value.contains("script-src 'none'")
                    || value.contains("default-src 'none'")
            }
            _ => false,
        }
    };
    retyped || from.is_some_and(|block| block.inside("add_header").any(tames))
}
