//! What is wrong with a configuration, where, and what to write instead.

use std::fmt;

use bartizan_base::Span;

/// One mistake in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as it is shown to people.
    pub path: String,
    /// The piece of its text that a person would change.
    pub span: Span,
    /// What is wrong, without a final stop.
    pub message: String,
    /// A phrase to stand under the marked text; empty where the message says it all.
    pub label: String,
    /// What to write instead, where that can be said.
    pub hint: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for ConfigError {}
