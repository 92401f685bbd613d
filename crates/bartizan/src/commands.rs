//! The commands, one file each.

pub mod advisories;
pub mod deps;
pub mod explain;
pub mod rules;
pub mod scan;
pub mod schema;
pub mod settings;
pub mod surface;

use crate::cli::Command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Does what was asked for.
pub fn run(command: &Command, terminal: &Terminal) -> Result<Exit, Failure> {
    match command {
        Command::Scan(args) => scan::run(args, terminal),
        Command::Surface(args) => surface::run(args, terminal),
        Command::Settings(args) => settings::run(args, terminal),
        Command::Deps(args) => deps::run(args, terminal),
        Command::Advisories(args) => advisories::run(args, terminal),
        Command::Explain(args) => explain::run(args, terminal),
        Command::Rules(args) => rules::run(args, terminal),
        Command::Schema(args) => schema::run(args),
    }
}
