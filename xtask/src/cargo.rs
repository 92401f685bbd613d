//! Programs of this workspace, built when a chore needs them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::tree;

/// How a program is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// As in development and CI.
    Dev,
    /// As it ships.
    Release,
}

/// Builds the program of `package`, and tells where it is. One that the environment names, as in
/// `BARTIZAN=/usr/bin/bartizan cargo xtask ecosystem`, is taken as it is.
pub fn build(package: &str, profile: Profile) -> Result<PathBuf> {
    if let Some(given) = std::env::var_os(package.to_ascii_uppercase()) {
        return Ok(PathBuf::from(given));
    }
    build_target(&["--package", package, "--bin", package], package, profile)
}

/// Builds an example of `package`, and tells where it is.
pub fn build_example(package: &str, example: &str, profile: Profile) -> Result<PathBuf> {
    build_target(&["--package", package, "--example", example], example, profile)
}

fn build_target(target: &[&str], program: &str, profile: Profile) -> Result<PathBuf> {
    eprintln!("building {program}");
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(tree::root()).arg("build").args(target).arg("--locked");
    command.args(["--message-format", "json-render-diagnostics"]);
    if profile == Profile::Release {
        command.arg("--release");
    }
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    ensure!(output.status.success(), "cannot build {program}");

    /// The part of cargo's messages that names a program.
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }
    let messages = String::from_utf8(output.stdout)?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
        .next_back()
        .with_context(|| format!("cargo built no program for {program}"))
}
