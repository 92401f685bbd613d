//! What the files that deploy a site say of its environments: variables, and the server in front.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{FilePath, LineIndex};
use bartizan_deployment::{
    Compose, Dockerfile, Facts, FileType, MapKind, Maps, Pair, Service, defaults_of_script,
    files_of_unit, filled_in, given_by_command, given_by_unit, given_to_processes,
    is_for_developers, is_for_production, is_worker, maps_of_kubernetes, read, read_told,
    read_variables, serves_visitors,
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

/// The files of variables that these texts name: paths of the tree, and, with a slash in front, of the
/// machine on which it lies.
pub(crate) fn named_files(beside: &[(FilePath, String)]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in beside {
        if path.name().ends_with(".service") {
            found.extend(files_of_unit(text).into_iter().filter(|name| name.starts_with('/')));
        } else if FileType::of(path) == Some(FileType::Compose)
            && text.contains("env_file")
            && let Some(Facts::Compose(file)) = read(path, text)
        {
            let names = file.services.iter().flat_map(|service| &service.env_files);
            found.extend(
                names.filter_map(|name| Some(joined(path, &name.text)?.as_str().to_owned())),
            );
        }
    }
    found
}

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
    let deployed = Deployed::read(beside);
    for environment in environments {
        // A composition has the last word on what its images say; the scripts that these begin with put in
        // what is not there.
        let (mut image, mut composed) = (Given::default(), Given::default());
        let mut defaults = Given::default();
        for (path, text) in &deployed.texts {
            if speaks_for(path, environment)
                && let Some(pairs) = defaults_of_script(path, text)
            {
                defaults.add(variables(&pairs.iter().collect::<Vec<_>>(), path, text));
            }
        }
        for (path, text, file) in &deployed.images {
            image.add(deployed.of_image(file, path, text, environment));
        }
        for (path, text, file) in &deployed.compositions {
            composed.add(deployed.of_composition(file, path, text, environment, files));
        }
        for (path, text, pairs) in &deployed.processes {
            composed.add(deployed.of_processes(pairs, path, text, environment, files));
        }
        defaults.0.extend(image.0);
        defaults.0.extend(composed.0);
        for (name, variable) in defaults.0 {
            match variable {
                Some(variable) => environment.variables.push(variable),
                None => environment.unclear.push(name),
            }
        }
    }
}

/// Variables and their values, in order; `None` for a value that nobody knows.
type Variables = Vec<(String, Option<GivenVariable>)>;

/// What files that deploy a site say, read once.
#[derive(Default)]
struct Deployed<'b> {
    images: Vec<(&'b FilePath, &'b str, Dockerfile)>,
    compositions: Vec<(&'b FilePath, &'b str, Compose)>,
    /// Files that start processes, with what they give them.
    processes: Vec<(&'b FilePath, &'b str, Vec<Pair>)>,
    /// The maps of objects of Kubernetes, and where they stand.
    maps: BTreeMap<(MapKind, String), (&'b FilePath, &'b str, Vec<Pair>)>,
    /// All of them.
    texts: Vec<(&'b FilePath, &'b str)>,
}

impl<'b> Deployed<'b> {
    fn read(beside: &'b [(FilePath, String)]) -> Self {
        let mut found = Self::default();
        for (path, text) in beside {
            found.texts.push((path, text));
            let is_read =
                matches!(FileType::of(path), Some(FileType::Compose | FileType::Dockerfile));
            match is_read.then(|| read(path, text)).flatten() {
                Some(Facts::Dockerfile(file)) => found.images.push((path, text, file)),
                Some(Facts::Compose(file)) => found.compositions.push((path, text, file)),
                _ => {
                    let Some(pairs) = given_to_processes(path, text) else { continue };
                    found.processes.push((path, text, pairs));
                    for (kind, name, map) in maps_of_kubernetes(path, text).held {
                        found.maps.insert((kind, name), (path, text, map));
                    }
                }
            }
        }
        found
    }

    fn of_image(
        &self,
        file: &Dockerfile,
        path: &FilePath,
        text: &str,
        environment: &Environment,
    ) -> Variables {
        if !speaks_for(path, environment) {
            return Vec::new();
        }
        let build = self.compositions.iter().find_map(|(from, _, composition)| {
            let builds = |service: &&Service| {
                let file = service.dockerfile.as_ref().and_then(|file| joined(from, file));
                file.as_ref() == Some(path) && !is_of_worker(service)
            };
            let is_meant = role(from) == environment.role;
            composition.services.iter().filter(|_| is_meant).find(builds)
        });
        let told = build.map_or(&[][..], |service| &service.arguments);
        let target = build.and_then(|service| service.target.as_deref());
        let reread = (!told.is_empty()).then(|| read_told(text, told));
        let file = reread.as_ref().unwrap_or(file);
        let image = file.instructions_up_to(target);
        let given = image.iter().filter(|instruction| instruction.keyword == "ENV");
        let mut pairs: Vec<Pair> =
            given.flat_map(|instruction| instruction.pairs.iter().cloned()).collect();
        // `CMD DEBUG=0 gunicorn shop.wsgi`
        for command in file.commands(target) {
            let argument = &command.argument;
            if !argument.text.starts_with('[') && serves_visitors(&argument.text) {
                pairs.extend(given_by_command(&argument.text, 0).into_iter().map(|mut pair| {
                    pair.span = argument.span;
                    pair
                }));
            }
        }
        let pairs: Vec<&Pair> = pairs.iter().collect();
        of_settings(&pairs, path, text, environment)
    }

    /// What a file that starts processes gives them.
    fn of_processes(
        &self,
        pairs: &[Pair],
        path: &FilePath,
        text: &str,
        environment: &Environment,
        files: &Files,
    ) -> Variables {
        let own: Vec<&Pair> = pairs.iter().collect();
        if !speaks_for(path, environment) || is_other(&own, environment) {
            return Vec::new();
        }
        let mut given = Vec::new();
        let Maps { taken, entries, .. } = maps_of_kubernetes(path, text);
        for map in taken {
            let Some((path, text, map)) = self.maps.get(&map) else { continue };
            merge(&mut given, variables(&map.iter().collect::<Vec<_>>(), path, text));
        }
        merge(&mut given, variables(&own, path, text));
        for entry in entries {
            let Some((path, text, map)) = self.maps.get(&(entry.kind, entry.map)) else { continue };
            let Some(pair) = map.iter().find(|pair| pair.name == entry.key) else { continue };
            let pair = Pair { name: entry.name, ..pair.clone() };
            merge(&mut given, variables(&[&pair], path, text));
        }
        if path.name().ends_with(".service") {
            // A file goes before what the unit gives, and the command before both (systemd.exec(5)).
            for named in files_of_unit(text) {
                let Some((path, text)) = self.file_of_machine(&named, files) else { continue };
                let pairs = read_variables(text).pairs;
                merge(&mut given, variables(&pairs.iter().collect::<Vec<_>>(), &path, text));
            }
            let of_command = given_by_unit(text);
            merge(&mut given, variables(&of_command.iter().collect::<Vec<_>>(), path, text));
        }
        given
    }

    fn of_composition(
        &self,
        file: &Compose,
        path: &FilePath,
        text: &str,
        environment: &Environment,
        files: &Files,
    ) -> Variables {
        let mut found = Vec::new();
        let mut services: Vec<&Service> =
            file.services.iter().filter(|service| runs_site(service)).collect();
        // Beside what serves visitors, workers are asked nothing.
        if services.iter().any(|service| self.serves(service, path)) {
            services.retain(|service| self.serves(service, path));
        } else if !services.iter().all(|service| is_of_worker(service)) {
            services.retain(|service| !is_of_worker(service));
        }
        for service in services {
            let own: Vec<&Pair> = service.environment.iter().collect();
            let mut given = self.inherited(service, path, files);
            merge(&mut given, self.of_service(service, path, text, files));
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
                            || path.name().contains("stack")
                            || self.serves(service, path))
                }
            };
            if is_meant && !is_other(&own, environment) {
                found.extend(given);
            }
        }
        found
    }

    /// Whether a service runs what nobody runs to write code, of itself or by the image that it builds.
    fn serves(&self, service: &Service, from: &FilePath) -> bool {
        if let Some(command) = &service.command {
            return serves_visitors(&command.text);
        }
        let Some(path) = service.dockerfile.as_ref().and_then(|file| joined(from, file)) else {
            return false;
        };
        let image = self.images.iter().find(|(of, ..)| **of == path);
        image.is_some_and(|(.., file)| file.serves_visitors(service.target.as_deref(), &self.texts))
    }

    /// What a service says of its variables: its command first of all, then it itself, then files.
    fn of_service(
        &self,
        service: &Service,
        path: &FilePath,
        text: &str,
        files: &Files,
    ) -> Variables {
        let mut given = Vec::new();
        for file in &service.env_files {
            let Some((path, text)) = self.named_file(path, &file.text, files) else { continue };
            let pairs = read_variables(text).pairs;
            merge(&mut given, variables(&pairs.iter().collect::<Vec<_>>(), &path, text));
        }
        // What is referred to is looked up in `.env` beside the composition, where version control keeps it.
        let kept = self.named_file(path, ".env", files);
        let kept = kept.map_or_else(Vec::new, |(_, text)| read_variables(text).pairs);
        let asked = |name: &str| {
            let pair = kept.iter().rev().find(|pair| pair.name == name && !pair.is_open)?;
            pair.value.as_ref().map(|value| value.text.clone())
        };
        let mut own = service.environment.clone();
        for pair in own.iter_mut().filter(|pair| pair.is_open) {
            if let Some(value) = &mut pair.value
                && let Some(filled) = filled_in(&value.text, &asked)
            {
                value.text = filled;
                pair.is_open = false;
            }
        }
        if let Some(command) = service.command.as_ref().filter(|it| serves_visitors(&it.text)) {
            let of_command = given_by_command(&command.text, 0).into_iter();
            own.extend(of_command.map(|pair| Pair { span: command.span, ..pair }));
        }
        merge(&mut given, variables(&own.iter().collect::<Vec<_>>(), path, text));
        given
    }

    /// A file that a composition names, if version control keeps it.
    fn named_file<'f>(
        &'f self,
        path: &FilePath,
        name: &str,
        files: &'f Files,
    ) -> Option<(FilePath, &'f str)> {
        let path = joined(path, name)?;
        let beside = || self.texts.iter().find(|(it, _)| **it == path).map(|(_, text)| *text);
        let text = files.text(path.as_str()).map(|text| &**text).or_else(beside)?;
        Some((path, text))
    }

    /// A file that a path of the machine names, `/srv/shop/deploy/live.env`: the project lies in one of the
    /// folders of the path.
    fn file_of_machine<'f>(&'f self, named: &str, files: &'f Files) -> Option<(FilePath, &'f str)> {
        let mut rest = named.strip_prefix('/')?;
        loop {
            let beside = || self.texts.iter().find(|(it, _)| it.as_str() == rest);
            let text =
                files.text(rest).map(|text| &**text).or_else(|| beside().map(|(_, text)| *text));
            if let Some(text) = text {
                return Some((FilePath::new(rest)?, text));
            }
            rest = rest.split_once('/')?.1;
        }
    }

    /// What the composition beside says of the same service, over which one for production is laid. One
    /// that can do without it may run alone: then nobody knows.
    fn inherited(&self, service: &Service, path: &FilePath, files: &Files) -> Variables {
        if !is_for_production(path) {
            return Vec::new();
        }
        let is_below = |below: &FilePath| {
            below.parent() == path.parent()
                && matches!(
                    below.name(),
                    "compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml"
                )
        };
        let Some((below, text, file)) = self.compositions.iter().find(|(it, ..)| is_below(it))
        else {
            return Vec::new();
        };
        let same = file.services.iter().find(|it| it.name.text == service.name.text);
        let given = same.map_or_else(Vec::new, |same| self.of_service(same, below, text, files));
        match service.is_built || service.image.is_some() {
            true => given.into_iter().map(|(name, _)| (name, None)).collect(),
            false => given,
        }
    }
}

/// Whether a service works beside the site, and answers nobody.
fn is_of_worker(service: &Service) -> bool {
    service.command.as_ref().is_some_and(|command| is_worker(&command.text))
}

/// Variables by name; `None` where nobody knows the value.
#[derive(Default)]
struct Given(BTreeMap<String, Option<GivenVariable>>);

impl Given {
    fn add(&mut self, found: Variables) {
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

/// The variables of a process, unless it reads other settings: then it is another environment's.
fn of_settings(
    pairs: &[&Pair],
    path: &FilePath,
    text: &str,
    environment: &Environment,
) -> Variables {
    if is_other(pairs, environment) { Vec::new() } else { variables(pairs, path, text) }
}

/// Whether variables name other settings than those of an environment.
fn is_other(pairs: &[&Pair], environment: &Environment) -> bool {
    let class = environment.configuration.as_deref();
    let is_module = |module: &str| module != environment.module && !environment.insists;
    named(pairs, MODULE).is_some_and(is_module)
        || class.is_some() && named(pairs, CLASS).is_some_and(|named| Some(named) != class)
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

/// What the last of these pairs that gives a variable gives it.
fn named<'p>(pairs: &[&'p Pair], variable: &str) -> Option<&'p str> {
    let pair = pairs.iter().rev().find(|pair| pair.name == variable)?;
    pair.value.as_ref().map(|value| value.text.as_str())
}

/// The variables of a file; what refers to others is not known.
fn variables(pairs: &[&Pair], path: &FilePath, text: &str) -> Variables {
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
fn merge(given: &mut Variables, more: Variables) {
    for (name, variable) in more {
        given.retain(|(known, _)| *known != name);
        given.push((name, variable));
    }
}
