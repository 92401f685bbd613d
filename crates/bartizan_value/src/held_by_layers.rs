//! Containers of one module that another has taken over, and changes under another name: both hold the
//! same.

use bartizan_base::Sym;
use bartizan_ir::{FileIr, Mutator, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::FileId;
use crate::analysis::Given;
use crate::domain::{Abstract, Evaluated, Object};
use crate::parts::{each_object, opened};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Changes in the code of one module that are looked at.
const MOST_CHANGES: usize = 128;

/// Files beyond which nobody asks whether one takes something from another.
const MOST_FILES: usize = 400;

impl Session<'_> {
    /// A value that a module ends with under a name, unless its code has changed what is in it under
    /// another name.
    pub(crate) fn unless_held_otherwise(
        &mut self,
        file: FileId,
        name: &str,
        value: Evaluated,
    ) -> Evaluated {
        if !self.holds_others(file, &value) {
            return value;
        }
        let ir = self.world.ir(file);
        let sym = ir.strings.find(name);
        let binding = sym.and_then(|name| ir.binding(FileIr::module(), name));
        let root = binding.map(|binding| root_of(ir, binding.value));
        let own = Own { name: sym, root };
        let frame = self.file_frame(file);
        let act = self.frames[frame as usize].root;
        match self.is_changed_otherwise(act, None, own, &value)
            || self.is_given_otherwise(act, own, &value)
        {
            true => opened(&value, &Reason::Changed),
            false => value,
        }
    }

    /// Whether the module's code has given what is in the value to code that may change it, under
    /// another name.
    fn is_given_otherwise(&mut self, act: Act, own: Own, value: &Evaluated) -> bool {
        let (ir, analysis) = (self.ir(act), self.analysis(act));
        let file = self.frame_of(act).file;
        if self.comparing.contains(&file) {
            return false;
        }
        let layers = &ir.layers[ir.function(FileIr::module()).layers];
        let mut is_given = false;
        self.comparing.push(file);
        for (name, given) in analysis.all_layered_given() {
            let may_change = |given: &Given| self.world.may_change(file, *given);
            if own.name == Some(name) || !given.iter().any(may_change) {
                continue;
            }
            let at = ValueId::from_index(0);
            let Some(given) = self.through_layers(act, at, ir.str(name), layers) else { continue };
            each_object(&given.value, &mut |object, _| {
                each_object(&value.value, &mut |held, _| is_given |= held == object);
            });
        }
        self.comparing.pop();
        is_given
    }

    /// What `module.name` is for code that runs at `id`, unless a layer that took it over has changed
    /// it.
    pub(crate) fn unless_taken_over(
        &mut self,
        at: Act,
        id: ValueId,
        module: FileId,
        value: Evaluated,
    ) -> Evaluated {
        if self.outside.is_some() || !value.value.is_mutable() {
            return value;
        }
        let here = self.frame_of(at).file;
        for layer in self.layers_that_run() {
            if layer == module {
                continue;
            }
            let frame = self.file_frame(layer);
            let act = self.frames[frame as usize].root;
            let is_here = layer == here
                && self.analysis(at).owner(self.ir(at).stretch(id).function) == FileIr::module();
            let before = is_here.then_some(id);
            if self.is_changed_otherwise(act, before, Own::default(), &value) {
                return opened(&value, &Reason::Changed);
            }
        }
        value
    }

    /// What code that runs at `id` takes over of a name of `module`, unless a layer from which `module`
    /// takes nothing has changed it: that layer holds the same container, and what the names of `module`
    /// tell does not show it.
    pub(crate) fn unless_changed_by_layer(
        &mut self,
        at: Act,
        module: FileId,
        value: Evaluated,
    ) -> Evaluated {
        if self.outside.is_some() || !value.value.is_mutable() {
            return value;
        }
        let here = self.frame_of(at).file;
        for layer in self.layers_that_run() {
            if layer == module || layer == here || self.takes_from(module, layer) {
                continue;
            }
            // One that takes over what the code at hand made is behind it, and tells by its own names.
            if self.takes_from(layer, here) {
                continue;
            }
            let frame = self.file_frame(layer);
            let act = self.frames[frame as usize].root;
            if self.is_changed_otherwise(act, None, Own::default(), &value) {
                return opened(&value, &Reason::Changed);
            }
        }
        value
    }

    /// Whether a file imports another, or something that does.
    fn takes_from(&mut self, file: FileId, other: FileId) -> bool {
        if !self.taken_from.contains_key(&file) {
            let mut seen: FxHashSet<FileId> = FxHashSet::default();
            let mut left = vec![file];
            while let Some(file) = left.pop() {
                if !seen.insert(file) || seen.len() > MOST_FILES {
                    continue;
                }
                left.extend(self.taken_from(file));
            }
            self.taken_from.insert(file, seen);
        }
        self.taken_from.get(&file).is_some_and(|files| files.contains(&other))
    }

    /// Whether a value holds containers that code of other files made.
    fn holds_others(&self, file: FileId, value: &Evaluated) -> bool {
        let mut is_found = false;
        each_object(&value.value, &mut |object, _| {
            is_found |= self.made_in(object).is_some_and(|made_in| made_in != file);
        });
        is_found
    }

    /// Whether the last change that a module's own code makes to a container in the value is not what
    /// the value shows, and was made under another name.
    fn is_changed_otherwise(
        &mut self,
        act: Act,
        before: Option<ValueId>,
        own: Own,
        value: &Evaluated,
    ) -> bool {
        let file = self.frame_of(act).file;
        if self.comparing.contains(&file) {
            return false;
        }
        let (ir, analysis) = (self.ir(act), self.analysis(act));
        let mut held: FxHashMap<Object, Vec<Abstract>> = FxHashMap::default();
        each_object(&value.value, &mut |object, now| {
            if self.made_in(object).is_some_and(|made_in| made_in != file) {
                held.entry(object).or_default().push(now.clone());
            }
        });
        if held.is_empty() {
            return false;
        }
        let changes = analysis.changes();
        if changes.len() > MOST_CHANGES {
            return true;
        }
        self.comparing.push(file);
        let mut last: FxHashMap<Object, (bool, Abstract)> = FxHashMap::default();
        for change in changes {
            if before.is_some_and(|before| *change >= before) {
                break;
            }
            let Value::Mutate(mutation) = ir.value(*change) else { continue };
            if ir.mutation(mutation).op == Mutator::Escape
                || analysis.owner(ir.stretch(*change).function) != FileIr::module()
                || analysis.region(ir, *change).is_some()
                || self.is_busy(act, *change)
                || self.holds(act, ir.stretch(*change).path) == Ok(false)
            {
                continue;
            }
            let is_own = own.has(ir, root_of(ir, *change));
            let changed = self.eval(act, *change);
            each_object(&changed.value, &mut |object, now| {
                if held.contains_key(&object) {
                    last.insert(object, (is_own, now.clone()));
                }
            });
        }
        self.comparing.pop();
        held.iter().any(|(object, held)| {
            let is_stale = |now: &Abstract| held.iter().any(|held| held != now);
            last.get(object).is_some_and(|(is_own, now)| !is_own && is_stale(now))
        })
    }
}

/// Under which name a value was found, or from which node it comes.
#[derive(Clone, Copy, Default)]
struct Own {
    name: Option<Sym>,
    root: Option<ValueId>,
}

impl Own {
    fn has(self, ir: &FileIr, root: ValueId) -> bool {
        if self.root == Some(root) {
            return true;
        }
        match ir.value(root) {
            Value::Global { name, .. } => self.name == Some(name),
            _ => false,
        }
    }
}

/// What a chain of changes begins with.
fn root_of(ir: &FileIr, node: ValueId) -> ValueId {
    let mut node = ir.bare(node);
    for _ in 0..256 {
        let Value::Mutate(mutation) = ir.value(node) else { break };
        node = ir.bare(ir.mutation(mutation).receiver);
    }
    node
}
