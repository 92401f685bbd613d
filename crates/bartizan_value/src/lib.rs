//! The one evaluator of values: what an expression is worth, as far as the text of the project tells.
//!
//! Nothing is imported and nothing is run. Evaluation follows the value graph of each file, through
//! names, loops, calls of the project's own functions and other modules, on fuel and within bounds.
//! What it says is exact: a [`Constant`] is what Python computes, and what is not known says why.
//! This crate knows no framework and no security.

mod analysis;
mod asked_names;
mod attributes;
mod builtins;
mod calls;
mod captures;
mod display;
mod domain;
mod enumerations;
mod environment;
mod evaluator;
mod exceptions;
mod external;
mod file_paths;
mod file_texts;
mod files;
mod format;
mod generators;
mod handed;
mod held_by_layers;
mod imports;
mod libraries;
mod literals;
mod loops;
mod meddling;
mod methods;
mod mutate;
mod names;
mod namespaces;
mod node;
mod operators;
mod outside;
mod parts;
mod paths;
mod patterns;
mod reason;
mod rounds;
mod session;
mod sorting;
mod special_methods;
mod standard;
mod text;
mod versions;
mod world;
mod written;

pub use analysis::operands;
pub use bartizan_project::FileId;
pub use domain::{
    Abstract, Alternative, Apply, Cast, Choice, Closure, CodeRun, Condition, Constant, Env,
    Evaluated, Map, Part, Seq, SeqKind, Site, Symbol, Text,
};
pub use environment::{Purpose, Variables};
pub use evaluator::{Evaluator, Questions};
pub use files::Files;
pub use outside::{Given, Outside};
pub use reason::Reason;
pub use rounds::Rounds;
