//! The reference pages, written from what the code says of itself.

mod command_line;
mod configuration;
mod rules;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::tree;

/// Whether to write the pages or to compare them.
#[derive(Args)]
pub struct Options {
    /// Write nothing; fail where a committed page is not what would be written.
    #[arg(long)]
    check: bool,
}

/// Pages by their path below `docs/reference`.
type Pages = BTreeMap<String, String>;

/// Writes all pages, and removes those that nothing writes any more.
pub fn run(options: &Options) -> Result<()> {
    let folder = tree::root().join("docs/reference");
    let mut pages = pages()?;
    let stale = differences(&folder, &pages)?;
    for path in &stale {
        println!("{}", tree::shown(&folder.join(path)));
    }
    if options.check {
        ensure!(stale.is_empty(), "these pages are not up to date: run `cargo xtask docs`");
        return Ok(());
    }
    for path in stale {
        let target = folder.join(&path);
        match pages.remove(&path) {
            Some(text) => {
                fs::create_dir_all(target.parent().expect("a page lies in a folder"))?;
                fs::write(target, text)?;
            }
            None => fs::remove_file(target)?,
        }
    }
    Ok(())
}

fn pages() -> Result<Pages> {
    let bartizan = cargo::build("bartizan", Profile::Dev)?;
    let mut pages = rules::pages();
    pages.insert("configuration.md".to_string(), configuration::page());
    pages.insert("command-line.md".to_string(), command_line::page(&bartizan)?);
    Ok(pages)
}

/// The pages that are missing below `folder`, differ there, or are too many.
fn differences(folder: &Path, pages: &Pages) -> Result<Vec<String>> {
    let mut there = Pages::new();
    if folder.is_dir() {
        for path in tree::files_below(folder)? {
            let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
            there.insert(name, fs::read_to_string(&path)?);
        }
    }
    let mut names: Vec<&String> = pages.keys().chain(there.keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| pages.get(*name) != there.get(*name));
    Ok(names.into_iter().cloned().collect())
}
