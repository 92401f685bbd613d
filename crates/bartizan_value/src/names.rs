//! Names of a module: what its code, star imports and writes to its namespace have bound.

use bartizan_base::Sym;
use bartizan_ir::{Binding, FileIr, FunctionId, Layer, LoopId, Part, Path, Value, ValueId};

use crate::FileId;
use crate::analysis::Region;
use crate::domain::{Abstract, Alternative, Constant, Evaluated, Symbol};
use crate::loops::LoopEnd;
use crate::parts::{each_object, opened};
use crate::reason::Reason;
use crate::session::{Act, FrameId, Session};
use crate::versions::Versions;
use crate::world::Imported;

/// Changes to what came from elsewhere under one name, beyond which they are not followed.
const MOST_CHANGES: usize = 64;

/// Star imports that are followed from one file to the next.
const MOST_STARS: usize = 100;

/// Steps that it takes to look for a name in one layer of a namespace.
const STEPS_OF_LAYER: u32 = 4;

impl Session<'_> {
    /// A name that is the module's, or Python's own.
    pub(crate) fn global(
        &mut self,
        at: Act,
        id: ValueId,
        name: Sym,
        layers: &[Layer],
    ) -> Evaluated {
        let ir = self.ir(at);
        if self.analysis(at).is_rebound(name) {
            return self.rebound(at, id, name);
        }
        if !layers.is_empty() {
            let text = ir.str(name);
            return match self.through_layers(at, id, text, layers) {
                Some(value) => self.with_changes(at, Some(id), name, value),
                None => self.builtin_name(at, id, text),
            };
        }
        let stretch = ir.stretch(id);
        if self.analysis(at).owner(stretch.function) == FileIr::module() {
            // The module has bound nothing of this name so far.
            return self.builtin_name(at, id, ir.str(name));
        }
        let file = self.frame_of(at).file;
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        if let Some((act, call)) = self.called_from(at, frame) {
            let value = self.store_at(act, id, call, FileIr::module(), name);
            return self.unless_given(at, value);
        }
        match self.module_value(root, None, name, ir.str(name)) {
            Some(value) => self.unless_given(at, value),
            None => self.builtin_name(at, id, ir.str(name)),
        }
    }

    /// A container that a running function looks up, and also was given, changes under both names.
    pub(crate) fn unless_given(&self, at: Act, value: Evaluated) -> Evaluated {
        if !value.value.is_mutable() {
            return value;
        }
        let mut given = false;
        let mut frame = self.acts[at as usize].frame;
        for _ in 0..64 {
            let it = &self.frames[frame as usize];
            let Some(function) = it.function else { break };
            if !it.analysis.is_intact(function) {
                for param in &it.params {
                    each_object(&param.value, &mut |object, _| {
                        each_object(&value.value, &mut |held, _| given |= held == object);
                    });
                }
            }
            match it.caller {
                Some((act, _)) => frame = self.acts[act as usize].frame,
                None => break,
            }
        }
        if given { opened(&value, &Reason::Aliased) } else { value }
    }

    /// A name that functions set with `global`.
    fn rebound(&mut self, at: Act, id: ValueId, name: Sym) -> Evaluated {
        self.unknown(at, id, Reason::Variable(self.ir(at).str(name).into()))
    }

    /// What a module ends with under a name, or has when it evaluates `before`; `None` where it binds
    /// nothing.
    fn module_value(
        &mut self,
        root: Act,
        before: Option<ValueId>,
        name: Sym,
        text: &str,
    ) -> Option<Evaluated> {
        let ir = self.ir(root);
        if let Some(binding) = ir.binding(FileIr::module(), name) {
            let value = self.eval(root, binding.value);
            if !matches!(ir.value(binding.value), Value::Unbound) {
                return Some(value);
            }
        }
        let layers = &ir.layers[ir.function(FileIr::module()).layers];
        let value = match before {
            None => self.through_layers(root, ValueId::from_index(0), text, layers)?,
            Some(before) => {
                let earlier = layers.partition_point(|layer| layer.value < before);
                self.through_layers(root, before, text, &layers[..earlier])?
            }
        };
        Some(self.with_changes(root, before, name, value))
    }

    /// What a name holds that came from elsewhere, after what the module's own code has changed of it.
    pub(crate) fn with_changes(
        &mut self,
        at: Act,
        before: Option<ValueId>,
        name: Sym,
        value: Evaluated,
    ) -> Evaluated {
        let analysis = self.analysis(at);
        if !value.value.is_mutable() {
            return value;
        }
        let file = self.frame_of(at).file;
        let changes = analysis.layered_changes(name);
        let mut given = analysis.layered_given(name).iter();
        if changes.len() > MOST_CHANGES
            || analysis.is_changed_inside(FileIr::module(), name)
            || given.any(|given| self.world.may_change(file, *given))
        {
            return opened(&value, &Reason::Changed);
        }
        self.with_each(at, before, value, changes, Some(name))
    }

    /// What a name holds that another file bound before this one was run in its namespace, after what
    /// this one has changed of it.
    pub(crate) fn with_bare_changes(
        &mut self,
        at: Act,
        before: Option<ValueId>,
        name: &str,
        value: Evaluated,
    ) -> Evaluated {
        let (ir, analysis) = (self.ir(at), self.analysis(at));
        let Some(sym) = ir.strings.find(name) else { return value };
        let changes = analysis.bare_changes(sym);
        if !value.value.is_mutable() || changes.is_empty() {
            return value;
        }
        if changes.len() > MOST_CHANGES {
            return opened(&value, &Reason::Changed);
        }
        let is_module = |id: ValueId| analysis.owner(ir.stretch(id).function) == FileIr::module();
        let before = before.filter(|id| is_module(*id));
        let root = self.frame_of(at).root;
        self.with_each(root, before, value, changes, None)
    }

    /// What a container is after changes, one by one. Under a `name`, loops tell what their rounds make of it.
    fn with_each(
        &mut self,
        at: Act,
        before: Option<ValueId>,
        value: Evaluated,
        changes: &[ValueId],
        name: Option<Sym>,
    ) -> Evaluated {
        let (ir, analysis) = (self.ir(at), self.analysis(at));
        let (mut value, mut within, mut home) = (value, None, at);
        if let Some((act, of, carried)) = name.and_then(|name| self.carried_around(at, name)) {
            (value, within, home) = (carried, Some(of), act);
        }
        let mut over: Vec<LoopId> = Vec::new();
        for change in changes {
            if before.is_some_and(|before| *change >= before) {
                break;
            }
            let Value::Mutate(mutation) = ir.value(*change) else { continue };
            let path = ir.stretch(*change).path;
            let around = analysis.loop_of(path);
            let region = analysis.region(ir, *change);
            if region != within.map(Region::Loop) {
                let inner = match region {
                    Some(Region::Loop(_)) => self.child_loop(home, around, within),
                    Some(Region::Comp(_)) => None,
                    // What the loops around have found here.
                    None => continue,
                };
                let (Some(inner), Some(name)) = (inner, name) else {
                    if within.is_none() || matches!(region, Some(Region::Comp(_))) {
                        value = opened(&value, &Reason::Loop);
                    }
                    continue;
                };
                if !over.contains(&inner) {
                    over.push(inner);
                    value = self.after_loop(home, inner, name, value);
                }
                continue;
            }
            let at = home;
            let holds = self.holds(at, path);
            if holds == Ok(false) {
                continue;
            }
            let receiver = self.eval(at, ir.mutation(mutation).receiver);
            let changed = self.eval(at, *change);
            let now = if receiver.value == value.value {
                changed
            } else {
                let mut versions = Versions::default();
                each_object(&changed.value, &mut |object, now| versions.note(object, now));
                match changed.value {
                    Abstract::Unknown(_) => opened(&value, &Reason::Changed),
                    _ => versions.apply(&value),
                }
            };
            value = match holds {
                Ok(_) => now,
                Err(_) => {
                    let when = self.conditions(at, path);
                    let changed = Alternative { when, value: now };
                    let site = value.site;
                    let kept = Alternative { when: Vec::new(), value };
                    Evaluated { value: Abstract::choice(vec![changed, kept]), site }
                }
            };
        }
        value
    }

    /// The innermost loop around `at` that changes what a name of the module holds which came from elsewhere,
    /// and what that was as the round at hand began.
    fn carried_around(&self, at: Act, name: Sym) -> Option<(Act, LoopId, Evaluated)> {
        let mut up = Some(at);
        while let Some(act) = up {
            let it = &self.acts[act as usize];
            if let Some(Region::Loop(of)) = it.region
                && let Some((_, carried)) = it.carried.iter().find(|(known, _)| *known == name)
            {
                return Some((act, of, carried.clone()));
            }
            up = it.parent;
        }
        None
    }

    /// What such a name holds behind a loop that changes it.
    fn after_loop(&mut self, at: Act, of: LoopId, name: Sym, value: Evaluated) -> Evaluated {
        let Path::Loop { parent, .. } = self.loop_path(at, of) else {
            return opened(&value, &Reason::Loop);
        };
        // Asked in the midst of it.
        if self.active(at, Some(Region::Loop(of))).is_some() {
            return opened(&value, &Reason::Loop);
        }
        match self.holds(at, parent) {
            Ok(true) => {}
            Ok(false) => return value,
            Err(reason) => return opened(&value, &reason),
        }
        let around = self.analysis(at).around(Region::Loop(of));
        let parent = self.enter(at, around);
        let (act, end) = self.run_loop(parent, of);
        let carried = &self.acts[act as usize].carried;
        let carried = carried.iter().find(|(known, _)| *known == name).map(|(_, it)| it.clone());
        match (end, carried) {
            (LoopEnd::Exhausted, Some(carried)) => carried,
            (LoopEnd::Unknown(reason), _) => opened(&value, &reason),
            _ => opened(&value, &Reason::Loop),
        }
    }

    /// The names of the module that a loop changes and that came from elsewhere, with what they hold before
    /// it.
    pub(crate) fn carried_into(&mut self, at: Act, of: LoopId) -> Vec<(Sym, Evaluated)> {
        let (ir, analysis) = (self.ir(at), self.analysis(at));
        let first = ValueId::from_index(analysis.shape(of).first as usize);
        if self.frame_of(at).function.is_some() {
            return Vec::new();
        }
        let layers = &ir.layers[ir.function(FileIr::module()).layers];
        let earlier = layers.partition_point(|layer| layer.value < first);
        let mut found = Vec::new();
        for name in analysis.layered_names_in(of) {
            let text = ir.str(name);
            let Some(value) = self.through_layers(at, first, text, &layers[..earlier]) else {
                continue;
            };
            let value = self.with_changes(at, Some(first), name, value);
            if matches!(value.value, Abstract::Seq(_) | Abstract::Map(_)) {
                found.push((name, value));
            }
        }
        found
    }

    /// The same as a round leaves them.
    pub(crate) fn carry_on(&mut self, act: Act, of: LoopId) {
        let behind = ValueId::from_index(self.analysis(act).shape(of).last as usize + 1);
        for place in 0..self.acts[act as usize].carried.len() {
            let (name, value) = self.acts[act as usize].carried[place].clone();
            let value = self.with_changes(act, Some(behind), name, value);
            self.acts[act as usize].next_carried.push((name, value));
        }
    }

    /// Where a run that is still going on was left by the calls that lead to `at`.
    pub(crate) fn called_from(&self, at: Act, frame: FrameId) -> Option<(Act, ValueId)> {
        let mut now = self.acts[at as usize].frame;
        loop {
            if now == frame {
                return None;
            }
            let (act, call) = self.frames[now as usize].caller?;
            let next = self.acts[act as usize].frame;
            if next == frame {
                return Some((act, call));
            }
            if next == now {
                return None;
            }
            now = next;
        }
    }

    /// What a variable of `owner` holds while `owner` calls something at `call`.
    pub(crate) fn store_at(
        &mut self,
        act: Act,
        id: ValueId,
        call: ValueId,
        owner: FunctionId,
        name: Sym,
    ) -> Evaluated {
        let ir = self.ir(act);
        let stretch = ir.stretch(call);
        let text = ir.str(name);
        // Code of a function that is evaluated on its own runs after its module has ended.
        let same_body = self.analysis(act).owner(stretch.function) == owner;
        let stores: Vec<Binding> = ir.bindings[ir.function(owner).stores]
            .iter()
            .filter(|binding| binding.name == name)
            .copied()
            .collect();
        if same_body {
            // A value may be older than its store, and the target of `x = f()` stands before the call.
            let here = ir.span(call);
            let is_before = |store: &Binding| store.value < call && store.span.end <= here.start;
            let last = stores.iter().rposition(is_before);
            let end = ir.binding(owner, name).map(|binding| ir.bare(binding.value));
            let after = stores.iter().any(|store| !is_before(store));
            // A later store in a loop around both comes before the call of the next round.
            let loops = || ir.loops.iter().filter(|it| it.span.contains(here));
            let is_after = |store: &Binding| {
                !is_before(store) && !loops().any(|it| it.span.contains(store.span))
            };
            match last {
                Some(last) if !after && end == Some(ir.bare(stores[last].value)) => {
                    return self.eval(act, stores[last].value);
                }
                // `del name` is the last word on it.
                Some(last)
                    if matches!(ir.value(stores[last].value), Value::Unbound)
                        && self.runs_always(act, &stores[last])
                        && stores[last + 1..].iter().all(is_after)
                        && !(owner == FileIr::module() && self.is_layered(act)) =>
                {
                    return match owner == FileIr::module() {
                        true => self.builtin_name(act, id, text),
                        false => self.eval(act, stores[last].value),
                    };
                }
                Some(last) if owner == FileIr::module() && !after && self.is_layered(act) => {
                    return self.stored_and_layered(act, id, call, &stores, last);
                }
                Some(0)
                    if self.runs_always(act, &stores[0]) && stores[1..].iter().all(is_after) =>
                {
                    if owner == FileIr::module() && self.is_layered(act) {
                        return self.stored_and_layered(act, id, call, &stores, 0);
                    }
                    return self.eval(act, stores[0].value);
                }
                None if stores.is_empty() => {
                    let root = self.frame_of(act).root;
                    let found = match owner == FileIr::module() {
                        true => self.module_value(root, Some(call), name, text),
                        false => None,
                    };
                    return match found {
                        Some(value) => value,
                        None => self.builtin_name(act, id, text),
                    };
                }
                _ => {}
            }
            if owner == FileIr::module()
                && self.is_layered(act)
                && self.is_written_by(act, call, text)
            {
                return self.unknown(act, id, Reason::Variable(text.into()));
            }
            return self.any_store(act, id, text, &stores);
        }
        let root = self.frame_of(act).root;
        match self.module_value(root, None, name, text) {
            Some(value) => value,
            None => self.builtin_name(act, id, text),
        }
    }

    /// Whether anything but assignments may bind names of the module.
    fn is_layered(&self, act: Act) -> bool {
        !self.ir(act).function(FileIr::module()).layers.is_empty()
    }

    /// Whether anything but assignments may have bound a name before a call.
    fn is_written_by(&mut self, act: Act, call: ValueId, name: &str) -> bool {
        let ir = self.ir(act);
        let layers = &ir.layers[ir.function(FileIr::module()).layers];
        let earlier = layers.partition_point(|layer| layer.value < call);
        self.through_layers(act, call, name, &layers[..earlier]).is_some()
    }

    /// What a name of the module holds at a call that one of its stores has bound, the last before it,
    /// and something else since.
    fn stored_and_layered(
        &mut self,
        act: Act,
        id: ValueId,
        call: ValueId,
        stores: &[Binding],
        last: usize,
    ) -> Evaluated {
        let ir = self.ir(act);
        let store = &stores[last];
        let name = ir.str(store.name);
        if !self.runs_always(act, store) && self.is_written_by(act, call, name) {
            return self.unknown(act, id, Reason::Variable(name.into()));
        }
        let mut layers = vec![Layer { value: store.value, path: FileIr::root_path() }];
        let module = &ir.layers[ir.function(FileIr::module()).layers];
        layers.extend(
            module
                .iter()
                .filter(|layer| layer.value < call && ir.span(layer.value).start >= store.span.end),
        );
        match self.through_layers(act, id, name, &layers) {
            Some(value) => value,
            None => self.eval(act, store.value),
        }
    }

    /// Whether a store stands where its body runs whenever it runs, in no branch and no loop.
    fn runs_always(&self, act: Act, store: &Binding) -> bool {
        let ir = self.ir(act);
        ir.stretch(store.value).path == FileIr::root_path()
            && !matches!(ir.value(store.value), Value::Mu { .. })
    }

    /// The value of a variable that any of several stores may have set.
    pub(crate) fn any_store(
        &mut self,
        act: Act,
        id: ValueId,
        name: &str,
        stores: &[Binding],
    ) -> Evaluated {
        if stores.is_empty() || stores.len() > 16 {
            return self.unknown(act, id, Reason::Variable(name.into()));
        }
        let mut first: Option<Evaluated> = None;
        for store in stores {
            let value = self.eval(act, store.value);
            let same = first.as_ref().is_none_or(|first| first.value == value.value);
            if !same || !value.is_known() || value.value.is_mutable() {
                return self.unknown(act, id, Reason::Variable(name.into()));
            }
            first = Some(value);
        }
        first.unwrap_or_else(|| self.unknown(act, id, Reason::Variable(name.into())))
    }

    /// Looks through what may have bound a name, the latest first; `None` where nothing has.
    pub(crate) fn through_layers(
        &mut self,
        at: Act,
        id: ValueId,
        name: &str,
        layers: &[Layer],
    ) -> Option<Evaluated> {
        let mut possible: Vec<Alternative> = Vec::new();
        let mut doubt: Option<Reason> = None;
        let mut is_sure = false;
        let is_builtin = self.world.is_builtin(name);
        for layer in layers.iter().rev() {
            if let Err(reason) = self.spend(STEPS_OF_LAYER) {
                return Some(self.unknown(at, id, reason));
            }
            // Nobody binds the builtins anew by way of the namespace.
            if is_builtin && writes_any_name(self.ir(at), layer) {
                continue;
            }
            let over = self.loop_that_is_over(at, layer.path);
            let rounds = match self.ir(at).value(layer.value) {
                Value::NamespaceRounds(of) => Some(of),
                _ => None,
            };
            if let Some((of, _)) = over
                && rounds != Some(of)
            {
                // What the rounds of a loop have left is told where it begins.
                if layers.iter().any(|layer| is_rounds(self.ir(at), layer, of)) {
                    continue;
                }
            }
            if over.is_none() && rounds.is_none() {
                // Outside of loops, or in this round.
            } else if let Some((of, _)) = over
                && let Some(found) = self.set_by_loop(at, of, name)
            {
                match found {
                    Starred::Nothing => continue,
                    Starred::Bound(value) if doubt.is_none() && possible.is_empty() => {
                        return Some(value);
                    }
                    _ => {}
                }
            }
            // What a loop writes is what its rounds have written, whoever asks.
            let path = match (over, rounds) {
                (Some((_, parent)), _) => parent,
                _ => layer.path,
            };
            // That a round is at hand needs no test.
            let is_at_hand = over.is_none() && rounds.is_some();
            let runs = match self.holds(at, path) {
                _ if is_at_hand => true,
                Ok(false) => continue,
                Ok(true) => true,
                Err(reason @ (Reason::OutOfFuel | Reason::Loop)) => {
                    doubt.get_or_insert(reason);
                    false
                }
                Err(_) => false,
            };
            let found = match (over, rounds) {
                (_, Some(of)) => self.left_by_rounds(at, of, name),
                (Some((of, _)), None) => self.left_by_last_round(at, of, layer, name),
                (None, None) => self.layer(at, layer, name),
            };
            // On ways on which another file binds nothing, what the layers before it have bound stays.
            let is_of_file = matches!(
                self.ir(at).value(layer.value),
                Value::Star { .. } | Value::NamespaceUnknown(_)
            );
            let found = match found {
                Starred::Bound(value) if is_of_file && self.is_unbound(&value, name) => {
                    Starred::Nothing
                }
                Starred::Bound(value) if is_of_file => match &value.value {
                    Abstract::Choice(choice)
                        if choice
                            .alternatives
                            .iter()
                            .any(|it| self.is_unbound(&it.value, name)) =>
                    {
                        let around = self.conditions(at, path);
                        for way in &choice.alternatives {
                            if !self.is_unbound(&way.value, name) {
                                let mut when = around.clone();
                                when.extend(way.when.iter().cloned());
                                possible.push(Alternative { when, value: way.value.clone() });
                            }
                        }
                        continue;
                    }
                    _ => Starred::Bound(value),
                },
                found => found,
            };
            match found {
                Starred::Bound(value) if runs && doubt.is_none() && possible.is_empty() => {
                    return Some(value);
                }
                Starred::Bound(value) => {
                    let when = self.conditions(at, path);
                    possible.push(Alternative { when, value });
                    is_sure |= runs;
                    if runs {
                        break;
                    }
                }
                Starred::Nothing => {}
                Starred::Perhaps(reason) => {
                    doubt.get_or_insert(reason);
                }
            }
        }
        match doubt {
            None if possible.is_empty() => return None,
            // Nobody imports the builtins anew: without a known binding, the doubt is about nothing.
            Some(Reason::External(_)) if possible.is_empty() && is_builtin => {
                return None;
            }
            Some(doubt) => {
                let value = self.unknown(at, id, doubt);
                possible.push(Alternative { when: Vec::new(), value });
            }
            // Bound under conditions alone.
            None if !is_sure => {
                let value = self.builtin_name(at, id, name);
                possible.push(Alternative { when: Vec::new(), value });
            }
            None => {}
        }
        let value = Abstract::choice(possible);
        Some(self.made(at, id, value))
    }

    /// Whether a value tells that code has left a name without one: no line that binds it has run. That a
    /// line which does asks for another name that nothing binds is another matter.
    fn is_unbound(&self, value: &Evaluated, name: &str) -> bool {
        if value.value.unknown() != Some(&Reason::Raises("NameError")) {
            return false;
        }
        let ir = self.world.ir(value.site.file);
        match ir.value(ir.bare(value.site.node)) {
            Value::Unbound | Value::Gamma { .. } | Value::Join { .. } | Value::Mu { .. } => true,
            Value::Star { .. } => true,
            Value::Global { name: asked, .. } => ir.str(asked) == name,
            _ => false,
        }
    }

    /// What `for name in (…): globals()[name] = value` has under a name, where the names are known and
    /// the value is the same in each round.
    fn set_by_loop(&mut self, at: Act, of: LoopId, name: &str) -> Option<Starred> {
        let ir = self.ir(at);
        let mut writes = Vec::new();
        for node in self.analysis(at).written_in(of).collect::<Vec<_>>() {
            let path = ir.stretch(node).path;
            let is_of_environment = matches!(ir.value(node), Value::NamespaceSet { .. })
                && self.runs_over_environment(at, path)
                && !self.variables_at(at, node).may_name(name);
            if !is_of_environment {
                writes.push(node);
            }
        }
        let node = match writes.as_slice() {
            [] => return Some(Starred::Nothing),
            [node] => *node,
            _ => return None,
        };
        let Value::NamespaceSet { key, value } = ir.value(node) else { return None };
        let layer = Layer { value: node, path: ir.stretch(node).path };
        let Path::Loop { of, parent } = ir.path(layer.path) else { return None };
        let Value::Elem { of: names, which: Part::Each } = ir.value(ir.bare(key)) else {
            return None;
        };
        let analysis = self.analysis(at);
        let is_outside = |id: ValueId| {
            analysis.region(ir, id).is_none() && analysis.loop_of(ir.stretch(id).path).is_none()
        };
        if !is_outside(ir.bare(names)) || !analysis.shape(of).exits.is_empty() {
            return None;
        }
        let names = self.eval(at, names);
        let names = crate::parts::iterate_unordered(&names).ok()?;
        let names: Option<Vec<&str>> = names.iter().map(|name| name.value.as_str()).collect();
        if !names?.contains(&name) {
            return Some(Starred::Nothing);
        }
        let value = ir.bare(value);
        let is_literal = crate::parts::literal(ir, value).is_some();
        if !(is_literal || is_outside(value)) || self.holds(at, parent) != Ok(true) {
            return None;
        }
        Some(Starred::Bound(self.eval(at, value)))
    }

    /// Whether a path lies in a loop over the variables of the environment.
    fn runs_over_environment(&mut self, at: Act, path: bartizan_ir::PathId) -> bool {
        let ir = self.ir(at);
        let mut link = Some(path);
        while let Some(path) = link {
            if let Path::Loop { of, .. } = ir.path(path)
                && let bartizan_ir::LoopKind::For { iterator, .. } = ir.loops[of.index()].kind
                && self.analysis(at).region(ir, ir.bare(iterator)).is_none()
            {
                let over = self.eval(at, iterator);
                let symbol = match &over.value {
                    Abstract::Ref(symbol) => Some(symbol),
                    Abstract::Apply(made) => Some(&made.symbol),
                    _ => None,
                };
                if let Some(Symbol::External(name)) = symbol
                    && matches!(&**name, "os.environ" | "os.environ.items" | "os.environ.keys")
                {
                    return true;
                }
            }
            link = ir.path(path).parent();
        }
        false
    }

    /// What one of the layers has under a name.
    pub(crate) fn layer(&mut self, at: Act, layer: &Layer, name: &str) -> Starred {
        let ir = self.ir(at);
        match ir.value(layer.value) {
            Value::Star { module, level } => {
                self.starred(at, layer.value, (ir.str(module), level), name)
            }
            Value::NamespaceSet { key, value } => {
                let key = self.eval(at, key);
                match key.value.as_str() {
                    Some(key) if key == name => Starred::Bound(self.eval(at, value)),
                    Some(_) => Starred::Nothing,
                    None => Starred::Perhaps(crate::format::reason_of(&key.value)),
                }
            }
            Value::NamespaceUpdate(mapping) => {
                let mapping = self.eval(at, mapping);
                match crate::mutate::pairs(&mapping) {
                    Ok(pairs) => pairs
                        .into_iter()
                        .rev()
                        .find(|(key, _)| key.value.as_str() == Some(name))
                        .map_or(Starred::Nothing, |(_, value)| Starred::Bound(value)),
                    // Nothing is taken over from what fails: the code behind it, if any runs, has
                    // caught that.
                    Err(Reason::Raises(_)) => Starred::Nothing,
                    Err(_) if !self.may_have_key(&mapping, name) => Starred::Nothing,
                    Err(reason) => Starred::Perhaps(reason),
                }
            }
            Value::NamespaceUnknown(call) => self.bound_by(at, call, name),
            Value::Unbound => Starred::Nothing,
            _ => Starred::Bound(self.eval(at, layer.value)),
        }
    }

    /// What `from module import *` takes along under a name.
    fn starred(
        &mut self,
        at: Act,
        id: ValueId,
        (module, level): (&str, u32),
        name: &str,
    ) -> Starred {
        let file = self.frame_of(at).file;
        match self.world.import(file, module, level) {
            Imported::Module(target) => {
                let Some(target_file) = self.world.file_of(target) else { return Starred::Nothing };
                if target_file == file {
                    return Starred::Nothing;
                }
                // What fails halfway, and is caught, has bound nothing here.
                let ir = self.ir(at);
                let at_node = id.index() as u32;
                let is_tried = |it: &bartizan_ir::Try| it.start <= at_node && at_node < it.end;
                if ir.tries.iter().any(is_tried) && self.module_raises(target).is_some() {
                    return Starred::Nothing;
                }
                let half = self.in_its_midst(at, id, target_file, name);
                if half.is_some()
                    && let Some(Some(all)) = self.in_its_midst(at, id, target_file, "__all__")
                    && Some(&all.value)
                        != self
                            .module_attribute(target_file, "__all__")
                            .as_ref()
                            .map(|it| &it.value)
                {
                    return Starred::Perhaps(Reason::Variable("__all__".into()));
                }
                match self.offers(target_file, name) {
                    Ok(true) => {}
                    Ok(false) => return Starred::Nothing,
                    Err(reason) => return Starred::Perhaps(reason),
                }
                let asked = (target_file, name.to_owned());
                // Files that take everything from each other lead back here, and what comes round
                // again has nothing to add.
                if self.stars.contains(&asked) {
                    return Starred::Nothing;
                }
                if self.stars.len() >= MOST_STARS {
                    return Starred::Perhaps(Reason::NotFollowed("too many star imports in a row"));
                }
                self.stars.push(asked);
                let found = match half {
                    Some(found) => found,
                    None => self.module_attribute(target_file, name),
                };
                self.stars.pop();
                let found = found.map(|value| self.unless_changed_by_layer(at, target_file, value));
                match found {
                    Some(value) => Starred::Bound(value),
                    // A module of the package, which is imported for that.
                    None if self.lists_names(target_file) => {
                        Starred::Perhaps(Reason::NotFollowed("a module that `__all__` names"))
                    }
                    None => Starred::Nothing,
                }
            }
            Imported::External(_) if name.starts_with('_') => Starred::Nothing,
            Imported::External(module) if self.is_left_to_each_machine(&module) => Starred::Nothing,
            // `django.conf.global_settings.*`: what the module itself is was not asked.
            Imported::External(module) => {
                Starred::Perhaps(Reason::External(format!("{module}.*").into()))
            }
            Imported::Missing => Starred::Nothing,
        }
    }

    /// Whether a file says by `__all__` what a star import takes along.
    fn lists_names(&self, file: FileId) -> bool {
        let ir = self.world.ir(file);
        ir.strings.find("__all__").is_some_and(|all| ir.binding(FileIr::module(), all).is_some())
    }

    /// Whether a star import of the file takes the name along.
    pub(crate) fn offers(&mut self, file: FileId, name: &str) -> Result<bool, Reason> {
        let ir = self.world.ir(file);
        let all = ir.strings.find("__all__");
        let Some(binding) = all.and_then(|all| ir.binding(FileIr::module(), all)) else {
            return Ok(!name.starts_with('_'));
        };
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let listed = self.eval(root, binding.value);
        match crate::parts::iterate_unordered(&listed) {
            Ok(items) if items.iter().any(|item| item.value.as_str() == Some(name)) => Ok(true),
            Ok(items) => match items.iter().find(|item| !item.is_known()) {
                Some(item) => Err(crate::format::reason_of(&item.value)),
                None => Ok(false),
            },
            // What the open list shows is offered; of the rest, anything may be.
            Err(reason) => match &listed.value {
                Abstract::Seq(seq) if seq.items.iter().any(|i| i.value.as_str() == Some(name)) => {
                    Ok(true)
                }
                _ => Err(reason),
            },
        }
    }

    /// What a file ends with under a name.
    pub(crate) fn module_attribute(&mut self, file: FileId, name: &str) -> Option<Evaluated> {
        let value = self.attribute_as_bound(file, name);
        let value = value.map(|value| match value.value.is_mutable() {
            true if self.outside.is_none() => self.unless_held_otherwise(file, name, value),
            _ => value,
        });
        self.unless_meddled(file, name, value)
    }

    fn attribute_as_bound(&mut self, file: FileId, name: &str) -> Option<Evaluated> {
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let ir = self.ir(root);
        let Some(sym) = ir.strings.find(name) else {
            let layers = ir.function(FileIr::module()).layers;
            return self.through_layers(root, ValueId::from_index(0), name, &ir.layers[layers]);
        };
        if self.analysis(root).is_rebound(sym) {
            return Some(self.rebound(root, ValueId::from_index(0), sym));
        }
        self.module_value(root, None, sym, name)
    }

    fn builtin_name(&mut self, at: Act, id: ValueId, name: &str) -> Evaluated {
        if !self.includers.is_empty()
            && let Some(value) = self.known_to_includer(at, name)
        {
            return self.with_bare_changes(at, Some(id), name, value);
        }
        let value = match name {
            "__name__" if self.program == Some(self.frame_of(at).file) => Abstract::str("__main__"),
            "__name__" => Abstract::str(self.world.module_name(self.frame_of(at).file)),
            "__debug__" => Abstract::bool(true),
            "Ellipsis" => Abstract::Const(Constant::Ellipsis),
            "__file__" => Abstract::external("__file__"),
            name if self.world.is_builtin(name) => {
                let dotted = format!("builtins.{name}");
                match self.is_replaced(&dotted) {
                    true => Abstract::Unknown(Reason::Variable(name.into())),
                    false => Abstract::external(dotted),
                }
            }
            name if name.starts_with("__") => Abstract::Unknown(Reason::NotFollowed("this name")),
            _ => Abstract::Unknown(Reason::Raises("NameError")),
        };
        self.made(at, id, value)
    }
}

/// Whether a layer writes to the namespace names that do not stand there.
fn writes_any_name(ir: &FileIr, layer: &Layer) -> bool {
    match ir.value(layer.value) {
        Value::NamespaceUnknown(_) | Value::NamespaceUpdate(_) | Value::NamespaceRounds(_) => true,
        Value::NamespaceSet { key, .. } => !matches!(ir.value(ir.bare(key)), Value::Str(_)),
        _ => false,
    }
}

/// Whether a layer stands for the rounds of this loop.
fn is_rounds(ir: &FileIr, layer: &Layer, of: LoopId) -> bool {
    matches!(ir.value(layer.value), Value::NamespaceRounds(rounds) if rounds == of)
}

/// What a layer has under a name.
pub(crate) enum Starred {
    Bound(Evaluated),
    Nothing,
    Perhaps(Reason),
}

/// Something outside by its dotted name; a few are constants.
pub(crate) fn external(dotted: &str) -> Abstract {
    match dotted {
        "typing.TYPE_CHECKING" => Abstract::bool(false),
        "os.name" => Abstract::str("posix"),
        "os.devnull" => Abstract::str("/dev/null"),
        "os.pathsep" => Abstract::str(":"),
        "os.sep" | "os.path.sep" => Abstract::str("/"),
        "os.linesep" => Abstract::str("\n"),
        "string.ascii_lowercase" => Abstract::str("abcdefghijklmnopqrstuvwxyz"),
        "string.ascii_uppercase" => Abstract::str("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "string.ascii_letters" => {
            Abstract::str("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        }
        "string.digits" => Abstract::str("0123456789"),
        "string.punctuation" => Abstract::str("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        "math.pi" => Abstract::float(std::f64::consts::PI),
        "math.e" => Abstract::float(std::f64::consts::E),
        _ => level(dotted).map_or_else(|| Abstract::external(dotted), Abstract::int),
    }
}

/// Levels of messages: of logs, and of those that Django shows.
fn level(dotted: &str) -> Option<i64> {
    let (module, name) = dotted.rsplit_once('.')?;
    Some(match (module, name) {
        ("logging", "NOTSET") => 0,
        ("logging" | "django.contrib.messages" | "django.contrib.messages.constants", name) => {
            match name {
                "DEBUG" => 10,
                "INFO" => 20,
                "SUCCESS" if module != "logging" => 25,
                "WARNING" => 30,
                "WARN" if module == "logging" => 30,
                "ERROR" => 40,
                "CRITICAL" | "FATAL" if module == "logging" => 50,
                _ => return None,
            }
        }
        _ => return None,
    })
}
