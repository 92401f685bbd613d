//! The advisories that a command asks: the newest of those that are built in and those that were
//! synced, or the ones at a path. No command chooses by itself.

pub mod read;
pub mod synced;

use std::path::{Path, PathBuf};

use bartizan_advisory::{Advisories, Origin, builtin};

use crate::failure::Failure;
use crate::output;

/// What is said in place of a path for the ones that are built in.
const BUILT_IN: &str = "built-in";

/// Which advisories to ask; common to every command that asks any.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// Advisories in place of the synced or built-in ones: OSV's archive of PyPI (zip), a folder of
    /// records, or a record a line, plain or packed by Zstandard; or the word `built-in`
    #[arg(long, value_name = "PATH")]
    advisories: Option<PathBuf>,
}

/// A set of advisories and what to call it.
pub struct Loaded {
    own: Option<Advisories>,
    /// `built-in advisories`, or the path that was named.
    pub name: String,
    /// What of the files is no record, a line each.
    pub unread: Vec<String>,
    /// Why what was synced is not asked, although it is there.
    damage: Option<String>,
}

impl Loaded {
    fn built_in() -> Self {
        let name = "built-in advisories".to_owned();
        Self { own: None, name, unread: Vec::new(), damage: None }
    }

    /// The advisories.
    pub fn get(&self) -> &Advisories {
        self.own.as_ref().unwrap_or_else(|| builtin())
    }

    /// Says what is missing in every answer that follows.
    pub fn warn(&self) {
        if let Some(damage) = &self.damage {
            output::to_stderr(&format!(
                "warning: the synced advisories cannot be used, and the built-in ones are asked: \
                 {damage}\n"
            ));
        }
        if let [first, rest @ ..] = self.unread.as_slice() {
            let more = match rest.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            output::to_stderr(&format!(
                "warning: {} is not read whole, so holes may be missed: {first}{more}\n",
                self.name
            ));
        }
    }
}

impl Args {
    /// Reads what was asked for.
    pub fn load(&self) -> Result<Loaded, Failure> {
        match &self.advisories {
            None => Ok(newest()),
            Some(word) if word == Path::new(BUILT_IN) => Ok(Loaded::built_in()),
            Some(path) => at(path),
        }
    }
}

/// What was synced, unless this version of the program was made later.
fn newest() -> Loaded {
    match synced::load() {
        Ok(Some(kept)) if kept.advisories.date() >= builtin().date() => Loaded {
            own: Some(kept.advisories),
            name: "synced advisories".to_owned(),
            unread: Vec::new(),
            damage: None,
        },
        Ok(_) => Loaded::built_in(),
        Err(why) => Loaded { damage: Some(why), ..Loaded::built_in() },
    }
}

fn at(path: &Path) -> Result<Loaded, Failure> {
    let read::Records { records, unread } = read::read(path)?;
    let newest = records.iter().filter_map(|record| record.modified.get(..10)).max();
    let origin = Origin {
        title: path.display().to_string(),
        date: newest.unwrap_or_default().to_owned(),
        records: u32::try_from(records.len()).unwrap_or(u32::MAX),
        is_primary: true,
        ..Origin::default()
    };
    let exploited = builtin().exploited().to_vec();
    let own = Advisories::of_records(records, vec![origin], exploited);
    Ok(Loaded { own: Some(own), name: path.display().to_string(), unread, damage: None })
}
