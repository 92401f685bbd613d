//! What is installed in the end: one file, or one environment, of settled versions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bartizan_base::{FilePath, Problem, Span};
use bartizan_finding::Place;
use pep440_rs::Version;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{ArchiveHash, Group, Located, Marker, Options, PackageName, Source, Specifiers};

/// One set of settled packages.
#[derive(Clone, Debug)]
pub struct Lock {
    /// The file; for an environment, the folder that holds its packages.
    pub path: FilePath,
    /// How it is written.
    pub format: LockFormat,
    /// The packages in the order of the file. One name may stand twice, for different systems.
    pub packages: Vec<LockedPackage>,
    /// The manifests that it settles, as far as they are in the tree.
    pub manifests: Vec<FilePath>,
    /// The same as the lock names them, from wherever its tool was run.
    pub made_from: Vec<String>,
    /// The Python versions for which it was made.
    pub python: Option<Located<Specifiers>>,
    /// The tool that wrote it with its version or its command line, as the file says.
    pub written_by: Option<String>,
    /// The digest of the manifest that it was made from, as the tool computes it.
    pub content_hash: Option<Located<String>>,
    /// Where and how its packages are looked for.
    pub options: Options,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Lock {
    /// A lock that holds nothing yet.
    pub fn new(path: FilePath, format: LockFormat) -> Self {
        Self {
            path,
            format,
            packages: Vec::new(),
            manifests: Vec::new(),
            made_from: Vec::new(),
            python: None,
            written_by: None,
            content_hash: None,
            options: Options::default(),
            problems: Vec::new(),
        }
    }

    /// The packages called `name`; several where systems or Pythons get different versions.
    pub fn of<'l>(
        &'l self,
        name: &PackageName,
    ) -> impl Iterator<Item = &'l LockedPackage> + use<'l> {
        let name = name.clone();
        self.packages.iter().filter(move |package| package.name == name)
    }

    /// The shortest way from each direct package to `name`, both ends included, shortest first.
    ///
    /// A direct package is a way of its own length; where no package is known to be direct, those
    /// that no other needs stand for them. Nothing is returned for a package that the lock does not
    /// hold, or whose edges it does not tell.
    pub fn why(&self, name: &PackageName) -> Vec<Vec<PackageName>> {
        self.ways().to(name)
    }

    /// As [`Self::why`], for who asks about many packages.
    pub fn ways(&self) -> Ways<'_> {
        let mut parents: FxHashMap<&PackageName, BTreeSet<&PackageName>> = FxHashMap::default();
        for package in &self.packages {
            for edge in &package.dependencies {
                if edge.name != package.name {
                    parents.entry(&edge.name).or_default().insert(&package.name);
                }
            }
        }
        let direct = |package: &&LockedPackage| package.relation == Relation::Direct;
        let is_told = self.packages.iter().any(|package| direct(&package));
        let direct = self
            .packages
            .iter()
            .filter(|package| match is_told {
                true => direct(package),
                false => !parents.contains_key(&package.name),
            })
            .map(|package| &package.name)
            .collect();
        let names = self.packages.iter().map(|package| &package.name).collect();
        Ways { names, parents, direct }
    }
}

/// So many packages above one are looked at: whoever has more of them needs no longer list.
const MOST_ABOVE: usize = 2_000;

/// How packages of a lock come in.
pub struct Ways<'l> {
    names: FxHashSet<&'l PackageName>,
    parents: FxHashMap<&'l PackageName, BTreeSet<&'l PackageName>>,
    direct: FxHashSet<&'l PackageName>,
}

impl Ways<'_> {
    /// The shortest way from each direct package to `name`, as [`Lock::why`] tells it.
    pub fn to(&self, name: &PackageName) -> Vec<Vec<PackageName>> {
        let Some(target) = self.names.get(name).copied() else { return Vec::new() };
        // Breadth first from the target upwards: the first visit of a package is by a shortest way.
        let mut next_down: FxHashMap<&PackageName, Option<&PackageName>> = FxHashMap::default();
        next_down.insert(target, None);
        let mut queue = VecDeque::from([target]);
        let mut ways = Vec::new();
        while let Some(at) = queue.pop_front() {
            if self.direct.contains(at) {
                let mut way = vec![at.clone()];
                let mut step = at;
                while let Some(Some(down)) = next_down.get(step) {
                    way.push((*down).clone());
                    step = down;
                }
                ways.push(way);
            }
            for parent in self.parents.get(at).into_iter().flatten() {
                if next_down.len() < MOST_ABOVE && !next_down.contains_key(parent) {
                    next_down.insert(parent, Some(at));
                    queue.push_back(parent);
                }
            }
        }
        ways
    }
}

impl Lock {
    /// Gives each package the groups of the wishes that it is needed for, by following the edges.
    pub(crate) fn spread_groups(&mut self, wanted: &[(PackageName, Group)]) {
        let mut at: BTreeMap<&PackageName, Vec<usize>> = BTreeMap::new();
        for (index, package) in self.packages.iter().enumerate() {
            at.entry(&package.name).or_default().push(index);
        }
        let mut groups: Vec<BTreeSet<Group>> = vec![BTreeSet::new(); self.packages.len()];
        let distinct: BTreeSet<&Group> = wanted.iter().map(|(_, group)| group).collect();
        for group in distinct {
            let of_group = wanted.iter().filter(|(_, of)| of == group).map(|(name, _)| name);
            let mut waiting: Vec<usize> =
                of_group.flat_map(|name| at.get(name).into_iter().flatten().copied()).collect();
            while let Some(index) = waiting.pop() {
                if groups[index].insert(group.clone()) {
                    let edges = &self.packages[index].dependencies;
                    let next =
                        edges.iter().flat_map(|edge| at.get(&edge.name).into_iter().flatten());
                    waiting.extend(next.copied());
                }
            }
        }
        for (package, groups) in self.packages.iter_mut().zip(groups) {
            package.groups = groups.into_iter().collect();
        }
    }
}

/// How a lock is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockFormat {
    /// A requirements file that pip-compile or `uv pip compile` wrote.
    PipCompile,
    /// `uv.lock`.
    Uv,
    /// `poetry.lock`.
    Poetry,
    /// `Pipfile.lock`.
    Pipenv,
    /// `pdm.lock`.
    Pdm,
    /// `pylock.toml` (PEP 751).
    Pylock,
    /// An installed environment.
    Environment,
    /// A CycloneDX bill of materials.
    CycloneDx,
    /// An SPDX bill of materials.
    Spdx,
}

impl LockFormat {
    /// The format as people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PipCompile => "compiled requirements file",
            Self::Uv => "uv.lock",
            Self::Poetry => "poetry.lock",
            Self::Pipenv => "Pipfile.lock",
            Self::Pdm => "pdm.lock",
            Self::Pylock => "pylock.toml",
            Self::Environment => "installed environment",
            Self::CycloneDx => "CycloneDX bill of materials",
            Self::Spdx => "SPDX bill of materials",
        }
    }
}

/// One settled package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPackage {
    /// Which package.
    pub name: PackageName,
    /// Its version as it is written; empty where the lock leaves it open, as for the project itself.
    pub version_text: String,
    /// The same as PEP 440 reads it; `None` for what it does not allow.
    pub version: Option<Version>,
    /// From where it is taken.
    pub source: Source,
    /// Its optional parts that are installed.
    pub extras: Vec<String>,
    /// The archives that are trusted, in the order of the file.
    pub hashes: Vec<ArchiveHash>,
    /// Whether a manifest asks for it.
    pub relation: Relation,
    /// What it is needed for, sorted; empty where the lock and its manifests do not tell.
    pub groups: Vec<Group>,
    /// On which Python or system only.
    pub marker: Option<Marker>,
    /// What it needs in turn.
    pub dependencies: Vec<Edge>,
    /// The names under which it can be imported, where an environment tells them, sorted.
    pub modules: Vec<String>,
    /// The licence as an environment or a bill of materials states it.
    pub licence: Option<String>,
    /// The entry: a requirement with its hashes, or the name and the version in a table.
    pub place: Place,
    /// The name alone.
    pub name_span: Span,
    /// The version alone, which an update replaces.
    pub version_span: Option<Span>,
}

/// Whether a manifest asks for a package itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// A manifest names it.
    Direct,
    /// Only other packages need it.
    Transitive,
    /// Neither the lock nor a manifest tells.
    #[default]
    Unknown,
    /// It is the project itself, or a member of its workspace.
    Project,
}

/// What one package needs of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The package that is needed.
    pub name: PackageName,
    /// Its optional parts that are needed too.
    pub extras: Vec<String>,
    /// Which versions, or the settled one where a lock tells it.
    pub specifiers: Specifiers,
    /// On which Python or system only, or with which extra of the one who needs it.
    pub marker: Option<Marker>,
    /// The extra of the one who needs it, that brings this in.
    pub only_with: Option<String>,
}
