//! Locations of nginx that reach one folder too far.

use bartizan_deployment::Facts;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A location without its slash above an alias with one.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "nginx-alias-traversal",
        title: "Alias that leads out of its folder",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(22)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("nginx_alias_traversal.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Nginx(file) = site.facts else { return };
    for (_, location) in file.all("location") {
        // `= /path` matches nothing longer, and a pattern ends where it says.
        let prefix = match location.words.as_slice() {
            [prefix] => prefix,
            [modifier, prefix] if modifier == "^~" => prefix,
            _ => continue,
        };
        let Some(alias) = location.inside("alias").next() else { continue };
        let Some(folder) = alias.words.first() else { continue };
        if prefix.ends_with('/') || !folder.ends_with('/') || !prefix.starts_with('/') {
            continue;
        }
        let mut draft = TextDraft::at(location.span, format!("location {prefix}"));
        draft.message = format!("`{prefix}../` leads out of `{folder}`");
        draft.label = "matches more than the folder".to_owned();
        draft.impact = format!(
            "Anyone asks for `{prefix}../settings.py` and is given files from beside the folder: \
             code, settings, the database file."
        );
        draft.fix = format!("location {prefix}/ {{ alias {folder}; }}");
        drafts.push(draft);
    }
}
