//! What the models say a package has, looked up in the package.

use std::collections::BTreeMap;

use bartizan_ir::{ClassId, FunctionId, ParamKind as Filled};
use bartizan_model::{
    Callable, Class, Decorator, Module, Param, ParamKind, Receiver, Returns, Usage, Versions,
};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project, Unknown};

use super::package::Package;

/// Every entry that the version of the package should have, by its dotted name.
pub type Answer = BTreeMap<String, Outcome>;

/// What looking up one entry came to, the best first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The name and the parameters are there.
    Found,
    /// Nobody can tell without running it, and why.
    Open(String),
    /// The name is there, and a parameter is not: another version may have it.
    Misfit(String),
    /// The name is not there.
    Wrong(String),
}

/// Looks up all entries of `modules`.
pub fn look_up(package: &Package, modules: &[&Module]) -> Answer {
    let looking = Looking { package, project: &package.project };
    let mut answer = Answer::new();
    for module in modules {
        let mut add = |path: &str, outcome: Outcome| {
            // A decorator may be a function as well: the worse of two answers counts.
            let known = answer.entry(path.to_string()).or_insert(Outcome::Found);
            *known = known.clone().max(outcome);
        };
        let within = |name: &str| format!("{}.{name}", module.name);
        for function in module.functions.values().filter(|f| looking.has(&f.versions)) {
            add(&function.path, looking.function(function));
        }
        for decorator in module.decorators.values().filter(|d| looking.has(&d.versions)) {
            add(&decorator.path, looking.decorator(decorator));
        }
        for class in module.classes.values().filter(|c| looking.has(&c.versions)) {
            add(&class.path, looking.class(class));
            for method in class.methods.values().filter(|m| looking.has(&m.versions)) {
                add(&method.path, looking.method(class, method));
            }
            for page in &class.pages {
                add(&format!("{}.{}", class.path, page.view), looking.page(class, &page.view));
            }
            for name in class.attributes.keys() {
                add(&format!("{}.{name}", class.path), looking.attribute(class, name));
            }
        }
        for name in module.attributes.keys().chain(module.aliases.keys()) {
            add(&within(name), looking.name(&within(name)));
        }
        if module.alias_of.is_some() {
            add(&module.name, looking.name(&module.name));
        }
    }
    answer
}

struct Looking<'a> {
    package: &'a Package,
    project: &'a Project,
}

impl Looking<'_> {
    /// Whether this version of the package has what these versions have.
    fn has(&self, versions: &Versions) -> bool {
        let this = numbers(&self.package.version);
        versions.since.as_deref().is_none_or(|since| numbers(since) <= this)
            && versions.until.as_deref().is_none_or(|until| this < numbers(until))
    }

    fn function(&self, function: &Callable) -> Outcome {
        self.callable(&function.path, &function.params, false).max(self.returns(function))
    }

    fn decorator(&self, decorator: &Decorator) -> Outcome {
        match decorator.usage {
            Usage::Bare => self.name(&decorator.path),
            Usage::Called | Usage::Either => {
                self.callable(&decorator.path, &decorator.params, false)
            }
        }
    }

    fn class(&self, class: &Class) -> Outcome {
        match self.project.find(&class.path) {
            found @ Entity::Class(..) => {
                let known = match class.constructor_known {
                    true => self.callable(&class.path, &class.constructor.params, true),
                    false => Outcome::Found,
                };
                class.bases.iter().map(|base| self.inherits(found, base)).fold(known, Outcome::max)
            }
            other => self.unsure(&class.path, other),
        }
    }

    /// The method that answers a page of the admin: the class has it, or a base in the package does.
    fn page(&self, class: &Class, view: &str) -> Outcome {
        let Some(found) = self.project.find(&class.path).as_class() else {
            return Outcome::Open("the class is not found".to_string());
        };
        match self.project.lookup_member(found, view) {
            Some(_) => Outcome::Found,
            None if self.project.mro(found).unknown_base => {
                Outcome::Open("a base is not known".to_string())
            }
            None => Outcome::Wrong("no method of that name answers".to_string()),
        }
    }

    fn inherits(&self, class: Entity, base: &str) -> Outcome {
        let (Some(class), Some(above)) = (class.as_class(), self.project.find(base).as_class())
        else {
            return self.mentioned(base);
        };
        match self.project.inherits(class, above) {
            Inherits::Yes | Inherits::Unknown => Outcome::Found,
            Inherits::No => Outcome::Open(format!("has the methods of {base} in another way")),
        }
    }

    fn method(&self, class: &Class, method: &Callable) -> Outcome {
        let outcome =
            self.callable(&method.path, &method.params, method.receiver != Receiver::None);
        match (outcome, self.project.find(&class.path)) {
            (Outcome::Wrong(why), Entity::Class(file, id)) if !self.is_open(file, id) => {
                Outcome::Wrong(why)
            }
            // The class may have more than can be seen, or cannot be seen itself.
            (Outcome::Wrong(why), _) if !matches!(self.name(&class.path), Outcome::Wrong(_)) => {
                Outcome::Open(why)
            }
            (outcome, _) => outcome.max(self.returns(method)),
        }
    }

    /// Whether a class may have more members than are written: from bases outside of the package,
    /// or by code that runs when one is asked for.
    fn is_open(&self, file: FileId, class: ClassId) -> bool {
        let class = ClassRef::Project(file, class);
        let mro = self.project.mro(class);
        let written = |class: &ClassRef| matches!(class, ClassRef::Project(..));
        mro.unknown_base
            || !mro.classes.iter().all(written)
            || self.project.lookup_member(class, "__getattr__").is_some()
    }

    fn returns(&self, callable: &Callable) -> Outcome {
        match &callable.returns {
            Some(Returns::Class(class)) => self.mentioned(class),
            _ => Outcome::Found,
        }
    }

    /// A class that an entry refers to: wrong where this package should have it and does not.
    fn mentioned(&self, class: &str) -> Outcome {
        let top = class.split('.').next().unwrap_or_default();
        if self.project.module_named(top).is_none() {
            return Outcome::Found;
        }
        match self.name(class) {
            Outcome::Wrong(_) => Outcome::Wrong(format!("there is no {class}")),
            _ => Outcome::Found,
        }
    }

    /// Instances get their attributes in methods, from bases, or from others: it is enough that the
    /// name is written in a file of the class or of a base.
    fn attribute(&self, class: &Class, name: &str) -> Outcome {
        let Entity::Class(file, id) = self.project.find(&class.path) else {
            return self.unsure(&class.path, self.project.find(&class.path));
        };
        let is_in = |file: FileId| self.project.ir(file).strings.find(name).is_some();
        let classes = &self.project.mro(ClassRef::Project(file, id)).classes;
        let found = classes.iter().any(|class| match class {
            ClassRef::Project(file, _) => is_in(*file),
            ClassRef::External(_) => false,
        });
        if found {
            Outcome::Found
        } else if self.is_open(file, id) || self.project.files().any(is_in) {
            Outcome::Open("set from elsewhere".into())
        } else {
            Outcome::Wrong("no such attribute".into())
        }
    }

    fn name(&self, path: &str) -> Outcome {
        match self.project.find(path) {
            Entity::Unknown(_) | Entity::External(_) if self.functions_named(path).is_empty() => {
                self.unsure(path, self.project.find(path))
            }
            _ => Outcome::Found,
        }
    }

    /// A function, method or constructor with these parameters.
    fn callable(&self, path: &str, params: &[Param], bound: bool) -> Outcome {
        let found = self.project.find(path);
        let (functions, bound) = match found {
            Entity::Class(file, class) => {
                match self.project.constructor(ClassRef::Project(file, class)) {
                    Some((file, function)) => (self.twins(file, function), true),
                    None => (Vec::new(), true),
                }
            }
            Entity::Function(file, function) => (self.twins(file, function), bound),
            _ => (self.functions_named(path), bound),
        };
        if functions.is_empty() {
            return match found {
                Entity::Class(..) => Outcome::Open("the constructor is not written out".into()),
                _ => self.unsure(path, found),
            };
        }
        let wrong = functions.iter().map(|f| self.misfit(*f, params, bound));
        match wrong.min().flatten() {
            None => Outcome::Found,
            Some(why) => Outcome::Misfit(why),
        }
    }

    /// What stands where no function or class was found.
    fn unsure(&self, path: &str, found: Entity) -> Outcome {
        let inside = |module: &String| path == module || path.starts_with(&format!("{module}."));
        if self.package.compiled.iter().any(inside) {
            return Outcome::Open("compiled".into());
        }
        match found {
            Entity::Unknown(Unknown::NoSuchName | Unknown::NoSuchModule) => {
                Outcome::Wrong("no such name".into())
            }
            Entity::Unknown(Unknown::NoSuchMember) => Outcome::Wrong("no such member".into()),
            Entity::Unknown(why) => Outcome::Open(format!("{why:?}")),
            Entity::External(symbol) if self.project.symbol(symbol) == path => {
                Outcome::Wrong("no such name".into())
            }
            Entity::External(symbol) => {
                Outcome::Open(format!("comes from {}", self.project.symbol(symbol)))
            }
            _ => Outcome::Open("made by code that runs".into()),
        }
    }

    /// All definitions under the qualified name of one: overloads, and branches by version.
    fn twins(&self, file: FileId, function: FunctionId) -> Vec<(FileId, FunctionId)> {
        let ir = self.project.ir(file);
        let name = ir.function(function).qualname;
        let twins = ir.functions().filter(|(_, other)| other.qualname == name);
        twins.map(|(id, _)| (file, id)).collect()
    }

    /// The definitions that are written under this name, however it is bound in the end.
    fn functions_named(&self, path: &str) -> Vec<(FileId, FunctionId)> {
        let mut end = path.len();
        while let Some(dot) = path[..end].rfind('.') {
            end = dot;
            let file = self
                .project
                .module_named(&path[..end])
                .and_then(|module| self.project.module_file(module));
            if let Some(file) = file {
                let ir = self.project.ir(file);
                let named = |id: &FunctionId| ir.str(ir.function(*id).qualname) == &path[end + 1..];
                let ids = ir.functions().map(|(id, _)| id).filter(named);
                return ids.map(|id| (file, id)).collect();
            }
        }
        Vec::new()
    }

    /// What a function lacks of the parameters that the models give it.
    fn misfit(
        &self,
        (file, function): (FileId, FunctionId),
        params: &[Param],
        bound: bool,
    ) -> Option<String> {
        let ir = self.project.ir(file);
        let function = ir.function(function);
        let is = |name| {
            ir.ids[function.decorators].iter().any(|decorator| {
                self.project.dotted(self.project.resolve(file, *decorator)) == Some(name)
            })
        };
        let written = &ir.params[function.params];
        let bound = bound && !is("builtins.staticmethod") || is("builtins.classmethod");
        let written = &written[usize::from(bound && !written.is_empty())..];
        let any = |kind| written.iter().any(|param| param.kind == kind);
        let by_position: Vec<_> = written
            .iter()
            .filter(|param| matches!(param.kind, Filled::PositionalOnly | Filled::Normal))
            .collect();
        for (position, param) in params.iter().enumerate() {
            let name = &param.name;
            let fits = match param.kind {
                ParamKind::PositionalOnly => position < by_position.len() || any(Filled::Args),
                ParamKind::Normal => match by_position.get(position) {
                    Some(there) => {
                        ir.str(there.name) == name || there.kind == Filled::PositionalOnly
                    }
                    None => any(Filled::Args),
                },
                ParamKind::KeywordOnly => {
                    written.iter().any(|there| ir.str(there.name) == name) || any(Filled::Kwargs)
                }
                // The rest, of which the models say nothing.
                ParamKind::Args | ParamKind::Kwargs => true,
            };
            if !fits {
                let there: Vec<&str> = written.iter().map(|there| ir.str(there.name)).collect();
                return Some(format!("no `{name}` among ({})", there.join(", ")));
            }
        }
        None
    }
}

/// A version as numbers, as far as it is.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use bartizan_base::FilePath;
    use bartizan_model::Models;
    use bartizan_project::ProjectFile;

    use super::*;

    const CLINIC: &str = "
class Base:
    def __init__(self, host, *, tls=True):
        self.owner = None

    @classmethod
    def open(cls, host): ...

class Warehouse(Base):
    def __getattr__(self, name): ...

def report(query, /, values=(), **options): ...

connect = Base.open
total = 3
";

    fn outcome(entry: &str) -> Vec<String> {
        let path = FilePath::new("clinic/db.py").unwrap();
        let reading = bartizan_python::read(&path, CLINIC.as_bytes());
        let file = ProjectFile { path, ir: reading.ir, facts: reading.facts };
        let package = Package {
            version: "2.1".into(),
            compiled: vec!["clinic.db.fast".into()],
            project: Project::link(vec![file], Models::default()),
        };
        let mut models = Models::default();
        let text = format!("schema = 1\nmodule = 'clinic.db'\n{entry}");
        models.with_user("clinic.toml", &text).unwrap();
        let module = models.modules().find(|module| module.name == "clinic.db").unwrap();
        let answer = look_up(&package, &[module]);
        answer.iter().map(|(entry, outcome)| format!("{entry}: {outcome:?}")).collect()
    }

    fn function(name: &str, params: &str) -> String {
        let why = "A report (Handbook: Reports).";
        let entry =
            format!("[[function]]\nname = '{name}'\nparams = '''{params}'''\nwhy = \"{why}\"");
        outcome(&entry).concat()
    }

    #[test]
    fn names_and_parameters_are_looked_up() {
        assert_eq!(function("report", "query, /, values=()"), "clinic.db.report: Found");
        assert_eq!(function("report", "query, /, *, limit=1"), "clinic.db.report: Found");
        assert_eq!(
            function("report", "query, /, limit=1"),
            "clinic.db.report: Misfit(\"no `limit` among (query, values, options)\")"
        );
        assert_eq!(function("reprot", "query"), "clinic.db.reprot: Wrong(\"no such name\")");
    }

    #[test]
    fn what_runs_or_is_compiled_stays_open() {
        assert_eq!(function("fast", ""), "clinic.db.fast: Open(\"compiled\")");
        assert_eq!(function("total", ""), "clinic.db.total: Open(\"made by code that runs\")");
    }

    #[test]
    fn a_method_is_bound_and_inherited() {
        let class = "[[class]]\nname = 'Warehouse'\nparams = 'host, tls=True'\nwhy = 'x'\n\
                     attributes.owner = 'clinic.db.Base'\n\
                     [[class.method]]\nname = 'open'\nparams = 'host'\nreceiver = 'class'\n\
                     [[class.method]]\nname = 'anything'\nparams = ''\n";
        assert_eq!(
            outcome(class),
            [
                "clinic.db.Warehouse: Misfit(\"no `tls` among (host, tls)\")",
                "clinic.db.Warehouse.anything: Open(\"no such member\")",
                "clinic.db.Warehouse.open: Found",
                "clinic.db.Warehouse.owner: Found",
            ]
        );
        assert_eq!(function("connect", "host"), "clinic.db.connect: Found");
    }

    #[test]
    fn an_entry_counts_for_its_versions() {
        let entry = |versions: &str| {
            outcome(&format!("[[function]]\nname = 'gone'\nparams = ''\nwhy = 'x'\n{versions}"))
        };
        assert_eq!(entry("until = '2.1'"), [""; 0]);
        assert_eq!(entry("since = '2.10'"), [""; 0]);
        assert_eq!(entry("since = '2.1'").len(), 1);
    }
}
