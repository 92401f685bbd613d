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
                if value.value.is_mutable() && self.is_changed_by_starred(file, target, name, 8) {
                    return opened(&value, &Reason::Changed);
                }
                value
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
        let ir = self.world.ir(file);
        ir.layers[ir.function(FileIr::module()).layers].iter().any(|layer| {
            let Value::Star { module, level } = ir.value(layer.value) else { return false };
            let Imported::Module(target) = self.world.import(file, ir.str(module), level) else {
                return false;
            };
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
        if let Some(file) = self.world.file_of(module)
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
}
