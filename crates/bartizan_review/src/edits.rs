//! Which lines were edited between two versions.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::FilePath;
use similar::{Algorithm, DiffOp};

use crate::blocks::changed;
use crate::facts::Place;

/// Texts with more lines than this are not compared line by line.
const MOST_LINES: usize = 40_000;

/// A stretch of lines that was replaced. Lines count from 1; `end` is behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hunk {
    old: (u32, u32),
    new: (u32, u32),
}

/// The edited lines of all files.
#[derive(Debug, Default)]
pub struct Edits {
    hunks: BTreeMap<FilePath, Vec<Hunk>>,
    came: BTreeSet<FilePath>,
    gone: BTreeSet<FilePath>,
    names: BTreeSet<String>,
    taken: BTreeMap<FilePath, BTreeSet<String>>,
}

impl Edits {
    /// Adds a file whose text differs; `None` where it is not there.
    pub fn add(&mut self, path: &FilePath, old: Option<&str>, new: Option<&str>) {
        if path.extension() == "py" {
            let mut names = changed(old, new);
            self.names.append(&mut names.bound);
            self.taken.insert(path.clone(), names.taken);
        }
        match (old, new) {
            (Some(old), Some(new)) => {
                self.hunks.insert(path.clone(), hunks(old, new));
            }
            (None, Some(_)) => {
                self.came.insert(path.clone());
            }
            (Some(_), None) => {
                self.gone.insert(path.clone());
            }
            (None, None) => {}
        }
    }

    /// The names that edited modules bind otherwise now.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The names that an edited module takes from elsewhere now, or no longer.
    pub(crate) fn taken(&self, path: &FilePath) -> impl Iterator<Item = &str> {
        self.taken.get(path).into_iter().flatten().map(String::as_str)
    }

    /// Whether a file is not in both versions as it is in the other.
    pub fn touches(&self, path: &FilePath) -> bool {
        self.hunks.contains_key(path) || self.came.contains(path) || self.gone.contains(path)
    }

    /// The edited line at a place, as it counts now; `None` where nothing was edited.
    pub fn line_now(&self, place: &Place, is_old: bool) -> Option<(FilePath, u32)> {
        match is_old {
            true if self.gone.contains(&place.path) => Some((place.path.clone(), place.line)),
            true => self.at_old(place),
            false => self.at_new(place),
        }
    }

    /// The edited line at a place of the old version, as it counts now.
    pub(crate) fn at_old(&self, place: &Place) -> Option<(FilePath, u32)> {
        let hunks = self.hunks.get(&place.path)?;
        let hunk = hunks.iter().find(|hunk| hunk.old.0 <= place.end && place.line < hunk.old.1)?;
        // The same line inside the hunk, where there is one.
        let down = place.line.saturating_sub(hunk.old.0);
        let line = (hunk.new.0 + down).min(hunk.new.1.saturating_sub(1).max(hunk.new.0));
        Some((place.path.clone(), line.max(1)))
    }

    /// The edited line at a place of the new version.
    pub(crate) fn at_new(&self, place: &Place) -> Option<(FilePath, u32)> {
        if self.came.contains(&place.path) {
            return Some((place.path.clone(), place.line));
        }
        let hunks = self.hunks.get(&place.path)?;
        let touches = |hunk: &&Hunk| match hunk.new.0 == hunk.new.1 {
            // Lines were taken out between two others.
            true => place.line <= hunk.new.0 && hunk.new.0 <= place.end + 1,
            false => hunk.new.0 <= place.end && place.line < hunk.new.1,
        };
        let hunk = hunks.iter().find(touches)?;
        Some((place.path.clone(), place.line.max(hunk.new.0).max(1)))
    }
}

fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let line = |index: usize| u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
    if old.len() + new.len() > MOST_LINES {
        return vec![Hunk { old: (1, line(old.len())), new: (1, line(new.len())) }];
    }
    let mut found: Vec<Hunk> = Vec::new();
    for op in similar::capture_diff_slices(Algorithm::Patience, &old, &new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (before, after) = (op.old_range(), op.new_range());
        let hunk = Hunk {
            old: (line(before.start), line(before.end)),
            new: (line(after.start), line(after.end)),
        };
        match found.last_mut() {
            Some(last) if last.old.1 == hunk.old.0 && last.new.1 == hunk.new.0 => {
                last.old.1 = hunk.old.1;
                last.new.1 = hunk.new.1;
            }
            _ => found.push(hunk),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, end: u32) -> Place {
        Place { path: FilePath::new("shop/views.py").expect("a path"), line, end }
    }

    #[test]
    fn a_line_that_is_gone_is_told_by_where_it_was() {
        let mut edits = Edits::default();
        let path = at(1, 1).path;
        edits.add(
            &path,
            Some("a\n@login_required\ndef b():\n    c\n"),
            Some("a\ndef b():\n    c\n"),
        );
        assert_eq!(edits.at_old(&at(2, 2)), Some((path.clone(), 2)));
        assert_eq!(edits.at_old(&at(3, 4)), None);
        assert_eq!(edits.at_new(&at(2, 3)), Some((path.clone(), 2)));
        assert_eq!(edits.at_new(&at(3, 3)), None);
        assert_eq!(edits.at_new(&at(1, 1)), Some((path, 2)), "right behind it");
    }

    #[test]
    fn a_new_file_is_edited_everywhere() {
        let mut edits = Edits::default();
        let path = at(1, 1).path;
        edits.add(&path, None, Some("a\n"));
        assert_eq!(edits.at_new(&at(1, 1)), Some((path, 1)));
    }
}
