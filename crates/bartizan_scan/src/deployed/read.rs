//! What files that deploy a site say, and what that makes of the variables of an environment.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{FilePath, LineIndex, Span};
use bartizan_deployment::{
    Compose, Dockerfile, Facts, FileType, MapKind, Pair, StartStep, defaults_of_gunicorn,
    files_of_unit, given_anywhere, given_to_processes, included_by_app_engine, is_for_production,
    is_start_script, maps_of_kubernetes, read, read_composition, read_told, read_variables,
    steps_of_processes, steps_of_script, takes_back, takes_others, unset_by_unit,
    variables_of_app_engine,
};
use bartizan_django::settings::{Environment, Role};
use bartizan_value::Files;

use super::layer::{Layer, variable};
use super::steps::{outside, steps_of_image};
use super::{Beside, is_other, joined, role, speaks_for};

/// What one file puts into a map.
type Held<'b> = (FilePath, &'b str, Vec<Pair>);

/// What files that deploy a site say, read once.
pub(super) struct Deployed<'b> {
    pub(super) images: Vec<(&'b FilePath, &'b str, Dockerfile)>,
    pub(super) compositions: Vec<(&'b FilePath, &'b str, Compose)>,
    /// Files that start processes, with what they give them.
    processes: Vec<(&'b FilePath, &'b str, Vec<Pair>)>,
    /// The maps of objects of Kubernetes, and where they stand.
    maps: BTreeMap<(MapKind, String), Vec<Held<'b>>>,
    /// All of them.
    pub(super) texts: Vec<(&'b FilePath, &'b str)>,
    /// The variables that files give which are not read further.
    mentioned: &'b BTreeSet<String>,
    /// The files of variables with which compositions are filled in, where commands name some.
    pub(super) composed_with: &'b BTreeSet<String>,
    /// What version control keeps.
    pub(super) files: &'b Files,
}

impl<'b> Deployed<'b> {
    pub(super) fn read(beside: &'b Beside, files: &'b Files) -> Self {
        let Beside { texts: beside, mentioned, composed_with, .. } = beside;
        let mut found = Self {
            images: Vec::new(),
            compositions: Vec::new(),
            processes: Vec::new(),
            maps: BTreeMap::new(),
            texts: beside.iter().map(|(path, text)| (path, text.as_str())).collect(),
            mentioned,
            composed_with,
            files,
        };
        for (path, text) in beside {
            let is_read =
                matches!(FileType::of(path), Some(FileType::Compose | FileType::Dockerfile));
            match is_read.then(|| read(path, text)).flatten() {
                Some(Facts::Dockerfile(file)) => found.images.push((path, text, file)),
                Some(Facts::Compose(file)) => found.compositions.push((path, text, file)),
                _ => {
                    let Some(pairs) = given_to_processes(path, text) else { continue };
                    found.processes.push((path, text, pairs));
                }
            }
        }
        let included: Vec<FilePath> = found
            .compositions
            .iter()
            .flat_map(|(path, _, file)| file.includes.iter().filter_map(|name| joined(path, name)))
            .collect();
        for (path, text) in beside {
            let is_known = found.compositions.iter().any(|(known, ..)| *known == path);
            if included.contains(path) && !is_known {
                found.compositions.push((path, text, read_composition(text)));
            }
        }
        for (path, text) in beside {
            let maps = maps_of_kubernetes(path, text);
            for (kind, name, map) in maps.held {
                found.maps.entry((kind, name)).or_default().push((path.clone(), text, map));
            }
            for (kind, name, file) in maps.read {
                let Some((of, text)) = found.named_file(path, &file) else { continue };
                let pairs = read_variables(text).pairs;
                found.maps.entry((kind, name)).or_default().push((of, text, pairs));
            }
        }
        found
    }

    /// What an environment's process is given: a composition has the last word on what its images say, and
    /// what these begin with on both.
    pub(super) fn of(&self, environment: &Environment) -> Layer {
        let is_meant = |path: &FilePath| {
            speaks_for(path, environment) && !self.is_of_other_stage(path, environment)
        };
        let mut started = Vec::new();
        let mut composed: Option<Layer> = None;
        let mut add = |layer: Layer| match &mut composed {
            Some(known) => known.agree(layer),
            None => composed = Some(layer),
        };
        for (path, text, file) in &self.compositions {
            if !self.is_of_other_stage(path, environment) {
                self.of_composition(file, path, text, environment, &mut add, &mut started);
            }
        }
        let (mut image, mut begun): (Option<Layer>, Option<Layer>) = (None, None);
        let images: Vec<_> = self.images.iter().filter(|(path, ..)| is_meant(path)).collect();
        let is_built = images.iter().any(|(path, ..)| self.is_built(path, environment));
        for (path, text, file) in images {
            // Where a composition says what visitors get, its images are what it builds for that.
            if is_built && !self.is_built(path, environment) {
                continue;
            }
            let (variables, steps) = self.of_image(file, path, text, environment);
            if is_other(&variables, environment) {
                continue;
            }
            let mut over = Layer::default();
            if !is_built {
                self.follow(&steps, path, text, &mut over, &mut started, 0);
            }
            match (&mut image, &mut begun) {
                (Some(known), Some(known_over)) => {
                    known.agree(variables);
                    known_over.agree(over);
                }
                _ => (image, begun) = (Some(variables), Some(over)),
            }
        }
        // What kustomize lays over objects, it lays over.
        let mut overlaid: Option<Layer> = None;
        for (path, text, pairs) in &self.processes {
            let is_over = self.is_dropped_in(path);
            if !is_meant(path) || started.contains(*path) || is_start_script(path) || is_over {
                continue;
            }
            let layer = self.of_processes(pairs, path, text, environment, &mut started);
            match (path.as_str().contains("overlays/"), &mut overlaid) {
                (false, _) => add(layer),
                (true, Some(known)) => known.agree(layer),
                (true, None) => overlaid = Some(layer),
            }
        }
        // Scripts that nothing is seen to run.
        for (path, text, _) in &self.processes {
            if is_meant(path) && is_start_script(path) && !started.contains(*path) {
                let mut layer = Layer::default();
                let serves = given_to_processes(path, text).is_some_and(|pairs| !pairs.is_empty())
                    || bartizan_deployment::serves_visitors(text)
                    || text.contains("$@");
                if serves {
                    let steps = steps_of_script(text, None);
                    self.follow(&steps, path, text, &mut layer, &mut Vec::new(), 0);
                    if !is_other(&layer, environment) {
                        add(layer);
                    }
                }
            }
        }
        // What a patch of kustomize sets, or takes away, by its place among others.
        for (path, text) in self.texts.iter().filter(|(path, _)| is_meant(path)) {
            if let Some(at) = patches_variables(path, text) {
                let mut patched = Layer::default();
                patched.open(outside("a patch of kustomize", path, LineIndex::new(text).line(at)));
                overlaid.get_or_insert_default().lay(patched);
            }
        }
        let mut whole = image.unwrap_or_default();
        // Who runs an image may tell it otherwise.
        for (name, variable) in &mut whole.given {
            if self.mentioned.contains(name) && environment.role == Role::Production {
                *variable = None;
            }
        }
        whole.lay(composed.unwrap_or_default());
        whole.lay(overlaid.unwrap_or_default());
        whole.lay(begun.unwrap_or_default());
        whole
    }

    /// Whether a file is of staging where production is asked about, and has files of its own; or the other
    /// way round.
    pub(super) fn is_of_other_stage(&self, path: &FilePath, environment: &Environment) -> bool {
        if environment.role != Role::Production {
            return false;
        }
        let stage = |path: &FilePath| {
            let lower = path.as_str().to_ascii_lowercase();
            let mut words = lower.split(['/', '.', '-', '_']);
            words.find_map(|word| match word {
                "staging" | "stage" | "preprod" | "uat" | "qa" => Some(false),
                "prod" | "production" | "live" => Some(true),
                _ => None,
            })
        };
        let is_live = environment.name != "staging";
        stage(path) == Some(!is_live)
            && self.texts.iter().any(|(other, _)| stage(other) == Some(is_live))
    }

    /// What an image gives, and what it begins with.
    fn of_image(
        &self,
        file: &Dockerfile,
        path: &FilePath,
        text: &str,
        environment: &Environment,
    ) -> (Layer, Vec<StartStep>) {
        let build = self.service_of(path, environment);
        let mut told = build.map_or_else(Vec::new, |service| service.arguments.clone());
        told.extend(self.told_elsewhere(file, &told));
        let told = told.as_slice();
        let target = build.and_then(|service| service.target.as_deref());
        let reread = (!told.is_empty()).then(|| read_told(text, told));
        let file = reread.as_ref().unwrap_or(file);
        let image = file.instructions_up_to(target);
        let given = image.iter().filter(|instruction| instruction.keyword == "ENV");
        let pairs: Vec<&Pair> = given.flat_map(|instruction| instruction.pairs.iter()).collect();
        // A shell runs the file that it names first of all.
        let begun = pairs.iter().find(|pair| pair.name == "BASH_ENV");
        let mut layer = Layer::of(pairs.iter().copied(), path, text);
        if let Some(begun) = begun {
            let line = LineIndex::new(text).line(begun.span.start);
            layer.open(outside("the file of BASH_ENV", path, line));
        }
        (layer, steps_of_image(&file.commands(target), None))
    }

    /// The arguments of an image that another file gives to whoever builds it, in a way that is not read:
    /// `docker build --build-arg SIZE=3`, `[build.args]` of a platform.
    fn told_elsewhere(&self, file: &Dockerfile, known: &[Pair]) -> Vec<Pair> {
        let stages = file.stages.iter().flat_map(|stage| &stage.instructions);
        let asked = stages.filter(|it| it.keyword == "ARG").flat_map(|it| &it.pairs);
        let asked: Vec<&Pair> = asked
            .chain(&file.arguments)
            .filter(|pair| known.iter().all(|it| it.name != pair.name))
            .collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let builds = |path: &&FilePath| {
            !matches!(
                FileType::of(path),
                Some(FileType::Dockerfile | FileType::Compose | FileType::Env | FileType::Nginx)
            ) && role(path) == Role::Production
        };
        let texts = self.texts.iter().filter(|(path, _)| builds(path));
        let given: BTreeSet<String> = texts.flat_map(|(_, text)| given_anywhere(text)).collect();
        let is_given = |name: &String| given.contains(name) || self.mentioned.contains(name);
        let asked = asked.into_iter().filter(|pair| is_given(&pair.name));
        asked.map(|pair| Pair { value: None, is_open: true, ..pair.clone() }).collect()
    }

    /// What a file that starts processes gives them.
    fn of_processes(
        &self,
        pairs: &[Pair],
        path: &FilePath,
        text: &str,
        environment: &Environment,
        started: &mut Vec<FilePath>,
    ) -> Layer {
        let (own, own_path) = (Layer::of(pairs, path, text), path.as_str());
        if is_other(&own, environment) {
            return Layer::default();
        }
        let mut given = Layer::default();
        for name in included_by_app_engine(path, text) {
            let Some((of, text)) = self.named_file(path, &name) else {
                let line = LineIndex::new(text).line(at_of(text, &name));
                given.open(outside(&name, path, line));
                continue;
            };
            given.lay(Layer::of(&variables_of_app_engine(text), &of, text));
        }
        if let Some((what, at)) = takes_others(path, text) {
            given.open(outside(what, path, LineIndex::new(text).line(at)));
        }
        let maps = maps_of_kubernetes(path, text);
        for (kind, name, prefix) in maps.taken {
            let held = self.map(&(kind, name.clone()), environment);
            let Some(held) = held else {
                let line = LineIndex::new(text).line(at_of(text, &name));
                given.open(outside(&format!("{name} of the cluster"), path, line));
                continue;
            };
            for (name, variable) in held.given {
                given.give(format!("{prefix}{name}"), variable);
            }
        }
        given.lay(own);
        for (path, text, pairs) in &self.processes {
            if self.unit_of(path).is_some_and(|unit| unit == own_path) {
                if takes_back(text) {
                    given.doubt();
                }
                given.lay(Layer::of(pairs, path, text));
            }
        }
        for entry in maps.entries {
            let Some(held) = self.map(&(entry.kind, entry.map), environment) else { continue };
            if let Some((_, value)) = held.given.into_iter().find(|(name, _)| *name == entry.key) {
                given.give(entry.name, value);
            }
        }
        if path.name().ends_with(".service") {
            // A file goes before what the unit gives, and the command before both (systemd.exec(5)).
            for named in files_of_unit(text) {
                self.read_into(&named, path, text, Span::at(at_of(text, &named)), &mut given);
            }
            given.lay(Layer::of(&unset_by_unit(text), path, text));
        }
        let lines = LineIndex::new(text);
        for pair in defaults_of_gunicorn(path, text) {
            given.give_otherwise(variable(&pair, path, &lines));
        }
        let steps = steps_of_processes(path, text);
        self.follow(&steps, path, text, &mut given, started, 0);
        if is_other(&given, environment) {
            return Layer::default();
        }
        given
    }

    /// The unit that a file is laid over: `shop.service`, for `shop.service.d/live.conf`.
    fn unit_of<'p>(&self, path: &'p FilePath) -> Option<&'p str> {
        let unit = path.parent().strip_suffix(".d")?;
        self.processes.iter().any(|(path, ..)| path.as_str() == unit).then_some(unit)
    }

    fn is_dropped_in(&self, path: &FilePath) -> bool {
        self.unit_of(path).is_some()
    }

    /// What a map of Kubernetes holds for an environment.
    fn map(&self, key: &(MapKind, String), environment: &Environment) -> Option<Layer> {
        let mut held: Vec<_> = self.maps.get(key)?.iter().collect();
        held.retain(|(path, ..)| {
            speaks_for(path, environment) && !self.is_of_other_stage(path, environment)
        });
        // What is laid over others names what it is for.
        held.sort_by_key(|(path, ..)| {
            (is_for_production(path), path.as_str().contains("overlays/"))
        });
        let mut whole = Layer::default();
        for (path, text, pairs) in held {
            whole.lay(Layer::of(pairs, path, text));
        }
        Some(whole)
    }
}

/// Where a `kustomization.yaml` changes variables of containers by their places: `path: …/env/0/value`.
fn patches_variables(path: &FilePath, text: &str) -> Option<u32> {
    let is_one = matches!(path.name(), "kustomization.yaml" | "kustomization.yml");
    let at = text.find("op:").filter(|_| is_one && text.contains("/env"))?;
    Some(at as u32)
}

fn at_of(text: &str, word: &str) -> u32 {
    text.find(word).unwrap_or(0) as u32
}
