//! The search for what files change of each other: stores on modules, names that escape, replaced
//! functions.

use bartizan_base::Sym;
use bartizan_ir::{EffectKind, FileIr, FunctionId, Mutator, Value, ValueId};
use bartizan_project::Entity;
use rustc_hash::FxHashSet;

use super::modules::{DEEPEST, may_be_module};
use super::{ANY_NAME, Meddled};
use crate::FileId;
use crate::analysis::operands;
use crate::builtins::keeps_arguments;
use crate::world::{Imported, World};

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

/// Looks for what files change of each other.
pub(super) struct Search<'s, 'p> {
    pub(super) world: &'s World<'p>,
    /// Whether all that may happen is looked for, and not plain stores alone.
    pub(super) is_whole: bool,
    /// Whether some code stores attributes on objects of which nobody knows what they are.
    pub(super) is_loose: bool,
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
    pub(super) fn stores_on_anything(&self, file: FileId) -> bool {
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
    pub(super) fn stores(&self, file: FileId, is_layer: bool, found: &mut Meddled) {
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
                            found.sets_anywhere |=
                                self.is_whole && self.is_module_told_later(file, object.value);
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

    /// Whether an object is a module of which only the caller knows the name: `sys.modules[name]`.
    fn is_module_told_later(&self, file: FileId, object: ValueId) -> bool {
        let ir = self.world.ir(file);
        let is_told = |name: ValueId| match ir.value(ir.bare(name)) {
            Value::Str(_) => true,
            Value::Global { name, .. } => ir.str(name) == "__name__",
            _ => false,
        };
        // In a loop, the variable that holds it may be another's by then, as far as the graph knows.
        let mut object = ir.bare(object);
        for _ in 0..8 {
            let Value::Mu { init, .. } = ir.value(object) else { break };
            object = ir.bare(init);
        }
        match ir.value(object) {
            Value::Index { of, key } => {
                self.world.external(file, of) == Some("sys.modules") && !is_told(key)
            }
            Value::Call { callee, args } => {
                self.world.external(file, callee) == Some("importlib.import_module")
                    && ir.args[args].first().is_some_and(|name| !is_told(name.value))
            }
            _ => false,
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
    pub(super) fn escapes(&self, file: FileId, found: &mut Meddled) {
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
    pub(super) fn writers(&self, files: &[FileId], found: &mut Meddled) {
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
