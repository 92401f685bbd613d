//! Attributes: of modules, of classes along their order of bases, of instances with what their
//! methods store.

use bartizan_base::Sym;
use bartizan_finding::Confidence;
use bartizan_ir::{ClassId, FunctionId, Value, ValueId};

use crate::entity::{ClassRef, Entity, FileId, Member, Resolved, Unknown};
use crate::python::looks_like_descriptor;
use crate::resolve::{Resolver, itself};

/// What a function in a class body is to those who reach for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// A method.
    Plain,
    /// A function that only lives in the class.
    Static,
    /// A method of the class.
    Class,
    /// An attribute that this function computes.
    Property(Option<FunctionId>),
}

/// How an attribute is reached for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Through {
    Class,
    Instance,
}

impl<'p> Resolver<'p> {
    /// `of.name` at `at`.
    pub(crate) fn attribute(
        &mut self,
        file: FileId,
        at: ValueId,
        of: Resolved,
        name: Sym,
    ) -> Resolved {
        // The same attribute of the same thing is asked for again and again in a file.
        let keeps = matches!(
            of.entity,
            Entity::Module(_)
                | Entity::External(_)
                | Entity::Class(..)
                | Entity::Instance(_)
                | Entity::Super(..)
        );
        if !keeps {
            return self.attribute_now(file, at, of, name);
        }
        let called = self.project.unit(file).index.is_called(at);
        let key = (self.project.numbers.key(of.entity), file, name, called);
        if let Some(known) = self.attributes.get(&key) {
            return known.at_most(of.confidence);
        }
        let low = std::mem::replace(&mut self.low, u32::MAX);
        let sure = Resolved { confidence: Confidence::High, ..of };
        let found = self.attribute_now(file, at, sure, name);
        let of_this_place = found.entity == Entity::Value(file, at);
        if self.low == u32::MAX
            && !of_this_place
            && found.entity != Entity::Unknown(Unknown::TooDeep)
        {
            self.attributes.insert(key, found);
        }
        self.low = self.low.min(low);
        found.at_most(of.confidence)
    }

    fn attribute_now(&mut self, file: FileId, at: ValueId, of: Resolved, name: Sym) -> Resolved {
        let text = self.project.ir(file).str(name);
        let local = Some((file, name));
        let found = match of.entity {
            Entity::Instance(class) => self.member_of_instance(class, text, local, None),
            Entity::Class(class_file, class) => {
                self.member_of_class(ClassRef::Project(class_file, class), text, local)
            }
            Entity::Value(value_file, value) => {
                match self.project.literal_class(value_file, value) {
                    Some(class) => self.member_of_instance(class, text, local, None),
                    None => None,
                }
            }
            Entity::Super(class_file, class) => {
                let class = ClassRef::Project(class_file, class);
                self.member_of_instance(class, text, local, Some(class))
            }
            Entity::Unknown(Unknown::Circular) => return of,
            _ => self.member_named(of, text),
        };
        match found {
            Some(found) if !matches!(found.entity, Entity::Value(..) | Entity::Unknown(_)) => {
                found.at_most(of.confidence)
            }
            Some(found) if found.is_circular() => found,
            // The name of a variable may tell more than what was found; that of a method does not.
            found => {
                let called = self.project.unit(file).index.is_called(at);
                let told = if called { None } else { self.telling(file, name) };
                told.or(found).unwrap_or(itself(file, at))
            }
        }
    }

    /// `of.name`, where there is no place in a file that says so.
    pub(crate) fn member_named(&mut self, of: Resolved, name: &str) -> Option<Resolved> {
        let found = match of.entity {
            Entity::Module(module) => {
                let found = self.project.lookup(module, name);
                // Names that Python binds in every module have no value of their own.
                if found == crate::names::Lookup::Special {
                    return None;
                }
                let file = FileId::from_index(0);
                Some(self.found(file, ValueId::from_index(0), found))
            }
            Entity::External(symbol) => Some(self.outside(symbol, name)),
            Entity::Class(file, class) => {
                self.member_of_class(ClassRef::Project(file, class), name, None)
            }
            Entity::Instance(class) => self.member_of_instance(class, name, None, None),
            _ => None,
        };
        found.map(|found| found.at_most(of.confidence))
    }

    /// `class.name`
    fn member_of_class(
        &mut self,
        class: ClassRef,
        name: &str,
        local: Option<(FileId, Sym)>,
    ) -> Option<Resolved> {
        self.along(class, name, local, None, Through::Class)
    }

    /// `instance.name`, or where `behind` is given, as `super()` of that class finds it.
    pub(crate) fn member_of_instance(
        &mut self,
        class: ClassRef,
        name: &str,
        local: Option<(FileId, Sym)>,
        behind: Option<ClassRef>,
    ) -> Option<Resolved> {
        if name == "__class__" {
            return Some(Resolved::sure(class.entity()));
        }
        self.along(class, name, local, behind, Through::Instance)
    }

    fn along(
        &mut self,
        receiver: ClassRef,
        name: &str,
        local: Option<(FileId, Sym)>,
        behind: Option<ClassRef>,
        through: Through,
    ) -> Option<Resolved> {
        let project = self.project;
        let mro = self.mro(receiver);
        let start = match behind {
            Some(class) => mro.classes.iter().position(|other| *other == class)? + 1,
            None => 0,
        };
        let mut outside: Option<crate::Symbol> = None;
        let mut several = false;
        // What methods store in attributes of the instance, from the class downward.
        let mut stored: Option<Resolved> = None;
        for class in mro.classes.iter().skip(start).copied() {
            match class {
                ClassRef::Project(file, id) => {
                    let (own_name, bound) = self.own_binding(file, id, name, local);
                    if let (Through::Instance, Some(own_name), None) = (through, own_name, stored)
                        && behind.is_none()
                    {
                        stored = self.stored(file, id, own_name, bound);
                        if let Some(known) = stored
                            && known.entity.is_known()
                        {
                            return Some(known);
                        }
                    }
                    if let Some(bound) = bound {
                        let what = self.taken(file, bound, receiver, through);
                        if what.entity.is_known() || stored.is_none() {
                            return Some(what);
                        }
                        return stored;
                    }
                    if project.is_modelled(file) {
                        let symbol = project.class_symbol(file, id);
                        if let Some(found) = self.described(symbol, name, receiver, through) {
                            return Some(found);
                        }
                    }
                }
                ClassRef::External(symbol) => {
                    if let Some(found) = self.described(symbol, name, receiver, through) {
                        return Some(found);
                    }
                    // It may be any base's. The first stands for them, before it one of which
                    // nothing is known.
                    several |= outside.is_some();
                    let model = |class| project.symbols.is_model_class(&project.models, class);
                    if outside.is_none_or(|first| model(first) && !model(symbol)) {
                        outside = Some(symbol);
                    }
                }
            }
        }
        if stored.is_some() {
            return stored;
        }
        match outside {
            Some(symbol) => {
                let symbol = project.symbols.child(&project.models, symbol, name);
                let entity = Entity::Method { receiver, member: Member::External(symbol) };
                let sure = !several && !mro.unknown_base;
                let confidence = if sure { Confidence::High } else { Confidence::Medium };
                Some(Resolved { entity, confidence })
            }
            None if mro.unknown_base => None,
            None => Some(Resolved::unknown(Unknown::NoSuchMember)),
        }
    }

    /// A member that the models describe.
    fn described(
        &mut self,
        class: crate::Symbol,
        name: &str,
        receiver: ClassRef,
        through: Through,
    ) -> Option<Resolved> {
        let project = self.project;
        if !project.symbols.is_model_class(&project.models, class) {
            return None;
        }
        let symbol = project.symbols.child(&project.models, class, name);
        if let Some(class) = project.symbols.variable(&project.models, symbol) {
            return Some(Resolved::sure(Entity::Instance(project.class_ref(class))));
        }
        let callable = project.symbols.callable(&project.models, symbol)?;
        let bound =
            through == Through::Instance || callable.receiver == bartizan_model::Receiver::Class;
        Some(Resolved::sure(if bound {
            Entity::Method { receiver, member: Member::External(symbol) }
        } else {
            Entity::External(symbol)
        }))
    }

    /// What methods of the class store in `self.name`, together with what its body binds.
    fn stored(
        &mut self,
        file: FileId,
        class: ClassId,
        name: Sym,
        bound: Option<ValueId>,
    ) -> Option<Resolved> {
        let project = self.project;
        let ir = project.ir(file);
        let stores = project.unit(file).index.attribute(class, name);
        let first = stores.clone().next()?;
        // A default in the body of the class counts; a method or property does not.
        let bound = bound.filter(|bound| !self.is_function(file, *bound));
        let ways = bound.into_iter().chain(stores).map(|value| (value, false));
        debug_assert!(first.index() < ir.values.len());
        Some(self.meet(file, first, ways))
    }

    fn is_function(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.project.ir(file);
        let mut at = value;
        for _ in 0..64 {
            match ir.value(at) {
                Value::Decorated { of, .. } | Value::Pi { of, .. } => at = of,
                Value::Function(_) => return true,
                _ => return false,
            }
        }
        false
    }

    /// What comes of a class attribute when it is taken from the class or an instance: functions
    /// become methods, properties their results.
    fn taken(
        &mut self,
        file: FileId,
        bound: ValueId,
        receiver: ClassRef,
        through: Through,
    ) -> Resolved {
        let what = self.eval(file, bound);
        let (function_file, function) = match what.entity {
            Entity::Function(function_file, function) => (function_file, function),
            Entity::Instance(class) if through == Through::Instance => {
                return self.described_by(file, bound, class).unwrap_or(what);
            }
            _ => return what,
        };
        let flavour = match self.wrapped(file, bound) {
            Some(flavour) => flavour,
            None => self.flavour(function_file, function),
        };
        let member = Member::Project(function_file, function);
        match (flavour, through) {
            (Flavour::Plain, Through::Instance) | (Flavour::Class, _) => {
                Resolved { entity: Entity::Method { receiver, member }, ..what }
            }
            (Flavour::Property(getter), Through::Instance) => match getter {
                Some(getter) => {
                    let value = self.returned(function_file, getter, Some(receiver));
                    if value.entity.is_known() || value.is_circular() {
                        value.at_most(what.confidence)
                    } else {
                        itself(file, bound)
                    }
                }
                None => itself(file, bound),
            },
            (Flavour::Property(_), Through::Class) => itself(file, bound),
            (Flavour::Plain | Flavour::Static, _) => what,
        }
    }

    /// What an instance has where its class has a descriptor: a column, a form field, a relation.
    /// Nothing comes of anything else.
    fn described_by(&mut self, file: FileId, bound: ValueId, class: ClassRef) -> Option<Resolved> {
        let project = self.project;
        let name = match class {
            ClassRef::Project(class_file, id) => {
                if let Some(get) = project.lookup_member(class, "__get__") {
                    let get = self.eval(get.class.0, get.value).entity;
                    let Entity::Function(get_file, get) = get else {
                        return Some(itself(file, bound));
                    };
                    let value = self.returned(get_file, get, None);
                    let own = value.entity == Entity::Instance(class);
                    let known = value.entity.is_known() && !own || value.is_circular();
                    return Some(if known { value } else { itself(file, bound) });
                }
                let ir = project.ir(class_file);
                ir.str(ir.class(id).name)
            }
            ClassRef::External(symbol) => project.symbols.name(symbol),
        };
        looks_like_descriptor(name).then(|| itself(file, bound))
    }

    /// `name = staticmethod(function)` in the body of a class.
    fn wrapped(&mut self, file: FileId, bound: ValueId) -> Option<Flavour> {
        let ir = self.project.ir(file);
        let Value::Call { callee, .. } = ir.value(ir.bare(bound)) else { return None };
        let Entity::External(symbol) = self.eval(file, callee).entity else { return None };
        match self.project.symbols.text(symbol) {
            "builtins.staticmethod" => Some(Flavour::Static),
            "builtins.classmethod" => Some(Flavour::Class),
            _ => None,
        }
    }

    /// What its decorators make of a function in a class.
    pub(crate) fn flavour(&mut self, file: FileId, function: FunctionId) -> Flavour {
        let ir = self.project.ir(file);
        for decorator in &ir.ids[ir.function(function).decorators] {
            // `@price.setter`: the property stays one, and its value is the getter's.
            if let Value::Attr { of, name } = ir.value(ir.bare(*decorator))
                && matches!(ir.str(name), "setter" | "deleter" | "getter")
            {
                let getter = match self.eval(file, of).entity {
                    Entity::Function(getter_file, getter) if getter_file == file => {
                        match self.flavour_of_getter(file, getter, function) {
                            Flavour::Property(getter) => getter,
                            _ => None,
                        }
                    }
                    _ => None,
                };
                return Flavour::Property(getter);
            }
            match self.eval(file, *decorator).entity {
                Entity::External(symbol) => match self.project.symbols.text(symbol) {
                    "builtins.staticmethod" => return Flavour::Static,
                    "builtins.classmethod" => return Flavour::Class,
                    text if text.ends_with("property") => {
                        return Flavour::Property(Some(function));
                    }
                    _ => {}
                },
                // The project's own kinds of properties are called so too.
                Entity::Class(at, class) => {
                    let ir = self.project.ir(at);
                    if ir.str(ir.class(class).name).to_ascii_lowercase().ends_with("property") {
                        return Flavour::Property(Some(function));
                    }
                }
                Entity::Function(at, by) => {
                    let ir = self.project.ir(at);
                    if ir.str(ir.function(by).name).ends_with("property") {
                        return Flavour::Property(Some(function));
                    }
                }
                _ => {}
            }
        }
        Flavour::Plain
    }

    /// Getters stand before their setters; anything else would go round in circles.
    fn flavour_of_getter(
        &mut self,
        file: FileId,
        getter: FunctionId,
        setter: FunctionId,
    ) -> Flavour {
        if getter < setter { self.flavour(file, getter) } else { Flavour::Property(None) }
    }
}
