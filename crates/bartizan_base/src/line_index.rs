//! From byte offsets to the lines and columns that people read.

use crate::Span;

/// A place as editors count it: both numbers start at 1, the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode characters, from 1.
    pub column: u32,
}

/// Where the lines of one text begin. A line ends at `\n`, at `\r\n`, or at a lone `\r`, as Python
/// reads them.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
        }
        Self { starts }
    }

    /// How many lines there are; a text that ends in a line break has no further, empty line.
    pub fn lines(&self, text: &str) -> u32 {
        let last_is_empty = self.starts.last().is_some_and(|start| *start as usize >= text.len());
        self.starts.len() as u32 - u32::from(last_is_empty)
    }

    /// The line, from 1, that holds `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Line and column of `offset` in the text that was indexed.
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts.get(line.saturating_sub(1) as usize).copied().unwrap_or(0);
        let before = text.get(start as usize..offset as usize).unwrap_or("");
        LineColumn { line, column: before.chars().count() as u32 + 1 }
    }

    /// The span of a line, from 1, without its line break. Empty where there is no such line.
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let Some(start) = self.starts.get(line.wrapping_sub(1) as usize).copied() else {
            return Span::at(text.len() as u32);
        };
        let end = self.starts.get(line as usize).copied().unwrap_or(text.len() as u32);
        let body = text.get(start as usize..end as usize).unwrap_or("");
        Span::new(start, start + body.trim_end_matches(['\n', '\r']).len() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_python_ends_them() {
        let text = "a\nbä\r\nc\rd";
        let index = LineIndex::new(text);
        assert_eq!(index.lines(text), 4);
        let of = |needle: &str| index.line_column(text, text.find(needle).unwrap() as u32);
        assert_eq!(of("a"), LineColumn { line: 1, column: 1 });
        assert_eq!(of("ä"), LineColumn { line: 2, column: 2 });
        assert_eq!(of("c"), LineColumn { line: 3, column: 1 });
        assert_eq!(of("d"), LineColumn { line: 4, column: 1 });
        assert_eq!(index.line_span(text, 2).slice(text), "bä");
        assert_eq!(index.line_span(text, 9).slice(text), "");
    }

    #[test]
    fn a_final_line_break_opens_no_line() {
        assert_eq!(LineIndex::new("a\n").lines("a\n"), 1);
        assert_eq!(LineIndex::new("").lines(""), 0);
    }
}
