//! Single edits of a project, and what `surface --diff` has to say of each.
//!
//! An edit takes protection away, and is told with its kind; or says the same otherwise, and is no
//! change. Read from the other side the first is an improvement, and the second still no change.

use std::collections::BTreeMap;

use bartizan_base::{Entry, FileKind, FilePath, Listing, ReadError, Tree};
use bartizan_review::Change;
use bartizan_scan::Knowledge;
use bartizan_scan::change::change;
use bartizan_scan::config::Config;
use bartizan_scan::surface::Ask;
use serde::Deserialize;

/// The edits of one project.
#[derive(Debug, Deserialize)]
pub struct Edits {
    /// One by one; none sees what another did.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// An edit, and the kinds one of which says what it does; none where it does nothing.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// What it does, in words.
    pub name: String,
    /// Each of these is a right name for it.
    pub kinds: Vec<String>,
    #[serde(default)]
    edit: Vec<Edit>,
}

/// A text put in the place of another, a file written, or one removed.
#[derive(Debug, Deserialize)]
struct Edit {
    path: String,
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    remove: bool,
}

/// What came of the edits: those that are told wrongly, and how many there are.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Edits that protect less, and are not told with a right kind.
    pub missed: Vec<String>,
    /// Edits that do nothing, and are told.
    pub noisy: Vec<String>,
    /// How many protect less.
    pub regressions: usize,
    /// How many do nothing.
    pub refactorings: usize,
}

impl Edits {
    /// Reads a file of edits.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Makes every edit whose name has `wanted` in it to the project, and asks what changed.
    ///
    /// `tell` is given each with all that was said of it, and whether that is right.
    pub fn judge(
        &self,
        project: &dyn Tree,
        wanted: &str,
        tell: &mut dyn FnMut(&Case, &[Change], bool),
    ) -> Outcome {
        let mut outcome = Outcome::default();
        for case in self.cases.iter().filter(|case| case.name.contains(wanted)) {
            let edited = case.made_to(project);
            let changes = compared(project, &edited);
            let is_told =
                |change: &Change| case.kinds.iter().any(|kind| kind == change.kind.as_str());
            let is_right = match case.kinds.is_empty() {
                true => changes.is_empty(),
                false => changes.iter().any(is_told),
            };
            tell(case, &changes, is_right);
            let (all, wrong) = match case.kinds.is_empty() {
                true => (&mut outcome.refactorings, &mut outcome.noisy),
                false => (&mut outcome.regressions, &mut outcome.missed),
            };
            *all += 1;
            if !is_right {
                let shown: Vec<String> = changes.iter().map(line).collect();
                wrong.push(format!("{}: {shown:#?}", case.name));
            }
        }
        outcome
    }
}

fn compared(base: &dyn Tree, head: &dyn Tree) -> Vec<Change> {
    let (config, knowledge) = (Config::default(), Knowledge::default());
    change(base, head, &config, &knowledge, &Ask::default(), &|_| {}).changes
}

fn line(change: &Change) -> String {
    let Change { kind, route, setting, path, line, before, after, .. } = change;
    let what = setting.as_deref().unwrap_or(route);
    let methods = change.methods.join(",");
    format!("{} {methods} {what} {path}:{line}: {before} → {after}", kind.as_str())
}

impl Case {
    fn made_to<'t>(&self, project: &'t dyn Tree) -> Edited<'t> {
        let mut edited = Edited { project, files: BTreeMap::new() };
        for edit in &self.edit {
            let path = FilePath::new(&edit.path).expect("an edit lies inside its project");
            if edit.remove {
                edited.files.insert(path, None);
                continue;
            }
            let to = edit.to.as_deref().unwrap_or("");
            let text = match &edit.from {
                Some(from) => {
                    let before = edited.read(&path).unwrap_or_default();
                    let before = String::from_utf8_lossy(&before).into_owned();
                    assert!(
                        before.contains(from.as_str()),
                        "{}: {path} has no {from:?}",
                        self.name
                    );
                    before.replacen(from.as_str(), to, 1)
                }
                None => to.to_owned(),
            };
            edited.files.insert(path, Some(text.into_bytes()));
        }
        edited
    }
}

/// A project with some files written otherwise.
struct Edited<'t> {
    project: &'t dyn Tree,
    files: BTreeMap<FilePath, Option<Vec<u8>>>,
}

impl Tree for Edited<'_> {
    fn list(&self) -> Listing {
        let mut listing = self.project.list();
        listing.files.retain(|entry| !self.files.contains_key(&entry.path));
        for (path, text) in &self.files {
            if let (Some(kind), Some(text)) = (FileKind::of(path), text) {
                listing.files.push(Entry { path: path.clone(), kind, size: text.len() as u64 });
            }
        }
        listing.files.sort_by(|one, other| one.path.cmp(&other.path));
        listing
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        match self.files.get(path) {
            Some(text) => text.clone().ok_or(ReadError::Vanished),
            None => self.project.read(path),
        }
    }
}
