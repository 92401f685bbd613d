//! `bartizan deps`: the packages that a project uses.

mod bill;
mod check;
mod outdated;
mod tree;

use clap::Subcommand;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look for packages with known holes, and for releases that get no fixes
    Check(check::Args),
    /// Ask the index how far packages are behind
    Outdated(outdated::Args),
    /// Show which package brings in which
    Tree(tree::TreeArgs),
    /// Show what brings a package in
    Why(tree::WhyArgs),
    /// Write a bill of materials (CycloneDX 1.6)
    Sbom(bill::SbomArgs),
    /// Write what is known of each hole (OpenVEX)
    Vex(bill::VexArgs),
}

/// Does what was asked for.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    match &args.command {
        Command::Check(args) => check::run(args, terminal),
        Command::Outdated(args) => outdated::run(args, terminal),
        Command::Tree(args) => tree::tree(args, terminal),
        Command::Why(args) => tree::why(args, terminal),
        Command::Sbom(args) => bill::sbom(args, terminal),
        Command::Vex(args) => bill::vex(args, terminal),
    }
}
