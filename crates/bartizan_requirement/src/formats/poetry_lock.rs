//! `poetry.lock`, of Poetry 1 and 2.

use std::collections::BTreeMap;

use bartizan_base::FilePath;

use super::settled::{self, Settled};
use super::table::strings;
use crate::node::{Node, Value, read_toml};
use crate::{
    Address, ArchiveHash, Edge, Group, Lock, LockFormat, LockedPackage, Marker, PackageName,
    Source, Specifiers, Vcs, VcsKind,
};

/// Reads `poetry.lock`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Lock {
    settled::read(path, bytes, LockFormat::Poetry, read_toml, |lock, document| {
        lock.written_by_header();
        let metadata = document.get("metadata");
        lock.python(metadata.and_then(|table| table.get("python-versions")), Specifiers::poetry);
        lock.content_hash(metadata.and_then(|table| table.get("content-hash")));
        // Before lock version 2.0 all files stood together at the end.
        let mut files: BTreeMap<PackageName, Vec<ArchiveHash>> = BTreeMap::new();
        for key in ["files", "hashes"] {
            let table = metadata.and_then(|table| table.get(key));
            for (name, list) in table.map_or(&[][..], Node::entries) {
                let Some(name) = PackageName::new(&name.text) else { continue };
                let hashes = settled::hashes(list).chain(strings(list).filter_map(sha256));
                files.entry(name).or_default().extend(hashes);
            }
        }
        for table in lock.tables(document, "package") {
            let Some(mut package) = read_package(lock, table) else { continue };
            if package.hashes.is_empty() {
                package.hashes = files.get(&package.name).cloned().unwrap_or_default();
            }
            lock.lock.packages.push(package);
        }
    })
}

/// The oldest locks have bare digests.
fn sha256(digest: &str) -> Option<ArchiveHash> {
    ArchiveHash::parse(&format!("sha256:{digest}"))
}

fn read_package(lock: &mut Settled<'_>, table: &Node) -> Option<LockedPackage> {
    let mut package = lock.package(table)?;
    package.hashes =
        table.get("files").map_or(Vec::new(), |files| settled::hashes(files).collect());
    package.source = table.get("source").map_or(Source::Index, source_of);
    // A table gives each group a condition of its own; then none holds for all.
    package.marker = table.text_at("markers").map(Marker::parse);
    package.groups = groups(table, package.marker.as_ref());
    for (name, value) in table.get("dependencies").map_or(&[][..], Node::entries) {
        let Some(name) = PackageName::new(&name.text) else {
            lock.problem(name.span.start, "not the name of a package");
            continue;
        };
        match &value.value {
            Value::List(items) => {
                package.dependencies.extend(items.iter().map(|item| edge(name.clone(), item)));
            }
            _ => package.dependencies.push(edge(name, value)),
        }
    }
    Some(package)
}

fn groups(table: &Node, marker: Option<&Marker>) -> Vec<Group> {
    let names: Vec<&str> = match table.get("groups") {
        Some(groups) => strings(groups).collect(),
        None => table.text_at("category").into_iter().collect(),
    };
    let mut groups = settled::groups(names.into_iter());
    // What is optional comes in by the extras that its condition names.
    let optional = table.get("optional").is_some_and(Node::is_true);
    if let (true, Some(marker)) = (optional, marker) {
        let extras: Vec<Group> =
            marker.extras().map(|extra| Group::Extra(extra.to_owned())).collect();
        if !extras.is_empty() {
            groups.retain(|group| *group != Group::Production);
            groups.extend(extras);
            groups.sort();
            groups.dedup();
        }
    }
    groups
}

fn edge(name: PackageName, value: &Node) -> Edge {
    let version = value.text().or_else(|| value.text_at("version"));
    let marker = value.text_at("markers").map(Marker::parse);
    Edge {
        name,
        extras: value
            .get("extras")
            .map_or(Vec::new(), |extras| strings(extras).map(str::to_ascii_lowercase).collect()),
        specifiers: version.map_or_else(Specifiers::any, Specifiers::poetry),
        only_with: marker.as_ref().and_then(Marker::extra).map(str::to_owned),
        marker,
    }
}

fn source_of(source: &Node) -> Source {
    let url = source.text_at("url").unwrap_or("");
    let kind = source.text_at("type").unwrap_or("");
    match kind {
        "git" => Source::Vcs(Vcs {
            kind: VcsKind::Git,
            url: Address::new(url),
            reference: source.text_at("reference").map(str::to_owned),
            commit: source.text_at("resolved_reference").map(str::to_owned),
            subdirectory: source.text_at("subdirectory").map(str::to_owned),
        }),
        "url" => Source::Url(Address::new(url)),
        "file" | "directory" => Source::Path(url.to_owned()),
        _ => Source::NamedIndex(Address::new(url)),
    }
}
