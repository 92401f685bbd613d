//! What the code of settings does to the environment of the process while it runs: files that it
//! reads into it, variables that it sets. Who asks later finds them.

use std::sync::Arc;

use bartizan_ir::{FileIr, Mutator, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::dotenv::{Dialect, filled_in, lines_of, pairs};
use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Evaluated, Symbol};
use crate::environment::{Given, Variable, Variables};
use crate::reason::Reason;
use crate::session::{Act, Session};
use crate::world::Imported;

/// Files that import each other deeper than this are not followed.
const DEEPEST: usize = 24;

/// More files than this are not gone through.
const MOST_FILES: usize = 400;

/// Writes to the environment beyond which nothing is known of it.
const MOST_WRITES: usize = 1_000;

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
    /// The environment after so many of them.
    states: Vec<Arc<Variables>>,
}

struct Write {
    moment: Moment,
    file: FileId,
    node: ValueId,
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
        self.state_after(before.min(MOST_WRITES + 1))
    }

    fn ask_timeline(&mut self, root: FileId) {
        if self.timeline.is_none() {
            self.timeline = Some(Timeline::default());
            let timeline = self.find_timeline(root);
            let has_writes = !timeline.writes.is_empty();
            self.timeline = Some(timeline);
            if has_writes && !self.included.is_empty() {
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
        for place in known..=writes {
            let write = self.timeline.as_ref().and_then(|timeline| {
                let write = timeline.writes.get(place - 1)?;
                Some((write.file, write.node))
            });
            if let Some((file, node)) = write {
                match place > MOST_WRITES {
                    true => Arc::make_mut(&mut state).give_any(false),
                    false => self.write(file, node, Arc::make_mut(&mut state)),
                }
            }
            if let Some(timeline) = &mut self.timeline
                && timeline.states.len() == place
            {
                timeline.states.push(Arc::clone(&state));
            }
            // Of what comes later, no more is known.
            if place > MOST_WRITES {
                break;
            }
        }
        state
    }

    /// When the code at hand runs; `None` if that is not known.
    fn moment(&self, at: Act, id: ValueId) -> Option<Moment> {
        let (mut at, mut id) = (at, id);
        while let Some((caller, call)) = self.frame_of(at).caller {
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
        timeline.writes.sort_by(|a, b| a.moment.cmp(&b.moment));
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
        if timeline.files.contains_key(&file)
            || timeline.files.len() >= MOST_FILES
            || moment.len() > DEEPEST
        {
            return;
        }
        timeline.files.insert(file, moment.clone());
        let ir = self.world.ir(file);
        let may_write = ["environ", "read_env", "load_dotenv"]
            .iter()
            .any(|name| ir.strings.find(name).is_some());
        for (index, value) in ir.values.iter().enumerate() {
            let node = ValueId::from_index(index);
            let is_module = || {
                let function = ir.stretch(node).function;
                self.world.analysis(file).owner(function) == FileIr::module()
            };
            let mut next = moment.clone();
            next.push(index as u32);
            match *value {
                Value::Import { module, name, level } if is_module() => {
                    let name = name.map(|name| ir.str(name));
                    for file in self.loaded_by(file, ir.str(module), name, level) {
                        self.run_file(file, next.clone(), timeline);
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
                Value::Call { callee, .. } if may_write && writes(ir, callee) => {
                    timeline.note(Write { moment: next, file, node }, is_module());
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
                        timeline.note(Write { moment: next, file, node }, is_module());
                    }
                }
                _ => {}
            }
        }
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

    /// What a node does to the environment.
    fn write(&mut self, file: FileId, node: ValueId, variables: &mut Variables) {
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let act = self.some_round(root, node);
        let ir = self.ir(act);
        let is_module = self.analysis(act).owner(ir.stretch(node).function) == FileIr::module();
        let is_sure = match self.holds(act, ir.stretch(node).path) {
            _ if !is_module => false,
            Ok(false) => return,
            Ok(true) => act == root,
            Err(_) => false,
        };
        let give = |variables: &mut Variables, name: &str, given: Given| {
            let given = match given {
                given if is_sure => given,
                Given::Otherwise(_) | Given::Perhaps => Given::Perhaps,
                _ => Given::Anything,
            };
            variables.give(name, given);
        };
        match ir.value(node) {
            Value::Mutate(mutation) => {
                let args = self.arguments(act, ir.mutation(mutation).args);
                match (ir.mutation(mutation).op, args.positional.as_slice()) {
                    (Mutator::DelItem, [key]) => {
                        match key.value.as_str() {
                            Some(key) => give(variables, key, Given::Never),
                            None => variables.give_any(false),
                        }
                        return;
                    }
                    (Mutator::InPlace(_), [mapping]) => {
                        give_all(variables, mapping, is_sure);
                        return;
                    }
                    _ => {}
                }
                let [key, value] = args.positional.as_slice() else {
                    return variables.give_any(false);
                };
                match key.value.as_str() {
                    Some(key) => {
                        self.lines.remove(key);
                        give(variables, key, given_text(value));
                    }
                    None => variables.give_any(false),
                }
            }
            Value::Call { callee, args } => {
                let Some(symbol) = self.called_symbol(act, callee) else { return };
                let args = self.arguments(act, args);
                match &*symbol {
                    "os.environ.setdefault" => {
                        let [key, value] = args.positional.as_slice() else {
                            return variables.give_any(true);
                        };
                        let Some(key) = key.value.as_str() else {
                            return variables.give_any(true);
                        };
                        let is_set = matches!(variables.get(key), Variable::Set(_));
                        match value.value.as_str() {
                            Some(text) => {
                                give(variables, key, Given::Otherwise(text.to_owned()));
                            }
                            None if is_set => {}
                            None => give(variables, key, Given::Perhaps),
                        }
                    }
                    "os.environ.update" => {
                        if let Some(mapping) = args.positional.first() {
                            give_all(variables, mapping, is_sure);
                        }
                        for (key, value) in &args.keywords {
                            give(variables, key, given_text(value));
                        }
                    }
                    "os.environ.pop" => {
                        match args.positional.first().and_then(|key| key.value.as_str()) {
                            Some(key) => give(variables, key, Given::Never),
                            None => variables.give_any(false),
                        }
                    }
                    "os.environ.clear" => variables.give_any(false),
                    "dotenv.load_dotenv" | "dotenv.main.load_dotenv" => {
                        let path = args.positional.first().or(args.keyword("dotenv_path"));
                        let path = match path {
                            Some(path) if !is_search(path) => self.world.path_in_tree(path),
                            _ => self.world.file_above(file, ".env"),
                        };
                        let overrides = overrides(&args, "override");
                        self.take_over(path, Dialect::Dotenv, overrides, is_sure, variables);
                    }
                    symbol if symbol.starts_with("environ.") && symbol.ends_with(".read_env") => {
                        let path = args
                            .positional
                            .first()
                            .or(args.keyword("env_file"))
                            .map(|path| self.world.path_in_tree(path))
                            .unwrap_or_else(|| Some(self.world.beside(file, ".env")));
                        let overrides = overrides(&args, "overwrite");
                        self.take_over(path, Dialect::Environ, overrides, is_sure, variables);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Reads a file into the environment. Of a path that is not known, it may be any file.
    fn take_over(
        &mut self,
        path: Option<String>,
        dialect: Dialect,
        overrides: Result<bool, Reason>,
        is_sure: bool,
        variables: &mut Variables,
    ) {
        let files = self.world.files();
        let Some(path) = path else {
            for (_, text) in files.texts() {
                for (name, _) in pairs(text, dialect) {
                    variables.give(&name, Given::Perhaps);
                }
            }
            return;
        };
        let Some(text) = files.text(&path) else { return };
        let overrides_all = matches!(overrides, Ok(true));
        let mut found: Vec<(String, Option<String>)> = Vec::new();
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let lines = lines_of(text);
        for (name, value) in pairs(text, dialect) {
            let value = match dialect {
                Dialect::Dotenv => value.and_then(|value| {
                    let earlier = |name: &str| {
                        let earlier = places.get(name).and_then(|place| found.get(*place));
                        earlier.map(|(_, value)| value.clone())
                    };
                    filled_in(&value, &|name| match (variables.get(name), earlier(name)) {
                        (_, Some(earlier)) if overrides_all => earlier.map(Some),
                        (Variable::Set(text), _) => Some(Some(text.to_owned())),
                        (Variable::Unset, Some(earlier)) => earlier.map(Some),
                        (Variable::Unset, None) => Some(None),
                        (Variable::Unknown | Variable::Otherwise(_), _) => None,
                    })
                }),
                _ => value,
            };
            // The last line of a name counts.
            match places.get(&name).and_then(|place| found.get_mut(*place)) {
                Some((_, known)) => *known = value,
                None => {
                    places.insert(name.clone(), found.len());
                    found.push((name, value));
                }
            }
        }
        for (name, value) in found {
            // Without being told to, a file says nothing new of what is set.
            let is_news = matches!(variables.get(&name), Variable::Unset | Variable::Unknown);
            if let Some(line) = lines.get(&name.to_ascii_lowercase()).copied()
                && (is_news || !matches!(overrides, Ok(false)))
            {
                self.lines.insert(name.clone(), (path.clone(), line));
            }
            let given = match (value, &overrides) {
                (Some(text), Ok(true)) if is_sure => Given::Always(text),
                (Some(text), Ok(false)) if is_sure => Given::Otherwise(text),
                (_, Ok(false)) => Given::Perhaps,
                _ => Given::Anything,
            };
            variables.give(&name, given);
        }
    }

    /// The dotted name of what is called, a method of an object by its class.
    fn called_symbol(&mut self, at: Act, callee: ValueId) -> Option<Arc<str>> {
        let ir = self.ir(at);
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let receiver = self.eval(at, of);
            return match &receiver.value {
                Abstract::Ref(Symbol::External(dotted)) => {
                    Some(format!("{dotted}.{}", ir.str(name)).into())
                }
                Abstract::Apply(made) => match &made.symbol {
                    Symbol::External(dotted) => Some(format!("{dotted}.{}", ir.str(name)).into()),
                    _ => None,
                },
                _ => None,
            };
        }
        match self.eval(at, callee).value {
            Abstract::Ref(Symbol::External(name)) => Some(name),
            _ => None,
        }
    }
}

/// What a variable is given that is set to a value.
fn given_text(value: &Evaluated) -> Given {
    match value.value.as_str() {
        Some(text) => Given::Always(text.to_owned()),
        None => Given::Anything,
    }
}

/// `os.environ.update(mapping)`
fn give_all(variables: &mut Variables, mapping: &Evaluated, is_sure: bool) {
    let Ok(pairs) = crate::mutate::pairs(mapping) else { return variables.give_any(false) };
    for (key, value) in pairs {
        let Some(key) = key.value.as_str() else {
            variables.give_any(false);
            continue;
        };
        let given = if is_sure { given_text(&value) } else { Given::Anything };
        variables.give(key, given);
    }
}

fn overrides(args: &Args, name: &str) -> Result<bool, Reason> {
    match args.keyword(name) {
        Some(value) => crate::operators::truth(&value.value),
        None => Ok(false),
    }
}

/// `find_dotenv()`
fn is_search(path: &Evaluated) -> bool {
    match &path.value {
        Abstract::Apply(made) => {
            made.args.is_empty()
                && matches!(&made.symbol, Symbol::External(name) if name.ends_with(".find_dotenv"))
        }
        _ => false,
    }
}

/// Whether a call may write to the environment, by the name of what is called.
fn writes(ir: &FileIr, callee: ValueId) -> bool {
    match ir.value(ir.bare(callee)) {
        Value::Attr { name, of } => match ir.str(name) {
            "read_env" | "load_dotenv" => true,
            "setdefault" | "update" | "pop" | "clear" => is_environ(ir, ir.bare(of)),
            _ => false,
        },
        Value::Import { name: Some(name), .. } | Value::Global { name, .. } => {
            ir.str(name) == "load_dotenv"
        }
        _ => false,
    }
}

/// Whether a node is `os.environ`, after changes or before.
fn is_environ(ir: &FileIr, node: ValueId) -> bool {
    let mut node = node;
    for _ in 0..1_000 {
        match ir.value(node) {
            Value::Mutate(mutation) => node = ir.bare(ir.mutation(mutation).receiver),
            Value::Attr { name, .. } => return ir.str(name) == "environ",
            Value::Import { name: Some(name), .. } => return ir.str(name) == "environ",
            Value::Mu { init, .. } if init != node => node = ir.bare(init),
            // Another name for it.
            Value::Global { name, layers } => {
                let first = ir.layers[layers].first().map(|first| first.value);
                let bound = || ir.binding(FileIr::module(), name).map(|binding| binding.value);
                match first.or_else(bound) {
                    Some(bound) if ir.bare(bound) != node => node = ir.bare(bound),
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
    false
}
