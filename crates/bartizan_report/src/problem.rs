//! Problems as the JSON of the shorter reports carries them.

use bartizan_base::Problem;
use serde::Serialize;

/// A problem: where, of which kind, and what went wrong.
#[derive(Serialize)]
pub(crate) struct ProblemWire<'a> {
    path: &'a str,
    kind: &'a str,
    message: &'a str,
}

/// All of them, in their order.
pub(crate) fn problems(problems: &[Problem]) -> Vec<ProblemWire<'_>> {
    problems
        .iter()
        .map(|problem| ProblemWire {
            path: problem.path.as_str(),
            kind: problem.kind.as_str(),
            message: &problem.message,
        })
        .collect()
}
