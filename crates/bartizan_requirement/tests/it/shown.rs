//! Manifests and locks as short text, one line a package, so that a test reads like the file.

use std::fmt::Write;

use bartizan_base::{FilePath, MemoryTree};
use bartizan_requirement::{
    Edge, Group, Inventory, Lock, LockedPackage, Manifest, Options, Read, Relation, Requirement,
    RequirementKind, Source, discover, formats,
};

/// What one file says: each requirement with its place, then everything else.
pub fn file(path: &str, content: &str) -> String {
    bytes(path, content.as_bytes())
}

/// The same for bytes.
pub fn bytes(path: &str, content: &[u8]) -> String {
    let path = FilePath::new(path).unwrap();
    let mut out = String::new();
    match formats::read(&path, content) {
        Some(Read::Manifest(read)) => manifest(&mut out, &read),
        Some(Read::Lock(read)) => lock(&mut out, &read),
        None => line(&mut out, "no manifest"),
    }
    out
}

/// A tree of these files.
pub fn tree(files: &[(&str, &str)]) -> Inventory {
    let mut tree = MemoryTree::new();
    for (path, content) in files {
        tree = tree.with(path, *content);
    }
    discover(&tree)
}

/// A manifest as text.
pub fn manifest(out: &mut String, manifest: &Manifest) {
    if let Some(project) = &manifest.project {
        line(out, &format!("project {}", project.written()));
    }
    if let Some(python) = &manifest.python {
        let start = python.place.start;
        line(out, &format!("{}:{} python {}", start.line, start.column, python.value));
    }
    for one in &manifest.requirements {
        line(out, &requirement(one));
    }
    for one in &manifest.unnamed {
        let start = one.place.start;
        let mut text = format!("{}:{} (unnamed){}", start.line, start.column, source(&one.source));
        if one.editable {
            text += " editable";
        }
        text += &group(&one.group);
        line(out, &text);
    }
    for include in &manifest.includes {
        let path = include.path.as_ref().map_or("outside", |path| path.as_str());
        let kind =
            if include.kind == RequirementKind::Constraint { "limited by" } else { "takes in" };
        line(out, &format!("{}: {kind} {} ({path})", include.place.start.line, include.target));
    }
    options(out, &manifest.options);
    problems(out, &manifest.problems);
}

fn options(out: &mut String, options: &Options) {
    let lists = [
        ("index", &options.index_urls),
        ("extra index", &options.extra_index_urls),
        ("find links", &options.find_links),
    ];
    for (name, list) in lists {
        for one in list {
            line(out, &format!("{}: {name} {}", one.place.start.line, one.value));
        }
    }
    for one in &options.named_indexes {
        let mut text = format!("{}: index {} = {}", one.place.start.line, one.name, one.url);
        for (word, is) in
            [("explicit", one.explicit), ("default", one.default), ("unverified", !one.verify)]
        {
            if is {
                let _ = write!(text, " {word}");
            }
        }
        line(out, &text);
    }
    let flags = [
        ("no index", &options.no_index),
        ("require hashes", &options.require_hashes),
        ("pre-releases", &options.pre_releases),
    ];
    for (name, place) in flags {
        if let Some(place) = place {
            line(out, &format!("{}: {name}", place.start.line));
        }
    }
    let words = [
        ("trusted host", &options.trusted_hosts),
        ("no binary", &options.no_binary),
        ("only binary", &options.only_binary),
        ("option", &options.others),
    ];
    for (name, list) in words {
        for one in list {
            line(out, &format!("{}: {name} {}", one.place.start.line, one.value));
        }
    }
}

fn problems(out: &mut String, problems: &[bartizan_base::Problem]) {
    for problem in problems {
        match problem.at {
            Some(at) => line(out, &format!("! {}:{} {}", at.line, at.column, problem.message)),
            None => line(out, &format!("! {}", problem.message)),
        }
    }
}

/// One requirement as text.
pub fn requirement(one: &Requirement) -> String {
    let start = one.place.start;
    let mut text = format!("{}:{} {}", start.line, start.column, one.name.as_str());
    text += &extras(&one.extras);
    if !one.specifiers.text.is_empty() {
        let _ = write!(text, " {}", one.specifiers);
        let translated: Vec<String> =
            one.specifiers.any_of.iter().map(|all| all.to_string().replace(' ', "")).collect();
        let translated = translated.join(" || ");
        if translated != one.specifiers.text.replace(' ', "") {
            let _ = write!(
                text,
                " = {}",
                match translated.as_str() {
                    _ if !one.specifiers.is_understood() => "?",
                    "" => "any",
                    all => all,
                }
            );
        }
    }
    text += &source(&one.source);
    if one.editable {
        text += " editable";
    }
    if let Some(marker) = &one.marker {
        let _ = write!(text, " ; {marker}");
    }
    text += &group(&one.group);
    match one.kind {
        RequirementKind::Wanted => {}
        RequirementKind::Constraint => text += " (limit)",
        RequirementKind::Override => text += " (override)",
    }
    for hash in &one.hashes {
        let _ = write!(text, " {hash}");
    }
    text
}

fn extras(extras: &[String]) -> String {
    if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) }
}

fn group(group: &Group) -> String {
    match group {
        Group::Production => String::new(),
        group => format!(" <{group}>"),
    }
}

fn source(source: &Source) -> String {
    match source {
        Source::Index => String::new(),
        Source::NamedIndex(index) => format!(" from index {index}"),
        Source::Url(url) => format!(" from {url}"),
        Source::Path(path) => format!(" from path {path}"),
        Source::Workspace => " from the workspace".to_owned(),
        Source::Vcs(vcs) => {
            let mut text = format!(" from {} {}", vcs.kind.as_str(), vcs.url);
            for (word, value) in
                [("at", &vcs.reference), ("commit", &vcs.commit), ("in", &vcs.subdirectory)]
            {
                if let Some(value) = value {
                    let _ = write!(text, " {word} {value}");
                }
            }
            text
        }
    }
}

/// A lock as text.
pub fn lock(out: &mut String, lock: &Lock) {
    line(
        out,
        &format!("{} by {}", lock.format.as_str(), lock.written_by.as_deref().unwrap_or("?")),
    );
    if !lock.made_from.is_empty() {
        line(out, &format!("made from {}", lock.made_from.join(", ")));
    }
    if let Some(python) = &lock.python {
        line(out, &format!("python {}", python.value));
    }
    for package in &lock.packages {
        line(out, &locked(package));
    }
    options(out, &lock.options);
    problems(out, &lock.problems);
}

/// One settled package as text.
pub fn locked(one: &LockedPackage) -> String {
    let start = one.place.start;
    let mut text = format!("{}:{} {}", start.line, start.column, one.name.as_str());
    text += &extras(&one.extras);
    let _ = write!(text, " {}", if one.version_text.is_empty() { "-" } else { &one.version_text });
    text += &source(&one.source);
    match one.relation {
        Relation::Direct => text += " direct",
        Relation::Transitive => {}
        Relation::Unknown => text += " unknown",
        Relation::Project => text += " project",
    }
    for of in &one.groups {
        let _ = write!(text, " <{of}>");
    }
    if !one.hashes.is_empty() {
        let _ = write!(text, " {} hashes", one.hashes.len());
    }
    if let Some(marker) = &one.marker {
        let _ = write!(text, " ; {marker}");
    }
    if let Some(licence) = &one.licence {
        let _ = write!(text, " licence {licence}");
    }
    if !one.dependencies.is_empty() {
        let edges: Vec<String> = one.dependencies.iter().map(edge).collect();
        let _ = write!(text, " -> {}", edges.join(", "));
    }
    text
}

fn edge(edge: &Edge) -> String {
    let mut text = edge.name.as_str().to_owned() + &extras(&edge.extras);
    if let Some(extra) = &edge.only_with {
        let _ = write!(text, " with {extra}");
    }
    text
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}
