//! Types where they are cheap: what is called, annotated, entered, or named so that it speaks for
//! itself.

use bartizan_base::Sym;
use bartizan_finding::Confidence;
use bartizan_ir::{Arg, ArgKind, FunctionId, FunctionKind, ParamKind, Run, Value, ValueId};

use crate::entity::{ClassRef, Entity, FileId, Member, Resolved, Unknown};
use crate::index::root;
use crate::members::Flavour;
use crate::names::Target;
use crate::python::{is_builtin_class, looks_like_class};
use crate::resolve::{Resolver, itself};
use crate::symbol::{CallResult, Symbol};

impl Resolver<'_> {
    // ---- names outside the project ---------------------------------------------------------------

    /// `parent.name` outside of the project.
    pub(crate) fn outside(&mut self, parent: Symbol, name: &str) -> Resolved {
        let symbol = self.project.symbols.child(&self.project.models, parent, name);
        self.thing_outside(symbol)
    }

    /// What a dotted name outside of the project is: an instance, where the models know the
    /// variable's type.
    pub(crate) fn thing_outside(&mut self, symbol: Symbol) -> Resolved {
        match self.project.symbols.variable(&self.project.models, symbol) {
            Some(class) => Resolved::sure(Entity::Instance(self.project.class_ref(class))),
            None => Resolved::sure(Entity::External(symbol)),
        }
    }

    pub(crate) fn is_class_outside(&self, symbol: Symbol) -> bool {
        let symbols = &self.project.symbols;
        if symbols.is_model_class(&self.project.models, symbol) {
            return true;
        }
        let name = symbols.name(symbol);
        symbols.callable(&self.project.models, symbol).is_none()
            && (looks_like_class(name)
                || symbols.parent(symbol) == Some(self.project.builtins) && is_builtin_class(name))
    }

    // ---- parameters ------------------------------------------------------------------------------

    /// What a parameter is: the receiver of a method, what its annotation says, or what its name
    /// tells.
    pub(crate) fn parameter(&mut self, file: FileId, at: ValueId, position: u32) -> Resolved {
        let project = self.project;
        let ir = project.ir(file);
        let Some(id) = project.unit(file).index.function_of_param(at) else {
            return itself(file, at);
        };
        let function = ir.function(id);
        let Some(param) = ir.params[function.params].get(position as usize) else {
            return itself(file, at);
        };
        if position == 0
            && function.kind == FunctionKind::Def
            && let Some(class) = function.class
        {
            match self.flavour(file, id) {
                Flavour::Static => {}
                Flavour::Class => return Resolved::sure(Entity::Class(file, class)),
                Flavour::Plain | Flavour::Property(_) => {
                    let name = ir.str(function.name);
                    let of_class =
                        matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__");
                    return Resolved::sure(if of_class {
                        Entity::Class(file, class)
                    } else {
                        Entity::Instance(ClassRef::Project(file, class))
                    });
                }
            }
        }
        let gathered = match param.kind {
            ParamKind::Args => Some("tuple"),
            ParamKind::Kwargs => Some("dict"),
            _ => None,
        };
        if let Some(gathered) = gathered {
            let class = project.symbols.child(&project.models, project.builtins, gathered);
            return Resolved::sure(Entity::Instance(ClassRef::External(class)));
        }
        if let Some(annotation) = param.annotation
            && let Some(known) = self.annotated(file, annotation, 0)
        {
            return known;
        }
        self.telling(file, param.name).unwrap_or(itself(file, at))
    }

    /// What a variable of this name is taken for where nothing else is known of it.
    pub(crate) fn telling(&mut self, file: FileId, name: Sym) -> Option<Resolved> {
        self.told_by(self.project.ir(file).str(name))
    }

    fn told_by(&mut self, name: &str) -> Option<Resolved> {
        let (class, confidence) = self.project.models.class_for_variable(name)?;
        let class = self.project.symbols.intern(&self.project.models, class);
        Some(Resolved {
            entity: Entity::Instance(self.project.class_ref(class)),
            // A name is no proof.
            confidence: confidence.min(Confidence::Medium),
        })
    }

    // ---- calls -----------------------------------------------------------------------------------

    /// What a call gives.
    pub(crate) fn call_result(
        &mut self,
        file: FileId,
        at: ValueId,
        callee: Resolved,
        args: Run<Arg>,
    ) -> Resolved {
        let confidence = callee.confidence;
        let known = match callee.entity {
            Entity::Class(class_file, class) => {
                Some(Entity::Instance(ClassRef::Project(class_file, class)))
            }
            Entity::External(symbol) => {
                return self.call_outside(file, at, symbol, args, confidence);
            }
            Entity::Function(function_file, function) => {
                return self.or_call(file, at, function_file, function, None, confidence);
            }
            Entity::Method { receiver, member: Member::Project(function_file, function) } => {
                return self.or_call(file, at, function_file, function, Some(receiver), confidence);
            }
            Entity::Method { receiver, member: Member::External(symbol) } => {
                self.result_outside(symbol, Some(receiver))
            }
            Entity::Instance(class) => {
                let call = self.member_of_instance(class, "__call__", None, None);
                match call.map(|call| call.entity) {
                    Some(Entity::Method { member: Member::Project(f, function), .. }) => {
                        return self.or_call(file, at, f, function, Some(class), confidence);
                    }
                    Some(Entity::Method { member: Member::External(symbol), .. }) => {
                        self.result_outside(symbol, Some(class))
                    }
                    _ => None,
                }
            }
            Entity::Unknown(Unknown::Circular) => return callee,
            Entity::Value(made_file, made) => {
                let kin = self.kin_of_made_class(made_file, made).into_iter().next();
                if let Some(class) = kin {
                    let entity = Entity::Instance(class);
                    return Resolved { entity, confidence: Confidence::Medium };
                }
                None
            }
            Entity::Module(_) | Entity::Super(..) | Entity::Unknown(_) => None,
        };
        match known {
            Some(entity) => Resolved { entity, confidence },
            None => self.telling_getter(file, at).unwrap_or(itself(file, at)),
        }
    }

    /// `view.get_queryset()`, of an unknown view: a getter tells as much as a variable, but not
    /// surely.
    fn telling_getter(&mut self, file: FileId, call: ValueId) -> Option<Resolved> {
        let ir = self.project.ir(file);
        let Value::Call { callee, .. } = ir.value(call) else { return None };
        let Value::Attr { name, .. } = ir.value(callee) else { return None };
        let told = self.told_by(ir.str(name).strip_prefix("get_")?)?;
        Some(told.at_most(Confidence::Low))
    }

    fn or_call(
        &mut self,
        file: FileId,
        at: ValueId,
        function_file: FileId,
        function: FunctionId,
        receiver: Option<ClassRef>,
        confidence: Confidence,
    ) -> Resolved {
        // What is described need not be worked out, and is surer.
        if self.project.is_modelled(function_file) {
            let symbol = self.project.function_symbol(function_file, function);
            if let Some(entity) = self.result_outside(symbol, receiver) {
                return Resolved { entity, confidence };
            }
        }
        match self.returned(function_file, function, receiver) {
            what if what.entity.is_known() || what.is_circular() => what.at_most(confidence),
            _ => self.telling_getter(file, at).unwrap_or(itself(file, at)),
        }
    }

    /// What a function of the project gives back.
    pub(crate) fn returned(
        &mut self,
        file: FileId,
        id: FunctionId,
        receiver: Option<ClassRef>,
    ) -> Resolved {
        let ir = self.project.ir(file);
        let function = ir.function(id);
        let nothing = Resolved::unknown(Unknown::NoSuchName);
        if function.is_generator {
            return nothing;
        }
        let Some(result) = function.result else { return nothing };
        let own_self =
            matches!(ir.value(root(ir, result)), Value::Param(0)) && function.class.is_some();
        if own_self && let Some(receiver) = receiver {
            let what = self.eval(file, result);
            if matches!(what.entity, Entity::Instance(_)) {
                return Resolved { entity: Entity::Instance(receiver), ..what };
            }
        }
        if let Some(returns) = function.returns
            && let Some(known) = self.annotated(file, returns, 0)
        {
            return known;
        }
        if function.kind == FunctionKind::Lambda && self.is_sweeping() {
            return nothing;
        }
        self.eval(file, result)
    }

    fn result_outside(&mut self, symbol: Symbol, receiver: Option<ClassRef>) -> Option<Entity> {
        match self.project.symbols.result(&self.project.models, symbol) {
            CallResult::Unsaid => None,
            CallResult::Receiver => receiver.map(Entity::Instance),
            CallResult::Class(class) => Some(Entity::Instance(self.project.class_ref(class))),
        }
    }

    /// What a call of something outside the project gives. A few builtins are known by name: they
    /// are the language itself.
    fn call_outside(
        &mut self,
        file: FileId,
        at: ValueId,
        symbol: Symbol,
        args: Run<Arg>,
        confidence: Confidence,
    ) -> Resolved {
        let project = self.project;
        let ir = project.ir(file);
        let args = &ir.args[args];
        let nth = |n: usize| {
            args.get(n).filter(|arg| arg.kind == ArgKind::Positional).map(|arg| arg.value)
        };
        let text = |value: Option<ValueId>| match ir.value(ir.bare(value?)) {
            Value::Str(text) => Some(ir.str(text)),
            _ => None,
        };
        match project.symbols.text(symbol) {
            "builtins.super" => {
                let class = match nth(0) {
                    Some(class) => match self.eval(file, class).entity {
                        Entity::Class(file, class) => Some((file, class)),
                        _ => None,
                    },
                    None => project.unit(file).index.class_around_super(at).map(|c| (file, c)),
                };
                return match class {
                    Some((file, class)) => Resolved::sure(Entity::Super(file, class)),
                    None => itself(file, at),
                };
            }
            "builtins.getattr" => {
                if let (Some(of), Some(name)) = (nth(0), text(nth(1))) {
                    let of = self.eval(file, of);
                    let found = self.member_named(of, name);
                    return found.map_or(itself(file, at), |found| found.at_most(confidence));
                }
            }
            "builtins.type" if args.len() == 1 => {
                if let Some(of) = nth(0)
                    && let Resolved { entity: Entity::Instance(class), confidence } =
                        self.eval(file, of)
                {
                    return Resolved { entity: class.entity(), confidence };
                }
            }
            // A method is made of a function; what it is called with is found by its class.
            "builtins.staticmethod" | "builtins.classmethod" => {
                if let Some(function) = nth(0) {
                    return self.eval(file, function);
                }
            }
            "builtins.__import__" => {
                if let Some(name) = text(nth(0)) {
                    let first = name.split('.').next().unwrap_or(name);
                    return self.module_at(file, first);
                }
            }
            "importlib.import_module" => {
                if let Some(name) = text(nth(0)).filter(|name| !name.starts_with('.')) {
                    return self.module_at(file, name);
                }
            }
            _ => {}
        }
        if let Some(entity) = self.result_outside(symbol, None) {
            return Resolved { entity, confidence };
        }
        if self.is_class_outside(symbol) {
            let entity = Entity::Instance(project.class_ref(symbol));
            return Resolved { entity, confidence };
        }
        itself(file, at)
    }

    fn module_at(&mut self, file: FileId, dotted: &str) -> Resolved {
        Resolved::sure(match self.project.target(file, dotted, 0) {
            Target::Module(module) => Entity::Module(module),
            Target::External(symbol) => Entity::External(symbol),
            Target::Missing => Entity::Unknown(Unknown::NoSuchModule),
        })
    }

    // ---- with and isinstance ---------------------------------------------------------------------

    /// What `with manager as x` binds.
    pub(crate) fn entered(&mut self, file: FileId, at: ValueId, manager: Resolved) -> Resolved {
        let Entity::Instance(class) = manager.entity else {
            return if manager.is_circular() { manager } else { itself(file, at) };
        };
        for name in ["__enter__", "__aenter__"] {
            let method = self.member_of_instance(class, name, None, None);
            match method.map(|method| method.entity) {
                Some(Entity::Method { member: Member::Project(f, function), .. }) => {
                    let what = self.returned(f, function, Some(class));
                    return if what.entity.is_known() || what.is_circular() {
                        what.at_most(manager.confidence)
                    } else {
                        itself(file, at)
                    };
                }
                Some(Entity::Method { member: Member::External(symbol), .. }) => {
                    if let Some(entity) = self.result_outside(symbol, Some(class)) {
                        return Resolved { entity, ..manager };
                    }
                }
                _ => {}
            }
        }
        // Most managers enter as themselves.
        manager
    }

    /// A value on the branch of a test: `isinstance(x, Order)` tells its class.
    pub(crate) fn refined(
        &mut self,
        file: FileId,
        of: ValueId,
        test: ValueId,
        truth: bool,
    ) -> Resolved {
        let what = self.eval(file, of);
        if !truth || what.entity.is_known() {
            return what;
        }
        let ir = self.project.ir(file);
        let Value::Call { callee, args } = ir.value(ir.bare(test)) else { return what };
        let [subject, class] = &ir.args[args] else { return what };
        if ir.bare(subject.value) != ir.bare(of) {
            return what;
        }
        let Entity::External(symbol) = self.eval(file, callee).entity else { return what };
        if self.project.symbols.text(symbol) != "builtins.isinstance" {
            return what;
        }
        let class = self.eval(file, class.value);
        self.instance_of(class).unwrap_or(what)
    }
}
