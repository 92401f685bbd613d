//! All names of a module or class at once: `vars(module)`, `dir(Class)`; what loops write into the
//! namespace of a module, round by round; and what one module changes of another.

use std::sync::Arc;

use bartizan_ir::{EffectKind, FileIr, Layer, LoopId, Path, PathId, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::FileId;
use crate::analysis::Region;
use crate::calls::Args;
use crate::domain::{Abstract, Closure, Evaluated, Symbol};
use crate::loops::LoopEnd;
use crate::names::Starred;
use crate::reason::Reason;
use crate::session::{Act, Session, opened};
use crate::world::Imported;

/// Star imports from one module to the next that are followed when all names are asked for.
const DEEPEST: u32 = 16;

/// More names than this are not gone through.
const MOST_NAMES: usize = 2_000;

/// Names that every module has before its code runs.
const OF_MODULES: &[&str] = &[
    "__name__",
    "__doc__",
    "__package__",
    "__loader__",
    "__spec__",
    "__file__",
    "__cached__",
    "__builtins__",
];

/// Names that the body of every class leaves besides its own.
const OF_BODIES: &[&str] = &["__module__", "__dict__", "__weakref__", "__doc__"];

/// Names that every class has from `object`.
#[rustfmt::skip]
const OF_OBJECTS: &[&str] = &[
    "__class__", "__delattr__", "__dir__", "__eq__", "__format__", "__ge__", "__getattribute__",
    "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__",
    "__new__", "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__",
    "__subclasshook__",
];

/// One write of a loop into the namespace of its module.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// The name; or why it is not known.
    key: Result<Arc<str>, Reason>,
    value: Evaluated,
    /// Whether the code that writes was surely run.
    is_sure: bool,
}

/// The attributes of modules that code of other modules stores or changes.
pub(crate) type Meddled = FxHashMap<FileId, FxHashSet<String>>;

impl Session<'_> {
    // ---- written by loops ----------------------------------------------------------------------

    /// Forgets what a loop wrote when it was run before.
    pub(crate) fn forget_written(&mut self, parent: Act, of: LoopId) {
        let analysis = self.analysis(parent);
        if analysis.around(Region::Loop(of)).is_some() {
            return;
        }
        let file = self.frame_of(parent).file;
        let nodes: Vec<ValueId> = self.analysis(parent).written_in(of).collect();
        for node in nodes {
            self.written.remove(&(file, node));
        }
    }

    /// Notes what the round at hand writes into the namespace of the module.
    pub(crate) fn note_written(&mut self, act: Act, of: LoopId) {
        let (ir, file) = (self.ir(act), self.frame_of(act).file);
        let own = Some(Region::Loop(of));
        let nodes: Vec<ValueId> = self.analysis(act).written_in(of).collect();
        let mut inner: Vec<LoopId> = Vec::new();
        for node in nodes {
            if self.analysis(act).region(ir, node) != own {
                let within = self.analysis(act).loop_of(ir.stretch(node).path);
                let Some(child) = self.child_loop(act, within, Some(of)) else { continue };
                if inner.contains(&child) {
                    continue;
                }
                inner.push(child);
                let Path::Loop { parent, .. } = self.loop_path(act, child) else { continue };
                let end = match self.holds(act, parent) {
                    Ok(false) => continue,
                    Ok(true) => self.run_loop(act, child).1,
                    Err(reason) => LoopEnd::Unknown(reason),
                };
                match end {
                    LoopEnd::Exhausted | LoopEnd::Left(_) => {}
                    LoopEnd::Raised(..) => self.note_doubt(act, node, Reason::MayRaise),
                    LoopEnd::Unknown(reason) => self.note_doubt(act, node, reason),
                }
                continue;
            }
            let is_sure = match self.holds(act, ir.stretch(node).path) {
                Ok(false) => continue,
                holds => holds.is_ok(),
            };
            let name = |key: &Evaluated| match key.value.as_str() {
                Some(name) => Ok(Arc::from(name)),
                None => Err(crate::format::reason_of(&key.value)),
            };
            let pairs = match ir.value(node) {
                Value::NamespaceSet { key, value } => {
                    Ok(vec![(self.eval(act, key), self.eval(act, value))])
                }
                Value::NamespaceUpdate(mapping) => {
                    let mapping = self.eval(act, mapping);
                    crate::mutate::pairs(&mapping)
                }
                _ => continue,
            };
            match pairs {
                Err(reason) => self.note_doubt(act, node, reason),
                Ok(pairs) => {
                    let made = pairs.iter().map(|(key, value)| Written {
                        key: name(key),
                        value: value.clone(),
                        is_sure,
                    });
                    self.written.entry((file, node)).or_default().extend(made);
                }
            }
        }
    }

    fn note_doubt(&mut self, act: Act, node: ValueId, reason: Reason) {
        let value = self.unknown(act, node, reason.clone());
        let key = (self.frame_of(act).file, node);
        let doubt = Written { key: Err(reason), value, is_sure: false };
        self.written.entry(key).or_default().push(doubt);
    }

    /// The outermost loop around a write to the namespace of the module, and the path that it is on.
    pub(crate) fn loop_of_write(&self, at: Act, layer: &Layer) -> Option<(LoopId, PathId)> {
        let ir = self.ir(at);
        if !matches!(ir.value(layer.value), Value::NamespaceSet { .. } | Value::NamespaceUpdate(_))
        {
            return None;
        }
        let mut outermost = None;
        let mut link = Some(layer.path);
        while let Some(path) = link {
            if let Path::Loop { of, parent } = ir.path(path) {
                outermost = Some((of, parent));
            }
            link = ir.path(path).parent();
        }
        outermost
    }

    /// What the rounds of a loop have written under a name at one place.
    pub(crate) fn written_under(
        &mut self,
        at: Act,
        layer: &Layer,
        of: LoopId,
        name: &str,
    ) -> Starred {
        if let Some(act) = self.active(at, Some(Region::Loop(of)))
            && self.acts[act as usize].running.is_some()
        {
            return self.written_so_far(at, layer, of, name);
        }
        let (root, file) = (self.frame_of(at).root, self.frame_of(at).file);
        match self.run_loop(root, of).1 {
            LoopEnd::Exhausted | LoopEnd::Left(_) => {}
            LoopEnd::Raised(..) => return Starred::Perhaps(Reason::MayRaise),
            LoopEnd::Unknown(reason) => return Starred::Perhaps(reason),
        }
        let Some(written) = self.written.get(&(file, layer.value)) else { return Starred::Nothing };
        for write in written.iter().rev() {
            match &write.key {
                Ok(key) if &**key == name && write.is_sure => {
                    return Starred::Bound(write.value.clone());
                }
                Ok(key) if &**key == name => return Starred::Perhaps(Reason::Undecided),
                Ok(_) => {}
                Err(reason) => return Starred::Perhaps(reason.clone()),
            }
        }
        Starred::Nothing
    }

    /// What a loop that is being run has written under a name so far, as the round at hand sees it.
    fn written_so_far(&mut self, at: Act, layer: &Layer, of: LoopId, name: &str) -> Starred {
        let (ir, file) = (self.ir(at), self.frame_of(at).file);
        let region = self.analysis(at).region(ir, layer.value);
        let home = self.active(at, region);
        if home.is_none() {
            // A loop inside, which has run in this round.
            self.enter(at, region);
        }
        // Which of several rounds wrote it last is not asked: nothing, or nobody knows.
        for node in self.analysis(at).written_in(of) {
            for write in self.written.get(&(file, node)).into_iter().flatten() {
                match &write.key {
                    Ok(key) if &**key == name => return Starred::Perhaps(Reason::Loop),
                    Ok(_) => {}
                    Err(reason) => return Starred::Perhaps(reason.clone()),
                }
            }
        }
        let Some(home) = home else { return Starred::Nothing };
        let is_sure = match self.holds(home, ir.stretch(layer.value).path) {
            Ok(false) => return Starred::Nothing,
            holds => holds.is_ok(),
        };
        match self.layer(home, layer, name) {
            Starred::Bound(_) if !is_sure => Starred::Perhaps(Reason::Undecided),
            found => found,
        }
    }

    // ---- by name -------------------------------------------------------------------------------

    /// `importlib.import_module(name, package)`: an import like any other, where the name is known.
    pub(crate) fn module_by_name(
        &mut self,
        at: Act,
        id: ValueId,
        function: &Arc<str>,
        args: &Args,
    ) -> Evaluated {
        let name = args.positional.first().or(args.keyword("name")).cloned();
        let package = args.positional.get(1).or(args.keyword("package"));
        let package = package.and_then(|package| package.value.as_str().map(str::to_owned));
        let Some(name) = name.filter(|_| !args.open) else {
            return self.unknown(at, id, Reason::External(function.clone()));
        };
        let site = self.site(at, id);
        crate::session::over(&name, site, &mut |name| {
            let Some(dotted) = name.value.as_str() else {
                return self.unknown(at, id, Reason::External(function.clone()));
            };
            let level = dotted.bytes().take_while(|byte| *byte == b'.').count();
            let dotted = match (level, &package) {
                (0, _) => dotted.to_owned(),
                (_, None) => return self.unknown(at, id, Reason::External(function.clone())),
                (_, Some(package)) => {
                    let above = package.rsplitn(level, '.').last().unwrap_or_default();
                    format!("{above}.{}", &dotted[level..])
                }
            };
            let file = self.frame_of(at).file;
            match self.world.import(file, &dotted, 0) {
                Imported::Module(module) => self.module(at, id, module),
                Imported::External(name) if !self.is_left_to_each_machine(&name) => {
                    self.made(at, id, Abstract::external(name))
                }
                _ => self.unknown(at, id, Reason::Raises("ModuleNotFoundError")),
            }
        })
    }

    /// `import_string("shop.hosts.HOSTS")`
    pub(crate) fn object_by_name(
        &mut self,
        at: Act,
        id: ValueId,
        function: &Arc<str>,
        args: &Args,
    ) -> Evaluated {
        let name = args.only().ok().and_then(|name| name.value.as_str());
        let Some((module, name)) = name.and_then(|name| name.rsplit_once('.')) else {
            return self.unknown(at, id, Reason::External(function.clone()));
        };
        let file = self.frame_of(at).file;
        match self.world.import(file, module, 0) {
            Imported::Module(module) => self.module_member(at, id, module, name),
            Imported::External(module) => {
                self.made(at, id, Abstract::external(format!("{module}.{name}")))
            }
            Imported::Missing => self.unknown(at, id, Reason::Raises("ImportError")),
        }
    }

    // ---- all names -----------------------------------------------------------------------------

    /// `vars(of)`, `of.__dict__`; `None` for what is neither a module nor a class of the project.
    pub(crate) fn namespace(
        &mut self,
        at: Act,
        id: ValueId,
        of: &Evaluated,
    ) -> Option<Result<Abstract, Reason>> {
        let entries = match &of.value {
            Abstract::Ref(Symbol::Module(file)) => self.names_and_values(at, id, *file),
            Abstract::Ref(Symbol::Class(file, class, closure)) => {
                self.members_and_values(at, id, (*file, *class, *closure))
            }
            _ => return None,
        };
        let made = entries.map(|entries| {
            let key = |name: String| self.made(at, id, Abstract::str(name));
            let entries = entries.into_iter().map(|(name, value)| (key(name), value)).collect();
            let object = self.fresh(at);
            Abstract::map(entries, None, object)
        });
        Some(made)
    }

    /// `dir(of)`, of the same.
    pub(crate) fn directory(
        &mut self,
        at: Act,
        id: ValueId,
        of: &Evaluated,
    ) -> Option<Result<Abstract, Reason>> {
        let names = match &of.value {
            Abstract::Ref(Symbol::Module(file)) => {
                let found = self.names_and_values(at, id, *file);
                found.map(|found| found.into_iter().map(|(name, _)| name).collect())
            }
            Abstract::Ref(Symbol::Class(file, class, _)) => {
                let names = self.world.names_of_class(*file, *class);
                names.map(|mut names| {
                    names.extend(OF_BODIES.iter().chain(OF_OBJECTS).map(|name| (*name).to_owned()));
                    names
                })
            }
            _ => return None,
        };
        let names: Result<Vec<String>, Reason> = names;
        let made = names.map(|mut names| {
            names.sort_unstable();
            names.dedup();
            let names = names.into_iter().map(|name| self.made(at, id, Abstract::str(name)));
            let names = names.collect();
            let object = self.fresh(at);
            Abstract::seq(crate::domain::SeqKind::List, names, None, object)
        });
        Some(made)
    }

    /// What a module ends with under all its names.
    fn names_and_values(
        &mut self,
        at: Act,
        id: ValueId,
        file: FileId,
    ) -> Result<Vec<(String, Evaluated)>, Reason> {
        let mut names = Vec::new();
        let mut seen = FxHashSet::default();
        self.names_of(file, DEEPEST, &mut names, &mut seen)?;
        let mut found = Vec::with_capacity(names.len() + OF_MODULES.len());
        for name in OF_MODULES {
            let value = match *name {
                "__name__" => Abstract::str(self.world.module_name(file)),
                _ => Abstract::Unknown(Reason::NotFollowed("this name")),
            };
            found.push(((*name).to_owned(), self.made(at, id, value)));
        }
        for name in names {
            let Some(value) = self.module_attribute(file, &name) else { continue };
            match bound(&value.value) {
                Some(true) => found.push((name, value)),
                Some(false) => {}
                None => return Err(Reason::Undecided),
            }
        }
        Ok(found)
    }

    /// Adds the names that a module's code binds.
    fn names_of(
        &mut self,
        file: FileId,
        depth: u32,
        names: &mut Vec<String>,
        seen: &mut FxHashSet<String>,
    ) -> Result<(), Reason> {
        let Some(depth) = depth.checked_sub(1) else { return Err(Reason::TooDeep) };
        // A package has the modules below it for attributes, once they are imported.
        if self.world.path(file).ends_with("__init__.py") {
            return Err(Reason::NotFollowed("all that a package holds"));
        }
        let ir = self.world.ir(file);
        let module = ir.function(FileIr::module());
        let mut add = |name: &str| {
            if seen.insert(name.to_owned()) {
                names.push(name.to_owned());
            }
            if names.len() > MOST_NAMES { Err(Reason::TooLarge) } else { Ok(()) }
        };
        let mut bindings: Vec<_> = ir.bindings[module.bindings].iter().collect();
        bindings.sort_by_key(|binding| binding.span.start);
        for binding in bindings {
            add(ir.str(binding.name))?;
        }
        for function in ir.functions() {
            for effect in &ir.effects[function.1.effects] {
                if let EffectKind::StoreGlobal { name, .. } = effect.kind {
                    add(ir.str(name))?;
                }
            }
        }
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        for layer in &ir.layers[module.layers] {
            match ir.value(layer.value) {
                Value::Star { module, level } => {
                    match self.world.import(file, ir.str(module), level) {
                        Imported::Module(target) => {
                            let Some(target) = self.world.file_of(target) else { continue };
                            let mut more = Vec::new();
                            self.names_of(target, depth, &mut more, &mut FxHashSet::default())?;
                            for name in more {
                                if self.offers(target, &name)? && seen.insert(name.clone()) {
                                    names.push(name);
                                }
                            }
                        }
                        Imported::Missing => {}
                        Imported::External(module) if self.is_left_to_each_machine(&module) => {}
                        Imported::External(module) => return Err(Reason::External(module)),
                    }
                }
                Value::NamespaceSet { .. } | Value::NamespaceUpdate(_) => {
                    let pairs = match (self.loop_of_write(root, layer), ir.value(layer.value)) {
                        (Some((of, _)), _) => {
                            let Starred::Nothing = self.written_under(root, layer, of, "") else {
                                return Err(Reason::Loop);
                            };
                            let written = self.written.get(&(file, layer.value));
                            let keys = written.into_iter().flatten().map(|write| write.key.clone());
                            keys.collect::<Result<Vec<_>, _>>()?
                        }
                        (None, Value::NamespaceSet { key, .. }) => {
                            let key = self.eval(root, key);
                            let Some(name) = key.value.as_str() else {
                                return Err(crate::format::reason_of(&key.value));
                            };
                            vec![Arc::from(name)]
                        }
                        (None, Value::NamespaceUpdate(mapping)) => {
                            let mapping = self.eval(root, mapping);
                            let pairs = crate::mutate::pairs(&mapping)?;
                            let name = |key: &Evaluated| key.value.as_str().map(Arc::from);
                            let names = pairs.iter().map(|(key, _)| name(key)).collect();
                            let names: Option<Vec<Arc<str>>> = names;
                            names.ok_or(Reason::Part)?
                        }
                        _ => continue,
                    };
                    for name in pairs {
                        if seen.insert((*name).to_owned()) {
                            names.push((*name).to_owned());
                        }
                    }
                }
                Value::NamespaceUnknown(_) => {
                    return Err(Reason::NotFollowed("code that is given all names of a module"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn members_and_values(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, bartizan_ir::ClassId, Closure),
    ) -> Result<Vec<(String, Evaluated)>, Reason> {
        if self.world.is_enumeration(class.0, class.1) {
            return Err(Reason::NotFollowed("all that an enumeration holds"));
        }
        let mut found = Vec::new();
        for name in OF_BODIES {
            let value = match *name {
                "__module__" => Abstract::str(self.world.module_name(class.0)),
                _ => Abstract::Unknown(Reason::NotFollowed("this name")),
            };
            found.push(((*name).to_owned(), self.made(at, id, value)));
        }
        for name in self.world.names_in_body(class.0, class.1) {
            let value = self.class_attribute(at, id, class, &name);
            match bound(&value.value) {
                Some(true) => found.push((name, value)),
                Some(false) => {}
                None => return Err(Reason::Undecided),
            }
        }
        Ok(found)
    }

    /// Whether a module ends with anything under a name.
    pub(crate) fn module_has(&mut self, file: FileId, name: &str) -> Result<bool, Reason> {
        let ir = self.world.ir(file);
        let binds = |name: &str| {
            ir.strings.find(name).is_some_and(|it| ir.binding(FileIr::module(), it).is_some())
        };
        match self.module_attribute(file, name) {
            Some(value) => match (bound(&value.value), &value.value) {
                (Some(true), Abstract::Unknown(reason)) if !binds(name) => Err(reason.clone()),
                (Some(is_bound), _) => Ok(is_bound),
                (None, _) => Err(Reason::Undecided),
            },
            // It may be a module below, or be made when it is asked for.
            None if self.world.submodule(self.world.module(file), name).is_some()
                || binds("__getattr__")
                || name.starts_with("__") =>
            {
                Err(Reason::Attribute(name.into()))
            }
            None => Ok(false),
        }
    }

    // ---- changed by others ---------------------------------------------------------------------

    /// What a module holds under a name, unless code of another module has stored something else
    /// there, or changed it.
    pub(crate) fn unless_meddled(
        &mut self,
        file: FileId,
        name: &str,
        value: Evaluated,
    ) -> Evaluated {
        let Some(meddled) = self.meddled() else { return value };
        if !meddled.get(&file).is_some_and(|names| names.contains(name)) {
            return value;
        }
        match value.value.is_mutable() {
            true => opened(&value, &Reason::Changed),
            false => {
                let reason = Reason::Variable(name.into());
                Evaluated { value: Abstract::Unknown(reason), site: value.site }
            }
        }
    }

    /// Finds out what the files change of each other before anything is evaluated: in the midst of an
    /// evaluation, what it finds would depend on that.
    pub(crate) fn prepare(&mut self) {
        self.meddled();
    }

    /// What the files that are loaded for the settings change of each other.
    fn meddled(&mut self) -> Option<Arc<Meddled>> {
        let root = self.root?;
        if self.meddled.is_none() {
            // Asked while it is being found out: nothing so far.
            self.meddled = Some(Arc::default());
            let (files, layers) = self.files_that_run(root);
            let mut found = Meddled::default();
            for file in files {
                self.find_meddled(file, layers.contains(&file), &mut found);
            }
            self.meddled = Some(Arc::new(found));
        }
        self.meddled.clone().filter(|found| !found.is_empty())
    }

    fn find_meddled(&self, file: FileId, is_layer: bool, found: &mut Meddled) {
        let ir = self.world.ir(file);
        let mut note = |file: FileId, name: &str| {
            found.entry(file).or_default().insert(name.to_owned());
        };
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                if let EffectKind::StoreAttr { object, name, .. } = effect.kind
                    && let Some(module) = self.module_behind(file, object, 8)
                    && module != file
                {
                    note(module, ir.str(name));
                }
            }
        }
        for mutation in &ir.mutations {
            if mutation.op == bartizan_ir::Mutator::Escape {
                continue;
            }
            let mut receiver = ir.bare(mutation.receiver);
            for _ in 0..64 {
                let Value::Mutate(inner) = ir.value(receiver) else { break };
                receiver = ir.bare(ir.mutation(inner).receiver);
            }
            match ir.value(receiver) {
                Value::Attr { of, name } => {
                    if let Some(module) = self.module_behind(file, of, 8)
                        && module != file
                    {
                        note(module, ir.str(name));
                    }
                }
                // What a layer changes of what it has taken from another, it has changed for itself.
                Value::Import { module, name: Some(name), level } if !is_layer => {
                    if let Imported::Module(module) = self.world.import(file, ir.str(module), level)
                        && let Some(module) = self.world.file_of(module)
                    {
                        note(module, ir.str(name));
                    }
                }
                _ => {}
            }
        }
    }

    /// The module that an expression stands for, by names alone.
    fn module_behind(&self, file: FileId, node: ValueId, depth: u32) -> Option<FileId> {
        let module = self.module_of(file, node, depth)?;
        self.world.file_of(module)
    }

    fn module_of(&self, file: FileId, node: ValueId, depth: u32) -> Option<crate::world::Module> {
        let depth = depth.checked_sub(1)?;
        let ir = self.world.ir(file);
        match ir.value(ir.bare(node)) {
            Value::Import { module, name, level } => {
                let Imported::Module(target) = self.world.import(file, ir.str(module), level)
                else {
                    return None;
                };
                match name {
                    None => Some(target),
                    Some(name) => self.world.submodule(target, ir.str(name)),
                }
            }
            Value::Attr { of, name } => {
                let module = self.module_of(file, of, depth)?;
                self.world.submodule(module, ir.str(name))
            }
            Value::Global { name, .. } | Value::Capture { name, .. } => {
                let binding = ir.binding(FileIr::module(), name)?;
                self.module_of(file, binding.value, depth)
            }
            _ => None,
        }
    }
}

/// Whether a name is bound that has this value; `None` where that is not decided.
fn bound(value: &Abstract) -> Option<bool> {
    let is_missing =
        |value: &Abstract| matches!(value, Abstract::Unknown(Reason::Raises("NameError")));
    match value {
        value if is_missing(value) => Some(false),
        Abstract::Choice(choice)
            if choice.alternatives.iter().any(|a| is_missing(&a.value.value)) =>
        {
            None
        }
        _ => Some(true),
    }
}
