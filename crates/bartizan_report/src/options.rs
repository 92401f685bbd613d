//! What the edge knows of the terminal and the reader's wish, passed in as a value.

use std::time::Duration;

use crate::look::Look;

/// How the screens are drawn. The edge decides; nothing here asks a terminal or a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether severity and the marked code are coloured. Every meaning is also a word.
    pub color: bool,
    /// Columns to fill; less than 40 counts as 40.
    pub width: usize,
    /// Whether frames are drawn with ASCII alone.
    pub ascii: bool,
    /// How long the scan took, where the summary should say it.
    pub elapsed: Option<Duration>,
    /// A table of rules and their counts instead of the findings.
    pub statistics: bool,
    /// Every problem listed above the summary.
    pub problems: bool,
    /// One line a finding and nothing else, for `grep` and editors.
    pub quiet: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            ascii: false,
            elapsed: None,
            statistics: false,
            problems: false,
            quiet: false,
        }
    }
}

impl Options {
    pub(crate) fn look(&self) -> Look {
        Look::new(self.color, self.width, self.ascii)
    }
}
