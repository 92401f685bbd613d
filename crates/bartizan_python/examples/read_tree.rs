//! Reads every Python file below a folder on one core and says what that took:
//! `cargo run --release -p bartizan_python --example read_tree -- FOLDER`.
#![allow(clippy::disallowed_methods, reason = "an example is an edge")]

use std::path::Path;
use std::time::Instant;

use bartizan_base::FilePath;

fn main() {
    let folder = std::env::args().nth(1).expect("a folder to read");
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    let path = FilePath::new("file.py").expect("a plain name");
    let begin = Instant::now();
    let (mut lines, mut values, mut functions, mut bytes) = (0u64, 0usize, 0usize, 0usize);
    let mut slowest = (0u128, String::new());
    let mut kept = Vec::new();
    for file in &files {
        let Ok(content) = std::fs::read(file) else { continue };
        let start = Instant::now();
        let reading = bartizan_python::read(&path, &content);
        let took = start.elapsed().as_micros();
        if took > slowest.0 {
            slowest = (took, file.clone());
        }
        for problem in &reading.problems {
            println!("{file}: {problem}");
        }
        bytes += content.len();
        lines += u64::from(reading.facts.lines);
        values += reading.ir.values.len();
        functions += reading.ir.functions.len();
        kept.push(reading);
    }
    println!(
        "{} files, {lines} lines, {bytes} bytes, {functions} functions, {values} values in {:?}; slowest {slowest:?}",
        files.len(),
        begin.elapsed()
    );
}

fn collect(folder: &Path, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&path, files),
            Ok(kind)
                if kind.is_file() && path.extension().is_some_and(|e| e == "py" || e == "pyi") =>
            {
                files.push(path.display().to_string());
            }
            _ => {}
        }
    }
}
