//! What a reader of each format sees, on the result of a believable shop.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod deps;
mod explain;
mod hostile;
mod json;
mod outdated;
mod rules;
mod sarif;
mod schema;
mod shop;
mod text;
