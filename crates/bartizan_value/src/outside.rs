//! What a framework makes of a project: answers that the text alone does not give.

use std::sync::Arc;

use bartizan_ir::{ClassId, FunctionId};

use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Evaluated, Object, SeqKind, Site, Symbol};
use crate::reason::Reason;

/// Arguments of a call; keywords have names.
pub type Given = [(Option<Arc<str>>, Evaluated)];

/// Knows what a framework gives for names and calls that lead out of the project, or that its own
/// machinery answers: a setting, the configuration of an application, what is registered.
///
/// With it, evaluation also follows what methods store in instances, each attribute as the one store
/// says that there is for it, and `super()`.
pub trait Outside {
    /// The value behind a dotted name outside the project: `django.conf.settings.DEBUG`.
    fn name(&self, dotted: &str) -> Option<Abstract>;

    /// What a call of something outside the project gives.
    fn call(&self, dotted: &str, given: &Given) -> Option<Abstract>;

    /// What a call of a function of the project gives, where it asks the framework's machinery.
    fn function(&self, file: FileId, function: FunctionId, given: &Given) -> Option<Abstract>;

    /// Whether an attribute of a class of the project, or of an instance, stays a mere name: as
    /// `type.as_view` or `object.urls` applied to it.
    fn keeps(&self, file: FileId, class: ClassId, name: &str) -> bool;

    /// What an attribute is that is known by its name alone: `type._meta.app_label` of `type._meta` of a
    /// model, `object.model` of what shows it.
    fn attribute(&self, _dotted: &str, _of: &Evaluated) -> Option<Abstract> {
        None
    }

    /// A part of something that is known by its name alone: `site.urls[0]`.
    fn item(&self, _of: &Evaluated, _key: &Abstract) -> Option<Abstract> {
        None
    }

    /// Whether something outside the project leaves the containers that it is given as they are.
    fn leaves(&self, _dotted: &str) -> bool {
        false
    }

    /// What a container holds once all modules are loaded, that functions of the project fill; `of` is
    /// the instance that has it in an attribute. `None` where that is not known.
    fn filled(
        &self,
        _container: Site,
        _of: Option<&Evaluated>,
        _value: &Abstract,
    ) -> Option<Abstract> {
        None
    }

    /// Whether what a class of the project makes has no attribute of this name, though a base lies outside
    /// the project.
    fn lacks(&self, _file: FileId, _class: ClassId, _name: &str) -> bool {
        false
    }

    /// What an attribute of a class is that its body does not bind, for code elsewhere sets it.
    fn set_elsewhere(&self, _file: FileId, _class: ClassId, _name: &str) -> Option<Abstract> {
        None
    }
}

impl Abstract {
    /// A thing outside the project by its dotted name.
    pub fn outside(dotted: impl Into<Arc<str>>) -> Self {
        Self::external(dotted)
    }

    /// An instance of a class of the project, or what a call of something gave.
    pub fn made_by(symbol: Symbol, given: Vec<(Option<Arc<str>>, Evaluated)>) -> Self {
        Self::apply(symbol, given, false)
    }

    /// `True` or `False`
    pub fn truth(truth: bool) -> Self {
        Self::bool(truth)
    }

    /// A text.
    pub fn known_text(text: &str) -> Self {
        Self::str(text)
    }

    /// A list that nobody else holds.
    pub fn list_of(items: Vec<Evaluated>) -> Self {
        Self::seq(SeqKind::List, items, None, Object::NONE)
    }

    /// A dict that nobody else holds.
    pub fn dict_of(entries: Vec<(Evaluated, Evaluated)>) -> Self {
        Self::map(entries, None, Object::NONE)
    }

    /// The same container, which may hold more.
    pub fn with_more(self, why: Reason) -> Self {
        match &self {
            Self::Seq(seq) => Self::seq(seq.kind, seq.items.clone(), Some(why), Object::NONE),
            Self::Map(map) => Self::map(map.entries.clone(), Some(why), Object::NONE),
            _ => self,
        }
    }

    /// As another evaluation may take it: containers are values of their own, and references know
    /// no run of the code around them.
    pub fn detached(&self) -> Self {
        let inner =
            |value: &Evaluated| Evaluated { value: value.value.detached(), site: value.site };
        match self {
            Self::Seq(seq) => {
                let items = seq.items.iter().map(inner).collect();
                Self::seq(seq.kind, items, seq.open.clone(), Object::NONE)
            }
            Self::Map(map) => {
                let entries = map.entries.iter().map(|(key, value)| (inner(key), inner(value)));
                Self::map(entries.collect(), map.open.clone(), Object::NONE)
            }
            Self::Ref(symbol) => Self::Ref(symbol.detached()),
            Self::Apply(apply) => {
                let args = apply.args.iter().map(|(name, value)| (name.clone(), inner(value)));
                Self::apply(apply.symbol.detached(), args.collect(), apply.open)
            }
            other => other.clone(),
        }
    }
}

impl Symbol {
    fn detached(&self) -> Self {
        match self {
            Self::Function(file, function, _) => {
                Self::Function(*file, *function, crate::domain::Closure::default())
            }
            Self::Class(file, class, _) => {
                Self::Class(*file, *class, crate::domain::Closure::default())
            }
            other => other.clone(),
        }
    }

    /// The class of the project, as if nothing ran around it.
    pub fn class(file: FileId, class: ClassId) -> Self {
        Self::Class(file, class, crate::domain::Closure::default())
    }

    /// The function of the project, as if nothing ran around it.
    pub fn function(file: FileId, function: FunctionId) -> Self {
        Self::Function(file, function, crate::domain::Closure::default())
    }
}

/// What `super()` gives: the class whose method asks, and the instance or class that it is asked for.
pub(crate) const SUPER: &str = "builtins.super";

impl<'p> crate::session::Session<'p> {
    /// `super()`, in a method of a class.
    pub(crate) fn super_of(&self, at: crate::session::Act) -> Option<Abstract> {
        let mut frame = self.frame_of(at);
        loop {
            let function = frame.function?;
            let record = frame.ir.function(function);
            let Some(class) = record.class else {
                // A function inside a method sees the method's class and instance.
                frame = &self.frames[frame.outer? as usize];
                continue;
            };
            let receiver = frame.params.first()?.clone();
            let site = receiver.site;
            let class = Abstract::Ref(Symbol::class(frame.file, class));
            let args = vec![(None, Evaluated { value: class, site }), (None, receiver)];
            return Some(Abstract::apply(Symbol::External(SUPER.into()), args, false));
        }
    }

    /// A method or attribute of `super()`.
    pub(crate) fn super_member(
        &mut self,
        at: crate::session::Act,
        id: bartizan_ir::ValueId,
        of: &crate::domain::Apply,
        name: &str,
        args: Option<&Args>,
    ) -> Option<Evaluated> {
        let [(_, asking), (_, receiver)] = of.args.as_slice() else { return None };
        let Abstract::Ref(Symbol::Class(file, class, _)) = &asking.value else { return None };
        let own = match &receiver.value {
            Abstract::Apply(apply) => &apply.symbol,
            Abstract::Ref(symbol) => symbol,
            _ => return None,
        };
        let Symbol::Class(own_file, own_class, _) = own else { return None };
        let found = self.world.member_behind((*own_file, *own_class), (*file, *class), name);
        let member = match found {
            Ok(member) => member,
            Err(outside) => {
                let mut all = vec![(None, receiver.clone())];
                all.extend(args.cloned().map(crate::calls::listed).unwrap_or_default());
                let symbol: Arc<str> = format!("{}.{name}", outside?).into();
                if let Some(value) = self.outside.and_then(|outside| outside.call(&symbol, &all)) {
                    return Some(self.by_framework(at, id, value));
                }
                let symbol = Symbol::External(symbol);
                return Some(self.made(at, id, Abstract::apply(symbol, all, false)));
            }
        };
        let value = self.member_value(&member, None);
        let mut all = args.cloned().unwrap_or_default();
        if let Abstract::Ref(Symbol::Function(file, function, _)) = &value.value {
            let kind = self.method_kind(*file, *function);
            match kind {
                crate::calls::MethodKind::Property if args.is_none() => {}
                _ if args.is_none() => return Some(value),
                crate::calls::MethodKind::Static => {
                    return Some(self.apply(at, id, &value, all));
                }
                _ => {}
            }
            all.positional.insert(0, receiver.clone());
            return Some(self.apply(at, id, &value, all));
        }
        Some(value)
    }

    /// What methods of a class store in an attribute of the instance, where there is one store.
    pub(crate) fn stored(
        &mut self,
        class: (FileId, ClassId),
        instance: &Evaluated,
        name: &str,
    ) -> Option<Evaluated> {
        let (file, method, stored) = self.world.only_store(class, name)?;
        // A property may do something else with what is stored.
        if let Some(member) = self.world.member(class.0, class.1, name)
            && matches!(
                self.world.ir(member.file).value(member.value),
                bartizan_ir::Value::Decorated { .. } | bartizan_ir::Value::Call { .. }
            )
        {
            return None;
        }
        let ir = self.world.ir(file);
        let record = ir.function(method);
        if self.outside.is_none() {
            let mut files: Vec<FileId> = self.files_of_timeline();
            files.extend([file, instance.site.file]);
            if !self.world.is_stored_as_made(class, (file, method), stored, &files) {
                return None;
            }
        }
        let mut args = Args::positional(vec![instance.clone()]);
        if ir.str(record.name) == "__init__"
            && let Abstract::Apply(made) = &instance.value
        {
            args.open |= made.open;
            for (name, value) in &made.args {
                match name {
                    Some(name) => args.keywords.push((name.clone(), value.clone())),
                    None => args.positional.push(value.clone()),
                }
            }
        } else if ir.params[record.params].len() > 1 {
            args.open = true;
        }
        // A framework asks when all code has run; settings ask as the object was made.
        let (made_in, last) = match self.outside.is_some() {
            true => (file, bartizan_ir::ValueId::from_index(ir.values.len().saturating_sub(1))),
            false => (instance.site.file, instance.site.node),
        };
        let frame = self.file_frame(made_in);
        let root = self.frames[frame as usize].root;
        let target = (file, method, crate::domain::Closure::default());
        let closures = self.closures;
        let frame = self.enter_function(root, last, target, args).ok()?;
        let root = self.frames[frame as usize].root;
        self.begin_call(frame);
        let value = self.eval(root, stored);
        self.end_call(frame, closures);
        // Other methods may change what it holds.
        if let Some(outside) = self.outside
            && value.value.is_mutable()
        {
            let node = ir.bare(stored);
            let container = Site { file, node };
            if let Some(filled) = outside.filled(container, Some(instance), &value.value) {
                return Some(Evaluated { value: filled, site: value.site });
            }
        }
        Some(match value.value.is_mutable() {
            true => crate::parts::opened(&value, &crate::Reason::Changed),
            false => value,
        })
    }

    /// What a framework answers lies where it was asked, and so does what stands in a list that it
    /// made: nothing in the text stands for it.
    pub(crate) fn by_framework(
        &self,
        at: crate::session::Act,
        id: bartizan_ir::ValueId,
        value: Abstract,
    ) -> Evaluated {
        let site = Site { file: self.frame_of(at).file, node: id };
        let value = match &value {
            Abstract::Seq(seq) if seq.kind == SeqKind::List && seq.open.is_none() => {
                let here = |item: &Evaluated| Evaluated { value: item.value.clone(), site };
                Abstract::list_of(seq.items.iter().map(here).collect())
            }
            _ => value,
        };
        Evaluated { value, site }
    }
}
