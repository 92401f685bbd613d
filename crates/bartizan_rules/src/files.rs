//! Files, and data that becomes objects.

pub mod insecure_temp_file;
pub mod unsafe_deserialization;
