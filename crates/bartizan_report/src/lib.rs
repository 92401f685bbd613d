//! What a scan found, in the formats that people and machines read: one renderer a format.
//!
//! Every renderer is a pure function from a value to a `String`. Width, colour and the time that
//! passed come in as [`Options`]; the wire types of a format live beside the code that speaks it.
//! This crate knows nothing of how findings are made or kept.

pub mod change;
pub mod deps;
pub mod diagnostic;
pub mod explain;
mod frame;
pub mod ids;
pub mod json;
mod look;
mod number;
mod options;
mod problem;
pub mod rules;
pub mod sarif;
pub mod settings;
pub mod surface;
pub mod text;
mod visible;

pub use json::json_schema;
pub use options::Options;

/// The name under which every format speaks of this tool.
pub const TOOL: &str = "bartizan";

/// The version that every format names.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
