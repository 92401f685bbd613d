//! The shapes of the JSON format, in the order in which their keys are written.

use std::collections::BTreeMap;

use bartizan_base::{Coverage, LineColumn, Problem, Reads};
use bartizan_finding::{
    Alias, Finding, Note, PackageCheck, Place, ReachedBy, Repair, ScanResult, Severity, Subject,
    Suppressed,
};
use serde::Serialize;

use super::SCHEMA;
use crate::{TOOL, VERSION};

#[derive(Serialize)]
pub(super) struct Report<'a> {
    schema: u32,
    tool: Tool,
    revision: Option<&'a str>,
    projects: Vec<ProjectWire<'a>>,
    findings: Vec<FindingWire<'a>>,
    problems: Vec<ProblemWire<'a>>,
    coverage: CoverageWire<'a>,
    packages: Option<PackagesWire>,
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct ProjectWire<'a> {
    root: &'a str,
}

#[derive(Serialize)]
struct FindingWire<'a> {
    rule: &'static str,
    title: &'static str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    label: &'a str,
    impact: &'a str,
    fix: &'a str,
    repair: Option<RepairWire<'a>>,
    doubt: Option<&'a str>,
    place: PlaceWire<'a>,
    lines: Vec<LineWire<'a>>,
    notes: Vec<NoteWire<'a>>,
    endpoints: Vec<EndpointWire<'a>>,
    runs: Vec<RunsWire<'a>>,
    before_reach: Option<&'static str>,
    check: Option<&'static str>,
    would_follow: bool,
    in_tests: bool,
    cwe: Vec<String>,
    aliases: Vec<&'static str>,
    related: Vec<&'static str>,
    subject: SubjectWire<'a>,
    fingerprint: String,
    evidence: String,
    suppressed: Option<SuppressedWire<'a>>,
}

#[derive(Serialize)]
struct RunsWire<'a> {
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct PlaceWire<'a> {
    path: &'a str,
    start: PositionWire,
    end: PositionWire,
    span: SpanWire,
}

#[derive(Serialize)]
struct RepairWire<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<EditWire<'a>>,
}

#[derive(Serialize)]
struct EditWire<'a> {
    place: PlaceWire<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct PositionWire {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct SpanWire {
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct LineWire<'a> {
    line: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct NoteWire<'a> {
    message: &'a str,
    place: PlaceWire<'a>,
    lines: Vec<LineWire<'a>>,
}

#[derive(Serialize)]
struct EndpointWire<'a> {
    route: &'a str,
    methods: &'a [&'static str],
    reach: &'static str,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum SubjectWire<'a> {
    Code { scope: &'a str, shape: &'a str, ordinal: u32 },
    Setting { name: &'a str, environment: &'a str },
    Package { name: &'a str, advisory: &'a str },
    Requirement { manifest: &'a str, name: &'a str },
    Deployment { file_kind: &'a str, directive: &'a str, ordinal: u32 },
    Secret { scope: &'a str, key: &'a str, ordinal: u32 },
    Suppression { scope: &'a str, rule: &'a str, ordinal: u32 },
}

#[derive(Serialize)]
struct SuppressedWire<'a> {
    form: &'static str,
    reason: &'a str,
    line: u32,
    until: Option<String>,
}

#[derive(Serialize)]
struct ProblemWire<'a> {
    path: &'a str,
    at: Option<PositionWire>,
    kind: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct CoverageWire<'a> {
    kinds: BTreeMap<&'static str, ReadsWire>,
    passed_over: &'a BTreeMap<&'static str, u32>,
    interfaces: u32,
    lines: u64,
    names: ReadsWire,
    skipped: Vec<SkippedWire<'a>>,
}

#[derive(Serialize)]
struct PackagesWire {
    checked: u32,
    unchecked: u32,
    advisories: Option<String>,
}

#[derive(Serialize)]
struct ReadsWire {
    seen: u32,
    read: u32,
}

#[derive(Serialize)]
struct SkippedWire<'a> {
    path: &'a str,
    reason: &'a str,
}

/// Counts of what is shown; suppressed findings have a number of their own.
#[derive(Serialize)]
struct Summary<'a> {
    findings: usize,
    suppressed: usize,
    problems: usize,
    severities: SeveritiesWire,
    rules: BTreeMap<&'a str, usize>,
}

#[derive(Serialize)]
struct SeveritiesWire {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
}

impl<'a> Report<'a> {
    pub fn of(result: &'a ScanResult) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool { name: TOOL, version: VERSION },
            revision: result.revision.as_deref(),
            projects: result.projects.iter().map(|p| ProjectWire { root: &p.root }).collect(),
            findings: result.findings.iter().map(FindingWire::of).collect(),
            problems: result.problems.iter().map(ProblemWire::of).collect(),
            coverage: CoverageWire::of(&result.coverage),
            packages: result.packages.as_ref().map(PackagesWire::of),
            summary: Summary::of(result),
        }
    }
}

impl<'a> FindingWire<'a> {
    fn of(finding: &'a Finding) -> Self {
        let rule = finding.rule;
        Self {
            rule: rule.id,
            title: rule.title,
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            message: &finding.message,
            label: &finding.label,
            impact: &finding.impact,
            fix: &finding.fix,
            repair: finding.repair.as_ref().map(RepairWire::of),
            doubt: finding.doubt.as_deref(),
            place: PlaceWire::of(&finding.place),
            lines: lines(&finding.lines),
            notes: finding.notes.iter().map(NoteWire::of).collect(),
            endpoints: finding.endpoints.iter().map(EndpointWire::of).collect(),
            runs: finding
                .runs
                .iter()
                .map(|of| RunsWire { kind: of.kind, name: &of.name })
                .collect(),
            before_reach: finding.before_reach.map(Severity::as_str),
            check: finding.check,
            would_follow: finding.would_follow,
            in_tests: finding.in_tests,
            cwe: rule.cwe.iter().map(ToString::to_string).collect(),
            aliases: ids(rule.aliases),
            related: ids(rule.related),
            subject: SubjectWire::of(&finding.subject),
            fingerprint: finding.fingerprint.to_string(),
            evidence: finding.evidence.to_string(),
            suppressed: finding.suppressed.as_ref().map(SuppressedWire::of),
        }
    }
}

fn ids(aliases: &[Alias]) -> Vec<&'static str> {
    aliases.iter().map(|Alias(_, id)| *id).collect()
}

fn lines(lines: &[(u32, String)]) -> Vec<LineWire<'_>> {
    lines.iter().map(|(line, text)| LineWire { line: *line, text }).collect()
}

impl<'a> PlaceWire<'a> {
    fn of(place: &'a Place) -> Self {
        Self {
            path: place.path.as_str(),
            start: PositionWire::of(place.start),
            end: PositionWire::of(place.end),
            span: SpanWire { start: place.span.start, end: place.span.end },
        }
    }
}

impl<'a> RepairWire<'a> {
    fn of(repair: &'a Repair) -> Self {
        let edits = repair.edits.iter();
        let edits =
            edits.map(|edit| EditWire { place: PlaceWire::of(&edit.place), text: &edit.text });
        Self { title: &repair.title, safety: repair.safety.as_str(), edits: edits.collect() }
    }
}

impl PositionWire {
    fn of(at: LineColumn) -> Self {
        Self { line: at.line, column: at.column }
    }
}

impl<'a> NoteWire<'a> {
    fn of(note: &'a Note) -> Self {
        Self {
            message: &note.message,
            place: PlaceWire::of(&note.place),
            lines: lines(&note.lines),
        }
    }
}

impl<'a> EndpointWire<'a> {
    fn of(endpoint: &'a ReachedBy) -> Self {
        Self { route: &endpoint.route, methods: &endpoint.methods, reach: endpoint.reach }
    }
}

impl<'a> SubjectWire<'a> {
    fn of(subject: &'a Subject) -> Self {
        match subject {
            Subject::Code { scope, shape, ordinal } => {
                Self::Code { scope, shape, ordinal: *ordinal }
            }
            Subject::Setting { name, environment } => Self::Setting { name, environment },
            Subject::Package { name, advisory } => Self::Package { name, advisory },
            Subject::Requirement { manifest, name } => Self::Requirement { manifest, name },
            Subject::Deployment { file_kind, directive, ordinal } => {
                Self::Deployment { file_kind, directive, ordinal: *ordinal }
            }
            Subject::Secret { scope, key, ordinal } => {
                Self::Secret { scope, key, ordinal: *ordinal }
            }
            Subject::Suppression { scope, rule, ordinal } => {
                Self::Suppression { scope, rule, ordinal: *ordinal }
            }
        }
    }
}

impl<'a> SuppressedWire<'a> {
    fn of(suppressed: &'a Suppressed) -> Self {
        Self {
            form: suppressed.form.as_str(),
            reason: &suppressed.reason,
            line: suppressed.line,
            until: suppressed.until.map(|date| date.to_string()),
        }
    }
}

impl<'a> ProblemWire<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            path: problem.path.as_str(),
            at: problem.at.map(PositionWire::of),
            kind: problem.kind.as_str(),
            message: &problem.message,
        }
    }
}

impl<'a> CoverageWire<'a> {
    fn of(coverage: &'a Coverage) -> Self {
        let reads = |reads: &Reads| ReadsWire { seen: reads.seen, read: reads.read };
        Self {
            kinds: coverage.kinds.iter().map(|(kind, r)| (kind.as_str(), reads(r))).collect(),
            passed_over: &coverage.passed_over,
            interfaces: coverage.interfaces,
            lines: coverage.lines,
            names: reads(&coverage.names),
            skipped: coverage
                .skipped
                .iter()
                .map(|skipped| SkippedWire { path: &skipped.path, reason: &skipped.reason })
                .collect(),
        }
    }
}

impl PackagesWire {
    fn of(check: &PackageCheck) -> Self {
        Self {
            checked: check.checked,
            unchecked: check.unchecked,
            advisories: check.advisories.map(|date| date.to_string()),
        }
    }
}

impl Summary<'_> {
    fn of(result: &ScanResult) -> Self {
        let count = |severity: Severity| {
            result.shown().filter(|finding| finding.severity == severity).count()
        };
        let mut rules = BTreeMap::new();
        for finding in result.shown() {
            *rules.entry(finding.rule.id).or_default() += 1;
        }
        let findings = result.shown().count();
        Self {
            findings,
            suppressed: result.findings.len() - findings,
            problems: result.problems.len(),
            severities: SeveritiesWire {
                critical: count(Severity::Critical),
                high: count(Severity::High),
                medium: count(Severity::Medium),
                low: count(Severity::Low),
                info: count(Severity::Info),
            },
            rules,
        }
    }
}
