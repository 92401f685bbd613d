//! `bartizan rules`: all rules at a glance.

use bartizan_finding::{Alias, RuleInfo, Status};
use clap::ValueEnum;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::{output, rules};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Prints the list.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let rules = rules::all();
    let list = match args.format {
        Format::Text => bartizan_report::rules::render(&rules, &terminal.stdout_options()),
        Format::Json => json(&rules),
    };
    output::to_stdout(&list)?;
    Ok(Exit::Clean)
}

fn json(rules: &[&'static RuleInfo]) -> String {
    let rules: Vec<Rule> = rules.iter().map(|rule| Rule::of(rule)).collect();
    let json = serde_json::to_string_pretty(&rules);
    json.expect("a list of rules holds texts alone") + "\n"
}

/// A rule as programs read it, with the words of `scan --format json`.
#[derive(Serialize)]
struct Rule {
    id: &'static str,
    title: &'static str,
    summary: &'static str,
    family: &'static str,
    since: &'static str,
    status: &'static str,
    severity: &'static str,
    confidence: &'static str,
    cwe: Vec<String>,
    aliases: Vec<&'static str>,
    related: Vec<&'static str>,
    was: &'static [&'static str],
}

impl Rule {
    fn of(rule: &'static RuleInfo) -> Self {
        let ids = |aliases: &[Alias]| aliases.iter().map(|alias| alias.1).collect();
        Self {
            id: rule.id,
            title: rule.title,
            summary: rule.summary(),
            family: rule.family.as_str(),
            since: rule.since,
            status: match rule.status {
                Status::Stable => "stable",
                Status::Preview => "preview",
            },
            severity: rule.severity.as_str(),
            confidence: rule.confidence.as_str(),
            cwe: rule.cwe.iter().map(ToString::to_string).collect(),
            aliases: ids(rule.aliases),
            related: ids(rule.related),
            was: rule.was,
        }
    }
}
