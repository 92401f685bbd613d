//! `pylock.toml` (PEP 751).

use bartizan_base::FilePath;

use super::settled::{self, Settled, edge};
use crate::node::{Node, read_toml};
use crate::{
    Address, ArchiveHash, Group, Lock, LockFormat, LockedPackage, Relation, Source, Specifiers,
    Vcs, VcsKind,
};

/// Reads `pylock.toml`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Lock {
    settled::read(path, bytes, LockFormat::Pylock, read_toml, |lock, document| {
        lock.lock.written_by = document.text_at("created-by").map(str::to_owned);
        lock.python(document.get("requires-python"), Specifiers::parse);
        for table in lock.tables(document, "packages") {
            let Some(package) = read_package(lock, table) else { continue };
            lock.lock.packages.push(package);
        }
    })
}

fn read_package(lock: &mut Settled<'_>, table: &Node) -> Option<LockedPackage> {
    let mut package = lock.package(table)?;
    package.source = source_of(table);
    if package.source == Source::Workspace {
        package.relation = Relation::Project;
    }
    for file in [table.get("sdist"), table.get("archive")].into_iter().flatten() {
        package.hashes.extend(hashes(file));
    }
    for wheel in table.get("wheels").map_or(&[][..], Node::items) {
        package.hashes.extend(hashes(wheel));
    }
    let edges = table.get("dependencies").map_or(&[][..], Node::items).iter();
    package.dependencies = edges.filter_map(edge).collect();
    if let Some(marker) = &package.marker {
        package.groups = groups(marker.as_str());
    }
    Some(package)
}

fn hashes(file: &Node) -> impl Iterator<Item = ArchiveHash> {
    let hashes = file.get("hashes").map_or(&[][..], Node::entries).iter();
    hashes.filter_map(|(algorithm, digest)| {
        ArchiveHash::parse(&format!("{}:{}", algorithm.text, digest.text()?))
    })
}

fn source_of(table: &Node) -> Source {
    if let Some(vcs) = table.get("vcs") {
        let text = |key: &str| vcs.text_at(key).map(str::to_owned);
        return Source::Vcs(Vcs {
            kind: vcs.text_at("type").and_then(VcsKind::of).unwrap_or(VcsKind::Git),
            url: Address::new(text("url").or_else(|| text("path")).unwrap_or_default()),
            reference: text("requested-revision"),
            commit: text("commit-id"),
            subdirectory: text("subdirectory"),
        });
    }
    if let Some(directory) = table.get("directory") {
        return match directory.text_at("path") {
            Some(".") => Source::Workspace,
            path => Source::Path(path.unwrap_or("").to_owned()),
        };
    }
    if let Some(archive) = table.get("archive") {
        return match (archive.text_at("url"), archive.text_at("path")) {
            (Some(url), _) => Source::Url(Address::new(url)),
            (None, path) => Source::Path(path.unwrap_or("").to_owned()),
        };
    }
    table.text_at("index").map_or(Source::Index, |index| Source::NamedIndex(Address::new(index)))
}

/// PEP 751 writes `'dev' in dependency_groups` and `'pdf' in extras` into the condition.
fn groups(marker: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    let words: Vec<&str> = marker.split_whitespace().collect();
    for window in words.windows(3) {
        let [name, "in", of] = window else { continue };
        let name = name.trim_matches(['(', ')', '"', '\'']);
        match of.trim_matches(')') {
            "dependency_groups" => groups.push(Group::named(name)),
            "extras" => groups.push(Group::Extra(name.to_owned())),
            _ => {}
        }
    }
    groups.sort();
    groups.dedup();
    groups
}
