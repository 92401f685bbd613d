//! What a project says that it needs: one file of wishes.

use bartizan_base::{FilePath, Problem};
use bartizan_finding::Place;

use crate::{Address, PackageName, Requirement, RequirementKind, Specifiers, UnnamedRequirement};

/// One file in which a project states its requirements.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file.
    pub path: FilePath,
    /// How it is written.
    pub format: ManifestFormat,
    /// The name of the project that the file describes, where it gives one.
    pub project: Option<PackageName>,
    /// What it asks for, in the order of the file.
    pub requirements: Vec<Requirement>,
    /// What it asks for without naming the package.
    pub unnamed: Vec<UnnamedRequirement>,
    /// Other files that it takes in.
    pub includes: Vec<Include>,
    /// Where and how packages are to be looked for.
    pub options: Options,
    /// The Python versions that the project supports.
    pub python: Option<Located<Specifiers>>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Manifest {
    /// A manifest that says nothing yet.
    pub fn new(path: FilePath, format: ManifestFormat) -> Self {
        Self {
            path,
            format,
            project: None,
            requirements: Vec::new(),
            unnamed: Vec::new(),
            includes: Vec::new(),
            options: Options::default(),
            python: None,
            problems: Vec::new(),
        }
    }

    /// What the file says of the package called `name`.
    pub fn of<'m>(&'m self, name: &PackageName) -> impl Iterator<Item = &'m Requirement> + use<'m> {
        let name = name.clone();
        self.requirements.iter().filter(move |requirement| requirement.name == name)
    }
}

/// How a manifest is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ManifestFormat {
    /// pip's requirements file, written by hand: `requirements.txt`, `base.in`, `constraints.txt`.
    Requirements,
    /// `pyproject.toml`, whichever tool's tables it uses.
    Pyproject,
    /// `setup.cfg`.
    SetupCfg,
    /// `setup.py`, read as syntax.
    SetupPy,
    /// pipenv's `Pipfile`.
    Pipfile,
    /// conda's `environment.yml`.
    Conda,
    /// `tox.ini`.
    Tox,
    /// `.pre-commit-config.yaml`.
    PreCommit,
    /// `pip install` lines of a Dockerfile.
    Dockerfile,
    /// `pip install` lines of a CI configuration.
    Ci,
}

impl ManifestFormat {
    /// The format as people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requirements => "requirements file",
            Self::Pyproject => "pyproject.toml",
            Self::SetupCfg => "setup.cfg",
            Self::SetupPy => "setup.py",
            Self::Pipfile => "Pipfile",
            Self::Conda => "environment.yml",
            Self::Tox => "tox.ini",
            Self::PreCommit => "pre-commit configuration",
            Self::Dockerfile => "Dockerfile",
            Self::Ci => "CI configuration",
        }
    }
}

/// Another file that a manifest takes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// What its requirements become: wishes by `-r`, limits by `-c`.
    pub kind: RequirementKind,
    /// The file as it is named, relative to the folder of the file that names it.
    pub target: String,
    /// The same as a path in the tree; `None` for an address, or a path that leaves the tree.
    pub path: Option<FilePath>,
    /// Where it is named.
    pub place: Place,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// Where and how packages are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The index in place of the public one.
    pub index_urls: Vec<Located<Address>>,
    /// Indexes that are asked beside it, none before the other.
    pub extra_index_urls: Vec<Located<Address>>,
    /// Indexes that a file names, with their names: asked only where a requirement says so if
    /// `explicit`.
    pub named_indexes: Vec<NamedIndex>,
    /// Whether no index is asked.
    pub no_index: Option<Place>,
    /// Pages or folders of archives.
    pub find_links: Vec<Located<Address>>,
    /// Hosts whose certificate is not looked at.
    pub trusted_hosts: Vec<Located<String>>,
    /// Whether every archive must match a hash.
    pub require_hashes: Option<Place>,
    /// Whether pre-releases are taken.
    pub pre_releases: Option<Place>,
    /// Packages, or `:all:`, that are built from source.
    pub no_binary: Vec<Located<String>>,
    /// Packages, or `:all:`, that are never built from source.
    pub only_binary: Vec<Located<String>>,
    /// Every other option, as it is written.
    pub others: Vec<Located<String>>,
}

/// An index with a name, as pipenv, Poetry, PDM and uv have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedIndex {
    /// The name by which requirements refer to it.
    pub name: String,
    /// Its address.
    pub url: Address,
    /// Whether only requirements that name it ask there.
    pub explicit: bool,
    /// Whether it stands for the public index.
    pub default: bool,
    /// Whether the certificate of its host is looked at.
    pub verify: bool,
    /// Where it is declared.
    pub place: Place,
}
