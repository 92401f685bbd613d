//! `bartizan`: the command line.
//!
//! This is an edge: it finds files, asks the terminal and the clock, and hands values to the
//! pipeline. One file a command, under `commands`; what they share stands beside this file.
#![allow(clippy::disallowed_methods, reason = "the binary is where the world comes in")]

mod advisories;
mod cli;
mod commands;
mod config_file;
mod exit;
mod failure;
mod guard;
mod installed;
mod knowledge;
mod manifests;
mod network;
mod output;
mod progress;
mod rules;
mod terminal;
mod workspace;
mod yanked;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::terminal::Terminal;

/// A tenth of a scan's time goes to the system's allocator otherwise: syntax trees are many small
/// boxes, made and dropped file by file.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    guard::install();
    let cli = Cli::parse();
    let terminal = Terminal::look(cli.color);
    let exit = match guard::run(|| commands::run(&cli.command, &terminal)) {
        Ok(exit) => exit,
        Err(failure) => {
            failure.print(&terminal);
            exit::Exit::Failed
        }
    };
    exit.into()
}
