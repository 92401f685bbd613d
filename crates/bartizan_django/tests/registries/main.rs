//! What a project tells Django about its data, as a table of facts.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

mod background;
mod clinic;
mod forms;
mod models;
mod serializers;

use bartizan_base::FilePath;
use bartizan_django::registries::{ModelRef, Registries};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::Evaluator;

/// Links files, given as path and text, and asks their registries.
fn read<T>(files: &[(&str, &str)], ask: impl FnOnce(&Project, &Registries) -> T) -> T {
    let read = files.iter().map(|(path, text)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        assert!(reading.problems.is_empty(), "{path}: {:?}", reading.problems);
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    let project = Project::link(read.collect(), Models::for_packages(["django", "rest_framework"]));
    let evaluator = Evaluator::new(&project);
    let registries = Registries::of(&project, &evaluator, None);
    ask(&project, &registries)
}

/// A reference to a model, in a word.
fn word(registries: &Registries, model: &ModelRef) -> String {
    match model {
        ModelRef::Own(id) => {
            let model = registries.model(*id);
            format!("{}.{}", model.app, model.name)
        }
        ModelRef::Outside(name) => format!("outside: {name}"),
        ModelRef::Unknown => "not known".to_owned(),
    }
}
