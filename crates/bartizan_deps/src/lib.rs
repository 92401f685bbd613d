//! What is wrong with the packages of a project, judged from its manifests and locks.
//!
//! An inventory of requirements and a set of advisories come in, and a day; a report goes out.
//! Nothing is installed, resolved, run or fetched.

mod check;
mod ended;
mod finding;
mod ignore;
pub mod outdated;
mod package;
pub mod reach;
pub mod rules;
mod runtime;
mod smell;
mod usage;
mod vulnerable;
mod yanked;

pub use check::{Report, check};
pub use ended::Ended;
pub use finding::Detail;
pub use ignore::{BadList, Ignore, ignores};
pub use package::{Package, Unchecked, Use, packages};
pub use runtime::{Runtime, runtimes};
pub use smell::Smell;
pub use usage::Code;
pub use vulnerable::Vulnerable;
pub use yanked::{Asked, Told, Yanked};
