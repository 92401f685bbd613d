//! What peers find, and whether it is found here: Bandit over its own examples, under its own
//! configurations too, Ruff over real projects, detect-secrets over a corpus and over real trees.

mod corpus;
mod secrets;
mod table;
mod trees;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{cargo, ecosystem, tree};
use table::{Counts, Difference, Side};

/// What to do with the differences.
#[derive(Args)]
pub struct Options {
    /// Write the tables; what is new there waits for a reason.
    #[arg(long, conflicts_with = "check")]
    update: bool,
    /// Fail where a table is not what is found now, or a reason is missing.
    #[arg(long)]
    check: bool,
    /// Compare with this peer alone.
    #[arg(long)]
    only: Option<String>,
}

/// At least so many of Bandit's findings are found, in percent.
const LEAST_FOUND: f64 = 97.0;
/// At most so many are found beyond them, in percent.
const MOST_MORE: f64 = 3.0;

/// Runs the peers and compares.
pub fn run(options: &Options) -> Result<()> {
    let bartizan = cargo::build("bartizan", cargo::Profile::Dev)?;
    let bin = peers()?;
    let wanted = |peer: &str| options.only.as_deref().is_none_or(|only| only == peer);
    let mut undone = Vec::new();
    if wanted("bandit") {
        compare_bandit(&bartizan, &bin, options, &mut undone)?;
    }
    if wanted("options") {
        compare_options(&bartizan, &bin, &mut undone)?;
    }
    if wanted("ruff") {
        compare_ruff(&bartizan, &bin, options, &mut undone)?;
    }
    if wanted("corpus") {
        let text = corpus::table(&bartizan, &bin)?;
        settle(&corpus::path(), &text, options, &mut undone)?;
    }
    if wanted("trees") {
        let text = trees::table(&bartizan, &bin, &read(&trees::path()))?;
        settle(&trees::path(), &text, options, &mut undone)?;
    }
    for line in &undone {
        println!("{line}");
    }
    ensure!(!options.check || undone.is_empty(), "the tables are not complete");
    Ok(())
}

/// A finding, of a peer or of ours. Ours has several ids: those of the rule's aliases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    path: String,
    line: u32,
    ids: Vec<String>,
}

fn compare_bandit(
    bartizan: &Path,
    bin: &Path,
    options: &Options,
    undone: &mut Vec<String>,
) -> Result<()> {
    let examples = bandit_sources()?.join("examples");
    let theirs = bandit(bin, &examples)?;
    let ours = scan(bartizan, &examples, "bandit", false)?;
    let (missed, more) = differences(&theirs, &ours);
    let percent = |part: usize| 100.0 * part as f64 / theirs.len().max(1) as f64;
    let found = theirs.len() - missed.len();
    println!(
        "bandit: {found} of {} found ({:.1} %), {} more ({:.1} %)",
        theirs.len(),
        percent(found),
        more.len(),
        percent(more.len()),
    );
    ensure!(percent(found) >= LEAST_FOUND, "fewer than {LEAST_FOUND} % are found");
    ensure!(percent(more.len()) <= MOST_MORE, "more than {MOST_MORE} % are found beyond");
    let side = |side: Side, found: Vec<Found>| {
        found.into_iter().map(move |found| Difference {
            side,
            path: found.path,
            line: found.line,
            id: found.ids.join(" "),
            reason: String::new(),
        })
    };
    let now: Vec<_> = side(Side::Missed, missed).chain(side(Side::More, more)).collect();
    let path = tree::root().join("parity/bandit.tsv");
    let text = table::differences(&read(&path), now);
    settle(&path, &text, options, undone)
}

/// Each folder of `parity/options` holds one configuration of Bandit's. Both tools read its examples
/// under it, and should not differ at all.
fn compare_options(bartizan: &Path, bin: &Path, undone: &mut Vec<String>) -> Result<()> {
    let examples = bandit_sources()?.join("examples");
    let mut cases: Vec<PathBuf> = fs::read_dir(tree::root().join("parity/options"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    cases.sort();
    let scratch = tree::root().join("target/parity/options");
    for case in cases {
        let name = tree::shown(&case);
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        copy(&examples, &scratch)?;
        copy(&case, &scratch)?;
        let theirs = bandit(bin, &scratch)?;
        let ours = scan(bartizan, &scratch, "bandit", false)?;
        let (missed, more) = differences(&theirs, &ours);
        println!("{name}: {} found, {} missed, {} more", theirs.len(), missed.len(), more.len());
        for found in &missed {
            undone.push(format!("{name}: missed {}:{} {:?}", found.path, found.line, found.ids));
        }
        for found in &more {
            undone.push(format!("{name}: more {}:{} {:?}", found.path, found.line, found.ids));
        }
    }
    Ok(())
}

/// Copies the files of a folder, and those of the folders in it, into another.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for path in tree::files_below(from)? {
        let to = to.join(path.strip_prefix(from)?);
        fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        fs::copy(path, to)?;
    }
    Ok(())
}

fn compare_ruff(
    bartizan: &Path,
    bin: &Path,
    options: &Options,
    undone: &mut Vec<String>,
) -> Result<()> {
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for project in ecosystem::fetch(&[])? {
        let theirs = ruff(bin, &project.folder)?;
        let ours = scan(bartizan, &project.folder, "auditor", true)?;
        let (missed, more) = differences(&theirs, &ours);
        println!("ruff: {}: {} of {} missed", project.name, missed.len(), theirs.len());
        for found in &theirs {
            counts.entry(found.ids[0].clone()).or_default().theirs += 1;
        }
        for found in &missed {
            counts.entry(found.ids[0].clone()).or_default().missed += 1;
        }
        for found in &more {
            // Some rules of ours have no peer there.
            if let Some(id) = found.ids.iter().find(|id| id.starts_with('S')) {
                counts.entry(id.clone()).or_default().more += 1;
            }
        }
    }
    let path = tree::root().join("parity/ruff.tsv");
    let text = table::counts(&read(&path), counts);
    settle(&path, &text, options, undone)
}

/// Writes a table, or says that it is not what is found.
fn settle(path: &Path, text: &str, options: &Options, undone: &mut Vec<String>) -> Result<()> {
    let shown = tree::shown(path);
    if options.update {
        fs::write(path, text)?;
    } else if read(path) != text {
        undone.push(format!("{shown} is not what is found now"));
    }
    let waiting = text.lines().filter(|line| line.ends_with('\t')).count();
    if waiting > 0 {
        undone.push(format!("{shown}: {waiting} rows wait for a reason"));
    }
    Ok(())
}

/// What is missed of `theirs`, and what `ours` has beyond them. A line may be off by one.
fn differences(theirs: &[Found], ours: &[Found]) -> (Vec<Found>, Vec<Found>) {
    let mut open: BTreeMap<&str, Vec<&Found>> = BTreeMap::new();
    for found in ours {
        open.entry(&found.path).or_default().push(found);
    }
    let mut missed = Vec::new();
    for off in [0, 1] {
        let ask: Vec<Found> = if off == 0 { theirs.to_vec() } else { std::mem::take(&mut missed) };
        for found in ask {
            let here = open.get_mut(found.path.as_str()).and_then(|here| {
                let at = here.iter().position(|own| {
                    own.line.abs_diff(found.line) <= off && own.ids.contains(&found.ids[0])
                })?;
                Some(here.remove(at))
            });
            if here.is_none() {
                missed.push(found);
            }
        }
    }
    let mut more: Vec<Found> = open.into_values().flatten().cloned().collect();
    more.sort();
    missed.sort();
    (missed, more)
}

/// The folder of the peers' programs, installed where they are not yet.
fn peers() -> Result<PathBuf> {
    let venv = tree::root().join("target/parity");
    let bin = venv.join("bin");
    let pins = tree::root().join("parity/requirements.txt");
    let done = venv.join("installed.txt");
    if read(&done) == read(&pins) && bin.join("bandit").exists() {
        return Ok(bin);
    }
    eprintln!("installing the peers");
    let run = |command: &mut Command| -> Result<()> {
        let status = command.stdout(Stdio::null()).status().context("cannot run python3")?;
        ensure!(status.success(), "the peers cannot be installed");
        Ok(())
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    run(Command::new(bin.join("pip")).args(["install", "--quiet", "--requirement"]).arg(&pins))?;
    fs::write(done, read(&pins))?;
    Ok(bin)
}

fn bandit_sources() -> Result<PathBuf> {
    let output = Command::new("python3")
        .arg(tree::root().join("ecosystem/fetch.py"))
        .arg("--from")
        .arg(tree::root().join("parity/peers.toml"))
        .arg("bandit")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run python3")?;
    ensure!(output.status.success(), "Bandit could not be fetched");
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

fn bandit(bin: &Path, folder: &Path) -> Result<Vec<Found>> {
    #[derive(Deserialize)]
    struct Report {
        results: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        filename: String,
        line_number: u32,
        test_id: String,
    }
    let mut command = Command::new(bin.join("bandit"));
    command.args(["--quiet", "--recursive", ".", "--format", "json"]).current_dir(folder);
    // `.bandit` is found without being named.
    for name in ["bandit.yaml", "pyproject.toml"] {
        if folder.join(name).exists() {
            command.args(["--configfile", name]);
        }
    }
    let report: Report = json(&mut command)?;
    let found = report.results.into_iter().map(|row| Found {
        path: row.filename.trim_start_matches("./").to_owned(),
        line: row.line_number,
        ids: vec![row.test_id],
    });
    Ok(sorted(found.collect()))
}

fn ruff(bin: &Path, folder: &Path) -> Result<Vec<Found>> {
    #[derive(Deserialize)]
    struct Row {
        filename: String,
        code: Option<String>,
        location: Location,
    }
    #[derive(Deserialize)]
    struct Location {
        row: u32,
    }
    // The cache may be a link, and Ruff tells where it leads.
    let folder = &fs::canonicalize(folder)?;
    let mut command = Command::new(bin.join("ruff"));
    command
        .args(["check", "--isolated", "--no-cache", "--preview", "--select", "S", "--ignore-noqa"])
        .args(["--output-format", "json", "."])
        .current_dir(folder);
    let rows: Vec<Row> = json(&mut command)?;
    let found = rows.into_iter().filter_map(|row| {
        let path = Path::new(&row.filename);
        let path = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
        let id = row.code.filter(|code| code.starts_with('S') && code.len() == 4)?;
        Some(Found { path, line: row.location.row, ids: vec![id] })
    });
    Ok(sorted(found.collect()))
}

fn scan(bartizan: &Path, folder: &Path, profile: &str, suppressed: bool) -> Result<Vec<Found>> {
    #[derive(Deserialize)]
    struct Report {
        findings: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        aliases: Vec<String>,
        place: Place,
        suppressed: Option<serde::de::IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Place {
        path: String,
        start: Start,
    }
    #[derive(Deserialize)]
    struct Start {
        line: u32,
    }
    let mut command = Command::new(bartizan);
    command.args(["scan", "--profile", profile, "--format", "json"]).arg(folder);
    let report: Report = json(&mut command)?;
    let shown = report.findings.into_iter().filter(|row| suppressed || row.suppressed.is_none());
    let found = shown.filter(|row| !row.aliases.is_empty()).map(|row| Found {
        path: row.place.path,
        line: row.place.start.line,
        ids: row.aliases,
    });
    Ok(sorted(found.collect()))
}

fn sorted(mut found: Vec<Found>) -> Vec<Found> {
    found.sort();
    found
}

/// What a scanner prints. 1 says that there are findings.
fn json<T: DeserializeOwned>(command: &mut Command) -> Result<T> {
    let output = command.stderr(Stdio::null()).output().context("a scanner cannot be run")?;
    if !matches!(output.status.code(), Some(0 | 1)) {
        bail!("{:?}: {}", command.get_program(), output.status);
    }
    serde_json::from_slice(&output.stdout).context("no report to read")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: u32, ids: &[&str]) -> Found {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        Found { path: "shop/views.py".to_owned(), line, ids }
    }

    #[test]
    fn one_finding_counts_for_one_and_may_be_a_line_off() {
        let theirs = [found(3, &["B101"]), found(4, &["B101"]), found(9, &["B608"])];
        let ours = [found(4, &["B101", "S101"]), found(10, &["B608"]), found(20, &["B102"])];
        let (missed, more) = differences(&theirs, &ours);
        assert_eq!(missed, [found(3, &["B101"])]);
        assert_eq!(more, [found(20, &["B102"])]);
    }
}
