//! Hashes, certificates, protected connections.

pub mod cleartext_protocol;
pub mod cleartext_url;
pub mod credential_logged;
pub mod hardcoded_password;
pub mod jwt_not_verified;
pub mod predictable_random;
pub mod secret_compared_with_equals;
pub mod short_key;
pub mod signing_key_in_code;
pub mod tls_verification_off;
pub mod unencrypted_snmp;
pub mod unknown_host_accepted;
pub mod weak_cipher;
pub mod weak_hash;
pub mod weak_tls_version;
