//! The kinds: what rules and the engine ask of a call, an argument, a decorator.
//!
//! They are listed in `models/kinds.toml`; the constants below are written from it by a test.

use std::fmt;

pub use crate::kinds::*;

/// One kind, such as [`SQL_TEXT`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(pub(crate) u8);

/// What a kind is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// An argument of a call.
    Argument,
    /// A call, or its result.
    Call,
    /// What a decorator decorates.
    Decorator,
    /// A value, such as an attribute.
    Value,
}

/// A row of the table of kinds.
pub(crate) struct Row {
    pub name: &'static str,
    pub of: &'static [Of],
    pub means: &'static str,
}

impl Kind {
    /// The kind with this name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().position(|row| row.name == name).map(|at| Self(at as u8))
    }

    /// All kinds, as `models/kinds.toml` orders them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len()).map(|at| Self(at as u8))
    }

    /// The name, as model files write it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What the kind is said of.
    pub fn of(self) -> &'static [Of] {
        self.row().of
    }

    /// What it means, in one sentence.
    pub fn means(self) -> &'static str {
        self.row().means
    }

    fn row(self) -> &'static Row {
        &TABLE[usize::from(self.0)]
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Of {
    /// What it is, in a sentence.
    pub(crate) fn phrase(self) -> &'static str {
        match self {
            Self::Argument => "an argument",
            Self::Call => "a call",
            Self::Decorator => "what a decorator adds",
            Self::Value => "a value",
        }
    }
}
