//! The report as pip-audit writes it, so that whoever reads its output can read this.

use std::collections::BTreeSet;
use std::io;

use bartizan_advisory::{Advisories, Record};
use bartizan_deps::{Package, Vulnerable};
use bartizan_requirement::Version;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use super::screen::Screen;
use crate::visible::visible;

/// How the reason begins why what is taken from elsewhere than an index is not compared.
const TAKEN_FROM: &str = "it is taken from ";

/// Its JSON, byte for byte as Python writes it. Ends with a line break.
pub fn json(screen: &Screen<'_>) -> String {
    let audit = Audit { dependencies: dependencies(screen), fixes: [] };
    let mut out = Vec::new();
    audit
        .serialize(&mut Serializer::with_formatter(&mut out, PythonFormatter))
        .expect("an audit has text keys only, and writing to memory does not fail");
    out.push(b'\n');
    String::from_utf8(out).expect("what is written is ASCII")
}

/// Its columns. Empty where nothing was found and nothing was left out.
pub fn columns(screen: &Screen<'_>) -> String {
    let dependencies = dependencies(screen);
    let mut found = vec![["Name", "Version", "ID", "Fix Versions"].map(str::to_owned)];
    let mut skipped = vec![["Name", "Skip Reason"].map(str::to_owned)];
    for dependency in &dependencies {
        match dependency {
            Dependency::Audited { name, version, vulns } => {
                found.extend(vulns.iter().map(|vuln| {
                    let fixes = vuln.fix_versions.join(",");
                    [name, version, &vuln.id, &fixes].map(|text| visible(text).into_owned())
                }));
            }
            Dependency::Skipped { name, skip_reason } => {
                skipped.push([name, skip_reason].map(|text| visible(text).into_owned()));
            }
        }
    }
    let tables: Vec<String> =
        [table(&found), table(&skipped)].into_iter().filter(|table| !table.is_empty()).collect();
    match tables.is_empty() {
        true => String::new(),
        // One blank line between what was found and what was left out, none at the end.
        false => tables.join("\n\n") + "\n",
    }
}

/// The line that it writes to stderr.
pub fn summary(screen: &Screen<'_>) -> String {
    // What is no version of PEP 440 is not audited.
    let is_audited: Vec<bool> = screen
        .report
        .packages
        .iter()
        .map(|package| package.version.parse::<Version>().is_ok())
        .collect();
    let found: Vec<usize> =
        screen.report.open().map(|flaw| flaw.package).filter(|at| is_audited[*at]).collect();
    let (count, packages) = (found.len(), found.iter().collect::<BTreeSet<_>>().len());
    match (count, packages) {
        (0, _) => "No known vulnerabilities found".to_owned(),
        (1, _) => "Found 1 known vulnerability in 1 package".to_owned(),
        (_, 1) => format!("Found {count} known vulnerabilities in 1 package"),
        _ => format!("Found {count} known vulnerabilities in {packages} packages"),
    }
}

#[derive(Serialize)]
struct Audit {
    dependencies: Vec<Dependency>,
    fixes: [(); 0],
}

#[derive(Serialize)]
#[serde(untagged)]
enum Dependency {
    Audited { name: String, version: String, vulns: Vec<Vuln> },
    Skipped { name: String, skip_reason: String },
}

#[derive(Serialize)]
struct Vuln {
    id: String,
    fix_versions: Vec<String>,
    aliases: Vec<String>,
    description: String,
}

/// Packages in the order of their places; what could not be checked behind them.
fn dependencies(screen: &Screen<'_>) -> Vec<Dependency> {
    let report = screen.report;
    let mut order: Vec<usize> = (0..report.packages.len()).collect();
    order.sort_by_key(|number| {
        let place = report.packages[*number].place();
        (place.path.clone(), place.span)
    });
    let mut vulns: Vec<Vec<Vuln>> = Vec::new();
    vulns.resize_with(report.packages.len(), Vec::new);
    for flaw in report.open() {
        vulns[flaw.package].push(vuln(flaw, screen.advisories));
    }
    let mut out: Vec<Dependency> = Vec::new();
    for number in order {
        let package: &Package = &report.packages[number];
        let mut vulns = std::mem::take(&mut vulns[number]);
        vulns.sort_by_cached_key(|vuln| natural(&vuln.id));
        // What is no version of PEP 440 is left out of an audit there, and said to be.
        out.push(match package.version.parse::<Version>() {
            Ok(version) => Dependency::Audited {
                name: package.name.as_str().to_owned(),
                version: version.to_string(),
                vulns,
            },
            Err(_) => Dependency::Skipped {
                name: package.name.as_str().to_owned(),
                skip_reason: format!(
                    "Package has invalid version and could not be audited: {} ({})",
                    package.name, package.version
                ),
            },
        });
    }
    out.extend(report.unchecked.iter().map(|unchecked| Dependency::Skipped {
        name: unchecked.name.as_str().to_owned(),
        // Its own words for what comes from a repository, an address or a folder.
        skip_reason: match unchecked.why.starts_with(TAKEN_FROM) {
            true => "URL requirements cannot be pinned to a specific package version".to_owned(),
            false => unchecked.why.clone(),
        },
    }));
    out
}

fn vuln(flaw: &Vulnerable<'_>, advisories: &Advisories) -> Vuln {
    let advisory = &flaw.advisory;
    let records = &advisory.records;
    // PyPA's record is the one that it shows; of others the first.
    let shown = records.iter().find(|record| record.id.starts_with("PYSEC-"));
    let shown: &Record<'_> =
        shown.or(records.first()).expect("an advisory is made of its first record");
    let mut ids: Vec<&str> = advisory.names().collect();
    ids.sort_by_key(|id| (rank(id), natural(id)));
    // The record's own id stands for its PyPA aliases.
    let id = if shown.id.starts_with("PYSEC-") { shown.id } else { ids[0] };
    let text = advisories.text(shown);
    let description = [text.summary, text.details].into_iter().find(|text| !text.is_empty());
    let mut fixes: Vec<Version> =
        shown.fixes().iter().filter_map(|version| version.parse().ok()).collect();
    fixes.sort();
    Vuln {
        id: id.to_owned(),
        fix_versions: fixes.iter().map(ToString::to_string).collect(),
        aliases: ids.iter().filter(|alias| **alias != id).map(ToString::to_string).collect(),
        description: description.unwrap_or("N/A").replace('\n', " "),
    }
}

fn rank(id: &str) -> u8 {
    match id {
        id if id.starts_with("PYSEC") => 1,
        id if id.starts_with("CVE") => 2,
        _ => 3,
    }
}

/// `PYSEC-2024-9` before `PYSEC-2024-10`.
fn natural(id: &str) -> Vec<(u64, String)> {
    id.split('-').map(|part| (part.parse().unwrap_or(0), part.to_owned())).collect()
}

/// Rows as wide as their widest cell, a rule under the first. Empty without a second row.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    if rows.len() < 2 {
        return String::new();
    }
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
    });
    let line = |cells: &[String; N]| {
        let cells: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        cells.join(" ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.insert(1, widths.map(|width| "-".repeat(width)).join(" "));
    lines.join("\n")
}

/// JSON as Python's `json.dumps` writes it: blanks behind commas and colons, and ASCII alone.
struct PythonFormatter;

impl Formatter for PythonFormatter {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for c in fragment.chars() {
            if matches!(c, ' '..='~') {
                out.write_all(&[c as u8])?;
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        match escape {
            CharEscape::Quote => out.write_all(b"\\\""),
            CharEscape::ReverseSolidus => out.write_all(b"\\\\"),
            CharEscape::Solidus => out.write_all(b"/"),
            CharEscape::Backspace => out.write_all(b"\\b"),
            CharEscape::FormFeed => out.write_all(b"\\f"),
            CharEscape::LineFeed => out.write_all(b"\\n"),
            CharEscape::CarriageReturn => out.write_all(b"\\r"),
            CharEscape::Tab => out.write_all(b"\\t"),
            CharEscape::AsciiControl(byte) => write!(out, "\\u{byte:04x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_as_python_writes_it() {
        let mut out = Vec::new();
        let text = "a \"b\" \\ / \n\t\u{7f}\u{1} é 𝄞";
        let value = serde_json::json!({"name": [text, "c"], "vulns": [], "x": 1});
        value.serialize(&mut Serializer::with_formatter(&mut out, PythonFormatter)).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"name": ["a \"b\" \\ / \n\t\u007f\u0001 \u00e9 \ud834\udd1e", "c"], "vulns": [], "x": 1}"#
        );
    }
}
