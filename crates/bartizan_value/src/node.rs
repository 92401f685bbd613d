//! One node of the value graph.

use bartizan_ir::{BinaryOp, BoolOp, CompareOp, Item, Pair, Part, UnaryOp, Value, ValueId};

use crate::analysis::Region;
use crate::calls::Args;
use crate::domain::{Abstract, Alternative, Condition, Evaluated, Object, SeqKind, Symbol};
use crate::format::reason_of;
use crate::mutate::SLICE;
use crate::operators::{self, INDEX_ERROR, VALUE_ERROR, distinct, merge_entries, put_entry};
use crate::parts::{iterate, over, over_both};
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// What the node is worth in `at`, which is where it belongs.
    pub(crate) fn compute(&mut self, at: Act, id: ValueId) -> Evaluated {
        let ir = self.ir(at);
        match ir.value(id) {
            Value::Param(place) => self.param(at, id, place),
            Value::Global { name, layers } => self.global(at, id, name, &ir.layers[layers]),
            Value::Capture { name, owner } => self.capture(at, id, name, owner),
            Value::Function(function) => {
                self.closures += 1;
                let frame = self.acts[at as usize].frame;
                let (file, closure) =
                    (self.frames[frame as usize].file, crate::domain::Closure(Some(frame)));
                self.made(at, id, Abstract::Ref(Symbol::Function(file, function, closure)))
            }
            Value::Class(class) => {
                self.closures += 1;
                let frame = self.acts[at as usize].frame;
                let (file, closure) =
                    (self.frames[frame as usize].file, crate::domain::Closure(Some(frame)));
                self.made(at, id, Abstract::Ref(Symbol::Class(file, class, closure)))
            }
            Value::Decorated { by, of } => self.decorated(at, id, by, of),
            Value::Import { module, name, level } => self.import(at, id, module, name, level),
            Value::Star { .. }
            | Value::NamespaceSet { .. }
            | Value::NamespaceUpdate(_)
            | Value::NamespaceUnknown(_)
            | Value::NamespaceRounds(_) => {
                self.unknown(at, id, Reason::NotFollowed("a write to a namespace"))
            }
            Value::Attr { of, name } => self.attribute(at, id, of, name),
            Value::Index { of, key } => self.index(at, id, of, key),
            Value::Slice { lower, upper, step } => {
                let mut bounds = Vec::with_capacity(3);
                for bound in [lower, upper, step] {
                    let bound = match bound {
                        Some(bound) => self.eval(at, bound),
                        None => self.made(at, id, Abstract::none()),
                    };
                    bounds.push((None, bound));
                }
                self.made(at, id, Abstract::apply(Symbol::External(SLICE.into()), bounds, false))
            }
            Value::Elem { of, which } => self.element(at, id, of, which),
            Value::Call { callee, args } => self.call(at, id, callee, args),
            Value::Compare { op, left, right } => self.comparison(at, id, op, left, right),
            Value::Logic { op, values } => self.logic(at, id, op, &ir.ids[values]),
            Value::Binary { op, left, right } => {
                let left = self.left_operand(at, left);
                let right = self.eval(at, right);
                self.binary(at, id, op, &left, &right)
            }
            Value::Unary { op, of } => {
                let of = self.eval(at, of);
                let site = self.site(at, id);
                over(&of, site, &mut |of| {
                    let value = match op {
                        UnaryOp::Not => {
                            self.truth_of(at, id, of).map(|truth| Abstract::bool(!truth))
                        }
                        _ => operators::unary(op, &of.value),
                    };
                    self.made_or(at, id, value)
                })
            }
            Value::Await(_) => self.unknown(at, id, Reason::NotFollowed("await")),
            Value::Yield(_) | Value::YieldFrom(_) => {
                self.unknown(at, id, Reason::NotFollowed("yield"))
            }
            Value::Enter { manager, .. } => {
                let manager = self.eval(at, manager);
                if let Abstract::Apply(apply) = &manager.value
                    && matches!(&apply.symbol, Symbol::External(name) if &**name == "contextlib.nullcontext")
                {
                    return match apply.args.first() {
                        Some((_, value)) => value.clone(),
                        None => self.made(at, id, Abstract::none()),
                    };
                }
                if let Abstract::Apply(apply) = &manager.value
                    && matches!(&apply.symbol, Symbol::External(name) if &**name == "contextlib.suppress")
                {
                    return self.made(at, id, Abstract::none());
                }
                // A file gives itself.
                if let Abstract::Seq(seq) = &manager.value
                    && seq.kind == SeqKind::Iterator
                {
                    return manager;
                }
                match self.special(at, id, &manager, "__enter__", &Args::default()) {
                    Some(entered) => entered,
                    None => self.unknown(at, id, Reason::NotFollowed("a context manager")),
                }
            }
            Value::Caught { .. } => self.unknown(at, id, Reason::NotFollowed("a caught exception")),
            Value::Text { form, parts } => self.text(at, id, form, &ir.parts[parts]),
            Value::List(items) => self.display(at, id, SeqKind::List, &ir.items[items]),
            Value::Tuple(items) => self.display(at, id, SeqKind::Tuple, &ir.items[items]),
            Value::Set(items) => self.display(at, id, SeqKind::Set, &ir.items[items]),
            Value::Dict(pairs) => self.dict_display(at, id, &ir.pairs[pairs]),
            Value::Comp(comp) => self.comprehension(at, id, comp),
            Value::Mutate(mutation) => self.mutation(at, id, mutation),
            Value::Gamma { test, then, otherwise } => self.gamma(at, id, test, then, otherwise),
            Value::Mu { init, back, .. } => self.any_head(at, id, init, back),
            Value::Join { why, ways } => {
                let found = self.join(at, id, why, &ir.ways[ways]);
                match found.value {
                    Abstract::Unknown(Reason::Raises(_) | Reason::OutOfFuel) => found,
                    Abstract::Unknown(_) => self.same_all_ways(at, id).unwrap_or(found),
                    _ => found,
                }
            }
            Value::Matches { subject, pattern } => self.matches(at, id, subject, pattern),
            Value::Str(_)
            | Value::Bytes(_)
            | Value::Int(_)
            | Value::BigInt(_)
            | Value::Float(_)
            | Value::Imaginary(_)
            | Value::Bool(_)
            | Value::None
            | Value::Ellipsis
            | Value::Unbound
            | Value::Pi { .. }
            | Value::Opaque(_) => self.unknown(at, id, Reason::Unreadable),
        }
    }

    fn param(&mut self, at: Act, id: ValueId, place: u32) -> Evaluated {
        let frame = self.frame_of(at);
        if frame.function.is_some()
            && let Some(value) = frame.params.get(place as usize)
        {
            return value.clone();
        }
        let ir = frame.ir;
        let function = frame.function.unwrap_or(ir.stretch(id).function);
        let params = &ir.params[ir.function(function).params];
        let name = params.get(place as usize).map_or("", |param| ir.str(param.name));
        self.unknown(at, id, Reason::Parameter(name.into()))
    }

    /// The left side of an operator; a long chain of them is gone down without recursion.
    fn left_operand(&mut self, at: Act, id: ValueId) -> Evaluated {
        let ir = self.ir(at);
        let mut chain = Vec::new();
        let mut next = ir.bare(id);
        while let Value::Binary { left, .. } = ir.value(next) {
            if self.known(at, next).is_some()
                || self.analysis(at).region(ir, next) != self.acts[at as usize].region
            {
                break;
            }
            chain.push(next);
            next = ir.bare(left);
        }
        while let Some(inner) = chain.pop() {
            self.eval(at, inner);
        }
        self.eval(at, id)
    }

    pub(crate) fn binary(
        &mut self,
        at: Act,
        id: ValueId,
        op: BinaryOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Evaluated {
        let size = left.value.size().saturating_add(right.value.size());
        if let Err(reason) = self.spend(size / 32) {
            return self.unknown(at, id, reason);
        }
        let site = self.site(at, id);
        over_both(left, right, site, &mut |left, right| {
            if let Some(answer) = self.special_operator(at, id, op, left, right) {
                return answer;
            }
            if let Some(duration) = crate::standard::durations::operator(op, left, right) {
                return self.made(at, id, duration);
            }
            let fresh = self.fresh(at);
            self.made_or(at, id, operators::binary(op, left, right, fresh))
        })
    }

    fn comparison(
        &mut self,
        at: Act,
        id: ValueId,
        op: CompareOp,
        left: ValueId,
        right: ValueId,
    ) -> Evaluated {
        let sides = (left, right);
        if let Some(asked) = self.asked_by_test(at, id, op, sides) {
            return asked;
        }
        let (left, right) = (self.eval(at, left), self.eval(at, right));
        if let Some(found) = self.asks_command(at, op, sides, (&left, &right)) {
            return self.made(at, id, Abstract::bool(found));
        }
        let size = left.value.size().saturating_add(right.value.size());
        if let Err(reason) = self.spend(size / 32) {
            return self.unknown(at, id, reason);
        }
        let site = self.site(at, id);
        over_both(&left, &right, site, &mut |left, right| {
            let found = match self.asks_environment(at, id, op, left, right) {
                Some(found) => Ok(found),
                None if let Some(found) = self.asks_python(op, left, right) => Ok(found),
                None => match self.asks_identity(op, left, right) {
                    Some(found) => Ok(found),
                    None => match self.special_comparison(at, id, op, left, right) {
                        Some(found) => found,
                        None => operators::compare(op, &left.value, &right.value),
                    },
                },
            };
            self.made_or(at, id, found.map(Abstract::bool))
        })
    }

    fn logic(&mut self, at: Act, id: ValueId, op: BoolOp, values: &[ValueId]) -> Evaluated {
        let decides = op == BoolOp::Or;
        let mut possible: Vec<Alternative> = Vec::new();
        let mut when: Vec<Condition> = Vec::new();
        for (index, operand) in values.iter().enumerate() {
            let value = self.eval(at, *operand);
            let is_last = index + 1 == values.len();
            match self.truth_of(at, id, &value) {
                _ if is_last => possible.push(Alternative { when: when.clone(), value }),
                Ok(truth) if truth == decides => {
                    possible.push(Alternative { when: when.clone(), value });
                    break;
                }
                Ok(_) => {}
                Err(reason @ (Reason::Raises(_) | Reason::OutOfFuel)) if possible.is_empty() => {
                    return self.unknown(at, id, reason);
                }
                Err(_) => {
                    let mut decided = when.clone();
                    decided.push(self.condition(at, *operand, decides));
                    possible.push(Alternative { when: decided, value });
                    when.push(self.condition(at, *operand, !decides));
                }
            }
        }
        match possible.as_slice() {
            [only] if only.when.is_empty() => only.value.clone(),
            _ => {
                let value = Abstract::choice(possible);
                self.made(at, id, value)
            }
        }
    }

    // ---- parts -------------------------------------------------------------------------------

    fn index(&mut self, at: Act, id: ValueId, of: ValueId, key: ValueId) -> Evaluated {
        let ir = self.ir(at);
        if let Some(asked) = self.asked_by_key(at, id, (of, key)) {
            return asked;
        }
        let container = self.eval(at, of);
        let site = self.site(at, id);
        if let Value::Slice { lower, upper, step } = ir.value(ir.bare(key)) {
            let mut bounds = [None; 3];
            for (bound, node) in bounds.iter_mut().zip([lower, upper, step]) {
                let Some(node) = node else { continue };
                let value = self.eval(at, node);
                match &value.value {
                    Abstract::Const(crate::domain::Constant::None) => {}
                    value => match operators::integer(value) {
                        Ok(number) => *bound = Some(number),
                        Err(reason) => return self.unknown(at, id, reason),
                    },
                }
            }
            if let Err(reason) = self.spend(container.value.size() / 32) {
                return self.unknown(at, id, reason);
            }
            return over(&container, site, &mut |container| {
                let fresh = self.fresh(at);
                self.made_or(at, id, operators::slice(&container.value, bounds, fresh))
            });
        }
        let key = self.eval(at, key);
        over_both(&container, &key, site, &mut |container, key| {
            self.item_of(at, id, container, key)
        })
    }

    /// `container[key]`
    pub(crate) fn item_of(
        &mut self,
        at: Act,
        id: ValueId,
        container: &Evaluated,
        key: &Evaluated,
    ) -> Evaluated {
        match &container.value {
            Abstract::Ref(Symbol::External(name)) if &**name == "os.environ" => {
                match self.variables_at(at, id).item(key) {
                    // Code that catches it can do without.
                    Some(Abstract::Env(read))
                        if read.default.is_none()
                            && self.variables.is_closed()
                            && self.does_without(at, id, "KeyError") =>
                    {
                        self.unknown(at, id, Reason::Raises("KeyError"))
                    }
                    Some(value) => self.made(at, id, value),
                    None => self.unknown(at, id, reason_of(&key.value)),
                }
            }
            // `path.parents[1]`
            Abstract::Apply(apply) if matches!(&apply.symbol, Symbol::External(name) if name.starts_with("pathlib.") && name.ends_with(".parents")) =>
            {
                let parents = operators::integer(&key.value).ok().filter(|n| (0..64).contains(n));
                let (Some(parents), Some((_, path))) = (parents, apply.args.first()) else {
                    return self.unknown(at, id, reason_of(&container.value));
                };
                let mut path = path.clone();
                for _ in 0..=parents {
                    let parent = crate::file_paths::computed(
                        "pathlib.Path.parent",
                        std::slice::from_ref(&path),
                    );
                    let parent = parent.unwrap_or_else(|| {
                        let symbol = Symbol::External("pathlib.Path.parent".into());
                        Abstract::apply(symbol, vec![(None, path.clone())], false)
                    });
                    path = self.made(at, id, parent);
                }
                path
            }
            Abstract::Ref(Symbol::Class(file, class, closure))
                if self.outside.is_none() && self.world.is_enumeration(*file, *class) =>
            {
                match self.member_by_key(at, id, (*file, *class, *closure), key) {
                    Some(member) => member,
                    None => self.unknown(at, id, reason_of(&container.value)),
                }
            }
            // The entry keeps the place where it was written.
            Abstract::Map(map) if map.open.is_none() => {
                if let Err(reason) = operators::hashable(&key.value) {
                    return self.unknown(at, id, reason);
                }
                match operators::find_entry(&map.entries, &key.value) {
                    Ok(Some(place)) => map.entries[place].1.clone(),
                    Ok(None) => self.unknown(at, id, operators::KEY_ERROR),
                    Err(reason) => self.unknown(at, id, reason),
                }
            }
            Abstract::Seq(seq) if seq.kind.is_indexed() && seq.open.is_none() => {
                let place = operators::integer(&key.value).and_then(|index| {
                    operators::position(index, seq.items.len()).ok_or(INDEX_ERROR)
                });
                match place {
                    Ok(place) => seq.items[place].clone(),
                    Err(reason) => self.unknown(at, id, reason),
                }
            }
            Abstract::Apply(_)
                if let Some(parts) = crate::standard::named_tuples::parts(&container.value) =>
            {
                let place = operators::integer(&key.value)
                    .and_then(|index| operators::position(index, parts.len()).ok_or(INDEX_ERROR));
                match place {
                    Ok(place) => parts[place].1.clone(),
                    Err(reason) => self.unknown(at, id, reason),
                }
            }
            value => {
                let said = self.outside.and_then(|outside| outside.item(container, &key.value));
                if let Some(item) = said {
                    return self.made(at, id, item);
                }
                let args = Args::positional(vec![key.clone()]);
                match self.special(at, id, container, "__getitem__", &args) {
                    Some(item) => item,
                    None => self.made_or(at, id, operators::item(value, &key.value)),
                }
            }
        }
    }

    fn element(&mut self, at: Act, id: ValueId, of: ValueId, which: Part) -> Evaluated {
        if which == Part::Each {
            return self.each(at, id, of);
        }
        let whole = self.eval(at, of);
        let site = self.site(at, id);
        over(&whole, site, &mut |whole| match self.part(at, whole, which) {
            Ok(value) => value,
            Err(reason) => self.unknown(at, id, reason),
        })
    }

    fn part(&mut self, at: Act, whole: &Evaluated, which: Part) -> Result<Evaluated, Reason> {
        match which {
            Part::MatchArg(place) => {
                let value = self.match_argument(whole, place)?;
                return Ok(Evaluated { value, site: whole.site });
            }
            Part::MappingRest => return Err(Reason::NotFollowed("the rest of a mapping")),
            _ => {}
        }
        let items = iterate(whole)?;
        match which {
            Part::At(place) => items.get(place as usize).cloned().ok_or(VALUE_ERROR),
            Part::FromEnd(place) => {
                let place = items.len().checked_sub(place as usize).ok_or(VALUE_ERROR)?;
                items.get(place).cloned().ok_or(VALUE_ERROR)
            }
            Part::Rest { before, after } => {
                let end = items.len().checked_sub(after as usize).ok_or(VALUE_ERROR)?;
                let rest = items.get(before as usize..end).ok_or(VALUE_ERROR)?;
                let object = self.fresh(at);
                Ok(Evaluated {
                    value: Abstract::seq(SeqKind::List, rest.to_vec(), None, object),
                    site: whole.site,
                })
            }
            Part::Each | Part::MatchArg(_) | Part::MappingRest => Err(Reason::Loop),
        }
    }

    /// The variable of a loop of which the round is not known: any of its items, if they are few.
    fn each(&mut self, at: Act, id: ValueId, of: ValueId) -> Evaluated {
        let activation = &self.acts[at as usize];
        let why = activation.any_round.clone().unwrap_or(Reason::Raises("NameError"));
        let (region, parent) = (activation.region, activation.parent);
        if why != Reason::Loop || matches!(region, Some(Region::Loop(_)) if parent.is_none()) {
            return self.unknown(at, id, why);
        }
        let iterable = self.eval(at, of);
        match crate::parts::iterate_unordered(&iterable) {
            Ok(items) if !items.is_empty() && items.len() <= crate::domain::MOST_WAYS => {
                let alternatives = items
                    .into_iter()
                    .map(|value| Alternative { when: Vec::new(), value })
                    .collect();
                let value = Abstract::choice(alternatives);
                self.made(at, id, value)
            }
            Ok(_) => self.unknown(at, id, Reason::Loop),
            Err(reason) => self.unknown(at, id, reason),
        }
    }

    // ---- displays ----------------------------------------------------------------------------

    fn display(&mut self, at: Act, id: ValueId, kind: SeqKind, items: &[Item]) -> Evaluated {
        let mut all = Vec::with_capacity(items.len());
        let mut open = None;
        for item in items {
            let value = self.eval(at, item.value);
            if let Abstract::Unknown(reason @ (Reason::Raises(_) | Reason::OutOfFuel)) =
                &value.value
            {
                return self.unknown(at, id, reason.clone());
            }
            if !item.spread {
                all.push(value);
                continue;
            }
            let found = if kind.is_set() {
                crate::parts::iterate_unordered(&value)
            } else {
                iterate(&value)
            };
            match found {
                Ok(more) => all.extend(more),
                Err(reason @ Reason::Raises(_)) => return self.unknown(at, id, reason),
                Err(reason) => {
                    if let Abstract::Seq(seq) = &value.value {
                        all.extend(seq.items.iter().cloned());
                    }
                    open = Some(reason);
                }
            }
        }
        let object = match kind {
            SeqKind::List | SeqKind::Set => self.fresh(at),
            _ => Object::NONE,
        };
        let value = if kind == SeqKind::Set {
            match distinct(all.clone()) {
                Ok(all) => Abstract::seq(kind, all, open, object),
                Err(reason @ Reason::Raises(_)) => Abstract::Unknown(reason),
                Err(reason) => Abstract::seq(kind, all, open.or(Some(reason)), object),
            }
        } else {
            Abstract::seq(kind, all, open, object)
        };
        self.made(at, id, value)
    }

    fn dict_display(&mut self, at: Act, id: ValueId, pairs: &[Pair]) -> Evaluated {
        let mut entries: Vec<(Evaluated, Evaluated)> = Vec::with_capacity(pairs.len());
        let mut open = None;
        let mut fresh: Vec<(Evaluated, Evaluated)> = Vec::new();
        for pair in pairs {
            let Some(key) = pair.key else {
                let spread = self.eval(at, pair.value);
                if let Err(reason) = flush(&mut entries, &mut fresh, &mut open) {
                    return self.unknown(at, id, reason);
                }
                match &spread.value {
                    Abstract::Map(map) => match merge_entries(&mut entries, &map.entries) {
                        Ok(doubt) => open = open.or(doubt).or(map.open.clone()),
                        Err(reason) => return self.unknown(at, id, reason),
                    },
                    Abstract::Unknown(reason @ (Reason::Raises(_) | Reason::OutOfFuel)) => {
                        return self.unknown(at, id, reason.clone());
                    }
                    value if operators::is_typed(value) => {
                        return self.unknown(at, id, operators::TYPE_ERROR);
                    }
                    value => open = open.or(Some(reason_of(value))),
                }
                continue;
            };
            let key = self.eval(at, key);
            let value = self.eval(at, pair.value);
            for part in [&key, &value] {
                if let Abstract::Unknown(reason @ (Reason::Raises(_) | Reason::OutOfFuel)) =
                    &part.value
                {
                    return self.unknown(at, id, reason.clone());
                }
            }
            match operators::hashable(&key.value) {
                Ok(()) => fresh.push((key, value)),
                Err(reason @ Reason::Raises(_)) => return self.unknown(at, id, reason),
                Err(reason) => open = open.or(Some(reason)),
            }
        }
        if let Err(reason) = flush(&mut entries, &mut fresh, &mut open) {
            return self.unknown(at, id, reason);
        }
        let object = self.fresh(at);
        let value = Abstract::map(entries, open, object);
        self.made(at, id, value)
    }
}

fn flush(
    entries: &mut Vec<(Evaluated, Evaluated)>,
    fresh: &mut Vec<(Evaluated, Evaluated)>,
    open: &mut Option<Reason>,
) -> Result<(), Reason> {
    if let [(key, value)] = fresh.as_slice() {
        let (key, value) = (key.clone(), value.clone());
        fresh.clear();
        return match put_entry(entries, key, value) {
            Err(reason @ Reason::Raises(_)) => Err(reason),
            Err(reason) => {
                open.get_or_insert(reason);
                Ok(())
            }
            Ok(()) => Ok(()),
        };
    }
    let doubt = merge_entries(entries, fresh)?;
    fresh.clear();
    if open.is_none() {
        *open = doubt;
    }
    Ok(())
}
