//! What code of one module changes of another: attributes that it stores there, functions of that
//! module that it calls and that write, modules and their namespaces that it hands to others.

use std::sync::Arc;

use bartizan_base::Sym;
use bartizan_ir::{EffectKind, FileIr, FunctionId, Mutator, Part, Value, ValueId};
use bartizan_project::Entity;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::FileId;
use crate::analysis::operands;
use crate::builtins::keeps_arguments;
use crate::domain::{Abstract, Evaluated};
use crate::parts::opened;
use crate::reason::Reason;
use crate::session::Session;
use crate::world::{Imported, World};

/// Stands for every name that a module may hold.
const ANY_NAME: &str = "*";

/// Expressions that stand for modules are followed so deep.
const DEEPEST: u32 = 12;

/// Files beyond those that run as the settings are loaded that are looked at, because functions import
/// them.
const MOST_LATER: usize = 16;

/// Nodes that a value is made of which are looked at.
const MOST_NODES: usize = 2_000;

/// Words by which code reaches for the namespace of whoever called it.
const OF_CALLERS: &[&str] = &["f_globals", "f_locals", "__globals__"];

/// Methods and functions that only read a module, or its namespace, that they are given.
const READ_BY_METHOD: &[&str] = &[
    "update",
    "format",
    "format_map",
    "join",
    "getmembers",
    "ismodule",
    "getsource",
    "getfile",
    "copy",
    "deepcopy",
    "debug",
    "info",
    "warning",
    "error",
];

/// What the files that are loaded for the settings change of each other, and of what lies outside.
#[derive(Debug, Default)]
pub(crate) struct Meddled {
    names: FxHashMap<FileId, FxHashSet<String>>,
    /// `builtins.len`, `os.getenv`
    outside: FxHashSet<String>,
    /// Attributes that are stored on classes, or on what may be one.
    attributes: FxHashSet<String>,
    /// The settings and the files of which they take over all names.
    layers: Vec<FileId>,
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
                // What texts are made of is put together as the code is read.
                Value::Text { .. } => return true,
                Value::Str(text) => {
                    let text = ir.str(text);
                    let is_part = |part: &ValueId| match ir.value(ir.bare(*part)) {
                        Value::Str(part) => {
                            let part = ir.str(part);
                            !part.is_empty() && text != part && text.contains(part)
                        }
                        _ => false,
                    };
                    if changed.iter().any(is_part) {
                        return true;
                    }
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
            let (mut files, layers) = self.files_that_run(root);
            // What answers for a framework, such as for a URLconf, runs the code of the whole project:
            // there plain stores are all that is looked for.
            let is_whole = self.outside.is_none();
            let running = files.len();
            if is_whole {
                self.world.add_imported_later(&mut files);
            }
            let search = Search { world: self.world, is_whole, is_loose: false };
            let is_loose = is_whole && files.iter().any(|file| search.stores_on_anything(*file));
            let search = Search { is_loose, ..search };
            let mut found = Meddled::default();
            for (place, file) in files.iter().enumerate() {
                search.stores(*file, layers.contains(file), &mut found);
                if is_whole && place < running {
                    search.escapes(*file, &mut found);
                }
            }
            if is_whole {
                search.writers(&files, &mut found);
            } else {
                found.attributes.clear();
                found.outside.clear();
            }
            // The namespace of whoever calls.
            let reaches = |file: &FileId| {
                let ir = self.world.ir(*file);
                OF_CALLERS.iter().any(|word| ir.strings.find(word).is_some())
            };
            if is_whole && files.iter().any(reaches) {
                files.iter().for_each(|file| found.note(*file, ANY_NAME));
            }
            found.layers = layers.into_iter().collect();
            found.layers.sort_unstable();
            self.meddled = Some(Arc::new(found));
        }
        self.meddled.clone().filter(|found| !found.is_empty())
    }
}

impl World<'_> {
    /// Adds the files that functions of these import when they are called.
    fn add_imported_later(&self, files: &mut Vec<FileId>) {
        let mut known: FxHashSet<FileId> = files.iter().copied().collect();
        let most = known.len() + MOST_LATER;
        for file in files.clone() {
            let ir = self.ir(file);
            for value in &ir.values {
                let Value::Import { module, name, level } = *value else { continue };
                let Imported::Module(target) = self.import(file, ir.str(module), level) else {
                    continue;
                };
                let below = name.and_then(|name| self.submodule(target, ir.str(name)));
                for file in [Some(target), below].into_iter().flatten() {
                    if let Some(file) = self.file_of(file)
                        && known.len() < most
                        && known.insert(file)
                    {
                        files.push(file);
                    }
                }
            }
        }
    }

    /// The modules of the project that an expression stands for, by names alone.
    fn modules_behind(&self, file: FileId, node: ValueId, depth: u32, found: &mut Vec<FileId>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let ir = self.ir(file);
        let node = ir.bare(node);
        match ir.value(node) {
            Value::Gamma { then, otherwise, .. } => {
                self.modules_behind(file, then, depth, found);
                self.modules_behind(file, otherwise, depth, found);
            }
            Value::Mu { init, back, .. } => {
                self.modules_behind(file, init, depth, found);
                self.modules_behind(file, back, depth.min(2), found);
            }
            Value::Join { ways, .. } => {
                for way in &ir.ways[ways] {
                    self.modules_behind(file, way.value, depth, found);
                }
            }
            Value::Logic { values, .. } => {
                for value in &ir.ids[values] {
                    self.modules_behind(file, *value, depth, found);
                }
            }
            Value::Capture { name, owner } => {
                for store in &ir.bindings[ir.function(owner).stores] {
                    if store.name == name {
                        self.modules_behind(file, store.value, depth, found);
                    }
                }
            }
            // `for module in (base, mail):`
            Value::Elem { of, which: Part::Each | Part::At(_) } => {
                let (file, of) = self.value_behind(file, of);
                let ir = self.ir(file);
                if let Value::List(items) | Value::Tuple(items) = ir.value(ir.bare(of)) {
                    for item in &ir.items[items] {
                        self.modules_behind(file, item.value, depth, found);
                    }
                }
            }
            Value::Call { callee, args } => {
                let name = ir.args[args].first().map(|arg| ir.value(ir.bare(arg.value)));
                if let Some(Value::Str(name)) = name
                    && self.external(file, callee) == Some("importlib.import_module")
                {
                    let name = ir.str(name);
                    let level = name.bytes().take_while(|byte| *byte == b'.').count();
                    if let Imported::Module(module) =
                        self.import(file, &name[level..], level as u32)
                    {
                        found.extend(self.file_of(module));
                    }
                }
            }
            Value::Index { of, key } if self.external(file, of) == Some("sys.modules") => {
                match ir.value(ir.bare(key)) {
                    Value::Str(name) => {
                        let module = self.module_named(ir.str(name));
                        found.extend(module.and_then(|module| self.file_of(module)));
                    }
                    Value::Global { name, .. } if ir.str(name) == "__name__" => found.push(file),
                    _ => {}
                }
            }
            _ => match self.definition(file, node) {
                Entity::Module(module) => found.extend(self.file_of(module)),
                Entity::Value(other, value) if (other, value) != (file, node) => {
                    self.modules_behind(other, value, depth, found);
                }
                _ => {}
            },
        }
    }

    /// The same of a namespace: `vars(module)`, `module.__dict__`.
    fn namespaces_behind(&self, file: FileId, node: ValueId, found: &mut Vec<FileId>) {
        let (file, node) = self.value_behind(file, node);
        let ir = self.ir(file);
        match ir.value(ir.bare(node)) {
            Value::Attr { of, name } if ir.str(name) == "__dict__" => {
                self.modules_behind(file, of, DEEPEST, found);
            }
            Value::Call { callee, args } => {
                if let Value::Global { name, .. } = ir.value(ir.bare(callee))
                    && ir.str(name) == "vars"
                    && let [of] = &ir.args[args]
                {
                    self.modules_behind(file, of.value, DEEPEST, found);
                }
            }
            _ => {}
        }
    }

    fn value_behind(&self, file: FileId, node: ValueId) -> (FileId, ValueId) {
        let node = self.ir(file).bare(node);
        match self.definition(file, node) {
            Entity::Value(file, node) => (file, node),
            _ => (file, node),
        }
    }
}

/// Looks for what files change of each other.
struct Search<'s, 'p> {
    world: &'s World<'p>,
    /// Whether all that may happen is looked for, and not plain stores alone.
    is_whole: bool,
    /// Whether some code stores attributes on objects of which nobody knows what they are.
    is_loose: bool,
}

impl Search<'_, '_> {
    fn modules(&self, file: FileId, node: ValueId) -> Vec<FileId> {
        let mut found = Vec::new();
        self.world.modules_behind(file, node, DEEPEST, &mut found);
        found
    }

    fn namespaces(&self, file: FileId, node: ValueId) -> Vec<FileId> {
        let mut found = Vec::new();
        self.world.namespaces_behind(file, node, &mut found);
        found
    }

    /// Whether a file stores attributes on objects that might be modules.
    fn stores_on_anything(&self, file: FileId) -> bool {
        let ir = self.world.ir(file);
        let may_be_module = |of: FunctionId, object: ValueId| match ir.value(ir.bare(object)) {
            // `self`
            Value::Param(0) if ir.function(of).class.is_some() => false,
            Value::Call { callee, .. } => !matches!(
                self.world.definition(file, callee),
                Entity::Class(..) | Entity::External(_)
            ),
            Value::Function(_) | Value::Class(_) | Value::Decorated { .. } => false,
            _ => {
                let object = ir.bare(object);
                self.modules(file, object).is_empty()
                    && !matches!(
                        self.world.definition(file, object),
                        Entity::Class(..) | Entity::External(_) | Entity::Function(..)
                    )
            }
        };
        let stores = ir.functions().any(|(id, function)| {
            ir.effects[function.effects].iter().any(|effect| match effect.kind {
                EffectKind::StoreAttr { object, .. } => may_be_module(id, object),
                _ => false,
            })
        });
        stores
            || ["setattr", "delattr", "__setattr__", "__dict__"]
                .iter()
                .any(|word| ir.strings.find(word).is_some())
    }

    /// What code of a file stores in modules, and changes there.
    fn stores(&self, file: FileId, is_layer: bool, found: &mut Meddled) {
        let ir = self.world.ir(file);
        for (id, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::StoreAttr { object, name, .. } => {
                        if self.is_whole && self.may_be_class(file, id, object) {
                            found.attributes.insert(ir.str(name).to_owned());
                        }
                        // A module that sets its own names in its own code has layers for it.
                        let is_layer = |module: FileId| {
                            module == file
                                && id == FileIr::module()
                                && !matches!(self.world.definition(file, object), Entity::Module(_))
                        };
                        for module in self.modules(file, object) {
                            if !is_layer(module) {
                                found.note(module, ir.str(name));
                            }
                        }
                        self.replaced(file, object, ir.str(name), found);
                    }
                    EffectKind::Delete(target) => {
                        if let Value::Attr { of, name } = ir.value(ir.bare(target)) {
                            for module in self.modules(file, of) {
                                found.note(module, ir.str(name));
                            }
                        }
                    }
                    // `setattr(module, name, value)`
                    EffectKind::Call(call) => {
                        if let Value::Call { callee, args } = ir.value(call)
                            && let Value::Global { name, .. } = ir.value(ir.bare(callee))
                            && matches!(ir.str(name), "setattr" | "delattr")
                            && let [object, name, ..] = &ir.args[args]
                        {
                            let name = match ir.value(ir.bare(name.value)) {
                                Value::Str(name) => ir.str(name),
                                _ => ANY_NAME,
                            };
                            if self.is_whole && self.may_be_class(file, id, object.value) {
                                found.attributes.insert(name.to_owned());
                            }
                            for module in self.modules(file, object.value) {
                                // A module that sets its own names in its own code has layers for it.
                                let is_own =
                                    module == file && ir.stretch(call).function == FileIr::module();
                                if !is_own {
                                    found.note(module, name);
                                }
                            }
                            self.replaced(file, object.value, name, found);
                        }
                    }
                    _ => {}
                }
            }
        }
        for mutation in &ir.mutations {
            if mutation.op == Mutator::Escape {
                continue;
            }
            let mut receiver = ir.bare(mutation.receiver);
            for _ in 0..64 {
                let Value::Mutate(inner) = ir.value(receiver) else { break };
                receiver = ir.bare(ir.mutation(inner).receiver);
            }
            for module in self.namespaces(file, receiver) {
                if module != file {
                    found.note(module, ANY_NAME);
                }
            }
            match ir.value(receiver) {
                // Another module is put in the place of one, as the file is loaded.
                _ if self.world.external(file, receiver) == Some("sys.modules") => {
                    let key = ir.args[mutation.args].first();
                    let key = key.filter(|key| ir.stretch(key.value).function == FileIr::module());
                    if let Some(Value::Str(name)) = key.map(|key| ir.value(ir.bare(key.value)))
                        && let Some(module) = self.world.module_named(ir.str(name))
                        && let Some(module) = self.world.file_of(module)
                    {
                        found.note(module, ANY_NAME);
                    }
                }
                Value::Attr { of, name } => {
                    for module in self.modules(file, of) {
                        if module != file {
                            found.note(module, ir.str(name));
                        }
                    }
                }
                // What a layer changes of what it has taken from another, it has changed for itself.
                Value::Import { module, name: Some(name), level } if !is_layer => {
                    if let Imported::Module(module) = self.world.import(file, ir.str(module), level)
                        && let Some(module) = self.world.file_of(module)
                    {
                        found.note(module, ir.str(name));
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the object on which code stores an attribute may be a class: no instance of the class
    /// whose method it is, and no module.
    fn may_be_class(&self, file: FileId, function: FunctionId, object: ValueId) -> bool {
        let ir = self.world.ir(file);
        let record = ir.function(function);
        let object = ir.bare(object);
        match ir.value(object) {
            Value::Param(0) if record.class.is_some() => {
                // `cls`
                !ir.ids[record.decorators].is_empty()
                    || matches!(
                        ir.str(record.name),
                        "__init_subclass__" | "__new__" | "__set_name__" | "__class_getitem__"
                    )
            }
            Value::Index { of, .. } if self.world.external(file, of) == Some("sys.modules") => {
                false
            }
            // An object that was just made.
            Value::Call { callee, .. } => {
                !matches!(self.world.definition(file, callee), Entity::Class(..))
            }
            _ => {
                self.modules(file, object).is_empty()
                    && !matches!(self.world.definition(file, object), Entity::External(_))
            }
        }
    }

    /// `builtins.len = …`
    fn replaced(&self, file: FileId, object: ValueId, name: &str, found: &mut Meddled) {
        if self.is_whole
            && let Some(module) = self.world.external(file, object)
            && !matches!(module, "os.environ" | "django.conf.settings")
        {
            found.outside.insert(format!("{module}.{name}"));
        }
    }

    /// The modules and namespaces that code of a file hands to code that may do anything with them.
    fn escapes(&self, file: FileId, found: &mut Meddled) {
        let ir = self.world.ir(file);
        let modules_by_name = self.names_of_modules(file);
        let mut escape = |node: ValueId, is_read: bool| {
            if !may_be_module(ir, node, &modules_by_name, 8) {
                return;
            }
            let mut modules = self.namespaces(file, node);
            // Where nobody stores on what he does not know, functions of the project are harmless.
            if !is_read || self.is_loose {
                modules.extend(self.modules(file, node));
            }
            for module in modules {
                found.note(module, ANY_NAME);
            }
        };
        for value in &ir.values {
            match *value {
                Value::Call { callee, args } => {
                    if !self.only_reads(file, callee) {
                        let is_own =
                            matches!(self.world.definition(file, callee), Entity::Function(..));
                        ir.args[args].iter().for_each(|arg| escape(arg.value, is_own));
                    }
                }
                // What only passes them on is looked through where it is used.
                Value::Attr { .. }
                | Value::Index { .. }
                | Value::Compare { .. }
                | Value::Gamma { .. }
                | Value::Join { .. }
                | Value::Logic { .. }
                | Value::Mu { .. }
                | Value::Pi { .. }
                | Value::Unary { .. }
                | Value::Elem { .. }
                | Value::Text { .. }
                | Value::Mutate(_)
                | Value::NamespaceUpdate(_)
                | Value::Global { .. } => {}
                other => operands(ir, other, &mut |operand| escape(operand, true)),
            }
        }
        let mut escapes = |node: ValueId| escape(node, true);
        if !self.is_loose {
            return;
        }
        for (_, function) in ir.functions() {
            for param in &ir.params[function.params] {
                param.default.into_iter().for_each(&mut escapes);
            }
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::Return(Some(value))
                    | EffectKind::StoreAttr { value, .. }
                    | EffectKind::StoreGlobal { value, .. } => escapes(value),
                    _ => {}
                }
            }
        }
        for (_, class) in ir.classes() {
            for store in &ir.bindings[ir.function(class.body).stores] {
                escapes(store.value);
            }
        }
    }

    /// The names of a file that may stand for modules.
    fn names_of_modules(&self, file: FileId) -> FxHashSet<Sym> {
        let ir = self.world.ir(file);
        let mut names = FxHashSet::default();
        for _ in 0..4 {
            let known = names.len();
            for (_, function) in ir.functions() {
                for store in &ir.bindings[function.stores] {
                    if !names.contains(&store.name) && may_be_module(ir, store.value, &names, 8) {
                        names.insert(store.name);
                    }
                }
            }
            if names.len() == known {
                break;
            }
        }
        names
    }

    /// Whether a call leaves modules and namespaces alone that it is given.
    fn only_reads(&self, file: FileId, callee: ValueId) -> bool {
        let ir = self.world.ir(file);
        match ir.value(ir.bare(callee)) {
            // What these set is looked for elsewhere.
            Value::Global { name, .. } => {
                let name = ir.str(name);
                keeps_arguments(name) || matches!(name, "dir" | "vars" | "setattr" | "delattr")
            }
            Value::Attr { name, .. } if READ_BY_METHOD.contains(&ir.str(name)) => true,
            // Packages read what they are given, but for those whose trade is another.
            _ => self.world.external(file, callee).is_some_and(|name| {
                !matches!(name, "importlib.reload" | "imp.reload")
                    && !name.starts_with("builtins.")
                    && !name.contains("mock")
            }),
        }
    }

    /// Functions that write names of their own module, where another one speaks of them.
    fn writers(&self, files: &[FileId], found: &mut Meddled) {
        for file in files {
            let ir = self.world.ir(*file);
            let is_named = |writer: &bartizan_base::Sym| {
                let writer = ir.str(*writer);
                writer == "__getattr__"
                    || files.iter().any(|other| {
                        other != file && self.world.ir(*other).strings.find(writer).is_some()
                    })
            };
            if !ir.names[ir.writers].iter().any(is_named) {
                continue;
            }
            match &ir.written {
                Some(names) => {
                    ir.names[*names].iter().for_each(|name| found.note(*file, ir.str(*name)));
                }
                None => found.note(*file, ANY_NAME),
            }
        }
    }
}

/// Whether a node may be a module or the namespace of one, by the names in it.
fn may_be_module(ir: &FileIr, node: ValueId, names: &FxHashSet<Sym>, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let below = |node: ValueId| may_be_module(ir, node, names, depth);
    match ir.value(ir.bare(node)) {
        Value::Import { .. } => true,
        Value::Global { name, .. } | Value::Capture { name, .. } => names.contains(&name),
        Value::Attr { of, .. } | Value::Index { of, .. } | Value::Elem { of, .. } => below(of),
        // `vars(module)`, `import_module("shop.base")`
        Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
            Value::Global { name, .. } if ir.str(name) == "vars" => {
                ir.args[args].first().is_some_and(|arg| below(arg.value))
            }
            Value::Import { name: Some(name), .. } | Value::Attr { name, .. } => {
                ir.str(name) == "import_module"
            }
            _ => false,
        },
        Value::Gamma { then, otherwise, .. } => below(then) || below(otherwise),
        Value::Join { ways, .. } => ir.ways[ways].iter().any(|way| below(way.value)),
        Value::Logic { values, .. } => ir.ids[values].iter().any(|value| below(*value)),
        Value::Mu { init, .. } => below(init),
        Value::List(items) | Value::Tuple(items) => {
            ir.items[items].iter().any(|item| below(item.value))
        }
        _ => false,
    }
}
