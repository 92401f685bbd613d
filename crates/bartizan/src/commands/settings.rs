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

    /// JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Evaluates the settings and shows them.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    // A folder is what one would write there for other commands.
    let is_name = |name: &str| name.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
    if let Some(other) = args.names.iter().find(|name| !is_name(name)) {
        return Err(Failure::new(format!("`{other}` is no name of a setting"))
            .hint(format!("--path names the folder: bartizan settings --path {other}")));
    }
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
        let failure = Failure::new(what);
        return Err(match hint(args, &table.left_out) {
            Some(hint) => failure.hint(hint),
            None => failure,
        });
    }
    for (name, meant) in &table.unknown_names {
        if let Some(meant) = meant.as_ref().filter(|meant| *meant != name) {
            output::to_stderr(&format!("hint: there is no `{name}`; did you mean `{meant}`?\n"));
        }
    }
    if args.json {
        output::to_stdout(&settings::json(&table))?;
    } else {
        output::to_stdout(&settings::render(&table, &terminal.stdout_options()))?;
    }
    Ok(Exit::Clean)
}

/// What there is, where what was asked for is not.
fn hint(args: &Args, others: &[(String, String)]) -> Option<String> {
    let quoted = |names: Vec<&String>| {
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    match (&args.settings, &args.env) {
        (Some(_), _) if !others.is_empty() => {
            Some(format!("there is {}", quoted(others.iter().map(|(_, module)| module).collect())))
        }
        (None, Some(_)) if !others.is_empty() => {
            let mut names: Vec<&String> = others.iter().map(|(name, _)| name).collect();
            names.dedup();
            Some(format!("there is {}", quoted(names)))
        }
        (None, None) => Some("--settings names the module, --path the folder".to_owned()),
        _ => None,
    }
}

pub(in crate::commands) fn version(text: &str) -> Result<Version, String> {
    Version::from_str(text).map_err(|error| error.to_string())
}
