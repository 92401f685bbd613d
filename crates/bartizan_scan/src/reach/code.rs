//! What code uses of what is wanted: calls, bases, decorators, arguments, imports.

use std::collections::BTreeSet;

use bartizan_base::{FilePath, Span, Sym};
use bartizan_deps::reach::{Kind, Want};
use bartizan_ir::{Arg, ArgKind, FileIr, Value, ValueId};
use bartizan_project::{ClassRef, FileId, Inherits, Project};
use bartizan_python::Extent;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Sight;
use crate::Linked;

/// What code says of each want, in the order of the wants.
pub(super) struct Looked {
    pub(super) sights: Vec<Sight>,
    /// The top-level modules that code imports or names in a text.
    roots: FxHashSet<String>,
}

impl Looked {
    /// Whether any code imports the package that a want is about.
    pub(super) fn is_imported(&self, want: &Want) -> bool {
        let root = want.name.split('.').next().unwrap_or("");
        self.roots.contains(if want.root.is_empty() { root } else { want.root })
    }
}

/// Looks through all code that is no test.
pub(super) fn look(
    linked: &Linked,
    is_test_code: &(dyn Fn(&FilePath) -> bool + Sync),
    wants: &[Want],
) -> Looked {
    let project = &linked.project;
    let wanted = Wanted::new(project, wants);
    let files: Vec<FileId> = project
        .files()
        .filter(|file| {
            linked.extents[file.index()] == Extent::Whole && !is_test_code(project.path(*file))
        })
        .collect();
    let each: Vec<(FileId, FoundIn)> =
        files.par_iter().map(|file| (*file, wanted.look_in(*file))).collect();
    let mut looked =
        Looked { sights: vec![Sight::Nothing; wants.len()], roots: FxHashSet::default() };
    for (file, found) in each {
        for (number, span) in found.used {
            if !matches!(looked.sights[number], Sight::Used(_)) {
                looked.sights[number] = Sight::Used(Some((file, span)));
            }
        }
        for number in found.doubtful {
            if looked.sights[number] == Sight::Nothing {
                looked.sights[number] = Sight::Doubt;
            }
        }
        looked.roots.extend(found.roots);
    }
    looked
}

#[derive(Default)]
struct FoundIn {
    /// By want, in the order of the text.
    used: Vec<(usize, Span)>,
    doubtful: BTreeSet<usize>,
    roots: FxHashSet<String>,
}

/// The wants, ready to be met.
struct Wanted<'p> {
    project: &'p Project,
    wants: &'p [Want],
    /// Calls and fields by their dotted name, under every name by which they may be met.
    by_name: FxHashMap<String, Vec<usize>>,
    /// Calls into which a dict is expanded, in the same way.
    expanded: FxHashMap<String, Vec<usize>>,
    /// Everything below a module: `django.contrib.gis.db.models.`
    below: Vec<(&'p str, usize)>,
    /// The last parts of the names: where a file holds none of these words, there is nothing to see.
    words: BTreeSet<&'p str>,
    imports: Vec<usize>,
    keywords: Vec<usize>,
    attributes: Vec<usize>,
    /// The top-level modules that matter.
    roots: FxHashSet<&'p str>,
}

impl<'p> Wanted<'p> {
    fn new(project: &'p Project, wants: &'p [Want]) -> Self {
        let mut wanted = Self {
            project,
            wants,
            by_name: FxHashMap::default(),
            expanded: FxHashMap::default(),
            below: Vec::new(),
            words: BTreeSet::new(),
            imports: Vec::new(),
            keywords: Vec::new(),
            attributes: Vec::new(),
            roots: FxHashSet::default(),
        };
        for (number, want) in wants.iter().enumerate() {
            match want.kind {
                Kind::Call | Kind::ModelField => match want.name.strip_suffix('*') {
                    Some(module) => wanted.below.push((module, number)),
                    None => {
                        for name in names(project, want) {
                            wanted.by_name.entry(name).or_default().push(number);
                        }
                        wanted.words.extend(want.name.rsplit('.').next());
                    }
                },
                Kind::Expansion => {
                    for name in names(project, want) {
                        wanted.expanded.entry(name).or_default().push(number);
                    }
                }
                Kind::Import => wanted.imports.push(number),
                Kind::Keyword => wanted.keywords.push(number),
                Kind::Setting if is_attribute(&want.name) => wanted.attributes.push(number),
                _ => continue,
            }
            wanted.roots.extend(want.name.split('.').next());
            wanted.roots.insert(want.root);
        }
        wanted
    }

    fn look_in(&self, file: FileId) -> FoundIn {
        let ir = self.project.ir(file);
        let mut found = FoundIn::default();
        self.texts(ir, &mut found);
        self.imports(ir, &mut found);
        let words: FxHashSet<Sym> =
            self.words.iter().filter_map(|word| ir.strings.find(word)).collect();
        if !words.is_empty() {
            self.names(file, &words, &mut found);
        }
        let by_calls = [self.below.is_empty(), self.keywords.is_empty(), self.expanded.is_empty()];
        if !words.is_empty() || by_calls.contains(&false) {
            self.uses(file, &mut found);
        }
        self.class_attributes(file, &mut found);
        found.used.sort_by_key(|(_, span)| *span);
        found
    }

    /// Texts may be resolved to what they name, as settings do.
    fn texts(&self, ir: &FileIr, found: &mut FoundIn) {
        for (_, text) in ir.strings.iter() {
            let Some((root, rest)) = text.split_once('.') else {
                if self.roots.contains(text) {
                    found.roots.insert(text.to_owned());
                }
                continue;
            };
            if rest.is_empty() || !self.roots.contains(root) {
                continue;
            }
            found.roots.insert(root.to_owned());
            if let Some(numbers) = self.by_name.get(text) {
                found.doubtful.extend(numbers);
            }
            let of_module = |number: &&usize| is_below(text, &self.wants[**number].name);
            found.doubtful.extend(self.imports.iter().filter(of_module));
        }
    }

    fn imports(&self, ir: &FileIr, found: &mut FoundIn) {
        for (at, value) in ir.values.iter().enumerate() {
            let (module, name) = match *value {
                Value::Import { module, name, level: 0 } => (ir.str(module), name),
                Value::Star { module, level: 0 } => (ir.str(module), None),
                _ => continue,
            };
            let root = module.split('.').next().unwrap_or("");
            if !self.roots.contains(root) {
                continue;
            }
            found.roots.insert(root.to_owned());
            let whole = name.map(|name| format!("{module}.{}", ir.str(name)));
            for number in &self.imports {
                let wanted = &self.wants[*number].name;
                let is_it = is_below(module, wanted)
                    || whole.as_deref().is_some_and(|whole| is_below(whole, wanted));
                if is_it {
                    found.used.push((*number, ir.spans[at]));
                }
            }
        }
    }

    /// Everything that is called as what is wanted: what it is may be known or not.
    fn names(&self, file: FileId, words: &FxHashSet<Sym>, found: &mut FoundIn) {
        let ir = self.project.ir(file);
        for (at, value) in ir.values.iter().enumerate() {
            let name = match *value {
                Value::Attr { name, .. } | Value::Import { name: Some(name), .. } => name,
                Value::Global { name, .. } => name,
                _ => continue,
            };
            if !words.contains(&name) {
                continue;
            }
            let word = ir.str(name);
            let entity = self.project.resolve(file, ValueId::from_index(at));
            match self.project.dotted(entity) {
                // Another way to the same thing, perhaps: a module that is not described.
                Some(dotted) => found.doubtful.extend(self.called(word).filter(|number| {
                    let wanted = &self.wants[*number].name;
                    let root = |name: &str| name.split('.').next().map(str::to_owned);
                    root(dotted) == root(wanted)
                        && dotted.rsplit('.').next() == Some(word)
                        && !self.is_another(dotted, *number)
                })),
                // A method of nobody knows what; a function stands in a module, and where that is
                // not imported, the word is another.
                None if matches!(value, Value::Attr { .. }) => {
                    found.doubtful.extend(self.called(word).filter(|number| {
                        let wanted = &self.wants[*number].name;
                        let root = wanted.split('.').next().unwrap_or("");
                        is_method(wanted) || found.roots.contains(root)
                    }));
                }
                None => {}
            }
        }
    }

    /// The wants whose last part is `word`.
    fn called(&self, word: &str) -> impl Iterator<Item = usize> {
        let is_called = move |number: &usize| {
            let want = &self.wants[*number];
            let is_named = matches!(want.kind, Kind::Call | Kind::ModelField);
            is_named && want.name.rsplit('.').next() == Some(word)
        };
        (0..self.wants.len()).filter(is_called)
    }

    /// Whether the models describe `dotted` as something else than what is wanted.
    fn is_another(&self, dotted: &str, number: usize) -> bool {
        let symbol = |name: &str| self.project.symbol_of(name);
        let is_described = |name: &str| {
            let found = self.project.find(name);
            self.project.callable(found).is_some()
        };
        symbol(dotted) != symbol(&self.wants[number].name)
            && is_described(dotted)
            && is_described(&self.wants[number].name)
    }

    /// What is called, inherited from, decorated with and handed on.
    fn uses(&self, file: FileId, found: &mut FoundIn) {
        let ir = self.project.ir(file);
        for call in self.project.calls(file) {
            let target = self.project.callee(file, call.value).target;
            let dotted = self.project.dotted(target);
            if let Some(dotted) = dotted {
                self.meet(dotted, call.span, found);
            }
            let Value::Call { args, .. } = ir.value(call.value) else { continue };
            for arg in &ir.args[args] {
                self.meet_value(file, arg.value, arg.span, found);
            }
            if let Some(dotted) = dotted {
                self.arguments(ir, dotted, &ir.args[args], call.span, found);
            }
            if ir.args[args].iter().any(|arg| is_open_dict(ir, arg)) {
                self.expansions(ir, call.value, dotted, call.span, found);
            }
        }
        for (_, class) in ir.classes() {
            for base in &ir.args[class.bases] {
                self.meet_value(file, base.value, base.span, found);
            }
            for by in &ir.ids[class.decorators] {
                self.meet_value(file, *by, ir.span(*by), found);
            }
        }
        for (_, function) in ir.functions() {
            for by in &ir.ids[function.decorators] {
                self.meet_value(file, *by, ir.span(*by), found);
            }
        }
    }

    fn meet_value(&self, file: FileId, value: ValueId, span: Span, found: &mut FoundIn) {
        if let Some(dotted) = self.project.dotted(self.project.resolve(file, value)) {
            self.meet(dotted, span, found);
        }
    }

    fn meet(&self, dotted: &str, span: Span, found: &mut FoundIn) {
        let mut name = dotted;
        // `LoginView.as_view` is a use of the class.
        for _ in 0..2 {
            for number in self.by_name.get(name).into_iter().flatten() {
                found.used.push((*number, span));
            }
            match name.rsplit_once('.') {
                Some((class, _)) if is_class(class) => name = class,
                _ => break,
            }
        }
        for (module, number) in &self.below {
            if dotted.starts_with(module) {
                found.used.push((*number, span));
            }
        }
    }

    fn arguments(&self, ir: &FileIr, callee: &str, args: &[Arg], span: Span, found: &mut FoundIn) {
        for number in &self.keywords {
            let want = &self.wants[*number];
            if callee.split('.').next() != Some(want.root) {
                continue;
            }
            let (name, value) = match want.name.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (want.name.as_str(), None),
            };
            for arg in args {
                match arg.kind {
                    ArgKind::Keyword(given) if ir.str(given) == name => {
                        match value.map(|value| is_written(ir, arg.value, value)) {
                            None | Some(Some(true)) => found.used.push((*number, span)),
                            Some(None) => {
                                found.doubtful.insert(*number);
                            }
                            Some(Some(false)) => {}
                        }
                    }
                    ArgKind::DoubleStar => {
                        found.doubtful.insert(*number);
                    }
                    _ => {}
                }
            }
        }
    }

    /// A dict is expanded into a call of `dotted`, or of what only its last word tells.
    fn expansions(
        &self,
        ir: &FileIr,
        call: ValueId,
        dotted: Option<&str>,
        span: Span,
        found: &mut FoundIn,
    ) {
        if let Some(numbers) = dotted.and_then(|dotted| self.expanded.get(dotted)) {
            found.used.extend(numbers.iter().map(|number| (*number, span)));
            return;
        }
        let Value::Call { callee, .. } = ir.value(call) else { return };
        let word = match (dotted, ir.value(callee)) {
            (Some(dotted), _) => dotted.rsplit('.').next().unwrap_or(""),
            (None, Value::Attr { name, .. } | Value::Global { name, .. }) => ir.str(name),
            (None, _) => return,
        };
        for number in self.expanded.values().flatten() {
            let wanted = &self.wants[*number].name;
            let may_be = dotted.is_none_or(|dotted| {
                dotted.split('.').next() == wanted.split('.').next()
                    && !self.is_another(dotted, *number)
            });
            if wanted.rsplit('.').next() == Some(word) && may_be {
                found.doubtful.insert(*number);
            }
        }
    }

    /// Attributes of classes that inherit from a class of Django's: `ModelAdmin.list_editable`.
    fn class_attributes(&self, file: FileId, found: &mut FoundIn) {
        let ir = self.project.ir(file);
        for number in &self.attributes {
            let name = bare(&self.wants[*number].name);
            let Some((class, attribute)) = name.rsplit_once('.') else { continue };
            let Some(attribute) = ir.strings.find(attribute) else { continue };
            for (id, own) in ir.classes() {
                let Some(binding) = ir.binding(own.body, attribute) else { continue };
                match self.project.is_subclass(ClassRef::Project(file, id), class) {
                    Inherits::Yes => found.used.push((*number, binding.span)),
                    Inherits::Unknown => {
                        found.doubtful.insert(*number);
                    }
                    Inherits::No => {}
                }
            }
        }
    }
}

/// The methods of query sets stand on managers too: `Order.objects.filter`.
const QUERY_SET: &str = "django.db.models.QuerySet.";
const MANAGERS: &[&str] = &[
    "django.db.models.Manager.",
    "django.db.models.manager.Manager.",
    "django.db.models.manager.BaseManager.",
];

/// The names by which something that is called may be met.
fn names(project: &Project, want: &Want) -> BTreeSet<String> {
    let mut names = BTreeSet::from([want.name.clone()]);
    if let Some(method) = want.name.strip_prefix(QUERY_SET) {
        names.extend(MANAGERS.iter().map(|manager| format!("{manager}{method}")));
    }
    let symbols: Vec<String> =
        names.iter().map(|name| project.symbol(project.symbol_of(name)).to_owned()).collect();
    names.extend(symbols);
    names
}

/// Whether an argument is a dict with keys that are not written there.
fn is_open_dict(ir: &FileIr, arg: &Arg) -> bool {
    arg.kind == ArgKind::DoubleStar
        && match ir.value(ir.bare(arg.value)) {
            Value::Dict(pairs) => ir.pairs[pairs].iter().any(|pair| {
                let is_written = |key| matches!(ir.value(ir.bare(key)), Value::Str(_));
                !pair.key.is_some_and(is_written)
            }),
            _ => true,
        }
}

/// Whether a setting that is wanted is an attribute of a class.
pub(super) fn is_attribute(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// The name without what is said of it in brackets.
pub(super) fn bare(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name).trim()
}

/// Whether a module is `of`, or lies below it.
fn is_below(module: &str, of: &str) -> bool {
    module.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_class(dotted: &str) -> bool {
    dotted.rsplit('.').next().is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Whether the name is that of a method: it stands in a class, and not in a module such as
/// `PIL.Image`.
fn is_method(dotted: &str) -> bool {
    dotted.rsplit_once('.').is_some_and(|(class, _)| is_class(class) && !class.starts_with("PIL."))
}

/// Whether an argument is written as `value`; `None` where it is computed.
fn is_written(ir: &FileIr, of: ValueId, value: &str) -> Option<bool> {
    match ir.value(ir.bare(of)) {
        Value::Bool(truth) => Some(value == if truth { "True" } else { "False" }),
        Value::None => Some(value == "None"),
        Value::Dict(pairs) => Some(value == "{}" && pairs.is_empty()),
        Value::Str(_) | Value::Int(_) => Some(false),
        _ => None,
    }
}
