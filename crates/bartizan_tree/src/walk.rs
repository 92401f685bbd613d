//! Walking all folders of a tree at once.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bartizan_base::{Entry, FileKind, FilePath, Listing, Problem, ProblemKind, Skipped};
use rayon::Scope;

use crate::DiskTree;
use crate::ignored::{Holds, Patterns};
use crate::left_out;
use crate::link::{self, Link};
use crate::read::{LIMIT, too_large, words};

/// Lists the folder of `tree`. Folders are read side by side; the order of the listing does not
/// depend on who was first.
pub(crate) fn list(tree: &DiskTree) -> Listing {
    let walk = Walk { tree, found: Mutex::default() };
    let root = Folder {
        disk: tree.root.clone(),
        path: String::new(),
        patterns: Patterns::above(&tree.root),
    };
    rayon::scope(|scope| walk.folder(scope, root));

    let Found { mut listing, mut links } =
        walk.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    listing.files.sort_unstable();
    links.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    link::resolve(tree, links, &mut listing);
    listing.skipped.sort_unstable();
    listing.problems.sort_unstable();
    listing
}

struct Walk<'a> {
    tree: &'a DiskTree,
    found: Mutex<Found>,
}

/// What one folder, or all of them, gave.
#[derive(Default)]
struct Found {
    listing: Listing,
    links: Vec<Link>,
}

/// A folder still to be read.
struct Folder {
    disk: PathBuf,
    /// Relative to the root, with `/` between the parts; empty for the root.
    path: String,
    patterns: Option<Arc<Patterns>>,
}

impl Walk<'_> {
    fn folder<'s>(&'s self, scope: &Scope<'s>, folder: Folder) {
        let mut found = Found::default();
        match read_folder(&folder.disk) {
            Ok(entries) => self.entries(scope, &folder, entries, &mut found),
            Err(error) => found.problem(&folder.path, unreadable(&error)),
        }
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        all.listing.files.append(&mut found.listing.files);
        all.listing.skipped.append(&mut found.listing.skipped);
        all.listing.problems.append(&mut found.listing.problems);
        all.links.append(&mut found.links);
    }

    fn entries<'s>(
        &'s self,
        scope: &Scope<'s>,
        folder: &Folder,
        entries: Vec<fs::DirEntry>,
        found: &mut Found,
    ) {
        let mut holds = Holds::default();
        let mut environment = false;
        for entry in &entries {
            match entry.file_name().to_str().unwrap_or("") {
                ".ignore" => holds.plain = true,
                ".gitignore" => holds.git = true,
                ".git" => holds.repository = true,
                name => environment |= left_out::marks_environment(name),
            }
        }
        // Who names an environment as the root wants to see into it.
        if environment && !folder.path.is_empty() && !self.tree.is_whole {
            found.skip(&folder.path, left_out::ENVIRONMENT);
            return;
        }
        let shown =
            if folder.path.is_empty() { String::new() } else { format!("{}/", folder.path) };
        let patterns = Patterns::inside(folder.patterns.clone(), &folder.disk, &shown, holds);
        for entry in entries {
            let name = entry.file_name();
            let kind = entry.file_type();
            let name = match utterable(&name) {
                Ok(name) => name,
                Err(lossy) => {
                    let is_folder = kind.is_ok_and(|kind| kind.is_dir());
                    found.unutterable(&format!("{shown}{lossy}"), is_folder);
                    continue;
                }
            };
            if left_out::is_version_control(name) && !self.tree.is_whole {
                continue;
            }
            let path = format!("{shown}{name}");
            match kind {
                Ok(kind) if kind.is_dir() => {
                    let disk = entry.path();
                    match self.why_left_out(patterns.as_deref(), &path, &disk, true) {
                        Some(reason) => found.skip(&path, reason),
                        None => {
                            let folder = Folder { disk, path, patterns: patterns.clone() };
                            scope.spawn(move |scope| self.folder(scope, folder));
                        }
                    }
                }
                Ok(kind) => self.file(patterns.as_deref(), &path, &entry, kind, found),
                Err(error) => found.problem(&path, unreadable(&error)),
            }
        }
    }

    fn file(
        &self,
        patterns: Option<&Patterns>,
        path: &str,
        entry: &fs::DirEntry,
        kind: fs::FileType,
        found: &mut Found,
    ) {
        let Some(file) = FilePath::new(path) else { return };
        let analysed = FileKind::of(&file);
        // A link without a kind of its own may still lead to a folder.
        if analysed.is_none() && !kind.is_symlink() {
            return;
        }
        // Of text that might hold anything nobody misses a single file: it is worth no row.
        let is_any_text = analysed == Some(FileKind::Text);
        let disk = entry.path();
        if let Some(reason) = self.why_left_out(patterns, path, &disk, false) {
            if analysed.is_some() && !is_any_text {
                found.skip(path, reason);
            }
            return;
        }
        match (analysed, entry.metadata()) {
            _ if kind.is_symlink() => found.links.push(Link { disk, path: file }),
            (None, _) => {}
            (_, Err(error)) => found.problem(path, unreadable(&error)),
            (_, Ok(meta)) if !meta.is_file() && is_any_text => {}
            (_, Ok(meta)) if !meta.is_file() => {
                let what = "it is neither a file nor a folder".to_owned();
                found.problem(path, (ProblemKind::Unreadable, what));
            }
            // Its reader passes over what is too large for it long before.
            (_, Ok(meta)) if meta.len() > LIMIT && !is_any_text => {
                found.listing.problems.push(too_large(file, meta.len()));
            }
            (Some(kind), Ok(meta)) => {
                found.listing.files.push(Entry { path: file, kind, size: meta.len() });
            }
        }
    }

    fn why_left_out<'p>(
        &self,
        patterns: Option<&'p Patterns>,
        path: &str,
        disk: &Path,
        is_folder: bool,
    ) -> Option<&'p str> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some(reason) = left_out::reason(name).filter(|_| is_folder && !self.tree.is_whole) {
            return Some(reason);
        }
        if (self.tree.excluded)(path, is_folder) {
            return Some("excluded by the configuration");
        }
        if self.tree.is_whole {
            return None;
        }
        patterns?.reason(disk, is_folder)
    }
}

impl Found {
    fn skip(&mut self, path: &str, reason: &str) {
        self.listing.skipped.push(Skipped { path: path.to_owned(), reason: reason.to_owned() });
    }

    fn problem(&mut self, path: &str, (kind, message): (ProblemKind, String)) {
        if let Some(path) = FilePath::new(path) {
            self.listing.problems.push(Problem { path, at: None, kind, message });
        }
    }

    /// A name that nothing can refer to matters where code may lie behind it.
    fn unutterable(&mut self, lossy: &str, is_folder: bool) {
        let kind = FilePath::new(lossy).and_then(|path| FileKind::of(&path));
        let analysed = kind.is_some_and(|kind| kind != FileKind::Text);
        if is_folder || analysed {
            let what = if is_folder { "folder" } else { "file" };
            let message = format!(
                "the {what}'s name is no Unicode text, or holds a backslash; shown with \u{fffd} in \
                 its place"
            );
            self.problem(lossy, (ProblemKind::Name, message));
        }
    }
}

fn read_folder(path: &Path) -> io::Result<Vec<fs::DirEntry>> {
    fs::read_dir(path)?.collect()
}

/// The name as text, or a likeness of it where it is no Unicode text or would read as two names.
fn utterable(name: &OsStr) -> Result<&str, String> {
    match name.to_str() {
        Some(name) if !name.contains('\\') => Ok(name),
        _ => Err(name.to_string_lossy().replace('\\', "\u{fffd}")),
    }
}

fn unreadable(error: &io::Error) -> (ProblemKind, String) {
    match error.kind() {
        io::ErrorKind::NotFound => {
            (ProblemKind::Vanished, "it was gone before it could be read".to_owned())
        }
        _ => (ProblemKind::Unreadable, format!("it cannot be read: {}", words(error))),
    }
}
