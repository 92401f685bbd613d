//! Service denied.

pub mod request_without_timeout;
