//! Objects of Kubernetes: the variables of containers, and the maps that these are taken from.

use bartizan_base::{FilePath, Span};
use bartizan_yaml::Node;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::Pair;
use crate::platforms::{is_beside, listed};
use crate::process::{Reader, is_worker, reader_of};
use crate::script::{Step as StartStep, steps_of_words};

/// Documents of one text beyond which none is read.
const MOST_DOCUMENTS: usize = 64;

/// Folders in which such objects are kept.
pub(crate) const FOLDERS: &[&str] =
    &["deploy", "deployment", "k8s", "kube", "kubernetes", "kustomize", "manifests", "overlays"];

/// Whether a file is called as those are that hold such objects.
pub(crate) fn is_called(name: &str) -> bool {
    let stem = name.trim_end_matches(".yaml").trim_end_matches(".yml");
    let words = [
        "cloudrun",
        "configmap",
        "deployment",
        "k8s",
        "knative",
        "kubernetes",
        "kustomization",
        "pod",
        "service",
        "statefulset",
    ];
    stem.split(['.', '-', '_']).any(|word| words.contains(&word))
}

/// `env` of the containers of every object.
pub(crate) fn containers(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    each_container(text, &mut |container, start| {
        let given = container.get("env").map_or(&[][..], Node::items);
        found.extend(given.iter().filter_map(|item| Some(moved(listed(item, "name")?, start))));
    });
    found
}

/// What the commands of containers do before these run.
pub(crate) fn steps(text: &str) -> Vec<StartStep> {
    let mut found = Vec::new();
    each_container(text, &mut |container, start| {
        let Some(node) = container.get("command") else { return };
        let words = [Some(node), container.get("args")].into_iter().flatten();
        let words = words.flat_map(Node::items_or_itself).filter_map(Node::text);
        let words: Vec<String> = words.map(str::to_owned).collect();
        let span = Span::new(node.span.start + start, node.span.end + start);
        found.extend(steps_of_words(&words, span));
    });
    found
}

/// Calls `each` for every container that serves visitors, as far as its command tells, with the byte at
/// which its object begins.
fn each_container(text: &str, each: &mut dyn FnMut(&Node, u32)) {
    each_document(text, &mut |root, start| {
        let spec = root.get("spec");
        let template = spec.and_then(|spec| spec.get("template")).and_then(|it| it.get("spec"));
        let containers = template.or(spec).and_then(|spec| spec.get("containers"));
        for container in containers.map_or(&[][..], Node::items) {
            let words = ["command", "args"].iter().filter_map(|key| container.get(key));
            let words = words.flat_map(Node::items_or_itself).filter_map(Node::text);
            let image = container.get("image").and_then(Node::text);
            let is_other = image.is_some_and(is_beside);
            if !is_other && !is_worker(&words.collect::<Vec<_>>().join(" ")) {
                each(container, start);
            }
        }
    });
}

fn each_document(text: &str, each: &mut dyn FnMut(&Node, u32)) {
    let mut start = 0;
    for document in text.split("\n---").take(MOST_DOCUMENTS) {
        each(&bartizan_yaml::read(document).root, start);
        start += (document.len() + "\n---".len()) as u32;
    }
}

fn moved(mut pair: Pair, start: u32) -> Pair {
    let moved = |span: Span| Span::new(span.start + start, span.end + start);
    pair.span = moved(pair.span);
    if let Some(value) = &mut pair.value {
        value.span = moved(value.span);
    }
    pair
}

/// What objects of Kubernetes hold for others, and what containers take of it.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    /// Config maps and secrets: kind, name, what they hold.
    pub held: Vec<(MapKind, String, Vec<Pair>)>,
    /// Files of variables from which a map is made: kind, name, the file as written.
    pub read: Vec<(MapKind, String, String)>,
    /// Those that containers take over as they are, and what they put in front of each name.
    pub taken: Vec<(MapKind, String, String)>,
    /// Variables that are given one entry of one: name, where that is asked for, kind, map, key.
    pub entries: Vec<MapEntry>,
}

/// A variable that is given one entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapEntry {
    /// The variable.
    pub name: String,
    /// The kind of the map.
    pub kind: MapKind,
    /// Its name.
    pub map: String,
    /// The key of the entry.
    pub key: String,
}

/// What holds entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MapKind {
    /// `ConfigMap`
    Config,
    /// `Secret`
    Secret,
}

/// What objects of Kubernetes hold for others, and what containers take; empty where a file is none of
/// theirs.
pub fn maps_of_kubernetes(path: &FilePath, text: &str) -> Maps {
    let mut found = Maps::default();
    let is_object = reader_of(path, text)
        .is_some_and(|reader| std::ptr::fn_addr_eq(reader, containers as Reader));
    if !is_object || !["onfigMap", "ecret"].iter().any(|word| text.contains(word)) {
        return found;
    }
    each_document(text, &mut |root, start| {
        generated(root, start, &mut found);
        let name = root.get("metadata").and_then(|it| it.get("name")).and_then(Node::text);
        let kind = match root.get("kind").and_then(Node::text) {
            Some("ConfigMap") => MapKind::Config,
            Some("Secret") => MapKind::Secret,
            _ => return,
        };
        let Some(name) = name else { return };
        let entries = |key: &str| root.get(key).map_or_else(Vec::new, crate::compose::environment);
        let mut held = entries(if kind == MapKind::Config { "data" } else { "stringData" });
        if kind == MapKind::Secret {
            held.extend(entries("data").into_iter().map(decoded));
        }
        let held = held.into_iter().map(|pair| moved(pair, start)).collect();
        found.held.push((kind, name.to_owned(), held));
    });
    each_container(text, &mut |container, _| {
        let named = |node: &Node, key: &str| Some(node.get(key)?.get("name")?.text()?.to_owned());
        for from in container.get("envFrom").map_or(&[][..], Node::items) {
            let config = named(from, "configMapRef").map(|name| (MapKind::Config, name));
            let taken = config.or_else(|| Some((MapKind::Secret, named(from, "secretRef")?)));
            let prefix = from.get("prefix").and_then(Node::text).unwrap_or("");
            found.taken.extend(taken.map(|(kind, name)| (kind, name, prefix.to_owned())));
        }
        for item in container.get("env").map_or(&[][..], Node::items) {
            let entry = || {
                let from = item.get("valueFrom")?;
                let (kind, word) = match from.get("configMapKeyRef") {
                    Some(_) => (MapKind::Config, "configMapKeyRef"),
                    None => (MapKind::Secret, "secretKeyRef"),
                };
                let key = from.get(word)?.get("key")?.text()?.to_owned();
                let name = item.get("name")?.text()?.to_owned();
                Some(MapEntry { name, kind, map: named(from, word)?, key })
            };
            found.entries.extend(entry());
        }
    });
    found
}

/// An entry of a secret, out of the Base64 in which `data` keeps it.
fn decoded(mut pair: Pair) -> Pair {
    if let Some(value) = &mut pair.value {
        let text = BASE64_STANDARD.decode(value.text.trim()).map(String::from_utf8);
        match text {
            Ok(Ok(text)) => value.text = text,
            _ => pair.is_open = true,
        }
    }
    pair
}

/// What kustomize makes maps of: `configMapGenerator: [{name: shop, literals: [NAME=value], envs: [live.env]}]`.
fn generated(root: &Node, start: u32, found: &mut Maps) {
    let kinds = [("configMapGenerator", MapKind::Config), ("secretGenerator", MapKind::Secret)];
    for (word, kind) in kinds {
        for item in root.get(word).map_or(&[][..], Node::items) {
            let Some(name) = item.get("name").and_then(Node::text) else { continue };
            let literals = item.get("literals").map_or_else(Vec::new, crate::compose::environment);
            let literals = literals.into_iter().map(|pair| moved(pair, start)).collect();
            found.held.push((kind, name.to_owned(), literals));
            let files = ["envs", "env"].iter().filter_map(|key| item.get(key));
            let files = files.flat_map(Node::items_or_itself).filter_map(Node::text);
            found.read.extend(files.map(|file| (kind, name.to_owned(), file.to_owned())));
        }
    }
}
