//! Loops.

use bartizan_base::Span;
use bartizan_ir::{Loop, LoopId, LoopKind, Part, Path, PathId, Value, ValueId, Why};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::frame::{Exit, LoopFrame, Slot};
use super::web::Web;
use super::{Lowering, span};
use crate::scope::{Mentions, Names};

/// Variables that a loop does not mention, but may change, beyond which no more are carried from round
/// to round.
const MOST_HOLDERS: usize = 64;

impl<'a> Lowering<'a> {
    pub(super) fn for_loop(&mut self, each: &'a ast::StmtFor, at: Span) {
        let iterator = self.expr(&each.iter);
        let iterator = self.all_names(iterator);
        let id = self.open_loop(at);
        let mut names = Names::of(&each.body, &self.walruses);
        names.target(&each.target);
        let mut mentions = Mentions::of(&each.body);
        // The target may be an item of something.
        mentions.visit_expr(&each.target);
        let webs = self.webs_known();
        let mus = self.mus(id, &names, &mentions, Some(iterator));
        let round = self.frame().mark();
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let exits = self.frame().exits.len();

        let body_path = self.path(Path::Loop { parent, of: id });
        self.frame().path = body_path;
        self.note_rounds(id, at, &mus);
        let (breaks, continues) = (Vec::new(), Vec::new());
        self.frame().loops.push(LoopFrame { mark: round, webs, breaks, continues });
        let element =
            self.add(Value::Elem { of: iterator, which: Part::Each }, span(each.target.range()));
        let kind = LoopKind::For { iterator, element, is_async: each.is_async };
        self.ir.loops[id.index()].kind = kind;
        self.assign(&each.target, element);
        self.suite(&each.body);
        self.close_round(id, round, body_path, parent, was_dead, exits, &mus);
        self.after_loop(id, None, &each.orelse);
    }

    pub(super) fn while_loop(&mut self, each: &'a ast::StmtWhile, at: Span) {
        let id = self.open_loop(at);
        let mut names = Names::of(&each.body, &self.walruses);
        names.expression(&each.test);
        let mut mentions = Mentions::of(&each.body);
        mentions.names.extend(crate::scope::names_in(&each.test));
        let webs = self.webs_known();
        let mus = self.mus(id, &names, &mentions, None);
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let exits = self.frame().exits.len();
        let head_path = self.path(Path::Loop { parent, of: id });
        self.frame().path = head_path;
        self.note_rounds(id, at, &mus);
        let (test, guards) = self.test(&each.test);
        self.ir.loops[id.index()].kind = LoopKind::While { test };
        let round = self.frame().mark();

        let body_path = self.given(head_path, test, true);
        self.frame().path = body_path;
        let (breaks, continues) = (Vec::new(), Vec::new());
        self.frame().loops.push(LoopFrame { mark: round, webs, breaks, continues });
        self.learn(&guards, test, true);
        self.suite(&each.body);
        self.close_round(id, round, body_path, parent, was_dead, exits, &mus);
        self.after_loop(id, Some((&guards, test)), &each.orelse);
    }

    fn is_true(&self, test: ValueId) -> bool {
        match self.ir.value(test) {
            Value::Bool(truth) => truth,
            Value::Int(number) => number != 0,
            _ => false,
        }
    }

    fn open_loop(&mut self, at: Span) -> LoopId {
        let id = LoopId::from_index(self.ir.loops.len());
        let none = self.unbound();
        let body = self.frame().path;
        self.ir.loops.push(Loop {
            kind: LoopKind::While { test: none },
            body,
            mus: Vec::new(),
            breaks: Vec::new(),
            span: at,
        });
        id
    }

    /// Notes that a round may find what earlier ones wrote into the namespace of the module. What has
    /// a value at the head of the loop tells that by itself.
    fn note_rounds(&mut self, id: LoopId, at: Span, mus: &[(u32, ValueId)]) {
        if !self.is_module_level() || !self.writers.may_write_in_loop(at.slice(self.source)) {
            return;
        }
        let layer = self.add(Value::NamespaceRounds(id), at);
        self.add_layer(layer);
        self.bring_up(mus);
    }

    /// What was written to the namespace so far is a part of these values.
    fn bring_up(&mut self, mus: &[(u32, ValueId)]) {
        let layers = self.frame().layers.len() as u32;
        for (slot, mu) in mus {
            let now = self.frame().slots[*slot as usize];
            if now.value == Some(*mu) && now.layers != layers && !self.frame().is_path(*slot) {
                self.frame().set(*slot, Slot { layers, ..now });
            }
        }
    }

    /// Puts a [`Value::Mu`] at the head of the loop for every name that its body binds, and for every
    /// container that its body may change.
    fn mus(
        &mut self,
        id: LoopId,
        names: &Names<'_>,
        mentions: &Mentions<'_>,
        iterator: Option<ValueId>,
    ) -> Vec<(u32, ValueId)> {
        self.frame().forget_paths();
        let mut slots = Vec::new();
        for name in &names.bound {
            let name = self.sym(name);
            slots.extend(self.frame().slot_of(name));
        }
        let mut mentioned: Vec<&str> = mentions.names.iter().copied().collect();
        mentioned.sort_unstable();
        for name in mentioned {
            let Some(name) = self.ir.strings.find(name) else { continue };
            let Some(slot) = self.frame().slot_of(name) else { continue };
            if self.frame().slots[slot as usize]
                .value
                .is_some_and(|value| self.is_changeable(value))
            {
                slots.push(slot);
            }
        }
        slots.sort_unstable();
        slots.dedup();
        self.add_twins(&mut slots);
        self.add_holders(&mut slots, iterator);
        let mut mus = Vec::with_capacity(slots.len());
        // Several variables may hold one object; they go on doing so.
        let mut by_value: FxHashMap<ValueId, ValueId> = FxHashMap::default();
        for slot in slots {
            let now = self.frame().slots[slot as usize];
            let name = self.slot_name(slot);
            let init = self.value_of(now, name);
            let rebound = name.is_some_and(|name| names.binds(self.ir.str(name)));
            let twin = by_value.get(&init).copied();
            let mu = match twin {
                Some(mu) if !rebound => mu,
                _ => {
                    let mu = self.add(Value::Mu { of: id, init, back: init }, now.span);
                    if !rebound {
                        by_value.insert(init, mu);
                    }
                    mu
                }
            };
            let layers = self.frame().layers.len() as u32;
            self.frame().set(slot, Slot { value: Some(mu), layers, span: now.span });
            mus.push((slot, mu));
        }
        let mut list: Vec<ValueId> = mus.iter().map(|(_, mu)| *mu).collect();
        list.sort_unstable();
        list.dedup();
        self.ir.loops[id.index()].mus = list;
        mus
    }

    /// Adds the slots that hold the very object that one of `slots` holds: other names, and what keeps
    /// the objects of parameters.
    fn add_twins(&mut self, slots: &mut Vec<u32>) {
        if self.blunt.is_some() {
            return;
        }
        let mut held: FxHashSet<ValueId> = FxHashSet::default();
        for slot in slots.iter() {
            let value = self.frame().slots[*slot as usize].value;
            held.extend(value.filter(|value| self.is_changeable(*value)));
        }
        let frame = self.frame();
        for slot in 0..frame.slots.len() as u32 {
            let value = frame.slots[slot as usize].value;
            if !frame.is_path(slot) && value.is_some_and(|value| held.contains(&value)) {
                slots.push(slot);
            }
        }
        slots.sort_unstable();
        slots.dedup();
    }

    /// Adds the slots that hold, perhaps deep inside, what the loop may change under other names.
    fn add_holders(&mut self, slots: &mut Vec<u32>, iterator: Option<ValueId>) {
        // Each loop looks at all variables: with many of both, containers are no longer followed.
        let first = slots.first().and_then(|slot| self.frame().slots[*slot as usize].value);
        if let Some(value) = first.or(iterator) {
            let at = self.ir.span(value);
            self.walk(at);
        }
        if self.blunt.is_some() {
            return;
        }
        let mut reached = Vec::new();
        if let Some(iterator) = iterator {
            reached.push(self.web(iterator));
        }
        for slot in slots.iter() {
            if let Some(value) = self.frame().slots[*slot as usize].value
                && self.is_changeable(value)
            {
                reached.push(self.web(value));
            }
        }
        let reached = Web::of_all(&reached);
        if reached.is_empty() {
            return;
        }
        let mut more = Vec::new();
        for slot in 0..self.frame().slots.len() as u32 {
            let Some(value) = self.frame().slots[slot as usize].value else { continue };
            if !self.has_objects(value) || slots.binary_search(&slot).is_ok() {
                continue;
            }
            let web = self.web(value);
            // Nothing is known of an item of a parameter that could be lost.
            if web.touches(&reached) && (web.may_be_any() || web.made().next().is_some()) {
                if more.len() < MOST_HOLDERS {
                    more.push(slot);
                } else {
                    // A later round does not see what an earlier one did to it.
                    self.not_carried.push(value);
                }
            }
        }
        slots.extend(more);
        slots.sort_unstable();
    }

    /// Whether code may change the object behind the node in place.
    fn is_changeable(&self, id: ValueId) -> bool {
        self.may_be_container(id)
            && !matches!(self.ir.value(self.ir.bare(id)), Value::Decorated { .. })
    }

    pub(super) fn is_built(&self, id: ValueId) -> bool {
        match self.ir.value(self.ir.bare(id)) {
            Value::List(_) | Value::Set(_) | Value::Dict(_) => true,
            Value::Comp(comp) => self.ir.comp(comp).kind != bartizan_ir::CompKind::Generator,
            Value::Mutate(mutation) => self.changed_built[mutation.index()],
            _ => false,
        }
    }

    /// `b = a; a += x`: what `b` is, or holds, changes if it is a container, and only then.
    pub(super) fn escape_twins(&mut self, old: ValueId, new: ValueId, at: Span) {
        if !self.is_changeable(old) || matches!(self.ir.value(old), Value::Unary { .. }) {
            return;
        }
        let bare = self.ir.bare(old);
        let web = self.web(old);
        if web.is_nothing() || self.blunt.is_some() {
            return;
        }
        self.note_outer_objects(&web);
        for slot in 0..self.frame().slots.len() as u32 {
            let Some(value) = self.frame().slots[slot as usize].value else { continue };
            if self.ir.bare(value) == bare
                || self.has_objects(value) && self.web(value).reaches(&web)
            {
                self.touch(slot, value, Some(new), at);
            }
        }
        self.walk(at);
    }

    /// The end of a round: what the next one begins with, and the state as the loop runs out.
    #[allow(clippy::too_many_arguments, reason = "what both kinds of loop know as they began")]
    fn close_round(
        &mut self,
        id: LoopId,
        round: usize,
        body_path: PathId,
        parent: PathId,
        was_dead: bool,
        exits: usize,
        mus: &[(u32, ValueId)],
    ) {
        let first = mus.iter().map(|(_, mu)| mu.index()).min().unwrap_or(usize::MAX);
        let end = self.frame().end_branch(round);
        let depth = self.frame().loops.len() as u32;
        let Some(it) = self.frame().loops.last_mut() else { return };
        let webs = it.webs;
        let mut rounds = std::mem::take(&mut it.continues);
        rounds.push(end);
        rounds.retain(|way| !way.dead);

        for (slot, mu) in mus {
            let Value::Mu { of, init, .. } = self.ir.value(*mu) else { continue };
            let base = self.frame().slots[*slot as usize];
            let ways: Vec<(Slot, PathId)> =
                rounds.iter().map(|way| (way.get(*slot).unwrap_or(base), way.path)).collect();
            let back = if ways.is_empty() {
                *mu
            } else {
                let merged = self.merge_slot(*slot, base, &ways, Why::Continue);
                let name = self.slot_name(*slot);
                self.value_of(merged, name)
            };
            self.ir.values[mu.index()] = Value::Mu { of, init, back };
        }
        self.forget_webs(webs, first);
        self.ir.loops[id.index()].body = body_path;
        if self.is_module_level() {
            self.bring_up(mus);
        }
        // Changes in the body of variables that have no head value of their own: what they hold
        // behind the loop is either.
        let with_mu: FxHashSet<u32> = mus.iter().map(|(slot, _)| *slot).collect();
        let mut strays: Vec<u32> = rounds
            .iter()
            .flat_map(|way| way.changes.iter().map(|(slot, _)| *slot))
            .filter(|slot| !with_mu.contains(slot))
            .collect();
        strays.sort_unstable();
        strays.dedup();
        self.frame().path = parent;
        for slot in strays {
            let base = self.frame().slots[slot as usize];
            let mut ways = vec![(base, parent)];
            ways.extend(rounds.iter().map(|way| (way.get(slot).unwrap_or(base), way.path)));
            let merged = self.merge_slot(slot, base, &ways, Why::Break);
            self.frame().set(slot, merged);
        }

        // Behind the loop: what returned from inside it did not come here.
        self.frame().exits.retain(|(_, how)| *how != Exit::Loop(depth));
        let exits = exits.min(self.frame().exits.len());
        let path = self.escaped(parent, exits);
        let frame = self.frame();
        frame.path = path;
        frame.dead = was_dead;
    }

    /// `else`, and the ways around it.
    fn after_loop(&mut self, id: LoopId, failed: Option<(&[u32], ValueId)>, orelse: &'a [Stmt]) {
        let Some(LoopFrame { breaks, .. }) = self.frame().loops.pop() else { return };
        let break_paths: Vec<PathId> = breaks.iter().map(|way| way.path).collect();
        let ran_out = self.frame().path;
        let was_dead = self.frame().dead;
        let mut path = ran_out;
        for exit in &break_paths {
            path = self.path(Path::Escaped { parent: path, exit: *exit });
        }
        self.ir.loops[id.index()].breaks = break_paths;
        self.frame().path = path;
        let mark = self.frame().mark();
        let else_exits = self.frame().exits.len();
        if let Some((guards, test)) = failed {
            self.learn(guards, test, false);
            if self.is_true(test) {
                // It is left by `break` alone.
                self.die();
            }
        }
        self.suite(orelse);
        if breaks.is_empty() {
            if !self.frame().dead {
                let path = self.escaped(ran_out, else_exits);
                self.frame().path = path;
            }
            return;
        }
        let mut ways = vec![self.frame().end_branch(mark)];
        // Breaks are relative to the state of the round, which is the state here.
        ways.extend(breaks);
        let path = self.escaped(ran_out, else_exits);
        self.frame().path = path;
        self.merge_ways(&ways, Why::Break);
        self.frame().dead = was_dead;
    }
}
