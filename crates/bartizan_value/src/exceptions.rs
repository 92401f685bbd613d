//! What the body of a `try`, or a function, ends in: whether it raises, and who catches that.

mod managers;
mod modules;

use bartizan_ir::{
    ClassId, EffectKind, FileIr, FunctionId, Handler, LoopId, Mutator, Path, PathId, TryId, Value,
    ValueId,
};

use self::modules::is_always_there;
use crate::FileId;
use crate::analysis::{Region, is_dead};
use crate::domain::{Abstract, Cast, Evaluated, SeqKind, Symbol};
use crate::loops::LoopEnd;
use crate::reason::Reason;
use crate::session::{Act, Session};
use crate::world::Imported;

/// How the body of a `try` ended.
#[derive(Clone, Debug)]
pub(crate) enum TryEnd {
    /// At its end.
    Completed,
    /// By an exception.
    Raised {
        /// What raised it.
        event: Event,
        /// What it is.
        thrown: Thrown,
        /// The handler that takes it.
        handler: Option<u32>,
    },
    /// Not known.
    Unknown(Reason),
}

/// What is known of how a `try` ends.
#[derive(Clone, Debug)]
pub(crate) enum Trying {
    /// It is being found out, at this depth.
    Busy(u32),
    Done(TryEnd),
}

/// What raised an exception.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    /// A `raise` on this path.
    Raise(PathId),
    /// The evaluation of this node.
    Node(ValueId),
    /// Something in a loop, an assertion.
    Elsewhere,
}

/// An exception.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Thrown {
    /// One of Python's own.
    Builtin(&'static str),
    /// A class of the project.
    Class(FileId, ClassId),
}

impl Thrown {
    /// The reason that stands for it.
    pub(crate) fn reason(&self) -> Reason {
        match self {
            Self::Builtin(name) => Reason::Raises(name),
            Self::Class(..) => Reason::Raises("Exception"),
        }
    }
}

pub(crate) type Found = Result<Option<(Event, Thrown)>, Reason>;

impl Session<'_> {
    /// How the body of a `try` ends, in the round at hand.
    pub(crate) fn try_end(&mut self, at: Act, of: TryId) -> TryEnd {
        let ir = self.ir(at);
        let tried = &ir.tries[of.index()];
        let region = self.analysis(at).loop_of(tried.body).map(Region::Loop);
        let home = self.enter(at, region);
        match self.acts[home as usize].tries.get(&of) {
            Some(Trying::Done(end)) => return end.clone(),
            Some(Trying::Busy(depth)) => {
                let depth = *depth;
                self.note_cycle(depth);
                return TryEnd::Unknown(Reason::Cycle);
            }
            None => {}
        }
        if let Some(reason) = self.acts[home as usize].any_round.clone() {
            return TryEnd::Unknown(reason);
        }
        self.depth += 1;
        let depth = self.depth;
        self.acts[home as usize].tries.insert(of, Trying::Busy(depth));
        let around = self.begin_cycle();
        let end = self.find_end(home, of);
        let is_whole = self.end_cycle(around, depth);
        self.depth -= 1;
        let tries = &mut self.acts[home as usize].tries;
        if is_whole {
            tries.insert(of, Trying::Done(end.clone()));
        } else {
            tries.remove(&of);
        }
        end
    }

    /// Whether it is being found out how the `try` ends.
    pub(crate) fn is_being_tried(&self, at: Act, of: TryId) -> bool {
        let mut up = Some(at);
        while let Some(act) = up {
            let it = &self.acts[act as usize];
            if let Some(known) = it.tries.get(&of) {
                return matches!(known, Trying::Busy(_));
            }
            up = it.parent;
        }
        false
    }

    fn find_end(&mut self, home: Act, of: TryId) -> TryEnd {
        let ir = self.ir(home);
        let tried = &ir.tries[of.index()];
        if tried.is_star {
            return TryEnd::Unknown(Reason::NotFollowed("except*"));
        }
        let loop_around = self.analysis(home).loop_of(tried.body);
        if let [Handler { types: Some(types), .. }] = tried.handlers.as_slice()
            && self.stops_nothing(home, *types)
        {
            return TryEnd::Completed;
        }
        let walked = match self.walk(home, tried.start, tried.end, loop_around, Some(of)) {
            Ok(None) => self.raise_statement(home, &tried.raises),
            found => found,
        };
        // On its way here, the exception may have come through a `finally` that changed things.
        let walked = match walked {
            Ok(Some((event, thrown))) => {
                let path = match event {
                    Event::Raise(path) => Some(path),
                    Event::Node(node) => Some(ir.stretch(node).path),
                    Event::Elsewhere => None,
                };
                let event = match path.is_some_and(|path| runs_finally(ir, path, of)) {
                    true => Event::Elsewhere,
                    false => event,
                };
                Ok(Some((event, thrown)))
            }
            walked => walked,
        };
        match walked {
            Err(reason) => TryEnd::Unknown(reason),
            Ok(None) => TryEnd::Completed,
            Ok(Some((event, thrown))) => {
                for (index, handler) in tried.handlers.iter().enumerate() {
                    let takes = match handler.types {
                        None => Ok(true),
                        Some(types) => {
                            let types = self.eval(home, types);
                            self.catches(&types, &thrown)
                        }
                    };
                    match takes {
                        Ok(true) => {
                            let handler = Some(index as u32);
                            return TryEnd::Raised { event, thrown, handler };
                        }
                        Ok(false) => {}
                        Err(reason) => return TryEnd::Unknown(reason),
                    }
                }
                TryEnd::Raised { event, thrown, handler: None }
            }
        }
    }

    fn raise_statement(&mut self, home: Act, raises: &[(Option<ValueId>, PathId)]) -> Found {
        for (exception, path) in raises {
            if !self.holds(home, *path)? {
                continue;
            }
            let thrown = match exception {
                Some(exception) => {
                    let exception = self.eval(home, *exception);
                    self.thrown(&exception)?
                }
                None => return Err(Reason::NotFollowed("raising an exception again")),
            };
            return Ok(Some((Event::Raise(*path), thrown)));
        }
        Ok(None)
    }

    /// Whether a round of a loop in a `try` raises something that the round does not catch.
    pub(crate) fn round_raises(&mut self, act: Act, of: LoopId) -> Found {
        let shape = self.analysis(act).shape(of);
        self.walk(act, shape.first, shape.last + 1, Some(of), None)
    }

    /// Whether the call of a function of the project raises.
    pub(crate) fn body_raises(
        &mut self,
        root: Act,
        function: FunctionId,
    ) -> Result<Option<Thrown>, Reason> {
        let ir = self.ir(root);
        let owner = |body: FunctionId| self.analysis(root).owner(body) == function;
        let mut range: Option<(u32, u32)> = None;
        for (index, stretch) in ir.stretches.iter().enumerate() {
            if owner(stretch.function) {
                let end =
                    ir.stretches.get(index + 1).map_or(ir.values.len() as u32, |next| next.start);
                let (start, _) = range.unwrap_or((stretch.start, end));
                range = Some((start, end));
            }
        }
        let Some((start, end)) = range else { return Ok(None) };
        if let Some((_, thrown)) = self.walk(root, start, end, None, None)? {
            return Ok(Some(thrown));
        }
        let caught: Vec<PathId> = ir
            .tries
            .iter()
            .filter(|tried| start <= tried.start && tried.end <= end)
            .flat_map(|tried| tried.raises.iter().map(|(_, path)| *path))
            .collect();
        for effect in &ir.effects[ir.function(function).effects] {
            let EffectKind::Raise(exception) = effect.kind else { continue };
            if caught.contains(&effect.path) || is_dead(ir, effect.path) {
                continue;
            }
            if let Some((_, thrown)) = self.raise_statement(root, &[(exception, effect.path)])? {
                return Ok(Some(thrown));
            }
        }
        Ok(None)
    }

    /// Goes through the nodes of a stretch of code in the order of evaluation, and finds the first
    /// that raises. `within` is the loop whose round, or `None` the body whose run, it is.
    fn walk(
        &mut self,
        home: Act,
        start: u32,
        end: u32,
        within: Option<LoopId>,
        own: Option<TryId>,
    ) -> Found {
        let ir = self.ir(home);
        let analysis = self.analysis(home);
        let function = self.frame_of(home).function;
        let mut at = start;
        while at < end {
            let id = ValueId::from_index(at as usize);
            // A `try` inside catches what it catches.
            if let Some(inner) = self.try_at(home, at, end, own)
                && self.is_here(home, id, within)
            {
                at = ir.tries[inner.index()].end;
                if self.holds(home, ir.tries[inner.index()].body)? {
                    match self.try_end(home, inner) {
                        TryEnd::Completed | TryEnd::Raised { handler: Some(_), .. } => {}
                        TryEnd::Raised { handler: None, .. } if raises_at_last(ir, inner) => {
                            return Err(Reason::MayRaise);
                        }
                        TryEnd::Raised { event, thrown, handler: None } => {
                            // Its `finally` has changed things since.
                            let event = match event {
                                Event::Node(_) if ir.tries[inner.index()].has_finally => {
                                    Event::Elsewhere
                                }
                                Event::Raise(_) => Event::Elsewhere,
                                event => event,
                            };
                            return Ok(Some((event, thrown)));
                        }
                        TryEnd::Unknown(reason) => return Err(reason),
                    }
                }
                continue;
            }
            at += 1;
            let value = ir.value(id);
            // A method that is called at once: the call tells.
            if !may_raise(ir, value) || analysis.is_in_comp(id) || analysis.is_called(id) {
                continue;
            }
            let stretch = ir.stretch(id);
            if function.is_some_and(|function| analysis.owner(stretch.function) != function) {
                continue;
            }
            match analysis.loop_of(stretch.path) {
                of if of == within => {}
                of => {
                    // A node of a loop inside: the loop as a whole raises or not.
                    let Some(inner) = self.child_loop(home, of, within) else { continue };
                    let last = analysis.shape(inner).last;
                    at = at.max(last + 1);
                    let Path::Loop { parent, .. } = self.loop_path(home, inner) else { continue };
                    if !self.holds(home, parent)? {
                        continue;
                    }
                    let around = analysis.around(Region::Loop(inner));
                    let parent = self.enter(home, around);
                    match self.run_loop(parent, inner).1 {
                        LoopEnd::Exhausted | LoopEnd::Left(_) => continue,
                        LoopEnd::Raised(event, thrown) => return Ok(Some((event, thrown))),
                        LoopEnd::Unknown(reason) => return Err(reason),
                    }
                }
            }
            let runs = self.holds(home, stretch.path);
            if runs == Ok(false) {
                continue;
            }
            self.spend(1)?;
            match self.node_raises(home, id) {
                Ok(None) => {}
                Ok(Some(thrown)) => {
                    runs?;
                    return Ok(Some((Event::Node(id), thrown)));
                }
                Err(reason) => return Err(reason),
            }
        }
        // An assertion is no node.
        let bodies = ir.functions.iter().map(|function| function.effects);
        for effects in bodies {
            for effect in &ir.effects[effects] {
                let EffectKind::Assert(test) = effect.kind else { continue };
                let index = test.index() as u32;
                if index < start || index >= end || analysis.loop_of(effect.path) != within {
                    continue;
                }
                if self.holds(home, effect.path)? && !self.decide(home, test)? {
                    return Ok(Some((Event::Elsewhere, Thrown::Builtin("AssertionError"))));
                }
            }
        }
        Ok(None)
    }

    /// The outermost `try` that begins with this node and ends in this stretch, `own` aside: those
    /// around `own` come before it.
    fn try_at(&self, home: Act, at: u32, end: u32, own: Option<TryId>) -> Option<TryId> {
        let tries = &self.ir(home).tries;
        let first = own.map_or(0, |own| own.index() + 1);
        (first..tries.len())
            .find(|index| {
                tries[*index].start == at && at < tries[*index].end && tries[*index].end <= end
            })
            .map(TryId::from_index)
    }

    fn is_here(&self, home: Act, id: ValueId, within: Option<LoopId>) -> bool {
        let analysis = self.analysis(home);
        analysis.loop_of(self.ir(home).stretch(id).path) == within
    }

    /// The loop right inside `within` that holds `of`.
    pub(crate) fn child_loop(
        &self,
        home: Act,
        of: Option<LoopId>,
        within: Option<LoopId>,
    ) -> Option<LoopId> {
        let analysis = self.analysis(home);
        let mut at = of?;
        loop {
            match analysis.around(Region::Loop(at)) {
                Some(Region::Loop(outer)) if Some(outer) != within => at = outer,
                Some(Region::Loop(_)) => return Some(at),
                None if within.is_none() => return Some(at),
                _ => return None,
            }
        }
    }

    pub(crate) fn loop_path(&self, home: Act, of: LoopId) -> Path {
        let ir = self.ir(home);
        let mut at = Some(ir.loops[of.index()].body);
        while let Some(path) = at {
            if matches!(ir.path(path), Path::Loop { of: found, .. } if found == of) {
                return ir.path(path);
            }
            at = ir.path(path).parent();
        }
        Path::Root
    }

    /// Whether the evaluation of the node itself raises.
    fn node_raises(&mut self, home: Act, id: ValueId) -> Result<Option<Thrown>, Reason> {
        let ir = self.ir(home);
        if let Value::Star { module, level } = ir.value(id) {
            return self.star_raises(home, ir.str(module), level);
        }
        if let Value::Import { module, level, .. } = ir.value(id)
            && let Imported::Module(module) =
                self.world.import(self.frame_of(home).file, ir.str(module), level)
            && let Some(thrown) = self.module_raises(module)
        {
            return Ok(Some(thrown));
        }
        // What a name holds where ways meet is not read there.
        if matches!(ir.value(id), Value::Global { .. }) && ir.span(id).is_empty() {
            return Ok(None);
        }
        let value = self.eval(home, id);
        match (&value.value, ir.value(id)) {
            // What the code cannot do without is set.
            (Abstract::Env(read), Value::Index { .. })
                if read.default.is_none() && self.variables.is_closed() =>
            {
                Ok(None)
            }
            (Abstract::Unknown(Reason::Raises(exception)), node) => {
                // A part that is not there does not raise: the pattern does not fit.
                if self.analysis(home).is_in_pattern(ir, id) {
                    return Ok(None);
                }
                if let Value::Call { .. } = node
                    && let Some(thrown) = self.call_raises(home, id)?
                {
                    return Ok(Some(thrown));
                }
                Ok(Some(Thrown::Builtin(exception)))
            }
            (Abstract::Unknown(reason), _) => Err(match reason {
                Reason::OutOfFuel => Reason::OutOfFuel,
                _ => Reason::MayRaise,
            }),
            (Abstract::Apply(_), Value::Call { .. }) => self.call_raises(home, id),
            // `import_module("shop.local")`, which is there.
            (Abstract::Ref(Symbol::Module(_)), Value::Call { .. }) => Ok(None),
            (value, _) if may_fail(value) => Err(Reason::MayRaise),
            (_, Value::Call { .. }) => self.call_raises(home, id),
            (Abstract::Ref(Symbol::External(name)), Value::Import { .. } | Value::Attr { .. }) => {
                if is_always_there(name) {
                    Ok(None)
                } else {
                    Err(Reason::MayRaise)
                }
            }
            (_, Value::Elem { of, which }) => self.unpacking_raises(home, id, of, which),
            _ => Ok(None),
        }
    }

    /// Whether code goes on where evaluating a node raises an exception: a handler around it takes it, and
    /// raises nothing itself.
    pub(crate) fn does_without(&mut self, at: Act, id: ValueId, exception: &'static str) -> bool {
        let ir = self.ir(at);
        let here = id.index() as u32;
        let function = ir.stretch(id).function;
        for (index, tried) in ir.tries.iter().enumerate().rev() {
            if !(tried.start..tried.end).contains(&here)
                || ir.stretch(ValueId::from_index(tried.start as usize)).function != function
            {
                continue;
            }
            let of = TryId::from_index(index);
            let raises = ir.effects[ir.function(function).effects].iter().any(|effect| {
                matches!(effect.kind, EffectKind::Raise(_)) && is_in_handler(ir, effect.path, of)
            });
            for handler in &tried.handlers {
                let takes = match handler.types {
                    None => Ok(true),
                    Some(types) => {
                        let types = self.eval(at, types);
                        self.catches(&types, &Thrown::Builtin(exception))
                    }
                };
                match takes {
                    Ok(true) => return !raises,
                    Ok(false) => {}
                    Err(_) => return false,
                }
            }
        }
        false
    }

    /// Unpacking into a number of names raises where the number differs.
    fn unpacking_raises(
        &mut self,
        home: Act,
        id: ValueId,
        of: ValueId,
        which: bartizan_ir::Part,
    ) -> Result<Option<Thrown>, Reason> {
        use bartizan_ir::Part;
        let ir = self.ir(home);
        if which != Part::At(0) || self.analysis(home).is_in_pattern(ir, id) {
            return Ok(None);
        }
        let mut wanted = 0;
        for next in id.index()..ir.values.len().min(id.index() + 256) {
            let part = ValueId::from_index(next);
            if self.analysis(home).is_in_pattern(ir, part) {
                continue;
            }
            match ir.values[next] {
                // The same value is unpacked again.
                Value::Elem { of: other, which: Part::At(0) } if other == of && part != id => break,
                Value::Elem { of: other, which: Part::At(at) } if other == of => {
                    wanted = at as usize + 1
                }
                Value::Elem { of: other, which: Part::Rest { .. } | Part::FromEnd(_) }
                    if other == of =>
                {
                    return Ok(None);
                }
                _ => {}
            }
        }
        let whole = self.eval(home, of);
        let items = crate::parts::iterate_unordered(&whole)?;
        Ok((items.len() != wanted).then_some(Thrown::Builtin("ValueError")))
    }

    // ---- classes of exceptions ---------------------------------------------------------------

    /// What `raise value` raises.
    fn thrown(&mut self, value: &Evaluated) -> Result<Thrown, Reason> {
        let symbol = match &value.value {
            Abstract::Ref(symbol) => symbol,
            Abstract::Apply(apply) => &apply.symbol,
            other => return Err(crate::format::reason_of(other)),
        };
        match symbol {
            Symbol::External(name) => match builtin_exception(name) {
                Some(name) => Ok(Thrown::Builtin(name)),
                None => Err(Reason::External(name.clone())),
            },
            Symbol::Class(file, class, _) => Ok(Thrown::Class(*file, *class)),
            _ => Err(Reason::NotFollowed("this exception")),
        }
    }

    /// Whether `except types` takes the exception.
    fn catches(&mut self, types: &Evaluated, thrown: &Thrown) -> Result<bool, Reason> {
        match &types.value {
            Abstract::Seq(seq) if seq.kind == SeqKind::Tuple && seq.open.is_none() => {
                let mut unknown = None;
                for item in &seq.items {
                    match self.catches(item, thrown) {
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(reason) => unknown = Some(reason),
                    }
                }
                unknown.map_or(Ok(false), Err)
            }
            Abstract::Ref(Symbol::External(name)) => {
                let Some(wanted) = builtin_exception(name) else {
                    // A class from outside takes none of Python's own, as far as anybody knows.
                    return Err(Reason::External(name.clone()));
                };
                match thrown {
                    Thrown::Builtin(exception) => Ok(inherits(exception, wanted)),
                    Thrown::Class(file, class) => self
                        .world
                        .inherits(*file, *class, name)
                        .ok_or(Reason::External(name.clone())),
                }
            }
            Abstract::Ref(Symbol::Class(file, class, _)) => match thrown {
                Thrown::Builtin(_) => Ok(false),
                Thrown::Class(thrown_file, thrown_class) => self
                    .world
                    .inherits_class((*thrown_file, *thrown_class), (*file, *class))
                    .ok_or(Reason::NotFollowed("the bases of an exception")),
            },
            Abstract::Apply(made) if !self.may_stop(&made.symbol, &made.args) => Ok(false),
            Abstract::Apply(_) => Err(Reason::NotFollowed("what a context manager stops")),
            other => Err(crate::format::reason_of(other)),
        }
    }
}

/// Whether an exception on a path in the body of `own` leaves a `try` inside it that has a `finally`.
fn runs_finally(ir: &FileIr, path: PathId, own: TryId) -> bool {
    let mut link = Some(path);
    while let Some(path) = link {
        if let Path::Handler { of, .. } = ir.path(path)
            && of != own
            && of.index() > own.index()
            && ir.tries[of.index()].has_finally
        {
            return true;
        }
        link = ir.path(path).parent();
    }
    false
}

/// Whether a path lies in a handler of a `try`.
fn is_in_handler(ir: &FileIr, path: PathId, of: TryId) -> bool {
    let mut link = Some(path);
    while let Some(path) = link {
        if matches!(ir.path(path), Path::Handler { of: found, .. } if found == of) {
            return true;
        }
        link = ir.path(path).parent();
    }
    false
}

/// Whether behind the body of a `try` that has a `finally`, its handlers aside, there is a `raise`: one
/// in the `finally` takes the place of any other.
fn raises_at_last(ir: &FileIr, of: TryId) -> bool {
    let tried = &ir.tries[of.index()];
    let function = ir.stretch(ValueId::from_index(tried.start as usize)).function;
    tried.has_finally
        && ir.effects[ir.function(function).effects].iter().any(|effect| match effect.kind {
            EffectKind::Raise(Some(exception)) => {
                exception.index() as u32 >= tried.end && !is_in_handler(ir, effect.path, of)
            }
            _ => false,
        })
}

/// Whether what is known of a value leaves open that evaluating it fails: on one of its ways, where
/// the environment is not set, in a type from outside.
fn may_fail(value: &Abstract) -> bool {
    match value {
        // A name that may not be bound is bound where it is read: who writes such code knows why.
        Abstract::Unknown(reason) => *reason != Reason::Raises("NameError"),
        Abstract::Choice(choice) => choice.alternatives.iter().any(|a| may_fail(&a.value.value)),
        Abstract::Env(env) => env.default.is_none() || matches!(env.cast, Cast::Int | Cast::Float),
        Abstract::Apply(apply) => match &apply.symbol {
            Symbol::External(name) => !name.starts_with("pathlib."),
            _ => true,
        },
        _ => false,
    }
}

/// Whether evaluating the node itself, its parts aside, can raise.
fn may_raise(ir: &FileIr, value: Value) -> bool {
    match value {
        Value::Mutate(mutation) => ir.mutation(mutation).op != Mutator::Escape,
        Value::Global { .. }
        | Value::Import { .. }
        | Value::Star { .. }
        | Value::Decorated { .. }
        | Value::Class(_)
        | Value::Attr { .. }
        | Value::Index { .. }
        | Value::Elem { .. }
        | Value::Call { .. }
        | Value::Compare { .. }
        | Value::Binary { .. }
        | Value::Unary { .. }
        | Value::Await(_)
        | Value::Yield(_)
        | Value::YieldFrom(_)
        | Value::Enter { .. }
        | Value::Text { .. }
        | Value::Set(_)
        | Value::Dict(_)
        | Value::Comp(_)
        | Value::Opaque(_) => true,
        Value::List(items) | Value::Tuple(items) => !items.is_empty(),
        _ => false,
    }
}

/// Functions outside the project that do not raise as people call them in settings: what they are given
/// is written beside them.
pub(crate) fn is_harmless(name: &str) -> bool {
    matches!(
        name,
        "collections.Counter"
            | "collections.OrderedDict"
            | "collections.defaultdict"
            | "collections.namedtuple"
            | "contextlib.nullcontext"
            | "contextlib.suppress"
            | "datetime.timedelta"
            | "django.urls.reverse_lazy"
            | "django.utils.translation.gettext_lazy"
            | "django.utils.translation.ugettext_lazy"
            | "environ.Env"
            | "environ.Path"
            | "environs.Env"
            | "functools.partial"
            | "itertools.chain"
            | "logging.getLogger"
            | "os.getcwd"
            | "os.path.abspath"
            | "os.path.basename"
            | "os.path.dirname"
            | "os.path.exists"
            | "os.path.expanduser"
            | "os.path.isdir"
            | "os.path.isfile"
            | "os.path.join"
            | "os.path.normpath"
            | "os.path.realpath"
            | "pathlib.Path"
            | "re.compile"
            | "sys.path.append"
            | "sys.path.insert"
            | "typing.cast"
            | "warnings.filterwarnings"
            | "warnings.simplefilter"
    )
}

/// The name of one of Python's own exceptions.
pub(crate) fn builtin_exception(dotted: &str) -> Option<&'static str> {
    let name = dotted.strip_prefix("builtins.")?;
    let name = match name {
        "IOError" | "EnvironmentError" => "OSError",
        name => name,
    };
    HIERARCHY.iter().map(|(name, _)| *name).find(|known| *known == name)
}

/// Whether one of Python's exceptions is another, or inherits from it.
pub(crate) fn inherits(exception: &str, ancestor: &str) -> bool {
    let mut at = Some(exception);
    while let Some(name) = at {
        if name == ancestor {
            return true;
        }
        at = HIERARCHY.iter().find(|(known, _)| *known == name).map(|(_, base)| *base);
    }
    false
}

/// Python's exceptions and their bases.
#[rustfmt::skip]
const HIERARCHY: &[(&str, &str)] = &[
    ("BaseException", ""), ("Exception", "BaseException"), ("SystemExit", "BaseException"),
    ("KeyboardInterrupt", "BaseException"), ("GeneratorExit", "BaseException"),
    ("ArithmeticError", "Exception"), ("FloatingPointError", "ArithmeticError"),
    ("OverflowError", "ArithmeticError"), ("ZeroDivisionError", "ArithmeticError"),
    ("AssertionError", "Exception"), ("AttributeError", "Exception"), ("BufferError", "Exception"),
    ("EOFError", "Exception"), ("ImportError", "Exception"), ("ModuleNotFoundError", "ImportError"),
    ("LookupError", "Exception"), ("IndexError", "LookupError"), ("KeyError", "LookupError"),
    ("MemoryError", "Exception"), ("NameError", "Exception"), ("UnboundLocalError", "NameError"),
    ("OSError", "Exception"), ("BlockingIOError", "OSError"), ("ChildProcessError", "OSError"),
    ("ConnectionError", "OSError"), ("FileExistsError", "OSError"), ("FileNotFoundError", "OSError"),
    ("InterruptedError", "OSError"), ("IsADirectoryError", "OSError"),
    ("NotADirectoryError", "OSError"), ("PermissionError", "OSError"), ("TimeoutError", "OSError"),
    ("ReferenceError", "Exception"), ("RuntimeError", "Exception"),
    ("NotImplementedError", "RuntimeError"), ("RecursionError", "RuntimeError"),
    ("StopIteration", "Exception"), ("StopAsyncIteration", "Exception"), ("SyntaxError", "Exception"),
    ("IndentationError", "SyntaxError"), ("SystemError", "Exception"), ("TypeError", "Exception"),
    ("ValueError", "Exception"), ("UnicodeError", "ValueError"),
    ("UnicodeDecodeError", "UnicodeError"), ("UnicodeEncodeError", "UnicodeError"),
    ("Warning", "Exception"), ("DeprecationWarning", "Warning"), ("UserWarning", "Warning"),
];
