//! What Django would really run with: each setting, in each environment, and who decided it.

pub mod checks;
mod configuration;
mod defaults;
mod deployed;
mod environments;
mod show;
mod starters;
pub mod table;
mod truth;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use bartizan_base::FilePath;
use bartizan_ir::{FileIr, Value};
use bartizan_project::{FileId, Project};
use bartizan_value::{
    Abstract, Constant, Evaluated, Evaluator, Purpose, Questions, Reason, Symbol, Variables,
};
use pep440_rs::Version;

use configuration::Configuration;
pub use defaults::{Defaults, LATEST};
pub use environments::{
    Decided, Environment, Gateway, GivenVariable, Hint, Outside, Role, environments,
    named_in_texts, started_by,
};
pub use show::{is_secret_name, read_variable, read_variables, shown, variables};
pub use truth::{Truth, alternatives, contains, is_text, is_true, truth};

/// A setting as Django would see it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What it is worth.
    pub value: Evaluated,
    /// Whether the project says so, or Django.
    pub origin: Origin,
}

/// Who gives a setting its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The project: the site of the value tells where.
    Project,
    /// Django, since the project says nothing.
    Default,
}

/// Whether nothing binds a name of this worth: what it is given may itself ask for a name that nothing
/// binds, and then the settings fail as they are loaded.
fn is_unbound(project: &Project, value: &Evaluated) -> bool {
    let ir = project.ir(value.site.file);
    value.value.unknown() == Some(&Reason::Raises("NameError"))
        && !matches!(
            ir.value(ir.bare(value.site.node)),
            Value::Binary { .. }
                | Value::Compare { .. }
                | Value::Dict(_)
                | Value::List(_)
                | Value::Logic { .. }
                | Value::Text { .. }
                | Value::Tuple(_)
                | Value::Unary { .. }
        )
}

/// Says what a module binds to a name. A function, so that settings may be lent for less than the
/// evaluator lives.
type Ask<'p> = Box<dyn Fn(&str) -> Option<Evaluated> + 'p>;

/// Says which line of which file gave a variable of the environment its value.
type WhoGave<'p> = Box<dyn Fn(&str) -> Option<(FilePath, u32)> + 'p>;

/// The settings of one environment. Each is evaluated when it is first asked for.
pub struct Settings<'p> {
    /// The environment.
    pub environment: &'p Environment,
    files: Vec<FileId>,
    /// Names to which the project may give a value.
    bound: BTreeSet<String>,
    /// Those of them that its code binds itself.
    assigned: BTreeSet<String>,
    /// Evaluates one of them.
    ask: Ask<'p>,
    who_gave: WhoGave<'p>,
    /// What was asked before; `None` where the project says nothing after all.
    known: RefCell<BTreeMap<String, Option<Setting>>>,
    defaults: &'p Defaults,
    /// Whether names may be bound that nothing writes out.
    any_name: bool,
    /// Whether other code gets all names of a module, `register(globals())`, and may bind more.
    handed_on: bool,
}

impl<'p> Settings<'p> {
    /// The settings of an environment. `variables` is what is known of the environment of the process.
    pub fn of(
        project: &'p Project,
        evaluator: &'p Evaluator<'_>,
        environment: &'p Environment,
        defaults: &'p Defaults,
        variables: &Variables,
    ) -> Self {
        let mut variables = variables.clone();
        // However Django was told of the settings: while they are read, both variables say it.
        variables.set("DJANGO_SETTINGS_MODULE", &environment.module);
        if let Some(class) = &environment.configuration {
            variables.set("DJANGO_CONFIGURATION", class);
        }
        for given in &environment.variables {
            variables.set(&given.name, &given.value);
        }
        for name in &environment.unclear {
            variables.doubt(name);
        }
        variables.with_django(defaults.version().release());
        for (package, version) in defaults.packages() {
            variables.with_package(package, version.release());
        }
        match environment.role {
            Role::Local => variables.serve(Purpose::Develop),
            Role::Production => variables.serve(Purpose::Serve),
            Role::Test => {}
        }
        let mut variables = starters::started(project, evaluator, environment, variables);
        variables.set("DJANGO_SETTINGS_MODULE", &environment.module);
        let mut questions = evaluator.questions_where(&variables);
        let file = environment.file;
        let bound = bound_names(project, &mut questions, file);
        let mut names = bound.names;
        let assigned = names.clone();
        let class = environment.configuration.as_ref();
        let class = class.and_then(|class| Configuration::of(project, &mut questions, file, class));
        if let Some(class) = &class {
            names.extend(class.names());
        }
        let any_name = bound.any_name || class.is_some_and(|class| class.is_decorated());
        if any_name {
            names.extend(defaults.names().map(str::to_owned));
        }
        let questions = Rc::new(RefCell::new(questions));
        let later = Rc::clone(&questions);
        Self {
            environment,
            files: bound.files,
            bound: names,
            assigned,
            ask: Box::new(move |name| {
                let questions = &mut questions.borrow_mut();
                let value = match &class {
                    Some(class) => class.ask(questions, defaults, name),
                    None => questions.binding(file, name),
                };
                // On the way that is taken perhaps nothing binds it.
                value.filter(|value| !is_unbound(project, value))
            }),
            who_gave: Box::new(move |name| {
                let (path, line) = later.borrow().line_that_gave(name)?;
                Some((FilePath::new(&path)?, line))
            }),
            known: RefCell::default(),
            defaults,
            any_name,
            handed_on: bound.handed_on,
        }
    }

    /// The version of Django whose defaults hold.
    pub fn version(&self) -> &Version {
        self.defaults.version()
    }

    /// What the project says of a setting.
    fn told(&self, name: &str) -> Option<Setting> {
        let may_be_bound = self.bound.contains(name) || self.any_name && is_setting(name);
        if !may_be_bound {
            return None;
        }
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let value = (self.ask)(name);
        // Django's own defaults, taken over with a star.
        let value = value.filter(|value| match value.value.unknown() {
            // What is made of one of them is another matter.
            Some(Reason::External(module)) => {
                &**module != "django.conf.global_settings.*" || self.is_assigned(name)
            }
            _ => true,
        });
        let setting = value.map(|value| {
            let value = self.or_taken_from_django(self.or_default(name, value));
            let value = as_given(name, value);
            Setting { value, origin: Origin::Project }
        });
        self.known.borrow_mut().insert(name.to_owned(), setting.clone());
        setting
    }

    /// Whether code of the settings binds a name itself, and does not take it over with a star.
    fn is_assigned(&self, name: &str) -> bool {
        self.assigned.contains(name)
    }

    /// The value with Django's default on the ways on which the project binds nothing.
    fn or_default(&self, name: &str, value: Evaluated) -> Evaluated {
        let Some(default) = self.defaults.get(name) else { return value };
        value.with_alternatives(|way| {
            let is_unbound = way.unknown() == Some(&Reason::Raises("NameError"));
            is_unbound.then(|| default.value.clone())
        })
    }

    /// The value, where it is one of Django's own defaults by name: `global_settings.LANGUAGES`.
    fn or_taken_from_django(&self, value: Evaluated) -> Evaluated {
        let Abstract::Ref(Symbol::External(name)) = &value.value else { return value };
        let name = name.strip_prefix("django.conf.global_settings.");
        match name.and_then(|name| self.defaults.get(name)) {
            Some(default) => Evaluated { value: default.value.clone(), site: value.site },
            None => value,
        }
    }

    /// A setting by its name: what the project says, else Django's default; `None` where neither says
    /// anything.
    pub fn get(&self, name: &str) -> Option<Setting> {
        if let Some(setting) = self.told(name) {
            return Some(setting);
        }
        let mut value = as_given(name, self.defaults.get(name)?.clone());
        if name == "STORAGES" && self.is_put_together() {
            let reason = Reason::NotFollowed("what Django makes of other settings");
            value.value = Abstract::Unknown(reason);
        }
        if self.handed_on {
            let reason = Reason::NotFollowed("code that is given all names of the settings");
            value.value = Abstract::Unknown(reason);
        }
        Some(Setting { value, origin: Origin::Default })
    }

    /// The middleware: `MIDDLEWARE`, else what Django called `MIDDLEWARE_CLASSES` before 1.10.
    pub fn middleware(&self) -> Option<Setting> {
        let given = self.get("MIDDLEWARE");
        match given.as_ref().map(|setting| setting.origin) {
            Some(Origin::Project) => given,
            _ => self.told("MIDDLEWARE_CLASSES").or(given),
        }
    }

    /// Whether Django writes older settings into `STORAGES`, as 4.2 and 5.0 do.
    fn is_put_together(&self) -> bool {
        let says_so = |name| self.told(name).is_some();
        let [major, minor, ..] = self.version().release() else { return false };
        matches!((major, minor), (4, 2) | (5, 0))
            && (says_so("DEFAULT_FILE_STORAGE") || says_so("STATICFILES_STORAGE"))
    }

    /// Whether there is certainly no setting of this name: nothing binds it, and Django has none.
    pub fn lacks(&self, name: &str) -> bool {
        let is_open = self.any_name || self.handed_on || self.environment.module.is_empty();
        !is_open && !self.bound.contains(name) && self.defaults.get(name).is_none()
    }

    /// The line of a file that gives a variable of the environment: of `.env`, where that has the last
    /// word and the settings that were asked for have read it, or of what deploys the environment.
    pub fn line_that_gave(&self, variable: &str) -> Option<(FilePath, u32)> {
        let deployed = || self.environment.variables.iter().find(|given| given.name == variable);
        (self.who_gave)(variable).or_else(|| deployed().map(|given| given.place.clone()))
    }

    /// All settings to which the project gives a value, by name.
    pub fn given(&self) -> impl Iterator<Item = (&str, Setting)> {
        self.bound.iter().filter_map(|name| Some((name.as_str(), self.told(name)?)))
    }

    /// The module that Django reads, and those of which it takes over all names.
    pub fn files(&self) -> &[FileId] {
        &self.files
    }

    /// The names to which the project may give a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.bound.iter().map(String::as_str)
    }

    /// The Django whose defaults hold.
    pub fn django(&self) -> &Version {
        self.defaults.version()
    }
}

/// What Django gives whoever asks for a setting: a URL that begins nowhere begins at the root
/// (`django.conf.LazySettings._add_script_prefix`).
fn as_given(name: &str, value: Evaluated) -> Evaluated {
    if !matches!(name, "MEDIA_URL" | "STATIC_URL") {
        return value;
    }
    match value.value.as_str() {
        Some(url) if !["http://", "https://", "/"].iter().any(|root| url.starts_with(root)) => {
            let rooted = Constant::Str(format!("/{url}").into());
            Evaluated { value: Abstract::Const(rooted), site: value.site }
        }
        _ => value,
    }
}

/// Modules outside a project from which a star brings no settings.
const NO_SETTINGS: &[&str] = &[
    "celery",
    "configurations",
    "datetime",
    "decouple",
    "django.conf.global_settings",
    "django.utils",
    "dj_database_url",
    "dotenv",
    "environ",
    "kombu",
    "ldap",
    "os",
    "pathlib",
    "split_settings",
    "sys",
    "typing",
];

/// Whether a star import from outside may bring settings.
fn may_bring_settings(module: &str) -> bool {
    !NO_SETTINGS.iter().any(|known| {
        module.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Names that may be settings (they are written in capitals) of a module and of the modules whose
/// names it takes over with a star.
fn bound_names(project: &Project, questions: &mut Questions<'_>, file: FileId) -> Bound {
    let mut bound = Bound::default();
    let mut seen = std::collections::BTreeSet::new();
    let mut left = vec![file];
    while let Some(file) = left.pop() {
        if !seen.insert(file) {
            continue;
        }
        match questions.names_set_by_others(file) {
            Some(names) => bound.names.extend(names.into_iter().filter(|name| is_setting(name))),
            None => bound.any_name = true,
        }
        let ir = project.ir(file);
        let function = ir.function(FileIr::module());
        for binding in &ir.bindings[function.bindings] {
            let name = ir.str(binding.name);
            if is_setting(name) {
                bound.names.insert(name.to_owned());
            }
        }
        let mut works_out = false;
        for (index, value) in ir.values.iter().enumerate() {
            match *value {
                bartizan_ir::Value::Star { module, level } => {
                    match project.target(file, ir.str(module), level) {
                        bartizan_project::Target::Module(module) => {
                            left.extend(project.module_file(module));
                        }
                        bartizan_project::Target::External(module) => {
                            bound.any_name |= may_bring_settings(project.symbol(module));
                        }
                        bartizan_project::Target::Missing => {}
                    }
                }
                bartizan_ir::Value::NamespaceSet { key, .. } => match ir.value(key) {
                    bartizan_ir::Value::Str(name) => {
                        if is_setting(ir.str(name)) {
                            bound.names.insert(ir.str(name).to_owned());
                        }
                    }
                    // Which name it is, is worked out.
                    _ => {
                        bound.any_name = true;
                        works_out = true;
                    }
                },
                // A dict that is taken over, or text that is run, may bind any setting.
                bartizan_ir::Value::NamespaceUpdate(_) => {
                    bound.any_name = true;
                    works_out = true;
                }
                bartizan_ir::Value::NamespaceUnknown(call) => {
                    match questions.files_run_by(file, call) {
                        Some(included) if !included.is_empty() => left.extend(included),
                        _ => bound.any_name = true,
                    }
                }
                bartizan_ir::Value::Call { callee, args }
                    if ir.args[args].iter().any(|arg| is_namespace(ir, arg.value)) =>
                {
                    // Of what module code hands on, its namespace tells.
                    let call = bartizan_ir::ValueId::from_index(index);
                    let runs_text = global_name(ir, callee).is_some_and(|name| name == "exec");
                    bound.handed_on |= ir.stretch(call).function != FileIr::module() && !runs_text;
                }
                _ => {}
            }
        }
        if works_out {
            let names = questions.names_worked_out(file);
            bound.names.extend(names.into_iter().filter(|name| is_setting(name)));
        }
    }
    for file in &seen {
        // `global DEBUG` in a function.
        let ir = project.ir(*file);
        let effects = ir.functions().flat_map(|(_, function)| &ir.effects[function.effects]);
        for effect in effects {
            if let bartizan_ir::EffectKind::StoreGlobal { name, .. } = effect.kind
                && is_setting(ir.str(name))
            {
                bound.names.insert(ir.str(name).to_owned());
            }
        }
    }
    bound.files = seen.into_iter().collect();
    bound
}

/// What a module binds.
#[derive(Default)]
struct Bound {
    names: std::collections::BTreeSet<String>,
    /// The module, and those of which it takes over all names.
    files: Vec<FileId>,
    /// Whether names may be bound that nothing writes out.
    any_name: bool,
    /// Whether other code is given all names.
    handed_on: bool,
}

/// Whether a value is `globals()` or the like.
fn is_namespace(ir: &FileIr, value: bartizan_ir::ValueId) -> bool {
    let bartizan_ir::Value::Call { callee, args } = ir.value(ir.bare(value)) else { return false };
    args.is_empty()
        && global_name(ir, callee).is_some_and(|name| matches!(name, "globals" | "locals" | "vars"))
}

fn global_name(ir: &FileIr, value: bartizan_ir::ValueId) -> Option<&str> {
    match ir.value(value) {
        bartizan_ir::Value::Global { name, .. } => Some(ir.str(name)),
        _ => None,
    }
}

/// Django takes the names that are written in capitals:
/// <https://docs.djangoproject.com/en/stable/topics/settings/#the-basics>.
fn is_setting(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && name == name.to_uppercase()
}
