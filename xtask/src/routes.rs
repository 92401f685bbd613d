//! Real projects, set up in environments of their own, so that Django's resolver says their routes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Deserialize;

use crate::tree;

/// Which projects.
#[derive(Args)]
pub struct Options {
    /// Only these.
    names: Vec<String>,
    /// Ask endpoints drawn at random who gets in, instead.
    #[arg(long)]
    guards: bool,
    /// Fail where the resolver says something else than what is written down.
    #[arg(long)]
    check: bool,
}

/// `ecosystem/routes/projects.toml`
#[derive(Deserialize)]
struct Projects {
    project: Vec<Project>,
    own: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    name: String,
    sha256: Option<String>,
    /// The settings module.
    settings: String,
    /// Files that are laid over the distribution.
    files: Option<String>,
    /// The folder of the distribution from which its modules are imported.
    inside: Option<String>,
    /// The version of Django.
    django: String,
    requirements: Vec<String>,
    /// How many of its endpoints are asked who gets in.
    #[serde(default)]
    asked: u32,
    /// What they are drawn by, where it is not [`SEED`].
    seed: Option<String>,
}

/// What the endpoints are drawn by.
const SEED: &str = "70411";

/// Sets each project up and writes its routes.
pub fn run(options: &Options) -> Result<()> {
    let here = tree::root().join("ecosystem/routes");
    let text = fs::read_to_string(here.join("projects.toml"))?;
    let projects: Projects = toml::from_str(&text)?;
    if options.guards {
        return ask(&projects, &options.names, &here);
    }
    let mut stale = Vec::new();
    for project in projects.project.iter().chain(&projects.own) {
        if !options.names.is_empty() && !options.names.contains(&project.name) {
            continue;
        }
        let routes = python(project, &here, "dump.py", &[])?;
        let path = here.join(format!("{}.tsv", project.name));
        println!("{}: {} routes", project.name, routes.lines().count());
        if fs::read_to_string(&path).unwrap_or_default() == routes {
            continue;
        }
        stale.push(project.name.as_str());
        if !options.check {
            fs::write(&path, routes)?;
        }
    }
    ensure!(!options.check || stale.is_empty(), "other routes than written: {}", stale.join(", "));
    Ok(())
}

/// Asks endpoints of projects who gets in; what others said before stays.
fn ask(projects: &Projects, names: &[String], here: &Path) -> Result<()> {
    let path = here.join("guards.tsv");
    let before = fs::read_to_string(&path).unwrap_or_default();
    let mut rows = String::new();
    for project in projects.project.iter().chain(&projects.own).filter(|p| p.asked > 0) {
        if !names.is_empty() && !names.contains(&project.name) {
            let own = before.lines().filter(|row| row.split('\t').next() == Some(&project.name));
            rows.extend(own.map(|row| format!("{row}\n")));
            continue;
        }
        let count = project.asked.to_string();
        let seed = project.seed.as_deref().unwrap_or(SEED);
        for row in python(project, here, "probe.py", &[seed, &count])?.lines() {
            rows.push_str(&format!("{}\t{row}\n", project.name));
        }
    }
    println!("{} endpoints asked", rows.lines().count());
    Ok(fs::write(&path, rows)?)
}

/// Runs one of the scripts beside the list in a project's own environment.
fn python(project: &Project, here: &Path, script: &str, more: &[&str]) -> Result<String> {
    let python = environment(project)?;
    let mut roots = Vec::new();
    if project.sha256.is_some() {
        let folder = fetch(project, here)?;
        roots.push(match &project.inside {
            Some(inside) => folder.join(inside),
            None => folder,
        });
    }
    roots.extend(project.files.iter().map(|files| here.join(files)));
    // What a project writes while it starts stays out of the checkout.
    let scratch = tree::root().join("target/routes").join(format!("{}-run", project.name));
    fs::create_dir_all(&scratch)?;
    let output = Command::new(python)
        .args(["-W", "ignore"])
        .arg(here.join(script))
        .arg(&project.settings)
        .args(more)
        .current_dir(&scratch)
        .env("PYTHONPATH", std::env::join_paths(&roots)?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("DATA_DIR", &scratch)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run the project's Python")?;
    ensure!(output.status.success(), "{} does not start", project.name);
    Ok(String::from_utf8(output.stdout)?)
}

/// The Python of the project's own environment, made where it is not there yet.
fn environment(project: &Project) -> Result<PathBuf> {
    let folder = tree::root().join("target/routes").join(format!("{}-venv", project.name));
    let python = folder.join("bin/python");
    let done = folder.join("requirements.txt");
    let wanted = format!("django=={}\n{}\n", project.django, project.requirements.join("\n"));
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    // Some of the projects need a newer Python than Bartizan's own chores do.
    let base = ["python3.13", "python3.12", "python3"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success()))
        .context("no Python is installed")?;
    let made = Command::new(base).args(["-m", "venv"]).arg(&folder).status()?;
    ensure!(made.success(), "no environment for {}", project.name);
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.arg("--prefer-binary").args(&project.requirements);
    ensure!(pip.status()?.success(), "{} cannot be installed", project.name);
    // Last, and alone: what a project asks for may be newer than what its routes were read with.
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    pip.arg(format!("django=={}", project.django));
    ensure!(pip.status()?.success(), "Django {} cannot be installed", project.django);
    fs::write(&done, wanted)?;
    Ok(python)
}

fn fetch(project: &Project, here: &Path) -> Result<PathBuf> {
    let output = Command::new("python3")
        .arg(tree::root().join("ecosystem/fetch.py"))
        .arg("--from")
        .arg(here.join("projects.toml"))
        .arg(&project.name)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run python3")?;
    ensure!(output.status.success(), "{} cannot be fetched", project.name);
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}
