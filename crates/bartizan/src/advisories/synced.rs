//! Advisories that were synced: where they are kept, and how they get there whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use bartizan_advisory::{Advisories, Synced, open};

use crate::failure::words;
use crate::network;

use super::read;

/// Advisories, and how they were had.
pub struct Kept {
    pub advisories: Advisories,
    pub synced: Synced,
}

/// What was synced; `None` where nothing was. An error says why it cannot be used.
pub fn load() -> Result<Option<Kept>, String> {
    let Some(path) = path().filter(|path| path.exists()) else { return Ok(None) };
    let why = |why: String| format!("{}: {why}", path.display());
    let bytes = read::bytes(&path).map_err(|error| why(words(&error)))?;
    let (synced, advisories) = open(&bytes).map_err(|damage| why(damage.to_string()))?;
    Ok(Some(Kept { advisories, synced }))
}

/// Keeps sealed advisories in place of what was there. The new file is whole before it is seen.
pub fn save(sealed: &[u8]) -> io::Result<PathBuf> {
    let path = path().ok_or_else(|| io::Error::other("neither HOME nor XDG_CACHE_HOME is set"))?;
    let folder = path.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    file.write_all(sealed)?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(path)
}

fn path() -> Option<PathBuf> {
    Some(network::cache_folder()?.join("advisories.bin"))
}
