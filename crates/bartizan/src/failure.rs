//! What ends the work: an error for a person to act on.

use std::fmt::Display;
use std::io::{self, Write};

use bartizan_base::Span;
use bartizan_report::diagnostic::{self, Diagnostic, Source};
use bartizan_scan::config::ConfigError;

use crate::terminal::Terminal;

/// One error or several, with exit code 2 as the end of it.
#[derive(Debug)]
pub struct Failure {
    errors: Vec<Diagnostic>,
}

impl Failure {
    /// A failure to do `message`, which names the thing.
    pub fn new(message: impl Into<String>) -> Self {
        Self { errors: vec![Diagnostic { message: message.into(), ..Diagnostic::default() }] }
    }

    /// What led to it.
    pub fn because(mut self, cause: impl Display) -> Self {
        self.last().causes.push(cause.to_string());
        self
    }

    /// What to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.last().hint = Some(hint.into());
        self
    }

    /// The mistakes in a configuration whose text is at hand.
    pub fn in_config(errors: Vec<ConfigError>, text: &str) -> Self {
        let errors = errors.into_iter().map(|error| Diagnostic {
            message: error.message,
            place: Some(Source {
                path: error.path,
                text: text.to_owned(),
                span: error.span,
                label: error.label,
            }),
            causes: Vec::new(),
            hint: error.hint,
        });
        Self { errors: errors.collect() }
    }

    /// A mistake at one place in a file whose text is at hand.
    pub fn at(path: String, text: &str, span: Span, message: String) -> Self {
        let place = Source { path, text: text.to_owned(), span, label: String::new() };
        Self { errors: vec![Diagnostic { message, place: Some(place), ..Diagnostic::default() }] }
    }

    /// Tells it on stderr.
    pub fn print(&self, terminal: &Terminal) {
        let options = terminal.stderr_options();
        let shown: Vec<String> =
            self.errors.iter().map(|error| diagnostic::render(error, &options)).collect();
        // Where stderr is gone, the exit code still says it.
        let _ = io::stderr().write_all(shown.join("\n").as_bytes());
    }

    fn last(&mut self) -> &mut Diagnostic {
        self.errors.last_mut().expect("a failure that is built up has one error")
    }
}

/// The system's words without its number.
pub fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
