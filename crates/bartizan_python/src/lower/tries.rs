//! `try`, and what leaves it.

use std::ops::Range;

use bartizan_base::Span;
use bartizan_ir::{
    EffectKind, Handler, Moment, Mutation, Mutator, Opaque, Path, PathId, Try, TryId, Value,
    ValueId, Why,
};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use rustc_hash::FxHashMap;

use super::frame::{Branch, Exit, Held, RaiseFrame, Slot};
use super::{Lowering, span};

/// How many ways have left some code.
#[derive(Clone, Copy)]
struct Leaving {
    breaks: usize,
    continues: usize,
    ends: usize,
    returns: usize,
}

/// The body of a `try` with what catches its exceptions; or of a `with suppress(…)`, which is the same.
struct Guarded<'a> {
    body: &'a [Stmt],
    clauses: Vec<Clause<'a>>,
    otherwise: &'a [Stmt],
    last: &'a [Stmt],
    is_star: bool,
}

/// What catches exceptions, and what is done then.
struct Clause<'a> {
    types: Types<'a>,
    name: Option<&'a ast::Identifier>,
    body: &'a [Stmt],
    is_empty: bool,
    span: Span,
}

/// Which exceptions are caught.
enum Types<'a> {
    /// As `except` names them; all, where it names none.
    Written(Option<&'a Expr>),
    /// As they were evaluated before.
    Made(ValueId),
}

/// Handlers of one `try` beyond which they share what the names hold as they begin.
const MOST_HANDLERS: usize = 64;

impl<'a> Lowering<'a> {
    pub(super) fn try_statement(&mut self, tried: &'a ast::StmtTry, at: Span) {
        let clauses = tried.handlers.iter().map(|handler| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            Clause {
                types: Types::Written(handler.type_.as_deref()),
                name: handler.name.as_ref(),
                body: &handler.body,
                is_empty: is_empty(&handler.body),
                span: span(handler.range),
            }
        });
        let guarded = Guarded {
            body: &tried.body,
            clauses: clauses.collect(),
            otherwise: &tried.orelse,
            last: &tried.finalbody,
            is_star: tried.is_star,
        };
        self.guarded(guarded, at);
    }

    /// The body of `with suppress(types)`: what it raises of these is caught, and nothing is done.
    pub(super) fn suppressed(&mut self, body: &'a [Stmt], types: ValueId, at: Span) {
        let clause = Clause {
            types: Types::Made(types),
            name: None,
            body: &[],
            // Who writes `suppress` says so.
            is_empty: false,
            span: at,
        };
        let guarded =
            Guarded { body, clauses: vec![clause], otherwise: &[], last: &[], is_star: false };
        self.guarded(guarded, at);
    }

    fn guarded(&mut self, tried: Guarded<'a>, at: Span) {
        let id = TryId::from_index(self.ir.tries.len());
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        self.ir.tries.push(Try {
            start: self.ir.values.len() as u32,
            end: 0,
            body: parent,
            raises: Vec::new(),
            handlers: Vec::new(),
            moments: Vec::new(),
            is_star: tried.is_star,
            has_finally: !tried.last.is_empty(),
        });
        self.effect(EffectKind::Try(id), at);
        let mark = self.frame().mark();
        let exits = self.frame().exits.len();
        self.frame().open_log();
        let left = self.leaving();
        let body = self.path(Path::Tried { parent, of: id });
        self.ir.tries[id.index()].body = body;
        self.frame().path = body;
        self.frame().raises.push(RaiseFrame { mark, raised: Vec::new() });
        self.suite(tried.body);
        let raised = self.frame().raises.pop().map(|tried| tried.raised).unwrap_or_default();
        if !tried.clauses.is_empty() {
            self.forget_raises(exits);
        }
        self.ir.tries[id.index()].end = self.ir.values.len() as u32;
        self.ir.tries[id.index()].raises =
            raised.iter().map(|(exception, state)| (*exception, state.path)).collect();
        let seen_by_handlers = match tried.clauses.is_empty() {
            true => Vec::new(),
            false => self.versions(),
        };

        // The normal way: the body to its end, then `else`.
        if !self.frame().dead {
            let here = self.frame().path;
            let completed = self.path(Path::Completed { parent: here, of: id });
            self.frame().path = completed;
        }
        self.suite(tried.otherwise);
        let mut ways = vec![self.frame().end_branch(mark)];

        let mut shared: Option<Vec<(u32, Slot)>> = None;
        for (index, clause) in tried.clauses.iter().enumerate() {
            if self.is_spent(clause.span) {
                break;
            }
            let path = self.path(Path::Handler { parent, of: id, handler: index as u32 });
            let frame = self.frame();
            frame.path = path;
            frame.dead = was_dead;
            match &shared {
                Some(state) => state.iter().for_each(|(slot, to)| self.frame().set(*slot, *to)),
                None => {
                    let state = self.interrupted(Some(id), &seen_by_handlers, &raised, path);
                    // What a name holds as a handler begins is the same in all; where there are very
                    // many, they share it.
                    if index >= MOST_HANDLERS {
                        shared = Some(state);
                    }
                }
            }
            let types = match clause.types {
                Types::Written(types) => types.map(|types| self.expr(types)),
                Types::Made(types) => Some(types),
            };
            self.ir.tries[id.index()].handlers.push(Handler {
                types,
                path,
                is_empty: clause.is_empty,
                span: clause.span,
            });
            if let Some(name) = clause.name {
                let caught = self.add(Value::Caught { types }, span(name.range));
                self.bind_identifier(name, caught);
            }
            self.suite(clause.body);
            if let Some(name) = clause.name {
                let name = self.sym(name.as_str());
                self.delete_name(name);
            }
            ways.push(self.frame().end_branch(mark));
        }
        // Whatever ended early, in the body or in a handler, goes through the `finally`.
        let versions = match tried.last.is_empty() {
            true => Vec::new(),
            false => self.versions(),
        };
        self.frame().close_log();

        let live: Vec<&Branch> = ways.iter().filter(|way| !way.dead).collect();
        let (path, dead) = match live.as_slice() {
            [] => (None, true),
            [only] => (Some(only.path), false),
            _ => (None, false),
        };
        let path = match path {
            Some(path) => path,
            None if dead => self.path(Path::Dead { parent }),
            None => self.escaped(parent, exits),
        };
        self.frame().path = path;
        self.merge_ways(&ways, Why::Try);
        self.frame().dead = dead;
        if !tried.last.is_empty() {
            self.finally(tried.last, &versions, id, (parent, was_dead), mark, left);
        }
    }

    /// Code that catches exceptions begins behind `exits`: a `raise` before it does not leave.
    pub(super) fn forget_raises(&mut self, exits: usize) {
        let frame = self.frame();
        let caught = frame.exits.split_off(exits.min(frame.exits.len()));
        frame.exits.extend(caught.into_iter().filter(|(_, how)| *how != Exit::Raise));
    }

    /// What each slot that was changed since the innermost log began held on the way, the oldest first,
    /// beginning with what it held before. What only a test taught is no change.
    pub(super) fn versions(&mut self) -> Vec<(u32, Vec<Held>)> {
        let length = self.frame().log().len() as u64;
        self.frame().merged += length;
        if self.is_spent(Span::default()) {
            return Vec::new();
        }
        let log = match self.frames.last() {
            Some(frame) => frame.log(),
            None => &[],
        };
        let bare = |slot: Slot| slot.value.map(|value| self.ir.bare(value));
        let mut versions: FxHashMap<u32, Vec<Held>> = FxHashMap::default();
        for change in log {
            let versions = versions
                .entry(change.slot)
                .or_insert_with(|| vec![Held { to: change.from, bound: 0, ..*change }]);
            if bare(change.from) != bare(change.to) || change.from.layers != change.to.layers {
                versions.push(*change);
            }
        }
        let mut versions: Vec<_> = versions.into_iter().collect();
        versions.retain(|(_, held)| held.len() > 1);
        versions.sort_unstable_by_key(|(slot, _)| *slot);
        versions
    }

    /// Sets every slot that a piece of code changes to what it may hold when the code is left early,
    /// and says what that is.
    pub(super) fn interrupted(
        &mut self,
        of: Option<TryId>,
        versions: &[(u32, Vec<Held>)],
        raised: &[(Option<ValueId>, Branch)],
        path: PathId,
    ) -> Vec<(u32, Slot)> {
        let mut state = Vec::with_capacity(versions.len());
        for (slot, held) in versions {
            let base = self.frame().slots[*slot as usize];
            let mut ways: Vec<(Slot, PathId)> = held.iter().map(|held| (held.to, path)).collect();
            for (_, state) in raised {
                ways.push((state.get(*slot).unwrap_or(base), state.path));
            }
            let merged = self.merge_slot(*slot, base, &ways, Why::Try);
            self.frame().set(*slot, merged);
            state.push((*slot, merged));
            let (Some(of), Some(join)) = (of, merged.value) else { continue };
            if !matches!(self.ir.value(join), Value::Join { ways: made, .. } if made.len() == ways.len())
            {
                continue;
            }
            let moments = held.iter().enumerate().map(|(way, held)| Moment {
                join,
                way: way as u32,
                bound: held.bound,
                path: held.path,
            });
            self.ir.tries[of.index()].moments.extend(moments);
        }
        state
    }

    /// A `finally` is lowered once, on all the ways in; only the normal way goes on behind it.
    fn finally(
        &mut self,
        body: &'a [Stmt],
        versions: &[(u32, Vec<Held>)],
        id: TryId,
        (parent, was_dead): (PathId, bool),
        mark: usize,
        left_before: Leaving,
    ) {
        let (path, dead) = (self.frame().path, self.frame().dead);
        let early = self.path(Path::Handler { parent, of: id, handler: u32::MAX });
        let mut changed: Vec<u32> =
            self.frame().changes_since(mark).into_iter().map(|(slot, _)| slot).collect();
        changed.extend(versions.iter().map(|(slot, _)| *slot));
        changed.sort_unstable();
        changed.dedup();
        let mut kept = Vec::new();
        for slot in changed {
            let normal = self.frame().slots[slot as usize];
            let held = versions.binary_search_by_key(&slot, |(of, _)| *of).ok();
            let mut ways = Vec::new();
            if !dead {
                ways.push((normal, path));
            }
            if let Some(at) = held {
                ways.extend(versions[at].1.iter().map(|held| (held.to, early)));
            }
            if ways.is_empty() {
                continue;
            }
            let merged = self.merge_slot(slot, normal, &ways, Why::Finally);
            self.frame().set(slot, merged);
            kept.push((slot, normal, merged));
        }
        let frame = self.frame();
        frame.path = parent;
        frame.dead = was_dead;
        let exits = self.frame().exits.len();
        let suite = self.frame().mark();
        let returned = left_before.returns..self.frame().returns.len();
        self.suite(body);
        let left = self.frame().dead && !was_dead;
        self.forget_returned(returned, left, body);
        let left = self.frame().dead;
        self.leave_through(suite, left_before);
        for (slot, normal, merged) in kept {
            let now = self.frame().slots[slot as usize];
            let unchanged = match (now.value, merged.value) {
                (Some(now), Some(merged)) => self.ir.bare(now) == self.ir.bare(merged),
                (now, merged) => now == merged,
            };
            if unchanged {
                self.frame().set(slot, normal);
            }
        }
        let path = if left { self.frame().path } else { self.escaped(path, exits) };
        let frame = self.frame();
        frame.path = path;
        frame.dead = dead || left;
    }

    /// What was about to be returned is not, where the `finally` leaves in a way of its own.
    fn forget_returned(&mut self, returned: Range<usize>, always: bool, body: &[Stmt]) {
        if always {
            self.frame().returns.drain(returned);
        } else if leaves(body, false) {
            for index in returned {
                let value = self.frame().returns[index].value;
                let at = self.ir.span(value);
                let unknown = self.add(Value::Opaque(Opaque::Other), at);
                self.frame().returns[index].value = unknown;
            }
        }
    }

    /// How many ways have left the code around so far.
    fn leaving(&mut self) -> Leaving {
        let frame = self.frame();
        let (breaks, continues) =
            frame.loops.last().map_or((0, 0), |it| (it.breaks.len(), it.continues.len()));
        Leaving { breaks, continues, ends: frame.ends.len(), returns: frame.returns.len() }
    }

    /// The ways that left a `try` since `before` went through its `finally`: what that changed, they
    /// find changed.
    fn leave_through(&mut self, suite: usize, before: Leaving) {
        let changes = self.frame().changes_since(suite);
        if changes.is_empty() {
            return;
        }
        let frame = self.frame();
        let mut loops = frame.loops.pop();
        let mut ends = std::mem::take(&mut frame.ends);
        if let Some(it) = &mut loops {
            it.breaks[before.breaks..].iter_mut().for_each(|way| way.change(&changes));
            it.continues[before.continues..].iter_mut().for_each(|way| way.change(&changes));
        }
        ends[before.ends..].iter_mut().for_each(|way| way.change(&changes));
        frame.loops.extend(loops);
        frame.ends = ends;
        // A container that is returned is the one that the `finally` changes.
        for index in before.returns..self.frame().returns.len() {
            let value = self.frame().returns[index].value;
            for (_, slot) in &changes {
                let Some(now) = slot.value else { continue };
                if !matches!(self.ir.value(now), Value::Mutate(_)) {
                    continue;
                }
                let web = self.web(now);
                if value != now && self.web(value).reaches(&web) {
                    let at = slot.span;
                    let args = self.ir.args.add([self.positional(now)]);
                    let op = Mutator::Escape;
                    let value =
                        self.version(Mutation { receiver: value, op, args, call: None }, at);
                    self.frame().returns[index].value = value;
                }
            }
        }
    }
}

/// Whether code may leave the code around it by a `return`, `break` or `continue`.
fn leaves(body: &[Stmt], in_loop: bool) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Return(_) => true,
        Stmt::Break(_) | Stmt::Continue(_) => !in_loop,
        Stmt::If(it) => {
            leaves(&it.body, in_loop)
                || it.elif_else_clauses.iter().any(|clause| leaves(&clause.body, in_loop))
        }
        Stmt::For(it) => leaves(&it.body, true) || leaves(&it.orelse, in_loop),
        Stmt::While(it) => leaves(&it.body, true) || leaves(&it.orelse, in_loop),
        Stmt::With(it) => leaves(&it.body, in_loop),
        Stmt::Match(it) => it.cases.iter().any(|case| leaves(&case.body, in_loop)),
        Stmt::Try(it) => {
            let handled = it.handlers.iter().any(|handler| {
                let ExceptHandler::ExceptHandler(handler) = handler;
                leaves(&handler.body, in_loop)
            });
            handled
                || [&it.body, &it.orelse, &it.finalbody].iter().any(|body| leaves(body, in_loop))
        }
        _ => false,
    })
}

fn is_empty(body: &[Stmt]) -> bool {
    body.iter().all(|stmt| match stmt {
        Stmt::Pass(_) | Stmt::Continue(_) => true,
        Stmt::Expr(kept) => {
            matches!(*kept.value, Expr::EllipsisLiteral(_) | Expr::StringLiteral(_))
        }
        _ => false,
    })
}
