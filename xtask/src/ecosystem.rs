//! What Bartizan says of pinned real projects, scanned, compared and reported.

mod density;
mod reading;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bartizan_finding::Profile;
use clap::Args;
use serde::Deserialize;

use crate::{cargo, tree};
use density::Density;
use reading::Reading;

pub use reading::{Found, Verdict};

/// Which projects, and what to do with the difference between what is found and what was read.
#[derive(Args)]
pub struct Options {
    /// Only these projects.
    names: Vec<String>,
    /// Fail where a finding is not read, or a reading has no finding any more.
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Write what is found into the readings; what is new waits there for a verdict.
    #[arg(long)]
    update: bool,
}

/// Scans each project and shows how it differs from its reading.
pub fn run(options: &Options) -> Result<()> {
    let bartizan = cargo::build("bartizan", cargo::Profile::Dev)?;
    let mut undone = Vec::new();
    let mut density = Density::default();
    for project in fetch(&options.names)? {
        let name = &project.name;
        let path = tree::root().join("ecosystem").join(format!("{name}.tsv"));
        let read = match path.exists() {
            true => {
                Reading::parse(&fs::read_to_string(&path)?).with_context(|| tree::shown(&path))?
            }
            false => Reading::default(),
        };

        let started = Instant::now();
        let found = scan(&bartizan, &project.folder, Profile::Everyday)?;
        let now = read.follow(&found);
        density.count(name, &project.folder, &found)?;
        println!("{name}: {} in {:.1} s", now.tally(), started.elapsed().as_secs_f64());
        for row in now.rows_beyond(&read) {
            // The reading knows no lines, they move; whoever reads the difference needs one.
            let line = found.iter().find(|found| found.is(row)).map_or(0, |found| found.line);
            println!("+ {}:{line} {}", row.path, row.rule);
        }
        for row in read.rows_beyond(&now) {
            println!("- {} {} {}", row.path, row.rule, row.fingerprint);
        }

        if options.update {
            fs::write(&path, now.to_string())?;
        } else if now != read {
            undone.push(format!("{name}: {} is not what is found now", tree::shown(&path)));
        }
        if now.unread() > 0 {
            undone.push(format!("{name}: {} findings wait for a verdict", now.unread()));
        }
    }
    if options.names.is_empty() {
        let path = tree::root().join("ecosystem/density.tsv");
        let table = density.table();
        if options.update {
            fs::write(&path, &table)?;
        } else if fs::read_to_string(&path).unwrap_or_default() != table {
            undone.push(format!("{} is not what is counted now", tree::shown(&path)));
        }
        density.check()?;
    }
    for line in &undone {
        println!("{line}");
    }
    ensure!(!options.check || undone.is_empty(), "the readings are not complete");
    Ok(())
}

/// A pinned project on this disk.
pub struct Project {
    pub name: String,
    pub folder: PathBuf,
}

/// The named projects, or all of them, fetched where they are not here yet.
pub fn fetch(names: &[String]) -> Result<Vec<Project>> {
    fetched(names)
}

/// The projects of another list than `projects.toml`.
pub fn fetch_from(list: &str) -> Result<Vec<Project>> {
    fetch_named(list, &[])
}

/// Those of another list that are named, or all.
pub fn fetch_named(list: &str, names: &[String]) -> Result<Vec<Project>> {
    let list = tree::root().join(list).display().to_string();
    fetched(&[&["--from".to_owned(), list], names].concat())
}

fn fetched(args: &[String]) -> Result<Vec<Project>> {
    let output = Command::new("python3")
        .arg(tree::root().join("ecosystem/fetch.py"))
        .args(args)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run python3")?;
    ensure!(output.status.success(), "not all projects could be fetched");
    let folders = String::from_utf8(output.stdout)?;
    folders
        .lines()
        .map(|folder| {
            let folder = PathBuf::from(folder);
            let called = folder.file_name().unwrap_or_default().to_string_lossy();
            let (name, _version) = called.rsplit_once('-').context("NAME-VERSION is expected")?;
            Ok(Project { name: name.to_string(), folder: folder.clone() })
        })
        .collect()
}

/// The part of `bartizan scan --format json` that a reading is made of.
#[derive(Deserialize)]
struct Report {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    rule: String,
    fingerprint: String,
    message: String,
    in_tests: bool,
    place: Place,
    suppressed: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Place {
    path: String,
    start: Position,
}

#[derive(Deserialize)]
struct Position {
    line: u32,
}

/// The day as which projects are judged, so that a series that ends later makes no reading untrue. It
/// moves when somebody reads them anew.
const READ_ON: &str = "2026-11-26";

/// What a user sees of a project without any configuration.
pub fn scan(bartizan: &Path, folder: &Path, profile: Profile) -> Result<Vec<Found>> {
    let output = Command::new(bartizan)
        .args(["scan", "--profile", profile.as_str(), "--format", "json", "--as-of", READ_ON])
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run bartizan")?;
    // 1 says that there are findings; whatever else is not 0 says that the scan failed.
    ensure!(matches!(output.status.code(), Some(0 | 1)), "bartizan scan: {}", output.status);
    let report: Report = serde_json::from_slice(&output.stdout).context("no report to read")?;
    let shown = report.findings.into_iter().filter(|finding| finding.suppressed.is_none());
    Ok(shown
        .map(|Finding { rule, fingerprint, message, in_tests, place, .. }| Found {
            message,
            in_tests,
            path: place.path,
            line: place.start.line,
            rule,
            fingerprint,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `fetch.py` with a package index of its own making, where somebody else unpacks the same
    /// distribution in the meantime.
    const RACE: &str = r#"
import io, hashlib, pathlib, sys, tarfile
import fetch
data = io.BytesIO()
with tarfile.open(fileobj=data, mode="w:gz") as archive:
    archive.addfile(tarfile.TarInfo("clinic-1.0/manage.py"), io.BytesIO())
fetch.distribution = lambda pin: ""
fetch.download = lambda url: data.getvalue()
unpack, cache = fetch.unpack, pathlib.Path(sys.argv[1])
def raced(data, into, keep):
    unpack(data, into, keep)
    unpack(data, cache / "clinic-1.0", keep)
fetch.unpack = raced
digest = hashlib.sha256(data.getvalue()).hexdigest()
print(fetch.fetch({"name": "clinic", "version": "1.0", "sha256": digest}, cache, ("",)))
"#;

    #[test]
    fn two_that_fetch_the_same_project_at_once_both_get_it() {
        let cache = tempfile::tempdir().unwrap();
        let raced = Command::new("python3")
            .args(["-c", RACE])
            .arg(cache.path())
            .current_dir(tree::root().join("ecosystem"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&raced.stderr);
        assert!(raced.status.success(), "{said}");
        let folder = cache.path().join("clinic-1.0");
        assert_eq!(String::from_utf8_lossy(&raced.stdout).trim(), folder.display().to_string());
        assert!(folder.join("manage.py").is_file());
        // The copy that came second is not left lying about.
        assert_eq!(std::fs::read_dir(cache.path()).unwrap().count(), 1);
    }
}
