//! What can be told of a file before anything in it is evaluated: which loop or comprehension a node
//! is evaluated in, how a loop can be left, who uses a node.

mod operands;
mod put_in;
mod regions;
mod sharing;
mod syntax;

use bartizan_base::{Span, Sym};
use bartizan_ir::{
    CompId, EffectKind, FileIr, FunctionId, Layer, LoopId, Mutation, Mutator, Part, Path, PathId,
    Value, ValueId, Why,
};
use rustc_hash::{FxHashMap, FxHashSet};

pub use operands::operands;
use regions::{loops_of_paths, owners_of_bodies};
pub(crate) use syntax::{
    changes_its_receiver, is_copier, is_harmless_method, is_namespace, may_hold, passed_on,
};

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
    /// Calls that may change a container, as the mutations that say so, in order.
    escapes: Vec<ValueId>,
    /// Writes of loops to the namespace of the module, in order.
    written: Vec<ValueId>,
    /// Names that functions set with `global`.
    rebound: FxHashSet<Sym>,
    /// Variables of functions, and of the module, whose containers other functions change.
    /// For a parameter, by its function and place, the calls that are given what lies in it.
    parts_given: FxHashMap<(FunctionId, u32), Vec<Given>>,
    /// Parameters, by function and place, of which what lies in them is changed where the value graph
    /// does not see that.
    parts_changed: FxHashSet<(FunctionId, u32)>,
    changed_inside: FxHashSet<(FunctionId, Sym)>,
    /// Attributes whose containers are changed somewhere.
    changed_attributes: FxHashSet<Sym>,
    leaked: Vec<ValueId>,
    /// Changes by the module's own code to what a name holds that came from elsewhere, in order.
    layered: FxHashMap<Sym, Vec<ValueId>>,
    /// Changes in a module's own code to what it holds under a name that it has not bound.
    bare: FxHashMap<Sym, Vec<ValueId>>,
    /// What is called with what such a name holds.
    layered_given: FxHashMap<Sym, Vec<Given>>,
    /// Shared containers of the file, also where they are reached through meetings of ways.
    shared: FxHashSet<ValueId>,
    users: FxHashMap<ValueId, Users>,
    /// Nodes that are given to calls which may change them, where no later version says so: with what
    /// is called.
    passed: FxHashMap<ValueId, Vec<Given>>,
    /// Variables of other bodies that functions give to calls, with what is called.
    given: FxHashMap<(FunctionId, Sym), Vec<Given>>,
    /// What such variables hold, with what is called.
    given_inside: FxHashMap<ValueId, Vec<Given>>,
    /// Names that the module imports.
    imported: FxHashSet<Sym>,
    /// The parameters of each function, those aside that it changes or keeps somewhere.
    left_alone: Vec<Box<[Option<ValueId>]>>,
    /// Attributes that are called where they are read.
    called: FxHashSet<ValueId>,
    /// Where the patterns of `match` statements stand.
    patterns: Vec<Span>,
    try_of_loop: Vec<bool>,
    /// Of what methods that change it are kept as values.
    kept_methods: Vec<ValueId>,
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
    /// Whether a container is changed inside, or may be, by a call.
    pub(crate) has_change: bool,
    /// First and last node that its rounds evaluate.
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// That a call is given something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Given {
    /// What is called.
    pub(crate) callee: ValueId,
    /// As which argument.
    pub(crate) place: Place,
}

/// Which argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// By position.
    At(u32),
    /// By name.
    Named(Sym),
    /// Somewhere among others.
    Other,
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
            escapes: Vec::new(),
            written: Vec::new(),
            rebound: FxHashSet::default(),
            parts_given: FxHashMap::default(),
            parts_changed: FxHashSet::default(),
            changed_inside: FxHashSet::default(),
            changed_attributes: FxHashSet::default(),
            leaked: Vec::new(),
            layered: FxHashMap::default(),
            layered_given: FxHashMap::default(),
            bare: FxHashMap::default(),
            shared: FxHashSet::default(),
            users: FxHashMap::default(),
            passed: FxHashMap::default(),
            given: FxHashMap::default(),
            given_inside: FxHashMap::default(),
            imported: FxHashSet::default(),
            left_alone: Vec::new(),
            called: FxHashSet::default(),
            patterns: Vec::new(),
            try_of_loop: vec![false; ir.loops.len()],
            kept_methods: Vec::new(),
        };
        analysis.find_comps(ir);
        analysis.find_loops(ir);
        analysis.read_imports(ir);
        analysis.read_effects(ir);
        analysis.read_values(ir);
        analysis.follow_what_is_put_in(ir);
        analysis.share_leaked(ir);
        analysis.share_taken_up(ir);
        analysis.find_intact(ir);
        analysis.find_given(ir);
        analysis.share_unseen(ir);
        analysis.spread_shared(ir);
        analysis
    }

    /// The innermost loop or comprehension whose rounds evaluate the node.
    pub(crate) fn region(&self, ir: &FileIr, id: ValueId) -> Option<Region> {
        if self.loops.is_empty() && self.comps.is_empty() {
            return None;
        }
        match ir.value(id) {
            Value::Mu { of, .. } => return Some(Region::Loop(of)),
            // What a function returns is known when its loops are over, wherever its last line stands.
            Value::Join { why: Why::Return, .. } => return None,
            _ => {}
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

    /// All changes to containers, in order.
    pub(crate) fn changes(&self) -> &[ValueId] {
        &self.mutations
    }

    /// What is changed by methods that are kept as values: `add = CART.append`.
    pub(crate) fn receivers_of_kept_methods(&self) -> &[ValueId] {
        &self.kept_methods
    }

    /// The changes to containers that the loop's own rounds make, those of loops inside aside.
    pub(crate) fn mutations_of<'a>(
        &'a self,
        ir: &'a FileIr,
        of: LoopId,
    ) -> impl Iterator<Item = ValueId> + 'a {
        let region = Some(Region::Loop(of));
        self.inside(&self.mutations, of).filter(move |id| self.region(ir, *id) == region)
    }

    /// The changes that the loop's rounds make, those of loops inside too, and the calls that may
    /// make some.
    pub(crate) fn changes_of(&self, of: LoopId) -> impl Iterator<Item = ValueId> + '_ {
        self.inside(&self.mutations, of).chain(self.inside(&self.escapes, of))
    }

    /// What the loop's rounds write to the namespace of the module, those of loops inside too.
    pub(crate) fn written_in(&self, of: LoopId) -> impl Iterator<Item = ValueId> + '_ {
        self.inside(&self.written, of)
    }

    /// The places where a generator function yields, in order.
    pub(crate) fn yields<'a>(
        &'a self,
        ir: &'a FileIr,
        function: FunctionId,
    ) -> impl Iterator<Item = ValueId> + 'a {
        self.nodes_of(ir, function)
            .filter(|id| matches!(ir.value(*id), Value::Yield(_) | Value::YieldFrom(_)))
    }

    /// The places where a function reads names of the module or of functions around.
    pub(crate) fn names_read<'a>(
        &'a self,
        ir: &'a FileIr,
        function: FunctionId,
    ) -> impl Iterator<Item = ValueId> + 'a {
        self.nodes_of(ir, function)
            .filter(|id| matches!(ir.value(*id), Value::Global { .. } | Value::Capture { .. }))
    }

    fn nodes_of<'a>(
        &'a self,
        ir: &'a FileIr,
        function: FunctionId,
    ) -> impl Iterator<Item = ValueId> + 'a {
        ir.stretches.iter().enumerate().filter(move |(_, it)| it.function == function).flat_map(
            move |(index, it)| {
                let end =
                    ir.stretches.get(index + 1).map_or(ir.values.len(), |next| next.start as usize);
                (it.start as usize..end).map(ValueId::from_index)
            },
        )
    }

    /// Whether any loop writes to the namespace of the module, or yields.
    pub(crate) fn has_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// The nodes of a list in order that the loop's rounds evaluate.
    fn inside<'a>(
        &'a self,
        nodes: &'a [ValueId],
        of: LoopId,
    ) -> impl Iterator<Item = ValueId> + 'a {
        let LoopShape { first, last, .. } = *self.shape(of);
        let start = nodes.partition_point(|id| (id.index() as u32) < first);
        nodes[start..].iter().copied().take_while(move |id| id.index() as u32 <= last)
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
    /// Whether a function changes what lies in its parameter where the value graph does not see that.
    pub(crate) fn changes_parts(&self, function: FunctionId, place: usize) -> bool {
        self.parts_changed.contains(&(function, place as u32))
    }

    /// The calls that a function gives what lies in its parameter.
    pub(crate) fn parts_given(&self, function: FunctionId, place: usize) -> &[Given] {
        self.parts_given.get(&(function, place as u32)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_changed_inside(&self, owner: FunctionId, name: Sym) -> bool {
        self.changed_inside.contains(&(owner, name))
    }

    /// The changes that the module's own code makes to what the name holds, where that came from
    /// elsewhere: a star import.
    pub(crate) fn bare_changes(&self, name: Sym) -> &[ValueId] {
        self.bare.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The same of what a module knows by layers.
    pub(crate) fn layered_changes(&self, name: Sym) -> &[ValueId] {
        self.layered.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The names that a loop changes what they hold, where that came from elsewhere.
    pub(crate) fn layered_names_in(&self, of: LoopId) -> Vec<Sym> {
        let shape = self.shape(of);
        let is_inside =
            |change: &ValueId| (shape.first..=shape.last).contains(&(change.index() as u32));
        let changed = self.layered.iter().filter(|(_, changes)| changes.iter().any(is_inside));
        let mut names: Vec<Sym> = changed.map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    }

    /// What is called with what the name holds, where that came from elsewhere.
    pub(crate) fn layered_given(&self, name: Sym) -> &[Given] {
        self.layered_given.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The same of all such names.
    pub(crate) fn all_layered_given(&self) -> Vec<(Sym, &[Given])> {
        let given = self.layered_given.iter().map(|(name, given)| (*name, given.as_slice()));
        let mut given: Vec<_> = given.collect();
        given.sort_unstable_by_key(|(name, _)| *name);
        given
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
    pub(crate) fn passed_to(&self, id: ValueId) -> &[Given] {
        if self.passed.is_empty() {
            return &[];
        }
        self.passed.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What a function calls with a variable of another body that holds the node.
    pub(crate) fn given_inside(&self, id: ValueId) -> &[Given] {
        if self.given_inside.is_empty() {
            return &[];
        }
        self.given_inside.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether the function leaves what it is given as it is, and hands it to nobody.
    pub(crate) fn is_intact(&self, function: FunctionId) -> bool {
        let is_intact = |param: ValueId| self.passed_to(param).is_empty();
        self.left_alone(function).iter().all(|param| param.is_some_and(is_intact))
    }

    /// The parameters of the function, those aside that it changes or keeps somewhere.
    pub(crate) fn left_alone(&self, function: FunctionId) -> &[Option<ValueId>] {
        &self.left_alone[function.index()]
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

    /// Whether what a call gives is run through before any other code runs: a builtin takes all of it.
    pub(crate) fn is_run_through_at_once(&self, ir: &FileIr, id: ValueId) -> bool {
        let Some(users) = self.users.get(&id).filter(|users| users.count == 1) else {
            return false;
        };
        let takes_all = match ir.value(users.last) {
            Value::Call { callee, args } => {
                let is_given = ir.args[args].iter().any(|arg| ir.bare(arg.value) == id);
                let takes = match ir.value(ir.bare(callee)) {
                    Value::Global { name, .. } => crate::builtins::takes_all(ir.str(name)),
                    Value::Attr { of, name } => {
                        ir.str(name) == "join" && matches!(ir.value(ir.bare(of)), Value::Str(_))
                    }
                    _ => false,
                };
                is_given && takes
            }
            Value::List(_) | Value::Tuple(_) | Value::Set(_) => true,
            _ => false,
        };
        let between = id.index() + 1..users.last.index();
        let is_calm = |index: usize| {
            !matches!(ir.values[index], Value::Call { .. } | Value::Mutate(_) | Value::Comp(_))
        };
        matches!(ir.value(id), Value::Call { .. }) && takes_all && between.into_iter().all(is_calm)
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

    fn outer_loop(&self, of: LoopId) -> Option<LoopId> {
        match self.loops[of.index()].parent {
            Some(Region::Loop(outer)) => Some(outer),
            _ => None,
        }
    }

    fn read_imports(&mut self, ir: &FileIr) {
        let stores = &ir.bindings[ir.function(FileIr::module()).stores];
        let imports =
            stores.iter().filter(|store| matches!(ir.value(store.value), Value::Import { .. }));
        self.imported.extend(imports.map(|store| store.name));
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
        // Names of a module that writes to its namespace line by line have lists of layers that begin alike:
        // what has been looked at of one is not looked at again.
        let mut layered: (&[Layer], Vec<ValueId>) = (&[], Vec::new());
        for (index, value) in ir.values.iter().enumerate() {
            let id = ValueId::from_index(index);
            match *value {
                Value::Mutate(mutation) => {
                    let mutation = ir.mutation(mutation);
                    self.note_change(ir, id, mutation);
                    let is_escape = mutation.op == Mutator::Escape;
                    if !is_escape {
                        self.mutations.push(id);
                    } else if is_by_call(ir, mutation) {
                        self.escapes.push(id);
                    } else {
                        continue;
                    }
                    let mut at = self.loop_of(ir.stretch(id).path);
                    while let Some(of) = at {
                        let shape = &mut self.loops[of.index()];
                        shape.has_mutation |= !is_escape;
                        shape.has_change = true;
                        at = self.outer_loop(of);
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
                Value::NamespaceSet { .. }
                | Value::NamespaceUpdate(_)
                | Value::NamespaceUnknown(_)
                | Value::Star { .. }
                | Value::Yield(_)
                | Value::YieldFrom(_)
                    if self.loop_of(ir.stretch(id).path).is_some() =>
                {
                    self.written.push(id);
                }
                _ => {}
            }
            let iteration = matches!(value, Value::Elem { which: Part::Each, .. });
            // The parts of one unpacking are taken at once.
            let is_same_use = matches!(
                value,
                Value::Elem {
                    which: Part::At(1..) | Part::FromEnd(_) | Part::Rest { before: 1.., .. },
                    ..
                }
            );
            let users = &mut self.users;
            let mut note = |operand: ValueId| {
                let entry = users.entry(operand).or_insert(Users {
                    count: 0,
                    last: id,
                    last_is_iteration: iteration,
                });
                entry.count += u32::from(!is_same_use);
                entry.last = id;
                entry.last_is_iteration = iteration;
            };
            let Value::Global { layers, .. } = *value else {
                operands(ir, *value, &mut |operand| {
                    if may_be_iterator(ir.value(operand)) {
                        note(operand);
                    }
                });
                continue;
            };
            let now = &ir.layers[layers];
            let (before, iterators) = &mut layered;
            let is_longer = now.as_ptr() == before.as_ptr() && now.len() >= before.len();
            let known = if is_longer { before.len() } else { 0 };
            if known == 0 {
                iterators.clear();
            }
            let more = now[known..].iter().map(|layer| layer.value);
            iterators.extend(more.filter(|value| may_be_iterator(ir.value(*value))));
            *before = now;
            iterators.iter().copied().for_each(note);
        }
    }
}

/// Whether an escape says what a call may have changed, and not what another change did.
fn is_by_call(ir: &FileIr, mutation: &Mutation) -> bool {
    match mutation.call {
        Some(call) => matches!(ir.value(call), Value::Call { .. }),
        None => mutation.args.is_empty(),
    }
}

/// Whether the node can be something that is run through once.
fn may_be_iterator(value: Value) -> bool {
    matches!(
        value,
        Value::Call { .. }
            | Value::Enter { .. }
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
