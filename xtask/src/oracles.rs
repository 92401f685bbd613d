//! The real Django asked, over all variants of settings, in every series that a Python here can run.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::tree;

/// Which Python runs the Djangos that want a new one.
///
/// Where the system has none: `debootstrap --variant=minbase --include=python3-pip,ca-certificates
/// trixie FOLDER` fetches one into a folder, and a script of `chroot FOLDER python3 "$@"` is it.
#[derive(Args)]
pub struct Options {
    /// A Python of version 3.12 or newer; looked for on the path where it is not said.
    #[arg(long)]
    python: Option<PathBuf>,
    /// Only this series, such as 5.2.
    #[arg(long)]
    series: Option<String>,
}

/// The newest patch of each series, and whether it wants Python 3.12.
const DJANGOS: &[(&str, bool)] =
    &[("3.2.25", false), ("4.2.30", false), ("5.2.19", false), ("6.0.10", true), ("6.1.3", true)];

/// Names under which a new enough Python may lie on the path.
const NEW: &[&str] = &["python3.14", "python3.13", "python3.12"];

/// Asks each Django.
pub fn run(options: &Options) -> Result<()> {
    let new = match &options.python {
        Some(python) => Some(python.display().to_string()),
        None => NEW.iter().find(|name| answers(name)).map(|name| (*name).to_owned()),
    };
    let mut asked = Vec::new();
    for (version, wants_new) in DJANGOS {
        if options.series.as_ref().is_some_and(|series| !version.starts_with(series.as_str())) {
            continue;
        }
        match (wants_new, &new) {
            (false, _) => asked.push(format!("{version}=python3")),
            (true, Some(python)) => asked.push(format!("{version}={python}")),
            (true, None) => println!("Django {version} is not asked: no Python 3.12 or newer"),
        }
    }
    ensure!(!asked.is_empty(), "there is nothing to ask");
    let status = Command::new(env!("CARGO"))
        .current_dir(tree::root())
        .args(["test", "--package", "bartizan_django", "--test", "oracle"])
        .args(["settings_are_what_other_djangos_say", "--", "--nocapture"])
        .env("BARTIZAN_ORACLES", asked.join(" "))
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "Django says otherwise");
    Ok(())
}

fn answers(python: &str) -> bool {
    Command::new(python).arg("--version").output().is_ok_and(|output| output.status.success())
}
