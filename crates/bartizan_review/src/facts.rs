//! What is known of one version of a project, without its code: enough to be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bartizan_base::FilePath;
use bartizan_django::endpoints::Reach;
use bartizan_match::Marks;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::deeds::Deed;
use crate::formula::Formula;
use crate::outcomes::Outcome;
use crate::scope::Query;

/// A place: a file, and the first and the last line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: FilePath,
    /// The first line.
    pub line: u32,
    /// The last line.
    pub end: u32,
}

/// One version of a project.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What it answers to.
    pub endpoints: Vec<EndpointFacts>,
    /// Views that edits reach, and to which no route leads that could be followed: by their names.
    pub views: Vec<EndpointFacts>,
    /// How many endpoints there are, and views to which no route leads, reached by an edit or not.
    pub count: usize,
    /// What it runs with, in each environment that visitors reach.
    pub environments: Vec<EnvironmentFacts>,
    /// Names that its code binds.
    pub names: FxHashSet<String>,
    /// Parts of the surface that could not be followed.
    pub unresolved: usize,
    /// Permissions that it decides by predicates, and when each is granted.
    pub granted: BTreeMap<String, Formula>,
    /// The files of its settings: what they ask of visitors holds for the whole site.
    pub settings: BTreeSet<FilePath>,
}

/// Whether a request must prove that it comes from the site itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsrfState {
    /// It must.
    Checked,
    /// Nobody is known by what a browser sends along unasked.
    NotNeeded,
    /// The view is exempt.
    Exempt,
    /// Nothing asks.
    Off,
    /// Not known.
    Unknown,
}

impl CsrfState {
    /// The word for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::NotNeeded => "not needed",
            Self::Exempt => "exempt",
            Self::Off => "not checked",
            Self::Unknown => "unknown",
        }
    }
}

/// How a view is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// A function.
    Function,
    /// A class.
    Class,
    /// An admin class.
    Admin,
    /// Not in the tree, or not followed.
    Outside,
}

/// A route, and what its view asks and does.
#[derive(Clone, Debug)]
pub struct EndpointFacts {
    /// As Django prints it; where none leads to the view, its dotted name.
    pub route: String,
    /// The dotted name of the view.
    pub view: String,
    /// How it is written.
    pub kind: ViewKind,
    /// The methods that it answers to; empty where every method is answered alike.
    pub methods: Vec<&'static str>,
    /// Where the view is defined, else where the route is.
    pub place: Place,
    /// Where the route is written.
    pub route_place: Place,
    /// Whether a request must prove that it comes from the site itself.
    pub csrf: CsrfState,
    /// Method by method; where every method is answered alike, as if they were `GET` and `POST`.
    pub by_method: Vec<MethodFacts>,
    /// What it is known by in another version.
    pub marks: Marks,
    /// Code that decides about it.
    pub evidence: Vec<Place>,
}

/// What a view asks and does for one method.
#[derive(Clone, Debug)]
pub struct MethodFacts {
    /// The method.
    pub method: &'static str,
    /// Who gets through.
    pub access: Formula,
    /// Who gets through what the view itself asks.
    pub own: Formula,
    /// Which rows it fetches.
    pub queries: Vec<Query>,
    /// Of rows that are fetched only where more is asked on the way: which the query itself chooses.
    pub by_itself: Vec<(Query, Formula)>,
    /// Fields that the visitor may set.
    pub writable: BTreeMap<String, Place>,
    /// Fields that he is shown.
    pub readable: BTreeMap<String, Place>,
    /// What an API knows him by; `None` where it is none, or that is not known.
    pub authentication: Option<BTreeSet<String>>,
    /// Whom the project's own classes among these do not turn away.
    pub known: Formula,
    /// What is done for some of those who ask, and for whom.
    pub deeds: Vec<Deed>,
    /// Who gets through what stands around the view: what it asks in its own code is told with what
    /// comes of it.
    pub around: Formula,
    /// Who may ask as the surface tells it, which reads guards in a way of its own; `None` where it does
    /// not tell.
    pub reach: Option<Reach>,
    /// What comes of a request, and for whom.
    pub outcomes: Vec<Outcome>,
    /// Limits on how often he may ask.
    pub throttles: BTreeSet<String>,
    /// Where what is asked is asked.
    pub places: FxHashMap<Arc<str>, Place>,
    /// What is asked where a function that asks much is told by its name.
    pub named: FxHashMap<Arc<str>, Formula>,
    /// Whether there was more code than is read for one method: how far that went, an edit anywhere may
    /// change.
    pub is_partial: bool,
}

/// The settings of one environment.
#[derive(Clone, Debug)]
pub struct EnvironmentFacts {
    /// Its name.
    pub name: String,
    /// Its settings module.
    pub module: String,
    /// The variable that is taken to be set, where code asks for its value: `ENV=staging`.
    pub given: Option<String>,
    /// The settings, by name.
    pub settings: BTreeMap<String, Value>,
}

/// What a setting is worth.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value.
    pub plain: Plain,
    /// As a person reads it, secrets hidden.
    pub shown: String,
    /// Where that is decided; `None` where Django decides.
    pub place: Option<Place>,
    /// The texts that are written there, where nobody knows what comes of them.
    pub written: Vec<String>,
    /// Whether this holds where the environment of the process says nothing else.
    pub is_default: bool,
}

/// Where it stands, and how it is written, is no difference.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        (&self.plain, &self.written, self.is_default)
            == (&other.plain, &other.written, other.is_default)
    }
}

/// A value without its code.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list, tuple or set, and whether that is all of it.
    List(Vec<Value>, bool),
    /// A dict, and whether that is all of it.
    Map(Vec<(String, Value)>, bool),
    /// One of several, by conditions that the text does not decide.
    Choice(Vec<Value>),
    /// Something by its name, and what it is made with.
    Named(String, Vec<Value>),
    /// Read from the environment of the process, without a value of its own.
    Environment,
    /// Not known.
    Unknown,
}

impl Plain {
    /// Whether nothing of it is left open.
    pub fn is_known(&self) -> bool {
        match self {
            Self::None | Self::Bool(_) | Self::Number(_) | Self::Text(_) => true,
            Self::List(items, is_all) => *is_all && items.iter().all(|item| item.plain.is_known()),
            Self::Map(entries, is_all) => {
                *is_all && entries.iter().all(|(_, item)| item.plain.is_known())
            }
            Self::Named(_, parts) => parts.iter().all(|part| part.plain.is_known()),
            Self::Choice(_) | Self::Environment | Self::Unknown => false,
        }
    }
}
