//! Walks a folder, reads and parses its Python files, and does nothing more: the floor that the
//! whole scan is measured against.

#![allow(clippy::disallowed_methods, reason = "a program of its own")]

use std::fs;
use std::path::PathBuf;

fn main() {
    let mut folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (mut files, mut bytes, mut errors) = (0, 0, 0);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == "py") => {
                    let Ok(text) = fs::read_to_string(&path) else { continue };
                    let parsed = ruff_python_parser::parse_unchecked_source(
                        &text,
                        ruff_python_ast::PySourceType::Python,
                    );
                    files += 1;
                    bytes += text.len();
                    errors += parsed.errors().len();
                }
                _ => {}
            }
        }
    }
    println!("{files} files, {bytes} bytes, {errors} syntax errors");
}
