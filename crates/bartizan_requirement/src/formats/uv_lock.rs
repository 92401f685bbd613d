//! `uv.lock`.

use std::collections::BTreeSet;

use bartizan_base::FilePath;

use super::settled::{self, Settled, edge};
use crate::node::{Node, read_toml};
use crate::{
    Address, ArchiveHash, Edge, Group, Lock, LockFormat, LockedPackage, PackageName, Relation,
    Source, Specifiers, Vcs, VcsKind,
};

/// Reads `uv.lock`.
pub fn read(path: &FilePath, bytes: &[u8]) -> Lock {
    settled::read(path, bytes, LockFormat::Uv, read_toml, |lock, document| {
        lock.python(document.get("requires-python"), Specifiers::parse);
        let members: BTreeSet<PackageName> = document
            .at(&["manifest", "members"])
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(|member| PackageName::new(member.text()?))
            .collect();
        let mut wanted = Vec::new();
        for table in lock.tables(document, "package") {
            let Some(package) = read_package(lock, table, &members, &mut wanted) else { continue };
            lock.lock.packages.push(package);
        }
        let direct: BTreeSet<PackageName> = wanted.iter().map(|(name, _)| name.clone()).collect();
        for package in &mut lock.lock.packages {
            if package.relation != Relation::Project {
                let is_direct = direct.contains(&package.name);
                package.relation = if is_direct { Relation::Direct } else { Relation::Transitive };
            }
        }
        lock.lock.spread_groups(&wanted);
        lock.lock.written_by = Some("uv".to_owned());
    })
}

fn read_package(
    lock: &mut Settled<'_>,
    table: &Node,
    members: &BTreeSet<PackageName>,
    wanted: &mut Vec<(PackageName, Group)>,
) -> Option<LockedPackage> {
    let mut package = lock.package(table)?;
    let source = table.get("source");
    package.source = source.map_or(Source::Index, source_of);
    let is_root = |key: &str| source.and_then(|source| source.text_at(key)) == Some(".");
    if members.contains(&package.name) || is_root("editable") || is_root("virtual") {
        package.relation = Relation::Project;
    }
    if let Some(sdist) = table.get("sdist") {
        package.hashes.extend(sdist.text_at("hash").and_then(ArchiveHash::parse));
    }
    if let Some(wheels) = table.get("wheels") {
        package.hashes.extend(settled::hashes(wheels));
    }

    let mut from = |node: Option<&Node>, with: Option<&str>, group: Group| {
        for item in node.map_or(&[][..], Node::items) {
            let Some(mut edge) = edge(item) else {
                lock.problem(item.span.start, "a dependency without a name");
                continue;
            };
            edge.only_with = with.map(str::to_owned);
            if package.relation == Relation::Project {
                wanted.push((edge.name.clone(), group.clone()));
            }
            add(&mut package.dependencies, edge);
        }
    };
    from(table.get("dependencies"), None, Group::Production);
    for (extra, list) in table.get("optional-dependencies").map_or(&[][..], Node::entries) {
        from(Some(list), Some(&extra.text), Group::Extra(extra.text.clone()));
    }
    for (name, list) in table.get("dev-dependencies").map_or(&[][..], Node::entries) {
        from(Some(list), Some(&name.text), Group::named(&name.text));
    }
    Some(package)
}

/// One edge for each package and extra is enough: systems with versions of their own repeat them.
fn add(edges: &mut Vec<Edge>, edge: Edge) {
    let repeated = edges.last().is_some_and(|last| *last == edge);
    if !repeated {
        edges.push(edge);
    }
}

fn source_of(source: &Node) -> Source {
    if let Some(git) = source.text_at("git") {
        return Source::Vcs(git_source(git));
    }
    if let Some(url) = source.text_at("url") {
        return Source::Url(Address::new(url));
    }
    if let Some(index) = source.text_at("registry") {
        return Source::NamedIndex(Address::new(index));
    }
    let local = ["path", "directory", "editable", "virtual"];
    match local.iter().find_map(|key| source.text_at(key)) {
        Some(".") => Source::Workspace,
        Some(path) => Source::Path(path.to_owned()),
        None => Source::Index,
    }
}

/// `https://host/shop.git?subdirectory=core&rev=v1#commit`.
fn git_source(text: &str) -> Vcs {
    let (text, commit) = match text.split_once('#') {
        Some((text, commit)) => (text, Some(commit.to_owned())),
        None => (text, None),
    };
    let (url, query) = text.split_once('?').unwrap_or((text, ""));
    let value = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
    };
    Vcs {
        kind: VcsKind::Git,
        url: Address::new(url),
        reference: value("rev").or_else(|| value("tag")).or_else(|| value("branch")),
        commit,
        subdirectory: value("subdirectory"),
    }
}
