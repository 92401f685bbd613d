//! Names that a function does not bind itself: of the module, of functions around it, of Python.

use bartizan_base::Sym;
use bartizan_ir::{FunctionId, Value, ValueId};

use crate::entity::{Entity, FileId, Resolved, Unknown};
use crate::names::Lookup;
use crate::resolve::{Resolver, itself};

impl Resolver<'_> {
    /// What a name leads to.
    pub(crate) fn found(&mut self, file: FileId, at: ValueId, found: Lookup) -> Resolved {
        match found {
            Lookup::Bound(file, value) => self.eval(file, value),
            Lookup::Submodule(module) => Resolved::sure(Entity::Module(module)),
            Lookup::External(symbol, confidence) => self.thing_outside(symbol).at_most(confidence),
            Lookup::Special => itself(file, at),
            Lookup::Dynamic => Resolved::unknown(Unknown::Dynamic),
            Lookup::Missing => Resolved::unknown(Unknown::NoSuchName),
            Lookup::NoModule => Resolved::unknown(Unknown::NoSuchModule),
        }
    }

    /// A name of a function's surroundings, which means the same wherever the file mentions it.
    pub(crate) fn free(
        &mut self,
        file: FileId,
        at: ValueId,
        owner: Option<FunctionId>,
        name: Sym,
    ) -> Resolved {
        if let Some(known) = self.free.get(&(file, owner, name)) {
            return known.unwrap_or(itself(file, at));
        }
        let low = std::mem::replace(&mut self.low, u32::MAX);
        let what = match owner {
            Some(owner) => self.capture(file, at, name, owner),
            None => self.global(file, at, name),
        };
        if self.low == u32::MAX && what.entity != Entity::Unknown(Unknown::TooDeep) {
            let of_this_place = what.entity == Entity::Value(file, at);
            self.free.insert((file, owner, name), (!of_this_place).then_some(what));
        }
        self.low = self.low.min(low);
        what
    }

    pub(crate) fn global(&mut self, file: FileId, at: ValueId, name: Sym) -> Resolved {
        let project = self.project;
        let ir = project.ir(file);
        let Value::Global { layers, .. } = ir.value(at) else { return itself(file, at) };
        let found = project.lookup_global(file, name, &ir.layers[layers]);
        let index = &project.unit(file).index;
        let what = match found {
            Lookup::Bound(bound_file, value) if bound_file == file => {
                let mut stores = index.global(name).peekable();
                if stores.peek().is_some() {
                    // Functions may rebind it whenever they run.
                    let ways = [value].into_iter().chain(stores).map(|value| (value, false));
                    self.meet(file, at, ways)
                } else {
                    self.eval(file, value)
                }
            }
            Lookup::Missing | Lookup::Dynamic if index.global(name).next().is_some() => {
                self.meet(file, at, index.global(name).map(|value| (value, false)))
            }
            found => self.found(file, at, found),
        };
        if what.entity == Entity::Unknown(Unknown::NoSuchName) {
            return self.telling(file, name).unwrap_or(what);
        }
        what
    }

    fn capture(&mut self, file: FileId, at: ValueId, name: Sym, owner: FunctionId) -> Resolved {
        let ir = self.project.ir(file);
        let stores = ir.bindings[ir.function(owner).stores]
            .iter()
            .filter(move |store| store.name == name)
            .map(|store| store.value);
        let nonlocal = ir
            .nonlocal_stores
            .iter()
            .filter(move |store| store.0 == owner && store.1 == name)
            .map(|store| store.2);
        let last = ir.binding(owner, name).map(|binding| binding.value);
        let ways = last.into_iter().chain(stores).chain(nonlocal).map(|value| (value, false));
        let what = self.meet(file, at, ways);
        if what.entity.is_known() || what.is_circular() {
            return what;
        }
        self.telling(file, name).unwrap_or(what)
    }
}
