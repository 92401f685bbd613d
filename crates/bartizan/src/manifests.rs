//! The manifests and locks that a command works on.

use std::path::Path;

use bartizan_base::{FilePath, Tree};
use bartizan_requirement::{Inventory, Read, discover as discover_in, formats};
use bartizan_tree::DiskTree;

use crate::failure::Failure;

/// Everything in `tree`. Who names a single file means it, whatever it is called.
pub fn discover(tree: &DiskTree, path: &Path) -> Result<Inventory, Failure> {
    let mut inventory = discover_in(tree);
    let is_found = !inventory.manifests.is_empty() || !inventory.locks.is_empty();
    if is_found || !path.is_file() {
        return Ok(inventory);
    }
    let name = path.file_name().and_then(|name| name.to_str()).and_then(FilePath::new);
    let name = name.ok_or_else(|| Failure::new("the name of the file is no text"))?;
    let bytes = tree.read(&name).map_err(|error| {
        Failure::new(format!("cannot read {}", path.display())).because(format!("{error:?}"))
    })?;
    if let Some(read) = formats::read(&name, &bytes) {
        match read {
            Read::Manifest(manifest) => inventory.manifests.push(manifest),
            Read::Lock(lock) => inventory.locks.push(lock),
        }
    }
    Ok(inventory)
}
