//! Attributes: of classes and what they make, of modules, of what lies outside.

use std::sync::Arc;

use bartizan_base::Sym;
use bartizan_ir::{Value, ValueId};

use crate::FileId;
use crate::calls::{Args, MethodKind};
use crate::domain::{Abstract, Closure, Constant, Evaluated, Symbol};
use crate::operators::is_typed;
use crate::parts::{opened, over};
use crate::reason::Reason;
use crate::session::{Act, Session};
use crate::world::Member;

/// What the value of a method is that is only read.
pub(crate) const METHOD: &str = "a method that is not called";

/// Before the name of an attribute that a class has from outside the project; the class is the first
/// argument.
const OF_CLASS: &str = "type.";

/// The same of an instance.
const OF_OBJECT: &str = "object.";

impl Session<'_> {
    pub(crate) fn attribute(&mut self, at: Act, id: ValueId, of: ValueId, name: Sym) -> Evaluated {
        let of = self.eval(at, of);
        let site = self.site(at, id);
        let text = self.ir(at).str(name);
        over(&of, site, &mut |of| self.attribute_named(at, id, of, text))
    }

    pub(crate) fn attribute_named(
        &mut self,
        at: Act,
        id: ValueId,
        of: &Evaluated,
        text: &str,
    ) -> Evaluated {
        if text == "__dict__"
            && self.outside.is_none()
            && let Some(found) = self.namespace(at, id, of)
        {
            return self.made_or(at, id, found);
        }
        match &of.value {
            Abstract::Ref(Symbol::Module(file)) => {
                let module = self.world.module(*file);
                let value = self.module_member(at, id, module, text);
                let value = self.unless_taken_over(at, id, *file, value);
                let name = self.ir(at).strings.find(text);
                if value.value.is_mutable()
                    && name.is_some_and(|name| self.analysis(at).is_changed_attribute(name))
                {
                    return opened(&value, &Reason::Changed);
                }
                value
            }
            Abstract::Ref(Symbol::Class(file, class, closure)) => {
                self.class_attribute(at, id, (*file, *class, *closure), text)
            }
            Abstract::Ref(Symbol::External(dotted)) => {
                let dotted = format!("{dotted}.{text}");
                if let Some(value) = self.outside.and_then(|outside| outside.name(&dotted)) {
                    return self.by_framework(at, id, value);
                }
                self.made(at, id, self.named_outside(at, id, &dotted))
            }
            Abstract::Ref(Symbol::Function(file, function, _)) => match text {
                // Decorators may have given it the name of another.
                "__name__" if self.world.ir(*file).function(*function).decorators.is_empty() => {
                    let ir = self.world.ir(*file);
                    let name = ir.str(ir.function(*function).name);
                    self.made(at, id, Abstract::str(name))
                }
                _ => self.unknown(at, id, Reason::Attribute(text.into())),
            },
            Abstract::Apply(apply) => match &apply.symbol {
                Symbol::External(dotted) if &**dotted == crate::outside::SUPER => {
                    let apply = std::sync::Arc::clone(apply);
                    match self.super_member(at, id, &apply, text, None) {
                        Some(found) => found,
                        None => self.unknown(at, id, Reason::Attribute(text.into())),
                    }
                }
                Symbol::External(dotted) => {
                    let symbol = attribute_symbol(dotted, text);
                    let parts = std::slice::from_ref(of);
                    let computed = crate::file_paths::computed(&symbol, parts);
                    let computed = computed.or_else(|| crate::standard::attribute(&symbol, of));
                    let computed = computed.or_else(|| self.outside?.attribute(&symbol, of));
                    let computed = computed.or_else(|| self.name_in_tree(&symbol, of));
                    if let Some(value) = computed {
                        return self.made(at, id, value);
                    }
                    let symbol = Symbol::External(symbol);
                    let value = Abstract::apply(symbol, vec![(None, of.clone())], false);
                    self.made(at, id, value)
                }
                Symbol::Class(file, class, closure) => {
                    let field = self.field_of_settings(at, id, (*file, *class), apply, text);
                    field.unwrap_or_else(|| {
                        self.instance_attribute(at, id, (*file, *class, *closure), of, text)
                    })
                }
                _ => self.unknown(at, id, Reason::Attribute(text.into())),
            },
            Abstract::Const(Constant::Int(_) | Constant::Bool(_))
                if matches!(text, "real" | "numerator") =>
            {
                match crate::operators::integer(&of.value) {
                    Ok(number) => self.made(at, id, Abstract::int(number)),
                    Err(reason) => self.unknown(at, id, reason),
                }
            }
            value if is_typed(value) => {
                // What every object has, and the parts of numbers and ranges, are no methods.
                let is_part = text.starts_with("__")
                    || matches!(
                        text,
                        "real" | "imag" | "numerator" | "denominator" | "start" | "stop" | "step"
                    );
                let reason = if crate::methods::has_method(value, text) {
                    Reason::NotFollowed(METHOD)
                } else if is_part {
                    Reason::Attribute(text.into())
                } else {
                    Reason::Raises("AttributeError")
                };
                self.unknown(at, id, reason)
            }
            other => self.unknown(at, id, crate::format::reason_of(other)),
        }
    }

    /// `Path(__file__).parent.name`: of a file or folder of the project, what it is called there. What the
    /// project's own folder is called, nobody knows.
    fn name_in_tree(&self, symbol: &str, of: &Evaluated) -> Option<Abstract> {
        let member = symbol.strip_prefix("pathlib.Path.")?;
        if !matches!(member, "name" | "stem" | "suffix") {
            return None;
        }
        let path = self.world.path_in_tree(of).filter(|path| !path.is_empty())?;
        let text = Evaluated { value: Abstract::str(path), site: of.site };
        crate::file_paths::computed(symbol, &[text])
    }

    /// Something outside by its dotted name; a few are constants.
    pub(crate) fn named_outside(&self, at: Act, id: ValueId, dotted: &str) -> Abstract {
        if self.is_replaced(dotted) {
            return Abstract::Unknown(Reason::Variable(dotted.into()));
        }
        let version = (dotted == "django.VERSION")
            .then(|| self.variables.version_of_django(self.site(at, id)))
            .flatten();
        version.unwrap_or_else(|| crate::names::external(dotted))
    }

    /// What a class has under a name, through its bases.
    pub(crate) fn class_attribute(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, bartizan_ir::ClassId, Closure),
        name: &str,
    ) -> Evaluated {
        let ir = self.world.ir(class.0);
        match name {
            "__name__" => return self.made(at, id, Abstract::str(ir.str(ir.class(class.1).name))),
            "__module__" if self.outside.is_some() => {
                return self.made(at, id, Abstract::str(self.world.module_name(class.0)));
            }
            // What follows a class of the module itself is known to be the same as for the class.
            "__mro__" if self.outside.is_none() => {
                let Some(order) = self.world.order_of(class.0, class.1) else {
                    return self.unknown(at, id, Reason::Attribute(name.into()));
                };
                let mut classes: Vec<Evaluated> = Vec::with_capacity(order.len() + 1);
                for (file, base) in order {
                    let closure = match (file, base) == (class.0, class.1) {
                        true => class.2,
                        false => Closure::default(),
                    };
                    classes.push(self.made(
                        at,
                        id,
                        Abstract::Ref(Symbol::Class(file, base, closure)),
                    ));
                }
                classes.push(self.made(at, id, Abstract::external("builtins.object".to_owned())));
                return self.made(at, id, Abstract::tuple(classes));
            }
            "__qualname__" => {
                return self.made(at, id, Abstract::str(ir.str(ir.class(class.1).qualname)));
            }
            _ => {}
        }
        if self.outside.is_some_and(|outside| outside.keeps(class.0, class.1, name)) {
            return self.by_name(at, id, class, name);
        }
        let class_method = self.world.member(class.0, class.1, name).and_then(|member| {
            let found = self.world.method_under_decorator(&member)?;
            let is_of_class = matches!(self.method_kind(found.0, found.1), MethodKind::Class);
            is_of_class.then_some(found)
        });
        if let Some((file, function)) = class_method {
            let of = self.made(at, id, Abstract::Ref(Symbol::Class(class.0, class.1, class.2)));
            let method = self.made(at, id, Abstract::Ref(Symbol::function(file, function)));
            let symbol = Symbol::External("functools.partial".into());
            return self.made(
                at,
                id,
                Abstract::apply(symbol, vec![(None, method), (None, of)], false),
            );
        }
        if self.world.is_enumeration(class.0, class.1) {
            if self.outside.is_none()
                && let Some(member) = self.member_of_enumeration(at, id, class, name)
            {
                return member;
            }
            return self.unknown(at, id, Reason::Attribute(name.into()));
        }
        let Some(member) = self.world.member(class.0, class.1, name) else {
            let set = self.outside.and_then(|it| it.set_elsewhere(class.0, class.1, name));
            if let Some(set) = set {
                return self.made(at, id, set);
            }
            if !self.world.has_base_outside(class.0, class.1) {
                return self.unknown(at, id, Reason::Attribute(name.into()));
            }
            // What a base outside the project has: known by its name alone.
            return self.by_name(at, id, class, name);
        };
        if self.outside.is_none() && self.is_set_on_classes(name) {
            return self.unknown(at, id, Reason::Attribute(name.into()));
        }
        let value = self.member_value(&member, (member.file == class.0).then_some(class.2));
        match &value.value {
            // What it gives is another matter.
            Abstract::Apply(made) if self.is_descriptor(&made.symbol) => {
                self.unknown(at, id, Reason::Attribute(name.into()))
            }
            Abstract::Ref(Symbol::Function(file, function, _)) => {
                match self.method_kind(*file, *function) {
                    MethodKind::Static | MethodKind::Instance => value,
                    _ => self.unknown(at, id, Reason::Attribute(name.into())),
                }
            }
            Abstract::Unknown(Reason::External(decorator))
                if &**decorator == "builtins.classmethod" =>
            {
                self.by_name(at, id, class, name)
            }
            known if known.is_mutable() => {
                let file = self.world.analysis(member.file);
                let sym = self.world.ir(member.file).strings.find(name);
                if sym.is_some_and(|sym| file.is_changed_attribute(sym)) {
                    let node = self.world.ir(member.file).bare(member.value);
                    let container = crate::domain::Site { file: member.file, node };
                    let filled =
                        self.outside.and_then(|it| it.filled(container, None, &value.value));
                    if let Some(filled) = filled {
                        return Evaluated { value: filled, site: value.site };
                    }
                    opened(&value, &Reason::Changed)
                } else {
                    value
                }
            }
            _ => self.configured(at, name, value),
        }
    }

    /// Whether objects of a class say themselves what reading them as an attribute gives.
    fn is_descriptor(&self, class: &Symbol) -> bool {
        match class {
            Symbol::Class(file, class, _) if self.outside.is_none() => {
                self.world.member(*file, *class, "__get__").is_some()
            }
            _ => false,
        }
    }

    /// An attribute of a class of which no more than its name is known.
    fn by_name(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, bartizan_ir::ClassId, Closure),
        name: &str,
    ) -> Evaluated {
        let of = self.made(at, id, Abstract::Ref(Symbol::Class(class.0, class.1, class.2)));
        let symbol = format!("{OF_CLASS}{name}");
        if let Some(value) = self.outside.and_then(|outside| outside.attribute(&symbol, &of)) {
            return self.made(at, id, value);
        }
        let symbol = Symbol::External(symbol.into());
        self.made(at, id, Abstract::apply(symbol, vec![(None, of)], false))
    }

    /// What the body of a class binds.
    pub(crate) fn member_value(&mut self, member: &Member, closure: Option<Closure>) -> Evaluated {
        let frame = match closure.and_then(|closure| closure.0) {
            Some(frame) if (frame as usize) < self.frames.len() => frame,
            _ => self.file_frame(member.file),
        };
        let root = self.frames[frame as usize].root;
        self.eval(root, member.value)
    }

    /// The function that a decorator of Python's own makes a property or class method of; what is told
    /// by [`Self::method_kind`].
    pub(crate) fn function_behind(&self, member: Member) -> Member {
        let ir = self.world.ir(member.file);
        let mut value = ir.bare(member.value);
        while let Value::Decorated { by, of } = ir.value(value) {
            match ir.value(ir.bare(by)) {
                Value::Global { name, .. }
                    if matches!(ir.str(name), "property" | "classmethod" | "staticmethod") =>
                {
                    value = ir.bare(of);
                }
                Value::Import { name: Some(name), .. } if ir.str(name) == "classonlymethod" => {
                    value = ir.bare(of);
                }
                _ => return member,
            }
        }
        Member { file: member.file, value }
    }

    /// An attribute of an instance, where the class alone says what it is; or what a method returns
    /// is asked for elsewhere.
    fn instance_attribute(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, bartizan_ir::ClassId, Closure),
        instance: &Evaluated,
        name: &str,
    ) -> Evaluated {
        if self.outside.is_some_and(|outside| outside.keeps(class.0, class.1, name)) {
            let symbol = Symbol::External(format!("{OF_OBJECT}{name}").into());
            return self.made(
                at,
                id,
                Abstract::apply(symbol, vec![(None, instance.clone())], false),
            );
        }
        if let Some(part) = crate::enumerations::attribute(&instance.value, name) {
            return part;
        }
        if self.outside.is_none()
            && self.world.member(class.0, class.1, "__getattribute__").is_some()
        {
            return self.unknown(at, id, Reason::Attribute(name.into()));
        }
        if self.world.is_stored(class.0, class.1, name) {
            return match self.stored((class.0, class.1), instance, name) {
                Some(value) => value,
                None => self.unknown(at, id, Reason::Attribute(name.into())),
            };
        }
        if let Some(member) = self.world.member(class.0, class.1, name)
            && self.outside.is_some()
            && let Some((file, function)) = self.world.property(&member)
        {
            let target = Abstract::Ref(Symbol::function(file, function));
            let target = Evaluated { value: target, site: instance.site };
            return self.apply(at, id, &target, Args::positional(vec![instance.clone()]));
        }
        if let Some(member) = self.world.member(class.0, class.1, name) {
            let member = self.function_behind(member);
            let value = self.member_value(&member, (member.file == class.0).then_some(class.2));
            if let Abstract::Ref(Symbol::Function(file, function, closure)) = &value.value {
                return match self.method_kind(*file, *function) {
                    MethodKind::Property => {
                        let args = Args::positional(vec![instance.clone()]);
                        let target = Evaluated {
                            value: Abstract::Ref(Symbol::Function(*file, *function, *closure)),
                            site: value.site,
                        };
                        self.apply(at, id, &target, args)
                    }
                    MethodKind::Static => value,
                    MethodKind::Instance if self.outside.is_some() => {
                        // The method with its instance.
                        let symbol = Symbol::External("functools.partial".into());
                        let args = vec![(None, value), (None, instance.clone())];
                        self.made(at, id, Abstract::apply(symbol, args, false))
                    }
                    _ => self.unknown(at, id, Reason::Attribute(name.into())),
                };
            }
        }
        if let Some(given) = self.given_to_field((class.0, class.1), instance, name) {
            return match given {
                Ok(value) if value.value.is_mutable() => {
                    let files = [self.frame_of(at).file, class.0];
                    let is_changed = files.iter().any(|file| {
                        let name = self.world.ir(*file).strings.find(name);
                        name.is_some_and(|it| self.world.analysis(*file).is_changed_attribute(it))
                    });
                    if is_changed { opened(&value, &Reason::Changed) } else { value }
                }
                Ok(value) => value,
                Err(reason) => self.unknown(at, id, reason),
            };
        }
        if self.world.member(class.0, class.1, name).is_none() && !name.starts_with("__") {
            let text = self.made(at, id, Abstract::str(name));
            let args = Args::positional(vec![text]);
            if let Some(found) = self.special(at, id, instance, "__getattr__", &args) {
                return found;
            }
            // Where a framework answers, objects keep their special methods to themselves, but an object
            // that hands on the settings is asked as the code asks it.
            if self.outside.is_some()
                && !self.world.has_base_outside(class.0, class.1)
                && self.world.member(class.0, class.1, "__getattr__").is_some()
            {
                return match self.bound_method(class, instance, "__getattr__", &args) {
                    Ok((method, args)) => self.apply(at, id, &method, args),
                    Err(reason) => self.unknown(at, id, reason),
                };
            }
        }
        let found = self.class_attribute(at, id, class, name);
        match &found.value {
            Abstract::Apply(apply) if matches!(&apply.symbol, Symbol::External(symbol) if symbol.starts_with(OF_CLASS)) =>
            {
                if self.outside.is_some_and(|outside| outside.lacks(class.0, class.1, name)) {
                    return self.unknown(at, id, Reason::Raises("AttributeError"));
                }
                // Of the instance at hand, and not of its class alone.
                let symbol = format!("{OF_OBJECT}{name}");
                let known = self.outside.and_then(|outside| outside.attribute(&symbol, instance));
                if let Some(value) = known {
                    return self.made(at, id, value);
                }
                let symbol = Symbol::External(symbol.into());
                self.made(at, id, Abstract::apply(symbol, vec![(None, instance.clone())], false))
            }
            // `model = None` of a mixin, which the framework gives to each instance.
            Abstract::Const(crate::domain::Constant::None) => {
                let symbol = format!("{OF_OBJECT}{name}");
                let given = self.outside.and_then(|outside| outside.attribute(&symbol, instance));
                given.map_or(found, |value| self.made(at, id, value))
            }
            _ => found,
        }
    }

    /// What an instance was given for an attribute where others make it: a data class, a named tuple.
    /// `None` where it was given nothing, and has what its class has.
    fn given_to_field(
        &self,
        class: (FileId, bartizan_ir::ClassId),
        instance: &Evaluated,
        name: &str,
    ) -> Option<Result<Evaluated, Reason>> {
        let Abstract::Apply(made) = &instance.value else { return None };
        let ir = self.world.ir(class.0);
        let is_decorated = !ir.class(class.1).decorators.is_empty();
        let is_made_by_others = is_decorated || self.world.has_base_outside(class.0, class.1);
        if self.outside.is_some() || !is_made_by_others || made.args.is_empty() && !made.open {
            return None;
        }
        let unknown = || Some(Err(Reason::Attribute(name.into())));
        if made.open || self.world.has_base_outside(class.0, class.1) {
            return unknown();
        }
        match made.args.iter().find(|(known, _)| known.as_deref() == Some(name)) {
            Some((_, value)) => Some(Ok(value.clone())),
            None if made.args.iter().any(|(known, _)| known.is_none()) => unknown(),
            None => None,
        }
    }

    /// A method of an instance of a class of the project.
    pub(crate) fn instance_method(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, bartizan_ir::ClassId, Closure),
        instance: &Evaluated,
        name: &str,
        args: &Args,
    ) -> Evaluated {
        if self.outside.is_some()
            && self.world.member(class.0, class.1, name).is_none()
            && self.world.has_base_outside(class.0, class.1)
        {
            if self.outside.is_some_and(|outside| outside.lacks(class.0, class.1, name)) {
                return self.unknown(at, id, Reason::Raises("AttributeError"));
            }
            let mut all = vec![(None, instance.clone())];
            all.extend(crate::calls::listed(args.clone()));
            let symbol: std::sync::Arc<str> = format!("{OF_OBJECT}{name}").into();
            if let Some(value) = self.outside.and_then(|outside| outside.call(&symbol, &all)) {
                return self.by_framework(at, id, value);
            }
            return self.made(at, id, Abstract::apply(Symbol::External(symbol), all, args.open));
        }
        match self.bound_method(class, instance, name, args) {
            Ok((method, args)) => self.apply(at, id, &method, args),
            Err(reason) => self.unknown(at, id, reason),
        }
    }

    /// The function behind a method of an instance, and the arguments that it gets.
    pub(crate) fn bound_method(
        &mut self,
        class: (FileId, bartizan_ir::ClassId, Closure),
        instance: &Evaluated,
        name: &str,
        args: &Args,
    ) -> Result<(Evaluated, Args), Reason> {
        if self.world.is_stored(class.0, class.1, name)
            && (self.outside.is_none() || self.world.member(class.0, class.1, name).is_none())
        {
            return Err(Reason::Attribute(name.into()));
        }
        let Some(member) = self.world.member(class.0, class.1, name) else {
            return Err(Reason::Attribute(name.into()));
        };
        let value = match self.world.method_under_decorator(&member) {
            Some((file, function)) if self.outside.is_some() => Evaluated {
                value: Abstract::Ref(Symbol::function(file, function)),
                site: instance.site,
            },
            _ => self.member_value(&member, (member.file == class.0).then_some(class.2)),
        };
        let Abstract::Ref(Symbol::Function(file, function, _)) = &value.value else {
            return Err(Reason::Callee);
        };
        let mut args = args.clone();
        match self.method_kind(*file, *function) {
            MethodKind::Static => {}
            MethodKind::Instance => args.positional.insert(0, instance.clone()),
            MethodKind::Class => {
                let class = Abstract::Ref(Symbol::Class(class.0, class.1, class.2));
                args.positional.insert(0, Evaluated { value: class, site: instance.site });
            }
            MethodKind::Property | MethodKind::Unknown => return Err(Reason::Callee),
        }
        Ok((value, args))
    }
}

/// The name of an attribute of a result: `pathlib.Path.parent` for that of a `Path(…)`, whatever was
/// called before on the way.
pub(crate) fn attribute_symbol(dotted: &str, name: &str) -> Arc<str> {
    // Methods and attributes of a path give paths.
    if let Some(rest) = dotted.strip_prefix("pathlib.") {
        let class = rest.split('.').next().unwrap_or("Path");
        return format!("pathlib.{class}.{name}").into();
    }
    format!("{dotted}.{name}").into()
}
