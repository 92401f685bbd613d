//! Whoever can be asked for values.

use bartizan_project::Project;

/// Evaluates values of one project.
#[derive(Debug)]
pub struct Evaluator<'p> {
    project: &'p Project,
}

impl<'p> Evaluator<'p> {
    /// An evaluator over the project.
    pub fn new(project: &'p Project) -> Self {
        Self { project }
    }

    /// The project.
    pub fn project(&self) -> &'p Project {
        self.project
    }
}
