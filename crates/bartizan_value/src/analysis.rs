//! What can be told of a file before anything in it is evaluated: which loop or comprehension a node
//! is evaluated in, how a loop can be left, who uses a node.

use bartizan_base::{Span, Sym};
use bartizan_ir::{
    Arg, ArgKind, CompId, EffectKind, FileIr, FunctionId, FunctionKind, LoopId, Mutation, Mutator,
    Part, Path, PathId, Run, TextPiece, Value, ValueId,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Code that runs more than once while the body around it runs once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Region {
    /// The rounds of a loop.
    Loop(LoopId),
    /// The rounds of a comprehension.
    Comp(CompId),
}

/// What is known of a file's shape.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// The innermost loop of each path.
    loop_of_path: Vec<Option<LoopId>>,
    /// Where each comprehension's rounds begin and end, sorted by begin, and the node it is.
    comps: Vec<CompRange>,
    comp_nodes: Vec<Option<ValueId>>,
    loops: Vec<LoopShape>,
    /// The function, lambda or module that each body belongs to: class bodies run in place.
    owner_of_body: Vec<FunctionId>,
    /// Whether a function is defined inside a comprehension, and sees its variables.
    has_inner_in_comp: bool,
    /// Mutations that are no escapes, in order.
    mutations: Vec<ValueId>,
    /// Names that functions set with `global`.
    rebound: FxHashSet<Sym>,
    /// Variables of functions, and of the module, whose containers other functions change.
    changed_inside: FxHashSet<(FunctionId, Sym)>,
    /// Attributes whose containers are changed somewhere.
    changed_attributes: FxHashSet<Sym>,
    leaked: Vec<ValueId>,
    /// Changes by the module's own code to what a name holds that came from elsewhere, in order.
    layered: FxHashMap<Sym, Vec<ValueId>>,
    /// What is called with what such a name holds.
    layered_given: FxHashMap<Sym, Vec<ValueId>>,
    /// Shared containers of the file, also where they are reached through meetings of ways.
    shared: FxHashSet<ValueId>,
    users: FxHashMap<ValueId, Users>,
    /// Nodes that are given to calls which may change them, where no later version says so: with what
    /// is called.
    passed: FxHashMap<ValueId, Vec<ValueId>>,
    /// Whether each function leaves what it is given as it is, and hands it to nobody.
    intact: Vec<bool>,
    /// Attributes that are called where they are read.
    called: FxHashSet<ValueId>,
    /// Where the patterns of `match` statements stand.
    patterns: Vec<Span>,
    try_of_loop: Vec<bool>,
}

#[derive(Clone, Copy, Debug)]
struct CompRange {
    start: u32,
    end: u32,
    comp: CompId,
    parent: Option<Region>,
}

/// How a loop is put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoopShape {
    parent: Option<Region>,
    /// Paths that leave the loop: breaks, returns and raises.
    pub(crate) exits: Vec<PathId>,
    /// Whether a container is changed inside.
    pub(crate) has_mutation: bool,
    /// First and last node that its rounds evaluate.
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// Who uses a node.
#[derive(Clone, Copy, Debug)]
struct Users {
    count: u32,
    /// The last of them.
    last: ValueId,
    last_is_iteration: bool,
}

impl Analysis {
    pub(crate) fn of(ir: &FileIr) -> Self {
        let mut analysis = Self {
            loop_of_path: loops_of_paths(ir),
            comps: Vec::new(),
            comp_nodes: vec![None; ir.comps.len()],
            loops: vec![LoopShape { first: u32::MAX, ..LoopShape::default() }; ir.loops.len()],
            owner_of_body: owners_of_bodies(ir),
            has_inner_in_comp: false,
            mutations: Vec::new(),
            rebound: FxHashSet::default(),
            changed_inside: FxHashSet::default(),
            changed_attributes: FxHashSet::default(),
            leaked: Vec::new(),
            layered: FxHashMap::default(),
            layered_given: FxHashMap::default(),
            shared: FxHashSet::default(),
            users: FxHashMap::default(),
            passed: FxHashMap::default(),
            intact: Vec::new(),
            called: FxHashSet::default(),
            patterns: Vec::new(),
            try_of_loop: vec![false; ir.loops.len()],
        };
        analysis.find_comps(ir);
        analysis.find_loops(ir);
        analysis.read_effects(ir);
        analysis.read_values(ir);
        analysis.share_leaked(ir);
        analysis.share_taken_up(ir);
        analysis.find_intact(ir);
        analysis.spread_shared(ir);
        analysis
    }

    /// The innermost loop or comprehension whose rounds evaluate the node.
    pub(crate) fn region(&self, ir: &FileIr, id: ValueId) -> Option<Region> {
        if self.loops.is_empty() && self.comps.is_empty() {
            return None;
        }
        if let Value::Mu { of, .. } = ir.value(id) {
            return Some(Region::Loop(of));
        }
        if let Some(comp) = self.comp_around(id) {
            return Some(Region::Comp(comp.comp));
        }
        if self.loops.is_empty() {
            return None;
        }
        self.loop_of(ir.stretch(id).path).map(Region::Loop)
    }

    /// The innermost loop of a path.
    pub(crate) fn loop_of(&self, path: PathId) -> Option<LoopId> {
        self.loop_of_path[path.index()]
    }

    /// The loop or comprehension around one.
    pub(crate) fn around(&self, region: Region) -> Option<Region> {
        match region {
            Region::Loop(of) => self.loops[of.index()].parent,
            Region::Comp(of) => {
                self.comps.iter().find(|range| range.comp == of).and_then(|range| range.parent)
            }
        }
    }

    /// The changes to containers that the loop's own rounds make, those of loops inside aside.
    pub(crate) fn mutations_of<'a>(
        &'a self,
        ir: &'a FileIr,
        of: LoopId,
    ) -> impl Iterator<Item = ValueId> + 'a {
        let shape = self.shape(of);
        let first = self.mutations.partition_point(|id| (id.index() as u32) < shape.first);
        self.mutations[first..]
            .iter()
            .copied()
            .take_while(move |id| id.index() as u32 <= shape.last)
            .filter(move |id| self.region(ir, *id) == Some(Region::Loop(of)))
    }

    pub(crate) fn shape(&self, of: LoopId) -> &LoopShape {
        &self.loops[of.index()]
    }

    /// Whether the loop stands in the body of a `try` of the same function.
    pub(crate) fn is_tried(&self, of: LoopId) -> bool {
        self.try_of_loop[of.index()]
    }

    /// Whether the node is evaluated inside a comprehension.
    pub(crate) fn is_in_comp(&self, id: ValueId) -> bool {
        self.comp_around(id).is_some()
    }

    /// The function, lambda or module in whose frame a body runs.
    pub(crate) fn owner(&self, body: FunctionId) -> FunctionId {
        self.owner_of_body[body.index()]
    }

    pub(crate) fn has_inner_in_comp(&self) -> bool {
        self.has_inner_in_comp
    }

    /// Whether a function sets the module's name with `global`.
    pub(crate) fn is_rebound(&self, name: Sym) -> bool {
        self.rebound.contains(&name)
    }

    /// Whether the container that the variable of `owner` holds is changed from another function.
    pub(crate) fn is_changed_inside(&self, owner: FunctionId, name: Sym) -> bool {
        self.changed_inside.contains(&(owner, name))
    }

    /// The changes that the module's own code makes to what the name holds, where that came from
    /// elsewhere: a star import.
    pub(crate) fn layered_changes(&self, name: Sym) -> &[ValueId] {
        self.layered.get(&name).map_or(&[], Vec::as_slice)
    }

    /// What is called with what the name holds, where that came from elsewhere.
    pub(crate) fn layered_given(&self, name: Sym) -> &[ValueId] {
        self.layered_given.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whether a container in an attribute of this name is changed anywhere.
    pub(crate) fn is_changed_attribute(&self, name: Sym) -> bool {
        self.changed_attributes.contains(&name)
    }

    /// Whether what the node holds may change from inside another function.
    pub(crate) fn is_shared(&self, id: ValueId) -> bool {
        !self.shared.is_empty() && self.shared.contains(&id)
    }

    /// What is called with the node, and may change what it holds.
    pub(crate) fn passed_to(&self, id: ValueId) -> &[ValueId] {
        if self.passed.is_empty() {
            return &[];
        }
        self.passed.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether the function leaves what it is given as it is, and hands it to nobody.
    pub(crate) fn is_intact(&self, function: FunctionId) -> bool {
        self.intact[function.index()]
    }

    /// Whether something that is run through once at the node is run through once, and before any
    /// container changes.
    pub(crate) fn is_used_once(&self, ir: &FileIr, id: ValueId) -> bool {
        let Some(users) = self.users.get(&id) else { return true };
        if users.count > 1 {
            return false;
        }
        let region = match (self.region(ir, users.last), users.last_is_iteration) {
            (Some(region), true) => self.around(region),
            (region, _) => region,
        };
        region == self.region(ir, id) && !self.is_mutated_between(id, users.last)
    }

    /// Whether no container changes between the node and whoever uses it.
    pub(crate) fn is_used_at_once(&self, id: ValueId) -> bool {
        self.users.get(&id).is_none_or(|users| !self.is_mutated_between(id, users.last))
    }

    /// Whether the node is an attribute that is called where it is read.
    pub(crate) fn is_called(&self, id: ValueId) -> bool {
        self.called.contains(&id)
    }

    /// Whether the node is evaluated only as far as a pattern fits.
    pub(crate) fn is_in_pattern(&self, ir: &FileIr, id: ValueId) -> bool {
        let at = ir.span(id);
        self.patterns.iter().any(|pattern| pattern.contains(at))
    }

    fn is_mutated_between(&self, from: ValueId, to: ValueId) -> bool {
        let first = self.mutations.partition_point(|mutation| *mutation <= from);
        self.mutations.get(first).is_some_and(|mutation| *mutation < to)
    }

    fn comp_around(&self, id: ValueId) -> Option<CompRange> {
        let id = id.index() as u32;
        let mut at = self.comps.partition_point(|range| range.start <= id);
        // Ranges nest: the nearest one before that has not ended holds the node.
        while at > 0 {
            at -= 1;
            let range = self.comps[at];
            if id < range.end {
                return Some(range);
            }
            match range.parent {
                Some(Region::Comp(_)) => {}
                _ => return None,
            }
        }
        None
    }

    // ---- building ----------------------------------------------------------------------------

    fn find_comps(&mut self, ir: &FileIr) {
        if ir.comps.is_empty() {
            return;
        }
        for (index, value) in ir.values.iter().enumerate() {
            if let Value::Comp(comp) = value {
                let Some(clause) = ir.comp(*comp).clauses.first() else { continue };
                self.comp_nodes[comp.index()] = Some(ValueId::from_index(index));
                self.comps.push(CompRange {
                    start: clause.element.index() as u32,
                    end: index as u32,
                    comp: *comp,
                    parent: None,
                });
            }
        }
        self.comps.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut open: Vec<(u32, CompId)> = Vec::new();
        for index in 0..self.comps.len() {
            let CompRange { start, end, comp, .. } = self.comps[index];
            while open.last().is_some_and(|(end, _)| *end <= start) {
                open.pop();
            }
            self.comps[index].parent = match open.last() {
                Some((_, outer)) => Some(Region::Comp(*outer)),
                None => {
                    let path = ir.stretch(ValueId::from_index(end as usize)).path;
                    self.loop_of_path[path.index()].map(Region::Loop)
                }
            };
            open.push((end, comp));
        }
    }

    fn find_loops(&mut self, ir: &FileIr) {
        for path in &ir.paths {
            if let Path::Loop { parent, of } = path {
                self.loops[of.index()].parent = self.loop_of(*parent).map(Region::Loop);
            }
        }
        for (index, stretch) in ir.stretches.iter().enumerate() {
            let end = ir.stretches.get(index + 1).map_or(ir.values.len() as u32, |next| next.start);
            let mut at = self.loop_of(stretch.path);
            while let Some(of) = at {
                let shape = &mut self.loops[of.index()];
                shape.first = shape.first.min(stretch.start);
                shape.last = shape.last.max(end.saturating_sub(1));
                at = self.outer_loop(of);
            }
        }
        for (index, it) in ir.loops.iter().enumerate() {
            let shape = &mut self.loops[index];
            shape.exits.extend(it.breaks.iter().copied());
            let first = shape.first;
            self.try_of_loop[index] =
                ir.tries.iter().any(|tried| tried.start <= first && first < tried.end);
        }
    }

    fn outer_loop(&self, of: LoopId) -> Option<LoopId> {
        match self.loops[of.index()].parent {
            Some(Region::Loop(outer)) => Some(outer),
            _ => None,
        }
    }

    fn read_effects(&mut self, ir: &FileIr) {
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                match effect.kind {
                    EffectKind::StoreGlobal { name, .. } => {
                        self.rebound.insert(name);
                    }
                    EffectKind::Return(_) | EffectKind::Raise(_) if !is_dead(ir, effect.path) => {
                        let caught = match effect.kind {
                            EffectKind::Raise(_) => caught_at(ir, effect.path),
                            _ => None,
                        };
                        let mut at = self.loop_of(effect.path);
                        while let Some(of) = at {
                            // What a `try` inside the loop catches does not leave the loop.
                            let shape = &mut self.loops[of.index()];
                            if caught.is_none_or(|start| start < shape.first) {
                                shape.exits.push(effect.path);
                            }
                            at = self.outer_loop(of);
                        }
                    }
                    EffectKind::StoreAttr { name, value, .. } if may_be_container(ir, value) => {
                        // Stored again: what the class body says may not be what is there.
                        self.changed_attributes.insert(name);
                    }
                    _ => {}
                }
            }
        }
    }

    fn read_values(&mut self, ir: &FileIr) {
        for (index, value) in ir.values.iter().enumerate() {
            let id = ValueId::from_index(index);
            match *value {
                Value::Mutate(mutation) => {
                    let mutation = ir.mutation(mutation);
                    self.note_change(ir, id, mutation);
                    if mutation.op != Mutator::Escape {
                        self.mutations.push(id);
                        let mut at = self.loop_of(ir.stretch(id).path);
                        while let Some(of) = at {
                            self.loops[of.index()].has_mutation = true;
                            at = self.outer_loop(of);
                        }
                    }
                }
                Value::Call { callee, args } => {
                    if matches!(ir.value(callee), Value::Attr { .. }) {
                        self.called.insert(callee);
                    }
                    self.note_passed(ir, callee, args);
                }
                Value::Function(_) if self.is_in_comp(id) => self.has_inner_in_comp = true,
                Value::Matches { .. } => self.patterns.push(ir.span(id)),
                _ => {}
            }
            let iteration = matches!(value, Value::Elem { which: Part::Each, .. });
            let users = &mut self.users;
            operands(ir, *value, &mut |operand| {
                if !may_be_iterator(ir.value(operand)) {
                    return;
                }
                let entry = users.entry(operand).or_insert(Users {
                    count: 0,
                    last: id,
                    last_is_iteration: iteration,
                });
                entry.count += 1;
                entry.last = id;
                entry.last_is_iteration = iteration;
            });
        }
    }

    fn find_intact(&mut self, ir: &FileIr) {
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
            let intact = ir.ids[function.param_ends].iter().zip(params).all(|(end, param)| {
                let end = ir.bare(*end);
                matches!(ir.value(end), Value::Param(_))
                    && !kept.contains(&end)
                    && !self.passed.contains_key(&end)
                    && !self.changed_inside.contains(&(id, param.name))
            });
            self.intact.push(intact);
        }
    }

    /// The containers that a call is given, where the value graph makes no new version of them: those
    /// that are results of calls themselves, parameters, or put together by operators.
    fn note_passed(&mut self, ir: &FileIr, callee: ValueId, args: Run<Arg>) {
        let harmless = match ir.value(ir.bare(callee)) {
            Value::Global { name, .. } => crate::builtins::keeps_arguments(ir.str(name)),
            Value::Attr { name, .. } => is_harmless_method(ir.str(name)),
            _ => false,
        };
        if harmless {
            return;
        }
        for arg in &ir.args[args] {
            let mut left = vec![arg.value];
            let mut steps = 0;
            while let Some(id) = left.pop() {
                steps += 1;
                if steps > 64 {
                    break;
                }
                match ir.value(id) {
                    Value::Global { name, layers } if !layers.is_empty() => {
                        self.layered_given.entry(name).or_default().push(callee);
                    }
                    Value::Call { .. }
                    | Value::Param(_)
                    | Value::Binary { .. }
                    | Value::Enter { .. } => {
                        let callees = self.passed.entry(id).or_default();
                        if callees.last() != Some(&callee) {
                            callees.push(callee);
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

    /// What the value of a call is may be a container that a function only looked up. Where results
    /// of calls, or parameters, are changed, such containers are not certain.
    fn share_leaked(&mut self, ir: &FileIr) {
        let changes = self.mutations.iter().any(|id| {
            let Value::Mutate(mutation) = ir.value(*id) else { return false };
            self.is_of_a_call(ir, ir.mutation(mutation).receiver)
        });
        if !changes {
            return;
        }
        let mut leaked: FxHashSet<(FunctionId, Sym)> = FxHashSet::default();
        for (_, function) in ir.functions() {
            let mut left: Vec<ValueId> = function.result.into_iter().collect();
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
            let stores = &ir.bindings[ir.function(owner).stores];
            self.leaked.extend(stores.iter().filter(|s| s.name == name).map(|s| s.value));
        }
    }

    /// Whether a change is about the result of a call, a parameter, or a part of one.
    fn is_of_a_call(&self, ir: &FileIr, receiver: ValueId) -> bool {
        let mut at = receiver;
        for _ in 0..64 {
            match ir.value(at) {
                Value::Pi { of, .. } | Value::Index { of, .. } | Value::Elem { of, .. } => at = of,
                Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
                Value::Mu { init, .. } => at = init,
                Value::Call { .. } | Value::Param(_) | Value::Gamma { .. } | Value::Join { .. } => {
                    return true;
                }
                _ => return false,
            }
        }
        true
    }

    /// The variable of another function, or the attribute, whose container a change is about.
    fn note_change(&mut self, ir: &FileIr, id: ValueId, mutation: &Mutation) {
        let mut at = mutation.receiver;
        for _ in 0..64 {
            match ir.value(at) {
                Value::Pi { of, .. } | Value::Index { of, .. } | Value::Elem { of, .. } => at = of,
                Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
                Value::Mu { init, .. } => at = init,
                Value::Capture { name, owner } => {
                    self.changed_inside.insert((owner, name));
                    return;
                }
                Value::Global { name, layers } => {
                    let is_own = self.owner(ir.stretch(id).function) == FileIr::module();
                    if layers.is_empty() || !is_own {
                        self.changed_inside.insert((FileIr::module(), name));
                    } else if mutation.op != Mutator::Escape {
                        self.layered.entry(name).or_default().push(id);
                    }
                    return;
                }
                Value::Attr { name, .. } => {
                    self.changed_attributes.insert(name);
                    return;
                }
                Value::Param(place) => {
                    self.note_changed_param(ir, ir.stretch(id).function, place);
                    return;
                }
                _ => return,
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
    fn share_taken_up(&mut self, ir: &FileIr) {
        let mut steps = 0;
        let mut reached = |from: ValueId, is_inside: bool| {
            let mut seen = FxHashSet::default();
            let mut left = vec![from];
            while let Some(id) = left.pop() {
                steps += 1;
                if steps > 100_000 {
                    break;
                }
                if !seen.insert(id) {
                    continue;
                }
                match ir.value(id) {
                    // What a container holds is another object than the container.
                    Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_)
                        if !is_inside => {}
                    Value::Comp(_) if !is_inside => {}
                    Value::Mutate(mutation) if !is_inside => {
                        left.push(ir.mutation(mutation).receiver);
                    }
                    value => passed_on(ir, value, &mut |operand| left.push(operand)),
                }
            }
            seen
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
            let before = reached(init, is_inside);
            let mut taken: Vec<ValueId> = reached(back, is_inside)
                .into_iter()
                .filter(|id| id.index() < first && !before.contains(id))
                .filter(|id| !matches!(ir.value(*id), Value::Mu { .. }))
                .collect();
            taken.sort_unstable();
            self.leaked.extend(taken);
        }
    }

    fn spread_shared(&mut self, ir: &FileIr) {
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

/// Whether the node can be something that is run through once.
fn may_be_iterator(value: Value) -> bool {
    matches!(
        value,
        Value::Call { .. }
            | Value::Comp(_)
            | Value::Param(_)
            | Value::Gamma { .. }
            | Value::Join { .. }
            | Value::Mu { .. }
            | Value::Mutate(_)
            | Value::Elem { .. }
            | Value::Index { .. }
            | Value::Logic { .. }
            | Value::Capture { .. }
            | Value::Global { .. }
    )
}

/// Methods of Python's own types, which leave their arguments alone.
fn is_harmless_method(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "add"
            | "extend"
            | "insert"
            | "update"
            | "setdefault"
            | "get"
            | "pop"
            | "remove"
            | "discard"
            | "index"
            | "count"
            | "join"
            | "format"
            | "startswith"
            | "endswith"
            | "split"
            | "replace"
            | "strip"
            | "fromkeys"
            | "union"
            | "intersection"
            | "difference"
            | "issubset"
            | "issuperset"
            | "isdisjoint"
            | "symmetric_difference"
    )
}

fn may_be_container(ir: &FileIr, id: ValueId) -> bool {
    !matches!(ir.value(ir.bare(id)), Value::Str(_) | Value::Int(_) | Value::None)
}

/// Whether code on this path never runs.
pub(crate) fn is_dead(ir: &FileIr, path: PathId) -> bool {
    let mut at = Some(path);
    while let Some(path) = at {
        let link = ir.path(path);
        if matches!(link, Path::Dead { .. }) {
            return true;
        }
        at = link.parent();
    }
    false
}

/// Where the `try` begins whose body holds the `raise` on this path.
fn caught_at(ir: &FileIr, path: PathId) -> Option<u32> {
    let holds = |tried: &&bartizan_ir::Try| tried.raises.iter().any(|(_, raise)| *raise == path);
    ir.tries.iter().filter(holds).map(|tried| tried.start).max()
}

fn loops_of_paths(ir: &FileIr) -> Vec<Option<LoopId>> {
    // A path is made after its parent.
    let mut loops: Vec<Option<LoopId>> = Vec::with_capacity(ir.paths.len());
    for path in &ir.paths {
        let of = match path {
            Path::Loop { of, .. } => Some(*of),
            other => other.parent().and_then(|parent| loops.get(parent.index()).copied().flatten()),
        };
        loops.push(of);
    }
    loops
}

fn owners_of_bodies(ir: &FileIr) -> Vec<FunctionId> {
    // A body is declared after the one around it.
    let mut owners: Vec<FunctionId> = Vec::with_capacity(ir.functions.len());
    for (id, function) in ir.functions() {
        let owner = match (function.kind, function.parent) {
            (FunctionKind::ClassBody(_), Some(parent)) => {
                owners.get(parent.index()).copied().unwrap_or(id)
            }
            _ => id,
        };
        owners.push(owner);
    }
    owners
}

/// Whether a container is one that others see: a parameter, a name of another body, an attribute.
fn is_outside(ir: &FileIr, receiver: ValueId) -> bool {
    let mut at = receiver;
    for _ in 0..64 {
        match ir.value(at) {
            Value::Pi { of, .. } | Value::Index { of, .. } | Value::Elem { of, .. } => at = of,
            Value::Mutate(mutation) => at = ir.mutation(mutation).receiver,
            Value::Mu { init, .. } => at = init,
            Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Comp(_) => return false,
            _ => return true,
        }
    }
    true
}

/// Calls `each` for every node whose container the value may be, or hold.
fn passed_on(ir: &FileIr, value: Value, each: &mut dyn FnMut(ValueId)) {
    match value {
        Value::Compare { .. }
        | Value::Unary { .. }
        | Value::Text { .. }
        | Value::Binary { .. }
        | Value::Matches { .. } => {}
        Value::Gamma { then, otherwise, .. } => {
            each(then);
            each(otherwise);
        }
        Value::Index { of, .. } => each(of),
        Value::Call { callee, args } => {
            let copies = match ir.value(callee) {
                Value::Global { name, .. } => {
                    crate::builtins::keeps_arguments(ir.str(name))
                        && !matches!(
                            ir.str(name),
                            "min"
                                | "max"
                                | "next"
                                | "getattr"
                                | "list"
                                | "dict"
                                | "tuple"
                                | "sorted"
                                | "zip"
                        )
                }
                Value::Attr { of, name } => {
                    let gives_part = matches!(
                        ir.str(name),
                        "get" | "pop" | "setdefault" | "values" | "items" | "copy"
                    );
                    if gives_part {
                        each(of);
                    }
                    !gives_part
                }
                _ => false,
            };
            if !copies {
                ir.args[args].iter().for_each(|arg| each(arg.value));
            }
        }
        value => operands(ir, value, each),
    }
}

/// Calls `each` for every node that the value is made of.
pub(crate) fn operands(ir: &FileIr, value: Value, each: &mut dyn FnMut(ValueId)) {
    match value {
        Value::Decorated { by, of } => {
            each(by);
            each(of);
        }
        Value::Attr { of, .. }
        | Value::Elem { of, .. }
        | Value::Unary { of, .. }
        | Value::Pi { of, .. }
        | Value::Await(of)
        | Value::YieldFrom(of)
        | Value::Yield(Some(of))
        | Value::NamespaceUpdate(of)
        | Value::Enter { manager: of, .. }
        | Value::Caught { types: Some(of) } => each(of),
        Value::Index { of, key } => {
            each(of);
            each(key);
        }
        Value::NamespaceSet { key, value } => {
            each(key);
            each(value);
        }
        Value::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().flatten().for_each(each);
        }
        Value::Call { callee, args } => {
            each(callee);
            ir.args[args].iter().for_each(|arg| each(arg.value));
        }
        Value::Compare { left, right, .. } | Value::Binary { left, right, .. } => {
            each(left);
            each(right);
        }
        Value::Logic { values, .. } => ir.ids[values].iter().copied().for_each(each),
        Value::Text { parts, .. } => {
            for part in &ir.parts[parts] {
                if let TextPiece::Hole { value, spec, .. } = part.piece {
                    each(value);
                    spec.into_iter().for_each(&mut *each);
                }
            }
        }
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            ir.items[items].iter().for_each(|item| each(item.value));
        }
        Value::Dict(pairs) => {
            for pair in &ir.pairs[pairs] {
                pair.key.into_iter().for_each(&mut *each);
                each(pair.value);
            }
        }
        Value::Comp(comp) => {
            // The first iterator is a part of the comprehension; the rest are of its own rounds.
            let comp = ir.comp(comp);
            comp.key.into_iter().for_each(&mut *each);
            each(comp.element);
        }
        Value::Mutate(mutation) => {
            let mutation = ir.mutation(mutation);
            each(mutation.receiver);
            if mutation.op != Mutator::Escape && mutation.call.is_none() {
                for arg in &ir.args[mutation.args] {
                    if !matches!(arg.kind, ArgKind::DoubleStar) {
                        each(arg.value);
                    }
                }
            }
        }
        Value::Gamma { test, then, otherwise } => {
            each(test);
            each(then);
            each(otherwise);
        }
        Value::Mu { init, back, .. } => {
            each(init);
            if back != init {
                each(back);
            }
        }
        Value::Join { ways, .. } => ir.ways[ways].iter().for_each(|way| each(way.value)),
        Value::Global { layers, .. } => {
            ir.layers[layers].iter().for_each(|layer| each(layer.value));
        }
        Value::Matches { subject, .. } => each(subject),
        Value::Str(_)
        | Value::Bytes(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_)
        | Value::Imaginary(_)
        | Value::Bool(_)
        | Value::None
        | Value::Ellipsis
        | Value::Param(_)
        | Value::Capture { .. }
        | Value::Unbound
        | Value::Function(_)
        | Value::Class(_)
        | Value::Import { .. }
        | Value::Star { .. }
        | Value::NamespaceUnknown(_)
        | Value::Yield(None)
        | Value::Caught { types: None }
        | Value::Opaque(_) => {}
    }
}
