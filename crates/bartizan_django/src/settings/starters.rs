//! What the files that start a site give the environment before Django reads the settings:
//! `os.environ["MODE"] = "live"` in `wsgi.py`.

use bartizan_ir::{ArgKind, FileIr, Mutator, Path, Value, ValueId};
use bartizan_project::{Entity, FileId, Project};
use bartizan_value::{Constant, Evaluator, Variables};

use super::environments::{Environment, Role, names_module};

/// Where the settings are read, at the latest.
const READS_SETTINGS: &[&str] = &[
    "django.core.asgi.get_asgi_application",
    "django.core.management.execute_from_command_line",
    "django.core.wsgi.get_wsgi_application",
    "django.setup",
];

/// One variable that a starter gives.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Gift {
    name: String,
    /// `None` where it is not known.
    value: Option<String>,
    /// `os.environ.setdefault`
    if_unset: bool,
}

/// Gives the environment what the files that start a site with these settings give it, where they agree.
pub(super) fn give(
    project: &Project,
    evaluator: &Evaluator<'_>,
    environment: &Environment,
    variables: &mut Variables,
) {
    let names: &[&str] = match environment.role {
        Role::Production => &["wsgi.py", "asgi.py"],
        Role::Local => &["manage.py"],
        Role::Test => return,
    };
    let starters = project.files().filter(|file| names.contains(&project.path(*file).name()));
    let mut gifts: Vec<Vec<Gift>> = Vec::new();
    for starter in starters {
        if names_module(project, evaluator, starter, environment.file) {
            gifts.push(gifts_of(project, evaluator, starter));
        }
    }
    let Some((first, others)) = gifts.split_first() else { return };
    for gift in first.iter().filter(|gift| others.iter().all(|other| other.contains(gift))) {
        variables.give_before(&gift.name, gift.value.clone(), gift.if_unset);
    }
}

fn gifts_of(project: &Project, evaluator: &Evaluator<'_>, file: FileId) -> Vec<Gift> {
    let ir = project.ir(file);
    let mut gifts: Vec<Gift> = Vec::new();
    for (index, value) in ir.values.iter().enumerate() {
        let id = ValueId::from_index(index);
        let (of, args, if_unset) = match *value {
            Value::Mutate(mutation) if ir.mutation(mutation).op == Mutator::SetItem => {
                let mutation = ir.mutation(mutation);
                (mutation.receiver, mutation.args, false)
            }
            Value::Call { callee, args } => {
                let name = project.dotted(project.definition(file, callee)).unwrap_or_default();
                if READS_SETTINGS.contains(&name) {
                    break;
                }
                match ir.value(ir.bare(callee)) {
                    Value::Attr { of, name } if ir.str(name) == "setdefault" => (of, args, true),
                    _ => continue,
                }
            }
            _ => continue,
        };
        if !is_environ(project, ir, file, of) {
            continue;
        }
        let [key, given, ..] = &ir.args[args] else { continue };
        let Value::Str(name) = ir.value(ir.bare(key.value)) else { continue };
        let is_sure = matches!(ir.path(ir.stretch(id).path), Path::Root);
        let text = || match evaluator.constant(file, given.value)? {
            Constant::Str(text) => Some(text.to_string()),
            _ => None,
        };
        let gift = Gift {
            name: ir.str(name).to_owned(),
            value: (is_sure && given.kind == ArgKind::Positional).then(text).flatten(),
            if_unset,
        };
        // The last word counts; of defaults the first.
        let known = gifts.iter().position(|known| known.name == gift.name);
        match known {
            Some(_) if if_unset => {}
            Some(at) => gifts[at] = gift,
            None => gifts.push(gift),
        }
    }
    gifts
}

/// Whether a value is `os.environ`, behind what was written to it before.
fn is_environ(project: &Project, ir: &FileIr, file: FileId, value: ValueId) -> bool {
    let mut of = ir.bare(value);
    while let Value::Mutate(mutation) = ir.value(of) {
        of = ir.bare(ir.mutation(mutation).receiver);
    }
    matches!(project.definition(file, of), Entity::External(symbol) if project.symbol(symbol) == "os.environ")
}
