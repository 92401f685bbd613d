//! Prints what is known of every name of one Python file: `evaluate FILE.py`; with `--unset`
//! behind it, where no variable of the environment is set.
#![allow(
    clippy::disallowed_methods,
    reason = "an example is an edge: it reads the file it is given"
)]

use bartizan_base::FilePath;
use bartizan_ir::FileIr;
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};

fn main() {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: evaluate FILE.py [--unset]");
        std::process::exit(2);
    };
    let Ok(bytes) = std::fs::read(&file) else {
        eprintln!("error: cannot read `{file}`");
        std::process::exit(2);
    };
    let path = FilePath::new("module.py").expect("a plain name is a path in the tree");
    let reading = bartizan_python::read(&path, &bytes);
    let project = Project::link(
        vec![ProjectFile { path, ir: reading.ir, facts: reading.facts }],
        Models::default(),
    );
    let evaluator = Evaluator::new(&project);
    let variables = match std::env::args().nth(2).as_deref() {
        Some("--unset") => Variables::unset(),
        _ => Variables::unknown(),
    };
    for file in project.files() {
        let ir = project.ir(file);
        let mut questions = evaluator.questions_where(&variables);
        let bindings = &ir.bindings[ir.function(FileIr::module()).bindings];
        let mut names: Vec<&str> = bindings.iter().map(|binding| ir.str(binding.name)).collect();
        names.sort_unstable();
        for name in names {
            if let Some(value) = questions.binding(file, name) {
                println!("{name} = {value}");
            }
        }
    }
}
