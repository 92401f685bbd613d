//! A fault of ours on one file must not cost the others: it becomes a problem that is seen.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bartizan_base::{FilePath, Problem, ProblemKind};

/// What a piece of work died of.
pub(crate) struct Fault(String);

/// Runs one piece of work and catches what it dies of. The work owns, or only reads, what it uses, so
/// nothing half-done is left behind.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Fault(words(&*payload)))
}

fn words(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

impl Fault {
    /// The problem that tells of it; `doing` says what died, as in `reading it`.
    pub(crate) fn problem(&self, path: &FilePath, doing: &str) -> Problem {
        Problem {
            path: path.clone(),
            at: None,
            kind: ProblemKind::Internal,
            message: format!("a fault in Bartizan stopped {doing}: {}", self.0),
        }
    }
}
