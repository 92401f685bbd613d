//! Physical lines joined to logical ones, with comments set apart, as pip joins them.

use std::ops::Range;

use crate::text::{Offsets, SourceText};

/// One logical line.
pub(super) struct Line {
    /// Its text with continuations joined, comment included.
    pub(super) text: String,
    /// What is not indentation or comment; empty for a line of comment or nothing.
    pub(super) body: Range<usize>,
    /// The comment without its `#`.
    pub(super) comment: Option<Range<usize>>,
    /// Back to the file.
    pub(super) offsets: Offsets,
}

impl Line {
    /// A line that is known to be whole.
    pub(super) fn whole(text: String, offsets: Offsets) -> Self {
        let comment_at = comment_start(&text);
        let before = &text[..comment_at.unwrap_or(text.len())];
        let start = before.len() - before.trim_start().len();
        let end = before.trim_end().len().max(start);
        let comment = comment_at.map(|at| at + 1..text.len());
        Self { body: start..end, comment, text, offsets }
    }

    /// The comment's text, trimmed.
    pub(super) fn comment(&self) -> Option<&str> {
        self.comment.clone().map(|range| self.text[range].trim())
    }

    /// Whether nothing but a comment, or nothing at all, stands here.
    pub(super) fn is_bare(&self) -> bool {
        self.body.is_empty()
    }
}

/// A `#` opens a comment at the start of a line or behind a blank.
fn comment_start(text: &str) -> Option<usize> {
    let blank_before = |at: usize| at == 0 || text[..at].ends_with(char::is_whitespace);
    memchr::memchr_iter(b'#', text.as_bytes()).find(|at| blank_before(*at))
}

/// Joins lines that end in `\`. A line of comment ends a continuation and is kept apart: pip takes
/// what it has joined so far as one line, and drops the comment.
pub(super) fn logical_lines(source: &SourceText) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut open: Option<(String, Offsets)> = None;
    for (start, text) in source.lines() {
        let is_comment = text.trim_start().starts_with('#');
        if is_comment {
            if let Some((joined, offsets)) = open.take() {
                lines.push(Line::whole(joined, offsets));
            }
            lines.push(Line::whole(text.to_owned(), Offsets::from(start as u32)));
            continue;
        }
        let continues = text.ends_with('\\');
        let part = text.trim_end_matches('\\');
        let (joined, offsets) = match &mut open {
            Some((joined, offsets)) => {
                offsets.push(joined.len(), start);
                joined.push_str(part);
                (joined, offsets)
            }
            None => {
                let (joined, offsets) = open.insert((part.to_owned(), Offsets::from(start as u32)));
                (joined, offsets)
            }
        };
        if !continues {
            let whole = Line::whole(std::mem::take(joined), std::mem::take(offsets));
            lines.push(whole);
            open = None;
        }
    }
    if let Some((joined, offsets)) = open {
        lines.push(Line::whole(joined, offsets));
    }
    lines
}
