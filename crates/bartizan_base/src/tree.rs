//! A tree of files, wherever it lives: on disk, in memory, in a revision of a repository.

use std::collections::BTreeMap;

use crate::{FilePath, Problem, Skipped};

/// What a file is to Bartizan. Only what some analysis reads has a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// Python source: `.py`, `.pyi`, `.pyw`.
    Python,
}

impl FileKind {
    /// The kind of a file by its name, or `None` where no analysis reads it.
    pub fn of(path: &FilePath) -> Option<Self> {
        match path.extension() {
            "py" | "pyi" | "pyw" => Some(Self::Python),
            _ => None,
        }
    }

    /// The kind as machine formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
        }
    }
}

/// A file that the tree offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where it lies.
    pub path: FilePath,
    /// What it is.
    pub kind: FileKind,
    /// Its size in bytes when it was listed.
    pub size: u64,
}

/// What a tree holds.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Files of known kinds, sorted by path.
    pub files: Vec<Entry>,
    /// What was left out on purpose, sorted.
    pub skipped: Vec<Skipped>,
    /// What could not be listed, sorted.
    pub problems: Vec<Problem>,
}

/// Why the content of a listed file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is no longer there.
    Vanished,
    /// It has grown beyond what is read; the size in bytes.
    TooLarge(u64),
    /// It cannot be opened or read; the system's words.
    Unreadable(String),
}

/// Files by relative path. Nothing above this trait knows whether there is a disk.
pub trait Tree: Sync {
    /// Lists the files to look at, and says what was left out.
    fn list(&self) -> Listing;

    /// The bytes of one file.
    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError>;

    /// The revision that the files belong to, for trees that have one.
    fn revision(&self) -> Option<String> {
        None
    }
}

/// A tree in memory, for tests, editors and generated code.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<FilePath, Vec<u8>>,
}

impl MemoryTree {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces it. Panics on a path that leaves the tree: paths are the author's.
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let path = FilePath::new(path).expect("a file in memory lies inside its tree");
        self.files.insert(path, content.into());
        self
    }
}

impl Tree for MemoryTree {
    fn list(&self) -> Listing {
        let files = self.files.iter().filter_map(|(path, content)| {
            let kind = FileKind::of(path)?;
            Some(Entry { path: path.clone(), kind, size: content.len() as u64 })
        });
        Listing { files: files.collect(), ..Listing::default() }
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::Vanished)
    }
}
