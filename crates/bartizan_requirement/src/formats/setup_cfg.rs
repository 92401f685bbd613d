//! setuptools' `setup.cfg`.

use std::ops::Range;

use bartizan_base::{FilePath, Span};

use super::ini::{self, Setting};
use super::requirements;
use super::table::Sheet;
use crate::text::SourceText;
use crate::{
    Group, Include, Located, Manifest, ManifestFormat, PackageName, RequirementKind, Specifiers,
};

/// Reads `setup.cfg`; `None` where it only configures other tools.
pub fn read(path: &FilePath, bytes: &[u8]) -> Option<Manifest> {
    let (source, problem) = SourceText::decode(path, bytes);
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::SetupCfg);
    manifest.problems.extend(problem);
    let mut sheet = Sheet { source: &source, manifest };
    let mut is_ours = false;
    for setting in ini::read(&source) {
        let group = match (setting.section.as_str(), setting.key.as_str()) {
            ("metadata", "name") => {
                sheet.manifest.project = PackageName::new(setting.value(&source));
                continue;
            }
            ("options", "python_requires") => {
                if let Some(range) = setting.lines.first() {
                    let value = Specifiers::parse(&source.text[range.clone()]);
                    let span = Span::new(range.start as u32, range.end as u32);
                    sheet.manifest.python = Some(Located { value, place: source.place(span) });
                }
                continue;
            }
            ("options", "install_requires") => Group::Production,
            ("options", "setup_requires") => Group::Build,
            ("options", "tests_require") => Group::Test("tests_require".to_owned()),
            ("options.extras_require", extra) => Group::Extra(extra.to_owned()),
            _ => continue,
        };
        is_ours = true;
        list(&mut sheet, &setting, &group);
    }
    let says_something =
        is_ours || sheet.manifest.python.is_some() || sheet.manifest.project.is_some();
    says_something.then_some(sheet.manifest)
}

/// One requirement a line, or several on one, parted by `;`.
fn list(sheet: &mut Sheet<'_>, setting: &Setting, group: &Group) {
    let text = &sheet.source.text;
    if let [only] = setting.lines.as_slice() {
        if let Some(files) = text[only.clone()].strip_prefix("file:") {
            let start = only.end - files.len();
            for range in parts(text, start..only.end, ',') {
                file(sheet, range);
            }
            return;
        }
        // A marker needs the `;` for itself: then its line stands alone.
        let has_marker = ["python_version", "sys_platform", "platform_", "os_name", "extra"];
        if !has_marker.iter().any(|word| text[only.clone()].contains(word)) {
            for range in parts(text, only.clone(), ';') {
                requirements::read_line(sheet, group.clone(), range);
            }
            return;
        }
    }
    for range in &setting.lines {
        // A reference to another key repeats what stands there.
        if !text[range.clone()].contains("%(") {
            requirements::read_line(sheet, group.clone(), range.clone());
        }
    }
}

fn parts(text: &str, range: Range<usize>, separator: char) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = range.start;
    for part in text[range].split(separator) {
        let start = at + part.len() - part.trim_start().len();
        if !part.trim().is_empty() {
            ranges.push(start..start + part.trim().len());
        }
        at += part.len() + separator.len_utf8();
    }
    ranges
}

fn file(sheet: &mut Sheet<'_>, range: Range<usize>) {
    let target = sheet.source.text[range.clone()].to_owned();
    let place = sheet.source.place(Span::new(range.start as u32, range.end as u32));
    let path = requirements::include_path(&sheet.source.path, &target);
    sheet.manifest.includes.push(Include { kind: RequirementKind::Wanted, target, path, place });
}
