//! conda's `environment.yml`.

use bartizan_base::FilePath;

use super::requirements;
use super::table::{Sheet, all};
use crate::node::{self, Node};
use crate::text::SourceText;
use crate::{
    Address, Group, Manifest, ManifestFormat, PackageName, Requirement, RequirementKind, Source,
    Specifiers,
};

/// Reads `environment.yml`; `None` for YAML without a list of dependencies.
pub fn read(path: &FilePath, bytes: &[u8]) -> Option<Manifest> {
    let (source, problem) = SourceText::decode(path, bytes);
    let (document, problems) = node::read_yaml(&source);
    let dependencies = document.get("dependencies")?;
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::Conda);
    manifest.problems = all(problem, problems);
    let mut sheet = Sheet { source: &source, manifest };
    let group = Group::of_path(path);
    for item in dependencies.items() {
        if let Some(pip) = item.get("pip") {
            for line in pip.items() {
                pip_line(&mut sheet, line, &group);
            }
        } else if item.text().is_some() {
            package(&mut sheet, item, &group);
        }
    }
    Some(sheet.manifest)
}

/// A line as in a requirements file.
fn pip_line(sheet: &mut Sheet<'_>, line: &Node, group: &Group) {
    let range = std::ops::Range::from(line.inner(sheet.source));
    match line.text() {
        Some(text) if sheet.source.text.get(range.clone()) == Some(text) => {
            requirements::read_line(sheet, group.clone(), range);
        }
        Some(_) => sheet.text(line, group, RequirementKind::Wanted),
        None => sheet.unexpected(line, "a requirement as text"),
    }
}

/// `conda-forge::django>=5.1,<5.3`, `django=5.2`, `django 5.2.*`.
fn package(sheet: &mut Sheet<'_>, item: &Node, group: &Group) {
    let text = item.text().unwrap_or("");
    let offsets = item.offsets(sheet.source);
    let (channel, start) = match text.split_once("::") {
        Some((channel, _)) => (Some(channel), channel.len() + 2),
        None => (None, 0),
    };
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let length = text[start..].find(|c| !part(c)).unwrap_or(text.len() - start);
    let name_range = start..start + length;
    let written = &text[name_range.clone()];
    let version = text[name_range.end..].split('[').next().unwrap_or("").trim();
    let version_start = text.len() - text[name_range.end..].trim_start().len();
    if written == "python" {
        let specifiers = Specifiers::conda(version);
        sheet.manifest.python = Some(sheet.located(specifiers, item));
        return;
    }
    // Names such as `_libgcc_mutex` are conda's own and none of Python's.
    let Some(name) = PackageName::new(written) else { return };
    let specifiers = Specifiers::conda(version);
    if !specifiers.is_understood() {
        let version = crate::dependency::short(version);
        sheet
            .problem(offsets.start(version_start), format!("`{version}` is no version of conda's"));
    }
    let specifiers_span =
        (!version.is_empty()).then(|| offsets.span(version_start..version_start + version.len()));
    sheet.manifest.requirements.push(Requirement {
        name,
        extras: Vec::new(),
        specifiers,
        marker: None,
        source: Source::NamedIndex(Address::new(channel.unwrap_or("conda"))),
        hashes: Vec::new(),
        group: group.clone(),
        kind: RequirementKind::Wanted,
        editable: false,
        place: sheet.source.place(offsets.span(0..text.len())),
        name_span: offsets.span(name_range),
        specifiers_span,
    });
}
