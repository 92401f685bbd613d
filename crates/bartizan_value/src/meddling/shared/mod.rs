//! Containers that code of one file changes in another: through names that it has imported, other
//! containers that hold them, functions that give them, calls that they are given to.
//!
//! What counts is where a container is made. Every name that holds it is evaluated through that place,
//! and so no name need be looked for.

mod changes;
mod keys;
mod puts;
mod ways;

use bartizan_base::Sym;
use bartizan_ir::{FileIr, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::search::Search;
use crate::FileId;
use crate::world::Imported;

/// Steps of all walks together, beyond which every container is taken to be changed.
const MOST_STEPS: u32 = 400_000;

/// Files beyond which only those are looked at that have to do with the layers.
const MOST_FILES: usize = 32;

/// Nodes that are looked at to see which names a change speaks of.
const MOST_PARTS: usize = 256;

/// Containers that are changed where they are made in another file than the code that does it.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    nodes: FxHashSet<(FileId, ValueId)>,
    /// Whether there was too much to look at.
    is_all: bool,
}

impl Changed {
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && !self.is_all
    }

    pub(super) fn has(&self, file: FileId, node: ValueId) -> bool {
        self.is_all || self.nodes.contains(&(file, node))
    }
}

/// A value on the way from a change to what it changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Step {
    file: FileId,
    node: ValueId,
    /// Whether something that lies in the value is changed, and not the value itself.
    is_inside: bool,
    /// Whether the way has led into another file.
    is_elsewhere: bool,
}

/// The names under which modules hold containers.
type Holders = FxHashMap<(FileId, ValueId), FxHashSet<(FileId, String)>>;

/// What is put where, apart from the values that names are bound to.
#[derive(Default)]
struct Puts {
    /// What functions bind to names of modules, and others store there.
    names: FxHashMap<(FileId, Sym), Vec<(FileId, ValueId)>>,
    /// What is stored in attributes of this name, on classes and objects.
    attributes: FxHashMap<String, Vec<(FileId, ValueId)>>,
    /// What is put into containers, by where those are made.
    containers: FxHashMap<(FileId, ValueId), Vec<(FileId, ValueId)>>,
}

/// Finds what files change of each other.
struct Walk<'w, 's, 'p> {
    search: &'w Search<'s, 'p>,
    puts: Puts,
    left: Vec<Step>,
    seen: FxHashSet<Step>,
    names_seen: FxHashSet<(FileId, String, bool, bool)>,
    steps: u32,
    /// The containers that the ways lead to.
    found: Vec<Step>,
    /// The names under which modules hold containers, found when they are asked for.
    holders: Option<Holders>,
}

impl Search<'_, '_> {
    /// The containers of these files that code of another one changes.
    pub(super) fn changed_across(
        &self,
        files: &[FileId],
        is_layer: &dyn Fn(FileId) -> bool,
    ) -> Changed {
        let near = self.near(files, is_layer);
        let files = near.as_slice();
        let mut walk = Walk {
            search: self,
            puts: Puts::default(),
            left: Vec::new(),
            seen: FxHashSet::default(),
            names_seen: FxHashSet::default(),
            steps: 0,
            found: Vec::new(),
            holders: None,
        };
        files.iter().for_each(|file| walk.note_stores(*file));
        files.iter().for_each(|file| walk.note_puts(*file));
        walk.begin();
        for file in files {
            walk.changes(*file, is_layer(*file));
            walk.given(*file);
        }
        walk.run();
        let mut changed = Changed { nodes: walk.elsewhere().collect(), is_all: false };
        for file in files.iter().filter(|file| is_layer(**file)) {
            walk.changes_of_layer(files, *file, &mut changed);
        }
        changed.is_all = walk.steps > MOST_STEPS;
        changed
    }

    /// The files that are looked at: all, where they are few; else the layers, what these import, and
    /// what imports any of that.
    fn near(&self, files: &[FileId], is_layer: &dyn Fn(FileId) -> bool) -> Vec<FileId> {
        if files.len() <= MOST_FILES {
            return files.to_vec();
        }
        let mut near: FxHashSet<FileId> =
            files.iter().copied().filter(|it| is_layer(*it)).collect();
        let layers: Vec<FileId> = near.iter().copied().collect();
        for file in layers {
            self.imported_by(file, &mut |imported| {
                near.insert(imported);
            });
        }
        let imports_near = |file: &FileId| {
            let mut is_near = near.contains(file);
            self.imported_by(*file, &mut |imported| is_near |= near.contains(&imported));
            is_near
        };
        files.iter().copied().filter(imports_near).collect()
    }

    /// The files that code of a file imports, or takes names of.
    fn imported_by(&self, file: FileId, each: &mut dyn FnMut(FileId)) {
        let world = self.world;
        let ir = world.ir(file);
        let layers = ir.layers[ir.function(FileIr::module()).layers].iter();
        let stars = layers.map(|layer| ir.value(layer.value));
        for value in ir.values.iter().copied().chain(stars) {
            let (module, name, level) = match value {
                Value::Import { module, name, level } => (module, name, level),
                Value::Star { module, level } => (module, None, level),
                _ => continue,
            };
            let Imported::Module(target) = world.import(file, ir.str(module), level) else {
                continue;
            };
            let below = name.and_then(|name| world.submodule(target, ir.str(name)));
            [Some(target), below]
                .into_iter()
                .flatten()
                .filter_map(|module| world.file_of(module))
                .for_each(&mut *each);
        }
    }
}

impl Walk<'_, '_, '_> {
    fn ir(&self, file: FileId) -> &FileIr {
        self.search.world.ir(file)
    }

    fn begin(&mut self) {
        self.left.clear();
        self.seen.clear();
        self.names_seen.clear();
        self.found.clear();
    }

    /// The containers found that are made in other files.
    fn elsewhere(&self) -> impl Iterator<Item = (FileId, ValueId)> {
        let elsewhere = self.found.iter().filter(|step| step.is_elsewhere);
        elsewhere.map(|step| (step.file, step.node))
    }
}

/// Whether what a node stands for may lead to a container that has a name.
fn may_hold_names(value: Value) -> bool {
    !value.is_literal()
        && !matches!(
            value,
            Value::Text { .. }
                | Value::Compare { .. }
                | Value::Unary { .. }
                | Value::Function(_)
                | Value::Class(_)
                | Value::Import { name: None, .. }
        )
}

fn is_display(value: Value) -> bool {
    matches!(
        value,
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) | Value::Comp(_)
    )
}
