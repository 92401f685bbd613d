//! The result as SARIF 2.1.0, for forges, editors and other tools.
//!
//! Where GitHub's code scanning sets bounds, the file keeps them: a run that would be refused helps
//! nobody. What had to be left out is said in a notification of the run.

mod limits;
mod rule;
mod uri;
mod wire;

use bartizan_base::{Coverage, Problem, ProblemKind};
use bartizan_finding::{
    Finding, Note, Place, ReachedBy, Repair, RuleInfo, ScanResult, Severity, SourceLine, Subject,
    Suppressed, SuppressionForm,
};

use crate::VERSION;
use crate::json::escape_hidden;

/// The result as SARIF, with a descriptor for each of `rules` and for whatever else speaks in it.
/// Compact, since files are bounded by size. Ends with a line break.
pub fn render(result: &ScanResult, rules: &[&RuleInfo]) -> String {
    let rules = rule::all(result, rules);
    let (results, cut) = limits::cut(result, |finding| {
        let index = rules.binary_search_by_key(&finding.rule.id, |rule| rule.id);
        wire_result(finding, index.expect("every rule that speaks is described"))
    });
    let mut notifications: Vec<wire::Notification> =
        result.problems.iter().take(limits::PROBLEMS).map(notification).collect();
    notifications.extend(limits::notes(result, &cut));

    let log = wire::Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [wire::Run {
            tool: wire::Tool {
                driver: wire::Driver {
                    name: "Bartizan",
                    semantic_version: VERSION,
                    rules: rules.iter().map(|rule| rule::descriptor(rule)).collect(),
                },
            },
            invocations: [wire::Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications,
            }],
            original_uri_base_ids: wire::BaseIds {
                srcroot: wire::Base {
                    description: wire::Message::new("The folder that was scanned."),
                },
            },
            column_kind: "unicodeCodePoints",
            results,
            properties: run_properties(result),
        }],
    };
    let json = serde_json::to_string(&log)
        .expect("a log has text keys only, and writing to memory does not fail");
    escape_hidden(json) + "\n"
}

fn wire_result(finding: &Finding, rule_index: usize) -> wire::Result {
    let (setting, environment) = match &finding.subject {
        Subject::Setting { name, environment } => (Some(name), Some(environment)),
        _ => (None, None),
    };
    let mut location = marked(&finding.place, &finding.lines);
    location.logical_locations = scope(&finding.subject)
        .map(|name| wire::LogicalLocation { fully_qualified_name: name.to_owned() })
        .into_iter()
        .collect();
    wire::Result {
        rule_id: finding.rule.id,
        rule_index,
        level: if finding.would_follow { "none" } else { level(finding.severity) },
        kind: if finding.would_follow { "informational" } else { "fail" },
        message: wire::Message::new(message(finding)),
        locations: [location],
        related_locations: related(&finding.notes),
        partial_fingerprints: wire::Fingerprints { bartizan: finding.fingerprint.to_string() },
        fixes: finding.repair.iter().map(fix).collect(),
        suppressions: finding.suppressed.iter().map(|s| suppression(finding, s)).collect(),
        properties: wire::ResultProperties {
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            scope: scope(&finding.subject).map(str::to_owned),
            setting: setting.cloned(),
            environment: environment.filter(|name| !name.is_empty()).cloned(),
            check: finding.check,
            in_tests: finding.in_tests,
            endpoints: finding.endpoints.iter().map(endpoint).collect(),
            runs: finding.runs.iter().map(bartizan_finding::RunsAs::told).collect(),
            label: limits::text(&finding.label, limits::MESSAGE),
            fix: limits::text(&finding.fix, limits::MESSAGE),
            evidence: finding.evidence.to_string(),
        },
    }
}

/// The edits of a repair, file by file.
fn fix(repair: &Repair) -> wire::Fix {
    let mut artifact_changes: Vec<wire::ArtifactChange> = Vec::new();
    let mut path = None;
    for edit in &repair.edits {
        if path != Some(&edit.place.path) {
            path = Some(&edit.place.path);
            artifact_changes.push(wire::ArtifactChange::of(edit.place.path.as_str()));
        }
        let (start, end) = (edit.place.start, edit.place.end);
        let point = wire::Region::point(start.line, start.column);
        let deleted_region =
            wire::Region { end_line: Some(end.line), end_column: Some(end.column), ..point };
        let inserted_content = wire::Text { text: edit.text.clone() };
        if let Some(change) = artifact_changes.last_mut() {
            change.replacements.push(wire::Replacement { deleted_region, inserted_content });
        }
    }
    wire::Fix {
        description: said(&sentence(&repair.title)),
        artifact_changes,
        properties: wire::FixProperties { safety: repair.safety.as_str() },
    }
}

/// An endpoint in one line.
fn endpoint(endpoint: &ReachedBy) -> String {
    let ReachedBy { route, methods, reach } = endpoint;
    match methods.is_empty() {
        true => format!("{route} ({reach})"),
        false => format!("{} {route} ({reach})", methods.join(",")),
    }
}

/// What is wrong, why it matters, what to do. The first sentence stands alone where room is short.
fn message(finding: &Finding) -> String {
    let mut parts = vec![sentence(&finding.message)];
    parts.push(sentence(&finding.impact));
    if let Some(doubt) = &finding.doubt {
        let doubt = match doubt.starts_with("if ") {
            true => format!("This holds {doubt}"),
            false => doubt.clone(),
        };
        parts.push(sentence(&doubt));
    }
    if !finding.fix.trim().is_empty() {
        parts.push(format!("Fix: {}", finding.fix.trim()));
    }
    parts.retain(|part| !part.is_empty());
    // A SARIF message may not be empty.
    if parts.is_empty() {
        parts.push(sentence(finding.rule.title));
    }
    limits::text(&unlinked(&parts.join(" ")), limits::MESSAGE)
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

/// Code such as `handlers[name](1)` would read as a link to related location 1: SARIF lets a
/// backslash take the bracket's meaning.
fn unlinked(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// A place with the code that stands there.
fn marked(place: &Place, lines: &[SourceLine]) -> wire::Location {
    let snippet =
        snippet(place, lines).map(|text| wire::Text { text: limits::text(&text, limits::SNIPPET) });
    let start = wire::Region::point(place.start.line, place.start.column);
    let end_line = place.end.line.max(start.start_line);
    let least = if end_line == start.start_line { start.start_column } else { 1 };
    let end_column = place.end.column.max(least);
    let region =
        wire::Region { end_line: Some(end_line), end_column: Some(end_column), snippet, ..start };
    wire::Location::at(place.path.as_str(), Some(region))
}

/// The text of a place, cut out of its lines; `None` where one of them is missing.
fn snippet(place: &Place, lines: &[SourceLine]) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    // Lines are asked for one by one, and a missing one ends it: a made-up end costs nothing.
    for number in place.start.line..=place.end.line {
        let (_, line) = lines.iter().find(|(at, _)| *at == number)?;
        let from = if number == place.start.line { place.start.column.max(1) - 1 } else { 0 };
        let to = if number == place.end.line { place.end.column.max(1) - 1 } else { u32::MAX };
        let text = line.trim_end_matches(['\n', '\r']).chars();
        parts.push(text.skip(from as usize).take(to.saturating_sub(from) as usize).collect());
    }
    let text: String = parts.join("\n");
    (!text.is_empty()).then_some(text)
}

fn scope(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Code { scope, .. }
        | Subject::Secret { scope, .. }
        | Subject::Suppression { scope, .. } => {
            Some(scope.as_str()).filter(|scope| !scope.is_empty())
        }
        Subject::Setting { .. }
        | Subject::Package { .. }
        | Subject::Requirement { .. }
        | Subject::Deployment { .. } => None,
    }
}

fn related(notes: &[Note]) -> Vec<wire::Location> {
    let location = |(at, note): (usize, &Note)| wire::Location {
        id: Some(at + 1),
        message: Some(said(&note.message)),
        ..marked(&note.place, &note.lines)
    };
    notes.iter().take(limits::RELATED).enumerate().map(location).collect()
}

/// A message made of text that was not written for SARIF.
fn said(text: &str) -> wire::Message {
    wire::Message::new(limits::text(&unlinked(text), limits::MESSAGE))
}

fn suppression(finding: &Finding, suppressed: &Suppressed) -> wire::Suppression {
    let reason = limits::text(&suppressed.reason, limits::MESSAGE);
    // A list is another file, and so may the settings be; what they decide about is here.
    let (kind, line) = match suppressed.form {
        SuppressionForm::List | SuppressionForm::Django => ("external", finding.place.start.line),
        _ => ("inSource", suppressed.line),
    };
    let comment = wire::Region::point(line, 1);
    wire::Suppression {
        kind,
        status: "accepted",
        justification: Some(reason).filter(|reason| !reason.is_empty()),
        location: wire::Location::at(finding.place.path.as_str(), Some(comment)),
        properties: wire::SuppressionProperties {
            form: suppressed.form.as_str(),
            until: suppressed.until.map(|date| date.to_string()),
        },
    }
}

fn notification(problem: &Problem) -> wire::Notification {
    let region = problem.at.map(|at| wire::Region::point(at.line, at.column));
    let path = problem.path.as_str();
    let location = (!path.is_empty()).then(|| wire::Location::at(path, region));
    wire::Notification {
        descriptor: wire::DescriptorReference { id: problem.kind.as_str() },
        level: if problem.kind == ProblemKind::Internal { "error" } else { "warning" },
        message: said(&sentence(&problem.message)),
        locations: location.into_iter().collect(),
    }
}

fn run_properties(result: &ScanResult) -> wire::RunProperties {
    let coverage: &Coverage = &result.coverage;
    let skipped = coverage.skipped.iter().take(limits::SKIPPED);
    wire::RunProperties {
        revision: result.revision.clone(),
        projects: result.projects.iter().map(|project| project.root.clone()).collect(),
        coverage: wire::CoverageProperties {
            kinds: coverage
                .kinds
                .iter()
                .map(|(kind, reads)| {
                    (kind.as_str(), wire::Reads { seen: reads.seen, read: reads.read })
                })
                .collect(),
            interfaces: coverage.interfaces,
            lines: coverage.lines,
            skipped: skipped
                .map(|skipped| wire::Skipped {
                    path: skipped.path.clone(),
                    reason: skipped.reason.clone(),
                })
                .collect(),
        },
        packages: result.packages.as_ref().map(|check| wire::PackagesProperties {
            checked: check.checked,
            unchecked: check.unchecked,
            advisories: check.advisories.map(|date| date.to_string()),
        }),
    }
}
