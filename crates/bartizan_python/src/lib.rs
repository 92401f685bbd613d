//! Python text to value graph and facts, one file at a time.
//!
//! The only crate that names the parser. It knows nothing of other files and nothing of Django.

mod decode;
mod depth;
mod dismantle;
mod lower;
mod scope;
mod shape;
mod suppression;

use bartizan_base::{FilePath, LineIndex, Problem, ProblemKind};
use bartizan_ir::{FileFacts, FileIr};
use ruff_python_ast::PySourceType;

pub use shape::shape;

/// A file, read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The decoded text that all spans count in.
    pub text: String,
    /// What its code means.
    pub ir: FileIr,
    /// What it says beside its code.
    pub facts: FileFacts,
    /// What could not be read; the rest was.
    pub problems: Vec<Problem>,
}

/// Nesting beyond which a syntax tree is not dropped as it is: that takes stack for each level.
const DEEPEST_DROP: u32 = 200;

/// Syntax errors reported for one file; a file of another language has thousands.
const MOST_ERRORS: usize = 3;

/// Reads one file. Never fails: what cannot be read becomes a problem, and what can is returned.
pub fn read(path: &FilePath, bytes: &[u8]) -> Reading {
    // A file that cannot be read still is a module: an empty one.
    let mut reading = Reading { ir: lower::lower("", &[], 0).ir, ..Reading::default() };
    let problem = |kind, message: String| Problem { path: path.clone(), at: None, kind, message };
    match decode::decode(bytes) {
        Ok(text) => reading.text = text,
        Err(message) => {
            reading.problems.push(problem(ProblemKind::Encoding, message));
            return reading;
        }
    }
    let lines = LineIndex::new(&reading.text);
    reading.facts.lines = lines.lines(&reading.text);
    reading.facts.is_stub = path.extension() == "pyi";
    if let Some(offset) = memchr::memchr(0, reading.text.as_bytes()) {
        let at = lines.line_column(&reading.text, offset as u32);
        reading.problems.push(Problem {
            at: Some(at),
            ..problem(
                ProblemKind::Syntax,
                "a NUL character stands here: Python refuses such a file".into(),
            )
        });
        return reading;
    }
    let stack = match depth::stack_for(&reading.text) {
        Ok(stack) => stack,
        Err(message) => {
            reading.problems.push(problem(ProblemKind::TooDeep, message));
            return reading;
        }
    };
    let kind = if reading.facts.is_stub { PySourceType::Stub } else { PySourceType::Python };
    let parsed = stacker::maybe_grow(stack, stack, || {
        ruff_python_parser::parse_unchecked_source(&reading.text, kind)
    });
    for error in parsed.errors().iter().take(MOST_ERRORS) {
        let at = lines.line_column(&reading.text, error.location.start().to_u32());
        reading.problems.push(Problem {
            at: Some(at),
            ..problem(
                ProblemKind::Syntax,
                format!("syntax error: {}", lower_first(&error.error.to_string())),
            )
        });
    }
    let end = reading.text.len() as u32;
    let lowered = lower::lower(&reading.text, &parsed.syntax().body, end);
    let (suppressions, unreadable) = suppression::find(path, &reading.text, &lines, &parsed);
    reading.facts.suppressions = suppressions;
    reading.problems.extend(unreadable);
    if let Some(at) = lowered.too_deep {
        let at = lines.line_column(&reading.text, at.start);
        reading.problems.push(Problem {
            at: Some(at),
            ..problem(ProblemKind::TooDeep, "nested too deep from here on: left out".into())
        });
    }
    if let Some(at) = lowered.too_costly {
        let at = lines.line_column(&reading.text, at.start);
        reading.problems.push(Problem {
            at: Some(at),
            ..problem(
                ProblemKind::TooCostly,
                "too much code in one file: what follows was not analysed".into(),
            )
        });
    }
    if lowered.too_deep.is_some() || lowered.too_costly.is_some() || lowered.deepest > DEEPEST_DROP
    {
        dismantle::dismantle(parsed.into_suite());
    }
    reading.ir = lowered.ir;
    reading
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
