//! What an edit may reach: the code that was edited, and the code that speaks of it.

use aho_corasick::{AhoCorasick, MatchKind};
use bartizan_base::Span;
use bartizan_ir::Value;
use bartizan_project::{Entity, FileId, Project, Target};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::blocks::{Block, blocks, is_word, words};
use crate::extract::Version;
use crate::models::ModelIndex;

/// More names than this are spoken of everywhere.
const MOST_NAMES: usize = 2_000;

/// The outermost parts of modules that may mean something else than in the other version.
pub(crate) struct Reached<'r, 'v> {
    version: &'r Version<'v>,
    is_all: bool,
    names: FxHashMap<String, FxHashSet<Scope>>,
    blocks: FxHashMap<FileId, FxHashMap<u32, Span>>,
    known: FxHashMap<FileId, Vec<Block<'v>>>,
    importers: FxHashMap<FileId, Vec<FileId>>,
    /// Edited files, and those that import them, or anything that is reached.
    files: FxHashSet<FileId>,
}

/// A name that means something else now, and the code that may mean it.
type Name = (String, Scope);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Scope {
    /// One module, that takes the name from elsewhere.
    In(FileId),
    /// Edited modules, and those that import them.
    Near,
    /// All: it is found without an import.
    Everywhere,
}

impl<'r, 'v> Reached<'r, 'v> {
    /// What the edits reach.
    pub(crate) fn by_edits(version: &'r Version<'v>, models: &ModelIndex) -> Self {
        let project = version.project;
        let mut reached = Self {
            version,
            is_all: false,
            names: FxHashMap::default(),
            blocks: FxHashMap::default(),
            known: FxHashMap::default(),
            importers: importers(project),
            files: FxHashSet::default(),
        };
        let mut names: Vec<Name> =
            version.edits.names().map(|name| (name.to_owned(), Scope::Near)).collect();
        for file in project.files() {
            let path = project.path(file);
            if !version.edits.touches(path) {
                continue;
            }
            reached.imported(file);
            // What a package takes from its modules, others take from the package.
            let scope = if path.name() == "__init__.py" { Scope::Near } else { Scope::In(file) };
            names.extend(version.edits.taken(path).map(|name| (name.to_owned(), scope)));
        }
        reached.spread(names, models);
        reached
    }

    /// Adds what speaks of names that mean something else everywhere: settings.
    pub(crate) fn and_everywhere(&mut self, names: Vec<String>, models: &ModelIndex) {
        self.spread(names.into_iter().map(|name| (name, Scope::Everywhere)).collect(), models);
    }

    /// Everything is reached.
    pub(crate) fn all(&mut self) {
        self.is_all = true;
    }

    /// Whether the code at a place may mean something else.
    pub(crate) fn covers(&self, file: FileId, span: Span) -> bool {
        let is_there = |blocks: &FxHashMap<u32, Span>| {
            blocks.values().any(|block| block.start <= span.start && span.start < block.end)
        };
        self.is_all || self.blocks.get(&file).is_some_and(is_there)
    }

    /// Whether the code at a place speaks of anything that means something else.
    pub(crate) fn is_named_in(&self, file: FileId, span: Span) -> bool {
        let means_else = |word: &str| {
            self.names.get(word).is_some_and(|scopes| {
                scopes.iter().any(|scope| !matches!(scope, Scope::In(of) if *of != file))
            })
        };
        self.is_all || words(span.slice((self.version.text)(file))).any(means_else)
    }

    /// Whether a name means something else.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.is_all || self.names.contains_key(name)
    }

    /// Adds those that import a file.
    fn imported(&mut self, file: FileId) {
        let mut left = vec![file];
        while let Some(file) = left.pop() {
            if self.files.insert(file) {
                left.extend(self.importers.get(&file).into_iter().flatten());
            }
        }
    }

    fn spread(&mut self, mut fresh: Vec<Name>, models: &ModelIndex) {
        while !fresh.is_empty() && !self.is_all {
            fresh.sort_unstable();
            fresh.retain(|(name, scope)| {
                let known = self.names.entry(name.clone()).or_default();
                let is_wider = matches!(scope, Scope::In(_)) && known.contains(&Scope::Near);
                !is_wider && !known.contains(&Scope::Everywhere) && known.insert(*scope)
            });
            if self.names.len() > MOST_NAMES {
                self.is_all = true;
                return;
            }
            let mut names: Vec<&str> = fresh.iter().map(|(name, _)| name.as_str()).collect();
            names.dedup();
            let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names);
            let Ok(search) = built else {
                self.is_all = true;
                return;
            };
            let mut next = Vec::new();
            for file in self.version.project.files() {
                if (self.version.is_own)(file) {
                    self.find(file, &search, &names, models, &mut next);
                }
            }
            fresh = next;
        }
    }

    /// Finds the parts of a file that speak of any of the names.
    fn find(
        &mut self,
        file: FileId,
        search: &AhoCorasick,
        names: &[&str],
        models: &ModelIndex,
        next: &mut Vec<Name>,
    ) {
        let text = (self.version.text)(file);
        let is_near = self.files.contains(&file);
        for found in search.find_iter(text) {
            let name = names[found.pattern().as_usize()];
            let is_whole = !text[found.end()..].starts_with(is_word)
                && !text[..found.start()].ends_with(is_word);
            let is_meant = |scope: &Scope| match *scope {
                Scope::In(of) => of == file,
                // What is named by a dotted text needs no import.
                Scope::Near => is_near || is_dotted_text(&text[..found.start()]),
                Scope::Everywhere => true,
            };
            if !is_whole || !self.names[name].iter().any(is_meant) {
                continue;
            }
            let at = u32::try_from(found.start()).unwrap_or(u32::MAX);
            let known = self.known.entry(file).or_insert_with(|| blocks(text));
            let first = known.partition_point(|block| block.span.end <= at);
            let there = known[first..].iter().take_while(|block| block.span.start <= at);
            let there = there.filter(|block| at < block.span.end);
            let mut came = None;
            for block in there {
                if block.is_import {
                    // Where it is called otherwise.
                    if words(block.text).any(|word| word == name) {
                        let taken = block.names.iter().filter(|taken| **taken != name);
                        next.extend(taken.map(|name| ((*name).to_owned(), Scope::In(file))));
                    }
                    continue;
                }
                let reached = self.blocks.entry(file).or_default();
                if reached.insert(block.span.start, block.span).is_none() {
                    let is_setting = self.version.settings.files().contains(&file);
                    let scope = if is_setting { Scope::Everywhere } else { Scope::Near };
                    next.extend(block.names.iter().map(|name| ((*name).to_owned(), scope)));
                    came = Some(block.span);
                }
            }
            if let Some(span) = came {
                let spoken = models.spoken(self.version.project, file, span);
                next.extend(spoken.map(|name| (name, Scope::Everywhere)));
                if !is_near {
                    self.imported(file);
                }
            }
        }
    }
}

/// Whether a text ends in the middle of another, with a dotted name: `"shop.permissions.`
fn is_dotted_text(before: &str) -> bool {
    let name = before.trim_end_matches(|c: char| is_word(c) || c == '.');
    before.ends_with('.') && name.ends_with(['"', '\''])
}

/// By file: those that import something of it.
fn importers(project: &Project) -> FxHashMap<FileId, Vec<FileId>> {
    let mut importers: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for file in project.files() {
        let ir = project.ir(file);
        let mut imported: FxHashSet<FileId> = FxHashSet::default();
        for (index, value) in ir.values.iter().enumerate() {
            let (module, level) = match *value {
                Value::Import { module, level, .. } | Value::Star { module, level } => {
                    (module, level)
                }
                _ => continue,
            };
            if let Target::Module(module) = project.target(file, ir.str(module), level) {
                imported.extend(project.module_file(module));
            }
            match project.definition(file, bartizan_ir::ValueId::from_index(index)) {
                Entity::Module(module) => imported.extend(project.module_file(module)),
                Entity::Function(of, _) | Entity::Class(of, _) | Entity::Value(of, _) => {
                    imported.insert(of);
                }
                _ => {}
            }
        }
        for of in imported {
            importers.entry(of).or_default().push(file);
        }
    }
    importers
}
