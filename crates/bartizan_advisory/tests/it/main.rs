//! What advisories answer: against an independent oracle, from the built-in snapshot, from files.
#![allow(clippy::unwrap_used, reason = "a test that finds no record where it put one has failed")]

mod advisory;
mod oracle;
mod snapshot;
mod store;
