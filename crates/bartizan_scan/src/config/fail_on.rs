//! Which findings fail a scan.

use std::fmt;
use std::str::FromStr;

use bartizan_finding::{ScanResult, Severity};

/// The gate between the exit codes 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Whatever is shown.
    #[default]
    Any,
    /// What is shown and at least as bad as this.
    AtLeast(Severity),
    /// Nothing.
    Never,
}

impl FailOn {
    /// The words of the flag and the key. That anything fails is said by saying nothing.
    pub const WORDS: &[&str] = &["critical", "high", "medium", "low", "never"];

    /// Whether `result` fails: suppressed findings never do.
    pub fn fails(self, result: &ScanResult) -> bool {
        result.shown().any(|finding| match self {
            Self::Any => true,
            Self::AtLeast(severity) => finding.severity >= severity,
            Self::Never => false,
        })
    }
}

impl FromStr for FailOn {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "never" => Ok(Self::Never),
            // A gate at remarks would be the default by another name.
            "info" => Err(()),
            word => word.parse().map(Self::AtLeast),
        }
    }
}

impl fmt::Display for FailOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::AtLeast(severity) => severity.fmt(f),
            Self::Never => f.write_str("never"),
        }
    }
}
