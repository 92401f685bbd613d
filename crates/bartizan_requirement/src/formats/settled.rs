//! What all locks that are tables do alike.

use bartizan_base::{FilePath, Problem, Span};

use super::table::all;
use crate::dependency;
use crate::node::{Document, Node, Value};
use crate::text::SourceText;
use crate::{
    ArchiveHash, Edge, Group, Located, Lock, LockFormat, LockedPackage, Marker, PackageName,
    Relation, Source, Specifiers, Version,
};

/// A lock being read.
pub(crate) struct Settled<'s> {
    pub(crate) source: &'s SourceText,
    pub(crate) lock: Lock,
}

/// Decodes and parses a lock, and hands both to `body`.
pub(crate) fn read(
    path: &FilePath,
    bytes: &[u8],
    format: LockFormat,
    parse: fn(&SourceText) -> Document,
    body: impl FnOnce(&mut Settled<'_>, &Node),
) -> Lock {
    let (source, problem) = SourceText::decode(path, bytes);
    let (document, problems) = parse(&source);
    read_parsed(&source, format, (document, all(problem, problems)), body)
}

/// The same for a document that is parsed already.
pub(crate) fn read_parsed(
    source: &SourceText,
    format: LockFormat,
    (document, problems): (Node, Vec<Problem>),
    body: impl FnOnce(&mut Settled<'_>, &Node),
) -> Lock {
    let mut lock = Lock::new(source.path.clone(), format);
    lock.problems = problems;
    let mut settled = Settled { source, lock };
    body(&mut settled, &document);
    settled.lock.problems.sort();
    settled.lock
}

impl Settled<'_> {
    /// The tables in the list at `key`; a problem where it is something else.
    pub(crate) fn tables<'n>(&mut self, document: &'n Node, key: &str) -> Vec<&'n Node> {
        let Some(list) = document.get(key) else { return Vec::new() };
        if !matches!(list.value, Value::List(_)) {
            self.problem(list.span.start, format!("a list is expected, {} found", list.kind()));
        }
        let mut tables = Vec::new();
        for item in list.items() {
            match item.value {
                Value::Map(_) => tables.push(item),
                _ => self.problem(
                    item.span.start,
                    format!("a table is expected, {} found", item.kind()),
                ),
            }
        }
        tables
    }

    /// A package out of a table with `name` and `version`.
    pub(crate) fn package(&mut self, table: &Node) -> Option<LockedPackage> {
        let Some(name_node) = table.get("name") else {
            self.problem(table.span.start, "a package without a name");
            return None;
        };
        let written = name_node.text().unwrap_or("");
        let Some(name) = PackageName::new(written) else {
            let written = dependency::short(written);
            self.problem(name_node.span.start, format!("`{written}` is no name of a package"));
            return None;
        };
        let version = table.get("version");
        let text = version.and_then(Node::text).unwrap_or("").to_owned();
        if let Some(node) = version.filter(|node| node.text().is_none()) {
            self.problem(
                node.span.start,
                format!("a version as text is expected, {} found", node.kind()),
            );
        }
        let span = match version {
            Some(version) if version.span.start >= name_node.span.start => {
                Span::new(name_node.span.start, version.span.end)
            }
            _ => name_node.span,
        };
        let version_span = version.map(|node| node.inner(self.source));
        let name_span = name_node.inner(self.source);
        let mut package = self.named(name, text, span, name_span, version_span);
        package.marker = table.text_at("marker").map(Marker::parse);
        Some(package)
    }

    /// A package of which nothing more is known yet.
    pub(crate) fn named(
        &mut self,
        name: PackageName,
        version_text: String,
        span: Span,
        name_span: Span,
        version_span: Option<Span>,
    ) -> LockedPackage {
        let version: Option<Version> = version_text.parse().ok();
        if version.is_none() && !version_text.is_empty() {
            let text = dependency::short(&version_text);
            let at = version_span.unwrap_or(span).start;
            self.problem(at, format!("`{text}` is no version of PEP 440"));
        }
        LockedPackage {
            name,
            version_text,
            version,
            source: Source::Index,
            extras: Vec::new(),
            hashes: Vec::new(),
            relation: Relation::Unknown,
            groups: Vec::new(),
            marker: None,
            dependencies: Vec::new(),
            modules: Vec::new(),
            licence: None,
            place: self.source.place(span),
            name_span,
            version_span,
        }
    }

    /// Notes the Python versions of the lock.
    pub(crate) fn python(&mut self, node: Option<&Node>, read: fn(&str) -> Specifiers) {
        if let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) {
            let place = self.source.place(node.span);
            self.lock.python = Some(Located { value: read(text), place });
        }
    }

    /// Notes the digest of the manifest.
    pub(crate) fn content_hash(&mut self, node: Option<&Node>) {
        if let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) {
            let place = self.source.place(node.span);
            self.lock.content_hash = Some(Located { value: text.to_owned(), place });
        }
    }

    /// What a comment at the top says of the tool: the text behind `generated by`.
    pub(crate) fn written_by_header(&mut self) {
        let mut head = self.source.lines().take(5).map(|(_, line)| line);
        let found = head.find_map(|line| {
            let (_, tool) = line.strip_prefix('#')?.split_once("generated by ")?;
            Some(tool.split(" and should").next().unwrap_or(tool).trim().trim_end_matches('.'))
        });
        self.lock.written_by = found.map(str::to_owned);
    }

    pub(crate) fn problem(&mut self, offset: u32, message: impl Into<String>) {
        self.lock.problems.push(self.source.problem(offset, message));
    }
}

/// The `hash` of each file in a list.
pub(crate) fn hashes(files: &Node) -> impl Iterator<Item = ArchiveHash> {
    files.items().iter().filter_map(|file| ArchiveHash::parse(file.text_at("hash")?))
}

/// An edge to the package that a table names.
pub(crate) fn edge(table: &Node) -> Option<Edge> {
    let name = PackageName::new(table.text_at("name")?)?;
    let extras = table.get("extra").or_else(|| table.get("extras"));
    let version = table.text_at("version");
    Some(Edge {
        name,
        extras: extras.map_or(Vec::new(), |list| {
            super::table::strings(list).map(|extra| extra.to_ascii_lowercase()).collect()
        }),
        specifiers: version
            .map_or_else(Specifiers::any, |text| Specifiers::parse(&format!("=={text}"))),
        marker: table.text_at("marker").map(Marker::parse),
        only_with: None,
    })
}

/// The edge that a PEP 508 text describes.
pub(crate) fn edge_of_text(text: &str) -> Option<Edge> {
    let (dependency, _) = dependency::parse(text).ok()?;
    let only_with = dependency.marker.as_ref().and_then(Marker::extra).map(str::to_owned);
    Some(Edge {
        name: dependency.name,
        extras: dependency.extras,
        specifiers: dependency.specifiers,
        marker: dependency.marker,
        only_with,
    })
}

/// Groups by the names that a tool gives them, sorted, each once.
pub(crate) fn groups<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Group> {
    let mut groups: Vec<Group> = names.map(Group::named).collect();
    groups.sort();
    groups.dedup();
    groups
}
