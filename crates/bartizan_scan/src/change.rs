//! What a change does to the surface of a project: two trees come in, what differs goes out.

mod written;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{FileKind, FilePath, LineIndex, Problem, Span, Tree};
use bartizan_django::endpoints::{Library, Surface, surface as endpoints_of};
use bartizan_django::settings::{Environment, Hint, Role, Settings, environments};
use bartizan_finding::ScanResult;
use bartizan_project::FileId;
use bartizan_python::{Extent, Reading};
use bartizan_review::{Change, Edits, Facts, Place, Version};
use bartizan_value::{Evaluator, Variables};
use rayon::prelude::*;

use crate::config::Config;
use crate::guard::guarded;
use crate::read::{self, ReadFile};
use crate::surface::{Ask, chosen};
use crate::{Knowledge, Linked, Progress, is_test_code, link, settings};
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
    let side = |tree: &dyn Tree, files: Vec<ReadFile>| {
        let side = Side { tree, config, knowledge, ask, edits: &edits };
        guarded(|| side.facts(files))
    };
    let (old, new) = rayon::join(|| side(base, old), || side(head, new));
    let root = FilePath::new("").expect("the root of a tree has a path: the empty one");
    match (old, new) {
        (Ok(old), Ok(new)) => {
            table.settings = new.settings;
            table.count = new.facts.count;
            table.unresolved = new.facts.unresolved;
            table.problems.extend(new.problems);
            table.changes = bartizan_review::compare(&old.facts, &new.facts, &edits);
            let olds = [&old_texts, &old.written];
            table.changes.extend(written::compare(&olds, &[&new_texts, &new.written], &edits));
            table.changes.sort_by(|a, b| a.order().cmp(&b.order()));
        }
        (Err(fault), _) | (_, Err(fault)) => {
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

/// One of the two versions.
struct Side<'s> {
    tree: &'s dyn Tree,
    config: &'s Config,
    knowledge: &'s Knowledge<'s>,
    ask: &'s Ask,
    edits: &'s Edits,
}

/// What is kept of a version.
struct Told {
    facts: Facts,
    written: Written,
    settings: Option<(String, String)>,
    problems: Vec<Problem>,
}

impl Side<'_> {
    fn facts(&self, files: Vec<ReadFile>) -> Told {
        let mut result = ScanResult::default();
        let linked = link(files, self.knowledge, &mut result);
        let project = &linked.project;
        let evaluator = Evaluator::new(project);
        let edited = |file: FileId| self.edits.touches(project.path(file));
        let mut told = Told {
            facts: Facts::default(),
            written: Written::of(&linked, &evaluator, &edited, self.config),
            settings: None,
            problems: result.problems,
        };
        let variables = Variables::defaults();
        let chosen = chosen(&linked, &evaluator, self.ask, self.config);
        let served = chosen.as_ref().map(|main| self.served(&linked, &evaluator, main));
        let served = served.unwrap_or_default();
        let inventory = bartizan_requirement::discover(self.tree);
        told.written.packages(&inventory);
        let defaults = settings::defaults(&inventory, self.config.django.as_ref());
        let settings: Vec<Settings<'_>> = served
            .iter()
            .map(|served| Settings::of(project, &evaluator, served, &defaults, &variables))
            .collect();
        let environments: Vec<(&Environment, &Settings<'_>)> =
            served.iter().zip(&settings).collect();
        let is_asked = self.ask.module.is_some() || self.ask.environment.is_some();
        let site = environments
            .first()
            .filter(|(_, settings)| is_asked || settings.get("ROOT_URLCONF").is_some());
        let counts = |file: FileId| !is_test_code(project.path(file), self.config);
        match site {
            Some((environment, main)) => {
                let surface = endpoints_of(project, &evaluator, main);
                told.facts = self.of(&linked, &evaluator, main, &surface, &environments);
                told.settings = Some((environment.name.clone(), environment.module.clone()));
            }
            // An application that other sites take up has URLconfs and no site of its own.
            None if !is_asked => {
                let Some(library) = Library::of(project, &counts) else { return told };
                let settings = library.settings(project, &evaluator);
                let surface = library.surface(project, &evaluator, &settings);
                told.facts = self.of(&linked, &evaluator, &settings, &surface, &environments);
            }
            None => {}
        }
        told
    }

    fn of(
        &self,
        linked: &Linked,
        evaluator: &Evaluator<'_>,
        settings: &Settings<'_>,
        surface: &Surface,
        environments: &[(&Environment, &Settings<'_>)],
    ) -> Facts {
        let project = &linked.project;
        let lines: Vec<LineIndex> = linked.texts.iter().map(|text| LineIndex::new(text)).collect();
        let place = |file: FileId, span: Span| {
            let lines = &lines[file.index()];
            let end = lines.line(span.end.max(span.start + 1) - 1);
            Place { path: project.path(file).clone(), line: lines.line(span.start), end }
        };
        Facts::of(&Version {
            project,
            evaluator,
            settings,
            surface,
            environments,
            edited: &|file| self.edits.touches(project.path(file)),
            is_own: &|file| !is_test_code(project.path(file), self.config),
            place: &place,
            text: &|file| linked.texts[file.index()].as_str(),
        })
    }

    /// The environments that visitors reach, that of the surface among them.
    fn served(
        &self,
        linked: &Linked,
        evaluator: &Evaluator<'_>,
        main: &Environment,
    ) -> Vec<Environment> {
        let beside = settings::beside(self.tree, &self.tree.list().files);
        let hints: Vec<Hint<'_>> = beside.iter().map(|(path, text)| Hint { path, text }).collect();
        let mut found = environments(&linked.project, evaluator, &hints, &[]);
        found.retain(|environment| {
            environment.role == Role::Production
                && environment.file != main.file
                && !is_test_code(linked.project.path(environment.file), self.config)
        });
        if self.ask.module.is_some() || self.ask.environment.is_some() {
            found.clear();
        }
        found.insert(0, main.clone());
        found
    }
}
