//! Endpoints as they are shown: places as files and lines.

use bartizan_base::{FilePath, Problem};

use crate::objects::Bound;

/// The surface of a project.
#[derive(Debug, Default)]
pub struct SurfaceTable {
    /// The settings module that leads to it, with the name of its environment; `None` where no
    /// settings were found.
    pub settings: Option<(String, String)>,
    /// The endpoints, in Django's order; one row for each set of methods that is guarded alike.
    pub rows: Vec<Row>,
    /// How many rows there are, before any were left out.
    pub count: usize,
    /// What could not be followed.
    pub unresolved: Vec<Missing>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Some methods of an endpoint.
#[derive(Clone, Debug)]
pub struct Row {
    /// As Django prints it, from the root.
    pub route: String,
    /// Its name.
    pub name: Option<String>,
    /// The methods; empty where all are answered alike.
    pub methods: Vec<&'static str>,
    /// The dotted name of the view.
    pub view: String,
    /// Where the view is defined, else where the route is.
    pub path: FilePath,
    /// The line there.
    pub line: u32,
    /// Where the route is written.
    pub route_place: (FilePath, u32),
    /// Who may ask: `anonymous`, `login`, `permission`, `staff`, `unknown`.
    pub reach: &'static str,
    /// What decides, in the order in which it runs: name, and where it stands.
    pub guards: Vec<(String, Option<(FilePath, u32)>)>,
    /// `yes`, `exempt`, `session`, `no`, `unknown`.
    pub csrf: &'static str,
    /// Whether somebody who asks too often is stopped: `yes`, `no`, `unknown`.
    pub throttle: &'static str,
    /// The rows that it fetches by what the visitor names.
    pub objects: Vec<Object>,
    /// Names of models that it changes, `?` for what is not known.
    pub writes: Vec<String>,
}

/// A row that is fetched by what the visitor names, and what keeps those of others from him.
#[derive(Clone, Debug)]
pub struct Object {
    /// The methods of the row of the table for which it is; empty for all of them.
    pub methods: Vec<&'static str>,
    /// The model, `?` where it is not known.
    pub model: String,
    /// `none`, `unknown`, `secret`, `scoped`, `checked`.
    pub bound: Bound,
    /// The condition, the question, the name of the permission; why it is not known.
    pub by: String,
    /// Where that is decided.
    pub path: FilePath,
    /// The line there.
    pub line: u32,
}

impl Row {
    /// Whether it may change anything.
    pub fn is_write(&self) -> bool {
        !self.writes.is_empty()
    }

    /// What binds its rows to the visitor: of several, the one that is bound the least.
    pub fn bound(&self) -> Option<Bound> {
        self.objects.iter().map(|object| object.bound).min()
    }
}

/// Routes that could not be followed.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Where they would lie.
    pub route: String,
    /// Why not.
    pub why: String,
    /// Where that is written.
    pub path: FilePath,
    /// The line there.
    pub line: u32,
}
