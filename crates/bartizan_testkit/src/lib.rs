//! For tests alone: projects in memory, and the runner of rule pages.
//!
//! A page is documentation and test at once. [`page::Page`] takes it apart, [`spec::check`] runs its
//! examples through the real pipeline and compares, and [`crossfire`] says what other rules have to
//! say about them. [`edits`] makes single edits of a project and asks what each does to its surface.

pub mod crossfire;
pub mod edits;
pub mod memory;
pub mod page;
pub mod spec;
