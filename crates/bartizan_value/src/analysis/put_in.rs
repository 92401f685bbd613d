//! What is put into containers that came from elsewhere, and changes under another name later:
//!
//! ```python
//! from .base import *
//! options = {}
//! DATABASES["default"]["OPTIONS"] = options
//! options["sslmode"] = "require"
//! ```

use bartizan_base::Sym;
use bartizan_ir::{FileIr, Mutator, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::syntax::passed_on;
use super::{Analysis, Given};

/// Parts of a value that are looked at.
const MOST_PARTS: usize = 256;

/// Changes that are looked at, of all names of a module.
const MOST_CHANGES: usize = 20_000;

/// What a value is made of.
#[derive(Clone, Debug, Default)]
struct Made {
    /// The nodes that make the containers.
    nodes: FxHashSet<ValueId>,
    /// The names that came from elsewhere.
    names: FxHashSet<Sym>,
}

impl Made {
    fn of(ir: &FileIr, from: impl IntoIterator<Item = ValueId>) -> Self {
        let mut made = Self::default();
        let mut left: Vec<ValueId> = from.into_iter().collect();
        let mut seen: FxHashSet<ValueId> = FxHashSet::default();
        while let Some(id) = left.pop() {
            if seen.len() > MOST_PARTS || !seen.insert(id) {
                continue;
            }
            match ir.value(id) {
                value if value.is_literal() => {}
                Value::Global { name, .. } => {
                    made.names.insert(name);
                }
                Value::Mutate(mutation) => {
                    let mutation = ir.mutation(mutation);
                    left.push(mutation.receiver);
                    if mutation.op != Mutator::Escape {
                        left.extend(ir.args[mutation.args].iter().map(|arg| arg.value));
                    }
                }
                value => {
                    made.nodes.insert(id);
                    passed_on(ir, value, &mut |part| left.push(part));
                }
            }
        }
        made
    }

    fn meets(&self, other: &Self) -> bool {
        self.nodes.iter().any(|node| other.nodes.contains(node))
            || self.names.iter().any(|name| other.names.contains(name))
    }
}

impl Analysis {
    /// Counts changes of what was put into a container that came from elsewhere among the changes of that.
    pub(super) fn follow_what_is_put_in(&mut self, ir: &FileIr) {
        for map in [Map::Layered, Map::Bare] {
            let held = self.held_by_names(ir, map);
            if !held.is_empty() {
                self.add_changes(ir, map, &held);
            }
        }
    }

    /// For each such name, what its changes put into what it holds.
    fn held_by_names(&self, ir: &FileIr, map: Map) -> Vec<(Sym, Made)> {
        let mut held: Vec<(Sym, Made)> = Vec::new();
        for (name, changes) in map.of(self) {
            let mut put: Vec<ValueId> = Vec::new();
            for change in changes.iter().take(MOST_CHANGES) {
                let Value::Mutate(mutation) = ir.value(*change) else { continue };
                put.extend(ir.args[ir.mutation(mutation).args].iter().map(|arg| arg.value));
            }
            let mut made = Made::of(ir, put);
            made.names.remove(name);
            if !made.nodes.is_empty() || !made.names.is_empty() {
                held.push((*name, made));
            }
        }
        held.sort_unstable_by_key(|(name, _)| *name);
        held
    }

    fn add_changes(&mut self, ir: &FileIr, map: Map, held: &[(Sym, Made)]) {
        let is_own = |id: ValueId| self.owner(ir.stretch(id).function) == FileIr::module();
        let mut more: FxHashMap<Sym, Vec<ValueId>> = FxHashMap::default();
        for change in self.mutations.iter().take(MOST_CHANGES).filter(|id| is_own(**id)) {
            let Value::Mutate(mutation) = ir.value(*change) else { continue };
            let changed = Made::of(ir, [ir.mutation(mutation).receiver]);
            for (name, made) in held {
                if made.meets(&changed) {
                    more.entry(*name).or_default().push(*change);
                }
            }
        }
        let mut given: Vec<(Sym, Vec<Given>)> = Vec::new();
        for (name, made) in held {
            let nodes = made.nodes.iter().flat_map(|node| self.passed_to(*node));
            let names = made.names.iter().flat_map(|other| self.layered_given(*other));
            let all: Vec<Given> = nodes.chain(names).copied().collect();
            given.push((*name, all));
        }
        for (name, changes) in more {
            let all = map.of_mut(self).entry(name).or_default();
            all.extend(changes);
            all.sort_unstable();
            all.dedup();
        }
        if let Map::Layered = map {
            for (name, all) in given {
                self.layered_given.entry(name).or_default().extend(all);
            }
        }
    }
}

/// Which names: those that stars and the like brought, or those that a file finds bound where it is run.
#[derive(Clone, Copy)]
enum Map {
    Layered,
    Bare,
}

impl Map {
    fn of(self, analysis: &Analysis) -> &FxHashMap<Sym, Vec<ValueId>> {
        match self {
            Self::Layered => &analysis.layered,
            Self::Bare => &analysis.bare,
        }
    }

    fn of_mut(self, analysis: &mut Analysis) -> &mut FxHashMap<Sym, Vec<ValueId>> {
        match self {
            Self::Layered => &mut analysis.layered,
            Self::Bare => &mut analysis.bare,
        }
    }
}
