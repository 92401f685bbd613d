//! What expressions are worth: the kinds of values, containers and their changes, names across
//! modules, and the ways in which settings are written.
#![allow(clippy::unwrap_used, reason = "a test whose value is missing has failed")]

mod across;
mod containers;
mod enumerations;
mod functional;
mod kinds;
mod names;
mod namespaces;
mod settings;
mod shop;
