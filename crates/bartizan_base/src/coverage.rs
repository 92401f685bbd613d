//! What was looked at and what was not, so that silence can mean "looked and found nothing".

use std::collections::BTreeMap;

use crate::FileKind;

/// How many files of one kind there were, and how many of them were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Files of the kind that the tree lists.
    pub seen: u32,
    /// Files that were read, even if with problems.
    pub read: u32,
}

/// A file or folder that was left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Path relative to the root, `/` between the parts; lossy where the name is no Unicode text.
    pub path: String,
    /// Why, in words: `ignored by .gitignore`, `larger than 20 MB`.
    pub reason: String,
}

/// The account of one scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files seen and read, by kind.
    pub kinds: BTreeMap<FileKind, Reads>,
    /// Files and folders left out, sorted.
    pub skipped: Vec<Skipped>,
    /// Files of a known kind that were left unread, one by one or without opening them, by the reason:
    /// `translations`, `minified`, `larger than 2 MB`, `no text`.
    pub passed_over: BTreeMap<&'static str, u32>,
    /// Files of test code of which only the interface was read, since their findings are not shown:
    /// they are counted as read.
    pub interfaces: u32,
    /// Lines of text in the files that were read.
    pub lines: u64,
    /// Names that were looked up across modules, and how many of them were found.
    pub names: Reads,
}

impl Coverage {
    /// Counts one file of `kind` that the tree lists.
    pub fn saw(&mut self, kind: FileKind) {
        self.kinds.entry(kind).or_default().seen += 1;
    }

    /// Counts one file of `kind` that was read.
    pub fn read(&mut self, kind: FileKind) {
        self.kinds.entry(kind).or_default().read += 1;
    }

    /// Counts one file that was left unread for `reason`.
    pub fn pass_over(&mut self, reason: &'static str) {
        *self.passed_over.entry(reason).or_default() += 1;
    }

    /// Files read, of whatever kind.
    pub fn files_read(&self) -> u32 {
        self.kinds.values().map(|reads| reads.read).sum()
    }
}
