//! Two tables of the crate are written from the files under `models/`: a stale one is written anew
//! here, and the test fails once, so that it is seen and committed.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_constants_are_the_kinds_of_kinds_toml() {
    let table: toml::Table = read("models/kinds.toml").parse().unwrap();
    let mut constants = String::new();
    let mut rows = String::new();
    for (at, kind) in table["kind"].as_array().unwrap().iter().enumerate() {
        let text = |key: &str| kind[key].as_str().unwrap();
        let constant = text("name").replace('-', "_").to_uppercase();
        write!(constants, "\n/// {}\npub const {constant}: Kind = Kind({at});\n", text("means"))
            .unwrap();
        let of: Vec<String> = kind["of"]
            .as_array()
            .unwrap()
            .iter()
            .map(|of| {
                let of = of.as_str().unwrap();
                format!("Of::{}{}", of[..1].to_uppercase(), &of[1..])
            })
            .collect();
        writeln!(
            rows,
            "    Row {{ name: {:?}, of: &[{}], means: {:?} }},",
            text("name"),
            of.join(", "),
            text("means")
        )
        .unwrap();
    }
    fresh(
        "src/kinds.rs",
        &format!(
            "//! The kinds of `models/kinds.toml` as constants. Written by a test.\n\n\
             use crate::kind::{{Kind, Of, Row}};\n{constants}\n\
             #[rustfmt::skip]\n\
             pub(crate) const TABLE: &[Row] = &[\n{rows}];\n"
        ),
    );
}

#[test]
fn the_packs_are_the_files_under_models() {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(ROOT).join("models")];
    while let Some(folder) = folders.pop() {
        for entry in list(&folder) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "toml") {
                let path = entry.strip_prefix(Path::new(ROOT).join("models")).unwrap();
                files.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let mut packs: Vec<(String, String)> = files
        .into_iter()
        .filter(|path| path != "kinds.toml")
        .map(|path| (module(&path), path))
        .collect();
    packs.sort();
    let mut rows = String::new();
    for (module, path) in packs {
        let text: toml::Table = read(&format!("models/{path}")).parse().unwrap();
        assert_eq!(text["module"].as_str(), Some(module.as_str()), "models/{path}");
        writeln!(
            rows,
            "    Pack {{ module: {module:?}, path: {path:?}, \
             text: include_str!(\"../models/{path}\") }},",
        )
        .unwrap();
    }
    fresh(
        "src/packs.rs",
        &format!(
            "//! The files under `models/`, by the module that each describes. Written by a test.\n\n\
             use crate::models::Pack;\n\n#[rustfmt::skip]\n\
             pub(crate) const PACKS: &[Pack] = &[\n{rows}];\n"
        ),
    );
}

/// `django/db/__init__.toml` describes `django.db`, as Python has it; the folder `python` stands
/// for the standard library.
fn module(path: &str) -> String {
    let path = path.strip_suffix(".toml").unwrap();
    let path = path.strip_prefix("python/").unwrap_or(path);
    path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
}

#[expect(clippy::disallowed_methods, reason = "a test compares committed files")]
fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test compares committed files")]
fn list(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[expect(clippy::disallowed_methods, reason = "a stale table is written anew")]
fn fresh(path: &str, expected: &str) {
    if read(path) != expected {
        std::fs::write(Path::new(ROOT).join(path), expected).unwrap();
        panic!("{path} was stale and is written anew: look at it and commit it");
    }
}
