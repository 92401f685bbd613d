//! A tree of files, wherever it lives: on disk, in memory, in a revision of a repository.

use std::collections::{BTreeMap, BTreeSet};

use crate::{FilePath, Problem, Skipped};

/// What a file is to Bartizan. Only what some analysis reads has a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// Python source: `.py`, `.pyi`, `.pyw`.
    Python,
    /// What may state packages that a project needs: manifests and locks of every tool, build and
    /// CI files with `pip install` lines, bills of materials, metadata of installed packages.
    Manifest,
    /// What builds, ships or serves the site and states no packages: compositions of containers,
    /// configurations of nginx, `.env` files.
    Deployment,
    /// Any other text, as far as its name can tell. Whether the bytes are text, its reader sees.
    Text,
}

impl FileKind {
    /// The kind of a file by its name, or `None` where no analysis reads it.
    pub fn of(path: &FilePath) -> Option<Self> {
        match path.extension() {
            "py" | "pyi" | "pyw" => Some(Self::Python),
            _ if may_state_packages(path) => Some(Self::Manifest),
            _ if deploys(path) => Some(Self::Deployment),
            extension if is_binary(extension) => None,
            _ => Some(Self::Text),
        }
    }

    /// The kind as machine formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Manifest => "manifest",
            Self::Deployment => "deployment",
            Self::Text => "text",
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

/// Whether a file is one of those that deploy, by its name.
fn deploys(path: &FilePath) -> bool {
    let whole = path.as_str().to_ascii_lowercase();
    let name = whole.rsplit('/').next().unwrap_or("");
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_composition = is_yaml
        && (name.starts_with("docker-compose")
            || name.starts_with("compose.")
            || name.starts_with("compose-")
            || name.starts_with("docker-stack"));
    let is_nginx = name.ends_with(".nginx")
        || name.ends_with(".conf") && whole.contains("nginx")
        || name.ends_with(".conf.template") && whole.contains("nginx")
        || whole.contains("sites-available/")
        || whole.contains("sites-enabled/");
    is_composition
        || is_nginx
        || name == ".env"
        || name.starts_with(".env.")
        || name.ends_with(".env")
}

/// Whether files with this extension hold anything but text.
fn is_binary(extension: &str) -> bool {
    const BINARY: &[&str] = &[
        "7z", "a", "ai", "apk", "avi", "avif", "bin", "blend", "bmp", "bz2", "cdf", "class", "cur",
        "dat", "db", "dbf", "deb", "dll", "dmg", "doc", "docx", "dylib", "egg", "eot", "eps",
        "exe", "fla", "flac", "gif", "gpg", "gz", "h5", "hdf5", "heic", "icns", "ico", "iso",
        "jar", "jp2", "jpeg", "jpg", "lib", "lz4", "lzma", "m4a", "m4v", "mkv", "mmdb", "mo",
        "mov", "mp3", "mp4", "mpeg", "mpg", "nc", "npy", "npz", "o", "odp", "ods", "odt", "ogg",
        "ogv", "onnx", "otf", "parquet", "pdf", "pickle", "pkl", "png", "ppt", "pptx", "psd", "pt",
        "pyc", "pyd", "pyo", "rar", "rpm", "shp", "shx", "snap", "so", "sqlite", "sqlite3", "swf",
        "tar", "tgz", "tif", "tiff", "ttc", "ttf", "wasm", "wav", "webm", "webp", "whl", "woff",
        "woff2", "xcf", "xls", "xlsm", "xlsx", "xz", "zip", "zst",
    ];
    let extension = extension.to_ascii_lowercase();
    BINARY.binary_search(&extension.as_str()).is_ok()
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
            "docker-compose.yml",
            "compose.prod.yaml",
            "deploy/nginx/shop.conf",
            "nginx.conf",
            ".env",
            ".env.production",
            "envs/web.env",
        ] {
            assert_eq!(kind(path), Some(FileKind::Deployment), "{path}");
        }
        for path in [
            "robots.txt",
            "package.json",
            "notes.in",
            "Django.egg-info/requires.txt",
            "id_rsa",
            "static/shop.js",
        ] {
            assert_eq!(kind(path), Some(FileKind::Text), "{path}");
        }
        for path in ["logo.PNG", "db.sqlite3", "locale/de/LC_MESSAGES/django.mo"] {
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

    /// The files that lie in one folder itself, in order; none where there is no such folder.
    fn folder(&self, folder: &str) -> Vec<FilePath> {
        let files = self.list().files.into_iter().map(|entry| entry.path);
        files.filter(|path| path.parent() == folder).collect()
    }

    /// Which of `files` version control keeps, or `None` where there is none, or it does not answer.
    ///
    /// A `.env` file that lies on one machine alone is where secrets belong.
    fn kept(&self, files: &[FilePath]) -> Option<BTreeSet<FilePath>> {
        let _ = files;
        None
    }

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

    /// What is in memory has no working copy beside it: all of it counts as kept.
    fn kept(&self, files: &[FilePath]) -> Option<BTreeSet<FilePath>> {
        Some(files.iter().cloned().collect())
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::Vanished)
    }
}
