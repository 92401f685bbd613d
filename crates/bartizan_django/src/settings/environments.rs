//! Which environments a project runs in, and with which settings: `manage.py` speaks for the
//! developer, `wsgi.py`, images and units for production.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bartizan_base::{FilePath, LineIndex, Span, Sym};
use bartizan_deployment::{FileType, serves_visitors, starts_processes};
use bartizan_ir::{ArgKind, FileIr, Mutator, Value, ValueId};
use bartizan_project::{FileId, Project};
use bartizan_value::{Abstract, Evaluated, Evaluator, Variables};
use regex::Regex;

use super::configuration::configurations;
use super::deployed::{Served, served};

const VARIABLE: &str = "DJANGO_SETTINGS_MODULE";

/// Names the class, where settings are attributes of one: django-configurations.
const CLASS_VARIABLE: &str = "DJANGO_CONFIGURATION";

/// Names that settings bind and hardly anything else does.
const TELLING: &[&str] = &["INSTALLED_APPS", "ROOT_URLCONF", "MIDDLEWARE", "SECRET_KEY"];

/// What an environment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A developer's machine.
    Local,
    /// Test runs.
    Test,
    /// A site that visitors reach: production, and what stands in for it.
    Production,
}

/// An environment: a name and the module that Django reads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The folder of its Django project, empty for the root.
    pub root: String,
    /// `production`, `local`, `staging`, `test`
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The dotted name of the module.
    pub module: String,
    /// The class of that module whose attributes are the settings, where they are: that of
    /// django-configurations.
    pub configuration: Option<String>,
    /// Its file.
    pub file: FileId,
    /// Where that is decided; `None` where the name of the module tells, or the user.
    pub decided: Option<Decided>,
    /// Whether something says so, and not the absence of anything else.
    pub is_sure: bool,
    /// The variables that files which deploy it give the process.
    pub variables: Vec<GivenVariable>,
    /// Variables that they give it with a value that is not known here.
    pub unclear: Vec<String>,
    /// What else gives it variables, where that is said and cannot be read: any may be set.
    pub outside: Option<Outside>,
    /// How it is served, where files that deploy it speak of one way alone.
    pub gateway: Option<Gateway>,
    /// Whether code that starts it names its settings whatever variables say.
    pub insists: bool,
}

/// What gives a process variables and is not here: a file that lies on the machine alone, a store of secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// As it is named: `/etc/shop/env`, `doppler`.
    pub what: String,
    /// The file and the line that say so.
    pub place: (FilePath, u32),
}

/// How a site is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    /// Through `wsgi.py`: gunicorn, uWSGI.
    Wsgi,
    /// Through `asgi.py`: daphne, uvicorn.
    Asgi,
}

/// A variable of the environment that a file gives a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The file and the line that give it.
    pub place: (FilePath, u32),
}

impl Environment {
    /// The module as it is written, and the class behind a colon: `config.settings:Production`.
    pub fn source(&self) -> String {
        match &self.configuration {
            Some(class) => format!("{}:{class}", self.module),
            None => self.module.clone(),
        }
    }

    /// Whether the name of the module tells what it is for: `config.settings.production`. Others read
    /// such a module hardly ever.
    pub fn is_told_by_name(&self) -> bool {
        role_of_module(&self.module).is_some()
    }

    /// Whether a user who writes this means these settings.
    pub fn is_meant_by(&self, asked: &str) -> bool {
        asked == self.module || asked == self.source()
    }
}

/// A text beside the code that may name the settings of an environment: a Dockerfile, a compose file,
/// `pytest.ini`, a unit of systemd.
#[derive(Clone, Copy, Debug)]
pub struct Hint<'t> {
    /// Where it lies.
    pub path: &'t FilePath,
    /// What it says.
    pub text: &'t str,
}

/// A module that something names as settings.
struct Named {
    root: String,
    role: Role,
    module: String,
    decided: Decided,
    /// Whether what says so holds only where the variable says nothing: `setdefault`.
    is_fallback: bool,
    /// Whether code that runs before what starts the site has said so.
    is_before: bool,
}

/// Where something names the settings of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// In code: `manage.py`, `wsgi.py`.
    Code(FileId, Span),
    /// Beside the code: a file and a line.
    Text(FilePath, u32),
}

/// The environments of a project, by root, role and name. `configured` are those that the user names:
/// environment and module; they win.
pub fn environments(
    project: &Project,
    evaluator: &Evaluator<'_>,
    hints: &[Hint<'_>],
    configured: &[(String, String)],
) -> Vec<Environment> {
    let (mut named, mut classes) = (Vec::new(), Vec::new());
    for file in project.files() {
        named.extend(named_in_code(project, evaluator, file, VARIABLE));
        classes.extend(named_in_code(project, evaluator, file, CLASS_VARIABLE));
    }
    for hint in hints {
        named.extend(named_in_text(hint, &NAMED));
        classes.extend(named_in_text(hint, &NAMED_CLASS));
    }
    let served_module = served_by_files(hints, VARIABLE, &named).or_else(|| served_by_code(&named));
    let served_class =
        served_by_files(hints, CLASS_VARIABLE, &classes).or_else(|| served_by_code(&classes));
    let roots = roots(project);
    let mut found: Vec<Environment> = Vec::new();
    for (name, asked) in configured {
        let (module, class) = match asked.split_once(':') {
            Some((module, class)) => (module, Some(class.to_owned())),
            None => (asked.as_str(), None),
        };
        if let Some(file) = module_file(project, "", module) {
            found.push(Environment {
                root: root_of(&roots, project.path(file)).to_owned(),
                name: name.clone(),
                role: role_of_word(name).unwrap_or(Role::Production),
                module: module.to_owned(),
                configuration: class,
                file,
                decided: None,
                is_sure: true,
                variables: Vec::new(),
                unclear: Vec::new(),
                outside: None,
                gateway: None,
                insists: false,
            });
        }
    }
    let by_configuration: Vec<Role> = found.iter().map(|environment| environment.role).collect();
    let insists = |named: &&Named| {
        let is_code = matches!(named.decided, Decided::Code(..));
        is_code && named.role == Role::Production && !named.is_fallback
    };
    let insisted: Vec<FileId> = named
        .iter()
        .filter(insists)
        .filter_map(|named| module_file(project, &named.root, &named.module))
        .collect();
    for Named { root, role, module, decided, .. } in named {
        let Some(file) = module_file(project, &root, &module) else { continue };
        // A package without a word names nobody's settings: whoever starts it that way has set the
        // variable before.
        if says_nothing(project, file) {
            continue;
        }
        // The module's own name is the better witness: `manage.py` may well say `production`.
        let by_name = role_of_module(&module);
        let role = by_name.as_ref().map_or(role, |(role, _)| *role);
        if by_configuration.contains(&role) {
            continue;
        }
        if let Some(known) = found.iter_mut().find(|known| known.file == file) {
            // What serves developers and visitors alike is what visitors get.
            if role > known.role && by_name.is_none() {
                known.role = role;
                known.name = word_of(role).to_owned();
                known.decided = Some(decided);
            }
            continue;
        }
        let name = by_name.map_or_else(|| word_of(role).to_owned(), |(_, word)| word);
        let root = root_of(&roots, project.path(file)).to_owned();
        found.push(Environment {
            root,
            name,
            role,
            module,
            configuration: None,
            file,
            decided: Some(decided),
            is_sure: true,
            variables: Vec::new(),
            unclear: Vec::new(),
            outside: None,
            gateway: None,
            insists: false,
        });
    }
    for file in project.files() {
        if found.iter().any(|known| known.file == file)
            || !binds_settings(project, file)
            || is_fragment(project, file)
        {
            continue;
        }
        let module = project.module_name(file).to_owned();
        let by_name = role_of_module(&module);
        let root = root_of(&roots, project.path(file)).to_owned();
        let (role, name, is_sure) = match by_name {
            Some((role, name)) => (role, name, true),
            // What nobody decides counts as production, where nothing else is.
            None if found.iter().any(|known| known.root == root) => continue,
            None if is_base(&module) => continue,
            None => (Role::Production, word_of(Role::Production).to_owned(), false),
        };
        if by_configuration.contains(&role) {
            continue;
        }
        found.push(Environment {
            root,
            name,
            role,
            module,
            configuration: None,
            file,
            decided: None,
            is_sure,
            variables: Vec::new(),
            unclear: Vec::new(),
            outside: None,
            gateway: None,
            insists: false,
        });
    }
    if let Some(served) = &served_module
        && !by_configuration.contains(&Role::Production)
        && let Some(file) = module_file(project, &served.root, &served.name)
        && let Some(environment) = found.iter_mut().find(|known| known.file == file)
    {
        serve(environment, served);
    }
    let served_class = served_class.as_ref();
    let mut found: Vec<Environment> = found
        .into_iter()
        .flat_map(|environment| by_class(project, environment, &classes, served_class))
        .collect();
    // Where nothing speaks for production, what `manage.py` names serves the visitors too.
    let served: Vec<String> = found
        .iter()
        .filter(|environment| environment.role == Role::Production)
        .map(|environment| environment.root.clone())
        .collect();
    for environment in &mut found {
        if environment.role == Role::Local
            && environment.configuration.is_none()
            && role_of_module(&environment.module).is_none()
            && !served.contains(&environment.root)
        {
            environment.role = Role::Production;
            environment.name = word_of(Role::Production).to_owned();
            environment.is_sure = false;
        }
    }
    // One module alone serves everything, the visitors too.
    let mut alone: BTreeMap<String, usize> = BTreeMap::new();
    for environment in &found {
        *alone.entry(environment.root.clone()).or_default() += 1;
    }
    for environment in &mut found {
        if alone[&environment.root] == 1
            && environment.configuration.is_none()
            && role_of_module(&environment.module).is_none()
        {
            environment.role = Role::Production;
            environment.name = word_of(Role::Production).to_owned();
            // `manage.py` names it, its name tells nothing else, and there is no other.
            environment.is_sure |= environment.decided.is_some();
        }
    }
    let gateway = gateway(hints);
    for environment in &mut found {
        environment.gateway = gateway;
        environment.insists = insisted.contains(&environment.file);
    }
    found.sort_by(|a, b| {
        (&a.root, a.role, &a.name, &a.module).cmp(&(&b.root, b.role, &b.name, &b.module))
    });
    found
}

/// What files that deploy the site give its servers as one of the variables that name settings, unless
/// code that starts it says otherwise whatever they say.
fn served_by_files(hints: &[Hint<'_>], variable: &str, named: &[Named]) -> Option<Served> {
    let insists = |named: &Named| {
        let is_code = matches!(named.decided, Decided::Code(..));
        is_code && named.role == Role::Production && !named.is_fallback
    };
    served(hints, variable).filter(|_| !named.iter().any(insists))
}

/// What code that runs before what starts the site has made of the variable.
fn served_by_code(named: &[Named]) -> Option<Served> {
    let first = named.iter().find(|named| named.is_before)?;
    let Named { root, module, decided, .. } = first;
    Some(Served { root: root.clone(), name: module.clone(), decided: decided.clone() })
}

/// What visitors are served with is production, whatever it is called.
fn serve(environment: &mut Environment, served: &Served) {
    if environment.role != Role::Production {
        environment.role = Role::Production;
        environment.name = word_of(Role::Production).to_owned();
        environment.decided = Some(served.decided.clone());
        environment.is_sure = true;
    }
}

/// How files that deploy the site serve it, where they speak of one way alone.
fn gateway(hints: &[Hint<'_>]) -> Option<Gateway> {
    let serves = |hint: &&Hint<'_>| role_of_path(hint.path) != Some(Role::Test);
    let speaks_of = |words: &[&str]| {
        let speaks = |hint: &Hint<'_>| words.iter().any(|word| hint.text.contains(word));
        hints.iter().filter(serves).any(speaks)
    };
    let is_asgi = speaks_of(&["asgi", "daphne", "uvicorn", "hypercorn", "granian"]);
    match (speaks_of(&["wsgi", "gunicorn", "waitress"]), is_asgi) {
        (true, false) => Some(Gateway::Wsgi),
        (false, true) => Some(Gateway::Asgi),
        // `gunicorn shop.asgi -k uvicorn.workers.UvicornWorker`
        (true, true) if !speaks_of(&["wsgi"]) => Some(Gateway::Asgi),
        _ => None,
    }
}

/// What each of these files starts the site with, under the name of the file: whatever a module is
/// called, what `wsgi.py` names is what visitors get.
pub fn started_by(
    project: &Project,
    evaluator: &Evaluator<'_>,
    is_asked: &dyn Fn(FileId) -> bool,
) -> Vec<Environment> {
    let mut found: Vec<Environment> = Vec::new();
    for starter in project.files().filter(|file| is_asked(*file)) {
        let path = project.path(starter);
        for Named { root, role, module, decided, .. } in
            named_in_code(project, evaluator, starter, VARIABLE)
        {
            let Some(file) = module_file(project, &root, &module) else { continue };
            if role == Role::Test || says_nothing(project, file) {
                continue;
            }
            found.push(Environment {
                root,
                name: path.as_str().to_owned(),
                role: Role::Production,
                module,
                configuration: None,
                file,
                decided: Some(decided),
                is_sure: true,
                variables: Vec::new(),
                unclear: Vec::new(),
                outside: None,
                gateway: None,
                insists: false,
            });
            break;
        }
    }
    found
}

/// One environment a class, where the settings of a module are attributes of classes.
fn by_class(
    project: &Project,
    of: Environment,
    named: &[Named],
    served: Option<&Served>,
) -> Vec<Environment> {
    if of.configuration.is_some() {
        return vec![of];
    }
    let classes = configurations(project, of.file);
    if classes.is_empty() {
        return vec![of];
    }
    let is_asked_for = of.decided.is_none() && of.is_sure && role_of_module(&of.module).is_none();
    let mut found: Vec<Environment> = Vec::new();
    let mut add = |class: &str, role: Role, decided: Option<Decided>, is_sure: bool| {
        let name = name_of_class(class).map_or_else(|| word_of(role).to_owned(), |(_, word)| word);
        let configuration = Some(class.to_owned());
        found.push(Environment { name, role, configuration, decided, is_sure, ..of.clone() });
    };
    for class in &classes {
        let says =
            named.iter().filter(|named| named.module == *class).max_by_key(|named| named.role);
        let by_name = name_of_class(class).map(|(role, _)| role);
        match (by_name, says) {
            (Some(role), says) => add(class, role, says.map(|named| named.decided.clone()), true),
            (None, Some(named)) => add(class, named.role, Some(named.decided.clone()), true),
            (None, None) => {}
        }
    }
    if found.is_empty() {
        let bare = |class: &&String| !is_base(&class.to_lowercase());
        let last = classes.iter().rfind(bare).or(classes.last());
        return last
            .map(|class| Environment {
                configuration: Some(class.clone()),
                is_sure: of.is_sure && classes.len() == 1,
                ..of.clone()
            })
            .into_iter()
            .collect();
    }
    if let Some(served) = served {
        let is_it = |known: &&mut Environment| known.configuration.as_ref() == Some(&served.name);
        if let Some(environment) = found.iter_mut().find(is_it) {
            serve(environment, served);
        }
    }
    if is_asked_for {
        found.retain(|environment| environment.role == of.role);
    }
    found
}

/// The role that the name of a configuration tells: `Production`, `DevSettings`.
fn name_of_class(class: &str) -> Option<(Role, String)> {
    let lower = class.to_lowercase();
    let bare = ["configuration", "config", "settings", "environment", "base"]
        .iter()
        .find_map(|suffix| lower.strip_suffix(suffix))
        .unwrap_or(&lower);
    role_of_module(bare)
}

fn word_of(role: Role) -> &'static str {
    match role {
        Role::Local => "local",
        Role::Test => "test",
        Role::Production => "production",
    }
}

fn role_of_word(word: &str) -> Option<Role> {
    Some(match word {
        "local" | "dev" | "devel" | "develop" | "development" | "debug" | "localdev" | "demo"
        | "docker_dev" => Role::Local,
        "test" | "tests" | "testing" | "ci" | "pytest" | "testsettings" | "test_settings" => {
            Role::Test
        }
        "prod" | "production" | "live" | "deploy" | "deployment" | "staging" | "stage"
        | "preprod" | "uat" | "heroku" | "docker" => Role::Production,
        _ => return None,
    })
}

/// The role that a module's name tells, and the word by which the environment goes.
fn role_of_module(module: &str) -> Option<(Role, String)> {
    let last = module.rsplit('.').next().unwrap_or(module);
    let bare =
        last.strip_prefix("settings_").or_else(|| last.strip_suffix("_settings")).unwrap_or(last);
    let role = role_of_word(bare).or_else(|| role_of_word(last))?;
    let word = match bare {
        "prod" | "production" | "live" | "deploy" | "deployment" | "heroku" | "docker" => {
            "production"
        }
        "staging" | "stage" | "preprod" | "uat" => "staging",
        _ => word_of(role),
    };
    Some((role, word.to_owned()))
}

fn is_base(module: &str) -> bool {
    let last = module.rsplit('.').next().unwrap_or(module);
    matches!(last, "base" | "common" | "defaults" | "default" | "core" | "shared" | "components")
}

/// Folders of Django projects, the deepest first.
fn roots(project: &Project) -> Vec<String> {
    let manage =
        project.files().map(|file| project.path(file)).filter(|path| path.name() == "manage.py");
    let mut roots: Vec<String> = manage.map(|path| path.parent().to_owned()).collect();
    roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
    roots
}

fn root_of<'r>(roots: &'r [String], path: &FilePath) -> &'r str {
    let inside = |root: &&String| {
        root.is_empty()
            || path.as_str().strip_prefix(root.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    roots.iter().find(inside).map_or("", String::as_str)
}

/// The file of a dotted module, looked for from a project's folder first.
fn module_file(project: &Project, root: &str, module: &str) -> Option<FileId> {
    let path = module.replace('.', "/");
    let below = if root.is_empty() { path } else { format!("{root}/{path}") };
    // A package hides a module of the same name.
    project
        .file_at(&format!("{below}/__init__.py"))
        .or_else(|| project.file_at(&format!("{below}.py")))
        .or_else(|| project.module_file(project.module_named(module)?))
}

/// Whether a module binds nothing at all and takes nothing over.
fn says_nothing(project: &Project, file: FileId) -> bool {
    let ir = project.ir(file);
    let module = ir.function(FileIr::module());
    module.bindings.is_empty() && module.layers.is_empty()
}

/// Whether a module binds what settings bind, or takes it over with a star.
fn binds_settings(project: &Project, file: FileId) -> bool {
    let path = project.path(file);
    let is_called_so = path.stem().contains("settings") || path.parent().ends_with("settings");
    let ir = project.ir(file);
    let bound = TELLING.iter().filter(|name| {
        ir.strings.find(name).is_some_and(|name| ir.binding(FileIr::module(), name).is_some())
    });
    let bound = bound.count();
    if bound >= 2 {
        return true;
    }
    let takes_over = ir.values.iter().any(|value| matches!(value, Value::Star { .. }));
    is_called_so && takes_over && role_of_module(project.module_name(file)).is_some()
}

/// Whether a module cannot be loaded by itself: it reads settings that another one binds, which includes
/// it (`INSTALLED_APPS += (…)` below a `split_settings.tools.include`).
fn is_fragment(project: &Project, file: FileId) -> bool {
    let ir = project.ir(file);
    let module = FileIr::module();
    let is_bound_before = |name: Sym, start: u32| {
        let stores = &ir.bindings[ir.function(module).stores];
        stores.iter().any(|store| store.name == name && store.span.start < start)
    };
    ir.layers[ir.function(module).layers].is_empty()
        && ir.values.iter().enumerate().any(|(at, value)| match *value {
            Value::Global { name, .. } => {
                let at = ValueId::from_index(at);
                TELLING.contains(&ir.str(name))
                    && ir.stretch(at).function == module
                    && !is_bound_before(name, ir.span(at).start)
            }
            _ => false,
        })
}

/// The modules that a file makes the settings: `os.environ.setdefault("DJANGO_SETTINGS_MODULE", …)`,
/// or the same as an assignment.
fn named_in_code(
    project: &Project,
    evaluator: &Evaluator<'_>,
    file: FileId,
    variable: &str,
) -> Vec<Named> {
    let ir = project.ir(file);
    let Some(variable) = ir.strings.find(variable) else { return Vec::new() };
    let path = project.path(file);
    let role = match path.name() {
        "manage.py" => Role::Local,
        "wsgi.py" | "asgi.py" => Role::Production,
        "conftest.py" | "runtests.py" => Role::Test,
        _ => return Vec::new(),
    };
    let root = match path.name() {
        "manage.py" => path.parent().to_owned(),
        _ => String::new(),
    };
    let mut found = Vec::new();
    for (node, value, is_fallback) in given_in_code(project, file, variable) {
        let decided = Decided::Code(file, ir.span(node));
        for module in texts(&evaluator.evaluate(file, value)) {
            found.push(Named {
                root: root.clone(),
                role,
                module,
                decided: decided.clone(),
                is_fallback,
                is_before: false,
            });
        }
    }
    // What the packages around a file fall back on, and what it imports, counts before its own.
    if role == Role::Production
        && !found.is_empty()
        && found.iter().all(|named| named.is_fallback)
        && let Some((module, decided)) = given_before(project, evaluator, file, variable)
        && found.iter().all(|named| named.module != module)
    {
        found = vec![Named { root, role, module, decided, is_fallback: true, is_before: true }];
    }
    found
}

/// Where a file gives a variable something, what that is, and whether only where it is not set:
/// `os.environ.setdefault(variable, …)`, `os.environ[variable] = …`, `os.environ.update(variable=…)`.
fn given_in_code(project: &Project, file: FileId, variable: Sym) -> Vec<(ValueId, ValueId, bool)> {
    let ir = project.ir(file);
    let is_variable = |key: ValueId| matches!(ir.value(key), Value::Str(it) if it == variable);
    let mut found = Vec::new();
    for (index, value) in ir.values.iter().enumerate() {
        let node = ValueId::from_index(index);
        let (args, op) = match *value {
            Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
                Value::Attr { name, .. } if ir.str(name) == "update" => (args, Mutator::Update),
                _ => (args, Mutator::SetDefault),
            },
            Value::Mutate(mutation) => (ir.mutation(mutation).args, ir.mutation(mutation).op),
            _ => continue,
        };
        match (op, &ir.args[args]) {
            (Mutator::SetDefault | Mutator::SetItem, [key, given, ..])
                if key.kind == ArgKind::Positional && is_variable(key.value) =>
            {
                found.push((node, given.value, op == Mutator::SetDefault));
            }
            (Mutator::Update, args) => {
                for arg in args {
                    match (arg.kind, ir.value(ir.bare(arg.value))) {
                        (ArgKind::Keyword(name), _) if name == variable => {
                            found.push((node, arg.value, false));
                        }
                        (ArgKind::Positional, Value::Dict(pairs)) => {
                            let pairs = ir.pairs[pairs].iter();
                            let of = pairs.filter(|pair| pair.key.is_some_and(is_variable));
                            found.extend(of.map(|pair| (node, pair.value, false)));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// What other files of a project have given a variable by the time that a file has run which starts it, and
/// where: `celery.py`, which the package around `wsgi.py` imports.
fn given_before(
    project: &Project,
    evaluator: &Evaluator<'_>,
    starter: FileId,
    variable: Sym,
) -> Option<(String, Decided)> {
    let name = project.ir(starter).str(variable);
    let others = || project.files().filter(|file| *file != starter);
    if !others().any(|file| project.ir(file).strings.find(name).is_some()) {
        return None;
    }
    let after = evaluator.environment_after(starter, false, &Variables::unset());
    let module = after.value(name)?;
    let found = others().find_map(|file| {
        let ir = project.ir(file);
        if matches!(project.path(file).name(), "manage.py" | "conftest.py" | "runtests.py") {
            return None;
        }
        let given = given_in_code(project, file, ir.strings.find(name)?);
        let (node, ..) = given.into_iter().find(|(_, value, _)| {
            texts(&evaluator.evaluate(file, *value)).iter().any(|text| text == module)
        })?;
        Some(Decided::Code(file, ir.span(node)))
    });
    Some((module.to_owned(), found?))
}

/// Whether a file starts a site with the settings of an environment: it names them, or falls back on
/// others of that site where a file that deploys it decides.
pub(super) fn starts(
    project: &Project,
    evaluator: &Evaluator<'_>,
    starter: FileId,
    environment: &Environment,
) -> bool {
    let named = named_in_code(project, evaluator, starter, VARIABLE);
    let files: Vec<FileId> =
        named.iter().filter_map(|named| module_file(project, &named.root, &named.module)).collect();
    if files.contains(&environment.file) {
        return true;
    }
    let is_deployed = environment.role == Role::Production
        && matches!(environment.decided, Some(Decided::Text(..)))
        && named.iter().all(|named| named.is_fallback);
    if !is_deployed || files.is_empty() {
        return false;
    }
    let roots = roots(project);
    files.iter().any(|file| root_of(&roots, project.path(*file)) == environment.root)
}

/// The texts that a value may be.
fn texts(value: &Evaluated) -> Vec<String> {
    match &value.value {
        Abstract::Const(_) => value.value.as_str().map(str::to_owned).into_iter().collect(),
        Abstract::Env(env) => env.default.iter().flat_map(texts).collect(),
        Abstract::Choice(choice) => {
            choice.alternatives.iter().flat_map(|way| texts(&way.value)).collect()
        }
        _ => Vec::new(),
    }
}

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?:DJANGO_SETTINGS_MODULE["']?\s*[:=]?\s*\{?\s*(?:["']?value["']?\s*:\s*)?|--settings[= ]|--ds[= ])["']?([A-Za-z_][A-Za-z0-9_.]*)"#;
    Regex::new(pattern).expect("the pattern is one")
});

static NAMED_CLASS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?:DJANGO_CONFIGURATION["']?\s*[:=]?\s*|--configuration[= ]|--dc[= ])["']?([A-Za-z_][A-Za-z0-9_]*)"#;
    Regex::new(pattern).expect("the pattern is one")
});

/// The modules that files beside the code name as settings, each with the file.
pub fn named_in_texts(hints: &[Hint<'_>]) -> Vec<(FilePath, String)> {
    let named = |hint: &Hint<'_>| {
        let path = hint.path.clone();
        named_in_text(hint, &NAMED).into_iter().map(move |named| (path.clone(), named.module))
    };
    hints.iter().flat_map(named).collect()
}

fn named_in_text(hint: &Hint<'_>, pattern: &Regex) -> Vec<Named> {
    let words = ["settings", VARIABLE, CLASS_VARIABLE, "--configuration", "--dc"];
    if !words.iter().any(|word| hint.text.contains(word)) {
        return Vec::new();
    }
    // A script that another file names, whatever it is called.
    let is_script = || {
        let name = hint.path.name();
        (name.ends_with(".sh") || !name.contains('.')) && serves_visitors(hint.text)
    };
    let role = role_of_path(hint.path).or_else(|| is_script().then_some(Role::Production));
    let Some(role) = role else { return Vec::new() };
    let lines = LineIndex::new(hint.text);
    let found = pattern.captures_iter(hint.text).filter_map(|captures| {
        let module = captures.get(1)?;
        let line = lines.line(module.start() as u32);
        Some(Named {
            root: hint.path.parent().to_owned(),
            role,
            module: module.as_str().to_owned(),
            decided: Decided::Text(hint.path.clone(), line),
            is_fallback: false,
            is_before: false,
        })
    });
    found.collect()
}

/// What a file beside the code speaks for.
fn role_of_path(path: &FilePath) -> Option<Role> {
    let name = path.name().to_ascii_lowercase();
    let is_dev = ["dev", "local", "override"].iter().any(|word| name.contains(word));
    let is_test = name.contains("test") || name.contains(".ci");
    let in_ci = path.as_str().starts_with(".github/")
        || matches!(name.as_str(), ".gitlab-ci.yml" | ".travis.yml" | "bitbucket-pipelines.yml")
        || path.as_str().starts_with(".circleci/");
    if matches!(
        name.as_str(),
        "pytest.ini" | "tox.ini" | "setup.cfg" | "noxfile.py" | "pyproject.toml"
    ) || in_ci
    {
        return Some(Role::Test);
    }
    let is_image = starts_processes(path)
        || matches!(FileType::of(path), Some(FileType::Compose | FileType::Dockerfile));
    if !is_image {
        return None;
    }
    Some(match (is_test, is_dev) {
        (true, _) => Role::Test,
        (_, true) => Role::Local,
        _ => Role::Production,
    })
}
