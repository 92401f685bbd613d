//! The settings of a project, environment by environment: what `bartizan settings` shows.
//!
//! Only the files that settings consist of are read: those that name them, those that are called so,
//! and of what these import the part that a setting is made of.

mod by_name;
mod likely;
mod needed;
mod read;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use bartizan_base::{Entry, FileKind, FilePath, LineIndex, Tree};
use bartizan_deployment::{
    FileType, files_mentioned, files_of_compositions, is_object, may_mention, mentioned,
    starts_processes,
};
use bartizan_django::settings::table::{Cell, Column, Row, SettingsTable, Way};
use bartizan_django::settings::{
    Decided, Defaults, Environment, Hint, Origin, Outside, Role, Setting, Settings, alternatives,
    environments, is_secret_name, read_variables, shown, variables,
};
use bartizan_model::Models;
use bartizan_project::Project;
use bartizan_requirement::{Group, Inventory, PackageName, Version};
use bartizan_value::{Abstract, Condition, Evaluated, Evaluator, Files, Reason, Variables};

use crate::config::similar;
use crate::deployed::{self, Beside};
use crate::guard::guarded;
use crate::read_by_code::add_read_by_code;

/// What of a project's settings is asked for.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Only these settings, in this order; all that the project gives a value where it is empty.
    pub names: Vec<String>,
    /// Only this environment.
    pub environment: Option<String>,
    /// The settings module, whatever the project says.
    pub module: Option<String>,
    /// The version of Django, whatever the project says.
    pub django: Option<Version>,
}

/// Evaluates the settings of the project in `tree`.
pub fn settings(tree: &dyn Tree, ask: &Ask) -> SettingsTable {
    let mut table = SettingsTable::default();
    let listing = tree.list();
    table.problems.extend(listing.problems);
    let python: BTreeSet<FilePath> = listing
        .files
        .iter()
        .filter(|entry| entry.kind == FileKind::Python)
        .map(|entry| entry.path.clone())
        .collect();
    let beside = beside(tree, &listing.files);
    let hints: Vec<Hint<'_>> =
        beside.texts.iter().map(|(path, text)| Hint { path, text }).collect();
    let mut texts: BTreeMap<FilePath, String> = BTreeMap::new();
    let files = read::read(tree, &python, ask, &hints, &mut texts, &mut table.problems);
    let project = Project::link(files, Models::default());
    let mut kept = files_of(tree, &listing.files);
    add_read_by_code(&mut kept, tree, &listing.files, &project);
    let evaluator = Evaluator::with_files(&project, kept);
    // Files of variables that images leave behind, developers have all the same.
    let left_behind = deployed::left_behind(tree, &beside, evaluator.files());
    // What they hold in the place of others, too.
    let placed = deployed::placed(&beside, evaluator.files());
    let served = (!left_behind.is_empty() || !placed.texts.is_empty()).then(|| {
        let files = evaluator.files().clone().without(&left_behind);
        Evaluator::with_files(&project, files.with_texts(&placed.texts))
    });

    let configured: Vec<(String, String)> =
        ask.module.iter().map(|module| ("production".to_owned(), module.clone())).collect();
    let mut found = environments(&project, &evaluator, &hints, &configured);
    deployed::give_variables(&mut found, &beside, evaluator.files(), &placed);
    let is_asked_for = |it: &Environment| {
        ask.module.as_ref().is_none_or(|module| it.is_meant_by(module))
            && ask.environment.as_ref().is_none_or(|name| it.name == *name)
    };
    let (mut found, left_out): (Vec<_>, Vec<_>) = found.drain(..).partition(is_asked_for);
    table.left_out = left_out.iter().map(|it| (it.name.clone(), it.source())).collect();
    found.shrink_to_fit();

    let listed = listing.files.iter().map(|entry| &entry.path);
    let inventory = bartizan_requirement::discover_among(tree, listed);
    let known = ask.django.clone().or_else(|| django_version(&inventory));
    let defaults = known.clone().map_or_else(Defaults::latest, Defaults::of);
    let defaults = defaults.beside(packages(&inventory));
    let lines = Lines { project: &project, texts: &texts, indexes: RefCell::default() };
    // What the code reads is seen where no file gives it.
    let bare: Vec<Environment> = found
        .iter()
        .map(|environment| Environment {
            variables: Vec::new(),
            unclear: Vec::new(),
            outside: None,
            ..environment.clone()
        })
        .collect();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut columns = Vec::new();
    for (environment, bare) in found.iter().zip(&bare) {
        let evaluator =
            served.as_ref().filter(|_| environment.role == Role::Production).unwrap_or(&evaluator);
        let of = |environment, variables: &Variables| {
            guarded(|| Settings::of(&project, evaluator, environment, &defaults, variables))
        };
        // Where more is given than is here, what does not depend on that is known alone.
        let certain = environment.outside.as_ref().map(|_| of(environment, &Variables::unknown()));
        let all = of(environment, &Variables::defaults())
            .and_then(|plain| Ok((plain, of(bare, &Variables::unknown())?, certain.transpose()?)));
        match all {
            Ok((plain, open, certain)) => {
                if ask.names.is_empty() {
                    names.extend(plain.given().map(|(name, _)| name.to_owned()));
                }
                columns.push((environment, plain, open, certain));
            }
            Err(fault) => {
                let path = project.path(environment.file);
                table.problems.push(fault.problem(path, "evaluating its settings"));
            }
        }
    }
    for name in &ask.names {
        if columns.iter().all(|(_, plain, ..)| plain.get(name).is_none()) {
            let mut known: BTreeSet<String> = defaults.names().map(str::to_owned).collect();
            for (_, plain, ..) in &columns {
                known.extend(plain.names().map(str::to_owned));
            }
            let meant = similar(&name.to_uppercase(), known.iter().map(String::as_str));
            table.unknown_names.push((name.clone(), meant.map(str::to_owned)));
        }
    }
    let names: Vec<String> =
        if ask.names.is_empty() { names.into_iter().collect() } else { ask.names.clone() };
    for name in names {
        let cells = columns
            .iter()
            .map(|(environment, plain, open, certain)| {
                let setting = plain.get(&name)?;
                let mut cell = lines.cell(&name, &setting, open.get(&name).as_ref(), plain);
                let is_certain = |certain: &Settings<'_>| {
                    certain.get(&name).is_some_and(|certain| {
                        certain.value.is_known() && certain.value.value == setting.value.value
                    })
                };
                if let (Some(certain), Some(outside)) = (certain, &environment.outside)
                    && cell.is_known
                    && !is_certain(certain)
                {
                    cell.is_known = false;
                    cell.unknown = Some(elsewhere(outside));
                }
                Some(cell)
            })
            .collect();
        table.rows.push(Row { name, cells });
    }
    for (environment, ..) in &columns {
        table.environments.push(lines.column(environment, &defaults, known.is_some()));
    }
    table.problems.sort();
    table.problems.dedup();
    table
}

/// Why a value is not known that is made of variables.
fn elsewhere(outside: &Outside) -> String {
    let (path, line) = &outside.place;
    format!("{path}:{line} takes variables from {}, which is not here", outside.what)
}

/// The files of a tree as code may read them: what is there, and what may hold variables of the
/// environment, if version control keeps it. What lies on one machine alone is not what is served.
pub(crate) fn files_of<'e>(
    tree: &dyn Tree,
    entries: impl IntoIterator<Item = &'e Entry> + Clone,
) -> Files {
    let mut files = Files::default();
    let variables: BTreeSet<FilePath> = entries
        .clone()
        .into_iter()
        .map(|entry| &entry.path)
        .filter(|path| Files::may_hold_variables(path.as_str()))
        .cloned()
        .collect();
    let listed: Vec<FilePath> = variables.iter().cloned().collect();
    let kept = tree.kept(&listed);
    let is_kept = |path: &FilePath| kept.as_ref().is_none_or(|kept| kept.contains(path));
    for entry in entries {
        if !variables.contains(&entry.path) {
            files.add(entry.path.as_str());
        }
    }
    for path in variables.iter().filter(|path| is_kept(path)) {
        if let Ok(bytes) = tree.read(path) {
            files.add_text(path.as_str(), String::from_utf8_lossy(&bytes));
        }
    }
    files
}

/// The texts beside the code that may name settings.
pub(crate) fn beside(tree: &dyn Tree, entries: &[Entry]) -> Beside {
    let mut found: Vec<(FilePath, String)> = entries
        .iter()
        .filter(|entry| match entry.kind {
            // gunicorn's configuration is code.
            FileKind::Python => starts_processes(&entry.path),
            _ => names_settings(&entry.path),
        })
        .filter_map(|entry| {
            let bytes = tree.read(&entry.path).ok()?;
            Some((entry.path.clone(), String::from_utf8_lossy(&bytes).into_owned()))
        })
        .collect();
    // Files that these name, whatever they are called; and what those name.
    for _ in 0..MOST_ROUNDS {
        let more = named_more(tree, entries, &found);
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    // What lies among code is read by it, and deploys nothing.
    let packages: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| entry.path.name() == "__init__.py")
        .map(|entry| entry.path.parent())
        .collect();
    let is_asked = |entry: &&Entry| {
        entry.size <= LONGEST_MENTION
            && !packages.contains(entry.path.parent())
            && may_mention(&entry.path)
            && !found.iter().any(|(known, _)| *known == entry.path)
    };
    let (mut mentioned, mut files) = (BTreeSet::new(), BTreeSet::new());
    let (mut composed_with, mut objects) = (BTreeSet::new(), Vec::new());
    for entry in entries.iter().filter(is_asked).take(MOST_MENTIONS) {
        if let Ok(bytes) = tree.read(&entry.path) {
            let text = String::from_utf8_lossy(&bytes);
            if is_object(&entry.path, &text) {
                objects.push((entry.path.clone(), text.into_owned()));
                continue;
            }
            mentioned.extend(self::mentioned(&entry.path, &text));
            files.extend(files_mentioned(&entry.path, &text));
            composed_with.extend(files_of_compositions(&text));
        }
    }
    found.extend(objects);
    // What tests run with is read as that, and gives more where it deploys.
    for (path, text) in found.iter().filter(|(path, _)| path.as_str().starts_with(".git")) {
        mentioned.extend(self::mentioned(path, text));
        files.extend(files_mentioned(path, text));
        composed_with.extend(files_of_compositions(text));
    }
    // What these files give, nobody is seen to give to a process that is read.
    for entry in entries.iter().filter(|entry| files.contains(entry.path.as_str())) {
        if let Ok(bytes) = tree.read(&entry.path) {
            let pairs = bartizan_deployment::read_variables(&String::from_utf8_lossy(&bytes)).pairs;
            mentioned.extend(pairs.into_iter().map(|pair| pair.name));
        }
    }
    Beside { texts: found, mentioned, composed_with }
}

/// Bytes of a file beyond which nobody writes out variables in it, and files beyond which none is asked.
const LONGEST_MENTION: u64 = 128 * 1024;
const MOST_MENTIONS: usize = 1_000;

/// Files that name files that name files beyond which none is read.
const MOST_ROUNDS: usize = 3;

/// The files that these texts name which may give variables and are not among them, if version control
/// keeps them.
fn named_more(
    tree: &dyn Tree,
    entries: &[Entry],
    beside: &[(FilePath, String)],
) -> Vec<(FilePath, String)> {
    let named = deployed::named_files(beside);
    if named.is_empty() {
        return Vec::new();
    }
    let is_named = |path: &FilePath| {
        named.contains(path.as_str())
            || named.iter().any(|name| {
                name.starts_with('/')
                    && name.strip_suffix(path.as_str()).is_some_and(|rest| rest.ends_with('/'))
            })
    };
    let known = |path: &FilePath| {
        Files::may_hold_variables(path.as_str()) || beside.iter().any(|(it, _)| it == path)
    };
    let paths = entries.iter().map(|entry| &entry.path);
    let more: Vec<FilePath> =
        paths.filter(|path| is_named(path) && !known(path)).cloned().collect();
    let kept = tree.kept(&more);
    let more = more.into_iter().filter(|path| kept.as_ref().is_none_or(|kept| kept.contains(path)));
    let read = more.filter_map(|path| {
        let bytes = tree.read(&path).ok()?;
        Some((path, String::from_utf8_lossy(&bytes).into_owned()))
    });
    read.collect()
}

/// Whether a file beside the code may name settings, or says how visitors come to them.
fn names_settings(path: &FilePath) -> bool {
    let name = path.name().to_ascii_lowercase();
    matches!(FileType::of(path), Some(FileType::Compose | FileType::Dockerfile | FileType::Nginx))
        || name.contains("dockerfile")
        || name.contains("compose")
        || matches!(
            name.as_str(),
            "pytest.ini" | "tox.ini" | "setup.cfg" | ".gitlab-ci.yml" | "pyproject.toml"
        )
        || starts_processes(path)
        || path.as_str().starts_with(".github/workflows/")
}

/// The environments that visitors reach, and the others; test code is never reached.
pub(crate) fn production(
    project: &Project,
    evaluator: &Evaluator<'_>,
    beside: &Beside,
    module: Option<&String>,
    is_test_code: &dyn Fn(&FilePath) -> bool,
) -> (Vec<Environment>, Vec<Environment>) {
    let hints: Vec<Hint<'_>> =
        beside.texts.iter().map(|(path, text)| Hint { path, text }).collect();
    let configured: Vec<(String, String)> =
        module.iter().map(|module| ("production".to_owned(), (*module).clone())).collect();
    let mut found = environments(project, evaluator, &hints, &configured);
    if let Some(module) = module {
        found.retain(|environment| environment.is_meant_by(module));
        return (found, Vec::new());
    }
    found.into_iter().partition(|environment| {
        environment.role == Role::Production && !is_test_code(project.path(environment.file))
    })
}

/// The defaults of the Django that the project runs on, else of the newest.
pub(crate) fn defaults(inventory: &Inventory, django: Option<&Version>) -> Defaults {
    let known = django.cloned().or_else(|| django_version(inventory));
    known.map_or_else(Defaults::latest, Defaults::of).beside(packages(inventory))
}

/// Packages of which settings are made otherwise from release to release, and their releases.
const PACKAGES: &[(&str, &[&str])] = &[
    (
        "dj-database-url",
        &["0.5.0", "1.0.0", "1.1.0", "1.2.0", "1.3.0", "2.0.0", "2.1.0", "2.2.0", "2.3.0", "3.1.2"],
    ),
    ("environs", &["9.5.0", "11.2.1", "14.6.0", "15.2.0"]),
];

/// Those whose version the project says.
fn packages(inventory: &Inventory) -> Vec<(&'static str, Version)> {
    let version = |(name, releases): &(&'static str, &[&str])| {
        Some((*name, version_of(inventory, name, releases)?))
    };
    PACKAGES.iter().filter_map(version).collect()
}

/// The version of Django that a project runs on: what is locked or pinned, else the newest known one
/// that its requirements allow.
pub fn django_version(inventory: &Inventory) -> Option<Version> {
    version_of(inventory, "django", NEWEST)
}

/// The version of a package: what is locked or pinned, else the newest of its releases that all
/// requirements allow.
fn version_of(inventory: &Inventory, name: &str, releases: &[&str]) -> Option<Version> {
    let name = PackageName::new(name)?;
    let mut locked: Vec<(bool, &Version)> = inventory
        .locks
        .iter()
        .flat_map(|lock| &lock.packages)
        .filter(|package| package.name == name)
        .filter_map(|package| {
            let is_production = package.groups.iter().any(Group::is_production);
            Some((is_production, package.version.as_ref()?))
        })
        .collect();
    locked.sort();
    if let Some((_, version)) = locked.last() {
        return Some((*version).clone());
    }
    let requirements: Vec<_> = inventory
        .manifests
        .iter()
        .flat_map(|manifest| &manifest.requirements)
        .filter(|requirement| requirement.name == name)
        .collect();
    let pinned = requirements.iter().filter_map(|requirement| requirement.pinned()).max();
    if let Some(pinned) = pinned {
        return Some(pinned.clone());
    }
    let narrowed: Vec<_> =
        requirements.iter().filter(|requirement| !requirement.specifiers.is_any()).collect();
    if narrowed.is_empty() {
        return None;
    }
    let newest = releases.iter().rev().filter_map(|version| Version::from_str(version).ok());
    newest
        .into_iter()
        .find(|version| narrowed.iter().all(|requirement| requirement.specifiers.allows(version)))
}

/// The newest patch of every series whose defaults are known.
const NEWEST: &[&str] =
    &["3.2.25", "4.0.10", "4.1.13", "4.2.30", "5.0.14", "5.1.15", "5.2.19", "6.0.6", "6.1.3"];

/// Places as files and lines.
struct Lines<'t> {
    project: &'t Project,
    texts: &'t BTreeMap<FilePath, String>,
    /// Where the lines of files begin of which a place was asked.
    indexes: RefCell<BTreeMap<FilePath, LineIndex>>,
}

impl Lines<'_> {
    fn line(&self, path: &FilePath, offset: u32) -> Option<u32> {
        if let Some(index) = self.indexes.borrow().get(path) {
            return Some(index.line(offset));
        }
        let index = LineIndex::new(self.texts.get(path)?);
        let line = index.line(offset);
        self.indexes.borrow_mut().insert(path.clone(), index);
        Some(line)
    }

    fn place(&self, value: &Evaluated) -> Option<(FilePath, u32)> {
        let path = self.project.path(value.site.file);
        let span = self.project.ir(value.site.file).span(value.site.node);
        Some((path.clone(), self.line(path, span.start)?))
    }

    fn cell(
        &self,
        name: &str,
        setting: &Setting,
        open: Option<&Setting>,
        plain: &Settings<'_>,
    ) -> Cell {
        let value = &setting.value;
        let is_default = setting.origin == Origin::Default;
        let mut names = open.map(|open| variables(&open.value)).unwrap_or_default();
        if is_default {
            names = Vec::new();
        }
        let ways: Vec<Way> = match alternatives(value).as_slice() {
            [_] => Vec::new(),
            ways => ways
                .iter()
                .map(|(when, value)| Way {
                    value: shown(name, value),
                    when: when.iter().filter_map(|when| self.condition(when)).collect(),
                    place: self.place(value),
                })
                .collect(),
        };
        // Of a container of which only a part is known, why there may be more.
        let open = match &value.value {
            Abstract::Seq(seq) => seq.open.as_ref(),
            Abstract::Map(map) => map.open.as_ref(),
            _ => None,
        };
        let unknown = value.value.unknown().or(open).map(Reason::to_string);
        // What a file says whatever the process was started with, no variable can change.
        let read = if is_default { Vec::new() } else { read_variables(self.project, value) };
        let given = names
            .iter()
            .chain(read.iter().filter(|read| !names.contains(read)))
            .filter_map(|name| Some((name.clone(), plain.line_that_gave(name)?)))
            .collect();
        Cell {
            value: shown(name, value),
            is_known: value.is_known(),
            is_default,
            place: if is_default { None } else { self.place(value) },
            ways,
            variables: names,
            given,
            unknown,
        }
    }

    /// A condition as the code has it.
    fn condition(&self, condition: &Condition) -> Option<String> {
        match condition {
            Condition::Test { test, truth, .. } => {
                let path = self.project.path(test.file);
                let span = self.project.ir(test.file).span(test.node);
                let text = span.slice(self.texts.get(path)?);
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                // What stands in a test may be a secret, too.
                let text = if is_secret_name(&text) && text.contains(['"', '\'']) {
                    "a condition".to_owned()
                } else {
                    text
                };
                Some(match truth {
                    true => text,
                    false => match text.contains(' ') {
                        true => format!("not ({text})"),
                        false => format!("not {text}"),
                    },
                })
            }
            Condition::Raised { truth: true, .. } => Some("an exception is raised".to_owned()),
            Condition::Raised { truth: false, .. } => Some("no exception is raised".to_owned()),
        }
    }

    fn column(&self, environment: &Environment, defaults: &Defaults, is_known: bool) -> Column {
        let decided = match &environment.decided {
            Some(Decided::Code(file, span)) => {
                let path = self.project.path(*file);
                self.line(path, span.start).map(|line| (path.clone(), line))
            }
            Some(Decided::Text(path, line)) => Some((path.clone(), *line)),
            None => None,
        };
        Column {
            name: environment.name.clone(),
            role: match environment.role {
                Role::Local => "local",
                Role::Test => "test",
                Role::Production => "production",
            },
            root: environment.root.clone(),
            module: environment.source(),
            path: self.project.path(environment.file).clone(),
            decided,
            is_sure: environment.is_sure,
            outside: environment.outside.clone().map(|outside| (outside.what, outside.place)),
            django: defaults.version().to_string(),
            is_django_known: is_known,
        }
    }
}
