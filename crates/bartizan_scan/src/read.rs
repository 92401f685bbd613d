//! From a tree to files that are read, in parallel, each on its own.

use bartizan_base::{Entry, FileKind, FilePath, Problem, ProblemKind, ReadError, Tree};
use bartizan_python::{Extent, Reading};
use rayon::prelude::*;

use crate::Progress;

/// A file after reading, and whether it could be read at all.
pub(crate) struct ReadFile {
    pub(crate) path: FilePath,
    pub(crate) kind: FileKind,
    pub(crate) extent: Extent,
    pub(crate) reading: Option<Reading>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads of the listed files as much as `extent` says. The order is that of the listing, whichever was done first.
pub(crate) fn read_all(
    tree: &dyn Tree,
    entries: &[Entry],
    extent: &(dyn Fn(&FilePath) -> Extent + Sync),
    progress: &(dyn Fn(Progress) + Sync),
) -> Vec<ReadFile> {
    entries
        .par_iter()
        .map(|entry| {
            let file = read_one(tree, entry, extent(&entry.path));
            progress(Progress::Read);
            file
        })
        .collect()
}

fn read_one(tree: &dyn Tree, entry: &Entry, extent: Extent) -> ReadFile {
    let mut file = ReadFile {
        path: entry.path.clone(),
        kind: entry.kind,
        extent,
        reading: None,
        problems: Vec::new(),
    };
    let bytes = match tree.read(&entry.path) {
        Ok(bytes) => bytes,
        Err(error) => {
            file.problems.push(not_read(&entry.path, error));
            return file;
        }
    };
    match entry.kind {
        FileKind::Python => {
            let reading =
                crate::guard::guarded(|| bartizan_python::read_as(&entry.path, &bytes, extent));
            match reading {
                Ok(mut reading) => {
                    file.problems = std::mem::take(&mut reading.problems);
                    file.reading = Some(reading);
                }
                Err(fault) => file.problems.push(fault.problem(&entry.path, "reading it")),
            }
        }
        // What a project needs is no code: it is not part of this reading.
        FileKind::Manifest | FileKind::Deployment | FileKind::Text => {}
    }
    file
}

/// The problem of a file that could not be read.
pub(crate) fn not_read(path: &FilePath, error: ReadError) -> Problem {
    let (kind, message) = match error {
        ReadError::Vanished => {
            (ProblemKind::Vanished, "gone between listing and reading".to_owned())
        }
        ReadError::TooLarge(size) => (
            ProblemKind::TooLarge,
            format!("{} MB is more than is read of one file", size.div_ceil(1_000_000)),
        ),
        ReadError::Unreadable(why) => (ProblemKind::Unreadable, format!("cannot be read: {why}")),
    };
    Problem { path: path.clone(), at: None, kind, message }
}
