//! Trees of files that live outside memory: what they list, what they leave out and why.
//!
//! This is an edge. It alone knows of folders, links and permissions; whoever takes a
//! [`bartizan_base::Tree`] never learns that there is a disk.
#![allow(clippy::disallowed_methods, reason = "this edge is where the disk is read")]

mod disk;
mod git;
mod ignored;
mod left_out;
mod link;
mod read;
mod revision;
mod walk;

pub use disk::{DiskTree, OpenError};
pub use revision::{GitError, GitTree, merge_base};
