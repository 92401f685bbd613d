//! What the project is configured to do.

pub mod hardcoded_secret_key;
mod modules;
