//! Projects in memory, and what their names are worth.

use bartizan_base::FilePath;
use bartizan_ir::FileIr;
use bartizan_model::Models;
use bartizan_project::{FileId, Project, ProjectFile};
use bartizan_value::{Abstract, Evaluated, Evaluator, Reason};

/// A project of these files, by path and text.
pub fn project(files: &[(&str, &str)]) -> Project {
    let read = |(path, text): &(&str, &str)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        assert!(reading.problems.is_empty(), "{path}: {:?}", reading.problems);
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    };
    Project::link(files.iter().map(read).collect(), Models::default())
}

/// What a module of the project ends with under a name.
pub fn find(files: &[(&str, &str)], path: &str, name: &str) -> Option<Evaluated> {
    let project = project(files);
    let file = project.file_at(path).unwrap();
    Evaluator::new(&project).binding(file, name)
}

/// The same as text: `<…>` around what is not known, `nothing` where nothing is bound.
pub fn value_in(files: &[(&str, &str)], path: &str, name: &str) -> String {
    find(files, path, name).map_or("nothing".to_owned(), |value| value.to_string())
}

/// What the last name that one module binds is worth.
pub fn last(text: &str) -> Evaluated {
    let project = project(&[("shop/settings.py", text)]);
    let file = project.file_at("shop/settings.py").unwrap();
    let name = last_name(&project, file);
    Evaluator::new(&project).binding(file, &name).unwrap()
}

fn last_name(project: &Project, file: FileId) -> String {
    let ir = project.ir(file);
    let stores = &ir.bindings[ir.function(FileIr::module()).stores];
    ir.str(stores.last().unwrap().name).to_owned()
}

/// The same as text.
pub fn shown(text: &str) -> String {
    last(text).to_string()
}

/// Why the last name that a module binds is not known.
pub fn why(text: &str) -> String {
    let value = last(text).value;
    let reason: Option<&Reason> = match &value {
        Abstract::Seq(seq) => seq.open.as_ref(),
        Abstract::Map(map) => map.open.as_ref(),
        other => other.unknown(),
    };
    match reason {
        Some(reason) => reason.to_string(),
        None => format!("known: {value}"),
    }
}
