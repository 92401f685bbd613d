//! Which files an edit may reach: those that were edited, and those that import them.

use bartizan_ir::Value;
use bartizan_project::{Entity, FileId, Project, Target};
use rustc_hash::{FxHashMap, FxHashSet};

/// The files that mean something else if the `edited` ones do.
pub(crate) fn reached(project: &Project, edited: &dyn Fn(FileId) -> bool) -> FxHashSet<FileId> {
    let mut left: Vec<FileId> = project.files().filter(|file| edited(*file)).collect();
    let mut found: FxHashSet<FileId> = left.iter().copied().collect();
    if left.is_empty() {
        return found;
    }
    let importers = importers(project);
    while let Some(file) = left.pop() {
        for importer in importers.get(&file).into_iter().flatten() {
            if found.insert(*importer) {
                left.push(*importer);
            }
        }
    }
    found
}

/// By file: those that import something of it.
fn importers(project: &Project) -> FxHashMap<FileId, Vec<FileId>> {
    let mut importers: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for file in project.files() {
        let ir = project.ir(file);
        let mut imported: FxHashSet<FileId> = FxHashSet::default();
        for (index, value) in ir.values.iter().enumerate() {
            let (module, level) = match *value {
                Value::Import { module, level, .. } | Value::Star { module, level } => {
                    (module, level)
                }
                _ => continue,
            };
            if let Target::Module(module) = project.target(file, ir.str(module), level) {
                imported.extend(project.module_file(module));
            }
            match project.definition(file, bartizan_ir::ValueId::from_index(index)) {
                Entity::Module(module) => imported.extend(project.module_file(module)),
                Entity::Function(of, _) | Entity::Class(of, _) | Entity::Value(of, _) => {
                    imported.insert(of);
                }
                _ => {}
            }
        }
        for of in imported {
            importers.entry(of).or_default().push(file);
        }
    }
    importers
}
