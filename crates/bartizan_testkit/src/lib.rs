//! For tests alone: projects in memory, and the runner of rule pages.
