//! Bills of materials: CycloneDX and SPDX, in JSON. Only packages of the Python index are taken.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::FilePath;

use super::settled::{self, Settled};
use super::table::all;
use crate::node::{Key, Node, read_json};
use crate::text::SourceText;
use crate::{
    ArchiveHash, Edge, Lock, LockFormat, LockedPackage, PackageName, Relation, Specifiers,
};

/// Reads a bill of materials; `None` where the file is another kind of JSON, or holds no Python.
pub fn read(path: &FilePath, bytes: &[u8]) -> Option<Lock> {
    let (source, problem) = SourceText::decode(path, bytes);
    let (document, problems) = read_json(&source);
    let format = if document.text_at("bomFormat") == Some("CycloneDX") {
        LockFormat::CycloneDx
    } else if document.text_at("spdxVersion").is_some() || is_spdx_3(&document) {
        LockFormat::Spdx
    } else {
        return None;
    };
    let parsed = (document, all(problem, problems));
    let lock = settled::read_parsed(&source, format, parsed, |lock, document| match format {
        LockFormat::CycloneDx => cyclonedx(lock, document),
        _ if document.get("@graph").is_some() => spdx_3(lock, document),
        _ => spdx_2(lock, document),
    });
    // One of another language, such as wheels carry for the Rust inside them, says nothing here.
    (!lock.packages.is_empty() || !lock.problems.is_empty()).then_some(lock)
}

fn is_spdx_3(document: &Node) -> bool {
    let context = document.text_at("@context").unwrap_or("");
    context.contains("spdx") && document.get("@graph").is_some()
}

/// Which package has which reference, and what it needs.
#[derive(Default)]
struct Graph {
    /// Where the package of a reference stands in the lock.
    at: BTreeMap<String, usize>,
    /// References of what the bill is about.
    roots: BTreeSet<String>,
    needs: Vec<(String, String)>,
}

impl Graph {
    /// Turns references into edges, and tells direct packages by the roots.
    fn settle(self, lock: &mut Lock) {
        let names: Vec<(PackageName, String)> = lock
            .packages
            .iter()
            .map(|package| (package.name.clone(), package.version_text.clone()))
            .collect();
        let mut direct = BTreeSet::new();
        for (from, to) in &self.needs {
            let Some(&to) = self.at.get(to) else { continue };
            if self.roots.contains(from) {
                direct.insert(to);
            }
            if let Some(&from) = self.at.get(from) {
                let (name, version) = names[to].clone();
                lock.packages[from].dependencies.push(Edge {
                    name,
                    extras: Vec::new(),
                    specifiers: Specifiers::parse(&format!("=={version}")),
                    marker: None,
                    only_with: None,
                });
            }
        }
        for (index, package) in lock.packages.iter_mut().enumerate() {
            package.relation = match (direct.is_empty(), direct.contains(&index)) {
                (true, _) => Relation::Unknown,
                (false, true) => Relation::Direct,
                (false, false) => Relation::Transitive,
            };
        }
        for root in &self.roots {
            if let Some(&index) = self.at.get(root) {
                lock.packages[index].relation = Relation::Project;
            }
        }
    }
}

fn cyclonedx(lock: &mut Settled<'_>, document: &Node) {
    let mut graph = Graph::default();
    if let Some(root) = document.at(&["metadata", "component"]) {
        graph.roots.extend(root.text_at("bom-ref").map(str::to_owned));
    }
    lock.lock.written_by = tool(document);
    let mut waiting: Vec<&Node> = lock.tables(document, "components");
    waiting.reverse();
    let mut unknown = 0;
    while let Some(component) = waiting.pop() {
        waiting.extend(component.get("components").map_or(&[][..], Node::items).iter().rev());
        let purl = component.text_at("purl").and_then(purl);
        let Some((name, version)) = purl else {
            let is_library = matches!(component.text_at("type"), Some("library" | "framework"));
            unknown += usize::from(component.get("purl").is_none() && is_library);
            continue;
        };
        let Some(mut package) = named(lock, component, &name, version, "name", "version") else {
            continue;
        };
        // uv notes the digests of archives with their addresses.
        let archives = component.get("externalReferences").map_or(&[][..], Node::items).iter();
        let archives = archives.filter(|one| one.text_at("type") == Some("distribution"));
        for hash in std::iter::once(component)
            .chain(archives)
            .flat_map(|node| node.get("hashes").map_or(&[][..], Node::items))
        {
            let pair = hash.text_at("alg").zip(hash.text_at("content"));
            package.hashes.extend(pair.and_then(|(name, digest)| checksum(name, digest)));
        }
        package.licence = licence(component);
        let reference = component.text_at("bom-ref").or_else(|| component.text_at("purl"));
        graph.at.insert(reference.unwrap_or("").to_owned(), lock.lock.packages.len());
        lock.lock.packages.push(package);
    }
    if unknown > 0 {
        let message = format!("{unknown} libraries have no package URL, so they are not looked at");
        lock.problem(document.get("components").map_or(0, |list| list.span.start), message);
    }
    for entry in document.get("dependencies").map_or(&[][..], Node::items) {
        let Some(from) = entry.text_at("ref") else { continue };
        for to in entry.get("dependsOn").map_or(&[][..], Node::items) {
            graph.needs.extend(to.text().map(|to| (from.to_owned(), to.to_owned())));
        }
    }
    graph.settle(&mut lock.lock);
}

fn tool(document: &Node) -> Option<String> {
    let tools = document.at(&["metadata", "tools"])?;
    let first = tools.items().first().or_else(|| tools.get("components")?.items().first())?;
    let name = first.text_at("name")?;
    Some(match first.text_at("version") {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    })
}

fn licence(component: &Node) -> Option<String> {
    let entries = component.get("licenses")?.items();
    let names: Vec<&str> = entries
        .iter()
        .filter_map(|entry| {
            let licence = entry.get("license");
            let of = |key: &str| licence.and_then(|licence| licence.text_at(key));
            entry.text_at("expression").or_else(|| of("id")).or_else(|| of("name"))
        })
        .collect();
    (!names.is_empty()).then(|| names.join(" AND "))
}

fn spdx_2(lock: &mut Settled<'_>, document: &Node) {
    let mut graph = Graph::default();
    let creators = document.at(&["creationInfo", "creators"]).map_or(&[][..], Node::items);
    let mut creators = creators.iter().filter_map(Node::text);
    lock.lock.written_by =
        creators.find_map(|creator| creator.strip_prefix("Tool: ")).map(str::to_owned);
    for described in document.get("documentDescribes").map_or(&[][..], Node::items) {
        graph.roots.extend(described.text().map(str::to_owned));
    }
    for table in lock.tables(document, "packages") {
        let references = table.get("externalRefs").map_or(&[][..], Node::items);
        let locators = references.iter().filter_map(|entry| entry.text_at("referenceLocator"));
        let Some((name, version)) = locators.filter_map(purl).next() else { continue };
        let Some(mut package) = named(lock, table, &name, version, "name", "versionInfo") else {
            continue;
        };
        for sum in table.get("checksums").map_or(&[][..], Node::items) {
            let pair = sum.text_at("algorithm").zip(sum.text_at("checksumValue"));
            package.hashes.extend(pair.and_then(|(name, digest)| checksum(name, digest)));
        }
        let stated =
            |key: &str| table.text_at(key).filter(|text| !matches!(*text, "NOASSERTION" | "NONE"));
        package.licence =
            stated("licenseConcluded").or_else(|| stated("licenseDeclared")).map(str::to_owned);
        graph.at.insert(table.text_at("SPDXID").unwrap_or("").to_owned(), lock.lock.packages.len());
        lock.lock.packages.push(package);
    }
    for relation in document.get("relationships").map_or(&[][..], Node::items) {
        let from = relation.text_at("spdxElementId").unwrap_or("").to_owned();
        let to = relation.text_at("relatedSpdxElement").unwrap_or("").to_owned();
        match relation.text_at("relationshipType").unwrap_or("") {
            "DESCRIBES" => {
                graph.roots.insert(to);
            }
            "DESCRIBED_BY" => {
                graph.roots.insert(from);
            }
            "DEPENDS_ON" | "CONTAINS" => graph.needs.push((from, to)),
            "DEPENDENCY_OF" | "CONTAINED_BY" => graph.needs.push((to, from)),
            _ => {}
        }
    }
    graph.settle(&mut lock.lock);
}

fn spdx_3(lock: &mut Settled<'_>, document: &Node) {
    let mut graph = Graph::default();
    let id = |node: &Node| {
        node.text_at("spdxId").or_else(|| node.text_at("@id")).unwrap_or("").to_owned()
    };
    for element in lock.tables(document, "@graph") {
        let kind = element.text_at("type").or_else(|| element.text_at("@type")).unwrap_or("");
        match kind {
            "software_Package" => {
                let address = element.text_at("software_packageUrl").and_then(purl);
                let Some((name, version)) = address else { continue };
                let version_key = "software_packageVersion";
                let found = named(lock, element, &name, version, "name", version_key);
                let Some(package) = found else { continue };
                graph.at.insert(id(element), lock.lock.packages.len());
                lock.lock.packages.push(package);
            }
            "software_Sbom" | "SpdxDocument" => {
                let roots = element.get("rootElement").map_or(&[][..], Node::items);
                graph.roots.extend(roots.iter().filter_map(Node::text).map(str::to_owned));
            }
            "Relationship" | "LifecycleScopedRelationship" => {
                let from = element.text_at("from").unwrap_or("");
                if matches!(element.text_at("relationshipType"), Some("dependsOn" | "contains")) {
                    for to in element.get("to").map_or(&[][..], Node::items) {
                        graph.needs.extend(to.text().map(|to| (from.to_owned(), to.to_owned())));
                    }
                }
            }
            _ => {}
        }
    }
    graph.settle(&mut lock.lock);
}

/// A package whose name and version stand under these keys, if they do.
fn named(
    lock: &mut Settled<'_>,
    table: &Node,
    name: &str,
    version: Option<String>,
    name_key: &str,
    version_key: &str,
) -> Option<LockedPackage> {
    let Some(name) = PackageName::new(name) else {
        lock.problem(table.span.start, "the package URL holds no name of a package");
        return None;
    };
    let written = table.entry(version_key);
    let version = written
        .and_then(|(_, node)| node.text())
        .map(str::to_owned)
        .or(version)
        .unwrap_or_default();
    let span = |entry: Option<(&Key, &Node)>| entry.map(|(_, node)| node.inner(lock.source));
    let name_span = span(table.entry(name_key)).unwrap_or(table.span);
    let version_span = span(written);
    let mut whole = name_span;
    if let Some(version) = version_span.filter(|version| version.start >= name_span.start) {
        whole = whole.cover(version);
    }
    Some(lock.named(name, version, whole, name_span, version_span))
}

fn checksum(algorithm: &str, digest: &str) -> Option<ArchiveHash> {
    let algorithm = algorithm.replace('-', "").to_ascii_lowercase();
    ArchiveHash::parse(&format!("{algorithm}:{digest}"))
}

/// Name and version in `pkg:pypi/django@5.2?…`.
fn purl(text: &str) -> Option<(String, Option<String>)> {
    let rest = text.strip_prefix("pkg:")?.trim_start_matches('/');
    let rest = rest.strip_prefix("pypi/").or_else(|| rest.strip_prefix("PyPI/"))?;
    let rest = rest.split(['?', '#']).next().unwrap_or("");
    match rest.split_once('@') {
        Some((name, version)) => Some((unescaped(name), Some(unescaped(version)))),
        None => Some((unescaped(rest), None)),
    }
}

fn unescaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
