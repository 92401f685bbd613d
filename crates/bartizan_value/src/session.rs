//! One evaluation: frames, the memory of what was evaluated in each, and the fuel that bounds it all.

use std::sync::Arc;

use bartizan_base::Sym;
use bartizan_ir::{BoolOp, FileIr, FunctionId, LoopId, PathId, TryId, UnaryOp, Value, ValueId};
use rustc_hash::FxHashMap;

use crate::FileId;
use crate::analysis::{Analysis, Given, Region};
use crate::domain::{Abstract, CodeRun, Condition, Evaluated, Extent, Object, SeqKind, Site};
use crate::environment::Variables;
use crate::exceptions::Trying;
use crate::libraries::{Included, Includer, Timeline};
use crate::loops::LoopEnd;
use crate::parts::{each_object, literal, opened};
use crate::reason::Reason;
use crate::versions::Versions;
use crate::world::World;

/// Nodes evaluated inside each other beyond which a value is not followed.
const DEEPEST: u32 = 6_000;

/// Functions called inside each other beyond which a call is not followed.
pub(crate) const DEEPEST_CALLS: u32 = 250;

/// Loops run inside each other, or because another one asked for them, beyond which a loop is not
/// followed.
pub(crate) const DEEPEST_LOOPS: u32 = 500;

/// Changes that are looked back at.
const MOST_CHANGES: usize = 64;

/// Number of a run of code: a body, or one round of a loop in it.
pub(crate) type Act = u32;

/// Number of a run of a function, module or file.
pub(crate) type FrameId = u32;

/// The state of one evaluation.
pub(crate) struct Session<'p> {
    pub(crate) world: &'p World<'p>,
    pub(crate) variables: Arc<Variables>,
    pub(crate) outside: Option<&'p dyn crate::outside::Outside>,
    pub(crate) fuel: u32,
    pub(crate) depth: u32,
    /// Loops that are being run.
    pub(crate) running: u32,
    /// The depth of the outermost evaluation in progress that what is being evaluated was found to
    /// depend on. What depends on one that has not ended is not remembered.
    cycle: u32,
    pub(crate) calls: u32,
    pub(crate) frames: Vec<Frame<'p>>,
    pub(crate) acts: Vec<Activation>,
    free: Vec<Act>,
    /// Rises with every run of any code.
    runs: u32,
    files: FxHashMap<FileId, FrameId>,
    /// For each object, the frame that made it.
    makers: Vec<u32>,
    /// And the file whose code did.
    made_in: Vec<FileId>,
    serial: u32,
    /// Every change to a container, in order.
    pub(crate) changes: Vec<(Object, Extent)>,
    /// The node that made each of them; the last of the file for what belongs to none.
    changed_by: Vec<ValueId>,
    /// Each changed container as it is after its latest change.
    pub(crate) latest: FxHashMap<Object, Abstract>,
    /// What the loops that are being run look at as they go.
    pub(crate) watched: Vec<Object>,
    /// What to go back to behind calls: their bodies are evaluated for several questions, and each
    /// finds the containers as they were before.
    savepoints: Vec<Savepoint>,
    /// How many functions and classes were evaluated: those keep their frame.
    pub(crate) closures: u32,
    /// The module with which everything begins, where one does.
    pub(crate) root: Option<FileId>,
    /// The file that is run as a program, and not imported.
    pub(crate) program: Option<FileId>,
    /// What its code does to the environment, once that was asked.
    pub(crate) timeline: Option<Timeline>,
    /// What calls include.
    pub(crate) included: FxHashMap<(FileId, ValueId), Included>,
    /// Who includes files.
    pub(crate) includers: FxHashMap<FileId, Includer>,
    /// What the file of a configuration gives, while it is set up.
    pub(crate) dotenv: Vec<(String, crate::environment::Given)>,
    /// The files that are being asked for a name which a star import takes from them, with the name.
    pub(crate) stars: Vec<(FileId, String)>,
    /// What modules raise as they are imported, and that of those that are being asked: nothing.
    pub(crate) raising: FxHashMap<FileId, Option<crate::exceptions::Thrown>>,
    /// The files whose changes are being compared with what others hold.
    pub(crate) comparing: Vec<FileId>,
    /// For files: those that they import, and what these do.
    pub(crate) taken_from: FxHashMap<FileId, rustc_hash::FxHashSet<FileId>>,
    /// What functions have done to the namespaces that they were handed, and those that are being asked,
    /// with the depth.
    pub(crate) handed: Vec<((FileId, ValueId), crate::handed::Handed)>,
    pub(crate) handing: Vec<((FileId, ValueId), u32)>,
    /// What modules change of each other, once that was asked.
    pub(crate) meddled: Option<Arc<crate::meddling::Meddled>>,
    /// The files that decouple has read, by path.
    pub(crate) decouple_files: FxHashMap<String, Arc<crate::libraries::Known>>,
    /// Which line of which file gave a variable its value.
    pub(crate) lines: FxHashMap<String, (String, u32)>,
}

/// Containers as they were when a call began.
struct Savepoint {
    serial: u32,
    changes: usize,
    saved: FxHashMap<Object, Option<Abstract>>,
}

/// A run of a function; or a file, for all code that no call led to.
pub(crate) struct Frame<'p> {
    pub(crate) file: FileId,
    pub(crate) ir: &'p FileIr,
    pub(crate) analysis: &'p Analysis,
    /// The function that is called; `None` for a file.
    pub(crate) function: Option<FunctionId>,
    /// What its parameters are.
    pub(crate) params: Vec<Evaluated>,
    /// The frame in which the function was defined.
    pub(crate) outer: Option<FrameId>,
    /// Where it is called.
    pub(crate) caller: Option<(Act, ValueId)>,
    pub(crate) root: Act,
    /// Rises with every frame; 0 for files.
    pub(crate) serial: u32,
    acts: Vec<Act>,
}

/// One round of a loop, or what runs once.
pub(crate) struct Activation {
    pub(crate) frame: FrameId,
    pub(crate) region: Option<Region>,
    pub(crate) parent: Option<Act>,
    run: u32,
    /// While the loop is being run: the depth at which that began.
    pub(crate) running: Option<u32>,
    /// Why nothing is known of the round at hand, where nothing is.
    pub(crate) any_round: Option<Reason>,
    memo: FxHashMap<ValueId, Memo>,
    pub(crate) paths: FxHashMap<PathId, Option<Result<bool, Reason>>>,
    pub(crate) loops: FxHashMap<LoopId, (Act, LoopEnd)>,
    /// Of a loop that was left in the middle of a round: the containers that the round changed.
    pub(crate) left: Option<Arc<Versions>>,
    comps: Vec<(Region, Act)>,
    /// Of a loop: what its rounds have written into the namespace of the module; and how much of it
    /// before the round at hand.
    pub(crate) written: Vec<crate::written::Written>,
    pub(crate) written_before: usize,
    /// Of a loop: what names of the module hold that came from elsewhere and that it changes, as the round
    /// at hand began; and as it leaves them.
    pub(crate) carried: Vec<(Sym, Evaluated)>,
    pub(crate) next_carried: Vec<(Sym, Evaluated)>,
    /// How many changes there were before the round at hand.
    pub(crate) changes_before: usize,
    pub(crate) tries: FxHashMap<TryId, Trying>,
    pub(crate) effects: FxHashMap<ValueId, Result<Arc<Versions>, Reason>>,
}

enum Memo {
    /// It is being evaluated, at this depth.
    Busy(u32),
    Done(Evaluated),
}

impl<'p> Session<'p> {
    pub(crate) fn new(world: &'p World<'p>, variables: Arc<Variables>, fuel: u32) -> Self {
        let lines = variables.lines().clone();
        Self {
            world,
            variables,
            outside: None,
            fuel,
            depth: 0,
            running: 0,
            cycle: u32::MAX,
            calls: 0,
            frames: Vec::new(),
            acts: Vec::new(),
            free: Vec::new(),
            runs: 0,
            files: FxHashMap::default(),
            makers: Vec::new(),
            made_in: Vec::new(),
            serial: 0,
            changes: Vec::new(),
            changed_by: Vec::new(),
            latest: FxHashMap::default(),
            watched: Vec::new(),
            savepoints: Vec::new(),
            closures: 0,
            root: None,
            program: None,
            timeline: None,
            included: FxHashMap::default(),
            includers: FxHashMap::default(),
            dotenv: Vec::new(),
            stars: Vec::new(),
            raising: FxHashMap::default(),
            comparing: Vec::new(),
            taken_from: FxHashMap::default(),
            handed: Vec::new(),
            handing: Vec::new(),
            meddled: None,
            decouple_files: FxHashMap::default(),
            lines,
        }
    }

    /// Throws away what was evaluated so far, for what it was made from is better known by now.
    pub(crate) fn forget(&mut self) {
        self.frames.clear();
        self.acts.clear();
        self.free.clear();
        self.files.clear();
        self.makers.clear();
        self.made_in.clear();
        self.comparing.clear();
        self.serial = 0;
        self.changes.clear();
        self.changed_by.clear();
        self.latest.clear();
        self.watched.clear();
        self.savepoints.clear();
        self.closures = 0;
        self.stars.clear();
        self.raising.clear();
        self.handed.clear();
        self.handing.clear();
        self.cycle = u32::MAX;
    }

    // ---- frames ------------------------------------------------------------------------------

    /// The frame of all code of a file that no call led to.
    pub(crate) fn file_frame(&mut self, file: FileId) -> FrameId {
        if let Some(frame) = self.files.get(&file) {
            return *frame;
        }
        let frame = self.push_frame(file, None, Vec::new(), None, None);
        self.frames[frame as usize].serial = 0;
        self.files.insert(file, frame);
        frame
    }

    /// Opens a frame.
    pub(crate) fn push_frame(
        &mut self,
        file: FileId,
        function: Option<FunctionId>,
        params: Vec<Evaluated>,
        outer: Option<FrameId>,
        caller: Option<(Act, ValueId)>,
    ) -> FrameId {
        let frame = self.frames.len() as FrameId;
        self.serial += 1;
        self.frames.push(Frame {
            file,
            ir: self.world.ir(file),
            analysis: self.world.analysis(file),
            function,
            params,
            outer,
            caller,
            root: 0,
            serial: self.serial,
            acts: Vec::new(),
        });
        let root = self.open(frame, None, None);
        self.frames[frame as usize].root = root;
        frame
    }

    /// Begins the evaluation of a call in its new frame.
    pub(crate) fn begin_call(&mut self, frame: FrameId) {
        self.calls += 1;
        let serial = self.frames[frame as usize].serial;
        let changes = self.changes.len();
        self.savepoints.push(Savepoint { serial, changes, saved: FxHashMap::default() });
    }

    /// Ends it: what the call changed of others' containers is told by its effects alone.
    pub(crate) fn end_call(&mut self, frame: FrameId, closures: u32) {
        self.calls -= 1;
        if let Some(Savepoint { changes, saved, .. }) = self.savepoints.pop() {
            self.changes.truncate(changes);
            self.changed_by.truncate(changes);
            for (object, before) in saved {
                match before {
                    Some(before) => self.latest.insert(object, before),
                    None => self.latest.remove(&object),
                };
            }
        }
        self.pop_frame(frame, closures);
    }

    /// Remembers a change to a container.
    pub(crate) fn note_change(&mut self, object: Object, extent: Extent, now: &Abstract) {
        self.note_change_by(ValueId::from_index(u32::MAX as usize - 1), object, extent, now);
    }

    /// The same, made by a node.
    pub(crate) fn note_change_by(
        &mut self,
        by: ValueId,
        object: Object,
        extent: Extent,
        now: &Abstract,
    ) {
        self.changes.push((object, extent));
        self.changed_by.push(by);
        self.note_latest(object, now);
    }

    /// Whether in the round at hand a node that stands behind `id` has changed a container already: what
    /// is found late must not hide that.
    pub(crate) fn is_changed_behind(&self, at: Act, id: ValueId, object: Object) -> bool {
        let since = self.acts[at as usize].changes_before.min(self.changes.len());
        let later = self.changes[since..].iter().zip(&self.changed_by[since..]).rev();
        later.take(MOST_CHANGES).any(|((changed, _), by)| *changed == object && *by > id)
    }

    /// Remembers how a container is now.
    pub(crate) fn note_latest(&mut self, object: Object, now: &Abstract) {
        let maker = self.maker(object);
        if let Some(savepoint) = self.savepoints.last_mut()
            && maker < savepoint.serial
        {
            let latest = &self.latest;
            savepoint.saved.entry(object).or_insert_with(|| latest.get(&object).cloned());
        }
        self.latest.insert(object, now.clone());
    }

    /// Closes the newest frame, if nothing can refer to it any more.
    fn pop_frame(&mut self, frame: FrameId, closures: u32) {
        if self.closures != closures || frame as usize + 1 != self.frames.len() {
            return;
        }
        if let Some(frame) = self.frames.pop() {
            for act in frame.acts {
                // All activations of the frame go, the inner ones with the outer.
                let it = &mut self.acts[act as usize];
                it.memo.clear();
                it.loops.clear();
                it.comps.clear();
                self.free.push(act);
            }
        }
    }

    fn open(&mut self, frame: FrameId, region: Option<Region>, parent: Option<Act>) -> Act {
        self.runs += 1;
        let fresh = Activation {
            frame,
            region,
            parent,
            run: self.runs,
            running: None,
            any_round: None,
            memo: FxHashMap::default(),
            paths: FxHashMap::default(),
            loops: FxHashMap::default(),
            left: None,
            comps: Vec::new(),
            written: Vec::new(),
            written_before: 0,
            carried: Vec::new(),
            next_carried: Vec::new(),
            changes_before: 0,
            tries: FxHashMap::default(),
            effects: FxHashMap::default(),
        };
        let act = match self.free.pop() {
            Some(act) => {
                self.acts[act as usize] = fresh;
                act
            }
            None => {
                self.acts.push(fresh);
                self.acts.len() as Act - 1
            }
        };
        self.frames[frame as usize].acts.push(act);
        act
    }

    /// Opens the rounds of a loop or comprehension.
    pub(crate) fn open_region(&mut self, region: Region, parent: Act) -> Act {
        let frame = self.acts[parent as usize].frame;
        self.open(frame, Some(region), Some(parent))
    }

    /// Forgets what was evaluated in a round, so that the next can begin.
    pub(crate) fn clear(&mut self, act: Act) {
        self.runs += 1;
        let it = &mut self.acts[act as usize];
        it.run = self.runs;
        it.memo.clear();
        it.paths.clear();
        it.tries.clear();
        it.effects.clear();
        it.any_round = None;
        it.left = None;
        let inner: Vec<Act> = it
            .loops
            .drain()
            .map(|(_, (act, _))| act)
            .chain(it.comps.drain(..).map(|(_, act)| act))
            .collect();
        for inner in inner {
            self.release(inner);
        }
    }

    /// Gives back a region's activation.
    pub(crate) fn release(&mut self, act: Act) {
        self.clear(act);
        let frame = self.acts[act as usize].frame;
        let acts = &mut self.frames[frame as usize].acts;
        if let Some(at) = acts.iter().rposition(|a| *a == act) {
            acts.swap_remove(at);
            self.free.push(act);
        }
    }

    pub(crate) fn bind(&mut self, act: Act, id: ValueId, value: Evaluated) {
        self.acts[act as usize].memo.insert(id, Memo::Done(value));
    }

    /// What was found of the node in this activation.
    pub(crate) fn known(&self, act: Act, id: ValueId) -> Option<Evaluated> {
        match self.acts[act as usize].memo.get(&id) {
            Some(Memo::Done(value)) => Some(value.clone()),
            _ => None,
        }
    }

    pub(crate) fn frame_of(&self, act: Act) -> &Frame<'p> {
        &self.frames[self.acts[act as usize].frame as usize]
    }

    pub(crate) fn ir(&self, act: Act) -> &'p FileIr {
        self.frame_of(act).ir
    }

    pub(crate) fn analysis(&self, act: Act) -> &'p Analysis {
        self.frame_of(act).analysis
    }

    pub(crate) fn site(&self, act: Act, node: ValueId) -> Site {
        Site { file: self.frame_of(act).file, node }
    }

    // ---- objects -----------------------------------------------------------------------------

    /// A new object, made in the frame of `act`.
    pub(crate) fn fresh(&mut self, act: Act) -> Object {
        let Frame { serial, file, .. } = *self.frame_of(act);
        self.makers.push(serial);
        self.made_in.push(file);
        Object(self.makers.len() as u32)
    }

    /// The file whose code made an object.
    pub(crate) fn made_in(&self, object: Object) -> Option<FileId> {
        self.made_in.get(object.0.checked_sub(1)? as usize).copied()
    }

    /// Whether a node is being evaluated.
    pub(crate) fn is_busy(&self, act: Act, id: ValueId) -> bool {
        matches!(self.acts[act as usize].memo.get(&id), Some(Memo::Busy(_)))
    }

    /// The serial number of the frame that made an object.
    pub(crate) fn maker(&self, object: Object) -> u32 {
        match object.0.checked_sub(1) {
            Some(at) => self.makers.get(at as usize).copied().unwrap_or(0),
            None => u32::MAX,
        }
    }

    // ---- evaluation --------------------------------------------------------------------------

    /// The activation that evaluates what belongs to `region`, seen from `at`. A loop that is over
    /// is seen as it ended.
    pub(crate) fn enter(&mut self, at: Act, region: Option<Region>) -> Act {
        let mut up = Some(at);
        while let Some(act) = up {
            let it = &self.acts[act as usize];
            if it.region == region {
                return act;
            }
            up = it.parent;
        }
        let Some(region) = region else { return self.frame_of(at).root };
        let around = self.analysis(at).around(region);
        let parent = self.enter(at, around);
        match region {
            Region::Loop(of) => self.run_loop(parent, of).0,
            Region::Comp(_) => self.any_round(parent, region, Reason::Loop),
        }
    }

    /// An activation for a round of which nothing is known.
    pub(crate) fn any_round(&mut self, parent: Act, region: Region, why: Reason) -> Act {
        let found = self.acts[parent as usize].comps.iter().find(|(of, _)| *of == region);
        if let Some((_, act)) = found {
            return *act;
        }
        let act = self.open_region(region, parent);
        self.acts[act as usize].any_round = Some(why);
        self.acts[parent as usize].comps.push((region, act));
        act
    }

    /// The activation for whatever round of the loops and comprehensions around a node.
    pub(crate) fn some_round(&mut self, root: Act, id: ValueId) -> Act {
        let analysis = self.analysis(root);
        let mut around = Vec::new();
        let mut at = analysis.region(self.ir(root), id);
        while let Some(region) = at {
            around.push(region);
            at = analysis.around(region);
        }
        around.into_iter().rev().fold(root, |act, region| self.any_round(act, region, Reason::Loop))
    }

    /// Whether `at` is `act` or inside it.
    fn is_inside(&self, at: Act, act: Act) -> bool {
        let mut up = Some(at);
        while let Some(at) = up {
            if at == act {
                return true;
            }
            up = self.acts[at as usize].parent;
        }
        false
    }

    fn home(&mut self, at: Act, id: ValueId) -> Act {
        let frame = self.frame_of(at);
        let (ir, analysis) = (frame.ir, frame.analysis);
        let mut at = at;
        if analysis.has_inner_in_comp()
            && let Some(function) = frame.function
            && analysis.owner(ir.stretch(id).function) != function
        {
            // A variable of a comprehension around the function.
            at = match frame.outer {
                Some(outer) => self.frames[outer as usize].root,
                None => {
                    let file = frame.file;
                    let frame = self.file_frame(file);
                    self.frames[frame as usize].root
                }
            };
        }
        let region = analysis.region(ir, id);
        self.enter(at, region)
    }

    /// What the node is worth, seen from `at`.
    pub(crate) fn eval(&mut self, at: Act, id: ValueId) -> Evaluated {
        let ir = self.ir(at);
        let id = ir.bare(id);
        if let Some(value) = literal(ir, id) {
            return Evaluated { value, site: self.site(at, id) };
        }
        let home = self.home(at, id);
        match self.acts[home as usize].memo.get(&id) {
            Some(Memo::Done(value)) => {
                let value = value.clone();
                // A variable at a loop's head, seen from behind the loop.
                return match &self.acts[home as usize].left {
                    Some(left)
                        if matches!(ir.value(id), Value::Mu { .. })
                            && !self.is_inside(at, home) =>
                    {
                        left.apply(&value)
                    }
                    _ => value,
                };
            }
            Some(Memo::Busy(depth)) => {
                let depth = *depth;
                self.note_cycle(depth);
                return self.unknown(home, id, Reason::Cycle);
            }
            None => {}
        }
        if let Err(reason) = self.spend(1) {
            return self.unknown(home, id, reason);
        }
        if self.depth >= DEEPEST {
            return self.unknown(home, id, Reason::TooDeep);
        }
        self.depth += 1;
        let depth = self.depth;
        self.acts[home as usize].memo.insert(id, Memo::Busy(depth));
        let around = self.begin_cycle();
        let made = self.makers.len() as u32;
        let value = stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.compute(home, id));
        let is_whole = self.end_cycle(around, depth);
        self.depth -= 1;
        let mut value = self.checked(home, id, value);
        if !is_whole && value.value.is_mutable() {
            // Whoever asks again is given another object, which is the same in truth.
            let mut is_new = false;
            each_object(&value.value, &mut |object, _| is_new |= object.0 > made);
            if is_new {
                value = opened(&value, &Reason::Cycle);
            }
        }
        let memo = &mut self.acts[home as usize].memo;
        if is_whole {
            memo.insert(id, Memo::Done(value.clone()));
        } else if matches!(memo.get(&id), Some(Memo::Busy(_))) {
            memo.remove(&id);
        }
        value
    }

    // ---- cycles ------------------------------------------------------------------------------

    /// What is being evaluated depends on an evaluation in progress, at this depth.
    pub(crate) fn note_cycle(&mut self, depth: u32) {
        self.cycle = self.cycle.min(depth);
    }

    /// Begins something that may depend on evaluations in progress.
    pub(crate) fn begin_cycle(&mut self) -> u32 {
        std::mem::replace(&mut self.cycle, u32::MAX)
    }

    /// Ends it: whether what was found depends on nothing that began before `depth`.
    pub(crate) fn end_cycle(&mut self, around: u32, depth: u32) -> bool {
        let is_whole = self.cycle >= depth;
        self.cycle = if is_whole { around } else { around.min(self.cycle) };
        is_whole
    }

    /// What follows from where the value stands: what other functions change is not certain, and what
    /// is run through once is gone after it.
    fn checked(&mut self, at: Act, id: ValueId, value: Evaluated) -> Evaluated {
        let (ir, analysis) = (self.ir(at), self.analysis(at));
        if value.value.is_mutable() {
            let file = self.frame_of(at).file;
            let leaves = |given: &Given| {
                let called = self.outside.zip(self.world.external(file, given.callee));
                called.is_some_and(|(outside, dotted)| outside.leaves(dotted))
            };
            let changes = |given: &Given| self.world.may_change(file, *given) && !leaves(given);
            let changes_inside = |given: &Given| self.world.may_change_inside(file, *given);
            if analysis.is_shared(id)
                || analysis.passed_to(id).iter().any(changes)
                || analysis.given_inside(id).iter().any(changes_inside)
                || self.is_changed_across(file, id)
            {
                let container = Site { file, node: id };
                let filled = self.outside.and_then(|it| it.filled(container, None, &value.value));
                if let Some(filled) = filled {
                    return Evaluated { value: filled, site: value.site };
                }
                return opened(&value, &Reason::Changed);
            }
        }
        if let Abstract::Seq(seq) = &value.value {
            let gone = match seq.kind {
                SeqKind::Iterator => !analysis.is_used_once(ir, id),
                SeqKind::Keys | SeqKind::Values | SeqKind::Items => !analysis.is_used_at_once(id),
                _ => false,
            };
            if gone {
                return self.unknown(at, id, Reason::Iterator);
            }
        }
        value
    }

    /// Takes fuel.
    pub(crate) fn spend(&mut self, steps: u32) -> Result<(), Reason> {
        match self.fuel.checked_sub(steps) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => {
                self.fuel = 0;
                Err(Reason::OutOfFuel)
            }
        }
    }

    pub(crate) fn unknown(&self, at: Act, id: ValueId, reason: Reason) -> Evaluated {
        Evaluated { value: Abstract::Unknown(reason), site: self.site(at, id) }
    }

    pub(crate) fn made(&self, at: Act, id: ValueId, value: Abstract) -> Evaluated {
        Evaluated { value, site: self.site(at, id) }
    }

    pub(crate) fn made_or(
        &self,
        at: Act,
        id: ValueId,
        value: Result<Abstract, Reason>,
    ) -> Evaluated {
        self.made(at, id, value.unwrap_or_else(Abstract::Unknown))
    }

    /// The condition that a test comes out so, in the run of the code around it that `at` sees.
    pub(crate) fn condition(&mut self, at: Act, test: ValueId, truth: bool) -> Condition {
        let test = self.ir(at).bare(test);
        let home = self.home(at, test);
        let run = CodeRun(self.acts[home as usize].run);
        Condition::Test { test: self.site(at, test), run, truth }
    }

    pub(crate) fn run_of(&self, at: Act) -> CodeRun {
        CodeRun(self.acts[at as usize].run)
    }

    /// Whether a test is true.
    pub(crate) fn decide(&mut self, at: Act, test: ValueId) -> Result<bool, Reason> {
        let value = self.eval(at, test);
        let found = self.truth_of(at, test, &value);
        match &found {
            Ok(_) | Err(Reason::Raises(_) | Reason::OutOfFuel) => found,
            // Of `x and False` nobody needs to know `x`: without this, a function that calls itself
            // under such a test is followed for ever.
            Err(_) => self.decide_in_part(at, test, 8).map_or(found, Ok),
        }
    }

    /// Whether a test is true, where one operand alone decides that.
    fn decide_in_part(&mut self, at: Act, test: ValueId, depth: u32) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        let ir = self.ir(at);
        match ir.value(ir.bare(test)) {
            Value::Logic { op, values } => {
                let decides = op == BoolOp::Or;
                let is_decided = ir.ids[values].iter().any(|operand| {
                    let value = self.eval(at, *operand);
                    let truth = crate::operators::truth(&value.value).ok();
                    truth.or_else(|| self.decide_in_part(at, *operand, depth)) == Some(decides)
                });
                is_decided.then_some(decides)
            }
            Value::Unary { op: UnaryOp::Not, of } => Some(!self.decide_in_part(at, of, depth)?),
            _ => None,
        }
    }
}
