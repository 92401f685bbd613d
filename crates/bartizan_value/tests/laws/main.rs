//! What holds of every value of every module, however it is asked for.
#![allow(clippy::unwrap_used, reason = "a module that cannot be read has failed the test")]

mod fuel;
#[allow(dead_code, reason = "the other test that shares it uses it all")]
#[path = "../differential/generator.rs"]
mod generator;
mod order;
mod reasons;
mod undecided;
mod values;
