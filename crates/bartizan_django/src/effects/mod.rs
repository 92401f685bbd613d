//! What a request changes: from the code that answers, calls are followed forwards to the rows of models
//! that they save, delete and link.
//!
//! A function is looked at with what it is called with: `close(order)` changes an order because the view
//! fetched one. What is found is changed for certain, as far as types tell; what changes through a thing of
//! unknown type is told as unknown where its name says that rows are changed, and not at all elsewhere.

mod calls;
mod classes;
mod frames;
mod kin;
mod things;
mod walk;
mod words;

use std::collections::BTreeMap;

use bartizan_ir::FunctionId;
use bartizan_project::{FileId, Project};

use crate::endpoints::Surface;
use crate::registries::{ClassKey, Registries};
use frames::Frames;
use kin::Kin;
use things::Thing;

pub(crate) use words::LATER;

/// Code that answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The file of the function.
    pub file: FileId,
    /// The view, or the method of one.
    pub function: FunctionId,
    /// The class of the view, which may inherit the method.
    pub class: Option<ClassKey>,
}

/// Follows code to what it changes. What was found once is kept for the next question.
pub struct Effects<'e> {
    project: &'e Project,
    registries: &'e Registries,
    kin: Kin,
    frames: Frames,
}

impl<'e> Effects<'e> {
    /// Gets ready to follow the code of a project.
    pub fn new(project: &'e Project, registries: &'e Registries) -> Self {
        let kin = Kin::of(project, registries);
        Self { project, registries, kin, frames: Frames::default() }
    }

    /// The name of a model as the project has it.
    fn said(&self, name: String) -> String {
        match name == USERS {
            true => self.name(self.kin.user),
            false => name,
        }
    }

    /// The names of the models whose rows a handler may change, `?` for one that is not known; and how many
    /// calls away the nearest change is.
    pub fn changed_by(&mut self, handler: Handler) -> BTreeMap<String, u32> {
        let receiver = handler.class.map(|(file, class)| {
            let class = bartizan_project::ClassRef::Project(file, class);
            Thing::Object(class)
        });
        let frame = self.root(handler.file, handler.function, receiver);
        let changed = self.changed(frame);
        let mut found = BTreeMap::new();
        for (model, distance) in changed.iter() {
            nearer(&mut found, self.name(*model), *distance);
        }
        found
    }
}

/// How what is known of packages writes the model of users.
const USERS: &str = "settings.AUTH_USER_MODEL";

/// Completes what endpoints change by what their code does: what is fewer calls away comes first.
pub fn fill(surface: &mut Surface, project: &Project, registries: &Registries) {
    let mut effects = Effects::new(project, registries);
    for endpoint in &mut surface.endpoints {
        let mut found: BTreeMap<String, u32> =
            endpoint.writes.drain(..).map(|name| (effects.said(name), 0)).collect();
        for handler in &endpoint.handlers {
            for (name, distance) in effects.changed_by(*handler) {
                nearer(&mut found, name, distance);
            }
        }
        // What is known says more than that something is not.
        if found.len() > 1 {
            found.remove("?");
        }
        let mut names: Vec<(u32, String)> =
            found.into_iter().map(|(name, distance)| (distance, name)).collect();
        names.sort();
        endpoint.near = names.iter().take_while(|(distance, _)| *distance <= 1).count();
        endpoint.writes = names.into_iter().map(|(_, name)| name).collect();
    }
}

fn nearer(found: &mut BTreeMap<String, u32>, name: String, distance: u32) {
    let known = found.entry(name).or_insert(distance);
    *known = distance.min(*known);
}
