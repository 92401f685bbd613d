//! `bartizan schema`: what the JSON format promises.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

#[derive(Debug, clap::Args)]
pub struct Args {}

/// Prints the schema.
pub fn run(_: &Args) -> Result<Exit, Failure> {
    output::to_stdout(bartizan_report::json_schema())?;
    Ok(Exit::Clean)
}
