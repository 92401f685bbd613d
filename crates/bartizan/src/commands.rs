//! The commands, one file each.

pub mod explain;
pub mod rules;
pub mod scan;
pub mod schema;

use crate::cli::Command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Does what was asked for.
pub fn run(command: &Command, terminal: &Terminal) -> Result<Exit, Failure> {
    match command {
        Command::Scan(args) => scan::run(args, terminal),
        Command::Explain(args) => explain::run(args, terminal),
        Command::Rules(args) => rules::run(args, terminal),
        Command::Schema(args) => schema::run(args),
    }
}
