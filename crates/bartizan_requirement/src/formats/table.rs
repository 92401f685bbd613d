//! What all formats that are tables do alike: turn a node into a requirement, or say why not.

use bartizan_base::{Problem, Span};

use crate::dependency;
use crate::node::{Key, Node};
use crate::text::SourceText;
use crate::{Address, Group, Located, Manifest, Requirement, RequirementKind, Source, Specifiers};
use crate::{PackageName, Vcs, VcsKind};

/// A manifest being read out of a table.
pub(crate) struct Sheet<'s> {
    pub(crate) source: &'s SourceText,
    pub(crate) manifest: Manifest,
}

impl Sheet<'_> {
    /// Reads a list of PEP 508 texts.
    pub(crate) fn texts(&mut self, list: &Node, group: &Group, kind: RequirementKind) {
        if list.items().is_empty() && !matches!(list.value, crate::node::Value::List(_)) {
            self.unexpected(list, "a list of requirements");
        }
        for item in list.items() {
            self.text(item, group, kind);
        }
    }

    /// Reads one PEP 508 text.
    pub(crate) fn text(&mut self, node: &Node, group: &Group, kind: RequirementKind) {
        let Some(text) = node.text() else {
            self.unexpected(node, "a requirement as text");
            return;
        };
        let offsets = node.offsets(self.source);
        match dependency::parse(text) {
            Err(wrong) => self.problem(offsets.start(wrong.at), wrong.message),
            Ok((dependency, wrongs)) => {
                for wrong in wrongs {
                    self.problem(offsets.start(wrong.at), wrong.message);
                }
                let start = text.len() - text.trim_start().len();
                let range = start..text.trim_end().len();
                let requirement =
                    dependency.requirement(self.source, &offsets, range, group.clone(), kind);
                self.manifest.requirements.push(requirement);
            }
        }
    }

    /// A requirement whose name is the key of a table.
    pub(crate) fn keyed(&mut self, key: &Key, value: &Node, group: &Group) -> Option<Requirement> {
        let Some(name) = PackageName::new(&key.text) else {
            let name = dependency::short(&key.text);
            self.problem(key.span.start, format!("`{name}` is no name of a package"));
            return None;
        };
        let (start, end) = (key.span.start, value.span.end);
        // The table of `[tool.poetry.dependencies.django]` stands behind its key.
        let whole = if end > start { Span::new(start, end) } else { key.span };
        Some(Requirement {
            name,
            extras: Vec::new(),
            specifiers: Specifiers::any(),
            marker: None,
            source: Source::Index,
            hashes: Vec::new(),
            group: group.clone(),
            kind: RequirementKind::Wanted,
            editable: false,
            place: self.source.place(whole),
            name_span: key.inner(self.source),
            specifiers_span: None,
        })
    }

    /// Notes a version in some tool's own grammar.
    pub(crate) fn version(
        &mut self,
        requirement: &mut Requirement,
        node: &Node,
        read: fn(&str) -> Specifiers,
    ) {
        let Some(text) = node.text() else {
            self.unexpected(node, "a version as text");
            return;
        };
        requirement.specifiers = read(text);
        requirement.specifiers_span = Some(node.inner(self.source));
        if !requirement.specifiers.is_understood() {
            let text = dependency::short(text);
            self.problem(node.span.start, format!("`{text}` is no version constraint"));
        }
    }

    /// The value with its place.
    pub(crate) fn located<T>(&self, value: T, node: &Node) -> Located<T> {
        Located { value, place: self.source.place(node.span) }
    }

    /// An address with its place.
    pub(crate) fn address(&self, node: &Node) -> Option<Located<Address>> {
        node.text().map(|text| self.located(Address::new(text), node))
    }

    /// A texts' list, or one text in place of a list.
    pub(crate) fn one_or_many<'n>(&self, node: &'n Node) -> Vec<&'n Node> {
        match node.text() {
            Some(_) => vec![node],
            None => node.items().iter().collect(),
        }
    }

    /// Says that something else was expected.
    pub(crate) fn unexpected(&mut self, node: &Node, expected: &str) {
        self.problem(node.span.start, format!("{expected} is expected, {} found", node.kind()));
    }

    /// Says what is wrong at `offset`.
    pub(crate) fn problem(&mut self, offset: u32, message: impl Into<String>) {
        self.manifest.problems.push(self.source.problem(offset, message));
    }
}

/// The source that the keys `git`, `url`, `path` … of a table name, as pipenv, Poetry and uv have
/// them.
pub(crate) fn source_of(table: &Node) -> Option<Source> {
    let text = |key: &str| table.text_at(key).map(str::to_owned);
    for kind in [VcsKind::Git, VcsKind::Mercurial, VcsKind::Subversion, VcsKind::Bazaar] {
        if let Some(url) = table.text_at(kind.as_str()) {
            let reference = ["rev", "tag", "branch", "ref"].iter().find_map(|key| text(key));
            return Some(Source::Vcs(Vcs {
                kind,
                url: Address::new(url.strip_prefix("git+").unwrap_or(url)),
                reference,
                commit: None,
                subdirectory: text("subdirectory"),
            }));
        }
    }
    if let Some(url) = table.text_at("url").or_else(|| table.text_at("file")) {
        return Some(crate::url::source(url));
    }
    if let Some(path) = text("path") {
        return Some(Source::Path(path));
    }
    if table.get("workspace").is_some_and(Node::is_true) {
        return Some(Source::Workspace);
    }
    let index = text("index").or_else(|| text("source"));
    index.map(|index| Source::NamedIndex(Address::new(index)))
}

/// The texts in a list.
pub(crate) fn strings(node: &Node) -> impl Iterator<Item = &str> {
    node.items().iter().filter_map(Node::text)
}

/// The problems of reading a document, as the first of a manifest's or lock's own.
pub(crate) fn all(first: Option<Problem>, then: Vec<Problem>) -> Vec<Problem> {
    first.into_iter().chain(then).collect()
}
