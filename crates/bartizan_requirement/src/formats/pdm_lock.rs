//! `pdm.lock`.

use std::collections::BTreeMap;

use bartizan_base::FilePath;

use super::settled::{self, Settled, edge_of_text};
use super::table::strings;
use crate::node::{Node, read_toml};
use crate::{
    Address, ArchiveHash, Lock, LockFormat, LockedPackage, PackageName, Source, Specifiers, Vcs,
    VcsKind,
};

/// Reads `pdm.lock`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Lock {
    settled::read(path, bytes, LockFormat::Pdm, read_toml, |lock, document| {
        lock.written_by_header();
        if lock.lock.written_by.is_none() {
            lock.lock.written_by = Some("pdm".to_owned());
        }
        let metadata = document.get("metadata");
        lock.content_hash(metadata.and_then(|table| table.get("content_hash")));
        let target =
            metadata.and_then(|table| table.get("targets")).and_then(|t| t.items().first());
        lock.python(target.and_then(|target| target.get("requires_python")), Specifiers::parse);
        // Up to lock version 4.4 the files stood together, under `name version`.
        let files = metadata.and_then(|table| table.get("files"));
        let files: BTreeMap<&str, Vec<ArchiveHash>> = files
            .map_or(&[][..], Node::entries)
            .iter()
            .map(|(key, list)| (key.text.as_str(), settled::hashes(list).collect()))
            .collect();
        for table in lock.tables(document, "package") {
            let Some(mut package) = read_package(lock, table) else { continue };
            if package.hashes.is_empty() {
                let key = format!("{} {}", package.name.written(), package.version_text);
                package.hashes = files.get(key.as_str()).cloned().unwrap_or_default();
            }
            take(&mut lock.lock, package);
        }
    })
}

/// `celery[redis]` stands beside `celery`, in a table of its own that needs the plain one: to
/// people it is the same package.
fn take(lock: &mut Lock, package: LockedPackage) {
    let twin = lock.packages.iter_mut().rev().take(8).find(|other| {
        other.name == package.name
            && other.version_text == package.version_text
            && other.marker == package.marker
    });
    let Some(twin) = twin else {
        lock.packages.push(package);
        return;
    };
    for edge in package.dependencies {
        if edge.name != twin.name && !twin.dependencies.contains(&edge) {
            twin.dependencies.push(edge);
        }
    }
    twin.extras.extend(package.extras);
    twin.groups.extend(package.groups);
    twin.groups.sort();
    twin.groups.dedup();
    if twin.hashes.is_empty() {
        twin.hashes = package.hashes;
    }
}

fn read_package(lock: &mut Settled<'_>, table: &Node) -> Option<LockedPackage> {
    let mut package = lock.package(table)?;
    package.hashes =
        table.get("files").map_or(Vec::new(), |files| settled::hashes(files).collect());
    package.groups =
        table.get("groups").map_or(Vec::new(), |groups| settled::groups(strings(groups)));
    package.extras = table.get("extras").map_or(Vec::new(), |extras| {
        strings(extras).filter_map(PackageName::new).map(|e| e.as_str().to_owned()).collect()
    });
    package.source = source_of(table);
    for item in table.get("dependencies").map_or(&[][..], Node::items) {
        match item.text().and_then(edge_of_text) {
            Some(edge) => {
                // The plain package behind its own extra.
                if edge.name != package.name {
                    package.dependencies.push(edge);
                }
            }
            None => lock.problem(item.span.start, "not a requirement of PEP 508"),
        }
    }
    Some(package)
}

fn source_of(table: &Node) -> Source {
    let text = |key: &str| table.text_at(key).map(str::to_owned);
    if let Some(url) = table.text_at("git") {
        return Source::Vcs(Vcs {
            kind: VcsKind::Git,
            url: Address::new(url),
            reference: text("ref"),
            commit: text("revision"),
            subdirectory: text("subdirectory"),
        });
    }
    if let Some(url) = table.text_at("url") {
        return crate::url::source(url);
    }
    match table.text_at("path") {
        Some("." | "./") => Source::Workspace,
        Some(path) => Source::Path(path.to_owned()),
        None => Source::Index,
    }
}
