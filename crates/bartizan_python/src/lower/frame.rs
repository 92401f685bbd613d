//! The state of one body while it is lowered: what each name holds, under which conditions code
//! runs, and how both are split at a branch and put together again.

use std::rc::Rc;

use bartizan_base::{Span, Sym};
use bartizan_ir::{Binding, Effect, FunctionId, FunctionKind, Layer, PathId, ValueId, Way};
use rustc_hash::{FxHashMap, FxHashSet};

/// Names of a body and their slots.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) slots: FxHashMap<Sym, u32>,
    pub(super) global: FxHashSet<Sym>,
    pub(super) nonlocal: FxHashSet<Sym>,
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
    pub(super) breaks: Vec<Branch>,
    pub(super) continues: Vec<Branch>,
}

/// The state of one body.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) id: FunctionId,
    pub(super) kind: FunctionKind,
    pub(super) scope: Rc<Scope>,
    pub(super) around: Around,
    pub(super) qualname: String,
    pub(super) slots: Vec<Slot>,
    trail: Vec<(u32, Slot)>,
    seen: Vec<u32>,
    stamp: u32,
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
    pub(super) overlays: Vec<(Sym, ValueId)>,
    /// Access paths: the slot of each, by its base and last step.
    pub(super) paths: FxHashMap<(u32, Step), u32>,
    /// Beside `slots`: base and last step of those that are access paths.
    pub(super) steps: FxHashMap<u32, (u32, Step)>,
    children: FxHashMap<u32, Vec<u32>>,
    by_attr: FxHashMap<Sym, Vec<u32>>,
    /// Slots read since a test began, if one is being lowered.
    pub(super) guards: Option<Vec<u32>>,
    pub(super) is_generator: bool,
    /// Whether functions are defined inside.
    pub(super) has_inner: bool,
    /// The first of the hidden slots that keep the objects of the parameters.
    pub(super) params: u32,
}

/// A `try` body that is being lowered.
#[derive(Debug)]
pub(super) struct RaiseFrame {
    pub(super) mark: usize,
    /// States at `raise` statements.
    pub(super) raised: Vec<(Option<ValueId>, Branch)>,
    /// Every change of a slot so far, in branches too.
    pub(super) held: Vec<Held>,
}

/// A change of a slot in a `try` body: any exception behind it finds the slot so.
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
        let slots = vec![EMPTY; scope.slots.len()];
        Self {
            id,
            kind,
            scope,
            around,
            qualname,
            seen: vec![0; slots.len()],
            slots,
            trail: Vec::new(),
            stamp: 0,
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
            overlays: Vec::new(),
            paths: FxHashMap::default(),
            steps: FxHashMap::default(),
            children: FxHashMap::default(),
            by_attr: FxHashMap::default(),
            guards: None,
            is_generator: false,
            has_inner: false,
            params: 0,
        }
    }

    /// Adds a slot that belongs to no local name.
    pub(super) fn add_slot(&mut self) -> u32 {
        self.slots.push(EMPTY);
        self.seen.push(0);
        self.slots.len() as u32 - 1
    }

    /// The slot of an access path, made on first use.
    pub(super) fn path_slot(&mut self, base: u32, step: Step) -> u32 {
        if let Some(slot) = self.paths.get(&(base, step)) {
            return *slot;
        }
        let slot = self.add_slot();
        self.paths.insert((base, step), slot);
        self.steps.insert(slot, (base, step));
        self.children.entry(base).or_default().push(slot);
        if let Step::Attr(name) = step {
            self.by_attr.entry(name).or_default().push(slot);
        }
        slot
    }

    pub(super) fn set(&mut self, slot: u32, to: Slot) {
        let at = &mut self.slots[slot as usize];
        if *at != to {
            if let Some(tried) = self.raises.last_mut() {
                let (bound, path) = (self.now, self.path);
                tried.held.push(Held { slot, from: *at, to, bound, path });
            }
            self.trail.push((slot, *at));
            *at = to;
        }
    }

    /// Forgets what is known of all access paths below `slot`.
    pub(super) fn forget_below(&mut self, slot: u32, keep: &dyn Fn(Step) -> bool) {
        if self.children.is_empty() {
            return;
        }
        let mut left = vec![slot];
        while let Some(slot) = left.pop() {
            let Some(children) = self.children.get(&slot) else { continue };
            for child in children.clone() {
                let step = self.steps[&child].1;
                if keep(step) {
                    continue;
                }
                if self.slots[child as usize].value.is_some() {
                    self.set(child, EMPTY);
                }
                left.push(child);
            }
        }
    }

    /// Forgets every access path that ends in `.name`, but for `except`: a store to that attribute
    /// of some object may have been a store to this one.
    pub(super) fn forget_attr(&mut self, name: Sym, except: u32) {
        for slot in self.by_attr.get(&name).cloned().unwrap_or_default() {
            if slot != except {
                self.set(slot, EMPTY);
                self.forget_below(slot, &|_| false);
            }
        }
    }

    /// Forgets every access path; at the head of a loop nothing is known of the rounds before.
    pub(super) fn forget_paths(&mut self) {
        let mut slots: Vec<u32> = self.steps.keys().copied().collect();
        slots.sort_unstable();
        for slot in slots {
            if self.slots[slot as usize].value.is_some() {
                self.set(slot, EMPTY);
            }
        }
    }

    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// What changed since `mark`, without undoing it.
    pub(super) fn changes_since(&mut self, mark: usize) -> Vec<(u32, Slot)> {
        self.stamp += 1;
        let mut changes = Vec::new();
        for (slot, _) in &self.trail[mark..] {
            let seen = &mut self.seen[*slot as usize];
            if *seen != self.stamp {
                *seen = self.stamp;
                changes.push((*slot, self.slots[*slot as usize]));
            }
        }
        changes.sort_unstable_by_key(|(slot, _)| *slot);
        changes
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

    pub(super) fn rewind(&mut self, mark: usize) {
        while self.trail.len() > mark {
            if let Some((slot, old)) = self.trail.pop() {
                self.slots[slot as usize] = old;
            }
        }
    }
}
