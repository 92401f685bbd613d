//! The project's own chores, run as `cargo xtask CHORE`.

#![allow(clippy::disallowed_methods, reason = "chores work on this checkout: they are an edge")]

mod advisories;
mod bench;
mod cargo;
mod check_models;
mod docs;
mod ecosystem;
mod edits;
mod fuzz;
mod new_rule;
mod oracles;
mod parity;
mod routes;
mod sample;
mod settings;
mod tidy;
mod tree;

use std::process::ExitCode;

use clap::Parser;

/// The project's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Chore {
    /// Write the built-in advisories, and prove them by examples.
    Advisories(advisories::Options),
    /// Check what holds for the whole repository: arrows between crates, names, leftovers.
    Tidy,
    /// Make the two files of a new rule, and list it.
    NewRule(new_rule::Options),
    /// Write the reference pages from what the code says of itself.
    Docs(docs::Options),
    /// Scan pinned real projects and compare with what was read there.
    Ecosystem(ecosystem::Options),
    /// Make single edits of pinned real projects, and compare what is told of each with what it does.
    Edits(edits::Options),
    /// Evaluate the settings of real projects, and compare with what was read of the unknown ones.
    Settings(settings::Options),
    /// Compare with what the real Django says of settings, in every series.
    Oracles(oracles::Options),
    /// Measure speed and memory against a fast linter and against parsing alone.
    Bench(bench::Options),
    /// Look up the names and parameters of the models in the packages that they describe.
    CheckModels(check_models::Options),
    /// Compare with what peers find: Bandit on its examples, Ruff on real projects.
    Parity(parity::Options),
    /// Set real projects up, and write down which routes Django's own resolver has there.
    Routes(routes::Options),
    /// Draw a fixed random sample of findings on real projects, and tell how many are true.
    Sample(sample::Options),
    /// Feed the readers of hostile text with what nobody would write.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let done = match Chore::parse() {
        Chore::Advisories(options) => advisories::run(&options),
        Chore::Tidy => tidy::run(),
        Chore::NewRule(options) => new_rule::run(&options),
        Chore::Docs(options) => docs::run(&options),
        Chore::Ecosystem(options) => ecosystem::run(&options),
        Chore::Edits(options) => edits::run(&options),
        Chore::Settings(options) => settings::run(&options),
        Chore::Oracles(options) => oracles::run(&options),
        Chore::Bench(options) => bench::run(&options),
        Chore::CheckModels(options) => check_models::run(&options),
        Chore::Parity(options) => parity::run(&options),
        Chore::Routes(options) => routes::run(&options),
        Chore::Sample(options) => sample::run(&options),
        Chore::Fuzz(options) => fuzz::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
