//! `tox.ini`: what each test environment installs.

use bartizan_base::FilePath;

use super::ini;
use super::requirements;
use super::table::Sheet;
use crate::text::SourceText;
use crate::{Group, Manifest, ManifestFormat};

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
            let rest = &source.text[start..range.end];
            // `{[base]deps}` repeats what stands elsewhere; `{toxinidir}` and others are not known.
            if rest.is_empty() || rest.contains('{') && !rest.contains("{toxinidir}") {
                continue;
            }
            if rest.contains("{toxinidir}") {
                included(&mut sheet, rest, start..range.end);
                continue;
            }
            requirements::read_line(&mut sheet, group.clone(), start..range.end);
        }
    }
    sheet.manifest
}

fn is_for_work(name: &str) -> bool {
    let words =
        ["docs", "doc", "lint", "style", "mypy", "flake8", "isort", "black", "checkqa", "release"];
    name.split(['-', '_', ',']).any(|word| words.contains(&word))
}

/// `-r{toxinidir}/requirements/test.txt`: the folder of `tox.ini` itself.
fn included(sheet: &mut Sheet<'_>, text: &str, range: std::ops::Range<usize>) {
    let (option, path) = text.split_once("{toxinidir}").unwrap_or((text, ""));
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
