//! The project's own chores, run as `cargo xtask CHORE`.

#![allow(clippy::disallowed_methods, reason = "chores work on this checkout: they are an edge")]

mod tidy;
mod tree;

use std::process::ExitCode;

use clap::Parser;

/// The project's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Chore {
    /// Check what holds for the whole repository: arrows between crates, names, leftovers.
    Tidy,
}

fn main() -> ExitCode {
    let done = match Chore::parse() {
        Chore::Tidy => tidy::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
