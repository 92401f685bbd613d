//! The linked project: its files, and what can be asked of them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use bartizan_base::{FilePath, Reads, Span};
use bartizan_finding::Confidence;
use bartizan_ir::{ClassId, EffectKind, FileFacts, FileIr, FunctionId, Value, ValueId};
use bartizan_model::{Callable, Class, Decorator, Models};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::entity::{ClassRef, Entity, FileId, Member, ModuleId, Resolved, Unknown};
use crate::hierarchy::Mro;
use crate::index::Index;
use crate::memo::{Memo, Numbers, Slot};
use crate::modules::{Evidence, Modules};
use crate::names::{Lookup, Offered, Target};
use crate::resolve::{Resolver, is_plain};
use crate::symbol::{Symbol, Symbols};

/// One Python file of a project, read.
#[derive(Debug)]
pub struct ProjectFile {
    /// Where it lies.
    pub path: FilePath,
    /// Its value graph.
    pub ir: FileIr,
    /// What it says beside its code.
    pub facts: FileFacts,
}

/// All Python files of a project, linked. Questions may come from many threads at once; the same
/// question has the same answer, whoever asks first.
#[derive(Debug)]
pub struct Project {
    pub(crate) units: Vec<Unit>,
    pub(crate) models: Models,
    pub(crate) symbols: Symbols,
    pub(crate) modules: Modules,
    pub(crate) numbers: Numbers,
    pub(crate) mros: Vec<OnceLock<Mro>>,
    pub(crate) subclasses: OnceLock<FxHashMap<ClassRef, Vec<(FileId, ClassId)>>>,
    pub(crate) builtins: Symbol,
    /// Symbols of functions, then of classes, as they are asked for; 0 for none yet.
    own_symbols: Box<[AtomicU32]>,
    /// Whether the tree holds code of a package that the models describe: Django itself, say.
    pub(crate) holds_modelled: bool,
    names: OnceLock<Reads>,
}

/// A file and what was found out about it.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) file: ProjectFile,
    pub(crate) memo: Memo,
    pub(crate) index: Index,
    pub(crate) offered: OnceLock<Offered>,
    pub(crate) star_targets: OnceLock<FxHashMap<ValueId, Target>>,
    /// The module's dotted name.
    pub(crate) symbol: Symbol,
    swept: OnceLock<()>,
}

impl Project {
    /// Links files into a project. They may come in any order.
    pub fn link(mut files: Vec<ProjectFile>, models: Models) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let paths: Vec<FilePath> = files.iter().map(|file| file.path.clone()).collect();
        let modules = Modules::of(&paths, &evidence(&files));
        let symbols = Symbols::default();
        let builtins = symbols.top(&models, "builtins");
        let numbers =
            Numbers::new(files.iter().map(|file| (file.ir.classes.len(), file.ir.functions.len())));
        let own_symbols = (0..numbers.function_count() + numbers.classes().len())
            .map(|_| AtomicU32::new(0))
            .collect();
        let mros = numbers.classes().iter().map(|_| OnceLock::new()).collect();
        let units: Vec<Unit> = files
            .into_par_iter()
            .map(|file| Unit {
                memo: Memo::new(file.ir.values.len()),
                index: Index::of(&file.ir, &models),
                offered: OnceLock::new(),
                star_targets: OnceLock::new(),
                symbol: builtins,
                swept: OnceLock::new(),
                file,
            })
            .collect();
        let mut project = Self {
            units,
            models,
            symbols,
            modules,
            numbers,
            mros,
            subclasses: OnceLock::new(),
            builtins,
            own_symbols,
            holds_modelled: false,
            names: OnceLock::new(),
        };
        for index in 0..project.units.len() {
            let dotted = project.module_name(FileId::from_index(index));
            let symbol = project.symbols.intern(&project.models, dotted);
            project.holds_modelled |= project.symbols.is_modelled(symbol);
            project.units[index].symbol = symbol;
        }
        Resolver::linking(&project).link_all();
        project
    }

    // ---- files and modules -----------------------------------------------------------------------

    /// All files, in the order of paths.
    pub fn files(&self) -> impl DoubleEndedIterator<Item = FileId> + ExactSizeIterator + use<> {
        (0..self.units.len()).map(FileId::from_index)
    }

    /// The file behind `id`.
    pub fn file(&self, id: FileId) -> &ProjectFile {
        &self.units[id.index()].file
    }

    /// The value graph of a file.
    pub fn ir(&self, id: FileId) -> &FileIr {
        &self.units[id.index()].file.ir
    }

    /// Where a file lies.
    pub fn path(&self, id: FileId) -> &FilePath {
        &self.units[id.index()].file.path
    }

    /// The file at this path.
    pub fn file_at(&self, path: &str) -> Option<FileId> {
        let at = self.units.binary_search_by(|unit| unit.file.path.as_str().cmp(path)).ok()?;
        Some(FileId::from_index(at))
    }

    /// The dotted name by which the file is imported.
    pub fn module_name(&self, file: FileId) -> &str {
        self.modules.dotted(self.modules.of_file(file))
    }

    /// The module whose code the file holds; for a stub, the module that it describes.
    pub fn module(&self, file: FileId) -> ModuleId {
        self.modules.of_file(file)
    }

    /// The dotted name of a module.
    pub fn module_path(&self, module: ModuleId) -> &str {
        self.modules.dotted(module)
    }

    /// The file that Python runs for a module; a folder without `__init__.py` has none.
    pub fn module_file(&self, module: ModuleId) -> Option<FileId> {
        self.modules.file(module)
    }

    /// The module with this dotted name.
    pub fn module_named(&self, dotted: &str) -> Option<ModuleId> {
        self.modules.absolute(None, dotted).map(|(module, _)| module)
    }

    /// The folders from which absolute imports start, sorted; the root of the tree is the empty
    /// text.
    pub fn source_roots(&self) -> Vec<String> {
        self.modules.roots()
    }

    /// The models that names are looked up in.
    pub fn models(&self) -> &Models {
        &self.models
    }

    // ---- what things are -------------------------------------------------------------------------

    /// What an expression refers to: looks through names, imports, attributes, calls whose result
    /// has a known type, and joins whose ways agree.
    pub fn resolve(&self, file: FileId, value: ValueId) -> Entity {
        self.resolve_surely(file, value).entity
    }

    /// As [`Project::resolve`], and how sure it is.
    pub fn resolve_surely(&self, file: FileId, value: ValueId) -> Resolved {
        if is_plain(self.ir(file).value(value)) {
            return Resolved::sure(Entity::Value(file, value));
        }
        let unit = self.unit(file);
        self.sweep(file);
        match unit.memo.get(&self.numbers, value) {
            Slot::Known { what, .. } => what,
            Slot::Open(_) | Slot::Unset => Resolved::unknown(Unknown::TooDeep),
        }
    }

    /// Finds out about every value of a file, unless that is done.
    pub fn sweep(&self, file: FileId) {
        self.unit(file).swept.get_or_init(|| Resolver::sweeping(self, file).sweep(file));
    }

    /// The class that an expression is an instance of, literals included.
    pub fn class_of(&self, file: FileId, value: ValueId) -> Option<ClassRef> {
        match self.resolve(file, value) {
            Entity::Instance(class) => Some(class),
            Entity::Value(at, value) => self.literal_class(at, value),
            _ => None,
        }
    }

    /// What `of.name` is, where no place in a file says so: along the order of bases, with what
    /// methods store, what the models describe, and functions as the methods that they become.
    pub fn member(&self, of: Entity, name: &str) -> Resolved {
        let found = Resolver::reading(self).member_named(Resolved::sure(of), name);
        found.unwrap_or(Resolved::unknown(Unknown::NoSuchMember))
    }

    /// The dotted name behind a symbol.
    pub fn symbol(&self, symbol: Symbol) -> &str {
        self.symbols.text(symbol)
    }

    /// The symbol of a dotted name; another name for a described thing has its symbol.
    pub fn symbol_of(&self, dotted: &str) -> Symbol {
        self.symbols.intern(&self.models, dotted)
    }

    /// The class with this dotted name: the project's own where it has it, otherwise the one
    /// outside.
    pub fn class_named(&self, dotted: &str) -> ClassRef {
        match self.find(dotted) {
            Entity::Class(file, class) => ClassRef::Project(file, class),
            Entity::External(symbol) => self.class_ref(symbol),
            _ => ClassRef::External(self.symbols.intern(&self.models, dotted)),
        }
    }

    /// The dotted name of a thing, where it has one: that of a class for its instances, that of the
    /// method for a bound one.
    pub fn dotted(&self, entity: Entity) -> Option<&str> {
        let symbol = match entity {
            Entity::Module(module) => return Some(self.module_path(module)),
            Entity::External(symbol)
            | Entity::Instance(ClassRef::External(symbol))
            | Entity::Method { member: Member::External(symbol), .. } => symbol,
            Entity::Function(file, function)
            | Entity::Method { member: Member::Project(file, function), .. } => {
                self.function_symbol(file, function)
            }
            Entity::Class(file, class)
            | Entity::Instance(ClassRef::Project(file, class))
            | Entity::Super(file, class) => self.class_symbol(file, class),
            Entity::Value(..) | Entity::Unknown(_) => return None,
        };
        Some(self.symbols.text(symbol))
    }

    /// The dotted name of a function of the project.
    pub fn function_symbol(&self, file: FileId, function: FunctionId) -> Symbol {
        let ir = self.ir(file);
        let slot = &self.own_symbols[self.numbers.function(file, function)];
        self.inside(file, ir.str(ir.function(function).qualname), slot)
    }

    /// The dotted name of a class of the project.
    pub fn class_symbol(&self, file: FileId, class: ClassId) -> Symbol {
        let ir = self.ir(file);
        let at = self.numbers.function_count() + self.numbers.class(file, class);
        self.inside(file, ir.str(ir.class(class).qualname), &self.own_symbols[at])
    }

    fn inside(&self, file: FileId, qualname: &str, slot: &AtomicU32) -> Symbol {
        let known = slot.load(Ordering::Relaxed);
        if known != 0 {
            return Symbol::from_index(known as usize - 1);
        }
        let symbol = qualname
            .split('.')
            .filter(|part| !part.is_empty())
            .fold(self.unit(file).symbol, |at, part| self.symbols.child(&self.models, at, part));
        slot.store(symbol.index() as u32 + 1, Ordering::Relaxed);
        symbol
    }

    // ---- what the models say ---------------------------------------------------------------------

    /// What the models say of a function, method or class as its own constructor; also where it is
    /// the project's own.
    pub fn callable(&self, entity: Entity) -> Option<&Callable> {
        let symbol = match entity {
            Entity::External(symbol) | Entity::Method { member: Member::External(symbol), .. } => {
                symbol
            }
            Entity::Function(file, function)
            | Entity::Method { member: Member::Project(file, function), .. }
                if self.is_modelled(file) =>
            {
                self.function_symbol(file, function)
            }
            Entity::Class(file, class) if self.is_modelled(file) => self.class_symbol(file, class),
            _ => return None,
        };
        self.symbols.callable(&self.models, symbol)
    }

    /// What the models say of a class; also where it is the project's own.
    pub fn class_model(&self, class: ClassRef) -> Option<&Class> {
        let symbol = match class {
            ClassRef::External(symbol) => symbol,
            ClassRef::Project(file, class) if self.is_modelled(file) => {
                self.class_symbol(file, class)
            }
            ClassRef::Project(..) => return None,
        };
        self.symbols.model_class(&self.models, symbol)
    }

    /// What the models say of a decorator, whether it is written bare or called.
    pub fn decorator(&self, file: FileId, by: ValueId) -> Option<&Decorator> {
        let ir = self.ir(file);
        let named = match ir.value(ir.bare(by)) {
            Value::Call { callee, .. } => callee,
            _ => by,
        };
        self.decorator_model(self.resolve(file, named))
    }

    pub(crate) fn decorator_model(&self, entity: Entity) -> Option<&Decorator> {
        let symbol = match entity {
            Entity::External(symbol) | Entity::Method { member: Member::External(symbol), .. } => {
                symbol
            }
            Entity::Function(file, function) if self.is_modelled(file) => {
                self.function_symbol(file, function)
            }
            Entity::Class(file, class) if self.is_modelled(file) => self.class_symbol(file, class),
            _ => return None,
        };
        self.symbols.decorator(&self.models, symbol)
    }

    // ---- what was found --------------------------------------------------------------------------

    /// How many names the files import from modules of the project, and how many of those were
    /// found there.
    pub fn names(&self) -> Reads {
        *self.names.get_or_init(|| {
            let files: Vec<FileId> = self.files().collect();
            let per_file = files.par_iter().map(|file| self.names_of(*file));
            per_file.reduce(Reads::default, |a, b| Reads {
                seen: a.seen + b.seen,
                read: a.read + b.read,
            })
        })
    }

    /// The names that a file imports from modules of the project and that are not there: what is
    /// written, and where.
    pub fn missing_names(&self, file: FileId) -> Vec<(String, Span)> {
        let mut missing = Vec::new();
        self.each_import(file, |written, span, found| {
            if !found {
                missing.push((written(), span));
            }
        });
        missing
    }

    fn names_of(&self, file: FileId) -> Reads {
        let mut reads = Reads::default();
        self.each_import(file, |_, _, found| {
            reads.seen += 1;
            reads.read += u32::from(found);
        });
        reads
    }

    fn each_import(&self, file: FileId, mut each: impl FnMut(&dyn Fn() -> String, Span, bool)) {
        let ir = self.ir(file);
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                let EffectKind::Import(import) = effect.kind else { continue };
                let (module, name, level) = match ir.value(import) {
                    Value::Import { module, name, level } => (module, name, level),
                    Value::Star { module, level } => (module, None, level),
                    _ => continue,
                };
                let written = || {
                    let dots = ".".repeat(level as usize);
                    match name {
                        Some(name) => format!("{dots}{}:{}", ir.str(module), ir.str(name)),
                        None => format!("{dots}{}", ir.str(module)),
                    }
                };
                let found = match self.target(file, ir.str(module), level) {
                    Target::Missing => false,
                    Target::External(_) => {
                        let first = ir.str(module).split('.').next().unwrap_or("");
                        if !self.modules.is_own(file, first) {
                            continue;
                        }
                        false
                    }
                    Target::Module(_) => {
                        let name = name.map(|name| ir.str(name));
                        !matches!(
                            self.imported(file, ir.str(module), name, level),
                            Lookup::Missing | Lookup::External(_, Confidence::Low)
                        )
                    }
                };
                each(&written, effect.span, found);
            }
        }
    }

    // ---- inside ----------------------------------------------------------------------------------

    pub(crate) fn unit(&self, file: FileId) -> &Unit {
        &self.units[file.index()]
    }

    /// Whether the models describe something of the package that the file belongs to.
    pub(crate) fn is_modelled(&self, file: FileId) -> bool {
        self.symbols.is_modelled(self.unit(file).symbol)
    }

    /// The class behind a symbol of the models: where the tree is the described package itself,
    /// the project's own class.
    pub(crate) fn class_ref(&self, symbol: Symbol) -> ClassRef {
        if !self.holds_modelled || !self.symbols.is_modelled(symbol) {
            return ClassRef::External(symbol);
        }
        self.symbols.class(symbol, || match self.find(self.symbols.text(symbol)) {
            Entity::Class(file, class) => ClassRef::Project(file, class),
            _ => ClassRef::External(symbol),
        })
    }

    /// The builtin class of a literal or display.
    pub(crate) fn literal_class(&self, file: FileId, value: ValueId) -> Option<ClassRef> {
        let ir = self.ir(file);
        let mut value = value;
        for _ in 0..16 {
            match ir.value(value) {
                // A list that was changed is a list.
                Value::Mutate(mutation) => value = ir.mutation(mutation).receiver,
                Value::Mu { init, .. } => value = init,
                Value::Pi { of, .. } => value = of,
                _ => break,
            }
        }
        let name = match ir.value(value) {
            Value::Str(_) | Value::Text { .. } => "str",
            Value::Bytes(_) => "bytes",
            Value::Int(_) | Value::BigInt(_) => "int",
            Value::Float(_) => "float",
            Value::Imaginary(_) => "complex",
            Value::Bool(_) | Value::Compare { .. } => "bool",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Set(_) => "set",
            Value::Dict(_) => "dict",
            Value::Comp(comp) => match ir.comp(comp).kind {
                bartizan_ir::CompKind::List => "list",
                bartizan_ir::CompKind::Set => "set",
                bartizan_ir::CompKind::Dict => "dict",
                bartizan_ir::CompKind::Generator => return None,
            },
            Value::Unary { op: bartizan_ir::UnaryOp::Not, .. } => "bool",
            _ => return None,
        };
        Some(ClassRef::External(self.symbols.child(&self.models, self.builtins, name)))
    }
}

/// The first names of everything that is imported by absolute name.
fn evidence(files: &[ProjectFile]) -> Evidence {
    let imported = files
        .par_iter()
        .map(|file| {
            let ir = &file.ir;
            let effects = ir.functions.iter().flat_map(|function| &ir.effects[function.effects]);
            let modules = effects.filter_map(|effect| match effect.kind {
                EffectKind::Import(import) => match ir.value(import) {
                    Value::Import { module, level: 0, .. } | Value::Star { module, level: 0 } => {
                        Some(module)
                    }
                    _ => None,
                },
                _ => None,
            });
            let mut modules: Vec<_> = modules.collect();
            modules.sort_unstable();
            modules.dedup();
            let first = |module| ir.str(module).split('.').next().unwrap_or("").to_owned();
            modules.into_iter().map(first).collect::<FxHashSet<String>>()
        })
        .reduce(FxHashSet::default, |mut all, more| {
            all.extend(more);
            all
        });
    Evidence { imported }
}
