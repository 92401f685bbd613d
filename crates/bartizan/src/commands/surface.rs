//! `bartizan surface`: who may reach what, and change what.

use std::path::PathBuf;

use bartizan_report::surface;
use bartizan_scan::surface::Ask;
use clap::ValueEnum;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{output, progress, rules};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the project
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Only what everyone may ask for
    #[arg(long)]
    anonymous: bool,

    /// Only what may change something
    #[arg(long)]
    writes: bool,

    /// List what could not be followed
    #[arg(long)]
    unresolved: bool,

    /// How the endpoints are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Write them to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The environment whose URLconf is followed [default: production]
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// The settings module, whatever the project says
    #[arg(long, value_name = "MODULE")]
    settings: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// Follows the URLconf and shows what it leads to.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let workspace = Workspace::open(&args.path, None, &rules::all())?;
    let ask = Ask {
        module: args.settings.clone(),
        environment: args.env.clone(),
        anonymous: args.anonymous,
        writes: args.writes,
    };
    let table = progress::watch(terminal.audience(), |tell| workspace.surface(&ask, tell))?;
    if table.settings.is_none() {
        return Err(Failure::new(format!("no Django settings in {}", args.path.display())));
    }
    let options = match args.output {
        Some(_) => terminal.file_options(),
        None => terminal.stdout_options(),
    };
    let report = match args.format {
        Format::Text => surface::render(&table, args.unresolved, &options),
        Format::Json => surface::json(&table),
        Format::Csv => surface::csv(&table),
    };
    match &args.output {
        Some(path) => output::to_file(path, &report)?,
        None => output::to_stdout(&report)?,
    }
    Ok(Exit::Clean)
}
