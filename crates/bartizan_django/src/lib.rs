//! What Django would see in a project, without running any of it.

pub mod effects;
pub mod endpoints;
pub mod exposure;
pub mod objects;
pub mod registries;
pub mod settings;
pub mod views;
