//! What a project asks of Bartizan: `[tool.bartizan]` in `pyproject.toml`, or `bartizan.toml`.
//!
//! Reading is pure: the text comes in, and every error points at the piece of it that a person
//! would change. Where the file lies, and that flags win over it, is the business of the edge.

mod error;
mod fail_on;
mod keys;
mod patterns;
mod reader;
mod selector;
mod similar;

pub use error::ConfigError;
pub use fail_on::FailOn;
pub use keys::{KEYS, Key};
pub use patterns::Patterns;
pub use selector::{Selector, UnknownRule};
pub use similar::similar;

use bartizan_base::FilePath;
use bartizan_finding::{Profile, RuleInfo};
use bartizan_requirement::Version;
use bartizan_rules::Ban;

/// A configuration, complete: what the file leaves open has its default.
///
/// One field a key of the file; [`KEYS`] says what each means.
#[derive(Clone, Debug)]
pub struct Config {
    /// How much doubt is shown.
    pub profile: Profile,
    /// The rules that speak; all of them where it is empty.
    pub select: Vec<Selector>,
    /// The rules that are silent, selected or not.
    pub ignore: Vec<Selector>,
    /// Which findings fail a scan.
    pub fail_on: FailOn,
    /// What is not read.
    pub exclude: Patterns,
    /// What is test code besides what is known by its name.
    pub tests: Patterns,
    /// The settings module that production reads, whatever the project says; a flag alone sets it.
    pub settings: Option<String>,
    /// The version of Django, whatever the project says; a flag alone sets it.
    pub django: Option<Version>,
    /// Files and folders with knowledge of further packages, relative to the configuration.
    pub models: Vec<FilePath>,
    /// What the team does not want to see.
    pub bans: Vec<Ban>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            profile: Profile::Everyday,
            select: Vec::new(),
            ignore: Vec::new(),
            fail_on: FailOn::Any,
            exclude: Patterns::default(),
            tests: Patterns::default(),
            settings: None,
            django: None,
            models: Vec::new(),
            bans: Vec::new(),
        }
    }
}

/// In which of its two places a configuration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `bartizan.toml`: the whole file.
    Own,
    /// `pyproject.toml`: the table `[tool.bartizan]`.
    Pyproject,
}

impl Form {
    /// The form of a file by its name: everything but `pyproject.toml` is our own.
    pub fn of(name: &str) -> Self {
        if name == "pyproject.toml" { Self::Pyproject } else { Self::Own }
    }
}

impl Config {
    /// Reads `text`, which errors show as the file `path`. `rules` are the rules that exist.
    ///
    /// `None` where a `pyproject.toml` has no table for us: it is no configuration at all.
    pub fn parse(
        path: &str,
        text: &str,
        form: Form,
        rules: &[&'static RuleInfo],
    ) -> Result<Option<Self>, Vec<ConfigError>> {
        reader::read(path, text, form, rules)
    }

    /// Whether `rule` may speak as far as `select` and `ignore` go; what the profile says of it is
    /// another matter.
    pub fn wants(&self, rule: &RuleInfo) -> bool {
        let covers = |list: &[Selector]| list.iter().any(|selector| selector.covers(rule));
        !covers(&self.ignore) && (self.select.is_empty() || covers(&self.select))
    }

    /// Whether `rule` is selected by an id of its own, so that it speaks though it is in preview.
    pub fn names(&self, rule: &RuleInfo) -> bool {
        self.select.iter().any(|selector| selector.names(rule))
    }

    /// Tells the patterns that the root of the scanned tree lies at `below`, a path relative to the
    /// folder of the configuration; paths that are matched are relative to the root of the tree.
    pub fn rooted(mut self, below: &str) -> Self {
        self.exclude = self.exclude.rooted(below);
        self.tests = self.tests.rooted(below);
        self
    }
}

#[cfg(test)]
mod tests;
