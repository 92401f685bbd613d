//! Published advisories: what they say of a version of a package, and where that is known from.
//!
//! This crate knows nothing of lock formats, files or findings. Bytes come in, a question is a name
//! and a version, and the answer is every advisory that affects it.

mod advisories;
mod affected;
mod attacks;
mod builtin;
mod merge;
mod name;
mod osv;
mod severity;
mod source;
mod store;
pub mod support;
mod synced;
mod version;
mod zip;

pub use advisories::{Advisories, Exploited, Matches, Origin, Package, Record, Text};
pub use affected::Event;
pub use attacks::{Chances, catalogue, chances};
pub use builtin::builtin;
pub use merge::{Advisory, merge};
pub use name::normalized;
pub use osv::{Affected, OsvRecord, Reference};
pub use severity::{base_score, severity_of_score};
pub use source::{Read, read_file};
pub use store::{Damage, Packer, write};
pub use synced::{Synced, SyncedFrom, open, pack, seal};
pub use version::Installed;
