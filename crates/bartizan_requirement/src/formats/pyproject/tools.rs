//! The tables of PDM, Hatch, setuptools and flit.

use crate::formats::table::Sheet;
use crate::node::{Node, Value};
use crate::{Address, Group, NamedIndex, RequirementKind, Specifiers};

const WANTED: RequirementKind = RequirementKind::Wanted;

pub(super) fn pdm(sheet: &mut Sheet<'_>, tool: &Node) {
    let Some(pdm) = tool.get("pdm") else { return };
    for (name, list) in pdm.get("dev-dependencies").map_or(&[][..], Node::entries) {
        let group = Group::named(&name.text);
        for item in list.items() {
            pdm_line(sheet, item, &group);
        }
    }
    for (key, value) in pdm.at(&["resolution", "overrides"]).map_or(&[][..], Node::entries) {
        let Some(mut requirement) = sheet.keyed(key, value, &Group::Production) else { continue };
        requirement.kind = RequirementKind::Override;
        sheet.version(&mut requirement, value, version_or_location);
        sheet.manifest.requirements.push(requirement);
    }
    for index in pdm.get("source").map_or(&[][..], Node::items) {
        let (Some(url), name) = (index.get("url"), index.text_at("name").unwrap_or("")) else {
            continue;
        };
        let verify = index.get("verify_ssl").is_none_or(Node::is_true);
        let named = NamedIndex {
            name: name.to_owned(),
            url: Address::new(url.text().unwrap_or("")),
            explicit: false,
            default: name == "pypi",
            verify,
            place: sheet.source.place(url.span),
        };
        match index.text_at("type") {
            Some("find_links") => sheet.manifest.options.find_links.extend(sheet.address(url)),
            _ => sheet.manifest.options.named_indexes.push(named),
        }
    }
}

/// `5.2`, `>=5.2`, or an address.
fn version_or_location(text: &str) -> Specifiers {
    if crate::url::is_location(text) {
        return Specifiers { text: text.to_owned(), ..Specifiers::any() };
    }
    match text.starts_with(|c: char| c.is_ascii_digit()) {
        true => Specifiers { text: text.to_owned(), ..Specifiers::parse(&format!("=={text}")) },
        false => Specifiers::parse(text),
    }
}

/// PDM takes `-e file:///${PROJECT_ROOT}/core#egg=clinic-core` among its texts.
fn pdm_line(sheet: &mut Sheet<'_>, item: &Node, group: &Group) {
    let Some(text) = item.text().filter(|text| text.starts_with("-e ")) else {
        sheet.text(item, group, WANTED);
        return;
    };
    let range = std::ops::Range::from(item.inner(sheet.source));
    if sheet.source.text.get(range.clone()) == Some(text) {
        super::super::requirements::read_line(sheet, group.clone(), range);
    }
}

pub(super) fn hatch(sheet: &mut Sheet<'_>, tool: &Node) {
    let Some(hatch) = tool.get("hatch") else { return };
    for (name, environment) in hatch.get("envs").map_or(&[][..], Node::entries) {
        // What the environment called `default` has is there to work on the project.
        let group = match name.text.as_str() {
            "default" => Group::Development("default".to_owned()),
            name => Group::named(name),
        };
        for key in ["dependencies", "extra-dependencies"] {
            if let Some(list @ Node { value: Value::List(_), .. }) = environment.get(key) {
                templated(sheet, list, &group);
            }
        }
    }
    let build = hatch.get("build");
    let targets = build.and_then(|build| build.get("targets")).map_or(&[][..], Node::entries);
    let hooks = build.and_then(|build| build.get("hooks")).map_or(&[][..], Node::entries);
    for (_, target) in targets.iter().chain(hooks) {
        if let Some(list) = target.get("dependencies") {
            templated(sheet, list, &Group::Build);
        }
    }
    let from_files = hatch.at(&["metadata", "hooks", "requirements_txt"]);
    if let Some(hook) = from_files {
        for key in ["files", "filename"] {
            if let Some(files) = hook.get(key) {
                sheet.files(files);
            }
        }
        for (_, files) in hook.get("optional-dependencies").map_or(&[][..], Node::entries) {
            sheet.files(files);
        }
    }
}

/// Hatch fills `{root:uri}` and `{matrix:django}` into its texts; those are left alone.
fn templated(sheet: &mut Sheet<'_>, list: &Node, group: &Group) {
    for item in list.items() {
        if !item.text().is_some_and(|text| text.contains("{root") || text.contains("{matrix")) {
            sheet.text(item, group, WANTED);
        }
    }
}

pub(super) fn setuptools(sheet: &mut Sheet<'_>, tool: &Node) {
    let Some(dynamic) = tool.at(&["setuptools", "dynamic"]) else { return };
    if let Some(files) = dynamic.at(&["dependencies", "file"]) {
        sheet.files(files);
    }
    for (_, extra) in dynamic.get("optional-dependencies").map_or(&[][..], Node::entries) {
        if let Some(files) = extra.get("file") {
            sheet.files(files);
        }
    }
}

pub(super) fn flit(sheet: &mut Sheet<'_>, tool: &Node) {
    let Some(metadata) = tool.at(&["flit", "metadata"]) else { return };
    if let Some(requires) = metadata.get("requires") {
        sheet.texts(requires, &Group::Production, WANTED);
    }
    for (name, list) in metadata.get("requires-extra").map_or(&[][..], Node::entries) {
        sheet.texts(list, &Group::Extra(name.text.clone()), WANTED);
    }
    if let Some(python) = metadata.get("requires-python") {
        sheet.python(python, Specifiers::parse);
    }
}
