//! The endpoints of a project: what a visitor can ask for, which code answers, and who may ask.

mod about;
mod admin;
mod answers;
mod apps;
mod asked;
mod attached;
mod channels;
mod decorated;
mod default_site;
mod endpoint;
mod filled;
mod framework;
mod gates;
mod given;
mod guards;
mod hooks;
mod known;
mod loaded;
mod made;
mod memory;
mod meta;
mod ninja;
mod objects;
mod packages;
mod patterns;
mod permissions;
mod posture;
mod routers;
mod routes;
mod site;
mod subjects;
pub mod table;
mod throttles;
mod truths;
mod views;
mod viewsets;
mod wagtail;
mod wagtail_api;
mod words;

use bartizan_base::Span;
use bartizan_ir::FileIr;
use bartizan_project::{FileId, Project};
use bartizan_value::{Evaluator, Variables};

use crate::effects::Handler;
use crate::objects::ObjectAccess;
use crate::settings::{Defaults, Environment, Role, Settings};

pub use guards::{Csrf, Guard, Methods, Reach, Throttle};
pub(crate) use guards::{is_harmless, is_known};
pub use objects::Answering;
pub use routes::GAP;
pub(crate) use views::decorated_class;
pub(crate) use words::ASKING;

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
    /// Whether somebody who asks too often is stopped.
    pub throttle: Throttle,
    /// What it changes: names of models, `?` for something that is not known. What generic views and
    /// packages change is there from the start; [`crate::effects::fill`] adds what code does.
    pub writes: Vec<String>,
    /// How many of these, the first ones, the view itself or what it calls changes.
    pub near: usize,
    /// The code that answers with more than a page: what runs for methods that may change something.
    pub handlers: Vec<Handler>,
    /// What answers each method, where the view is a class of the project.
    pub runs: Vec<Answering>,
    /// The rows that it fetches by what the visitor names, and what keeps others from them;
    /// [`crate::objects::fill`] finds them.
    pub objects: Vec<ObjectAccess>,
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

/// An application that other sites take up: it has URLconfs, and no settings of its own.
pub struct Library {
    /// What stands in the place of an environment: everything is as Django has it.
    pub environment: Environment,
    defaults: Defaults,
    urlconfs: Vec<FileId>,
}

impl Library {
    /// The application of a tree, of whose files those that `is_wanted` count; `None` where there are
    /// none.
    pub fn of(project: &Project, is_wanted: &dyn Fn(FileId) -> bool) -> Option<Self> {
        let urlconfs: Vec<FileId> = project
            .files()
            .filter(|file| {
                let ir = project.ir(*file);
                let name = ir.strings.find("urlpatterns");
                let binding = name.and_then(|name| ir.binding(FileIr::module(), name));
                binding.is_some() && is_wanted(*file)
            })
            .collect();
        let first = urlconfs.first().copied();
        let first = first.or_else(|| project.files().find(|file| is_wanted(*file)));
        let environment = Environment {
            root: String::new(),
            name: String::new(),
            role: Role::Production,
            module: String::new(),
            configuration: None,
            file: first?,
            decided: None,
            is_sure: false,
            variables: Vec::new(),
            unclear: Vec::new(),
            outside: None,
            gateway: None,
            insists: false,
        };
        Some(Self { environment, defaults: Defaults::latest(), urlconfs })
    }

    /// Its settings: what none says is as Django has it.
    pub fn settings<'s>(
        &'s self,
        project: &'s Project,
        evaluator: &'s Evaluator<'_>,
    ) -> Settings<'s> {
        let variables = Variables::defaults();
        Settings::of(project, evaluator, &self.environment, &self.defaults, &variables)
    }

    /// Its endpoints: of each URLconf of the tree that no other one includes. Whom a site lets in is
    /// not known where the views do not say it themselves.
    pub fn surface(
        &self,
        project: &Project,
        evaluator: &Evaluator<'_>,
        settings: &Settings<'_>,
    ) -> Surface {
        routes::library(project, evaluator, settings, &self.urlconfs)
    }
}

/// The endpoints of an application that has no settings of its own; see [`Library`].
pub fn library(
    project: &Project,
    evaluator: &Evaluator<'_>,
    is_wanted: &dyn Fn(FileId) -> bool,
) -> Surface {
    let Some(library) = Library::of(project, is_wanted) else { return Surface::default() };
    library.surface(project, evaluator, &library.settings(project, evaluator))
}

/// The endpoints that the settings of an environment lead to; none where they name no URLconf of the
/// project.
pub fn surface(project: &Project, evaluator: &Evaluator<'_>, settings: &Settings<'_>) -> Surface {
    routes::walk(project, evaluator, settings)
}
