//! A tree of files, wherever it lives: on disk, in memory, in a revision of a repository.

use std::collections::BTreeMap;

use crate::{FilePath, Problem, Skipped};

/// What a file is to Bartizan. Only what some analysis reads has a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// Python source: `.py`, `.pyi`, `.pyw`.
    Python,
    /// What may state packages that a project needs: manifests and locks of every tool, build and
    /// CI files with `pip install` lines, bills of materials, metadata of installed packages.
    Manifest,
}

impl FileKind {
    /// The kind of a file by its name, or `None` where no analysis reads it.
    pub fn of(path: &FilePath) -> Option<Self> {
        match path.extension() {
            "py" | "pyi" | "pyw" => Some(Self::Python),
            _ if may_state_packages(path) => Some(Self::Manifest),
            _ => None,
        }
    }

    /// The kind as machine formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Manifest => "manifest",
        }
    }
}

/// By the name alone; whether the content is what the name promises is for its reader to tell.
fn may_state_packages(path: &FilePath) -> bool {
    let whole = path.as_str().to_ascii_lowercase();
    let name = whole.rsplit('/').next().unwrap_or("");
    let folder = whole.strip_suffix(name).unwrap_or("").trim_end_matches('/');
    let has_word = |text: &str, known: &[&str]| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            known.iter().any(|known| word == *known || known.len() > 5 && word.starts_with(known))
        })
    };
    if folder.ends_with(".dist-info") {
        return matches!(
            name,
            "metadata" | "record" | "direct_url.json" | "requested" | "installer" | "top_level.txt"
        );
    }
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    match name {
        "pyproject.toml"
        | "setup.cfg"
        | "tox.ini"
        | "pipfile"
        | "pipfile.lock"
        | "poetry.lock"
        | "uv.lock"
        | "pdm.lock"
        | ".pre-commit-config.yaml"
        | ".pre-commit-config.yml"
        | ".gitlab-ci.yml"
        | ".travis.yml"
        | "azure-pipelines.yml"
        | "bitbucket-pipelines.yml"
        | "appveyor.yml"
        | ".appveyor.yml"
        | "cloudbuild.yaml"
        | ".readthedocs.yml"
        | ".readthedocs.yaml" => true,
        _ if name.starts_with("pylock.") && name.ends_with(".toml") => true,
        _ if has_word(name, &["dockerfile", "containerfile"]) => {
            !name.contains('.')
                || name.starts_with("dockerfile.")
                || name.ends_with(".dockerfile")
                || name.starts_with("containerfile.")
        }
        _ if is_yaml => {
            folder.ends_with(".github/workflows")
                || folder.ends_with(".circleci")
                || folder.ends_with(".woodpecker")
                || folder.contains(".github/actions")
                || has_word(name, &["environment", "conda"])
        }
        _ if name.ends_with(".json") => {
            name.ends_with(".cdx.json")
                || name.ends_with(".spdx.json")
                || has_word(name, &["bom", "sbom", "cyclonedx"])
        }
        _ if name.ends_with(".txt") || name.ends_with(".in") || name.ends_with(".pip") => {
            !folder.ends_with(".egg-info")
                && has_word(
                    &whole,
                    &[
                        "requirement",
                        "constraint",
                        "reqs",
                        "req",
                        "deps",
                        "dependencies",
                        "requires",
                    ],
                )
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_name() {
        let kind = |path: &str| FileKind::of(&FilePath::new(path).unwrap());
        for path in [
            "requirements.txt",
            "requirements/base.txt",
            "dev-requirements.in",
            "constraints.txt",
            "shop/pyproject.toml",
            "Pipfile",
            "Pipfile.lock",
            "pylock.toml",
            "pylock.deploy.toml",
            "environment.yml",
            "Dockerfile",
            "docker/web.Dockerfile",
            ".github/workflows/ci.yml",
            "clinic.cdx.json",
            "sbom.json",
            "lib/Django-5.2.dist-info/METADATA",
        ] {
            assert_eq!(kind(path), Some(FileKind::Manifest), "{path}");
        }
        for path in [
            "robots.txt",
            "package.json",
            "docker-compose.yml",
            "notes.in",
            "Django.egg-info/requires.txt",
        ] {
            assert_eq!(kind(path), None, "{path}");
        }
        assert_eq!(kind("requirements/views.py"), Some(FileKind::Python));
    }
}

/// A file that the tree offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where it lies.
    pub path: FilePath,
    /// What it is.
    pub kind: FileKind,
    /// Its size in bytes when it was listed.
    pub size: u64,
}

/// What a tree holds.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Files of known kinds, sorted by path.
    pub files: Vec<Entry>,
    /// What was left out on purpose, sorted.
    pub skipped: Vec<Skipped>,
    /// What could not be listed, sorted.
    pub problems: Vec<Problem>,
}

/// Why the content of a listed file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is no longer there.
    Vanished,
    /// It has grown beyond what is read; the size in bytes.
    TooLarge(u64),
    /// It cannot be opened or read; the system's words.
    Unreadable(String),
}

/// Files by relative path. Nothing above this trait knows whether there is a disk.
pub trait Tree: Sync {
    /// Lists the files to look at, and says what was left out.
    fn list(&self) -> Listing;

    /// The bytes of one file.
    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError>;

    /// The revision that the files belong to, for trees that have one.
    fn revision(&self) -> Option<String> {
        None
    }
}

/// A tree in memory, for tests, editors and generated code.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<FilePath, Vec<u8>>,
}

impl MemoryTree {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces it. Panics on a path that leaves the tree: paths are the author's.
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let path = FilePath::new(path).expect("a file in memory lies inside its tree");
        self.files.insert(path, content.into());
        self
    }
}

impl Tree for MemoryTree {
    fn list(&self) -> Listing {
        let files = self.files.iter().filter_map(|(path, content)| {
            let kind = FileKind::of(path)?;
            Some(Entry { path: path.clone(), kind, size: content.len() as u64 })
        });
        Listing { files: files.collect(), ..Listing::default() }
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::Vanished)
    }
}
