//! Poetry's tables: all that there is in Poetry 1, and what Poetry 2 adds to the standard ones.

use crate::formats::table::{Sheet, source_of, strings};
use crate::node::{Key, Node, Value};
use crate::{Address, Group, Marker, NamedIndex, PackageName, Requirement, Source, Specifiers};

pub(super) fn read(sheet: &mut Sheet<'_>, tool: &Node) {
    let Some(poetry) = tool.get("poetry") else { return };
    if sheet.manifest.project.is_none() {
        sheet.manifest.project = poetry.text_at("name").and_then(PackageName::new);
    }
    if let Some(dependencies) = poetry.get("dependencies") {
        let extras = extras(poetry);
        for (key, value) in dependencies.entries() {
            if key.text.eq_ignore_ascii_case("python") {
                python(sheet, value);
                continue;
            }
            let extra = PackageName::new(&key.text).and_then(|name| {
                let listed = extras.iter().find(|(_, names)| names.contains(&name));
                listed.map(|(extra, _)| extra.clone())
            });
            let group = match (value.get("optional").is_some_and(Node::is_true), extra) {
                (true, Some(extra)) => Group::Extra(extra),
                (true, None) => Group::Extra(String::new()),
                _ => Group::Production,
            };
            dependency(sheet, key, value, &group);
        }
    }
    for (key, value) in poetry.get("dev-dependencies").map_or(&[][..], Node::entries) {
        dependency(sheet, key, value, &Group::Development("dev".to_owned()));
    }
    for (name, table) in poetry.get("group").map_or(&[][..], Node::entries) {
        let group = Group::named(&name.text);
        for (key, value) in table.get("dependencies").map_or(&[][..], Node::entries) {
            dependency(sheet, key, value, &group);
        }
    }
    for index in poetry.get("source").map_or(&[][..], Node::items) {
        source(sheet, index);
    }
    if let Some(plugins) = poetry.get("requires-plugins") {
        for (key, value) in plugins.entries() {
            // They are part of the tool: no lock holds them.
            dependency(sheet, key, value, &Group::Build);
        }
    }
}

fn python(sheet: &mut Sheet<'_>, value: &Node) {
    let version = value.get("version").unwrap_or(value);
    if sheet.manifest.python.is_none() {
        sheet.python(version, Specifiers::poetry);
    }
}

/// The extras, each with the packages that it takes.
fn extras(poetry: &Node) -> Vec<(String, Vec<PackageName>)> {
    let extras = poetry.get("extras").map_or(&[][..], Node::entries).iter();
    extras
        .map(|(name, packages)| {
            let names = strings(packages).filter_map(|text| {
                PackageName::new(text.split(['[', ' ', '(', '>', '=', '<']).next().unwrap_or(""))
            });
            (name.text.clone(), names.collect())
        })
        .collect()
}

fn dependency(sheet: &mut Sheet<'_>, key: &Key, value: &Node, group: &Group) {
    // Several constraints for one package, each under a marker of its own.
    if let Value::List(items) = &value.value {
        for item in items {
            one(sheet, key, item, group);
        }
        return;
    }
    one(sheet, key, value, group);
}

fn one(sheet: &mut Sheet<'_>, key: &Key, value: &Node, group: &Group) {
    let Some(mut requirement) = sheet.keyed(key, value, group) else { return };
    match &value.value {
        Value::Text(_) => sheet.version(&mut requirement, value, Specifiers::poetry),
        Value::Map(_) => details(sheet, &mut requirement, value),
        _ => sheet.unexpected(value, "a version or a table"),
    }
    // In Poetry 2 the table only adds to what `[project]` asks for already.
    let twin = sheet.manifest.requirements.iter_mut().find(|other| {
        other.name == requirement.name
            && other.group.is_production() == requirement.group.is_production()
            && other.group != Group::Build
            && requirement.specifiers.text.is_empty()
    });
    match twin {
        Some(twin) => {
            twin.source = requirement.source;
            twin.editable |= requirement.editable;
        }
        None => sheet.manifest.requirements.push(requirement),
    }
}

fn details(sheet: &mut Sheet<'_>, requirement: &mut Requirement, table: &Node) {
    if let Some(version) = table.get("version") {
        sheet.version(requirement, version, Specifiers::poetry);
    }
    requirement.source = source_of(table).unwrap_or(Source::Index);
    requirement.editable = table.get("develop").is_some_and(Node::is_true);
    requirement.extras = table.get("extras").map_or(Vec::new(), |extras| {
        strings(extras).filter_map(PackageName::new).map(|e| e.as_str().to_owned()).collect()
    });
    let mut conditions: Vec<String> = Vec::new();
    if let Some(python) = table.text_at("python") {
        conditions.extend(python_marker(python));
    }
    if let Some(platform) = table.text_at("platform") {
        conditions.push(format!("sys_platform == '{}'", platform.replace('\'', "")));
    }
    if let Some(markers) = table.get("markers").filter(|node| node.text().is_some()) {
        let text = markers.text().unwrap_or("");
        if Marker::parse(text).tree().is_none() {
            let message = format!("`{}` is no environment marker", crate::dependency::short(text));
            sheet.problem(markers.span.start, message);
        }
        conditions.push(text.to_owned());
    }
    requirement.marker = match conditions.as_slice() {
        [] => None,
        [only] => Some(Marker::parse(only)),
        several => {
            let several: Vec<String> = several.iter().map(|one| format!("({one})")).collect();
            Some(Marker::parse(&several.join(" and ")))
        }
    };
}

/// Poetry's `python = "^3.8"` as a condition.
fn python_marker(text: &str) -> Option<String> {
    let any_of = Specifiers::poetry(text).any_of;
    let conjunction = |all: &crate::VersionSpecifiers| {
        let parts = all
            .iter()
            .map(|one| format!("python_full_version {} '{}'", one.operator(), one.version()));
        parts.collect::<Vec<_>>().join(" and ")
    };
    let parts: Vec<String> =
        any_of.iter().map(conjunction).filter(|text| !text.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" or "))
}

fn source(sheet: &mut Sheet<'_>, index: &Node) {
    let name = index.text_at("name").unwrap_or("").to_owned();
    let priority = index.text_at("priority").unwrap_or("").to_ascii_lowercase();
    // Poetry knows the public index by its name alone.
    let Some(url) = index.get("url") else { return };
    let Some(text) = url.text() else {
        sheet.unexpected(url, "an address as text");
        return;
    };
    // A source without a priority is a primary one, and the public index is not asked beside it.
    let is_secondary = index.get("secondary").is_some_and(Node::is_true);
    let default = index.get("default").is_some_and(Node::is_true)
        || matches!(priority.as_str(), "" | "default" | "primary") && !is_secondary;
    sheet.manifest.options.named_indexes.push(NamedIndex {
        name,
        url: Address::new(text),
        explicit: priority == "explicit",
        default,
        verify: true,
        place: sheet.source.place(url.span),
    });
}
