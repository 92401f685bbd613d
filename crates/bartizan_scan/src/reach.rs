//! What the holes of packages ask for, looked for in the code and the settings of the project.
//!
//! Three things are told apart: the project uses it, here; nothing can use it; the project's own code
//! does not, and nobody knows what the packages do that it installs. Where a file could not be read,
//! or a value is not known, there is no answer.

mod code;
mod settings;

use bartizan_base::Span;
use bartizan_deps::reach::{Facts, Kind, Reach, Want, stands_alone};
use bartizan_finding::Place;
use bartizan_project::FileId;
use bartizan_requirement::Inventory;

use crate::config::Config;
use crate::served::Told;
use crate::source::Source;
use crate::{Linked, is_test_code};

/// What is known of one want.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Sight {
    /// It is used, here; without a place where it is there by default.
    Used(Option<(FileId, Span)>),
    /// Nothing of it is there.
    #[default]
    Nothing,
    /// Something of that name is there, and what it is is not known.
    Doubt,
}

/// Looks for everything that is wanted. `told` is what visitors are served with.
pub(crate) fn facts(
    linked: &Linked,
    inventory: &Inventory,
    told: &[Told<'_>],
    config: &Config,
    wants: &[Want],
) -> Facts {
    let mut facts = Facts::default();
    if wants.is_empty() {
        return facts;
    }
    let project = &linked.project;
    let code = code::look(linked, &|path| is_test_code(path, config), wants);
    let settings = settings::look(project, told, wants);
    // What was not read may use anything.
    let is_whole = project
        .files()
        .all(|file| linked.whole[file.index()] || is_test_code(project.path(file), config))
        && linked.unread == 0;
    for (number, want) in wants.iter().enumerate() {
        let by_code = &code.sights[number];
        let by_settings = settings.get(number).and_then(Option::as_ref);
        let unused = || match (is_whole, by_code) {
            (true, Sight::Nothing) => {
                let is_alone = || stands_alone(inventory, want.package);
                match !code.is_imported(want) && is_alone() {
                    true => Reach::NotFound,
                    false => Reach::NotInCode,
                }
            }
            _ => Reach::Unknown,
        };
        let reach = match (want.kind, by_settings, by_code) {
            (Kind::Platform | Kind::TemplateTag | Kind::Always, ..) => continue,
            (_, Some(Sight::Used(place)), _) | (_, _, Sight::Used(place)) => {
                Reach::Reached(place.map(|(file, span)| placed(linked, file, span)))
            }
            (Kind::Middleware | Kind::DbBackend, Some(Sight::Nothing), _) => Reach::NotFound,
            (Kind::Middleware | Kind::DbBackend, ..) => Reach::Unknown,
            // What the settings leave out is not there, unless code names it all the same.
            (_, Some(Sight::Nothing), Sight::Nothing) if is_whole => Reach::NotFound,
            (Kind::Setting, Some(_), _) => Reach::Unknown,
            _ => unused(),
        };
        facts.answer(want, reach);
    }
    facts
}

/// A piece of code as a place.
pub(crate) fn placed(linked: &Linked, file: FileId, span: Span) -> Place {
    let project = &linked.project;
    let text = &linked.texts[file.index()];
    Source::new(project.path(file), text, project.ir(file), Vec::new()).place(span)
}
