//! Records out of the files at a path.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use bartizan_advisory::{OsvRecord, read_file};

use crate::failure::{Failure, words};

/// No set of advisories is larger than this, packed.
pub const LARGEST: u64 = 1 << 30;
/// Folders of records are nested by ecosystem and year, not deeper.
const DEPTH: usize = 8;

/// The records at a path, and what of the files is no record, a line each.
pub struct Records {
    pub records: Vec<OsvRecord>,
    pub unread: Vec<String>,
}

/// Reads a file, or every file of a folder that can hold records.
pub fn read(path: &Path) -> Result<Records, Failure> {
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
                let told = read.unread.into_iter();
                unread
                    .extend(told.map(|(place, why)| format!("{}: {place}: {why}", file.display())));
            }
            Err(why) if files.len() == 1 => return Err(cannot(file, why)),
            Err(why) => unread.push(format!("{}: {why}", file.display())),
        }
    }
    match records.is_empty() {
        true => Err(cannot(path, "it holds no record".to_owned())),
        false => Ok(Records { records, unread }),
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

/// The bytes of a file.
pub fn bytes(path: &Path) -> io::Result<Vec<u8>> {
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
