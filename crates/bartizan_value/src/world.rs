//! What evaluation asks of the project: files, modules, classes.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bartizan_ir::{
    ClassId, EffectKind, FileIr, FunctionId, FunctionKind, ParamKind, Value, ValueId,
};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Lookup, ModuleId, Project, Target};
use rustc_hash::FxHashMap;

use crate::analysis::{Analysis, Given, Place};
use crate::files::Files;
use crate::meddling::Meddled;

/// Calls inside each other that are looked at to see whether something is changed.
const MOST_CALLS: u32 = 32;

/// A module of the project.
pub(crate) type Module = ModuleId;

/// Files that run together, which of them are layers, and whether settings ask.
type Loaded = (Vec<FileId>, Vec<FileId>, bool);

/// The project, and what was found out about the shape of its files.
pub(crate) struct World<'p> {
    project: &'p Project,
    files: Files,
    analyses: Vec<OnceLock<Box<Analysis>>>,
    /// What files that run together change of each other, by the files and by which of them are layers.
    pub(crate) meddled: Mutex<FxHashMap<Loaded, Arc<Meddled>>>,
    /// Whether functions may change what they are given, for who has asked.
    changing: Mutex<FxHashMap<Asking, bool>>,
}

/// Code of a file that gives a function something at a place.
type Asking = (FileId, (FileId, FunctionId, Place));

/// Where an import leads.
pub(crate) enum Imported {
    /// To a module of the project.
    Module(Module),
    /// Outside, to this dotted name.
    External(Arc<str>),
    /// Nowhere.
    Missing,
}

/// What a class's body binds.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    pub(crate) file: FileId,
    pub(crate) value: ValueId,
}

impl<'p> World<'p> {
    pub(crate) fn new(project: &'p Project, files: Files) -> Self {
        let analyses = project.files().map(|_| OnceLock::new()).collect();
        Self { project, files, analyses, meddled: Mutex::default(), changing: Mutex::default() }
    }

    /// The files that are no code.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// The path of a file from the root of the project.
    pub(crate) fn path(&self, file: FileId) -> &'p str {
        self.project.path(file).as_str()
    }

    /// Whether a file is one of a package that is installed beside the project, and read for its interface.
    pub(crate) fn is_installed(&self, file: FileId) -> bool {
        self.path(file).starts_with("site-packages/")
    }

    pub(crate) fn file_at(&self, path: &str) -> Option<FileId> {
        self.project.file_at(path)
    }

    pub(crate) fn module_named(&self, dotted: &str) -> Option<Module> {
        self.project.module_named(dotted)
    }

    /// Whether the class inherits from one of those outside the project.
    pub(crate) fn inherits_by_name(&self, file: FileId, class: ClassId, names: &[&str]) -> bool {
        let mro = self.project.mro(ClassRef::Project(file, class));
        mro.classes.iter().any(|class| match class {
            ClassRef::External(symbol) => names.contains(&self.project.symbol(*symbol)),
            ClassRef::Project(..) => false,
        })
    }

    pub(crate) fn ir(&self, file: FileId) -> &'p FileIr {
        self.project.ir(file)
    }

    pub(crate) fn analysis(&self, file: FileId) -> &Analysis {
        self.analyses[file.index()].get_or_init(|| Box::new(Analysis::of(self.ir(file))))
    }

    pub(crate) fn module_name(&self, file: FileId) -> &'p str {
        self.project.module_name(file)
    }

    pub(crate) fn module(&self, file: FileId) -> Module {
        self.project.module(file)
    }

    pub(crate) fn file_of(&self, module: Module) -> Option<FileId> {
        self.project.module_file(module)
    }

    pub(crate) fn dotted(&self, module: Module) -> &'p str {
        self.project.module_path(module)
    }

    pub(crate) fn import(&self, from: FileId, module: &str, level: u32) -> Imported {
        match self.project.target(from, module, level) {
            Target::Module(module) => Imported::Module(module),
            Target::External(_) if self.is_in_own_package(from, module) => Imported::Missing,
            Target::External(symbol) => Imported::External(self.project.symbol(symbol).into()),
            Target::Missing => Imported::Missing,
        }
    }

    /// Whether a dotted name that leads to no module lies in a package of the project, and so nowhere.
    fn is_in_own_package(&self, from: FileId, module: &str) -> bool {
        let mut name = module;
        while let Some((package, _)) = name.rsplit_once('.') {
            if let Target::Module(found) = self.project.target(from, package, 0) {
                return self
                    .file_of(found)
                    .is_some_and(|file| self.path(file).ends_with("/__init__.py"));
            }
            name = package;
        }
        false
    }

    /// The module `name` inside a package, where the package itself binds nothing of that name.
    pub(crate) fn submodule(&self, module: Module, name: &str) -> Option<Module> {
        match self.project.lookup(module, name) {
            Lookup::Submodule(module) => Some(module),
            _ => None,
        }
    }

    /// The module `name` inside a package, whatever the package binds.
    pub(crate) fn module_below(&self, module: Module, name: &str) -> Option<Module> {
        self.project.module_named(&format!("{}.{name}", self.dotted(module)))
    }

    /// Whether a call may change what it is given, or hand it to others that do.
    pub(crate) fn may_change(&self, file: FileId, given: Given) -> bool {
        match self.project.definition(file, given.callee) {
            Entity::Function(to, function) => {
                self.changes_when_called(file, (to, function, given.place))
            }
            _ => true,
        }
    }

    /// What an expression is by its names alone.
    pub(crate) fn definition(&self, file: FileId, node: ValueId) -> Entity {
        self.project.definition(file, node)
    }

    /// The dotted name of what is called, if it lies outside the project.
    pub(crate) fn external(&self, file: FileId, callee: ValueId) -> Option<&str> {
        match self.project.definition(file, callee) {
            Entity::External(symbol) => Some(self.project.symbol(symbol)),
            _ => None,
        }
    }

    /// The same for a call inside a function, of what a variable of another body holds: of what is
    /// defined outside the project that is not to be expected.
    pub(crate) fn may_change_inside(&self, file: FileId, given: Given) -> bool {
        match self.project.definition(file, given.callee) {
            Entity::External(_) => false,
            _ => self.may_change(file, given),
        }
    }

    /// Whether a function may change what lies in its parameter where the value graph does not see that.
    pub(crate) fn may_change_parts(
        &self,
        file: FileId,
        function: FunctionId,
        place: usize,
    ) -> bool {
        let analysis = self.analysis(file);
        analysis.changes_parts(function, place)
            || analysis
                .parts_given(function, place)
                .iter()
                .any(|given| self.may_change_inside(file, *given))
    }

    /// Whether a call may change what it is given: the same for methods and for what makes objects of
    /// classes of the project.
    pub(crate) fn may_change_made(&self, file: FileId, given: Given) -> bool {
        let Some((to, function, before)) = self.function_called(file, given.callee) else {
            return true;
        };
        let place = match given.place {
            Place::At(place) => Place::At(place + before),
            place => place,
        };
        self.changes_when_called(file, (to, function, place))
    }

    /// The same of a function, found out once.
    fn changes_when_called(&self, file: FileId, asked: (FileId, FunctionId, Place)) -> bool {
        let known = || self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&(file, asked)) {
            return *found;
        }
        let found = self.changes_in(file, asked, &mut { MOST_CALLS }, &mut Vec::new());
        known().insert((file, asked), found);
        found
    }

    /// The function of the project that a call runs, and how many arguments it is given before those of
    /// the call.
    pub(crate) fn function_called(
        &self,
        file: FileId,
        callee: ValueId,
    ) -> Option<(FileId, FunctionId, u32)> {
        let (to, function) = match self.project.definition(file, callee) {
            Entity::Function(to, function) => return Some((to, function, 0)),
            Entity::Method { member: bartizan_project::Member::Project(to, function), .. } => {
                (to, function)
            }
            Entity::Class(to, class) => {
                let member = self.member(to, class, "__init__")?;
                let ir = self.ir(member.file);
                match ir.value(ir.bare(member.value)) {
                    Value::Function(function) => (member.file, function),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let ir = self.ir(to);
        let is_static = ir.ids[ir.function(function).decorators].iter().any(|by| {
            matches!(ir.value(ir.bare(*by)), Value::Global { name, .. }
                if ir.str(name) == "staticmethod")
        });
        Some((to, function, u32::from(!is_static)))
    }

    fn changes_given(
        &self,
        file: FileId,
        given: Given,
        calls: &mut u32,
        inside: &mut Vec<(FileId, FunctionId, Place)>,
    ) -> bool {
        match self.project.definition(file, given.callee) {
            Entity::Function(to, function) => {
                self.changes_in(file, (to, function, given.place), calls, inside)
            }
            _ => true,
        }
    }

    /// Whether a function that code of `file` calls may change what it is given at this place.
    fn changes_in(
        &self,
        file: FileId,
        (to, function, given): (FileId, FunctionId, Place),
        calls: &mut u32,
        inside: &mut Vec<(FileId, FunctionId, Place)>,
    ) -> bool {
        if *calls == 0 {
            return true;
        }
        *calls -= 1;
        // What a function that calls itself does with it is what it does at first.
        if inside.contains(&(to, function, given)) {
            return false;
        }
        inside.push((to, function, given));
        let (analysis, ir) = (self.analysis(to), self.ir(to));
        let params = &ir.params[ir.function(function).params];
        let place = match given {
            Place::At(place) => Some(place as usize).filter(|place| {
                let kind = params.get(*place).map(|param| param.kind);
                matches!(kind, Some(ParamKind::PositionalOnly | ParamKind::Normal))
            }),
            Place::Named(name) => {
                let name = self.ir(file).str(name);
                params.iter().position(|param| {
                    matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly)
                        && ir.str(param.name) == name
                })
            }
            Place::Other => None,
        };
        let mut changes = |param: &Option<ValueId>| match param {
            Some(param) => analysis
                .passed_to(*param)
                .iter()
                .any(|given| self.changes_given(to, *given, calls, inside)),
            None => true,
        };
        let left_alone = analysis.left_alone(function);
        let is_changed = match place {
            Some(place) => left_alone.get(place).is_none_or(changes),
            None => left_alone.iter().any(&mut changes),
        };
        let mut places = match place {
            Some(place) => place..place + 1,
            None => 0..left_alone.len(),
        };
        is_changed
            || places.any(|place| {
                let parts = analysis.parts_given(function, place).iter();
                // What is defined outside the project is not expected to change what it is given.
                let mut own = parts.filter(|given| self.external(to, given.callee).is_none());
                own.any(|given| self.changes_given(to, *given, calls, inside))
            })
    }

    pub(crate) fn is_builtin(&self, name: &str) -> bool {
        crate::builtins::is_builtin(name)
    }

    /// The attribute as the first class of the order binds it.
    pub(crate) fn member(&self, file: FileId, class: ClassId, name: &str) -> Option<Member> {
        let member = self.project.lookup_member(ClassRef::Project(file, class), name)?;
        Some(Member { file: member.class.0, value: member.value })
    }

    /// The attribute as the first class behind `asking` in the order of `class` binds it; or the
    /// dotted name of the class outside the project that comes first, if any.
    pub(crate) fn member_behind(
        &self,
        class: (FileId, ClassId),
        asking: (FileId, ClassId),
        name: &str,
    ) -> Result<Member, Option<String>> {
        let mro = self.project.mro(ClassRef::Project(class.0, class.1));
        let asking = ClassRef::Project(asking.0, asking.1);
        for base in mro.classes.iter().skip_while(|base| **base != asking).skip(1) {
            match base {
                ClassRef::External(symbol) => {
                    return Err(Some(self.project.symbol(*symbol).to_owned()));
                }
                ClassRef::Project(..) => {
                    if let Some(member) = self.project.own_member(*base, name) {
                        return Ok(Member { file: member.class.0, value: member.value });
                    }
                }
            }
        }
        Err(None)
    }

    /// The one store to an attribute of `self` that methods of a class, or else of the nearest of its
    /// bases that has any, hold: file, method, what is stored.
    pub(crate) fn only_store(
        &self,
        class: (FileId, ClassId),
        name: &str,
    ) -> Option<(FileId, FunctionId, ValueId)> {
        let mro = self.project.mro(ClassRef::Project(class.0, class.1));
        for base in &mro.classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let Some(name) = ir.strings.find(name) else { continue };
            let mut found = None;
            for (id, function) in ir.functions() {
                if function.class != Some(class) {
                    continue;
                }
                for effect in &ir.effects[function.effects] {
                    let EffectKind::StoreAttr { object, name: stored, value } = effect.kind else {
                        continue;
                    };
                    if stored != name || ir.value(ir.bare(object)) != Value::Param(0) {
                        continue;
                    }
                    if found.is_some() {
                        return None;
                    }
                    found = Some((file, id, value));
                }
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The names that the body of a class binds, in the order of the text.
    pub(crate) fn names_in_body(&self, file: FileId, class: ClassId) -> Vec<String> {
        let ir = self.ir(file);
        let body = ir.function(ir.class(class).body);
        let mut bindings: Vec<_> = ir.bindings[body.bindings].iter().collect();
        bindings.sort_by_key(|binding| binding.span.start);
        bindings.into_iter().map(|binding| ir.str(binding.name).to_owned()).collect()
    }

    /// Whether `__init__` stores the value whenever an object of the class is made.
    pub(crate) fn is_stored_as_made(
        &self,
        class: (FileId, ClassId),
        method: (FileId, FunctionId),
        value: ValueId,
        files: &[FileId],
    ) -> bool {
        let ir = self.ir(method.0);
        let analysis = self.analysis(method.0);
        // What it reads besides is the same at all times.
        let is_fixed = |node: ValueId| match ir.value(node) {
            Value::Global { name, .. } => match ir.binding(FileIr::module(), name) {
                Some(binding) => matches!(
                    ir.value(ir.bare(binding.value)),
                    Value::Import { .. } | Value::Function(_) | Value::Class(_)
                ),
                None => ir.function(FileIr::module()).layers.is_empty(),
            },
            _ => false,
        };
        if !analysis.names_read(ir, method.1).all(is_fixed) {
            return false;
        }
        let stored_name =
            ir.effects[ir.function(method.1).effects].iter().find_map(|effect| match effect.kind {
                EffectKind::StoreAttr { name, value: stored, .. } if stored == value => {
                    Some(ir.str(name))
                }
                _ => None,
            });
        let Some(stored_name) = stored_name else { return false };
        // Nothing else stores under that name, on whatever object.
        let stores_elsewhere = |file: &FileId| {
            let ir = self.ir(*file);
            let any_name = ["setattr", "__dict__", "vars", "delattr"];
            if any_name.iter().any(|word| ir.strings.find(word).is_some()) {
                return true;
            }
            let Some(name) = ir.strings.find(stored_name) else { return false };
            ir.functions().any(|(_, function)| {
                ir.effects[function.effects].iter().any(|effect| {
                    matches!(effect.kind, EffectKind::StoreAttr { name: stored, value: it, .. }
                        if stored == name && (*file, it) != (method.0, value))
                })
            })
        };
        if files.iter().any(stores_elsewhere) {
            return false;
        }
        let is_init = self.member(class.0, class.1, "__init__").is_some_and(|member| {
            member.file == method.0
                && matches!(ir.value(ir.bare(member.value)), Value::Function(id) if id == method.1)
        });
        let stores = |effect: &bartizan_ir::Effect| {
            matches!(effect.kind, EffectKind::StoreAttr { value: stored, .. } if stored == value)
                && effect.path == FileIr::root_path()
        };
        is_init
            && !self.has_base_outside(class.0, class.1)
            && self.member(class.0, class.1, "__setattr__").is_none()
            && self.member(class.0, class.1, "__new__").is_none()
            && ir.class(class.1).decorators.is_empty()
            && ir.effects[ir.function(method.1).effects].iter().any(stores)
    }

    /// The fields of a data class in the order in which they are given; `None` of any other class, and
    /// where something in it is out of the ordinary.
    pub(crate) fn fields_of_data(&self, file: FileId, class: ClassId) -> Option<Vec<String>> {
        let mro = self.project.mro(ClassRef::Project(file, class));
        if mro.unknown_base {
            return None;
        }
        let mut fields: Vec<String> = Vec::new();
        for class in mro.classes.iter().rev() {
            let (file, class) = match class {
                ClassRef::Project(file, class) => (*file, *class),
                ClassRef::External(symbol) => match self.project.symbol(*symbol) {
                    "builtins.object" | "object" => continue,
                    _ => return None,
                },
            };
            let ir = self.ir(file);
            let it = ir.class(class);
            let is_data = |decorator: &ValueId| {
                let (callee, args) = match ir.value(ir.bare(*decorator)) {
                    Value::Call { callee, args } => (callee, &ir.args[args]),
                    _ => (*decorator, &[][..]),
                };
                let is_plain = args.iter().all(|arg| {
                    matches!(arg.kind, bartizan_ir::ArgKind::Keyword(name)
                        if matches!(ir.str(name), "frozen" | "slots" | "order" | "repr" | "eq"))
                });
                let name = self.external(file, callee);
                is_plain && name.is_some_and(|name| name == "dataclasses.dataclass")
            };
            let decorators = &ir.ids[it.decorators];
            let has_own = ["__init__", "__new__"].iter().any(|name| {
                ir.strings.find(name).is_some_and(|name| ir.binding(it.body, name).is_some())
            });
            // `field(init=False)`, `field(kw_only=True)`, `_: KW_ONLY`
            let is_odd = ["init", "kw_only", "KW_ONLY", "InitVar"]
                .iter()
                .any(|word| ir.strings.find(word).is_some());
            if decorators.is_empty() || !decorators.iter().all(is_data) || has_own || is_odd {
                return None;
            }
            for field in &ir.names[ir.function(it.body).fields] {
                let field = ir.str(*field);
                if !fields.iter().any(|known| known == field) {
                    fields.push(field.to_owned());
                }
            }
        }
        Some(fields)
    }

    /// The fields of a `class Mail(NamedTuple)` that has nothing else.
    pub(crate) fn fields_of_named_tuple(
        &self,
        file: FileId,
        class: ClassId,
    ) -> Option<Vec<String>> {
        let ir = self.ir(file);
        let it = ir.class(class);
        let [base] = ir.args[it.bases] else { return None };
        if self.external(file, base.value)? != "typing.NamedTuple"
            || !ir.ids[it.decorators].is_empty()
        {
            return None;
        }
        let fields = &ir.names[ir.function(it.body).fields];
        let fields: Vec<String> = fields.iter().map(|field| ir.str(*field).to_owned()).collect();
        let is_plain = |name: &String| fields.contains(name) || name.starts_with("__");
        self.names_in_body(file, class).iter().all(is_plain).then_some(fields)
    }

    /// The names that a class has from its own body and those of its bases.
    pub(crate) fn names_of_class(
        &self,
        file: FileId,
        class: ClassId,
    ) -> Result<Vec<String>, crate::Reason> {
        let mro = self.project.mro(ClassRef::Project(file, class));
        if self.is_enumeration(file, class) || mro.unknown_base {
            return Err(crate::Reason::NotFollowed("all that a class holds"));
        }
        let mut names = Vec::new();
        for class in &mro.classes {
            match class {
                ClassRef::Project(file, class) => names.extend(self.names_in_body(*file, *class)),
                ClassRef::External(symbol) if self.project.symbol(*symbol) == "builtins.object" => {
                }
                ClassRef::External(symbol) => {
                    return Err(crate::Reason::External(self.project.symbol(*symbol).into()));
                }
            }
        }
        Ok(names)
    }

    /// The function behind a property, cached or not.
    pub(crate) fn property(&self, member: &Member) -> Option<(FileId, FunctionId)> {
        self.under(member, &["property", "cached_property"])
    }

    /// The function behind a method, whatever it is decorated with that leaves it a method.
    pub(crate) fn method_under_decorator(&self, member: &Member) -> Option<(FileId, FunctionId)> {
        self.under(member, &["classmethod", "staticmethod", "classonlymethod"])
    }

    /// Whether a member is a function below `@property`.
    pub(crate) fn is_property(&self, member: &Member) -> bool {
        self.under(member, &["property"]).is_some()
    }

    fn under(&self, member: &Member, names: &[&str]) -> Option<(FileId, FunctionId)> {
        let ir = self.ir(member.file);
        let Value::Decorated { by, of } = ir.value(ir.bare(member.value)) else { return None };
        let Value::Function(function) = ir.value(of) else { return None };
        let name = match ir.value(ir.bare(by)) {
            Value::Global { name, .. } | Value::Attr { name, .. } => name,
            Value::Import { name: Some(name), .. } => name,
            _ => return None,
        };
        names.contains(&ir.str(name)).then_some((member.file, function))
    }

    /// Whether the class inherits from one that is not written in the project.
    pub(crate) fn has_base_outside(&self, file: FileId, class: ClassId) -> bool {
        let mro = self.project.mro(ClassRef::Project(file, class));
        mro.unknown_base || mro.classes.iter().any(|class| matches!(class, ClassRef::External(_)))
    }

    /// Whether methods of the class, or of its bases in the project, store the attribute.
    pub(crate) fn is_stored(&self, file: FileId, class: ClassId, name: &str) -> bool {
        let mro = self.project.mro(ClassRef::Project(file, class));
        let stores = |file: FileId| {
            let ir = self.ir(file);
            let Some(name) = ir.strings.find(name) else { return false };
            ir.functions().any(|(_, function)| {
                let has_class = function.class.is_some() || function.kind == FunctionKind::Def;
                has_class
                    && ir.effects[function.effects].iter().any(|effect| {
                        matches!(effect.kind, EffectKind::StoreAttr { name: stored, .. } if stored == name)
                    })
            })
        };
        mro.unknown_base
            || mro.classes.iter().any(|class| match class {
                ClassRef::Project(file, _) => stores(*file),
                ClassRef::External(_) => false,
            })
    }

    /// Whether code of the class or of its bases stores anything in its objects.
    pub(crate) fn stores_anything(&self, file: FileId, class: ClassId) -> bool {
        let mro = self.project.mro(ClassRef::Project(file, class));
        mro.unknown_base
            || mro.classes.iter().any(|class| match class {
                ClassRef::Project(file, _) => {
                    let ir = self.ir(*file);
                    let any_name = ["setattr", "__dict__", "vars"];
                    any_name.iter().any(|word| ir.strings.find(word).is_some())
                        || ir.functions().any(|(_, function)| {
                            ir.effects[function.effects]
                                .iter()
                                .any(|effect| matches!(effect.kind, EffectKind::StoreAttr { .. }))
                        })
                }
                ClassRef::External(symbol) => self.project.symbol(*symbol) != "builtins.object",
            })
    }

    /// Whether a class or one of its bases says by what it is made.
    pub(crate) fn has_metaclass(&self, file: FileId, class: ClassId) -> bool {
        let mro = self.project.mro(ClassRef::Project(file, class));
        mro.unknown_base
            || mro.classes.iter().any(|class| match class {
                ClassRef::Project(file, class) => {
                    let ir = self.ir(*file);
                    ir.args[ir.class(*class).bases]
                        .iter()
                        .any(|arg| arg.kind != bartizan_ir::ArgKind::Positional)
                }
                ClassRef::External(_) => false,
            })
    }

    /// The classes in whose order attributes of a class are looked up, all written in the project.
    pub(crate) fn order_of(&self, file: FileId, class: ClassId) -> Option<Vec<(FileId, ClassId)>> {
        let mro = self.project.mro(ClassRef::Project(file, class));
        let classes = mro.classes.iter().filter_map(|class| match class {
            ClassRef::Project(file, class) => Some(Some((*file, *class))),
            ClassRef::External(symbol) if self.project.symbol(*symbol) == "builtins.object" => None,
            ClassRef::External(_) => Some(None),
        });
        let classes: Option<Vec<_>> = classes.collect();
        classes.filter(|_| !mro.unknown_base)
    }

    /// Of these classes those that are written in the project; `None` where a base is not known.
    pub(crate) fn order_of_own(
        &self,
        file: FileId,
        class: ClassId,
    ) -> Option<Vec<(FileId, ClassId)>> {
        let mro = self.project.mro(ClassRef::Project(file, class));
        let own = mro.classes.iter().filter_map(|class| match class {
            ClassRef::Project(file, class) => Some((*file, *class)),
            ClassRef::External(_) => None,
        });
        (!mro.unknown_base).then(|| own.collect())
    }

    /// Whether nothing of the project or from outside runs when an instance is made.
    pub(crate) fn is_made_plainly(&self, file: FileId, class: ClassId) -> bool {
        let mro = self.project.mro(ClassRef::Project(file, class));
        let own = |class: &ClassRef| matches!(class, ClassRef::Project(..));
        !mro.unknown_base
            && mro.classes.iter().all(own)
            && !self.is_enumeration(file, class)
            && self.member(file, class, "__init__").is_none()
            && self.member(file, class, "__new__").is_none()
    }

    /// Whether the class turns what its body binds into something else.
    pub(crate) fn is_enumeration(&self, file: FileId, class: ClassId) -> bool {
        let ir = self.ir(file);
        let metaclass = |class: ClassId| {
            ir.args[ir.class(class).bases].iter().any(
                |arg| matches!(arg.kind, bartizan_ir::ArgKind::Keyword(name) if ir.str(name) == "metaclass"),
            )
        };
        let mro = self.project.mro(ClassRef::Project(file, class));
        metaclass(class)
            || mro.classes.iter().any(|class| match class {
                ClassRef::External(symbol) => {
                    let name = self.project.symbol(*symbol);
                    name.starts_with("enum.")
                        || name.ends_with("Choices")
                        || name.ends_with("Enum")
                        || name.ends_with("NamedTuple")
                        || name.ends_with("TypedDict")
                }
                ClassRef::Project(..) => false,
            })
    }

    /// Whether the members of an enumeration are their values as well; `None` where it has ways of its
    /// own, or is none of these.
    pub(crate) fn kind_of_enumeration(
        &self,
        file: FileId,
        class: ClassId,
        bases: &[(&str, bool)],
        own_ways: &[&str],
    ) -> Option<bool> {
        let mro = self.project.mro(ClassRef::Project(file, class));
        let (mut is_one, mut is_mixed) = (false, false);
        for class in &mro.classes {
            match class {
                ClassRef::External(symbol) => match self.project.symbol(*symbol) {
                    "builtins.object" | "enum.ReprEnum" | "object" => {}
                    "builtins.str" | "builtins.int" | "str" | "int" => is_mixed = true,
                    name => {
                        let known = bases.iter().find(|(known, _)| *known == name);
                        is_mixed |= known?.1;
                        is_one = true;
                    }
                },
                ClassRef::Project(file, class) => {
                    let ir = self.ir(*file);
                    let is_plain = ir.args[ir.class(*class).bases]
                        .iter()
                        .all(|arg| arg.kind == bartizan_ir::ArgKind::Positional);
                    let names = self.names_in_body(*file, *class);
                    if !is_plain || names.iter().any(|name| own_ways.contains(&&**name)) {
                        return None;
                    }
                }
            }
        }
        (is_one && !mro.unknown_base).then_some(is_mixed)
    }

    /// Whether a class inherits from one of Python's own; `None` where a base is not known.
    pub(crate) fn inherits(&self, file: FileId, class: ClassId, ancestor: &str) -> Option<bool> {
        let class = ClassRef::Project(file, class);
        match self.project.is_subclass(class, ancestor) {
            Inherits::Yes => return Some(true),
            Inherits::No | Inherits::Unknown => {}
        }
        // The order names Python's own exceptions, whose bases are known here.
        let mro = self.project.mro(class);
        let wanted = crate::exceptions::builtin_exception(ancestor)?;
        let mut outside = false;
        for class in &mro.classes {
            if let ClassRef::External(symbol) = class {
                match crate::exceptions::builtin_exception(self.project.symbol(*symbol)) {
                    Some(name) if crate::exceptions::inherits(name, wanted) => return Some(true),
                    Some(_) => {}
                    None => outside = true,
                }
            }
        }
        (!mro.unknown_base && !outside).then_some(false)
    }

    /// Whether a class of the project inherits from another.
    pub(crate) fn inherits_class(
        &self,
        class: (FileId, ClassId),
        ancestor: (FileId, ClassId),
    ) -> Option<bool> {
        let class = ClassRef::Project(class.0, class.1);
        match self.project.inherits(class, ClassRef::Project(ancestor.0, ancestor.1)) {
            Inherits::Yes => Some(true),
            Inherits::No => Some(false),
            Inherits::Unknown => {
                let mro = self.project.mro(class);
                (!mro.unknown_base).then_some(false)
            }
        }
    }
}
