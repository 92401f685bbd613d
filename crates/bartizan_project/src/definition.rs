//! What a name means by names alone, and things by their dotted name.

use bartizan_ir::{Value, ValueId};

use crate::entity::{ClassRef, Entity, FileId, ModuleId, Unknown};
use crate::names::Lookup;
use crate::project::Project;

/// A definition is this many names away, at most.
const STEPS: usize = 64;

impl Project {
    /// What an expression is by its names alone: looks through imports, re-exports, module
    /// attributes, decorations and guards, and stops at the first thing that is more than a name.
    /// An instance is not told from the call that makes it; ask [`Project::resolve`] for that.
    pub fn definition(&self, file: FileId, value: ValueId) -> Entity {
        self.definition_within(file, value, STEPS)
    }

    fn definition_within(&self, file: FileId, value: ValueId, steps: usize) -> Entity {
        let (mut file, mut value) = (file, value);
        for step in 0..steps {
            let ir = self.ir(file);
            let next = match ir.value(value) {
                Value::Import { module, name, level } => {
                    self.imported(file, ir.str(module), name.map(|name| ir.str(name)), level)
                }
                Value::Global { name, layers } => {
                    self.lookup_global(file, name, &ir.layers[layers])
                }
                Value::Attr { of, name } => {
                    let name = ir.str(name);
                    match self.definition_within(file, of, steps - step - 1) {
                        Entity::Module(module) => self.lookup(module, name),
                        Entity::External(symbol) => {
                            let symbol = self.symbols.child(&self.models, symbol, name);
                            return Entity::External(symbol);
                        }
                        Entity::Class(class_file, class) => {
                            match self.lookup_member(ClassRef::Project(class_file, class), name) {
                                Some(member) => Lookup::Bound(member.class.0, member.value),
                                None => return Entity::Value(file, value),
                            }
                        }
                        _ => return Entity::Value(file, value),
                    }
                }
                Value::Pi { of, .. } | Value::Decorated { of, .. } => Lookup::Bound(file, of),
                Value::Function(function) => return Entity::Function(file, function),
                Value::Class(class) => return Entity::Class(file, class),
                _ => return Entity::Value(file, value),
            };
            match next {
                Lookup::Bound(next_file, next) => (file, value) = (next_file, next),
                Lookup::Submodule(module) => return Entity::Module(module),
                Lookup::External(symbol, _) => return Entity::External(symbol),
                Lookup::Special => return Entity::Value(file, value),
                Lookup::Dynamic => return Entity::Unknown(Unknown::Dynamic),
                Lookup::Missing => return Entity::Unknown(Unknown::NoSuchName),
                Lookup::NoModule => return Entity::Unknown(Unknown::NoSuchModule),
            }
        }
        Entity::Unknown(Unknown::TooDeep)
    }

    /// The thing with this dotted name, as settings and URLconfs write it: the longest module of the
    /// project that is a prefix of it, then names inside.
    pub fn find(&self, dotted: &str) -> Entity {
        let mut end = dotted.len();
        while end > 0 {
            if let Some((module, _)) = self.modules.absolute(None, &dotted[..end]) {
                let rest = dotted[end..].trim_start_matches('.');
                return self.find_in(module, rest, dotted);
            }
            end = dotted[..end].rfind('.').unwrap_or(0);
        }
        Entity::External(self.symbols.intern(&self.models, dotted))
    }

    fn find_in(&self, module: ModuleId, rest: &str, dotted: &str) -> Entity {
        let mut at = Entity::Module(module);
        for name in rest.split('.').filter(|name| !name.is_empty()) {
            let found = match at {
                Entity::Module(module) => self.lookup(module, name),
                Entity::Class(file, class) => {
                    match self.lookup_member(ClassRef::Project(file, class), name) {
                        Some(member) => Lookup::Bound(member.class.0, member.value),
                        None => return Entity::Unknown(Unknown::NoSuchMember),
                    }
                }
                Entity::External(symbol) => {
                    at = Entity::External(self.symbols.child(&self.models, symbol, name));
                    continue;
                }
                _ => return Entity::Unknown(Unknown::NoSuchMember),
            };
            at = match found {
                Lookup::Bound(file, value) => self.definition(file, value),
                Lookup::Submodule(module) => Entity::Module(module),
                Lookup::External(symbol, _) => Entity::External(symbol),
                // What the models describe is there, even if nobody sees how it comes to be.
                Lookup::Dynamic | Lookup::Special | Lookup::Missing | Lookup::NoModule => {
                    let symbol = self.symbols.intern(&self.models, dotted);
                    let described = self.symbols.is_modelled(symbol)
                        && self.models.knows(self.symbols.text(symbol));
                    return if described {
                        Entity::External(symbol)
                    } else {
                        Entity::Unknown(Unknown::NoSuchName)
                    };
                }
            };
        }
        at
    }
}
