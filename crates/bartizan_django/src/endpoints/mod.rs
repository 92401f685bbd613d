//! The endpoints of a project: what a visitor can ask for, which code answers, and who may ask.

mod admin;
mod apps;
mod changes;
mod framework;
mod gates;
mod guards;
mod known;
mod memory;
mod ninja;
mod packages;
mod posture;
mod routers;
mod routes;
pub mod table;
mod views;

use bartizan_base::Span;
use bartizan_project::{FileId, Project};
use bartizan_value::Evaluator;

use crate::settings::Settings;

pub(crate) use guards::is_harmless;
pub use guards::{Csrf, Guard, Reach};

/// What a project answers to.
#[derive(Debug, Default)]
pub struct Surface {
    /// The endpoints, in the order in which Django looks for them.
    pub endpoints: Vec<Endpoint>,
    /// Routes that could not be followed.
    pub unresolved: Vec<Unresolved>,
}

/// A route and the code that answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// As Django prints it, from the root: `/orders/<int:pk>/`.
    pub route: String,
    /// Its name, with its namespaces: `shop:order`.
    pub name: Option<String>,
    /// The methods that it answers to, `OPTIONS` and `HEAD` left out; empty where every method is
    /// answered alike.
    pub methods: Vec<&'static str>,
    /// The dotted name of the view.
    pub view: String,
    /// Where the view is defined, if in the project; else where the route is.
    pub file: FileId,
    /// The place there.
    pub span: Span,
    /// Where the route is written.
    pub route_file: FileId,
    /// The place there.
    pub route_span: Span,
    /// Who may ask, method by method where they differ.
    pub access: Vec<Access>,
    /// Whether a request must prove that it comes from the site itself.
    pub csrf: Csrf,
    /// What it changes: names of models, `?` for something that is not known.
    pub writes: Vec<String>,
}

/// Who may use some methods of an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// The methods; empty for all of the endpoint.
    pub methods: Vec<&'static str>,
    /// Who.
    pub reach: Reach,
    /// What decides, in the order in which it runs.
    pub guards: Vec<Guard>,
}

/// A route, or several, that could not be followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Unresolved {
    /// Where they would lie.
    pub route: String,
    /// Why not.
    pub why: String,
    /// Where that is written.
    pub file: FileId,
    /// The place there.
    pub span: Span,
}

/// The endpoints that the settings of an environment lead to; none where they name no URLconf of the
/// project.
pub fn surface(project: &Project, evaluator: &Evaluator<'_>, settings: &Settings<'_>) -> Surface {
    routes::walk(project, evaluator, settings)
}
