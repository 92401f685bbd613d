//! Names that lead from module to module: imports, re-exports, star imports, `__all__`.
//!
//! Everything here only reads what the files say and asks nothing of types, so any thread gets the
//! same answer at any time.

use bartizan_base::Sym;
use bartizan_finding::Confidence;
use bartizan_ir::{BinaryOp, FileIr, Layer, Mutator, Path, PathId, Value, ValueId};

use crate::entity::{FileId, ModuleId};
use crate::project::Project;
use crate::python::{is_builtin, is_module_attribute};
use crate::symbol::Symbol;

/// Where an import leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a module of the project.
    Module(ModuleId),
    /// Out of the project.
    External(Symbol),
    /// Nowhere: a relative import of a module that does not exist.
    Missing,
}

/// What a module has under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// This value of this file.
    Bound(FileId, ValueId),
    /// A module inside the package.
    Submodule(ModuleId),
    /// Something from outside, perhaps through a star import.
    External(Symbol, Confidence),
    /// A name that Python itself binds in every module: `__file__`.
    Special,
    /// Code that runs decides.
    Dynamic,
    /// Nothing.
    Missing,
    /// Nothing, for there is no such module.
    NoModule,
}

/// What a module offers to a star import.
#[derive(Debug)]
pub(crate) enum Offered {
    /// Every name without an underscore in front.
    Public,
    /// The names of `__all__`, sorted.
    Listed(Vec<Sym>),
    /// The names of `__all__` that can be read, and others.
    Open(Vec<Sym>),
}

/// A name is looked for in this many modules, and over this many star imports between them.
const MODULES: usize = 64;
const STARS: usize = 1024;

/// Where a name was looked for. What was seen stays seen: another way to the same module finds the
/// same.
#[derive(Default)]
struct Seen {
    files: Vec<FileId>,
    stars: usize,
}

/// Writes to the namespace of a module, the last of them, among which a name is looked for.
const MOST_LAYERS: usize = 500;

impl Project {
    /// Where an import in `file` leads. `module` is as written, without its `level` leading dots.
    pub fn target(&self, file: FileId, module: &str, level: u32) -> Target {
        if level > 0 {
            return match self.modules.relative(file, level, module) {
                Some(module) => Target::Module(module),
                None => Target::Missing,
            };
        }
        match self.modules.absolute(Some(file), module) {
            Some((module, _)) => Target::Module(module),
            None => Target::External(self.symbols.intern(&self.models, module)),
        }
    }

    /// What `from module import name` in `file` binds, or without a name `import module`.
    pub fn imported(&self, file: FileId, module: &str, name: Option<&str>, level: u32) -> Lookup {
        self.imported_from(file, self.target(file, module, level), module, name, level)
    }

    pub(crate) fn imported_from(
        &self,
        file: FileId,
        target: Target,
        module: &str,
        name: Option<&str>,
        level: u32,
    ) -> Lookup {
        match (target, name) {
            (Target::Module(module), None) => Lookup::Submodule(module),
            (Target::External(symbol), None) => Lookup::External(symbol, Confidence::High),
            (Target::External(symbol), Some(name)) => {
                let symbol = self.symbols.child(&self.models, symbol, name);
                Lookup::External(symbol, Confidence::High)
            }
            (Target::Module(found), Some(name)) => match self.lookup(found, name) {
                // Found below some other root, and without the name: a package outside the tree
                // must be meant that is called the same.
                Lookup::Missing if level == 0 && !self.is_near(file, module) => {
                    let symbol = self.symbols.intern(&self.models, module);
                    let symbol = self.symbols.child(&self.models, symbol, name);
                    Lookup::External(symbol, Confidence::Medium)
                }
                found => found,
            },
            (Target::Missing, _) => Lookup::NoModule,
        }
    }

    fn is_near(&self, file: FileId, module: &str) -> bool {
        self.modules.absolute(Some(file), module).is_some_and(|(_, near)| near)
    }

    /// What the module has under `name`.
    pub fn lookup(&self, module: ModuleId, name: &str) -> Lookup {
        self.lookup_seen(module, name, false, &mut Seen::default())
    }

    /// What a name that no function around it binds means in `file`. `layers` are those of a
    /// [`Value::Global`].
    pub fn lookup_global(&self, file: FileId, name: Sym, layers: &[Layer]) -> Lookup {
        let ir = self.ir(file);
        let text = ir.str(name);
        let mut seen = Seen { files: vec![file], stars: 0 };
        let found = if layers.is_empty() {
            self.in_file(file, Some(name), text, false, &mut seen)
        } else {
            self.in_layers(file, layers, text, &mut seen)
        };
        let builtin = || {
            let symbol = self.symbols.child(&self.models, self.builtins, text);
            (symbol, is_builtin(text))
        };
        match found {
            Lookup::Missing if is_module_attribute(text) => Lookup::Special,
            Lookup::Missing | Lookup::Dynamic => match builtin() {
                (symbol, true) => Lookup::External(symbol, Confidence::High),
                _ => found,
            },
            // A star import from outside may hide a builtin; only what is described surely does.
            Lookup::External(_, Confidence::Low) => match builtin() {
                (symbol, true) => Lookup::External(symbol, Confidence::Medium),
                _ => found,
            },
            found => found,
        }
    }

    fn lookup_seen(&self, module: ModuleId, name: &str, by_star: bool, seen: &mut Seen) -> Lookup {
        let mut found = Lookup::Missing;
        match self.modules.file(module) {
            Some(file) => {
                if by_star && !self.offers(file, name) {
                    return Lookup::Missing;
                }
                if !seen.files.contains(&file) && seen.files.len() < MODULES {
                    seen.files.push(file);
                    let local = self.ir(file).strings.find(name);
                    found = self.in_file(file, local, name, by_star, seen);
                }
                // A module binds the names of Python itself; but only itself.
                if found == Lookup::Missing && is_module_attribute(name) && !by_star {
                    found = Lookup::Special;
                }
            }
            None => {
                if let Some(module) = self.modules.child(module, name) {
                    return Lookup::Submodule(module);
                }
                // A bare folder may be one part of a package whose other parts lie outside.
                let package = self.symbols.intern(&self.models, self.modules.dotted(module));
                let symbol = self.symbols.child(&self.models, package, name);
                return Lookup::External(symbol, Confidence::Medium);
            }
        }
        let vague = matches!(
            found,
            Lookup::Missing | Lookup::Dynamic | Lookup::External(_, Confidence::Low)
        );
        if vague && let Some(module) = self.modules.child(module, name) {
            let listed = || match self.modules.file(self.parent_of(module)) {
                Some(file) => matches!(self.offered(file), Offered::Listed(_) | Offered::Open(_)),
                None => false,
            };
            if !by_star || listed() {
                return Lookup::Submodule(module);
            }
        }
        found
    }

    fn parent_of(&self, module: ModuleId) -> ModuleId {
        self.modules.parent(module).unwrap_or(module)
    }

    /// Looks in the names that a file ends with.
    fn in_file(
        &self,
        file: FileId,
        local: Option<Sym>,
        name: &str,
        by_star: bool,
        seen: &mut Seen,
    ) -> Lookup {
        let ir = self.ir(file);
        if let Some(binding) = local.and_then(|name| ir.binding(FileIr::module(), name))
            && !matches!(ir.value(binding.value), Value::Unbound)
            && !self.is_own_submodule(file, name, binding.value)
        {
            return Lookup::Bound(file, binding.value);
        }
        let layers = ir.function(FileIr::module()).layers;
        let found = self.in_layers(file, &ir.layers[layers], name, seen);
        if found == Lookup::Missing && !by_star && self.has_getattr(file) {
            return Lookup::Dynamic;
        }
        found
    }

    /// `from . import views` in a package binds the module inside it, by way of the package itself.
    fn is_own_submodule(&self, file: FileId, name: &str, value: ValueId) -> bool {
        let ir = self.ir(file);
        let Value::Import { module, name: Some(from), level } = ir.value(value) else {
            return false;
        };
        let package = self.modules.of_file(file);
        ir.str(from) == name
            && self.modules.child(package, name).is_some()
            && self.target(file, ir.str(module), level) == Target::Module(package)
    }

    /// Whether a module binds a name to what it took from `file` itself, under the same name: `from shop
    /// import Order` in a part of a package that takes all of its parts. It gives back what the package
    /// had before.
    fn is_taken_from(&self, file: FileId, at: FileId, name: &str, value: ValueId) -> bool {
        let ir = self.ir(at);
        let Value::Import { module, name: Some(from), level } = ir.value(ir.bare(value)) else {
            return false;
        };
        at != file
            && ir.str(from) == name
            && self.target(at, ir.str(module), level) == Target::Module(self.modules.of_file(file))
    }

    /// Looks through what may have bound a name, the latest first.
    fn in_layers(&self, file: FileId, layers: &[Layer], name: &str, seen: &mut Seen) -> Lookup {
        let ir = self.ir(file);
        let mut outside = None;
        let mut dynamic = false;
        // A name that none of so many writes is told to bind may be bound by those before them.
        dynamic |= layers.len() > MOST_LAYERS;
        for layer in layers.iter().rev().take(MOST_LAYERS) {
            if is_dead(ir, layer.path) {
                continue;
            }
            match ir.value(layer.value) {
                Value::Star { .. } if seen.stars == STARS => dynamic = true,
                Value::Star { module, level } => {
                    match self.star_target(file, layer.value, module, level) {
                        Target::Module(module) => {
                            seen.stars += 1;
                            match self.lookup_seen(module, name, true, seen) {
                                Lookup::Missing => {}
                                Lookup::Dynamic => dynamic = true,
                                Lookup::Bound(at, value)
                                    if self.is_taken_from(file, at, name, value) => {}
                                Lookup::External(symbol, Confidence::Low) => {
                                    outside = outside.or(Some((symbol, Confidence::Low)));
                                }
                                found => return found,
                            }
                        }
                        Target::External(module) if !name.starts_with('_') => {
                            let symbol = self.symbols.child(&self.models, module, name);
                            if self.symbols.is_modelled(symbol)
                                && self.models.knows(self.symbols.text(symbol))
                            {
                                return Lookup::External(symbol, Confidence::Medium);
                            }
                            outside = outside.or(Some((symbol, Confidence::Low)));
                        }
                        Target::External(_) | Target::Missing => {}
                    }
                }
                Value::NamespaceSet { key, value } => match ir.value(ir.bare(key)) {
                    Value::Str(key) if ir.str(key) == name => return Lookup::Bound(file, value),
                    Value::Str(_) => {}
                    _ => dynamic = true,
                },
                Value::NamespaceUpdate(mapping) => match ir.value(ir.bare(mapping)) {
                    Value::Dict(pairs) => {
                        for pair in ir.pairs[pairs].iter().rev() {
                            match pair.key.map(|key| ir.value(ir.bare(key))) {
                                Some(Value::Str(key)) if ir.str(key) == name => {
                                    return Lookup::Bound(file, pair.value);
                                }
                                Some(Value::Str(_)) => {}
                                _ => dynamic = true,
                            }
                        }
                    }
                    _ => dynamic = true,
                },
                Value::NamespaceUnknown(_) => dynamic = true,
                // What the rounds have written stands among the layers, too.
                Value::Unbound | Value::NamespaceRounds(_) => {}
                _ => return Lookup::Bound(file, layer.value),
            }
        }
        match outside {
            Some((symbol, confidence)) => Lookup::External(symbol, confidence),
            None if dynamic => Lookup::Dynamic,
            None => Lookup::Missing,
        }
    }

    fn star_target(&self, file: FileId, star: ValueId, module: Sym, level: u32) -> Target {
        let ir = self.ir(file);
        let targets = self.unit(file).star_targets.get_or_init(|| {
            let layers = ir.function(FileIr::module()).layers;
            let stars = ir.layers[layers].iter().filter_map(|layer| match ir.value(layer.value) {
                Value::Star { module, level } => {
                    Some((layer.value, self.target(file, ir.str(module), level)))
                }
                _ => None,
            });
            stars.collect()
        });
        let known = targets.get(&star).copied();
        known.unwrap_or_else(|| self.target(file, ir.str(module), level))
    }

    fn has_getattr(&self, file: FileId) -> bool {
        let ir = self.ir(file);
        ir.strings
            .find("__getattr__")
            .is_some_and(|name| ir.binding(FileIr::module(), name).is_some())
    }

    /// Whether a star import of the file takes `name` along.
    fn offers(&self, file: FileId, name: &str) -> bool {
        let listed = |names: &[Sym]| {
            let local = self.ir(file).strings.find(name);
            local.is_some_and(|name| names.binary_search(&name).is_ok())
        };
        match self.offered(file) {
            Offered::Public => !name.starts_with('_'),
            Offered::Listed(names) => listed(names),
            Offered::Open(names) => !name.starts_with('_') || listed(names),
        }
    }

    fn offered(&self, file: FileId) -> &Offered {
        self.unit(file).offered.get_or_init(|| {
            let ir = self.ir(file);
            let all = ir.strings.find("__all__");
            let Some(all) = all.and_then(|name| ir.binding(FileIr::module(), name)) else {
                return Offered::Public;
            };
            let mut names = Vec::new();
            let closed = collect_texts(ir, all.value, &mut names);
            names.sort_unstable();
            names.dedup();
            if closed { Offered::Listed(names) } else { Offered::Open(names) }
        })
    }
}

/// Collects the texts of a list that is put together of displays; whether those are all.
fn collect_texts(ir: &FileIr, list: ValueId, names: &mut Vec<Sym>) -> bool {
    let mut closed = true;
    let mut left = vec![list];
    let mut steps = 0;
    while let Some(value) = left.pop() {
        steps += 1;
        if steps > 10_000 {
            return false;
        }
        match ir.value(value) {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                for item in &ir.items[items] {
                    match ir.value(ir.bare(item.value)) {
                        Value::Str(name) if !item.spread => names.push(name),
                        _ => closed = false,
                    }
                }
            }
            Value::Binary { op: BinaryOp::Add, left: a, right: b } => left.extend([a, b]),
            Value::Pi { of, .. } => left.push(of),
            Value::Gamma { then, otherwise, .. } => left.extend([then, otherwise]),
            Value::Join { ways, .. } => left.extend(ir.ways[ways].iter().map(|way| way.value)),
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                left.push(mutation.receiver);
                let args = ir.args[mutation.args].iter().map(|arg| arg.value);
                match mutation.op {
                    Mutator::Extend | Mutator::InPlace(BinaryOp::Add) => left.extend(args),
                    Mutator::Append => {
                        for arg in args {
                            match ir.value(ir.bare(arg)) {
                                Value::Str(name) => names.push(name),
                                _ => closed = false,
                            }
                        }
                    }
                    _ => closed = false,
                }
            }
            _ => closed = false,
        }
    }
    closed
}

/// Whether code on this path never runs.
pub(crate) fn is_dead(ir: &FileIr, path: PathId) -> bool {
    any_link(ir, path, |link| matches!(link, Path::Dead { .. }))
}

/// Whether code on this path runs only once an exception was caught.
pub(crate) fn is_fallback(ir: &FileIr, path: PathId) -> bool {
    any_link(ir, path, |link| matches!(link, Path::Handler { .. }))
}

fn any_link(ir: &FileIr, path: PathId, holds: impl Fn(Path) -> bool) -> bool {
    let mut at = Some(path);
    for _ in 0..256 {
        let Some(path) = at else { break };
        let link = ir.path(path);
        if holds(link) {
            return true;
        }
        at = link.parent();
    }
    false
}
