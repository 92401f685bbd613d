//! What is wrong with the packages of a project, for people and for the tools that they have.

mod advisories;
mod cyclonedx;
mod openvex;
mod outdated;
mod outdated_json;
mod pip_audit;
mod screen;
mod tree;

pub use advisories::{show, status};
pub use cyclonedx::cyclonedx;
pub use openvex::openvex;
pub use outdated::outdated;
pub use outdated_json::{outdated_json, outdated_schema};
pub use pip_audit::{
    columns as pip_audit_columns, json as pip_audit_json, summary as pip_audit_summary,
};
pub(crate) use screen::stale;
pub use screen::{Screen, render};
pub use tree::{tree, why};
