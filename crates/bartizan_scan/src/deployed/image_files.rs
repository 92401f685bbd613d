//! Files of variables that an image holds in the place of those of the tree: `COPY .env.live .env`.

use std::collections::BTreeMap;
use std::sync::Arc;

use bartizan_base::{FilePath, LineIndex};
use bartizan_deployment::{Facts, FileType, Instruction, context_of, is_for_developers, read};
use bartizan_django::settings::Outside;
use bartizan_value::Files;

use super::{Beside, steps::outside};

/// What images make of the files of variables that code reads.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// By path of the tree, what lies there in an image.
    pub(crate) texts: BTreeMap<String, Arc<str>>,
    /// Where an image writes into such a file, and nobody knows what.
    pub(crate) written: Option<Outside>,
}

/// What the images that serve visitors put in the place of files of the tree. Where they differ, nobody
/// knows what lies there.
pub(crate) fn placed(beside: &Beside, files: &Files) -> Placed {
    let mut placed = Placed::default();
    for (path, text) in &beside.texts {
        if FileType::of(path) != Some(FileType::Dockerfile) || is_for_developers(path) {
            continue;
        }
        let Some(Facts::Dockerfile(file)) = read(path, text) else { continue };
        let lines = LineIndex::new(text);
        let mut folder = String::new();
        for instruction in file.instructions_of_image() {
            match instruction.keyword.as_str() {
                "WORKDIR" => {
                    let to = instruction.argument.text.trim();
                    folder = match to.starts_with('/') {
                        true => to.to_owned(),
                        false => format!("{folder}/{to}"),
                    };
                }
                "COPY" | "ADD" => {
                    let Some((from, to)) = copied(instruction, &folder) else { continue };
                    let context = context_of(path);
                    let whole = |inside: &str| match context.trim_end_matches('/') {
                        "" => inside.to_owned(),
                        context => format!("{context}/{inside}"),
                    };
                    let (from, to) = (whole(&from), whole(&to));
                    let known = || beside.texts.iter().find(|(path, _)| path.as_str() == from);
                    let text = files
                        .text(&from)
                        .cloned()
                        .or_else(|| known().map(|(_, text)| Arc::from(text.as_str())));
                    let line = lines.line(instruction.argument.span.start);
                    match (text, placed.texts.get(&to)) {
                        (Some(text), None) => {
                            placed.texts.insert(to, text);
                        }
                        (Some(text), Some(known)) if *known == text => {}
                        _ => placed.written = Some(outside(&from, path, line)),
                    }
                }
                "RUN" if writes_variables(&instruction.argument.text) => {
                    let line = lines.line(instruction.argument.span.start);
                    placed.written = Some(outside(".env", path, line));
                }
                _ => {}
            }
        }
    }
    placed
}

/// The file that an instruction copies, and where in the folder of the work it lies then, if that is the
/// place of another file of variables.
fn copied(instruction: &Instruction, folder: &str) -> Option<(String, String)> {
    let words = instruction.words();
    if words.iter().any(|word| word.starts_with("--from") || word.starts_with("<<")) {
        return None;
    }
    let mut words = words.iter().filter(|word| !word.starts_with("--"));
    let (from, to) = (words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let from = from.trim_start_matches("./");
    let inside = match to.strip_prefix('/') {
        Some(_) => to.strip_prefix(folder)?.trim_start_matches('/'),
        None => to.trim_start_matches("./"),
    };
    let is_folder = inside.is_empty() || inside == "." || to.ends_with('/');
    if is_folder || !Files::may_hold_variables(inside) || inside == from {
        return None;
    }
    FilePath::new(inside)?;
    Some((from.to_owned(), inside.to_owned()))
}

/// Whether a command of a build makes a file of variables: `RUN echo DEBUG=0 >> .env`, `cp env.live .env`.
fn writes_variables(command: &str) -> bool {
    let mut words = command.split(|sign: char| sign.is_whitespace() || ";|&\"'".contains(sign));
    let is_named = words.any(|word| {
        let word = word.trim_start_matches('>');
        Files::may_hold_variables(word) && word.rsplit('/').next().is_some_and(|it| it == ".env")
    });
    let makes = [">", "cp ", "mv ", "ln ", "tee ", "sed -i", "install "];
    is_named && makes.iter().any(|word| command.contains(word))
}
