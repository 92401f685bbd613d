//! What is not known of the settings of real projects, and whether it has to be so.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Deserialize;

use crate::ecosystem::{self, Project};
use crate::{cargo, tree};

/// What to do with the difference between what is not known and what was read.
#[derive(Args)]
pub struct Options {
    /// Fail where the table is not what is found now, or an unknown is not read.
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Write the table; what is new waits there for a sentence.
    #[arg(long)]
    update: bool,
}

const TABLE: &str = "ecosystem/settings.tsv";

const HEAD: &str = "project\tmodule\tsettings\tunknown\treason\tfirst\twhy\n";

/// A reason why settings of one module are not known; or that all are.
type Key = (String, String, String);

/// Evaluates the settings of each project, and compares with the table.
pub fn run(options: &Options) -> Result<()> {
    let bartizan = cargo::build("bartizan", cargo::Profile::Dev)?;
    let path = tree::root().join(TABLE);
    let read = fs::read_to_string(&path).unwrap_or_default();
    let reasons = reasons(&read);
    let mut table = HEAD.to_owned();
    let mut unread = 0;
    let mut projects = ecosystem::fetch(&[])?;
    projects.extend(ecosystem::fetch_from("ecosystem/settings_projects.toml")?);
    for Project { name, folder } in &projects {
        for (module, known) in settings(&bartizan, folder).with_context(|| name.clone())? {
            let Known { all, unknown } = known;
            println!("{name} {module}: {all} settings, {} reasons", unknown.len());
            if unknown.is_empty() {
                writeln!(table, "{name}\t{module}\t{all}\t0\t\t\tall is known")?;
            }
            for (reason, names) in unknown {
                let key = (name.clone(), module.clone(), reason.clone());
                let why = reasons.get(&key).cloned().unwrap_or_default();
                unread += usize::from(why.is_empty());
                let (count, first) = (names.len(), &names[0]);
                writeln!(table, "{name}\t{module}\t{all}\t{count}\t{reason}\t{first}\t{why}")?;
            }
        }
    }
    if options.update {
        fs::write(&path, &table)?;
    }
    if unread > 0 {
        println!("{unread} unknowns wait for a sentence");
    }
    if read != table && !options.update {
        println!("{TABLE} is not what is found now");
    }
    ensure!(!options.check || read == table && unread == 0, "the table is not complete");
    Ok(())
}

/// The sentences of the table.
fn reasons(text: &str) -> BTreeMap<Key, String> {
    let rows = text.lines().skip(1).filter_map(|line| {
        let [project, module, _, _, reason, _, why] =
            <[&str; 7]>::try_from(line.split('\t').collect::<Vec<_>>()).ok()?;
        Some(((project.to_owned(), module.to_owned(), reason.to_owned()), why.to_owned()))
    });
    rows.collect()
}

/// What is known of the settings of one module.
struct Known {
    all: usize,
    /// The names of settings that are not known, in whole or in part, by the reason.
    unknown: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Report {
    environments: Vec<Environment>,
    settings: Vec<Setting>,
}

#[derive(Deserialize)]
struct Environment {
    module: String,
    path: String,
}

#[derive(Deserialize)]
struct Setting {
    name: String,
    values: Vec<Option<Value>>,
}

#[derive(Deserialize)]
struct Value {
    value: String,
    unknown: Option<String>,
}

fn settings(bartizan: &Path, folder: &Path) -> Result<Vec<(String, Known)>> {
    let output = Command::new(bartizan)
        .args(["settings", "--json"])
        .current_dir(folder)
        .stderr(Stdio::piped())
        .output()
        .context("cannot run bartizan")?;
    let told = String::from_utf8_lossy(&output.stderr);
    // A library may come without any.
    if told.contains("no Django settings") {
        return Ok(Vec::new());
    }
    ensure!(output.status.success(), "bartizan settings: {}: {told}", output.status);
    let report: Report = serde_json::from_slice(&output.stdout).context("no report to read")?;
    let mut found = Vec::new();
    for (place, environment) in report.environments.into_iter().enumerate() {
        let mut known = Known { all: 0, unknown: BTreeMap::new() };
        for setting in &report.settings {
            let Some(Some(value)) = setting.values.get(place) else { continue };
            known.all += 1;
            if let Some(reason) = reason(value) {
                // One reason for all, whatever each is called.
                let itself = format!("`{}` is set in several places", setting.name);
                let reason = reason.replace(&itself, "it is set in several places");
                known.unknown.entry(reason).or_default().push(setting.name.clone());
            }
        }
        found.push((format!("{} ({})", environment.module, environment.path), known));
    }
    Ok(found)
}

/// Why a value is not known, in whole or in part.
fn reason(value: &Value) -> Option<String> {
    if let Some(reason) = &value.unknown {
        return Some(reason.clone());
    }
    let (_, rest) = value.value.split_once("unknown: ")?;
    let end = rest.find([',', '}', ']', ')', '>']).unwrap_or(rest.len());
    let end = rest.find(" or ").map_or(end, |or| or.min(end));
    Some(rest[..end].to_owned())
}
