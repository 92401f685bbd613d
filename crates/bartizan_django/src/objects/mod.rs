//! The rows that an endpoint fetches by what its visitor names, and what keeps those of others from them:
//! a condition of the query, a question that the view asks about the row, a permission class, or nothing.
//!
//! What a query is limited to, and what counts as a question, [`crate::views`] says, for the rules too.

mod admin;
mod class;
mod function;
mod rows;

use bartizan_base::Span;
use bartizan_ir::{ClassId, FunctionId};
use bartizan_project::{FileId, Project};

use crate::endpoints::{Endpoint, Surface};
use crate::registries::Registries;

/// A row that an endpoint fetches by what a visitor names.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectAccess {
    /// The methods for which it does; empty for all of the endpoint.
    pub methods: Vec<&'static str>,
    /// The name of its model, `?` where it is not known.
    pub model: String,
    /// What keeps others from it.
    pub bound: Bound,
    /// What does so: the name of a condition, of a permission class, of a decorator; why it is not known.
    /// Empty where the code says it best.
    pub name: String,
    /// The code that says so, in the file of the place.
    pub code: Span,
    /// Where that is decided.
    pub place: (FileId, Span),
}

/// What binds a row to whoever asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// Nothing: whoever may use the view names whichever row.
    Nothing,
    /// Something that is not followed, or nothing.
    Unknown,
    /// Only those know its key who were told.
    Secret,
    /// The query asks for rows of the visitor.
    Scoped,
    /// The view, or what stands around it, asks about the row.
    Checked,
}

impl Bound {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Unknown => "unknown",
            Self::Secret => "secret",
            Self::Scoped => "scoped",
            Self::Checked => "checked",
        }
    }
}

/// Finds, for each endpoint, the rows that a visitor names.
pub fn fill(surface: &mut Surface, project: &Project, registries: &Registries) {
    let finder = Finder { project, registries };
    for endpoint in &mut surface.endpoints {
        endpoint.objects = finder.of(endpoint);
    }
}

struct Finder<'p> {
    project: &'p Project,
    registries: &'p Registries,
}

/// The code that an endpoint leads to.
enum Code {
    Function(FunctionId),
    Class(ClassId),
    Outside,
}

impl Finder<'_> {
    fn of(&self, endpoint: &Endpoint) -> Vec<ObjectAccess> {
        let mut found = match self.code(endpoint) {
            Code::Function(function) => self.function(endpoint, function),
            Code::Class(class) => self.class(endpoint, class),
            Code::Outside => return self.outside(endpoint),
        };
        if found.is_empty()
            && !endpoint.view.ends_with(admin::REDIRECT)
            && let Some(key) = keys(&endpoint.route).first()
        {
            found.push(ObjectAccess {
                methods: Vec::new(),
                model: "?".to_owned(),
                bound: Bound::Unknown,
                name: format!("no query by `{key}` was found"),
                code: endpoint.span,
                place: (endpoint.file, endpoint.span),
            });
        }
        joined(found, endpoint)
    }

    fn code(&self, endpoint: &Endpoint) -> Code {
        let ir = self.project.ir(endpoint.file);
        let class = ir.classes.iter().position(|class| class.name_span == endpoint.span);
        if let Some(at) = class {
            return Code::Class(ClassId::from_index(at));
        }
        match ir.functions().find(|(_, function)| function.name_span == endpoint.span) {
            Some((function, _)) => Code::Function(function),
            None => Code::Outside,
        }
    }

    /// What is said of a view whose code is not in the tree: of Django's own that have to do with no
    /// row, nothing.
    fn outside(&self, endpoint: &Endpoint) -> Vec<ObjectAccess> {
        let Some(key) = keys(&endpoint.route).into_iter().next() else { return Vec::new() };
        if let Some(found) = admin::outside(endpoint) {
            return found;
        }
        vec![ObjectAccess {
            methods: Vec::new(),
            model: "?".to_owned(),
            bound: Bound::Unknown,
            name: format!("what fetches by `{key}` is not in the tree"),
            code: endpoint.route_span,
            place: (endpoint.route_file, endpoint.route_span),
        }]
    }
}

/// Rows of which the same is said for several methods, once; without methods where that is all of them.
fn joined(found: Vec<ObjectAccess>, endpoint: &Endpoint) -> Vec<ObjectAccess> {
    let mut all: Vec<ObjectAccess> = Vec::new();
    for one in found {
        let same = |known: &&mut ObjectAccess| {
            (&known.model, known.bound, &known.name, known.place)
                == (&one.model, one.bound, &one.name, one.place)
        };
        match all.iter_mut().find(same) {
            Some(known) => {
                for method in one.methods {
                    if !known.methods.contains(&method) {
                        known.methods.push(method);
                    }
                }
            }
            None => all.push(one),
        }
    }
    for one in &mut all {
        if endpoint.methods.iter().all(|method| one.methods.contains(method)) {
            one.methods.clear();
        }
    }
    all
}

/// The arguments of a route, `pk` of `/orders/<int:pk>/` and of `(?P<pk>[0-9]+)`.
pub(crate) fn arguments(route: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = route;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(end) = rest.find('>') else { break };
        let inside = &rest[..end];
        let name = inside.rsplit(':').next().unwrap_or(inside);
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_name(name) && !found.contains(&name) {
            found.push(name);
        }
        rest = &rest[end + 1..];
    }
    found
}

/// Those of them by which rows are named, as they are called.
fn keys(route: &str) -> Vec<&str> {
    let is_key = |name: &&str| {
        matches!(*name, "pk" | "id" | "uuid" | "slug" | "uid" | "guid")
            || ["_pk", "_id", "_uuid", "_slug"].iter().any(|end| name.ends_with(end))
    };
    arguments(route).into_iter().filter(is_key).collect()
}
