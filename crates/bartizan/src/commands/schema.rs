//! `bartizan schema`: what the JSON formats promise.

use clap::ValueEnum;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of which JSON
    #[arg(value_enum, default_value_t)]
    of: Of,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Of {
    /// `scan --format json` and `deps check --format json`
    #[default]
    Result,
    /// `deps outdated --json`
    Outdated,
}

/// Prints the schema.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    output::to_stdout(match args.of {
        Of::Result => bartizan_report::json_schema(),
        Of::Outdated => bartizan_report::deps::outdated_schema(),
    })?;
    Ok(Exit::Clean)
}
