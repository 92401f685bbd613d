//! Which modules are settings.

use std::collections::BTreeSet;

use bartizan_ir::{ArgKind, FileIr, Mutator, Value, ValueId};
use bartizan_project::{FileId, Project};

const VARIABLE: &str = "DJANGO_SETTINGS_MODULE";

/// Names that settings bind and hardly anything else does.
const TELLING: &[&str] = &["INSTALLED_APPS", "ROOT_URLCONF", "MIDDLEWARE"];

/// The files that hold settings: those that `manage.py`, `wsgi.py` and their like name, and those
/// that bind what settings bind.
pub(super) fn settings_files(project: &Project) -> Vec<FileId> {
    let mut files = BTreeSet::new();
    for file in project.files() {
        let ir = project.ir(file);
        if binds_settings(ir) {
            files.insert(file);
        }
        for name in named(ir) {
            let module = project.module_named(name);
            files.extend(module.and_then(|module| project.module_file(module)));
        }
    }
    files.into_iter().collect()
}

fn binds_settings(ir: &FileIr) -> bool {
    let bound = TELLING.iter().filter(|name| {
        ir.strings.find(name).is_some_and(|name| ir.binding(FileIr::module(), name).is_some())
    });
    bound.count() >= 2
}

/// The modules that a file makes the settings: `os.environ.setdefault("DJANGO_SETTINGS_MODULE", …)`,
/// or the same as an assignment.
fn named(ir: &FileIr) -> Vec<&str> {
    let Some(variable) = ir.strings.find(VARIABLE) else { return Vec::new() };
    let text = |value: ValueId| match ir.value(value) {
        Value::Str(text) => Some(text),
        _ => None,
    };
    let mut names = Vec::new();
    for value in &ir.values {
        let args = match *value {
            Value::Call { args, .. } => args,
            Value::Mutate(mutation) if ir.mutation(mutation).op == Mutator::SetItem => {
                ir.mutation(mutation).args
            }
            _ => continue,
        };
        if let [key, name, ..] = &ir.args[args]
            && key.kind == ArgKind::Positional
            && text(key.value) == Some(variable)
        {
            names.extend(text(name.value).map(|name| ir.str(name)));
        }
    }
    names
}
