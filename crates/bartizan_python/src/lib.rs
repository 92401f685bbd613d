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
pub use suppression::parse as suppressions_in;

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

/// How much of a file is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// What other files can see of it: the bodies of its functions are parsed, and left at that. What
    /// they return is [`Opaque::Body`](bartizan_ir::Opaque::Body).
    Interface,
}

/// Reads one file. Never fails: what cannot be read becomes a problem, and what can is returned.
pub fn read(path: &FilePath, bytes: &[u8]) -> Reading {
    read_as(path, bytes, Extent::Whole)
}

/// Reads of one file as much as is asked for.
pub fn read_as(path: &FilePath, bytes: &[u8], extent: Extent) -> Reading {
    let text = match decode::decode(bytes) {
        Ok(text) => text,
        Err(undecodable) => {
            let at = undecodable.offset.map(|offset| decode::place(bytes, offset));
            let (kind, message) = (ProblemKind::Encoding, undecodable.message);
            let problems = vec![Problem { path: path.clone(), at, kind, message }];
            return Reading { ir: lower::nothing(), problems, ..Reading::default() };
        }
    };
    let lines = LineIndex::new(&text);
    let is_stub = path.extension() == "pyi";
    let mut facts = FileFacts { lines: lines.lines(&text), is_stub, ..FileFacts::default() };
    let problem = |offset: u32, kind, message: String| Problem {
        path: path.clone(),
        at: Some(lines.line_column(&text, offset)),
        kind,
        message,
    };
    let unparsed = |text: String, facts, problem| Reading {
        text,
        ir: lower::nothing(),
        facts,
        problems: vec![problem],
    };
    if let Some(offset) = memchr::memchr(0, text.as_bytes()) {
        let message = "a NUL character stands here: Python refuses such a file".into();
        let problem = problem(offset as u32, ProblemKind::Syntax, message);
        return unparsed(text, facts, problem);
    }
    let stack = match depth::stack_for(&text) {
        Ok(stack) => stack,
        Err((offset, message)) => {
            let problem = problem(offset, ProblemKind::TooDeep, message);
            return unparsed(text, facts, problem);
        }
    };
    let kind = if facts.is_stub { PySourceType::Stub } else { PySourceType::Python };
    let parsed = stacker::maybe_grow(stack, stack, || {
        ruff_python_parser::parse_unchecked_source(&text, kind)
    });
    let mut problems = Vec::new();
    for (index, error) in parsed.errors().iter().take(MOST_ERRORS).enumerate() {
        let more = parsed.errors().len() - index - 1;
        let more = match more {
            more if more > 0 && index + 1 == MOST_ERRORS => format!("; {more} more follow"),
            _ => String::new(),
        };
        let message = format!("syntax error: {}{more}", lower_first(&error.error.to_string()));
        problems.push(problem(error.location.start().to_u32(), ProblemKind::Syntax, message));
    }
    let lowered = lower::lower(&text, &parsed.syntax().body, text.len() as u32, extent);
    let (suppressions, unreadable) = suppression::find(path, &text, &lines, &parsed);
    facts.suppressions = suppressions;
    problems.extend(unreadable);
    let bounds = [
        (lowered.too_deep, ProblemKind::TooDeep, "nested too deep from here on: left out"),
        (
            lowered.too_costly,
            ProblemKind::TooCostly,
            "too much code in one file: what follows was not analysed",
        ),
        (
            lowered.blunt,
            ProblemKind::TooCostly,
            "too many containers are changed in one file: what they hold was not followed",
        ),
    ];
    for (at, kind, message) in bounds {
        problems.extend(at.map(|at| problem(at.start, kind, message.into())));
    }
    if lowered.too_deep.is_some() || lowered.too_costly.is_some() || lowered.deepest > DEEPEST_DROP
    {
        dismantle::dismantle(parsed.into_suite());
    }
    Reading { text, ir: lowered.ir, facts, problems }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
