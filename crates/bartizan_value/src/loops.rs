//! Loops and comprehensions, round by round.

use std::sync::Arc;

use bartizan_ir::{
    ArgKind, BinaryOp, Comp, CompKind, FileIr, LoopId, LoopKind, Mutator, PathId, Value, ValueId,
};

use rustc_hash::FxHashSet;

use crate::analysis::{Given, Place, Region};
use crate::domain::{Abstract, Evaluated, Extent, Object, SeqKind};
use crate::exceptions::{Event, Thrown};
use crate::operators::{distinct, put_entry};
use crate::parts::{each_object, is_object, iterate, iterate_unordered, sources};
use crate::reason::Reason;
use crate::session::{Act, DEEPEST_LOOPS, Session};
use crate::versions::Versions;

/// Rounds of one loop beyond which it is not followed.
const MOST_ROUNDS: usize = 10_000;

/// How a loop ended.
#[derive(Clone, Debug)]
pub(crate) enum LoopEnd {
    /// Nothing was left to run through, or the test failed.
    Exhausted,
    /// On this path: a break, return or raise.
    Left(PathId),
    /// By an exception that something in the body raised.
    Raised(Event, Thrown),
    /// Not known.
    Unknown(Reason),
}

impl Session<'_> {
    /// Runs a loop, once for each run of the code around it. The activation is that of the last
    /// round, or holds the variables as the loop ran out.
    pub(crate) fn run_loop(&mut self, parent: Act, of: LoopId) -> (Act, LoopEnd) {
        if let Some((act, end)) = self.acts[parent as usize].loops.get(&of) {
            let found = (*act, end.clone());
            if let Some(depth) = self.acts[found.0 as usize].running {
                self.note_cycle(depth);
            }
            return found;
        }
        let act = self.open_region(Region::Loop(of), parent);
        // Whoever asks while it runs, from outside, asks for what depends on itself.
        let busy = (act, LoopEnd::Unknown(Reason::Cycle));
        self.acts[parent as usize].loops.insert(of, busy);
        let depth = self.depth + 1;
        self.acts[act as usize].running = Some(depth);
        let around = self.begin_cycle();
        let watched = self.watched.len();
        let since = self.changes.len();
        self.running += 1;
        let mut end = match self.running > DEEPEST_LOOPS {
            true => LoopEnd::Unknown(Reason::TooDeep),
            false => {
                stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.rounds(parent, act, of))
            }
        };
        self.running -= 1;
        self.watched.truncate(watched);
        self.note_left(act, of, &end);
        let is_whole = self.end_cycle(around, depth);
        self.acts[act as usize].running = None;
        if !is_whole {
            // What a round asked for is still being evaluated further out: a loop that is run too
            // early, by something that is itself a part of what it needs, tells nothing.
            end = LoopEnd::Unknown(Reason::Cycle);
        }
        if let LoopEnd::Unknown(reason) = &end {
            self.lose_changed(since, reason);
            self.clear(act);
            self.acts[act as usize].any_round = Some(reason.clone());
        }
        if is_whole {
            self.acts[parent as usize].loops.insert(of, (act, end.clone()));
        } else {
            self.acts[parent as usize].loops.remove(&of);
        }
        (act, end)
    }

    /// What rounds changed of which nobody knows how many there were is not certain, and the loops around
    /// must not take it for that.
    fn lose_changed(&mut self, since: usize, reason: &Reason) {
        let mut changed: Vec<Object> = self.changes[since.min(self.changes.len())..]
            .iter()
            .map(|(object, _)| *object)
            .collect();
        changed.sort_unstable_by_key(|object| object.0);
        changed.dedup();
        for object in changed {
            self.note_change(object, Extent::Shape, &Abstract::Unknown(reason.clone()));
        }
    }

    fn rounds(&mut self, parent: Act, act: Act, of: LoopId) -> LoopEnd {
        let ir = self.ir(parent);
        let it = &ir.loops[of.index()];
        let analysis = self.analysis(parent);
        let exits = &analysis.shape(of).exits;
        let tried = analysis.is_tried(of);
        let mut items = Vec::new();
        // What runs through a dict does not mind new values under its keys.
        let (mut watched, mut strict) = (Vec::new(), false);
        if let LoopKind::For { iterator, is_async, .. } = it.kind {
            if is_async {
                return LoopEnd::Unknown(Reason::NotFollowed("an asynchronous loop"));
            }
            let iterable = self.eval(parent, iterator);
            let iterable = self.members_in_order(parent, iterator, &iterable).unwrap_or(iterable);
            match iterate(&iterable) {
                Ok(found) => items = found,
                Err(Reason::Raises(exception)) => {
                    return LoopEnd::Raised(Event::Elsewhere, Thrown::Builtin(exception));
                }
                Err(reason) => return LoopEnd::Unknown(reason),
            }
            if analysis.shape(of).has_change {
                watched = sources(&iterable.value);
                strict = match &iterable.value {
                    Abstract::Seq(seq) => seq.kind != SeqKind::Keys,
                    _ => false,
                };
            }
        }
        let mut heads: Vec<Evaluated> = Vec::with_capacity(it.mus.len());
        for mu in &it.mus {
            let Value::Mu { init, .. } = ir.value(*mu) else { continue };
            heads.push(self.eval(parent, init));
        }
        let carried = self.carried_into(parent, of);
        self.acts[act as usize].carried = carried;
        self.watched.extend_from_slice(&watched);
        let changes: Vec<ValueId> = match self.watched.as_slice() {
            [] => Vec::new(),
            _ => analysis.changes_of(of).collect(),
        };
        let since = self.changes.len();
        for round in 0.. {
            self.acts[act as usize].written_before = self.acts[act as usize].written.len();
            self.acts[act as usize].changes_before = self.changes.len();
            for (mu, value) in it.mus.iter().zip(heads.drain(..)) {
                self.bind(act, *mu, value);
            }
            if !watched.is_empty() && self.is_touched(since, &watched, strict) {
                return LoopEnd::Unknown(Reason::Iterator);
            }
            if round > MOST_ROUNDS {
                return LoopEnd::Unknown(Reason::OutOfFuel);
            }
            if let Err(reason) = self.spend(1) {
                return LoopEnd::Unknown(reason);
            }
            match it.kind {
                LoopKind::For { element, .. } => match items.get(round) {
                    // What an earlier round changed, a later one may find among its items.
                    Some(item) if item.value.is_mutable() => {
                        let versions = Versions::since(&self.changes[since..], &self.latest);
                        let item = versions.apply(item);
                        self.bind(act, element, item);
                    }
                    Some(item) => self.bind(act, element, item.clone()),
                    None => return LoopEnd::Exhausted,
                },
                LoopKind::While { test } => match self.decide(act, test) {
                    Ok(true) => {}
                    Ok(false) => return LoopEnd::Exhausted,
                    Err(Reason::Raises(exception)) if tried => {
                        return LoopEnd::Raised(Event::Elsewhere, Thrown::Builtin(exception));
                    }
                    Err(reason) => return LoopEnd::Unknown(reason),
                },
            }
            if tried {
                match self.round_raises(act, of) {
                    Ok(None) => {}
                    Ok(Some((event, thrown))) => return LoopEnd::Raised(event, thrown),
                    Err(reason) => return LoopEnd::Unknown(reason),
                }
            }
            if analysis.has_written() {
                self.note_written(act, of);
            }
            for exit in exits {
                match self.taken(act, *exit, it.body) {
                    Ok(true) => return LoopEnd::Left(*exit),
                    Ok(false) => {}
                    Err(reason) => return LoopEnd::Unknown(reason),
                }
            }
            let round_since = self.changes.len();
            for mu in &it.mus {
                let Value::Mu { back, .. } = ir.value(*mu) else { continue };
                heads.push(self.eval(act, back));
            }
            self.carry_on(act, of);
            self.note_unseen(act, of, &changes);
            // A container that the round changed under one name is changed under all, also under
            // those that only came to hold it in an earlier round.
            if self.changes.len() > round_since {
                let versions = Versions::since(&self.changes[round_since..], &self.latest);
                for head in &mut heads {
                    self.fuel = self.fuel.saturating_sub(head.value.size() / 64);
                    if let Some(now) = versions.changed(head) {
                        self.note_versions(head, &now);
                        *head = now;
                    }
                }
            }
            if self.fuel == 0 {
                return LoopEnd::Unknown(Reason::OutOfFuel);
            }
            self.clear(act);
            let it = &mut self.acts[act as usize];
            it.carried = std::mem::take(&mut it.next_carried);
        }
        LoopEnd::Unknown(Reason::OutOfFuel)
    }

    /// A change whose result no later value shows is not evaluated: a container that loops run
    /// through and that is changed so is not certain.
    fn note_unseen(&mut self, act: Act, of: LoopId, changes: &[ValueId]) {
        let (ir, analysis) = (self.ir(act), self.analysis(act));
        let own = Some(Region::Loop(of));
        for change in changes {
            let region = analysis.region(ir, *change);
            if region == own {
                if self.known(act, *change).is_some() {
                    continue;
                }
            } else if self.has_run(act, region) {
                continue;
            }
            if !self.may_be_change(act, *change) {
                continue;
            }
            let touched = match self.changed_at(act, *change) {
                Changed::New => continue,
                Changed::Objects(objects) => {
                    objects.into_iter().filter(|object| self.watched.contains(object)).collect()
                }
                Changed::Any => self.watched.clone(),
            };
            if touched.is_empty() || self.holds(act, ir.stretch(*change).path) == Ok(false) {
                continue;
            }
            for object in touched {
                let lost = Abstract::Unknown(Reason::Iterator);
                self.note_change(object, Extent::Shape, &lost);
            }
        }
    }

    /// Whether it is a change, and no call that leaves all that it is given as it is.
    fn may_be_change(&self, act: Act, change: ValueId) -> bool {
        let ir = self.ir(act);
        let Value::Mutate(mutation) = ir.value(change) else { return true };
        let mutation = ir.mutation(mutation);
        match mutation.call.map(|call| ir.value(call)) {
            Some(Value::Call { callee, args }) if mutation.op == Mutator::Escape => {
                let of = ir.bare(mutation.receiver);
                let args = &ir.args[args];
                let place = args.iter().position(|arg| ir.bare(arg.value) == of);
                let place = match place {
                    Some(place)
                        if args[..=place].iter().all(|arg| arg.kind == ArgKind::Positional) =>
                    {
                        Place::At(place as u32)
                    }
                    _ => Place::Other,
                };
                let given = Given { callee, place };
                self.world.may_change(self.frame_of(act).file, given)
            }
            _ => true,
        }
    }

    /// Whether the loop inside `act` that a region is, or lies in, was run: its rounds saw to their
    /// changes themselves.
    fn has_run(&self, act: Act, region: Option<Region>) -> bool {
        let (analysis, own) = (self.analysis(act), self.acts[act as usize].region);
        let mut at = region;
        while let Some(region) = at
            && at != own
        {
            let around = analysis.around(region);
            if around == own
                && let Region::Loop(inner) = region
            {
                let end = self.acts[act as usize].loops.get(&inner);
                return !matches!(end, None | Some((_, LoopEnd::Unknown(_))));
            }
            at = around;
        }
        false
    }

    /// What is known of a node of the round at hand, or of the code around it.
    fn known_around(&self, act: Act, id: ValueId) -> Option<Evaluated> {
        let mut up = Some(act);
        while let Some(act) = up {
            if let Some(value) = self.known(act, id) {
                return Some(value);
            }
            up = self.acts[act as usize].parent;
        }
        None
    }

    /// Which objects a change is about that was not evaluated.
    fn changed_at(&self, act: Act, change: ValueId) -> Changed {
        let ir = self.ir(act);
        let mut objects = Vec::new();
        // Where ways meet, it is what any of them leads to.
        let (mut ahead, mut seen) = (vec![change], FxHashSet::default());
        while let Some(at) = ahead.pop() {
            if !seen.insert(at) {
                continue;
            }
            if seen.len() > 256 {
                return Changed::Any;
            }
            if let Some(value) = self.known_around(act, at) {
                let ways: Vec<&Abstract> = match &value.value {
                    Abstract::Choice(choice) => {
                        choice.alternatives.iter().map(|way| &way.value.value).collect()
                    }
                    value => vec![value],
                };
                for way in ways {
                    match way {
                        Abstract::Seq(seq) if is_object(seq) => objects.push(seq.object),
                        Abstract::Map(map) => objects.push(map.object),
                        Abstract::Const(_) | Abstract::Seq(_) => {}
                        _ => return Changed::Any,
                    }
                }
                continue;
            }
            match ir.value(at) {
                Value::Mutate(mutation) => ahead.push(ir.mutation(mutation).receiver),
                Value::Pi { of, .. } => ahead.push(of),
                Value::Mu { init, .. } => ahead.push(init),
                Value::Gamma { then, otherwise, .. } => ahead.extend([then, otherwise]),
                Value::Join { ways, .. } => {
                    ahead.extend(ir.ways[ways].iter().map(|way| way.value));
                }
                Value::List(_) | Value::Set(_) | Value::Dict(_) | Value::Comp(_) => {}
                other if cannot_change(other) => {}
                _ => return Changed::Any,
            }
        }
        match objects.is_empty() {
            true => Changed::New,
            false => Changed::Objects(objects),
        }
    }

    /// What the round changed in which a loop was left.
    fn note_left(&mut self, act: Act, of: LoopId, end: &LoopEnd) {
        let before = match end {
            LoopEnd::Left(_) => u32::MAX,
            LoopEnd::Raised(Event::Node(node), _) => node.index() as u32,
            LoopEnd::Raised(..) => 0,
            LoopEnd::Exhausted | LoopEnd::Unknown(_) => return,
        };
        let (ir, analysis) = (self.ir(act), self.analysis(act));
        if !analysis.shape(of).has_mutation {
            return;
        }
        let since = self.changes.len();
        let mut unsure = Versions::default();
        for mutation in analysis.mutations_of(ir, of) {
            let runs = match self.holds(act, ir.stretch(mutation).path) {
                Ok(false) => continue,
                runs => runs == Ok(true) && (mutation.index() as u32) < before,
            };
            let changed = self.eval(act, mutation);
            if !runs {
                each_object(&changed.value, &mut |object, _| unsure.lose(object));
            }
        }
        let mut versions = Versions::since(&self.changes[since..], &self.latest);
        versions.add(unsure);
        self.acts[act as usize].left = Some(Arc::new(versions));
    }

    /// Whether one of the containers that a loop runs through has changed since it began.
    fn is_touched(&self, since: usize, watched: &[Object], strict: bool) -> bool {
        let least = if strict { Extent::Values } else { Extent::Shape };
        self.changes[since..]
            .iter()
            .any(|(object, extent)| *extent >= least && watched.contains(object))
    }

    // ---- comprehensions ----------------------------------------------------------------------

    pub(crate) fn comprehension(
        &mut self,
        at: Act,
        id: ValueId,
        of: bartizan_ir::CompId,
    ) -> Evaluated {
        let comp = self.ir(at).comp(of);
        if comp.clauses.iter().any(|clause| clause.is_async) {
            return self.unknown(at, id, Reason::NotFollowed("an asynchronous comprehension"));
        }
        let act = self.open_region(Region::Comp(of), at);
        let mut built =
            Built { items: Vec::new(), entries: Vec::new(), open: None, sources: Vec::new() };
        let mut bound = Vec::with_capacity(comp.clauses.len());
        let done = self.clause(at, act, comp, &mut bound, &mut built);
        self.release(act);
        let Built { items, entries, open, sources } = built;
        let value = match done {
            Err(reason) => Abstract::Unknown(reason),
            Ok(()) => match comp.kind {
                CompKind::List => {
                    let object = self.fresh(at);
                    Abstract::seq(SeqKind::List, items, open, object)
                }
                CompKind::Set => match distinct(items) {
                    Ok(items) => {
                        let object = self.fresh(at);
                        Abstract::seq(SeqKind::Set, items, open, object)
                    }
                    Err(reason) => Abstract::Unknown(reason),
                },
                CompKind::Dict => {
                    let object = self.fresh(at);
                    Abstract::map(entries, open, object)
                }
                CompKind::Generator => {
                    Abstract::looking_at(SeqKind::Iterator, items, open, sources)
                }
            },
        };
        self.made(at, id, value)
    }

    fn clause(
        &mut self,
        at: Act,
        act: Act,
        comp: &Comp,
        bound: &mut Vec<(ValueId, Evaluated)>,
        built: &mut Built,
    ) -> Result<(), Reason> {
        let Some(clause) = comp.clauses.get(bound.len()) else {
            let element = self.eval(act, comp.element);
            if let Abstract::Unknown(reason @ Reason::Raises(_)) = &element.value {
                return Err(reason.clone());
            }
            match comp.key {
                Some(key) => {
                    let key = self.eval(act, key);
                    put_entry(&mut built.entries, key, element)?;
                }
                None => built.items.push(element),
            }
            if built.items.len() > crate::operators::MOST_ITEMS {
                return Err(Reason::TooLarge);
            }
            return Ok(());
        };
        let from = if bound.is_empty() { at } else { act };
        let iterable = self.eval(from, clause.iterator);
        let iterable = self.members_in_order(from, clause.iterator, &iterable).unwrap_or(iterable);
        let items = match iterate(&iterable) {
            Err(Reason::SetOrder) if comp.kind == CompKind::Set => iterate_unordered(&iterable),
            found => found,
        };
        built.sources.extend(sources(&iterable.value));
        let items = match items {
            Ok(items) => items,
            Err(reason @ (Reason::Raises(_) | Reason::OutOfFuel | Reason::TooLarge)) => {
                return Err(reason);
            }
            Err(Reason::SetOrder) => return Err(Reason::SetOrder),
            Err(reason) => {
                built.open = Some(reason);
                return Ok(());
            }
        };
        for item in items {
            self.spend(1)?;
            bound.push((clause.element, item));
            self.clear(act);
            for (element, item) in bound.iter() {
                self.bind(act, *element, item.clone());
            }
            let mut keep = true;
            for condition in &clause.conditions {
                match self.decide(act, *condition) {
                    Ok(true) => {}
                    Ok(false) => {
                        keep = false;
                        break;
                    }
                    Err(reason @ (Reason::Raises(_) | Reason::OutOfFuel)) => return Err(reason),
                    Err(reason) => {
                        built.open = Some(reason);
                        keep = false;
                        break;
                    }
                }
            }
            if keep {
                self.clause(at, act, comp, bound, built)?;
            }
            bound.pop();
        }
        Ok(())
    }

    // ---- loops that are not followed ---------------------------------------------------------

    /// A variable of a loop of which nobody knows how often it runs. A list that rounds only add to
    /// holds what it held before, and there may be more.
    pub(crate) fn any_head(
        &mut self,
        at: Act,
        id: ValueId,
        init: ValueId,
        back: ValueId,
    ) -> Evaluated {
        let why = self.acts[at as usize].any_round.clone();
        if let (Some(why), Some(parent)) = (&why, self.acts[at as usize].parent)
            && only_grows(self.ir(at), id, back)
        {
            let before = self.eval(parent, init);
            if is_list(&before.value) {
                return crate::parts::opened(&before, why);
            }
        }
        if let Some(before) = self.same_all_ways(at, id) {
            return before;
        }
        self.unknown(at, id, why.unwrap_or(Reason::Cycle))
    }

    /// A variable at the head of a loop or behind it, of which nobody knows how it went, where no way there
    /// binds the variable anew.
    pub(crate) fn same_all_ways(&mut self, at: Act, id: ValueId) -> Option<Evaluated> {
        let before = origin(self.ir(at), id)?;
        let value = self.eval(at, before);
        (before != id && !value.value.is_mutable()).then_some(value)
    }

    // ---- objects behind a loop ---------------------------------------------------------------

    /// `base` with the objects that the loop's variables hold as they are now.
    pub(crate) fn with_objects_of(
        &mut self,
        at: Act,
        id: ValueId,
        act: Act,
        of: LoopId,
        base: &Evaluated,
    ) -> Evaluated {
        let ir = self.ir(at);
        let mut versions = Versions::default();
        for mu in &ir.loops[of.index()].mus {
            // After a `break`, the round's own changes are those that lead to it.
            let Value::Mu { .. } = ir.value(*mu) else { continue };
            let value = self.eval(act, *mu);
            each_object(&value.value, &mut |object, value| versions.note(object, value));
        }
        let mut missing = false;
        each_object(&base.value, &mut |object, _| missing |= !versions.has(object));
        if missing {
            return self.possibly_changed(at, id, base, &Reason::Aliased);
        }
        versions.apply(base)
    }

    /// The value, if it cannot have changed.
    pub(crate) fn possibly_changed(
        &mut self,
        at: Act,
        id: ValueId,
        value: &Evaluated,
        why: &Reason,
    ) -> Evaluated {
        match &value.value {
            Abstract::Unknown(_) => self.unknown(at, id, why.clone()),
            known if known.is_mutable() => crate::parts::opened(value, why),
            _ => value.clone(),
        }
    }
}

/// Whether a value is a list, whichever way was taken.
fn is_list(value: &Abstract) -> bool {
    match value {
        Abstract::Seq(seq) => seq.kind == SeqKind::List,
        Abstract::Choice(choice) => choice.alternatives.iter().all(|way| is_list(&way.value.value)),
        _ => false,
    }
}

/// Whether the rounds of a loop do nothing to a variable but put items behind those that it holds.
fn only_grows(ir: &FileIr, mu: ValueId, back: ValueId) -> bool {
    let mut ahead = vec![back];
    for _ in 0..256 {
        let Some(at) = ahead.pop() else { return true };
        match ir.value(at) {
            _ if at == mu => {}
            Value::Pi { of, .. } => ahead.push(of),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                let is_growth = matches!(
                    mutation.op,
                    Mutator::Append | Mutator::Extend | Mutator::InPlace(BinaryOp::Add)
                );
                if !is_growth {
                    return false;
                }
                ahead.push(mutation.receiver);
            }
            Value::Gamma { then, otherwise, .. } => ahead.extend([then, otherwise]),
            Value::Join { ways, .. } => ahead.extend(ir.ways[ways].iter().map(|way| way.value)),
            _ => return false,
        }
    }
    false
}

/// Whether nothing can change a value that is written so.
fn cannot_change(value: Value) -> bool {
    value.is_literal() || matches!(value, Value::Text { .. } | Value::Compare { .. })
}

/// Nodes on the ways to a variable beyond which they are not followed.
const MOST_WAYS: usize = 1_000;

/// The node that bound what a variable holds, if every way there leads to the same one; what may have
/// changed since is a container that it holds.
fn origin(ir: &FileIr, id: ValueId) -> Option<ValueId> {
    let (mut ahead, mut seen, mut found) = (vec![id], FxHashSet::default(), None);
    while let Some(at) = ahead.pop() {
        let at = ir.bare(at);
        if !seen.insert(at) {
            continue;
        }
        if seen.len() > MOST_WAYS {
            return None;
        }
        match ir.value(at) {
            Value::Pi { of, .. } => ahead.push(of),
            Value::Mutate(mutation) if !matches!(ir.mutation(mutation).op, Mutator::InPlace(_)) => {
                ahead.push(ir.mutation(mutation).receiver);
            }
            Value::Mu { init, back, .. } => ahead.extend([init, back]),
            Value::Gamma { then, otherwise, .. } => ahead.extend([then, otherwise]),
            Value::Join { ways, .. } => ahead.extend(ir.ways[ways].iter().map(|way| way.value)),
            _ if found.is_none_or(|found| found == at) => found = Some(at),
            _ => return None,
        }
    }
    found
}

/// What is known of the receiver of a change that was not evaluated.
enum Changed {
    /// Nothing that a loop runs through.
    New,
    /// One of these.
    Objects(Vec<Object>),
    /// Any container.
    Any,
}

/// What a comprehension has built so far.
struct Built {
    items: Vec<Evaluated>,
    entries: Vec<(Evaluated, Evaluated)>,
    open: Option<Reason>,
    sources: Vec<Object>,
}
