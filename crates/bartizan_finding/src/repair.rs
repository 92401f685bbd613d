//! Repairs that a tool can make: edits of which nothing has to be guessed.

use crate::Place;

/// A repair of what a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What it does, in the imperative and without a final stop.
    pub title: String,
    /// Whether it may be made unseen.
    pub safety: Safety,
    /// The edits, which belong together: all are made, or none. They do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a repair may be made without a person who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// It changes nothing but what the finding is about.
    Safe,
    /// It may change more: what a developer sees, or what the site can do.
    Unsafe,
}

impl Safety {
    /// The word, as formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// Text in the place of other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes away; empty where text is only added.
    pub place: Place,
    /// What comes there.
    pub text: String,
}
