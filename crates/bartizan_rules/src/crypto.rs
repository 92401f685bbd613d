//! Hashes, certificates, protected connections.

pub mod tls_verification_off;
pub mod weak_hash;
