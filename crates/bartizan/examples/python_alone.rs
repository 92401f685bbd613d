//! Scans folders as `bartizan scan` does, but for settings, endpoints, packages and text that is no
//! Python: the part of a scan that linters do, too.

#![allow(clippy::disallowed_methods, reason = "a program of its own")]

use std::path::Path;
use std::process::ExitCode;

use bartizan_finding::Date;
use bartizan_scan::config::Config;
use bartizan_scan::{Knowledge, measure};
use bartizan_tree::DiskTree;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let today = Date::new(2026, 1, 1).expect("the first of January is a day");
    for folder in std::env::args_os().skip(1) {
        let tree = match DiskTree::open(Path::new(&folder)) {
            Ok(tree) => tree,
            Err(error) => {
                eprintln!("{}: {error:?}", Path::new(&folder).display());
                return ExitCode::FAILURE;
            }
        };
        let config = Config::default();
        let found = measure::python_alone(&tree, &config, &Knowledge::default(), today);
        println!("{}: {found} findings", Path::new(&folder).display());
    }
    ExitCode::SUCCESS
}
