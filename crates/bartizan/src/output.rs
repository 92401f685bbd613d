//! Where the result goes: to standard output, through a pager, or whole into a file.

use std::env;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Failure, words};

/// Writes `text` to standard output. A reader that has seen enough, as `head` does, is no failure.
pub fn to_stdout(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new("cannot write to standard output").because(words(&error)))
        }
        _ => Ok(()),
    }
}

/// Tells something beside the result. Where stderr is gone, it was not for that reader.
pub fn to_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Shows a long page: through the reader's pager on a terminal, to standard output elsewhere.
pub fn paged(text: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal()
        && let Some(pager) = pager()
        && through(pager, text).is_ok()
    {
        return Ok(());
    }
    to_stdout(text)
}

/// The pager that is asked for, as git asks: quits where the page fits the screen, keeps colours.
fn pager() -> Option<Command> {
    let line = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().filter(|program| *program != "cat")?);
    command.args(words);
    if env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    Some(command)
}

/// Feeds the pager; an error means that it did not start, and nothing was shown.
fn through(mut pager: Command, text: &str) -> io::Result<()> {
    let mut child = pager.stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who quits before the end has read enough.
        let _ = stdin.write_all(text.as_bytes());
    }
    let _ = child.wait();
    Ok(())
}

/// Puts `text` into the file at `path`: the old content stays whole until the new one is complete.
pub fn to_file(path: &Path, text: &str) -> Result<(), Failure> {
    write(path, text.as_bytes()).map_err(|error| {
        Failure::new(format!("cannot write to {}", path.display())).because(words(&error))
    })
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What a link leads to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    match fs::metadata(&target) {
        // `/dev/null`, `/dev/stdout` and pipes are written to; a file in their place would be worse
        // than none.
        Ok(meta) if !meta.is_file() && !meta.is_dir() => {
            return fs::OpenOptions::new().write(true).open(&target)?.write_all(bytes);
        }
        Ok(meta) if meta.is_dir() => return Err(io::Error::other("it is a folder")),
        _ => {}
    }
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    // A temporary file is private by default; a report is as public as any file of its owner.
    let public = fs::Permissions::from_mode(0o666);
    let mut file =
        tempfile::Builder::new().prefix(".bartizan-").permissions(public).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(&target)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_a_link_and_its_target_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("report.json"), folder.path().join("latest.json"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink("report.json", &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    }
}
