//! Changes to containers: what each is afterwards, and which other names see it.
//!
//! A container keeps its identity through all its versions. The value graph gives every variable that
//! may hold a changed object a new version of its own; here the changed object is put in wherever
//! that variable holds it, and a variable that does not hold it stays as it was. So aliases are exact
//! as long as the change is known, and open where it is not.

use std::sync::Arc;

use bartizan_ir::{Arg, BinaryOp, FileIr, Mutation, MutationId, Mutator, Value, ValueId};

use crate::analysis::Region;
use crate::calls::Args;
use crate::domain::{Abstract, Evaluated, Extent, Map, Object, Seq, SeqKind, Symbol};
use crate::operators::{
    self, INDEX_ERROR, KEY_ERROR, TYPE_ERROR, VALUE_ERROR, distinct, find_entry, integer, is_typed,
    merge_entries, position, put_entry,
};
use crate::parts::{each_object, is_object, iterate, iterate_unordered, opened, over};
use crate::reason::Reason;
use crate::session::{Act, Session};
use crate::versions::{Versions, is_other};

/// Whether a container is told anew because of a change of what lies in it: `a[1].append(3)` for `a`.
fn is_change_inside(ir: &FileIr, id: ValueId, mutation: &Mutation) -> bool {
    let args = &ir.args[mutation.args];
    let inner = args.get(1).filter(|_| mutation.op == Mutator::SetItem && mutation.call.is_none());
    inner.is_some_and(|inner| match ir.value(inner.value) {
        Value::Mutate(inner_change) => {
            !matches!(ir.mutation(inner_change).op, Mutator::InPlace(_) | Mutator::Escape)
                && ir.span(inner.value) == ir.span(id)
        }
        _ => false,
    })
}

impl Session<'_> {
    pub(crate) fn mutation(&mut self, at: Act, id: ValueId, of: MutationId) -> Evaluated {
        let ir = self.ir(at);
        // A list that grows line by line is a chain of changes: go down it without recursion.
        let mut chain = vec![id];
        let mut next = ir.bare(ir.mutation(of).receiver);
        while let Value::Mutate(inner) = ir.value(next) {
            if self.known(at, next).is_some() || self.is_elsewhere(at, next) {
                break;
            }
            chain.push(next);
            next = ir.bare(ir.mutation(inner).receiver);
            if let Err(reason) = self.spend(1) {
                return self.unknown(at, id, reason);
            }
        }
        while chain.len() > 1 {
            let Some(inner) = chain.pop() else { break };
            self.eval(at, inner);
        }
        let mutation = ir.mutation(of);
        let receiver = self.eval(at, mutation.receiver);
        if mutation.op == Mutator::Escape {
            return self.escape((at, id), mutation, &receiver);
        }
        if let Mutator::InPlace(op) = mutation.op {
            let [Arg { value, .. }] = ir.args[mutation.args] else {
                return self.unknown(at, id, Reason::Unreadable);
            };
            let value = self.eval(at, value);
            return self.in_place(at, id, op, &receiver, &value);
        }
        let args = self.arguments(at, mutation.args);
        let site = self.site(at, id);
        let is_method = mutation.call.is_some();
        let is_inner = is_change_inside(ir, id, mutation);
        let changed = over(&receiver, site, &mut |receiver| {
            // What lies in a tuple changes, and the tuple does not.
            if is_inner
                && let Abstract::Seq(seq) = &receiver.value
                && !is_object(seq)
                && let Some(inner) = args.positional.get(1)
            {
                let mut versions = Versions::default();
                each_object(&inner.value, &mut |object, now| versions.note(object, now));
                return versions.apply(receiver);
            }
            self.change(at, id, mutation.op, is_method, receiver, &args)
        });
        self.doubt_ways(&changed.value);
        changed
    }

    /// Of a container that the alternatives of a choice tell in different ways, none is how it is now.
    pub(crate) fn doubt_ways(&mut self, value: &Abstract) {
        if !matches!(value, Abstract::Choice(_)) || !value.is_mutable() {
            return;
        }
        let mut versions = Versions::default();
        each_object(value, &mut |object, value| versions.note(object, value));
        let mut lost: Vec<Object> = versions.lost.into_iter().collect();
        lost.sort_unstable_by_key(|object| object.0);
        for object in lost {
            self.note_latest(object, &Abstract::Unknown(Reason::Undecided));
        }
    }

    fn is_elsewhere(&self, at: Act, id: ValueId) -> bool {
        self.analysis(at).region(self.ir(at), id) != self.acts[at as usize].region
    }

    /// The container after the change; what is no container is as it was.
    fn change(
        &mut self,
        at: Act,
        id: ValueId,
        op: Mutator,
        is_method: bool,
        receiver: &Evaluated,
        args: &Args,
    ) -> Evaluated {
        let (object, changed) = match &receiver.value {
            Abstract::Seq(seq) if is_object(seq) => {
                (seq.object, self.change_seq(at, op, seq, args))
            }
            Abstract::Map(map) => (map.object, self.change_map(at, op, map, args)),
            Abstract::Unknown(reason) => return self.unknown(at, id, reason.clone()),
            other if is_of_collections(other) => return self.unknown(at, id, CHANGED_OUTSIDE),
            // `x.add(…)` of something that is no set.
            other if is_method => {
                return match other {
                    Abstract::Const(_) | Abstract::Seq(_) => receiver.clone(),
                    Abstract::Apply(_) | Abstract::Ref(_) => receiver.clone(),
                    other => self.unknown(at, id, crate::format::reason_of(other)),
                };
            }
            other if is_typed(other) => return self.unknown(at, id, TYPE_ERROR),
            Abstract::Apply(_) => return receiver.clone(),
            // What is set there is found by who asks later.
            Abstract::Ref(Symbol::External(name)) if &**name == "os.environ" => {
                return receiver.clone();
            }
            other => return self.unknown(at, id, crate::format::reason_of(other)),
        };
        let cost = 1 + receiver.value.size() / 16;
        if let Err(reason) = self.spend(cost) {
            return self.unknown(at, id, reason);
        }
        let extent = match (&receiver.value, &changed) {
            (Abstract::Map(old), Ok(Abstract::Map(new)))
                if op == Mutator::SetItem && old.entries.len() == new.entries.len() =>
            {
                Extent::Values
            }
            _ => Extent::Shape,
        };
        self.after_change((at, id), object, extent, receiver, changed, args)
    }

    fn after_change(
        &mut self,
        (at, id): (Act, ValueId),
        object: Object,
        extent: Extent,
        receiver: &Evaluated,
        changed: Result<Abstract, Reason>,
        args: &Args,
    ) -> Evaluated {
        // In an earlier round the object came to be changed under another name, which the value graph
        // does not foresee: nobody knows in which order.
        let in_loop = matches!(self.acts[at as usize].region, Some(Region::Loop(_)));
        let is_stale = in_loop
            && self.latest.get(&object).is_some_and(|latest| {
                is_other(latest, &receiver.value) && *latest != receiver.value
            });
        let now = match changed {
            Err(
                reason @ (Reason::Raises(_)
                | Reason::OutOfFuel
                | Reason::TooLarge
                | Reason::TooDeep),
            ) => self.unknown(at, id, reason),
            _ if is_stale => opened(receiver, &Reason::Aliased),
            Ok(value) => self.settle(at, id, object, value, args),
            // It is still this container, but what it holds is not certain.
            Err(reason) => opened(receiver, &reason),
        };
        self.note_change_by(id, object, extent, &now.value);
        now
    }

    /// The changed container, in which a new item may be one that it holds already, as it was before.
    fn settle(
        &mut self,
        at: Act,
        id: ValueId,
        object: Object,
        value: Abstract,
        args: &Args,
    ) -> Evaluated {
        let mut circular = false;
        each_inner(&value, &mut |inner| {
            each_object(inner, &mut |held, _| circular |= held == object);
        });
        if circular {
            return self.unknown(at, id, Reason::Cycle);
        }
        let mut versions = Versions::default();
        for arg in args.all() {
            each_object(&arg.value, &mut |held, now| {
                if held != object {
                    versions.note(held, now);
                }
            });
        }
        let made = self.made(at, id, value);
        versions.apply(&made)
    }

    fn change_seq(
        &mut self,
        at: Act,
        op: Mutator,
        seq: &Arc<Seq>,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        let rebuilt =
            |items: Vec<Evaluated>| Abstract::seq(seq.kind, items, seq.open.clone(), seq.object);
        let opened = |items: Vec<Evaluated>, why: Reason| {
            Abstract::seq(seq.kind, items, Some(seq.open.clone().unwrap_or(why)), seq.object)
        };
        let mut items = seq.items.clone();
        let is_list = seq.kind == SeqKind::List;
        // Additions to what is not all known are still known; anything else needs to know it all.
        let all = || match &seq.open {
            None => Ok(()),
            Some(reason) => Err(reason.clone()),
        };
        match op {
            Mutator::Append if is_list => {
                items.push(args.only()?.clone());
                Ok(rebuilt(items))
            }
            Mutator::Extend if is_list => {
                let more = args.only()?;
                match iterate(more) {
                    Ok(more) => {
                        items.extend(more);
                        Ok(rebuilt(items))
                    }
                    Err(reason @ Reason::Raises(_)) => Err(reason),
                    Err(reason) => {
                        if let Abstract::Seq(more) = &more.value
                            && !more.kind.is_set()
                        {
                            items.extend(more.items.iter().cloned());
                        }
                        Ok(opened(items, reason))
                    }
                }
            }
            Mutator::Insert if is_list => {
                let [index, item] = args.exactly()?;
                all()?;
                let index = integer(&index.value)?;
                let length = items.len() as i64;
                let index = if index < 0 { (index + length).max(0) } else { index.min(length) };
                items.insert(index as usize, item.clone());
                Ok(rebuilt(items))
            }
            Mutator::Remove => {
                all()?;
                let item = args.only()?;
                let place = place_of(&items, &item.value)?;
                let missing = if is_list { VALUE_ERROR } else { KEY_ERROR };
                items.remove(place.ok_or(missing)?);
                Ok(rebuilt(items))
            }
            Mutator::Discard if !is_list => {
                all()?;
                if let Some(place) = place_of(&items, &args.only()?.value)? {
                    items.remove(place);
                }
                Ok(rebuilt(items))
            }
            Mutator::Pop if is_list => {
                all()?;
                let index = match args.positional.as_slice() {
                    [] => -1,
                    [index] => integer(&index.value)?,
                    _ => return Err(TYPE_ERROR),
                };
                items.remove(position(index, items.len()).ok_or(INDEX_ERROR)?);
                Ok(rebuilt(items))
            }
            Mutator::Pop => match items.len() {
                0 => Err(KEY_ERROR),
                1 => {
                    all()?;
                    Ok(rebuilt(Vec::new()))
                }
                _ => Err(Reason::SetOrder),
            },
            Mutator::Clear => Ok(Abstract::seq(seq.kind, Vec::new(), None, seq.object)),
            Mutator::Sort if is_list => {
                all()?;
                let sorted = self.sorted(at, items, args)?;
                Ok(rebuilt(sorted))
            }
            Mutator::Reverse if is_list => {
                all()?;
                items.reverse();
                Ok(rebuilt(items))
            }
            Mutator::Add if !is_list => {
                let item = args.only()?;
                operators::hashable(&item.value)?;
                match place_of(&items, &item.value) {
                    Ok(Some(_)) => Ok(rebuilt(items)),
                    Ok(None) => {
                        items.push(item.clone());
                        Ok(rebuilt(items))
                    }
                    Err(reason @ Reason::Raises(_)) => Err(reason),
                    Err(reason) => Ok(opened(items, reason)),
                }
            }
            Mutator::Update if !is_list => {
                for more in &args.positional {
                    match iterate_unordered(more) {
                        Ok(more) => items.extend(more),
                        Err(reason @ Reason::Raises(_)) => return Err(reason),
                        Err(reason) => return Ok(opened(items, reason)),
                    }
                }
                Ok(rebuilt(distinct(items)?))
            }
            Mutator::SetItem if is_list => {
                let [key, item] = args.exactly()?;
                all()?;
                if let Some((from, to)) = part(&key.value, items.len())? {
                    items.splice(from..to, iterate(item)?);
                    return Ok(rebuilt(items));
                }
                let place = position(integer(&key.value)?, items.len()).ok_or(INDEX_ERROR)?;
                items[place] = item.clone();
                Ok(rebuilt(items))
            }
            Mutator::DelItem if is_list => {
                all()?;
                let key = args.only()?;
                if let Some((from, to)) = part(&key.value, items.len())? {
                    items.drain(from..to);
                    return Ok(rebuilt(items));
                }
                let place = position(integer(&key.value)?, items.len()).ok_or(INDEX_ERROR)?;
                items.remove(place);
                Ok(rebuilt(items))
            }
            _ => Err(Reason::Raises("AttributeError")),
        }
    }

    fn change_map(
        &mut self,
        at: Act,
        op: Mutator,
        map: &Arc<Map>,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        let _ = at;
        let rebuilt = |entries| Abstract::map(entries, map.open.clone(), map.object);
        let mut entries = map.entries.clone();
        let all = || match &map.open {
            None => Ok(()),
            Some(reason) => Err(reason.clone()),
        };
        match op {
            Mutator::SetItem => {
                let [key, value] = args.exactly()?;
                put_entry(&mut entries, key.clone(), value.clone())?;
                Ok(rebuilt(entries))
            }
            Mutator::DelItem => {
                all()?;
                let key = args.only()?;
                operators::hashable(&key.value)?;
                entries.remove(find_entry(&entries, &key.value)?.ok_or(KEY_ERROR)?);
                Ok(rebuilt(entries))
            }
            Mutator::Pop => {
                all()?;
                let (key, default) = match args.positional.as_slice() {
                    [key] => (key, false),
                    [key, _] => (key, true),
                    _ => return Err(TYPE_ERROR),
                };
                operators::hashable(&key.value)?;
                match find_entry(&entries, &key.value)? {
                    Some(place) => {
                        entries.remove(place);
                    }
                    None if default => {}
                    None => return Err(KEY_ERROR),
                }
                Ok(rebuilt(entries))
            }
            Mutator::PopItem => {
                all()?;
                entries.pop().ok_or(KEY_ERROR)?;
                Ok(rebuilt(entries))
            }
            Mutator::Clear => Ok(Abstract::map(Vec::new(), None, map.object)),
            Mutator::SetDefault => {
                let (key, default) = match args.positional.as_slice() {
                    [key] => (key, None),
                    [key, default] => (key, Some(default)),
                    _ => return Err(TYPE_ERROR),
                };
                operators::hashable(&key.value)?;
                all()?;
                if find_entry(&entries, &key.value)?.is_none() {
                    let default = match default {
                        Some(default) => default.clone(),
                        None => Evaluated { value: Abstract::none(), site: key.site },
                    };
                    entries.push((key.clone(), default));
                }
                Ok(rebuilt(entries))
            }
            Mutator::Update => {
                let mut open = map.open.clone();
                for more in &args.positional {
                    match pairs(more) {
                        Ok(more) => open = open.or(merge_entries(&mut entries, &more)?),
                        Err(reason @ Reason::Raises(_)) => return Err(reason),
                        Err(reason) => open = open.or(Some(reason)),
                    }
                }
                for (name, value) in &args.keywords {
                    let key = Evaluated { value: Abstract::str(name.clone()), site: value.site };
                    put_entry(&mut entries, key, value.clone())?;
                }
                if args.open {
                    open = open.or(Some(Reason::Part));
                }
                Ok(Abstract::map(entries, open, map.object))
            }
            _ => Err(Reason::Raises("AttributeError")),
        }
    }

    /// `x op= value`
    fn in_place(
        &mut self,
        at: Act,
        id: ValueId,
        op: BinaryOp,
        receiver: &Evaluated,
        value: &Evaluated,
    ) -> Evaluated {
        let site = self.site(at, id);
        over(receiver, site, &mut |receiver| {
            let object = match &receiver.value {
                Abstract::Seq(seq) if is_object(seq) => seq.object,
                Abstract::Map(map) => map.object,
                // What is not known may be a container, which then is still the same.
                _ => {
                    let sum = operators::binary(op, receiver, value, Object::NONE);
                    return self.made_or(at, id, sum);
                }
            };
            let args = Args { positional: vec![value.clone()], keywords: Vec::new(), open: false };
            let changed = match (&receiver.value, op) {
                (Abstract::Seq(seq), BinaryOp::Add) if seq.kind == SeqKind::List => {
                    self.change_seq(at, Mutator::Extend, seq, &args)
                }
                (Abstract::Map(map), BinaryOp::BitOr) => {
                    self.change_map(at, Mutator::Update, map, &args)
                }
                (Abstract::Seq(_) | Abstract::Map(_), _) => {
                    match operators::binary(op, receiver, value, object) {
                        Ok(Abstract::Seq(seq)) => {
                            Ok(Abstract::seq(seq.kind, seq.items.clone(), seq.open.clone(), object))
                        }
                        found => found,
                    }
                }
                _ => Err(TYPE_ERROR),
            };
            self.after_change((at, id), object, Extent::Shape, receiver, changed, &args)
        })
    }

    // ---- escapes -----------------------------------------------------------------------------

    /// The value after something else was changed that it may be, or hold.
    fn escape(
        &mut self,
        (at, id): (Act, ValueId),
        mutation: &Mutation,
        receiver: &Evaluated,
    ) -> Evaluated {
        let ir = self.ir(at);
        let cause = ir.args[mutation.args].first().map(|arg| arg.value);
        let call = mutation.call.filter(|call| matches!(ir.value(*call), Value::Call { .. }));
        // What is run through looks at the containers that it was made from: one of them has changed.
        // Loops watch what they run through by themselves.
        let is_stale = match &receiver.value {
            Abstract::Seq(seq) if self.acts[at as usize].region.is_none() => match seq.kind {
                SeqKind::Iterator => true,
                SeqKind::Keys | SeqKind::Values | SeqKind::Items => call.is_none(),
                _ => false,
            },
            _ => false,
        };
        let stale = Evaluated { value: Abstract::Unknown(Reason::Iterator), site: receiver.site };
        if is_of_collections(&receiver.value)
            && call.is_some_and(|call| other_mutator(ir, mutation, call).is_some())
        {
            return self.unknown(at, id, CHANGED_OUTSIDE);
        }
        if !receiver.value.is_mutable() {
            return if is_stale { stale } else { receiver.clone() };
        }
        // All that it holds is gone through; what it holds twice, twice.
        if let Err(reason) = self.spend(receiver.value.size() / 64) {
            return self.unknown(at, id, reason);
        }
        let of_method = call.and_then(|call| self.other_change(at, id, mutation, call, receiver));
        let versions = match (call, cause) {
            _ if let Some(now) = of_method => {
                self.note_versions_at(Some((at, id)), receiver, &now);
                return now;
            }
            (Some(call), _) => self.effects_of(at, call),
            (None, Some(changed)) => self.changed_object(at, changed),
            (None, None) => Err(Reason::Changed),
        };
        let now = match versions {
            Ok(versions) => versions.apply(receiver),
            Err(reason) => opened(receiver, &reason),
        };
        self.note_versions_at(Some((at, id)), receiver, &now);
        if is_stale { stale } else { now }
    }
}

impl Session<'_> {
    /// What a container is after a method that changes it and has no [`Mutator`] of its own; `None` where the
    /// call is another, or what is changed is another.
    fn other_change(
        &mut self,
        at: Act,
        id: ValueId,
        mutation: &Mutation,
        call: ValueId,
        receiver: &Evaluated,
    ) -> Option<Evaluated> {
        let ir = self.ir(at);
        let op = match other_mutator(ir, mutation, call)? {
            "difference_update" => Some(BinaryOp::Sub),
            "intersection_update" => Some(BinaryOp::BitAnd),
            "symmetric_difference_update" => Some(BinaryOp::BitXor),
            _ => None,
        };
        let Value::Call { args, .. } = ir.value(call) else { return None };
        let (Abstract::Seq(seq), Some(op)) = (&receiver.value, op) else {
            // Only of a set it is known what these make of it.
            return matches!(receiver.value, Abstract::Seq(_) | Abstract::Map(_))
                .then(|| opened(receiver, &Reason::NotFollowed("a change by this method")));
        };
        if seq.kind != SeqKind::Set {
            return None;
        }
        let args = self.arguments(at, args);
        let mut now = receiver.clone();
        for arg in &args.positional {
            let items = match crate::parts::iterate_unordered(arg) {
                Ok(items) if !args.open => items,
                Ok(_) => return Some(opened(receiver, &Reason::Changed)),
                Err(reason) => return Some(opened(receiver, &reason)),
            };
            let other = Abstract::seq(SeqKind::Set, items, None, Object::NONE);
            let other = Evaluated { value: other, site: arg.site };
            now = self.in_place(at, id, op, &now, &other);
        }
        Some(now)
    }
}

/// The method by which a call changes what it is called on, where that is what is changed and no [`Mutator`]
/// stands for it.
fn other_mutator<'i>(ir: &'i FileIr, mutation: &Mutation, call: ValueId) -> Option<&'i str> {
    let Value::Call { callee, .. } = ir.value(call) else { return None };
    let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
    let is_one = matches!(
        ir.str(name),
        "appendleft"
            | "difference_update"
            | "extendleft"
            | "intersection_update"
            | "move_to_end"
            | "popleft"
            | "rotate"
            | "subtract"
            | "symmetric_difference_update"
    );
    (is_one && ir.bare(of) == ir.bare(mutation.receiver)).then(|| ir.str(name))
}

/// Why nobody knows what a container of a library holds that was changed.
const CHANGED_OUTSIDE: Reason = Reason::NotFollowed("a change to a container of a library");

/// Whether this is what `collections` makes: of that it is known how it began.
fn is_of_collections(value: &Abstract) -> bool {
    match value {
        Abstract::Apply(made) => match &made.symbol {
            Symbol::External(name) => name.starts_with("collections."),
            _ => false,
        },
        _ => false,
    }
}

/// The items or values that a container holds.
fn each_inner(value: &Abstract, each: &mut dyn FnMut(&Abstract)) {
    match value {
        Abstract::Seq(seq) => seq.items.iter().for_each(|item| each(&item.value)),
        Abstract::Map(map) => map.entries.iter().for_each(|(_, item)| each(&item.value)),
        _ => {}
    }
}

/// What a key is that is a slice: this, called with its bounds.
pub(crate) const SLICE: &str = "builtins.slice";

/// Where the part of a list begins and ends that a slice takes, without steps; `None` for any other
/// key.
fn part(key: &Abstract, length: usize) -> Result<Option<(usize, usize)>, Reason> {
    let Abstract::Apply(made) = key else { return Ok(None) };
    if !matches!(&made.symbol, Symbol::External(name) if &**name == SLICE) {
        return Ok(None);
    }
    let mut bounds = [None; 3];
    for (bound, (_, value)) in bounds.iter_mut().zip(&made.args) {
        *bound = match &value.value {
            Abstract::Const(crate::domain::Constant::None) => None,
            value => Some(integer(value)?),
        };
    }
    let [lower, upper, step] = bounds;
    if step.is_some_and(|step| step != 1) {
        return Err(Reason::NotFollowed("a change to a slice"));
    }
    let length = length as i64;
    let clamp = |bound: i64| match bound < 0 {
        true => bound.saturating_add(length).clamp(0, length),
        false => bound.min(length),
    };
    let from = lower.map_or(0, clamp);
    let to = upper.map_or(length, clamp).max(from);
    Ok(Some((from as usize, to as usize)))
}

fn place_of(items: &[Evaluated], item: &Abstract) -> Result<Option<usize>, Reason> {
    for (place, held) in items.iter().enumerate() {
        if operators::equal(&held.value, item)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The pairs of a dict, or of an iterable of pairs.
pub(crate) fn pairs(value: &Evaluated) -> Result<Vec<(Evaluated, Evaluated)>, Reason> {
    if let Abstract::Map(map) = &value.value {
        return match &map.open {
            None => Ok(map.entries.clone()),
            Some(reason) => Err(reason.clone()),
        };
    }
    let mut pairs = Vec::new();
    for item in iterate(value)? {
        let [key, value] = <[Evaluated; 2]>::try_from(iterate(&item)?).map_err(|_| VALUE_ERROR)?;
        pairs.push((key, value));
    }
    Ok(pairs)
}
