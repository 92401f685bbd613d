//! What the files that start a site give the environment before Django reads the settings:
//! `os.environ["MODE"] = "live"` or `load_dotenv()` in `wsgi.py`.

use bartizan_project::{FileId, Project};
use bartizan_value::{Evaluator, Variables};

use super::environments::{Environment, Gateway, Role, starts};

/// The environment as the files leave it that start a site with these settings; what they do not agree
/// on is not known.
pub(super) fn started(
    project: &Project,
    evaluator: &Evaluator<'_>,
    environment: &Environment,
    variables: Variables,
) -> Variables {
    let names = match (environment.role, environment.gateway) {
        (Role::Production, Some(Gateway::Wsgi)) => &["wsgi.py"][..],
        (Role::Production, Some(Gateway::Asgi)) => &["asgi.py"],
        (Role::Production, None) => &["wsgi.py", "asgi.py"],
        (Role::Local, _) => &["manage.py"],
        (Role::Test, _) => return variables,
    };
    let mut starters = starters(project, evaluator, environment, names);
    // Without either, `manage.py` serves visitors too.
    if starters.is_empty() && environment.role == Role::Production {
        starters = self::starters(project, evaluator, environment, &["wsgi.py", "asgi.py"]);
        if starters.is_empty() {
            starters = self::starters(project, evaluator, environment, &["manage.py"]);
        }
    }
    let after = |starter: &FileId| {
        let is_program = project.path(*starter).name() == "manage.py";
        evaluator.environment_after(*starter, is_program, &variables)
    };
    let ways = starters.iter().map(after);
    ways.reduce(|one, other| one.or(&other)).unwrap_or(variables)
}

/// The files of these names that start a site with the settings of an environment.
fn starters(
    project: &Project,
    evaluator: &Evaluator<'_>,
    environment: &Environment,
    names: &[&str],
) -> Vec<FileId> {
    let named = project.files().filter(|file| names.contains(&project.path(*file).name()));
    named.filter(|file| starts(project, evaluator, *file, environment)).collect()
}
