//! The commands and what all of them take.

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands::{advisories, deps, explain, rules, scan, schema, settings, surface};

/// Keeps a Django project secure: reads its code and settings, and says what an attacker would do.
#[derive(Debug, Parser)]
#[command(name = "bartizan", bin_name = "bartizan", version, arg_required_else_help = true, after_help = AFTER)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// How all commands end.
const AFTER: &str = "\
Exit codes: 0 clean; 1 findings at or above the gate; 2 the work could not be done.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan a project and show what is found
    Scan(scan::Args),
    /// Show who may reach what, and change what
    Surface(surface::Args),
    /// Show what Django would run with, in each environment
    Settings(settings::Args),
    /// Check the packages that a project uses
    Deps(deps::Args),
    /// Show what is known of holes in packages
    Advisories(advisories::Args),
    /// Show the page of a rule, or one finding whole
    Explain(explain::Args),
    /// List all rules
    Rules(rules::Args),
    /// Print the JSON Schema of `scan --format json`
    Schema(schema::Args),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that knows colours, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        super::Cli::command().debug_assert();
    }
}
