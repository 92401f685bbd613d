//! Every name, parameter and route of the models, looked up in the packages that they describe.
//!
//! The packages are unpacked, read and linked as a project is; nothing of them is imported.

mod look_up;
mod package;
mod urlconfs;

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use bartizan_model::{Models, Module};
use clap::Args;

use crate::tree;
use look_up::{Answer, Outcome, look_up};
use package::{Package, Pins};

/// What to check, and how much to say.
#[derive(Args)]
pub struct Options {
    /// Only these packages of `ecosystem/packages.toml`; `python` is the standard library.
    names: Vec<String>,
    /// Also list what is made by code that runs, or compiled, and so cannot be looked up.
    #[arg(long)]
    open: bool,
}

/// Looks everything up, and fails where an entry is wrong or a module belongs to no package.
pub fn run(options: &Options) -> Result<()> {
    let pins = Pins::read(&tree::root().join("ecosystem/packages.toml"))?;
    let models = Models::default();
    let mut by_import: BTreeMap<&str, Vec<&Module>> = BTreeMap::new();
    for module in models.modules() {
        let top = module.name.split('.').next().unwrap_or_default();
        by_import.entry(top).or_default().push(module);
    }
    let wanted = |name: &str| options.names.is_empty() || options.names.iter().any(|n| n == name);

    let names: BTreeSet<&str> =
        pins.project.iter().map(|pin| pin.name.as_str()).filter(|name| wanted(name)).collect();
    fetch(names.into_iter().chain(wanted("python").then_some(package::TYPESHED)))?;
    let mut wrong = 0;
    let pinned: Vec<_> = pins.project.iter().filter(|pin| wanted(&pin.name)).collect();
    for versions in pinned.chunk_by(|a, b| a.name == b.name) {
        let imports = versions[0].imports();
        let modules = imports.into_iter().filter_map(|import| by_import.get(import));
        let modules: Vec<&Module> = modules.flatten().copied().collect();
        if modules.is_empty() {
            continue;
        }
        let mut answers = Vec::new();
        for pin in versions {
            let package = Package::of(&pins, pin)?;
            let mut answer = look_up(&package, &modules);
            urlconfs::compare(&package, &modules, &mut answer);
            answers.push(answer);
        }
        // The models give a function the parameters of some version: one that fits is enough.
        let fits = |entry: &String| answers.iter().any(|a| a.get(entry) == Some(&Outcome::Found));
        let fitting: BTreeSet<String> =
            answers.iter().flat_map(BTreeMap::keys).filter(|entry| fits(entry)).cloned().collect();
        for (pin, mut answer) in versions.iter().zip(answers) {
            for (entry, outcome) in &mut answer {
                if matches!(outcome, Outcome::Misfit(_)) && fitting.contains(entry) {
                    *outcome = Outcome::Open("has other parameters in this version".into());
                }
            }
            wrong += tell(&pin.name, &pin.version, &answer, options.open);
        }
    }

    // What no package of the index has is the standard library's.
    for pin in &pins.project {
        by_import.retain(|import, _| !pin.imports().contains(import));
    }
    by_import.retain(|import, _| !pins.unchecked.iter().any(|pin| pin.import == *import));
    if wanted("python") {
        let imports: Vec<&str> = by_import.keys().copied().collect();
        let modules: Vec<&Module> = by_import.values().flatten().copied().collect();
        let (folder, version) = package::standard_library()?;
        // Either knows what the other does not: compiled modules have no source, and typeshed is
        // silent on what is not public.
        let source = Package::standard(&folder, &version, &imports)?;
        let stubs = Package::standard(&pins.typeshed()?, &version, &imports)?;
        let mut answer = look_up(&source, &modules);
        for (entry, outcome) in look_up(&stubs, &modules) {
            let known = answer.entry(entry).or_insert_with(|| outcome.clone());
            *known = outcome.min(known.clone());
        }
        wrong += tell("python", &version, &answer, options.open);
    }
    ensure!(wrong == 0, "{wrong} entries of the models are wrong");
    Ok(())
}

/// Prints what came out; how many entries are wrong.
fn tell(name: &str, version: &str, answer: &Answer, all: bool) -> usize {
    let count = |is: fn(&Outcome) -> bool| answer.values().filter(|outcome| is(outcome)).count();
    let wrong = count(|outcome| matches!(outcome, Outcome::Misfit(_) | Outcome::Wrong(_)));
    println!(
        "{name} {version}: {} entries found, {} open, {wrong} wrong",
        count(|outcome| *outcome == Outcome::Found),
        count(|outcome| matches!(outcome, Outcome::Open(_))),
    );
    for (entry, outcome) in answer {
        match outcome {
            Outcome::Misfit(why) | Outcome::Wrong(why) => println!("  {entry}: {why}"),
            Outcome::Open(why) if all => println!("  open: {entry}: {why}"),
            _ => {}
        }
    }
    wrong
}

fn fetch<'a>(names: impl Iterator<Item = &'a str>) -> Result<()> {
    let names: Vec<&str> = names.collect();
    let folder = tree::root().join("ecosystem");
    let fetched = Command::new("python3")
        .arg(folder.join("fetch.py"))
        .arg("--from")
        .arg(folder.join("packages.toml"))
        .args(names)
        .stdout(Stdio::null())
        .status()
        .context("cannot run python3")?;
    ensure!(fetched.success(), "not all packages could be fetched");
    Ok(())
}
