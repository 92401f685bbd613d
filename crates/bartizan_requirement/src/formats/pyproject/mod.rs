//! `pyproject.toml`: the standard tables, and those of Poetry, PDM, Hatch, uv and setuptools.

mod poetry;
mod tools;
mod uv;

use bartizan_base::FilePath;

use super::table::{Sheet, all};
use crate::node::{self, Node, Value};
use crate::text::SourceText;
use crate::{Group, Include, Manifest, ManifestFormat, PackageName, RequirementKind, Specifiers};

/// Reads `pyproject.toml`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Manifest {
    let (source, problem) = SourceText::decode(path, bytes);
    let (document, problems) = node::read_toml(&source);
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::Pyproject);
    manifest.problems = all(problem, problems);
    let mut sheet = Sheet { source: &source, manifest };
    sheet.build_system(&document);
    sheet.project(&document);
    sheet.groups(&document);
    if let Some(tool) = document.get("tool") {
        poetry::read(&mut sheet, tool);
        tools::pdm(&mut sheet, tool);
        tools::hatch(&mut sheet, tool);
        tools::setuptools(&mut sheet, tool);
        tools::flit(&mut sheet, tool);
        if let Some(tox) = tool.get("tox") {
            super::tox::tables(&mut sheet, tox);
        }
        uv::read(&mut sheet, tool);
    }
    sheet.manifest.requirements.sort_by_key(|requirement| requirement.place.span.start);
    sheet.manifest.problems.sort();
    sheet.manifest
}

impl Sheet<'_> {
    fn build_system(&mut self, document: &Node) {
        if let Some(requires) = document.at(&["build-system", "requires"]) {
            self.texts(requires, &Group::Build, RequirementKind::Wanted);
        }
    }

    /// PEP 621.
    fn project(&mut self, document: &Node) {
        let Some(project) = document.get("project") else { return };
        self.manifest.project = project.text_at("name").and_then(PackageName::new);
        if let Some(python) = project.get("requires-python") {
            self.python(python, Specifiers::parse);
        }
        if let Some(dependencies) = project.get("dependencies") {
            self.texts(dependencies, &Group::Production, RequirementKind::Wanted);
        }
        if let Some(optional) = project.get("optional-dependencies") {
            self.table_expected(optional);
            for (extra, list) in optional.entries() {
                let name = PackageName::new(&extra.text);
                let name = name.map_or(extra.text.clone(), |name| name.as_str().to_owned());
                self.texts(list, &Group::Extra(name), RequirementKind::Wanted);
            }
        }
    }

    /// PEP 735.
    fn groups(&mut self, document: &Node) {
        let Some(groups) = document.get("dependency-groups") else { return };
        self.table_expected(groups);
        let normal = |name: &str| PackageName::new(name).map(|name| name.as_str().to_owned());
        let known: Vec<Option<String>> =
            groups.entries().iter().map(|(name, _)| normal(&name.text)).collect();
        for (name, list) in groups.entries() {
            let group = Group::named(&name.text);
            for item in list.items() {
                // What another group brings stands there, with that group's own name.
                let Some(included) = item.get("include-group") else {
                    self.text(item, &group, RequirementKind::Wanted);
                    continue;
                };
                let included_name = included.text().unwrap_or("");
                if !known.contains(&normal(included_name)) {
                    let message = format!("there is no group `{included_name}`");
                    self.problem(included.span.start, message);
                }
            }
        }
    }

    /// Notes which versions of Python the project supports.
    fn python(&mut self, node: &Node, read: fn(&str) -> Specifiers) {
        let Some(text) = node.text() else {
            self.unexpected(node, "a version as text");
            return;
        };
        let specifiers = read(text);
        if !specifiers.is_understood() {
            let message = format!("`{}` is no version specifier", crate::dependency::short(text));
            self.problem(node.span.start, message);
        }
        self.manifest.python = Some(self.located(specifiers, node));
    }

    fn table_expected(&mut self, node: &Node) {
        if !matches!(node.value, Value::Map(_)) {
            self.unexpected(node, "a table");
        }
    }

    /// Notes requirements files that a build backend reads.
    fn files(&mut self, files: &Node) {
        for file in self.one_or_many(files) {
            let Some(target) = file.text() else { continue };
            let include = Include {
                kind: RequirementKind::Wanted,
                target: target.to_owned(),
                path: super::requirements::include_path(&self.source.path, target),
                place: self.source.place(file.span),
            };
            self.manifest.includes.push(include);
        }
    }
}
