//! One project as Python would see it: which file a module is, what a name refers to, who inherits
//! from whom, and what a call reaches.
//!
//! [`Project::link`] takes the value graphs of all files. Nothing is imported or run, and nothing
//! outside the tree is read: what is known of other packages comes from the models, by dotted name.
//! This crate knows no framework and no security.

mod annotations;
mod calls;
mod definition;
mod entity;
mod free;
mod hierarchy;
mod index;
mod meet;
mod members;
mod memo;
mod modules;
mod names;
mod project;
mod python;
mod resolve;
mod symbol;
mod types;

pub use calls::{Call, Callee};
pub use entity::{ClassRef, Entity, FileId, Member, ModuleId, Resolved, Unknown};
pub use hierarchy::{ClassMember, Inherits, Mro};
pub use names::{Lookup, Target};
pub use project::{Project, ProjectFile};
pub use symbol::Symbol;
