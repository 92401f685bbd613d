//! The records that come with the program.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::advisories::Advisories;

/// Written by the chore `advisories build`, whose own digest a test compares.
static SNAPSHOT: &[u8] = include_bytes!("../data/snapshot.bin");

/// The advisories that were known when this version was made. Nothing is read before it is asked.
pub fn builtin() -> &'static Advisories {
    static BUILTIN: OnceLock<Advisories> = OnceLock::new();
    BUILTIN.get_or_init(|| {
        Advisories::trusted(Cow::Borrowed(SNAPSHOT)).expect("a test opens the built-in snapshot")
    })
}
