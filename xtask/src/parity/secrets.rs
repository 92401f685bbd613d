//! The places where credentials are found, by us and by detect-secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use bartizan_finding::{Family, Profile};
use serde::Deserialize;

use crate::ecosystem;

/// The places where credentials are found every day.
pub(super) fn ours(bartizan: &Path, folder: &Path) -> Result<BTreeSet<(String, u32)>> {
    let found = ecosystem::scan(bartizan, folder, Profile::Everyday)?;
    Ok(found
        .into_iter()
        .filter(|found| is_of_credentials(&found.rule))
        .map(|found| (found.path, found.line))
        .collect())
}

fn is_of_credentials(rule: &str) -> bool {
    let rule = bartizan_rules::RULES.iter().find(|other| other.info.id == rule);
    rule.is_some_and(|rule| {
        rule.info.family == Family::Secrets
            || matches!(rule.info.id, "hardcoded-password" | "hardcoded-secret-key")
    })
}

/// The places where detect-secrets finds any.
pub(super) fn theirs(bin: &Path, folder: &Path) -> Result<BTreeSet<(String, u32)>> {
    #[derive(Deserialize)]
    struct Report {
        results: BTreeMap<String, Vec<Row>>,
    }
    #[derive(Deserialize)]
    struct Row {
        line_number: u32,
    }
    let output = Command::new(bin.join("detect-secrets"))
        .args(["scan", "--no-verify", "--all-files", "."])
        .current_dir(folder)
        .stderr(Stdio::null())
        .output()
        .context("detect-secrets cannot be run")?;
    ensure!(output.status.success(), "detect-secrets: {}", output.status);
    let report: Report = serde_json::from_slice(&output.stdout).context("no report to read")?;
    let place = |(path, rows): (String, Vec<Row>)| {
        let path = path.trim_start_matches("./").to_owned();
        rows.into_iter().map(move |row| (path.clone(), row.line_number))
    };
    Ok(report.results.into_iter().flat_map(place).collect())
}
