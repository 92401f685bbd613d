//! Reading one file: bounded, and never anything but a regular file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use bartizan_base::{FilePath, Problem, ProblemKind, ReadError};

/// The largest file that is read. Source files are a thousand times smaller; what is larger is data.
pub(crate) const LIMIT: u64 = 20_000_000;

/// The bytes of the file at `path`, which may not be a link.
///
/// A pipe, a socket or a device in the place of a file is an error and never waited for, and a file
/// that grows while it is read ends at the limit.
pub(crate) fn regular_file(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = open(path).map_err(|e| error(&e))?;
    let meta = file.metadata().map_err(|e| error(&e))?;
    if !meta.is_file() {
        return Err(ReadError::Unreadable("it is not a regular file".into()));
    }
    if meta.len() > limit {
        return Err(ReadError::TooLarge(meta.len()));
    }
    let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|e| error(&e))?;
    match bytes.len() as u64 {
        length if length > limit => Err(ReadError::TooLarge(length)),
        _ => Ok(bytes),
    }
}

/// Opens without following a link in the last place, and without waiting for the other end of a
/// pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    if std::fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::other("it is a link"));
    }
    OpenOptions::new().read(true).open(path)
}

/// What a failed open or read means to whoever asked for the file.
pub(crate) fn error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Vanished,
        _ => ReadError::Unreadable(words(error)),
    }
}

/// The system's words without its number: `permission denied`.
pub(crate) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The problem of a file that is larger than what is read.
pub(crate) fn too_large(path: FilePath, size: u64) -> Problem {
    let message = format!(
        "{} MB, and no file above {} MB is read",
        size.div_ceil(1_000_000),
        LIMIT / 1_000_000
    );
    Problem { path, at: None, kind: ProblemKind::TooLarge, message }
}
