//! What the project is configured to do.

pub mod debug_in_production;
pub mod debug_server;
pub mod hardcoded_secret_key;
pub mod logging_config_from_socket;
mod modules;
