//! What the terminal can show, and what the environment asks for.

use std::env;
use std::io::{self, IsTerminal};

use bartizan_report::Options;

use crate::cli::Color;
use crate::progress::Audience;

/// Columns of what is not a terminal: a file, a pipe, a log.
const WIDTH: usize = 100;

/// The two streams, as they were when the program started.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    stdout: Stream,
    stderr: Stream,
}

#[derive(Clone, Copy, Debug)]
struct Stream {
    is_terminal: bool,
    color: bool,
    width: usize,
    ascii: bool,
}

/// What the environment says of terminals.
#[derive(Clone, Debug, Default)]
struct Environment {
    no_color: bool,
    dumb: bool,
    /// The locale that governs characters; empty where none is set.
    locale: String,
}

impl Terminal {
    /// Looks at the streams and the environment.
    pub fn look(color: Color) -> Self {
        let environment = Environment::read();
        let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let stream = |is_terminal| Stream::new(is_terminal, columns, color, &environment);
        Self {
            stdout: stream(io::stdout().is_terminal()),
            stderr: stream(io::stderr().is_terminal() && !environment.dumb),
        }
    }

    /// How a screen is drawn on standard output.
    pub fn stdout_options(&self) -> Options {
        self.stdout.options()
    }

    /// Whether a person watches standard output.
    pub fn is_watched(&self) -> bool {
        self.stdout.is_terminal
    }

    /// How an error is drawn.
    pub fn stderr_options(&self) -> Options {
        self.stderr.options()
    }

    /// How a screen is drawn into a file: the same wherever the command runs.
    pub fn file_options(&self) -> Options {
        Options { width: WIDTH, ..Options::default() }
    }

    /// Who sees what is drawn on stderr and wiped off again.
    pub fn audience(&self) -> Audience {
        match self.stderr {
            Stream { is_terminal: false, .. } => Audience::Nobody,
            Stream { ascii: true, .. } => Audience::Ascii,
            Stream { ascii: false, .. } => Audience::Unicode,
        }
    }
}

impl Stream {
    fn new(
        is_terminal: bool,
        columns: Option<usize>,
        color: Color,
        environment: &Environment,
    ) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !environment.no_color && !environment.dumb,
        };
        let width = match columns {
            Some(columns) if is_terminal => columns.clamp(80, 120),
            _ => WIDTH,
        };
        Self { is_terminal, color, width, ascii: environment.wants_ascii(is_terminal) }
    }

    fn options(self) -> Options {
        Options { color: self.color, width: self.width, ascii: self.ascii, ..Options::default() }
    }
}

impl Environment {
    fn read() -> Self {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            no_color: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            dumb: set("TERM").is_some_and(|term| term == "dumb"),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default(),
        }
    }

    /// A locale that says something else than UTF-8 is believed. Where none is set, a terminal gets
    /// ASCII; a pipe or a log does not, for build machines set no locale and read UTF-8.
    fn wants_ascii(&self, is_terminal: bool) -> bool {
        let locale = self.locale.to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        if locale.is_empty() { is_terminal && cfg!(not(target_os = "macos")) } else { !utf8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(is_terminal: bool, color: Color, environment: &Environment) -> Stream {
        Stream::new(is_terminal, Some(200), color, environment)
    }

    #[test]
    fn colour_needs_a_terminal_that_wants_it() {
        let plain = Environment { locale: "en_GB.UTF-8".into(), ..Environment::default() };
        assert!(stream(true, Color::Auto, &plain).color);
        assert!(!stream(false, Color::Auto, &plain).color);
        assert!(!stream(true, Color::Never, &plain).color);
        let no_color = Environment { no_color: true, ..plain.clone() };
        assert!(!stream(true, Color::Auto, &no_color).color);
        assert!(stream(true, Color::Always, &no_color).color, "a flag goes before the environment");
        assert!(!stream(true, Color::Auto, &Environment { dumb: true, ..plain }).color);
    }

    #[test]
    fn frames_are_ascii_where_utf8_is_not_spoken() {
        let ascii = |locale: &str, is_terminal| {
            Environment { locale: locale.into(), ..Environment::default() }.wants_ascii(is_terminal)
        };
        assert!(!ascii("de_DE.UTF-8", true) && !ascii("C.utf8", true));
        assert!(ascii("C", true) && ascii("de_DE.ISO-8859-1", false));
        assert!(!ascii("", false));
    }

    #[test]
    fn width_follows_the_terminal_within_reason() {
        let width = |columns, is_terminal| {
            Stream::new(is_terminal, columns, Color::Auto, &Environment::default()).width
        };
        assert_eq!(width(Some(200), true), 120);
        assert_eq!(width(Some(40), true), 80);
        assert_eq!(width(Some(97), true), 97);
        assert_eq!(width(Some(97), false), 100);
        assert_eq!(width(None, true), 100);
    }
}
