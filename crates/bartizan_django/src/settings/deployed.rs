//! Which settings the files that deploy a site give its servers, whatever `wsgi.py` falls back on.

use bartizan_base::{FilePath, LineIndex};
use bartizan_deployment::{
    Compose, Dockerfile, Facts, FileType, Pair, Service, given_to_processes, is_for_developers,
    read, serves_visitors,
};

use super::environments::{Decided, Hint};

/// A module or a class that visitors are served with, and where that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Served {
    /// The folder of the file that says it.
    pub(super) root: String,
    /// The module, or the class.
    pub(super) name: String,
    /// The file and the line.
    pub(super) decided: Decided,
}

/// What a file says of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// Its value, by a file and a line.
    Value(Served),
    /// A value that is not known here.
    Unclear,
}

/// What the files that deploy a site give a variable of its servers; `None` where they give none, do not
/// agree, or where it is not known.
pub(super) fn served(hints: &[Hint<'_>], variable: &str) -> Option<Served> {
    if !hints.iter().any(|hint| hint.text.contains(variable)) {
        return None;
    }
    let hints: Vec<&Hint<'_>> = hints.iter().filter(|hint| !is_for_developers(hint.path)).collect();
    let scripts: Vec<(&FilePath, &str)> = hints.iter().map(|hint| (hint.path, hint.text)).collect();
    let (mut composed, mut images) = (Vec::new(), Vec::new());
    let mut is_composed = false;
    for hint in &hints {
        let deploys =
            matches!(FileType::of(hint.path), Some(FileType::Compose | FileType::Dockerfile));
        let facts = if deploys { read(hint.path, hint.text) } else { None };
        match facts {
            Some(Facts::Compose(file)) => {
                for service in serving(&file) {
                    is_composed |= service.is_built;
                    composed.extend(of_service(service, hint, variable));
                }
            }
            Some(Facts::Dockerfile(file)) => images.push((hint, file)),
            _ => {
                let pairs = given_to_processes(hint.path, hint.text).unwrap_or_default();
                if serves_visitors(hint.text) {
                    composed.extend(of_pairs(&pairs, hint, variable));
                }
            }
        }
    }
    // A composition has the last word on what its images say.
    if !composed.is_empty() {
        return agreed(composed);
    }
    let images = images
        .iter()
        .filter(|(_, file)| is_composed || file.serves_visitors(None, &scripts))
        .filter_map(|(hint, file)| of_image(file, hint, variable));
    agreed(images.collect())
}

/// What all say, where they agree.
fn agreed(said: Vec<Said>) -> Option<Served> {
    let mut all = said.into_iter();
    let Said::Value(first) = all.next()? else { return None };
    let is_same = |said: Said| matches!(said, Said::Value(other) if other.name == first.name);
    all.all(is_same).then_some(first)
}

/// The services that visitors reach.
fn serving(file: &Compose) -> impl Iterator<Item = &Service> {
    let serves = |service: &&Service| {
        service.command.as_ref().is_some_and(|command| serves_visitors(&command.text))
    };
    file.services.iter().filter(serves)
}

fn of_service(service: &Service, hint: &Hint<'_>, variable: &str) -> Option<Said> {
    let said = of_pairs(&service.environment, hint, variable);
    // Further files may say it.
    said.or_else(|| (!service.env_files.is_empty()).then_some(Said::Unclear))
}

fn of_image(file: &Dockerfile, hint: &Hint<'_>, variable: &str) -> Option<Said> {
    let image = file.instructions_of_image();
    let given = image.iter().filter(|instruction| instruction.keyword == "ENV");
    let pairs: Vec<Pair> =
        given.flat_map(|instruction| instruction.pairs.iter().cloned()).collect();
    // `gunicorn --env NAME=value`, `NAME=value gunicorn`
    if file.commands(None).iter().any(|command| command.argument.text.contains(variable)) {
        return Some(Said::Unclear);
    }
    of_pairs(&pairs, hint, variable)
}

/// What the last of these pairs gives a variable.
fn of_pairs(pairs: &[Pair], hint: &Hint<'_>, variable: &str) -> Option<Said> {
    let pair = pairs.iter().rev().find(|pair| pair.name == variable)?;
    let Some(value) = pair.value.as_ref().filter(|_| !pair.is_open) else {
        return Some(Said::Unclear);
    };
    let path: &FilePath = hint.path;
    let line = LineIndex::new(hint.text).line(pair.span.start);
    Some(Said::Value(Served {
        root: path.parent().to_owned(),
        name: value.text.clone(),
        decided: Decided::Text(path.clone(), line),
    }))
}
