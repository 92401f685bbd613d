//! Calls: of functions of the project, which are followed with their arguments, and of what Python
//! itself brings.

use std::sync::Arc;

use bartizan_ir::{Arg, ArgKind, FunctionId, FunctionKind, ParamKind, Run, Value, ValueId};

use crate::FileId;
use crate::domain::{Abstract, Closure, Evaluated, Object, SeqKind, Site, Symbol};
use crate::environment::reads_environment;
use crate::exceptions::Thrown;
use crate::operators::{TYPE_ERROR, is_typed};
use crate::parts::{each_object, iterate, opened, over};
use crate::reason::Reason;
use crate::session::{Act, DEEPEST_CALLS, FrameId, Session};

/// The arguments of a call, evaluated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    /// By position.
    pub(crate) positional: Vec<Evaluated>,
    /// By name, in order.
    pub(crate) keywords: Vec<(Arc<str>, Evaluated)>,
    /// Whether there are others that are not known.
    pub(crate) open: bool,
}

impl Args {
    pub(crate) fn positional(positional: Vec<Evaluated>) -> Self {
        Self { positional, keywords: Vec::new(), open: false }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Evaluated> {
        self.positional.iter().chain(self.keywords.iter().map(|(_, value)| value))
    }

    /// The exception with which evaluating one of them fails.
    fn raises(&self) -> Option<Reason> {
        self.all().find_map(|arg| match &arg.value {
            Abstract::Unknown(reason @ Reason::Raises(_)) => Some(reason.clone()),
            _ => None,
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.keywords.is_empty() && !self.open
    }

    pub(crate) fn keyword(&self, name: &str) -> Option<&Evaluated> {
        self.keywords.iter().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    /// The positional arguments, which must be so many; no others.
    pub(crate) fn exactly<const N: usize>(&self) -> Result<[&Evaluated; N], Reason> {
        let all: Vec<&Evaluated> = self.positional.iter().collect();
        if self.open {
            return Err(Reason::Part);
        }
        if !self.keywords.is_empty() {
            return Err(TYPE_ERROR);
        }
        <[&Evaluated; N]>::try_from(all).map_err(|_| TYPE_ERROR)
    }

    /// The one argument.
    pub(crate) fn only(&self) -> Result<&Evaluated, Reason> {
        let [only] = self.exactly()?;
        Ok(only)
    }
}

/// A function of the project, and where it was defined.
pub(crate) type Target = (FileId, FunctionId, Closure);

impl<'p> Session<'p> {
    /// Evaluates arguments as written.
    pub(crate) fn arguments(&mut self, at: Act, args: Run<Arg>) -> Args {
        let ir = self.ir(at);
        let mut all = Args::default();
        for arg in &ir.args[args] {
            let value = self.eval(at, arg.value);
            match arg.kind {
                ArgKind::Positional => all.positional.push(value),
                ArgKind::Keyword(name) => all.keywords.push((ir.str(name).into(), value)),
                ArgKind::Star => match iterate(&value) {
                    Ok(items) => all.positional.extend(items),
                    Err(_) => all.open = true,
                },
                ArgKind::DoubleStar => match &value.value {
                    Abstract::Map(map) => {
                        all.open |= map.open.is_some();
                        for (key, value) in &map.entries {
                            match key.value.as_str() {
                                Some(name) => all.keywords.push((name.into(), value.clone())),
                                None => all.open = true,
                            }
                        }
                    }
                    _ => all.open = true,
                },
            }
        }
        all
    }

    pub(crate) fn call(
        &mut self,
        at: Act,
        id: ValueId,
        callee: ValueId,
        args: Run<Arg>,
    ) -> Evaluated {
        let ir = self.ir(at);
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            if let Some(asked) = self.asked_by_method(at, id, (of, ir.str(name)), &ir.args[args]) {
                return asked;
            }
            let receiver = self.eval(at, of);
            let name = ir.str(name);
            // What looks like a method may be a function of a module or class.
            let is_reference = matches!(receiver.value, Abstract::Ref(_));
            if !is_reference {
                let args = self.arguments(at, args);
                if let Some(reason) = args.raises() {
                    return self.unknown(at, id, reason);
                }
                let site = self.site(at, id);
                return over(&receiver, site, &mut |receiver| {
                    self.method(at, id, receiver, name, &args)
                });
            }
        }
        let function = self.eval(at, callee);
        let args = self.arguments(at, args);
        if let Some(reason) = args.raises() {
            return self.unknown(at, id, reason);
        }
        let site = self.site(at, id);
        over(&function, site, &mut |function| self.apply(at, id, function, args.clone()))
    }

    /// The result of calling a value.
    pub(crate) fn apply(
        &mut self,
        at: Act,
        id: ValueId,
        function: &Evaluated,
        args: Args,
    ) -> Evaluated {
        match &function.value {
            Abstract::Ref(Symbol::Function(file, function, closure)) => {
                if let Some(outside) = self.outside {
                    let given = listed(args.clone());
                    if let Some(value) = outside.function(*file, *function, &given) {
                        return self.by_framework(at, id, value);
                    }
                }
                self.call_function(at, id, (*file, *function, *closure), args)
            }
            Abstract::Ref(Symbol::External(name)) => {
                let name = name.clone();
                self.call_external(at, id, &name, args)
            }
            Abstract::Ref(Symbol::Class(file, class, closure))
                if self.outside.is_none() && self.world.is_enumeration(*file, *class) =>
            {
                if let Some(made) = self.named_tuple(at, id, (*file, *class), &args) {
                    return made;
                }
                self.enumeration_of(at, id, (*file, *class, *closure), &args)
            }
            Abstract::Ref(symbol @ Symbol::Class(file, class, _)) => {
                let args_open = args.open;
                let mut list = listed(args);
                if self.outside.is_none()
                    && list.iter().any(|(name, _)| name.is_none())
                    && let Some(fields) = self.world.fields_of_data(*file, *class)
                {
                    for ((name, _), field) in list.iter_mut().zip(fields) {
                        if name.is_none() {
                            *name = Some(field.into());
                        }
                    }
                }
                if self.outside.is_none() && !args_open {
                    self.fill_fields(at, id, (*file, *class), &mut list);
                }
                self.made(at, id, Abstract::apply(symbol.clone(), list, args_open))
            }
            Abstract::Apply(bound) if matches!(&bound.symbol, Symbol::External(name) if &**name == "functools.partial") =>
            {
                let mut all = bound.args.clone().into_iter();
                let Some((_, function)) = all.next() else {
                    return self.unknown(at, id, TYPE_ERROR);
                };
                let mut whole = Args { open: bound.open || args.open, ..Args::default() };
                for (name, value) in all {
                    match name {
                        None => whole.positional.push(value),
                        Some(name) if args.keyword(&name).is_none() => {
                            whole.keywords.push((name, value));
                        }
                        Some(_) => {}
                    }
                }
                whole.positional.extend(args.positional);
                whole.keywords.extend(args.keywords);
                self.apply(at, id, &function, whole)
            }
            Abstract::Apply(made) if matches!(made.symbol, Symbol::Class(..)) => {
                match self.special(at, id, function, "__call__", &args) {
                    Some(result) => result,
                    None => self.unknown(at, id, Reason::Callee),
                }
            }
            // An object of a library that is called.
            Abstract::Apply(made) if matches!(made.symbol, Symbol::External(_)) => {
                let Symbol::External(name) = &made.symbol else {
                    return self.unknown(at, id, Reason::Callee);
                };
                let mut args = args;
                args.positional.insert(0, function.clone());
                let class = if name.starts_with("environ.Path.") { "environ.Path" } else { name };
                let symbol = format!("{class}.__call__");
                if let Some(value) = self.library_value(at, id, &symbol, &args) {
                    return value;
                }
                if let Some(value) = self.functional(at, id, &symbol, &args) {
                    return value;
                }
                let open = args.open;
                let symbol = Symbol::External(symbol.into());
                self.made(at, id, Abstract::apply(symbol, listed(args), open))
            }
            Abstract::Unknown(reason) => {
                let reason = match reason {
                    Reason::Raises(_) | Reason::OutOfFuel | Reason::External(_) => reason.clone(),
                    _ => Reason::Callee,
                };
                self.unknown(at, id, reason)
            }
            value if is_typed(value) => self.unknown(at, id, TYPE_ERROR),
            _ => self.unknown(at, id, Reason::Callee),
        }
    }

    // ---- functions of the project ------------------------------------------------------------

    fn call_function(&mut self, at: Act, id: ValueId, target: Target, args: Args) -> Evaluated {
        let ir = self.world.ir(target.0);
        let function = ir.function(target.1);
        if function.is_generator {
            return self.generated(at, id, target, args);
        }
        if function.is_async {
            return self.unknown(at, id, Reason::NotFollowed("an asynchronous function"));
        }
        let Some(result) = function.result else {
            return self.unknown(at, id, Reason::Raises("Exception"));
        };
        let mut passed = rustc_hash::FxHashSet::default();
        for arg in args.all() {
            each_object(&arg.value, &mut |object, _| {
                passed.insert(object);
            });
        }
        let closures = self.closures;
        let frame = match self.enter_function(at, id, target, args) {
            Ok(frame) => frame,
            Err(reason) => return self.unknown(at, id, reason),
        };
        // The dict of `**options` is made for this call.
        let params = &ir.params[function.params];
        if let Some(place) = params.iter().position(|param| param.kind == ParamKind::Kwargs)
            && let Some(Abstract::Map(map)) =
                self.frames[frame as usize].params.get(place).map(|param| &param.value)
        {
            // What another parameter holds as well may change under that name.
            let mut held = rustc_hash::FxHashSet::default();
            for entry in &map.entries {
                each_object(&entry.1.value, &mut |object, _| {
                    held.insert(object);
                });
            }
            let mut others = false;
            for (other, param) in self.frames[frame as usize].params.iter().enumerate() {
                if other != place {
                    each_object(&param.value, &mut |object, _| others |= held.contains(&object));
                }
            }
            if !others {
                passed.insert(map.object);
            }
        }
        let (root, serial) = (self.frames[frame as usize].root, self.frames[frame as usize].serial);
        self.begin_call(frame);
        let mut value = self.eval(root, result);
        if let Abstract::Unknown(Reason::Raises("Exception")) = &value.value
            && let Ok(Some(thrown)) = self.body_raises(root, target.1)
        {
            value = self.made(at, id, Abstract::Unknown(thrown.reason()));
        }
        // What comes from outside the function, and was not passed in, is held by others.
        let mut foreign = self.has_doubtful_parts(root, target, &value);
        each_object(&value.value, &mut |object, _| {
            foreign |= self.maker(object) < serial && !passed.contains(&object);
        });
        self.end_call(frame, closures);
        if foreign { opened(&value, &Reason::Aliased) } else { value }
    }

    /// Whether something in the result of a function lies in a parameter, and may have been changed where
    /// the value graph does not see that.
    fn has_doubtful_parts(&mut self, root: Act, target: Target, value: &Evaluated) -> bool {
        if !value.value.is_mutable() {
            return false;
        }
        let ir = self.ir(root);
        let mut parts = rustc_hash::FxHashSet::default();
        for (index, end) in ir.ids[ir.function(target.1).param_ends].iter().enumerate() {
            if !self.world.may_change_parts(target.0, target.1, index) {
                continue;
            }
            let end = self.eval(root, *end);
            let mut is_part = false;
            each_object(&end.value, &mut |object, _| {
                if is_part {
                    parts.insert(object);
                }
                is_part = true;
            });
        }
        let mut found = false;
        if !parts.is_empty() {
            each_object(&value.value, &mut |object, _| found |= parts.contains(&object));
        }
        found
    }

    /// Opens a frame for a call, with its parameters filled.
    pub(crate) fn enter_function(
        &mut self,
        at: Act,
        call: ValueId,
        target: Target,
        args: Args,
    ) -> Result<FrameId, Reason> {
        if self.calls >= DEEPEST_CALLS {
            return Err(Reason::TooDeep);
        }
        self.spend(4)?;
        let (file, function, closure) = target;
        let outer = match closure.0 {
            Some(frame) => frame,
            None => self.file_frame(file),
        };
        let params = self.bind_params(outer, file, function, args)?;
        Ok(self.push_frame(file, Some(function), params, Some(outer), Some((at, call))))
    }

    fn bind_params(
        &mut self,
        outer: FrameId,
        file: FileId,
        function: FunctionId,
        args: Args,
    ) -> Result<Vec<Evaluated>, Reason> {
        let ir = self.world.ir(file);
        let params = &ir.params[ir.function(function).params];
        let mut filled: Vec<Option<Evaluated>> = vec![None; params.len()];
        let mut positional = args.positional.into_iter();
        let nowhere = Site { file, node: ValueId::from_index(0) };
        for (index, param) in params.iter().enumerate() {
            match param.kind {
                ParamKind::PositionalOnly | ParamKind::Normal => filled[index] = positional.next(),
                ParamKind::Args => {
                    let rest: Vec<Evaluated> = positional.by_ref().collect();
                    let open = args.open.then_some(Reason::Part);
                    let value = Abstract::seq(SeqKind::Tuple, rest, open, Object::NONE);
                    filled[index] = Some(Evaluated { value, site: nowhere });
                }
                ParamKind::KeywordOnly | ParamKind::Kwargs => {}
            }
        }
        if positional.next().is_some() {
            return Err(TYPE_ERROR);
        }
        let mut others = Vec::new();
        for (name, value) in args.keywords {
            let place = params.iter().position(|param| {
                matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly)
                    && ir.str(param.name) == &*name
            });
            match place {
                Some(place) if filled[place].is_some() => return Err(TYPE_ERROR),
                Some(place) => filled[place] = Some(value),
                None => others.push((name, value)),
            }
        }
        if let Some(place) = params.iter().position(|param| param.kind == ParamKind::Kwargs) {
            let entries = others
                .drain(..)
                .map(|(name, value)| {
                    (Evaluated { value: Abstract::str(name), site: value.site }, value)
                })
                .collect();
            let root = self.frames[outer as usize].root;
            let object = self.fresh(root);
            let open = args.open.then_some(Reason::Part);
            let value = Abstract::map(entries, open, object);
            filled[place] = Some(Evaluated { value, site: nowhere });
        }
        if !others.is_empty() {
            return Err(TYPE_ERROR);
        }
        let root = self.frames[outer as usize].root;
        let mut values = Vec::with_capacity(params.len());
        for (param, value) in params.iter().zip(filled) {
            let value = match (value, param.default) {
                (Some(value), _) => value,
                (None, _) if args.open => {
                    let reason = Reason::Parameter(ir.str(param.name).into());
                    Evaluated { value: Abstract::Unknown(reason), site: nowhere }
                }
                // All calls share a default: a container among them may hold anything.
                (None, Some(default)) => {
                    let default = self.eval(root, default);
                    if default.value.is_mutable() {
                        opened(&default, &Reason::Aliased)
                    } else {
                        default
                    }
                }
                (None, None) => return Err(TYPE_ERROR),
            };
            values.push(value);
        }
        Ok(values)
    }

    /// Whether a call raises, as far as the project's own functions tell.
    pub(crate) fn call_raises(&mut self, at: Act, id: ValueId) -> Result<Option<Thrown>, Reason> {
        let ir = self.ir(at);
        let Value::Call { callee, args } = ir.value(id) else { return Ok(None) };
        let mut function = None;
        let given = self.arguments(at, args);
        let mut passed = given.clone();
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            let receiver = self.eval(at, of);
            if is_typed(&receiver.value) {
                // A method of Python's own type: its result tells.
                return inner_raises(&given);
            }
            if let Abstract::Apply(apply) = &receiver.value
                && let Symbol::Class(file, class, closure) = &apply.symbol
            {
                let class = (*file, *class, *closure);
                let (method, args) = self.bound_method(class, &receiver, ir.str(name), &given)?;
                function = Some(method);
                passed = args;
            }
        }
        let function = match function {
            Some(function) => function,
            None => self.eval(at, callee),
        };
        match &function.value {
            // Its body runs later.
            Abstract::Ref(Symbol::Function(file, function, _))
                if self.world.ir(*file).function(*function).is_generator =>
            {
                Err(Reason::MayRaise)
            }
            Abstract::Ref(Symbol::Function(file, function, closure)) => {
                let closures = self.closures;
                let frame = self.enter_function(at, id, (*file, *function, *closure), passed)?;
                let root = self.frames[frame as usize].root;
                self.begin_call(frame);
                let raises = self.body_raises(root, *function);
                self.end_call(frame, closures);
                raises
            }
            Abstract::Ref(Symbol::External(name))
                if name.starts_with("builtins.") || reads_environment(name) =>
            {
                inner_raises(&given)
            }
            Abstract::Ref(Symbol::External(name)) if crate::exceptions::is_harmless(name) => {
                inner_raises(&given)
            }
            Abstract::Ref(Symbol::Class(file, class, _))
                if given.is_empty() && self.world.is_made_plainly(*file, *class) =>
            {
                Ok(None)
            }
            _ => Err(Reason::MayRaise),
        }
    }

    /// What a decorator makes of a function or class.
    pub(crate) fn decorated(
        &mut self,
        at: Act,
        id: ValueId,
        by: ValueId,
        of: ValueId,
    ) -> Evaluated {
        let decorator = self.eval(at, by);
        let inner = self.eval(at, of);
        let name = match &decorator.value {
            Abstract::Ref(Symbol::External(name)) => Some(name.clone()),
            Abstract::Apply(apply) => match &apply.symbol {
                Symbol::External(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        };
        if let Some(name) = name
            && matches!(
                &*name,
                "functools.lru_cache"
                    | "functools.cache"
                    | "functools.wraps"
                    | "functools.total_ordering"
                    | "builtins.staticmethod"
                    | "dataclasses.dataclass"
                    | "enum.unique"
                    | "typing.final"
                    | "typing.no_type_check"
                    | "abc.abstractmethod"
            )
        {
            return inner;
        }
        self.apply(at, id, &decorator, Args::positional(vec![inner]))
    }

    /// The result of a function that a builtin calls.
    pub(crate) fn call_back(
        &mut self,
        at: Act,
        function: &Evaluated,
        args: Vec<Evaluated>,
    ) -> Result<Evaluated, Reason> {
        self.spend(1)?;
        let id = function.site.node;
        let here = function.site.file == self.frame_of(at).file;
        let id = if here { id } else { ValueId::from_index(0) };
        let value = self.apply(at, id, function, Args::positional(args));
        match &value.value {
            Abstract::Unknown(reason) => Err(reason.clone()),
            _ => Ok(value),
        }
    }

    /// Whether the function is a method or class method of the project by its decorators.
    pub(crate) fn method_kind(&mut self, file: FileId, function: FunctionId) -> MethodKind {
        let ir = self.world.ir(file);
        let it = ir.function(function);
        if it.kind != FunctionKind::Def || it.class.is_none() {
            return MethodKind::Static;
        }
        let mut kind = MethodKind::Instance;
        for decorator in &ir.ids[it.decorators] {
            kind = match ir.value(ir.bare(*decorator)) {
                Value::Global { name, .. } => match ir.str(name) {
                    "staticmethod" => MethodKind::Static,
                    "classmethod" => MethodKind::Class,
                    "property" => MethodKind::Property,
                    _ => return MethodKind::Unknown,
                },
                Value::Import { name: Some(name), .. } if ir.str(name) == "classonlymethod" => {
                    MethodKind::Class
                }
                _ => return MethodKind::Unknown,
            };
        }
        kind
    }
}

/// A builtin that is given functions of the project may call them.
fn inner_raises(args: &Args) -> Result<Option<Thrown>, Reason> {
    let calls_back = args.all().any(|arg| matches!(arg.value, Abstract::Ref(Symbol::Function(..))));
    if calls_back { Err(Reason::MayRaise) } else { Ok(None) }
}

/// How a function of a class is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MethodKind {
    /// It gets the instance.
    Instance,
    /// It gets the class.
    Class,
    /// It gets nothing.
    Static,
    /// It is called when it is read.
    Property,
    /// A decorator decides.
    Unknown,
}

/// Arguments as a list for [`Abstract::Apply`].
pub(crate) fn listed(args: Args) -> Vec<(Option<Arc<str>>, Evaluated)> {
    let positional = args.positional.into_iter().map(|value| (None, value));
    let keywords = args.keywords.into_iter().map(|(name, value)| (Some(name), value));
    positional.chain(keywords).collect()
}
