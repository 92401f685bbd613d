//! What is changed: by methods and statements, and by calls that are given something.

use bartizan_base::Sym;
use bartizan_ir::{Arg, ArgKind, Binding, FileIr, Mutator, Run, Value, ValueId};
use bartizan_project::Entity;
use rustc_hash::FxHashSet;

use super::super::modules::DEEPEST;
use super::{Changed, Holders, MOST_PARTS, Walk, is_display, may_hold_names};
use crate::FileId;
use crate::analysis::{Given, Place, changes_its_receiver, is_harmless_method, passed_on};
use crate::builtins::keeps_arguments;

impl Walk<'_, '_, '_> {
    /// The changes that the code of a file makes, those aside that a layer makes as it is loaded.
    pub(super) fn changes(&mut self, file: FileId, is_layer: bool) {
        let search = self.search;
        let (ir, analysis) = (search.world.ir(file), search.world.analysis(file));
        for id in analysis.changes() {
            let Value::Mutate(mutation) = ir.value(*id) else { continue };
            let is_module = analysis.owner(ir.stretch(*id).function) == FileIr::module();
            if !(is_layer && is_module) {
                self.push(file, ir.mutation(mutation).receiver, false, false);
            }
        }
        for receiver in analysis.receivers_of_kept_methods() {
            self.push(file, *receiver, false, false);
        }
    }

    /// The changes that a layer makes as it is loaded, where names of other files hold the same that the
    /// layer does not speak of as it makes them: of those it speaks of, the names themselves tell.
    pub(super) fn changes_of_layer(
        &mut self,
        files: &[FileId],
        file: FileId,
        changed: &mut Changed,
    ) {
        let search = self.search;
        let (ir, analysis) = (search.world.ir(file), search.world.analysis(file));
        for id in analysis.changes() {
            let Value::Mutate(mutation) = ir.value(*id) else { continue };
            let receiver = ir.mutation(mutation).receiver;
            if analysis.owner(ir.stretch(*id).function) != FileIr::module() {
                continue;
            }
            self.begin();
            self.push(file, receiver, false, false);
            self.run();
            let targets: Vec<_> = self.elsewhere().collect();
            if targets.is_empty() {
                continue;
            }
            if self.holders.is_none() {
                self.holders = Some(self.find_holders(files));
            }
            let told = names_told(ir, receiver);
            let is_held_otherwise = |target: &(FileId, ValueId)| {
                let holders = self.holders.as_ref().and_then(|holders| holders.get(target));
                holders.is_some_and(|holders| {
                    holders.iter().any(|(by, name)| *by != file && !told.contains(&&**name))
                })
            };
            changed.nodes.extend(targets.into_iter().filter(is_held_otherwise));
        }
    }

    /// The names under which modules hold each container.
    fn find_holders(&mut self, files: &[FileId]) -> Holders {
        let mut holders = Holders::default();
        for file in files {
            let ir = self.search.world.ir(*file);
            // What is imported under its own name is what it is there.
            let is_own = |store: &&Binding| match ir.value(ir.bare(store.value)) {
                Value::Import { name: Some(name), .. } => name != store.name,
                value => may_hold_names(value),
            };
            let stores = ir.bindings[ir.function(FileIr::module()).stores].iter();
            let mut names: Vec<Sym> = stores.filter(is_own).map(|store| store.name).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let name = ir.str(name);
                self.begin();
                self.follow_name(*file, name, false, false, DEEPEST);
                self.follow_name(*file, name, true, false, DEEPEST);
                self.run();
                for step in &self.found {
                    let all = holders.entry((step.file, step.node)).or_default();
                    all.insert((*file, name.to_owned()));
                }
            }
        }
        holders
    }

    /// What calls of functions of the project are given, and may change.
    pub(super) fn given(&mut self, file: FileId) {
        let search = self.search;
        let ir = search.world.ir(file);
        for value in &ir.values {
            let Value::Call { callee, args } = *value else { continue };
            if let Value::Attr { of, name } = ir.value(ir.bare(callee))
                && changes_its_receiver(ir.str(name))
            {
                // `list.append(items, item)`
                if let Value::Global { .. } = ir.value(ir.bare(of))
                    && let Some(receiver) = ir.args[args].first()
                {
                    self.push(file, receiver.value, false, false);
                }
            }
            if !self.may_change_arguments(file, callee) {
                continue;
            }
            let applied = self.applied(file, callee, args);
            for (at, arg) in ir.args[args].iter().enumerate() {
                if !may_hold_names(ir.value(ir.bare(arg.value))) || applied == Some(arg.value) {
                    continue;
                }
                let place = match arg.kind {
                    ArgKind::Positional => Place::At(at as u32 - u32::from(applied.is_some())),
                    ArgKind::Keyword(name) => Place::Named(name),
                    _ => Place::Other,
                };
                let is_starred = ir.args[args][..at].iter().any(|arg| arg.kind == ArgKind::Star);
                let place = if is_starred { Place::Other } else { place };
                let given = Given { callee: applied.unwrap_or(callee), place };
                if search.world.may_change_made(file, given) {
                    self.push(file, arg.value, false, false);
                    self.push(file, arg.value, true, false);
                }
            }
        }
    }

    /// Whether code of the project may be called with the arguments: what others do with them is not
    /// expected to change them.
    fn may_change_arguments(&self, file: FileId, callee: ValueId) -> bool {
        let ir = self.ir(file);
        let callee = ir.bare(callee);
        match ir.value(callee) {
            Value::Global { name, layers } if layers.is_empty() => {
                let name = ir.str(name);
                if matches!(name, "map" | "filter") {
                    return true;
                }
                if keeps_arguments(name) || self.search.world.is_builtin(name) {
                    return false;
                }
            }
            Value::Class(_) => return true,
            _ => {}
        }
        match self.search.world.definition(file, callee) {
            Entity::Function(..) | Entity::Class(..) | Entity::Method { .. } => true,
            Entity::External(_) => self
                .search
                .world
                .external(file, callee)
                .is_some_and(|name| matches!(name, "functools.partial" | "functools.reduce")),
            Entity::Instance(_) | Entity::Module(_) | Entity::Super(..) => false,
            _ => match ir.value(callee) {
                Value::Attr { of, name } => {
                    !is_harmless_method(ir.str(name)) && !self.is_from_outside(file, of)
                }
                _ => true,
            },
        }
    }

    /// Whether a method's receiver comes from a package.
    fn is_from_outside(&self, file: FileId, of: ValueId) -> bool {
        let ir = self.ir(file);
        let mut at = ir.bare(of);
        for _ in 0..32 {
            match self.search.world.definition(file, at) {
                Entity::External(_) => return true,
                Entity::Instance(bartizan_project::ClassRef::External(_)) => return true,
                _ => {}
            }
            match ir.value(at) {
                Value::Attr { of, .. } | Value::Index { of, .. } => at = ir.bare(of),
                Value::Call { callee, .. } => at = ir.bare(callee),
                Value::Str(_) | Value::Text { .. } => return true,
                _ => return false,
            }
        }
        false
    }

    /// The function to which `map`, `filter` or `partial` gives its other arguments.
    fn applied(&self, file: FileId, callee: ValueId, args: Run<Arg>) -> Option<ValueId> {
        let ir = self.ir(file);
        let is_applier = match ir.value(ir.bare(callee)) {
            Value::Global { name, layers } => {
                layers.is_empty() && matches!(ir.str(name), "map" | "filter")
            }
            _ => self
                .search
                .world
                .external(file, callee)
                .is_some_and(|name| matches!(name, "functools.partial" | "functools.reduce")),
        };
        let first = ir.args[args].first().filter(|_| is_applier)?;
        (first.kind == ArgKind::Positional).then_some(first.value)
    }
}

/// The names that a module speaks of where it changes a container, or something in one, and no call
/// stands between but of a method that gives a part of it.
fn names_told(ir: &FileIr, receiver: ValueId) -> FxHashSet<&str> {
    let mut names = FxHashSet::default();
    let mut left = vec![(receiver, false)];
    for _ in 0..MOST_PARTS {
        let Some((node, is_inside)) = left.pop() else { break };
        let node = ir.bare(node);
        match ir.value(node) {
            Value::Global { name, .. } | Value::Import { name: Some(name), .. } => {
                names.insert(ir.str(name));
            }
            Value::Index { of, .. } | Value::Elem { of, .. } => left.push((of, true)),
            Value::Mu { init, .. } => left.push((init, is_inside)),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                left.push((mutation.receiver, is_inside));
                if is_inside && mutation.op != Mutator::Escape {
                    left.extend(ir.args[mutation.args].iter().map(|arg| (arg.value, true)));
                }
            }
            // A part of a container: the change is found under the container's name, too.
            Value::Call { callee, args } => {
                if let Value::Attr { of, name } = ir.value(ir.bare(callee))
                    && matches!(ir.str(name), "get" | "items" | "setdefault" | "values")
                {
                    left.push((of, true));
                    left.extend(ir.args[args].iter().map(|arg| (arg.value, true)));
                }
            }
            value @ (Value::Gamma { .. } | Value::Join { .. } | Value::Logic { .. }) => {
                passed_on(ir, value, &mut |way| left.push((way, is_inside)));
            }
            value if is_display(value) && is_inside => {
                passed_on(ir, value, &mut |part| left.push((part, true)));
            }
            _ => {}
        }
    }
    names
}
