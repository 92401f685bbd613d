//! What code of one module changes of another: attributes that it stores there, functions of that
//! module that it calls and that write, modules and their namespaces that it hands to others.

mod modules;
mod search;
mod shared;

use std::sync::{Arc, PoisonError};

use bartizan_ir::{FileIr, TextPiece, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use self::search::Search;
use self::shared::Changed;
use crate::FileId;
use crate::analysis::operands;
use crate::domain::{Abstract, Evaluated};
use crate::parts::opened;
use crate::reason::Reason;
use crate::session::Session;
use crate::world::World;

/// Stands for every name that a module may hold.
const ANY_NAME: &str = "*";

/// Nodes that a value is made of which are looked at.
const MOST_NODES: usize = 2_000;

/// Words by which code reaches for the namespace of whoever called it.
const OF_CALLERS: &[&str] = &["f_globals", "f_locals", "__globals__"];

/// What the files that are loaded for the settings change of each other, and of what lies outside.
#[derive(Debug, Default)]
pub(crate) struct Meddled {
    names: FxHashMap<FileId, FxHashSet<String>>,
    /// `builtins.len`, `os.getenv`
    outside: FxHashSet<String>,
    /// Attributes that are stored on classes, or on what may be one.
    attributes: FxHashSet<String>,
    /// Whether code sets names of a module that it is told by name as it runs:
    /// `setattr(sys.modules[name], …)`.
    sets_anywhere: bool,
    /// The settings and the files of which they take over all names.
    layers: Vec<FileId>,
    /// Containers that code of another file than their own changes.
    changed: Arc<Changed>,
}

impl Meddled {
    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.outside.is_empty() && self.attributes.is_empty()
    }

    fn note(&mut self, file: FileId, name: &str) {
        self.names.entry(file).or_default().insert(name.to_owned());
    }

    /// What others change of a file under this name.
    fn has(&self, file: FileId, name: &str) -> bool {
        self.names.get(&file).is_some_and(|names| names.contains(name) || names.contains(ANY_NAME))
    }
}

impl Session<'_> {
    /// What a module holds under a name, unless code of another module has stored something else
    /// there, or changed it.
    pub(crate) fn unless_meddled(
        &mut self,
        file: FileId,
        name: &str,
        value: Option<Evaluated>,
    ) -> Option<Evaluated> {
        let Some(meddled) = self.meddled() else { return value };
        let is_built_on_it = || {
            let names = meddled.names.get(&file)?;
            self.is_built_on(file, name, names).then_some(())
        };
        if !meddled.has(file, name) {
            if value.is_none() || self.outside.is_some() || is_built_on_it().is_none() {
                return value;
            }
        } else if value.is_none() && (name.starts_with("__") || self.world.is_builtin(name)) {
            return None;
        }
        let reason = Reason::Variable(name.into());
        match value {
            Some(value) if value.value.is_mutable() => Some(opened(&value, &Reason::Changed)),
            Some(value) => Some(Evaluated { value: Abstract::Unknown(reason), site: value.site }),
            None => {
                let frame = self.file_frame(file);
                let root = self.frames[frame as usize].root;
                Some(self.unknown(root, ValueId::from_index(0), reason))
            }
        }
    }

    /// The names of a module that code of others sets; `None` where that may be any.
    pub(crate) fn names_set_by_others(&mut self, file: FileId) -> Option<Vec<String>> {
        let Some(meddled) = self.meddled() else { return Some(Vec::new()) };
        let Some(names) = meddled.names.get(&file) else { return Some(Vec::new()) };
        let mut names: Vec<String> = names.iter().cloned().collect();
        names.sort_unstable();
        (!names.iter().any(|name| name == ANY_NAME)).then_some(names)
    }

    /// The settings and the files of which they take over all names.
    pub(crate) fn layers_that_run(&self) -> Vec<FileId> {
        self.meddled.as_ref().map(|meddled| meddled.layers.clone()).unwrap_or_default()
    }

    /// Whether code stores an attribute of this name on a class, or on what may be one.
    pub(crate) fn is_set_on_classes(&self, name: &str) -> bool {
        self.meddled.as_ref().is_some_and(|meddled| {
            meddled.attributes.contains(name) || meddled.attributes.contains(ANY_NAME)
        })
    }

    /// Whether something of the outside is what it is without the project's code.
    pub(crate) fn is_replaced(&self, dotted: &str) -> bool {
        self.meddled
            .as_ref()
            .is_some_and(|meddled| !meddled.outside.is_empty() && meddled.outside.contains(dotted))
    }

    /// Whether code of another file may change what is made at a node, through whatever holds it.
    pub(crate) fn is_changed_across(&self, file: FileId, node: ValueId) -> bool {
        let changed = self.meddled.as_ref().map(|meddled| &meddled.changed);
        changed.is_some_and(|changed| !changed.is_empty() && changed.has(file, node))
    }

    /// Whether a module's own code makes what it binds from names that others change.
    fn is_built_on(&self, file: FileId, name: &str, names: &FxHashSet<String>) -> bool {
        let ir = self.world.ir(file);
        let module = FileIr::module();
        let Some(binding) = ir.strings.find(name).and_then(|name| ir.binding(module, name)) else {
            return false;
        };
        let changed: Vec<ValueId> = ir.bindings[ir.function(module).stores]
            .iter()
            .filter(|store| names.contains(ir.str(store.name)))
            .map(|store| store.value)
            .collect();
        // What texts are made of is put together as the code is read.
        let is_made_of = |text: &str, is_whole: bool| {
            changed.iter().any(|part| match ir.value(ir.bare(*part)) {
                Value::Str(part) => {
                    let part = ir.str(part);
                    !part.is_empty() && text.contains(part) && !(is_whole && text == part)
                }
                _ => false,
            })
        };
        let mut left = vec![binding.value];
        let mut seen = FxHashSet::default();
        while let Some(id) = left.pop() {
            if !seen.insert(id) || seen.len() > MOST_NODES {
                continue;
            }
            if changed.contains(&id) {
                return true;
            }
            match ir.value(id) {
                Value::Global { name, .. } if names.contains(ir.str(name)) => return true,
                Value::Str(text) if is_made_of(ir.str(text), true) => return true,
                Value::Text { parts, .. }
                    if ir.parts[parts].iter().any(|part| match part.piece {
                        TextPiece::Literal(text) => is_made_of(ir.str(text), false),
                        TextPiece::Hole { .. } => false,
                    }) =>
                {
                    return true;
                }
                Value::Function(function) => {
                    let analysis = self.world.analysis(file);
                    let reads = analysis.names_read(ir, function).any(|read| {
                        matches!(ir.value(read), Value::Global { name, .. } | Value::Capture { name, .. }
                            if names.contains(ir.str(name)))
                    });
                    if reads {
                        return true;
                    }
                }
                value => operands(ir, value, &mut |operand| left.push(operand)),
            }
        }
        false
    }

    /// Finds out in which order the files run and what they change of each other before anything is
    /// evaluated: in the midst of an evaluation, what it finds would depend on that.
    pub(crate) fn prepare(&mut self) {
        if self.meddled.is_none() && self.root.is_some() {
            self.meddled();
            // What led there was evaluated as if nothing were read or changed.
            self.forget();
        }
    }

    /// Finds out what the files do to the environment.
    pub(crate) fn prepare_environment(&mut self) {
        self.variables_at_the_end();
        if self.fuel == 0 {
            self.forget();
        }
    }

    /// What the files that are loaded for the settings change of each other.
    fn meddled(&mut self) -> Option<Arc<Meddled>> {
        let root = self.root?;
        if self.meddled.is_none() {
            // Asked while it is being found out: nothing so far.
            self.meddled = Some(Arc::default());
            let (files, layers) = self.files_that_run(root);
            let (world, is_whole) = (self.world, self.outside.is_none());
            self.meddled = Some(world.meddled(files, &layers, is_whole));
        }
        self.meddled.clone().filter(|found| !found.is_empty())
    }
}

impl World<'_> {
    /// What these files change of each other; found out once, whoever asks. What answers for a framework,
    /// such as for a URLconf, runs the code of the whole project: there plain stores are all that is
    /// looked for.
    fn meddled(
        &self,
        files: Vec<FileId>,
        layers: &FxHashSet<FileId>,
        is_whole: bool,
    ) -> Arc<Meddled> {
        let mut sorted: Vec<FileId> = layers.iter().copied().collect();
        sorted.sort_unstable();
        let asked = (files, sorted, is_whole);
        let known = || self.meddled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&asked) {
            return Arc::clone(found);
        }
        let found = Arc::new(self.find_meddled(&asked.0, layers, is_whole));
        Arc::clone(known().entry(asked).or_insert(found))
    }

    fn find_meddled(
        &self,
        running: &[FileId],
        layers: &FxHashSet<FileId>,
        is_whole: bool,
    ) -> Meddled {
        let mut files = running.to_vec();
        if is_whole {
            self.add_imported_later(&mut files);
        }
        let search = Search { world: self, is_whole, is_loose: false };
        let is_loose = is_whole && files.iter().any(|file| search.stores_on_anything(*file));
        let search = Search { is_loose, ..search };
        let mut found = Meddled::default();
        for (place, file) in files.iter().enumerate() {
            search.stores(*file, layers.contains(file), &mut found);
            if is_whole && place < running.len() {
                search.escapes(*file, &mut found);
            }
        }
        if is_whole {
            search.writers(&files, &mut found);
            found.changed = Arc::new(search.changed_across(&files, &|file| layers.contains(&file)));
        } else {
            found.attributes.clear();
            found.outside.clear();
        }
        // The namespace of whoever calls.
        let reaches = |file: &FileId| {
            let ir = self.ir(*file);
            OF_CALLERS.iter().any(|word| ir.strings.find(word).is_some())
        };
        if is_whole && (found.sets_anywhere || files.iter().any(reaches)) {
            files.iter().for_each(|file| found.note(*file, ANY_NAME));
        }
        found.layers = layers.iter().copied().collect();
        found.layers.sort_unstable();
        found
    }
}
