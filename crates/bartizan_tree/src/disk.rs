//! A folder on disk, or one file of it, as a tree.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use bartizan_base::{Entry, FileKind, FilePath, Listing, ReadError, Skipped, Tree};
use rustc_hash::FxHashSet;

use crate::git;
use crate::read::{self, LIMIT, words};
use crate::walk;

/// A folder that is looked into by its name holds no more than this.
const MOST_IN_FOLDER: usize = 1_000;

/// The files below one folder.
///
/// - Hidden files are listed, `.git` never is.
/// - What `.gitignore` and `.ignore` files name is left out, whether or not the folder is a
///   repository. Patterns from above the root count up to the root of its repository. What only one
///   machine knows (`core.excludesFile`, `.git/info/exclude`) does not count: the same files give
///   the same listing everywhere.
/// - Virtual environments, `node_modules` and caches are left out.
/// - No link is followed out of the root, and no file is read twice because a link leads to it.
///
/// Whatever is left out stands in [`Listing::skipped`] with its reason, a whole folder in one row.
/// A file that no analysis reads is not worth a row.
pub struct DiskTree {
    pub(crate) root: PathBuf,
    /// The one file to list, where the tree was opened at a file.
    only: Option<FilePath>,
    pub(crate) excluded: Excluded,
    /// Whether what tools keep and what version control ignores is listed too.
    pub(crate) is_whole: bool,
    /// Folders known to be real ones inside the root, not links that lead somewhere else.
    real: RwLock<FxHashSet<String>>,
}

/// Whether a path below the root is left out at the user's wish, and whether it is a folder.
type Excluded = Box<dyn Fn(&str, bool) -> bool + Send + Sync>;

impl DiskTree {
    /// Opens the tree at `path`.
    ///
    /// A folder is the root of its tree. For a file the root is the folder that holds it, and the
    /// file alone is listed, even where it would be ignored: who names a file wants it. The other
    /// files of the folder can still be read.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let real = fs::canonicalize(path).map_err(OpenError::of)?;
        let meta = fs::metadata(&real).map_err(OpenError::of)?;
        if meta.is_dir() {
            // Listing tells of unreadable folders as problems, but one without a root is no tree.
            fs::read_dir(&real).map_err(OpenError::of)?;
            return Ok(Self::at(real, None));
        }
        if !meta.is_file() {
            return Err(OpenError::Special);
        }
        let name = real.file_name().and_then(|name| name.to_str()).ok_or(OpenError::Name)?;
        let only = FilePath::new(name).filter(|path| path.as_str() == name);
        let root = real.parent().unwrap_or(&real).to_path_buf();
        Ok(Self::at(root, Some(only.ok_or(OpenError::Name)?)))
    }

    /// Leaves out what `excluded` says of a path below the root and whether it is a folder.
    pub fn excluding(
        mut self,
        excluded: impl Fn(&str, bool) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.excluded = Box::new(excluded);
        self
    }

    /// Lists what else lies on the disk too: ignored files, environments, caches, the folders of version
    /// control. For those who compare with a tool that reads all of it.
    pub fn whole(mut self) -> Self {
        self.is_whole = true;
        self
    }

    /// The folder that paths are relative to, absolute and free of links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn at(root: PathBuf, only: Option<FilePath>) -> Self {
        let excluded: Excluded = Box::new(|_, _| false);
        Self { root, only, excluded, is_whole: false, real: RwLock::default() }
    }

    fn list_one(&self, path: &FilePath) -> Listing {
        let mut listing = Listing::default();
        let size = fs::metadata(self.root.join(path.as_str())).map_or(0, |meta| meta.len());
        match FileKind::of(path) {
            None => listing.skipped.push(Skipped {
                path: path.to_string(),
                reason: "no analysis reads this kind of file".into(),
            }),
            Some(kind) if size > LIMIT && kind != FileKind::Text => {
                listing.problems.push(read::too_large(path.clone(), size))
            }
            Some(kind) => listing.files.push(Entry { path: path.clone(), kind, size }),
        }
        listing
    }

    /// Whether `folder` is what it seems, so that a path in it cannot lead out of the root.
    fn is_real(&self, folder: &str) -> bool {
        if folder.is_empty() || self.real.read().is_ok_and(|real| real.contains(folder)) {
            return true;
        }
        let disk = self.root.join(folder);
        let real = fs::canonicalize(&disk).is_ok_and(|real| real == disk);
        if let (true, Ok(mut known)) = (real, self.real.write()) {
            known.insert(folder.to_owned());
        }
        real
    }
}

impl Tree for DiskTree {
    /// Without a walk of the rest. What is a link, or no file, is told when it is read.
    fn folder(&self, folder: &str) -> Vec<FilePath> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut files: Vec<FilePath> = names
            .filter_map(|name| FilePath::new(&format!("{folder}/{name}")))
            .filter(|path| !(self.excluded)(path.as_str(), false))
            .take(MOST_IN_FOLDER)
            .collect();
        files.sort_unstable();
        files
    }

    fn list(&self) -> Listing {
        match &self.only {
            Some(path) => self.list_one(path),
            None => walk::list(self),
        }
    }

    fn kept(&self, files: &[FilePath]) -> Option<BTreeSet<FilePath>> {
        git::kept(&self.root, files)
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        let disk = self.root.join(path.as_str());
        if !self.is_real(path.parent()) {
            return match fs::symlink_metadata(&disk) {
                Ok(_) => Err(ReadError::Unreadable("it lies behind a link".into())),
                Err(error) => Err(read::error(&error)),
            };
        }
        match read::regular_file(&disk, LIMIT) {
            Err(_) if is_link(&disk) => {
                let target = fs::canonicalize(&disk).map_err(|error| read::error(&error))?;
                if !target.starts_with(&self.root) {
                    return Err(ReadError::Unreadable("it is a link out of the tree".into()));
                }
                read::regular_file(&target, LIMIT)
            }
            result => result,
        }
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink())
}

/// Why there is no tree at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// Nothing is there.
    Missing,
    /// It is there, and it is neither a file nor a folder.
    Special,
    /// The name of the file is no Unicode text, or holds a backslash.
    Name,
    /// It cannot be opened; the system's words.
    Unreadable(String),
}

impl OpenError {
    fn of(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Unreadable(words(&error)),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file or folder"),
            Self::Special => f.write_str("it is neither a file nor a folder"),
            Self::Name => f.write_str("its name is no Unicode text, or holds a backslash"),
            Self::Unreadable(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for OpenError {}
