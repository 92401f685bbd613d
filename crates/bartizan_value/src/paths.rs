//! Under which conditions code runs, and which way into a meeting of ways was taken.

use bartizan_ir::{FileIr, LoopId, Moment, Path, PathId, TryId, ValueId, Way, Why};

use crate::analysis::Region;
use crate::domain::{Abstract, Alternative, Condition, Evaluated, Extent, Object};
use crate::exceptions::{Event, TryEnd};
use crate::loops::LoopEnd;
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// Whether a statement that leaves on this path is reached: its path holds, and nothing before it in
    /// the `try` bodies around it raises. `here` is the path of who asks: what is around both is no
    /// question.
    pub(crate) fn taken(&mut self, at: Act, path: PathId, here: PathId) -> Result<bool, Reason> {
        let holds = self.holds(at, path);
        let ir = self.ir(at);
        if holds == Ok(false) || ir.tries.is_empty() {
            return holds;
        }
        let mut around = Vec::new();
        let mut link = Some(here);
        while let Some(p) = link {
            if let Path::Tried { of, .. } = ir.path(p) {
                around.push(of);
            }
            link = ir.path(p).parent();
        }
        let mut doubt = holds.err();
        let mut link = Some(path);
        while let Some(p) = link {
            if let Path::Tried { of, .. } = ir.path(p)
                && !around.contains(&of)
            {
                // Asked while that is being found out: so far nothing has raised.
                if self.is_being_tried(at, of) {
                    link = ir.path(p).parent();
                    continue;
                }
                match self.try_end(at, of) {
                    TryEnd::Completed => {}
                    TryEnd::Raised { .. } => return Ok(false),
                    TryEnd::Unknown(reason) => {
                        doubt.get_or_insert(reason);
                    }
                }
            }
            link = ir.path(p).parent();
        }
        doubt.map_or(Ok(true), Err)
    }

    /// Whether code on this path runs, seen from `at`, as far as no exception ends it: in the round at
    /// hand of the loops around it, as it ended for loops that are over.
    pub(crate) fn holds(&mut self, at: Act, path: PathId) -> Result<bool, Reason> {
        let region = self.analysis(at).loop_of(path).map(Region::Loop);
        if let Some(home) = self.active(at, region) {
            return self.holds_in(home, path);
        }
        // The path lies in a loop that is over.
        let ir = self.ir(at);
        let mut outermost = None;
        let mut link = Some(path);
        while let Some(p) = link {
            if let Path::Loop { of, parent } = ir.path(p)
                && self.active(at, Some(Region::Loop(of))).is_none()
            {
                outermost = Some((of, parent));
            }
            link = ir.path(p).parent();
        }
        let Some((of, before)) = outermost else { return Err(Reason::Loop) };
        let is_entered = self.holds(at, before);
        if is_entered == Ok(false) {
            return Ok(false);
        }
        let around = self.analysis(at).around(Region::Loop(of));
        let parent = self.enter(at, around);
        let is_exit = self.analysis(at).shape(of).exits.contains(&path);
        let (act, end) = self.run_loop(parent, of);
        let holds = match end {
            LoopEnd::Unknown(reason) => Err(reason),
            LoopEnd::Left(exit) if is_exit => Ok(exit == path),
            LoopEnd::Exhausted | LoopEnd::Raised(..) if is_exit => Ok(false),
            LoopEnd::Exhausted => Err(Reason::Loop),
            LoopEnd::Left(_) | LoopEnd::Raised(..) => {
                let region = self.analysis(at).loop_of(path).map(Region::Loop);
                match self.active(act, region) {
                    Some(home) => self.holds_in(home, path),
                    None => Err(Reason::Loop),
                }
            }
        };
        // As the rounds say, if any is run at all.
        match holds {
            Ok(true) => is_entered,
            _ => holds,
        }
    }

    /// The activation of the region among those around `at`.
    pub(crate) fn active(&self, at: Act, region: Option<Region>) -> Option<Act> {
        let mut up = Some(at);
        while let Some(act) = up {
            let it = &self.acts[act as usize];
            if it.region == region {
                return Some(act);
            }
            up = it.parent;
        }
        None
    }

    /// Whether the links of the path below the loop that `home` runs hold.
    fn holds_in(&mut self, home: Act, path: PathId) -> Result<bool, Reason> {
        let ir = self.ir(home);
        let mut chain = Vec::new();
        let mut known: Result<bool, Reason> = Ok(true);
        let mut link = Some(path);
        while let Some(p) = link {
            match self.acts[home as usize].paths.get(&p) {
                Some(Some(found)) => {
                    known = found.clone();
                    break;
                }
                Some(None) => {
                    self.note_cycle(0);
                    return Err(Reason::Cycle);
                }
                None => {}
            }
            // Inside a loop's rounds, everything above the loop holds.
            if matches!(ir.path(p), Path::Root | Path::Loop { .. }) {
                break;
            }
            chain.push(p);
            link = ir.path(p).parent();
        }
        let mut is_whole = true;
        for p in chain.into_iter().rev() {
            if known != Ok(false) {
                self.spend(1)?;
                self.acts[home as usize].paths.insert(p, None);
                let around = self.begin_cycle();
                let holds = match self.is_behind_exception(home, p) {
                    Ok(true) => Ok(false),
                    Ok(false) => self.link_holds(home, ir.path(p)),
                    Err(reason) => Err(reason),
                };
                is_whole &= self.end_cycle(around, u32::MAX);
                known = match (known, holds) {
                    (_, Ok(false)) => Ok(false),
                    (Ok(true), holds) => holds,
                    (unknown, _) => unknown,
                };
            }
            if is_whole {
                self.acts[home as usize].paths.insert(p, Some(known.clone()));
            } else {
                self.acts[home as usize].paths.remove(&p);
            }
        }
        known
    }

    /// Whether the test that leads into this path is never come to, because the `try` around it raised
    /// before. Evaluating it all the same would tell of changes that it makes.
    fn is_behind_exception(&mut self, home: Act, path: PathId) -> Result<bool, Reason> {
        let ir = self.ir(home);
        let Path::Given { test, parent, .. } = ir.path(path) else { return Ok(false) };
        if ir.tries.is_empty() {
            return Ok(false);
        }
        let mut link = Some(parent);
        while let Some(p) = link {
            match ir.path(p) {
                Path::Loop { .. } => break,
                // As long as that is being found out, code is asked in the order in which it runs.
                Path::Tried { of, .. } if !self.is_being_tried(home, of) => {
                    match self.try_end(home, of) {
                        TryEnd::Raised { event: Event::Node(node), .. } => {
                            if node.index() < test.index() {
                                return Ok(true);
                            }
                        }
                        TryEnd::Raised { .. } => return Err(Reason::MayRaise),
                        TryEnd::Completed | TryEnd::Unknown(_) => {}
                    }
                }
                _ => {}
            }
            link = ir.path(p).parent();
        }
        Ok(false)
    }

    fn link_holds(&mut self, home: Act, link: Path) -> Result<bool, Reason> {
        match link {
            Path::Root | Path::Loop { .. } | Path::Tried { .. } => Ok(true),
            Path::Given { test, truth, .. } => Ok(self.decide(home, test)? == truth),
            Path::Escaped { exit, parent } => Ok(!self.taken(home, exit, parent)?),
            Path::Handler { of, handler, .. } => match self.try_end(home, of) {
                TryEnd::Completed => Ok(false),
                TryEnd::Raised { handler: Some(taken), .. } => Ok(taken == handler),
                // A `finally` alone sees what no handler takes.
                TryEnd::Raised { handler: None, .. } => Ok(handler == u32::MAX),
                TryEnd::Unknown(reason) => Err(reason),
            },
            Path::Completed { of, .. } => match self.try_end(home, of) {
                TryEnd::Completed => Ok(true),
                TryEnd::Raised { .. } => Ok(false),
                TryEnd::Unknown(reason) => Err(reason),
            },
            Path::Dead { .. } => Ok(false),
        }
    }

    // ---- meetings ----------------------------------------------------------------------------

    /// `then if test else otherwise`
    pub(crate) fn gamma(
        &mut self,
        at: Act,
        id: ValueId,
        test: ValueId,
        then: ValueId,
        otherwise: ValueId,
    ) -> Evaluated {
        match self.decide(at, test) {
            Ok(true) => self.eval(at, then),
            Ok(false) => self.eval(at, otherwise),
            // It is the test that raises, and none of the ways.
            Err(reason @ (Reason::OutOfFuel | Reason::Raises(_))) => self.unknown(at, test, reason),
            Err(_) => {
                let yes = self.condition(at, test, true);
                let no = self.condition(at, test, false);
                let since = self.changes.len();
                let then = self.eval(at, then);
                let otherwise = self.eval(at, otherwise);
                self.doubt_changes(since);
                let value = Abstract::choice(vec![
                    Alternative { when: vec![yes], value: then },
                    Alternative { when: vec![no], value: otherwise },
                ]);
                self.doubt_ways(&value);
                self.made(at, id, value)
            }
        }
    }

    /// What a variable holds where several ways meet.
    pub(crate) fn join(&mut self, at: Act, id: ValueId, why: Why, ways: &[Way]) -> Evaluated {
        let here = match why {
            Why::Return => FileIr::root_path(),
            _ => self.ir(at).stretch(id).path,
        };
        match why {
            Why::Break => {
                if let Some(value) = self.after_rounds(at, id, ways) {
                    return value;
                }
            }
            Why::Finally => {
                // Only the normal way goes on behind a `finally`.
                let ir = self.ir(at);
                let early = |way: &&Way| {
                    matches!(ir.path(way.path), Path::Handler { handler: u32::MAX, .. })
                };
                if let Some(normal) = ways.iter().find(|way| !early(way)) {
                    // A `return` inside, or the like, comes through here too.
                    return match self.taken(at, normal.path, here) {
                        Ok(true) => self.eval(at, normal.value),
                        _ => self.unknown(at, id, Reason::MayRaise),
                    };
                }
            }
            Why::Try if self.is_any_way(at, id, here, ways) => {
                return self.any_way(at, id, ways);
            }
            _ => {}
        }
        if let Some(of) = ways.iter().find_map(|way| self.handler_of(at, way.path))
            && let Some(value) = self.in_handler(at, id, of, ways)
        {
            return value;
        }
        let mut open = Vec::new();
        for way in ways {
            match self.taken(at, way.path, here) {
                Ok(true) => return self.eval(at, way.value),
                Ok(false) => {}
                Err(Reason::OutOfFuel) => return self.unknown(at, id, Reason::OutOfFuel),
                Err(reason) => open.push((*way, reason)),
            }
        }
        match open.as_slice() {
            [] => self.unknown(at, id, Reason::Raises("Exception")),
            [(way, _)] => self.eval(at, way.value),
            _ => {
                let open: Vec<Way> = open.into_iter().map(|(way, _)| way).collect();
                self.any_way(at, id, &open)
            }
        }
    }

    /// The values of all ways, by the conditions that lead to them.
    fn any_way(&mut self, at: Act, id: ValueId, ways: &[Way]) -> Evaluated {
        let since = self.changes.len();
        let alternatives = ways
            .iter()
            .map(|way| Alternative {
                when: self.conditions(at, way.path),
                value: self.eval(at, way.value),
            })
            .collect();
        self.doubt_changes(since);
        let value = Abstract::choice(alternatives);
        self.doubt_ways(&value);
        self.made(at, id, value)
    }

    /// Whether a meeting is one behind a `with` whose manager may have stopped an exception, no matter
    /// where: the paths do not tell its ways apart.
    fn is_any_way(&self, at: Act, id: ValueId, here: PathId, ways: &[Way]) -> bool {
        let ir = self.ir(at);
        // A handler's own beginning is told by moments.
        let is_told = |way: &Way| {
            self.handler_of(at, way.path)
                .is_some_and(|of| ir.tries[of.index()].moments.iter().any(|m| m.join == id))
        };
        if ways.iter().any(is_told) {
            return false;
        }
        let mut link = Some(here);
        while let Some(path) = link {
            if ways.iter().any(|way| way.path == path) {
                return true;
            }
            link = ir.path(path).parent();
        }
        let is_twice = |(place, way): (usize, &Way)| {
            ways[..place].iter().any(|earlier| earlier.path == way.path)
        };
        ways.iter().enumerate().any(is_twice)
    }

    /// Changes that only one of several ways makes leave their containers in doubt.
    fn doubt_changes(&mut self, since: usize) {
        let mut objects: Vec<Object> =
            self.changes[since..].iter().map(|(object, _)| *object).collect();
        // Once each: ways inside ways would double what is noted with every one of them.
        objects.sort_unstable_by_key(|object| object.0);
        objects.dedup();
        for object in objects {
            self.note_change(object, Extent::Shape, &Abstract::Unknown(Reason::Undecided));
        }
    }

    fn handler_of(&self, at: Act, path: PathId) -> Option<TryId> {
        match self.ir(at).path(path) {
            Path::Handler { of, .. } => Some(of),
            _ => None,
        }
    }

    /// What a variable holds as a handler begins: its state when the exception came.
    fn in_handler(&mut self, at: Act, id: ValueId, of: TryId, ways: &[Way]) -> Option<Evaluated> {
        let ir = self.ir(at);
        let moments: Vec<Moment> = ir.tries[of.index()]
            .moments
            .iter()
            .filter(|moment| moment.join == id)
            .copied()
            .collect();
        if moments.is_empty() {
            // The handlers' ways meet at the end of the statement.
            return None;
        }
        let reason = match self.try_end(at, of) {
            // Nobody comes here.
            TryEnd::Completed => return None,
            TryEnd::Unknown(reason) => reason,
            TryEnd::Raised { event: Event::Raise(path), .. } => {
                match ways.iter().find(|way| way.path == path) {
                    Some(way) => return Some(self.eval(at, way.value)),
                    None => Reason::MayRaise,
                }
            }
            TryEnd::Raised { event: Event::Node(node), .. } => {
                match self.held_at(at, node, &moments) {
                    Ok(way) => {
                        let way = ways.get(way as usize)?;
                        return Some(self.eval(at, way.value));
                    }
                    Err(reason) => reason,
                }
            }
            TryEnd::Raised { event: Event::Elsewhere, .. } => Reason::MayRaise,
        };
        let alternatives = ways
            .iter()
            .map(|way| Alternative { when: Vec::new(), value: self.eval(at, way.value) })
            .collect();
        let value = match Abstract::choice(alternatives) {
            Abstract::Choice(_) => Abstract::Unknown(reason),
            one => one,
        };
        Some(self.made(at, id, value))
    }

    /// Which of the versions that a variable had in a `try` it had when `node` raised: the last that
    /// was bound before, by code that ran, in loops that had not ended.
    fn held_at(&mut self, at: Act, node: ValueId, moments: &[Moment]) -> Result<u32, Reason> {
        let ir = self.ir(at);
        let loops = self.loops_of(at, ir.stretch(node).path);
        let mut doubt = None;
        for moment in moments.iter().rev() {
            if moment.bound == 0 {
                return doubt.map_or(Ok(moment.way), Err);
            }
            if moment.bound as usize > node.index() {
                continue;
            }
            if self.loops_of(at, moment.path).iter().any(|of| !loops.contains(of)) {
                continue;
            }
            match self.holds(at, moment.path) {
                Ok(true) => return doubt.map_or(Ok(moment.way), Err),
                Ok(false) => {}
                Err(reason) => {
                    doubt.get_or_insert(reason);
                }
            }
        }
        Err(Reason::MayRaise)
    }

    /// The loops around a path.
    fn loops_of(&self, at: Act, path: PathId) -> Vec<LoopId> {
        let analysis = self.analysis(at);
        let mut loops = Vec::new();
        let mut next = analysis.loop_of(path);
        while let Some(of) = next {
            loops.push(of);
            next = match analysis.around(Region::Loop(of)) {
                Some(Region::Loop(outer)) => Some(outer),
                _ => None,
            };
        }
        loops
    }

    /// What a variable without a value at the loop's head holds behind the loop, or behind a
    /// comprehension that binds it with `:=`.
    fn after_rounds(&mut self, at: Act, id: ValueId, ways: &[Way]) -> Option<Evaluated> {
        let ir = self.ir(at);
        let [base, rounds @ ..] = ways else { return None };
        let first = rounds.first()?;
        if rounds.iter().any(|way| way.path == base.path) {
            return Some(self.after_comprehension(at, id, base.value, first.value));
        }
        let of = self.analysis(at).loop_of(first.path)?;
        if ir.loops[of.index()].breaks.contains(&first.path)
            || self.active(at, Some(Region::Loop(of))).is_some()
        {
            return None;
        }
        let around = self.analysis(at).around(Region::Loop(of));
        let parent = self.enter(at, around);
        let (act, end) = self.run_loop(parent, of);
        if let LoopEnd::Unknown(reason) = end {
            let base = self.eval(at, base.value);
            return Some(self.possibly_changed(at, id, &base, &reason));
        }
        // The objects that the loop's own variables hold are known as they ended; this variable
        // holds some of them under another name.
        let base = self.eval(at, base.value);
        Some(self.with_objects_of(at, id, act, of, &base))
    }

    fn after_comprehension(
        &mut self,
        at: Act,
        id: ValueId,
        base: ValueId,
        bound: ValueId,
    ) -> Evaluated {
        let (base, bound) = (self.eval(at, base), self.eval(at, bound));
        if base.value == bound.value && base.is_known() {
            return base;
        }
        self.unknown(at, id, Reason::Loop)
    }

    /// The undecided tests of a path.
    pub(crate) fn conditions(&mut self, at: Act, path: PathId) -> Vec<Condition> {
        let ir = self.ir(at);
        let mut conditions = Vec::new();
        let mut link = Some(path);
        let mut steps = 0;
        while let Some(p) = link {
            steps += 1;
            if steps > 64 {
                break;
            }
            match ir.path(p) {
                Path::Given { test, truth, .. } if self.decide(at, test).is_err() => {
                    let condition = self.condition(at, test, truth);
                    conditions.push(condition);
                }
                Path::Handler { of: tried, .. } | Path::Completed { of: tried, .. } => {
                    let truth = matches!(ir.path(p), Path::Handler { .. });
                    let (file, run) = (self.frame_of(at).file, self.run_of(at));
                    conditions.push(Condition::Raised { file, tried, run, truth });
                }
                _ => {}
            }
            link = ir.path(p).parent();
        }
        conditions.reverse();
        conditions
    }
}
