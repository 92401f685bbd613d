//! A fault of ours ends as an error message with exit code 2, never as a trace on the screen.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use crate::failure::Failure;

/// Where the last panic happened. The pipeline catches some and makes problems of them, so that
/// only what reaches [`run`] is told.
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps panics from being printed as they happen.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        let backtrace = Backtrace::capture();
        let trace = match backtrace.status() {
            BacktraceStatus::Captured => format!("\n{backtrace}"),
            _ => String::new(),
        };
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        *last = place.map(|place| format!("{place}{trace}"));
    }));
}

/// Does `work`; a panic inside becomes a failure.
pub fn run<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let said = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("a fault without words");
        let mut failure = Failure::new(concat!(
            "Bartizan ",
            env!("CARGO_PKG_VERSION"),
            " failed inside; nothing can be said of the project"
        ))
        .because(said);
        if let Some(place) = LAST.lock().unwrap_or_else(PoisonError::into_inner).take() {
            failure = failure.because(format!("at {place}"));
        }
        Err(failure.hint("this is a fault of Bartizan; please report it with the lines above"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_failure() {
        let failure = run::<()>(|| panic!("an order without a customer")).unwrap_err();
        let told = format!("{failure:?}");
        assert!(told.contains("an order without a customer") && told.contains("please report"));
    }

    #[test]
    fn work_that_ends_well_passes_through() {
        assert_eq!(run(|| Ok(7)).unwrap(), 7);
    }
}
