//! Rules as SARIF's reporting descriptors.

use std::collections::BTreeMap;

use bartizan_finding::{Alias, RuleInfo, ScanResult, Severity, Status};

use super::{level, limits, wire};

/// The rules given and those that speak in the result, sorted by id, each once.
pub(super) fn all<'a>(result: &'a ScanResult, rules: &[&'a RuleInfo]) -> Vec<&'a RuleInfo> {
    let speaking = result.findings.iter().map(|finding| finding.rule);
    let by_id: BTreeMap<&str, &RuleInfo> =
        speaking.chain(rules.iter().copied()).map(|rule| (rule.id, rule)).collect();
    by_id.into_values().collect()
}

pub(super) fn descriptor(rule: &RuleInfo) -> wire::Descriptor {
    let text = |text: &str| wire::Text { text: limits::text(text, limits::DESCRIPTION) };
    wire::Descriptor {
        id: rule.id,
        name: limits::text(&name(rule.id), limits::NAME),
        deprecated_ids: rule.was,
        short_description: text(rule.title),
        full_description: text(rule.summary()),
        help: wire::Help { text: rule.page, markdown: rule.page },
        default_configuration: wire::Configuration { level: level(rule.severity) },
        properties: wire::RuleProperties {
            tags: tags(rule),
            precision: rule.confidence.as_str(),
            security_severity: score(rule.severity),
            aliases: ids(rule.aliases),
            related: ids(rule.related),
            since: rule.since,
            status: match rule.status {
                Status::Stable => "stable",
                Status::Preview => "preview",
            },
        },
    }
}

/// `SqlInjection`, as SARIF asks of names.
fn name(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let mut chars = word.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars)
        })
        .collect()
}

/// GitHub groups by these; CWE numbers carry at least three digits there.
fn tags(rule: &RuleInfo) -> Vec<String> {
    let mut tags = vec!["security".to_owned(), rule.family.as_str().to_owned()];
    tags.extend(rule.cwe.iter().map(|cwe| format!("external/cwe/cwe-{:03}", cwe.0)));
    tags.truncate(limits::TAGS);
    tags
}

/// A score in the middle of the band that GitHub turns back into the word. A remark has none.
fn score(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

fn ids(aliases: &[Alias]) -> Vec<&'static str> {
    aliases.iter().map(|Alias(_, id)| *id).collect()
}
