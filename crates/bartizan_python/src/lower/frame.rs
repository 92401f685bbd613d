//! The state of one body while it is lowered: what each name holds, under which conditions code
//! runs, and how both are split at a branch and put together again.

use std::collections::hash_map::Entry;
use std::rc::Rc;

use bartizan_base::{Span, Sym};
use bartizan_ir::{Binding, Effect, FunctionId, FunctionKind, Layer, PathId, Run, ValueId, Way};
use rustc_hash::{FxHashMap, FxHashSet};

/// Names of a body and their slots.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) slots: FxHashMap<Sym, u32>,
    /// The names by slot.
    pub(super) names: Vec<Sym>,
    pub(super) global: FxHashSet<Sym>,
    pub(super) nonlocal: FxHashSet<Sym>,
}

impl Scope {
    /// Gives `name` the next slot, if it has none yet.
    pub(super) fn bind(&mut self, name: Sym) {
        let next = self.names.len() as u32;
        if *self.slots.entry(name).or_insert(next) == next {
            self.names.push(name);
        }
    }
}

/// The functions around a body whose variables it can see, the nearest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Around(Option<Rc<AroundLink>>);

#[derive(Debug)]
struct AroundLink {
    function: FunctionId,
    scope: Rc<Scope>,
    /// Variables of comprehensions around the definition, which are values and no slots.
    overlays: Vec<(Sym, ValueId)>,
    next: Around,
}

/// What a free name is.
pub(super) enum Free {
    /// A variable of this enclosing function.
    Of(FunctionId),
    /// A variable of an enclosing comprehension.
    Value(ValueId),
    /// A name of the module, or a builtin.
    Module,
}

impl Around {
    pub(super) fn with(
        &self,
        function: FunctionId,
        scope: &Rc<Scope>,
        overlays: Vec<(Sym, ValueId)>,
    ) -> Self {
        let link = AroundLink { function, scope: Rc::clone(scope), overlays, next: self.clone() };
        Self(Some(Rc::new(link)))
    }

    pub(super) fn find(&self, name: Sym) -> Free {
        let mut at = self;
        while let Some(link) = &at.0 {
            if let Some((_, value)) = link.overlays.iter().rev().find(|(n, _)| *n == name) {
                return Free::Value(*value);
            }
            if link.scope.global.contains(&name) {
                return Free::Module;
            }
            if link.scope.slots.contains_key(&name) && !link.scope.nonlocal.contains(&name) {
                return Free::Of(link.function);
            }
            at = &link.next;
        }
        Free::Module
    }
}

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slot {
    /// The value; `None` where nothing is bound, or, for an access path, nothing is known.
    pub(super) value: Option<ValueId>,
    /// How many layers of the module's namespace were there when it was bound.
    pub(super) layers: u32,
    /// Where it was bound.
    pub(super) span: Span,
}

pub(super) const EMPTY: Slot = Slot { value: None, layers: 0, span: Span { start: 0, end: 0 } };

/// One step of an access path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Attr(Sym),
    /// `[key]` with a constant text as key.
    Item(Sym),
    /// `[number]`
    At(i64),
    /// `.get(key)` with a constant text as key.
    Get(Sym),
    /// The root: a name that has no slot of its own here.
    Root(Sym),
}

/// How a statement leaves the code behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Return,
    Raise,
    Loop(u32),
}

/// What a branch did, relative to the state in which it began.
#[derive(Debug)]
pub(super) struct Branch {
    /// The slots it changed, and to what, sorted by slot.
    pub(super) changes: Vec<(u32, Slot)>,
    /// The path at its end.
    pub(super) path: PathId,
    /// Whether its end is never reached.
    pub(super) dead: bool,
}

impl Branch {
    /// Makes further changes.
    pub(super) fn change(&mut self, changes: &[(u32, Slot)]) {
        for (slot, to) in changes {
            match self.changes.binary_search_by_key(slot, |(slot, _)| *slot) {
                Ok(at) => self.changes[at].1 = *to,
                Err(at) => self.changes.insert(at, (*slot, *to)),
            }
        }
    }

    pub(super) fn get(&self, slot: u32) -> Option<Slot> {
        let at = self.changes.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        Some(self.changes[at].1)
    }
}

/// A loop that is being lowered.
#[derive(Debug)]
pub(super) struct LoopFrame {
    /// Where the trail stood at the loop's head.
    pub(super) mark: usize,
    /// How many webs of values were known there.
    pub(super) webs: usize,
    pub(super) breaks: Vec<Branch>,
    pub(super) continues: Vec<Branch>,
}

/// Access paths that are followed in one body, and those that go on from one of them: they are looked
/// for one after the other.
const MOST_PATHS: usize = 2_000;
const MOST_SIBLINGS: usize = 250;

/// No slot.
pub(super) const NOWHERE: u32 = u32::MAX;

/// The state of one body.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) id: FunctionId,
    pub(super) kind: FunctionKind,
    pub(super) scope: Rc<Scope>,
    pub(super) around: Around,
    pub(super) qualname: String,
    pub(super) slots: Vec<Slot>,
    links: Vec<Links>,
    trail: Vec<(u32, Slot)>,
    stamp: u32,
    /// What was spent on putting branches together, and not yet accounted for.
    pub(super) merged: u64,
    log: Vec<Held>,
    /// Where the logs begin that are open; one inside another shares its end.
    logs: Vec<usize>,
    pub(super) path: PathId,
    pub(super) dead: bool,
    pub(super) exits: Vec<(PathId, Exit)>,
    pub(super) loops: Vec<LoopFrame>,
    pub(super) raises: Vec<RaiseFrame>,
    /// How many values there are in the file.
    pub(super) now: u32,
    pub(super) returns: Vec<Way>,
    pub(super) ends: Vec<Branch>,
    pub(super) effects: Vec<Effect>,
    pub(super) stores: Vec<Binding>,
    pub(super) layers: Vec<Layer>,
    /// Those that were kept with the last name that was looked for in them.
    pub(super) kept_layers: Run<Layer>,
    /// Names that a class body gives a type.
    pub(super) fields: Vec<Sym>,
    pub(super) overlays: Vec<(Sym, ValueId)>,
    /// Comprehensions that are being lowered: in a class body they do not see its variables.
    pub(super) in_comps: u32,
    /// How many access paths there are.
    path_count: usize,
    /// The first of those that begin at a name without a slot of its own.
    first_root: u32,
    /// The first and the last access path that ends in an attribute, by its name; kept from the first
    /// store to an attribute on.
    by_attr: Option<FxHashMap<Sym, (u32, u32)>>,
    /// Slots read since a test began, if one is being lowered.
    pub(super) guards: Option<Vec<u32>>,
    /// Tests whose outcome was stored in a variable, and the slots that each is about with what they
    /// held.
    pub(super) tests: FxHashMap<ValueId, Vec<(u32, ValueId)>>,
    /// Slots whose objects others hold as well: a call may change them.
    pub(super) leaked: Vec<u32>,
    pub(super) is_generator: bool,
    /// Whether functions are defined inside, as far as the text before tells.
    pub(super) has_inner: bool,
    /// Whether functions may be defined inside.
    pub(super) may_have_inner: bool,
    /// The first of the hidden slots that keep the objects of the parameters.
    pub(super) params: u32,
    /// How many of them there are.
    pub(super) param_count: u32,
}

/// What belongs to a slot whatever it holds.
#[derive(Clone, Copy, Debug)]
struct Links {
    /// When it was last seen by [`Frame::changes_since`].
    seen: u32,
    /// Base and last step, if it is an access path.
    step: Option<(u32, Step)>,
    /// The access paths that go on from here: the first, and for each the next.
    first_child: u32,
    next_sibling: u32,
    /// The next access path that ends in the same attribute.
    next_alike: u32,
}

const UNLINKED: Links =
    Links { seen: 0, step: None, first_child: NOWHERE, next_sibling: NOWHERE, next_alike: NOWHERE };

/// A `try` body that is being lowered.
#[derive(Debug)]
pub(super) struct RaiseFrame {
    pub(super) mark: usize,
    /// States at `raise` statements.
    pub(super) raised: Vec<(Option<ValueId>, Branch)>,
}

/// A change of a slot: any exception behind it finds the slot so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) slot: u32,
    pub(super) from: Slot,
    pub(super) to: Slot,
    /// How many values there were.
    pub(super) bound: u32,
    pub(super) path: PathId,
}

impl Frame {
    pub(super) fn new(
        id: FunctionId,
        kind: FunctionKind,
        scope: Rc<Scope>,
        around: Around,
        qualname: String,
        path: PathId,
    ) -> Self {
        let count = scope.names.len();
        Self {
            id,
            kind,
            scope,
            around,
            qualname,
            slots: vec![EMPTY; count],
            links: vec![UNLINKED; count],
            trail: Vec::new(),
            stamp: 0,
            merged: 0,
            log: Vec::new(),
            logs: Vec::new(),
            path,
            dead: false,
            exits: Vec::new(),
            loops: Vec::new(),
            raises: Vec::new(),
            now: 0,
            returns: Vec::new(),
            ends: Vec::new(),
            effects: Vec::new(),
            stores: Vec::new(),
            layers: Vec::new(),
            kept_layers: Run::EMPTY,
            fields: Vec::new(),
            overlays: Vec::new(),
            in_comps: 0,
            path_count: 0,
            first_root: NOWHERE,
            by_attr: None,
            guards: None,
            tests: FxHashMap::default(),
            leaked: Vec::new(),
            is_generator: false,
            has_inner: false,
            may_have_inner: true,
            params: 0,
            param_count: 0,
        }
    }

    /// The slot of a local name, where code sees it.
    pub(super) fn slot_of(&self, name: Sym) -> Option<u32> {
        if self.in_comps > 0 && matches!(self.kind, FunctionKind::ClassBody(_)) {
            return None;
        }
        self.scope.slots.get(&name).copied()
    }

    /// Adds a slot that belongs to no local name.
    pub(super) fn add_slot(&mut self) -> u32 {
        self.slots.push(EMPTY);
        self.links.push(UNLINKED);
        self.slots.len() as u32 - 1
    }

    /// Whether there is any access path.
    pub(super) fn has_paths(&self) -> bool {
        self.path_count > 0
    }

    /// Whether the slot is an access path.
    pub(super) fn is_path(&self, slot: u32) -> bool {
        self.links[slot as usize].step.is_some()
    }

    /// The last step of an access path.
    pub(super) fn last_step(&self, slot: u32) -> Option<Step> {
        self.links[slot as usize].step.map(|(_, step)| step)
    }

    /// The slot of an access path, made on first use; a body has no more than a bounded number.
    pub(super) fn path_slot(&mut self, base: u32, step: Step) -> Option<u32> {
        let siblings = match self.look_for_path(base, step) {
            Ok(slot) => return Some(slot),
            Err(siblings) => siblings,
        };
        if self.path_count >= MOST_PATHS || siblings >= MOST_SIBLINGS {
            return None;
        }
        self.path_count += 1;
        let slot = self.add_slot();
        let first = self.first_below(base);
        self.links[slot as usize].step = Some((base, step));
        self.links[slot as usize].next_sibling = first;
        match base {
            NOWHERE => self.first_root = slot,
            base => self.links[base as usize].first_child = slot,
        }
        if let Step::Attr(name) = step {
            self.note_attr(name, slot);
        }
        Some(slot)
    }

    /// The slot of an access path, if there is one.
    pub(super) fn find_path(&self, base: u32, step: Step) -> Option<u32> {
        self.look_for_path(base, step).ok()
    }

    /// The slot of an access path, or how many others begin as it does.
    fn look_for_path(&self, base: u32, step: Step) -> Result<u32, usize> {
        let (mut at, mut siblings) = (self.first_below(base), 0);
        while at != NOWHERE {
            let links = &self.links[at as usize];
            if links.step.is_some_and(|(_, of)| of == step) {
                return Ok(at);
            }
            siblings += 1;
            at = links.next_sibling;
        }
        Err(siblings)
    }

    fn first_below(&self, base: u32) -> u32 {
        match base {
            NOWHERE => self.first_root,
            base => self.links[base as usize].first_child,
        }
    }

    fn note_attr(&mut self, name: Sym, slot: u32) {
        let Some(by_attr) = &mut self.by_attr else { return };
        match by_attr.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert((slot, slot));
            }
            Entry::Occupied(mut entry) => {
                let last = std::mem::replace(&mut entry.get_mut().1, slot);
                self.links[last as usize].next_alike = slot;
            }
        }
    }

    pub(super) fn set(&mut self, slot: u32, to: Slot) {
        let at = &mut self.slots[slot as usize];
        if *at != to {
            if !self.logs.is_empty() {
                self.log.push(Held { slot, from: *at, to, bound: self.now, path: self.path });
            }
            self.trail.push((slot, *at));
            *at = to;
        }
    }

    /// Sets a slot for the whole body, before anything else happens.
    pub(super) fn begin_with(&mut self, slot: u32, to: Slot) {
        self.slots[slot as usize] = to;
    }

    /// Forgets what is known of all access paths below `slot`, but for those whose next step is kept.
    pub(super) fn forget_below(&mut self, slot: u32, keep: &dyn Fn(Step) -> bool) {
        let mut child = self.links[slot as usize].first_child;
        if child == NOWHERE {
            return;
        }
        let mut left = Vec::new();
        loop {
            while child != NOWHERE {
                let links = self.links[child as usize];
                if !links.step.is_some_and(|(_, step)| keep(step)) {
                    if self.slots[child as usize].value.is_some() {
                        self.set(child, EMPTY);
                    }
                    left.push(links.first_child);
                }
                child = links.next_sibling;
            }
            match left.pop() {
                Some(next) => child = next,
                None => return,
            }
        }
    }

    /// Forgets every access path that ends in `.name`, but for `except`: a store to that attribute
    /// of some object may have been a store to this one.
    pub(super) fn forget_attr(&mut self, name: Sym, except: u32) {
        if self.by_attr.is_none() {
            self.by_attr = Some(FxHashMap::default());
            for slot in 0..self.links.len() {
                if let Some((_, Step::Attr(name))) = self.links[slot].step {
                    self.note_attr(name, slot as u32);
                }
            }
        }
        let first = self.by_attr.as_ref().and_then(|by_attr| by_attr.get(&name));
        let mut slot = first.map_or(NOWHERE, |(first, _)| *first);
        while slot != NOWHERE {
            if slot != except {
                self.set(slot, EMPTY);
                self.forget_below(slot, &|_| false);
            }
            slot = self.links[slot as usize].next_alike;
        }
    }

    /// Forgets every access path; at the head of a loop nothing is known of the rounds before.
    pub(super) fn forget_paths(&mut self) {
        if self.path_count == 0 {
            return;
        }
        for slot in 0..self.slots.len() {
            if self.links[slot].step.is_some() && self.slots[slot].value.is_some() {
                self.set(slot as u32, EMPTY);
            }
        }
    }

    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// What changed since `mark`, without undoing it.
    pub(super) fn changes_since(&mut self, mark: usize) -> Vec<(u32, Slot)> {
        self.changes_where(mark, |_| true)
    }

    /// What changed since `mark` in the slots that are asked for.
    pub(super) fn changes_where(
        &mut self,
        mark: usize,
        wanted: impl Fn(u32) -> bool,
    ) -> Vec<(u32, Slot)> {
        self.stamp += 1;
        let mut changes = Vec::new();
        for (slot, _) in &self.trail[mark..] {
            let links = &mut self.links[*slot as usize];
            if links.seen != self.stamp {
                links.seen = self.stamp;
                if wanted(*slot) {
                    changes.push((*slot, self.slots[*slot as usize]));
                }
            }
        }
        changes.sort_unstable_by_key(|(slot, _)| *slot);
        self.merged += changes.len() as u64 + (self.trail.len() - mark) as u64 / 8;
        changes
    }

    /// Begins to keep every change of a slot, in branches too: an exception may end the code ahead
    /// between any two of them.
    pub(super) fn open_log(&mut self) {
        self.logs.push(self.log.len());
    }

    /// What was kept since the innermost log began.
    pub(super) fn log(&self) -> &[Held] {
        self.logs.last().map_or(&[], |start| &self.log[*start..])
    }

    /// Ends the innermost log; what it kept belongs to the one around it as well.
    pub(super) fn close_log(&mut self) {
        self.logs.pop();
        if self.logs.is_empty() {
            self.log.clear();
        }
    }

    /// Ends a branch that began at `mark`: takes what it did and goes back to the state before.
    pub(super) fn end_branch(&mut self, mark: usize) -> Branch {
        let changes = self.changes_since(mark);
        self.rewind(mark);
        Branch { changes, path: self.path, dead: self.dead }
    }

    /// A copy of what happened since `mark`, for a statement that leaves here.
    pub(super) fn snapshot(&mut self, mark: usize) -> Branch {
        Branch { changes: self.changes_since(mark), path: self.path, dead: false }
    }

    /// What there is to be known of the body as it ends here. Nobody sees the variables of a function
    /// that is over, unless functions inside hold them; the objects of its parameters live on.
    pub(super) fn end(&mut self) -> Branch {
        let named = if self.may_have_inner { self.scope.names.len() as u32 } else { 0 };
        let objects = self.params..self.params + self.param_count;
        let changes = self.changes_where(0, |slot| slot < named || objects.contains(&slot));
        Branch { changes, path: self.path, dead: false }
    }

    pub(super) fn rewind(&mut self, mark: usize) {
        while self.trail.len() > mark {
            if let Some((slot, old)) = self.trail.pop() {
                self.slots[slot as usize] = old;
            }
        }
    }
}
