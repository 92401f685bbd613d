//! Files of the project that are no code, as far as code reads them, and the paths under which it
//! speaks of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::FileId;
use crate::domain::{Abstract, Apply, Constant, Evaluated, Part, Symbol};
use crate::world::World;

/// Files of the project, by path from its root.
#[derive(Clone, Debug, Default)]
pub struct Files {
    paths: BTreeSet<String>,
    /// Of files that may hold variables.
    texts: BTreeMap<String, Arc<str>>,
    /// Of others that code reads.
    read_by_code: BTreeMap<String, Arc<str>>,
}

impl Files {
    /// There is a file at this path.
    pub fn add(&mut self, path: impl Into<String>) {
        self.paths.insert(path.into());
    }

    /// There is a file at this path, and this is what it says.
    pub fn add_text(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) {
        let path = path.into();
        self.paths.insert(path.clone());
        self.texts.insert(path, text.into());
    }

    /// There is a file at this path that code seems to read, and this is what it says.
    pub fn add_read_by_code(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) {
        let path = path.into();
        self.paths.insert(path.clone());
        self.read_by_code.insert(path, text.into());
    }

    /// What code finds in a file that it opens, as far as its text was given.
    pub(crate) fn readable(&self, path: &str) -> Option<&str> {
        self.texts.get(path).or_else(|| self.read_by_code.get(path)).map(|text| &**text)
    }

    /// What a file says that may hold variables, as far as its text was given.
    pub fn text(&self, path: &str) -> Option<&Arc<str>> {
        self.texts.get(path)
    }

    /// The same without some of them.
    #[must_use]
    pub fn without(mut self, left_behind: &BTreeSet<String>) -> Self {
        self.paths.retain(|path| !left_behind.contains(path));
        self.texts.retain(|path, _| !left_behind.contains(path));
        self.read_by_code.retain(|path, _| !left_behind.contains(path));
        self
    }

    /// The same with these in the place of those at their paths.
    #[must_use]
    pub fn with_texts(mut self, texts: &BTreeMap<String, Arc<str>>) -> Self {
        for (path, text) in texts {
            self.add_text(path.as_str(), Arc::clone(text));
        }
        self
    }

    /// The files that code reads which hold no variables.
    pub fn paths_read_by_code(&self) -> impl Iterator<Item = &str> {
        self.read_by_code.keys().map(String::as_str)
    }

    /// The files that may hold variables whose text was given.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text))
    }

    /// Whether code may read the file as variables of the environment.
    pub fn may_hold_variables(path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        // `.envs/.production/.django`
        let is_inside = path.contains("envs/")
            && path.rsplit('/').skip(1).any(|folder| matches!(folder, ".envs" | "envs"));
        name == "settings.ini"
            || is_inside && !name.contains(".py")
            || (name.starts_with(".env") || name.ends_with(".env"))
                && !["example", "sample", "template", "dist"].iter().any(|word| name.contains(word))
    }

    /// Whether the files are known at all.
    pub(crate) fn is_whole(&self) -> bool {
        !self.paths.is_empty()
    }

    pub(crate) fn has_file(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    pub(crate) fn has_folder(&self, path: &str) -> bool {
        if path.is_empty() {
            return true;
        }
        let inside = format!("{path}/");
        self.paths.range(inside.clone()..).next().is_some_and(|next| next.starts_with(&inside))
    }

    /// The files of a folder whose names match a pattern of `glob`; `None` where the pattern is not
    /// followed.
    pub(crate) fn matching(&self, pattern: &str) -> Option<Vec<&str>> {
        let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        if folder.contains(['*', '?', '[']) || name.contains('[') || name.contains("**") {
            return None;
        }
        let found = self.paths.iter().filter(|path| {
            let (inside, file) = path.rsplit_once('/').unwrap_or(("", path));
            let is_meant = name.starts_with('.') || !file.starts_with('.');
            inside == folder && is_meant && fits(file, name)
        });
        Some(found.map(String::as_str).collect())
    }
}

/// Whether a name fits a pattern of `*` and `?`.
fn fits(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) =
        (name.chars().collect(), pattern.chars().collect());
    let (mut at, mut of) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(of) {
            Some('*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(c) if *c == '?' || *c == name[at] => {
                at += 1;
                of += 1;
            }
            _ => match star {
                Some((before, taken)) => {
                    of = before + 1;
                    at = taken + 1;
                    star = Some((before, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[of..].iter().all(|c| *c == '*')
}

/// Values nested deeper than this are no paths.
const DEEPEST: u32 = 40;

impl World<'_> {
    /// The path from the root of the project that a value stands for: `Path(__file__).parent / "x"`.
    /// The root itself is empty. What is relative begins in the folder of `manage.py`.
    pub(crate) fn path_in_tree(&self, value: &Evaluated) -> Option<String> {
        self.place(value, DEEPEST)
    }

    fn place(&self, value: &Evaluated, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match &value.value {
            Abstract::Ref(Symbol::External(name)) if &**name == "__file__" => {
                Some(self.path(value.site.file).to_owned())
            }
            Abstract::Const(Constant::Str(text)) => self.relative_to_manage(value, text),
            Abstract::Text(text) => {
                let (folder, rest) = match text.parts.as_slice() {
                    [Part::Hole(folder)] => (folder, ""),
                    [Part::Hole(folder), Part::Literal(rest)] => (folder, rest.strip_prefix('/')?),
                    _ => return None,
                };
                let folder = self.place(folder, depth)?;
                joined(&folder, rest)
            }
            Abstract::Apply(apply) => match &apply.symbol {
                Symbol::External(symbol) => self.computed(value, symbol, apply, depth),
                _ => None,
            },
            _ => None,
        }
    }

    /// A relative path: programs are started in the folder of `manage.py`.
    fn relative_to_manage(&self, value: &Evaluated, text: &str) -> Option<String> {
        if text.starts_with('/') {
            return None;
        }
        let mut folder = self.path(value.site.file);
        loop {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            let manage = match folder.is_empty() {
                true => "manage.py".to_owned(),
                false => format!("{folder}/manage.py"),
            };
            if folder.is_empty() || self.files().has_file(&manage) {
                return joined(folder, text);
            }
        }
    }

    fn computed(
        &self,
        value: &Evaluated,
        symbol: &str,
        apply: &Apply,
        depth: u32,
    ) -> Option<String> {
        if apply.open {
            return None;
        }
        let mut positional =
            apply.args.iter().filter(|(name, _)| name.is_none()).map(|(_, value)| value);
        let first = positional.next()?;
        let text = |value: &Evaluated| value.value.as_str().map(str::to_owned);
        let member = match symbol.strip_prefix("pathlib.") {
            Some(rest) => rest.split_once('.').map_or("", |(_, member)| member),
            None => symbol,
        };
        match member {
            // A path that is written as text may be relative.
            "" | "environ.Path" => {
                let base = match text(first) {
                    Some(text) => self.relative_to_manage(value, &text)?,
                    None => self.place(first, depth)?,
                };
                positional.try_fold(base, |base, part| joined(&base, &text(part)?))
            }
            "resolve" | "absolute" | "expanduser" | "as_posix" | "__str__" | "__fspath__"
            | "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.fspath"
            | "builtins.str" | "environ.Path.root" => self.place(first, depth),
            "parent" | "os.path.dirname" => {
                let path = self.place(first, depth)?;
                // What lies above the root is not known.
                match path.rsplit_once('/') {
                    Some((parent, _)) => Some(parent.to_owned()),
                    None if path.is_empty() => None,
                    None => Some(String::new()),
                }
            }
            "joinpath" | "os.path.join" | "environ.Path.path" | "environ.Path.__call__" => {
                let base = self.place(first, depth)?;
                positional.try_fold(base, |base, part| joined(&base, &text(part)?))
            }
            "environ.Path.__sub__" => {
                let base = self.place(first, depth)?;
                let times = crate::operators::integer(&positional.next()?.value).ok()?;
                (0..times.min(64)).try_fold(base, |base, _| joined(&base, ".."))
            }
            _ => None,
        }
    }
}

impl World<'_> {
    /// The path of a text that is relative to the folder of a file.
    pub(crate) fn next_to(&self, file: FileId, text: &str) -> Option<String> {
        let folder = self.path(file).rsplit_once('/').map_or("", |(folder, _)| folder);
        joined(folder, text)
    }

    /// The path of a file of that name in the folder of a file, whether it is there or not.
    pub(crate) fn beside(&self, file: FileId, name: &str) -> String {
        match self.path(file).rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.to_owned(),
        }
    }

    /// The nearest file of that name in the folder of a file or one above.
    pub(crate) fn file_above(&self, file: FileId, name: &str) -> Option<String> {
        self.nearest(file, &[name])
    }

    /// The nearest file of one of the names, in the order of the names in each folder.
    pub(crate) fn nearest(&self, file: FileId, names: &[&str]) -> Option<String> {
        self.nearest_to(self.path(file).rsplit_once('/').map_or("", |(folder, _)| folder), names)
    }

    /// The same, from a folder.
    pub(crate) fn nearest_to(&self, folder: &str, names: &[&str]) -> Option<String> {
        let mut next = Some(folder);
        while let Some(folder) = next {
            next = match folder.is_empty() {
                true => None,
                false => Some(folder.rsplit_once('/').map_or("", |(parent, _)| parent)),
            };
            for name in names {
                let path = match folder.is_empty() {
                    true => (*name).to_owned(),
                    false => format!("{folder}/{name}"),
                };
                if self.files().has_file(&path) {
                    return Some(path);
                }
            }
        }
        None
    }
}

fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_glob() {
        let mut files = Files::default();
        for path in ["config/components/apps.py", "config/components/.x.py", "config/base.py"] {
            files.add(path);
        }
        assert_eq!(
            files.matching("config/components/*.py"),
            Some(vec!["config/components/apps.py"])
        );
        assert_eq!(files.matching("config/b?se.py"), Some(vec!["config/base.py"]));
        assert_eq!(files.matching("config/**/*.py"), None);
        assert_eq!(joined("config/settings", "../.env").as_deref(), Some("config/.env"));
        assert_eq!(joined("", ".."), None);
        assert!(Files::may_hold_variables("shop/.env.production"));
        assert!(!Files::may_hold_variables(".env.example"));
    }
}
