//! A revision as a tree: what git keeps of it is read without a checkout.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use bartizan_base::{Entry, FileKind, FilePath, Listing, ReadError, Skipped, Tree};

use crate::git::git;
use crate::left_out;
use crate::read::{self, LIMIT};

/// A listing longer than this is no project's.
const LISTING_LIMIT: u64 = 400_000_000;

/// A name of a revision, a folder, an object: nobody needs more.
const NAME_LIMIT: u64 = 100_000;

/// The files of one commit below one folder of its repository.
///
/// Links and submodules are passed over, and so is what a tree on disk leaves out by its name. Files
/// come as they are stored: no filter, no conversion of line ends, no hook runs.
pub struct GitTree {
    /// The folder that git is asked in.
    folder: PathBuf,
    commit: String,
    files: BTreeMap<FilePath, Blob>,
    skipped: Vec<Skipped>,
    reader: Mutex<Option<Reader>>,
}

/// A file as git stores it.
struct Blob {
    id: String,
    size: u64,
}

impl GitTree {
    /// The tree of `revision` below `folder`, which lies in the working copy of a repository.
    pub fn open(folder: &Path, revision: &str) -> Result<Self, GitError> {
        let commit = commit(folder, revision)?;
        let prefix = String::from_utf8(ask(folder, &["rev-parse", "--show-prefix"], NAME_LIMIT)?)
            .map_err(|_| GitError::Answer)?;
        let prefix = prefix.trim_end_matches('\n').trim_end_matches('/');
        let top = format!("{commit}:{prefix}");
        let listing =
            match ask(folder, &["ls-tree", "-r", "-z", "-l", "--full-tree", &top], LISTING_LIMIT) {
                Ok(listing) => listing,
                // The folder was not there yet.
                Err(GitError::Refused(_)) if !prefix.is_empty() => Vec::new(),
                Err(error) => return Err(error),
            };
        let mut tree = Self {
            folder: folder.to_path_buf(),
            commit,
            files: BTreeMap::new(),
            skipped: Vec::new(),
            reader: Mutex::new(None),
        };
        for row in listing.split(|byte| *byte == 0).filter(|row| !row.is_empty()) {
            tree.add(row).ok_or(GitError::Answer)?;
        }
        tree.leave_environments_out();
        Ok(tree)
    }

    /// Leaves out the files of which `excluded` says so.
    pub fn excluding(mut self, excluded: impl Fn(&FilePath) -> bool) -> Self {
        self.files.retain(|path, _| !excluded(path));
        self
    }

    /// What tells the content of a file: the same in any tree of the repository where it is the same.
    pub fn blob(&self, path: &FilePath) -> Option<&str> {
        self.files.get(path).map(|blob| blob.id.as_str())
    }

    /// `mode SP type SP id SP size TAB path`, as `ls-tree -l` has it. Names that are no Unicode text
    /// are passed over, as on disk; `None` where it is no such row.
    fn add(&mut self, row: &[u8]) -> Option<()> {
        let tab = row.iter().position(|byte| *byte == b'\t')?;
        let mut words = std::str::from_utf8(&row[..tab]).ok()?.split_ascii_whitespace();
        let (mode, _, id, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let name = String::from_utf8_lossy(&row[tab + 1..]);
        let Some(path) = FilePath::new(&name).filter(|path| path.as_str() == name) else {
            return Some(());
        };
        if path.parts().any(left_out::is_version_control) {
            return Some(());
        }
        let reason = match mode {
            "120000" => Some("a link"),
            "160000" => Some("a submodule"),
            _ => path.parts().rev().skip(1).find_map(left_out::reason),
        };
        if let Some(reason) = reason {
            if FileKind::of(&path).is_some() || mode == "160000" {
                self.skipped.push(Skipped { path: name.into_owned(), reason: reason.into() });
            }
            return Some(());
        }
        let is_marker = left_out::marks_environment(path.name());
        if FileKind::of(&path).is_some() || is_marker {
            self.files.insert(path, Blob { id: id.to_owned(), size: size.parse().ok()? });
        }
        Some(())
    }

    fn leave_environments_out(&mut self) {
        let markers = self.files.keys().filter(|path| left_out::marks_environment(path.name()));
        let folders: Vec<String> = markers
            .map(|path| format!("{}/", path.parent()))
            .filter(|folder| folder != "/")
            .collect();
        self.files.retain(|path, _| {
            FileKind::of(path).is_some()
                && !folders.iter().any(|folder| path.as_str().starts_with(folder.as_str()))
        });
    }
}

impl Tree for GitTree {
    fn list(&self) -> Listing {
        let mut listing = Listing { skipped: self.skipped.clone(), ..Listing::default() };
        for (path, blob) in &self.files {
            let Some(kind) = FileKind::of(path) else { continue };
            if blob.size > LIMIT && kind != FileKind::Text {
                listing.problems.push(read::too_large(path.clone(), blob.size));
            } else {
                listing.files.push(Entry { path: path.clone(), kind, size: blob.size });
            }
        }
        listing.skipped.sort();
        listing
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        let blob = self.files.get(path).ok_or(ReadError::Vanished)?;
        if blob.size > LIMIT {
            return Err(ReadError::TooLarge(blob.size));
        }
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = match reader.take() {
            Some(open) => open,
            None => Reader::start(&self.folder)
                .map_err(|error| ReadError::Unreadable(error.to_string()))?,
        };
        let bytes = open.object(&blob.id);
        match bytes {
            Some(bytes) => {
                *reader = Some(open);
                Ok(bytes)
            }
            // What was begun and not read to its end is of no use any more.
            None => Err(ReadError::Unreadable("git does not give its content".into())),
        }
    }

    fn kept(&self, files: &[FilePath]) -> Option<std::collections::BTreeSet<FilePath>> {
        Some(files.iter().filter(|path| self.files.contains_key(*path)).cloned().collect())
    }

    fn revision(&self) -> Option<String> {
        Some(self.commit.clone())
    }
}

/// The commit that two revisions have in common last.
pub fn merge_base(folder: &Path, one: &str, other: &str) -> Result<String, GitError> {
    let (one_commit, other_commit) = (commit(folder, one)?, commit(folder, other)?);
    if one_commit == other_commit {
        return Ok(one_commit);
    }
    let found = ask(folder, &["merge-base", "--", &one_commit, &other_commit], NAME_LIMIT);
    match found.ok().and_then(|answer| id_in(&answer)) {
        Some(base) => Ok(base),
        None => {
            let shallow = ask(folder, &["rev-parse", "--is-shallow-repository"], NAME_LIMIT);
            let is_shallow = shallow.is_ok_and(|answer| answer.starts_with(b"true"));
            Err(GitError::NoMergeBase { one: one.to_owned(), other: other.to_owned(), is_shallow })
        }
    }
}

/// The commit that a revision names.
fn commit(folder: &Path, revision: &str) -> Result<String, GitError> {
    // Asked first, so that a wrong revision and no repository are told apart.
    ask(folder, &["rev-parse", "--git-dir"], NAME_LIMIT)?;
    let name = format!("{revision}^{{commit}}");
    let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &name];
    let unknown = || GitError::UnknownRevision(revision.to_owned());
    let answer = ask(folder, &words, NAME_LIMIT).map_err(|error| match error {
        GitError::Refused(_) => unknown(),
        error => error,
    })?;
    id_in(&answer).ok_or_else(unknown)
}

/// The object's name that an answer consists of.
fn id_in(answer: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(answer).ok()?.lines().next()?.trim();
    let is_id = text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| text.to_owned())
}

/// Asks git something, and reads no more than `limit` bytes of its answer.
fn ask(folder: &Path, words: &[&str], limit: u64) -> Result<Vec<u8>, GitError> {
    let mut command = git();
    // Nothing of the repository is run, so that it does not matter who owns it: in a container it is
    // often somebody else.
    command.args(["-c", "safe.directory=*"]).arg("-C").arg(folder).args(words);
    command.stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|_| GitError::NoGit)?;
    let stderr = child.stderr.take();
    let listening = std::thread::spawn(move || {
        let mut said = String::new();
        if let Some(stderr) = stderr {
            let _ = stderr.take(NAME_LIMIT).read_to_string(&mut said);
        }
        said
    });
    let mut answer = Vec::new();
    let stdout = child.stdout.take().ok_or(GitError::Answer)?;
    let read = stdout.take(limit).read_to_end(&mut answer);
    let ended = child.wait();
    let said = listening.join().unwrap_or_default();
    match (read, ended) {
        (Ok(_), Ok(status)) if status.success() && (answer.len() as u64) < limit => Ok(answer),
        _ if said.contains("not a git repository") => Err(GitError::NoRepository),
        _ => Err(GitError::Refused(said.lines().next().unwrap_or("").to_owned())),
    }
}

/// A git that gives objects one after another.
struct Reader {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Reader {
    fn start(folder: &Path) -> Result<Self, GitError> {
        let mut command = git();
        command.args(["-c", "safe.directory=*"]).arg("-C").arg(folder);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped());
        let mut child = command.spawn().map_err(|_| GitError::NoGit)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Self { child, to, from: BufReader::new(from) }),
            _ => Err(GitError::NoGit),
        }
    }

    /// `id SP type SP size LF content LF`
    fn object(&mut self, id: &str) -> Option<Vec<u8>> {
        self.to.write_all(format!("{id}\n").as_bytes()).and_then(|()| self.to.flush()).ok()?;
        let mut head = Vec::new();
        (&mut self.from).take(NAME_LIMIT).read_until(b'\n', &mut head).ok()?;
        let head = String::from_utf8(head).ok()?;
        let mut words = head.split_ascii_whitespace();
        let (Some(_), Some("blob"), Some(size)) = (words.next(), words.next(), words.next()) else {
            return None;
        };
        let size: u64 = size.parse().ok().filter(|size| *size <= LIMIT)?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).ok()? + 1);
        (&mut self.from).take(size + 1).read_to_end(&mut bytes).ok()?;
        (bytes.pop() == Some(b'\n') && bytes.len() as u64 == size).then_some(bytes)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why a revision cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitError {
    /// There is no git to ask.
    NoGit,
    /// The folder lies in no repository.
    NoRepository,
    /// No commit has that name.
    UnknownRevision(String),
    /// Two revisions have nothing in common, as far as this clone knows.
    NoMergeBase {
        /// The one.
        one: String,
        /// The other.
        other: String,
        /// Whether a part of the history is missing.
        is_shallow: bool,
    },
    /// Git says no; its words.
    Refused(String),
    /// Git says something else than what was asked for.
    Answer,
}

impl GitError {
    /// What to do about it, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoGit => Some("install git, or put it on the PATH"),
            Self::NoRepository => Some("name a folder inside the working copy of a repository"),
            Self::UnknownRevision(_) => {
                Some("fetch it first, or name a branch, a tag or a commit that this clone has")
            }
            Self::NoMergeBase { is_shallow: true, .. } => {
                Some("this clone is shallow: `git fetch --unshallow` brings the missing history")
            }
            _ => None,
        }
    }
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGit => f.write_str("git cannot be started"),
            Self::NoRepository => f.write_str("it lies in no git repository"),
            Self::UnknownRevision(name) => write!(f, "there is no commit `{name}`"),
            Self::NoMergeBase { one, other, .. } => {
                write!(f, "`{one}` and `{other}` have no commit in common")
            }
            Self::Refused(words) if words.is_empty() => f.write_str("git does not answer"),
            Self::Refused(words) => write!(f, "git says: {words}"),
            Self::Answer => f.write_str("git answers something else than what was asked for"),
        }
    }
}

impl std::error::Error for GitError {}
