//! Classes and their bases: the order in which attributes are looked up, and who inherits from whom.

use bartizan_base::Sym;
use bartizan_ir::{ArgKind, ClassId, FunctionId, Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::entity::{ClassRef, Entity, FileId, Member};
use crate::project::Project;
use crate::python::{is_standard_module, looks_like_class};
use crate::resolve::Resolver;
use crate::symbol::Symbol;

/// The classes in which an attribute is looked for, the class itself first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mro {
    /// The classes, as far as they are known. `object` is left out.
    pub classes: Vec<ClassRef>,
    /// Whether there is no other: no base is unknown, nothing outside the project undescribed.
    pub complete: bool,
    /// Whether a base of a class of the project is not known.
    pub unknown_base: bool,
}

/// Whether a class inherits from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inherits {
    /// It does, or is the same class.
    Yes,
    /// It does not.
    No,
    /// A base that is not known may.
    Unknown,
}

/// A class's attribute, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassMember {
    /// The class that binds it.
    pub class: (FileId, ClassId),
    /// What its body leaves bound to the name; a value of that file.
    pub value: ValueId,
}

/// Classes beyond this many are left out of an order: nobody writes such a hierarchy by hand.
const LONGEST: usize = 256;

pub(crate) static NO_CLASSES: Mro =
    Mro { classes: Vec::new(), complete: false, unknown_base: true };

impl Project {
    /// The order in which attributes of the class are looked up (C3, as Python has it).
    pub fn mro(&self, class: ClassRef) -> &Mro {
        match class {
            ClassRef::Project(file, id) => {
                self.mros[self.numbers.class(file, id)].get().unwrap_or(&NO_CLASSES)
            }
            ClassRef::External(symbol) => self.mro_outside(symbol),
        }
    }

    /// Whether the class inherits from the class with this dotted name, wherever that is defined.
    pub fn is_subclass(&self, class: ClassRef, ancestor: &str) -> Inherits {
        self.inherits(class, self.class_named(ancestor))
    }

    /// Whether the class inherits from another.
    pub fn inherits(&self, class: ClassRef, ancestor: ClassRef) -> Inherits {
        let mro = self.mro(class);
        if class == ancestor || mro.classes.contains(&ancestor) {
            return Inherits::Yes;
        }
        if mro.complete {
            return Inherits::No;
        }
        // The standard library inherits from nothing outside of it, nor from the project.
        let doubtful = |class: &ClassRef| match *class {
            ClassRef::Project(..) => false,
            ClassRef::External(symbol) => {
                !self.symbols.is_model_class(&self.models, symbol)
                    && (!self.is_standard(symbol)
                        || matches!(ancestor, ClassRef::External(other) if self.is_standard(other)))
                    && matches!(ancestor, ClassRef::External(_))
            }
        };
        if mro.unknown_base || mro.classes.is_empty() || mro.classes.iter().any(doubtful) {
            Inherits::Unknown
        } else {
            Inherits::No
        }
    }

    /// The attribute `name` as the first class of the order binds it in its body. Classes outside
    /// the project have no bodies: ask the models for them.
    pub fn lookup_member(&self, class: ClassRef, name: &str) -> Option<ClassMember> {
        self.mro(class).classes.iter().find_map(|class| self.own_member(*class, name))
    }

    /// The attribute `name` that the class's own body binds.
    pub fn own_member(&self, class: ClassRef, name: &str) -> Option<ClassMember> {
        let ClassRef::Project(file, id) = class else { return None };
        let ir = self.ir(file);
        let name = ir.strings.find(name)?;
        let binding = ir.binding(ir.class(id).body, name)?;
        if matches!(ir.value(binding.value), Value::Unbound) {
            return None;
        }
        Some(ClassMember { class: (file, id), value: binding.value })
    }

    /// The classes of the project that inherit from `class`, near or far, in the order of files.
    pub fn subclasses(&self, class: ClassRef) -> &[(FileId, ClassId)] {
        let index = self.subclasses.get_or_init(|| {
            let mut index: FxHashMap<ClassRef, Vec<(FileId, ClassId)>> = FxHashMap::default();
            for (file, id) in self.numbers.classes().iter().copied() {
                let mro = self.mro(ClassRef::Project(file, id));
                for ancestor in mro.classes.iter().skip(1) {
                    index.entry(*ancestor).or_default().push((file, id));
                }
            }
            index
        });
        index.get(&class).map_or(&[], Vec::as_slice)
    }

    /// All classes of the project, in the order of files.
    pub fn classes(&self) -> &[(FileId, ClassId)] {
        self.numbers.classes()
    }

    /// The functions of the project that a call of `name` on an instance of the class may run: the
    /// one that the class has, and those with which classes that inherit from it override it. At
    /// most `cap` of them; whether those are all.
    pub fn implementations(
        &self,
        class: ClassRef,
        name: &str,
        cap: usize,
    ) -> (Vec<(FileId, FunctionId)>, bool) {
        let own = self.lookup_member(class, name);
        let heirs = self
            .subclasses(class)
            .iter()
            .filter_map(|(file, class)| self.own_member(ClassRef::Project(*file, *class), name));
        let mut functions = Vec::new();
        for member in own.into_iter().chain(heirs) {
            let Entity::Function(file, function) = self.definition(member.class.0, member.value)
            else {
                continue;
            };
            if functions.contains(&(file, function)) {
                continue;
            }
            if functions.len() == cap {
                return (functions, false);
            }
            functions.push((file, function));
        }
        (functions, true)
    }

    fn is_standard(&self, symbol: Symbol) -> bool {
        let text = self.symbols.text(symbol);
        is_standard_module(text.split('.').next().unwrap_or(text))
    }

    fn mro_outside(&self, symbol: Symbol) -> &Mro {
        self.symbols.mro(symbol, || {
            let (classes, complete) = self.linearize_outside(symbol, &mut Vec::new());
            Mro { classes, complete, unknown_base: false }
        })
    }

    fn linearize_outside(&self, symbol: Symbol, above: &mut Vec<Symbol>) -> (Vec<ClassRef>, bool) {
        let class = ClassRef::External(symbol);
        let Some(model) = self.symbols.model_class(&self.models, symbol) else {
            return (vec![class], self.symbols.text(symbol).starts_with("builtins."));
        };
        if above.contains(&symbol) || above.len() > 32 {
            return (vec![class], false);
        }
        above.push(symbol);
        let mut complete = true;
        let mut lists = Vec::new();
        let mut bases = Vec::new();
        for base in &model.bases {
            let base = self.symbols.intern(&self.models, base);
            if self.is_object(base) {
                continue;
            }
            let (list, whole) = self.linearize_outside(base, above);
            complete &= whole;
            lists.push(list);
            bases.push(ClassRef::External(base));
        }
        above.pop();
        let (classes, consistent) = merge(class, lists, bases);
        (classes, complete && consistent)
    }

    pub(crate) fn is_object(&self, symbol: Symbol) -> bool {
        self.symbols.text(symbol) == "builtins.object"
    }
}

/// Puts the class before its bases and each list in its own order (C3). Where there is no such
/// order, which Python refuses to run, the lists follow each other, and the answer says so.
fn merge(
    class: ClassRef,
    lists: Vec<Vec<ClassRef>>,
    bases: Vec<ClassRef>,
) -> (Vec<ClassRef>, bool) {
    // One base: the class stands before the order of it.
    if let ([list], [base]) = (lists.as_slice(), bases.as_slice())
        && list.first() == Some(base)
        && !list.contains(&class)
    {
        let is_whole = list.len() < LONGEST;
        let inherited = list.iter().copied().take(LONGEST - 1);
        return (std::iter::once(class).chain(inherited).collect(), is_whole);
    }
    let mut lists: Vec<std::collections::VecDeque<ClassRef>> =
        lists.into_iter().chain([bases]).map(Into::into).collect();
    for list in &mut lists {
        list.retain(|other| *other != class);
    }
    let mut classes = vec![class];
    let mut consistent = true;
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return (classes, consistent);
        }
        if classes.len() >= LONGEST {
            return (classes, false);
        }
        let heads = lists.iter().filter_map(|list| list.front().copied());
        let next = heads
            .clone()
            .find(|head| !lists.iter().any(|list| list.iter().skip(1).any(|other| other == head)));
        let next = match next.or_else(|| heads.clone().next()) {
            Some(next) => next,
            None => return (classes, consistent),
        };
        consistent &= lists.iter().all(|list| list.iter().skip(1).all(|other| *other != next));
        classes.push(next);
        for list in &mut lists {
            list.retain(|other| *other != next);
        }
    }
}

impl<'p> Resolver<'p> {
    /// The order of the class, which is found out once, while linking.
    pub(crate) fn mro(&mut self, class: ClassRef) -> &'p Mro {
        let project = self.project;
        let ClassRef::Project(file, id) = class else { return project.mro(class) };
        let number = project.numbers.class(file, id);
        if let Some(known) = project.mros[number].get() {
            return known;
        }
        if self.is_sweeping() || self.nested_classes > 64 || !self.open_classes.insert(number) {
            return &NO_CLASSES;
        }
        self.nested_classes += 1;
        let made = self.linearize(file, id);
        self.nested_classes -= 1;
        self.open_classes.remove(&number);
        project.mros[number].get_or_init(|| made)
    }

    fn linearize(&mut self, file: FileId, id: ClassId) -> Mro {
        let class = ClassRef::Project(file, id);
        let (bases, mut unknown_base) = self.bases(file, id);
        let mut complete = !unknown_base;
        let mut lists = Vec::new();
        for base in &bases {
            let mro = self.mro(*base);
            if mro.classes.is_empty() {
                lists.push(vec![*base]);
                (complete, unknown_base) = (false, true);
            } else {
                lists.push(mro.classes.clone());
                complete &= mro.complete;
                unknown_base |= mro.unknown_base;
            }
        }
        let (classes, consistent) = merge(class, lists, bases);
        Mro { classes, complete: complete && consistent, unknown_base }
    }

    /// The bases that are known, and whether there are others.
    fn bases(&mut self, file: FileId, id: ClassId) -> (Vec<ClassRef>, bool) {
        let ir = self.project.ir(file);
        let mut bases = Vec::new();
        let mut unknown = false;
        let mut seen = FxHashSet::default();
        let mut left: Vec<ValueId> = Vec::new();
        for arg in ir.args[ir.class(id).bases].iter().rev() {
            match arg.kind {
                ArgKind::Positional => left.push(arg.value),
                ArgKind::Star => unknown = true,
                ArgKind::Keyword(_) | ArgKind::DoubleStar => {}
            }
        }
        let mut steps = 0;
        while let Some(value) = left.pop() {
            steps += 1;
            if steps > LONGEST {
                return (bases, true);
            }
            let bare = ir.bare(value);
            match ir.value(bare) {
                // `QuerySet[Product]`, `Generic[T]`
                Value::Index { of, .. } => {
                    left.push(of);
                    continue;
                }
                // `with_metaclass(Meta, Base)`, from times when Python 2 still counted
                Value::Call { callee, args } => {
                    let entity = self.eval(file, callee).entity;
                    if let Entity::External(symbol) = entity
                        && self.project.symbols.name(symbol) == "with_metaclass"
                    {
                        left.extend(ir.args[args].iter().skip(1).rev().map(|arg| arg.value));
                        continue;
                    }
                }
                _ => {}
            }
            let mut entity = self.eval(file, value).entity;
            // `Base = admin.ModelAdmin[Product]`, and then `class ProductAdmin(Base)`
            if let Entity::Value(file, value) = entity
                && let ir = self.project.ir(file)
                && let Value::Index { of, .. } = ir.value(ir.bare(value))
            {
                entity = self.eval(file, of).entity;
            }
            match entity {
                Entity::Class(base_file, base) => {
                    let base = ClassRef::Project(base_file, base);
                    if base == ClassRef::Project(file, id) {
                        unknown = true;
                    } else if seen.insert(base) {
                        bases.push(base);
                    }
                }
                Entity::External(symbol) => {
                    let base = self.project.class_ref(symbol);
                    if !self.project.is_object(symbol) && seen.insert(base) {
                        bases.push(base);
                    }
                }
                // `class Task(app.Task)`: a class that an object outside hands out.
                Entity::Method { member: Member::External(symbol), .. }
                    if looks_like_class(self.project.symbols.name(symbol)) =>
                {
                    bases.push(ClassRef::External(symbol));
                }
                Entity::Value(value_file, value) => {
                    unknown = true;
                    for base in self.kin_of_made_class(value_file, value) {
                        if base != ClassRef::Project(file, id) && seen.insert(base) {
                            bases.push(base);
                        }
                    }
                }
                _ => unknown = true,
            }
        }
        (bases, unknown)
    }

    /// A class method that makes a class, `Manager.from_queryset(ProductQuerySet)`, makes one that
    /// is kin to its own class and to those that it is given. Which methods do is not known, so this
    /// is asked only where a class must come of the call.
    pub(crate) fn kin_of_made_class(&mut self, file: FileId, call: ValueId) -> Vec<ClassRef> {
        let ir = self.project.ir(file);
        let Value::Call { callee, args } = ir.value(ir.bare(call)) else { return Vec::new() };
        let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { return Vec::new() };
        let mut kin = Vec::new();
        kin.extend(self.class_at(file, of));
        if kin.is_empty() {
            return kin;
        }
        for arg in &ir.args[args] {
            if arg.kind == ArgKind::Positional {
                kin.extend(self.class_at(file, arg.value));
            }
        }
        kin
    }

    fn class_at(&mut self, file: FileId, value: ValueId) -> Option<ClassRef> {
        match self.eval(file, value).entity {
            Entity::Class(file, class) => Some(ClassRef::Project(file, class)),
            Entity::External(symbol) if self.is_class_outside(symbol) => {
                Some(self.project.class_ref(symbol))
            }
            _ => None,
        }
    }

    /// The value that the class's own body binds to a name. `local` is the name in the strings of
    /// `here`, to spare a search where the class stands in the same file.
    pub(crate) fn own_binding(
        &self,
        file: FileId,
        id: ClassId,
        name: &str,
        local: Option<(FileId, Sym)>,
    ) -> (Option<Sym>, Option<ValueId>) {
        let ir = self.project.ir(file);
        let name = match local {
            Some((here, name)) if here == file => Some(name),
            _ => ir.strings.find(name),
        };
        let bound = name
            .and_then(|name| ir.binding(ir.class(id).body, name))
            .map(|binding| binding.value)
            .filter(|value| !matches!(ir.value(*value), Value::Unbound));
        (name, bound)
    }
}
