//! What the files that deploy a site say of its environments: variables, and the server in front.

mod composed;
mod image_files;
mod layer;
mod read;
mod steps;

use std::collections::BTreeSet;

use bartizan_base::{FilePath, Tree};
use bartizan_deployment::{
    Facts, FileType, Service, StartStep, files_of_unit, included_by_app_engine, is_for_developers,
    is_worker, maps_of_kubernetes, read, serves_visitors, starts_processes, steps_of_processes,
    steps_of_script,
};
use bartizan_django::settings::{Decided, Environment, Role};
use bartizan_rules::Front;
use bartizan_value::Files;

use crate::texts;
pub(crate) use image_files::{Placed, placed};
use layer::Layer;
use read::Deployed;
use steps::steps_of_image;

/// The variable that names the settings.
const MODULE: &str = "DJANGO_SETTINGS_MODULE";

/// The variable that names the class of them, where they are attributes of classes.
const CLASS: &str = "DJANGO_CONFIGURATION";

/// Programs that run a site.
const SERVERS: &[&str] =
    &["celery", "daphne", "granian", "gunicorn", "hypercorn", "manage.py", "uvicorn", "uwsgi"];

/// The texts beside the code that say how a site is deployed.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Those that are read.
    pub(crate) texts: Vec<(FilePath, String)>,
    /// The variables that others give, which are not read further.
    pub(crate) mentioned: BTreeSet<String>,
    /// The files of variables with which compositions are filled in, where commands name some.
    pub(crate) composed_with: BTreeSet<String>,
}

/// Whether a variable names the settings: what does is told elsewhere.
fn is_of_django(name: &str) -> bool {
    matches!(name, MODULE | CLASS)
}

/// The files that these texts name which may give variables, or run what gives them: paths of the tree, and,
/// with a slash in front, of the machine on which it lies.
pub(crate) fn named_files(beside: &[(FilePath, String)]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in beside {
        let mut names: Vec<String> = Vec::new();
        let steps = match read(path, text) {
            Some(Facts::Compose(file)) => {
                names.extend(file.includes);
                let mut steps = Vec::new();
                for service in &file.services {
                    names.extend(service.env_files.iter().map(|name| name.text.clone()));
                    names.extend(service.extends.iter().filter_map(|(file, _)| file.clone()));
                    names.extend(service.dockerfile.clone());
                    let words = service.entrypoint.iter().chain(&service.told);
                    let words: Vec<String> = words.flatten().cloned().collect();
                    let span = service.name.span;
                    steps.extend(bartizan_deployment::steps_of_words(&words, span));
                }
                steps
            }
            Some(Facts::Dockerfile(file)) => {
                let instructions = file.stages.iter().flat_map(|stage| &stage.instructions);
                let commands =
                    instructions.filter(|it| matches!(it.keyword.as_str(), "CMD" | "ENTRYPOINT"));
                commands.flat_map(|command| steps_of_image(&[command], None)).collect()
            }
            _ => {
                names.extend(
                    files_of_unit(text).into_iter().filter(|_| path.name().ends_with(".service")),
                );
                names.extend(included_by_app_engine(path, text));
                names
                    .extend(maps_of_kubernetes(path, text).read.into_iter().map(|(.., file)| file));
                // A script that another file names is one, whatever it is called.
                let is_script = path.name().ends_with(".sh") || !path.name().contains('.');
                match starts_processes(path) || !is_script {
                    true => steps_of_processes(path, text),
                    false => steps_of_script(text, None),
                }
            }
        };
        names.extend(steps.into_iter().filter_map(|step| match step {
            StartStep::Reads(text) | StartStep::Runs(text, _) => Some(text.text),
            _ => None,
        }));
        for name in names {
            if !name.starts_with('/') {
                found.extend(joined(path, &name).map(|path| path.as_str().to_owned()));
                // Commands are given where the project lies.
                found.extend(
                    FilePath::new(name.trim_start_matches("./"))
                        .map(|path| path.as_str().to_owned()),
                );
            } else {
                found.insert(name);
            }
        }
    }
    found
}

/// The configurations of servers in front of visitors, among the texts beside the code.
pub(crate) fn fronts(beside: &Beside) -> Vec<Front> {
    let texts = beside.texts.iter().filter(|(path, _)| !is_for_developers(path));
    let fronts = texts.filter_map(|(path, text)| match read(path, text)? {
        Facts::Nginx(nginx) => Some(Front::new(path.clone(), text, nginx)),
        _ => None,
    });
    fronts.collect()
}

/// The files that code reads and that are not where visitors are served: all that serves them are images, and these
/// are built without them.
pub(crate) fn left_behind(tree: &dyn Tree, beside: &Beside, files: &Files) -> BTreeSet<String> {
    let speaks = |path: &FilePath| !is_for_developers(path);
    let is_image =
        |path: &FilePath| FileType::of(path) == Some(FileType::Dockerfile) && speaks(path);
    let images = beside.texts.iter().map(|(path, _)| path).filter(|path| is_image(path));
    let starts_otherwise = |(path, text): &(FilePath, String)| {
        let is_unit = path.name().ends_with(".service") || path.name() == "Procfile";
        is_unit && speaks(path) && serves_visitors(text)
    };
    if beside.texts.iter().any(starts_otherwise) {
        return BTreeSet::new();
    }
    let of_variables = files.texts().map(|(path, _)| path);
    let held: Vec<FilePath> =
        of_variables.chain(files.paths_read_by_code()).filter_map(FilePath::new).collect();
    // What one image takes along, one that is served takes along.
    let mut left: Option<BTreeSet<String>> = None;
    for image in images {
        let of_image = texts::left_behind(tree, image, &held).into_iter();
        let of_image: BTreeSet<String> = of_image.map(|path| path.as_str().to_owned()).collect();
        left = Some(match left {
            Some(left) => left.intersection(&of_image).cloned().collect(),
            None => of_image,
        });
    }
    left.unwrap_or_default()
}

/// Gives each environment the variables that the files which deploy it give its process. Where files
/// disagree about one, nobody knows it.
pub(crate) fn give_variables(
    environments: &mut [Environment],
    beside: &Beside,
    files: &Files,
    placed: &Placed,
) {
    let deployed = Deployed::read(beside, files);
    for environment in environments {
        let (mut given, outside) = deployed.of(environment).finished();
        if environment.role == Role::Production {
            // What is not read further may give it.
            for name in &beside.mentioned {
                if !given.iter().any(|(known, _)| known == name) && !is_of_django(name) {
                    given.push((name.clone(), None));
                }
            }
        }
        let is_live = environment.role == Role::Production;
        environment.outside = outside.or_else(|| placed.written.clone().filter(|_| is_live));
        for (name, variable) in given {
            match variable {
                Some(variable) => environment.variables.push(variable),
                None => environment.unclear.push(name),
            }
        }
    }
}

/// Whether a service works beside the site, and answers nobody.
fn is_of_worker(service: &Service) -> bool {
    service.command.as_ref().is_some_and(|command| is_worker(&command.text))
}

/// The role that a file speaks for by its name.
fn role(path: &FilePath) -> Role {
    match (path.as_str().contains("test"), is_for_developers(path)) {
        (true, _) => Role::Test,
        (_, true) => Role::Local,
        _ => Role::Production,
    }
}

/// Whether variables name other settings than those of an environment.
fn is_other(given: &Layer, environment: &Environment) -> bool {
    let class = environment.configuration.as_deref();
    let is_module = |module: &str| module != environment.module && !environment.insists;
    given.value(MODULE).is_some_and(is_module)
        || class.is_some() && given.value(CLASS).is_some_and(|named| Some(named) != class)
}

/// Whether a file speaks for an environment: by its name, or because it names the settings of it.
fn speaks_for(path: &FilePath, environment: &Environment) -> bool {
    role(path) == environment.role
        || matches!(&environment.decided, Some(Decided::Text(file, _)) if file == path)
}

/// Whether a service runs the code of the site, and not its database.
fn runs_site(service: &Service) -> bool {
    let command = service.command.as_ref().map_or("", |command| command.text.as_str());
    let names_settings = service.environment.iter().any(|pair| pair.name == MODULE);
    let runs_server = SERVERS.iter().any(|server| command.contains(server));
    // `app: {image: registry.example/shop}`
    let is_called_so = matches!(
        service.name.text.as_str(),
        "app" | "backend" | "django" | "server" | "site" | "web"
    );
    let is_built = service.is_built || service.image.is_some() && is_called_so;
    names_settings || runs_server || is_built && command.is_empty()
}

/// A path that a composition names.
fn joined(path: &FilePath, name: &str) -> Option<FilePath> {
    let mut parts: Vec<&str> = path.parent().split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    FilePath::new(&parts.join("/"))
}
