//! Containers that code of one file changes in another: through names that it has imported, other
//! containers that hold them, functions that give them, calls that they are given to.
//!
//! What counts is where a container is made. Every name that holds it is evaluated through that place,
//! and so no name need be looked for.

use bartizan_base::Sym;
use bartizan_ir::{
    Arg, ArgKind, Binding, EffectKind, FileIr, FunctionKind, Mutator, ParamKind, Run, Value,
    ValueId,
};
use bartizan_project::Entity;
use rustc_hash::{FxHashMap, FxHashSet};

use super::modules::DEEPEST;
use super::search::Search;
use crate::FileId;
use crate::analysis::{
    Given, Place, changes_its_receiver, is_copier, is_harmless_method, is_namespace, may_hold,
    passed_on,
};
use crate::builtins::keeps_arguments;
use crate::world::Imported;

/// Steps of all walks together, beyond which every container is taken to be changed.
const MOST_STEPS: u32 = 400_000;

/// Files beyond which only those are looked at that have to do with the layers.
const MOST_FILES: usize = 32;

/// Nodes that are looked at to see which names a change speaks of.
const MOST_PARTS: usize = 256;

/// Containers that are changed where they are made in another file than the code that does it.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    nodes: FxHashSet<(FileId, ValueId)>,
    /// Whether there was too much to look at.
    is_all: bool,
}

impl Changed {
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && !self.is_all
    }

    pub(super) fn has(&self, file: FileId, node: ValueId) -> bool {
        self.is_all || self.nodes.contains(&(file, node))
    }
}

/// A value on the way from a change to what it changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Step {
    file: FileId,
    node: ValueId,
    /// Whether something that lies in the value is changed, and not the value itself.
    is_inside: bool,
    /// Whether the way has led into another file.
    is_elsewhere: bool,
}

/// The names under which modules hold containers.
type Holders = FxHashMap<(FileId, ValueId), FxHashSet<(FileId, String)>>;

/// What is put where, apart from the values that names are bound to.
#[derive(Default)]
struct Puts {
    /// What functions bind to names of modules, and others store there.
    names: FxHashMap<(FileId, Sym), Vec<(FileId, ValueId)>>,
    /// What is stored in attributes of this name, on classes and objects.
    attributes: FxHashMap<String, Vec<(FileId, ValueId)>>,
    /// What is put into containers, by where those are made.
    containers: FxHashMap<(FileId, ValueId), Vec<(FileId, ValueId)>>,
}

/// Finds what files change of each other.
struct Walk<'w, 's, 'p> {
    search: &'w Search<'s, 'p>,
    puts: Puts,
    left: Vec<Step>,
    seen: FxHashSet<Step>,
    names_seen: FxHashSet<(FileId, String, bool, bool)>,
    steps: u32,
    /// The containers that the ways lead to.
    found: Vec<Step>,
    /// The names under which modules hold containers, found when they are asked for.
    holders: Option<Holders>,
}

impl Search<'_, '_> {
    /// The containers of these files that code of another one changes.
    pub(super) fn changed_across(
        &self,
        files: &[FileId],
        is_layer: &dyn Fn(FileId) -> bool,
    ) -> Changed {
        let near = self.near(files, is_layer);
        let files = near.as_slice();
        let mut walk = Walk {
            search: self,
            puts: Puts::default(),
            left: Vec::new(),
            seen: FxHashSet::default(),
            names_seen: FxHashSet::default(),
            steps: 0,
            found: Vec::new(),
            holders: None,
        };
        files.iter().for_each(|file| walk.note_stores(*file));
        files.iter().for_each(|file| walk.note_puts(*file));
        walk.begin();
        for file in files {
            walk.changes(*file, is_layer(*file));
            walk.given(*file);
        }
        walk.run();
        let mut changed = Changed { nodes: walk.elsewhere().collect(), is_all: false };
        for file in files.iter().filter(|file| is_layer(**file)) {
            walk.changes_of_layer(files, *file, &mut changed);
        }
        changed.is_all = walk.steps > MOST_STEPS;
        changed
    }
}

impl Search<'_, '_> {
    /// The files that are looked at: all, where they are few; else the layers, what these import, and
    /// what imports any of that.
    fn near(&self, files: &[FileId], is_layer: &dyn Fn(FileId) -> bool) -> Vec<FileId> {
        if files.len() <= MOST_FILES {
            return files.to_vec();
        }
        let mut near: FxHashSet<FileId> =
            files.iter().copied().filter(|it| is_layer(*it)).collect();
        let layers: Vec<FileId> = near.iter().copied().collect();
        for file in layers {
            self.imported_by(file, &mut |imported| {
                near.insert(imported);
            });
        }
        let imports_near = |file: &FileId| {
            let mut is_near = near.contains(file);
            self.imported_by(*file, &mut |imported| is_near |= near.contains(&imported));
            is_near
        };
        files.iter().copied().filter(imports_near).collect()
    }

    /// The files that code of a file imports, or takes names of.
    fn imported_by(&self, file: FileId, each: &mut dyn FnMut(FileId)) {
        let world = self.world;
        let ir = world.ir(file);
        let layers = ir.layers[ir.function(FileIr::module()).layers].iter();
        let stars = layers.map(|layer| ir.value(layer.value));
        for value in ir.values.iter().copied().chain(stars) {
            let (module, name, level) = match value {
                Value::Import { module, name, level } => (module, name, level),
                Value::Star { module, level } => (module, None, level),
                _ => continue,
            };
            let Imported::Module(target) = world.import(file, ir.str(module), level) else {
                continue;
            };
            let below = name.and_then(|name| world.submodule(target, ir.str(name)));
            [Some(target), below]
                .into_iter()
                .flatten()
                .filter_map(|module| world.file_of(module))
                .for_each(&mut *each);
        }
    }
}

impl Walk<'_, '_, '_> {
    fn ir(&self, file: FileId) -> &FileIr {
        self.search.world.ir(file)
    }

    fn begin(&mut self) {
        self.left.clear();
        self.seen.clear();
        self.names_seen.clear();
        self.found.clear();
    }

    /// The containers found that are made in other files.
    fn elsewhere(&self) -> impl Iterator<Item = (FileId, ValueId)> {
        let elsewhere = self.found.iter().filter(|step| step.is_elsewhere);
        elsewhere.map(|step| (step.file, step.node))
    }

    // ---- what is put where -------------------------------------------------------------------

    fn note_stores(&mut self, file: FileId) {
        let search = self.search;
        let ir = search.world.ir(file);
        for (_, function) in ir.functions() {
            if let FunctionKind::ClassBody(_) = function.kind {
                for store in
                    ir.bindings[function.stores].iter().chain(&ir.bindings[function.bindings])
                {
                    self.note_attribute(ir.str(store.name), file, store.value);
                }
            }
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::StoreGlobal { name, value } => {
                        self.puts.names.entry((file, name)).or_default().push((file, value));
                    }
                    EffectKind::StoreAttr { object, name, value }
                        if !ir.value(ir.bare(value)).is_literal() =>
                    {
                        let mut modules = Vec::new();
                        search.world.modules_behind(file, object, DEEPEST, &mut modules);
                        for module in &modules {
                            if let Some(name) = search.world.ir(*module).strings.find(ir.str(name))
                            {
                                let all = self.puts.names.entry((*module, name)).or_default();
                                all.push((file, value));
                            }
                        }
                        if modules.is_empty() {
                            self.note_attribute(ir.str(name), file, value);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn note_attribute(&mut self, name: &str, file: FileId, value: ValueId) {
        let kind = self.ir(file).value(self.ir(file).bare(value));
        if kind.is_literal() || matches!(kind, Value::Function(_) | Value::Class(_)) {
            return;
        }
        self.puts.attributes.entry(name.to_owned()).or_default().push((file, value));
    }

    /// What is put into containers that other names hold, too.
    fn note_puts(&mut self, file: FileId) {
        let search = self.search;
        let ir = search.world.ir(file);
        for mutation in &ir.mutations {
            if mutation.op == Mutator::Escape {
                continue;
            }
            let put = ir.args[mutation.args].iter().map(|arg| arg.value);
            let put: Vec<ValueId> = put.filter(|value| self.may_be_held(file, *value)).collect();
            if put.is_empty() {
                continue;
            }
            self.begin();
            self.push(file, mutation.receiver, false, false);
            self.run();
            for step in std::mem::take(&mut self.found) {
                let all = self.puts.containers.entry((step.file, step.node)).or_default();
                all.extend(put.iter().map(|value| (file, *value)));
            }
        }
    }

    /// Whether a value that is put somewhere may be a container that a name holds. What a parameter is,
    /// is followed where the call gives it.
    fn may_be_held(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.ir(file);
        match ir.value(ir.bare(value)) {
            Value::Param(_) | Value::Binary { .. } => false,
            Value::Call { callee, .. } => self.search.world.function_called(file, callee).is_some(),
            value => may_hold_names(value),
        }
    }

    // ---- what is changed ---------------------------------------------------------------------

    /// The changes that the code of a file makes, those aside that a layer makes as it is loaded.
    fn changes(&mut self, file: FileId, is_layer: bool) {
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
    fn changes_of_layer(&mut self, files: &[FileId], file: FileId, changed: &mut Changed) {
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
    fn given(&mut self, file: FileId) {
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

    // ---- the way to where it is made ---------------------------------------------------------

    fn push(&mut self, file: FileId, node: ValueId, is_inside: bool, is_elsewhere: bool) {
        let node = self.ir(file).bare(node);
        let step = Step { file, node, is_inside, is_elsewhere };
        if self.seen.insert(step) {
            self.left.push(step);
        }
    }

    fn run(&mut self) {
        while let Some(step) = self.left.pop() {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.left.clear();
                return;
            }
            self.follow(step);
        }
    }

    fn follow(&mut self, step: Step) {
        let search = self.search;
        let Step { file, node, is_inside, is_elsewhere } = step;
        let ir = search.world.ir(file);
        let value = ir.value(node);
        // What a function makes is made anew whenever it is called.
        let is_kept =
            || search.world.analysis(file).owner(ir.stretch(node).function) == FileIr::module();
        if may_hold(value) && !(is_display(value) && is_inside) && is_kept() {
            self.found.push(step);
        }
        if is_inside && let Some(put) = self.puts.containers.get(&(file, node)) {
            for (from, value) in put.clone() {
                self.push(from, value, false, is_elsewhere || from != file);
                self.push(from, value, true, is_elsewhere || from != file);
            }
        }
        match value {
            value if value.is_literal() => {}
            Value::Global { name, .. } => {
                self.follow_name(file, ir.str(name), is_inside, is_elsewhere, DEEPEST);
            }
            Value::Capture { name, owner } => {
                for store in &ir.bindings[ir.function(owner).stores] {
                    if store.name == name {
                        self.push(file, store.value, is_inside, is_elsewhere);
                    }
                }
            }
            Value::Import { module, name: Some(name), level } => {
                if let Imported::Module(module) = search.world.import(file, ir.str(module), level)
                    && let Some(module) = search.world.file_of(module)
                {
                    self.follow_names(&[module], ir.str(name), step);
                }
            }
            Value::Attr { of, name } => {
                let mut modules = Vec::new();
                search.world.modules_behind(file, of, DEEPEST, &mut modules);
                self.follow_names(&modules, ir.str(name), step);
                if modules.is_empty()
                    && let Some(stored) = self.puts.attributes.get(ir.str(name))
                {
                    for (from, value) in stored.clone() {
                        self.push(from, value, is_inside, is_elsewhere || from != file);
                    }
                }
            }
            Value::Param(place) => {
                let function = ir.function(ir.stretch(node).function);
                let param = ir.params[function.params].get(place as usize);
                if let Some(default) = param.and_then(|param| param.default) {
                    self.push(file, default, is_inside, is_elsewhere);
                }
            }
            Value::Index { of, key } => {
                let mut modules = Vec::new();
                match is_namespace(ir, of) {
                    true => modules.push(file),
                    false => search.world.namespaces_behind(file, of, &mut modules),
                }
                if modules.is_empty() {
                    self.push(file, of, true, is_elsewhere);
                } else if let Some(name) = key_of(ir, key) {
                    self.follow_names(&modules, name, step);
                }
            }
            Value::Elem { of, .. } => self.push(file, of, true, is_elsewhere),
            Value::Enter { manager, .. } => self.push(file, manager, is_inside, is_elsewhere),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                self.push(file, mutation.receiver, is_inside, is_elsewhere);
                if is_inside && mutation.op != Mutator::Escape {
                    for arg in &ir.args[mutation.args] {
                        self.push(file, arg.value, false, is_elsewhere);
                        self.push(file, arg.value, true, is_elsewhere);
                    }
                }
            }
            Value::Mu { init, back, .. } => {
                self.push(file, init, is_inside, is_elsewhere);
                self.push(file, back, is_inside, is_elsewhere);
            }
            Value::Gamma { .. } | Value::Join { .. } | Value::Logic { .. } => {
                passed_on(ir, value, &mut |way| self.push(file, way, is_inside, is_elsewhere));
            }
            Value::Call { callee, args } => {
                self.follow_call(step, callee, args);
            }
            Value::Binary { left, right, .. } if is_inside => {
                for side in [left, right] {
                    self.push(file, side, true, is_elsewhere);
                }
            }
            _ if is_display(value) && is_inside => {
                passed_on(ir, value, &mut |part| {
                    self.push(file, part, false, is_elsewhere);
                    self.push(file, part, true, is_elsewhere);
                });
            }
            _ => {}
        }
    }

    /// What a call gives: what a function of the project returns, and what may be part of an argument.
    fn follow_call(&mut self, step: Step, callee: ValueId, args: Run<Arg>) {
        let search = self.search;
        let Step { file, node, is_inside, is_elsewhere } = step;
        let ir = search.world.ir(file);
        // `getattr(module, "NAME")`
        if let Value::Global { name, .. } = ir.value(ir.bare(callee))
            && ir.str(name) == "getattr"
            && let [of, name, ..] = &ir.args[args]
        {
            let mut modules = Vec::new();
            search.world.modules_behind(file, of.value, DEEPEST, &mut modules);
            if let Some(name) = key_of(ir, name.value) {
                self.follow_names(&modules, name, step);
            }
        }
        if let Some((of, function, before)) = search.world.function_called(file, callee) {
            let is_elsewhere = is_elsewhere || of != file;
            let target = search.world.ir(of);
            let mut given: Vec<ValueId> = target.function(function).result.into_iter().collect();
            for result in &given {
                self.push(of, *result, is_inside, is_elsewhere);
            }
            if target.function(function).is_generator {
                for place in search.world.analysis(of).yields(target, function) {
                    if let Value::Yield(Some(value)) | Value::YieldFrom(value) = target.value(place)
                    {
                        self.push(of, value, false, is_elsewhere);
                        self.push(of, value, true, is_elsewhere);
                        given.push(value);
                    }
                }
            }
            let is_object = matches!(search.world.definition(file, callee), Entity::Class(..));
            let places = if is_object { None } else { parameters_given(target, given) };
            let params = &target.params[target.function(function).params];
            for (at, arg) in ir.args[args].iter().enumerate() {
                let place = match arg.kind {
                    ArgKind::Positional => Some(at as u32 + before).filter(|place| {
                        let kind = params.get(*place as usize).map(|param| param.kind);
                        let is_starred = ir.args[args][..at].iter().any(is_star);
                        matches!(kind, Some(ParamKind::PositionalOnly | ParamKind::Normal))
                            && !is_starred
                    }),
                    ArgKind::Keyword(name) => params
                        .iter()
                        .position(|param| target.str(param.name) == ir.str(name))
                        .map(|place| place as u32),
                    _ => None,
                };
                let is_given = match (&places, place) {
                    (Some(places), Some(place)) => places.contains(&place),
                    (Some(places), None) => !places.is_empty(),
                    (None, _) => true,
                };
                if is_given {
                    self.push(file, arg.value, false, step.is_elsewhere);
                    self.push(file, arg.value, true, step.is_elsewhere);
                }
            }
            return;
        }
        if !is_inside && is_copier(ir, callee) {
            return;
        }
        let is_copy =
            is_copier(ir, callee) || !matches!(ir.value(ir.bare(callee)), Value::Attr { .. });
        passed_on(ir, ir.value(node), &mut |part| {
            if is_inside || !is_copy {
                self.push(file, part, true, is_elsewhere);
            }
            if !is_copier(ir, callee) {
                self.push(file, part, false, is_elsewhere);
            }
        });
    }

    /// What a name of one of these modules may stand for, where a step leads there.
    fn follow_names(&mut self, modules: &[FileId], name: &str, step: Step) {
        for module in modules {
            let is_elsewhere = step.is_elsewhere || *module != step.file;
            self.follow_name(*module, name, step.is_inside, is_elsewhere, DEEPEST);
        }
    }

    /// What a name of a module may stand for.
    fn follow_name(
        &mut self,
        file: FileId,
        name: &str,
        is_inside: bool,
        is_elsewhere: bool,
        depth: u32,
    ) {
        let Some(depth) = depth.checked_sub(1) else {
            self.steps = MOST_STEPS + 1;
            return;
        };
        if !self.names_seen.insert((file, name.to_owned(), is_inside, is_elsewhere)) {
            return;
        }
        let search = self.search;
        let ir = search.world.ir(file);
        let module = ir.function(FileIr::module());
        if let Some(sym) = ir.strings.find(name) {
            let stores = ir.bindings[module.stores].iter().filter(|store| store.name == sym);
            let binding = ir.binding(FileIr::module(), sym);
            for store in stores.chain(binding.as_ref()) {
                self.push(file, store.value, is_inside, is_elsewhere);
            }
            for (from, value) in self.puts.names.get(&(file, sym)).cloned().unwrap_or_default() {
                self.push(from, value, is_inside, is_elsewhere || from != file);
            }
        }
        for layer in &ir.layers[module.layers] {
            match ir.value(layer.value) {
                Value::Star { module, level } => {
                    if let Imported::Module(target) =
                        search.world.import(file, ir.str(module), level)
                        && let Some(target) = search.world.file_of(target)
                        && target != file
                    {
                        self.follow_name(target, name, is_inside, true, depth);
                    }
                }
                Value::NamespaceSet { key, value } if matches!(ir.value(ir.bare(key)), Value::Str(key) if ir.str(key) == name) =>
                {
                    self.push(file, value, is_inside, is_elsewhere);
                }
                Value::NamespaceUpdate(mapping) => {
                    self.push(file, mapping, true, is_elsewhere);
                }
                _ => {}
            }
        }
    }
}

/// The names that a module speaks of where it changes a container, or something in one, and no call
/// stands between.
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
            Value::Call { .. } => {}
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

fn is_display(value: Value) -> bool {
    matches!(
        value,
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) | Value::Comp(_)
    )
}

/// The parameters, by place, that what a function gives may be or hold; `None` where that may be any.
fn parameters_given(ir: &FileIr, given: Vec<ValueId>) -> Option<FxHashSet<u32>> {
    let mut left = given;
    let mut seen = FxHashSet::default();
    let mut places = FxHashSet::default();
    while let Some(id) = left.pop() {
        if seen.len() > MOST_PARTS {
            return None;
        }
        match ir.value(id) {
            Value::Param(place) => {
                places.insert(place);
            }
            value if seen.insert(id) => passed_on(ir, value, &mut |part| left.push(part)),
            _ => {}
        }
    }
    Some(places)
}

fn is_star(arg: &Arg) -> bool {
    matches!(arg.kind, ArgKind::Star | ArgKind::DoubleStar)
}

/// The module's name that a key of one of its namespaces stands for.
fn key_of(ir: &FileIr, key: ValueId) -> Option<&str> {
    match ir.value(ir.bare(key)) {
        Value::Str(name) => Some(ir.str(name)),
        _ => None,
    }
}

/// Whether what a node stands for may lead to a container that has a name.
fn may_hold_names(value: Value) -> bool {
    !value.is_literal()
        && !matches!(
            value,
            Value::Text { .. }
                | Value::Compare { .. }
                | Value::Unary { .. }
                | Value::Function(_)
                | Value::Class(_)
                | Value::Import { name: None, .. }
        )
}
