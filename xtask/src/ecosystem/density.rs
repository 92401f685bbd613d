//! How much is said of so much code.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use bartizan_base::FilePath;
use bartizan_finding::Family;

use super::Found;
use crate::tree;

/// Findings a hundred thousand lines of code outside tests, at most, over all projects.
const MOST: f64 = 10.0;

/// One row a project, and one for all.
#[derive(Default)]
pub struct Density {
    rows: Vec<(String, u64, u64)>,
}

impl Density {
    /// Counts one project. Credentials are left out, and so are packages: neither are code.
    pub fn count(&mut self, name: &str, folder: &Path, found: &[Found]) -> Result<()> {
        let findings = found.iter().filter(|found| is_of_code(&found.rule)).count() as u64;
        self.rows.push((name.to_owned(), lines(folder)?, findings));
        Ok(())
    }

    /// The table as it lies in the repository.
    pub fn table(&self) -> String {
        let mut text = "project\tlines\tfindings\teach 100,000 lines\n".to_owned();
        let mut rows: Vec<_> = self.rows.clone();
        rows.sort();
        rows.push(("all".to_owned(), self.lines(), self.findings()));
        for (name, lines, findings) in rows {
            let _ = writeln!(text, "{name}\t{lines}\t{findings}\t{:.1}", each(findings, lines));
        }
        text
    }

    /// Whether it is little enough.
    pub fn check(&self) -> Result<()> {
        let each = each(self.findings(), self.lines());
        ensure!(each <= MOST, "{each:.1} findings each 100,000 lines are more than {MOST}");
        Ok(())
    }

    fn lines(&self) -> u64 {
        self.rows.iter().map(|(_, lines, _)| lines).sum()
    }

    fn findings(&self) -> u64 {
        self.rows.iter().map(|(_, _, findings)| findings).sum()
    }
}

fn each(findings: u64, lines: u64) -> f64 {
    100_000.0 * findings as f64 / lines.max(1) as f64
}

/// Whether a rule judges something else than credentials and packages.
fn is_of_code(rule: &str) -> bool {
    let rule = bartizan_rules::RULES.iter().find(|other| other.info.id == rule);
    rule.is_some_and(|rule| rule.info.family != Family::Secrets)
}

/// Lines of Python outside tests.
fn lines(folder: &Path) -> Result<u64> {
    let mut lines = 0;
    for path in tree::files_below(folder)? {
        let inside = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        let Some(inside) = FilePath::new(&inside) else { continue };
        if inside.as_str().ends_with(".py") && !bartizan_scan::test_code::is_test_code(&inside) {
            let bytes = fs::read(&path)?;
            lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
    }
    Ok(lines)
}
