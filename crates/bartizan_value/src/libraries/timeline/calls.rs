//! Functions that run while modules are loaded, because their code calls them: what they do to the
//! environment, and which files they import.

use bartizan_ir::{ArgKind, FunctionId, Mutator, ParamKind, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::uses::{WRITING, is_environ, is_param};
use super::{Calling, DEEPEST, How, Moment, Timeline, Write};
use crate::FileId;
use crate::domain::Evaluated;
use crate::session::Session;
use crate::world::Imported;

/// Calls beyond which no more are followed.
const MOST_CALLS: u32 = 20_000;

/// Functions called inside each other that are followed.
const DEEPEST_CALLS: usize = 6;

/// What imports a module that it is told by name, and whether it may be relative to another.
pub(super) const IMPORTERS: &[(&str, &str)] = &[
    ("import_module", "importlib.import_module"),
    ("__import__", "builtins.__import__"),
    ("run_module", "runpy.run_module"),
];

/// Ranges of the nodes of each body.
type Bodies = FxHashMap<FunctionId, Vec<(u32, u32)>>;

struct Walk {
    left: u32,
    /// What writes in which function.
    writers: FxHashMap<(FileId, FunctionId), Vec<(ValueId, How)>>,
    bodies: FxHashMap<FileId, Bodies>,
    /// Functions, by the parameters that hold the environment, in which nothing happens.
    idle: FxHashSet<(FileId, FunctionId, Vec<u32>)>,
    reached: FxHashSet<(FileId, FunctionId)>,
    inside: Vec<(FileId, FunctionId)>,
}

impl Session<'_> {
    /// Follows the calls of module code to functions that write to the environment or import files.
    pub(super) fn run_functions(&mut self, timeline: &mut Timeline) {
        let mut walk = Walk {
            left: MOST_CALLS,
            writers: FxHashMap::default(),
            bodies: FxHashMap::default(),
            idle: FxHashSet::default(),
            reached: FxHashSet::default(),
            inside: Vec::new(),
        };
        let mut noted = 0;
        // What functions import has module code again.
        while !timeline.calls.is_empty() {
            for write in &timeline.in_functions[noted..] {
                let owner = self.owner_of(write.file, write.node);
                let how = match write.how {
                    How::Handed => How::Handed,
                    _ => How::Plainly,
                };
                walk.writers.entry((write.file, owner)).or_default().push((write.node, how));
            }
            noted = timeline.in_functions.len();
            let calls = std::mem::take(&mut timeline.calls);
            for Calling { moment, file, node } in calls {
                self.run_call(file, node, moment, Vec::new(), &[], timeline, &mut walk);
            }
        }
        if walk.left > 0 {
            let is_reached = |write: &Write| {
                walk.reached.contains(&(write.file, self.owner_of(write.file, write.node)))
            };
            let writes = std::mem::take(&mut timeline.in_functions);
            timeline.in_functions = writes.into_iter().filter(|write| !is_reached(write)).collect();
        }
    }

    fn owner_of(&self, file: FileId, node: ValueId) -> FunctionId {
        self.world.analysis(file).owner(self.world.ir(file).stretch(node).function)
    }

    /// Follows one call; whether something happens in it. `held` are the parameters of the function
    /// around the call that hold the environment.
    #[expect(clippy::too_many_arguments, reason = "where the call stands, and what is kept of all")]
    fn run_call(
        &mut self,
        file: FileId,
        node: ValueId,
        moment: Moment,
        mut calls: Vec<(FileId, ValueId)>,
        held: &[u32],
        timeline: &mut Timeline,
        walk: &mut Walk,
    ) -> bool {
        if walk.left == 0 || calls.len() >= DEEPEST_CALLS || moment.len() >= DEEPEST {
            return false;
        }
        walk.left -= 1;
        let ir = self.world.ir(file);
        let Value::Call { callee, args } = ir.value(node) else { return false };
        let Some((to, function, before)) = self.world.function_called(file, callee) else {
            return false;
        };
        if walk.inside.contains(&(to, function)) {
            return false;
        }
        // Which of its parameters hold the environment.
        let inner = self.world.ir(to);
        let params = &inner.params[inner.function(function).params];
        let mut holding: Vec<u32> = Vec::new();
        let mut given: Vec<usize> = Vec::new();
        for (place, arg) in ir.args[args].iter().enumerate() {
            let place = match arg.kind {
                ArgKind::Positional => Some(place + before as usize),
                ArgKind::Keyword(name) => {
                    params.iter().position(|param| inner.str(param.name) == ir.str(name))
                }
                ArgKind::Star | ArgKind::DoubleStar => None,
            };
            let Some(place) = place.filter(|place| *place < params.len()) else { continue };
            given.push(place);
            if is_environ(ir, arg.value) || is_param(ir, arg.value, held) {
                holding.push(place as u32);
            }
        }
        for (place, param) in params.iter().enumerate() {
            let is_plain = !matches!(param.kind, ParamKind::Args | ParamKind::Kwargs);
            if is_plain
                && !given.contains(&place)
                && param.default.is_some_and(|default| is_environ(inner, default))
            {
                holding.push(place as u32);
            }
        }
        let key = (to, function, holding);
        if walk.idle.contains(&key) {
            return false;
        }
        let (_, _, holding) = &key;
        walk.inside.push((to, function));
        calls.push((file, node));
        let mut happens = false;
        let ranges = walk.bodies.entry(to).or_insert_with(|| self.bodies_of(to)).get(&function);
        for (start, end) in ranges.cloned().unwrap_or_default() {
            for index in start..end {
                let id = ValueId::from_index(index as usize);
                let next = || {
                    let mut next = moment.clone();
                    next.push(index);
                    next
                };
                let is_held = |node: ValueId| is_param(inner, node, holding);
                let known = walk.writers.get(&(to, function));
                let known = known.and_then(|all| all.iter().find(|(write, _)| *write == id));
                let mut how = known.map(|(_, how)| *how);
                match inner.value(id) {
                    Value::Import { module, name, level }
                        if timeline.importing.contains(&(to, function)) =>
                    {
                        let name = name.map(|name| inner.str(name));
                        for file in self.loaded_by(to, inner.str(module), name, level) {
                            happens = true;
                            self.run_file(file, next(), timeline);
                        }
                    }
                    Value::Mutate(mutation) if !holding.is_empty() => {
                        let mutation = inner.mutation(mutation);
                        let is_write = matches!(
                            mutation.op,
                            Mutator::SetItem | Mutator::DelItem | Mutator::InPlace(_)
                        );
                        if is_write && is_held(mutation.receiver) {
                            how = how.or(Some(How::Plainly));
                        }
                    }
                    Value::Call { callee, .. } => {
                        let is_method = matches!(inner.value(inner.bare(callee)),
                            Value::Attr { of, name } if is_held(of) && WRITING.contains(&inner.str(name)));
                        if is_method {
                            how = how.or(Some(How::Plainly));
                        } else if !holding.is_empty() && self.hands_on(to, id, &is_held) {
                            how = how.or(Some(How::Handed));
                        }
                        for file in self.imported_by(to, id) {
                            happens = true;
                            timeline.has_asked = true;
                            self.run_file(file, next(), timeline);
                        }
                        let calls = calls.clone();
                        happens |= self.run_call(to, id, next(), calls, holding, timeline, walk);
                    }
                    _ if !holding.is_empty() && self.hands_on(to, id, &is_held) => {
                        how = how.or(Some(How::Handed));
                    }
                    _ => {}
                }
                if let Some(how) = how {
                    happens = true;
                    let calls = calls.clone();
                    timeline.writes.push(Write { moment: next(), file: to, node: id, calls, how });
                }
            }
        }
        walk.inside.pop();
        walk.reached.insert((to, function));
        if !happens {
            walk.idle.insert(key);
        }
        happens
    }

    fn bodies_of(&self, file: FileId) -> Bodies {
        let (ir, analysis) = (self.world.ir(file), self.world.analysis(file));
        let mut bodies = Bodies::default();
        for (index, stretch) in ir.stretches.iter().enumerate() {
            let end = ir.stretches.get(index + 1).map_or(ir.values.len() as u32, |next| next.start);
            bodies.entry(analysis.owner(stretch.function)).or_default().push((stretch.start, end));
        }
        bodies
    }

    /// The dotted name of a function that imports a module that it is told by name.
    pub(super) fn is_importer(&self, file: FileId, callee: ValueId) -> Option<&'static str> {
        let ir = self.world.ir(file);
        let callee = ir.bare(callee);
        let name = match ir.value(callee) {
            Value::Global { name, .. } | Value::Attr { name, .. } => name,
            Value::Import { name: Some(name), .. } => name,
            _ => return None,
        };
        let (_, dotted) = IMPORTERS.iter().find(|(word, _)| ir.str(name) == *word)?;
        let found = self.world.external(file, callee);
        let is_own = ir.str(name) == "__import__" && found.is_none();
        (is_own || found == Some(*dotted)).then_some(*dotted)
    }

    /// The files that run because a call imports a module by its name.
    pub(super) fn imported_by(&mut self, file: FileId, node: ValueId) -> Vec<FileId> {
        let ir = self.world.ir(file);
        let Value::Call { callee, args } = ir.value(node) else { return Vec::new() };
        if self.is_importer(file, callee).is_none() {
            return Vec::new();
        }
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let mut found = Vec::new();
        for (act, _) in self.rounds_of(root, node) {
            let args = self.arguments(act, args);
            let text = |value: Option<&Evaluated>| Some(value?.value.as_str()?.to_owned());
            let name = text(args.positional.first().or(args.keyword("name")));
            let Some(name) = name else { continue };
            let package = text(args.positional.get(1).or(args.keyword("package")));
            let level = name.bytes().take_while(|byte| *byte == b'.').count();
            let target = match (level, package) {
                (0, _) => name,
                (level, Some(package)) => {
                    let above = package.rsplit('.').count();
                    let kept = above.saturating_sub(level - 1);
                    let package: Vec<&str> = package.split('.').take(kept).collect();
                    format!("{}.{}", package.join("."), &name[level..])
                }
                (_, None) => continue,
            };
            if matches!(self.world.import(file, &target, 0), Imported::Module(_)) {
                found.extend(self.loaded_by(file, &target, None, 0));
            }
        }
        found
    }
}
