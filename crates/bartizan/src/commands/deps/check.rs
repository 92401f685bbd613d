//! `bartizan deps check`: known holes and ended support of everything that is pinned or locked.

use std::path::PathBuf;

use bartizan_deps::{Detail, Ignore};
use bartizan_finding::Date;
use bartizan_report::deps::{self, Screen};
use bartizan_report::{Options, json, sarif};
use bartizan_scan::config::FailOn;
use bartizan_scan::packages::Look;
use clap::ValueEnum;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifests;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{advisories, output, rules};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project, or one manifest or lock
    #[arg(default_value = ".")]
    path: PathBuf,

    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    advisories: advisories::Args,

    /// Live with this advisory, by any of its names; may be given several times
    #[arg(long, value_name = "ID")]
    ignore_vuln: Vec<String>,

    /// Do not read the code to tell which holes it can reach
    #[arg(long)]
    no_reach: bool,

    /// The least severity that makes the exit code 1 [default: whatever is shown]
    #[arg(long, value_name = "SEVERITY", value_parser = crate::commands::scan::fail_on())]
    fail_on: Option<FailOn>,

    /// Make the exit code 2 where anything could not be read or checked
    #[arg(long)]
    strict: bool,

    /// List what could not be read or checked
    #[arg(long)]
    problems: bool,

    /// Judge as on this day, `2026-11-26`: which decisions hold, which series have ended [default:
    /// today]
    #[arg(long, value_name = "DATE", value_parser = crate::workspace::day)]
    as_of: Option<Date>,

    /// The configuration to use instead of the nearest one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs; `bartizan schema` describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// As pip-audit writes it: its JSON, on a terminal its columns
    PipAudit,
}

impl Args {
    /// The formats for people and for pip-audit's readers are written from the report alone.
    fn look(&self) -> Look {
        let detail = match self.format {
            Format::Text | Format::PipAudit => Detail::Bare,
            Format::Json | Format::Sarif => Detail::Whole,
        };
        Look { reach: !self.no_reach, detail }
    }
}

/// Checks, writes the result, and answers with the gate's word.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let rules = rules::all();
    let mut workspace = Workspace::open(&args.path, args.config.as_deref(), &rules)?;
    workspace.today = args.as_of.unwrap_or(workspace.today);
    let loaded = args.advisories.load()?;
    let inventory = manifests::discover(&workspace.tree, &args.path)?;
    loaded.warn();
    let mut ignores = workspace.ignores()?;
    ignores.extend(args.ignore_vuln.iter().map(|id| Ignore::of_flag(id)));
    let (report, result) = workspace.check(&inventory, loaded.get(), &ignores, args.look())?;
    let screen = Screen { report: &report, inventory: &inventory, advisories: loaded.get() };
    let options = Options {
        problems: args.problems,
        ..match args.output {
            Some(_) => terminal.file_options(),
            None => terminal.stdout_options(),
        }
    };
    let text = match args.format {
        Format::Text => deps::render(&screen, &options),
        Format::Json => json::render(&result),
        Format::Sarif => sarif::render(&result, &rules),
        Format::PipAudit if args.output.is_none() && terminal.is_watched() => {
            deps::pip_audit_columns(&screen)
        }
        Format::PipAudit => deps::pip_audit_json(&screen),
    };
    if args.format == Format::PipAudit {
        output::to_stderr(&format!("{}\n", deps::pip_audit_summary(&screen)));
    }
    match &args.output {
        Some(path) => output::to_file(path, &text)?,
        None => output::to_stdout(&text)?,
    }
    let unchecked = report.unchecked.len() + report.problems.len() + loaded.unread.len();
    if args.strict && unchecked > 0 {
        return Err(Failure::new(format!(
            "{unchecked} could not be read or checked, and `--strict` allows none"
        ))
        .hint("`bartizan deps check --problems` lists them"));
    }
    let gate = args.fail_on.unwrap_or(workspace.config.fail_on);
    Ok(if gate.fails(&result) { Exit::Findings } else { Exit::Clean })
}
