//! What compositions give the processes of a site.

use bartizan_base::FilePath;
use bartizan_deployment::{
    Compose, Dockerfile, Service, StartStep, filled_in, is_for_production, read_composition,
    read_variables,
};
use bartizan_django::settings::{Environment, Role};

use super::layer::Layer;
use super::read::Deployed;
use super::steps::{DEEPEST, outside, steps_of_service};
use super::{MODULE, is_of_worker, is_other, joined, role, runs_site};

impl<'b> Deployed<'b> {
    pub(super) fn service_of(
        &self,
        image: &FilePath,
        environment: &Environment,
    ) -> Option<&Service> {
        let compositions = self.compositions.iter().filter(|(from, ..)| {
            role(from) == environment.role && !self.is_of_other_stage(from, environment)
        });
        let mut services = compositions.flat_map(|(from, _, composition)| {
            composition.services.iter().map(move |service| (from, service))
        });
        let builds = |(from, service): &(&&FilePath, &Service)| {
            let file = service.dockerfile.as_ref().and_then(|file| joined(from, file));
            file.as_ref() == Some(image) && !is_of_worker(service) && self.serves(service, from)
        };
        services.find(builds).map(|(_, service)| service)
    }

    /// Whether a composition that speaks for an environment builds an image for what visitors reach.
    pub(super) fn is_built(&self, image: &FilePath, environment: &Environment) -> bool {
        self.service_of(image, environment).is_some()
    }

    pub(super) fn of_composition(
        &self,
        file: &Compose,
        path: &FilePath,
        text: &str,
        environment: &Environment,
        add: &mut dyn FnMut(Layer),
        started: &mut Vec<FilePath>,
    ) {
        let below = self.below(path);
        let serves = |service: &Service| {
            let same = || below.and_then(|(.., file)| same_service(file, service));
            let is_bare = service.command.is_none() && !service.is_built && service.image.is_none();
            self.serves(service, path)
                || is_bare
                    && same()
                        .is_some_and(|it| below.is_some_and(|(from, ..)| self.serves(it, from)))
        };
        let mut services: Vec<&Service> =
            file.services.iter().filter(|it| runs_site(it) || serves(it)).collect();
        // Beside what serves visitors, workers are asked nothing.
        if services.iter().any(|service| serves(service)) {
            services.retain(|service| serves(service));
        } else if !services.iter().all(|service| is_of_worker(service)) {
            services.retain(|service| !is_of_worker(service));
        }
        for service in services {
            // What another is laid over runs as that says, and not by itself.
            if self.is_laid_over(service, path, environment) {
                continue;
            }
            let own = Layer::of(&service.environment, path, text);
            let mut given = self.inherited(service, path);
            let mut scripts = Vec::new();
            given.lay(self.of_service(service, path, text, &mut scripts));
            let is_meant = match given.value(MODULE) {
                Some(module) => module == environment.module,
                // A composition without a word of what it is for may well be a developer's.
                None => {
                    role(path) == environment.role
                        && (environment.role != Role::Production
                            || is_for_production(path)
                            || path.name().contains("stack")
                            || serves(service))
                }
            };
            if is_meant && !is_other(&own, environment) {
                started.extend(scripts);
                add(given);
            }
        }
    }

    /// Whether a service runs what nobody runs to write code, of itself or by the image that it builds.
    pub(super) fn serves(&self, service: &Service, from: &FilePath) -> bool {
        let image = self.image_of(service, from).map(|(.., file)| file);
        let (steps, _) = steps_of_service(service, image);
        self.start_servers(&steps, from, 0)
    }

    pub(super) fn image_of(
        &self,
        service: &Service,
        from: &FilePath,
    ) -> Option<&(&'b FilePath, &'b str, Dockerfile)> {
        let path = joined(from, service.dockerfile.as_ref()?)?;
        self.images.iter().find(|(of, ..)| **of == path)
    }

    /// What a service says of its variables: its command first of all, then it itself, then files.
    pub(super) fn of_service(
        &self,
        service: &Service,
        path: &FilePath,
        text: &str,
        started: &mut Vec<FilePath>,
    ) -> Layer {
        let mut given = self.extended(service, path, DEEPEST);
        given.lay(self.own(service, path, text));
        let image = self.image_of(service, path).map(|(.., file)| file);
        let (steps, span) = steps_of_service(service, image);
        let steps: Vec<StartStep> = steps.into_iter().map(|step| step.placed(span)).collect();
        self.follow(&steps, path, text, &mut given, started, 0);
        given
    }

    /// What a service gives, without what it runs.
    pub(super) fn own(&self, service: &Service, path: &FilePath, text: &str) -> Layer {
        let mut given = Layer::default();
        for file in &service.env_files {
            self.read_into(&file.text, path, text, file.span, &mut given);
        }
        // What is referred to is looked up in `.env` beside the composition, or the file that a command
        // names, where version control keeps it.
        let named = self.composed_with.first().map_or(".env", String::as_str);
        let named = self.named_file(path, named).or_else(|| self.script(path, named));
        if named.is_none() && !self.composed_with.is_empty() {
            given.lay(Layer::of(&service.environment, path, text));
            return given;
        }
        let kept = named.map_or_else(Vec::new, |(_, text)| read_variables(text).pairs);
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
        given.lay(Layer::of(&own, path, text));
        given
    }

    /// What the service says over which one is laid: `extends`.
    pub(super) fn extended(&self, service: &Service, path: &FilePath, depth: usize) -> Layer {
        let Some((file, name)) = service.extends.as_ref().filter(|_| depth > 0) else {
            return Layer::default();
        };
        let of = match file {
            Some(file) => joined(path, file),
            None => Some(path.clone()),
        };
        let Some((of, text)) = of.and_then(|of| self.texts.iter().find(|(path, _)| **path == of))
        else {
            let mut unknown = Layer::default();
            let file = file.as_deref().unwrap_or("");
            unknown.open(outside(file, path, 1));
            return unknown;
        };
        let known = self.compositions.iter().find(|(path, ..)| path == of).map(|(.., file)| file);
        let reread = known.is_none().then(|| read_composition(text));
        let Some(file) = known.or(reread.as_ref()) else { return Layer::default() };
        let Some(below) = file.services.iter().find(|it| it.name.text == *name) else {
            return Layer::default();
        };
        let mut given = self.extended(below, of, depth - 1);
        given.lay(self.own(below, of, text));
        given
    }

    /// What the composition beside says of the same service, over which one for production is laid. One
    /// that can do without it may run alone: then nobody knows.
    pub(super) fn inherited(&self, service: &Service, path: &FilePath) -> Layer {
        let Some((below, text, file)) = self.below(path) else { return Layer::default() };
        let same = same_service(file, service);
        let mut given = same.map_or_else(Layer::default, |same| self.own(same, below, text));
        if service.is_built || service.image.is_some() {
            given.doubt();
            given.outside = None;
        }
        given
    }

    /// The composition beside one for production, over which that is laid.
    fn below(&self, path: &FilePath) -> Option<&(&'b FilePath, &'b str, Compose)> {
        let is_below = |below: &FilePath| {
            below.parent() == path.parent()
                && matches!(
                    below.name(),
                    "compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml"
                )
        };
        let is_over = is_for_production(path);
        self.compositions.iter().filter(|_| is_over).find(|(it, ..)| is_below(it))
    }

    /// Whether a composition for an environment speaks of the same service that cannot do without this one: it
    /// has no image of its own there.
    fn is_laid_over(&self, service: &Service, path: &FilePath, environment: &Environment) -> bool {
        self.compositions.iter().any(|(over, _, file)| {
            role(over) == environment.role
                && !self.is_of_other_stage(over, environment)
                && self.below(over).is_some_and(|(below, ..)| *below == path)
                && same_service(file, service).is_some_and(|it| !it.is_built && it.image.is_none())
        })
    }
}

/// The service of the same name.
fn same_service<'c>(file: &'c Compose, service: &Service) -> Option<&'c Service> {
    file.services.iter().find(|it| it.name.text == service.name.text)
}
