//! The endpoints of a project: what `bartizan surface` shows.

use bartizan_base::{Entry, FileKind, FilePath, LineIndex, Span, Tree};
use bartizan_django::effects;
use bartizan_django::endpoints::table::{Missing, Object, Row, SurfaceTable};
use bartizan_django::endpoints::{Access, Endpoint, library, surface as endpoints_of};
use bartizan_django::objects::{self, Bound, ObjectAccess};
use bartizan_django::registries::Registries;
use bartizan_django::settings::{
    Defaults, Environment, Role, Settings, alternatives, environments,
};
use bartizan_finding::ScanResult;
use bartizan_ir::FileIr;
use bartizan_project::FileId;
use bartizan_python::Extent;
use bartizan_requirement::discover_among;
use bartizan_value::{Evaluated, Evaluator, Variables};

use crate::config::Config;
use crate::read_by_code::add_read_by_code;
use crate::{Knowledge, Linked, Progress, is_test_code, link, read, settings};

/// What of the surface is asked for.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The settings module, whatever the project says.
    pub module: Option<String>,
    /// The environment; production where it is not said.
    pub environment: Option<String>,
    /// Only what everyone may ask for.
    pub anonymous: bool,
    /// Only what may change something.
    pub writes: bool,
}

/// Follows the URLconf of the project in `tree`.
pub fn surface(
    tree: &dyn Tree,
    config: &Config,
    knowledge: &Knowledge<'_>,
    ask: &Ask,
    progress: &(dyn Fn(Progress) + Sync),
) -> SurfaceTable {
    let mut listing = tree.list();
    let inventory = discover_among(tree, listing.files.iter().map(|entry| &entry.path));
    let mut kept = settings::files_of(tree, &listing.files);
    let texts: Vec<Entry> =
        listing.files.iter().filter(|entry| entry.kind != FileKind::Python).cloned().collect();
    listing.files.retain(|entry| entry.kind == FileKind::Python);
    progress(Progress::Listed(listing.files.len()));
    let mut result = ScanResult { problems: listing.problems, ..ScanResult::default() };
    let extent = |path: &FilePath| match is_test_code(path, config) {
        true => Extent::Interface,
        false => Extent::Whole,
    };
    let files = read::read_all(tree, &listing.files, &extent, progress);
    progress(Progress::Judging);
    let linked = link(files, knowledge, &mut result);
    add_read_by_code(&mut kept, tree, &texts, &linked.project);
    let evaluator = Evaluator::with_files(&linked.project, kept);
    let mut table = SurfaceTable { problems: result.problems, ..SurfaceTable::default() };
    let defaults = settings::defaults(&inventory, knowledge.django(config));
    let environment = chosen(&linked, &evaluator, ask, config, &defaults);
    let found = environment.as_ref().map(|environment| {
        let project = &linked.project;
        let settings =
            Settings::of(project, &evaluator, environment, &defaults, &Variables::defaults());
        let has_root = settings.get("ROOT_URLCONF").is_some();
        let mut found = endpoints_of(project, &evaluator, &settings);
        let registries = Registries::of(project, &evaluator, Some(&settings));
        effects::fill(&mut found, project, &registries);
        objects::fill(&mut found, project, &registries);
        (found, has_root)
    });
    let is_asked = ask.module.is_some() || ask.environment.is_some();
    let found = match (found, environment) {
        (Some((found, has_root)), Some(environment)) if has_root || is_asked => {
            table.settings = Some((environment.name, environment.module));
            found
        }
        // An application that other sites take up has URLconfs and no site of its own.
        _ if !is_asked => {
            let project = &linked.project;
            let is_wanted = |file| !is_test_code(project.path(file), config);
            let mut found = library(project, &evaluator, &is_wanted);
            let registries = Registries::of(project, &evaluator, None);
            effects::fill(&mut found, project, &registries);
            objects::fill(&mut found, project, &registries);
            found
        }
        _ => return table,
    };
    table.count = found.endpoints.iter().map(|endpoint| endpoint.access.len()).sum();
    let places = Places::new(&linked);
    for endpoint in &found.endpoints {
        let (path, line) = places.of(endpoint.file, endpoint.span);
        for access in &endpoint.access {
            let place = |(file, span): (FileId, Span)| places.of(file, span);
            let row = Row {
                route: endpoint.route.clone(),
                name: endpoint.name.clone(),
                methods: access.methods.clone(),
                view: endpoint.view.clone(),
                path: path.clone(),
                line,
                route_place: places.of(endpoint.route_file, endpoint.route_span),
                reach: access.reach.as_str(),
                guards: access
                    .guards
                    .iter()
                    .map(|guard| (guard.name.clone(), guard.place.map(place)))
                    .collect(),
                csrf: endpoint.csrf.as_str(),
                throttle: endpoint.throttle.as_str(),
                objects: objects_of(endpoint, access, &places),
                // What differs by method is told of those that are sent to change something.
                writes: match access.methods == ["GET"] && endpoint.methods != ["GET"] {
                    true => Vec::new(),
                    false => endpoint.writes.clone(),
                },
            };
            if (!ask.anonymous || row.reach == "anonymous") && (!ask.writes || row.is_write()) {
                table.rows.push(row);
            }
        }
    }
    for missing in found.unresolved {
        let (path, line) = places.of(missing.file, missing.span);
        let row = Missing { route: missing.route, why: missing.why, path, line };
        let same = |other: &Missing| {
            (&other.route, &other.why, &other.path, other.line)
                == (&row.route, &row.why, &row.path, row.line)
        };
        if !table.unresolved.iter().any(same) {
            table.unresolved.push(row);
        }
    }
    table
}

/// The rows that some methods of an endpoint fetch by what the visitor names.
fn objects_of(endpoint: &Endpoint, access: &Access, places: &Places<'_>) -> Vec<Object> {
    let shown = |object: &ObjectAccess| {
        let is_all = |methods: &[&str]| methods.is_empty();
        let both =
            |method: &&'static str| is_all(&access.methods) || access.methods.contains(method);
        let methods: Vec<&'static str> = object.methods.iter().copied().filter(both).collect();
        if methods.is_empty() && !is_all(&object.methods) {
            return None;
        }
        let (path, line) = places.of(object.place.0, object.place.1);
        let code = || places.text(object.place.0, object.code);
        Some(Object {
            methods: match methods == access.methods {
                true => Vec::new(),
                false => methods,
            },
            model: object.model.clone(),
            bound: object.bound,
            by: match (object.bound, object.name.as_str()) {
                (Bound::Nothing, _) => String::new(),
                (Bound::Scoped, name) if !name.is_empty() => format!("{name}={}", code()),
                (_, "") => code(),
                (_, name) => name.to_owned(),
            },
            path,
            line,
        })
    };
    endpoint.objects.iter().filter_map(shown).collect()
}

/// The environment whose surface is shown; where its settings name no URLconf that is known, the module
/// that stands in for it.
pub(crate) fn chosen(
    linked: &Linked,
    evaluator: &Evaluator<'_>,
    ask: &Ask,
    config: &Config,
    defaults: &Defaults,
) -> Option<Environment> {
    let environment = asked_for(linked, evaluator, ask, config)?;
    let other = standing_in(linked, evaluator, config, defaults, &environment);
    Some(other.unwrap_or(environment))
}

fn asked_for(
    linked: &Linked,
    evaluator: &Evaluator<'_>,
    ask: &Ask,
    config: &Config,
) -> Option<Environment> {
    let project = &linked.project;
    let configured: Vec<(String, String)> =
        ask.module.iter().map(|module| ("production".to_owned(), module.clone())).collect();
    let mut found = environments(project, evaluator, &[], &configured);
    if let Some(module) = &ask.module {
        found.retain(|environment| environment.is_meant_by(module));
        return found.into_iter().next();
    }
    if let Some(name) = &ask.environment {
        return found.into_iter().find(|environment| environment.name == *name);
    }
    found.retain(|environment| !is_test_code(project.path(environment.file), config));
    // A package of settings that is empty itself leads nowhere.
    let leads = |environment: &Environment| {
        let mut questions = evaluator.questions_where(&Variables::defaults());
        environment.configuration.is_some()
            || questions.binding(environment.file, "ROOT_URLCONF").is_some()
    };
    let is_production = |environment: &Environment| environment.role == Role::Production;
    let is_decided = |environment: &Environment| environment.decided.is_some();
    let mut served = found.iter().enumerate().filter(|(_, one)| is_production(one) && leads(one));
    // What `wsgi.py` names is what visitors get; the name of a module alone tells less.
    let first = served.next().map(|(index, one)| (index, is_decided(one)));
    let index = match first {
        Some((_, false)) => served.find(|(_, one)| is_decided(one)).map(|(index, _)| index),
        _ => None,
    };
    let index = index
        .or(first.map(|(index, _)| index))
        .or_else(|| found.iter().position(leads))
        .or_else(|| found.iter().position(is_production))
        .unwrap_or(0);
    (index < found.len()).then(|| found.swap_remove(index))
}

/// What stands for an environment that names no URLconf that is known, because its settings are put
/// together in a way that is not followed: the one module of the project that names one.
fn standing_in(
    linked: &Linked,
    evaluator: &Evaluator<'_>,
    config: &Config,
    defaults: &Defaults,
    environment: &Environment,
) -> Option<Environment> {
    let project = &linked.project;
    let settings = Settings::of(project, evaluator, environment, defaults, &Variables::defaults());
    let is_text = |(_, way): &(_, &Evaluated)| way.value.as_str().is_some();
    let root = settings.get("ROOT_URLCONF");
    if root.is_some_and(|root| alternatives(&root.value).iter().any(is_text)) {
        return None;
    }
    let binds = |file: &FileId| {
        let ir = project.ir(*file);
        let name = ir.strings.find("ROOT_URLCONF");
        name.is_some_and(|name| ir.binding(FileIr::module(), name).is_some())
            && !is_test_code(project.path(*file), config)
    };
    let mut naming = project.files().filter(binds);
    let (file, None) = (naming.next()?, naming.next()) else { return None };
    let module = project.module_name(file).to_owned();
    Some(Environment { file, module, ..environment.clone() })
}

/// Characters of a piece of code that is told beyond which it is cut.
const LONGEST: usize = 120;

/// Places as files and lines.
struct Places<'l> {
    linked: &'l Linked,
    lines: Vec<LineIndex>,
}

impl<'l> Places<'l> {
    fn new(linked: &'l Linked) -> Self {
        Self { linked, lines: linked.texts.iter().map(|text| LineIndex::new(text)).collect() }
    }

    fn of(&self, file: FileId, span: Span) -> (FilePath, u32) {
        (self.linked.project.path(file).clone(), self.lines[file.index()].line(span.start))
    }

    /// The code at a place, on one line.
    fn text(&self, file: FileId, span: Span) -> String {
        let text = &self.linked.texts[file.index()];
        let code = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let words = code.split_whitespace().collect::<Vec<_>>().join(" ");
        match words.char_indices().nth(LONGEST) {
            Some((at, _)) => format!("{}…", &words[..at]),
            None => words,
        }
    }
}
