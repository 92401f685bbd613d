//! One version of one package, read and linked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use bartizan_base::FilePath;
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use serde::Deserialize;

use crate::tree;

/// `ecosystem/packages.toml`.
#[derive(Deserialize)]
pub struct Pins {
    folder: String,
    pub project: Vec<Pin>,
    /// Packages that the models describe and nobody can look into.
    #[serde(default)]
    pub unchecked: Vec<Unchecked>,
}

/// One version of a package.
#[derive(Deserialize)]
pub struct Pin {
    pub name: String,
    pub version: String,
    #[serde(default)]
    imports: Vec<String>,
    /// Folders that are installed under another name, and that name: `{ lib = "psycopg2" }`.
    #[serde(default)]
    renamed: BTreeMap<String, String>,
    /// Modules that are compiled: their names are not to be seen.
    #[serde(default)]
    compiled: Vec<String>,
}

/// A package without source that can be read, and why.
#[derive(Deserialize)]
pub struct Unchecked {
    pub import: String,
}

impl Pins {
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", tree::shown(path)))?;
        let pins: Self = toml::from_str(&text).with_context(|| tree::shown(path))?;
        Ok(pins)
    }

    /// The folder of the stubs of the standard library.
    pub fn typeshed(&self) -> Result<PathBuf> {
        let pin = self.project.iter().find(|pin| pin.name == TYPESHED);
        Ok(self.folder(pin.context("no package brings typeshed")?).join("mypy/typeshed/stdlib"))
    }

    /// Where `fetch.py` puts the distribution of `pin`.
    fn folder(&self, pin: &Pin) -> PathBuf {
        let cache = tree::root().join("ecosystem/.cache").join(&self.folder);
        cache.join(format!("{}-{}", pin.name, pin.version))
    }
}

/// The package of the index that brings typeshed, the stubs of the standard library.
pub const TYPESHED: &str = "mypy";

impl Pin {
    /// The top-level modules that the distribution installs.
    pub fn imports(&self) -> Vec<&str> {
        match &self.imports[..] {
            [] => vec![&self.name],
            imports => imports.iter().map(String::as_str).collect(),
        }
    }
}

/// A package that was read and linked.
pub struct Package {
    pub version: String,
    /// Modules that have no source.
    pub compiled: Vec<String>,
    pub project: Project,
}

impl Package {
    /// A distribution that was fetched.
    pub fn of(pins: &Pins, pin: &Pin) -> Result<Self> {
        let folder = pins.folder(pin);
        let mut files = Vec::new();
        for (inside, package) in &pin.renamed {
            read_below(&folder.join(inside), &package.replace('.', "/"), &mut files)?;
        }
        for import in pin.imports() {
            for root in ["", "src", "lib"].map(|root| folder.join(root)) {
                if root.join(import).is_dir() {
                    read_below(&root.join(import), import, &mut files)?;
                }
                for module in ["py", "pyi"].map(|end| format!("{import}.{end}")) {
                    read_file(&root.join(&module), &module, &mut files)?;
                }
            }
        }
        Ok(Self {
            version: pin.version.clone(),
            compiled: pin.compiled.clone(),
            project: Project::link(files, Models::default()),
        })
    }

    /// The modules `imports` of the standard library in `folder`.
    pub fn standard(folder: &Path, version: &str, imports: &[&str]) -> Result<Self> {
        let mut files = Vec::new();
        for import in imports {
            read_below(&folder.join(import), import, &mut files)?;
            for module in ["py", "pyi"].map(|end| format!("{import}.{end}")) {
                read_file(&folder.join(&module), &module, &mut files)?;
            }
        }
        Ok(Self {
            version: version.to_string(),
            compiled: Vec::new(),
            project: Project::link(files, Models::default()),
        })
    }
}

/// The folder of the standard library of `python3`, and its version.
pub fn standard_library() -> Result<(PathBuf, String)> {
    let ask = "import platform, sysconfig\n\
               print(sysconfig.get_path('stdlib'))\nprint(platform.python_version())";
    let output =
        Command::new("python3").args(["-c", ask]).output().context("cannot run python3")?;
    let text = String::from_utf8(output.stdout)?;
    let (folder, version) = text.trim().split_once('\n').context("python3 said nothing")?;
    Ok((PathBuf::from(folder), version.to_string()))
}

/// Reads the Python files below `folder` as if it were called `name`. Tests are no part of what a
/// package offers.
fn read_below(folder: &Path, name: &str, files: &mut Vec<ProjectFile>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for path in tree::files_below(folder)? {
        let inside = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        if !inside.split('/').any(|part| matches!(part, "tests" | "test" | "idle_test")) {
            read_file(&path, &format!("{name}/{inside}"), files)?;
        }
    }
    Ok(())
}

fn read_file(path: &Path, name: &str, files: &mut Vec<ProjectFile>) -> Result<()> {
    if !path.is_file() || !(name.ends_with(".py") || name.ends_with(".pyi")) {
        return Ok(());
    }
    let Some(name) = FilePath::new(name) else { return Ok(()) };
    let reading = bartizan_python::read(&name, &fs::read(path)?);
    files.push(ProjectFile { path: name, ir: reading.ir, facts: reading.facts });
    Ok(())
}
