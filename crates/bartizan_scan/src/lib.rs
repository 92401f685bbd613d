//! The one pipeline: a tree and a configuration come in, a result goes out.

pub mod config;

use bartizan_base::Tree;
use bartizan_finding::{Date, ScanResult};

use crate::config::Config;

/// How far a scan has come, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The tree is listed and holds this many files to read.
    Listed(usize),
    /// One more file is read.
    Read,
    /// All files are read, and what they mean together is being worked out.
    Judging,
}

/// Scans `tree` as `config` asks. `today` decides which suppressions still hold.
pub fn scan(
    tree: &dyn Tree,
    _config: &Config,
    _today: Date,
    progress: &dyn Fn(Progress),
) -> ScanResult {
    let listing = tree.list();
    progress(Progress::Listed(listing.files.len()));
    let mut result = ScanResult {
        problems: listing.problems,
        revision: tree.revision(),
        ..ScanResult::default()
    };
    for entry in &listing.files {
        result.coverage.saw(entry.kind);
    }
    result.coverage.skipped = listing.skipped;
    result
}
