//! The modules of the project that an expression may stand for, by names alone.

use bartizan_base::Sym;
use bartizan_ir::{FileIr, Part, Value, ValueId};
use bartizan_project::Entity;
use rustc_hash::FxHashSet;

use crate::FileId;
use crate::world::{Imported, World};

/// Expressions that stand for modules are followed so deep.
pub(super) const DEEPEST: u32 = 12;

/// Files beyond those that run as the settings are loaded that are looked at, because functions import
/// them.
const MOST_LATER: usize = 16;

impl World<'_> {
    /// Adds the files that functions of these import when they are called.
    pub(super) fn add_imported_later(&self, files: &mut Vec<FileId>) {
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
    pub(super) fn modules_behind(
        &self,
        file: FileId,
        node: ValueId,
        depth: u32,
        found: &mut Vec<FileId>,
    ) {
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
    pub(super) fn namespaces_behind(&self, file: FileId, node: ValueId, found: &mut Vec<FileId>) {
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

    pub(super) fn value_behind(&self, file: FileId, node: ValueId) -> (FileId, ValueId) {
        let node = self.ir(file).bare(node);
        match self.definition(file, node) {
            Entity::Value(file, node) => (file, node),
            _ => (file, node),
        }
    }
}

/// Whether a node may be a module or the namespace of one, by the names in it.
pub(super) fn may_be_module(
    ir: &FileIr,
    node: ValueId,
    names: &FxHashSet<Sym>,
    depth: u32,
) -> bool {
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
