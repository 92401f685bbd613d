//! What a change does to who may reach what.
//!
//! [`Facts::of`] asks one version of a project what it answers to and who gets through, in words that
//! stay the same when the code is moved, renamed or written otherwise. [`compare`] tells what a second
//! version changes, and which edited line explains it.

mod actions;
mod admin;
mod admin_pages;
mod among;
mod authentication;
mod backends;
mod blocks;
mod change;
mod choices;
mod chosen;
mod compare;
mod compared;
mod conditions;
mod deeds;
mod each;
mod edits;
mod environment;
mod extract;
mod facts;
mod fields;
mod formula;
mod guards;
mod handed;
mod kept;
mod lookups;
mod mixins;
mod models;
mod named_models;
mod outcomes;
mod own;
mod permissions;
mod permitted;
mod predicates;
mod rate;
mod reached;
mod reader;
mod refusals;
mod routed;
mod rows;
mod said;
mod scope;
mod settings;
mod site;
mod stacked;
mod stored;
mod taken;
mod target;
mod texts;
mod throttles;
mod unrouted;
mod uses;
mod validated;
mod view;
mod walk;
mod words;

pub use change::{Change, Kind, Weight};
pub use compare::compare;
pub use deeds::{Deed, DeedKind};
pub use edits::Edits;
pub use extract::{Compared, Outline, Version};
pub use facts::{
    CsrfState, EndpointFacts, EnvironmentFacts, Facts, MethodFacts, Place, Plain, Value, ViewKind,
};
pub use formula::Formula;
pub use outcomes::Outcome;
pub use scope::Query;
pub use settings::is_setting;
