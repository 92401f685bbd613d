//! The packages of a Python environment, found from what a person names.

use std::path::{Path, PathBuf};

use bartizan_tree::DiskTree;

use crate::failure::Failure;

/// Opens the packages of a virtual environment, of the Python in one, or of the folder of packages
/// itself.
pub fn open(named: &Path) -> Result<DiskTree, Failure> {
    let failed = || Failure::new(format!("cannot read packages from {}", named.display()));
    let folder = packages(named).ok_or_else(|| {
        failed()
            .because("no `site-packages` folder is there")
            .hint("name a virtual environment, such as `.venv`")
    })?;
    DiskTree::open(&folder).map_err(|error| failed().because(error))
}

fn packages(named: &Path) -> Option<PathBuf> {
    // `.venv/bin/python` lies two folders inside its environment.
    let root = match named.is_file() {
        true => named.parent()?.parent()?,
        false => named,
    };
    if root.file_name().is_some_and(|name| name == "site-packages" || name == "dist-packages") {
        return root.is_dir().then(|| root.to_path_buf());
    }
    let mut found: Vec<PathBuf> = ["lib", "lib64", "Lib"]
        .iter()
        .flat_map(|name| {
            let folder = root.join(name);
            let below = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            below
                .map(|entry| entry.path().join("site-packages"))
                .chain([folder.join("site-packages")])
        })
        .filter(|folder| folder.is_dir())
        .collect();
    found.sort();
    found.into_iter().next()
}
