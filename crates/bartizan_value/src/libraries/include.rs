//! django-split-settings 1.3 (`split_settings/tools.py`): files that are run in the namespace of the
//! module that includes them.

use std::sync::Arc;

use bartizan_ir::{FileIr, Layer, Value, ValueId};

use crate::FileId;
use crate::analysis::{Given, Place};
use crate::domain::{Abstract, Alternative, Evaluated, Symbol};
use crate::names::Starred;
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Who includes a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Includer {
    file: FileId,
    call: ValueId,
    /// Which of the files of that call it is.
    place: usize,
}

/// Files that a call includes, in order; the reason where they cannot be told.
pub(crate) type Included = Arc<Result<Vec<IncludedFile>, Reason>>;

#[derive(Clone, Copy, Debug)]
pub(crate) struct IncludedFile {
    pub(super) file: FileId,
    /// Which argument names it: files of one pattern come in no order that is known.
    argument: usize,
}

/// Files that include each other deeper than this are not followed.
const DEEPEST: usize = 16;

const NO_ORDER: Reason = Reason::NotFollowed("the order of files that one pattern finds");

const GIVEN_ALL_NAMES: &str = "code that is given all names of a module";

impl Session<'_> {
    /// What a call of a library that binds names for its caller has bound under a name.
    pub(crate) fn bound_by(&mut self, at: Act, call: ValueId, name: &str) -> Starred {
        match self.included(at, call) {
            Some(included) => match &*included {
                Ok(files) => self.bound_in_files(at, call, files, name),
                Err(reason) => Starred::Perhaps(reason.clone()),
            },
            None => {
                let ir = self.ir(at);
                let Value::Call { callee, args } = ir.value(call) else {
                    return Starred::Perhaps(Reason::NotFollowed(GIVEN_ALL_NAMES));
                };
                if let Value::Attr { name: method, .. } = ir.value(ir.bare(callee))
                    && ir.str(method) == "setdefault"
                {
                    return self.bound_if_missing(at, call, args, name);
                }
                if self.only_reads_names(at, callee, args) {
                    return Starred::Nothing;
                }
                if let Some(bound) = self.bound_by_handed(at, call, name) {
                    return bound;
                }
                let reason = match self.eval(at, callee).value {
                    Abstract::Ref(Symbol::External(name)) if name.starts_with("dynaconf.") => {
                        "what dynaconf loads"
                    }
                    Abstract::Ref(Symbol::External(name)) if &*name == "builtins.exec" => {
                        "code that is put together at run time"
                    }
                    _ => GIVEN_ALL_NAMES,
                };
                Starred::Perhaps(Reason::NotFollowed(reason))
            }
        }
    }

    /// Which name a call in a loop may bind that says itself nothing of it; `None` where it binds none.
    pub(crate) fn name_set_by(
        &mut self,
        at: Act,
        call: ValueId,
    ) -> Option<Result<Arc<str>, Reason>> {
        let doubt = Some(Err(Reason::NotFollowed(GIVEN_ALL_NAMES)));
        let ir = self.ir(at);
        let Value::Call { callee, args } = ir.value(call) else { return doubt };
        match ir.value(ir.bare(callee)) {
            Value::Attr { name: method, .. } if ir.str(method) == "setdefault" => {
                let args = self.arguments(at, args);
                let key = args.positional.first()?;
                Some(match key.value.as_str() {
                    Some(name) => Ok(Arc::from(name)),
                    None => Err(crate::format::reason_of(&key.value)),
                })
            }
            _ if self.only_reads_names(at, callee, args) => None,
            _ => doubt,
        }
    }

    /// Whether a call gives `globals()` to a function of the project that leaves it alone.
    fn only_reads_names(
        &self,
        at: Act,
        callee: ValueId,
        args: bartizan_ir::Run<bartizan_ir::Arg>,
    ) -> bool {
        let ir = self.ir(at);
        let file = self.frame_of(at).file;
        let mut is_given = false;
        let changes = ir.args[args].iter().enumerate().any(|(index, arg)| {
            if !crate::analysis::is_namespace(ir, arg.value) {
                return false;
            }
            is_given = true;
            let place = match arg.kind {
                bartizan_ir::ArgKind::Positional => Place::At(index as u32),
                bartizan_ir::ArgKind::Keyword(name) => Place::Named(name),
                _ => Place::Other,
            };
            self.world.may_change(file, Given { callee, place })
        });
        is_given && !changes
    }

    /// What `globals().setdefault(name, value)` has bound under a name.
    fn bound_if_missing(
        &mut self,
        at: Act,
        call: ValueId,
        args: bartizan_ir::Run<bartizan_ir::Arg>,
        name: &str,
    ) -> Starred {
        let args = self.arguments(at, args);
        let [key, value] = args.positional.as_slice() else {
            return Starred::Perhaps(Reason::Part);
        };
        match key.value.as_str() {
            Some(key) if key == name => {}
            Some(_) => return Starred::Nothing,
            None => return Starred::Perhaps(crate::format::reason_of(&key.value)),
        }
        let root = self.frame_of(at).root;
        let before = self.value_before(root, call, name);
        let is_unbound =
            |value: &Abstract| matches!(value, Abstract::Unknown(Reason::Raises("NameError")));
        match before {
            None => Starred::Bound(value.clone()),
            Some(before) if is_unbound(&before.value) => Starred::Bound(value.clone()),
            Some(before) => match &before.value {
                Abstract::Choice(choice)
                    if choice.alternatives.iter().any(|way| is_unbound(&way.value.value)) =>
                {
                    Starred::Perhaps(Reason::Undecided)
                }
                _ => Starred::Bound(before),
            },
        }
    }

    /// The files that a call in module code runs.
    pub(crate) fn included_by(&mut self, file: FileId, call: ValueId) -> Vec<FileId> {
        self.files_of(file, call).unwrap_or_default()
    }

    /// The same, where the call is one that runs files.
    pub(crate) fn files_of(&mut self, file: FileId, call: ValueId) -> Option<Vec<FileId>> {
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let included = self.included(root, call)?;
        Some(match &*included {
            Ok(files) => files.iter().map(|included| included.file).collect(),
            Err(_) => Vec::new(),
        })
    }

    /// The files that a call includes; `None` where it is no such call.
    fn included(&mut self, at: Act, call: ValueId) -> Option<Included> {
        let file = self.frame_of(at).file;
        if let Some(known) = self.included.get(&(file, call)) {
            return Some(Arc::clone(known));
        }
        let Value::Call { callee, args } = self.ir(at).value(call) else { return None };
        match self.eval(at, callee).value {
            Abstract::Ref(Symbol::External(name)) if &*name == "split_settings.tools.include" => {}
            Abstract::Ref(Symbol::External(name)) if &*name == "builtins.exec" => {
                return self.executed(at, call, args);
            }
            _ => return None,
        }
        let args = self.arguments(at, args);
        let mut files: Vec<IncludedFile> = Vec::new();
        let mut found = match args.open {
            true => Err(Reason::Part),
            false => Ok(()),
        };
        for (argument, value) in args.positional.iter().enumerate() {
            match self.named(file, value) {
                Ok(named) => {
                    for file in named {
                        if !files.iter().any(|known| known.file == file) {
                            files.push(IncludedFile { file, argument });
                        }
                    }
                }
                Err(reason) => found = Err(reason),
            }
        }
        let included: Included = Arc::new(found.map(|()| files));
        self.included.insert((file, call), Arc::clone(&included));
        Some(included)
    }

    /// The file whose text `exec(open(path).read())` runs; `None` where it is no file of the tree.
    fn executed(
        &mut self,
        at: Act,
        call: ValueId,
        args: bartizan_ir::Run<bartizan_ir::Arg>,
    ) -> Option<Included> {
        let file = self.frame_of(at).file;
        let code = self.ir(at).args[args].first()?;
        if code.kind != bartizan_ir::ArgKind::Positional {
            return None;
        }
        let path = self.read_from(at, code.value, 8)?;
        let path = self.world.path_in_tree(&path)?;
        let executed = self.world.file_at(&path).filter(|executed| *executed != file)?;
        let included: Included = Arc::new(Ok(vec![IncludedFile { file: executed, argument: 0 }]));
        self.included.insert((file, call), Arc::clone(&included));
        Some(included)
    }

    /// The path of the file that an expression reads whole: `open(path).read()`, `path.read_text()`,
    /// also compiled, also by `with`.
    pub(in crate::libraries) fn read_from(
        &mut self,
        at: Act,
        node: ValueId,
        depth: u32,
    ) -> Option<Evaluated> {
        let depth = depth.checked_sub(1)?;
        let ir = self.ir(at);
        match ir.value(ir.bare(node)) {
            Value::Enter { manager, .. } => self.read_from(at, manager, depth),
            Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
                Value::Attr { of, name } => match ir.str(name) {
                    "read" => self.read_from(at, of, depth),
                    "open" | "read_text" | "read_bytes" => Some(self.eval(at, of)),
                    _ => None,
                },
                Value::Global { name, .. } => {
                    let first = ir.args[args].first()?;
                    match ir.str(name) {
                        "open" => Some(self.eval(at, first.value)),
                        "compile" => self.read_from(at, first.value, depth),
                        _ => None,
                    }
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The files that one argument names.
    fn named(&self, from: FileId, value: &Evaluated) -> Result<Vec<FileId>, Reason> {
        let (value, is_optional) = match &value.value {
            Abstract::Apply(made) if matches!(&made.symbol, Symbol::External(name) if &**name == "split_settings.tools.optional") => {
                match made.args.first() {
                    Some((_, inner)) => (inner, true),
                    None => return Ok(Vec::new()),
                }
            }
            _ => (value, false),
        };
        let missing = || match is_optional {
            true => Ok(Vec::new()),
            false => Err(Reason::Raises("OSError")),
        };
        let pattern = match &value.value {
            Abstract::Const(_) => {
                let Some(text) = value.value.as_str() else { return missing() };
                if text.is_empty() {
                    return missing();
                }
                self.world.next_to(from, text)
            }
            Abstract::Unknown(reason) => return Err(reason.clone()),
            _ => self.world.path_in_tree(value),
        };
        let Some(pattern) = pattern else {
            // What may lie elsewhere on some machine is as little of the project as what may lie in it.
            if is_optional {
                return Ok(Vec::new());
            }
            return Err(Reason::NotFollowed("a file outside the project"));
        };
        if let Some(file) = self.world.file_at(&pattern) {
            return Ok(vec![file]);
        }
        let files = self.world.files();
        let Some(matching) = files.matching(&pattern) else {
            return Err(Reason::NotFollowed("this pattern of files"));
        };
        let found: Option<Vec<FileId>> =
            matching.iter().map(|path| self.world.file_at(path)).collect();
        match found {
            Some(found) if found.is_empty() => missing(),
            Some(found) => Ok(found),
            None => Err(Reason::NotFollowed("an included file that is no Python")),
        }
    }

    fn bound_in_files(
        &mut self,
        at: Act,
        call: ValueId,
        files: &[IncludedFile],
        name: &str,
    ) -> Starred {
        let mut best: Option<(usize, Evaluated)> = None;
        for place in (0..files.len()).rev() {
            let IncludedFile { file, argument } = files[place];
            if let Some((known, value)) = &best {
                // Another file of the same pattern may come later.
                if *known != argument {
                    return Starred::Bound(value.clone());
                }
                if self.bound_in_file(at, call, file, place, name).is_some() {
                    return Starred::Perhaps(NO_ORDER);
                }
                continue;
            }
            best = self.bound_in_file(at, call, file, place, name).map(|value| (argument, value));
        }
        best.map_or(Starred::Nothing, |(_, value)| Starred::Bound(value))
    }

    /// What an included file leaves under a name that it binds.
    fn bound_in_file(
        &mut self,
        at: Act,
        call: ValueId,
        file: FileId,
        place: usize,
        name: &str,
    ) -> Option<Evaluated> {
        let from = self.frame_of(at).file;
        let mut above = Some(from);
        for _ in 0..DEEPEST {
            match above {
                Some(above) if above == file => return None,
                Some(file) => above = self.includers.get(&file).map(|includer| includer.file),
                None => break,
            }
        }
        self.includers.entry(file).or_insert(Includer { file: from, call, place });
        let Some(value) = self.module_attribute(file, name) else {
            return self.changed_in_file(file, name);
        };
        let is_unbound =
            |value: &Evaluated| value.value.unknown() == Some(&Reason::Raises("NameError"));
        match &value.value {
            Abstract::Choice(choice)
                if choice.alternatives.iter().any(|way| is_unbound(&way.value)) =>
            {
                // On a way on which the file binds nothing, it stays as it was before.
                let frame = self.file_frame(file);
                let root = self.frames[frame as usize].root;
                let before = self.known_to_includer(root, name)?;
                let ways = choice.alternatives.iter().map(|way| Alternative {
                    when: way.when.clone(),
                    value: match is_unbound(&way.value) {
                        true => before.clone(),
                        false => way.value.clone(),
                    },
                });
                let ways = ways.collect();
                Some(Evaluated { value: Abstract::choice(ways), site: value.site })
            }
            _ if is_unbound(&value) => None,
            _ => Some(value),
        }
    }

    /// What an included file makes of what it finds under a name, without binding it anew.
    fn changed_in_file(&mut self, file: FileId, name: &str) -> Option<Evaluated> {
        let sym = self.world.ir(file).strings.find(name)?;
        if self.world.analysis(file).bare_changes(sym).is_empty() {
            return None;
        }
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        let before = self.known_to_includer(root, name)?;
        Some(self.with_bare_changes(root, None, name, before))
    }

    /// What the module that includes the file at hand has under a name when it does so.
    pub(crate) fn known_to_includer(&mut self, at: Act, name: &str) -> Option<Evaluated> {
        let Includer { file, call, place } = *self.includers.get(&self.frame_of(at).file)?;
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        if place > 0
            && let Some(included) = self.included(root, call)
            && let Ok(files) = &*included
            && let Starred::Bound(value) = self.bound_in_files(root, call, &files[..place], name)
        {
            return Some(value);
        }
        self.value_before(root, call, name)
    }

    /// What the module at hand has under a name before a call in its own code.
    fn value_before(&mut self, root: Act, call: ValueId, name: &str) -> Option<Evaluated> {
        let ir = self.ir(root);
        let module = ir.function(FileIr::module());
        let sym = ir.strings.find(name);
        let here = ir.span(call);
        let mut bound: Vec<(u32, Layer)> = ir.layers[module.layers]
            .iter()
            .filter(|layer| layer.value < call)
            .map(|layer| (ir.span(layer.value).start, *layer))
            .collect();
        let has_layers = !bound.is_empty();
        for store in &ir.bindings[module.stores] {
            if Some(store.name) == sym && store.value < call && store.span.end <= here.start {
                let path = ir.stretch(store.value).path;
                bound.push((store.span.start, Layer { value: store.value, path }));
            }
        }
        bound.sort_by_key(|(start, _)| *start);
        let layers: Vec<Layer> = bound.into_iter().map(|(_, layer)| layer).collect();
        let found = self.through_layers(root, call, name, &layers);
        match (found, sym) {
            (Some(value), Some(sym)) if has_layers => {
                Some(self.with_changes(root, Some(call), sym, value))
            }
            (Some(value), _) => Some(value),
            (None, _) if name == "__file__" => {
                Some(self.made(root, call, Abstract::external(name)))
            }
            (None, _) => self.known_to_includer(root, name),
        }
    }
}
