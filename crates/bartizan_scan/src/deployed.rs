//! What the files that deploy a site say of its environments: variables, and the server in front.

use std::collections::BTreeMap;

use bartizan_base::{FilePath, LineIndex};
use bartizan_deployment::{
    Compose, Dockerfile, Facts, Pair, Service, given_to_processes, is_for_developers,
    is_for_production, read,
};
use bartizan_django::settings::{Decided, Environment, GivenVariable, Role};
use bartizan_rules::Front;
use bartizan_value::Files;

/// The variable that names the settings.
const MODULE: &str = "DJANGO_SETTINGS_MODULE";

/// The variable that names the class of them, where they are attributes of classes.
const CLASS: &str = "DJANGO_CONFIGURATION";

/// Programs that run a site.
const SERVERS: &[&str] =
    &["celery", "daphne", "granian", "gunicorn", "hypercorn", "manage.py", "uvicorn", "uwsgi"];

/// The configurations of servers in front of visitors, among the texts beside the code.
pub(crate) fn fronts(beside: &[(FilePath, String)]) -> Vec<Front> {
    let texts = beside.iter().filter(|(path, _)| !is_for_developers(path));
    let fronts = texts.filter_map(|(path, text)| match read(path, text)? {
        Facts::Nginx(nginx) => Some(Front::new(path.clone(), text, nginx)),
        _ => None,
    });
    fronts.collect()
}

/// Gives each environment the variables that images and compositions give its process. Where files
/// disagree about one, nobody knows it.
pub(crate) fn give_variables(
    environments: &mut [Environment],
    beside: &[(FilePath, String)],
    files: &Files,
) {
    for environment in environments {
        // A composition has the last word on what its images say.
        let (mut image, mut composed) = (Given::default(), Given::default());
        for (path, text) in beside {
            match read(path, text) {
                Some(Facts::Dockerfile(file)) => {
                    image.add(of_image(&file, path, text, environment));
                }
                Some(Facts::Compose(file)) => {
                    composed.add(of_composition(&file, path, text, environment, files));
                }
                _ => {
                    let pairs = given_to_processes(path, text).unwrap_or_default();
                    composed.add(of_processes(&pairs, path, text, environment));
                }
            }
        }
        image.0.extend(composed.0);
        for (name, variable) in image.0 {
            match variable {
                Some(variable) => environment.variables.push(variable),
                None => environment.unclear.push(name),
            }
        }
    }
}

/// Variables by name; `None` where nobody knows the value.
#[derive(Default)]
struct Given(BTreeMap<String, Option<GivenVariable>>);

impl Given {
    fn add(&mut self, found: Vec<(String, Option<GivenVariable>)>) {
        for (name, variable) in found {
            let known = self.0.entry(name).or_insert_with(|| variable.clone());
            let value = |it: &Option<GivenVariable>| it.as_ref().map(|it| it.value.clone());
            if value(known) != value(&variable) {
                *known = None;
            }
        }
    }
}

/// The role that a file speaks for by its name.
fn role(path: &FilePath) -> Role {
    match (path.as_str().contains("test"), is_for_developers(path)) {
        (true, _) => Role::Test,
        (_, true) => Role::Local,
        _ => Role::Production,
    }
}

fn of_image(
    file: &Dockerfile,
    path: &FilePath,
    text: &str,
    environment: &Environment,
) -> Vec<(String, Option<GivenVariable>)> {
    if !speaks_for(path, environment) {
        return Vec::new();
    }
    let pairs: Vec<&Pair> = file
        .instructions_of_image()
        .into_iter()
        .filter(|instruction| instruction.keyword.eq_ignore_ascii_case("ENV"))
        .flat_map(|instruction| &instruction.pairs)
        .collect();
    of_settings(&pairs, path, text, environment)
}

/// What a file that starts processes gives them.
fn of_processes(
    pairs: &[Pair],
    path: &FilePath,
    text: &str,
    environment: &Environment,
) -> Vec<(String, Option<GivenVariable>)> {
    let pairs: Vec<&Pair> = pairs.iter().collect();
    match speaks_for(path, environment) {
        true => of_settings(&pairs, path, text, environment),
        false => Vec::new(),
    }
}

/// The variables of a process, unless it reads other settings: then it is another environment's.
fn of_settings(
    pairs: &[&Pair],
    path: &FilePath,
    text: &str,
    environment: &Environment,
) -> Vec<(String, Option<GivenVariable>)> {
    if is_other(pairs, environment) { Vec::new() } else { variables(pairs, path, text) }
}

/// Whether variables name other settings than those of an environment.
fn is_other(pairs: &[&Pair], environment: &Environment) -> bool {
    let class = environment.configuration.as_deref();
    named(pairs, MODULE).is_some_and(|module| module != environment.module)
        || class.is_some() && named(pairs, CLASS).is_some_and(|named| Some(named) != class)
}

/// Whether a file speaks for an environment: by its name, or because it names the settings of it.
fn speaks_for(path: &FilePath, environment: &Environment) -> bool {
    role(path) == environment.role
        || matches!(&environment.decided, Some(Decided::Text(file, _)) if file == path)
}

fn of_composition(
    file: &Compose,
    path: &FilePath,
    text: &str,
    environment: &Environment,
    files: &Files,
) -> Vec<(String, Option<GivenVariable>)> {
    let mut found = Vec::new();
    let mut services: Vec<&Service> =
        file.services.iter().filter(|service| runs_site(service)).collect();
    // Beside what serves visitors, workers are asked nothing.
    if services.iter().any(|service| serves_visitors(service)) {
        services.retain(|service| serves_visitors(service));
    }
    for service in services {
        let own: Vec<&Pair> = service.environment.iter().collect();
        let mut given: Vec<(String, Option<GivenVariable>)> = Vec::new();
        for file in &service.env_files {
            let Some((path, text)) = named_file(path, &file.text, files) else { continue };
            let Some(Facts::Env(pairs)) = read(&path, text) else { continue };
            let pairs: Vec<&Pair> = pairs.pairs.iter().collect();
            merge(&mut given, variables(&pairs, &path, text));
        }
        merge(&mut given, variables(&own, path, text));
        let module = named(&own, MODULE).map(str::to_owned).or_else(|| {
            let (_, given) = given.iter().find(|(name, _)| name == MODULE)?;
            given.as_ref().map(|given| given.value.clone())
        });
        let is_meant = match module {
            Some(module) => module == environment.module,
            // A composition without a word of what it is for may well be a developer's.
            None => {
                role(path) == environment.role
                    && (environment.role != Role::Production
                        || is_for_production(path)
                        || serves_visitors(service))
            }
        };
        if is_meant && !is_other(&own, environment) {
            found.extend(given);
        }
    }
    found
}

/// Whether a service runs the code of the site, and not its database.
fn runs_site(service: &Service) -> bool {
    let command = service.command.as_ref().map_or("", |command| command.text.as_str());
    let names_settings = service.environment.iter().any(|pair| pair.name == MODULE);
    let runs_server = SERVERS.iter().any(|server| command.contains(server));
    names_settings || runs_server || service.is_built && command.is_empty()
}

/// Whether a service runs what nobody runs to write code.
fn serves_visitors(service: &Service) -> bool {
    service
        .command
        .as_ref()
        .is_some_and(|command| bartizan_deployment::serves_visitors(&command.text))
}

/// A file that a composition names, if version control keeps it.
fn named_file<'f>(path: &FilePath, name: &str, files: &'f Files) -> Option<(FilePath, &'f str)> {
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
    let path = FilePath::new(&parts.join("/"))?;
    let text = files.text(path.as_str())?;
    Some((path, text))
}

/// What the last of these pairs that gives a variable gives it.
fn named<'p>(pairs: &[&'p Pair], variable: &str) -> Option<&'p str> {
    let pair = pairs.iter().rev().find(|pair| pair.name == variable)?;
    pair.value.as_ref().map(|value| value.text.as_str())
}

/// The variables of a file; what refers to others is not known.
fn variables(pairs: &[&Pair], path: &FilePath, text: &str) -> Vec<(String, Option<GivenVariable>)> {
    let lines = LineIndex::new(text);
    let mut found = Vec::new();
    for pair in pairs {
        let variable = pair.value.as_ref().filter(|_| !pair.is_open).map(|value| GivenVariable {
            name: pair.name.clone(),
            value: value.text.clone(),
            place: (path.clone(), lines.line(pair.span.start)),
        });
        merge(&mut found, vec![(pair.name.clone(), variable)]);
    }
    found
}

/// Of two values of one variable the later counts.
fn merge(
    given: &mut Vec<(String, Option<GivenVariable>)>,
    more: Vec<(String, Option<GivenVariable>)>,
) {
    for (name, variable) in more {
        given.retain(|(known, _)| *known != name);
        given.push((name, variable));
    }
}
