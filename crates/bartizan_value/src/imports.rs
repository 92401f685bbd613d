//! Imports, and what modules have for attributes.

use bartizan_base::Sym;
use bartizan_ir::{FileIr, Value, ValueId};

use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Evaluated, Symbol};
use crate::parts::opened;
use crate::reason::Reason;
use crate::session::{Act, Session};
use crate::world::Imported;

impl Session<'_> {
    pub(crate) fn import(
        &mut self,
        at: Act,
        id: ValueId,
        module: Sym,
        name: Option<Sym>,
        level: u32,
    ) -> Evaluated {
        let ir = self.ir(at);
        let file = self.frame_of(at).file;
        let target = self.world.import(file, ir.str(module), level);
        match (target, name) {
            (Imported::Module(target), None) => self.module(at, id, target),
            (Imported::Module(target), Some(name)) => {
                let name = ir.str(name);
                let value = self.module_member(at, id, target, name);
                if value.value.is_mutable()
                    && (self.is_changed_by_starred(file, target, name, 8)
                        || self.is_changed_beside(file, id, target, name))
                {
                    return opened(&value, &Reason::Changed);
                }
                match self.world.file_of(target) {
                    Some(target) => self.unless_changed_by_layer(at, target, value),
                    None => value,
                }
            }
            (Imported::External(module), None) => self.made(at, id, Abstract::external(module)),
            (Imported::External(module), Some(name)) => {
                let dotted = format!("{module}.{}", ir.str(name));
                self.made(at, id, self.named_outside(at, id, &dotted))
            }
            (Imported::Missing, _) => self.unknown(at, id, Reason::Raises("ImportError")),
        }
    }

    /// Whether a module of which the file takes over all names changes what another one binds: they
    /// hold the same container.
    fn is_changed_by_starred(
        &self,
        file: FileId,
        of: crate::world::Module,
        name: &str,
        depth: u32,
    ) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        self.modules_starred(file).any(|target| {
            let Some(starred) = self.world.file_of(target).filter(|it| *it != file) else {
                return false;
            };
            if target == of {
                return false;
            }
            let changes =
                self.world.ir(starred).strings.find(name).is_some_and(|name| {
                    !self.world.analysis(starred).layered_changes(name).is_empty()
                });
            changes || self.is_changed_by_starred(starred, of, name, depth)
        })
    }

    /// The modules of the project of which a file takes over all names.
    fn modules_starred(&self, file: FileId) -> impl Iterator<Item = crate::world::Module> + '_ {
        let ir = self.world.ir(file);
        let layers = ir.layers[ir.function(FileIr::module()).layers].iter();
        layers.filter_map(move |layer| match ir.value(layer.value) {
            Value::Star { module, level } => self.own_module(file, module, level),
            _ => None,
        })
    }

    /// The module of the project that an import of a file names.
    fn own_module(&self, file: FileId, module: Sym, level: u32) -> Option<crate::world::Module> {
        match self.world.import(file, self.world.ir(file).str(module), level) {
            Imported::Module(module) => Some(module),
            _ => None,
        }
    }

    /// Whether a file takes over all names of a module, itself or by way of others.
    fn takes_over(&self, file: FileId, of: crate::world::Module, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        self.modules_starred(file).any(|target| {
            let further = self.world.file_of(target).filter(|it| *it != file);
            target == of || further.is_some_and(|it| self.takes_over(it, of, depth))
        })
    }

    /// Whether the file itself changes what it imports here once more: `L += [1]`, beside
    /// `from .base import *` or another `from .base import L`.
    fn is_changed_beside(
        &self,
        file: FileId,
        id: ValueId,
        of: crate::world::Module,
        name: &str,
    ) -> bool {
        let (ir, analysis) = (self.world.ir(file), self.world.analysis(file));
        let Some(sym) = ir.strings.find(name) else { return false };
        if !analysis.layered_changes(sym).is_empty() && self.takes_over(file, of, 8) {
            return true;
        }
        analysis.changes().iter().any(|change| {
            let mut at = *change;
            while let Value::Mutate(mutation) = ir.value(at) {
                at = ir.bare(ir.mutation(mutation).receiver);
            }
            at != id
                && matches!(ir.value(at), Value::Import { module, name: Some(it), level }
                    if it == sym && self.own_module(file, module, level) == Some(of))
        })
    }

    pub(crate) fn module(
        &mut self,
        at: Act,
        id: ValueId,
        module: crate::world::Module,
    ) -> Evaluated {
        match self.world.file_of(module) {
            Some(file) => self.made(at, id, Abstract::Ref(Symbol::Module(file))),
            None => {
                let dotted = self.world.dotted(module).to_owned();
                self.made(at, id, Abstract::external(dotted))
            }
        }
    }

    pub(crate) fn module_member(
        &mut self,
        at: Act,
        id: ValueId,
        module: crate::world::Module,
        name: &str,
    ) -> Evaluated {
        let file = self.world.file_of(module);
        let half = file.and_then(|file| self.in_its_midst(at, id, file, name));
        if let Some(None) = half {
            // What the package has not bound yet is the module below, if there is one.
            return match self.world.module_below(module, name) {
                Some(below) => self.module(at, id, below),
                None => self.unknown(at, id, Reason::Undefined(name.into())),
            };
        }
        if let Some(Some(value)) = half {
            return value;
        }
        if let Some(file) = file
            && let Some(value) = self.module_attribute(file, name)
        {
            // `from . import name` in the package itself: what it imports is the module below.
            let is_own = matches!(value.value, Abstract::Unknown(Reason::Cycle));
            return match self.world.module_below(module, name) {
                Some(below) if is_own => self.module(at, id, below),
                _ => value,
            };
        }
        if self.outside.is_some()
            && !name.starts_with("__")
            && self.world.submodule(module, name).is_none()
            && let Some(file) = self.world.file_of(module)
            && let Some(getter) = self.module_attribute(file, "__getattr__")
            && matches!(getter.value, Abstract::Ref(Symbol::Function(..)))
        {
            let name = self.made(at, id, Abstract::str(name));
            return self.apply(at, id, &getter, Args::positional(vec![name]));
        }
        match self.world.submodule(module, name) {
            Some(module) => self.module(at, id, module),
            None if self.world.file_of(module).is_some() => {
                self.unknown(at, id, Reason::Undefined(name.into()))
            }
            None => {
                let dotted = format!("{}.{name}", self.world.dotted(module));
                self.made(at, id, Abstract::external(dotted))
            }
        }
    }

    /// What a module holds under a name in the midst of its import, where the code at hand runs then:
    /// modules that import each other find of each other what is bound so far. `None` where it is loaded
    /// as a whole; `Some(None)` where nothing of the name is bound yet.
    pub(crate) fn in_its_midst(
        &mut self,
        at: Act,
        id: ValueId,
        file: FileId,
        name: &str,
    ) -> Option<Option<Evaluated>> {
        // What answers for a framework loads the project in another order than it asks.
        if self.outside.is_some() || name.starts_with("__") && name != "__all__" {
            return None;
        }
        let place = self.stands_at(at, id, file)?;
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let (ir, module) = (self.world.ir(file), FileIr::module());
        let layers = &ir.layers[ir.function(module).layers];
        let earlier = layers.partition_point(|layer| layer.value < place);
        let here = ir.span(place);
        let sym = ir.strings.find(name);
        let stores = ir.bindings[ir.function(module).stores].iter();
        let is_stored = sym.is_some_and(|sym| {
            stores
                .filter(|store| store.name == sym)
                .any(|store| store.value < place && store.span.end <= here.start)
        });
        // Whether it stands there at all may hang on a condition.
        let path = ir.stretch(place).path;
        let runs = if path == FileIr::root_path() { Ok(true) } else { self.holds(root, path) };
        if runs == Ok(false) {
            return None;
        }
        let value = match sym {
            Some(sym) if self.analysis(root).is_rebound(sym) => {
                Some(self.unknown(at, id, Reason::Variable(name.into())))
            }
            Some(sym) if is_stored => Some(self.store_at(root, place, place, module, sym)),
            _ => self.through_layers(root, place, name, &layers[..earlier]),
        };
        let value = match value {
            // What is changed behind this place is changed for whoever holds it.
            Some(value) if value.value.is_mutable() => match self.module_attribute(file, name) {
                Some(whole) if whole.value == value.value => Some(value),
                _ => Some(opened(&value, &Reason::Changed)),
            },
            value if runs.is_err() => {
                let whole = self.module_attribute(file, name);
                match whole.as_ref().map(|it| &it.value) == value.as_ref().map(|it| &it.value) {
                    true => value,
                    false => Some(self.unknown(at, id, Reason::Variable(name.into()))),
                }
            }
            value => value,
        };
        Some(self.unless_meddled(file, name, value))
    }
}
