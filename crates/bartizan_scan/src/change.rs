//! What a change does to the surface of a project: two trees come in, what differs goes out.

mod given;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{FileKind, FilePath, LineIndex, Problem, Span, Tree};
use bartizan_django::endpoints::{Library, Surface, surface as endpoints_of};
use bartizan_django::settings::{
    Defaults, Environment, Hint, Role, Settings, environments, started_by,
};
use bartizan_finding::ScanResult;
use bartizan_ir::FileIr;
use bartizan_project::{FileId, Project};
use bartizan_python::{Extent, Reading};
use bartizan_requirement::{Inventory, discover_among};
use bartizan_review::{Change, Compared, Edits, Facts, Outline, Place, Version, is_setting};
use bartizan_value::{Evaluator, Files, Variables};
use rayon::prelude::*;

use crate::config::Config;
use crate::deployed::{Beside, Placed};
use crate::guard::{Fault, guarded};
use crate::read::{self, ReadFile};
use crate::read_by_code::add_read_by_code;
use crate::surface::{Ask, chosen};
use crate::{Knowledge, Linked, Progress, deployed, is_test_code, link, settings};
use given::{Asked, worlds};
use written::Written;

/// What a change does.
#[derive(Debug, Default)]
pub struct ChangeTable {
    /// The settings module that leads to the surface, with the name of its environment; `None` where
    /// the new version has no settings, and each URLconf is followed by itself.
    pub settings: Option<(String, String)>,
    /// What it changes, the weakest first.
    pub changes: Vec<Change>,
    /// How many endpoints the new version has, and views to which no route leads.
    pub count: usize,
    /// How many routes of the new version could not be followed.
    pub unresolved: usize,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Compares the surface of `base` with that of `head`.
///
/// Files that both have alike are read once: the same text has the same facts.
pub fn change(
    base: &dyn Tree,
    head: &dyn Tree,
    config: &Config,
    knowledge: &Knowledge<'_>,
    ask: &Ask,
    progress: &(dyn Fn(Progress) + Sync),
) -> ChangeTable {
    let mut table = ChangeTable::default();
    let extent = |path: &FilePath| match is_test_code(path, config) {
        true => Extent::Interface,
        false => Extent::Whole,
    };
    let mut listing = head.list();
    listing.files.retain(|entry| entry.kind == FileKind::Python);
    table.problems.append(&mut listing.problems);
    progress(Progress::Listed(listing.files.len()));
    let new = read::read_all(head, &listing.files, &extent, progress);
    let (old, mut edits) = before(base, &new, &extent);
    let (old_texts, new_texts) = written::texts(base, head, config, &mut edits);
    progress(Progress::Judging);
    let side = |tree| Side { tree, config, knowledge, ask, edits: &edits };
    let (base, head) = (side(base), side(head));
    match compared(&base, &head, old, new) {
        Ok((old, new)) => {
            table.settings = new.settings;
            table.count = new.facts.count;
            table.unresolved = new.facts.unresolved;
            table.problems.extend(new.problems);
            table.changes = bartizan_review::compare(&old.facts, &new.facts, &edits);
            let olds = [&old_texts, &old.written];
            table.changes.extend(written::compare(&olds, &[&new_texts, &new.written], &edits));
            table.changes.sort_by(|a, b| a.order().cmp(&b.order()));
        }
        Err(fault) => {
            let root = FilePath::new("").expect("the root of a tree has a path: the empty one");
            table.problems.push(fault.problem(&root, "comparing the surface"));
        }
    }
    table.problems.sort();
    table.problems.dedup();
    table
}

/// The files of the old version; those that are as they were are not read again.
fn before(
    base: &dyn Tree,
    new: &[ReadFile],
    extent: &(dyn Fn(&FilePath) -> Extent + Sync),
) -> (Vec<ReadFile>, Edits) {
    let now: BTreeMap<&FilePath, &ReadFile> = new.iter().map(|file| (&file.path, file)).collect();
    let mut listing = base.list();
    listing.files.retain(|entry| entry.kind == FileKind::Python);
    let old: Vec<(ReadFile, bool)> = listing
        .files
        .par_iter()
        .map(|entry| {
            let known = now.get(&entry.path).and_then(|file| file.reading.as_ref());
            if let Some(known) = known
                && base.read(&entry.path).is_ok_and(|bytes| bytes == known.text.as_bytes())
            {
                let file = ReadFile {
                    path: entry.path.clone(),
                    kind: entry.kind,
                    extent: extent(&entry.path),
                    reading: Some(again(known)),
                    problems: Vec::new(),
                };
                return (file, true);
            }
            let one = std::slice::from_ref(entry);
            let mut read = read::read_all(base, one, extent, &|_| {});
            (read.remove(0), false)
        })
        .collect();
    let mut edits = Edits::default();
    let text = |file: &ReadFile| file.reading.as_ref().map(|reading| reading.text.clone());
    let there: BTreeSet<&FilePath> = old.iter().map(|(file, _)| &file.path).collect();
    for (file, is_same) in &old {
        if !is_same {
            let after = now.get(&file.path).and_then(|file| text(file));
            edits.add(&file.path, text(file).as_deref(), after.as_deref());
        }
    }
    for file in new {
        if !there.contains(&file.path) {
            edits.add(&file.path, None, text(file).as_deref());
        }
    }
    (old.into_iter().map(|(file, _)| file).collect(), edits)
}

/// The same text has the same facts.
fn again(reading: &Reading) -> Reading {
    Reading {
        text: reading.text.clone(),
        ir: reading.ir.clone(),
        facts: reading.facts.clone(),
        problems: Vec::new(),
    }
}

/// What is kept of both versions, each found out beside the other.
fn compared(
    base: &Side<'_>,
    head: &Side<'_>,
    old: Vec<ReadFile>,
    new: Vec<ReadFile>,
) -> Result<(Told, Told), Fault> {
    let (old, new) = both(|| base.linked(old), || head.linked(new))?;
    let (old, new) = (base.version(&old), head.version(&new));
    let (old_served, new_served) = both(|| old.served(), || new.served())?;
    let (mut asked, others) = both(|| old.asked_for(&old_served), || new.asked_for(&new_served))?;
    asked.extend(others);
    let (old_start, new_start) =
        both(|| old.start(old_served, &asked), || new.start(new_served, &asked))?;
    both(|| old.told(&old_start, &new_start.outline), || new.told(&new_start, &old_start.outline))
}

fn both<T: Send>(
    old: impl FnOnce() -> T + Send,
    new: impl FnOnce() -> T + Send,
) -> Result<(T, T), Fault> {
    let (old, new) = rayon::join(|| guarded(old), || guarded(new));
    Ok((old?, new?))
}

/// One of the two versions.
struct Side<'s> {
    tree: &'s dyn Tree,
    config: &'s Config,
    knowledge: &'s Knowledge<'s>,
    ask: &'s Ask,
    edits: &'s Edits,
}

/// Its code, and what lies beside that.
struct Code {
    linked: Linked,
    lines: Vec<LineIndex>,
    kept: Files,
    beside: Beside,
    inventory: Inventory,
    problems: Vec<Problem>,
}

/// Where the surface of a version begins, and what is known before it is followed.
struct Start {
    site: Site,
    /// The environments that are compared, that of the surface first.
    served: Vec<Environment>,
    /// The same where a variable has a value that code asks for.
    given: Vec<(Environment, String)>,
    surface: Surface,
    outline: Outline,
    written: Written,
}

enum Site {
    /// Settings name a URLconf.
    Settings,
    /// An application that other sites take up has URLconfs and no site of its own.
    Library(Box<Library>),
    /// There is none.
    Missing,
}

/// What is kept of a version.
struct Told {
    facts: Facts,
    written: Written,
    settings: Option<(String, String)>,
    problems: Vec<Problem>,
}

impl Side<'_> {
    fn linked(&self, files: Vec<ReadFile>) -> Code {
        let mut result = ScanResult::default();
        let linked = link(files, self.knowledge, &mut result);
        let listed = self.tree.list().files;
        let mut kept = settings::files_of(self.tree, &listed);
        add_read_by_code(&mut kept, self.tree, &listed, &linked.project);
        Code {
            lines: linked.texts.iter().map(|text| LineIndex::new(text)).collect(),
            linked,
            kept,
            // What a file that is not read may give hides no default that is changed.
            beside: Beside { mentioned: BTreeSet::new(), ..settings::beside(self.tree, &listed) },
            inventory: discover_among(self.tree, listed.iter().map(|entry| &entry.path)),
            problems: result.problems,
        }
    }

    fn version<'c>(&'c self, code: &'c Code) -> SideVersion<'c> {
        let project = &code.linked.project;
        SideVersion {
            side: self,
            code,
            evaluator: Evaluator::with_files(project, code.kept.clone()),
            defaults: settings::defaults(&code.inventory, self.knowledge.django(self.config)),
        }
    }

    fn is_asked(&self) -> bool {
        self.ask.module.is_some() || self.ask.environment.is_some()
    }
}

/// A version that can be asked what it is worth.
struct SideVersion<'c> {
    side: &'c Side<'c>,
    code: &'c Code,
    evaluator: Evaluator<'c>,
    defaults: Defaults,
}

impl SideVersion<'_> {
    fn project(&self) -> &Project {
        &self.code.linked.project
    }

    fn is_own(&self, file: FileId) -> bool {
        !is_test_code(self.project().path(file), self.side.config)
    }

    fn start(&self, served: Vec<Environment>, asked: &BTreeSet<Asked>) -> Start {
        let (project, evaluator, side) = (self.project(), &self.evaluator, self.side);
        let edited = |file: FileId| side.edits.touches(project.path(file));
        let mut written = Written::of(&self.code.linked, evaluator, &edited, side.config);
        written.packages(&self.code.inventory);
        let leads = |main: &Environment| self.settings(main).get("ROOT_URLCONF").is_some();
        let is_site = served.first().is_some_and(|main| side.is_asked() || leads(main));
        let site = match is_site {
            true => Site::Settings,
            false if side.is_asked() => Site::Missing,
            false => match Library::of(project, &|file| self.is_own(file)) {
                Some(library) => Site::Library(Box::new(library)),
                None => Site::Missing,
            },
        };
        let (surface, outline) = (Surface::default(), Outline::default());
        let given = worlds(&served, asked);
        let mut start = Start { site, served, given, surface, outline, written };
        let found = self.within(&start, |main, environments| {
            let surface = match &start.site {
                Site::Library(library) => library.surface(project, evaluator, main),
                _ => endpoints_of(project, evaluator, main),
            };
            let outline = self.asked(main, environments, &surface, Outline::of);
            (surface, outline)
        });
        if let Some((surface, outline)) = found {
            (start.surface, start.outline) = (surface, outline);
        }
        start
    }

    fn told(&self, start: &Start, other: &Outline) -> Told {
        let facts = self.within(start, |main, environments| {
            self.asked(main, environments, &start.surface, |version| {
                Facts::of(version, &start.outline, other)
            })
        });
        let main = start.served.first().filter(|_| matches!(start.site, Site::Settings));
        Told {
            facts: facts.unwrap_or_default(),
            written: start.written.clone(),
            settings: main.map(|main| (main.name.clone(), main.module.clone())),
            problems: self.code.problems.clone(),
        }
    }

    fn settings<'v>(&'v self, environment: &'v Environment) -> Settings<'v> {
        let variables = Variables::defaults();
        Settings::of(self.project(), &self.evaluator, environment, &self.defaults, &variables)
    }

    /// The same where nothing is known of the variables of the process.
    fn open_settings<'v>(&'v self, environment: &'v Environment) -> Settings<'v> {
        let variables = Variables::unknown();
        Settings::of(self.project(), &self.evaluator, environment, &self.defaults, &variables)
    }

    /// Asks with the settings of the site, and those of every environment.
    fn within<T>(
        &self,
        start: &Start,
        ask: impl FnOnce(&Settings<'_>, &[Compared<'_>]) -> T,
    ) -> Option<T> {
        let plain = start.served.iter().map(|environment| (environment, None));
        let given = start.given.iter().map(|(environment, given)| (environment, Some(&**given)));
        let served: Vec<(&Environment, Option<&str>)> = plain.chain(given).collect();
        let settings: Vec<Settings<'_>> =
            served.iter().map(|(environment, _)| self.settings(environment)).collect();
        let open: Vec<Settings<'_>> =
            served.iter().map(|(environment, _)| self.open_settings(environment)).collect();
        let environments = served.iter().zip(settings.iter().zip(&open));
        let environments: Vec<Compared<'_>> = environments
            .map(|((environment, given), (settings, open))| Compared {
                environment,
                settings,
                open,
                given: *given,
            })
            .collect();
        match &start.site {
            Site::Settings => Some(ask(settings.first()?, &environments)),
            Site::Library(library) => {
                Some(ask(&library.settings(self.project(), &self.evaluator), &environments))
            }
            Site::Missing => None,
        }
    }

    fn asked<T>(
        &self,
        settings: &Settings<'_>,
        environments: &[Compared<'_>],
        surface: &Surface,
        ask: impl FnOnce(&Version<'_>) -> T,
    ) -> T {
        let (project, code) = (self.project(), self.code);
        let place = |file: FileId, span: Span| {
            let lines = &code.lines[file.index()];
            let end = lines.line(span.end.max(span.start + 1) - 1);
            Place { path: project.path(file).clone(), line: lines.line(span.start), end }
        };
        ask(&Version {
            project,
            evaluator: &self.evaluator,
            settings,
            surface,
            environments,
            edits: self.side.edits,
            is_own: &|file| self.is_own(file),
            place: &place,
            text: &|file| code.linked.texts[file.index()].as_str(),
        })
    }

    /// Edited modules of settings that no environment reads as it is: a part that the environment of the
    /// process switches on, or an example that is deployed under another name.
    fn strays(&self, hints: &[Hint<'_>], served: &[Environment]) -> Vec<Environment> {
        let project = self.project();
        let mut found: Vec<Environment> = project
            .files()
            .filter(|file| {
                let ir = project.ir(*file);
                let module = ir.function(FileIr::module());
                self.is_own(*file)
                    && self.side.edits.touches(project.path(*file))
                    && ir.bindings[module.bindings]
                        .iter()
                        .any(|binding| is_setting(ir.str(binding.name)))
            })
            .map(|file| Environment {
                root: String::new(),
                name: project.module_name(file).to_owned(),
                role: Role::Production,
                module: project.module_name(file).to_owned(),
                configuration: None,
                file,
                decided: None,
                is_sure: false,
                variables: Vec::new(),
                unclear: Vec::new(),
                outside: None,
                gateway: None,
                insists: false,
            })
            .collect();
        if found.is_empty() {
            return found;
        }
        // What somebody works with at home is nobody else's.
        let others = environments(project, &self.evaluator, hints, &[]);
        let read: BTreeSet<FileId> = served
            .iter()
            .chain(&others)
            .flat_map(|environment| self.settings(environment).files().to_vec())
            .collect();
        found.retain(|stray| !read.contains(&stray.file));
        found
    }

    /// The environments that visitors reach, that of the surface first.
    fn served(&self) -> Vec<Environment> {
        let code = self.code;
        let (ask, config) = (self.side.ask, self.side.config);
        let main = chosen(&code.linked, &self.evaluator, ask, config, &self.defaults);
        let Some(main) = main else { return Vec::new() };
        let hints = code.beside.texts.iter().map(|(path, text)| Hint { path, text });
        let hints: Vec<Hint<'_>> = hints.collect();
        let mut found = environments(self.project(), &self.evaluator, &hints, &[]);
        found.retain(|environment| {
            environment.role == Role::Production
                && (environment.file, &environment.configuration)
                    != (main.file, &main.configuration)
                && self.is_own(environment.file)
        });
        if self.side.is_asked() {
            found.clear();
        }
        found.insert(0, main);
        found.extend(self.strays(&hints, &found));
        let edited = |file: FileId| {
            let path = self.project().path(file);
            self.is_own(file) && self.side.edits.touches(path)
        };
        if !self.side.is_asked() {
            found.extend(started_by(self.project(), &self.evaluator, &edited));
        }
        deployed::give_variables(
            &mut found,
            &code.beside,
            self.evaluator.files(),
            &Placed::default(),
        );
        found
    }
}
