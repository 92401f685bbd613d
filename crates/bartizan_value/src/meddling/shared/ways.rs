//! The ways from a change to where what it changes is made.

use bartizan_ir::{Arg, ArgKind, BinaryOp, FileIr, Mutator, ParamKind, Run, Value, ValueId};
use bartizan_project::Entity;
use rustc_hash::FxHashSet;

use super::super::modules::DEEPEST;
use super::{MOST_PARTS, MOST_STEPS, Step, Walk, is_display};
use crate::FileId;
use crate::analysis::{is_copier, is_namespace, may_hold, passed_on};
use crate::world::Imported;

impl Walk<'_, '_, '_> {
    pub(super) fn push(
        &mut self,
        file: FileId,
        node: ValueId,
        is_inside: bool,
        is_elsewhere: bool,
    ) {
        let node = self.ir(file).bare(node);
        let step = Step { file, node, is_inside, is_elsewhere };
        if self.seen.insert(step) {
            self.left.push(step);
        }
    }

    pub(super) fn run(&mut self) {
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
        if let Value::Call { callee, .. } = value
            && self.makes_no_container(file, callee)
        {
            return;
        }
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
            Value::Binary { op, left, right } if is_inside && keeps_parts(op) => {
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
        // What a reader of the environment gives is no part of it.
        if self.reads_environment(file, callee) {
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

    /// The dotted name of what is called, or of what made the object whose method is.
    fn called_outside(&self, file: FileId, callee: ValueId) -> Option<&str> {
        let world = self.search.world;
        let (mut file, mut at) = (file, self.ir(file).bare(callee));
        for _ in 0..32 {
            match world.definition(file, at) {
                Entity::External(_) => return world.external(file, at),
                Entity::Value(of, node) if (of, node) != (file, at) => {
                    (file, at) = (of, self.ir(of).bare(node));
                    continue;
                }
                _ => {}
            }
            at = match self.ir(file).value(at) {
                Value::Attr { of, .. } => self.ir(file).bare(of),
                Value::Call { callee, .. } => self.ir(file).bare(callee),
                _ => return None,
            };
        }
        None
    }

    /// Whether a call makes a text, a path or a number and nothing that could be changed.
    fn makes_no_container(&self, file: FileId, callee: ValueId) -> bool {
        let name = self.called_outside(file, callee);
        name.is_some_and(|name| {
            name.starts_with("pathlib.")
                || name.starts_with("os.path.")
                || matches!(name, "os.environ.get" | "os.getenv")
        })
    }

    /// Whether what is called belongs to a library that reads the environment.
    fn reads_environment(&self, file: FileId, callee: ValueId) -> bool {
        let name = self.called_outside(file, callee);
        name.is_some_and(|name| {
            ["decouple.", "dj_database_url.", "environ.", "environs."]
                .iter()
                .any(|library| name.starts_with(library))
        })
    }

    /// What a name of one of these modules may stand for, where a step leads there.
    fn follow_names(&mut self, modules: &[FileId], name: &str, step: Step) {
        for module in modules {
            let is_elsewhere = step.is_elsewhere || *module != step.file;
            self.follow_name(*module, name, step.is_inside, is_elsewhere, DEEPEST);
        }
    }

    /// What a name of a module may stand for.
    pub(super) fn follow_name(
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
                Value::NamespaceUpdate(mapping) if self.may_have_key(file, mapping, name) => {
                    self.push(file, mapping, true, is_elsewhere);
                }
                _ => {}
            }
        }
    }
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

/// Whether what an operator gives may hold what its sides do.
fn keeps_parts(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add
            | BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::Mult
            | BinaryOp::Sub
    )
}
