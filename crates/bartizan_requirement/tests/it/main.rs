//! What Bartizan reads of every manifest and lock.
#![allow(clippy::unwrap_used, reason = "a test that cannot get its value has failed")]
#![allow(clippy::disallowed_methods, reason = "fixtures lie on the disk")]

mod fixtures;
mod formats;
mod laws;
mod requirements;
mod shown;
