//! What the code of settings does to the environment of the process while it runs: files that it
//! reads into it, variables that it sets. Who asks later finds them.

mod calls;
mod starters;
mod uses;
mod writes;

use std::sync::Arc;

use bartizan_ir::{FileIr, FunctionId, Mutator, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use self::calls::IMPORTERS;
use self::uses::is_environ;
use self::writes::writes;
use crate::FileId;
use crate::environment::Variables;
use crate::session::{Act, Session};
use crate::world::Imported;

/// Files that import each other deeper than this are not followed.
const DEEPEST: usize = 24;

/// More files than this are not gone through.
const MOST_FILES: usize = 400;

/// Writes to the environment beyond which nothing is known of it; one in a function that is called counts
/// more, by how deep it lies.
const MOST_WRITES: usize = 1_000;

/// How much more.
const COST_OF_CALL: usize = 12;

/// When something runs: the node of the first file that leads to it, the node of the next, and so on.
/// They are compared in order.
type Moment = Vec<u32>;

/// The order in which module code runs, and what it does to the environment.
#[derive(Default)]
pub(crate) struct Timeline {
    /// What leads to each file.
    files: FxHashMap<FileId, Moment>,
    /// In the order of time.
    writes: Vec<Write>,
    /// Those of functions, which somebody may call.
    in_functions: Vec<Write>,
    /// What module code calls.
    calls: Vec<Calling>,
    /// Functions that import files of the project.
    importing: FxHashSet<(FileId, FunctionId)>,
    /// Whether something had to be evaluated to find out what runs.
    has_asked: bool,
    /// How many of the writes are followed.
    followed: usize,
    /// The environment after so many of them.
    states: Vec<Arc<Variables>>,
}

/// A call in module code.
struct Calling {
    moment: Moment,
    file: FileId,
    node: ValueId,
}

/// Something that changes the environment, or may.
#[derive(Clone)]
struct Write {
    moment: Moment,
    file: FileId,
    node: ValueId,
    /// The calls that lead to the function in which it stands, the outermost first.
    calls: Vec<(FileId, ValueId)>,
    how: How,
}

/// How much is known of a write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// It is the node that writes.
    Plainly,
    /// The node stands in a function, and nobody knows when that is called.
    AtSomeTime,
    /// The node hands the environment to code that may do anything with it.
    Handed,
}

impl Timeline {
    /// Notes what writes to the environment. What stands in a function happens at some time after its
    /// file begins.
    fn note(&mut self, mut write: Write, is_module: bool) {
        if is_module {
            self.writes.push(write);
        } else {
            if let Some(last) = write.moment.last_mut() {
                *last = 0;
            }
            if write.how == How::Plainly {
                write.how = How::AtSomeTime;
            }
            self.in_functions.push(write);
        }
    }
}

impl Session<'_> {
    /// The variables as code finds them that runs here.
    pub(crate) fn variables_at(&mut self, at: Act, id: ValueId) -> Arc<Variables> {
        let Some(root) = self.root else { return Arc::clone(&self.variables) };
        self.ask_timeline(root);
        let is_quiet = self.timeline.as_ref().is_none_or(|timeline| timeline.writes.is_empty());
        if is_quiet {
            return Arc::clone(&self.variables);
        }
        let now = self.moment(at, id);
        let Some(timeline) = &self.timeline else { return Arc::clone(&self.variables) };
        let before = match now {
            Some(now) => timeline.writes.partition_point(|write| write.moment < now),
            // Functions that nobody was seen to call run when all is over.
            None => timeline.writes.len(),
        };
        self.state_after(before.min(timeline.followed + 1))
    }

    fn ask_timeline(&mut self, root: FileId) {
        if self.timeline.is_none() {
            self.timeline = Some(Timeline::default());
            let timeline = self.find_timeline(root);
            let has_writes = !timeline.writes.is_empty();
            self.timeline = Some(timeline);
            let has_asked = !self.included.is_empty()
                || self.timeline.as_ref().is_some_and(|timeline| timeline.has_asked);
            if has_writes && has_asked {
                // Which files are included may hang on what those before have read into the environment.
                self.forget();
                self.included.clear();
                let timeline = self.find_timeline(root);
                self.timeline = Some(timeline);
            }
        }
    }

    /// The variables as they are when all module code has run.
    pub(crate) fn variables_at_the_end(&mut self) -> Arc<Variables> {
        let Some(root) = self.root else { return Arc::clone(&self.variables) };
        let frame = self.file_frame(root);
        let act = self.frames[frame as usize].root;
        self.variables_at(act, ValueId::from_index(self.world.ir(root).values.len()))
    }

    /// The environment after so many writes.
    fn state_after(&mut self, writes: usize) -> Arc<Variables> {
        let Some(timeline) = &self.timeline else { return Arc::clone(&self.variables) };
        let known = timeline.states.len();
        let Some(mut state) = timeline.states.get(writes.min(known.saturating_sub(1))).cloned()
        else {
            return Arc::clone(&self.variables);
        };
        let followed = timeline.followed;
        for place in known..=writes {
            let write =
                self.timeline.as_ref().and_then(|timeline| timeline.writes.get(place - 1).cloned());
            if let Some(write) = write {
                match place > followed {
                    true => Arc::make_mut(&mut state).give_any(false),
                    false => self.write(&write, Arc::make_mut(&mut state)),
                }
            }
            if let Some(timeline) = &mut self.timeline
                && timeline.states.len() == place
            {
                timeline.states.push(Arc::clone(&state));
            }
            // Of what comes later, no more is known.
            if place > followed {
                break;
            }
        }
        state
    }

    /// When the code at hand runs; `None` if that is not known.
    fn moment(&self, at: Act, id: ValueId) -> Option<Moment> {
        let (mut at, mut id) = (at, id);
        let mut inside = Vec::new();
        while let Some((caller, call)) = self.frame_of(at).caller {
            inside.push(id.index() as u32);
            (at, id) = (caller, call);
        }
        let frame = self.frame_of(at);
        let ir = frame.ir;
        let is_end = id.index() >= ir.values.len();
        if !is_end && frame.analysis.owner(ir.stretch(id).function) != FileIr::module() {
            return None;
        }
        let mut moment = self.timeline.as_ref()?.files.get(&frame.file)?.clone();
        moment.push(id.index() as u32);
        moment.extend(inside.into_iter().rev());
        Some(moment)
    }

    /// Where the code of a file stands while the code at hand runs, if that happens in the midst of it: at
    /// an import that leads here, or a call.
    pub(crate) fn stands_at(&self, at: Act, id: ValueId, file: FileId) -> Option<ValueId> {
        let begun = self.timeline.as_ref()?.files.get(&file)?;
        let (mut at, mut id) = (at, id);
        while let Some((caller, call)) = self.frame_of(at).caller {
            (at, id) = (caller, call);
        }
        let frame = self.frame_of(at);
        if frame.file == file {
            // Its own code, which asks for itself or calls what does.
            let is_module = id.index() < frame.ir.values.len()
                && frame.analysis.owner(frame.ir.stretch(id).function) == FileIr::module();
            return is_module.then_some(id);
        }
        let now = self.timeline.as_ref()?.files.get(&frame.file)?;
        let node = *now.get(begun.len()).filter(|_| now.starts_with(begun))?;
        let runs = id.index() >= frame.ir.values.len()
            || frame.analysis.owner(frame.ir.stretch(id).function) == FileIr::module();
        runs.then(|| ValueId::from_index(node as usize))
    }

    /// Goes through the code that runs when the settings module is loaded.
    fn find_timeline(&mut self, root: FileId) -> Timeline {
        let mut timeline = Timeline::default();
        timeline.states.push(Arc::clone(&self.variables));
        let module = self.world.module(root);
        let dotted = self.world.dotted(module).to_owned();
        // The packages around come first.
        for (at, _) in dotted.match_indices('.') {
            if let Some(package) = self.world.module_named(&dotted[..at])
                && let Some(file) = self.world.file_of(package)
                && file != root
            {
                self.run_file(file, vec![0, at as u32], &mut timeline);
            }
        }
        self.run_file(root, vec![1], &mut timeline);
        self.run_functions(&mut timeline);
        let inside = std::mem::take(&mut timeline.in_functions);
        // Whether the function in which a write stands is named in any code that runs.
        let called: Vec<Write> = match inside.is_empty() {
            true => Vec::new(),
            false => {
                let spoken_of = self.names_spoken_of(&timeline);
                let is_called = |write: &Write| spoken_of.contains(self.name_around(write));
                inside.into_iter().filter(is_called).collect()
            }
        };
        timeline.writes.extend(called);
        // What has run before does not run again.
        timeline.writes.retain(|write| !self.variables.has_run(write.file));
        timeline.writes.sort_by(|a, b| a.moment.cmp(&b.moment));
        let mut cost = 0;
        let is_within = |write: &&Write| {
            cost += 1 + write.calls.len() * COST_OF_CALL;
            cost <= MOST_WRITES
        };
        timeline.followed = timeline.writes.iter().take_while(is_within).count();
        timeline
    }

    /// The files that run when the settings module is loaded, as far as that was asked.
    pub(crate) fn files_of_timeline(&self) -> Vec<FileId> {
        let files = self.timeline.iter().flat_map(|timeline| timeline.files.keys().copied());
        let mut files: Vec<FileId> = files.collect();
        files.sort_unstable();
        files
    }

    /// The files that run when the settings module is loaded; and those of them that are layers of it:
    /// that it takes over with a star, and that run in its name.
    pub(crate) fn files_that_run(&mut self, root: FileId) -> (Vec<FileId>, FxHashSet<FileId>) {
        self.ask_timeline(root);
        let files = self.timeline.as_ref().map(|timeline| timeline.files.keys().copied());
        let mut files: Vec<FileId> = files.into_iter().flatten().collect();
        files.sort_unstable();
        let mut layers = FxHashSet::default();
        let mut left = vec![root];
        while let Some(file) = left.pop() {
            if !layers.insert(file) {
                continue;
            }
            let ir = self.world.ir(file);
            for layer in &ir.layers[ir.function(FileIr::module()).layers] {
                match ir.value(layer.value) {
                    Value::Star { module, level } => {
                        left.extend(self.loaded_by(file, ir.str(module), None, level).pop());
                    }
                    // The timeline has asked what it includes.
                    Value::NamespaceUnknown(call) => {
                        if let Some(included) = self.included.get(&(file, call))
                            && let Ok(files) = &**included
                        {
                            left.extend(files.iter().map(|included| included.file));
                        }
                    }
                    _ => {}
                }
            }
        }
        (files, layers)
    }

    /// The name by which code asks for the function, or for the class of the method, in which a write
    /// stands.
    fn name_around(&self, write: &Write) -> &str {
        let ir = self.world.ir(write.file);
        let owner = self.world.analysis(write.file).owner(ir.stretch(write.node).function);
        let function = ir.function(owner);
        ir.str(match function.class {
            Some(class) => ir.class(class).name,
            None => function.name,
        })
    }

    /// All that any code that runs speaks of by name.
    fn names_spoken_of(&self, timeline: &Timeline) -> FxHashSet<&str> {
        let mut names = FxHashSet::default();
        for file in timeline.files.keys() {
            let ir = self.world.ir(*file);
            let mut is_decorated = false;
            for value in &ir.values {
                match *value {
                    Value::Global { name, .. }
                    | Value::Capture { name, .. }
                    | Value::Attr { name, .. }
                    | Value::Import { name: Some(name), .. } => {
                        names.insert(ir.str(name));
                    }
                    // Called where it is known from the text.
                    Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
                        Value::Function(called) => {
                            names.insert(ir.str(ir.function(called).name));
                        }
                        Value::Class(called) => {
                            names.insert(ir.str(ir.class(called).name));
                        }
                        _ => {}
                    },
                    Value::Decorated { .. } => is_decorated = true,
                    _ => {}
                }
            }
            // A decorator may call whatever its file defines.
            if is_decorated {
                names.extend(ir.functions().map(|(_, function)| ir.str(function.name)));
                names.extend(ir.classes.iter().map(|class| ir.str(class.name)));
            }
        }
        names
    }

    fn run_file(&mut self, file: FileId, moment: Moment, timeline: &mut Timeline) {
        // What packages do to the environment is theirs: it is not the project's to read, and most of it runs
        // for nobody's settings.
        if timeline.files.contains_key(&file)
            || timeline.files.len() >= MOST_FILES
            || moment.len() > DEEPEST
            || self.world.is_installed(file)
        {
            return;
        }
        timeline.files.insert(file, moment.clone());
        let ir = self.world.ir(file);
        let has = |word: &&str| ir.strings.find(word).is_some();
        let may_write = ["environ", "read_env", "load_dotenv"].iter().any(has);
        let may_import = IMPORTERS.iter().any(|(word, _)| has(word));
        for (index, value) in ir.values.iter().enumerate() {
            let node = ValueId::from_index(index);
            let owner = || self.world.analysis(file).owner(ir.stretch(node).function);
            let is_module = || owner() == FileIr::module();
            let mut next = moment.clone();
            next.push(index as u32);
            match *value {
                Value::Import { module, name, level } => {
                    let name = name.map(|name| ir.str(name));
                    if is_module() {
                        for file in self.loaded_by(file, ir.str(module), name, level) {
                            self.run_file(file, next.clone(), timeline);
                        }
                    } else if !self.loaded_by(file, ir.str(module), name, level).is_empty() {
                        timeline.importing.insert((file, owner()));
                    }
                }
                Value::Star { module, level } if is_module() => {
                    for file in self.loaded_by(file, ir.str(module), None, level) {
                        self.run_file(file, next.clone(), timeline);
                    }
                }
                Value::NamespaceUnknown(call) if is_module() => {
                    for file in self.included_by(file, call) {
                        self.run_file(file, next.clone(), timeline);
                    }
                }
                Value::Call { callee, .. } => {
                    let is_module = is_module();
                    if may_write && writes(ir, callee) {
                        let calls = Vec::new();
                        let how = How::Plainly;
                        let write = Write { moment: next.clone(), file, node, calls, how };
                        timeline.note(write, is_module);
                    } else if may_write && self.hands_on(file, node, &|it| is_environ(ir, it)) {
                        let write =
                            Write { moment: next, file, node, calls: Vec::new(), how: How::Handed };
                        timeline.note(write, is_module);
                    } else if is_module {
                        if may_import {
                            timeline.has_asked |= self.is_importer(file, callee).is_some();
                            for file in self.imported_by(file, node) {
                                self.run_file(file, next.clone(), timeline);
                            }
                        }
                        timeline.calls.push(Calling { moment: next, file, node });
                    }
                }
                Value::Mutate(mutation)
                    if may_write
                        && matches!(
                            ir.mutation(mutation).op,
                            Mutator::SetItem | Mutator::DelItem | Mutator::InPlace(_)
                        ) =>
                {
                    let receiver = ir.bare(ir.mutation(mutation).receiver);
                    if is_environ(ir, receiver) {
                        let calls = Vec::new();
                        let how = How::Plainly;
                        let write = Write { moment: next, file, node, calls, how };
                        timeline.note(write, is_module());
                    }
                }
                Value::Attr { .. }
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Dict(_)
                    if may_write && self.hands_on(file, node, &|it| is_environ(ir, it)) =>
                {
                    let calls = Vec::new();
                    let write = Write { moment: next, file, node, calls, how: How::Handed };
                    timeline.note(write, is_module());
                }
                _ => {}
            }
        }
    }

    /// The files of which a file takes names. The packages around them run before, but give it nothing.
    pub(crate) fn taken_from(&self, file: FileId) -> Vec<FileId> {
        let ir = self.world.ir(file);
        let layers = &ir.layers[ir.function(FileIr::module()).layers];
        let stars = layers.iter().map(|layer| ir.value(layer.value));
        let mut found = Vec::new();
        for value in ir.values.iter().copied().chain(stars) {
            let (module, name, level) = match value {
                Value::Import { module, name, level } => (module, name, level),
                Value::Star { module, level } => (module, None, level),
                _ => continue,
            };
            let Imported::Module(target) = self.world.import(file, ir.str(module), level) else {
                continue;
            };
            let below = name.and_then(|name| self.world.submodule(target, ir.str(name)));
            found.extend(self.world.file_of(below.unwrap_or(target)));
        }
        found
    }

    /// The files that an import runs, the packages first.
    fn loaded_by(&self, from: FileId, module: &str, name: Option<&str>, level: u32) -> Vec<FileId> {
        let Imported::Module(target) = self.world.import(from, module, level) else {
            return Vec::new();
        };
        let dotted = self.world.dotted(target).to_owned();
        let packages =
            dotted.match_indices('.').filter_map(|(at, _)| self.world.module_named(&dotted[..at]));
        let mut modules: Vec<_> = packages.collect();
        modules.push(target);
        if let Some(name) = name {
            modules.extend(self.world.submodule(target, name));
        }
        modules.into_iter().filter_map(|module| self.world.file_of(module)).collect()
    }
}
