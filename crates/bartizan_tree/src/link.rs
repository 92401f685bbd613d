//! Links inside a tree: where they lead, and what becomes of them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bartizan_base::{Entry, FileKind, FilePath, Listing, Problem, ProblemKind, Skipped};
use rustc_hash::FxHashSet;

use crate::DiskTree;
use crate::read::{LIMIT, too_large, words};

/// A link that the walk met.
pub(crate) struct Link {
    pub(crate) disk: PathBuf,
    pub(crate) path: FilePath,
}

/// Adds to `listing` what the links come to. A link to a file that is not listed under its own name
/// becomes a file itself; every other one becomes a row that says where it leads.
pub(crate) fn resolve(tree: &DiskTree, links: Vec<Link>, listing: &mut Listing) {
    if links.is_empty() {
        return;
    }
    // What is listed as any text is not read yet as what a link to it may say that it is.
    let (texts, files): (Vec<&Entry>, Vec<&Entry>) =
        listing.files.iter().partition(|entry| entry.kind == FileKind::Text);
    let mut read: FxHashSet<String> = files.iter().map(|entry| entry.path.to_string()).collect();
    let texts: FxHashSet<String> = texts.iter().map(|entry| entry.path.to_string()).collect();
    for link in links {
        match fate(tree, &link) {
            Fate::Nothing => {}
            Fate::Problem(message) => listing.problems.push(Problem {
                path: link.path,
                at: None,
                kind: ProblemKind::Link,
                message,
            }),
            Fate::Folder(target) => listing.skipped.push(Skipped {
                path: link.path.to_string(),
                reason: format!("a link to the folder {target}"),
            }),
            Fate::File(target, FileKind::Text, _)
                if read.contains(&target) || texts.contains(&target) => {}
            Fate::File(target, ..) if read.contains(&target) => listing.skipped.push(Skipped {
                path: link.path.to_string(),
                reason: format!("a link to {target}, which is read under that name"),
            }),
            Fate::File(_, kind, size) if size > LIMIT && kind != FileKind::Text => {
                listing.problems.push(too_large(link.path, size));
            }
            Fate::File(target, kind, size) => {
                read.insert(target);
                listing.files.push(Entry { path: link.path, kind, size });
            }
        }
    }
    listing.files.sort_unstable();
}

enum Fate {
    /// Nothing that an analysis would read.
    Nothing,
    Problem(String),
    /// A folder inside the root; what lies in it is listed there.
    Folder(String),
    /// A file inside the root, by its own name.
    File(String, FileKind, u64),
}

fn fate(tree: &DiskTree, link: &Link) -> Fate {
    let kind = FileKind::of(&link.path);
    let is_any_text = kind == Some(FileKind::Text);
    let written = || {
        fs::read_link(&link.disk)
            .map_or_else(|_| "somewhere".to_owned(), |target| target.to_string_lossy().into_owned())
    };
    let meta = match fs::metadata(&link.disk) {
        Ok(meta) => meta,
        Err(error) => {
            // Emacs marks a file that is being edited with a dangling link, `.#views.py`. And what
            // a dangling link named like data would hold is nothing that is read.
            let is_lock = link.path.name().starts_with(".#");
            if is_lock || (kind.is_none() || is_any_text) && !link.path.extension().is_empty() {
                return Fate::Nothing;
            }
            return Fate::Problem(match error.kind() {
                io::ErrorKind::NotFound => format!("a link to {}, which is not there", written()),
                _ if is_circle(&error) => "a link that leads in a circle".to_owned(),
                _ => format!("a link to {} that cannot be followed: {}", written(), words(&error)),
            });
        }
    };
    if kind.is_none() && !meta.is_dir() {
        return Fate::Nothing;
    }
    let target = match fs::canonicalize(&link.disk) {
        Ok(target) => target,
        Err(error) => {
            let message =
                format!("a link to {} that cannot be followed: {}", written(), words(&error));
            return Fate::Problem(message);
        }
    };
    let Ok(inside) = target.strip_prefix(&tree.root) else {
        if is_any_text && !meta.is_dir() {
            return Fate::Nothing;
        }
        return Fate::Problem(format!("a link to {}, outside of the tree", written()));
    };
    match (meta.is_dir(), kind) {
        (true, _) => Fate::Folder(shown(inside)),
        (false, Some(FileKind::Text)) if !meta.is_file() => Fate::Nothing,
        (false, Some(kind)) if meta.is_file() => Fate::File(shown(inside), kind, meta.len()),
        _ => Fate::Problem(format!("a link to {}, which is no regular file", written())),
    }
}

/// A path below the root in the form of listed ones; `.` for the root itself.
fn shown(inside: &Path) -> String {
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(unix)]
fn is_circle(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(not(unix))]
fn is_circle(_: &io::Error) -> bool {
    false
}
