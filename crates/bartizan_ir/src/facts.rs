//! What a file says beside its code.

use bartizan_finding::Suppression;

/// Facts of one file that are no values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileFacts {
    /// Comments that silence rules, in order.
    pub suppressions: Vec<Suppression>,
    /// Number of lines.
    pub lines: u32,
    /// Whether the file is a stub (`.pyi`).
    pub is_stub: bool,
}
