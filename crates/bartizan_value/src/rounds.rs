//! What stands in a loop, round by round; and what stands in a function, in one call of it.

use bartizan_ir::{LoopId, LoopKind, Path, PathId, ValueId};

use crate::FileId;
use crate::analysis::Region;
use crate::calls::Args;
use crate::domain::{Abstract, Evaluated, Symbol};
use crate::evaluator::{Questions, told};
use crate::outside::Given;
use crate::parts::iterate_unordered;
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Values that the rounds of loops give beyond which no more are asked for.
const MOST_VALUES: usize = 2_000;

/// Conditions inside each other beyond which none is decided.
const DEEPEST_PATH: u8 = 64;

/// What a node is worth in each round of the loops around it.
#[derive(Debug, Default)]
pub struct Rounds {
    /// One value a round, in order; those in which the node is not reached are left out.
    pub values: Vec<Evaluated>,
    /// Why there may be more rounds.
    pub open: Option<Reason>,
}

impl Questions<'_> {
    /// What a node of module code is worth in each round of the `for` loops around it, where what they
    /// run through is known. `None` where it stands in no loop, or in one of another kind.
    pub fn each_round(&mut self, file: FileId, value: ValueId) -> Option<Rounds> {
        let frame = self.session.file_frame(file);
        let root = self.session.frames[frame as usize].root;
        let around = self.session.loops_around(root, value)?;
        self.refuel();
        let mut rounds = Rounds::default();
        let done = self.session.each_round(root, &around, value, &mut rounds);
        self.settle();
        rounds.values = rounds.values.into_iter().map(told).collect();
        done.ok().map(|()| rounds)
    }

    /// What calling a function with arguments gives.
    pub fn call_with(&mut self, function: &Evaluated, given: &Given) -> Evaluated {
        let args = args_of(given);
        self.at_end(function.site.file, |session, root, last| {
            session.apply(root, last, function, args)
        })
    }

    /// What some nodes of a function are worth in a call of it with these arguments; `None` where the
    /// call does not come to the first of them, or is not followed.
    pub fn inside(
        &mut self,
        function: &Evaluated,
        given: &Given,
        nodes: &[ValueId],
    ) -> Option<Vec<Evaluated>> {
        let Abstract::Ref(Symbol::Function(file, function, closure)) = function.value else {
            return None;
        };
        let mut found = None;
        self.at_end(file, |session, root, last| {
            let closures = session.closures;
            let target = (file, function, closure);
            if let Ok(frame) = session.enter_function(root, last, target, args_of(given)) {
                let act = session.frames[frame as usize].root;
                session.begin_call(frame);
                let ir = session.world.ir(file);
                let is_reached = nodes
                    .first()
                    .is_none_or(|first| session.holds(act, ir.stretch(*first).path) != Ok(false));
                let values = nodes.iter().map(|node| session.eval(act, *node)).collect();
                session.end_call(frame, closures);
                found = is_reached.then_some(values);
            }
            session.unknown(root, last, Reason::Callee)
        });
        found
    }
}

fn args_of(given: &Given) -> Args {
    let mut args = Args::default();
    for (name, value) in given {
        match name {
            Some(name) => args.keywords.push((name.clone(), value.clone())),
            None => args.positional.push(value.clone()),
        }
    }
    args
}

impl Session<'_> {
    /// The loops around a node, the outermost first; `None` where there is none, or a comprehension.
    fn loops_around(&self, root: Act, id: ValueId) -> Option<Vec<LoopId>> {
        let analysis = self.analysis(root);
        let mut around = Vec::new();
        let mut at = analysis.region(self.ir(root), id);
        while let Some(region) = at {
            let Region::Loop(of) = region else { return None };
            around.push(of);
            at = analysis.around(region);
        }
        around.reverse();
        (!around.is_empty()).then_some(around)
    }

    /// Whether a round comes to a path, if nothing raises on the way that the text does not show.
    fn is_reached(&mut self, at: Act, path: PathId, depth: u8) -> Result<bool, Reason> {
        let depth = depth.checked_sub(1).ok_or(Reason::TooDeep)?;
        let ir = self.ir(at);
        let (parent, holds) = match ir.path(path) {
            Path::Root | Path::Loop { .. } => return Ok(true),
            Path::Given { parent, test, truth } => {
                let holds = self.decide(at, test).map(|found| found == truth);
                (parent, holds)
            }
            Path::Escaped { parent, exit } => {
                let holds = self.is_reached(at, exit, depth).map(|taken| !taken);
                (parent, holds)
            }
            Path::Tried { parent, .. } | Path::Completed { parent, .. } => (parent, Ok(true)),
            Path::Handler { .. } | Path::Dead { .. } => return Ok(false),
        };
        match (self.is_reached(at, parent, depth), holds) {
            (Ok(false), _) | (_, Ok(false)) => Ok(false),
            (Ok(true), holds) => holds,
            (doubt, _) => doubt,
        }
    }

    fn is_tried_path(&self, at: Act, path: PathId) -> bool {
        let ir = self.ir(at);
        let mut link = Some(path);
        while let Some(path) = link {
            match ir.path(path) {
                Path::Tried { .. } => return true,
                Path::Loop { .. } => return false,
                other => link = other.parent(),
            }
        }
        false
    }

    fn each_round(
        &mut self,
        at: Act,
        around: &[LoopId],
        id: ValueId,
        rounds: &mut Rounds,
    ) -> Result<(), Reason> {
        let ir = self.ir(at);
        let Some((of, inner)) = around.split_first() else {
            let path = ir.stretch(id).path;
            let value = match self.is_reached(at, path, DEEPEST_PATH) {
                Ok(false) => return Ok(()),
                Ok(true) => self.eval(at, id),
                Err(reason) => self.unknown(at, id, reason),
            };
            // `try: … except AttributeError: pass` goes on with the next round.
            let is_caught = matches!(value.value, Abstract::Unknown(Reason::Raises(_)))
                && self.is_tried_path(at, path);
            if !is_caught {
                rounds.values.push(value);
            }
            return Ok(());
        };
        let LoopKind::For { iterator, element, is_async: false } = ir.loops[of.index()].kind else {
            return Err(Reason::Loop);
        };
        let iterable = self.eval(at, iterator);
        let iterable = self.members_in_order(at, iterator, &iterable).unwrap_or(iterable);
        let items = match &iterable.value {
            // What is known of a list stands for itself.
            Abstract::Seq(seq) if seq.open.is_some() => {
                rounds.open = rounds.open.take().or(seq.open.clone());
                seq.items.clone()
            }
            _ => iterate_unordered(&iterable)?,
        };
        for item in items {
            self.spend(1)?;
            if rounds.values.len() > MOST_VALUES {
                return Err(Reason::TooLarge);
            }
            let act = self.open_region(Region::Loop(*of), at);
            self.acts[act as usize].any_round = Some(Reason::Loop);
            self.bind(act, element, item);
            let done = self.each_round(act, inner, id, rounds);
            self.release(act);
            done?;
        }
        Ok(())
    }
}
