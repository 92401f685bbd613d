//! What `.gitignore` and `.ignore` files leave out, as git reads them.

use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::read;

/// Files of patterns above this size are generated, or hostile: compiling them costs more than
/// reading what they would leave out.
const PATTERNS_LIMIT: u64 = 500_000;

/// The patterns of one folder, on top of those of the folders above it.
pub(crate) struct Patterns {
    above: Option<Arc<Patterns>>,
    plain: Option<File>,
    git: Option<File>,
    /// Whether a repository begins here, so that `.gitignore` files from above have no say.
    repository: bool,
}

struct File {
    patterns: Gitignore,
    reason: String,
}

/// Which of the files that matter here a folder holds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Holds {
    pub(crate) plain: bool,
    pub(crate) git: bool,
    pub(crate) repository: bool,
}

impl Patterns {
    /// The patterns that count inside `folder`, which `shown` names relative to the root with a
    /// slash at its end.
    pub(crate) fn inside(
        above: Option<Arc<Self>>,
        folder: &Path,
        shown: &str,
        holds: Holds,
    ) -> Option<Arc<Self>> {
        let ends_above = holds.repository && above.is_some();
        if !(holds.plain || holds.git || ends_above) {
            return above;
        }
        let read = |wanted: bool, name| wanted.then(|| File::read(folder, shown, name)).flatten();
        Some(Arc::new(Self {
            plain: read(holds.plain, ".ignore"),
            git: read(holds.git, ".gitignore"),
            repository: holds.repository,
            above,
        }))
    }

    /// The patterns from above `root`, up to the root of the repository around it.
    ///
    /// None outside of a repository, where whatever lies above has nothing to do with the tree, and
    /// none where the root itself is ignored: who names an ignored folder wants to see into it.
    pub(crate) fn above(root: &Path) -> Option<Arc<Self>> {
        if root.join(".git").exists() {
            return None;
        }
        let depth = root.ancestors().skip(1).position(|folder| folder.join(".git").exists())?;
        let folders: Vec<&Path> = root.ancestors().skip(1).take(depth + 1).collect();
        let mut patterns = None;
        for (up, folder) in folders.iter().enumerate().rev() {
            let shown = "../".repeat(up + 1);
            let has = |name| folder.join(name).exists();
            let holds = Holds { plain: has(".ignore"), git: has(".gitignore"), repository: false };
            patterns = Self::inside(patterns, folder, &shown, holds);
            let below = if up == 0 { root } else { folders[up - 1] };
            if patterns.as_ref().is_some_and(|patterns| patterns.reason(below, true).is_some()) {
                return None;
            }
        }
        patterns
    }

    /// Why `path` is left out, or `None` where it is not. The deepest file that speaks of a path
    /// decides, and every `.ignore` goes before any `.gitignore`.
    pub(crate) fn reason(&self, path: &Path, is_folder: bool) -> Option<&str> {
        let plain = self.chain().map(|folder| folder.plain.as_ref());
        let mut inside = true;
        let git = self.chain().map_while(|folder| {
            let counts = inside;
            inside &= !folder.repository;
            counts.then_some(folder.git.as_ref())
        });
        for file in plain.chain(git).flatten() {
            match file.patterns.matched(path, is_folder) {
                Match::Ignore(_) => return Some(&file.reason),
                Match::Whitelist(_) => return None,
                Match::None => {}
            }
        }
        None
    }

    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |patterns| patterns.above.as_deref())
    }
}

impl File {
    /// Reads the patterns; lines that are none are passed over, as git does. A link in the place of
    /// the file is not followed, as git does not.
    fn read(folder: &Path, shown: &str, name: &str) -> Option<Self> {
        let bytes = read::regular_file(&folder.join(name), PATTERNS_LIMIT).ok()?;
        let mut builder = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').lines() {
            let _ = builder.add_line(None, line);
        }
        let patterns = builder.build().ok()?;
        Some(Self { patterns, reason: format!("ignored by {shown}{name}") })
    }
}
