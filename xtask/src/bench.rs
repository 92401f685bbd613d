//! Bartizan's speed and memory against a fast linter's and against parsing alone, what each rule costs,
//! and how fast credentials are searched for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

mod rules;

use crate::cargo::{self, Profile};
use crate::{ecosystem, tree};

/// How long to measure.
#[derive(Args)]
pub struct Options {
    /// Rounds that count; one more warms up.
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// Measure instead what each rule costs, as a share of a scan; fail where one costs too much.
    #[arg(long)]
    rules: bool,
    /// Measure instead how fast credentials are searched for, in memory on one core; fail below the bar.
    #[arg(long, conflicts_with = "rules")]
    secrets: bool,
    /// Only these projects of the ecosystem.
    #[arg(default_values = ["django", "wagtail", "weblate"])]
    projects: Vec<String>,
}

/// The linter to compare with, pinned: a ratio means something only against the same peer.
const RUFF: &str = "ruff==0.17.6";

/// Builds and fetches what is compared, and measures it in one run.
pub fn run(options: &Options) -> Result<()> {
    if options.rules {
        return rules::run(&options.projects);
    }
    if options.secrets {
        return secrets(&options.projects);
    }
    let ruff = ruff()?;
    let bartizan = cargo::build("bartizan", Profile::Release)?;
    let alone = cargo::build_example("bartizan", "python_alone", Profile::Release)?;
    let parse_only = cargo::build_example("bartizan_python", "parse_only", Profile::Release)?;
    let folders: Vec<PathBuf> =
        ecosystem::fetch(&options.projects)?.into_iter().map(|project| project.folder).collect();
    for threads in [1, 2] {
        let measured = Command::new("python3")
            .arg(tree::root().join("benches/ratios.py"))
            .args([options.rounds.to_string(), threads.to_string()])
            .arg(format!("bartizan scan={} scan --no-cache", bartizan.display()))
            .arg(format!("its part about Python={}", alone.display()))
            .arg(format!("ruff check={} check --select S,DJ --isolated --no-cache", ruff.display()))
            .arg(format!("parse only={}", parse_only.display()))
            .arg("--")
            .args(&folders)
            .status()
            .context("cannot run python3")?;
        ensure!(measured.success(), "the measurement failed");
    }
    Ok(())
}

/// Searches each project for credentials, as an optimised build does.
fn secrets(projects: &[String]) -> Result<()> {
    let search = cargo::build_example("bartizan_secret", "secrets", Profile::Release)?;
    for project in ecosystem::fetch(projects)? {
        println!("{}:", project.name);
        let measured =
            Command::new(&search).arg("bench").arg(&project.folder).status().context("no bench")?;
        ensure!(measured.success(), "{} is searched too slowly", project.name);
    }
    Ok(())
}

/// The linter, installed in a private folder.
fn ruff() -> Result<PathBuf> {
    let folder = tree::root().join("target/tools").join(RUFF.replace("==", "-"));
    let program = folder.join("bin/ruff");
    if !program.exists() {
        eprintln!("installing {RUFF} into target/tools");
        install(RUFF, &folder)?;
    }
    Ok(program)
}

fn install(requirement: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let installed = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(["--root-user-action=ignore", "--no-deps", "--target"])
        .arg(folder)
        .arg(requirement)
        .status()
        .context("cannot run python3")?;
    ensure!(installed.success(), "cannot install {requirement}");
    Ok(())
}
