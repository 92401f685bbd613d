//! Patterns for paths, written as in `.gitignore`.

use bartizan_base::FilePath;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A list of patterns. The last one that speaks of a path decides, `!` takes back, and a folder
/// speaks for all that lies in it.
#[derive(Clone, Debug)]
pub struct Patterns {
    written: Vec<String>,
    compiled: Gitignore,
    /// What stands before every path that is matched, with a slash at its end; empty for nothing.
    below: String,
}

impl Default for Patterns {
    fn default() -> Self {
        Self { written: Vec::new(), compiled: Gitignore::empty(), below: String::new() }
    }
}

impl Patterns {
    /// Compiles the patterns, or says which one is none, by its index, and why.
    pub fn new(written: Vec<String>) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new("");
        for (index, pattern) in written.iter().enumerate() {
            let why = |error: ignore::Error| (index, reason(error));
            if pattern.trim().is_empty() || pattern.starts_with('#') {
                return Err((index, "matches nothing".to_owned()));
            }
            builder.add_line(None, pattern).map_err(why)?;
            // The builder compiles all at once and would not say which one failed; patterns are few.
            builder.build().map_err(why)?;
        }
        let compiled = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Ok(Self { written, compiled, below: String::new() })
    }

    /// Whether a file is meant, by its own path or by a folder that it lies in.
    pub fn matches(&self, path: &FilePath) -> bool {
        self.matches_path(path.as_str(), false)
    }

    /// As [`Patterns::matches`], for a path that may be a folder.
    pub fn matches_path(&self, path: &str, is_folder: bool) -> bool {
        if self.written.is_empty() {
            return false;
        }
        let path = format!("{}{path}", self.below);
        self.compiled.matched_path_or_any_parents(path, is_folder).is_ignore()
    }

    /// Whether the root of the tree itself is meant, so that everything below it would be.
    pub fn match_root(&self) -> bool {
        let root = self.below.trim_end_matches('/');
        !root.is_empty() && self.compiled.matched_path_or_any_parents(root, true).is_ignore()
    }

    /// The patterns as they were written.
    pub fn written(&self) -> &[String] {
        &self.written
    }

    pub(super) fn rooted(mut self, below: &str) -> Self {
        self.below = below.trim_matches('/').to_owned();
        if !self.below.is_empty() {
            self.below.push('/');
        }
        self
    }
}

fn reason(error: ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err,
        ignore::Error::WithPath { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            reason(*err)
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched<'p>(patterns: &[&str], paths: &[&'p str]) -> Vec<&'p str> {
        let patterns = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let patterns = Patterns::new(patterns).unwrap();
        let matches = |path: &str| patterns.matches(&FilePath::new(path).unwrap());
        paths.iter().copied().filter(|path| matches(path)).collect()
    }

    #[test]
    fn patterns_read_as_in_gitignore() {
        let paths = ["legacy/a/views.py", "shop/legacy/views.py", "shop/cart_pb2.py", "qa.py"];
        assert_eq!(matched(&["legacy/"], &paths), ["legacy/a/views.py", "shop/legacy/views.py"]);
        assert_eq!(matched(&["/legacy"], &paths), ["legacy/a/views.py"]);
        assert_eq!(matched(&["*_pb2.py", "qa.py/"], &paths), ["shop/cart_pb2.py"]);
        assert_eq!(matched(&["shop/**", "!*_pb2.py"], &paths), ["shop/legacy/views.py"]);
        assert_eq!(matched(&[], &paths), [""; 0]);
    }

    #[test]
    fn patterns_are_relative_to_the_configuration() {
        let patterns = Patterns::new(vec!["/shop/legacy/".into()]).unwrap().rooted("shop");
        assert!(patterns.matches(&FilePath::new("legacy/views.py").unwrap()));
        assert!(patterns.matches_path("legacy", true));
        assert!(!patterns.matches(&FilePath::new("views.py").unwrap()));
        assert!(!patterns.match_root());
        assert!(patterns.rooted("shop/legacy/orders").match_root());
    }

    #[test]
    fn what_is_no_pattern_is_said() {
        let error = |patterns: &[&str]| {
            Patterns::new(patterns.iter().map(|pattern| (*pattern).to_owned()).collect()).err()
        };
        assert_eq!(error(&["a", " "]), Some((1, "matches nothing".into())));
        assert_eq!(error(&["# note"]), Some((0, "matches nothing".into())));
        assert_eq!(error(&["a", "shop/[z-a]"]).map(|(index, _)| index), Some(1));
    }
}
