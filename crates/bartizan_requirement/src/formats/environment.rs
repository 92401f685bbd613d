//! An installed environment: the `*.dist-info` folders beside one another.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::{FilePath, Problem, Span};

use super::settled::edge_of_text;
use crate::node::{Node, read_json};
use crate::text::SourceText;
use crate::{
    Address, ArchiveHash, Lock, LockFormat, LockedPackage, PackageName, Relation, Source, Vcs,
    VcsKind,
};

/// The folder of packages that a file inside a `*.dist-info` belongs to.
pub fn folder(path: &FilePath) -> Option<&str> {
    let parent = path.parent();
    parent.ends_with(".dist-info").then(|| parent.rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// Whether a file tells something of an installed package.
pub fn reads(path: &FilePath) -> bool {
    let known = ["METADATA", "RECORD", "REQUESTED", "direct_url.json", "top_level.txt"];
    folder(path).is_some() && known.contains(&path.name())
}

/// Reads the files of the `*.dist-info` folders in one folder of packages.
pub fn read(folder: &str, files: &[(FilePath, Vec<u8>)]) -> Lock {
    // The root of a tree has no name of its own.
    let path = FilePath::new(if folder.is_empty() { "." } else { folder });
    let path = path.expect("a folder of the tree lies in the tree");
    let mut lock = Lock::new(path, LockFormat::Environment);
    let mut folders: BTreeMap<&str, BTreeMap<&str, (&FilePath, &[u8])>> = BTreeMap::new();
    for (path, bytes) in files {
        folders.entry(path.parent()).or_default().insert(path.name(), (path, bytes));
    }
    for files in folders.values() {
        if let Some((path, bytes)) = files.get("METADATA") {
            lock.packages.extend(package(files, path, bytes, &mut lock.problems));
        }
    }
    // Without a single mark, the installer was one that leaves none.
    let marks = lock.packages.iter().any(|package| package.relation == Relation::Direct);
    for package in &mut lock.packages {
        if marks && package.relation == Relation::Unknown {
            package.relation = Relation::Transitive;
        }
    }
    lock.problems.sort();
    lock
}

fn package(
    files: &BTreeMap<&str, (&FilePath, &[u8])>,
    path: &FilePath,
    bytes: &[u8],
    problems: &mut Vec<Problem>,
) -> Option<LockedPackage> {
    let (source, problem) = SourceText::decode(path, bytes);
    problems.extend(problem);
    let headers = headers(&source);
    let find = |name: &str| headers.iter().find(|header| header.0.eq_ignore_ascii_case(name));
    let Some((name_value, name)) =
        find("Name").and_then(|header| Some((header, PackageName::new(header.1)?)))
    else {
        problems.push(source.problem(0, "the metadata names no package"));
        return None;
    };
    let version = find("Version");
    let version_text = version.map_or("", |header| header.1).to_owned();
    let parsed = version_text.parse().ok();
    if parsed.is_none() {
        let at = version.map_or(0, |header| header.2.start);
        problems.push(source.problem(at, "the metadata states no version of PEP 440"));
    }
    let span = version.map_or(name_value.2, |header| name_value.2.cover(header.2));
    let requires = headers.iter().filter(|header| header.0.eq_ignore_ascii_case("Requires-Dist"));
    let licence = find("License-Expression").or_else(|| find("License"));
    let licence = licence.map(|header| header.1).filter(|text| !text.is_empty() && text.len() < 80);
    let asked = files.contains_key("REQUESTED");
    let mut package = LockedPackage {
        name,
        version: parsed,
        version_text,
        source: Source::Index,
        extras: Vec::new(),
        hashes: Vec::new(),
        relation: if asked { Relation::Direct } else { Relation::Unknown },
        groups: Vec::new(),
        marker: None,
        dependencies: requires.filter_map(|header| edge_of_text(header.1)).collect(),
        modules: Vec::new(),
        licence: licence.filter(|text| *text != "UNKNOWN").map(str::to_owned),
        place: source.place(span),
        name_span: name_value.2,
        version_span: version.map(|header| header.2),
    };
    if let Some((path, bytes)) = files.get("direct_url.json") {
        let (source, _) = SourceText::decode(path, bytes);
        let (document, wrong) = read_json(&source);
        problems.extend(wrong);
        origin(&mut package, &document);
    }
    package.modules = match (files.get("RECORD"), files.get("top_level.txt")) {
        (Some((_, record)), _) => modules(&String::from_utf8_lossy(record)),
        (None, Some((_, names))) => {
            let names = String::from_utf8_lossy(names);
            names.split_whitespace().map(str::to_owned).collect()
        }
        (None, None) => Vec::new(),
    };
    Some(package)
}

/// The header lines: name, value, and where the value stands. The body is prose.
fn headers(source: &SourceText) -> Vec<(&str, &str, Span)> {
    let lines = source.lines().take_while(|(_, line)| !line.trim().is_empty());
    lines
        .filter(|(_, line)| !line.starts_with([' ', '\t']))
        .filter_map(|(start, line)| {
            let (name, value) = line.split_once(':')?;
            let trimmed = value.trim();
            let at = start + line.len() - value.trim_start().len();
            let span = Span::new(at as u32, (at + trimmed.len()) as u32);
            Some((name, trimmed, span))
        })
        .collect()
}

/// PEP 610: what was asked for by address, folder or repository.
fn origin(package: &mut LockedPackage, document: &Node) {
    let url = document.text_at("url").unwrap_or("");
    if let Some(vcs) = document.get("vcs_info") {
        package.source = Source::Vcs(Vcs {
            kind: vcs.text_at("vcs").and_then(VcsKind::of).unwrap_or(VcsKind::Git),
            url: Address::new(url),
            reference: vcs.text_at("requested_revision").map(str::to_owned),
            commit: vcs.text_at("commit_id").map(str::to_owned),
            subdirectory: document.text_at("subdirectory").map(str::to_owned),
        });
    } else if document.get("dir_info").is_some() {
        package.source = Source::Path(url.strip_prefix("file://").unwrap_or(url).to_owned());
    } else if let Some(archive) = document.get("archive_info") {
        package.source = crate::url::source(url);
        package.hashes.extend(archive.text_at("hash").and_then(ArchiveHash::parse));
    }
}

/// The names that can be imported, by the files that were installed.
fn modules(record: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    for line in record.lines() {
        let path = line.strip_prefix('"').unwrap_or(line).split(',').next().unwrap_or("");
        let (first, is_folder) = match path.split_once('/') {
            Some((first, _)) => (first, true),
            None => (path, false),
        };
        let is_code = path.ends_with(".py") || path.ends_with(".so") || path.ends_with(".pyd");
        let name = if is_folder { first } else { first.split('.').next().unwrap_or("") };
        let identifier = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_code && identifier {
            names.insert(name.to_owned());
        }
    }
    names.into_iter().collect()
}
