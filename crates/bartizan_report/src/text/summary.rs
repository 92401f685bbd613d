//! The last lines of a scan: how much was found, how much was looked at, what could not be read.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{Problem, ProblemKind};
use bartizan_finding::{PackageCheck, ScanResult, Severity};

use crate::deps::stale;
use crate::look::{Look, Paint};
use crate::number::{counted, elapsed, grouped};
use crate::options::Options;
use crate::visible::{fill, visible};

/// The two lines that end every scan, and a third where it states packages; more only where the
/// screen is too narrow for them.
pub(super) fn lines(result: &ScanResult, options: &Options, look: &Look) -> Vec<String> {
    let dot = format!(" {} ", look.glyphs.dot);
    let mut found = vec![findings(result)];
    let suppressed = result.findings.len() - result.shown().count();
    if suppressed > 0 {
        found.push(format!("{} suppressed", grouped(suppressed as u64)));
    }
    let coverage = &result.coverage;
    let mut looked_at = format!(
        "{}, {}",
        counted(u64::from(coverage.files_read()), "file"),
        counted(coverage.lines, "line")
    );
    if let Some(time) = options.elapsed {
        looked_at.push_str(&format!(" in {}", elapsed(time)));
    }
    let mut looked_at = vec![looked_at];
    looked_at.extend(unread(&result.problems, options.problems));
    let mut lines = fill(&found, &dot, look.width);
    lines.extend(fill(&looked_at, &dot, look.width));
    if let Some(check) = &result.packages {
        lines.extend(packages(check, &dot, look));
    }
    lines
}

/// `84 packages · 12 without one version · advisories from 2026-11-20 (3 days)`; nothing where the
/// project states no package.
fn packages(check: &PackageCheck, dot: &str, look: &Look) -> Vec<String> {
    if check.checked + check.unchecked == 0 {
        return Vec::new();
    }
    let mut parts = vec![counted(u64::from(check.checked), "package")];
    if check.unchecked > 0 {
        let unchecked = grouped(u64::from(check.unchecked));
        parts.push(format!("{unchecked} without one version (bartizan deps check --problems)"));
    }
    parts.push(match (check.advisories, check.age) {
        (Some(date), Some(0)) => format!("advisories from {date} (today)"),
        (Some(date), Some(days)) => {
            format!("advisories from {date} ({})", counted(u64::from(days), "day"))
        }
        _ => "advisories of unknown age".to_owned(),
    });
    let mut lines = fill(&parts, dot, look.width);
    lines.extend(check.age.and_then(|days| stale(i64::from(days), look)));
    lines
}

/// `3 findings (1 high, 2 medium)`
fn findings(result: &ScanResult) -> String {
    let count = |severity: Severity| {
        result.shown().filter(|finding| finding.severity == severity).count() as u64
    };
    let total = result.shown().count() as u64;
    if total == 0 {
        return "no findings".to_owned();
    }
    let parts: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .map(|severity| (count(*severity), severity))
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{} {severity}", grouped(count)))
        .collect();
    format!("{} ({})", counted(total, "finding"), parts.join(", "))
}

/// `1 file could not be read, 2 only in part (bartizan scan --problems)`
fn unread(problems: &[Problem], listed: bool) -> Option<String> {
    let (mut whole, mut part, mut other) = (BTreeSet::new(), BTreeSet::new(), 0);
    for problem in problems {
        match problem.kind {
            ProblemKind::Encoding
            | ProblemKind::TooLarge
            | ProblemKind::Unreadable
            | ProblemKind::Vanished
            | ProblemKind::Link
            | ProblemKind::Name => {
                whole.insert(&problem.path);
            }
            ProblemKind::Syntax
            | ProblemKind::TooDeep
            | ProblemKind::TooCostly
            | ProblemKind::Internal => {
                part.insert(&problem.path);
            }
            ProblemKind::Suppression => other += 1,
        }
    }
    let part = part.difference(&whole).count() as u64;
    let whole = whole.len() as u64;
    let mut said = Vec::new();
    if whole > 0 {
        said.push(format!("{} could not be read", counted(whole, "file")));
    }
    match (part, whole) {
        (0, _) => {}
        (_, 0) => said.push(format!("{} read only in part", counted(part, "file"))),
        _ => said.push(format!("{} only in part", grouped(part))),
    }
    if other > 0 {
        said.push(counted(other, "unreadable suppression"));
    }
    if said.is_empty() {
        return None;
    }
    let hint = if listed { "" } else { " (bartizan scan --problems)" };
    Some(said.join(", ") + hint)
}

/// A table of rules and how often each speaks; the worst and the loudest first.
pub(super) fn statistics(result: &ScanResult, look: &Look) -> Vec<String> {
    let mut rules: BTreeMap<&str, (u64, Severity)> = BTreeMap::new();
    for finding in result.shown() {
        let (count, worst) = rules.entry(finding.rule.id).or_insert((0, finding.severity));
        *count += 1;
        *worst = finding.severity.max(*worst);
    }
    if rules.is_empty() {
        return Vec::new();
    }
    let mut table: Vec<(&str, u64, Severity)> =
        rules.into_iter().map(|(rule, (count, worst))| (rule, count, worst)).collect();
    table.sort_by_key(|(rule, count, worst)| (std::cmp::Reverse((*worst, *count)), *rule));
    let numbers = table.iter().map(|(_, count, _)| grouped(*count).len()).max().unwrap_or(0);
    let numbers = numbers.max("count".len());
    let mut rows = vec![format!(" {:>numbers$}  {:<8}  rule", "count", "severity")];
    for (rule, count, worst) in table {
        let severity = look.paint(Paint::Severity(worst), worst.as_str());
        let pad = " ".repeat("severity".len() - worst.as_str().len());
        rows.push(format!(" {:>numbers$}  {severity}{pad}  {rule}", grouped(count)));
    }
    rows
}

/// Every problem, in the words that it carries.
pub(super) fn problems(result: &ScanResult) -> Vec<String> {
    let kinds = result.problems.iter().map(|problem| problem.kind.as_str().len()).max();
    let kinds = kinds.unwrap_or(0);
    let row = |problem: &Problem| {
        let text = problem.to_string();
        format!(" {:<kinds$}  {}", problem.kind.as_str(), visible(&text))
    };
    result.problems.iter().map(row).collect()
}
