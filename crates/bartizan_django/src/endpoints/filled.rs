//! Containers that functions of the project fill while modules are loaded: registries of plugins, of
//! hooks, of pages.
//!
//! `_plugins = {}`, `self._pages = []` or `known = []` in a class; a function or method that puts there
//! what it is given; and the calls of it, or its uses as a decorator, in modules that are loaded.

use bartizan_base::Sym;
use bartizan_ir::{
    Arg, ArgKind, ClassId, EffectKind, FileIr, FunctionId, FunctionKind, Mutator, Run, Value,
    ValueId,
};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{Abstract, Evaluated, Given, Questions, Reason, Site, Symbol};
use rustc_hash::FxHashSet;

use super::routers::unchanged;

/// Calls that fill one container beyond which no more are read.
const MOST_CALLS: usize = 500;

/// By what a container is reached.
#[derive(Clone, Copy, PartialEq)]
enum Held {
    /// A name of its module.
    Module(Sym),
    /// An attribute of a class, or of what it makes.
    Class(ClassId, Sym),
}

/// A function that puts something into the container.
struct Filler {
    /// The function that is called.
    called: FunctionId,
    /// The function that it gives back, which does it.
    inner: Option<FunctionId>,
    change: ValueId,
    op: Mutator,
    key: Option<ValueId>,
    item: ValueId,
    /// Whether what changes is a list under a key.
    below: bool,
}

/// What a container holds once all modules are loaded; `None` where nothing is known to fill it.
pub(super) fn filled(
    project: &Project,
    questions: &mut Questions<'_>,
    loaded: &FxHashSet<FileId>,
    container: Site,
    of: Option<&Evaluated>,
    value: &Abstract,
) -> Option<Abstract> {
    let held = held(project, container)?;
    let (fillers, is_plain) = fillers(project, container.file, held);
    if fillers.is_empty() {
        // What is read in functions, and changed in none, is as its module has it.
        let is_left_alone = is_plain
            && matches!(held, Held::Module(_))
            && !is_changed_elsewhere(project, container.file, held);
        return is_left_alone.then(|| value.detached());
    }
    let mut filling = Filling {
        project,
        questions,
        loaded,
        file: container.file,
        held,
        of,
        content: Content::of(value)?,
        is_whole: is_plain,
    };
    for filler in &fillers {
        filling.by(filler);
    }
    let Filling { content, is_whole, .. } = filling;
    let filled = content.made();
    Some(if is_whole { filled } else { filled.with_more(Reason::Changed) })
}

/// By what name a container is reached.
fn held(project: &Project, container: Site) -> Option<Held> {
    let ir = project.ir(container.file);
    let is_it = |value: ValueId| unchanged(project, container.file, value) == container.node;
    let module = ir.function(FileIr::module());
    for binding in ir.bindings[module.bindings].iter().chain(&ir.bindings[module.stores]) {
        if is_it(binding.value) {
            return Some(Held::Module(binding.name));
        }
    }
    for (id, function) in ir.functions() {
        if let FunctionKind::ClassBody(class) = function.kind {
            let found = ir.bindings[function.bindings].iter().find(|bound| is_it(bound.value));
            if let Some(bound) = found {
                return Some(Held::Class(class, bound.name));
            }
        }
        let Some(class) = ir.function(id).class else { continue };
        for effect in &ir.effects[function.effects] {
            if let EffectKind::StoreAttr { object, name, value } = effect.kind
                && is_it(value)
                && ir.value(ir.bare(object)) == Value::Param(0)
            {
                return Some(Held::Class(class, name));
            }
        }
    }
    None
}

/// Whether code outside of functions, or of another module, may change a container of a module.
fn is_changed_elsewhere(project: &Project, own: FileId, held: Held) -> bool {
    let Held::Module(name) = held else { return true };
    let text = project.ir(own).str(name);
    project.files().any(|file| {
        let ir = project.ir(file);
        let Some(name) = ir.strings.find(text) else { return false };
        ir.functions().any(|(_, function)| {
            ir.effects[function.effects].iter().any(|effect| {
                let EffectKind::Mutate(change) = effect.kind else { return false };
                let Value::Mutate(mutation) = ir.value(change) else { return false };
                let mut at = unchanged(project, file, ir.mutation(mutation).receiver);
                for _ in 0..16 {
                    at = match ir.value(at) {
                        Value::Index { of, .. } => unchanged(project, file, of),
                        Value::Global { name: read, .. } => return read == name,
                        Value::Import { name: read, .. } => return read == Some(name),
                        Value::Attr { name: read, .. } => return read == name,
                        Value::Dict(_) | Value::List(_) | Value::Set(_) => {
                            return file == own && function.kind == FunctionKind::Module;
                        }
                        _ => return false,
                    };
                }
                true
            })
        })
    })
}

/// The functions of the file that fill it, and whether nothing else there changes it.
fn fillers(project: &Project, file: FileId, held: Held) -> (Vec<Filler>, bool) {
    let ir = project.ir(file);
    let (mut found, mut is_plain) = (Vec::new(), true);
    for (id, function) in ir.functions() {
        if !matches!(function.kind, FunctionKind::Def) {
            continue;
        }
        for effect in &ir.effects[function.effects] {
            let EffectKind::Mutate(change) = effect.kind else { continue };
            let Value::Mutate(mutation) = ir.value(change) else { continue };
            let mutation = ir.mutation(mutation);
            let receiver = unchanged(project, file, mutation.receiver);
            let (key, below) = match is_held(project, file, id, held, receiver) {
                true => (None, false),
                false => match key_below(project, file, id, held, receiver) {
                    Some(key) => (Some(key), true),
                    None => continue,
                },
            };
            let args = &ir.args[mutation.args];
            let (key, item) = match (mutation.op, args) {
                (Mutator::Append | Mutator::Add, [item]) => (key, item.value),
                (Mutator::Insert, [_, item]) => (key, item.value),
                (Mutator::SetItem, [at, item]) if !below => (Some(at.value), item.value),
                (Mutator::Extend | Mutator::InPlace(_), [more]) => (key, more.value),
                // Taking out, for tests and for those who replace something.
                (Mutator::Remove | Mutator::Pop | Mutator::DelItem | Mutator::Clear, _)
                | (Mutator::Discard, _) => continue,
                _ => {
                    is_plain = false;
                    continue;
                }
            };
            let (called, inner) = match function.parent {
                Some(parent)
                    if matches!(ir.function(parent).kind, FunctionKind::Def)
                        && super::framework::given_function(project, file, parent) == Some(id) =>
                {
                    (parent, Some(id))
                }
                Some(parent) if matches!(ir.function(parent).kind, FunctionKind::Def) => {
                    is_plain = false;
                    continue;
                }
                _ => (id, None),
            };
            found.push(Filler { called, inner, change, op: mutation.op, key, item, below });
        }
    }
    (found, is_plain)
}

/// Whether a value of a function is the container.
fn is_held(project: &Project, file: FileId, at: FunctionId, held: Held, value: ValueId) -> bool {
    let ir = project.ir(file);
    match (held, ir.value(value)) {
        (Held::Module(name), Value::Global { name: read, .. }) => read == name,
        (Held::Class(class, name), Value::Attr { of, name: read }) if read == name => {
            let of = unchanged(project, file, of);
            match ir.value(of) {
                // `self` and `cls`, in a method or in a function inside it.
                Value::Param(0) => {
                    ir.function(at).class.is_some_and(|own| is_of(project, file, own, class))
                }
                Value::Capture { owner, .. } => {
                    ir.function(owner).class.is_some_and(|own| is_of(project, file, own, class))
                }
                _ => {
                    matches!(project.resolve(file, of), Entity::Class(f, c) if (f, c) == (file, class))
                }
            }
        }
        _ => false,
    }
}

fn is_of(project: &Project, file: FileId, own: ClassId, class: ClassId) -> bool {
    own == class
        || project.inherits(ClassRef::Project(file, own), ClassRef::Project(file, class))
            == Inherits::Yes
}

/// The key under which a value lies in the container: `hooks[name]`, `hooks.setdefault(name, [])`.
fn key_below(
    project: &Project,
    file: FileId,
    at: FunctionId,
    held: Held,
    value: ValueId,
) -> Option<ValueId> {
    let ir = project.ir(file);
    let (of, key) = match ir.value(value) {
        Value::Index { of, key } => (of, key),
        Value::Call { callee, args } => {
            let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return None };
            if !matches!(ir.str(name), "setdefault" | "get") {
                return None;
            }
            (of, ir.args[args].first()?.value)
        }
        _ => return None,
    };
    is_held(project, file, at, held, unchanged(project, file, of)).then_some(key)
}

/// What a container holds so far.
enum Content {
    List(Vec<Evaluated>),
    Dict(Vec<(Evaluated, Evaluated)>),
}

impl Content {
    fn of(value: &Abstract) -> Option<Self> {
        match value {
            Abstract::Seq(seq) => Some(Self::List(seq.items.clone())),
            Abstract::Map(map) => Some(Self::Dict(map.entries.clone())),
            // `defaultdict(list)`, `OrderedDict()`
            Abstract::Apply(made) => match &made.symbol {
                Symbol::External(name) => match name.rsplit('.').next() {
                    Some("defaultdict" | "OrderedDict") => Some(Self::Dict(Vec::new())),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn put(&mut self, filler: &Filler, key: Option<Evaluated>, item: Evaluated) -> bool {
        let several = matches!(filler.op, Mutator::Extend | Mutator::InPlace(_));
        let items = match (&item.value, several) {
            (Abstract::Seq(seq), true) if seq.open.is_none() => seq.items.clone(),
            (_, true) => return false,
            (_, false) => vec![item],
        };
        match (self, key) {
            (Self::List(all), None) => {
                for item in items {
                    let is_new = all.iter().all(|known| known.value != item.value);
                    if is_new || filler.op != Mutator::Add {
                        all.push(item);
                    }
                }
                true
            }
            (Self::Dict(entries), Some(key)) if filler.below => {
                let found = entries.iter_mut().find(|(known, _)| known.value == key.value);
                let mut list = match &found {
                    Some((_, Evaluated { value: Abstract::Seq(seq), .. })) => seq.items.clone(),
                    Some(_) => return false,
                    None => Vec::new(),
                };
                let site = key.site;
                list.extend(items);
                let list = Evaluated { value: Abstract::list_of(list), site };
                match found {
                    Some((_, under)) => *under = list,
                    None => entries.push((key, list)),
                }
                true
            }
            (Self::Dict(entries), Some(key)) => {
                let Some(item) = items.into_iter().next() else { return true };
                let is_empty = matches!(&item.value, Abstract::Seq(seq) if seq.items.is_empty());
                match entries.iter_mut().find(|(known, _)| known.value == key.value) {
                    // `if name not in hooks: hooks[name] = []`
                    Some(_) if is_empty => {}
                    Some((_, under)) => *under = item,
                    None => entries.push((key, item)),
                }
                true
            }
            _ => false,
        }
    }

    fn made(self) -> Abstract {
        match self {
            Self::List(items) => Abstract::list_of(items),
            Self::Dict(entries) => Abstract::dict_of(entries),
        }
    }
}

struct Filling<'a, 'q, 'e> {
    project: &'a Project,
    questions: &'q mut Questions<'e>,
    loaded: &'a FxHashSet<FileId>,
    /// Where the container and those that fill it are.
    file: FileId,
    held: Held,
    of: Option<&'a Evaluated>,
    content: Content,
    /// Whether every call was understood.
    is_whole: bool,
}

/// The arguments of one call.
type Arguments = Vec<(Option<std::sync::Arc<str>>, Evaluated)>;

impl Filling<'_, '_, '_> {
    fn by(&mut self, filler: &Filler) {
        let project = self.project;
        let of = project.ir(self.file).function(filler.called);
        let name = project.ir(self.file).str(of.name).to_owned();
        if name == "__init_subclass__" {
            return self.by_subclasses(filler);
        }
        if name.starts_with("__") {
            self.is_whole = false;
            return;
        }
        let mut calls = 0;
        for file in project.files() {
            let ir = project.ir(file);
            if ir.strings.find(&name).is_none() || !self.loaded.contains(&file) {
                continue;
            }
            for (_, function) in ir.functions() {
                let runs = !matches!(function.kind, FunctionKind::Def | FunctionKind::Lambda)
                    || ir.str(function.name) == "ready" && function.class.is_some();
                for effect in &ir.effects[function.effects] {
                    let EffectKind::Call(call) = effect.kind else { continue };
                    let Some(given) = self.called(filler, &name, file, call) else { continue };
                    calls += 1;
                    match runs && calls < MOST_CALLS {
                        true => self.call(filler, file, given, None),
                        false => self.is_whole = false,
                    }
                }
            }
            self.decorated(filler, &name, file);
        }
    }

    /// The receiver and the arguments of a call of the filler, if it is one.
    fn called(
        &mut self,
        filler: &Filler,
        name: &str,
        file: FileId,
        call: ValueId,
    ) -> Option<(Option<ValueId>, Run<Arg>)> {
        let ir = self.project.ir(file);
        let Value::Call { callee, args } = ir.value(call) else { return None };
        if filler.inner.is_some() {
            return None;
        }
        let receiver = self.receiver(filler, name, file, callee)?;
        Some((receiver, args))
    }

    /// What a method is called of, where a callee is the filler; nothing of a plain function.
    fn receiver(
        &mut self,
        filler: &Filler,
        name: &str,
        file: FileId,
        callee: ValueId,
    ) -> Option<Option<ValueId>> {
        let ir = self.project.ir(file);
        let callee = ir.bare(callee);
        let is_method = self.project.ir(self.file).function(filler.called).class.is_some();
        match ir.value(callee) {
            Value::Attr { of, name: read } if ir.str(read) == name => {
                if !is_method {
                    let found = self.project.resolve(file, callee).as_function();
                    return (found == Some((self.file, filler.called))).then_some(None);
                }
                let of = unchanged(self.project, file, of);
                let receiver = self.questions.evaluate(file, of);
                let Held::Class(class, _) = self.held else { return None };
                let is_it = match (&receiver.value, self.of) {
                    (Abstract::Apply(made), Some(instance)) => {
                        matches!(made.symbol, Symbol::Class(..)) && receiver.site == instance.site
                    }
                    (Abstract::Apply(made), None) => matches!(made.symbol,
                        Symbol::Class(file, own, _) if file == self.file
                            && is_of(self.project, file, own, class)),
                    (Abstract::Ref(Symbol::Class(file, own, _)), None) => {
                        *file == self.file && is_of(self.project, *file, *own, class)
                    }
                    _ => false,
                };
                is_it.then_some(Some(of))
            }
            Value::Import { .. }
            | Value::Global { .. }
            | Value::Decorated { .. }
            | Value::Function(_)
                if !is_method =>
            {
                let found = self.project.resolve(file, callee).as_function();
                (found == Some((self.file, filler.called))).then_some(None)
            }
            _ => None,
        }
    }

    /// What is decorated by the filler, or by what it gives.
    fn decorated(&mut self, filler: &Filler, name: &str, file: FileId) {
        let ir = self.project.ir(file);
        let functions = ir.functions().filter(|(_, function)| {
            let parent = function.parent.map(|parent| ir.function(parent).kind);
            !matches!(parent, Some(FunctionKind::Def | FunctionKind::Lambda))
        });
        let functions = functions.map(|(id, function)| {
            (function.decorators, Abstract::Ref(Symbol::function(file, id)), function.span)
        });
        let classes = ir
            .classes()
            .filter(|(_, class)| matches!(ir.function(class.parent).kind, FunctionKind::Module));
        let classes = classes.map(|(id, class)| {
            (class.decorators, Abstract::Ref(Symbol::class(file, id)), class.span)
        });
        let mut all: Vec<_> = functions.chain(classes).collect();
        all.sort_by_key(|(.., span)| span.start);
        for (decorators, value, _) in all {
            for by in &ir.ids[decorators] {
                let by = ir.bare(*by);
                let node = by;
                let decorated = Evaluated { value: value.clone(), site: Site { file, node } };
                match (ir.value(by), filler.inner) {
                    (Value::Call { callee, args }, Some(_)) => {
                        if let Some(receiver) = self.receiver(filler, name, file, callee) {
                            self.call(filler, file, (receiver, args), Some(decorated));
                        }
                    }
                    (_, None) => {
                        if let Some(receiver) = self.receiver(filler, name, file, by) {
                            let mut given = self.of_method(file, receiver);
                            given.push((None, decorated));
                            self.put(filler, given, None);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn of_method(&mut self, file: FileId, receiver: Option<ValueId>) -> Arguments {
        let of = receiver.map(|of| (None, self.questions.evaluate(file, of)));
        of.into_iter().collect()
    }

    /// One call as it is written, in each round of the loops around it.
    fn call(
        &mut self,
        filler: &Filler,
        file: FileId,
        (receiver, args): (Option<ValueId>, Run<Arg>),
        decorated: Option<Evaluated>,
    ) {
        let ir = self.project.ir(file);
        let mut rounds: Vec<Arguments> = vec![self.of_method(file, receiver)];
        for arg in &ir.args[args] {
            let name = match arg.kind {
                ArgKind::Positional => None,
                ArgKind::Keyword(name) => Some(ir.str(name).into()),
                ArgKind::Star | ArgKind::DoubleStar => {
                    self.is_whole = false;
                    return;
                }
            };
            let values = match self.questions.each_round(file, arg.value) {
                Some(each) => {
                    self.is_whole &= each.open.is_none();
                    each.values
                }
                None => vec![self.questions.evaluate(file, arg.value)],
            };
            match (values.len(), rounds.len()) {
                (many, 1) => {
                    let first = rounds.remove(0);
                    rounds = vec![first; many];
                }
                (many, count) if many == count => {}
                _ => {
                    self.is_whole = false;
                    return;
                }
            }
            for (given, value) in rounds.iter_mut().zip(values) {
                given.push((name.clone(), value));
            }
        }
        for given in rounds {
            self.put(filler, given, decorated.clone());
        }
    }

    /// Every class of a loaded module that builds on the one that has the container.
    fn by_subclasses(&mut self, filler: &Filler) {
        let Held::Class(class, _) = self.held else { return };
        let project = self.project;
        for (file, own) in project.classes() {
            let is_below = self.loaded.contains(file)
                && (*file, *own) != (self.file, class)
                && project
                    .inherits(ClassRef::Project(*file, *own), ClassRef::Project(self.file, class))
                    == Inherits::Yes;
            if is_below {
                let ir = project.ir(*file);
                let parent = ir.function(ir.class(*own).parent);
                if !matches!(parent.kind, FunctionKind::Module) {
                    self.is_whole = false;
                    continue;
                }
                let site = Site { file: *file, node: ValueId::from_index(0) };
                let value = Abstract::Ref(Symbol::class(*file, *own));
                self.put(filler, vec![(None, Evaluated { value, site })], None);
            }
        }
    }

    /// What one call puts there.
    fn put(&mut self, filler: &Filler, given: Arguments, decorated: Option<Evaluated>) {
        let site = Site { file: self.file, node: ValueId::from_index(0) };
        let value = Abstract::Ref(Symbol::function(self.file, filler.called));
        let mut function = Evaluated { value, site };
        let mut given: &Given = &given;
        let only;
        if filler.inner.is_some() {
            let Some(decorated) = decorated else { return };
            function = self.questions.call_with(&function, given);
            only = [(None, decorated)];
            given = &only;
        }
        // Whether the call comes to the change is asked first.
        let mut nodes = vec![filler.change, filler.item];
        nodes.extend(filler.key);
        let Some(values) = self.questions.inside(&function, given, &nodes) else {
            // A call that comes to nothing; or one that is not followed.
            self.is_whole &= matches!(function.value, Abstract::Ref(Symbol::Function(..)));
            return;
        };
        let (Some(item), key) = (values.get(1).cloned(), values.get(2).cloned()) else { return };
        let is_known = |value: &Evaluated| !matches!(value.value, Abstract::Unknown(_));
        if !is_known(&item) || key.as_ref().is_some_and(|key| !is_known(key)) {
            self.is_whole = false;
            return;
        }
        let detached =
            |value: Evaluated| Evaluated { value: value.value.detached(), site: value.site };
        self.is_whole &= self.content.put(filler, key.map(detached), detached(item));
    }
}
