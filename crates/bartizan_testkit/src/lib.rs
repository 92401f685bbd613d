//! For tests alone: projects in memory, and the runner of rule pages.
//!
//! A page is documentation and test at once. [`page::Page`] takes it apart, [`spec::check`] runs its
//! examples through the real pipeline and compares, and [`crossfire`] says what other rules have to
//! say about them.

pub mod crossfire;
pub mod memory;
pub mod page;
pub mod spec;
