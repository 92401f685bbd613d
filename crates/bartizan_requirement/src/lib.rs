//! Versions, specifiers, markers, and every manifest and lock that a Django project can have.
//!
//! Bytes come in, values go out: nothing is installed, resolved or run. What cannot be read is a
//! problem beside the result, and the rest goes on.

mod dependency;
pub mod formats;
pub mod index;
mod inventory;
mod lock;
mod manifest;
mod marker;
mod name;
mod node;
mod pip_config;
mod requirement;
mod source;
mod specifiers;
mod text;
mod url;

pub use formats::Read;
pub use inventory::{Inventory, Way, discover, discover_among};
pub use lock::{Edge, Lock, LockFormat, LockedPackage, Relation, Ways};
pub use manifest::{Include, Located, Manifest, ManifestFormat, NamedIndex, Options};
pub use marker::Marker;
pub use name::PackageName;
pub use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};
pub use pep508_rs::{MarkerEnvironment, MarkerEnvironmentBuilder, MarkerTree};
pub use pip_config::PipConfig;
pub use requirement::{Group, Requirement, RequirementKind, UnnamedRequirement};
pub use source::{Address, ArchiveHash, Source, Vcs, VcsKind};
pub use specifiers::Specifiers;
