//! Which packages the code of a project imports and names.

use std::collections::BTreeSet;

use bartizan_base::{FilePath, Span};
use bartizan_deps::Code;
use bartizan_ir::{FileIr, Value, ValueId};
use bartizan_project::FileId;
use bartizan_python::Extent;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::{Linked, reach};

/// No name of a module is longer.
const LONGEST: usize = 120;

/// What is known of the code as a whole. Test code names packages, and imports none.
pub(crate) fn code(linked: &Linked, is_test_code: &(dyn Fn(&FilePath) -> bool + Sync)) -> Code {
    let project = &linked.project;
    let files: Vec<FileId> = project.files().collect();
    let own: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| {
            let path = project.path(*file);
            path.parent().split('/').chain([path.stem()])
        })
        .collect();
    let each: Vec<(FileId, Found)> = files
        .par_iter()
        .map(|file| {
            let path = project.path(*file);
            let counts = linked.extents[file.index()] == Extent::Whole
                && !is_test_code(path)
                && !is_documentation(path);
            let mut found = look_in(project.ir(*file), counts);
            if linked.extents[file.index()] != Extent::Whole {
                found.names.extend(imported_in(&linked.texts[file.index()]));
            }
            (*file, found)
        })
        .collect();
    let mut code = Code {
        is_whole: linked.unread == 0 && linked.whole.iter().all(|whole| *whole),
        ..Code::default()
    };
    let mut names: FxHashSet<&str> = FxHashSet::default();
    for (file, found) in each {
        for (module, span) in found.imports {
            if !own.contains(module) && !code.imports.contains_key(module) {
                code.imports.insert(module.to_owned(), reach::placed(linked, file, span));
            }
        }
        names.extend(found.names);
    }
    code.names = names.into_iter().map(str::to_ascii_lowercase).collect();
    code
}

/// Whether a file builds the documentation: the site starts without what it imports.
fn is_documentation(path: &FilePath) -> bool {
    path.parent().split('/').any(|folder| matches!(folder, "docs" | "doc"))
}

struct Found<'i> {
    /// By place.
    imports: Vec<(&'i str, Span)>,
    names: FxHashSet<&'i str>,
}

fn look_in(ir: &FileIr, counts: bool) -> Found<'_> {
    let mut found = Found { imports: Vec::new(), names: FxHashSet::default() };
    for (at, value) in ir.values.iter().enumerate() {
        let (Value::Import { module, level: 0, .. } | Value::Star { module, level: 0 }) = *value
        else {
            continue;
        };
        let module = ir.str(module).split('.').next().unwrap_or("");
        if module.is_empty() {
            continue;
        }
        found.names.insert(module);
        if counts && always_runs(ir, ValueId::from_index(at)) {
            found.imports.push((module, ir.spans[at]));
        }
    }
    for (_, text) in ir.strings.iter() {
        let bytes = text.as_bytes();
        let is_name = text.len() <= LONGEST
            && bytes.first().is_some_and(|c| c.is_ascii_alphabetic() || *c == b'_')
            && bytes.iter().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.'));
        if is_name {
            let end = bytes.iter().position(|c| *c == b'.').unwrap_or(bytes.len());
            found.names.insert(&text[..end]);
        }
    }
    found.imports.sort_by_key(|(_, span)| *span);
    found
}

/// The modules that lines of a text import: code of which only the interface was read has more of
/// them inside.
fn imported_in(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim_start();
        let rest =
            line.strip_prefix("import ").or_else(|| line.strip_prefix("from "))?.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        Some(&rest[..end]).filter(|name| !name.is_empty())
    })
}

/// Whether an import stands in the module itself, under no condition and in no `try`.
fn always_runs(ir: &FileIr, import: ValueId) -> bool {
    let stretch = ir.stretch(import);
    let number = import.index() as u32;
    stretch.function == FileIr::module()
        && stretch.path == FileIr::root_path()
        && !ir.tries.iter().any(|it| (it.start..it.end).contains(&number))
}
