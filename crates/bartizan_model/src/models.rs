//! All models of one project, found by dotted name.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use bartizan_finding::Confidence;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::load::load;
use crate::packs::PACKS;
use crate::{
    Attribute, Callable, Class, Decorator, Kind, ModelError, Module, Page, Registered, Returns,
    Urlconf,
};

/// What is known of the packages that a project imports, with what the project adds itself.
///
/// A file is read when the first name of its module is asked for, once a process: a project that
/// never names `paramiko` never pays for it. Dotted names may be public ones; re-exports are
/// followed (`django.db.models.QuerySet` is `django.db.models.query.QuerySet`).
#[derive(Debug, Default)]
pub struct Models {
    imported: FxHashSet<String>,
    user: BTreeMap<String, Module>,
    by_variable: OnceLock<Variables>,
}

/// Classes by the name of a variable that is taken for an instance.
#[derive(Debug, Default)]
struct Variables {
    whole: FxHashMap<String, (String, Confidence)>,
    endings: Vec<(String, (String, Confidence))>,
}

impl Models {
    /// The models for a project that imports these top-level packages, `django` or `subprocess`.
    /// What is said of names of variables counts for imported packages alone.
    pub fn for_packages<S: AsRef<str>>(imported: impl IntoIterator<Item = S>) -> Self {
        let imported = imported.into_iter().map(|name| name.as_ref().to_owned()).collect();
        Self { imported, ..Self::default() }
    }

    /// Adds a file of the user's own, named `path` in errors. An entry takes the place of what was
    /// known of the same name; of a class, each method and attribute by itself.
    pub fn with_user(&mut self, path: &str, text: &str) -> Result<(), ModelError> {
        let added = load(path, text)?;
        let known = self.user.remove(&added.name);
        let mut module = known
            .or_else(|| built_in(&added.name).cloned())
            .unwrap_or_else(|| Module { name: added.name.clone(), ..Module::default() });
        module.overlay(added);
        self.user.insert(module.name.clone(), module);
        self.by_variable = OnceLock::new();
        Ok(())
    }

    /// The function, the method (`django.db.models.query.QuerySet.raw`) or the class as its own
    /// constructor with this name.
    pub fn callable(&self, dotted: &str) -> Option<&Callable> {
        match self.find(dotted)? {
            Found::Callable(callable) => Some(callable),
            Found::Class(class) => Some(&class.constructor),
            Found::Inherited(class, name) => self.method(&class.path, &name),
            Found::Decorator(_) | Found::Attribute(_) => None,
        }
    }

    /// The class with this name.
    pub fn class(&self, dotted: &str) -> Option<&Class> {
        match self.find(dotted)? {
            Found::Class(class) => Some(class),
            _ => None,
        }
    }

    /// Who gets past a decorator, or past a view, mixin or permission class, as kinds of decorators; empty
    /// where nothing is said.
    pub fn guards(&self, dotted: &str) -> &[Kind] {
        let of_class = self.along_bases(dotted, |class| match class.guards.as_slice() {
            [] => None,
            guards => Some(guards),
        });
        match (of_class, self.decorator(dotted)) {
            (Some(guards), _) => guards,
            (None, Some(decorator)) => &decorator.adds,
            (None, None) => &[],
        }
    }

    /// The methods that a class answers to as a view, itself or by its bases; empty where that is not said.
    pub fn answers(&self, class: &str) -> &[String] {
        let said = self.along_bases(class, |class| match class.answers.as_slice() {
            [] => None,
            answers => Some(answers),
        });
        said.unwrap_or_default()
    }

    /// The pages that a class of the admin adds, and its bases.
    pub fn pages(&self, class: &str) -> Vec<&Page> {
        let mut found: Vec<&Page> = Vec::new();
        let _: Option<()> = self.along_bases(class, |class| {
            found.extend(&class.pages);
            None
        });
        found
    }

    /// The method `name` of a class, or of the bases that the models know.
    pub fn method(&self, class: &str, name: &str) -> Option<&Callable> {
        self.along_bases(class, |class| class.methods.get(name))
    }

    /// The type of the attribute `name` of a class and of the bases that the models know, or of a
    /// variable of a module (`attribute("django.db", "connection")`).
    pub fn attribute(&self, class: &str, name: &str) -> Option<&str> {
        self.attribute_entry(class, name)?.class.as_deref()
    }

    /// What the attribute `name` of a class, or the variable of a module, is.
    pub fn attribute_kinds(&self, class: &str, name: &str) -> &[Kind] {
        self.attribute_entry(class, name).map_or(&[], |attribute| &attribute.kinds)
    }

    /// All that is known of the attribute `name` of a class, or of a variable of a module.
    pub fn attribute_entry(&self, class: &str, name: &str) -> Option<&Attribute> {
        self.along_bases(class, |class| class.attributes.get(name))
            .or_else(|| self.module(class)?.attributes.get(name))
    }

    /// The type of the variable of a module with this name, `django.db.connection`.
    pub fn variable(&self, dotted: &str) -> Option<&str> {
        match self.find(dotted)? {
            Found::Attribute(attribute) => attribute.class.as_deref(),
            Found::Inherited(class, name) => self.attribute(&class.path, &name),
            _ => None,
        }
    }

    /// The decorator with this name.
    pub fn decorator(&self, dotted: &str) -> Option<&Decorator> {
        self.locate(dotted, &|module, rest| module.decorators.get(rest))
    }

    /// Whether `class` is `ancestor`, or the models know it to inherit from it.
    pub fn is_subclass(&self, class: &str, ancestor: &str) -> bool {
        let ancestor = self.canonical(ancestor);
        self.along_bases(class, |class| (class.path == ancestor).then_some(())).is_some()
    }

    /// The type of a call's result. `receiver` is the type of what a method was called on.
    pub fn result<'a>(
        &'a self,
        callable: &'a Callable,
        receiver: Option<&'a str>,
    ) -> Option<&'a str> {
        match callable.returns.as_ref()? {
            Returns::Class(class) => Some(self.canonical(class)),
            Returns::Receiver => receiver,
        }
    }

    /// The class that a variable with this name is taken for an instance of where nothing else is
    /// known of its type, and how sure that is.
    pub fn class_for_variable(&self, name: &str) -> Option<(&str, Confidence)> {
        let variables = self.by_variable.get_or_init(|| self.variables());
        let ending = || {
            let ends = |ending: &&(String, _)| name.ends_with(ending.0.as_str());
            variables.endings.iter().find(ends).map(|(_, found)| found)
        };
        let (class, confidence) = variables.whole.get(name).or_else(ending)?;
        Some((class, *confidence))
    }

    /// The name under which a thing is described: follows re-exports, and gives back a name that
    /// the models do not know.
    pub fn canonical<'a>(&'a self, dotted: &'a str) -> &'a str {
        if !self.has_package_of(dotted) {
            return dotted;
        }
        let known = match self.find(dotted) {
            Some(Found::Callable(callable)) => Some(callable.path.as_str()),
            Some(Found::Class(class)) => Some(class.path.as_str()),
            Some(Found::Decorator(decorator)) => Some(decorator.path.as_str()),
            Some(Found::Attribute(_) | Found::Inherited(..)) | None => None,
        };
        known.or_else(|| self.alias(dotted)).unwrap_or(dotted)
    }

    /// The `urlpatterns` of a module outside the project.
    pub fn urlconf(&self, module: &str) -> Option<&Urlconf> {
        self.module(module)?.urlconf.as_ref()
    }

    /// The models that a module outside the project registers with the admin.
    pub fn registered(&self, module: &str) -> &[Registered] {
        self.module(module).map_or(&[], |module| &module.admin)
    }

    /// Whether there is an entry for this name.
    pub fn knows(&self, dotted: &str) -> bool {
        self.find(dotted).is_some()
    }

    /// Whether the models describe anything in the top-level package of this name.
    pub fn has_package_of(&self, dotted: &str) -> bool {
        let package = dotted.split('.').next().unwrap_or(dotted);
        BUILT_IN.packages.contains(package)
            || self.user.keys().any(|module| module.split('.').next() == Some(package))
    }

    /// Every module that is described, by name, with the user's own. Reads all files: for tools,
    /// documentation and tests.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        let mut modules: BTreeMap<&str, &Module> = PACKS
            .iter()
            .filter_map(|pack| built_in(pack.module))
            .map(|module| (module.name.as_str(), module))
            .collect();
        modules.extend(self.user.iter().map(|(name, module)| (name.as_str(), module)));
        modules.into_values()
    }

    /// The first answer along a class and its bases, depth first. Circles end, and a name that
    /// leads nowhere is passed over.
    fn along_bases<'a, T>(
        &'a self,
        class: &str,
        mut answer: impl FnMut(&'a Class) -> Option<T>,
    ) -> Option<T> {
        let first = self.class(class)?;
        let mut seen: Vec<&str> = Vec::new();
        let mut ahead = vec![first];
        while let Some(class) = ahead.pop() {
            if seen.contains(&class.path.as_str()) {
                continue;
            }
            seen.push(&class.path);
            if let Some(found) = answer(class) {
                return Some(found);
            }
            ahead.extend(class.bases.iter().rev().filter_map(|base| self.class(base)));
        }
        None
    }

    fn find(&self, dotted: &str) -> Option<Found<'_>> {
        if !dotted.contains('.') {
            return self.locate(&format!("builtins.{dotted}"), &in_module);
        }
        self.locate(dotted, &in_module)
    }

    /// Looks `dotted` up in the longest module that is a prefix of it, then in shorter ones, and
    /// follows aliases on the way.
    fn locate<'a, T>(
        &'a self,
        dotted: &str,
        look: &dyn Fn(&'a Module, &str) -> Option<T>,
    ) -> Option<T> {
        let mut name = dotted.to_owned();
        // A chain of re-exports is short; only a circle in a user's file would be longer.
        for _ in 0..16 {
            let mut next = None;
            for (at, _) in name.rmatch_indices('.') {
                let (head, rest) = (&name[..at], &name[at + 1..]);
                let Some(module) = self.module(head) else { continue };
                if let Some(found) = look(module, rest) {
                    return Some(found);
                }
                if let Some(target) = module.alias_target(rest) {
                    next = Some(target);
                    break;
                }
            }
            name = next?;
        }
        None
    }

    /// Where an alias leads, when the models have no entry there.
    fn alias(&self, dotted: &str) -> Option<&str> {
        let (module, name) = dotted.rsplit_once('.')?;
        let mut target = self.module(module)?.aliases.get(name)?.as_str();
        for _ in 0..16 {
            let Some((module, name)) = target.rsplit_once('.') else { break };
            match self.module(module).and_then(|module| module.aliases.get(name)) {
                Some(further) => target = further,
                None => break,
            }
        }
        Some(target)
    }

    fn module(&self, name: &str) -> Option<&Module> {
        self.user.get(name).or_else(|| built_in(name))
    }

    fn variables(&self) -> Variables {
        let named_by_imported = PACKS.iter().filter(|pack| {
            let package = pack.module.split('.').next().unwrap_or(pack.module);
            // Most files say nothing of variables; they need not be read for it.
            self.imported.contains(package)
                && !self.user.contains_key(pack.module)
                && pack.text.contains("instances_named")
        });
        let modules =
            self.user.values().chain(named_by_imported.filter_map(|pack| built_in(pack.module)));
        let mut all: Vec<(&str, &Class, Confidence)> = modules
            .flat_map(|module| module.classes.values())
            .flat_map(|class| {
                let named = class.instances_named.iter();
                named.map(move |(name, sure)| (name.as_str(), class, *sure))
            })
            .collect();
        // The surest class wins, then the first by name, unless another builds on it: what a package
        // puts in the place of a request is one, and more.
        all.sort_by(|a, b| b.2.cmp(&a.2).then(a.1.path.cmp(&b.1.path)).then(a.0.cmp(b.0)));
        let mut variables = Variables::default();
        for (name, class, sure) in all {
            let found = (class.path.clone(), sure);
            match name.strip_prefix('*') {
                Some(ending) => variables.endings.push((ending.to_owned(), found)),
                None => match variables.whole.get_mut(name) {
                    Some(known) if known.1 == sure && class.bases.contains(&known.0) => {
                        *known = found;
                    }
                    Some(_) => {}
                    None => {
                        variables.whole.insert(name.to_owned(), found);
                    }
                },
            }
        }
        variables
    }
}

/// An entry that a dotted name led to.
enum Found<'a> {
    Callable(&'a Callable),
    Class(&'a Class),
    Decorator(&'a Decorator),
    Attribute(&'a Attribute),
    /// A member that the class itself does not describe.
    Inherited(&'a Class, String),
}

fn in_module<'a>(module: &'a Module, rest: &str) -> Option<Found<'a>> {
    if let Some(function) = module.functions.get(rest) {
        return Some(Found::Callable(function));
    }
    if let Some(class) = module.classes.get(rest) {
        return Some(Found::Class(class));
    }
    if let Some(decorator) = module.decorators.get(rest) {
        return Some(Found::Decorator(decorator));
    }
    if let Some(attribute) = module.attributes.get(rest) {
        return Some(Found::Attribute(attribute));
    }
    let (class, member) = rest.rsplit_once('.')?;
    let class = module.classes.get(class)?;
    if let Some(method) = class.methods.get(member) {
        return Some(Found::Callable(method));
    }
    Some(Found::Inherited(class, member.to_owned()))
}

impl Module {
    /// Where `rest` leads to out of this module, if it is a name that is defined elsewhere.
    fn alias_target(&self, rest: &str) -> Option<String> {
        let (first, behind) = rest.split_once('.').unwrap_or((rest, ""));
        if let Some(target) = self.aliases.get(first) {
            return Some(if behind.is_empty() {
                target.clone()
            } else {
                format!("{target}.{behind}")
            });
        }
        self.alias_of.as_ref().map(|module| format!("{module}.{rest}"))
    }

    fn overlay(&mut self, added: Module) {
        let names = added.functions.keys().chain(added.classes.keys()).chain(added.aliases.keys());
        for name in names {
            // One name is one thing: what it was before in another table is gone.
            if !added.functions.contains_key(name) {
                self.functions.remove(name);
            }
            if !added.classes.contains_key(name) {
                self.classes.remove(name);
            }
            if !added.aliases.contains_key(name) {
                self.aliases.remove(name);
            }
        }
        self.alias_of = added.alias_of.or_else(|| self.alias_of.take());
        self.aliases.extend(added.aliases);
        self.attributes.extend(added.attributes);
        self.functions.extend(added.functions);
        self.decorators.extend(added.decorators);
        self.urlconf = added.urlconf.or_else(|| self.urlconf.take());
        self.admin.extend(added.admin);
        for (name, class) in added.classes {
            match self.classes.get_mut(&name) {
                Some(known) => known.overlay(class),
                None => {
                    self.classes.insert(name, class);
                }
            }
        }
    }
}

impl Class {
    fn overlay(&mut self, added: Class) {
        if !added.bases.is_empty() {
            self.bases = added.bases;
        }
        if added.constructor_known {
            self.constructor = added.constructor;
            self.constructor_known = true;
        }
        self.methods.extend(added.methods);
        self.attributes.extend(added.attributes);
        self.instances_named.extend(added.instances_named);
        self.why = added.why;
    }
}

/// The files that Bartizan brings, read at most once a process.
struct BuiltIn {
    by_module: FxHashMap<&'static str, usize>,
    packages: FxHashSet<&'static str>,
    read: Vec<OnceLock<Module>>,
}

static BUILT_IN: LazyLock<BuiltIn> = LazyLock::new(|| BuiltIn {
    by_module: PACKS.iter().enumerate().map(|(at, pack)| (pack.module, at)).collect(),
    packages: PACKS
        .iter()
        .map(|pack| pack.module.split('.').next().unwrap_or(pack.module))
        .collect(),
    read: PACKS.iter().map(|_| OnceLock::new()).collect(),
});

fn built_in(module: &str) -> Option<&'static Module> {
    let at = *BUILT_IN.by_module.get(module)?;
    let pack = &PACKS[at];
    Some(BUILT_IN.read[at].get_or_init(|| match load(pack.path, pack.text) {
        Ok(module) => module,
        Err(error) => {
            // A test reads every file; should one slip through, a user loses it and no more.
            debug_assert!(false, "{error}");
            Module { name: pack.module.to_owned(), ..Module::default() }
        }
    }))
}

/// One file that Bartizan brings.
pub(crate) struct Pack {
    pub module: &'static str,
    pub path: &'static str,
    pub text: &'static str,
}
