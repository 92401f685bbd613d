//! `bartizan scan`: everything that can be said of a project without running it.

use std::path::PathBuf;
use std::time::Instant;

use bartizan_finding::{Date, Profile, RuleInfo, ScanResult};
use bartizan_report::{Options, json, sarif, text};
use bartizan_scan::config::{Config, FailOn, Selector};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, ValueEnum};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Audience;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{advisories, output, progress, rules};

/// Flags go before the configuration.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder or file to scan; paths in the result are relative to it
    #[arg(default_value = ".")]
    path: PathBuf,

    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Only these rules speak: ids, ids of Bandit, Ruff or Django, or families, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',', action = ArgAction::Append)]
    select: Vec<String>,

    /// These rules are silent, selected or not
    #[arg(long, value_name = "RULES", value_delimiter = ',', action = ArgAction::Append)]
    ignore: Vec<String>,

    /// The least severity that makes the exit code 1 [default: whatever is shown]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on())]
    fail_on: Option<FailOn>,

    /// How much doubt is shown [default: everyday]
    #[arg(long, value_parser = profile())]
    profile: Option<Profile>,

    /// Make the exit code 2 where anything could not be read or judged
    #[arg(long)]
    strict: bool,

    /// One line a finding, and nothing else
    #[arg(long, short)]
    quiet: bool,

    /// Count the findings by rule instead of showing them
    #[arg(long, conflicts_with = "quiet")]
    statistics: bool,

    /// List what could not be read or judged
    #[arg(long, conflicts_with = "quiet")]
    problems: bool,

    /// The settings module that production reads, whatever the project says
    #[arg(long, value_name = "MODULE")]
    settings: Option<String>,

    /// The version of Django, whatever the project says
    #[arg(long, value_name = "VERSION", value_parser = crate::commands::settings::version)]
    django: Option<bartizan_requirement::Version>,

    /// The virtual environment whose packages are read too, so that what builds on them is known
    #[arg(long, value_name = "VENV")]
    python: Option<PathBuf>,

    #[command(flatten)]
    advisories: advisories::Args,

    /// Judge as on this day, `2026-11-26`: which decisions hold, which series have ended [default:
    /// today]
    #[arg(long, value_name = "DATE", value_parser = crate::workspace::day)]
    as_of: Option<Date>,

    /// The configuration to use instead of the nearest one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Read and judge every file anew
    #[arg(long)]
    no_cache: bool,
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
}

/// Scans, writes the result, and answers with the gate's word.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let start = Instant::now();
    let rules = rules::all();
    let mut workspace = Workspace::open(&args.path, args.config.as_deref(), &rules)?;
    args.overrule(&mut workspace.config, &rules)?;
    if workspace.config.profile == Profile::Bandit {
        // Bandit knows nothing of what git ignores.
        workspace.tree = workspace.tree.whole();
    }
    workspace.today = args.as_of.unwrap_or(workspace.today);
    if let Some(module) = &args.settings
        && !workspace.has_module(module)
    {
        let what = format!("no settings module `{module}` in {}", args.path.display());
        return Err(Failure::new(what));
    }

    let installed = args.python.as_deref().map(crate::installed::open).transpose()?;
    let audience = if args.quiet { Audience::Nobody } else { terminal.audience() };
    let loaded = args.advisories.load()?;
    loaded.warn();
    let result =
        progress::watch(audience, |tell| workspace.scan(loaded.get(), installed.as_ref(), tell))?;

    let options = Options {
        elapsed: Some(start.elapsed()),
        statistics: args.statistics,
        problems: args.problems,
        quiet: args.quiet,
        ..match args.output {
            Some(_) => terminal.file_options(),
            None => terminal.stdout_options(),
        }
    };
    let report = match args.format {
        Format::Text => text::render(&result, &options),
        Format::Json => json::render(&result),
        Format::Sarif => sarif::render(&result, &rules),
    };
    match &args.output {
        Some(path) => output::to_file(path, &report)?,
        None => output::to_stdout(&report)?,
    }
    args.gate(&workspace.config, &result)
}

impl Args {
    /// Lets the flags go before the configuration.
    fn overrule(&self, config: &mut Config, rules: &[&'static RuleInfo]) -> Result<(), Failure> {
        // `--no-cache` asks for what is done anyway: nothing is kept between two scans.
        let _ = self.no_cache;
        if !self.select.is_empty() {
            config.select = selectors("--select", &self.select, rules)?;
        }
        if !self.ignore.is_empty() {
            config.ignore = selectors("--ignore", &self.ignore, rules)?;
        }
        config.profile = self.profile.unwrap_or(config.profile);
        config.fail_on = self.fail_on.unwrap_or(config.fail_on);
        config.settings = self.settings.clone();
        config.django = self.django.clone();
        Ok(())
    }

    fn gate(&self, config: &Config, result: &ScanResult) -> Result<Exit, Failure> {
        let problems = result.problems.len();
        if self.strict && problems > 0 {
            let s = if problems == 1 { "" } else { "s" };
            let failure =
                Failure::new(format!("{problems} problem{s}, and `--strict` allows none"));
            return Err(if self.problems {
                failure
            } else {
                failure.hint("`bartizan scan --problems` lists them")
            });
        }
        Ok(if config.fail_on.fails(result) { Exit::Findings } else { Exit::Clean })
    }
}

fn selectors(
    flag: &str,
    words: &[String],
    rules: &[&'static RuleInfo],
) -> Result<Vec<Selector>, Failure> {
    let parse = |word: &String| {
        Selector::parse(word.trim(), rules)
            .map_err(|unknown| Failure::new(format!("{unknown} in `{flag}`")).hint(unknown.hint()))
    };
    words.iter().map(parse).collect()
}

pub fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::WORDS)
        .map(|word| word.parse().expect("every word that is offered is one of the gate's"))
}

fn profile() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.iter().map(|profile| profile.as_str())).map(|word| {
        let profile = Profile::ALL.iter().find(|profile| profile.as_str() == word);
        *profile.expect("every word that is offered is a profile's")
    })
}
