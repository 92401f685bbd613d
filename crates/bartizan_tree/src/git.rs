//! What git keeps, asked of plain `git`, which runs nothing that the repository would have it run.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use bartizan_base::FilePath;

/// More than this nobody has to say about a few files.
const ANSWER_LIMIT: u64 = 4_000_000;

/// Which of `files` below `root` the repository around it keeps; `None` where there is no
/// repository, no git, or no answer.
pub(crate) fn kept(root: &Path, files: &[FilePath]) -> Option<BTreeSet<FilePath>> {
    if files.is_empty() || !root.ancestors().any(|folder| folder.join(".git").exists()) {
        return None;
    }
    let mut command = git();
    command.arg("-C").arg(root).args(["ls-files", "-z", "--cached", "--"]);
    command.args(files.iter().map(FilePath::as_str));
    let mut child = command.spawn().ok()?;
    let mut answer = Vec::new();
    let read = child.stdout.take()?.take(ANSWER_LIMIT).read_to_end(&mut answer);
    if !child.wait().ok()?.success() || read.is_err() {
        return None;
    }
    let names = answer.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
    Some(names.filter(|name| !name.is_empty()).filter_map(FilePath::new).collect())
}

/// A git that asks nobody, writes nothing and starts no other program, whatever the repository's
/// own configuration says: no hooks, no monitor of the file system, no pager, no way to fetch what
/// is missing. What the user has configured for himself may name programs as well and is not read.
#[allow(clippy::disallowed_methods, reason = "an edge: git is started to be asked, with care")]
pub(crate) fn git() -> Command {
    let mut git = Command::new("git");
    git.env_clear();
    for name in ["PATH", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            git.env(name, value);
        }
    }
    git.env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false"])
        .args(["-c", "core.hooksPath=/dev/null", "-c", "safe.bareRepository=explicit"])
        .args(["-c", "index.recordEndOfIndexEntries=false", "-c", "core.sshCommand=false"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    git
}
