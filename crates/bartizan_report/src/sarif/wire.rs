//! The part of SARIF's object model that is written, in the order of its keys.

use std::collections::BTreeMap;

use serde::Serialize;

use super::uri;

#[derive(Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    pub version: &'static str,
    pub runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    pub tool: Tool,
    pub invocations: [Invocation; 1],
    pub original_uri_base_ids: BaseIds,
    pub column_kind: &'static str,
    pub results: Vec<Result>,
    pub properties: RunProperties,
}

#[derive(Serialize)]
pub(super) struct Tool {
    pub driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    pub name: &'static str,
    pub semantic_version: &'static str,
    pub rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub id: &'static str,
    pub name: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub deprecated_ids: &'static [&'static str],
    pub short_description: Text,
    pub full_description: Text,
    pub help: Help,
    pub default_configuration: Configuration,
    pub properties: RuleProperties,
}

#[derive(Serialize)]
pub(super) struct Text {
    pub text: String,
}

#[derive(Serialize)]
pub(super) struct Help {
    pub text: &'static str,
    pub markdown: &'static str,
}

#[derive(Serialize)]
pub(super) struct Configuration {
    pub level: &'static str,
}

#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub tags: Vec<String>,
    pub precision: &'static str,
    // GitHub's own spelling.
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    pub security_severity: Option<&'static str>,
    pub aliases: Vec<&'static str>,
    pub related: Vec<&'static str>,
    pub since: &'static str,
    pub status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub(super) struct Notification {
    pub descriptor: DescriptorReference,
    pub level: &'static str,
    pub message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
}

#[derive(Serialize)]
pub(super) struct DescriptorReference {
    pub id: &'static str,
}

#[derive(Serialize)]
pub(super) struct BaseIds {
    #[serde(rename = "%SRCROOT%")]
    pub srcroot: Base,
}

/// Where paths start. The folder itself is unknown here and differs between machines.
#[derive(Serialize)]
pub(super) struct Base {
    pub description: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Result {
    pub rule_id: &'static str,
    pub rule_index: usize,
    pub level: &'static str,
    pub kind: &'static str,
    pub message: Message,
    pub locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<Location>,
    pub partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppressions: Vec<Suppression>,
    pub properties: ResultProperties,
}

/// Edits that a tool can make.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix {
    pub description: Message,
    pub artifact_changes: Vec<ArtifactChange>,
    pub properties: FixProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange {
    artifact_location: ArtifactLocation,
    pub replacements: Vec<Replacement>,
}

impl ArtifactChange {
    /// Nothing of a file changed yet.
    pub fn of(path: &str) -> Self {
        let artifact_location = ArtifactLocation { uri: uri::relative(path), uri_base_id: ROOT };
        Self { artifact_location, replacements: Vec::new() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub deleted_region: Region,
    pub inserted_content: Text,
}

#[derive(Serialize)]
pub(super) struct FixProperties {
    pub safety: &'static str,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub text: String,
}

impl Message {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
    pub physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

impl Location {
    /// A place without a name or a message.
    pub fn at(path: &str, region: Option<Region>) -> Self {
        let artifact_location = ArtifactLocation { uri: uri::relative(path), uri_base_id: ROOT };
        let physical_location = PhysicalLocation { artifact_location, region };
        Self { id: None, physical_location, logical_locations: Vec::new(), message: None }
    }
}

const ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub start_line: u32,
    pub start_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Text>,
}

impl Region {
    /// The point before a character.
    pub fn point(line: u32, column: u32) -> Self {
        Self {
            start_line: line.max(1),
            start_column: column.max(1),
            end_line: None,
            end_column: None,
            snippet: None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub fully_qualified_name: String,
}

#[derive(Serialize)]
pub(super) struct Fingerprints {
    #[serde(rename = "bartizan/v1")]
    pub bartizan: String,
}

#[derive(Serialize)]
pub(super) struct Suppression {
    pub kind: &'static str,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    pub location: Location,
    pub properties: SuppressionProperties,
}

#[derive(Serialize)]
pub(super) struct SuppressionProperties {
    pub form: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultProperties {
    pub severity: &'static str,
    pub confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The check of Django's that says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<&'static str>,
    pub in_tests: bool,
    /// `POST /orders/<int:pk>/ (login)`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<String>,
    /// `runs as the task send_letters`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fix: String,
    pub evidence: String,
}

#[derive(Serialize)]
pub(super) struct RunProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    pub projects: Vec<String>,
    pub coverage: CoverageProperties,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<PackagesProperties>,
}

#[derive(Serialize)]
pub(super) struct PackagesProperties {
    pub checked: u32,
    pub unchecked: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisories: Option<String>,
}

#[derive(Serialize)]
pub(super) struct CoverageProperties {
    pub kinds: BTreeMap<&'static str, Reads>,
    pub interfaces: u32,
    pub lines: u64,
    pub skipped: Vec<Skipped>,
}

#[derive(Serialize)]
pub(super) struct Reads {
    pub seen: u32,
    pub read: u32,
}

#[derive(Serialize)]
pub(super) struct Skipped {
    pub path: String,
    pub reason: String,
}
