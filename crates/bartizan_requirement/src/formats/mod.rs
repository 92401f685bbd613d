//! One module per format. Each takes the bytes of one file and tells what stands in it.

mod commands;
mod conda;
pub mod environment;
pub(crate) mod ini;
mod pdm_lock;
mod pipenv;
mod poetry_lock;
mod pre_commit;
mod pylock;
mod pyproject;
pub(crate) mod requirements;
mod sbom;
mod settled;
mod setup_cfg;
mod setup_py;
mod table;
mod tox;
mod uv_lock;

use bartizan_base::{FilePath, Problem, ProblemKind};

use crate::{Lock, LockFormat, Manifest, ManifestFormat};

/// Problems kept of one file: a thousand more tell nobody anything.
const MOST_PROBLEMS: usize = 100;

/// What one file turned out to be.
#[derive(Clone, Debug)]
pub enum Read {
    /// Wishes.
    Manifest(Manifest),
    /// Settled packages.
    Lock(Lock),
}

/// Whether a file of this name can be a manifest or a lock. What it is, its content tells.
pub fn reads(path: &FilePath) -> bool {
    reader(path).is_some()
}

/// Reads one file. A file that only seemed to be one of ours, such as a text called
/// `requirements.txt` that is prose, gives nothing.
pub fn read(path: &FilePath, bytes: &[u8]) -> Option<Read> {
    let mut read = read_whole(path, bytes)?;
    let problems = match &mut read {
        Read::Manifest(manifest) => &mut manifest.problems,
        Read::Lock(lock) => &mut lock.problems,
    };
    if problems.len() > MOST_PROBLEMS {
        let more = problems.len() - MOST_PROBLEMS;
        problems.truncate(MOST_PROBLEMS);
        let message = format!("{more} more problems are not shown");
        problems.push(Problem { path: path.clone(), at: None, kind: ProblemKind::Syntax, message });
    }
    Some(read)
}

fn read_whole(path: &FilePath, bytes: &[u8]) -> Option<Read> {
    // A file that is named by hand, or that another takes in by `-r`, may have any name.
    let by_ending = || match path.extension() {
        "json" => Reader::MaybeLock(sbom::read),
        "yml" | "yaml" => Reader::MaybeManifest(conda::read),
        _ => Reader::Requirements,
    };
    match reader(path).unwrap_or_else(by_ending) {
        Reader::Requirements => requirements::read(path, bytes),
        Reader::Manifest(read) => Some(Read::Manifest(read(path, bytes))),
        Reader::MaybeManifest(read) => read(path, bytes).map(Read::Manifest),
        Reader::Lock(read) => Some(Read::Lock(read(path, bytes))),
        Reader::MaybeLock(read) => read(path, bytes).map(Read::Lock),
        Reader::Commands(format) => commands::read(path, bytes, format).map(Read::Manifest),
    }
}

#[derive(Clone, Copy)]
enum Reader {
    Requirements,
    Manifest(fn(&FilePath, &[u8]) -> Manifest),
    MaybeManifest(fn(&FilePath, &[u8]) -> Option<Manifest>),
    Lock(fn(&FilePath, &[u8]) -> Lock),
    MaybeLock(fn(&FilePath, &[u8]) -> Option<Lock>),
    Commands(ManifestFormat),
}

fn reader(path: &FilePath) -> Option<Reader> {
    let name = path.name().to_ascii_lowercase();
    Some(match name.as_str() {
        "pyproject.toml" => Reader::Manifest(pyproject::read),
        "setup.cfg" => Reader::MaybeManifest(setup_cfg::read),
        "setup.py" => Reader::MaybeManifest(setup_py::read),
        "tox.ini" => Reader::Manifest(tox::read),
        "tox.toml" => Reader::Manifest(tox::read_toml),
        "pipfile" => Reader::Manifest(pipenv::read_pipfile),
        "pipfile.lock" => Reader::Lock(pipenv::read_lock),
        "poetry.lock" => Reader::Lock(poetry_lock::read),
        "uv.lock" => Reader::Lock(uv_lock::read),
        "pdm.lock" => Reader::Lock(pdm_lock::read),
        ".pre-commit-config.yaml" | ".pre-commit-config.yml" => Reader::Manifest(pre_commit::read),
        ".gitlab-ci.yml"
        | ".travis.yml"
        | "azure-pipelines.yml"
        | "bitbucket-pipelines.yml"
        | "appveyor.yml"
        | ".appveyor.yml"
        | "cloudbuild.yaml"
        | ".readthedocs.yml"
        | ".readthedocs.yaml" => Reader::Commands(ManifestFormat::Ci),
        _ if name.starts_with("pylock.") && name.ends_with(".toml") => Reader::Lock(pylock::read),
        _ if is_dockerfile(&name) => Reader::Commands(ManifestFormat::Dockerfile),
        _ if name.ends_with(".yml") || name.ends_with(".yaml") => {
            let folder = path.parent().to_ascii_lowercase();
            let ci = [".github/workflows", ".circleci", ".woodpecker"];
            if ci.iter().any(|known| folder.ends_with(known)) || folder.contains(".github/actions")
            {
                Reader::Commands(ManifestFormat::Ci)
            } else if name.contains("environment") || name.contains("conda") {
                Reader::MaybeManifest(conda::read)
            } else {
                return None;
            }
        }
        _ if name.ends_with(".json") => {
            let is_bill = name.ends_with(".cdx.json")
                || name.ends_with(".spdx.json")
                || name.contains("bom")
                || name.contains("cyclonedx");
            if !is_bill {
                return None;
            }
            Reader::MaybeLock(sbom::read)
        }
        _ if [".txt", ".in", ".pip"].iter().any(|ending| name.ends_with(ending)) => {
            if !requirements::by_name(path) {
                return None;
            }
            Reader::Requirements
        }
        _ => return None,
    })
}

fn is_dockerfile(name: &str) -> bool {
    let is_joint = |c: char| matches!(c, '.' | '-');
    ["dockerfile", "containerfile"].iter().any(|kind| {
        let begins = || name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(is_joint));
        let ends = || name.strip_suffix(kind).is_some_and(|rest| rest.ends_with(is_joint));
        name == *kind || begins() || ends()
    })
}

/// The names of the manifests that the tool of a lock reads, in the lock's own folder.
pub(crate) fn manifests_beside(format: LockFormat) -> &'static [&'static str] {
    match format {
        LockFormat::Uv | LockFormat::Poetry | LockFormat::Pdm | LockFormat::Pylock => {
            &["pyproject.toml"]
        }
        LockFormat::Pipenv => &["Pipfile"],
        _ => &[],
    }
}
