//! Folders that hold nothing of the project: what tools install, build and cache there.

/// Why a folder of this name is left out, or `None` where it is not.
///
/// Only names that no project gives to its own code stand here. `build` and `dist` do not: there
/// are Django apps of these names, and where the folders are litter, `.gitignore` says so.
pub(crate) fn reason(name: &str) -> Option<&'static str> {
    Some(match name {
        ".venv" => ENVIRONMENT,
        ".tox" | ".nox" => "environments of a test runner",
        "node_modules" | "bower_components" => "installed JavaScript packages",
        "site-packages" | "__pypackages__" | ".eggs" => "installed Python packages",
        "__pycache__" => "compiled Python",
        ".mypy_cache" | ".ruff_cache" | ".pytest_cache" | ".pytype" | ".hypothesis" | ".cache"
        | ".pants.d" | ".ipynb_checkpoints" => "a cache",
        _ => return None,
    })
}

/// The reason for a virtual environment, whatever its name.
pub(crate) const ENVIRONMENT: &str = "a virtual environment";

/// Whether a file or folder of this name makes the folder around it an environment.
pub(crate) fn marks_environment(name: &str) -> bool {
    matches!(name, "pyvenv.cfg" | "conda-meta")
}

/// Whether this is where a version control system keeps its own files; those are no part of the
/// tree, so that they get no row either.
pub(crate) fn is_version_control(name: &str) -> bool {
    matches!(name, ".git" | ".hg" | ".svn" | ".jj")
}
