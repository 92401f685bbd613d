//! The text of one file with the places in it, however it was encoded or escaped.

use bartizan_base::{FilePath, LineColumn, Problem, ProblemKind, Span};
use bartizan_finding::Place;

/// No manifest or lock that people work with comes near.
const LARGEST: usize = 64 * 1024 * 1024;

/// So many bytes of one line are counted at most to find a column.
const STRIDE: usize = 1024;

/// The decoded text of one file. All spans count bytes of this text, without a byte order mark.
pub(crate) struct SourceText {
    pub(crate) path: FilePath,
    pub(crate) text: String,
    /// Where a line begins, and every so often inside a long one: a bill of materials may be one
    /// line of many megabytes, and its columns are asked for thousands of times.
    marks: Vec<Mark>,
}

struct Mark {
    offset: u32,
    at: LineColumn,
}

impl SourceText {
    /// Decodes `bytes`, which were read from `path`. The problem says what is lost, if anything.
    pub(crate) fn decode(path: &FilePath, bytes: &[u8]) -> (Self, Option<Problem>) {
        let too_large = bytes.len() > LARGEST;
        let (text, wrong) = match too_large {
            true => (String::new(), None),
            false => decode(bytes),
        };
        let source = Self::of(path, text);
        let problem = match wrong {
            _ if too_large => Some(Problem {
                path: path.clone(),
                at: None,
                kind: ProblemKind::TooLarge,
                message: format!("{} MB is more than is read of one file", bytes.len() / 1_000_000),
            }),
            Some(message) => {
                Some(Problem { path: path.clone(), at: None, kind: ProblemKind::Encoding, message })
            }
            None => None,
        };
        (source, problem)
    }

    /// Text that was decoded elsewhere.
    pub(crate) fn of(path: &FilePath, text: String) -> Self {
        Self { path: path.clone(), marks: marks(&text), text }
    }

    /// The place of `span`.
    pub(crate) fn place(&self, span: Span) -> Place {
        let (start, end) = (self.line_column(span.start), self.line_column(span.end));
        Place { path: self.path.clone(), start, end, span }
    }

    /// A problem of the file's grammar at `offset`.
    pub(crate) fn problem(&self, offset: u32, message: impl Into<String>) -> Problem {
        self.problem_of(ProblemKind::Syntax, offset, message)
    }

    /// A problem of `kind` at `offset`.
    pub(crate) fn problem_of(
        &self,
        kind: ProblemKind,
        offset: u32,
        message: impl Into<String>,
    ) -> Problem {
        let at = Some(self.line_column(offset));
        Problem { path: self.path.clone(), at, kind, message: message.into() }
    }

    fn line_column(&self, offset: u32) -> LineColumn {
        let after = self.marks.partition_point(|mark| mark.offset <= offset);
        let mark = &self.marks[after.saturating_sub(1)];
        let before = self.text.get(mark.offset as usize..offset as usize).unwrap_or("");
        let LineColumn { line, column } = mark.at;
        LineColumn { line, column: column + before.chars().count() as u32 }
    }

    /// The lines with their offsets, without line breaks: `\n`, `\r\n` or a lone `\r`.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        lines(&self.text)
    }
}

/// The lines of `text` with their offsets, without line breaks.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let rest = &text[start..];
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let both = rest[end..].starts_with("\r\n");
        at = start + end + if both { 2 } else { 1 };
        Some((start, &rest[..end]))
    })
}

fn marks(text: &str) -> Vec<Mark> {
    let mut marks = vec![Mark { offset: 0, at: LineColumn { line: 1, column: 1 } }];
    let mut line = 0;
    for (start, content) in lines(text) {
        line += 1;
        let (mut column, mut from) = (1u32, 0);
        if line > 1 {
            marks.push(Mark { offset: start as u32, at: LineColumn { line, column } });
        }
        while content.len() - from > STRIDE {
            let mut to = from + STRIDE;
            while !content.is_char_boundary(to) {
                to += 1;
            }
            column += content[from..to].chars().count() as u32;
            from = to;
            marks.push(Mark { offset: (start + from) as u32, at: LineColumn { line, column } });
        }
    }
    marks
}

/// As pip does it: a byte order mark, a declaration in one of the first two lines, UTF-8.
fn decode(bytes: &[u8]) -> (String, Option<String>) {
    let with = |encoding: &'static encoding_rs::Encoding, bytes: &[u8]| {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes);
        let problem = wrong.then(|| format!("not valid {}", encoding.name()));
        (text.into_owned(), problem)
    };
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return with(encoding, &bytes[mark..]);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
    let declared = lines(&head).take(2).find_map(|(_, line)| {
        let comment = line.trim_start().strip_prefix('#')?;
        let (_, value) = comment.split_once("coding")?;
        let value = value.strip_prefix([':', '='])?.trim_start();
        let end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        // Python's `latin-1` and `utf_8` are `latin1` and `utf8` to the Web.
        let label = value.split(end).next()?;
        encoding_rs::Encoding::for_label(label.as_bytes())
            .or_else(|| encoding_rs::Encoding::for_label(label.replace(['-', '_'], "").as_bytes()))
    });
    match declared {
        Some(encoding) => with(encoding, bytes),
        None => {
            let problem = "not valid UTF-8, and no encoding is declared".to_owned();
            (with(encoding_rs::WINDOWS_1252, bytes).0, Some(problem))
        }
    }
}

/// From offsets in a text that was put together (joined lines, resolved escapes) to the file's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offsets {
    /// Where a stretch begins here, and where in the file. Sorted.
    stretches: Vec<(u32, u32)>,
}

impl Offsets {
    /// One stretch that begins at `start` in the file.
    pub(crate) fn from(start: u32) -> Self {
        Self { stretches: vec![(0, start)] }
    }

    /// From `here` on, the text is that of the file from `there` on.
    pub(crate) fn push(&mut self, here: usize, there: usize) {
        self.stretches.push((here as u32, there as u32));
    }

    /// The offset in the file of `here`.
    pub(crate) fn start(&self, here: usize) -> u32 {
        let after = self.stretches.partition_point(|(start, _)| *start as usize <= here);
        self.shifted(after, here)
    }

    /// The offset in the file behind what ends at `here`.
    fn end(&self, here: usize) -> u32 {
        let after = self.stretches.partition_point(|(start, _)| (*start as usize) < here);
        self.shifted(after, here)
    }

    fn shifted(&self, after: usize, here: usize) -> u32 {
        match after.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some((start, there)) => there + (here as u32 - start),
            None => 0,
        }
    }

    /// The span in the file of `range`.
    pub(crate) fn span(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.start(range.start);
        Span::new(start, self.end(range.end).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, bool) {
        let path = FilePath::new("requirements.txt").unwrap();
        let (source, problem) = SourceText::decode(&path, bytes);
        (source.text, problem.is_some())
    }

    #[test]
    fn encodings_as_editors_leave_them() {
        assert_eq!(decoded(b"\xef\xbb\xbfdjango"), ("django".into(), false));
        assert_eq!(decoded(b"\xff\xfed\0j\0"), ("dj".into(), false));
        assert_eq!(decoded(b"# -*- coding: latin-1 -*-\n# caf\xe9"), {
            ("# -*- coding: latin-1 -*-\n# café".into(), false)
        });
        assert_eq!(decoded(b"# caf\xe9"), ("# café".into(), true));
    }

    #[test]
    fn columns_of_a_long_line() {
        let line = "ä".repeat(5_000);
        let path = FilePath::new("bom.json").unwrap();
        let (source, _) = SourceText::decode(&path, format!("x\r\n{line}\r\ny").as_bytes());
        let at = |offset| source.place(Span::at(offset)).start;
        assert_eq!(at(3 + 2 * 4_321), LineColumn { line: 2, column: 4_322 });
        assert_eq!(at(10_005), LineColumn { line: 3, column: 1 });
    }

    #[test]
    fn joined_lines_lead_back_to_the_file() {
        // `ab\` + newline + `cd` is read as `abcd`.
        let mut offsets = Offsets::from(10);
        offsets.push(2, 14);
        assert_eq!(offsets.span(0..2), Span::new(10, 12));
        assert_eq!(offsets.span(1..3), Span::new(11, 15));
        assert_eq!(offsets.span(2..4), Span::new(14, 16));
    }
}
