//! Single edits of pinned real projects, and what `surface --diff` has to say of each.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail, ensure};
use bartizan_base::{MemoryTree, Tree};
use bartizan_testkit::edits::Edits;
use bartizan_tree::DiskTree;
use clap::Args;

use crate::{ecosystem, tree};

/// Which edits.
#[derive(Args)]
pub struct Options {
    /// Only the edits of these projects.
    names: Vec<String>,
    /// Only edits with this in their name; all that is told of them is shown.
    #[arg(long, value_name = "WORDS", default_value = "")]
    only: String,
    /// The folder of the edits, one file a project.
    #[arg(long, value_name = "FOLDER", default_value = "ecosystem/edits")]
    corpora: PathBuf,
    /// Fail where fewer than nine in ten are told with their kind, or one is told that does nothing.
    #[arg(long)]
    check: bool,
}

/// The project of that name, of whichever list has it.
fn fetched(name: &str) -> Result<ecosystem::Project> {
    let names = [name.to_owned()];
    let lists = ["ecosystem/projects.toml", "ecosystem/further.toml", "ecosystem/edited.toml"];
    for list in lists {
        let pins = fs::read_to_string(tree::root().join(list))?;
        if pins.contains(&format!("name = \"{name}\"")) {
            let projects = ecosystem::fetch_named(list, &names)?;
            return projects.into_iter().next().with_context(|| format!("{name} is not fetched"));
        }
    }
    bail!("no list of projects has {name}")
}

/// The files of a project, read once for all of its edits.
fn in_memory(disk: &DiskTree) -> Result<MemoryTree> {
    let mut kept = MemoryTree::new();
    for entry in disk.list().files {
        let text = disk.read(&entry.path).map_err(|error| anyhow!("{}: {error:?}", entry.path))?;
        kept = kept.with(entry.path.as_str(), text);
    }
    Ok(kept)
}

/// Makes every edit in memory, and asks what it changes.
pub fn run(options: &Options) -> Result<()> {
    let (mut missed, mut noisy, mut regressions) = (0, 0, 0);
    for path in tree::files_below(&tree::root().join(&options.corpora))? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !options.names.is_empty() && !options.names.contains(&name) {
            continue;
        }
        let edits = Edits::parse(&fs::read_to_string(&path)?)
            .map_err(|error| anyhow!("{}: {error}", tree::shown(&path)))?;
        let project = fetched(&name)?;
        let project = in_memory(&DiskTree::open(&project.folder)?)?;
        let outcome = edits.judge(&project, &options.only, &mut |case, changes, is_right| {
            if !options.only.is_empty() {
                println!("{}: {changes:#?}", case.name);
            }
            // A long run tells what it found as it goes.
            eprintln!("{name}: {} {}", if is_right { "right" } else { "WRONG" }, case.name);
        });
        for line in &outcome.missed {
            println!("{name}: missed: {line}");
        }
        for line in &outcome.noisy {
            println!("{name}: told: {line}");
        }
        let (all, refactorings) = (outcome.regressions, outcome.refactorings);
        let told = all - outcome.missed.len();
        println!("{name}: {told} of {all} told, {} of {refactorings} noise", outcome.noisy.len());
        missed += outcome.missed.len();
        noisy += outcome.noisy.len();
        regressions += all;
    }
    let is_met = noisy == 0 && missed * 10 <= regressions;
    ensure!(!options.check || is_met, "{missed} of {regressions} missed, {noisy} told for nothing");
    Ok(())
}
