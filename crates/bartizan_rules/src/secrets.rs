//! Credentials in files that many read.

pub mod credential_in_text;
pub mod password_in_url;
pub mod private_key_in_tree;
pub mod provider_key_in_text;
pub mod tracked_env_file;
