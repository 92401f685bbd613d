//! The packages of a project as a bill of materials: CycloneDX 1.6.
//!
//! The same manifests and locks give the same bytes: there is no time in it and no serial number.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_deps::{Package, packages};
use bartizan_requirement::{
    ArchiveHash, Edge, Inventory, Lock, LockedPackage, PackageName, Relation,
};
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::json::escape_hidden;
use crate::{TOOL, VERSION};

/// How the graph refers to the project itself.
const PROJECT: &str = "project";

/// So many versions of one package are told apart in one lock; no tool installs as many.
const MOST_VERSIONS: usize = 64;

/// The bill. `name` is what the project is called where no manifest says it. Ends with a line break.
pub fn cyclonedx(inventory: &Inventory, name: &str) -> String {
    let (packages, _) = packages(inventory);
    let locks: Vec<Locked<'_>> = inventory.locks.iter().map(Locked::new).collect();
    let graph = Graph::new(&locks, &packages);
    let bill = Bill {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        version: 1,
        metadata: Metadata {
            tools: Tools {
                components: [Tool { kind: "application", name: TOOL, version: VERSION }],
            },
            component: Project {
                kind: "application",
                bom_ref: PROJECT,
                name: project_name(inventory).unwrap_or(name),
            },
        },
        components: packages.iter().map(|package| component(package, &locks)).collect(),
        dependencies: graph.dependencies(),
    };
    let json = serde_json::to_string_pretty(&bill)
        .expect("a bill has text keys only, and writing to memory does not fail");
    escape_hidden(json) + "\n"
}

/// The address of a package in the world: `pkg:pypi/django@4.2.11`.
pub(super) fn purl(name: &PackageName, version: &str) -> String {
    let mut out = format!("pkg:pypi/{name}@");
    for byte in version.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

/// What a manifest calls the project; of several, the one that lies highest.
pub(super) fn project_name(inventory: &Inventory) -> Option<&str> {
    let named = inventory.manifests.iter().filter_map(|manifest| {
        let name = manifest.project.as_ref()?;
        Some((manifest.path.as_str().matches('/').count(), name.as_str()))
    });
    named.min().map(|(_, name)| name)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bill<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Component>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    tools: Tools,
    component: Project<'a>,
}

#[derive(Serialize)]
struct Tools {
    components: [Tool; 1],
}

#[derive(Serialize)]
struct Tool {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Project<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Component {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: String,
    name: String,
    version: String,
    scope: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<Licence>,
    purl: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_references: Vec<ExternalReference>,
}

#[derive(Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Serialize)]
struct Licence {
    license: LicenceName,
}

#[derive(Serialize)]
struct LicenceName {
    name: String,
}

/// Archives of one version, each of which may be installed.
#[derive(Serialize)]
struct ExternalReference {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
    hashes: Vec<Hash>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    #[serde(rename = "ref")]
    of: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

fn component(package: &Package, locks: &[Locked<'_>]) -> Component {
    let mut hashes: BTreeSet<(&'static str, String)> = BTreeSet::new();
    let mut licences = BTreeSet::new();
    // A lock may name one version many times, once for each system.
    let of: BTreeSet<usize> = package.uses.iter().filter_map(|at| at.lock).collect();
    for lock in of.into_iter().filter_map(|number| locks.get(number)) {
        for locked in lock.of(&package.name).filter(|it| it.version_text == package.version) {
            hashes.extend(locked.hashes.iter().filter_map(hash));
            licences.extend(locked.licence.clone().filter(|text| !text.trim().is_empty()));
        }
    }
    let purl = purl(&package.name, &package.version);
    let hashes: Vec<Hash> =
        hashes.into_iter().map(|(alg, content)| Hash { alg, content }).collect();
    // One archive is the package; several are the places that it may be taken from.
    let (hashes, external_references) = match hashes.len() {
        0 | 1 => (hashes, Vec::new()),
        _ => {
            let reference = ExternalReference { kind: "distribution", url: purl.clone(), hashes };
            (Vec::new(), vec![reference])
        }
    };
    Component {
        kind: "library",
        bom_ref: purl.clone(),
        name: package.name.as_str().to_owned(),
        version: package.version.clone(),
        scope: if package.is_for_development() { "excluded" } else { "required" },
        hashes,
        licenses: licences
            .into_iter()
            .map(|name| Licence { license: LicenceName { name } })
            .collect(),
        purl,
        external_references,
    }
}

fn hash(hash: &ArchiveHash) -> Option<(&'static str, String)> {
    let (alg, length) = match hash.algorithm.as_str() {
        "md5" => ("MD5", 32),
        "sha1" => ("SHA-1", 40),
        "sha256" => ("SHA-256", 64),
        "sha384" => ("SHA-384", 96),
        "sha512" => ("SHA-512", 128),
        _ => return None,
    };
    let is_hex = hash.digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex && hash.digest.len() == length).then(|| (alg, hash.digest.clone()))
}

/// A lock whose packages can be asked for by name.
struct Locked<'l> {
    lock: &'l Lock,
    of: FxHashMap<&'l PackageName, Vec<usize>>,
}

impl<'l> Locked<'l> {
    fn new(lock: &'l Lock) -> Self {
        let mut of: FxHashMap<&PackageName, Vec<usize>> = FxHashMap::default();
        for (number, package) in lock.packages.iter().enumerate() {
            of.entry(&package.name).or_default().push(number);
        }
        Self { lock, of }
    }

    /// The packages called `name`.
    fn of(&self, name: &PackageName) -> impl Iterator<Item = &'l LockedPackage> {
        let numbers = self.of.get(name).map_or(&[][..], Vec::as_slice);
        numbers.iter().map(|number| &self.lock.packages[*number])
    }

    /// The versions that an edge can mean: those that it allows, or all where it allows none of
    /// them.
    fn needed(&self, edge: &Edge) -> Vec<&'l LockedPackage> {
        let all: Vec<&LockedPackage> = self.of(&edge.name).take(MOST_VERSIONS).collect();
        if all.len() < 2 || edge.specifiers.is_any() {
            return all;
        }
        let is_meant = |package: &&LockedPackage| {
            package.version.as_ref().is_some_and(|version| edge.specifiers.allows(version))
        };
        let meant: Vec<&LockedPackage> = all.iter().copied().filter(is_meant).collect();
        if meant.is_empty() { all } else { meant }
    }
}

/// Which package needs which, over all locks.
struct Graph {
    needs: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn new(locks: &[Locked<'_>], packages: &[Package]) -> Self {
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let project = needs.entry(PROJECT.to_owned()).or_default();
        for package in packages.iter().filter(|it| it.relation() == Relation::Direct) {
            project.insert(purl(&package.name, &package.version));
        }
        let known: BTreeSet<String> =
            packages.iter().map(|package| purl(&package.name, &package.version)).collect();
        for of in &known {
            needs.entry(of.clone()).or_default();
        }
        for locked in locks {
            for package in &locked.lock.packages {
                let Some(of) = needs.get_mut(&purl(&package.name, &package.version_text)) else {
                    continue;
                };
                let needed = package.dependencies.iter().flat_map(|edge| locked.needed(edge));
                let needed = needed.map(|it| purl(&it.name, &it.version_text));
                of.extend(needed.filter(|it| known.contains(it)));
            }
        }
        Self { needs }
    }

    fn dependencies(self) -> Vec<Dependency> {
        let row = |(of, needed): (String, BTreeSet<String>)| {
            let depends_on = needed.into_iter().filter(|it| *it != of).collect();
            Dependency { of, depends_on }
        };
        self.needs.into_iter().map(row).collect()
    }
}
