//! A model file that does not read as one.

use std::fmt;

use bartizan_base::{LineColumn, LineIndex, Span};

/// What is wrong in which file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// The file, as the caller named it.
    pub path: String,
    /// The place in it.
    pub at: LineColumn,
    /// The narrowest text that is wrong.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.at.line, self.at.column, self.message)
    }
}

impl std::error::Error for ModelError {}

/// A complaint that does not know its file yet.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub span: std::ops::Range<usize>,
    pub message: String,
}

impl Complaint {
    pub(crate) fn new(span: std::ops::Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    /// The error for the file at `path` with this `text`.
    pub(crate) fn in_file(self, path: &str, text: &str) -> ModelError {
        let offset = |at: usize| u32::try_from(at.min(text.len())).unwrap_or(u32::MAX);
        let start = offset(self.span.start);
        let span = Span::new(start, offset(self.span.end).max(start));
        // The parser reports the end of a file as the place behind its last byte, which may be the
        // middle of nothing; a character boundary keeps the column countable.
        let mut at = start as usize;
        while at > 0 && !text.is_char_boundary(at) {
            at -= 1;
        }
        let at = LineIndex::new(text).line_column(text, at as u32);
        ModelError { path: path.to_owned(), at, span, message: self.message }
    }
}
