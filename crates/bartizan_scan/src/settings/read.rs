//! Which files settings consist of, and what of each other they need.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{FilePath, Problem, Tree};
use bartizan_django::settings::{Hint, named_in_texts};
use bartizan_ir::{FileIr, FunctionId, FunctionKind, Value};
use bartizan_project::ProjectFile;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Ask;
use super::by_name::{is_module_name, loaded_by_name};
use super::likely::may_give_settings;
use super::needed::{Import, Need, Needed, is_setting, run};
use crate::guard::guarded;

/// Reads the files that settings consist of, and of those that they import what they need, until
/// nothing new comes.
pub(super) fn read(
    tree: &dyn Tree,
    python: &BTreeSet<FilePath>,
    ask: &Ask,
    hints: &[Hint<'_>],
    texts: &mut BTreeMap<FilePath, String>,
    problems: &mut Vec<Problem>,
) -> Vec<ProjectFile> {
    let mut reader =
        Reader { tree, python, texts, problems, files: Vec::new(), at: FxHashMap::default() };
    let wanted = ask
        .module
        .as_ref()
        .map(|module| module.split(':').next().unwrap_or_default().replace('.', "/"));
    let mut left: Vec<(FilePath, Need)> = python
        .iter()
        .filter_map(|path| Some((path.clone(), begins(path, wanted.as_deref())?)))
        .collect();
    // What names the settings is read first: the module that it names is settings, whatever it is called
    // and whatever is in it.
    left.sort_by_key(|(_, need)| *need == Need::Naming);
    let mut named: FxHashSet<FilePath> = FxHashSet::default();
    // So is the one that is asked for.
    named.extend(python.iter().filter(|path| is_wanted(path, wanted.as_deref())).cloned());
    for (from, module) in named_in_texts(hints) {
        named.extend(settings_at(&from, &module, python));
    }
    left.splice(0..0, named.iter().map(|path| (path.clone(), Need::Settings)));
    let mut seen: FxHashSet<(FilePath, Need)> = left.iter().cloned().collect();
    let mut needed: FxHashMap<usize, Needed> = FxHashMap::default();
    let mut layers: BTreeSet<usize> = BTreeSet::new();
    loop {
        while let Some((path, need)) = left.pop() {
            // Its text tells most files that are only called so.
            if need == Need::Settings && !named.contains(&path) && !reader.may_give(&path) {
                continue;
            }
            let Some(at) = reader.file(&path) else { continue };
            let ir = &reader.files[at].ir;
            if need == Need::Settings {
                if !named.contains(&path) && !is_like_settings(ir) {
                    continue;
                }
                layers.insert(at);
            }
            let mut more: Vec<(FilePath, Need)> = Vec::new();
            if need == Need::Naming {
                let modules = named_in(ir, &path, python);
                more.extend(modules.iter().map(|path| (path.clone(), Need::Settings)));
                named.extend(modules);
            }
            for import in needed.entry(at).or_default().ask(ir, &need) {
                more.extend(leads_to(&path, &import, python));
            }
            // Files that are run in the name of this one lie below.
            if ir.strings.find("split_settings.tools").is_some() {
                let folder = path.parent();
                let is_below = |below: &&FilePath| {
                    folder.is_empty()
                        || below.as_str().strip_prefix(folder).is_some_and(|it| it.starts_with('/'))
                };
                // Some change what others hold, and bind nothing.
                let included = folders_included(ir, folder);
                named.extend(python.iter().filter(|it| included.contains(it.parent())).cloned());
                more.extend(python.iter().filter(is_below).map(|it| (it.clone(), Need::Settings)));
            }
            left.extend(more.into_iter().filter(|it| seen.insert(it.clone())));
        }
        let more = layers.iter().flat_map(|at| loaded_by_name(&reader.files[*at], python));
        left.extend(more.filter(|it| seen.insert(it.clone())));
        if left.is_empty() {
            break;
        }
    }
    let settings: Vec<FilePath> = layers.iter().map(|at| reader.files[*at].path.clone()).collect();
    reader.packages();
    reader.beside_settings(&settings);
    reader.files
}

/// Whether a file may be the module that is asked for, written as a path.
fn is_wanted(path: &FilePath, wanted: Option<&str>) -> bool {
    wanted.is_some_and(|wanted| {
        let stem = path.as_str().trim_end_matches(".py");
        stem.ends_with(wanted) || stem.ends_with(&format!("{wanted}/__init__"))
    })
}

/// What is asked of a file because of its name.
fn begins(path: &FilePath, wanted: Option<&str>) -> Option<Need> {
    let folder = path.parent().rsplit('/').next();
    let is_called_so =
        path.stem().contains("settings") || folder.is_some_and(|it| it.contains("settings"));
    // No code names a migration, `0002_site_settings.py`: a name begins with no digit.
    let is_name = !path.name().starts_with(|first: char| first.is_ascii_digit());
    if is_wanted(path, wanted) || is_called_so && is_name {
        return Some(Need::Settings);
    }
    matches!(path.name(), "manage.py" | "wsgi.py" | "asgi.py").then_some(Need::Naming)
}

/// The modules of the project whose dotted name stands as a text in a file that names the settings.
fn named_in(ir: &FileIr, from: &FilePath, python: &BTreeSet<FilePath>) -> Vec<FilePath> {
    let texts = ir.strings.iter().map(|(_, text)| text);
    let modules = texts.filter(|text| is_module_name(text));
    modules.flat_map(|module| settings_at(from, module, python)).collect()
}

/// The folders of files that code includes by their paths from a folder: `components/base.py`,
/// `environments/*.py`, and the beginning of `environments/{name}.py`.
fn folders_included(ir: &FileIr, folder: &str) -> BTreeSet<String> {
    let texts = ir.strings.iter().map(|(_, text)| text);
    let paths = texts.filter(|text| text.ends_with(".py") || text.ends_with('/'));
    let inside = paths.filter_map(|path| {
        let path = path.trim_start_matches('/');
        let (inside, _) = path.rsplit_once('/').unwrap_or(("", path));
        let is_plain = inside.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c));
        is_plain.then_some(inside)
    });
    let whole = inside.map(|inside| match (folder.is_empty(), inside.is_empty()) {
        (true, _) => inside.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{inside}"),
    });
    whole.collect()
}

/// The files that a module may be which a file names as settings.
fn settings_at(from: &FilePath, module: &str, python: &BTreeSet<FilePath>) -> Vec<FilePath> {
    let module = Import { module: module.to_owned(), name: None, level: 0, need: Need::Settings };
    leads_to(from, &module, python).into_iter().map(|(path, _)| path).collect()
}

/// Whether a file gives names in capitals a value, or takes names over. A page called `settings.py` does
/// neither: it has functions, and where it imports constants, it does so for them.
fn is_like_settings(ir: &FileIr) -> bool {
    let module = FileIr::module();
    let names = |body: FunctionId| {
        let bindings = ir.bindings[ir.function(body).bindings].iter();
        bindings.filter(|it| is_setting(ir.str(it.name))).map(|it| ir.value(it.value))
    };
    let gives = |body: FunctionId| {
        names(body).any(|value| !matches!(value, Value::Import { .. } | Value::Unbound))
    };
    let has_code = || ir.functions().any(|(_, function)| function.kind == FunctionKind::Def);
    !ir.function(module).layers.is_empty()
        || gives(module)
        || ir.classes().any(|(_, class)| gives(class.body))
        // `from .base import DEBUG, INSTALLED_APPS`
        || names(module).any(|value| matches!(value, Value::Import { .. })) && !has_code()
}

/// The files on their way into the project.
struct Reader<'r> {
    tree: &'r dyn Tree,
    python: &'r BTreeSet<FilePath>,
    texts: &'r mut BTreeMap<FilePath, String>,
    problems: &'r mut Vec<Problem>,
    files: Vec<ProjectFile>,
    /// Where each file stands in `files`; nowhere where it could not be read.
    at: FxHashMap<FilePath, Option<usize>>,
}

impl Reader<'_> {
    fn file(&mut self, path: &FilePath) -> Option<usize> {
        if let Some(known) = self.at.get(path) {
            return *known;
        }
        let at = self.fresh(path);
        self.at.insert(path.clone(), at);
        at
    }

    /// Whether the text of a file that was not read yet may give names in capitals a value, or take names
    /// over: more than that is seen where it is read.
    fn may_give(&self, path: &FilePath) -> bool {
        self.at.contains_key(path)
            || self.tree.read(path).is_ok_and(|bytes| may_give_settings(&bytes))
    }

    fn fresh(&mut self, path: &FilePath) -> Option<usize> {
        let bytes = self.tree.read(path).ok()?;
        let reading = match guarded(|| bartizan_python::read(path, &bytes)) {
            Ok(reading) => reading,
            Err(fault) => {
                self.problems.push(fault.problem(path, "reading it"));
                return None;
            }
        };
        self.problems.extend(reading.problems);
        self.texts.insert(path.clone(), reading.text);
        self.files.push(ProjectFile { path: path.clone(), ir: reading.ir, facts: reading.facts });
        Some(self.files.len() - 1)
    }

    /// Packages are told by their `__init__.py`, which may say nothing.
    fn packages(&mut self) {
        let mut around: BTreeSet<String> = BTreeSet::new();
        for file in &self.files {
            let mut folder = file.path.parent();
            while !folder.is_empty() && around.insert(folder.to_owned()) {
                folder = folder.rsplit_once('/').map_or("", |(outer, _)| outer);
            }
        }
        for folder in around {
            if let Some(init) = self.package(&folder) {
                self.file(&init);
            }
        }
    }

    /// What the packages around settings import runs before these are read: `from .celery import app`.
    fn beside_settings(&mut self, settings: &[FilePath]) {
        let mut around: BTreeSet<&str> = BTreeSet::new();
        for path in settings {
            let mut folder = path.parent();
            while !folder.is_empty() && around.insert(folder) {
                folder = folder.rsplit_once('/').map_or("", |(outer, _)| outer);
            }
        }
        for folder in around {
            let Some(init) = self.package(folder) else { continue };
            let Some(at) = self.file(&init) else { continue };
            let imports: Vec<Import> = run(&self.files[at].ir).collect();
            for import in imports {
                for (path, _) in leads_to(&init, &import, self.python) {
                    self.file(&path);
                }
            }
        }
    }

    /// The `__init__.py` of a folder.
    fn package(&self, folder: &str) -> Option<FilePath> {
        let init = FilePath::new(&format!("{folder}/__init__.py"));
        init.filter(|init| self.python.contains(init))
    }
}

/// The files that an import may load, with what it asks of each: the module, and the module of that
/// name inside it.
pub(super) fn leads_to(
    from: &FilePath,
    import: &Import,
    python: &BTreeSet<FilePath>,
) -> Vec<(FilePath, Need)> {
    let inside = import.module.replace('.', "/");
    let mut folders: Vec<String> = Vec::new();
    if import.level > 0 {
        let mut folder = from.parent();
        for _ in 1..import.level {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        folders.push(folder.to_owned());
    } else {
        // Wherever the import path begins: at one of the folders around.
        let mut folder = from.parent();
        loop {
            folders.push(folder.to_owned());
            if folder.is_empty() {
                break;
            }
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
    for folder in folders {
        let base = match (folder.is_empty(), inside.is_empty()) {
            (true, _) => inside.clone(),
            (_, true) => folder,
            _ => format!("{folder}/{inside}"),
        };
        let mut paths = vec![
            (format!("{base}.py"), import.need.clone()),
            (format!("{base}/__init__.py"), import.need.clone()),
        ];
        if let Some(name) = &import.name {
            let need = match import.need {
                Need::Running => Need::Running,
                _ => Need::Everything,
            };
            paths.push((format!("{base}/{name}.py"), need.clone()));
            paths.push((format!("{base}/{name}/__init__.py"), need));
        }
        let found: Vec<(FilePath, Need)> = paths
            .into_iter()
            .filter_map(|(path, need)| Some((FilePath::new(&path)?, need)))
            .filter(|(path, _)| python.contains(path))
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}
