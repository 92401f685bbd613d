//! The words under everything: where text lies, what a tree of files is, and what could not be read.
//!
//! This crate knows nothing of security and nothing of Python.

mod coverage;
mod index;
mod line_index;
mod path;
mod problem;
mod span;
mod strings;
mod tree;

pub use coverage::{Coverage, Reads, Skipped};
pub use line_index::{LineColumn, LineIndex};
pub use path::FilePath;
pub use problem::{Problem, ProblemKind};
pub use span::Span;
pub use strings::{Strings, Sym};
pub use tree::{Entry, FileKind, Listing, MemoryTree, ReadError, Tree};
