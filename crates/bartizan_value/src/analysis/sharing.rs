//! Which containers change where no version of them tells: through another function, a call from
//! outside, a later round, another name.

use bartizan_base::Sym;
use bartizan_ir::{
    Arg, ArgKind, EffectKind, FileIr, FunctionId, FunctionKind, Mutation, Mutator, Run, Value,
    ValueId,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::syntax::{
    Reached, changes_its_receiver, held_by, is_copier, is_harmless_method, is_namespace,
    is_outside, may_hold, names_attribute, passed_on, reached_in_namespace,
};
use super::{Analysis, Given, Place};

/// Parts of what a change is about that are looked at.
const MOST_PARTS: usize = 256;

impl Analysis {
    pub(super) fn find_intact(&mut self, ir: &FileIr) {
        // Parameters that are kept somewhere: in a container or attribute that outlives the call.
        let mut kept: FxHashSet<ValueId> = FxHashSet::default();
        let mut keep = |value: ValueId| {
            let mut left = vec![value];
            let mut steps = 0;
            while let Some(id) = left.pop() {
                steps += 1;
                if steps > 256 {
                    break;
                }
                match ir.value(id) {
                    Value::Param(_) => {
                        kept.insert(id);
                    }
                    value => passed_on(ir, value, &mut |operand| left.push(operand)),
                }
            }
        };
        for mutation in &ir.mutations {
            if mutation.op != Mutator::Escape && is_outside(ir, mutation.receiver) {
                ir.args[mutation.args].iter().for_each(|arg| keep(arg.value));
            }
        }
        for function in &ir.functions {
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::StoreAttr { value, .. }
                    | EffectKind::StoreGlobal { value, .. }
                    | EffectKind::StoreCapture { value, .. } => keep(value),
                    _ => {}
                }
            }
        }
        for (id, function) in ir.functions() {
            let params = &ir.params[function.params];
            let ends = ir.ids[function.param_ends].iter().zip(params);
            self.left_alone.push(
                ends.map(|(end, param)| {
                    let end = as_it_began(ir, *end);
                    let is_left = matches!(ir.value(end), Value::Param(_))
                        && !kept.contains(&end)
                        && !self.changed_inside.contains(&(id, param.name));
                    is_left.then_some(end)
                })
                .collect(),
            );
        }
    }

    /// Containers that change without a word where they stand: a method of one is kept as a value,
    /// `add = CART.append`; one is the default of a parameter, and its function changes it.
    pub(super) fn share_unseen(&mut self, ir: &FileIr) {
        // What arguments change, the method is looked up in anew: it is called all the same.
        let called: FxHashSet<u32> = self.called.iter().map(|id| ir.span(*id).start).collect();
        let kept_and_called = self.kept_and_called(ir);
        for (index, value) in ir.values.iter().enumerate() {
            let id = ValueId::from_index(index);
            if let Value::Attr { of, name } = *value
                && changes_its_receiver(ir.str(name))
                && (!self.called.contains(&id) && !called.contains(&ir.span(id).start)
                    || ir.str(name).starts_with("__")
                    || kept_and_called.contains(&id))
            {
                self.share_all_of(ir, of, id);
                self.kept_methods.push(of);
            }
            // `getattr(HOSTS, "append")`
            if let Value::Call { callee, args } = *value
                && names_attribute(ir, callee)
                && let [of, name, ..] = &ir.args[args]
                && match ir.value(ir.bare(name.value)) {
                    Value::Str(name) => changes_its_receiver(ir.str(name)),
                    _ => false,
                }
            {
                self.share_all_of(ir, of.value, id);
                self.kept_methods.push(of.value);
            }
        }
        for (id, function) in ir.functions() {
            for (place, param) in ir.params[function.params].iter().enumerate() {
                let Some(default) = param.default else { continue };
                let is_left = match self.left_alone(id).get(place) {
                    Some(Some(param)) => self.passed_to(*param).is_empty(),
                    _ => false,
                };
                if !is_left {
                    self.share_all_of(ir, default, default);
                }
            }
        }
    }

    /// Methods that are called elsewhere than where they are looked up, by calls of which no version of a
    /// container tells.
    fn kept_and_called(&self, ir: &FileIr) -> FxHashSet<ValueId> {
        let told: FxHashSet<ValueId> =
            ir.mutations.iter().filter_map(|mutation| mutation.call).collect();
        let calls = ir.values.iter().enumerate().filter_map(|(index, value)| match *value {
            Value::Call { callee, .. } => Some((ValueId::from_index(index), callee)),
            _ => None,
        });
        calls
            .filter(|(call, callee)| {
                ir.span(*call).start != ir.span(*callee).start && !told.contains(call)
            })
            .map(|(_, callee)| callee)
            .collect()
    }

    /// What a node may be is changed by `by`, at any time.
    fn share_all_of(&mut self, ir: &FileIr, node: ValueId, by: ValueId) {
        let given = Given { callee: by, place: Place::Other };
        let mut left = vec![node];
        for _ in 0..256 {
            let Some(id) = left.pop() else { return };
            match ir.value(id) {
                Value::Global { name, layers } if !layers.is_empty() => {
                    self.layered_given.entry(name).or_default().push(given);
                }
                Value::Global { name, .. } => {
                    self.changed_inside.insert((FileIr::module(), name));
                    let stores = &ir.bindings[ir.function(FileIr::module()).stores];
                    let stores = stores.iter().filter(|store| store.name == name);
                    left.extend(stores.map(|store| store.value));
                }
                Value::Capture { name, owner } => {
                    self.changed_inside.insert((owner, name));
                    let stores = &ir.bindings[ir.function(owner).stores];
                    let stores = stores.iter().filter(|store| store.name == name);
                    left.extend(stores.map(|store| store.value));
                }
                Value::Pi { of, .. } => left.push(of),
                Value::Gamma { then, otherwise, .. } => left.extend([then, otherwise]),
                Value::Join { ways, .. } => left.extend(ir.ways[ways].iter().map(|it| it.value)),
                Value::Logic { values, .. } => left.extend(&ir.ids[values]),
                Value::Mutate(mutation) => {
                    self.shared.insert(id);
                    left.push(ir.mutation(mutation).receiver);
                }
                Value::Mu { init, back, .. } => {
                    if self.shared.insert(id) {
                        left.extend([init, back]);
                    }
                }
                Value::Import { .. } | Value::Function(_) | Value::Class(_) => {}
                value if value.is_literal() => {}
                Value::Index { of, .. } | Value::Elem { of, .. } => {
                    self.shared.insert(id);
                    self.leak_values(ir, vec![of], true);
                }
                _ => {
                    self.shared.insert(id);
                }
            }
        }
    }

    /// The containers that a call is given, where the value graph makes no new version of them: those
    /// that are results of calls themselves, parameters, or put together by operators.
    pub(super) fn note_passed(&mut self, ir: &FileIr, callee: ValueId, args: Run<Arg>) {
        let harmless = match ir.value(ir.bare(callee)) {
            Value::Global { name, .. } => crate::builtins::keeps_arguments(ir.str(name)),
            Value::Attr { of, name } => {
                is_harmless_method(ir.str(name)) && !self.is_from_outside(ir, of)
                    // A namespace takes names and values, and leaves the dict alone.
                    || matches!(ir.str(name), "get" | "setdefault" | "update") && is_namespace(ir, of)
                    || ir.only_reads(callee)
            }
            Value::Import { .. } => ir.only_reads(callee),
            _ => false,
        };
        if harmless {
            return;
        }
        // `map(function, items)` gives the items to the function, and changes nothing itself.
        let through = self.applied(ir, callee, args);
        if through.is_some_and(|function| self.is_harmless_function(ir, function)) {
            return;
        }
        let mut is_starred = false;
        for (index, arg) in ir.args[args].iter().enumerate() {
            is_starred |= arg.kind == ArgKind::Star;
            let place = match arg.kind {
                ArgKind::Positional if !is_starred => Place::At(index as u32),
                ArgKind::Keyword(name) => Place::Named(name),
                _ => Place::Other,
            };
            let given = match (through, place) {
                (Some(_), Place::At(0)) => continue,
                (None, Place::At(1)) if names_attribute(ir, callee) => continue,
                (Some(function), Place::At(place)) => {
                    Given { callee: function, place: Place::At(place - 1) }
                }
                _ => Given { callee, place },
            };
            self.note_parts(ir, arg.value, given);
            let mut left = vec![arg.value];
            let mut steps = 0;
            while let Some(id) = left.pop() {
                steps += 1;
                if steps > 64 {
                    break;
                }
                let value = ir.value(id);
                if let Some(Reached::Name(name)) = reached_in_namespace(ir, value) {
                    self.given.entry((FileIr::module(), name)).or_default().push(given);
                }
                match value {
                    Value::Global { name, layers } if !layers.is_empty() => {
                        self.layered_given.entry(name).or_default().push(given);
                    }
                    Value::Global { name, .. } => {
                        let all = self.given.entry((FileIr::module(), name)).or_default();
                        if all.last() != Some(&given) {
                            all.push(given);
                        }
                    }
                    Value::Capture { name, owner } => {
                        let all = self.given.entry((owner, name)).or_default();
                        if all.last() != Some(&given) {
                            all.push(given);
                        }
                    }
                    Value::Call { .. }
                    | Value::Param(_)
                    | Value::Binary { .. }
                    | Value::Enter { .. } => {
                        let all = self.passed.entry(id).or_default();
                        if all.last() != Some(&given) {
                            all.push(given);
                        }
                    }
                    Value::Pi { of, .. } | Value::Index { of, .. } | Value::Elem { of, .. } => {
                        left.push(of);
                    }
                    Value::Gamma { then, otherwise, .. } => left.extend([then, otherwise]),
                    Value::Mu { init, back, .. } => left.extend([init, back]),
                    Value::Join { ways, .. } => {
                        left.extend(ir.ways[ways].iter().map(|way| way.value));
                    }
                    Value::Logic { values, .. } => left.extend(&ir.ids[values]),
                    Value::Mutate(mutation) => left.push(ir.mutation(mutation).receiver),
                    Value::List(items) | Value::Tuple(items) => {
                        left.extend(ir.items[items].iter().map(|item| item.value));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Notes of which parameters a call is given a part.
    fn note_parts(&mut self, ir: &FileIr, arg: ValueId, given: Given) {
        let mut left = vec![(arg, false)];
        let mut steps = 0;
        while let Some((id, is_part)) = left.pop() {
            steps += 1;
            if steps > MOST_PARTS {
                break;
            }
            match ir.value(id) {
                Value::Param(place) if is_part => {
                    let all = self.parts_given.entry((ir.stretch(id).function, place)).or_default();
                    if all.last() != Some(&given) {
                        all.push(given);
                    }
                }
                Value::Param(_) | Value::Function(_) | Value::Class(_) | Value::Import { .. } => {}
                value if value.is_literal() => {}
                Value::Pi { of, .. } => left.push((of, is_part)),
                Value::Mu { init, .. } => left.push((init, is_part)),
                Value::Mutate(mutation) => left.push((ir.mutation(mutation).receiver, is_part)),
                Value::Index { of, .. } | Value::Elem { of, .. } => left.push((of, true)),
                value @ Value::Call { .. } => {
                    passed_on(ir, value, &mut |operand| left.push((operand, true)));
                }
                value => passed_on(ir, value, &mut |operand| left.push((operand, is_part))),
            }
        }
    }

    /// The function to which `map` or `filter` gives the items of its other arguments.
    fn applied(&self, ir: &FileIr, callee: ValueId, args: Run<Arg>) -> Option<ValueId> {
        let Value::Global { name, .. } = ir.value(ir.bare(callee)) else { return None };
        let is_applier = matches!(ir.str(name), "map" | "filter") && !self.imported.contains(&name);
        let first = ir.args[args].first().filter(|_| is_applier)?;
        (first.kind == ArgKind::Positional).then_some(first.value)
    }

    /// Whether a function leaves what it is given alone, without being looked at; `None` stands for one
    /// that gives the item back.
    fn is_harmless_function(&self, ir: &FileIr, function: ValueId) -> bool {
        match ir.value(ir.bare(function)) {
            Value::None => true,
            Value::Global { name, .. } => {
                crate::builtins::keeps_arguments(ir.str(name)) && !self.imported.contains(&name)
            }
            Value::Attr { of, .. } => match ir.value(ir.bare(of)) {
                // `"https://{}".format`
                Value::Str(_) => true,
                // `str.strip`
                Value::Global { name, .. } => {
                    matches!(ir.str(name), "str" | "bytes" | "int")
                        && !self.imported.contains(&name)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// What a function gives to calls of what its own body did not make: containers of other bodies.
    /// Those that such a variable holds, however deep, are changed by the call at any time.
    pub(super) fn find_given(&mut self, ir: &FileIr) {
        let mut given: Vec<_> = std::mem::take(&mut self.given).into_iter().collect();
        given.sort_unstable();
        for ((owner, name), callees) in given {
            let stores = &ir.bindings[ir.function(owner).stores];
            let stores = stores.iter().filter(|store| store.name == name);
            // With each, whether it is the items alone that the variable holds.
            let mut left: Vec<(ValueId, bool)> = stores.map(|store| (store.value, false)).collect();
            let mut seen = FxHashSet::default();
            while let Some((id, only_items)) = left.pop() {
                if seen.len() > 256 || !seen.insert((id, only_items)) {
                    continue;
                }
                if !only_items && may_hold(ir.value(id)) {
                    let known = self.given_inside.entry(id).or_default();
                    let room = 16_usize.saturating_sub(known.len());
                    known.extend(callees.iter().take(room));
                }
                held_by(ir, ir.value(id), only_items, &mut |operand, only_items| {
                    left.push((operand, only_items));
                });
            }
        }
    }

    /// Whether a method's receiver is a module or something that a call made: its methods may do
    /// anything, whatever they are called.
    fn is_from_outside(&self, ir: &FileIr, of: ValueId) -> bool {
        let mut at = of;
        for _ in 0..64 {
            match ir.value(at) {
                Value::Pi { of, .. } | Value::Attr { of, .. } => at = of,
                Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
                Value::Import { .. } => return true,
                Value::Global { name, .. } => return self.imported.contains(&name),
                Value::Call { callee, .. } => {
                    return match ir.value(ir.bare(callee)) {
                        Value::Global { name, .. } => {
                            !crate::builtins::keeps_arguments(ir.str(name))
                        }
                        Value::Attr { name, .. } => !is_harmless_method(ir.str(name)),
                        _ => true,
                    };
                }
                _ => return false,
            }
        }
        false
    }

    /// What the value of a call is may be a container that a function only looked up. Where results
    /// of calls, or parameters, are changed, such containers are not certain.
    pub(super) fn share_leaked(&mut self, ir: &FileIr) {
        // Attributes that are computed as they are read; `None` where that may be any.
        let computes_any = ["default_factory", "__getattr__", "__getattribute__", "__get__"]
            .iter()
            .any(|word| ir.strings.find(word).is_some());
        let computed: Option<FxHashSet<Sym>> = (!computes_any).then(|| {
            let methods = ir.functions().filter(|(_, function)| function.class.is_some());
            let decorated = methods.filter(|(_, function)| !ir.ids[function.decorators].is_empty());
            decorated.map(|(_, function)| function.name).collect()
        });
        let changes = self.mutations.iter().any(|id| {
            let Value::Mutate(mutation) = ir.value(*id) else { return false };
            self.is_of_a_call(ir, ir.mutation(mutation).receiver, computed.as_ref())
        });
        if !changes {
            return;
        }
        let mut leaked: FxHashSet<(FunctionId, Sym)> = FxHashSet::default();
        let mut yielded: FxHashMap<FunctionId, Vec<ValueId>> = FxHashMap::default();
        for (index, value) in ir.values.iter().enumerate() {
            if let Value::Yield(Some(value)) | Value::YieldFrom(value) = *value {
                let function = ir.stretch(ValueId::from_index(index)).function;
                yielded.entry(function).or_default().push(value);
            }
        }
        for (id, function) in ir.functions() {
            let mut left: Vec<ValueId> = function.result.into_iter().collect();
            left.extend(yielded.remove(&id).unwrap_or_default());
            // What a cache keeps is one object, however often it is given back.
            let is_cache = |by: &ValueId| {
                let by = match ir.value(ir.bare(*by)) {
                    Value::Call { callee, .. } => ir.bare(callee),
                    _ => ir.bare(*by),
                };
                matches!(ir.value(by), Value::Attr { name, .. } | Value::Import { name: Some(name), .. }
                    if matches!(ir.str(name), "cache" | "lru_cache" | "cached_property"))
            };
            if ir.ids[function.decorators].iter().any(is_cache) {
                self.leaked.extend(&left);
            }
            let mut seen = FxHashSet::default();
            while let Some(id) = left.pop() {
                if !seen.insert(id) || seen.len() > 1_000 {
                    continue;
                }
                match ir.value(id) {
                    Value::Global { name, layers } if layers.is_empty() => {
                        leaked.insert((FileIr::module(), name));
                    }
                    Value::Capture { name, owner } => {
                        leaked.insert((owner, name));
                    }
                    value => passed_on(ir, value, &mut |operand| left.push(operand)),
                }
            }
        }
        for (owner, name) in leaked {
            self.changed_inside.insert((owner, name));
            self.leak(ir, owner, name, false);
        }
    }

    /// Whether a change is about the result of a call, a parameter, or a part of one.
    fn is_of_a_call(
        &self,
        ir: &FileIr,
        receiver: ValueId,
        computed: Option<&FxHashSet<Sym>>,
    ) -> bool {
        let mut at = receiver;
        for _ in 0..64 {
            match ir.value(at) {
                Value::Pi { of, .. } | Value::Index { of, .. } | Value::Elem { of, .. } => at = of,
                Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
                Value::Mu { init, .. } => at = init,
                Value::Call { .. }
                | Value::Enter { .. }
                | Value::Param(_)
                | Value::Gamma { .. }
                | Value::Join { .. } => {
                    return true;
                }
                // What an object is given as it is made may be such a result; so is what a property
                // gives.
                Value::Attr { name, .. } => {
                    return computed.is_none_or(|computed| computed.contains(&name));
                }
                _ => return false,
            }
        }
        true
    }

    /// The variable of another function, or the attribute, whose container a change is about.
    pub(super) fn note_change(&mut self, ir: &FileIr, id: ValueId, mutation: &Mutation) {
        // Whether the value graph may not have foreseen that the container changes.
        // And whether it is the container that a name holds, or one inside.
        let mut left = vec![(mutation.receiver, false, false)];
        let mut steps = 0;
        while let Some((at, is_hidden, is_inside)) = left.pop() {
            steps += 1;
            if steps > MOST_PARTS {
                break;
            }
            match reached_in_namespace(ir, ir.value(at)) {
                Some(Reached::Name(name)) => {
                    self.changed_inside.insert((FileIr::module(), name));
                    self.leak(ir, FileIr::module(), name, is_inside);
                }
                Some(Reached::Any) => {
                    let stores = &ir.bindings[ir.function(FileIr::module()).stores];
                    let held = stores.iter().map(|store| store.value).collect();
                    self.leak_values(ir, held, is_inside);
                }
                None => {}
            }
            match ir.value(at) {
                value if value.is_literal() => {}
                Value::Pi { of, .. } => left.push((of, is_hidden, is_inside)),
                Value::Index { of, .. } | Value::Elem { of, .. } => {
                    left.push((of, is_hidden, true));
                }
                Value::Mutate(mutation) => {
                    let mutation = ir.mutation(mutation);
                    left.push((mutation.receiver, is_hidden, is_inside));
                    // What was put into it may be what is changed in it.
                    if is_inside && mutation.op != Mutator::Escape {
                        let args = &ir.args[mutation.args];
                        left.extend(args.iter().map(|arg| (arg.value, true, true)));
                    }
                }
                value @ (Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Comp(_))
                    if is_inside =>
                {
                    passed_on(ir, value, &mut |operand| left.push((operand, true, true)));
                }
                Value::Mu { init, .. } => left.push((init, is_hidden, is_inside)),
                Value::Capture { name, owner } => {
                    self.changed_inside.insert((owner, name));
                    // What lies in it, or what it lies in, other names may hold.
                    self.leak(ir, owner, name, is_inside);
                }
                Value::Global { name, layers } => {
                    let is_own = self.owner(ir.stretch(id).function) == FileIr::module();
                    if layers.is_empty() || !is_own {
                        self.changed_inside.insert((FileIr::module(), name));
                        if is_own && mutation.op != Mutator::Escape {
                            let changes = self.bare.entry(name).or_default();
                            if changes.last() != Some(&id) {
                                changes.push(id);
                            }
                        }
                        if !is_own {
                            self.leak(ir, FileIr::module(), name, is_inside);
                        }
                    } else if mutation.op != Mutator::Escape {
                        let changes = self.layered.entry(name).or_default();
                        if changes.last() != Some(&id) {
                            changes.push(id);
                        }
                    }
                }
                Value::Attr { name, .. } => {
                    self.changed_attributes.insert(name);
                    self.leak_attribute(ir, name, is_inside);
                }
                Value::Param(place) => {
                    let function = ir.stretch(id).function;
                    if is_hidden && is_inside {
                        self.parts_changed.insert((function, place));
                    }
                    let params = &ir.params[ir.function(function).params];
                    let default = params.get(place as usize).and_then(|param| param.default);
                    self.leak_values(ir, default.into_iter().collect(), is_inside);
                    self.note_changed_param(ir, function, place);
                }
                // What a `setdefault` gives is seen.
                Value::Call { callee, .. }
                    if matches!(ir.value(callee), Value::Attr { name, .. }
                        if ir.str(name) == "setdefault") =>
                {
                    passed_on(ir, ir.value(at), &mut |operand| {
                        left.push((operand, is_hidden, true))
                    });
                }
                // A copy is an object of its own.
                Value::Call { callee, .. } if !is_inside && is_copier(ir, callee) => {}
                // A part of a container, by a method: `carts.values()`, `carts.get(1)`.
                value @ Value::Call { .. } => {
                    passed_on(ir, value, &mut |operand| left.push((operand, true, true)));
                }
                value @ (Value::Gamma { .. } | Value::Join { .. }) => {
                    passed_on(ir, value, &mut |operand| left.push((operand, true, is_inside)));
                }
                _ => {}
            }
        }
    }

    /// What the variable holds is never certain; nor is, if `is_inside`, what that holds.
    fn leak(&mut self, ir: &FileIr, owner: FunctionId, name: Sym, is_inside: bool) {
        let stores = &ir.bindings[ir.function(owner).stores];
        let mut held: Vec<ValueId> =
            stores.iter().filter(|store| store.name == name).map(|store| store.value).collect();
        let params = &ir.params[ir.function(owner).params];
        if let Some(place) = params.iter().position(|param| param.name == name) {
            let is_it =
                |id: &ValueId| matches!(ir.value(*id), Value::Param(at) if at as usize == place);
            held.extend(self.nodes_of(ir, owner).filter(is_it));
        }
        self.leak_values(ir, held, is_inside);
    }

    /// The same of what classes and objects of the file hold under a name, where other names hold it too.
    fn leak_attribute(&mut self, ir: &FileIr, name: Sym, is_inside: bool) {
        let mut held = Vec::new();
        for function in &ir.functions {
            if matches!(function.kind, FunctionKind::ClassBody(_)) {
                let stores = &ir.bindings[function.bindings];
                held.extend(stores.iter().filter(|it| it.name == name).map(|it| it.value));
            }
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::StoreAttr { name: stored, value, .. } if stored == name => {
                        held.push(value);
                    }
                    _ => {}
                }
            }
        }
        self.leak_values(ir, held, is_inside);
    }

    fn leak_values(&mut self, ir: &FileIr, held: Vec<ValueId>, is_inside: bool) {
        let mut left: Vec<(ValueId, bool)> = held.into_iter().map(|id| (id, is_inside)).collect();
        let mut seen = FxHashSet::default();
        while let Some((id, is_inside)) = left.pop() {
            if seen.len() > MOST_PARTS || !seen.insert((id, is_inside)) {
                continue;
            }
            self.leaked.push(id);
            let mut named = |owner: FunctionId, name: Sym| {
                let stores = &ir.bindings[ir.function(owner).stores];
                let held = stores.iter().filter(|store| store.name == name);
                left.extend(held.map(|store| (store.value, is_inside)));
            };
            match ir.value(id) {
                Value::Global { name, .. } => named(FileIr::module(), name),
                Value::Capture { name, owner } => named(owner, name),
                Value::Index { of, .. } | Value::Elem { of, .. } => left.push((of, true)),
                Value::Binary { left: one, right: other, .. } if is_inside => {
                    left.extend([(one, true), (other, true)]);
                }
                // What a container holds is another object than the container, and so is a copy.
                Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Comp(_)
                    if !is_inside => {}
                Value::Call { callee, .. } if !is_inside && is_copier(ir, callee) => {}
                Value::Mutate(mutation) if !is_inside => {
                    left.push((ir.mutation(mutation).receiver, false));
                }
                value @ Value::Call { .. } => {
                    passed_on(ir, value, &mut |operand| left.push((operand, true)));
                }
                value => passed_on(ir, value, &mut |operand| left.push((operand, is_inside))),
            }
        }
    }

    /// A parameter that is changed where a test has taught something of it may end, in the value
    /// graph, as it began: what it holds at the end is then not certain.
    fn note_changed_param(&mut self, ir: &FileIr, body: FunctionId, place: u32) {
        let function = ir.function(body);
        let ends = &ir.ids[function.param_ends];
        let Some(end) = ends.get(place as usize) else { return };
        if matches!(ir.value(ir.bare(*end)), Value::Param(_))
            && let Some(param) = ir.params[function.params].get(place as usize)
        {
            self.changed_inside.insert((body, param.name));
        }
    }

    /// A variable that a loop changes may take up, at the end of a round, an object from outside: a
    /// later round changes that one, which no version of it tells.
    pub(super) fn share_taken_up(&mut self, ir: &FileIr) {
        let mut steps = 0;
        // `is_same`: only what certainly leads on to the very object. What `but` leads to is left out.
        let mut reached = |from: ValueId, is_inside: bool, is_same: bool, but: Option<ValueId>| {
            let mut seen = FxHashSet::default();
            seen.extend(but.map(|but| (but, false)));
            // With each, whether it is the items alone that the variable takes up.
            let mut left = vec![(from, false)];
            while let Some((id, only_items)) = left.pop() {
                steps += 1;
                if steps > 100_000 {
                    break;
                }
                if !seen.insert((id, only_items)) {
                    continue;
                }
                let is_deep = is_inside || only_items;
                match ir.value(id) {
                    // What a container holds is another object than the container.
                    Value::List(_)
                    | Value::Tuple(_)
                    | Value::Set(_)
                    | Value::Dict(_)
                    | Value::Comp(_)
                    | Value::Binary { .. }
                        if !is_deep => {}
                    Value::Call { .. } | Value::Elem { .. } if is_same => {}
                    // So is a copy.
                    Value::Call { callee, .. } if !is_deep && is_copier(ir, callee) => {}
                    Value::Index { key, .. }
                        if is_same || !is_deep && matches!(ir.value(key), Value::Slice { .. }) => {}
                    Value::Mutate(mutation) if !is_deep => {
                        left.push((ir.mutation(mutation).receiver, only_items));
                    }
                    value => held_by(ir, value, only_items, &mut |operand, only_items| {
                        left.push((operand, only_items));
                    }),
                }
            }
            let whole = seen.into_iter().filter(|(_, only_items)| !only_items);
            whole.map(|(id, _)| id).collect::<FxHashSet<ValueId>>()
        };
        let mut heads: Vec<(ValueId, bool)> = Vec::new();
        for id in &self.mutations {
            let Value::Mutate(mutation) = ir.value(*id) else { continue };
            let mut at = ir.mutation(mutation).receiver;
            let mut is_inside = false;
            for _ in 0..64 {
                match ir.value(at) {
                    Value::Pi { of, .. } => at = of,
                    Value::Index { of, .. } | Value::Elem { of, .. } => {
                        is_inside = true;
                        at = of;
                    }
                    Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
                    Value::Mu { init, .. } => {
                        heads.push((at, is_inside));
                        at = init;
                    }
                    _ => break,
                }
            }
        }
        heads.sort_unstable();
        heads.dedup();
        for (head, is_inside) in heads {
            let Value::Mu { of, init, back } = ir.value(head) else { continue };
            if back == head {
                continue;
            }
            let first = self.shape(of).first as usize;
            let before = reached(init, is_inside, true, None);
            let mut taken: Vec<ValueId> = reached(back, is_inside, false, Some(head))
                .into_iter()
                .filter(|id| id.index() < first && !before.contains(id))
                .filter(|id| !matches!(ir.value(*id), Value::Mu { .. }))
                .collect();
            taken.sort_unstable();
            self.leaked.extend(taken);
        }
    }

    pub(super) fn spread_shared(&mut self, ir: &FileIr) {
        let mut left: Vec<ValueId> = ir.shared.clone();
        left.append(&mut self.leaked);
        while let Some(id) = left.pop() {
            if !self.shared.insert(id) {
                continue;
            }
            match ir.value(id) {
                Value::Pi { of, .. } => left.push(of),
                Value::Gamma { then, otherwise, .. } => left.extend([then, otherwise]),
                Value::Mu { init, back, .. } => left.extend([init, back]),
                Value::Join { ways, .. } => left.extend(ir.ways[ways].iter().map(|way| way.value)),
                Value::Logic { values, .. } => left.extend(&ir.ids[values]),
                Value::Mutate(mutation) => left.push(ir.mutation(mutation).receiver),
                Value::Global { layers, .. } => {
                    left.extend(ir.layers[layers].iter().map(|layer| layer.value));
                }
                _ => {}
            }
        }
    }
}

/// The parameter that a variable began as, where it holds that unchanged, or something made in its place,
/// whichever way is taken: `items = [] if items is None else items`. The value itself where it is anything
/// else.
fn as_it_began(ir: &FileIr, id: ValueId) -> ValueId {
    let end = ir.bare(id);
    let mut param = None;
    let mut seen: FxHashSet<ValueId> = FxHashSet::default();
    let mut left = vec![end];
    while let Some(at) = left.pop() {
        if seen.len() > MOST_PARTS {
            return end;
        }
        if !seen.insert(at) {
            continue;
        }
        match ir.value(at) {
            Value::Gamma { then, otherwise, .. } => {
                left.extend([ir.bare(then), ir.bare(otherwise)]);
            }
            Value::Mu { init, back, .. } => left.extend([ir.bare(init), ir.bare(back)]),
            Value::Join { ways, .. } => {
                left.extend(ir.ways[ways].iter().map(|way| ir.bare(way.value)));
            }
            Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Tuple(_) => {}
            value if value.is_literal() => {}
            Value::Param(_) if param.is_none() => param = Some(at),
            _ => return end,
        }
    }
    param.unwrap_or(end)
}
