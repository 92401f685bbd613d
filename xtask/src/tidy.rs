//! What holds for the whole repository and no compiler checks.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::tree;

/// Prints every complaint, and fails if there is one.
pub fn run() -> Result<()> {
    let complaints = complaints(tree::root())?;
    for complaint in &complaints {
        println!("{complaint}");
    }
    match complaints.len() {
        0 => Ok(()),
        n => bail!("tidy has {n} complaints"),
    }
}

/// Everything that is not tidy below `root`, as lines to read.
fn complaints(root: &Path) -> Result<Vec<String>> {
    let packages = Package::all(root)?;
    let mut complaints = house_rules(&packages);
    complaints.extend(arrows(&packages));
    complaints.extend(texts(root)?);
    Ok(complaints)
}

/// A package of the workspace, as far as order in the house needs it.
struct Package {
    folder: String,
    manifest: Manifest,
}

#[derive(Deserialize)]
struct Manifest {
    package: PackageTable,
    #[serde(default)]
    dependencies: toml::Table,
    #[serde(default, rename = "dev-dependencies")]
    dev_dependencies: toml::Table,
    #[serde(default, rename = "build-dependencies")]
    build_dependencies: toml::Table,
    #[serde(default)]
    lints: toml::Table,
}

#[derive(Deserialize)]
struct PackageTable {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    bartizan: Option<Room>,
}

/// Where a crate stands in the house: `[package.metadata.bartizan]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Room {
    floor: u8,
    #[serde(default)]
    beside: Vec<String>,
}

impl Package {
    fn all(root: &Path) -> Result<Vec<Self>> {
        let mut folders = vec![root.join("xtask")];
        for entry in fs::read_dir(root.join("crates"))? {
            folders.push(entry?.path());
        }
        folders.sort();
        folders.iter().map(|folder| Self::read(folder)).collect()
    }

    fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("Cargo.toml");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", tree::shown(&path)))?;
        let folder = folder.file_name().unwrap_or_default().to_string_lossy();
        Self::parse(&folder, &text).with_context(|| tree::shown(&path))
    }

    fn parse(folder: &str, manifest: &str) -> Result<Self> {
        Ok(Self { folder: folder.to_string(), manifest: toml::from_str(manifest)? })
    }

    fn name(&self) -> &str {
        &self.manifest.package.name
    }

    fn room(&self) -> Option<&Room> {
        self.manifest.package.metadata.bartizan.as_ref()
    }

    /// Every dependency, and whether only tests use it.
    fn dependencies(&self) -> impl Iterator<Item = (&str, bool)> {
        let manifest = &self.manifest;
        let used = manifest.dependencies.keys().chain(manifest.build_dependencies.keys());
        let tested = manifest.dev_dependencies.keys();
        used.map(|name| (name.as_str(), false)).chain(tested.map(|name| (name.as_str(), true)))
    }
}

/// The crate for tests alone; any crate may use it there.
const TESTKIT: &str = "bartizan_testkit";

/// The only crate that knows the parser. Its types change with every release of it.
const PARSER_CRATE: &str = "bartizan_python";

/// What every package states about itself.
fn house_rules(packages: &[Package]) -> Vec<String> {
    let mut complaints = Vec::new();
    for package in packages {
        let name = package.name();
        let mut complain = |what: &str| complaints.push(format!("{name}: {what}"));
        if package.folder != name {
            complain(&format!("lies in a folder named {}", package.folder));
        }
        if package.manifest.package.description.is_empty() {
            complain("has no description");
        }
        if package.manifest.lints.get("workspace") != Some(&toml::Value::Boolean(true)) {
            complain("does not take the lints of the workspace");
        }
        if package.room().is_none() && name != "xtask" {
            complain("states no floor in [package.metadata.bartizan]");
        }
        if name != PARSER_CRATE
            && package.dependencies().any(|(other, _)| other.starts_with("ruff_"))
        {
            complain(&format!("uses the parser; only {PARSER_CRATE} may"));
        }
    }
    complaints
}

/// Arrows point down, or to a sibling that the manifest names.
fn arrows(packages: &[Package]) -> Vec<String> {
    let rooms: BTreeMap<&str, &Room> =
        packages.iter().filter_map(|package| Some((package.name(), package.room()?))).collect();
    let mut complaints = Vec::new();
    for package in packages {
        let name = package.name();
        let Some(room) = package.room() else { continue };
        for (other, only_tests) in package.dependencies() {
            if other == TESTKIT {
                if !only_tests {
                    complaints.push(format!("{name}: uses {TESTKIT} outside its tests"));
                }
                continue;
            }
            let Some(target) = rooms.get(other) else { continue };
            if target.floor > room.floor {
                complaints.push(format!(
                    "{name}: stands on floor {} and reaches up to {other} on floor {}",
                    room.floor, target.floor
                ));
            } else if target.floor == room.floor && !room.beside.iter().any(|name| name == other) {
                complaints.push(format!("{name}: uses its sibling {other} without naming it"));
            }
        }
        for sibling in &room.beside {
            match rooms.get(sibling.as_str()) {
                None => complaints.push(format!("{name}: names {sibling}, which does not exist")),
                Some(target) if target.floor != room.floor => complaints
                    .push(format!("{name}: names {sibling}, which is on floor {}", target.floor)),
                Some(_) if !package.dependencies().any(|(other, _)| other == sibling) => {
                    complaints.push(format!("{name}: names {sibling} and does not use it"));
                }
                Some(_) => {}
            }
        }
    }
    complaints
}

/// What no file of ours contains. Each is written in two parts, so that this list is not one of
/// its own findings.
const LEFTOVERS: &[(&str, &str)] = &[
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X:"),
    ("db", "g!("),
    ("unimple", "mented!("),
    ("#[ign", "ore"),
];

/// What every text file obeys, and every module.
fn texts(root: &Path) -> Result<Vec<String>> {
    let leftovers: Vec<String> = LEFTOVERS.iter().map(|(a, b)| format!("{a}{b}")).collect();
    // Which package index is asked is configured where it is asked.
    let index = ["/sim", "ple"].concat();
    let places = places(root, std::env::home_dir().as_deref());
    let mut complaints = Vec::new();
    for path in tree::files_below(root)? {
        // Fuzz inputs are anything at all.
        if path.starts_with(root.join("fuzz/corpus")) {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let shown = tree::shown(&path);
        for (number, line) in (1..).zip(text.lines()) {
            for found in leftovers.iter().filter(|leftover| line.contains(leftover.as_str())) {
                complaints.push(format!("{shown}:{number}: {found} is left over"));
            }
            if line.split_once("://").is_some_and(|(_, rest)| rest.contains(&index)) {
                complaints.push(format!("{shown}:{number}: names a package index"));
            }
            for place in places.iter().filter(|place| line.contains(place.as_str())) {
                complaints.push(format!("{shown}:{number}: tells of the machine: {place}"));
            }
        }
        let rust = path.extension().is_some_and(|extension| extension == "rs");
        if rust && !text.starts_with("//!") {
            complaints.push(format!("{shown}: does not open with a sentence of what it knows"));
        }
    }
    Ok(complaints)
}

/// Paths of this machine, none of which belongs into a file. A checkout in `/app` or a home in
/// `/srv` is left alone: such words stand in honest texts too.
fn places(root: &Path, home: Option<&Path>) -> Vec<String> {
    let mut places = Vec::new();
    if root.components().count() > 2 {
        places.push(root.to_string_lossy().into_owned());
    }
    if let Some(home) = home
        && ["/root", "/home", "/Users"].iter().any(|homes| home.starts_with(homes))
    {
        places.push(format!("{}/", home.display()));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let complaints = complaints(tree::root()).unwrap();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    fn package(name: &str, floor: u8, beside: &str, rest: &str) -> Package {
        let manifest = format!(
            "[package]\nname = '{name}'\ndescription = 'd'\n\
             [package.metadata.bartizan]\nfloor = {floor}\nbeside = [{beside}]\n\
             [lints]\nworkspace = true\n{rest}"
        );
        Package::parse(name, &manifest).unwrap()
    }

    #[test]
    fn an_arrow_points_down_or_to_a_named_sibling() {
        let packages = [
            package("cellar", 0, "", ""),
            package("kitchen", 1, "'pantry'", "[dependencies]\ncellar = '1'\npantry = '1'"),
            package("pantry", 1, "", "[dev-dependencies]\nbartizan_testkit = '1'"),
            package("bartizan_testkit", 5, "", "[dependencies]\ncellar = '1'"),
        ];
        assert_eq!(arrows(&packages), [""; 0]);
    }

    #[test]
    fn every_other_arrow_is_named() {
        let packages = [
            package("cellar", 0, "'kitchen', 'stable'", "[dev-dependencies]\nkitchen = '1'"),
            package("kitchen", 1, "'pantry'", "[dependencies]\nbartizan_testkit = '1'"),
            package("pantry", 1, "", "[dependencies]\nkitchen = '1'"),
            package("bartizan_testkit", 5, "", ""),
        ];
        assert_eq!(
            arrows(&packages),
            [
                "cellar: stands on floor 0 and reaches up to kitchen on floor 1",
                "cellar: names kitchen, which is on floor 1",
                "cellar: names stable, which does not exist",
                "kitchen: uses bartizan_testkit outside its tests",
                "kitchen: names pantry and does not use it",
                "pantry: uses its sibling kitchen without naming it",
            ]
        );
    }

    #[test]
    fn the_parser_has_one_door() {
        let packages = [package("kitchen", 1, "", "[dependencies]\nruff_python_ast = '1'")];
        assert_eq!(house_rules(&packages), ["kitchen: uses the parser; only bartizan_python may"]);
    }
}
