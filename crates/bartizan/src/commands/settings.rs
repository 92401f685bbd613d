//! `bartizan settings`: what Django would run with, environment by environment.

use std::path::PathBuf;
use std::str::FromStr;

use bartizan_report::settings;
use bartizan_requirement::Version;
use bartizan_scan::settings::Ask;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{output, rules};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these settings [default: all that the project gives a value]
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// The folder of the project
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    path: PathBuf,

    /// Only this environment: local, test, staging, production
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// The settings module, whatever the project says
    #[arg(long, value_name = "MODULE")]
    settings: Option<String>,

    /// The version of Django whose defaults hold, whatever the project says
    #[arg(long, value_name = "VERSION", value_parser = version)]
    django: Option<Version>,

    /// For programs
    #[arg(long)]
    json: bool,
}

/// Evaluates the settings and shows them.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let workspace = Workspace::open(&args.path, None, &rules::all())?;
    let ask = Ask {
        names: args.names.clone(),
        environment: args.env.clone(),
        module: args.settings.clone(),
        django: args.django.clone(),
    };
    let table = workspace.settings(&ask)?;
    if table.environments.is_empty() {
        let what = match (&args.settings, &args.env) {
            (Some(module), _) => {
                format!("no settings module `{module}` in {}", args.path.display())
            }
            (None, Some(name)) => format!("no environment `{name}` in {}", args.path.display()),
            (None, None) => format!("no Django settings in {}", args.path.display()),
        };
        return Err(Failure::new(what));
    }
    if args.json {
        output::to_stdout(&settings::json(&table))?;
    } else {
        output::to_stdout(&settings::render(&table, &terminal.stdout_options()))?;
    }
    Ok(Exit::Clean)
}

pub(in crate::commands) fn version(text: &str) -> Result<Version, String> {
    Version::from_str(text).map_err(|error| error.to_string())
}
