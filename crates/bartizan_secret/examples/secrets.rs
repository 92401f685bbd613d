//! For whoever works on the search: what it says of files, how fast it is, and the corpus as files.
//!
//! `secrets find FOLDER`, `secrets bench FOLDER`, `secrets corpus FOLDER`

#![allow(clippy::disallowed_methods, reason = "a tool for developers, at the edge by itself")]
#![allow(clippy::unwrap_used, reason = "it is run by hand, and a panic says what was wrong")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use bartizan_base::{FilePath, LineIndex};
use bartizan_secret::{Site, passed_over, search, specimen};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(what), Some(folder)) = (arguments.next(), arguments.next()) else {
        println!("secrets find|bench|corpus FOLDER");
        return;
    };
    match what.as_str() {
        "corpus" => corpus(Path::new(&folder)),
        "bench" => bench(&texts(Path::new(&folder))),
        _ => find(&texts(Path::new(&folder))),
    }
}

fn find(texts: &[(FilePath, String)]) {
    for (path, text) in texts {
        let lines = LineIndex::new(text);
        let in_tests = path.as_str().split('/').any(|part| part.starts_with("test"));
        for found in search(text, Site::of(path, in_tests)) {
            let at = lines.line_column(text, found.span.start);
            let (line, column) = (at.line, at.column);
            println!(
                "{path}:{line}:{column} {:?} {:?} {}",
                found.confidence, found.what, found.key
            );
            let line = lines.line_span(text, line).slice(text).trim();
            println!("    {}", line.chars().take(160).collect::<String>());
        }
    }
}

/// So many megabytes are searched in a second of one core, at least.
const LEAST: f64 = 400.0;

fn bench(texts: &[(FilePath, String)]) {
    let megabytes = texts.iter().map(|(_, text)| text.len()).sum::<usize>() as f64 / 1e6;
    let mut best = 0.0_f64;
    for _ in 0..5 {
        let start = worked();
        let found: usize =
            texts.iter().map(|(path, text)| search(text, Site::of(path, false)).len()).sum();
        let rate = megabytes / (worked() - start).as_secs_f64();
        println!("{megabytes:.1} MB, {found} found, {rate:.0} MB/s on one core");
        best = best.max(rate);
    }
    if best < LEAST {
        println!("less than {LEAST} MB/s");
        std::process::exit(1);
    }
}

/// How long this thread has worked, as the kernel counts it.
fn worked() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// Writes each row of the corpus as a file, below a folder of its number.
fn corpus(folder: &Path) {
    for (name, rows) in [
        ("true", include_str!("../tests/corpus/true.txt")),
        ("false", include_str!("../tests/corpus/false.txt")),
    ] {
        let rows = rows.lines().filter(|row| !row.is_empty() && !row.starts_with("# "));
        for (number, row) in rows.enumerate() {
            let (path, text) = row.split_once(" | ").unwrap();
            let path = folder.join(name).join(format!("{number:03}")).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, specimen::fill(text) + "\n").unwrap();
        }
    }
}

fn texts(folder: &Path) -> Vec<(FilePath, String)> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if let Some(name) = path.strip_prefix(folder).unwrap().to_str()
                && let Some(name) = FilePath::new(name)
                && passed_over(&name, entry.metadata().unwrap().len()).is_none()
                && let Ok(text) = fs::read_to_string(&path)
            {
                texts.push((name, text));
            }
        }
    }
    texts.sort();
    texts
}
