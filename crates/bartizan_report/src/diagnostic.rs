//! An error for a person to act on: what happened, where in a file of theirs, why, and a hint.

use bartizan_base::{LineIndex, Span};
use bartizan_finding::SourceLine;

use crate::frame::Frame;
use crate::look::Paint;
use crate::options::Options;
use crate::visible::visible;

/// An error as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostic {
    /// What happened, to which thing; no capital, no final stop.
    pub message: String,
    /// The place that is to blame, where there is one.
    pub place: Option<Source>,
    /// What led to it, the nearest first.
    pub causes: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A place in a file whose text is at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The file, as it is shown.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
    /// The piece to mark; a span that does not fit the text marks its end.
    pub span: Span,
    /// A phrase to stand under the marked piece; may be empty.
    pub label: String,
}

/// The error in the look of a finding, for stderr. Ends with a line break.
pub fn render(diagnostic: &Diagnostic, options: &Options) -> String {
    let look = options.look();
    let mut rows =
        vec![format!("{}: {}", look.paint(Paint::Error, "error"), visible(&diagnostic.message))];
    if let Some(source) = &diagnostic.place {
        let index = LineIndex::new(&source.text);
        let end = source.text.len() as u32;
        let at = |offset: u32| index.line_column(&source.text, offset.min(end));
        let (start, end) = (at(source.span.start), at(source.span.end));
        rows.push(format!("  {}:{}:{}", visible(&source.path), start.line, start.column));
        let line = |number| (number, index.line_span(&source.text, number).slice(&source.text));
        let lines: Vec<SourceLine> = (start.line..=end.line)
            .map(line)
            .map(|(number, text)| (number, text.to_owned()))
            .collect();
        let mut frame = Frame::default();
        frame.add_lines(&lines);
        frame.mark(start, end, &source.label, Paint::Error);
        rows.extend(frame.draw(&look));
    }
    rows.extend(diagnostic.causes.iter().map(|cause| format!("  caused by: {}", visible(cause))));
    rows.extend(diagnostic.hint.iter().map(|hint| format!("hint: {}", visible(hint))));
    rows.join("\n") + "\n"
}
