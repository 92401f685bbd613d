//! `bartizan surface`: who may reach what, and change what.

use std::path::PathBuf;

use bartizan_base::ProblemKind;
use bartizan_report::change::{self, Compared};
use bartizan_report::surface;
use bartizan_scan::surface::Ask;
use clap::ValueEnum;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{installed, output, progress, rules};

/// What the columns say, for `--help`.
const COLUMNS: &str = "\
What the columns say:
  reached by  anonymous, login, permission, staff; unknown where a guard is not followed
  csrf        yes, exempt, session (asked of whoever a session logs in), no, unknown
  object      what keeps the rows of others from whoever names one in the address or the request:
              none, scoped (by the query), checked (by the view, a permission class or a decorator),
              secret (only those know the key who were told), unknown; empty where none is fetched
  changes     models, the nearest first; ? for what is not known
JSON and CSV name the line that decides each, and what it asks, or why it is not known.";

#[derive(Debug, clap::Args)]
#[command(after_long_help = COLUMNS)]
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

    /// List what could not be followed; in a route, `…` stands for it
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

    /// The virtual environment whose packages are read too, for their routes and guards
    #[arg(long, value_name = "VENV")]
    python: Option<PathBuf>,

    /// Show what changed since a branch or commit: since the last commit that both have in common
    #[arg(long, value_name = "BASE", conflicts_with_all = ["anonymous", "writes", "unresolved", "python"])]
    diff: Option<String>,

    /// Compare this branch or commit, instead of the files as they are
    #[arg(long, value_name = "REV", requires = "diff")]
    head: Option<String>,

    /// The changes from which on the exit code is 1 [default: weaker]
    #[arg(long, value_enum, value_name = "CHANGES", requires = "diff")]
    fail_on: Option<FailOn>,
}

/// Changes that fail a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// What protects less than before, and what is new and open to everyone
    #[default]
    Weaker,
    /// Every change of the surface
    Any,
    /// None
    Never,
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
    if let Some(base) = &args.diff {
        return compare(args, base, &workspace, &ask, terminal);
    }
    let installed = args.python.as_deref().map(installed::open).transpose()?;
    let installed = installed.as_ref();
    let table =
        progress::watch(terminal.audience(), |tell| workspace.surface(&ask, installed, tell))?;
    if table.settings.is_none() && table.count == 0 && table.unresolved.is_empty() {
        return Err(Failure::new(format!("no Django settings in {}", args.path.display()))
            .hint("without settings, URLconfs are shown: modules with `urlpatterns`"));
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

/// Shows what a change does to the surface.
fn compare(
    args: &Args,
    base: &str,
    workspace: &Workspace,
    ask: &Ask,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let head = args.head.as_deref();
    let (commit, table) =
        progress::watch(terminal.audience(), |tell| workspace.change(base, head, ask, tell))?;
    if let Some(fault) = table.problems.iter().find(|it| it.kind == ProblemKind::Internal) {
        return Err(Failure::new("the surfaces cannot be compared")
            .because(fault.message.clone())
            .hint("this is a fault of Bartizan; please report it with the line above"));
    }
    if table.settings.is_none() && table.count == 0 {
        return Err(Failure::new(format!("no Django settings in {}", args.path.display()))
            .hint("without settings, URLconfs are compared: modules with `urlpatterns`"));
    }
    let compared = Compared {
        base: (base, &commit),
        head,
        settings: table.settings.as_ref(),
        changes: &table.changes,
        problems: &table.problems,
    };
    let options = match args.output {
        Some(_) => terminal.file_options(),
        None => terminal.stdout_options(),
    };
    let report = match args.format {
        Format::Text => change::render(&compared, &options),
        Format::Json => change::json(&compared),
        Format::Csv => change::csv(&compared),
    };
    match &args.output {
        Some(path) => output::to_file(path, &report)?,
        None => output::to_stdout(&report)?,
    }
    let fails = match args.fail_on.unwrap_or_default() {
        FailOn::Weaker => table.changes.iter().any(change::weakens),
        FailOn::Any => !table.changes.is_empty(),
        FailOn::Never => false,
    };
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}
