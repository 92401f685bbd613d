//! All names of a module or class at once: `vars(module)`, `dir(Class)`; and modules and objects by a
//! name that is computed.

use std::sync::Arc;

use bartizan_ir::{EffectKind, FileIr, Layer, Value, ValueId};
use rustc_hash::FxHashSet;

use crate::FileId;
use crate::analysis::Region;
use crate::calls::Args;
use crate::domain::{Abstract, Closure, Evaluated, Symbol};
use crate::reason::Reason;
use crate::session::{Act, Session};
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

/// Names with their values; and why there may be others.
pub(crate) type NamesHere = (Vec<(String, Evaluated)>, Option<Reason>);

impl Session<'_> {
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
        crate::parts::over(&name, site, &mut |name| {
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
            Abstract::Ref(Symbol::External(name)) if &**name == "builtins.object" => {
                let unknown = Abstract::Unknown(Reason::NotFollowed("this name"));
                let names = OF_OBJECTS.iter().filter(|name| !OF_BODIES.contains(name));
                let names =
                    names.map(|name| ((*name).to_owned(), self.made(at, id, unknown.clone())));
                Ok(names.collect())
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
            Abstract::Ref(Symbol::Class(file, class, _))
                if self.world.has_metaclass(*file, *class) =>
            {
                Err(Reason::NotFollowed("all that a class holds"))
            }
            Abstract::Ref(Symbol::Class(file, class, _)) => {
                let names = self.world.names_of_class(*file, *class);
                names.map(|mut names| {
                    names.extend(OF_BODIES.iter().chain(OF_OBJECTS).map(|name| (*name).to_owned()));
                    names
                })
            }
            // An object that holds nothing itself has the names of its class.
            Abstract::Apply(made) if self.outside.is_none() => match &made.symbol {
                Symbol::Class(file, class, _)
                    if !self.world.stores_anything(*file, *class)
                        && !self.world.has_metaclass(*file, *class)
                        && self.world.member(*file, *class, "__dir__").is_none() =>
                {
                    let names = self.world.names_of_class(*file, *class);
                    names.map(|mut names| {
                        names.extend(
                            OF_BODIES.iter().chain(OF_OBJECTS).map(|name| (*name).to_owned()),
                        );
                        names
                    })
                }
                _ => return None,
            },
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
        if self.outside.is_none() && self.stands_at(at, id, file).is_some() {
            return Err(Reason::NotFollowed("a module in the midst of its import"));
        }
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
            for name in self.names_of_layer(root, layer, depth)? {
                if seen.insert((*name).to_owned()) {
                    names.push((*name).to_owned());
                }
            }
        }
        Ok(())
    }

    /// The names that module code writes into its own namespace, what stars bring aside, as far as they
    /// are known.
    pub(crate) fn names_worked_out(&mut self, file: FileId) -> Vec<String> {
        let ir = self.world.ir(file);
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let mut names = Vec::new();
        for layer in &ir.layers[ir.function(FileIr::module()).layers] {
            if matches!(ir.value(layer.value), Value::Star { .. }) {
                continue;
            }
            let found = self.names_of_layer(root, layer, DEEPEST).unwrap_or_default();
            names.extend(found.into_iter().map(|name| (*name).to_owned()));
            if names.len() > MOST_NAMES {
                break;
            }
        }
        names
    }

    /// The names that a layer may bind.
    fn names_of_layer(
        &mut self,
        root: Act,
        layer: &Layer,
        depth: u32,
    ) -> Result<Vec<Arc<str>>, Reason> {
        let ir = self.ir(root);
        // What loops write is told by their rounds.
        if !matches!(ir.value(layer.value), Value::NamespaceRounds(_) | Value::Star { .. })
            && self.loop_that_is_over(root, layer.path).is_some()
        {
            return Ok(Vec::new());
        }
        match ir.value(layer.value) {
            Value::Star { module, level } => {
                let file = self.frame_of(root).file;
                match self.world.import(file, ir.str(module), level) {
                    Imported::Module(target) => {
                        let Some(target) = self.world.file_of(target) else {
                            return Ok(Vec::new());
                        };
                        let mut more = Vec::new();
                        self.names_of(target, depth, &mut more, &mut FxHashSet::default())?;
                        let mut offered = Vec::with_capacity(more.len());
                        for name in more {
                            if self.offers(target, &name)? {
                                offered.push(Arc::from(name));
                            }
                        }
                        Ok(offered)
                    }
                    Imported::Missing => Ok(Vec::new()),
                    Imported::External(module) if self.is_left_to_each_machine(&module) => {
                        Ok(Vec::new())
                    }
                    Imported::External(module) => Err(Reason::External(module)),
                }
            }
            // A loop inside another is a part of its rounds.
            Value::NamespaceRounds(of) => match self.analysis(root).around(Region::Loop(of)) {
                None => self.names_left_by_rounds(root, of),
                Some(_) => Ok(Vec::new()),
            },
            Value::NamespaceSet { key, .. } => {
                let key = self.eval(root, key);
                match key.value.as_str() {
                    Some(name) => Ok(vec![Arc::from(name)]),
                    None => Err(crate::format::reason_of(&key.value)),
                }
            }
            Value::NamespaceUpdate(mapping) => {
                let mapping = self.eval(root, mapping);
                let pairs = crate::mutate::pairs(&mapping)?;
                let names = pairs.iter().map(|(key, _)| key.value.as_str().map(Arc::from));
                names.collect::<Option<_>>().ok_or(Reason::Part)
            }
            Value::NamespaceUnknown(call) => match self.name_set_by(root, call) {
                None => Ok(Vec::new()),
                Some(Ok(name)) => Ok(vec![name]),
                Some(Err(reason)) => match self.handed(root, call) {
                    Some(handed) => match &*handed {
                        Ok(changed) => Ok(changed.keys().cloned().collect()),
                        Err(reason) => Err(reason.clone()),
                    },
                    None => Err(reason),
                },
            },
            _ => Ok(Vec::new()),
        }
    }

    /// All names that module code finds bound where it asks for them, in the order in which they were
    /// bound first; and why there may be others. `None` where it does not ask for them.
    pub(crate) fn names_here(&mut self, at: Act, asked: ValueId) -> Option<NamesHere> {
        let ir = self.ir(at);
        let place = ir.namespaces.binary_search_by_key(&asked, |(asked, _)| *asked).ok()?;
        let held = ir.namespaces[place].1;
        let file = self.frame_of(at).file;
        let stores = &ir.bindings[ir.function(FileIr::module()).stores];
        let mut found: Vec<(u32, String, Evaluated)> = Vec::new();
        let mut open = None;
        let mut seen: FxHashSet<String> = FxHashSet::default();
        for binding in &ir.bindings[held] {
            let name = ir.str(binding.name);
            seen.insert(name.to_owned());
            let value = self.eval(at, binding.value);
            // What is not known of a name that was written to may be whether it is there.
            let is_doubtful = matches!(ir.value(binding.value), Value::Global { .. });
            match bound(&value.value) {
                Some(true) if is_doubtful && doubt_in(&value.value).is_some() => {
                    open = doubt_in(&value.value);
                }
                Some(true) => {
                    let first = stores.iter().find(|store| store.name == binding.name);
                    let start = first.map_or(binding.span.start, |store| store.span.start);
                    found.push((start, name.to_owned(), value));
                }
                Some(false) => {}
                None => open = Some(Reason::Undecided),
            }
        }
        let layers = &ir.layers[ir.function(FileIr::module()).layers];
        let layers = &layers[..layers.partition_point(|layer| layer.value < asked)];
        for layer in layers {
            match self.names_of_layer(at, layer, DEEPEST) {
                Err(reason) => open = Some(reason),
                Ok(names) => {
                    for name in names {
                        if !seen.insert((*name).to_owned()) {
                            continue;
                        }
                        let value = self.through_layers(at, asked, &name, layers);
                        match value.as_ref().map(|value| bound(&value.value)) {
                            None | Some(Some(false)) => {}
                            Some(None) => open = Some(Reason::Undecided),
                            Some(Some(true))
                                if value
                                    .as_ref()
                                    .is_some_and(|it| doubt_in(&it.value).is_some()) =>
                            {
                                open = value.and_then(|value| doubt_in(&value.value));
                            }
                            Some(Some(true)) => {
                                let start = ir.span(layer.value).start;
                                found.extend(value.map(|value| (start, (*name).to_owned(), value)));
                            }
                        }
                    }
                }
            }
            if found.len() > MOST_NAMES {
                return Some((Vec::new(), Some(Reason::TooLarge)));
            }
        }
        // A package has the modules below it for attributes, once they are imported.
        if self.world.path(file).ends_with("__init__.py") {
            let package = self.world.module(file);
            for other in self.files_of_timeline() {
                let below = self.world.module(other);
                let Some(name) = self
                    .world
                    .dotted(below)
                    .strip_prefix(self.world.dotted(package))
                    .and_then(|rest| rest.strip_prefix('.'))
                    .filter(|name| !name.contains('.'))
                else {
                    continue;
                };
                if seen.insert(name.to_owned()) {
                    found.push((0, name.to_owned(), self.module(at, asked, below)));
                }
            }
        }
        found.sort_by_key(|(start, ..)| *start);
        let of_modules = OF_MODULES.iter().map(|name| {
            let value = match *name {
                "__name__" => Abstract::str(self.world.module_name(file)),
                _ => Abstract::Unknown(Reason::NotFollowed("this name")),
            };
            ((*name).to_owned(), self.made(at, asked, value))
        });
        let mut all: Vec<(String, Evaluated)> = of_modules.collect();
        all.extend(found.into_iter().map(|(_, name, value)| (name, value)));
        Some((all, open))
    }

    /// `globals()` in module code that uses all names at once.
    pub(crate) fn namespace_here(&mut self, at: Act, asked: ValueId) -> Option<Abstract> {
        let (names, open) = self.names_here(at, asked)?;
        let key = |name: String| self.made(at, asked, Abstract::str(name));
        let entries = names.into_iter().map(|(name, value)| (key(name), value)).collect();
        let object = self.fresh(at);
        Some(Abstract::map(entries, open, object))
    }

    /// `dir()` in module code.
    pub(crate) fn directory_here(&mut self, at: Act, asked: ValueId) -> Option<Abstract> {
        let (names, open) = self.names_here(at, asked)?;
        let mut names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        let names = names.into_iter().map(|name| self.made(at, asked, Abstract::str(name)));
        let names = names.collect();
        let object = self.fresh(at);
        Some(Abstract::seq(crate::domain::SeqKind::List, names, open, object))
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
    pub(crate) fn module_has(
        &mut self,
        at: Act,
        id: ValueId,
        file: FileId,
        name: &str,
    ) -> Result<bool, Reason> {
        let ir = self.world.ir(file);
        let binds = |name: &str| {
            ir.strings.find(name).is_some_and(|it| ir.binding(FileIr::module(), it).is_some())
        };
        let found = match self.in_its_midst(at, id, file, name) {
            Some(found) => found,
            None => self.module_attribute(file, name),
        };
        match found {
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
}

/// Why it is not known, on some way at least, what a name holds.
fn doubt_in(value: &Abstract) -> Option<Reason> {
    match value {
        Abstract::Choice(choice) => {
            choice.alternatives.iter().find_map(|way| doubt_in(&way.value.value))
        }
        _ => value.unknown().cloned(),
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
