//! Files, and data that becomes objects.

pub mod archive_unpacked_anywhere;
pub mod bidirectional_text;
pub mod hazardous_import;
pub mod insecure_temp_file;
pub mod path_compared_by_prefix;
pub mod permissive_file_mode;
pub mod predictable_temp_path;
pub mod unpinned_model;
pub mod unsafe_deserialization;
pub mod xml_with_entities;
