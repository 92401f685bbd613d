//! What single nodes of code do to the environment of the process.

use std::sync::Arc;

use bartizan_ir::{ArgKind, FileIr, LoopKind, Mutator, Value, ValueId};
use rustc_hash::FxHashMap;

use super::super::dotenv::{Dialect, filled_in, lines_of, pairs};
use super::uses::{WRITING, is_environ};
use super::{How, Write};
use crate::FileId;
use crate::analysis::Region;
use crate::calls::Args;
use crate::domain::{Abstract, Evaluated, Symbol};
use crate::environment::{Given, Variable, Variables};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Rounds of a loop that are gone through one by one.
const MOST_ROUNDS: usize = 256;

impl Session<'_> {
    /// What a write does to the environment.
    pub(super) fn write(&mut self, write: &Write, variables: &mut Variables) {
        let file = write.calls.first().map_or(write.file, |(file, _)| *file);
        let frame = self.file_frame(file);
        let root = self.frames[frame as usize].root;
        self.write_in(write, root, &write.calls, write.how != How::AtSomeTime, variables);
    }

    /// The same, in the frame that the calls before have opened.
    fn write_in(
        &mut self,
        write: &Write,
        root: Act,
        calls: &[(FileId, ValueId)],
        is_sure: bool,
        variables: &mut Variables,
    ) {
        let node = calls.first().map_or(write.node, |(_, call)| *call);
        for (act, is_round) in self.rounds_of(root, node) {
            let is_sure = match self.holds(act, self.ir(act).stretch(node).path) {
                Ok(false) => continue,
                Ok(true) => is_sure && is_round,
                Err(_) => false,
            };
            match calls {
                [] if write.how == How::Handed => variables.give_any(false),
                [] => self.write_at(act, node, is_sure, variables),
                [_, inner @ ..] => self.write_called(write, act, node, inner, is_sure, variables),
            }
        }
    }

    /// The same, inside the function that a call runs.
    fn write_called(
        &mut self,
        write: &Write,
        act: Act,
        call: ValueId,
        inner: &[(FileId, ValueId)],
        is_sure: bool,
        variables: &mut Variables,
    ) {
        let Value::Call { callee, args } = self.ir(act).value(call) else { return };
        let function = self.eval(act, callee);
        let closures = self.closures;
        let frame = match &function.value {
            Abstract::Ref(Symbol::Function(file, function, closure)) => {
                let args = self.arguments(act, args);
                self.enter_function(act, call, (*file, *function, *closure), args)
            }
            _ => Err(Reason::Callee),
        };
        match frame {
            Ok(frame) => {
                let root = self.frames[frame as usize].root;
                self.begin_call(frame);
                self.write_in(write, root, inner, is_sure, variables);
                self.end_call(frame, closures);
            }
            // Whatever it is called with.
            Err(_) => {
                let file = inner.first().map_or(write.file, |(file, _)| *file);
                let frame = self.file_frame(file);
                let root = self.frames[frame as usize].root;
                self.write_in(write, root, inner, false, variables);
            }
        }
    }

    /// The activations in which a node is evaluated, and whether each surely is one: of a loop over what
    /// is known one a round, else one for all rounds.
    pub(super) fn rounds_of(&mut self, root: Act, node: ValueId) -> Vec<(Act, bool)> {
        let (ir, analysis) = (self.ir(root), self.analysis(root));
        let region = analysis
            .region(ir, node)
            .or_else(|| analysis.loop_of(ir.stretch(node).path).map(Region::Loop));
        let Some(region) = region else { return vec![(root, true)] };
        if let Region::Loop(of) = region
            && analysis.around(region).is_none()
            && let LoopKind::For { iterator, element, is_async: false } = ir.loops[of.index()].kind
            && analysis.shape(of).exits.is_empty()
        {
            let over = self.eval(root, iterator);
            if let Ok(items) = crate::parts::iterate(&over)
                && items.len() <= MOST_ROUNDS
            {
                let mut rounds = Vec::new();
                for item in items {
                    let act = self.open_region(region, root);
                    self.bind(act, element, item);
                    // What a round takes over from the one before is not known.
                    for mu in ir.loops[of.index()].mus.iter().filter(|mu| is_environ(ir, **mu)) {
                        let Value::Mu { init, .. } = ir.value(*mu) else { continue };
                        let value = self.eval(root, init);
                        self.bind(act, *mu, value);
                    }
                    rounds.push((act, true));
                }
                return rounds;
            }
        }
        vec![(self.some_round(root, node), false)]
    }

    /// What a node does to the environment.
    fn write_at(&mut self, act: Act, node: ValueId, is_sure: bool, variables: &mut Variables) {
        let ir = self.ir(act);
        let file = self.frame_of(act).file;
        let give = |variables: &mut Variables, name: &str, given: Given| {
            let given = match given {
                given if is_sure => given,
                Given::Otherwise(_) | Given::Perhaps => Given::Perhaps,
                _ => Given::Anything,
            };
            variables.give(name, given);
        };
        match ir.value(node) {
            Value::Mutate(mutation) => {
                let args = self.arguments(act, ir.mutation(mutation).args);
                match (ir.mutation(mutation).op, args.positional.as_slice()) {
                    (Mutator::DelItem, [key]) => {
                        match key.value.as_str() {
                            Some(key) => give(variables, key, Given::Never),
                            None => variables.give_any(false),
                        }
                        return;
                    }
                    (Mutator::InPlace(_), [mapping]) => {
                        give_all(variables, mapping, is_sure);
                        return;
                    }
                    _ => {}
                }
                let [key, value] = args.positional.as_slice() else {
                    return variables.give_any(false);
                };
                match key.value.as_str() {
                    Some(key) => {
                        self.lines.remove(key);
                        give(variables, key, given_text(value));
                    }
                    None => variables.give_any(false),
                }
            }
            Value::Call { callee, args } => {
                let Some(symbol) = self.called_symbol(act, callee) else { return };
                // `with open(path) as file: env.read_env(file)`
                let opened = ir.args[args].first().filter(|arg| arg.kind == ArgKind::Positional);
                let opened = opened.filter(|_| symbol.ends_with(".read_env"));
                let opened = opened.and_then(|arg| self.read_from(act, arg.value, 8));
                let args = self.arguments(act, args);
                match &*symbol {
                    "os.environ.setdefault" => {
                        let [key, value] = args.positional.as_slice() else {
                            return variables.give_any(true);
                        };
                        let Some(key) = key.value.as_str() else {
                            return variables.give_any(true);
                        };
                        let is_set = matches!(variables.get(key), Variable::Set(_));
                        match value.value.as_str() {
                            Some(text) => {
                                give(variables, key, Given::Otherwise(text.to_owned()));
                            }
                            None if is_set => {}
                            None => give(variables, key, Given::Perhaps),
                        }
                    }
                    "os.environ.update" => {
                        if let Some(mapping) = args.positional.first() {
                            give_all(variables, mapping, is_sure);
                        }
                        for (key, value) in &args.keywords {
                            give(variables, key, given_text(value));
                        }
                    }
                    "os.environ.pop" => {
                        match args.positional.first().and_then(|key| key.value.as_str()) {
                            Some(key) => give(variables, key, Given::Never),
                            None => variables.give_any(false),
                        }
                    }
                    "os.environ.__setitem__" => match args.positional.as_slice() {
                        [key, value] if key.value.as_str().is_some() => {
                            let key = key.value.as_str().unwrap_or_default();
                            self.lines.remove(key);
                            give(variables, key, given_text(value));
                        }
                        _ => variables.give_any(false),
                    },
                    "dotenv.load_dotenv" | "dotenv.main.load_dotenv" => {
                        let path = args.positional.first().or(args.keyword("dotenv_path"));
                        let path = match path {
                            Some(path) if !is_search(path) => self.world.path_in_tree(path),
                            _ => self.world.file_above(file, ".env"),
                        };
                        let overrides = overrides(&args, "override");
                        self.take_over(path, Dialect::Dotenv, overrides, is_sure, variables);
                    }
                    symbol if symbol.starts_with("environ.") && symbol.ends_with(".read_env") => {
                        // What is opened is there, wherever the code runs.
                        let is_missing = |path: &Evaluated| {
                            let path = self.world.path_in_tree(path);
                            path.is_none_or(|path| self.world.files().text(&path).is_none())
                        };
                        if opened.as_ref().is_some_and(is_missing) {
                            return variables.give_any(true);
                        }
                        let path = opened
                            .as_ref()
                            .or(args.positional.first())
                            .or(args.keyword("env_file"))
                            .map(|path| self.world.path_in_tree(path))
                            .unwrap_or_else(|| Some(self.world.beside(file, ".env")));
                        let overrides = overrides(&args, "overwrite");
                        self.take_over(path, Dialect::Environ, overrides, is_sure, variables);
                    }
                    // Before 15, environs reads files into the environment itself.
                    symbol if symbol.starts_with("environs.") && symbol.ends_with(".read_env") => {
                        let release = self.variables.release_of("environs");
                        if release.is_some_and(|[major, ..]| major < 15) {
                            let path = self.file_of_environs(file, &args);
                            let override_at = args.keyword("override").or(args.positional.get(3));
                            let overrides = match override_at {
                                Some(value) => crate::operators::truth(&value.value),
                                None => Ok(false),
                            };
                            if path != Some(None) {
                                let path = path.flatten();
                                self.take_over(
                                    path,
                                    Dialect::Dotenv,
                                    overrides,
                                    is_sure,
                                    variables,
                                );
                            }
                        }
                    }
                    // `clear`, `popitem`
                    symbol if symbol.starts_with("os.environ.") => variables.give_any(false),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Reads a file into the environment. Of a path that is not known, it may be any file.
    fn take_over(
        &mut self,
        path: Option<String>,
        dialect: Dialect,
        overrides: Result<bool, Reason>,
        is_sure: bool,
        variables: &mut Variables,
    ) {
        let files = self.world.files();
        let Some(path) = path else {
            for (_, text) in files.texts() {
                for (name, _) in pairs(text, dialect) {
                    variables.give(&name, Given::Perhaps);
                }
            }
            return;
        };
        let Some(text) = files.text(&path) else { return };
        let overrides_all = matches!(overrides, Ok(true));
        let mut found: Vec<(String, Option<String>)> = Vec::new();
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let lines = lines_of(text);
        for (name, value) in pairs(text, dialect) {
            let value = match dialect {
                Dialect::Dotenv => value.and_then(|value| {
                    let earlier = |name: &str| {
                        let earlier = places.get(name).and_then(|place| found.get(*place));
                        earlier.map(|(_, value)| value.clone())
                    };
                    filled_in(&value, &|name| match (variables.get(name), earlier(name)) {
                        (_, Some(earlier)) if overrides_all => earlier.map(Some),
                        (Variable::Set(text), _) => Some(Some(text.to_owned())),
                        (Variable::Unset, Some(earlier)) => earlier.map(Some),
                        (Variable::Unset, None) => Some(None),
                        (Variable::Unknown | Variable::Otherwise(_), _) => None,
                    })
                }),
                _ => value,
            };
            // The last line of a name counts.
            match places.get(&name).and_then(|place| found.get_mut(*place)) {
                Some((_, known)) => *known = value,
                None => {
                    places.insert(name.clone(), found.len());
                    found.push((name, value));
                }
            }
        }
        for (name, value) in found {
            // Without being told to, a file says nothing new of what is set.
            let is_news = matches!(variables.get(&name), Variable::Unset | Variable::Unknown);
            if let Some(line) = lines.get(&name.to_ascii_lowercase()).copied()
                && (is_news || !matches!(overrides, Ok(false)))
            {
                self.lines.insert(name.clone(), (path.clone(), line));
            }
            let given = match (value, &overrides) {
                (Some(text), Ok(true)) if is_sure => Given::Always(text),
                (Some(text), Ok(false)) if is_sure => Given::Otherwise(text),
                (_, Ok(false)) => Given::Perhaps,
                _ => Given::Anything,
            };
            variables.give(&name, given);
        }
    }

    /// The dotted name of what is called, a method of an object by its class.
    fn called_symbol(&mut self, at: Act, callee: ValueId) -> Option<Arc<str>> {
        let ir = self.ir(at);
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let receiver = self.eval(at, of);
            return match &receiver.value {
                Abstract::Ref(Symbol::External(dotted)) => {
                    Some(format!("{dotted}.{}", ir.str(name)).into())
                }
                Abstract::Apply(made) => match &made.symbol {
                    Symbol::External(dotted) => Some(format!("{dotted}.{}", ir.str(name)).into()),
                    _ => None,
                },
                _ => None,
            };
        }
        match self.eval(at, callee).value {
            Abstract::Ref(Symbol::External(name)) => Some(name),
            _ => None,
        }
    }
}

/// What a variable is given that is set to a value.
fn given_text(value: &Evaluated) -> Given {
    match value.value.as_str() {
        Some(text) => Given::Always(text.to_owned()),
        None => Given::Anything,
    }
}

/// `os.environ.update(mapping)`
fn give_all(variables: &mut Variables, mapping: &Evaluated, is_sure: bool) {
    let Ok(pairs) = crate::mutate::pairs(mapping) else { return variables.give_any(false) };
    for (key, value) in pairs {
        let Some(key) = key.value.as_str() else {
            variables.give_any(false);
            continue;
        };
        let given = if is_sure { given_text(&value) } else { Given::Anything };
        variables.give(key, given);
    }
}

fn overrides(args: &Args, name: &str) -> Result<bool, Reason> {
    match args.keyword(name) {
        Some(value) => crate::operators::truth(&value.value),
        None => Ok(false),
    }
}

/// `find_dotenv()`
fn is_search(path: &Evaluated) -> bool {
    match &path.value {
        Abstract::Apply(made) => {
            made.args.is_empty()
                && matches!(&made.symbol, Symbol::External(name) if name.ends_with(".find_dotenv"))
        }
        _ => false,
    }
}

/// Whether a call may write to the environment, by the name of what is called.
pub(super) fn writes(ir: &FileIr, callee: ValueId) -> bool {
    match ir.value(ir.bare(callee)) {
        Value::Attr { name, of } => match ir.str(name) {
            "read_env" | "load_dotenv" => true,
            name => WRITING.contains(&name) && is_environ(ir, of),
        },
        Value::Import { name: Some(name), .. } | Value::Global { name, .. } => {
            ir.str(name) == "load_dotenv"
        }
        _ => false,
    }
}
