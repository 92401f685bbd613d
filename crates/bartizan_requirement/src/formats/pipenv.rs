//! pipenv's `Pipfile` and `Pipfile.lock`.

use bartizan_base::{FilePath, Span};

use super::settled;
use super::table::{Sheet, all, source_of, strings};
use crate::node::{self, Node, Value};
use crate::text::SourceText;
use crate::{
    Address, ArchiveHash, Group, Located, Lock, LockFormat, Manifest, ManifestFormat, Marker,
    NamedIndex, PackageName, Source, Specifiers,
};

/// Reads a `Pipfile`.
pub fn read_pipfile(path: &FilePath, bytes: &[u8]) -> Manifest {
    let (source, problem) = SourceText::decode(path, bytes);
    let (document, problems) = node::read_toml(&source);
    let mut manifest = Manifest::new(path.clone(), ManifestFormat::Pipfile);
    manifest.problems = all(problem, problems);
    let mut sheet = Sheet { source: &source, manifest };
    for (key, value) in document.entries() {
        match key.text.as_str() {
            "source" => {
                for index in value.items() {
                    sheet.manifest.options.named_indexes.extend(named_index(&source, index));
                }
            }
            "requires" => {
                let version =
                    value.get("python_full_version").or_else(|| value.get("python_version"));
                if let Some((node, text)) = version.and_then(|node| Some((node, node.text()?))) {
                    sheet.manifest.python = Some(sheet.located(python(text), node));
                }
            }
            "pipenv" | "scripts" => {}
            category => packages(&mut sheet, value, &group(category)),
        }
    }
    sheet.manifest
}

/// `3.12` means any 3.12.
fn python(text: &str) -> Specifiers {
    let parts = text.split('.').count();
    let specifier = if parts > 2 { format!("=={text}") } else { format!("=={text}.*") };
    Specifiers { text: text.to_owned(), ..Specifiers::parse(&specifier) }
}

fn group(category: &str) -> Group {
    match category {
        "packages" | "default" => Group::Production,
        "dev-packages" | "develop" => Group::Development("dev".to_owned()),
        category => Group::named(category),
    }
}

fn named_index(source: &SourceText, index: &Node) -> Option<NamedIndex> {
    let url = index.get("url")?;
    let name = index.text_at("name").unwrap_or("");
    Some(NamedIndex {
        name: name.to_owned(),
        url: Address::new(url.text()?),
        explicit: false,
        // pipenv asks what is listed, and nothing else.
        default: true,
        verify: index.get("verify_ssl").is_none_or(Node::is_true),
        place: source.place(url.span),
    })
}

fn packages(sheet: &mut Sheet<'_>, table: &Node, group: &Group) {
    for (key, value) in table.entries() {
        let Some(mut requirement) = sheet.keyed(key, value, group) else { continue };
        match &value.value {
            Value::Text(_) => sheet.version(&mut requirement, value, Specifiers::poetry),
            Value::Map(_) => {
                if let Some(version) = value.get("version") {
                    sheet.version(&mut requirement, version, Specifiers::poetry);
                }
                requirement.source = source_of(value).unwrap_or(Source::Index);
                requirement.editable = value.get("editable").is_some_and(Node::is_true);
                requirement.extras = extras(value);
                requirement.marker = marker(value);
            }
            _ => sheet.unexpected(value, "a version or a table"),
        }
        sheet.manifest.requirements.push(requirement);
    }
}

fn extras(table: &Node) -> Vec<String> {
    let extras = table.get("extras").map_or(&[][..], Node::items).iter();
    let names = extras.filter_map(|extra| PackageName::new(extra.text()?));
    names.map(|name| name.as_str().to_owned()).collect()
}

/// `markers = "…"`, and the shorthand `sys_platform = "== 'win32'"`.
fn marker(table: &Node) -> Option<Marker> {
    let names = [
        "os_name",
        "sys_platform",
        "platform_machine",
        "platform_python_implementation",
        "platform_release",
        "platform_system",
        "platform_version",
        "python_version",
        "python_full_version",
        "implementation_name",
        "implementation_version",
    ];
    let short = names.iter().filter_map(|name| Some(format!("{name} {}", table.text_at(name)?)));
    let whole = table.text_at("markers").map(str::to_owned);
    let all: Vec<String> = whole.into_iter().chain(short).collect();
    match all.as_slice() {
        [] => None,
        [only] => Some(Marker::parse(only)),
        several => {
            let several: Vec<String> = several.iter().map(|one| format!("({one})")).collect();
            Some(Marker::parse(&several.join(" and ")))
        }
    }
}

/// Reads a `Pipfile.lock`.
pub fn read_lock(path: &FilePath, bytes: &[u8]) -> Lock {
    settled::read(path, bytes, LockFormat::Pipenv, node::read_json, |lock, document| {
        if !matches!(document.value, Value::Map(_)) {
            lock.problem(0, format!("a table is expected, {} found", document.kind()));
        }
        lock.lock.written_by = Some("pipenv".to_owned());
        for (category, packages) in document.entries() {
            if category.text == "_meta" {
                lock.content_hash(packages.at(&["hash", "sha256"]));
                if let Some(node) = packages.at(&["requires", "python_version"]) {
                    let value = python(node.text().unwrap_or(""));
                    let place = lock.source.place(node.span);
                    lock.lock.python = Some(Located { value, place });
                }
                for index in packages.get("sources").map_or(&[][..], Node::items) {
                    lock.lock.options.named_indexes.extend(named_index(lock.source, index));
                }
                continue;
            }
            let group = group(&category.text);
            for (key, value) in packages.entries() {
                let Some(name) = PackageName::new(&key.text) else {
                    lock.problem(key.span.start, "not the name of a package");
                    continue;
                };
                let version = value.get("version");
                let written = version.and_then(Node::text).unwrap_or("");
                let text = written.trim_start_matches('=').trim().to_owned();
                let version_span = version.map(|node| {
                    let inner = node.inner(lock.source);
                    let operator = (written.len() - written.trim_start_matches('=').len()) as u32;
                    Span::new((inner.start + operator).min(inner.end), inner.end)
                });
                let name_span = key.inner(lock.source);
                let span = Span::new(key.span.start, value.span.end);
                let mut package = lock.named(name, text, span, name_span, version_span);
                package.groups = vec![group.clone()];
                package.extras = extras(value);
                package.marker = marker(value);
                package.source = source_of(value).unwrap_or(Source::Index);
                if let (Source::Vcs(vcs), Some(commit)) =
                    (&mut package.source, value.text_at("ref"))
                {
                    vcs.commit = Some(commit.to_owned());
                }
                if let Some(hashes) = value.get("hashes") {
                    package.hashes = strings(hashes).filter_map(ArchiveHash::parse).collect();
                }
                lock.lock.packages.push(package);
            }
        }
    })
}
