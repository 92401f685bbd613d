//! The advisories that a command asks: the built-in ones, or those at a path.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use bartizan_advisory::{Advisories, Origin, builtin, read_file};

use crate::failure::{Failure, words};
use crate::output;

/// No set of advisories is larger than this, packed.
const LARGEST: u64 = 1 << 30;
/// Folders of records are nested by ecosystem and year, not deeper.
const DEPTH: usize = 8;

/// Which advisories to ask; common to every command that asks any.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// Advisories in place of the built-in ones: OSV's archive of PyPI (zip), a folder of records,
    /// or a record a line, plain or packed by Zstandard
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
}

impl Loaded {
    /// The advisories.
    pub fn get(&self) -> &Advisories {
        self.own.as_ref().unwrap_or_else(|| builtin())
    }

    /// Says what of the files is missing in every answer that follows.
    pub fn warn(&self) {
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
        let Some(path) = &self.advisories else {
            let name = "built-in advisories".to_owned();
            return Ok(Loaded { own: None, name, unread: Vec::new() });
        };
        let cannot = |file: &Path, why: String| {
            Failure::new(format!("cannot read advisories from {}", file.display())).because(why)
        };
        let mut files = Vec::new();
        collect(path, DEPTH, &mut files).map_err(|error| cannot(path, words(&error)))?;
        files.sort_unstable();
        let (mut records, mut unread) = (Vec::new(), Vec::new());
        for file in &files {
            let bytes = bytes(file).map_err(|error| cannot(file, words(&error)))?;
            match read_file(&bytes) {
                Ok(read) => {
                    records.extend(read.records);
                    unread.extend(
                        read.unread
                            .into_iter()
                            .map(|(place, why)| format!("{}: {place}: {why}", file.display())),
                    );
                }
                Err(why) if files.len() == 1 => return Err(cannot(file, why)),
                Err(why) => unread.push(format!("{}: {why}", file.display())),
            }
        }
        if records.is_empty() {
            return Err(cannot(path, "it holds no record".to_owned()));
        }
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
        Ok(Loaded { own: Some(own), name: path.display().to_string(), unread })
    }
}

/// The files at `path`; of a folder, those that can hold records.
fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let deeper = depth.checked_sub(1).ok_or_else(|| io::Error::other("folders nest too deep"))?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        // A link may lead round in a circle; a folder of records has none.
        let kind = entry.file_type()?;
        let holds_records = matches!(extension, "json" | "jsonl" | "ndjson" | "zst" | "zip");
        if kind.is_dir() || (kind.is_file() && holds_records) {
            collect(&path, deeper, files)?;
        }
    }
    Ok(())
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > LARGEST {
        true => Err(io::Error::other("it is larger than 1 GB")),
        false => Ok(bytes),
    }
}
