//! The nouns that everything speaks: what a rule is, what a finding is, and how one is known again.
//!
//! This crate knows nothing of how findings are made, kept or shown.

mod finding;
mod fingerprint;
mod level;
mod repair;
mod result;
mod rule;
mod suppression;

pub use finding::{Finding, Note, Place, ReachedBy, RunsAs, SourceLine, Words};
pub use fingerprint::{Fingerprint, Subject};
pub use level::{Confidence, Severity};
pub use repair::{Edit, Repair, Safety};
pub use result::{PackageCheck, Project, ScanResult};
pub use rule::{Alias, Cwe, Family, Peer, Profile, RuleInfo, Status};
pub use suppression::{Date, Suppressed, Suppression, SuppressionForm};
