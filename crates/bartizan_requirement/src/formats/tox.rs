//! `tox.ini` and `tox.toml`: what each test environment installs.

use std::ops::Range;

use bartizan_base::FilePath;

use super::ini;
use super::requirements;
use super::table::{Sheet, all};
use crate::node::{self, Node};
use crate::text::SourceText;
use crate::{Group, Manifest, ManifestFormat};

/// The names of the folder that the file lies in.
const ROOTS: [&str; 3] = ["{toxinidir}", "{tox_root}", "{[tox]toxinidir}"];

/// Reads `tox.ini`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Manifest {
    let (source, problem) = SourceText::decode(path, bytes);
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::Tox);
    manifest.problems.extend(problem);
    let mut sheet = Sheet { source: &source, manifest };
    for setting in ini::read(&source) {
        let group = match (setting.section.as_str(), setting.key.as_str()) {
            ("testenv", "deps") => Group::Test("tox".to_owned()),
            ("tox", "requires") => Group::Development("tox".to_owned()),
            (section, "deps") => match section.strip_prefix("testenv:") {
                Some(name) if is_for_work(name) => Group::Development(name.to_owned()),
                Some(name) => Group::Test(name.to_owned()),
                None => continue,
            },
            _ => continue,
        };
        for range in setting.lines {
            let text = &source.text[range.clone()];
            let start = range.start + factor_length(text);
            line(&mut sheet, &group, start..range.end);
        }
    }
    sheet.manifest
}

/// Reads `tox.toml`.
pub fn read_toml(path: &FilePath, bytes: &[u8]) -> Manifest {
    let (source, problem) = SourceText::decode(path, bytes);
    let (document, problems) = node::read_toml(&source);
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::Tox);
    manifest.problems = all(problem, problems);
    let mut sheet = Sheet { source: &source, manifest };
    tables(&mut sheet, &document);
    sheet.manifest
}

/// Reads tox's tables: a `tox.toml`, or `[tool.tox]` of a `pyproject.toml`.
pub(crate) fn tables(sheet: &mut Sheet<'_>, tox: &Node) {
    if let Some(requires) = tox.get("requires") {
        lines(sheet, requires, &Group::Development("tox".to_owned()));
    }
    if let Some(deps) = tox.at(&["env_run_base", "deps"]) {
        lines(sheet, deps, &Group::Test("tox".to_owned()));
    }
    for (name, environment) in tox.get("env").map_or(&[][..], Node::entries) {
        let Some(deps) = environment.get("deps") else { continue };
        let group = match is_for_work(&name.text) {
            true => Group::Development(name.text.clone()),
            false => Group::Test(name.text.clone()),
        };
        lines(sheet, deps, &group);
    }
}

/// A list of texts, each as a line of `deps`; a table among them repeats what stands elsewhere.
fn lines(sheet: &mut Sheet<'_>, list: &Node, group: &Group) {
    for item in list.items() {
        let range = Range::from(item.inner(sheet.source));
        // A text with escapes in it is no line of the file, and nobody writes a requirement so.
        if item.text().is_some() && item.text() == sheet.source.text.get(range.clone()) {
            line(sheet, group, range);
        }
    }
}

/// One line of `deps`.
fn line(sheet: &mut Sheet<'_>, group: &Group, range: Range<usize>) {
    let text = &sheet.source.text[range.clone()];
    let root = ROOTS.iter().find(|root| text.contains(**root));
    match root {
        Some(root) => {
            let text = text.to_owned();
            included(sheet, &text, root, range);
        }
        // `{[base]deps}` repeats what stands elsewhere; other names in braces are not known.
        None if text.is_empty() || text.contains('{') => {}
        None => requirements::read_line(sheet, group.clone(), range),
    }
}

fn is_for_work(name: &str) -> bool {
    let words =
        ["docs", "doc", "lint", "style", "mypy", "flake8", "isort", "black", "checkqa", "release"];
    name.split(['-', '_', ',']).any(|word| words.contains(&word))
}

/// `-r{toxinidir}/requirements/test.txt`: the folder of the file itself.
fn included(sheet: &mut Sheet<'_>, text: &str, root: &str, range: Range<usize>) {
    let (option, path) = text.split_once(root).unwrap_or((text, ""));
    let kind = match option.trim() {
        "-r" | "--requirement" | "--requirement=" => crate::RequirementKind::Wanted,
        "-c" | "--constraint" | "--constraint=" => crate::RequirementKind::Constraint,
        _ => return,
    };
    let target = path.trim_start_matches('/').trim().to_owned();
    let path = requirements::include_path(&sheet.source.path, &target);
    let span = bartizan_base::Span::new(range.start as u32, range.end as u32);
    let place = sheet.source.place(span);
    sheet.manifest.includes.push(crate::Include { kind, target, path, place });
}

/// The length of `py312,django52: `, which says in which environments a line counts.
fn factor_length(text: &str) -> usize {
    let Some((factors, rest)) = text.split_once(':') else { return 0 };
    let part =
        |c: char| c.is_alphanumeric() || matches!(c, ',' | '-' | '_' | '.' | '{' | '}' | '!' | ' ');
    let is_factor = !factors.is_empty()
        && factors.chars().all(part)
        && !rest.starts_with("//")
        && !factors.starts_with('-');
    match is_factor {
        true => text.len() - rest.trim_start().len(),
        false => 0,
    }
}
